//! What the company decided: baselines, tests, signatures of two people, and what is not patched and why.
//!
//! The surprise: a part is left in the middle on purpose (a run half done, decisions that wait, a control that failed),
//! so that every page has something to do on it.

use super::{DAY, Story};
use crate::demo::company::{self, Person};
use crate::demo::windows_patches::{AUGUST, NOVEMBER, OCTOBER, START_UP};
use anyhow::{Context, Result};
use holdpoint_app::approval::baselines::{self, NewBaseline};
use holdpoint_app::approval::decisions::{self, AskAuthorise, AskStandard, Rejection, SignRequest, Urgency};
use holdpoint_app::approval::delegations;
use holdpoint_app::approval::exemptions::{self, NewExemption, OnNamed, Works};
use holdpoint_app::approval::known::Source;
use holdpoint_app::approval::test_records::{self, NewEnvironment, NewRun, Where};
use holdpoint_app::store::test_record::TestPlan;
use holdpoint_app::{feeds, sites};
use holdpoint_domain::Moment;
use holdpoint_domain::approval_policy::RiskClass;
use holdpoint_domain::asset::AssetKind;
use holdpoint_domain::baseline::{AssetScope, Force, Place};
use holdpoint_domain::control::{Burden, Control, ControlUse, Verification};
use holdpoint_domain::decision::{Basis, Decision, EvidenceHold, ExemptionKind, Footing, Posting, WayBack};
use holdpoint_domain::exemption::{ReasonCode, What};
use holdpoint_domain::id::{SiteId, TestRunId, ZoneId};
use holdpoint_domain::patch::PatchClass;
use holdpoint_domain::test_record::{Differences, StepResult};

const SERVERS: &str = "Windows servers";
const SCADA: &str = "Halmstrand control servers";
pub(super) const STATIONS: &str = "Halmstrand operator stations";
const EDGE: &str = "Halmstrand edge servers";
pub(super) const MIXERS: &str = "Mixing line A controllers";
const FIRMWARE: &str = "SIMATIC S7-1500 CPU 1515-2 PN (6ES7515-2AN03-0AB0) V3.1.4";
const RACK: &str = "Test rack BED-2";
pub(super) const BENCH: &str = "Controller bench BED-1";
const ROUND: &str = "Monthly Windows round";
pub(super) const FLASH: &str = "Controller firmware";

const ROUND_STEPS: &[[&str; 2]] = &[
    ["Back up the machine", "the image can be opened"],
    ["Install the update and restart", "the build is the expected one"],
    ["Sign in and start the plant's programs", "they start without a message"],
    ["Record values for one hour", "no gap in the archive"],
    ["Take the update out again", "the machine starts and records as before"],
];
const FLASH_STEPS: &[[&str; 2]] = &[
    ["Save program and settings", "the saved program compares equal"],
    ["Load the firmware", "the display shows the new version"],
    ["Run the test program for two hours", "cycle time within 5 % of before"],
    ["Load the old firmware", "the controller runs with the old version"],
];

impl Story {
    /// What was decided in the days before a round of advisories.
    pub(super) fn approving(&self, round: u32) -> Result<()> {
        match round {
            42 => self.begin_approving().context("cannot begin to approve in the demo"),
            35 => {
                self.at(39, 9);
                self.approved(AUGUST, "round of August")
            }
            21 => {
                self.at(24, 9);
                self.approved(OCTOBER, "round of October")?;
                self.refused()
            }
            14 => self.exempted().context("cannot make the demo's exemptions"),
            _ => Ok(()),
        }
    }

    fn begin_approving(&self) -> Result<()> {
        self.at(45, 9);
        let engineer = self.caller(&company::ENGINEER)?;
        for (name, bytes) in crate::demo::windows_patches::files() {
            feeds::import_bytes(&self.app, engineer, &name, bytes, None, "security guide of the maker")?;
        }
        let here = self.site_called(company::COATINGS.name)?;
        let line = self.zone_in(here, "Mixing line A")?;
        let edge = self.zone_in(here, "Edge DMZ")?;
        let all = |kind| AssetScope { kind: Some(kind), ..everything() };
        let at = |kind, place| AssetScope { kind: Some(kind), place, ..everything() };
        self.baseline(SERVERS, None, all(AssetKind::Server), "every server, wherever it stands")?;
        self.baseline(
            SCADA,
            Some(SERVERS),
            at(AssetKind::Scada, Place::Site(here)),
            "servers that the operators see through; the control system’s maker has a word",
        )?;
        self.baseline(
            STATIONS,
            Some(SERVERS),
            at(AssetKind::Workstation, Place::Site(here)),
            "stations of the operators, same Windows as the servers",
        )?;
        self.baseline(
            EDGE,
            Some(SERVERS),
            at(AssetKind::Server, Place::Zone(here, edge)),
            "what stands towards the outside is patched first",
        )?;
        self.baseline(
            MIXERS,
            None,
            AssetScope { vendor: "Siemens".to_owned(), ..at(AssetKind::Plc, Place::Zone(here, line)) },
            "controllers of the line that cannot stop without the other line running",
        )?;
        self.environment(
            RACK,
            &[SERVERS, SCADA, STATIONS, EDGE],
            &[
                "one machine stands for all, so nothing is redundant",
                "the domain controller is a copy of last month",
            ],
        )?;
        self.environment(BENCH, &[MIXERS], &["inputs and outputs are simulated", "no PROFINET ring"])?;
        for (name, steps) in [(ROUND, ROUND_STEPS), (FLASH, FLASH_STEPS)] {
            let steps = steps.iter().map(|[what, seen]| ((*what).to_owned(), (*seen).to_owned())).collect();
            let plan = TestPlan { name: name.to_owned(), site: None, steps };
            test_records::put_plan(&self.app, engineer, &plan, "agreed with the shift leaders")?;
        }
        self.standard()
    }

    fn standard(&self) -> Result<()> {
        self.at(44, 9);
        let ask = AskStandard {
            name: "Monthly Windows round, released by the maker of the control system".to_owned(),
            baseline: SERVERS.to_owned(),
            classes: vec![PatchClass::Security, PatchClass::SecurityCritical],
            most_risk: RiskClass::Normal,
            until: self.app.now().plus_micros(300 * DAY),
            reason: "twelve rounds went well; each is tested on the rack first".to_owned(),
        };
        let asked = decisions::ask_standard(&self.app, self.caller(&company::ENGINEER)?, &ask)?;
        self.signed(&asked, &[&company::APPROVER, &company::SECOND_APPROVER])
    }

    /// A round for the servers: tested on the rack, signed, posted.
    fn approved(&self, patch: &str, why: &str) -> Result<()> {
        let run = self.tested(patch, SERVERS, Where::Bench(RACK.to_owned()), ROUND, usize::MAX)?;
        let asked = self.asked(&company::ENGINEER, patch, SERVERS, &[run], why)?;
        self.signed(&asked, enough(&asked))
    }

    fn refused(&self) -> Result<()> {
        // What is declined everywhere was heard of before any catalogue was read here.
        let wanted = |baseline: Option<&str>, patch: &str, reason: &str| Rejection {
            baseline: baseline.map(str::to_owned),
            patch: patch.to_owned(),
            source: if baseline.is_none() { Source::NotYet } else { Source::Asked },
            reason: reason.to_owned(),
        };
        let here =
            wanted(Some(SCADA), OCTOBER, "WinCC needs its own update before it; that comes with the outage");
        decisions::reject(&self.app, self.caller(&company::APPROVER)?, &here)?;
        let everywhere =
            wanted(None, START_UP, "two laptops asked for their recovery keys after it, and nobody had them");
        let asked = decisions::reject(&self.app, self.caller(&company::ENGINEER)?, &everywhere)?;
        self.signed(&asked, &[&company::APPROVER, &company::SECOND_APPROVER])
    }

    fn exempted(&self) -> Result<()> {
        self.at(17, 10);
        let here = self.site_called(company::COATINGS.name)?;
        let line_b = OnNamed::Zone(self.zone_in(here, "Mixing line B")?.to_string());
        let mut held = self.exemption(ExemptionKind::Mitigate, "CVE-2024-46887", line_b, 180);
        held.reason_code = ReasonCode::NoPatch;
        held.reason = "this hardware gets no firmware any more".to_owned();
        held.controls = vec![
            control(
                Control::ServiceDisabled,
                "web server off on all controllers of line B",
                (Some(0), 240, 0),
            ),
            control(
                Control::TrafficFilter,
                "rule 118: only the engineering stations reach them",
                (Some(12_000), 90, 0),
            ),
        ];
        let id = self.exempt(&held)?;
        let look = |id: &str, place, works, seen: &str| -> Result<()> {
            let technician = self.caller(&company::TECHNICIAN)?;
            exemptions::verify(&self.app, technician, id, place, (works, seen))?;
            Ok(())
        };
        look(&id, 1, Works::Yes, "port list of all six controllers without 80 and 443")?;
        look(&id, 2, Works::Yes, "rule 118 as it runs, and a blocked try from the office in its log")?;

        let mut late = self.exemption(ExemptionKind::Defer, OCTOBER, OnNamed::Baseline(SCADA.to_owned()), 28);
        late.what = What::Patch(OCTOBER.to_owned());
        late.reason = "WinCC first, and that needs the outage of the line".to_owned();
        late.controls = vec![control(
            Control::StrongerSignIn,
            "only over the jump host, with a second factor",
            (None, 60, 0),
        )];
        self.exempt(&late)?;

        let asset = OnNamed::Asset("BR-SRV-02".to_owned());
        let mut weak = self.exemption(ExemptionKind::Accept, "CVE-2021-44228", asset, 120);
        weak.reason_code = ReasonCode::RiskAboveBenefit;
        weak.reason = "the gateway’s maker ships a mended library with the next version".to_owned();
        weak.controls = vec![control(
            Control::VirtualPatch,
            "signature 2021-44228 blocks on the edge firewall",
            (Some(45_000), 30, 0),
        )];
        let id = self.exempt(&weak)?;
        look(&id, 1, Works::Yes, "the test request was dropped")?;
        self.at(16, 8);
        look(&id, 1, Works::No, "after the firewall’s update the signature only reports")
    }

    /// The last days: what waits today.
    pub(super) fn approving_now(&self) -> Result<()> {
        self.at(2, 13);
        let rack = || Where::Bench(RACK.to_owned());
        let stations = self.tested(NOVEMBER, STATIONS, rack(), ROUND, usize::MAX)?;
        self.asked(&company::ENGINEER, NOVEMBER, STATIONS, &[stations], "round of November")?;
        let servers = self.tested(NOVEMBER, SERVERS, rack(), ROUND, 2)?;
        let engineer = self.caller(&company::ENGINEER)?;
        let log = b"2026 backup finished\ninstalled, restart asked for\n";
        test_records::attach(&self.app, engineer, &servers.to_string(), "install.log", log)?;

        let bench = self.tested(FIRMWARE, MIXERS, Where::Bench(BENCH.to_owned()), FLASH, usize::MAX)?;
        let pilot = Where::Pilot(vec!["HC-PLC-01".to_owned()]);
        let pilot = self.tested(FIRMWARE, MIXERS, pilot, FLASH, usize::MAX)?;
        let why = "closes the open pages of the web server; four controllers run it for two weeks";
        let asked = self.asked(&company::ENGINEER, FIRMWARE, MIXERS, &[bench, pilot], why)?;
        self.signed(&asked, &[&company::SECOND_APPROVER])?;

        let edge = self.tested(OCTOBER, EDGE, rack(), ROUND, usize::MAX)?;
        self.asked(&company::APPROVER, OCTOBER, EDGE, &[edge], "the edge should not wait for the others")?;
        self.emergency()?;
        let asset = OnNamed::Asset("HC-WS-01".to_owned());
        let mut asked = self.exemption(ExemptionKind::Defer, "CVE-2025-0411", asset, 60);
        asked.reason_code = ReasonCode::Outage;
        asked.reason = "the station runs the colour recipes until the campaign ends".to_owned();
        asked.controls = vec![control(
            Control::RemovableMedia,
            "sticks only through the cleaning station",
            (Some(0), 20, 0),
        )];
        exemptions::propose(&self.app, self.caller(&company::ENGINEER)?, &asked)?;
        let until = self.app.now().plus_micros(12 * DAY);
        let caller = self.caller(&company::SECOND_APPROVER)?;
        delegations::give(&self.app, caller, company::APPROVER.name, until, "on leave")?;
        Ok(())
    }

    fn emergency(&self) -> Result<()> {
        let made = self.app.now().plus_micros(-86_400_000_000).to_string();
        let made = made.get(..10).unwrap_or_default();
        let ask = AskAuthorise {
            urgency: Urgency::Emergency {
                reason: "the maker says that it is exploited, and these stand towards the outside".to_owned(),
                backup: format!("images of both machines, made {made}, on the backup store"),
                way_back: WayBack::Steps("put the image of last night back, 40 minutes".to_owned()),
                evidence: EvidenceHold::Kept(
                    "memory and event logs of both, on the stick in the safe".to_owned(),
                ),
            },
            ..asking(NOVEMBER, EDGE, &[], "exploited, and reachable from outside")
        };
        let ask = AskAuthorise {
            basis: Basis::Inspection {
                reason: "the release notes name no change that touches us".to_owned(),
            },
            ..ask
        };
        let asked = decisions::ask_authorise(&self.app, self.caller(&company::ENGINEER)?, &ask)?;
        self.signed(&asked, enough(&asked))
    }

    pub(super) fn site_called(&self, name: &str) -> Result<SiteId> {
        let all = sites::sites(&self.app, self.caller(&company::ADMINISTRATOR)?)?;
        all.into_iter().find(|one| one.name == name).map(|one| one.id).context("the site is made before")
    }

    pub(super) fn zone_in(&self, site: SiteId, name: &str) -> Result<ZoneId> {
        let all = sites::zones(&self.app, self.caller(&company::ADMINISTRATOR)?)?;
        let found = all.into_iter().find(|one| one.site == site && one.name == name);
        found.map(|one| one.id).context("the zone is made before")
    }

    pub(super) fn baseline(
        &self,
        name: &str,
        parent: Option<&str>,
        scope: AssetScope,
        about: &str,
    ) -> Result<()> {
        let new = NewBaseline {
            name: name.to_owned(),
            description: about.to_owned(),
            parent: parent.map(str::to_owned),
            scope,
            reason: "first baselines".to_owned(),
        };
        self.made(&new)
    }

    /// Makes a baseline; a second person puts a draft in force.
    pub(super) fn made(&self, new: &NewBaseline) -> Result<()> {
        let made = baselines::create(&self.app, self.caller(&company::ENGINEER)?, new)?;
        if matches!(made.force, Force::Draft { .. }) {
            let why = "looked at what it takes over";
            baselines::put_in_force(&self.app, self.caller(&company::APPROVER)?, &made.name, why)?;
        }
        Ok(())
    }

    fn environment(&self, name: &str, stands_for: &[&str], differences: &[&str]) -> Result<()> {
        let owned = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect();
        let new = NewEnvironment {
            name: name.to_owned(),
            represents: owned(stands_for),
            differences: Differences::Known(owned(differences)),
            reason: "first test environments".to_owned(),
        };
        test_records::add_environment(&self.app, self.caller(&company::ENGINEER)?, &new)?;
        Ok(())
    }

    /// A run whose first steps passed; all of them end it.
    pub(super) fn tested(
        &self,
        patch: &str,
        baseline: &str,
        place: Where,
        plan: &str,
        passed: usize,
    ) -> Result<TestRunId> {
        let engineer = self.caller(&company::ENGINEER)?;
        let new = NewRun {
            patch: patch.to_owned(),
            baseline: baseline.to_owned(),
            place,
            plan: Some(plan.to_owned()),
            steps: Vec::new(),
            reason: String::new(),
        };
        let run = test_records::begin(&self.app, engineer, &new)?;
        let id = run.id.to_string();
        for step in 1..=run.steps.len().min(passed) {
            test_records::record(&self.app, engineer, &id, step, (StepResult::Passed, ""))?;
        }
        Ok(run.id)
    }

    pub(super) fn asked(
        &self,
        by: &Person,
        patch: &str,
        baseline: &str,
        runs: &[TestRunId],
        why: &str,
    ) -> Result<Decision> {
        let ask = asking(patch, baseline, runs, why);
        Ok(decisions::ask_authorise(&self.app, self.caller(by)?, &ask)?)
    }

    pub(super) fn signed(&self, asked: &Decision, by: &[&Person]) -> Result<()> {
        for person in by {
            let request = SignRequest {
                id: asked.id.to_string(),
                shown: asked.card,
                note: String::new(),
                on_behalf_of: None,
            };
            decisions::sign(&self.app, self.caller(person)?, &request)?;
        }
        Ok(())
    }

    fn exemption(&self, kind: ExemptionKind, cve: &str, on: OnNamed, days: i64) -> NewExemption {
        NewExemption {
            kind,
            what: What::Vulnerability(cve.to_owned()),
            on,
            reason_code: ReasonCode::Outage,
            reason: String::new(),
            controls: Vec::new(),
            residual: RiskClass::Normal,
            expires: Moment::from_micros(self.app.now().micros() + days * DAY),
        }
    }

    /// Proposes an exemption and has it signed; gives its id.
    fn exempt(&self, new: &NewExemption) -> Result<String> {
        let (one, asked) = exemptions::propose(&self.app, self.caller(&company::ENGINEER)?, new)?;
        self.signed(&asked, enough(&asked))?;
        Ok(one.id.to_string())
    }
}

/// As many approvers as a decision needs.
fn enough(asked: &Decision) -> &'static [&'static Person] {
    static BOTH: [&Person; 2] = [&company::APPROVER, &company::SECOND_APPROVER];
    &BOTH[..usize::from(asked.needed).clamp(1, 2)]
}

pub(super) fn everything() -> AssetScope {
    AssetScope {
        kind: None,
        vendor: String::new(),
        product: String::new(),
        release: None,
        place: Place::Everywhere,
    }
}

fn control(kind: Control, what: &str, (cost_cents, effort, downtime): (Option<u64>, u32, u32)) -> ControlUse {
    ControlUse {
        control: kind,
        what: what.to_owned(),
        owner: "Plant IT".to_owned(),
        burden: Burden { cost_cents, effort_min: Some(effort), downtime_min: Some(downtime) },
        verification: Verification::Never,
    }
}

fn asking(patch: &str, baseline: &str, runs: &[TestRunId], why: &str) -> AskAuthorise {
    AskAuthorise {
        baseline: baseline.to_owned(),
        patch: patch.to_owned(),
        basis: Basis::Tested(runs.to_vec()),
        footing: Footing::NoVendorQualification {
            reason: "no control system stands on these machines, or its maker leaves it to us".to_owned(),
        },
        posting: Posting::AtOnce,
        expires: None,
        urgency: Urgency::Normal,
        reason: why.to_owned(),
    }
}
