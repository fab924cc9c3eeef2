//! From an admin request to its answer:
//!
//! 1. refuse what comes from elsewhere;
//! 2. find what is asked by method and path;
//! 3. for a purge, ask for the token;
//! 4. answer, never to be kept or embedded.

use super::guard::{Sender, Token};
use super::{Control, PurgeError, Purged, exposition, page};
use crate::asset::ThemeName;
use crate::revision::Purge;
use crate::serve::metrics::Metrics;
use actix_http::error::DispatchError;
use actix_http::header::{HeaderName, HeaderValue};
use actix_http::{HttpService, Method, Protocol, Request, Response, StatusCode, header};
use actix_service::{ServiceFactory, ServiceFactoryExt as _, fn_service};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpStream, UnixStream};

/// The admin listener's service.
#[derive(Clone, Debug)]
pub struct Admin<C> {
    pub control: C,
    pub metrics: Arc<Metrics>,
    /// Without one nobody can purge here.
    pub token: Option<Token>,
    /// Names besides addresses and `localhost` under which it may be asked.
    pub hosts: Vec<String>,
}

/// What is asked.
enum Asked {
    Page,
    Live,
    /// What the page loads: its content type and content.
    Part(&'static str, &'static str),
    Health,
    Ready,
    Metrics,
    Purge(Purge),
}

/// What is answered.
struct Answer {
    status: StatusCode,
    kind: &'static str,
    text: String,
    /// One more field.
    field: Option<(HeaderName, &'static str)>,
}

const PLAIN: &str = "text/plain; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";
/// The page's own files and nothing else; nothing within a document runs or dresses it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

impl Answer {
    fn plain(status: StatusCode, text: impl Into<String>) -> Answer {
        Answer { status, kind: PLAIN, text: text.into() + "\n", field: None }
    }

    fn good(kind: &'static str, text: String) -> Answer {
        Answer { status: StatusCode::OK, kind, text, field: None }
    }
}

impl<C: Control> Admin<C> {
    /// As a service on TCP connections.
    pub fn tcp(
        self,
        address: SocketAddr,
    ) -> impl ServiceFactory<TcpStream, Config = (), Response = (), Error = DispatchError, InitError = ()> {
        HttpService::build()
            .client_request_timeout(Duration::from_secs(10))
            .client_disconnect_timeout(Duration::from_secs(1))
            .local_addr(address)
            .finish(fn_service(move |request| self.clone().serve(request)))
            .tcp()
    }

    /// As a service on connections of a Unix socket.
    pub fn unix(
        self,
    ) -> impl ServiceFactory<UnixStream, Config = (), Response = (), Error = DispatchError, InitError = ()> {
        let http = HttpService::build()
            .client_request_timeout(Duration::from_secs(10))
            .client_disconnect_timeout(Duration::from_secs(1))
            .finish(fn_service(move |request| self.clone().serve(request)));
        fn_service(|io: UnixStream| async { Ok((io, Protocol::Http1, None)) }).and_then(http)
    }

    async fn serve(self, request: Request) -> Result<Response<String>, Infallible> {
        let answer = self.answer(&request).await;
        let mut response = Response::with_body(answer.status, answer.text);
        let headers = response.headers_mut();
        for (name, value) in [
            (header::CONTENT_TYPE, answer.kind),
            (header::CACHE_CONTROL, "no-store"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::X_FRAME_OPTIONS, "DENY"),
            (header::CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
            (header::REFERRER_POLICY, "no-referrer"),
            (header::CONTENT_SECURITY_POLICY, POLICY),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        if let Some((name, value)) = answer.field {
            headers.insert(name, HeaderValue::from_static(value));
        }
        Ok(response)
    }

    async fn answer(&self, request: &Request) -> Answer {
        let is_post = request.method() == Method::POST;
        if !sender(request).is_welcome(&self.hosts, is_post) {
            let text =
                "This listener answers only by address, localhost or a listed name, and no page of another origin.";
            return Answer::plain(StatusCode::FORBIDDEN, text);
        }
        let Some((asked, wants_post)) = asked(request.path()) else {
            return Answer::plain(StatusCode::NOT_FOUND, "Not Found");
        };
        let is_get = request.method() == Method::GET || request.method() == Method::HEAD;
        if !(if wants_post { is_post } else { is_get }) {
            let allow = if wants_post { "POST" } else { "GET, HEAD" };
            let answer = Answer::plain(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed");
            return Answer { field: Some((header::ALLOW, allow)), ..answer };
        }
        match asked {
            Asked::Health => Answer::plain(StatusCode::OK, "ok"),
            Asked::Ready => match self.control.unready() {
                None => Answer::plain(StatusCode::OK, "ready"),
                Some(reason) => Answer::plain(StatusCode::SERVICE_UNAVAILABLE, reason),
            },
            Asked::Metrics => {
                let text =
                    exposition::text(&self.metrics.totals(), &self.control.samples(), &self.control.histograms());
                Answer::good("text/plain; version=0.0.4; charset=utf-8", text)
            }
            Asked::Page => {
                let survey = self.control.survey().await;
                Answer::good(HTML, page::html(&self.control.now(), &survey))
            }
            Asked::Live => Answer::good(HTML, page::live(&self.control.now())),
            Asked::Part(kind, text) => Answer::good(kind, text.to_owned()),
            Asked::Purge(purge) => self.purge(request, purge).await,
        }
    }

    async fn purge(&self, request: &Request, purge: Purge) -> Answer {
        let Some(token) = &self.token else {
            let text = "No token is set: name a file with one in [listen] admin_token_file to purge here.";
            return Answer::plain(StatusCode::FORBIDDEN, text);
        };
        let authorization = request.head().headers().get(header::AUTHORIZATION);
        if !authorization.is_some_and(|value| token.is_in(value.as_bytes())) {
            let answer = Answer::plain(StatusCode::UNAUTHORIZED, "Purging needs the token: Authorization: Bearer …");
            return Answer { field: Some((header::WWW_AUTHENTICATE, "Bearer")), ..answer };
        }
        match self.control.purge(purge).await {
            // It is made either way; what is not done yet is the rest (RFC 9110 §15.3.3).
            Ok(Purged { says, known_to_all: true }) => Answer::plain(StatusCode::OK, says),
            Ok(Purged { says, known_to_all: false }) => Answer::plain(StatusCode::ACCEPTED, says),
            Err(error @ PurgeError::Elsewhere(_)) => Answer::plain(StatusCode::CONFLICT, error.to_string()),
            Err(error @ PurgeError::Source(_)) => {
                tracing::error!(%error, "purge failed");
                Answer::plain(StatusCode::INTERNAL_SERVER_ERROR, "Nothing was purged: the log says why.")
            }
        }
    }
}

fn sender(request: &Request) -> Sender<'_> {
    // A field that is there but no text must not count as absent.
    let field = |name| request.head().headers().get(name).map(|value| value.to_str().unwrap_or("?"));
    Sender {
        host: field(header::HOST),
        origin: field(header::ORIGIN),
        fetch_site: field(HeaderName::from_static("sec-fetch-site")),
        fetch_mode: field(HeaderName::from_static("sec-fetch-mode")),
    }
}

/// What a path asks for, and whether it has to be asked with POST.
fn asked(path: &str) -> Option<(Asked, bool)> {
    Some(match path {
        "/" => (Asked::Page, false),
        "/live" => (Asked::Live, false),
        "/status.css" => (Asked::Part("text/css; charset=utf-8", page::STYLES), false),
        "/status.js" => (Asked::Part("text/javascript; charset=utf-8", page::SCRIPT), false),
        "/icon.svg" => (Asked::Part("image/svg+xml", page::ICON), false),
        "/health" => (Asked::Health, false),
        "/ready" => (Asked::Ready, false),
        "/metrics" => (Asked::Metrics, false),
        "/purge" | "/purge/all" => (Asked::Purge(Purge::All), true),
        "/purge/themes" => (Asked::Purge(Purge::Themes), true),
        "/purge/js" => (Asked::Purge(Purge::Scripts), true),
        path => {
            let theme = ThemeName::parse(path.strip_prefix("/purge/theme/")?).ok()?;
            (Asked::Purge(Purge::Theme(theme)), true)
        }
    })
}
