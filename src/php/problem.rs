//! Why a value is unknown, and where that began.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The place and cause of something the evaluator does not know.
///
/// An operator reads it in `revserve check`: it names the file, the line, the construct in that
/// line, and the reason in words. It never holds a value, because values may be passwords.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The PHP file, as it was named when it was read.
    #[serde(with = "shared")]
    pub file: Arc<str>,
    /// Line in that file, from 1; 0 where the file as a whole is meant.
    pub line: u32,
    /// What stands there: `getenv('DB_HOST')`, `function foo()`, `require`.
    pub construct: String,
    /// Why it is unknown.
    pub reason: Reason,
}

/// The reasons for which a value is unknown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum Reason {
    /// A function, method or class that is neither built in nor in a file at hand was used.
    #[error("is not known to revserve")]
    NotKnown,
    /// A variable is missing from revserve's own environment; PHP's may have it.
    #[error("is not set in revserve's environment, but may be in PHP's")]
    Environment,
    /// The answer depends on the request, the clock, chance, the session or the like.
    #[error("differs from run to run")]
    Changing,
    /// The answer is in a database or a file pool that is not at hand.
    #[error("needs the site's database or file pool")]
    Database,
    /// A table of the database that no theme of the chain declares as its own.
    #[error("is of a table that neither the theme nor a parent declares in its db/install.xml")]
    Table,
    /// A query of a table of the theme's own that is not answered.
    #[error("is not answered by revserve: {0}")]
    Query(Cow<'static, str>),
    /// The evaluator does not support this part of the language.
    #[error("is not supported")]
    Unsupported,
    /// A file lies outside what may be read.
    #[error("lies outside the folders that may be read")]
    Refused,
    /// A file is missing, or reading it failed.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// PHP itself would refuse the source.
    #[error("does not parse: {0}")]
    Syntax(String),
    /// PHP itself would stop here with an error or an uncaught exception.
    #[error("would fail in PHP: {0}")]
    Fails(String),
    /// A limit on steps, depth or size was reached.
    #[error("takes too much: {0}")]
    Limit(Cow<'static, str>),
    /// The text is not UTF-8 where that is needed.
    #[error("is not UTF-8")]
    Encoding,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {} {}", self.file, self.line, self.construct, self.reason)
    }
}

impl std::error::Error for Problem {}

/// Keeps what is shared as what it is.
pub(super) mod shared {
    use std::ops::Deref;
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<T: ?Sized + Serialize, S: Serializer>(shared: &Arc<T>, serializer: S) -> Result<S::Ok, S::Error> {
        shared.deref().serialize(serializer)
    }

    pub fn deserialize<'de, T: ?Sized, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<T>, D::Error>
    where
        Box<T>: Deserialize<'de>,
    {
        Box::<T>::deserialize(deserializer).map(Arc::from)
    }
}

/// The same for lists.
pub(super) mod all_shared {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<T: Serialize, S: Serializer>(all: &[Arc<T>], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(all.iter().map(|one| &**one))
    }

    pub fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Arc<T>>, D::Error> {
        Ok(Vec::<T>::deserialize(deserializer)?.into_iter().map(Arc::new).collect())
    }
}
