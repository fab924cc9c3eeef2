//! How far a long work is: a bar on a terminal, a line every few seconds elsewhere.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::cell::Cell;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// One work of so many steps. Both forms go to standard error: standard output is for what came of it.
pub struct Progress {
    bar: ProgressBar,
    what: &'static str,
    /// When the last line was written, where there is no terminal.
    said: Option<Cell<Instant>>,
}

impl Progress {
    /// Between two lines. Logs of a deployment should tell that it goes on, not fill up.
    const EVERY: Duration = Duration::from_secs(5);

    pub fn new(what: &'static str, steps: u64) -> Progress {
        let terminal = std::io::stderr().is_terminal();
        let target = if terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(steps), target);
        if let Ok(style) = ProgressStyle::with_template("{msg:11} {bar:40} {pos}/{len} assets, {elapsed}") {
            bar.set_style(style);
        }
        bar.set_message(what);
        let progress = Progress { bar, what, said: (!terminal).then(|| Cell::new(Instant::now())) };
        if !terminal && steps > 0 {
            progress.say();
        }
        progress
    }

    /// One step more is done.
    pub fn advance(&self) {
        self.bar.inc(1);
        self.tell();
    }

    /// So many steps are left to do.
    pub fn left(&self, steps: u64) {
        self.bar.set_position(self.bar.length().unwrap_or(steps).saturating_sub(steps));
        self.tell();
    }

    /// Removes the bar.
    pub fn finish(self) {
        self.bar.finish_and_clear();
    }

    fn tell(&self) {
        if let Some(said) = &self.said
            && said.get().elapsed() >= Self::EVERY
        {
            said.set(Instant::now());
            self.say();
        }
    }

    fn say(&self) {
        let (done, all) = (self.bar.position(), self.bar.length().unwrap_or_default());
        eprintln!("{}: {done} of {all} assets, {:.0} s", self.what, self.bar.elapsed().as_secs_f64());
    }
}
