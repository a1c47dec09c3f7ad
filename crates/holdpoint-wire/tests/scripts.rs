//! Templates of scripts: values within bounds, and never an option or a line for a shell.

use holdpoint_wire::message::{self, VersionOne};
use holdpoint_wire::template::{Parameter, Part, ScriptTemplate};
use holdpoint_wire::text::{ArgumentText, FilePath, Hash, Id};
use std::collections::BTreeMap;

fn id(text: &str) -> Id {
    Id::new(text).expect("an id")
}

fn template() -> ScriptTemplate {
    let text = |value: &str| ArgumentText::new(value).expect("an argument");
    ScriptTemplate {
        version: VersionOne,
        name: id("historian-flush"),
        program: FilePath::new("/usr/local/bin/flush").expect("a path"),
        program_hash: Hash::of(b"#!/bin/sh\n"),
        arguments: vec![
            Part::Fixed("--mode".to_owned()),
            Part::Parameter(id("mode")),
            Part::Parameter(id("minutes")),
        ],
        parameters: BTreeMap::from([
            (id("mode"), Parameter::OneOf(vec![text("soft"), text("hard")])),
            (id("minutes"), Parameter::Number(1, 60)),
        ]),
        done_codes: vec![0],
    }
}

fn filled(mode: &str, minutes: &str) -> Result<Vec<String>, String> {
    let value = |text: &str| ArgumentText::new(text).map_err(|bad| bad.to_string());
    let values = BTreeMap::from([(id("mode"), value(mode)?), (id("minutes"), value(minutes)?)]);
    template().fill(&values).map_err(|unfilled| unfilled.to_string())
}

#[test]
fn a_template_is_filled_with_what_it_allows() {
    assert_eq!(filled("soft", "15"), Ok(vec!["--mode".to_owned(), "soft".to_owned(), "15".to_owned()]));
    for (mode, minutes) in [
        ("other", "15"),
        ("soft", "0"),
        ("soft", "61"),
        ("soft", "+7"),
        ("soft", "07"),
        ("--x", "7"),
        ("a;b", "7"),
    ] {
        assert!(filled(mode, minutes).is_err(), "{mode} {minutes}");
    }
}

#[test]
fn values_that_are_missing_or_too_many_are_refused() {
    assert_eq!(
        template().fill(&BTreeMap::new()).map_err(|u| u.to_string()),
        Err("the order gives no value for `minutes`".to_owned())
    );
    let more = BTreeMap::from([(id("other"), ArgumentText::new("1").expect("an argument"))]);
    assert_eq!(
        template().fill(&more).map_err(|u| u.to_string()),
        Err("the template has no parameter `other`".to_owned())
    );
}

#[test]
fn a_template_is_known_by_its_text() {
    let other = ScriptTemplate { done_codes: vec![0, 1], ..template() };
    assert_ne!(template().hash(), other.hash());
    let read: ScriptTemplate = message::read(&message::write(&template())).expect("it was written here");
    assert_eq!(read.hash(), template().hash());
    let unknown = ScriptTemplate { parameters: BTreeMap::new(), ..template() };
    assert!(message::read::<ScriptTemplate>(&message::write(&unknown)).is_err());
}
