//! A theme's SCSS to CSS.
//!
//! 1. The pieces of the main source are joined ([`Source`]).
//! 2. Each source is mended where Moodle's compiler or browsers know more than grass (`prepare`).
//! 3. grass compiles it, on a thread with a large stack, finding imports through `import`, by Moodle's search, never
//!    outside the theme's folders, with functions mended in `builtins`.
//! 4. Marks that step 2 left are undone (`finish`), and `@font-face` gets rid of selectors (`faces`).
//! 5. An error is led back to the file and line that its author wrote (`spot`). One that is none to Moodle's compiler
//!    is gone round, from step 2 on (`as_text`).
//!
//! [`trace`] does the same once more to tell where each rule and declaration comes from (`marks`).
//!
//! Time and memory are the worker process's to limit; nesting is limited here, as it would end the stack.

mod as_text;
mod builtins;
mod error;
mod faces;
mod finish;
mod folders;
mod import;
mod maps;
mod marks;
mod prepare;
mod skip;
mod source;
mod spot;
mod trace;

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::{Deserialize, Serialize};

pub use error::{ScssError, Spot};
pub use folders::{ImportError, ImportFiles, ThemeFolders};
pub use source::{Piece, Source};
pub use trace::{Traced, TracedPlace, TracedSource};

use super::inputs::Inputs;
use import::{ImportFs, Trouble};
use marks::Marks;
use skip::{MAX_DEPTH, TooDeep};
use spot::Locate;

/// Stack of the compiling thread. It is touched only as deep as sources nest.
const STACK: usize = 256 << 20;
/// What a theme says with `@warn` is kept up to this many times.
const MAX_WARNINGS: usize = 50;

/// CSS, or why there is none; with what either depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compiled {
    pub css: Result<String, ScssError>,
    pub inputs: Inputs,
    /// What the sources themselves warn of, `file:line:column: text`.
    pub warnings: Vec<String>,
}

/// Compiles on a thread of its own, which has the stack for it.
pub fn compile<F: ImportFiles + Send>(source: &Source, files: &F) -> Compiled
where
    for<'f> &'f F: Send,
{
    let failed = |what| {
        let css = Err(ScssError::Failed { what });
        Compiled { css, inputs: Inputs::default(), warnings: Vec::new() }
    };
    on_deep_stack(|| compile_here(source, files)).unwrap_or_else(failed)
}

/// Where the pieces of a sheet come from that was compiled of this source. Where the source cannot be compiled once
/// more, nothing is said of any.
pub fn trace<F: ImportFiles + Send>(source: &Source, files: &F, css: &str) -> Traced
where
    for<'f> &'f F: Send,
{
    on_deep_stack(|| trace_here(source, files, css)).unwrap_or_default()
}

/// Runs on a thread that has the stack for the compiler; the error says why it could not be.
fn on_deep_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, String> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("scss".into()).stack_size(STACK);
        match thread.spawn_scoped(scope, work).map(|thread| thread.join()) {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(_)) => Err("it panicked".into()),
            Err(error) => Err(format!("no thread for it: {error}")),
        }
    })
}

fn compile_here(source: &Source, files: &dyn ImportFiles) -> Compiled {
    let fs = ImportFs::new(files, &source.load_paths, None);
    let mut warnings = Vec::new();
    let css = settled(source, &fs, &mut warnings);
    Compiled { css, inputs: fs.into_inputs(), warnings }
}

fn trace_here(source: &Source, files: &dyn ImportFiles, css: &str) -> Traced {
    let marks = Marks::default();
    let fs = ImportFs::new(files, &source.load_paths, Some(&marks));
    let Ok(marked) = settled(source, &fs, &mut Vec::new()) else { return Traced::default() };
    if source.pieces.iter().any(|piece| marks::is_in(&piece.text)) || fs.has_source(marks::is_in) {
        return Traced::default();
    }
    let texts = |path: &str| fs.source_of(path).map(|(text, _)| text);
    trace::trace(css, &marked, &marks.table(), source, texts)
}

/// Compiles as often as that comes further.
fn settled(source: &Source, fs: &ImportFs<'_>, warnings: &mut Vec<String>) -> Result<String, ScssError> {
    let mut texts = Vec::new();
    let css = loop {
        warnings.clear();
        let known = texts.len();
        let css = run(source, fs, warnings, &mut texts);
        if css.is_ok() || texts.len() == known {
            break css;
        }
    };
    warnings.extend(texts);
    css
}

/// One compilation. Where another would come further, `texts` has one entry more.
fn run(
    source: &Source,
    fs: &ImportFs<'_>,
    warnings: &mut Vec<String>,
    texts: &mut Vec<String>,
) -> Result<String, ScssError> {
    let joined = source.joined();
    let too_deep = |spot| ScssError::TooDeep { spot, limit: MAX_DEPTH };
    let prepared = match fs.prepare_main(&joined) {
        Ok(prepared) => prepared,
        Err(TooDeep(at)) => return Err(too_deep(source.spot(at))),
    };
    let locate = Locate { source, back: &prepared.back, fs };
    let log = Log::default();
    let mut options = grass::Options::default()
        .fs(fs)
        .logger(&log)
        .style(grass::OutputStyle::Expanded)
        .allows_charset(false)
        .add_custom_fn(maps::MAP, grass::Builtin::new(maps::make))
        .unicode_error_messages(false);
    options = builtins::with_builtins(options);
    for path in &source.load_paths {
        options = options.load_path(path);
    }
    // A fault of the compiler is an error of this theme.
    let result = catch_unwind(AssertUnwindSafe(|| grass::from_string(prepared.text.as_str(), &options)));
    warnings.extend(log.0.take().iter().map(|(at, text)| format!("{}: {text}", locate.spot(at))));
    match (fs.trouble(), result) {
        (Some(Trouble::TooDeep { path, at }), _) => Err(too_deep(locate.in_file(&path, at))),
        (Some(Trouble::Import(error)), Ok(Err(compiler))) => Err(locate.refused(error, *compiler)),
        (_, Ok(Err(compiler))) => {
            let kind = compiler.kind();
            if texts.len() < as_text::MOST {
                texts.extend(locate.as_text(&kind));
            }
            Err(locate.kind(&kind))
        }
        (_, Ok(Ok(css))) => finish::finish(css)
            .and_then(faces::lifted)
            .map_err(|_| ScssError::Failed { what: "a selector is too deep".into() }),
        (_, Err(_)) => Err(ScssError::Failed { what: "it panicked".into() }),
    }
}

/// `@warn` and `@debug`, kept for whoever looks.
#[derive(Debug, Default)]
struct Log(RefCell<Vec<(codemap::SpanLoc, String)>>);

impl Log {
    fn add(&self, at: codemap::SpanLoc, message: &str) {
        let mut kept = self.0.borrow_mut();
        if kept.len() < MAX_WARNINGS {
            kept.push((at, spot::readable(message)));
        }
    }
}

impl grass::Logger for Log {
    fn debug(&self, location: codemap::SpanLoc, message: &str) {
        self.add(location, message);
    }

    fn warn(&self, location: codemap::SpanLoc, message: &str) {
        self.add(location, message);
    }
}

#[cfg(test)]
mod tests;
