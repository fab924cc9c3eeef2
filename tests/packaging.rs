//! The systemd units: as systemd reads them, shut in, and in line with the program and the proxy's configuration.
//!
//! Needs: systemd

mod support;

use clap::Parser;
use revserve::cli::Arguments;
use std::fs;
use std::process::Command;

const SERVICE: &str = include_str!("../packaging/revserve.service");
const CONTAINER: &str = include_str!("../packaging/Containerfile");
const SOCKET: &str = include_str!("../packaging/revserve.socket");

fn setting<'a>(unit: &'a str, name: &str) -> &'a str {
    let line = unit.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    line.unwrap_or_else(|| panic!("{name} is not set"))
}

#[test]
fn the_container_is_built_from_all_that_the_program_is_made_of() {
    let copied: Vec<_> = CONTAINER
        .lines()
        .filter_map(|line| line.strip_prefix("COPY "))
        .filter(|line| !line.starts_with("--from"))
        .flat_map(|line| {
            line.split(' ').collect::<Vec<_>>().split_last().map(|(_, from)| from.to_vec()).unwrap_or_default()
        })
        .collect();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for path in &copied {
        assert!(root.join(path).exists(), "{path}");
    }
    // What cargo reads to build, and what the sources include.
    for needed in ["Cargo.toml", "Cargo.lock", "src", "benches", "fixtures"] {
        assert!(copied.contains(&needed), "{needed} is not copied");
    }
    let command: Vec<_> = CONTAINER.lines().filter_map(|line| line.strip_prefix("CMD ")).collect();
    let command: Vec<String> = serde_json::from_str(command[0]).expect("a list of words");
    Arguments::try_parse_from(std::iter::once("revserve".to_owned()).chain(command)).expect("the program takes it");
}

/// The units in a folder, with a program and a user that every machine has.
fn units() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let service = SERVICE.replace("/usr/bin/revserve", "/bin/true").replace("User=revserve", "User=daemon");
    let service = service.replace("Group=www-data", "Group=daemon");
    fs::write(folder.path().join("revserve.service"), service).expect("writable");
    fs::write(folder.path().join("revserve.socket"), SOCKET).expect("writable");
    folder
}

#[test]
fn systemd_finds_no_fault_in_the_units() {
    let folder = units();
    let units = ["revserve.service", "revserve.socket"].map(|unit| folder.path().join(unit));
    let output = Command::new("systemd-analyze").arg("verify").args(units).output().expect("systemd-analyze runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let ours: Vec<_> = said.lines().filter(|line| line.contains("revserve")).collect();
    assert!(output.status.success() && ours.is_empty(), "{said}");
}

#[test]
fn the_service_is_shut_in() {
    let folder = units();
    let output = Command::new("systemd-analyze")
        .args(["security", "--offline=yes", "--no-pager", "--threshold=25"])
        .arg(folder.path().join("revserve.service"))
        .output()
        .expect("systemd-analyze runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn the_program_takes_the_services_command_and_the_proxy_finds_its_socket() {
    let command = setting(SERVICE, "ExecStart");
    Arguments::try_parse_from(command.split(' ')).unwrap_or_else(|error| panic!("{error}"));
    let site = support::Site::new(support::Layout::Flat);
    let args = ["nginx", "--listen", "systemd"].into_iter().map(Into::into).chain(site.args());
    let printed = support::run(args).ok().out();
    assert!(printed.contains(&format!("unix:{}", setting(SOCKET, "ListenStream"))), "{printed}");
}
