//! What stands in the plants: rows of like devices, and how they become the files that are imported.
//!
//! Products and order numbers are real, everything else is invented. The surprises: some rows say nothing of a
//! version, and some names are as vague as inventories really are, so that there is something to find out.

mod coatings;
mod power;
mod terminal;

use super::company::{self, SitePlan, ZonePlan};

/// A row of like devices.
#[derive(Debug, Clone, Copy)]
pub struct Fleet {
    /// The zone, by its key.
    pub zone: &'static str,
    /// The kind of device, as the inventory words it.
    pub kind: &'static str,
    /// The middle of the tags.
    pub prefix: &'static str,
    /// How many there are.
    pub count: usize,
    /// What they do.
    pub name: &'static str,
    /// Vendor, product and order number; empty: nobody wrote it down.
    pub device: [&'static str; 3],
    /// Versions, dealt out in turn; empty: nobody wrote it down.
    pub versions: &'static [&'static str],
    /// Operating system and its version.
    pub system: [&'static str; 2],
    /// Whether two and two stand in for each other.
    pub pairs: Pairs,
}

/// Whether devices stand in for each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pairs {
    /// Each stands for itself.
    None,
    /// Two and two.
    Redundant,
}

impl Fleet {
    const fn on(self, name: &'static str, version: &'static str) -> Self {
        Self { system: [name, version], ..self }
    }

    const fn redundant(self) -> Self {
        Self { pairs: Pairs::Redundant, ..self }
    }
}

type Place = (&'static str, &'static str, &'static str, usize, &'static str);

const fn fleet(place: Place, device: [&'static str; 3], versions: &'static [&'static str]) -> Fleet {
    let (zone, kind, prefix, count, name) = place;
    Fleet { zone, kind, prefix, count, name, device, versions, system: ["", ""], pairs: Pairs::None }
}

/// Rows of one site.
pub fn of_site(code: &str) -> &'static [Fleet] {
    match code {
        "HC" => coatings::ALL,
        "BR" => power::ALL,
        "TT" => terminal::ALL,
        _ => &[],
    }
}

/// The columns of the files, in the inventory's own words.
pub const COLUMNS: &[&str] = &[
    "asset_tag",
    "name",
    "site",
    "zone",
    "purdue_level",
    "kind",
    "vendor",
    "product",
    "order_number",
    "serial_number",
    "hardware_revision",
    "firmware_version",
    "os_name",
    "os_version",
    "ip",
    "mac",
    "owner",
    "location",
    "redundancy_group",
    "management",
    "safety_consequence",
    "production_consequence",
    "environment_consequence",
    "quality_consequence",
    "data_consequence",
];

/// One asset as the cells of a row, in the order of [`COLUMNS`].
pub type Cells = Vec<String>;

/// All assets of a site.
pub fn rows(site: &SitePlan) -> Vec<Cells> {
    let mut counters = std::collections::BTreeMap::new();
    let mut hosts = std::collections::BTreeMap::new();
    let mut rows = Vec::new();
    for fleet in of_site(site.code) {
        let zone = company::zone_of(fleet.zone);
        for index in 0..fleet.count {
            let number = counters.entry(fleet.prefix).and_modify(|n| *n += 1).or_insert(1_usize);
            let host = hosts.entry(fleet.zone).and_modify(|n| *n += 1).or_insert(10_usize);
            rows.push(row(site, zone, fleet, Position { index, number: *number, host: *host }));
        }
    }
    rows
}

/// Where in the numbering an asset stands.
#[derive(Debug, Clone, Copy)]
struct Position {
    index: usize,
    number: usize,
    host: usize,
}

fn row(site: &SitePlan, zone: &ZonePlan, fleet: &Fleet, at: Position) -> Cells {
    let tag = format!("{}-{}-{:02}", site.code, fleet.prefix, at.number);
    let [vendor, product, order] = fleet.device;
    let mark = digest(&tag);
    let version = fleet.versions.get(at.index % fleet.versions.len().max(1)).copied().unwrap_or_default();
    let subnet = company::ZONES.iter().position(|known| known.key == zone.key).unwrap_or_default() + 10;
    let networked = zone.level != "0";
    let ip = format!("10.{}.{subnet}.{}", site.network, at.host);
    let mac = format!(
        "02:{:02x}:{:02x}:{:02x}:{subnet:02x}:{:02x}",
        site.network,
        mark as u8,
        (mark >> 8) as u8,
        at.host
    );
    let group = format!("{}-{}-G{}", site.code, fleet.prefix, at.number.div_ceil(2));
    let text = |known: bool, value: String| if known { value } else { String::new() };
    let [system, system_version] = fleet.system;
    let [safety, production, environment, quality, data] = zone.stakes;
    let management = match (site.code, system) {
        ("TT", _) => "offline",
        (_, "") => "agentless",
        (_, _) => "agent",
    };
    vec![
        tag,
        format!("{} {}", fleet.name, at.index + 1),
        site.name.to_owned(),
        zone.name.to_owned(),
        zone.level.to_owned(),
        fleet.kind.to_owned(),
        vendor.to_owned(),
        product.to_owned(),
        order.to_owned(),
        text(!vendor.is_empty() && !mark.is_multiple_of(7), format!("{:010}", mark % 10_000_000_000)),
        text(!order.is_empty() && !mark.is_multiple_of(3), format!("{}", mark % 8 + 1)),
        version.to_owned(),
        system.to_owned(),
        system_version.to_owned(),
        text(networked, ip),
        text(networked && !mark.is_multiple_of(5), mac),
        zone.owner.to_owned(),
        zone.location.to_owned(),
        text(fleet.pairs == Pairs::Redundant, group),
        management.to_owned(),
        safety.to_owned(),
        production.to_owned(),
        environment.to_owned(),
        quality.to_owned(),
        data.to_owned(),
    ]
}

/// A number that follows from a text alone (FNV-1a), for serial numbers and the like.
pub fn digest(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Writes a table as CSV, every cell in quotes.
pub fn csv<'a>(header: &[&str], rows: impl IntoIterator<Item = Vec<&'a str>>) -> Vec<u8> {
    let line = |cells: &[&str]| {
        let quoted: Vec<String> =
            cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
        quoted.join(",") + "\r\n"
    };
    let mut text = line(header);
    for row in rows {
        text.push_str(&line(&row));
    }
    text.into_bytes()
}
