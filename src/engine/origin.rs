//! Moodle itself, asked for what cannot be made here (design.md §7).
//!
//! 1. Look which revisions are current, and write the sheet's URL from them: nothing of a client's request goes along.
//! 2. Ask, with wwwroot's host and a mark that another revserve refuses, so that a loop ends at once.
//! 3. Believe only a whole style sheet that may be kept for good: Moodle sends a temporary one while it compiles.
//! 4. Look at the revisions again: they have to be the same.

use crate::asset::{Revision, SheetType, ThemeName};
use crate::revision::{Revisions, State};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use ureq::http::{HeaderMap, Response, header};

/// What `Via` says of a request that revserve itself made (RFC 9110 §7.6.3).
pub const VIA: &str = "1.1 revserve";

/// What one question may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Until there is a connection.
    pub connect: Duration,
    /// Until all of the answer is there. Moodle compiles for seconds.
    pub whole: Duration,
    /// Bytes of the style sheet.
    pub bytes: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { connect: Duration::from_secs(3), whole: Duration::from_secs(40), bytes: 32 << 20 }
    }
}

/// `[origin] url` is no address that can be asked. The operator reads this.
#[derive(Debug, thiserror::Error)]
#[error("[origin] url: {why}; write one like http://127.0.0.1:8080")]
pub struct BadOrigin {
    /// The URL itself is not repeated: somebody may have written a password into it.
    pub why: &'static str,
}

/// Why Moodle's answer is not taken.
#[derive(Debug, thiserror::Error)]
pub enum OriginError {
    /// There is no revision to ask for: designer mode, or the source of revisions does not answer.
    #[error("no revision is current, so nothing can be asked for")]
    NoRevision,
    /// No answer, or not within the time.
    #[error("{url}: {why}")]
    NoAnswer { url: String, why: String },
    /// Anything but 200: a redirect, an error page.
    #[error("{url}: it answered {status}")]
    Status { url: String, status: u16 },
    /// It says that it is something else.
    #[error("{url}: its type is {content_type:?}, not text/css in UTF-8 as it is or as gzip")]
    NotCss { url: String, content_type: String },
    /// Not to be kept for good: the temporary sheet that Moodle sends while it compiles, or one of another revision.
    #[error("{url}: it is temporary (Cache-Control is {cache_control:?}, without immutable)")]
    Temporary { url: String, cache_control: String },
    /// Its end cannot be told from a connection that broke.
    #[error("{url}: it does not say where it ends, or it broke off: {why}")]
    Broken { url: String, why: String },
    /// More than any style sheet.
    #[error("{url}: it is larger than {limit} bytes")]
    TooLarge { url: String, limit: u64 },
    /// The URLs in it are of another revision.
    #[error("{url}: the URLs in it are of the revision {found}")]
    OtherRevision { url: String, found: String },
    /// The revision moved while it was asked.
    #[error("the revision moved while Moodle was asked")]
    Moved,
}

/// Moodle at the address that the operator gave.
pub struct Origin {
    agent: ureq::Agent,
    /// Up to the path of the wwwroot, without a slash at the end.
    base: String,
    /// The host of the wwwroot, with its port, and its scheme.
    host: String,
    scheme: String,
    limits: Limits,
    revisions: Arc<Revisions>,
    runtime: Handle,
}

impl Origin {
    /// `url` without a path means: the path of the wwwroot.
    ///
    /// # Errors
    /// [`BadOrigin`] where it is not a plain http or https address.
    pub fn new(
        url: &str,
        wwwroot: &str,
        limits: Limits,
        revisions: Arc<Revisions>,
        runtime: Handle,
    ) -> Result<Origin, BadOrigin> {
        let bad = |why| BadOrigin { why };
        let parsed: ureq::http::Uri = url.parse().map_err(|_| bad("it is no URL"))?;
        if !matches!(parsed.scheme_str(), Some("http" | "https")) {
            return Err(bad("it does not begin with http:// or https://"));
        }
        if parsed.query().is_some() || url.contains(['#', '@']) {
            return Err(bad("it has more than a host and a path"));
        }
        let (scheme, rest) = wwwroot.split_once("://").unwrap_or(("http", wwwroot));
        let (host, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        let path = if parsed.path() == "/" { path } else { parsed.path() };
        let authority = parsed.authority().ok_or_else(|| bad("it has no host"))?;
        let base = format!("{}://{authority}{}", parsed.scheme_str().unwrap_or("http"), path.trim_end_matches('/'));
        let config = ureq::Agent::config_builder()
            .timeout_connect(Some(limits.connect))
            .timeout_global(Some(limits.whole))
            .max_redirects(0)
            .http_status_as_error(false)
            .proxy(None)
            .max_idle_connections(0)
            .user_agent("revserve")
            .build();
        Ok(Origin {
            agent: config.into(),
            base,
            host: host.to_owned(),
            scheme: scheme.to_owned(),
            limits,
            revisions,
            runtime,
        })
    }

    /// A sheet of the current revision, as Moodle serves it. Blocks, until the time is up at most.
    ///
    /// # Errors
    /// [`OriginError`] where the answer is not to be believed.
    pub fn ask(
        &self,
        theme: &ThemeName,
        sheet: SheetType,
        svg: bool,
        themerev: Option<Revision>,
    ) -> Result<String, OriginError> {
        let before = self.look(theme).filter(|(current, _)| Some(*current) == themerev);
        let (revision, sub) = before.ok_or(OriginError::NoRevision)?;
        let no_svg = if svg { "" } else { "_s/" };
        let sheet = sheet.as_str();
        let url = format!("{}/theme/styles.php/{no_svg}{theme}/{revision}_{sub}/{sheet}", self.base);
        let css = self.get(&url)?;
        if let Some(found) = other_revision(&css, theme, revision) {
            return Err(OriginError::OtherRevision { url, found: found.to_owned() });
        }
        if self.look(theme) != before {
            return Err(OriginError::Moved);
        }
        Ok(css)
    }

    /// The revision and the theme's sub-revision at this moment.
    fn look(&self, theme: &ThemeName) -> Option<(Revision, u64)> {
        let state: Arc<State> = self.runtime.block_on(self.revisions.look())?;
        Some((state.themerev?, state.subrevision(theme)))
    }

    fn get(&self, url: &str) -> Result<String, OriginError> {
        let own = || url.to_owned();
        let request = self
            .agent
            .get(url)
            .header(header::HOST, &self.host)
            .header(header::ACCEPT, "text/css")
            // PHP leaves the length out where it may compress; gzip carries a length and a sum of its own.
            .header(header::ACCEPT_ENCODING, "gzip")
            .header(header::VIA, VIA)
            // A wwwroot with https behind a proxy that ended it.
            .header("X-Forwarded-Proto", &self.scheme);
        let no_answer = |error: ureq::Error| OriginError::NoAnswer { url: own(), why: error.to_string() };
        let mut response = request.call().map_err(no_answer)?;
        self.judge(url, &response)?;
        let limit = self.limits.bytes;
        // One byte more than may be, so that the limit itself is no error of reading.
        let read = response.body_mut().with_config().limit(limit + 1).read_to_vec();
        let bytes = read.map_err(|error| match error {
            ureq::Error::BodyExceedsLimit(_) => OriginError::TooLarge { url: own(), limit },
            ureq::Error::Timeout(_) => no_answer(error),
            error => OriginError::Broken { url: own(), why: error.to_string() },
        })?;
        if bytes.len() as u64 > limit {
            return Err(OriginError::TooLarge { url: own(), limit });
        }
        let declared = number(response.headers(), header::CONTENT_LENGTH);
        if declared.is_some_and(|length| length != bytes.len() as u64) {
            return Err(OriginError::Broken { url: own(), why: "it is shorter than it says".into() });
        }
        let bytes = match is_gzip(response.headers()) {
            true => self.unzipped(url, &bytes)?,
            false => bytes,
        };
        String::from_utf8(bytes).map_err(|_| OriginError::NotCss { url: own(), content_type: "not UTF-8".into() })
    }

    /// Checks length and sum, which RFC 1952 §2.3.1 puts behind the content.
    fn unzipped(&self, url: &str, bytes: &[u8]) -> Result<Vec<u8>, OriginError> {
        let broken = |why: &str| OriginError::Broken { url: url.to_owned(), why: why.to_owned() };
        let tail = bytes.last_chunk().ok_or_else(|| broken("its gzip is empty"))?;
        let length = u64::from(u32::from_le_bytes(*tail));
        if length > self.limits.bytes {
            // Either so large, or it broke off, and these bytes are no length.
            return Err(OriginError::TooLarge { url: url.to_owned(), limit: self.limits.bytes });
        }
        let mut whole = vec![0; usize::try_from(length).unwrap_or(0)];
        match libdeflater::Decompressor::new().gzip_decompress(bytes, &mut whole) {
            Ok(written) if written == whole.len() => Ok(whole),
            Ok(_) => Err(broken("its gzip is shorter than it says")),
            Err(error) => Err(broken(&format!("its gzip: {error}"))),
        }
    }

    /// Whether an answer, by its head, may be believed.
    fn judge<B>(&self, url: &str, response: &Response<B>) -> Result<(), OriginError> {
        let (headers, url) = (response.headers(), || url.to_owned());
        if response.status() != 200 {
            return Err(OriginError::Status { url: url(), status: response.status().as_u16() });
        }
        let content_type = all(headers, header::CONTENT_TYPE);
        let coding = all(headers, header::CONTENT_ENCODING);
        let coded = !coding.is_empty() && !coding.eq_ignore_ascii_case("identity") && !is_gzip(headers);
        if !is_css(&content_type) || coded {
            return Err(OriginError::NotCss { url: url(), content_type });
        }
        let cache_control = all(headers, header::CACHE_CONTROL);
        let has = |name: &str| cache_control.split(',').any(|directive| is_directive(directive, name));
        if !has("immutable") || ["no-store", "no-cache", "private", "must-revalidate"].into_iter().any(has) {
            return Err(OriginError::Temporary { url: url(), cache_control });
        }
        let chunked = all(headers, header::TRANSFER_ENCODING).eq_ignore_ascii_case("chunked");
        match number(headers, header::CONTENT_LENGTH) {
            None if !chunked && !is_gzip(headers) => Err(OriginError::Broken { url: url(), why: "no length".into() }),
            Some(length) if length > self.limits.bytes => {
                Err(OriginError::TooLarge { url: url(), limit: self.limits.bytes })
            }
            _ => Ok(()),
        }
    }
}

/// All lines of a field as one (RFC 9110 §5.3).
fn all(headers: &HeaderMap, name: header::HeaderName) -> String {
    let lines: Vec<_> = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
    lines.join(", ").trim().to_owned()
}

fn is_gzip(headers: &HeaderMap) -> bool {
    ["gzip", "x-gzip"].iter().any(|name| all(headers, header::CONTENT_ENCODING).eq_ignore_ascii_case(name))
}

fn number(headers: &HeaderMap, name: header::HeaderName) -> Option<u64> {
    all(headers, name).parse().ok()
}

/// Whether a member of `Cache-Control` is this directive (RFC 9111 §5.2).
fn is_directive(member: &str, name: &str) -> bool {
    member.split('=').next().is_some_and(|word| word.trim().eq_ignore_ascii_case(name))
}

/// `text/css`, and UTF-8 where it says so.
fn is_css(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    let is_css = parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case("text/css"));
    is_css
        && parts.all(|parameter| match parameter.split_once('=') {
            Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
                value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
            }
            _ => true,
        })
}

/// A revision in the URLs of the theme's own images and fonts that is not the one that was asked for.
fn other_revision<'c>(css: &'c str, theme: &ThemeName, revision: Revision) -> Option<&'c str> {
    let own = revision.to_string();
    let urls = ["/theme/image.php/", "/theme/font.php/"].into_iter().flat_map(|script| css.split(script).skip(1));
    urls.filter_map(|url| {
        let end = url.find([')', '"', '\'', ' ', '?', '#']).unwrap_or(url.len());
        let path = &url[..end];
        let mut segments = path.strip_prefix("_s/").unwrap_or(path).split('/');
        let (named, _component, found) = (segments.next()?, segments.next()?, segments.next()?);
        (named == theme.as_str() && found != own).then_some(found)
    })
    .next()
}

/// Whether a line of `Via` names revserve: the request is its own, come back in a circle.
pub fn is_own(via: &[u8]) -> bool {
    let text = String::from_utf8_lossy(via);
    text.split(',').any(|member| {
        let mut words = member.split_whitespace().skip(1);
        words.next().is_some_and(|name| name.eq_ignore_ascii_case("revserve"))
    })
}

#[cfg(test)]
mod tests;
