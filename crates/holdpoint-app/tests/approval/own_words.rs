//! Whose hands a supplier's yes went through: who brought it neither asks for what rests on it nor signs that, alone.

use crate::acting::statement;
use crate::support::{World, code, looked, worlds};
use holdpoint_app::approval::card;
use holdpoint_app::approval::decisions::{self, SignOutcome};
use holdpoint_app::statements::taking::{self, Mode, NewList};
use holdpoint_app::statements::{self, mappings};
use holdpoint_app::{AppError, Caller};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Role;
use holdpoint_domain::compatibility::CompatibilityStatement;
use holdpoint_domain::decision::{Decision, Footing};
use holdpoint_domain::patch_state::SupplierState;

const PATCH: &str = "KB5000001";

fn yes() -> CompatibilityStatement {
    statement(PATCH, ("Acme", "Historian", "4.2"), SupplierState::Released)
}

/// An engineer who has tested nothing, another one who has, and two who sign.
fn cast(world: &World) -> [Caller; 4] {
    let all = [
        world.person("a.weber", &[Role::Engineer]),
        world.person("t.kern", &[Role::Engineer]),
        world.person("l.okafor", &[Role::Approver]),
        world.person("m.ruiz", &[Role::Approver]),
    ];
    world.baseline(&all[0], "Servers", None);
    world.installs_historian();
    world.clock.advance_micros(1_000_000);
    all
}

fn ask(world: &World, who: &Caller) -> Result<Decision, AppError> {
    let mut ask = world.ask("Servers", PATCH, looked());
    ask.footing = Footing::Released;
    decisions::ask_authorise(&world.app, who, &ask)
}

fn only(world: &World) -> holdpoint_store::compatibility::StatementLine {
    let mut all = world.app.store().read(|r| r.statements_of_patch(PATCH, Moment::OPEN)).unwrap();
    assert_eq!(all.len(), 1, "{}", world.engine);
    all.remove(0)
}

fn confirm(world: &World, who: &Caller) -> Result<String, AppError> {
    let id = only(world).kept.id.to_string();
    let line = statements::confirm(&world.app, who, &id, "read the bulletin on their portal")?;
    Ok(line.kept.confirmed.map(|(by, _)| by.name).unwrap_or_default())
}

#[test]
fn whoever_enters_a_yes_asks_for_nothing_that_rests_on_it_until_somebody_else_confirms_it() {
    for world in worlds() {
        let [author, other, approver, second] = cast(&world);
        let entered = statements::enter(&world.app, &author, &yes(), "the bulletin").unwrap();
        assert_eq!(entered.kept.brought_by.name, "a.weber", "{}", world.engine);
        assert_eq!(code(ask(&world, &author)), "four-eyes-word", "{}", world.engine);
        assert_eq!(code(confirm(&world, &author)), "four-eyes-word", "{}", world.engine);
        let id = entered.kept.id.to_string();
        assert_eq!(
            code(statements::confirm(&world.app, &other, &id, "...")),
            "says-nothing",
            "{}",
            world.engine
        );
        let by_other = ask(&world, &other).unwrap();
        assert_eq!(card::card(&world.app, &second, &by_other.id.to_string()).unwrap().said, Some(entered));
        decisions::close(
            &world.app,
            &other,
            &by_other.id.to_string(),
            holdpoint_domain::decision::Ending::Withdrawn,
            "asked by the one who knows it",
        )
        .unwrap();
        assert_eq!(confirm(&world, &approver).unwrap(), "l.okafor", "{}", world.engine);
        assert_eq!(code(confirm(&world, &second)), "confirmed", "{}", world.engine);
        let asked = ask(&world, &author).unwrap();
        assert!(matches!(world.sign(&approver, &asked), Ok(SignOutcome::Granted(_))), "{}", world.engine);
    }
}

#[test]
fn a_confirmation_ends_with_the_word_that_it_was_of() {
    for world in worlds() {
        let [author, other, approver, _] = cast(&world);
        statements::enter(&world.app, &author, &yes(), "the bulletin").unwrap();
        confirm(&world, &approver).unwrap();
        let asked = ask(&world, &author).unwrap();
        world.clock.advance_micros(1_000_000);
        let mut again = yes();
        again.word = "released, again".to_owned();
        statements::enter(&world.app, &author, &again, "a newer bulletin").unwrap();
        assert!(matches!(world.sign(&approver, &asked), Ok(SignOutcome::Lapsed(_))), "{}", world.engine);
        assert_eq!(code(ask(&world, &author)), "four-eyes-word", "{}", world.engine);
        ask(&world, &other).unwrap();
    }
}

#[test]
fn a_yes_of_whoever_asks_changes_nothing_where_it_bears_without_it() {
    for world in worlds() {
        let [author, other, approver, _] = cast(&world);
        statements::enter(&world.app, &other, &yes(), "the bulletin").unwrap();
        let mut wider = yes();
        wider.product.platform = "Windows Server 2019".to_owned();
        statements::enter(&world.app, &author, &wider, "the same bulletin").unwrap();
        let asked = ask(&world, &author).unwrap();
        assert!(matches!(world.sign(&approver, &asked), Ok(SignOutcome::Granted(_))), "{}", world.engine);
    }
}

const MAPPING: &str = r#"
[mapping]
name = "acme"
title = "Acme's list"
publisher = "Acme"
format = "table"

[patch]
vendor = { value = "Microsoft" }
identifier = { column = "Patch" }
identifier_kind = "kb"

[product]
vendor = { value = "Acme" }
name = { value = "Historian" }

[[release]]
column = "Version {version}"

[words]
released = ["OK"]
not_approved = ["NO"]
blank = "no-statement"
"#;

#[test]
fn a_list_is_its_importers_word_until_somebody_else_confirms_the_file() {
    for world in worlds() {
        let [author, other, approver, _] = cast(&world);
        mappings::add(&world.app, &other, MAPPING, "from the supplier").unwrap();
        let list = NewList {
            name: "acme.csv",
            bytes: b"Patch,Version 4.2\n5000001,OK\n5000002,OK\n",
            mapping: Some("acme"),
            mode: Mode::Write,
        };
        world.clock.advance_micros(1_000_000);
        taking::import(&world.app, &author, &list, "mailed to us").unwrap();
        assert_eq!(only(&world).kept.brought_by.name, "a.weber", "{}", world.engine);
        assert_eq!(code(ask(&world, &author)), "four-eyes-word", "{}", world.engine);
        confirm(&world, &approver).unwrap();
        ask(&world, &author).unwrap();
        let other_patch =
            world.app.store().read(|r| r.statements_of_patch("KB5000002", Moment::OPEN)).unwrap().remove(0);
        let by = other_patch.kept.confirmed.map(|(by, _)| by.name);
        assert_eq!(by.as_deref(), Some("l.okafor"), "{}: the file, with all in it", world.engine);
    }
}
