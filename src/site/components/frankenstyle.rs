//! What the name of a component means (moodle-assets.md §1).

use super::Components;

/// A component by its parts. Says nothing about whether it is installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named<'a> {
    /// `core`, `moodle`.
    Core,
    /// `core_course`, by AMD's and YUI's rule also `course`.
    Subsystem(&'a str),
    /// `mod_forum`, also `forum`.
    Plugin { kind: &'a str, name: &'a str },
}

impl<'a> Named<'a> {
    /// By the rule of AMD and YUI: a name without underscore is a subsystem where one has that name, else a module.
    pub fn of_scripts(name: &'a str, components: &Components) -> Named<'a> {
        match name.split_once('_') {
            None if is_core(name) => Named::Core,
            None if components.subsystem(name).is_some() => Named::Subsystem(name),
            None => Named::Plugin { kind: "mod", name },
            Some(("core" | "moodle", subsystem)) => Named::Subsystem(subsystem),
            Some((kind, name)) => Named::Plugin { kind, name },
        }
    }

    /// By the rule of images and fonts: a name without underscore is always a module, and subsystems have no
    /// images of their own; themes may bring some under their names all the same.
    pub fn of_images(name: &'a str) -> Named<'a> {
        match name.split_once('_') {
            None if is_core(name) => Named::Core,
            None => Named::Plugin { kind: "mod", name },
            Some((kind, name)) => Named::Plugin { kind, name },
        }
    }
}

fn is_core(name: &str) -> bool {
    matches!(name, "" | "core" | "moodle")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::components::Subsystem;

    #[test]
    fn scripts_and_images_default_differently() {
        let subsystems = ["course", "help"].map(|name| Subsystem { name: name.into(), dir: None }).to_vec();
        let components = Components { subsystems, ..Components::default() };
        let module = |name| Named::Plugin { kind: "mod", name };
        let expected = [
            ("core", Named::Core, Named::Core),
            ("moodle", Named::Core, Named::Core),
            ("forum", module("forum"), module("forum")),
            ("course", Named::Subsystem("course"), module("course")),
            ("help", Named::Subsystem("help"), module("help")),
            ("core_course", Named::Subsystem("course"), Named::Plugin { kind: "core", name: "course" }),
            ("moodle_course", Named::Subsystem("course"), Named::Plugin { kind: "moodle", name: "course" }),
            ("mod_my_mod", module("my_mod"), module("my_mod")),
            (
                "block_html",
                Named::Plugin { kind: "block", name: "html" },
                Named::Plugin { kind: "block", name: "html" },
            ),
            ("_x", Named::Plugin { kind: "", name: "x" }, Named::Plugin { kind: "", name: "x" }),
        ];
        for (name, scripts, images) in expected {
            assert_eq!(Named::of_scripts(name, &components), scripts, "{name}");
            assert_eq!(Named::of_images(name), images, "{name}");
        }
    }
}
