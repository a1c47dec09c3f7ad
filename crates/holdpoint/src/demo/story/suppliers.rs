//! What suppliers say of patches, and what they are asked: two lists, four questions, and the files that somebody put in.

use super::{DAY, Story};
use crate::demo::company;
use crate::demo::suppliers::{self, SUPPLIER, SYSTEM};
use anyhow::{Context, Result, ensure};
use holdpoint_app::patches::{files, vendor};
use holdpoint_app::questions::{self, NewAnswer, NewQuestion, SaidOfPatch};
use holdpoint_app::statements::{mappings, taking};
use holdpoint_domain::Moment;
use holdpoint_domain::compatibility::StatedState;
use holdpoint_domain::patch::ScanResult;
use holdpoint_domain::patch_state::SupplierState;
use holdpoint_domain::question::{QuestionDeed, QuestionTopic};

/// The firmware that closes most at the coatings plant.
const FIRMWARE: &str = "SIMATIC S7-1500 CPU 1513-1 PN (6ES7513-1AM03-0AB0) V3.1.4";

impl Story {
    /// A month ago: the supplier's first list, and what advisories name as fixes becomes a catalogue.
    pub(super) fn first_statements(&self) -> Result<()> {
        self.at(24, 9);
        let caller = self.caller(&company::ENGINEER)?;
        mappings::add(&self.app, caller, suppliers::MAPPING, "read with the supplier on the phone")?;
        self.list("plantview-updates-1.csv", &suppliers::first_list(self.moment(0, 0)))?;
        self.gather()
    }

    /// Two and a half weeks ago: questions to suppliers.
    pub(super) fn suppliers_asked(&self) -> Result<()> {
        self.at(18, 9);
        let text = "Is the update of the database for release 4.2 being mended? Your list says that it must not be installed.";
        let first = self.ask(("KB5990103", SYSTEM, "4.2"), text, 8)?;
        let text = "May firmware V3.1.4 be installed on the mixer controllers of release 4.2?";
        let second = self.ask((FIRMWARE, SYSTEM, "4.2"), text, 4)?;
        self.at(16, 9);
        let caller = self.caller(&company::TECHNICIAN)?;
        let said = SaidOfPatch {
            word: "may be installed".to_owned(),
            state: StatedState::Known(SupplierState::Released),
            patch_vendor: "Siemens".to_owned(),
            conditions: "stop the batch server first".to_owned(),
            issued: Some(self.app.now()),
        };
        let answer = NewAnswer {
            text: "Tested on our rig with release 4.2. It may be installed; stop the batch server first."
                .to_owned(),
            said: Some(said),
        };
        questions::answer(&self.app, caller, &second, &answer)?;
        self.at(16, 10);
        questions::note(
            &self.app,
            caller,
            &first,
            QuestionDeed::Reminded,
            "by phone; they will write this week",
        )?;
        Ok(())
    }

    /// This week: the second list, with a word that nobody has explained.
    pub(super) fn second_statements(&self) -> Result<()> {
        self.at(5, 9);
        self.list("plantview-updates-2.csv", &suppliers::second_list(self.moment(0, 0)))
    }

    /// Yesterday: two more questions, the catalogue brought up to date, and two files put in.
    pub(super) fn patches_at_hand(&self) -> Result<()> {
        self.at(1, 15);
        let caller = self.caller(&company::ENGINEER)?;
        let text = "Your list says “see hotline” for release 5.0. May it be installed there?";
        let hotline = self.ask_by(("KB5990123", SYSTEM, "5.0"), text, self.moment(0, 0), 9)?;
        let escalated = self.ask_by(
            ("KB5990112", SYSTEM, "4.2"),
            "What is “setting 7”, and is the update released for release 4.2 with it?",
            self.moment(0, 0),
            3,
        )?;
        questions::note(
            &self.app,
            caller,
            &escalated,
            QuestionDeed::Escalated,
            "the hotline does not know; their product manager was written to",
        )?;
        ensure!(hotline != escalated, "two questions have two ids");
        self.gather()?;
        let at = self.app.now();
        let file = |name: &str, bytes: &[u8], scan: ScanResult| files::NewFile {
            name: name.to_owned(),
            bytes: bytes.to_vec(),
            expected_sha256: String::new(),
            origin: "fetched from the maker's support page by Marek Lind".to_owned(),
            scan,
            scanner: if scan == ScanResult::Clean {
                "two scanners of the update relay".to_owned()
            } else {
                String::new()
            },
            scanned_at: (scan == ScanResult::Clean).then_some(at),
        };
        let firmware = file("cpu1513-v3.1.4.upd", b"Demo data: this is no firmware.\n", ScanResult::Clean);
        files::add(&self.app, caller, FIRMWARE, &firmware, "staged for the next night")?;
        let update = file("kb5990111-x64.msu", b"Demo data: this is no update.\n", ScanResult::NotScanned);
        files::add(&self.app, caller, "KB5990111", &update, "staged, still to be scanned")?;
        Ok(())
    }

    /// Takes a list in. By another hand than those that ask for approvals which rest on it.
    fn list(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let list =
            taking::NewList { name, bytes, mapping: Some("nordvik-monthly"), mode: taking::Mode::Write };
        let report =
            taking::import(&self.app, self.caller(&company::TECHNICIAN)?, &list, "the supplier's list")?;
        ensure!(report.statements > 0, "`{name}` says nothing: {:?}", report.warnings);
        Ok(())
    }

    pub(super) fn gather(&self) -> Result<()> {
        let caller = self.caller(&company::ENGINEER)?;
        vendor::gather(&self.app, caller, "fixes that advisories name")
            .context("cannot gather the patches")?;
        Ok(())
    }

    /// Asks, with an answer wanted so many days before today.
    fn ask(&self, topic: (&str, &str, &str), text: &str, wanted: u32) -> Result<String> {
        self.ask_by(topic, text, self.moment(wanted, 16), 0)
    }

    fn ask_by(&self, topic: (&str, &str, &str), text: &str, from: Moment, days: i64) -> Result<String> {
        let (patch, product, version) = topic;
        let topic = QuestionTopic {
            patch: patch.to_owned(),
            product: product.to_owned(),
            version: version.to_owned(),
            ..QuestionTopic::default()
        };
        let new = NewQuestion {
            supplier: SUPPLIER.to_owned(),
            contact: "service@nordvik.example".to_owned(),
            topic,
            text: text.to_owned(),
            due_at: Some(from.plus_micros(days * DAY)),
        };
        let asked =
            questions::ask(&self.app, self.caller(&company::ENGINEER)?, &new, "needed for the next window")?;
        Ok(asked.line.question.id.to_string())
    }
}
