//! What is answered: functions over values, with neither clock nor socket.
//!
//! 1. [`fields`]: what the request says that matters;
//! 2. [`prepared`]: what could be known of the asset before, computed once;
//! 3. [`dictionary`]: what a client's own content saves;
//! 4. [`respond`]: selects the variant ([`negotiate`]), evaluates the preconditions ([`conditional`], [`etag`]) and
//!    the ranges ([`range`]), and makes the [`reply`].

pub mod conditional;
pub mod dictionary;
pub mod etag;
pub mod fields;
mod filename;
pub mod negotiate;
pub mod prepared;
pub mod range;
pub mod reply;
pub mod respond;

pub use fields::Fields;
pub use prepared::Prepared;
pub use reply::{Body, Reply, Status};
pub use respond::Method;
