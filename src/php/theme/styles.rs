//! The texts that a theme's own code contributes to its styles (moodle-assets.md §4).
//!
//! 1. Pre-SCSS of base … theme, each under a comment with the function's name.
//! 2. The main SCSS of the nearest theme that has one.
//! 3. Extra SCSS of base … theme, like the first.
//!
//! A text is either known as a whole or unknown with its reason; nothing is ever left out of it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use camino::Utf8PathBuf;

use super::chain::{Chain, Link, Ready};
use super::session::Session;
use crate::php::deep::deep;
use crate::php::error::PhpError;
use crate::php::eval::Found;
use crate::php::host::Host;
use crate::php::problem::{Problem, Reason};
use crate::php::reads::Reads;
use crate::php::value::Value;

/// A text, or why it is unknown.
pub type Made = Result<String, Arc<Problem>>;

/// Where a theme's main SCSS comes from.
#[derive(Debug, Clone)]
pub enum Main {
    /// No theme of the chain has SCSS.
    None,
    /// A file; imports start in its own folder.
    File(Utf8PathBuf),
    /// The text that a closure gave.
    Text {
        /// The text.
        text: Made,
        /// Folders in which its imports are looked for, in order.
        imports: Vec<Utf8PathBuf>,
    },
    /// Which of these is unknown.
    Unknown(Arc<Problem>),
}

/// What a chain's code gives for its SCSS.
#[derive(Debug, Clone)]
pub struct Scss {
    /// What stands before the main SCSS.
    pub pre: Made,
    /// The main SCSS.
    pub main: Main,
    /// What stands after it.
    pub extra: Made,
    /// A function of the chain that would change a tree of the CSS: then the CSS is unknown.
    pub tree: Option<Arc<Problem>>,
    /// What was looked at.
    pub reads: Reads,
}

/// A text with what was looked at to make it.
#[derive(Debug, Clone)]
pub struct Processed<T> {
    /// The text, or why it is unknown.
    pub text: Result<T, Arc<Problem>>,
    /// What was looked at.
    pub reads: Reads,
}

/// Evaluates what a chain's code contributes to its SCSS.
///
/// # Errors
/// [`PhpError::Thread`] only; what is not known is in the result.
pub fn scss(chain: &Chain, host: &(dyn Host + Sync)) -> Result<Scss, PhpError> {
    within(chain, host, |session, ready| Scss {
        pre: joined(session, ready, "prescsscallback", "Pre-SCSS"),
        main: main_scss(session, ready),
        extra: joined(session, ready, "extrascsscallback", "Extra SCSS"),
        tree: tree(session, ready),
        reads: session.reads(),
    })
}

/// The precompiled CSS of base … theme, joined: what Moodle falls back to where SCSS does not compile.
///
/// # Errors
/// As [`scss`].
pub fn precompiled(chain: &Chain, host: &(dyn Host + Sync)) -> Result<Processed<String>, PhpError> {
    within(chain, host, |session, ready| {
        let text = each(session, ready, "precompiledcsscallback", |_, css| css);
        Processed { text, reads: session.reads() }
    })
}

/// Lets the theme's own `csspostprocess` change its finished CSS. The parents' are not asked.
///
/// # Errors
/// As [`scss`].
pub fn post_process(chain: &Chain, css: Vec<u8>, host: &(dyn Host + Sync)) -> Result<Processed<Vec<u8>>, PhpError> {
    within(chain, host, |session, ready| {
        let text = processed(session, ready, css);
        Processed { text, reads: session.reads() }
    })
}

/// One evaluation at a time: what one may take in memory is what all of them take.
static TURN: Mutex<()> = Mutex::new(());

pub(super) fn turn() -> MutexGuard<'static, ()> {
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn within<T: Send>(
    chain: &Chain,
    host: &(dyn Host + Sync),
    work: impl FnOnce(&mut Session<'_, '_>, &Ready) -> T + Send,
) -> Result<T, PhpError> {
    let run = || {
        Session::run(host, &chain.name, chain.svg, |session| {
            let ready = Ready::new(session, chain);
            work(session, &ready)
        })
    };
    let _turn = turn();
    deep(run).ok_or_else(|| PhpError::Thread { path: chain.dir.clone() })
}

fn joined(session: &mut Session<'_, '_>, ready: &Ready, property: &str, title: &str) -> Made {
    each(session, ready, property, |function, text| format!("\n/** {title} from {function} **/\n{text}\n"))
}

/// Calls the function that each theme names, base first, and joins what they give.
fn each(session: &mut Session<'_, '_>, ready: &Ready, property: &str, with: impl Fn(&str, String) -> String) -> Made {
    let mut content = String::new();
    let parents = ready.links.iter().skip(1).rev();
    for link in parents.chain(ready.links.first()) {
        if let Some(function) = function_of(session, ready, link, property)? {
            let value = session.eval.invoke(&Value::text(&*function), vec![ready.theme.clone()]).value();
            let text = session.text(&value, &function)?;
            let text = text.utf8().ok_or_else(|| problem(link, &function, Reason::Encoding))?;
            content += &with(&function, text.to_owned());
        }
    }
    Ok(content)
}

/// The function that a theme names in a property. None where it names none, or one that does not exist, which Moodle
/// passes over.
fn function_of(
    session: &Session<'_, '_>,
    ready: &Ready,
    link: &Link,
    property: &str,
) -> Result<Option<String>, Arc<Problem>> {
    let name = match link.assigned.get(property) {
        Value::Null | Value::Bool(false) => return Ok(None),
        Value::Str(name) if name.is_empty() => return Ok(None),
        Value::Str(name) => name.lossy().into_owned(),
        Value::Unknown(problem) => return Err(problem),
        _ => return Err(problem(link, property, Reason::Fails("it is no function's name".into()))),
    };
    if session.eval.has_function(name.trim_start_matches('\\')) {
        return Ok(Some(name));
    }
    match (&ready.missing, session.moodle.notes.skipped()) {
        (Some(missing), _) => Err(missing.clone()),
        // It may be in a file that is not the theme's.
        (None, true) => Err(problem(link, &format!("{name}()"), Reason::NotKnown)),
        (None, false) => Ok(None),
    }
}

fn problem(link: &Link, construct: &str, reason: Reason) -> Arc<Problem> {
    let file = link.dir.join("config.php");
    Arc::new(Problem { file: file.as_str().into(), line: 0, construct: construct.to_owned(), reason })
}

fn main_scss(session: &mut Session<'_, '_>, ready: &Ready) -> Main {
    let mut closure = None;
    let mut imports = Vec::new();
    for link in &ready.links {
        let folder = link.dir.join("scss");
        if closure.is_none() {
            match link.assigned.get("scss") {
                Value::Unknown(problem) => return Main::Unknown(problem),
                Value::Str(name) if !name.is_empty() && *name != *b"0" => {
                    let file = folder.join(format!("{}.scss", name.lossy()));
                    session.moodle.notes.file(&file);
                    match session.moodle.host.found(&file) {
                        Some(Found::File) => return Main::File(file),
                        Some(_) => {}
                        None => return Main::Unknown(problem(link, "$THEME->scss", Reason::Refused)),
                    }
                }
                value @ Value::Closure(_) => closure = Some((value, link)),
                _ => {}
            }
        }
        if closure.is_some() && session.moodle.host.found(&folder) == Some(Found::Folder) {
            imports.push(folder);
        }
    }
    let Some((closure, link)) = closure else { return Main::None };
    let value = session.eval.invoke(&closure, vec![ready.theme.clone()]).value();
    let text = session.text(&value, "$THEME->scss").and_then(|text| match text.utf8() {
        Some(text) => Ok(text.to_owned()),
        None => Err(problem(link, "$THEME->scss", Reason::Encoding)),
    });
    Main::Text { text, imports }
}

fn processed(session: &mut Session<'_, '_>, ready: &Ready, css: Vec<u8>) -> Result<Vec<u8>, Arc<Problem>> {
    let Some(own) = ready.links.first() else { return Ok(css) };
    let Some(function) = function_of(session, ready, own, "csspostprocess")? else { return Ok(css) };
    let args = vec![Value::text(css), ready.theme.clone()];
    let value = session.eval.invoke(&Value::text(&*function), args).value();
    session.text(&value, &function).map(|text| text.to_vec())
}

/// The nearest function that works on a tree of the CSS, if it exists.
fn tree(session: &mut Session<'_, '_>, ready: &Ready) -> Option<Arc<Problem>> {
    for link in &ready.links {
        match function_of(session, ready, link, "csstreepostprocessor") {
            Ok(None) => {}
            Ok(Some(function)) => return Some(problem(link, &format!("{function}()"), Reason::Unsupported)),
            Err(problem) => return Some(problem),
        }
    }
    None
}
