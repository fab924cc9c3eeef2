//! Selectors that change their names: by the `rename` directive, or because nothing in their rule was flipped.

use std::collections::HashMap;

use super::options::{Options, Scope};
use super::swap::apply_string_maps;
use crate::build::css::{NodeId, Sheet, without_comments};

#[derive(Debug, Default)]
pub(super) struct Renamer {
    /// Rules that were renamed: how their selector was written at first.
    written: HashMap<NodeId, String>,
    /// Rules that wait for one of the other name, by their selector.
    waiting: HashMap<String, NodeId>,
}

impl Renamer {
    /// Applies the string maps to a rule's selector.
    pub fn rename(&mut self, sheet: &mut Sheet<'_>, rule: NodeId, options: &Options) {
        let renamed = apply_string_maps(&selector(sheet, rule), Scope::Selectors, options);
        self.set_selector(sheet, rule, renamed);
    }

    /// The same where nothing in the rule was flipped; in strict mode, only together with a rule that has the new
    /// name already.
    pub fn auto_rename(&mut self, sheet: &mut Sheet<'_>, rule: NodeId, options: &Options) {
        if !options.auto_rename_strict {
            return self.rename(sheet, rule, options);
        }
        let old = selector(sheet, rule);
        let renamed = apply_string_maps(&old, Scope::Selectors, options);
        match self.waiting.get(&renamed).copied() {
            Some(other) => {
                self.set_selector(sheet, other, old);
                self.set_selector(sheet, rule, renamed);
            }
            None => drop(self.waiting.insert(old, rule)),
        }
    }

    /// Changes a selector. Its comments go, unless it gets its first name back.
    fn set_selector(&mut self, sheet: &mut Sheet<'_>, id: NodeId, selector: String) {
        let Some(rule) = sheet.node_mut(id).rule_mut() else { return };
        let written = self.written.get(&id).map_or(rule.selector.as_ref(), String::as_str);
        if without_comments(written) != selector {
            self.written.entry(id).or_insert_with(|| rule.selector.as_ref().to_owned());
            rule.selector = selector.into();
        } else if let Some(written) = self.written.get(&id) {
            rule.selector = written.clone().into();
        }
    }
}

fn selector(sheet: &Sheet<'_>, rule: NodeId) -> String {
    sheet.node(rule).rule().map_or_else(String::new, |rule| without_comments(&rule.selector).into_owned())
}
