//! What people say about how pressing things are: words on decision points, a function of the plant, a zone; and the
//! baselines under which patches are decided.

use super::{DAY, Story};
use crate::demo::company::{self, SitePlan};
use anyhow::{Context, Result};
use holdpoint_app::approval::baselines::NewBaseline;
use holdpoint_app::inventory;
use holdpoint_app::ranking::function::{self, NewFunction};
use holdpoint_app::ranking::word::{NewWord, WordScope};
use holdpoint_app::ranking::{read, refresh, word};
use holdpoint_app::sites;
use holdpoint_domain::Moment;
use holdpoint_domain::asset::Consequence;
use holdpoint_domain::baseline::{AssetScope, Place};
use holdpoint_domain::ranking::criticality::{Dimension, Profile};
use holdpoint_domain::ranking::replacement::{PointValue, Replaceable};

/// A word: vulnerability, an asset that has it, the point, its value, why.
type Word = (&'static str, &'static str, Replaceable, &'static str, &'static str);

#[rustfmt::skip]
const WORDS: &[Word] = &[
    ("CVE-2023-3526", "BR-RTR-15", Replaceable::Exploitation, "active", "the sector's information centre writes of attacks on these routers"),
    ("CVE-2024-46887", "HC-PLC-07", Replaceable::Automatable, "no", "tried on the rig: it needs an answer of the controller each time"),
    ("CVE-2024-46886", "HC-PLC-08", Replaceable::Automatable, "no", "somebody has to follow a link"),
    ("CVE-2022-0835", "TT-SRV-01", Replaceable::Automatable, "no", "it needs an account on the server"),
    ("CVE-2022-0835", "TT-SRV-01", Replaceable::Exploitation, "none", "asked the maker and searched on the first of the month: nothing is public"),
    ("CVE-2022-45147", "TT-ES-01", Replaceable::Automatable, "no", "somebody has to open a project file"),
    ("CVE-2023-30897", "HC-SCADA-01", Replaceable::Automatable, "no", "it needs an account on the server"),
];

impl Story {
    /// A day's thought before today.
    pub(super) fn words_on_rank(&self) -> Result<()> {
        self.at(1, 16);
        refresh::now(&self.app)?;
        let caller = self.caller(&company::ENGINEER)?;
        for (vulnerability, asset, point, value, reason) in WORDS {
            let finding = match read::number_of(&self.app, caller, vulnerability, asset) {
                Ok(finding) => finding,
                // What was found there before may have closed by another advisory of the story.
                Err(holdpoint_app::AppError::NotFound { .. }) => continue,
                Err(error) => return Err(error.into()),
            };
            let value = PointValue::read(*point, value)?;
            let expires_at = Moment::from_micros(self.moment(0, 0).micros() + 60 * DAY);
            let new = NewWord { finding, scope: WordScope::Vulnerability, value, reason, expires_at };
            let said =
                word::say(&self.app, caller, &new).with_context(|| format!("{vulnerability} on {asset}"))?;
            word::confirm(&self.app, self.caller(&company::APPROVER)?, said.id, "seen the same")?;
        }
        self.functions()
    }

    /// What devices do together weighs more than each of them.
    fn functions(&self) -> Result<()> {
        let batching = Profile::default()
            .with(Dimension::Safety, Some(Consequence::Moderate))
            .with(Dimension::Production, Some(Consequence::Catastrophic))
            .with(Dimension::Quality, Some(Consequence::Major));
        self.function((&company::COATINGS, "Batching of solvents"), &["HC-PLC-11", "HC-PLC-12"], batching)?;
        let heat = Profile::default()
            .with(Dimension::Safety, Some(Consequence::Catastrophic))
            .with(Dimension::Production, Some(Consequence::Major));
        self.function((&company::POWER, "Heat for the hospital"), &["BR-RTR-13", "BR-RTR-15"], heat)
    }

    fn function(&self, (site, name): (&SitePlan, &str), tags: &[&str], profile: Profile) -> Result<()> {
        let caller = self.caller(&company::ENGINEER)?;
        let site = self.site_of(site)?;
        let asset = |tag: &&str| inventory::get(&self.app, caller, tag, Moment::OPEN).map(|one| one.asset.id);
        let assets = tags.iter().map(asset).collect::<Result<Vec<_>, _>>()?;
        let new = NewFunction { site, name, profile, assets: &assets };
        function::put(&self.app, caller, &new, "the study of hazards of this spring")?;
        Ok(())
    }

    /// One baseline a site, under which everything there is decided until somebody makes nearer ones.
    pub(super) fn baselines(&self) -> Result<()> {
        self.at(50, 9);
        for plan in company::SITES {
            let new = NewBaseline {
                name: format!("{}, everything", plan.name),
                description: "What holds where no nearer baseline does.".to_owned(),
                parent: None,
                scope: AssetScope {
                    kind: None,
                    vendor: String::new(),
                    product: String::new(),
                    release: None,
                    place: Place::Site(self.site_of(plan)?),
                },
                reason: "the first baselines".to_owned(),
            };
            self.made(&new)?;
        }
        Ok(())
    }

    fn site_of(&self, plan: &SitePlan) -> Result<holdpoint_domain::id::SiteId> {
        let known = sites::sites(&self.app, self.caller(&company::ENGINEER)?)?;
        let site = known.into_iter().find(|site| site.name == plan.name);
        site.map(|site| site.id).with_context(|| format!("the site `{}` is made before", plan.name))
    }
}
