//! localcachedir: this node's own, writable, with room.

use super::finding::Finding;
use super::folder::{self, Size, Trial, Way};
use super::nodes;
use super::subject::Subject;
use crate::cache::io::FileSystem;
use camino::Utf8Path;
use std::os::unix::fs::MetadataExt;

const LOCAL: &str = "localcachedir";

/// A whole Moodle with four themes takes about this much.
const COMFORTABLE: u64 = 256 << 20;
/// One theme with its scripts takes about this much.
const TOO_LITTLE: u64 = 32 << 20;
const COMFORTABLE_FILES: u64 = 50_000;
const TOO_FEW_FILES: u64 = 2_000;

pub fn check(subject: &Subject) -> Vec<Finding> {
    let path = &subject.settings.place.localcachedir;
    let base = path.join("revserve");
    let mut findings = Vec::new();
    if !path.is_absolute() {
        let says = format!("{path} is no absolute path: no two programs would mean the same folder");
        return vec![Finding::wrong(LOCAL, says, "write the whole path into [site] localcachedir")];
    }
    let opened = Trial::make(&base).map_err(|error| error.to_string());
    let opened = opened.and_then(|trial| Ok((trial.open().map_err(|error| error.to_string())?, trial)));
    let (folder, _trial) = match opened {
        Ok(opened) => opened,
        Err(why) => return vec![refused(&base, &why)],
    };
    findings.push(match folder::publish(&folder) {
        Ok(Way::Unnamed) => Finding::ok(LOCAL, format!("entries can be written, synced and linked in {base}")),
        Ok(Way::Named) => {
            Finding::ok(LOCAL, format!("entries can be written in {base}, under temporary names (no O_TMPFILE there)"))
        }
        Err(error) => refused(&base, &format!("cannot {}: {}", error.step, error.error)),
    });
    if let Ok((system, name)) = folder::file_system(&folder) {
        let dataroot = &subject.settings.place.dataroot;
        findings.push(place(path, dataroot, &system, &name, &nodes::others(subject)));
        findings.extend(room(&system));
    }
    findings.extend(owner(&base));
    findings.push(contents(&base));
    findings
}

fn refused(base: &Utf8Path, why: &str) -> Finding {
    Finding::wrong(
        LOCAL,
        format!("{base} cannot be used ({why}): every asset is built again after each start, and by each process"),
        format!(
            "install -d -o USER {base}, with USER the user that runs revserve; look at its mount for ro and noexec"
        ),
    )
}

/// Where it lies: a node's own disk.
fn place(path: &Utf8Path, dataroot: &Utf8Path, system: &FileSystem, name: &str, others: &[String]) -> Finding {
    const MEND: &str =
        "write a folder of a disk of this machine, or of a tmpfs, into $CFG->localcachedir or [site] localcachedir";
    if system.network().is_some() {
        let says = format!("{path} is on {name}, which other machines share: slow, and not this node's own");
        return Finding::wrong(LOCAL, says, MEND);
    }
    if path.starts_with(dataroot) && !others.is_empty() {
        let says = format!("{path} is below dataroot, which {} also use: it is not this node's own", others.join(", "));
        return Finding::wrong(LOCAL, says, MEND);
    }
    if system.magic == folder::FUSE {
        let says = format!("{path} is on FUSE: what is behind it cannot be seen, and it may be a network");
        return Finding::warning(LOCAL, says, MEND);
    }
    Finding::ok(LOCAL, format!("{path} is on {name}"))
}

fn room(system: &FileSystem) -> Vec<Finding> {
    let free = folder::bytes(system.free_bytes);
    let mend = "make room, or put localcachedir on a larger file system: a Moodle with four themes needs some 200 MiB";
    let mut findings = vec![match system.free_bytes {
        0..TOO_LITTLE => Finding::wrong(LOCAL, format!("{free} free: entries soon cannot be stored"), mend),
        TOO_LITTLE..COMFORTABLE => Finding::warning(LOCAL, format!("{free} free"), mend),
        _ => Finding::ok(LOCAL, format!("{free} free")),
    }];
    let mend = "make a file system with more inodes (tmpfs: nr_inodes=), or remove small files";
    match system.free_files {
        Some(files @ 0..TOO_FEW_FILES) => {
            findings.push(Finding::wrong(LOCAL, format!("{files} inodes free: an entry is a file each"), mend));
        }
        Some(files @ TOO_FEW_FILES..COMFORTABLE_FILES) => {
            findings.push(Finding::warning(LOCAL, format!("{files} inodes free: an entry is a file each"), mend));
        }
        Some(files) => findings.push(Finding::ok(LOCAL, format!("{files} inodes free"))),
        None => {}
    }
    findings
}

/// A folder of another user's that happens to be writable is emptied by nobody but that user.
fn owner(base: &Utf8Path) -> Option<Finding> {
    let data = base.metadata().ok()?;
    let own = rustix::process::geteuid().as_raw();
    (own != 0 && data.uid() != own).then(|| {
        Finding::warning(
            LOCAL,
            format!(
                "{base} belongs to user {}, not to this one ({own}): what that user made cannot be removed",
                data.uid()
            ),
            format!("chown -R to the user that runs revserve, or remove {base}: it is made again"),
        )
    })
}

fn contents(base: &Utf8Path) -> Finding {
    let Size { bytes, files, more } = folder::size(base);
    let (bytes, least) = (folder::bytes(bytes), if more { "more than " } else { "" });
    let revisions = |family: &str| base.join(family).read_dir_utf8().map_or(0, |names| names.flatten().count());
    let (themes, scripts) = (revisions("theme"), revisions("js"));
    Finding::ok(
        LOCAL,
        format!("holds {least}{bytes} in {files} files, of {themes} theme and {scripts} script revisions"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::check::finding::Verdict;

    fn on(magic: u64) -> FileSystem {
        FileSystem { magic, free_bytes: 1 << 40, free_files: None }
    }

    #[test]
    fn a_nodes_own_disk_is_the_right_place_and_a_shared_one_is_wrong() {
        let verdict = |path: &str, magic: u64, others: &[&str]| {
            let others: Vec<String> = others.iter().map(|name| (*name).to_owned()).collect();
            place(path.into(), "/data".into(), &on(magic), "x", &others).verdict
        };
        assert_eq!(verdict("/var/cache/moodle", 0xEF53, &["other"]), Verdict::Ok);
        assert_eq!(verdict("/data/localcache", 0xEF53, &[]), Verdict::Ok);
        assert_eq!(verdict("/data/localcache", 0xEF53, &["other"]), Verdict::Wrong);
        assert_eq!(verdict("/var/cache/moodle", 0x6969, &[]), Verdict::Wrong);
        assert_eq!(verdict("/var/cache/moodle", folder::FUSE, &[]), Verdict::Warning);
    }

    #[test]
    fn too_little_room_or_too_few_inodes_are_wrong() {
        let verdicts = |free_bytes, free_files| -> Vec<Verdict> {
            room(&FileSystem { magic: 0, free_bytes, free_files }).iter().map(|finding| finding.verdict).collect()
        };
        assert_eq!(verdicts(1 << 20, None), [Verdict::Wrong]);
        assert_eq!(verdicts(100 << 20, Some(1)), [Verdict::Warning, Verdict::Wrong]);
        assert_eq!(verdicts(1 << 40, Some(1 << 20)), [Verdict::Ok, Verdict::Ok]);
    }
}
