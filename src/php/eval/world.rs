//! What lies outside the evaluated code, injected so that nothing here touches a disk.

use super::{Args, Eval, Raise};
use crate::php::problem::Reason;
use crate::php::value::{ObjectId, Value};

/// The answer to `include` and `require`.
pub enum Include {
    /// Evaluate this source.
    Source(Vec<u8>),
    /// Nothing in it matters: go on.
    Skip,
    /// What follows is not configuration any more: stop here, with what is known.
    Finish,
    /// There is no such file.
    Missing,
    /// It cannot be evaluated.
    Refused(Reason),
}

/// The answer to `file_get_contents`.
pub enum Contents {
    /// The file.
    Bytes(Vec<u8>),
    /// There is no such file.
    Missing,
    /// It may not or cannot be read.
    Refused(Reason),
}

/// The answer to `file_exists` and its kin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// Nothing.
    Nothing,
}

/// The outside of an evaluation. Every default answers "not known".
pub trait World {
    /// What `include` of an absolute path does; `once` for `include_once` and `require_once`.
    fn include(&mut self, path: &str, once: bool) -> Include;

    /// The file at an absolute path.
    fn contents(&mut self, path: &str) -> Contents {
        let _ = path;
        Contents::Refused(Reason::Refused)
    }

    /// What is at an absolute path; none if that may not be asked.
    fn found(&mut self, path: &str) -> Option<Found> {
        let _ = path;
        None
    }

    /// The names in a folder, sorted, without `.` and `..`: `Some(None)` where there is none, `None` if that may not be
    /// asked.
    fn names(&mut self, path: &str) -> Option<Option<Vec<String>>> {
        let _ = path;
        None
    }

    /// A variable of the process environment.
    fn getenv(&self, name: &str) -> Option<String> {
        let _ = name;
        None
    }

    /// A constant that no evaluated file defines.
    fn constant(&self, name: &str) -> Option<Value> {
        let _ = name;
        None
    }

    /// Whether a class, by fully qualified name, is certainly declared nowhere.
    fn is_no_class(&self, class: &str) -> bool {
        let _ = class;
        false
    }

    /// Whether a function, by its name in small letters, is certainly declared nowhere.
    fn is_no_function(&self, name: &str) -> bool {
        let _ = name;
        false
    }

    /// The file of a class that is to be loaded when first used, by fully qualified name.
    fn class_file(&self, class: &str) -> Option<String> {
        let _ = class;
        None
    }
}

/// Functions and classes that are not PHP's but known to the evaluation, such as Moodle's.
/// `None` means: not one of mine.
pub trait Natives {
    /// A call of a function by lower-case name.
    fn call(&self, eval: &mut Eval<'_>, name: &str, args: &mut Args) -> Option<Result<Value, Raise>> {
        let _ = (eval, name, args);
        None
    }

    /// A call of a static method; names in lower case.
    fn static_call(
        &self,
        eval: &mut Eval<'_>,
        class: &str,
        method: &str,
        args: &mut Args,
    ) -> Option<Result<Value, Raise>> {
        let _ = (eval, class, method, args);
        None
    }

    /// A call of a method of a native object; the method in lower case.
    fn method(
        &self,
        eval: &mut Eval<'_>,
        object: ObjectId,
        class: &'static str,
        method: &str,
        args: &mut Args,
    ) -> Option<Result<Value, Raise>> {
        let _ = (eval, object, class, method, args);
        None
    }

    /// A property that a native object does not hold.
    fn property(&self, eval: &mut Eval<'_>, class: &'static str, object: ObjectId, name: &str) -> Option<Value> {
        let _ = (eval, class, object, name);
        None
    }

    /// All properties of a native object, where it knows more than it holds.
    fn properties(&self, eval: &Eval<'_>, class: &'static str, object: ObjectId) -> Option<Vec<(String, Value)>> {
        let _ = (eval, class, object);
        None
    }

    /// Whether a global variable that a file binds is that code's own by its name, so that nobody else sets it.
    fn is_own_global(&self, file: &str, name: &str) -> bool {
        let _ = (file, name);
        false
    }

    /// `new` of a class that no file at hand declares; the name in lower case.
    fn construct(&self, eval: &mut Eval<'_>, class: &str, args: &mut Args) -> Option<Result<Value, Raise>> {
        let _ = (eval, class, args);
        None
    }
}

/// No natives at all.
pub struct Bare;

impl Natives for Bare {}
