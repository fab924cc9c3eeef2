//! A style sheet as a tree that loses nothing.
//!
//! 1. [`token`]: bytes → tokens, each a range of the source.
//! 2. [`parse`](mod@parse): tokens → [`Sheet`], whose [`Node`]s keep every byte that stood between them.
//! 3. Whoever wants to changes nodes, removes them, puts others in.
//! 4. [`print`]: the tree → text; where nothing was changed, the bytes that came in.
//!
//! The grammar is that of postcss, the parser below rtlcss, down to which blank belongs to which node, because
//! whitespace decides whether two tools write the same bytes. Where postcss refuses a sheet, this parser goes on
//! as browsers do: a block, comment or string that nobody closed ends with the file (a string: with its line), a
//! stray `}` is kept as text, what is neither rule nor declaration becomes [`Kind::Junk`]. There is no error, no
//! panic and no recursion: depth costs memory, never stack.
//!
//! ```
//! let mut sheet = revserve::build::css::parse("a { color: red }");
//! for id in sheet.ids().collect::<Vec<_>>() {
//!     if let Some(declaration) = sheet.node_mut(id).declaration_mut() {
//!         declaration.value = "blue".into();
//!     }
//! }
//! assert_eq!(sheet.to_string(), "a { color: blue }");
//! ```

mod declaration;
mod node;
mod parse;
mod position;
mod print;
mod sheet;
mod text;
pub mod token;

pub use node::{AtRule, Block, Comment, Declaration, Kind, Node, Rule};
pub use parse::parse;
pub use position::{LineIndex, Position};
pub use sheet::{NodeId, Sheet};
pub use text::{is_space, trim, trim_end, trim_start, without_comments};

#[cfg(test)]
mod tests;
