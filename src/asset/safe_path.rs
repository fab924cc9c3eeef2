//! Relative paths out of URLs.

use std::fmt;
use std::sync::Arc;

/// Why a path out of a URL is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// Nothing is left of it.
    #[error("empty path")]
    Empty,
    /// A character outside `[A-Za-z0-9/._-]`, which Moodle would drop and so serve another file.
    #[error("a character that cleaning would drop")]
    Character,
    /// A segment that starts with `.`: `..`, or a hidden file. Moodle has no such assets.
    #[error("a hidden or parent segment")]
    Hidden,
    /// Two dots in a row, which cleaning would make one.
    #[error("a run of dots")]
    Dots,
    /// Longer than 1,024 bytes.
    #[error("too long")]
    TooLong,
}

/// A relative path with `/` between segments: no empty, hidden or parent segment, only `[A-Za-z0-9/._-]`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SafePath(Arc<str>);

impl SafePath {
    const LONGEST: usize = 1024;

    /// Takes a path that `SAFEPATH` cleaning leaves as it is (moodle-assets.md §3), but for doubled slashes
    /// and slashes in front, which themes write and which are folded here.
    pub fn parse(text: &str) -> Result<SafePath, PathError> {
        if text.len() > Self::LONGEST {
            return Err(PathError::TooLong);
        }
        let good = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.' | b'_' | b'-');
        if !text.bytes().all(good) {
            return Err(PathError::Character);
        }
        if text.contains("..") {
            return Err(PathError::Dots);
        }
        let text = text.trim_start_matches('/');
        if text.is_empty() {
            return Err(PathError::Empty);
        }
        if text.split('/').any(|segment| segment.starts_with('.')) {
            return Err(PathError::Hidden);
        }
        if !text.contains("//") {
            return Ok(SafePath(Arc::from(text)));
        }
        let mut folded = String::with_capacity(text.len());
        for (i, segment) in text.split('/').enumerate() {
            if i > 0 && !folded.ends_with('/') {
                folded.push('/');
            }
            folded.push_str(segment);
        }
        Ok(SafePath(Arc::from(folded)))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands behind the last dot of the last segment.
    pub fn extension(&self) -> Option<&str> {
        let name = self.0.rsplit('/').next()?;
        name.rsplit_once('.').map(|(_, extension)| extension)
    }
}

impl fmt::Display for SafePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SafePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubled_slashes_are_folded_and_everything_that_cleaning_changes_is_refused() {
        assert_eq!(SafePath::parse("//a//b/c.js").unwrap().as_str(), "a/b/c.js");
        assert_eq!(SafePath::parse("a/"), Ok(SafePath("a/".into())));
        assert_eq!(SafePath::parse("a/../b"), Err(PathError::Dots));
        assert_eq!(SafePath::parse("a/./b"), Err(PathError::Hidden));
        assert_eq!(SafePath::parse("a/.htaccess"), Err(PathError::Hidden));
        assert_eq!(SafePath::parse("a b"), Err(PathError::Character));
        assert_eq!(SafePath::parse("a\0"), Err(PathError::Character));
        assert_eq!(SafePath::parse("//"), Err(PathError::Empty));
    }
}
