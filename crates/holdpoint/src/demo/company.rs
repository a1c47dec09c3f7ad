//! The invented company: its sites, its zones, its people.
//!
//! No name here belongs to anybody. What stands in the zones is in `assets`.

use holdpoint_domain::access::Role;
use holdpoint_domain::site::{Connectivity, Exposure};

/// The company.
pub const NAME: &str = "Tjeldskar Group";

/// A site.
#[derive(Debug, Clone, Copy)]
pub struct SitePlan {
    /// Two letters that begin the tags of its assets.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
    /// IANA time zone.
    pub time_zone: &'static str,
    /// Its link to the outside.
    pub connectivity: Connectivity,
    /// Second octet of its addresses.
    pub network: u8,
}

/// The coatings plant.
pub const COATINGS: SitePlan = SitePlan {
    code: "HC",
    name: "Halmstrand Coatings",
    time_zone: "Europe/Stockholm",
    connectivity: Connectivity::Connected,
    network: 21,
};
/// The heat-and-power station.
pub const POWER: SitePlan = SitePlan {
    code: "BR",
    name: "Brynhaven Heat and Power",
    time_zone: "Europe/Copenhagen",
    connectivity: Connectivity::Connected,
    network: 34,
};
/// The tank terminal, which no cable leaves.
pub const TERMINAL: SitePlan = SitePlan {
    code: "TT",
    name: "Tornholm Tank Terminal",
    time_zone: "Europe/Helsinki",
    connectivity: Connectivity::AirGapped,
    network: 47,
};

/// Its outstations, each with a router on the mobile network.
pub const HEAT: &str = "District heating outstations";

/// All sites.
pub const SITES: &[SitePlan] = &[COATINGS, POWER, TERMINAL];

/// What is at stake in a zone: safety, production, environment, quality, data.
pub type Stakes = [&'static str; 5];

/// A zone.
#[derive(Debug, Clone, Copy)]
pub struct ZonePlan {
    /// How the tables of assets call it.
    pub key: &'static str,
    /// The code of its site.
    pub site: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its Purdue level.
    pub level: &'static str,
    /// How far it can be reached.
    pub exposure: Option<Exposure>,
    /// IEC 62443 target security level.
    pub target: Option<u8>,
    /// Who answers for its assets.
    pub owner: &'static str,
    /// Where its cabinets stand.
    pub location: &'static str,
    /// What is at stake.
    pub stakes: Stakes,
}

const SUPPORT: Stakes = ["none", "minor", "none", "none", "moderate"];
const SUPERVISION: Stakes = ["minor", "moderate", "minor", "moderate", "moderate"];
const CONTROL: Stakes = ["moderate", "major", "minor", "major", "minor"];
const PROCESS: Stakes = ["major", "major", "major", "moderate", "minor"];
const SAFETY: Stakes = ["catastrophic", "major", "major", "minor", "minor"];
const GRID: Stakes = ["major", "catastrophic", "minor", "minor", "minor"];

type Row = (&'static str, &'static str, &'static str, &'static str, Option<Exposure>, Option<u8>);

const fn zone(row: Row, owner: &'static str, location: &'static str, stakes: Stakes) -> ZonePlan {
    let (key, site, name, level, exposure, target) = row;
    ZonePlan { key, site, name, level, exposure, target, owner, location, stakes }
}

const SMALL: Option<Exposure> = Some(Exposure::Small);
const CONTROLLED: Option<Exposure> = Some(Exposure::Controlled);
const OPEN: Option<Exposure> = Some(Exposure::Open);

/// All zones.
#[rustfmt::skip]
pub const ZONES: &[ZonePlan] = &[
    zone(("hc-dmz", "HC", "Edge DMZ", "3.5", OPEN, Some(3)), "Plant IT", "Office building, server room", SUPPORT),
    zone(("hc-ops", "HC", "Site operations", "3", CONTROLLED, Some(2)), "Plant IT", "Office building, server room", SUPERVISION),
    zone(("hc-sup", "HC", "Mixing supervision", "2", CONTROLLED, Some(2)), "Automation", "Hall 1, control room", SUPERVISION),
    zone(("hc-a", "HC", "Mixing line A", "1", CONTROLLED, Some(2)), "Automation", "Hall 1, cabinets A1 to A9", CONTROL),
    zone(("hc-b", "HC", "Mixing line B", "1", CONTROLLED, Some(2)), "Automation", "Hall 2, cabinets B1 to B7", CONTROL),
    zone(("hc-fill", "HC", "Filling and packing", "1", CONTROLLED, Some(1)), "Packing", "Hall 3", CONTROL),
    zone(("hc-util", "HC", "Utilities", "1", CONTROLLED, None), "Facilities", "Boiler house", SUPERVISION),
    zone(("hc-sis", "HC", "Solvent safety", "1", SMALL, Some(3)), "Process safety", "Solvent store, cabinet S1", SAFETY),
    zone(("hc-field", "HC", "Field level", "0", SMALL, Some(1)), "Maintenance", "Halls 1 to 3", CONTROL),
    zone(("br-dmz", "BR", "Data exchange DMZ", "3.5", OPEN, Some(3)), "Group IT", "Administration, room 0.12", SUPPORT),
    zone(("br-ops", "BR", "Operations", "3", CONTROLLED, Some(2)), "Operations", "Control building", SUPERVISION),
    zone(("br-sup", "BR", "Boiler supervision", "2", CONTROLLED, Some(2)), "Operations", "Control building", PROCESS),
    zone(("br-boil", "BR", "Boiler control", "1", SMALL, Some(2)), "Instrumentation", "Boiler house, level +8", PROCESS),
    zone(("br-turb", "BR", "Turbine control", "1", SMALL, Some(3)), "Instrumentation", "Turbine hall", GRID),
    zone(("br-sub", "BR", "Substation", "1", SMALL, Some(3)), "Electrical", "Switchyard, relay house", GRID),
    zone(("br-heat", "BR", HEAT, "1", OPEN, Some(2)), "Heat network", "Outstations 1 to 14", CONTROL),
    zone(("br-field", "BR", "Field level", "0", SMALL, None), "Instrumentation", "Boiler house and turbine hall", PROCESS),
    zone(("tt-srv", "TT", "Terminal servers", "3", SMALL, Some(2)), "Terminal operations", "Control house", SUPERVISION),
    zone(("tt-sup", "TT", "Terminal control room", "2", SMALL, Some(2)), "Terminal operations", "Control house", PROCESS),
    zone(("tt-farm", "TT", "Tank farm", "1", SMALL, Some(2)), "Instrumentation", "Tank farm, shelters 1 to 6", PROCESS),
    zone(("tt-jetty", "TT", "Jetty", "1", SMALL, Some(2)), "Instrumentation", "Jetty, shelter 7", PROCESS),
    zone(("tt-esd", "TT", "Safety shutdown", "1", SMALL, Some(3)), "Process safety", "Control house, cabinet E1", SAFETY),
    zone(("tt-field", "TT", "Field level", "0", SMALL, Some(1)), "Instrumentation", "Tank farm", PROCESS),
];

/// The zone of that key.
pub fn zone_of(key: &str) -> &'static ZonePlan {
    ZONES.iter().find(|zone| zone.key == key).expect("assets only name zones that stand in the table")
}

/// Somebody with an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    /// The name with which they sign in.
    pub name: &'static str,
    /// The name that people read.
    pub display_name: &'static str,
    /// What they are.
    pub role: Role,
    /// The code of the one site for which they are it; `None`: all.
    pub site: Option<&'static str>,
}

impl Person {
    /// Their password. It is printed, so it protects nothing: it is for the demo alone.
    pub fn password(&self) -> String {
        format!("demo-{}-harbour", self.role.word())
    }
}

const fn person(
    name: &'static str,
    display_name: &'static str,
    role: Role,
    site: Option<&'static str>,
) -> Person {
    Person { name, display_name, role, site }
}

/// Whoever administers.
pub const ADMINISTRATOR: Person = person("ingrid.aasen", "Ingrid Aasen", Role::Administrator, None);
/// Whoever does the work at the coatings plant and at the station.
pub const ENGINEER: Person = person("marek.lind", "Marek Lind", Role::Engineer, None);
/// Whoever looks at what others have set up: nobody proves that their own control works.
pub const TECHNICIAN: Person = person("nils.berge", "Nils Berge", Role::Engineer, None);
/// Whoever does the work at the terminal, and may do it nowhere else.
pub const TERMINAL_ENGINEER: Person = person("aino.salmela", "Aino Salmela", Role::Engineer, Some("TT"));
/// Whoever signs.
pub const APPROVER: Person = person("jonas.krogh", "Jonas Krogh", Role::Approver, None);
/// Whoever signs where two must.
pub const SECOND_APPROVER: Person = person("sofia.brandt", "Sofia Brandt", Role::Approver, None);
/// Whoever looks.
pub const VIEWER: Person = person("lea.holmgren", "Lea Holmgren", Role::Viewer, None);
/// Whoever looks at everything.
pub const AUDITOR: Person = person("peter.vinter", "Peter Vinter", Role::Auditor, None);

/// Everybody, in the order in which they are shown.
pub const PEOPLE: &[Person] =
    &[ENGINEER, TECHNICIAN, TERMINAL_ENGINEER, APPROVER, SECOND_APPROVER, ADMINISTRATOR, AUDITOR, VIEWER];
