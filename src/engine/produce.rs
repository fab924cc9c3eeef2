//! From an asset to its bytes: which files, and what is made of them. The only place that knows both.

use super::board::{Phase, during};
use super::compiled::Compilations;
use super::designer::Workshop;
use super::origin::Origin;
use super::site_rows::SiteRows;
use super::sources::Sources;
use super::theme_host::ThemeHost;
use super::themes::Making;
use super::{Failure, sites::Installed, styles::Styles};
use crate::asset::{Asset, ContentType, Revision, ThemeName};
use crate::build::worker::{Job, Pool, Report};
use crate::build::{amd, join, script, yui};
use crate::cache::{Input, entry};
use crate::site::{Site, SourceFile, themes::Chain};
use bytes::Bytes;
use std::borrow::Cow;

/// Which form of an asset is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Minified and joined.
    Production,
    /// As it was written, for developers.
    Development,
}

/// What was made.
#[derive(Debug)]
pub struct Made {
    pub content_type: ContentType,
    pub body: Bytes,
    pub inputs: Vec<Input>,
}

/// The input that stands for the site's address in what contains URLs: no file has such a name.
const ADDRESS: &str = "$CFG->wwwroot";

/// The engines and the values that they need.
pub struct Makers {
    pub pool: Pool,
    /// SCSS that was compiled lately.
    pub compilations: Compilations,
    pub minifier: script::Minifier,
    /// In front of every URL that an asset contains as a whole.
    pub wwwroot: String,
    /// The path of the wwwroot.
    pub mount: String,
    /// Settings of themes, and uploaded files.
    pub rows: SiteRows,
    /// The theme that stands in for one that is broken.
    pub default_theme: Option<ThemeName>,
    /// What designer mode keeps.
    pub workshop: Workshop,
    /// Moodle itself, where the operator named its address.
    pub origin: Option<Origin>,
}

impl Makers {
    /// Makes one asset; `making` says afterwards how that went, also where it failed. Blocks.
    pub fn produce(
        &self,
        asset: &Asset,
        form: Form,
        installed: &Installed,
        themerev: Option<Revision>,
        making: &mut Making,
    ) -> Result<Made, Failure> {
        let Installed { site, yui, .. } = installed;
        let mut sources = Sources::default();
        let (content_type, body) = match asset {
            Asset::Image { theme, component, name, svg } => {
                let chain = self.chain(site, theme, making)?;
                let file = site.image(chain, component, name, *svg)?.ok_or(Failure::NotFound)?;
                let content_type = file.content_type().filter(|t| t.is_image()).ok_or(Failure::NotFound)?;
                (content_type, sources.read(&file)?)
            }
            Asset::Font { theme, component, file } => {
                let chain = self.chain(site, theme, making)?;
                let file = site.font(chain, component, file)?.ok_or(Failure::NotFound)?;
                (file.content_type().ok_or(Failure::NotFound)?, sources.read(&file)?)
            }
            Asset::ThemeScript { theme, place } => {
                let chain = self.chain(site, theme, making)?;
                let chain = self.settled(site, chain, themerev, making)?;
                let files = site.theme_scripts(&chain, *place)?;
                (ContentType::JavaScript, self.scripts(&files, form, &mut sources)?)
            }
            Asset::Scripts(paths) => {
                let mut files = Vec::new();
                for path in paths {
                    files.extend(site.script(path)?);
                }
                if files.is_empty() {
                    return Err(Failure::NotFound);
                }
                (ContentType::JavaScript, self.scripts(&files, form, &mut sources)?)
            }
            Asset::AmdAll => {
                let found = site.amd_modules();
                for error in &found.left_out {
                    tracing::warn!(%error, "an AMD module was left out");
                    making.short();
                }
                let mut modules = Vec::with_capacity(found.modules.len());
                for module in &found.modules {
                    modules.push((module.name.as_str(), sources.read(&module.file)?));
                }
                (ContentType::JavaScript, amd::all_modules(modules).into())
            }
            Asset::AmdModule { component, module } => {
                let module = site.amd_module(component, module)?.ok_or(Failure::NotFound)?;
                let body = match (form, &module.map, &module.source) {
                    (Form::Production, ..) => amd::module(&module.name, &sources.read(&module.build)?),
                    (Form::Development, Some(_), _) => {
                        let url = format!("{}/lib/jssourcemap.php/{}.js", self.wwwroot, module.name);
                        amd::mapped_module(&module.name, &sources.read(&module.build)?, &url)
                    }
                    (Form::Development, None, Some(source)) => amd::source_module(&module.name, &sources.read(source)?),
                    (Form::Development, None, None) => amd::source_module(&module.name, &sources.read(&module.build)?),
                };
                (ContentType::JavaScript, body.into())
            }
            Asset::SourceMap { component, module } => {
                let module = site.amd_module(component, module)?.ok_or(Failure::NotFound)?;
                let map = module.map.as_ref().ok_or(Failure::NotFound)?;
                let source = module.build.name().replace("/amd/build/", "/amd/src/").replace(".min.js", ".js");
                let url = format!("{}/{source}", self.wwwroot);
                (ContentType::SourceMap, amd::source_map(&sources.read(map)?, &url).into())
            }
            Asset::MapOf(of) => {
                let map = self.map_of(of, form, site, themerev, &mut sources, making)?;
                (ContentType::SourceMap, map)
            }
            Asset::YuiCombo { parts, slash } => self.yui(parts, *slash, installed, &mut sources)?,
            Asset::YuiImage(path) => {
                let file = yui_image(path.as_str(), site, &yui.versions)?.ok_or(Failure::NotFound)?;
                let content_type = file.content_type().filter(|t| t.is_image()).ok_or(Failure::NotFound)?;
                (content_type, sources.read(&file)?)
            }
            Asset::StylesDebug { theme, sheet, svg, rtl } => {
                let chain = self.chain(site, theme, making)?;
                let chain = &*self.settled(site, chain, themerev, making)?;
                let styles = Styles { makers: self, site, chain, themerev, svg: *svg, form, trail: None };
                let css = styles.debug(sheet, *rtl, &mut sources, making)?;
                (ContentType::Css, css.into())
            }
            Asset::Styles { theme, sheet, svg } => {
                let chain = self.chain(site, theme, making)?;
                let chain = &*self.settled(site, chain, themerev, making)?;
                let styles = Styles { makers: self, site, chain, themerev, svg: *svg, form, trail: None };
                (ContentType::Css, styles.make(*sheet, &mut sources, making)?.into())
            }
        };
        if sources.have_changed() {
            making.passing();
        }
        let mut inputs = sources.into_inputs();
        // Images may have URLs too, but as they were written.
        if content_type == ContentType::Css {
            inputs.push(self.address());
        }
        Ok(Made { content_type, body, inputs })
    }

    /// Whether what was made of these inputs has this site's URLs in it, or none.
    pub fn is_of_this_site(&self, inputs: &[Input]) -> bool {
        inputs.iter().all(|input| input.name != ADDRESS || *input == self.address())
    }

    fn address(&self) -> Input {
        Input { name: ADDRESS.into(), sha256: Some(entry::sha256(self.wwwroot.as_bytes())) }
    }

    /// The chain of a theme. One that is broken is answered by the site's default theme, as Moodle does, but never
    /// for long (moodle-assets.md §1).
    pub(super) fn chain<'s>(
        &self,
        site: &'s Site,
        theme: &ThemeName,
        making: &mut Making,
    ) -> Result<&'s Chain, Failure> {
        match site.themes().chain(theme) {
            None => Err(Failure::NotFound),
            Some(Ok(chain)) => Ok(chain),
            Some(Err(fault)) => {
                making.short();
                let default = self.default_theme.as_ref().and_then(|name| site.themes().chain(name));
                default.and_then(Result::ok).ok_or_else(|| Failure::Build(fault.to_string()))
            }
        }
    }

    /// A chain whose configuration depends on settings, read again with them.
    pub(super) fn settled<'c>(
        &self,
        site: &Site,
        chain: &'c Chain,
        themerev: Option<Revision>,
        making: &mut Making,
    ) -> Result<Cow<'c, Chain>, Failure> {
        if !chain.is_uncertain() {
            return Ok(Cow::Borrowed(chain));
        }
        let host = ThemeHost::new(self, site, chain, themerev)?;
        let settled = chain.settled(&host);
        if host.has_failed() {
            making.passing();
        }
        Ok(Cow::Owned(settled))
    }

    fn scripts(&self, files: &[SourceFile], form: Form, sources: &mut Sources) -> Result<Bytes, Failure> {
        let mut parts = Vec::with_capacity(files.len());
        for file in files {
            let source = sources.read(file)?;
            parts.push(match form {
                Form::Development => source,
                Form::Production => self.minify(file, source)?,
            });
        }
        Ok(match form {
            Form::Production => join::scripts(&parts),
            Form::Development => join::sources(&parts),
        })
    }

    /// A script as it is served. What is too deep, too large or too slow for the engine costs this script.
    fn minify(&self, file: &SourceFile, source: Bytes) -> Result<Bytes, Failure> {
        let job = Job::Minify { engine: self.minifier };
        let made = during(Phase::Minify, || self.pool.run_blocking(&job, &source));
        let made = made.map_err(|error| Failure::Build(format!("{}: {error}", file.path())))?;
        if let Report::Script(script::How::AsWritten(why)) = &made.report
            && why.is_notable()
        {
            tracing::warn!(file = %file.path(), %why, "a script is served as it was written");
        }
        Ok(made.bytes)
    }

    /// One YUI part. Lists are joined from these by [`super::lists`].
    fn yui(
        &self,
        text: &str,
        slash: bool,
        installed: &Installed,
        sources: &mut Sources,
    ) -> Result<(ContentType, Bytes), Failure> {
        let Installed { site, yui: yui::Library { versions, rollup }, .. } = installed;
        let combo = yui::Combo::parse(text, versions).ok_or(Failure::NotFound)?;
        let [part] = &combo.parts[..] else { return Err(Failure::NotFound) };
        let mut read = |part: &yui::Part, file: &SourceFile| -> Result<Bytes, Failure> {
            let content = sources.read(file)?;
            if combo.content_type != ContentType::Css {
                return Ok(content);
            }
            let css = String::from_utf8_lossy(&content);
            Ok(yui::images::rewrite(&css, part, &self.mount, slash, versions).into())
        };
        let body = match &part.kind {
            yui::Kind::Rollup { .. } if rollup.is_empty() => return Err(Failure::NotFound),
            yui::Kind::Rollup { version, suffix, .. } => {
                let mut all = Vec::new();
                for module in rollup {
                    let skin = if suffix == ".css" { "assets/skins/sam/" } else { "" };
                    let name = format!("{version}/{module}/{skin}{module}{suffix}");
                    let single = yui::Part::parse(&name, combo.content_type, versions);
                    if let Some(file) = yui_file(&single, site)? {
                        all.extend_from_slice(&read(&single, &file)?);
                    } else if suffix != ".css" {
                        tracing::warn!(module, "a module of YUI's rollup is not there");
                        return Err(Failure::NotFound);
                    }
                }
                if suffix != ".css" {
                    all.extend_from_slice(yui::USE_ALL.as_bytes());
                }
                all.into()
            }
            yui::Kind::UseAll => Bytes::from_static(yui::USE_ALL.as_bytes()),
            _ => read(part, &yui_file(part, site)?.ok_or(Failure::NotFound)?)?,
        };
        Ok((combo.content_type, body))
    }
}

pub(super) fn yui_file(part: &yui::Part, site: &Site) -> Result<Option<SourceFile>, Failure> {
    Ok(match &part.kind {
        yui::Kind::Library { file, .. } | yui::Kind::Gallery { file, .. } => {
            site.file(&site.place("lib/yuilib"), file)?
        }
        yui::Kind::Module { component, built, plain, .. } => match site.component(component) {
            None => None,
            Some(place) => match site.file(&place, built)? {
                None => site.file(&place, plain)?,
                found => found,
            },
        },
        _ => None,
    })
}

/// `{version}/{image}`, `moodle/{component}/{module}/…/{image}` or `gallery/{rev}/{module}/…/{image}`
/// (moodle-assets.md §3).
fn yui_image(path: &str, site: &Site, versions: &yui::Versions) -> Result<Option<SourceFile>, Failure> {
    let bits: Vec<&str> = path.split('/').collect();
    let library = |file: String| site.file(&site.place("lib/yuilib"), &file);
    Ok(match bits[..] {
        ["m" | "moodle", component, module, .., image] => {
            let component = crate::asset::ComponentName::parse(component).map_err(|_| Failure::NotFound)?;
            let Some(place) = site.component(&component) else { return Ok(None) };
            let skin = format!("assets/skins/sam/{image}");
            match site.file(&place, &format!("yui/build/moodle-{component}-{module}/{skin}"))? {
                None => site.file(&place, &format!("yui/{module}/{skin}"))?,
                found => found,
            }
        }
        ["gallery", _, module, _, _, _, image] => library(format!("gallery/{module}/assets/skins/sam/{image}"))?,
        [version, image] => {
            let bare = version.split('_').next().unwrap_or_default();
            if bare == versions.yui3 {
                library(format!("{bare}/assets/skins/sam/{image}"))?
            } else if bare == versions.yui2 {
                library(format!("2in3/{bare}/build/assets/skins/sam/{image}"))?
            } else {
                None
            }
        }
        _ => None,
    })
}
