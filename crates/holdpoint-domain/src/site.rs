//! Sites and zones: where an asset stands, and how deep in the plant.

use crate::id::{SiteId, ZoneId};
use crate::words::vocabulary;

vocabulary! {
    /// The level of the Purdue model on which a zone lies.
    PurdueLevel, "Purdue level" {
        /// Sensors and actuators.
        L0 = "0",
        /// Basic control: PLCs, RTUs, relays.
        L1 = "1",
        /// Supervision of an area: HMIs, engineering stations.
        L2 = "2",
        /// Site operations: SCADA servers, historians.
        L3 = "3",
        /// The industrial demilitarised zone.
        L3_5 = "3.5",
        /// Site business network.
        L4 = "4",
        /// Enterprise network.
        L5 = "5",
    }
}

vocabulary! {
    /// How far a zone can be reached from outside, in the words of SSVC's System Exposure.
    Exposure, "exposure" {
        /// Local or serial only, or behind a long chain of controls.
        Small = "small",
        /// Reached only through something that reliably stops attacks.
        Controlled = "controlled",
        /// Widely reachable.
        Open = "open",
    }
}

vocabulary! {
    /// How a site is linked to the outside.
    Connectivity, "connectivity" {
        /// Linked: feeds can be fetched.
        Connected = "connected",
        /// No cable leaves the site; everything travels by signed bundle.
        AirGapped = "air-gapped",
    }
}

/// A plant or location of the owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Its id.
    pub id: SiteId,
    /// Its name; unique.
    pub name: String,
    /// IANA time zone, for example `Europe/Berlin`: windows keep local wall time.
    pub time_zone: String,
    /// Its link to the outside.
    pub connectivity: Connectivity,
}

/// A part of a site with one level and one exposure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// Its id.
    pub id: ZoneId,
    /// The site that it belongs to.
    pub site: SiteId,
    /// Its name; unique within the site.
    pub name: String,
    /// Its Purdue level; `None`: nobody has said.
    pub purdue_level: Option<PurdueLevel>,
    /// Its exposure; `None`: nobody has said, which is not the same as small.
    pub exposure: Option<Exposure>,
    /// IEC 62443 target security level, 1 to 4; `None`: not set.
    pub target_security_level: Option<u8>,
}
