//! `revserve serve`: answers a site's requests until it is told to stop.
//!
//! 1. settle what was told; 2. open the sockets, so that a taken address is said before anything is built;
//! 3. take a place among the nodes, open the engine; 4. say where it listens; 5. serve.

use super::args::ServeOptions;
use super::control::Node;
use super::demo::Demo;
use super::open::{Builds, Opened, open, settle_told};
use super::say::say;
use crate::config::Told;
use crate::designer::live::Hub;
use crate::engine::Member;
use crate::engine::node_name;
use crate::serve::admin::{Admin, Token};
use crate::serve::listen::{Address, Listening, Options, Site, bind};
use crate::serve::metrics::Metrics;
use anyhow::Context;
use std::sync::Arc;

pub fn run(options: ServeOptions) -> anyhow::Result<()> {
    let told = Told { listen: options.listen.clone(), admin: options.admin.clone(), designer: options.designer };
    let Opened { settings, demo } = settle_told(&options.site, &told)?;
    let how = Options { workers: options.workers, diagnostics: options.timing, ..Options::default() };
    let listening = bind(&addresses(&settings.listen.addresses)?, how.socket_mode)?;
    let admin_listening = bind(&addresses(std::slice::from_ref(&settings.listen.admin))?, 0o600)?;
    let token = settings.listen.admin_token_file.as_deref().map(Token::read).transpose()?;

    let builds = Builds::start()?;
    // Before the revisions are looked at: from now on purges wait for this node.
    let member = Member::enter(&settings);
    let engine = builds.block_on(open(&settings, builds.handle()))?;
    if let Some(member) = member {
        let engine = engine.clone();
        builds.handle().spawn(async move { engine.attend(member).await });
    }
    let keeper = engine.clone();
    builds.handle().spawn(async move { keeper.keep().await });

    let hub = options.live.then(Hub::default);
    if let Some(hub) = hub.clone() {
        engine.workshop().show_sources();
        let engine = engine.clone();
        builds.handle().spawn(async move { engine.follow(&hub).await });
    }
    let (name, wwwroot) = (node_name(&settings), settings.place.wwwroot.clone());
    let node = Node { engine: engine.clone(), demo: demo.is_some(), hub, name, wwwroot };
    let metrics = Arc::new(Metrics::default());
    let mut words = announcement(&listening, &admin_listening, demo.as_ref());
    if options.live {
        let script = format!("<script src=\"{}/revserve/live.js\"></script>", engine.mount().path());
        words.push(format!("pages follow their sources with: {script}"));
    }
    if options.live && engine.revisions().known().themerev.is_some() {
        eprintln!("--live: the site is not in designer mode, so its pages have nothing to follow: add --designer");
    }
    let site = Site { engine: node.clone(), mount: engine.mount().clone(), metrics: metrics.clone() };
    let admin = Admin { control: node, metrics, token, hosts: Vec::new() };
    let begin = move || words.iter().for_each(|line| say!("{line}"));
    let served = actix_web::rt::System::new().block_on(listening.run(site, Some((admin_listening, admin)), how, begin));
    // What was answered from is not lost: the next start finds it.
    builds.end(engine.finished());
    served.context("the server stopped")
}

fn addresses(texts: &[String]) -> anyhow::Result<Vec<Address>> {
    Ok(texts.iter().map(|text| text.parse()).collect::<Result<_, _>>()?)
}

/// Other programs read these lines: one for each socket.
fn announcement(listening: &Listening, admin: &Listening, demo: Option<&Demo>) -> Vec<String> {
    let sites = listening.urls().into_iter().map(|url| format!("listening on {url}"));
    let admins = admin.urls().into_iter().map(|url| format!("admin on {url}"));
    let mut words: Vec<String> = sites.chain(admins).collect();
    if let Some(demo) = demo
        && let Some(url) = listening.urls().first()
    {
        words.push(format!("the demo site's page: {url}/"));
        words.push(format!("the demo site's files: {}", demo.checkout()));
    }
    words
}
