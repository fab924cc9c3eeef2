//! The demo site that is inside the binary.

use crate::asset::Revision;
use crate::config::{RevisionsTable, SiteFile, SourceKind};
use camino::Utf8PathBuf;
use include_dir::{Dir, include_dir};
use std::io;

static DEMO: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/fixtures/demo");

/// The demo site in a temporary folder, which goes with this value.
pub struct Demo {
    folder: tempfile::TempDir,
}

impl Demo {
    /// The fixed revision of everything in the demo site.
    pub const REVISION: u64 = 1_770_000_000;
    /// The theme of its page.
    pub const THEME: &'static str = "orchard";

    /// Writes it to the temporary folder of the system.
    pub fn unpack() -> io::Result<Demo> {
        let folder = tempfile::Builder::new().prefix("revserve-demo-").tempdir()?;
        let demo = Demo { folder };
        // It makes the folders in its root, but not the root.
        std::fs::create_dir_all(demo.path().join("moodle"))?;
        DEMO.extract(demo.path().join("moodle"))?;
        std::fs::create_dir_all(demo.path().join("data"))?;
        Ok(demo)
    }

    /// Where its checkout lies: what is edited there shows in designer mode.
    pub fn checkout(&self) -> Utf8PathBuf {
        self.path().join("moodle")
    }

    fn path(&self) -> Utf8PathBuf {
        Utf8PathBuf::from(self.folder.path().to_string_lossy().into_owned())
    }

    /// What a site file of the demo would say.
    pub fn site_file(&self) -> SiteFile {
        let mut file = SiteFile::default();
        let folder = self.path();
        file.site.checkout = Some(folder.join("moodle"));
        file.site.dataroot = Some(folder.join("data"));
        file.site.wwwroot = Some("http://127.0.0.1:8190".into());
        file.revisions = RevisionsTable {
            source: Some(SourceKind::Fixed),
            themerev: Some(Self::REVISION),
            jsrev: Some(Self::REVISION),
            ..RevisionsTable::default()
        };
        file
    }

    /// The page to open, in a text direction: `ltr` or `rtl`. Without a revision its URLs are those of designer mode;
    /// `live` makes it follow its sources.
    pub fn page(direction: &str, revision: Option<Revision>, live: bool) -> Option<String> {
        let revision = revision.map_or("-1".to_owned(), |revision| revision.to_string());
        let script = if live { "<script src=\"/revserve/live.js\"></script>\n</head>" } else { "</head>" };
        let template = DEMO.get_file("index.html")?.contents_utf8()?;
        let rtl = direction == "rtl";
        Some(
            template
                .replace("</head>", script)
                .replace("{THEMEREV}", &revision)
                .replace("{JSREV}", &revision)
                .replace(&format!("{{SUB_{}}}", Self::THEME), "1")
                .replace("{THEME}", Self::THEME)
                .replace("{DIR}", if rtl { "rtl" } else { "ltr" })
                .replace("{RTL}", if rtl { "-rtl" } else { "" }),
        )
    }
}
