//! What was carried out at the invented company: new firmware for the outstations by printed work orders, until it waits for people.
//!
//! The surprise: nothing here is written as done. The plan is made, checked, released and begun as everybody's is; the sheets
//! are drawn, ticked and entered, and what the program makes of that is what the pages show.

use super::Story;
use super::approving::{FLASH, everything};
use crate::demo::company;
use anyhow::{Context, Result, ensure};
use holdpoint_app::approval::test_records::Where;
use holdpoint_app::execution;
use holdpoint_app::plans::{self, Proposal};
use holdpoint_app::store::execution::StepLine;
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::work_orders::{self, Entered, Reading, ResultBody};
use holdpoint_domain::asset::{AssetKind, Field};
use holdpoint_domain::baseline::{AssetScope, Place};
use holdpoint_domain::execution::Observed;
use holdpoint_domain::work_order::ResultWay;

const MINUTE: i64 = 60_000_000;
/// Who goes to the machines.
const TECHNICIAN: &str = "R. Dahl, service desk";

/// The firmware, as the maker's document calls it.
const FIRMWARE: &str = "TC ROUTER 3002T-4G 2.07.2";
/// It runs what was promised.
const KEPT: &str = "BR-RTR-03";
/// It did, until lightning struck.
const REPLACED: &str = "BR-RTR-09";
const ROUTERS: &str = "Brynhaven outstation routers";

/// What came back on a sheet.
#[derive(Debug, Clone, Copy)]
enum Told {
    Installed,
    WentBack,
    NotYet,
}

/// The night, station by station: the third goes back, and the plan stops for a person.
const NIGHT: &[Told] = &[Told::Installed, Told::Installed, Told::WentBack, Told::NotYet, Told::NotYet];

impl Story {
    /// The baseline and its test, a plan that a second person released, and its first nights.
    pub(super) fn outstations(&self) -> Result<()> {
        self.at(13, 15);
        self.gather()?;
        let here = self.site_called(company::POWER.name)?;
        let heat = self.zone_in(here, company::HEAT)?;
        let scope =
            AssetScope { kind: Some(AssetKind::Router), place: Place::Zone(here, heat), ..everything() };
        self.baseline(ROUTERS, None, scope, "routers that only a van reaches when they do not come back")?;
        let pilot = Where::Pilot(vec!["BR-RTR-16".to_owned()]);
        let pilot = self.tested(FIRMWARE, ROUTERS, pilot, FLASH, usize::MAX)?;
        let why = "half of the outstations run it since the service round";
        let asked = self.asked(&company::ENGINEER, FIRMWARE, ROUTERS, &[pilot], why)?;
        self.signed(&asked, &[&company::APPROVER, &company::SECOND_APPROVER])?;
        self.at(13, 16);
        let engineer = self.caller(&company::ENGINEER)?;
        let proposal = Proposal {
            title: "Outstation routers, the rest".to_owned(),
            baseline: Some(ROUTERS.to_owned()),
            reason: "five outstations were left out of the service round".to_owned(),
            ..Proposal::default()
        };
        let proposed = plans::propose(&self.app, engineer, &proposal)?;
        let plan = proposed.plans.first().context("nothing was planned for the outstations")?.id.to_string();
        plans::submit(&self.app, engineer, &plan, "the van is booked")?;
        plans::release(&self.app, self.caller(&company::APPROVER)?, &plan, "agreed with the heat network")?;
        let steps = execution::begin(&self.app, engineer, &plan, "the control room knows")?.steps;
        ensure!(
            steps.len() == NIGHT.len(),
            "{} outstations are left, and the story tells of {}",
            steps.len(),
            NIGHT.len()
        );
        for step in &steps {
            work_orders::issue(&self.app, engineer, (&plan, step.number), TECHNICIAN, "no line to it")?;
        }
        for (step, told) in steps.iter().zip(NIGHT) {
            self.told(&plan, step, *told).with_context(|| format!("outstation {}", step.tag))?;
        }
        self.at(11, 8);
        for (step, told) in steps.iter().zip(NIGHT) {
            if matches!(told, Told::Installed) {
                let read = "read over the control room’s link";
                self.edit(&company::ENGINEER, &step.tag, &[(Field::FirmwareVersion, "2.07.2")], read)?;
            }
        }
        Ok(())
    }

    /// Days later: one has kept its promise, and in place of the other stands a spare part from the store.
    pub(super) fn outstations_later(&self) -> Result<()> {
        self.at(6, 9);
        execution::work(&self.app)?;
        let engineer = self.caller(&company::ENGINEER)?;
        let orders = work_orders::list(&self.app, engineer, &ListQuery::everything(9, self.app.now()))?.items;
        let kept = orders.iter().find(|order| order.tag == KEPT).context("the first sheet is there")?;
        let reading = Reading {
            observed: Observed::AsPromised,
            firmware: Some("2.07.2".to_owned()),
            read: "2.07.2 after a week on the mobile network".to_owned(),
            read_at: self.app.now(),
        };
        work_orders::observe(&self.app, engineer, &kept.id.to_string(), &reading)?;
        execution::work(&self.app)?;
        self.at(4, 7);
        let why = "struck by lightning, a spare part from the store";
        self.edit(&company::ENGINEER, REPLACED, &[(Field::FirmwareVersion, "2.06.4")], why)?;
        execution::sweep(&self.app, 0)?;
        Ok(())
    }

    /// One outstation of the night, from the sheet that came back.
    fn told(&self, plan: &str, step: &StepLine, told: Told) -> Result<()> {
        let engineer = self.caller(&company::ENGINEER)?;
        let (word, what, observed, read) = match told {
            Told::Installed => ("installed", "", Observed::AsPromised, "2.07.2 on its status page"),
            Told::WentBack => (
                "went_back",
                "no mobile network after the restart, for ten minutes",
                Observed::AsBefore,
                "2.06.4 on its status page, and the heat station sees it",
            ),
            Told::NotYet => return Ok(()),
        };
        self.clock.set(step.start.max(self.app.now()));
        execution::work(&self.app)?;
        let order =
            work_orders::issue(&self.app, engineer, (plan, step.number), TECHNICIAN, "no line to it")?;
        let ticked: Vec<u32> = order.sheet.before.iter().map(|line| line.number).collect();
        work_orders::begin(&self.app, engineer, &order.code, &ticked)?;
        let began_at = self.app.now().to_string();
        self.clock.set(self.app.now().plus_micros(24 * MINUTE));
        let body = ResultBody {
            code: order.code.clone(),
            word: word.to_owned(),
            restart: "done".to_owned(),
            what: what.to_owned(),
            began_at,
            done_at: self.app.now().to_string(),
            done_by: TECHNICIAN.to_owned(),
            lines: Vec::new(),
        };
        let entered = Entered { body: &body, way: ResultWay::Entered, looked_at: None };
        work_orders::enter(&self.app, engineer, &entered, "as the sheet says")?;
        self.clock.set(self.app.now().plus_micros(5 * MINUTE));
        execution::work(&self.app)?;
        let firmware = read.split(' ').next().map(str::to_owned);
        let reading = Reading { observed, firmware, read: read.to_owned(), read_at: self.app.now() };
        work_orders::observe(&self.app, engineer, &order.code, &reading)?;
        execution::work(&self.app)?;
        Ok(())
    }
}
