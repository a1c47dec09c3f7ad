//! People with accounts, and a plant by import: what tests and benches of the doors begin with.

use holdpoint_app::access_check::Limit;
use holdpoint_app::inventory::{self, ImportKind, ImportRequest, MappingChoice, Mode, Run};
use holdpoint_app::people::accounts::{self, NewAccount};
use holdpoint_app::{App, Caller};
use holdpoint_domain::access::{Grant, Role, RoleTable, Scope};
use holdpoint_domain::actor::{Actor, Via};

/// Who plans, and who lets go.
pub(crate) struct People {
    pub(crate) engineer: Caller,
    pub(crate) planner: Caller,
    pub(crate) approver: Caller,
}

pub(crate) fn people(app: &App) -> People {
    People {
        engineer: person(app, "a.weber", Role::Engineer),
        planner: person(app, "p.lang", Role::Engineer),
        approver: person(app, "l.okafor", Role::Approver),
    }
}

/// Takes assets in.
pub(crate) fn import(app: &App, rows: &str) {
    let request = ImportRequest {
        name: "assets.csv",
        bytes: rows.as_bytes(),
        kind: ImportKind::Auto,
        run: Run::Apply,
        mode: Mode::AllOrNothing,
        table: holdpoint_app::inventory::TableChoice::default(),
        mapping: MappingChoice::Known,
        remember_as: None,
        asset: None,
        reason: "",
    };
    inventory::import(app, &Caller::operator("doors"), &request).unwrap();
}

/// Somebody with an account, everywhere.
pub(crate) fn person(app: &App, name: &str, role: Role) -> Caller {
    let grants = vec![Grant { role, scope: Scope::AllSites }];
    let new = NewAccount {
        name: name.into(),
        display_name: String::new(),
        password: "correct horse battery staple".into(),
        grants: grants.clone(),
        reason: "for the doors".into(),
    };
    let id = accounts::create(app, &Caller::operator("doors"), &new).unwrap().id;
    let actor = Actor::Person { id, name: name.into() };
    Caller { actor, via: Via::Page, grants, limit: Limit::None, roles: RoleTable::default() }
}
