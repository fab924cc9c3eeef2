//! What goes wrong on a node: kills at any moment, and a localcachedir that is full, taken away, emptied or no folder.
//! Whatever happens, an answer is right or there is none, and nothing broken stays under an entry's name.

#[path = "faults/calls.rs"]
mod calls;
mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use revserve::cache::entry::{decode, decode_best};
use support::{Client, JS_REV, Layout, Server, Site, THEME_REV, revserve, until};

/// Scripts enough that some of them are always being built or written.
const SCRIPTS: usize = 60;

/// What every build of script `n` has in it, and no other's.
fn mark(n: usize) -> String {
    format!("script number {n} of many")
}

fn site() -> Site {
    let site = Site::new(Layout::Public);
    for n in 0..SCRIPTS {
        let words = (0..200).map(|word| format!("\"word {word} of {n}\", ")).collect::<String>();
        site.file(&format!("lib/s{n}.js"), format!("var s{n} = \"{}\";\nvar words = [{words} 0];\n", mark(n)));
    }
    site
}

fn url(revision: i64, n: usize) -> String {
    format!("/lib/javascript.php/{revision}/lib/s{n}.js")
}

/// What all of them are when nothing goes wrong.
fn right_answers() -> Vec<Vec<u8>> {
    let site = site();
    let server = Server::start(&site);
    let mut client = server.client();
    let all: Vec<_> = (0..SCRIPTS).map(|n| client.get(&url(JS_REV, n), &[])).collect();
    for (n, answer) in all.iter().enumerate() {
        assert!(answer.status == 200 && answer.text().contains(&mark(n)), "{}", answer.text());
    }
    all.into_iter().map(|answer| answer.body).collect()
}

#[track_caller]
fn assert_all_right(server: &Server, revision: i64, right: &[Vec<u8>]) {
    let mut client = server.client();
    for (n, body) in right.iter().enumerate() {
        let answer = client.get(&url(revision, n), &[]);
        assert_eq!((answer.status, answer.body == *body), (200, true), "script {n}: {}", answer.text());
    }
}

/// Asks for all, again and again, until told to stop; a connection that breaks is made anew, a wrong answer fails.
fn load(server: &Server, revision: i64, right: &[Vec<u8>], done: &AtomicBool, answered: &AtomicUsize) {
    while !done.load(Ordering::Relaxed) {
        let Ok(mut client) = Client::try_connect(server.address) else { continue };
        for (n, body) in right.iter().enumerate() {
            let Ok(answer) = client.try_request("GET", &url(revision, n), &[]) else { break };
            assert_eq!((answer.status, answer.body == *body), (200, true), "script {n}: {}", answer.text());
            answered.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Runs `trouble` while three clients ask for everything, and ends them however it ends.
fn under_load(server: &Server, revision: i64, right: &[Vec<u8>], trouble: impl FnOnce(&AtomicUsize)) {
    let (done, answered) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| load(server, revision, right, &done, &answered));
        }
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| trouble(&answered)));
        done.store(true, Ordering::Relaxed);
        outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for listed in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = listed.path();
        if path.is_dir() { found.append(&mut files(&path)) } else { found.push(path) }
    }
    found
}

/// Every file that bears an entry's name can be read and is whole; how many there are.
#[track_caller]
fn assert_none_is_broken(folder: &Path) -> usize {
    let mut whole = 0;
    for path in files(folder) {
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_owned();
        // What went away meanwhile was not broken.
        let Ok(bytes) = fs::read(&path) else { continue };
        match &*extension {
            "entry" => drop(decode(bytes.into()).unwrap_or_else(|error| panic!("{}: {error}", path.display()))),
            "best" => drop(decode_best(bytes.into()).unwrap_or_else(|error| panic!("{}: {error}", path.display()))),
            _ => continue,
        }
        whole += 1;
    }
    whole
}

/// `revserve build` of a site, which a test ends when it likes. Its workers end with it.
struct Build(Child);

impl Build {
    fn start(site: &Site) -> Build {
        let mut command = revserve();
        command.arg("build").args(site.args()).stdout(Stdio::null()).stderr(Stdio::null());
        Build(command.spawn().expect("revserve starts"))
    }
}

impl Drop for Build {
    fn drop(&mut self) {
        // SIGKILL, unless it has ended by itself already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Pseudo-random milliseconds below a limit.
fn moment(random: &mut u64, limit: u64) -> Duration {
    *random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    Duration::from_millis((*random >> 33) % limit)
}

#[test]
fn two_hundred_kills_of_a_server_and_a_build_beside_it_leave_nothing_broken() {
    let right = right_answers();
    let site = site();
    let begun = Instant::now();
    let (mut kills, mut random) = (0, 12_345_u64);
    // On a slow machine fewer: time is bounded.
    while kills < 200 && (begun.elapsed() < Duration::from_secs(90) || kills < 10) {
        // A revision for every few kills: some meet a folder that is empty, some one that the killed left half full.
        let revision = JS_REV + kills / 4;
        site.revisions(THEME_REV + kills / 4, revision);
        let build = Build::start(&site);
        let server = Server::start(&site);
        // The build is killed before the server, after it, or with it.
        let (first, second) = (moment(&mut random, 120), moment(&mut random, 120));
        under_load(&server, revision, &right, |_| {
            std::thread::sleep(first);
            if kills % 3 == 0 {
                drop(build);
                std::thread::sleep(second);
                server.signal(rustix::process::Signal::KILL);
            } else {
                server.signal(rustix::process::Signal::KILL);
                std::thread::sleep(if kills % 3 == 1 { second } else { Duration::ZERO });
                drop(build);
            }
        });
        server.kill();
        if kills % 10 == 9 {
            assert_none_is_broken(&site.localcachedir());
            assert_all_right(&Server::start(&site), revision, &right);
        }
        kills += 1;
    }
    // A leftover, as a file system without nameless files would keep it.
    let folder = files(&site.localcachedir()).into_iter().find(|path| path.extension().is_some_and(|e| e == "entry"));
    let folder = folder.and_then(|path| path.parent().map(Path::to_path_buf)).expect("some were published");
    fs::write(folder.join(".tmp-1-left"), "half an ent").expect("a temporary folder");
    let server = Server::start(&site);
    assert_all_right(&server, JS_REV + (kills - 1) / 4, &right);
    until("leftovers go", || {
        !files(&site.localcachedir()).iter().any(|path| path.to_string_lossy().contains("/.tmp-"))
    });
    assert!(assert_none_is_broken(&site.localcachedir()) > 0);
    println!("{kills} kills");
}

#[test]
fn emptied_again_and_again_under_load_it_gives_no_wrong_answer() {
    let right = right_answers();
    let site = site();
    // Memory so small that the folder is really used.
    site.site_toml(&format!(
        "[revisions]\nsource = \"fixed\"\nthemerev = {THEME_REV}\njsrev = {JS_REV}\n[memory]\nlimit = \"64 KiB\"\n"
    ));
    let server = Server::start(&site);
    under_load(&server, JS_REV, &right, |answered| {
        for _ in 0..15 {
            let before = answered.load(Ordering::Relaxed);
            for listed in fs::read_dir(site.localcachedir()).expect("is there").flatten() {
                // The server writes meanwhile: what could not be removed now is removed next time.
                let _ = fs::remove_dir_all(listed.path());
            }
            std::thread::sleep(Duration::from_millis(200));
            until("answers go on", || answered.load(Ordering::Relaxed) > before + 10);
        }
    });
    assert_all_right(&server, JS_REV, &right);
    assert_none_is_broken(&site.localcachedir());
    until("it is used again", || {
        assert_all_right(&server, JS_REV, &right);
        !files(&site.localcachedir()).is_empty()
    });
}

#[test]
fn a_folder_that_becomes_a_file_is_done_without() {
    let right = right_answers();
    let site = site();
    let server = Server::start(&site);
    under_load(&server, JS_REV, &right, |answered| {
        let (folder, aside) = (site.localcachedir(), site.root().join("aside"));
        for _ in 0..3 {
            fs::rename(&folder, &aside).expect("a temporary folder");
            fs::write(&folder, "no folder").expect("a temporary folder");
            let before = answered.load(Ordering::Relaxed);
            until("answers go on", || answered.load(Ordering::Relaxed) > before + 100);
            fs::remove_file(&folder).expect("just written");
            fs::rename(&aside, &folder).expect("a temporary folder");
        }
    });
    let fresh = site.file("lib/after.js", "var after = 1;").localcachedir();
    assert_all_right(&server, JS_REV, &right);
    assert_none_is_broken(&fresh);
}

#[test]
fn a_folder_that_cannot_be_written_costs_no_answer() {
    let right = right_answers();
    let site = site();
    use std::os::unix::fs::PermissionsExt as _;
    // Root writes in spite of permissions, but nobody makes folders in /proc.
    fs::set_permissions(site.localcachedir(), fs::Permissions::from_mode(0o555)).expect("a folder of ours");
    let fixed = format!("[revisions]\nsource = \"fixed\"\nthemerev = {THEME_REV}\njsrev = {JS_REV}\n");
    for folder in [site.localcachedir().display().to_string(), "/proc/revserve-has-no-place-here".into()] {
        site.site_toml(&format!("localcachedir = \"{folder}\"\n{fixed}"));
        let server = Server::start(&site);
        assert_all_right(&server, JS_REV, &right);
        assert_all_right(&server, JS_REV, &right);
        assert_eq!(server.metrics().sum("revserve_builds_total") as usize, SCRIPTS, "memory keeps them: {folder}");
    }
    fs::set_permissions(site.localcachedir(), fs::Permissions::from_mode(0o755)).expect("a folder of ours");
}

/// A file system of one MiB, as long as this lives.
struct Small(PathBuf);

impl Small {
    fn mount(folder: PathBuf) -> Option<Small> {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"]).arg(&folder);
        let done = mount.output().ok()?.status.success();
        done.then_some(Small(folder))
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        // Lazily: a worker of the server may still end.
        let _ = Command::new("umount").arg("-l").arg(&self.0).output();
    }
}

#[test]
fn a_full_disk_cuts_nothing_off() {
    let site = Site::new(Layout::Public);
    let Some(_small) = Small::mount(site.localcachedir()) else {
        println!("this test may not mount a tmpfs; tests/cache.rs plays a full disk without one");
        return;
    };
    // Pseudo-random words, so that no coding makes them small: far more than a MiB in all.
    let mut state = 1_u64;
    for n in 0..SCRIPTS {
        let mut words = String::new();
        for _ in 0..1500 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            words.push_str(&format!("\"{state:016x}\","));
        }
        site.file(&format!("lib/s{n}.js"), format!("var s{n}=[{words}\"{}\"];\n", mark(n)));
    }
    let server = Server::start(&site);
    let mut client = server.client();
    let bodies: Vec<_> = (0..SCRIPTS)
        .map(|n| {
            let answer = client.get(&url(JS_REV, n), &[]);
            assert_eq!(answer.status, 200);
            assert!(answer.text().contains(&mark(n)) && answer.body.len() > 1500 * 18, "script {n} is whole");
            answer.body
        })
        .collect();
    until("the disk was found full", || server.metrics().sum("revserve_localcachedir_failures_total") > 0.0);
    assert_all_right(&server, JS_REV, &bodies);
    assert!(assert_none_is_broken(&site.localcachedir()) < SCRIPTS * 2);
    drop(server);
    let again = Server::start(&site);
    assert_all_right(&again, JS_REV, &bodies);
    assert_none_is_broken(&site.localcachedir());
}
