//! The systemd units: as systemd reads them, shut in, and in line with the program and the proxy's configuration.
//!
//! Needs: systemd

mod support;

use clap::Parser;
use revserve::cli::Arguments;
use std::fs;
use std::process::Command;

const SERVICE: &str = include_str!("../packaging/revserve.service");
const SOCKET: &str = include_str!("../packaging/revserve.socket");

fn setting<'a>(unit: &'a str, name: &str) -> &'a str {
    let line = unit.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    line.unwrap_or_else(|| panic!("{name} is not set"))
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
