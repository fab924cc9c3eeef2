//! `include` and `require`.
//!
//! 1. Make the path absolute and plain.
//! 2. Ask the world what it means.
//! 3. Parse it once, hoist its declarations, run it in the present scope.

use std::sync::Arc;

use super::{Eval, Eved, Flow, Include, Raise};
use crate::php::code::{Block, Expr, File, IncludeKind, Name, Stmt};
use crate::php::lower;
use crate::php::problem::Reason;
use crate::php::value::Value;

impl Eval<'_> {
    pub(super) fn include(&mut self, expr: &Expr, kind: IncludeKind, path: &Expr) -> Eved {
        let path = self.eval(path)?;
        self.line = expr.line;
        let path = match path {
            Value::Unknown(problem) => {
                self.taint_all(&problem);
                return Err(Raise::Unknown(problem));
            }
            path => self.text(&path)?,
        };
        let path = self.absolute(&path.lossy());
        if kind.once && self.included.contains(&*path) {
            return Ok(Value::Bool(true));
        }
        match self.world.include(&path, kind.once) {
            Include::Source(source) => self.run_included(&path.into(), &source),
            Include::Skip => Ok(Value::Int(1)),
            Include::Finish => Err(Raise::Finish),
            Include::Missing if kind.required => Err(self.fails(expr.describe(), "no such file")),
            Include::Missing => Ok(Value::Bool(false)),
            Include::Refused(reason) => {
                let problem = self.problem(expr.describe(), reason);
                self.taint_all(&problem);
                Err(Raise::Unknown(problem))
            }
        }
    }

    /// Code that is not at hand ran in this scope: it may have set everything in it.
    fn taint_all(&mut self, problem: &Arc<crate::php::problem::Problem>) {
        let locals: Vec<(Name, Value)> = self.state.locals.iter().map(|(n, v)| (n.clone(), v.clone())).collect();
        for (name, value) in locals {
            match self.settle(value) {
                object @ Value::Object(_) => self.taint(&object, problem),
                _ => self.set_local(&name, Value::Unknown(problem.clone())),
            }
        }
    }

    /// An absolute path without `.` and `..`; a relative one starts at the running file's folder.
    pub fn absolute(&self, path: &str) -> String {
        let joined = match path.starts_with('/') {
            true => path.to_owned(),
            false => format!("{}/{path}", self.frame.file.rsplit_once('/').map_or("", |(folder, _)| folder)),
        };
        let mut parts: Vec<&str> = Vec::new();
        for part in joined.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop();
                }
                part => parts.push(part),
            }
        }
        format!("/{}", parts.join("/"))
    }

    /// Includes a file once, in the present scope, whatever it gives.
    ///
    /// # Errors
    /// What the file raises; [`Raise::Unknown`] where it cannot be read or does not parse.
    pub fn load(&mut self, path: &str) -> Result<(), Raise> {
        if self.included.contains(path) {
            return Ok(());
        }
        match self.world.include(path, true) {
            Include::Source(source) => self.run_included(&path.into(), &source).map(|_| ()),
            Include::Skip => Ok(()),
            Include::Finish => Err(Raise::Finish),
            Include::Missing => Err(Raise::Unknown(self.problem(path, Reason::Unreadable("no such file".into())))),
            Include::Refused(reason) => Err(Raise::Unknown(self.problem(path, reason))),
        }
    }

    pub(super) fn run_included(&mut self, path: &Name, source: &[u8]) -> Eved {
        self.included.insert(path.clone());
        let file = self.parsed(path, source)?;
        self.depth += 8;
        self.sink()?;
        let result = self.run_file(&file);
        self.depth -= 8;
        self.rise();
        result
    }

    fn parsed(&mut self, path: &Name, source: &[u8]) -> Result<Arc<File>, Raise> {
        if !self.files.contains_key(path) {
            self.charge(source.len() / 8)?;
            let file = lower::lower(path, source).map(Arc::new);
            self.files.insert(path.clone(), file);
        }
        match self.files.get(path) {
            Some(Ok(file)) => Ok(file.clone()),
            Some(Err(problem)) => {
                let problem = problem.clone();
                self.taint_all(&problem);
                Err(Raise::Unknown(problem))
            }
            None => Err(self.limit("too many files")),
        }
    }

    fn run_file(&mut self, file: &Arc<File>) -> Eved {
        let line = self.line;
        let name = std::mem::replace(&mut self.frame.file, file.path.clone());
        self.hoist(&file.body);
        let base = self.parked.len();
        let ended = self.block(&file.body);
        let outcomes = self.outcomes(base, ended);
        self.frame.file = name;
        self.line = line;
        let mut values = Vec::new();
        let mut ends = Vec::new();
        for (flow, state, why) in outcomes? {
            ends.push(match flow {
                Flow::Finish => (Flow::Finish, state, why),
                Flow::Return(value) => {
                    values.push(value);
                    (Flow::Next, state, why)
                }
                _ => {
                    values.push(Value::Int(1));
                    (Flow::Next, state, why)
                }
            });
        }
        let cause = ends.iter().find_map(|(_, _, why)| why.clone());
        self.join(ends)?;
        let mut values = values.into_iter();
        let first = values.next().unwrap_or(Value::Int(1));
        Ok(match cause {
            Some(why) => values.fold(first, |a, b| super::merge::merged(&a, &b, &why)),
            None => first,
        })
    }

    /// Declarations at the top of a file hold before its first line runs.
    fn hoist(&mut self, block: &Block) {
        for stmt in block {
            match stmt {
                Stmt::Function(function) => self.declare_function(function),
                Stmt::Class(class) => self.declare_class(class),
                Stmt::Block(inner) => self.hoist(inner),
                _ => {}
            }
        }
    }
}
