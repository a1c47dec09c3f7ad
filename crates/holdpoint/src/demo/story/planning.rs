//! When work may happen at the invented company, how it is done, and a first plan that waits for release.

use super::{DAY, Story, midnight};
use crate::demo::company::{self, SitePlan};
use anyhow::{Context, Result};
use holdpoint_app::approval::decisions::{self, AskAuthorise, SignRequest, Urgency};
use holdpoint_app::patches::cover;
use holdpoint_app::plans::{self, Proposal};
use holdpoint_app::windows::{self, LengthWord, NewWindow, ReachNamed};
use holdpoint_app::{Caller, planning};
use holdpoint_domain::Moment;
use holdpoint_domain::asset::AssetKind;
use holdpoint_domain::decision::{Basis, Footing, Posting};
use holdpoint_domain::plan::WayBack;
use holdpoint_domain::plan::ground::WorkProfile;
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

impl Story {
    /// Two days ago: windows, how work is done; yesterday evening: a plan.
    pub(super) fn planning(&self) -> Result<()> {
        self.at(1, 17);
        let caller = self.caller(&company::ENGINEER)?;
        for (plan, day, people) in
            [(&company::COATINGS, "SA", 3), (&company::POWER, "SU", 2), (&company::TERMINAL, "WE", 2)]
        {
            let rule = format!("FREQ=WEEKLY;BYDAY={day}");
            let night =
                self.window(plan, ("Weekly night", WindowKind::Maintenance), (-56, "22:00", 480), &rule);
            windows::create(
                &self.app,
                caller,
                &NewWindow { people: Some(people), steps: Some(2), ..night },
                "agreed with production",
            )?;
        }
        let outage = self.window(
            &company::COATINGS,
            ("Summer outage", WindowKind::Outage),
            (34, "06:00", 4 * 24 * 60),
            "",
        );
        windows::create(
            &self.app,
            caller,
            &NewWindow { people: Some(8), steps: Some(6), ..outage },
            "the plan of the year",
        )?;
        let freeze = self.window(
            &company::COATINGS,
            ("Stocktaking", WindowKind::Freeze),
            (17, "00:00", 3 * 24 * 60),
            "",
        );
        windows::create(&self.app, caller, &freeze, "asked for by finance")?;
        for (kind, work_minutes, undo_minutes, people, way) in WORK {
            let way_back = Some(WayBack::ByHand { instruction: (*way).to_owned() });
            let profile = WorkProfile {
                patch: None,
                kind: Some(*kind),
                work_minutes: *work_minutes,
                undo_minutes: *undo_minutes,
                people: *people,
                way_back,
            };
            planning::put_profile(&self.app, caller, &profile, "as it was done so far")?;
        }
        self.first_plan(caller)
    }

    fn window(
        &self,
        site: &SitePlan,
        (name, kind): (&str, WindowKind),
        (day, time, minutes): (i64, &str, u32),
        rule: &str,
    ) -> NewWindow {
        let date = Moment::from_micros(midnight(self.now) + day * DAY).to_string();
        NewWindow {
            name: format!("{}: {name}", site.code),
            kind,
            reach: ReachNamed::Site(site.name.to_owned()),
            time_zone: None,
            first: format!("{}T{time}", &date[..10]),
            minutes,
            length: LengthWord::Wall,
            rule: rule.to_owned(),
            added: Vec::new(),
            left_out: Vec::new(),
            people: None,
            steps: None,
            note: String::new(),
        }
    }

    /// The patch that closes most at the coatings plant is approved where the policy lets it be, and planned with all others.
    fn first_plan(&self, caller: &Caller) -> Result<()> {
        let baseline = format!("{}, everything", company::COATINGS.name);
        let chosen = cover::fewest(&self.app, caller)?;
        for patch in chosen.patches.iter().take(3) {
            self.approve(caller, &baseline, &patch.patch)?;
        }
        self.at(1, 18);
        let proposal = Proposal {
            title: "Halmstrand, the patches that close most".to_owned(),
            baseline: Some(baseline),
            patches: Vec::new(),
            days: Some(90),
            reason: "the monthly round".to_owned(),
            ..Proposal::default()
        };
        let proposed = plans::propose(&self.app, caller, &proposal).context("a plan of the demo")?;
        for plan in proposed.plans.iter().filter(|plan| plan.steps > 0) {
            plans::submit(&self.app, caller, &plan.id.to_string(), "ready for the night")?;
        }
        Ok(())
    }

    fn approve(&self, caller: &Caller, baseline: &str, patch: &str) -> Result<()> {
        let ask = AskAuthorise {
            baseline: baseline.to_owned(),
            patch: patch.to_owned(),
            basis: Basis::Inspection { reason: "the release notes were read with the supplier".to_owned() },
            footing: Footing::NoVendorQualification { reason: "it is the device's own firmware".to_owned() },
            posting: Posting::AtOnce,
            expires: None,
            urgency: Urgency::Normal,
            reason: "it closes most".to_owned(),
        };
        let asked = match decisions::ask_authorise(&self.app, caller, &ask) {
            Ok(asked) => asked,
            // The policy wants a test first, or a supplier says otherwise: the plan then shows what waits.
            Err(holdpoint_app::AppError::Invalid(_) | holdpoint_app::AppError::Conflict(_)) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let sign = SignRequest {
            id: asked.id.to_string(),
            shown: asked.card,
            note: String::new(),
            on_behalf_of: None,
        };
        decisions::sign(&self.app, self.caller(&company::APPROVER)?, &sign)?;
        Ok(())
    }
}
