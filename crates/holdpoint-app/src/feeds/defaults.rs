//! Where each kind of feed is published, and how often it is worth asking.
//!
//! These are suggestions, written when the program was built: an address can move, and a plant points to its mirror.

use holdpoint_domain::intelligence::FeedKind;

const HOUR: u32 = 60;
const DAY: u32 = 24 * HOUR;

/// How often a folder is looked into when nobody says otherwise.
pub(super) const FOLDER_MINUTES: u32 = 5;

/// Where a kind is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Default {
    /// Addresses; none: it has to be named, since there are many.
    pub addresses: &'static [&'static str],
    /// Minutes between two checks.
    pub interval_minutes: u32,
    /// The most bytes of one of its files.
    pub max_bytes: u64,
}

const MIB: u64 = 1024 * 1024;

/// Where a kind is published, and how often it is worth asking.
#[must_use]
pub fn default_of(kind: FeedKind) -> Default {
    let (addresses, interval_minutes, mib): (&'static [&'static str], u32, u64) = match kind {
        FeedKind::Kev => (
            &["https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json"],
            6 * HOUR,
            64,
        ),
        FeedKind::Epss => (&["https://epss.empiricalsecurity.com/epss_scores-current.csv.gz"], DAY, 64),
        FeedKind::Nvd => (
            &[
                "https://nvd.nist.gov/feeds/json/cve/2.0/nvdcve-2.0-{years:2002}.json.gz",
                "https://nvd.nist.gov/feeds/json/cve/2.0/nvdcve-2.0-modified.json.gz",
            ],
            DAY,
            256,
        ),
        FeedKind::Debian => (&["https://security-tracker.debian.org/tracker/data/json"], DAY, 512),
        FeedKind::WsusScan => (
            &["https://catalog.s.download.windowsupdate.com/microsoftupdate/v6/wsusscan/wsusscn2.cab"],
            7 * DAY,
            1024,
        ),
        FeedKind::Osv => (&[], DAY, 1024),
        FeedKind::Cve => (&[], DAY, 1024),
        FeedKind::RedHat => (&[], DAY, 1024),
        FeedKind::Msrc | FeedKind::MicrosoftCatalogue => (&[], DAY, 256),
        FeedKind::CyclonedxVex | FeedKind::OpenVex => (&[], DAY, 64),
    };
    Default { addresses, interval_minutes, max_bytes: mib * MIB }
}
