//! Names of themes and components, as URLs carry them.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

/// A name holds characters other than `[A-Za-z0-9_-]`, is empty, or is longer than 100 bytes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a name: {0:?}")]
pub struct NameError(pub String);

const LONGEST: usize = 100;

fn checked(text: &str) -> Result<Arc<str>, NameError> {
    let good = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    if text.is_empty() || text.len() > LONGEST || !text.bytes().all(good) {
        return Err(NameError(text.chars().take(LONGEST).collect()));
    }
    Ok(Arc::from(text))
}

macro_rules! name {
    ($(#[$doc:meta])* $type:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(into = "String", try_from = "String")]
        pub struct $type(Arc<str>);

        impl From<$type> for String {
            fn from(name: $type) -> String {
                name.0.as_ref().to_owned()
            }
        }

        impl TryFrom<String> for $type {
            type Error = NameError;

            fn try_from(text: String) -> Result<Self, NameError> {
                Self::parse(&text)
            }
        }

        impl $type {
            /// Takes a name in which cleaning (`SAFEDIR`, moodle-assets.md §3) would change nothing.
            pub fn parse(text: &str) -> Result<Self, NameError> {
                checked(text).map(Self)
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }

        impl Borrow<str> for $type {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

name! {
    /// The name of a theme: its folder below `theme/` or `themedir`.
    ThemeName
}

name! {
    /// A component as a URL names it: `core`, `theme`, `mod_forum`, `forum`.
    /// What it means is the site's to say (moodle-assets.md §1).
    ComponentName
}
