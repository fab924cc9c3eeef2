//! What kind of file system a folder lies on, and how much room there is.

/// A file system as `statfs(2)` and `statvfs(3)` describe it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileSystem {
    /// Its number in `linux/magic.h`.
    pub magic: u64,
    /// Room for ordinary users, in bytes.
    pub free_bytes: u64,
    /// Files that can still be made; `None` where the file system has no such limit.
    pub free_files: Option<u64>,
}

/// The file systems that several machines can have mounted at once, by their numbers in `linux/magic.h`
/// and, where they are not part of Linux, in their own headers.
const SHARED: [(u64, &str); 16] = [
    (0x6969, "NFS"),
    (0x517B, "SMB"),
    (0xFF53_4D42, "CIFS"),
    (0xFE53_4D42, "SMB2"),
    (0x00C3_6400, "Ceph"),
    (0x5346_414F, "AFS"),
    (0x6B41_4653, "AFS"),
    (0x7375_7245, "Coda"),
    (0x0102_1997, "9P"),
    (0x786F_4256, "VirtualBox folder"),
    (0x0BD0_0BD0, "Lustre"),
    (0x4750_4653, "GPFS"),
    (0x1983_0326, "BeeGFS"),
    (0x0116_1970, "GFS2"),
    (0x7461_636F, "OCFS2"),
    (0xAAD7_AAEA, "PanFS"),
];

impl FileSystem {
    /// The name of a file system that other machines may share, `None` for one that only this machine has.
    /// FUSE counts as local: what is behind it cannot be seen.
    pub fn network(&self) -> Option<&'static str> {
        SHARED.iter().find(|(magic, _)| *magic == self.magic).map(|(_, name)| *name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_file_systems_are_told_from_local_ones() {
        let of = |magic| FileSystem { magic, free_bytes: 0, free_files: None }.network();
        assert_eq!(of(0x6969), Some("NFS"));
        assert_eq!(of(0xFF53_4D42), Some("CIFS"));
        assert_eq!(of(0xEF53), None, "ext4");
        assert_eq!(of(0x0102_1994), None, "tmpfs");
    }
}
