//! Sixty days of the invented company, told through the same use cases that people use.
//!
//! The clock is moved from event to event, so that history, audit log and "as of" show a past. The surprise: the
//! same moment and the same seed give the same database, to the last hash of the audit log.

mod approving;
mod beginning;
mod doing;
mod planning;
mod ranking;
mod suppliers;
mod work;

use super::company::{self, Person};
use super::csaf::{self, Edition};
use super::{advisories, assets, software};
use anyhow::{Context, Result, bail, ensure};
use holdpoint_app::edge::{FixedClock, SeededRandom};
use holdpoint_app::intake::files;
use holdpoint_app::inventory::edit::{self, Edit};
use holdpoint_app::inventory::{self, ImportKind, ImportRequest, MappingChoice, Mode, Run};
use holdpoint_app::store::Store;
use holdpoint_app::{App, AppSettings, Caller};
use holdpoint_domain::Moment;
use holdpoint_domain::asset::Field;
use std::collections::BTreeMap;
use std::sync::Arc;

const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;
/// The seed of everything that looks like chance.
const SEED: u64 = 0x0048_4f4c_4450_4f49;
/// The days before today on which new advisories are taken in; the last round is today's.
const ROUNDS: &[u32] = &[49, 42, 35, 28, 21, 14, 7, 4, 2];
/// The controllers that got new firmware two weeks ago, and that firmware.
const UPGRADED: (&[&str], &str) = (&["HC-PLC-01", "HC-PLC-02", "HC-PLC-03", "HC-PLC-04"], "V3.1.4");

/// Fills an empty store with the company and its last sixty days.
///
/// # Errors
/// When the store fails or already has accounts; nothing else can go wrong with data that are always the same.
pub fn fill(store: Store, now: Moment) -> Result<()> {
    let start = Moment::from_micros(midnight(now) - 60 * DAY);
    let clock = Arc::new(FixedClock::new(start));
    let app = App::new(store, clock.clone(), Arc::new(SeededRandom::new(SEED)), AppSettings::default());
    let mut story = Story { app, clock, now, people: BTreeMap::new() };
    story.set_up().context("cannot set the demo company up")?;
    story.first_inventory().context("cannot take in the demo's inventory")?;
    story.weeks().context("cannot tell the demo's last weeks")
}

const fn midnight(now: Moment) -> i64 {
    now.micros() - now.micros().rem_euclid(DAY)
}

struct Story {
    app: App,
    clock: Arc<FixedClock>,
    now: Moment,
    people: BTreeMap<&'static str, Caller>,
}

impl Story {
    /// A moment so many days before today, at that hour of UTC.
    fn moment(&self, days: u32, hour: i64) -> Moment {
        Moment::from_micros(midnight(self.now) - i64::from(days) * DAY + hour * HOUR)
    }

    /// Moves the clock; it never goes back.
    fn at(&self, days: u32, hour: i64) {
        // Nobody works on the full hour; the odd minutes are always the same.
        let odd = (i64::from(days) * 37 + hour * 11) % 2_900;
        let next =
            self.moment(days, hour).plus_micros(odd * 1_000_000).max(self.app.now().plus_micros(1_000_000));
        self.clock.set(next.min(self.now));
    }

    fn caller(&self, person: &Person) -> Result<&Caller> {
        self.people.get(person.name).with_context(|| format!("`{}` has no account yet", person.name))
    }

    fn weeks(&self) -> Result<()> {
        let mut taken = u32::MAX;
        for round in ROUNDS {
            self.approving(*round)?;
            self.between(*round)?;
            self.at(*round, 14);
            self.advisories(taken, *round)?;
            taken = *round;
        }
        self.approving_now().context("cannot tell what waits in the demo")?;
        self.terminal_after_service()?;
        self.work()?;
        self.patches_at_hand().context("cannot fill the demo's catalogue of patches")?;
        self.words_on_rank().context("cannot say the demo's words on ranking")?;
        self.planning().context("cannot plan in the demo")?;
        self.clock.set(self.now.plus_micros(-3 * HOUR / 2).max(self.app.now()));
        self.advisories(taken, 0)?;
        // What came in today is ranked when somebody looks.
        holdpoint_app::ranking::refresh::now(&self.app)?;
        Ok(())
    }

    /// What happened in the days before a round of advisories.
    fn between(&self, round: u32) -> Result<()> {
        match round {
            42 => self.baselines().context("cannot make the demo's baselines"),
            35 => self.bill_of_materials(),
            28 => self.routers_updated(),
            21 => self.first_statements().context("cannot take in the supplier's first list"),
            14 => {
                self.suppliers_asked().context("cannot ask the demo's supplier")?;
                self.firmware_upgrade()
            }
            7 => {
                self.ground().context("cannot say when work may happen in the demo")?;
                self.outstations().context("cannot carry the demo's firmware out")?;
                self.coatings_refreshed()
            }
            4 => {
                self.at(6, 14);
                self.rtu500_grows()?;
                self.outstations_later().context("cannot tell what came of the demo's firmware")?;
                self.second_statements().context("cannot take in the supplier's second list")
            }
            2 => {
                self.at(3, 9);
                let first = self.moment(advisories::numbered(advisories::MXVIEW).days, 6);
                let edition = Edition::first(first).revised(self.moment(4, 16));
                let advisory = advisories::numbered(advisories::MXVIEW);
                self.documents(&[(csaf::file_name(advisory), csaf::document(advisory, edition))])
            }
            _ => Ok(()),
        }
    }

    /// Takes in the advisories that came out in the days before a round.
    fn advisories(&self, after: u32, round: u32) -> Result<()> {
        let mut documents = Vec::new();
        for advisory in advisories::all().into_iter().filter(|a| a.days >= round && a.days < after) {
            let edition = Edition::first(self.moment(advisory.days, 6));
            documents.push((csaf::file_name(advisory), csaf::document(advisory, edition)));
        }
        let damaged = &advisories::DAMAGED;
        if damaged.days >= round && damaged.days < after {
            let edition = Edition::first(self.moment(damaged.days, 6));
            documents.push((csaf::file_name(damaged), csaf::broken_document(damaged, edition)));
        }
        self.documents(&documents)
    }

    /// Takes documents in as a person would: from a folder that somebody filled.
    fn documents(&self, documents: &[(String, Vec<u8>)]) -> Result<()> {
        let day = self.app.now().to_string();
        let above = tempfile::tempdir().context("cannot make a temporary folder")?;
        let folder = above.path().join(format!("ot-cert-{}", day.get(..10).unwrap_or_default()));
        std::fs::create_dir(&folder)?;
        for (name, bytes) in documents {
            std::fs::write(folder.join(name), bytes)?;
        }
        let caller = self.caller(&company::ENGINEER)?;
        let report = files::import_path(&self.app, caller, &folder, "round of new advisories")?;
        ensure!(
            report.documents.new + report.documents.changed + report.documents.quarantined
                == documents.len() as u64,
            "a round of advisories was not taken in as it should be: {:?}",
            report.documents
        );
        Ok(())
    }

    /// The publisher adds releases and leaves version and dates as they were.
    fn rtu500_grows(&self) -> Result<()> {
        let advisory = advisories::rtu500_grown();
        let edition = Edition::first(self.moment(advisory.days, 6));
        self.documents(&[(csaf::file_name(&advisory), csaf::document(&advisory, edition))])
    }

    fn bill_of_materials(&self) -> Result<()> {
        self.at(37, 11);
        let bytes = software::bill_of_materials(self.moment(38, 12));
        let mut taking = Taking::new("visualisation-gateway.cdx.json", &bytes);
        taking.asset = Some(software::BILL_ASSET);
        self.take(&company::ENGINEER, &taking)
    }

    /// Every second router of the outstations has new firmware; the file has the header that is remembered.
    fn routers_updated(&self) -> Result<()> {
        self.at(30, 15);
        let mut rows = assets::rows(&company::POWER);
        rows.retain(|row| row.iter().any(|cell| cell == "TC ROUTER 3002T-4G"));
        let firmware = column("firmware_version");
        for row in rows.iter_mut().skip(2).take(4) {
            "2.07.2".clone_into(&mut row[firmware]);
        }
        let bytes = table(MAINTENANCE, &rows);
        let mut taking = Taking::new("brynhaven-outstations.csv", &bytes);
        taking.reason = "service round of the heat network";
        self.take(&company::ENGINEER, &taking)
    }

    fn firmware_upgrade(&self) -> Result<()> {
        let (tags, version) = UPGRADED;
        for (index, tag) in (0_i64..).zip(tags) {
            self.at(15, 18 + index);
            self.edit(
                &company::ENGINEER,
                tag,
                &[(Field::FirmwareVersion, version)],
                "maintenance night on line A",
            )?;
        }
        Ok(())
    }

    /// A newer list of the coatings plant: versions that were missing, and two stations that nobody knew.
    fn coatings_refreshed(&self) -> Result<()> {
        self.at(12, 8);
        let mut rows = assets::rows(&company::COATINGS);
        let (tag, firmware, name) = (column("asset_tag"), column("firmware_version"), column("name"));
        let (tags, version) = UPGRADED;
        for row in &mut rows {
            if tags.contains(&row[tag].as_str()) {
                version.clone_into(&mut row[firmware]);
            }
            if row[tag] == "HC-SW-03" {
                "V4.5".clone_into(&mut row[firmware]);
            }
        }
        for (wanted, found) in [("HC-WS-06", "Laboratory station"), ("HC-WS-07", "Weighbridge station")] {
            let mut row =
                rows.iter().find(|row| row[tag] == "HC-WS-05").context("five stations stand there")?.clone();
            wanted.clone_into(&mut row[tag]);
            found.clone_into(&mut row[name]);
            for cleared in ["serial_number", "ip", "mac", "firmware_version"] {
                row[column(cleared)].clear();
            }
            rows.push(row);
        }
        let mut taking = Taking::new("halmstrand-assets-2.csv", &[]);
        let bytes = table(assets::COLUMNS, &rows);
        taking.bytes = &bytes;
        taking.reason = "walk through the halls";
        self.take(&company::ENGINEER, &taking)
    }

    fn terminal_after_service(&self) -> Result<()> {
        self.at(1, 10);
        let person = &company::TERMINAL_ENGINEER;
        self.edit(person, "TT-GW-02", &[(Field::FirmwareVersion, "4.1")], "read at the cabinet")?;
        self.edit(person, "TT-UPS-02", &[(Field::FirmwareVersion, "V2.3.0")], "read at the cabinet")?;
        self.edit(person, "TT-HMI-01", &[(Field::OrderNumber, "6AV2124-0MC01-0AX0")], "read on the nameplate")
    }

    fn edit(&self, person: &Person, tag: &str, fields: &[(Field, &str)], reason: &str) -> Result<()> {
        let caller = self.caller(person)?;
        let known = inventory::get(&self.app, caller, tag, Moment::OPEN)?;
        let fields = fields.iter().map(|(field, value)| (*field, Some((*value).to_owned()))).collect();
        let edit = Edit { expected_revision: known.revision, fields, reason: reason.to_owned() };
        edit::edit(&self.app, caller, known.asset.id, &edit)?;
        Ok(())
    }

    fn take(&self, person: &Person, taking: &Taking<'_>) -> Result<()> {
        let request = ImportRequest {
            name: taking.name,
            bytes: taking.bytes,
            kind: ImportKind::Auto,
            run: Run::Apply,
            mode: Mode::ValidRows,
            table: holdpoint_app::inventory::TableChoice::default(),
            mapping: taking.mapping.clone(),
            remember_as: taking.remember_as,
            asset: taking.asset,
            reason: taking.reason,
        };
        let report = inventory::import(&self.app, self.caller(person)?, &request)?;
        if report.mapping_needed || report.new + report.changed == 0 {
            bail!("`{}` brought nothing in: {:?}", taking.name, report.rejected);
        }
        Ok(())
    }
}

/// A file that is taken in.
struct Taking<'a> {
    name: &'a str,
    bytes: &'a [u8],
    mapping: MappingChoice,
    remember_as: Option<&'a str>,
    asset: Option<&'a str>,
    reason: &'a str,
}

impl<'a> Taking<'a> {
    const fn new(name: &'a str, bytes: &'a [u8]) -> Self {
        let mapping = MappingChoice::Known;
        Self { name, bytes, mapping, remember_as: None, asset: None, reason: "inventory" }
    }
}

/// How the maintenance system of the heat-and-power station calls the columns, in the order of our own.
const MAINTENANCE: &[&str] = &[
    "Equipment no.",
    "Short text",
    "Plant",
    "Plant section",
    "Layer",
    "Object type",
    "Maker",
    "Type designation",
    "Catalogue no.",
    "Maker's serial no.",
    "Construction state",
    "Software state",
    "System",
    "System state",
    "Address",
    "Hardware address",
    "Work centre",
    "Functional location",
    "Twin group",
    "Access",
    "Risk S",
    "Risk P",
    "Risk E",
    "Risk Q",
    "Risk D",
];

fn column(name: &str) -> usize {
    assets::COLUMNS
        .iter()
        .position(|column| *column == name)
        .expect("only columns of the table are asked for")
}

fn table(header: &[&str], rows: &[assets::Cells]) -> Vec<u8> {
    assets::csv(header, rows.iter().map(|row| row.iter().map(String::as_str).collect()))
}
