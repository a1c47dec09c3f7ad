//! How the demo begins: sites, zones, people, a provider, and the first lists of what there is.

use super::{MAINTENANCE, Story, Taking, table};
use crate::demo::company::{self, Person, SitePlan};
use crate::demo::{assets, csaf, software};
use anyhow::{Context, Result};
use holdpoint_app::access_check::Limit;
use holdpoint_app::inventory::MappingChoice;
use holdpoint_app::people::accounts::{self, NewAccount};
use holdpoint_app::sources::{self, NewProvider};
use holdpoint_app::{Caller, sites};
use holdpoint_domain::access::{Grant, RoleTable, Scope};
use holdpoint_domain::actor::{Actor, Via};
use holdpoint_domain::id::{SiteId, ZoneId};
use holdpoint_domain::site::{Site, Zone};

impl Story {
    pub(super) fn set_up(&mut self) -> Result<()> {
        self.at(60, 7);
        self.account(&company::ADMINISTRATOR, &Caller::operator("demo"), &[])?;
        let administrator = self.caller(&company::ADMINISTRATOR)?.clone();
        let mut ids = Vec::new();
        for plan in company::SITES {
            ids.push((plan.code, self.site(plan, &administrator)?));
        }
        self.at(60, 9);
        for person in company::PEOPLE.iter().filter(|person| **person != company::ADMINISTRATOR) {
            self.account(person, &administrator, &ids)?;
        }
        self.at(59, 8);
        let provider = NewProvider {
            name: csaf::PUBLISHER.to_owned(),
            address: "demo.holdpoint.example".to_owned(),
            enabled: Some(false),
            ..NewProvider::default()
        };
        let reason = "prepared; switched off, because the demo opens no connection";
        sources::add(&self.app, &administrator, &provider, reason)?;
        Ok(())
    }

    fn account(&mut self, person: &Person, by: &Caller, sites: &[(&str, SiteId)]) -> Result<()> {
        let scope = match person.site {
            None => Scope::AllSites,
            Some(code) => {
                let site =
                    sites.iter().find(|(known, _)| *known == code).context("the site is made before")?;
                Scope::Site(site.1)
            }
        };
        let new = NewAccount {
            name: person.name.to_owned(),
            display_name: person.display_name.to_owned(),
            password: person.password(),
            grants: vec![Grant { role: person.role, scope }],
            reason: "first people".to_owned(),
        };
        let account = accounts::create(&self.app, by, &new)?;
        let caller = Caller {
            actor: Actor::Person { id: account.id, name: account.name },
            via: Via::Page,
            grants: account.grants,
            limit: Limit::None,
            roles: RoleTable::default(),
        };
        self.people.insert(person.name, caller);
        Ok(())
    }

    fn site(&self, plan: &SitePlan, by: &Caller) -> Result<SiteId> {
        let at = self.app.now();
        let site = Site {
            id: SiteId::new(at, self.app.random_bytes()),
            name: plan.name.to_owned(),
            time_zone: plan.time_zone.to_owned(),
            connectivity: plan.connectivity,
        };
        sites::put_site(&self.app, by, &site, "first set-up")?;
        for zone in company::ZONES.iter().filter(|zone| zone.site == plan.code) {
            let zone = Zone {
                id: ZoneId::new(at, self.app.random_bytes()),
                site: site.id,
                name: zone.name.to_owned(),
                purdue_level: Some(zone.level.parse()?),
                exposure: zone.exposure,
                target_security_level: zone.target,
            };
            sites::put_zone(&self.app, by, &zone, "zone list of the last risk assessment")?;
        }
        Ok(site.id)
    }

    pub(super) fn first_inventory(&self) -> Result<()> {
        self.at(58, 8);
        let header = assets::COLUMNS.to_vec();
        let rows = assets::rows(&company::COATINGS);
        self.take(&company::ENGINEER, &Taking::new("halmstrand-assets.csv", &table(&header, &rows)))?;
        self.at(57, 9);
        let rows = assets::rows(&company::POWER);
        let columns = MAINTENANCE.iter().zip(assets::COLUMNS);
        let mapping = columns.map(|(theirs, ours)| ((*theirs).to_owned(), (*ours).to_owned())).collect();
        let bytes = table(MAINTENANCE, &rows);
        let mut taking = Taking::new("brynhaven-maintenance-export.csv", &bytes);
        taking.mapping = MappingChoice::Columns(mapping);
        taking.remember_as = Some("Brynhaven maintenance system");
        self.take(&company::ENGINEER, &taking)?;
        self.at(55, 13);
        let mut rows = assets::rows(&company::TERMINAL);
        rows.push(unreadable_row());
        let bytes = table(&header, &rows);
        let mut taking = Taking::new("tornholm-usb-stick.csv", &bytes);
        taking.reason = "list of the shift leader, carried over by hand";
        self.take(&company::TERMINAL_ENGINEER, &taking)?;
        self.at(53, 10);
        let both: Vec<software::Installed> = [software::COATINGS, software::POWER].concat();
        let rows = both.iter().map(|row| row.iter().copied().chain(["", ""]).collect());
        let bytes = assets::csv(software::COLUMNS, rows);
        self.take(&company::ENGINEER, &Taking::new("software-of-servers.csv", &bytes))?;
        self.at(53, 12);
        let rows = software::TERMINAL.iter().map(|row| row.iter().copied().chain(["", ""]).collect());
        let bytes = assets::csv(software::COLUMNS, rows);
        self.take(&company::TERMINAL_ENGINEER, &Taking::new("tornholm-software.csv", &bytes))
    }
}

/// A row that somebody filled in wrongly: its level and kind are no words that are known.
fn unreadable_row() -> assets::Cells {
    assets::COLUMNS
        .iter()
        .map(|column| {
            let cell = match *column {
                "asset_tag" => "TT-XX-01",
                "name" => "Box behind the pump house",
                "site" => company::TERMINAL.name,
                "purdue_level" => "ground floor",
                "kind" => "grey box",
                _ => "",
            };
            cell.to_owned()
        })
        .collect()
}
