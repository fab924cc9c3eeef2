//! The demo site that is inside the binary.

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

    /// The page to open, in a text direction: `ltr` or `rtl`.
    pub fn page(direction: &str) -> Option<String> {
        let template = DEMO.get_file("index.html")?.contents_utf8()?;
        let rtl = direction == "rtl";
        Some(
            template
                .replace("{THEMEREV}", &Self::REVISION.to_string())
                .replace("{JSREV}", &Self::REVISION.to_string())
                .replace(&format!("{{SUB_{}}}", Self::THEME), "1")
                .replace("{THEME}", Self::THEME)
                .replace("{DIR}", if rtl { "rtl" } else { "ltr" })
                .replace("{RTL}", if rtl { "-rtl" } else { "" }),
        )
    }
}
