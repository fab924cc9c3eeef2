//! The second engine, where the operator chose it: minify-js, guarded.
//!
//! It panics on a third of the scripts of a real site and changes the meaning of a fifth (turns
//! functions that use `this` into arrows, drops getters). So its result is taken only if oxc's
//! compressor brings source and result to the same text, and if both declare the same globals.

use oxc::allocator::Allocator;
use oxc::codegen::{Codegen, CodegenOptions};
use oxc::minifier::{CompressOptions, MangleOptions, MangleOptionsKeepNames, Minifier, MinifierOptions};

use super::source;

/// `None` where minify-js fails, or where its result is not shown to mean the same.
pub(super) fn minify(text: &str) -> Option<String> {
    let made = std::panic::catch_unwind(|| {
        let session = minify_js::Session::new();
        let mut out = Vec::new();
        minify_js::minify(&session, minify_js::TopLevelMode::Global, text.as_bytes(), &mut out).is_ok().then_some(out)
    });
    let code = String::from_utf8(made.ok()??).ok()?;
    (normal_form(text)? == normal_form(&code)?).then_some(code)
}

/// What oxc makes of a script when it may do all it can.
fn normal_form(text: &str) -> Option<String> {
    std::panic::catch_unwind(|| {
        let allocator = Allocator::default();
        source::scoped(&source::parse(&allocator, text).ok()?).ok()?;
        let mut program = source::parse(&allocator, text).ok()?;
        let options = MinifierOptions {
            mangle: Some(MangleOptions {
                top_level: Some(false),
                keep_names: MangleOptionsKeepNames::all_true(),
                ..MangleOptions::default()
            }),
            mangle_properties: None,
            compress: Some(CompressOptions::safest()),
        };
        let made = Minifier::new(options).minify(&allocator, &mut program);
        let printed = Codegen::new()
            .with_options(CodegenOptions::minify())
            .with_scoping(made.scoping)
            .with_private_member_mappings(made.class_private_mappings)
            .build(&program);
        Some(printed.code)
    })
    .ok()?
}
