//! Do two scripts mean the same?

use oxc::allocator::Allocator;
use oxc::span::ContentEq;

use super::{scopes, source, spelling};

/// How a result compares with its source.
pub(super) enum Verdict {
    /// It is the source but for white space, comments, spelling of literals and names of local
    /// bindings that nothing at run time can see.
    Same,
    /// It would be, but these functions or classes have lost their names.
    NamesLost(Vec<String>),
    /// It is not, or it could not be decided.
    Unproven,
}

/// Sound, not complete: never [`Verdict::Same`] for two scripts that behave differently.
pub(super) fn compare(source: &str, result: &str, renamed: bool) -> Verdict {
    let allocator = Allocator::default();
    let (Ok(mut before), Ok(mut after)) = (source::parse(&allocator, source), source::parse(&allocator, result)) else {
        return Verdict::Unproven;
    };
    spelling::even_out(&allocator, &mut before);
    spelling::even_out(&allocator, &mut after);
    if !renamed {
        return if before.content_eq(&after) { Verdict::Same } else { Verdict::Unproven };
    }
    let left = scopes::canonical(&allocator, &mut before);
    let right = scopes::canonical(&allocator, &mut after);
    if left.unclear || right.unclear || !before.content_eq(&after) {
        return Verdict::Unproven;
    }
    let pairs = left.visible_names.iter().zip(&right.visible_names);
    let lost: Vec<String> = pairs.filter(|(was, is)| was != is).map(|(was, _)| (*was).to_owned()).collect();
    if lost.is_empty() { Verdict::Same } else { Verdict::NamesLost(lost) }
}
