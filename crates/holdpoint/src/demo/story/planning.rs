//! When work may happen at the invented company, how it is done, and what is ready to be planned.
//!
//! The surprise: the firmware of mixing line A is tested, tried on one controller, signed and posted, so that an advisory
//! which it answers becomes a submitted plan at once; the round of the stations is a draft whose work waits for signatures.

use super::approving::{BENCH, FLASH, MIXERS, STATIONS};
use super::{DAY, Story, midnight};
use crate::demo::company::{self, SitePlan};
use anyhow::{Context, Result};
use holdpoint_app::approval::test_records::Where;
use holdpoint_app::plans::{self, Proposal};
use holdpoint_app::windows::{self, LengthWord, NewWindow, ReachNamed};
use holdpoint_app::{Caller, planning};
use holdpoint_domain::Moment;
use holdpoint_domain::asset::AssetKind;
use holdpoint_domain::plan::WayBack;
use holdpoint_domain::plan::ground::{WorkAsks, WorkProfile};
use holdpoint_domain::window::WindowKind;

/// Kind, minutes of work, minutes of undo, people, the way back by hand.
#[rustfmt::skip]
const WORK: &[(AssetKind, u32, u32, u16, &str)] = &[
    (AssetKind::Plc, 45, 30, 2, "load the project of the evening from the engineering station"),
    (AssetKind::Hmi, 30, 20, 1, "write the image of the memory card back"),
    (AssetKind::Scada, 90, 60, 2, "start the other node and restore the image of the evening"),
    (AssetKind::Server, 60, 45, 1, "restore the image of the evening"),
    (AssetKind::Workstation, 40, 30, 1, "restore the image of the evening"),
    (AssetKind::EngineeringStation, 60, 45, 1, "restore the image of the evening"),
    (AssetKind::Router, 30, 20, 1, "boot the firmware of the other bank"),
    (AssetKind::Switch, 30, 20, 1, "boot the firmware of the other bank"),
];

/// The firmware of the two kinds of controllers on line A, as the maker's documents call it.
const READY: &[&str] = &[
    "SIMATIC S7-1500 CPU 1513-1 PN (6ES7513-1AM03-0AB0) V3.1.4",
    "SIMATIC S7-1500 CPU 1516-3 PN/DP (6ES7516-3AP03-0AB0) V3.1.4",
];

impl Story {
    /// Two weeks ago: windows, and how work is done.
    pub(super) fn ground(&self) -> Result<()> {
        self.at(13, 14);
        let caller = self.caller(&company::ENGINEER)?;
        self.calendar(caller).context("cannot write the demo's windows down")?;
        for (kind, work_minutes, undo_minutes, people, way) in WORK {
            let profile = WorkProfile {
                patch: None,
                kind: Some(*kind),
                work_minutes: *work_minutes,
                undo_minutes: *undo_minutes,
                people: *people,
                asks: WorkAsks::default(),
                way_back: Some(WayBack::ByHand { instruction: (*way).to_owned() }),
            };
            planning::put_profile(&self.app, caller, &profile, "as it was done so far")?;
        }
        let group = ("HC-PLC-G6", 1, "both batch controllers carry the line alone; test of last spring");
        planning::put_group(&self.app, caller, company::COATINGS.name, group, "asked by planning")?;
        Ok(())
    }

    /// Yesterday evening: what is ready, and a draft.
    pub(super) fn planning(&self) -> Result<()> {
        let caller = self.caller(&company::ENGINEER)?;
        self.at(1, 17);
        self.ready().context("cannot make the demo's firmware ready")?;
        self.at(1, 18);
        let proposal = Proposal {
            title: "Halmstrand stations, round of November".to_owned(),
            baseline: Some(STATIONS.to_owned()),
            reason: "to see what still waits".to_owned(),
            ..Proposal::default()
        };
        plans::propose(&self.app, caller, &proposal).context("cannot draft the demo's plan")?;
        Ok(())
    }

    fn calendar(&self, caller: &Caller) -> Result<()> {
        let nights = [
            (&company::COATINGS, "HC", "SA", 3),
            (&company::POWER, "BR", "SU", 2),
            (&company::TERMINAL, "TT", "WE", 2),
        ];
        for (site, code, day, people) in nights {
            let name = format!("{code}: Weekly night");
            let night = self.window(site, (&name, WindowKind::Maintenance), (-56, "22:00", 480));
            let rule = format!("FREQ=WEEKLY;BYDAY={day}");
            let night = NewWindow { rule, people: Some(people), steps: Some(2), ..night };
            windows::create(&self.app, caller, &night, "agreed with production")?;
        }
        let van = ("BR: Van of the heat network", WindowKind::Maintenance);
        let van = self.window(&company::POWER, van, (-56, "20:00", 240));
        let heat = self.zone_in(self.site_called(company::POWER.name)?, company::HEAT)?;
        let reach = ReachNamed::Zone(heat.to_string());
        let rule = "FREQ=WEEKLY;BYDAY=MO,WE,FR".to_owned();
        let van = NewWindow { reach, rule, people: Some(2), steps: Some(2), ..van };
        windows::create(&self.app, caller, &van, "agreed with the heat network")?;
        let outage = ("HC: Outage of the halls", WindowKind::Outage);
        let outage = self.window(&company::COATINGS, outage, (34, "06:00", 4 * 24 * 60));
        let outage = NewWindow { people: Some(8), steps: Some(6), ..outage };
        windows::create(&self.app, caller, &outage, "the plan of the year")?;
        let freeze = ("HC: Stocktaking", WindowKind::Freeze);
        let freeze = self.window(&company::COATINGS, freeze, (17, "00:00", 3 * 24 * 60));
        windows::create(&self.app, caller, &freeze, "asked for by finance")?;
        Ok(())
    }

    fn window(
        &self,
        site: &SitePlan,
        (name, kind): (&str, WindowKind),
        (day, time, minutes): (i64, &str, u32),
    ) -> NewWindow {
        let date: String = Moment::from_micros(midnight(self.now) + day * DAY).to_string();
        let date: String = date.chars().take(10).collect();
        NewWindow {
            name: name.to_owned(),
            kind,
            reach: ReachNamed::Site(site.name.to_owned()),
            time_zone: None,
            first: format!("{date}T{time}"),
            minutes,
            length: LengthWord::Wall,
            rule: String::new(),
            added: Vec::new(),
            left_out: Vec::new(),
            people: None,
            steps: None,
            note: String::new(),
        }
    }

    /// Tested on the bench, tried on a controller that is missed least, signed by two, posted.
    fn ready(&self) -> Result<()> {
        for patch in READY {
            let bench = self.tested(patch, MIXERS, Where::Bench(BENCH.to_owned()), FLASH, usize::MAX)?;
            let pilot = Where::Pilot(vec!["HC-PLC-01".to_owned()]);
            let pilot = self.tested(patch, MIXERS, pilot, FLASH, usize::MAX)?;
            let why = "the same firmware runs on four controllers of the line for two weeks";
            let asked = self.asked(&company::ENGINEER, patch, MIXERS, &[bench, pilot], why)?;
            self.signed(&asked, &[&company::APPROVER, &company::SECOND_APPROVER])?;
        }
        Ok(())
    }
}
