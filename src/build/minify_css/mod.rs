//! A style sheet, written shorter. It means what it meant, to every browser, whatever that understands of it.
//!
//! 1. The text is cut into tokens as browsers cut it ([`token`]).
//! 2. Tokens become rules and declarations, as browsers read them; comments and blanks that mean nothing are left out
//!    on the way, numbers and colours are written shorter ([`parse`](mod@parse), [`squeeze`]).
//! 3. What says nothing goes, neighbours are put together ([`rules`]).
//! 4. The rest is written ([`print`](mod@print)).
//!
//! What is never touched: the order of declarations, and any that could be meant as a fallback for another; the values of
//! custom properties; names, units, functions and their arguments, but for the case of `rgba`; strings and addresses;
//! selectors, media queries and other conditions, but for blanks; everything that this version of CSS does not know.

mod close;
mod color;
mod conditions;
mod family;
mod list;
mod node;
mod number;
mod parse;
mod print;
mod rules;
mod selector;
mod squeeze;
pub(crate) mod token;
mod valid;
mod value;

pub use close::{CloseError, close};

/// The shorter sheet.
///
/// # Errors
/// Where blocks are nested deeper than in any real sheet.
pub fn minify(css: &str) -> Result<String, CloseError> {
    let css = close(css)?;
    let tokens = token::tokens(&css);
    let mut texts = node::Texts::with_capacity(css.len());
    let mut nodes = parse::parse(&css, &tokens, &mut texts).map_err(|parse::TooDeep| CloseError::TooDeep)?;
    rules::reduce(&mut nodes, &mut texts);
    Ok(print::print(&nodes, &texts))
}

#[cfg(test)]
mod tests;
