//! Where the agent keeps and finds things on the device.

use std::path::PathBuf;

/// The places; a test gives its own.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The agent's own folder, which nobody else may read or write.
    pub state: PathBuf,
    /// A file apart from that folder with the highest numbers seen, so that losing one of the two does not let old
    /// orders come back.
    pub witness: PathBuf,
    /// The scripts that may be ordered by name.
    pub scripts: PathBuf,
    /// Where programs are looked for, and nowhere else.
    pub program_path: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            state: PathBuf::from("/var/lib/holdpoint-agent"),
            witness: PathBuf::from("/etc/holdpoint-agent/seen"),
            scripts: PathBuf::from("/etc/holdpoint-agent/scripts"),
            program_path: "/usr/sbin:/usr/bin:/sbin:/bin".to_owned(),
        }
    }
}
