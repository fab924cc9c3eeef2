//! The command line, as it is written.

use crate::serve::nginx::Fallback;
use camino::Utf8PathBuf;
use clap::{Args, Parser, Subcommand, ValueEnum};

/// Answers the asset requests of a Moodle site.
#[derive(Debug, Parser)]
#[command(name = "revserve", version, max_term_width = 100)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
    /// How the log on standard error is written
    #[arg(long, global = true, value_name = "FORM", value_enum, default_value_t)]
    pub log: LogForm,
}

/// The form of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogForm {
    /// Lines for people, coloured on a terminal
    #[default]
    Human,
    /// One JSON object a line, for programs that collect logs
    Json,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve a site's assets; without --moodle and --site, the demo site
    Serve(ServeOptions),
    /// Build every asset of every theme now
    Build(BuildOptions),
    /// Make a new revision, so that every asset is built anew (files source)
    Purge(PurgeOptions),
    /// Say what works, what does not, and how to mend it
    Check(CheckOptions),
    /// Say where the answer to a URL comes from, or what an entry holds
    Inspect(InspectOptions),
    /// Flip a style sheet from left to right, as it is served
    Rtl(RtlOptions),
    /// Minify a script or a style sheet, as it is served
    Minify(MinifyOptions),
    /// Print the proxy configuration for nginx
    Nginx(NginxOptions),
    /// Print a PHP script that writes snapshots of themes whose PHP cannot be evaluated
    ExportScript,
    /// The process in which engines run
    #[command(hide = true)]
    Worker,
}

impl Command {
    /// What is logged where `RUST_LOG` does not say: what is printed for other programs, or tells everything itself,
    /// needs little of it.
    pub fn log(&self) -> &'static str {
        match self {
            Command::Serve(_) => "revserve=info,warn",
            Command::Check(_) => "off",
            _ => "warn",
        }
    }
}

/// Which site.
#[derive(Clone, Debug, Default, Args)]
pub struct SiteOptions {
    /// Moodle's checkout, or its public folder
    #[arg(long, value_name = "DIR", conflicts_with = "site")]
    pub moodle: Option<Utf8PathBuf>,
    /// A site file (TOML)
    #[arg(long, value_name = "FILE")]
    pub site: Option<Utf8PathBuf>,
}

#[derive(Clone, Debug, Args)]
pub struct ServeOptions {
    #[command(flatten)]
    pub site: SiteOptions,
    /// Where to listen: host:port, unix:/path or systemd; may be given several times
    #[arg(long, value_name = "ADDR")]
    pub listen: Vec<String>,
    /// Where health, metrics and purge are
    #[arg(long, value_name = "ADDR")]
    pub admin: Option<String>,
    /// Answer from the sources as they are, as in Moodle's theme designer mode
    #[arg(long)]
    pub designer: bool,
    /// Tell open pages what changes, and show them mistakes, source included: for a machine of your own
    #[arg(long)]
    pub live: bool,
    /// Threads that answer requests; as many as cores if not given
    #[arg(long, value_name = "N")]
    pub workers: Option<std::num::NonZeroUsize>,
    /// Send Server-Timing and Cache-Status with every answer
    #[arg(long)]
    pub timing: bool,
}

#[derive(Clone, Debug, Args)]
pub struct BuildOptions {
    #[command(flatten)]
    pub site: SiteOptions,
    /// Make the component index alone, from what is in the site's folders now
    #[arg(long)]
    pub components: bool,
    /// Of all themes only this one, with the scripts of the site; may be given several times
    #[arg(long, value_name = "NAME")]
    pub theme: Vec<String>,
}

#[derive(Clone, Debug, Args)]
pub struct PurgeOptions {
    /// all, themes, js or theme
    #[arg(value_enum, default_value_t = PurgeScope::All)]
    pub scope: PurgeScope,
    /// The theme, with `theme`
    #[arg(required_if_eq("scope", "theme"))]
    pub name: Option<String>,
    /// How long to wait until every node knows of it; 75 if not given, 0 does not wait
    #[arg(long, value_name = "SECONDS")]
    pub wait: Option<u64>,
    #[command(flatten)]
    pub site: SiteOptions,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum PurgeScope {
    All,
    Themes,
    Js,
    Theme,
}

#[derive(Clone, Debug, Args)]
pub struct CheckOptions {
    #[command(flatten)]
    pub site: SiteOptions,
    /// Where the server listens that is to be looked at, as given to serve
    #[arg(long, value_name = "ADDR")]
    pub listen: Vec<String>,
    /// Where its health, metrics and purge are, as given to serve
    #[arg(long, value_name = "ADDR")]
    pub admin: Option<String>,
    /// Leave out what takes seconds: building each theme's styles
    #[arg(long)]
    pub quick: bool,
    /// Print JSON, for other programs
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Debug, Args)]
pub struct InspectOptions {
    /// A URL of the site, or the path of an entry
    pub what: String,
    #[command(flatten)]
    pub site: SiteOptions,
}

#[derive(Clone, Debug, Args)]
pub struct RtlOptions {
    /// The style sheet; standard input if not given
    pub file: Option<Utf8PathBuf>,
}

#[derive(Clone, Debug, Args)]
pub struct MinifyOptions {
    /// A file that ends in .js or .css
    pub file: Utf8PathBuf,
}

#[derive(Clone, Debug, Args)]
pub struct NginxOptions {
    #[command(flatten)]
    pub site: SiteOptions,
    /// The address of revserve as nginx reaches it
    #[arg(long, value_name = "ADDR")]
    pub listen: Vec<String>,
    /// Put the script into pages by which they follow their sources (serve --live)
    #[arg(long)]
    pub live: bool,
    /// Who answers while revserve is down: php-fpm as fastcgi_pass takes it, or http://… of a server that runs Moodle
    #[arg(long, value_name = "ADDR", default_value_t)]
    pub php: Fallback,
}
