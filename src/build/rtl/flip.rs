//! Goes through a sheet, node by node.

use std::borrow::Cow;
use std::rc::Rc;

use super::directive::{Control, Directive, DirectiveScope};
use super::guard::Guards;
use super::in_place;
use super::literal::Literal;
use super::options::{Options, Scope};
use super::property::Property;
use super::raw::{self, Inserted};
use super::rename::Renamer;
use super::state::{Active, State};
use super::swap::apply_string_maps;
use crate::build::css::{Kind, NodeId, Sheet, without_comments};

/// Something in a sheet that its author should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Where the comment starts in the source, in bytes.
    pub offset: usize,
    /// The directive's name.
    pub directive: String,
    pub kind: WarningKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WarningKind {
    /// There is no directive of this name.
    Unsupported,
    /// The options say not to obey it.
    Blacklisted,
    /// An `end` whose `begin` is not the directive in force.
    UnmatchedEnd,
    /// It was still in force at the end of the sheet.
    Unclosed,
    /// What it holds cannot be read.
    Invalid,
}

/// Flips a parsed sheet in place.
pub fn flip_sheet(sheet: &mut Sheet<'_>, options: &Options) -> Vec<Warning> {
    let mut flipper = Flipper {
        sheet,
        options: Rc::new(options.clone()),
        state: State::default(),
        guards: Guards::default(),
        renamer: Renamer::default(),
        is_flipped: false,
        without_blanks: None,
        warnings: Vec::new(),
    };
    flipper.walk();
    flipper.finish()
}

struct Flipper<'s, 'a> {
    sheet: &'s mut Sheet<'a>,
    options: Rc<Options>,
    state: State,
    guards: Guards,
    renamer: Renamer,
    /// Whether a declaration was flipped since the last rule began.
    is_flipped: bool,
    without_blanks: Option<NodeId>,
    warnings: Vec<Warning>,
}

impl Flipper<'_, '_> {
    fn walk(&mut self) {
        let mut next = self.sheet.first_child(Sheet::ROOT);
        while let Some(id) = next {
            // a node can be removed when its turn comes, but never the ones behind or above it
            let (sibling, parent) = (self.sheet.next_sibling(id), self.sheet.parent(id));
            let enters = self.visit(id) && self.sheet.parent(id).is_some();
            let child = self.sheet.first_child(id).filter(|_| enters);
            next = child.or(sibling).or_else(|| self.sheet.following_subtree(parent?));
        }
    }

    fn finish(mut self) -> Vec<Warning> {
        for active in std::mem::take(&mut self.state.active) {
            self.warn(active.comment, &active.name, WarningKind::Unclosed);
        }
        if let Some(comment) = self.without_blanks {
            raw::guess_blanks(self.sheet, comment);
        }
        self.warnings
    }

    fn warn(&mut self, comment: NodeId, name: &str, kind: WarningKind) {
        let offset = self.sheet.node(comment).offset;
        self.warnings.push(Warning { offset, directive: name.to_owned(), kind });
    }

    /// Does what is to be done with a node. False if what is in it stays as it is.
    fn visit(&mut self, id: NodeId) -> bool {
        if !self.ask_directive(id) {
            return true;
        }
        match &self.sheet.node(id).kind {
            Kind::Rule(rule) => {
                self.is_flipped = false;
                if self.options.keep_dir_rtl && without_comments(&rule.selector).contains(".dir-rtl") {
                    return false;
                }
            }
            Kind::AtRule(_) => self.at_rule(id),
            Kind::Declaration(_) => self.declaration(id),
            Kind::Comment(_) => self.comment(id),
            Kind::Root(_) | Kind::Junk(_) => {}
        }
        true
    }

    /// Lets the directive in force act on a node. False if the node is not to be flipped.
    fn ask_directive(&mut self, id: NodeId) -> bool {
        let Some(active) = self.state.active.last() else { return true };
        let (Some(control), scope) = (active.control, active.scope) else { return true };
        if !State::expects(control, &self.sheet.node(id).kind) {
            return true;
        }
        let mut flips = true;
        match control {
            Control::Ignore => {
                self.state.begin_ignore(self.sheet, id, scope);
                let comment = self.sheet.node(id).comment();
                flips = comment.is_some_and(|comment| Directive::ends_ignore(&comment.text));
            }
            Control::Rename => self.renamer.rename(self.sheet, id, &self.options),
            Control::Remove => {
                self.remove(id);
                flips = false;
            }
            Control::Raw | Control::Options | Control::Config => {}
        }
        if scope.ends() && (control != Control::Ignore || self.state.end_ignore(self.sheet, id, scope)) {
            self.end_active();
        }
        flips
    }

    /// The directive in force has done its work.
    fn end_active(&mut self) -> Option<Active> {
        let active = self.state.active.pop()?;
        if !active.keep {
            self.remove(active.comment);
        }
        Some(active)
    }

    /// Takes a node out. The first of a sheet leaves its blanks to the next.
    fn remove(&mut self, id: NodeId) {
        if self.sheet.parent(id) == Some(Sheet::ROOT)
            && self.sheet.previous_sibling(id).is_none()
            && let Some(next) = self.sheet.next_sibling(id)
        {
            self.sheet.node_mut(next).before = self.sheet.node(id).before.clone();
        }
        self.sheet.remove(id);
    }

    fn at_rule(&mut self, id: NodeId) {
        if !self.options.process_urls.at_rules {
            return;
        }
        let Some(rule) = self.sheet.node_mut(id).at_rule_mut() else { return };
        let params = without_comments(&rule.params);
        let changed = apply_string_maps(&params, Scope::Urls, &self.options);
        if changed != params {
            rule.params = Cow::Owned(changed);
        }
    }

    fn declaration(&mut self, id: NodeId) {
        let Some(declaration) = self.sheet.node_mut(id).declaration_mut() else { return };
        if in_place::obey(declaration, self.options.clean) {
            self.is_flipped = true;
            return;
        }
        let alias = self.options.alias(&declaration.property);
        if let Some(rule) = Property::of(alias.unwrap_or(&declaration.property)) {
            let options = &self.options;
            let value = rule.flip_value(&declaration.property, &declaration.value, &mut self.guards, options);
            let name = rule.flip_name(&declaration.property);
            if value.is_some() || (alias.is_none() && name != declaration.property) {
                self.is_flipped = true;
                if let Cow::Owned(name) = name {
                    declaration.property = Cow::Owned(name);
                }
                if let Some(value) = value {
                    declaration.value = Cow::Owned(value);
                }
            }
        }
        if self.options.auto_rename && !self.is_flipped {
            self.auto_rename(id);
        }
    }

    /// Behind the last declaration of a rule in which nothing was flipped.
    fn auto_rename(&mut self, id: NodeId) {
        let Some(parent) = self.sheet.parent(id) else { return };
        let mut behind = std::iter::successors(self.sheet.next_sibling(id), |&next| self.sheet.next_sibling(next));
        let is_last = !behind.any(|next| self.sheet.node(next).declaration().is_some());
        if is_last && self.sheet.node(parent).rule().is_some() {
            self.renamer.auto_rename(self.sheet, parent, &self.options);
        }
    }

    fn comment(&mut self, id: NodeId) {
        let Some(comment) = self.sheet.node(id).comment() else { return };
        let text = comment.text.clone();
        let Some(directive) = Directive::parse(&text) else { return };
        match directive.scope {
            DirectiveScope::End => self.end_directive(id, &directive),
            _ => self.begin_directive(id, &directive),
        }
    }

    fn begin_directive(&mut self, id: NodeId, directive: &Directive<'_>) {
        let &Directive { name, parameter, scope } = directive;
        let keep = !self.options.clean;
        let is_blacklisted = self.is_blacklisted(name);
        let control = Control::named(name).filter(|_| !is_blacklisted);
        if is_blacklisted {
            self.warn(id, name, WarningKind::Blacklisted);
        } else if control.is_none() {
            self.warn(id, name, WarningKind::Unsupported);
        }
        let acts_at_once = control.is_some_and(Control::acts_at_once);
        if let Some(control) = control
            && acts_at_once
        {
            self.act_at_once(id, control, directive, parameter);
        }
        let is_over = (control.is_none() && !is_blacklisted) || (scope.ends() && (acts_at_once || is_blacklisted));
        if !is_over {
            self.state.active.push(Active { control, name: name.to_owned(), scope, comment: id, keep });
        } else if !keep {
            self.remove(id);
        }
    }

    fn act_at_once(&mut self, id: NodeId, control: Control, directive: &Directive<'_>, parameter: &str) {
        if control == Control::Raw {
            match raw::insert(self.sheet, id, parameter) {
                Inserted::Done => {}
                Inserted::WithoutBlanks => self.without_blanks = Some(id),
                Inserted::Refused => self.warn(id, directive.name, WarningKind::Invalid),
            }
            return;
        }
        let options = match control {
            Control::Config => Literal::parse(parameter)
                .map(|config| config.get("options").map_or_else(Options::rtlcss, Options::from_literal)),
            _ => Options::from_json(parameter),
        };
        if directive.scope == DirectiveScope::Begin {
            self.state.save(control, Rc::clone(&self.options));
        }
        match options {
            Some(options) => {
                self.options = Rc::new(Options { keep_dir_rtl: self.options.keep_dir_rtl, ..options });
            }
            None => self.warn(id, directive.name, WarningKind::Invalid),
        }
    }

    fn end_directive(&mut self, id: NodeId, directive: &Directive<'_>) {
        let name = directive.name;
        if self.state.active.last().is_none_or(|active| active.name != name) {
            return self.warn(id, name, WarningKind::UnmatchedEnd);
        }
        let Some(begun) = self.end_active() else { return };
        let keep = if begun.control.is_some() { begun.keep } else { !self.options.clean };
        let control = begun.control.or_else(|| Control::named(name).filter(|_| !self.is_blacklisted(name)));
        match control {
            Some(Control::Ignore) => drop(self.state.end_ignore(self.sheet, id, DirectiveScope::End)),
            Some(control @ (Control::Options | Control::Config)) => {
                if let Some(options) = self.state.take_saved(control) {
                    self.options = options;
                }
            }
            _ => {}
        }
        if !keep {
            self.remove(id);
        }
    }

    fn is_blacklisted(&self, name: &str) -> bool {
        self.options.blacklist.iter().any(|listed| listed == name)
    }
}
