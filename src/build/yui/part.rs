//! One part of a list: what it names, and where its file would be.

use crate::asset::{Asked, ComponentName, ContentType, SafePath};
use serde::{Deserialize, Serialize};

/// The versions of YUI that a site has (`lib/setup.php`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    pub yui3: String,
    /// Counts patches of YUI 3 between releases; part of the URL where it is not 0.
    pub patch: u32,
    pub yui2: String,
}

/// The YUI of a site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Library {
    pub versions: Versions,
    /// The modules of a rollup, in the order in which they are joined; empty where a site has none.
    pub rollup: Vec<String>,
}

/// One part, as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// As it stands in the URL.
    pub text: String,
    pub kind: Kind,
}

/// What a part names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file below `lib/yuilib`. `current` where the version it names is the site's, patches included.
    Library { file: String, version: String, current: bool },
    /// A file of `lib/yuilib/gallery`, with a revision.
    Gallery { file: String, asked: Asked },
    /// A module of a component: its built file and, in older plugins, the one beside its source.
    Module { component: ComponentName, module: String, asked: Asked, built: String, plain: String },
    /// Every module that each page needs: scripts of `suffix`, or their style sheets.
    Rollup { version: String, suffix: String, current: bool },
    /// [`super::USE_ALL`].
    UseAll,
    /// A rollup by another name: Moodle sends nothing for it.
    Nothing,
    /// No part at all.
    Wrong,
}

impl Part {
    /// Reads a part of a list of this type.
    pub fn parse(text: &str, content_type: ContentType, versions: &Versions) -> Part {
        let end = if content_type == ContentType::Css { ".css" } else { ".js" };
        // The one part that PHP names without an end; with one it can be asked for by itself.
        let text = if text == "yuiuseall/yuiuseall" { "yuiuseall/yuiuseall.js" } else { text };
        let kind = kind(text, content_type, versions).filter(|_| text.ends_with(end)).unwrap_or(Kind::Wrong);
        Part { text: text.to_owned(), kind }
    }

    /// The revision of the site's that the part names, if it is of a kind that names one.
    pub fn asked(&self) -> Option<Asked> {
        match &self.kind {
            Kind::Gallery { asked, .. } | Kind::Module { asked, .. } => Some(*asked),
            _ => None,
        }
    }

    /// Whether the version in its name is not the site's: never to be kept long.
    pub fn is_outdated(&self) -> bool {
        matches!(&self.kind, Kind::Library { current: false, .. } | Kind::Rollup { current: false, .. })
    }
}

fn kind(text: &str, content_type: ContentType, versions: &Versions) -> Option<Kind> {
    let path = SafePath::parse(text).ok()?;
    let bits: Vec<&str> = path.as_str().split('/').collect();
    let (first, rest) = bits.split_first().filter(|(_, rest)| !rest.is_empty())?;
    match *first {
        "rollup" => {
            let (version, name) = (rest[0], rest.get(1).copied().unwrap_or_default());
            if !name.contains("yui-moodlesimple") {
                return Some(Kind::Nothing);
            }
            let suffix = ["-debug.js", "-min.js", ".js", ".css"].iter().find(|suffix| name.ends_with(*suffix))?;
            let (bare, current) = bare_version(version, versions);
            (bare == versions.yui3).then(|| Kind::Rollup {
                version: version.to_owned(),
                suffix: (*suffix).to_owned(),
                current,
            })
        }
        "yuiuseall" => Some(Kind::UseAll),
        "m" | "moodle" => module(rest, content_type),
        "2in3" => Some(Kind::Library {
            file: path.to_string(),
            version: "2in3".to_owned(),
            current: rest[0] == versions.yui2,
        }),
        "gallery" if rest.len() > 2 => {
            Some(Kind::Gallery { file: format!("gallery/{}", rest[1..].join("/")), asked: Asked::parse(rest[0]) })
        }
        version => {
            let (bare, current) = bare_version(version, versions);
            (bare == versions.yui3).then(|| Kind::Library {
                file: format!("{bare}/{}", rest.join("/")),
                version: version.to_owned(),
                current,
            })
        }
    }
}

/// A version without the number of its patch, and whether both are the site's.
fn bare_version<'a>(version: &'a str, versions: &Versions) -> (&'a str, bool) {
    let (bare, patch) = version.split_once('_').map_or((version, None), |(bare, patch)| (bare, Some(patch)));
    // Modules that no patch touched are asked for by the bare version.
    let known = patch.is_none_or(|patch| versions.patch > 0 && patch == versions.patch.to_string());
    (bare, known && bare == versions.yui3)
}

/// `{rev}/{component}/{module}[/…]/{file}`
fn module(bits: &[&str], content_type: ContentType) -> Option<Kind> {
    let [rev, component, folders @ .., file] = bits else { return None };
    let module = *folders.first()?;
    let full_name = format!("moodle-{component}-{module}");
    let built_file = file.replace(module, &full_name);
    let folder =
        ["-min.js", "-debug.js", ".js", ".css"].iter().fold(built_file.clone(), |name, end| name.replace(end, ""));
    let skin = if content_type == ContentType::Css { "assets/skins/sam/" } else { "" };
    let plain_file = file.replace("-min.", ".").replace("-debug.", ".");
    Some(Kind::Module {
        component: ComponentName::parse(component).ok()?,
        module: module.to_owned(),
        asked: Asked::parse(rev),
        built: format!("yui/build/{folder}/{skin}{built_file}"),
        plain: format!("yui/{}/{skin}{plain_file}", folders.join("/")),
    })
}
