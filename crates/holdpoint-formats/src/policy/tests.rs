//! Text to data and back, and every fault with its line and key. Not here: what a policy means. The surprise: random edits of
//! a good text are tried too, and none may panic.

use super::*;
use holdpoint_domain::policy::{PolicyKind, Shape, Value};
use proptest::prelude::*;

fn text(kind: PolicyKind) -> String {
    document(&Values::brought(kind), None, &[])
}

fn faults(text: &str) -> Vec<String> {
    read(text).expect_err("it cannot be read").iter().map(ToString::to_string).collect()
}

#[test]
fn what_the_program_brings_along_reads_back_with_nothing_left_out() {
    for kind in PolicyKind::ALL {
        let read = read(&text(*kind)).expect("our own text");
        assert_eq!(read.values, Values::brought(*kind));
        assert_eq!((read.site, read.left_out), (None, Vec::new()));
    }
}

#[test]
fn a_policy_is_written_for_people() {
    insta::assert_snapshot!(text(PolicyKind::Emergency));
    insta::assert_snapshot!(document(
        &Values::brought(PolicyKind::Exemptions),
        Some("Nord \"alt\""),
        &["Revision 4, by a.weber:\nthe audit".to_owned()]
    ));
}

#[test]
fn what_is_left_out_means_what_the_program_brings_along() {
    let found = read("kind = \"exemptions\"\nmost_days = 180\nsite = \"Nord\"").expect("short and legal");
    assert_eq!(found.values.count("most_days"), 180);
    assert_eq!(found.values.count("control_verify_days"), 90);
    assert_eq!(found.left_out, ["control_verify_days", "high_accepted_by", "critical_accepted_by"]);
    assert_eq!(found.site.as_deref(), Some("Nord"));
}

#[test]
fn a_fault_names_line_key_and_what_to_do() {
    assert_eq!(
        faults("kind = \"exemptions\"\n\nmost_day = 180\ncontrol_verify_days = 900\n"),
        [
            "line 3: `most_day`: the policy `exemptions` has no such key; did you mean `most_days`? else leave it out",
            "line 4: `control_verify_days`: 900 is out of range; write 1 to 365 days",
        ]
    );
    let none = faults("most_days = 180");
    assert!(
        none[0].starts_with("line 1: `kind`: the text does not say what kind of policy it is"),
        "{none:?}"
    );
    let odd = faults("# policy\nkind = \"exemption\"");
    assert!(odd[0].starts_with("line 2: `kind`: `exemption` is no kind of policy"), "{odd:?}");
    let broken = faults("kind = \"exemptions\"\nmost_days = = 3");
    assert!(broken[0].starts_with("line 2: `most_days`: this is no TOML"), "{broken:?}");
    let site = faults("kind = \"roles\"\nsite = \"Nord\"");
    assert_eq!(site, ["line 2: `site`: the policy `roles` is the same for all sites; leave `site` out"]);
    let nested = faults("kind = \"exemptions\"\n[most_days]\ndays = 3");
    assert!(nested[0].contains("`most_days`"), "{nested:?}");
    let dated = faults("kind = \"regular_cycle\"\nstarts_on = 2026-01-13");
    assert!(dated[0].starts_with("line 2: `starts_on`"), "{dated:?}");
}

#[test]
fn values_that_do_not_go_together_name_the_line_of_one_of_them() {
    let found =
        faults("kind = \"priorities_and_deadlines\"\n[outcomes.immediate]\nlane = \"now\"\ndays = 90");
    assert!(found[0].starts_with("line 3: `outcomes.immediate`"), "{found:?}");
    let roles = faults("kind = \"roles\"\nadministrator = [\"read-plant\", \"approve\", \"write-people\"]");
    assert!(roles[0].starts_with("line 2: `administrator`"), "{roles:?}");
}

#[test]
fn a_file_of_all_kinds_is_cut_where_it_was_joined() {
    let all: Vec<String> = PolicyKind::ALL.iter().map(|kind| text(*kind)).collect();
    let file = join(&all);
    let found = split(&file).expect("a short file");
    assert_eq!(found.iter().map(|(_, text)| *text).collect::<Vec<_>>(), all);
    for (line, document) in &found {
        assert_eq!(file.lines().nth(line - 1), document.lines().next());
    }
    assert!(split(&"+++\n".repeat(5_000)).expect("nothing between the lines").is_empty());
    assert!(split(&"a\n+++\n".repeat(1_001)).is_err());
    assert!(split(&"a".repeat(MAX_FILE_BYTES + 1)).is_err());
}

#[test]
fn two_texts_of_a_kind_are_compared_line_by_line() {
    let before = Values::brought(PolicyKind::Exemptions);
    let after = before.clone().with("most_days", Value::Count(90)).expect("in range");
    let changed = lines_that_differ(&document(&before, None, &[]), &document(&after, None, &[]));
    assert_eq!(changed.len(), 1);
    assert_eq!((changed[0].1.as_str(), changed[0].2.as_str()), ("most_days = 365", "most_days = 90"));
}

#[test]
fn a_text_without_end_is_refused_and_so_is_one_without_bottom() {
    assert!(faults(&"a".repeat(MAX_BYTES + 1))[0].contains("are read"));
    assert!(read(&format!("kind = {}", "[".repeat(10_000))).is_err());
    assert!(read(&format!("kind = \"roles\"\n{}x = 1", "a.".repeat(5_000))).is_err());
}

fn kinds() -> impl Strategy<Value = PolicyKind> {
    prop::sample::select(PolicyKind::ALL.to_vec())
}

fn legal(shape: Shape) -> BoxedStrategy<Value> {
    match shape {
        Shape::Count { least, most, .. } => (least..=most).prop_map(Value::Count).boxed(),
        Shape::Switch => any::<bool>().prop_map(Value::Switch).boxed(),
        Shape::Word(words) => {
            prop::sample::select(words()).prop_map(|word| Value::Text(word.to_owned())).boxed()
        }
        Shape::Words(words) => {
            let all = words();
            let most = all.len();
            let some = prop::sample::subsequence(all, 0..=most);
            some.prop_map(|words| Value::Words(words.into_iter().map(str::to_owned).collect())).boxed()
        }
        Shape::Line { most } => {
            let line = proptest::string::string_regex(&format!("[^\\p{{Cc}}]{{1,{most}}}"));
            line.expect("an expression").prop_map(Value::Text).boxed()
        }
    }
}

/// Values that each are legal; they need not go together.
fn values() -> impl Strategy<Value = Values> {
    kinds().prop_flat_map(|kind| {
        let all: Vec<_> = kind.fields().iter().map(|field| legal(field.shape)).collect();
        all.prop_map(move |chosen| {
            kind.fields().iter().zip(chosen).fold(Values::brought(kind), |values, (field, value)| {
                values.with(field.key, value).expect("made to be legal")
            })
        })
    })
}

proptest! {
    #[test]
    fn text_data_text_is_stable(values in values(), site in prop::option::of("[^\\p{Cc}\\s]{1,40}")) {
        let site = site.filter(|_| values.kind().reaches() == holdpoint_domain::policy::Reaches::SiteOrAll);
        let text = document(&values, site.as_deref(), &[]);
        match read(&text) {
            Ok(found) => {
                prop_assert_eq!(&found.values, &values);
                prop_assert_eq!(&found.site, &site);
                prop_assert_eq!(document(&found.values, found.site.as_deref(), &[]), text.clone());
            }
            // Legal one by one, and not together: then that is all that is wrong.
            Err(faults) => {
                prop_assert_eq!(faults.len(), 1, "{:?}", faults);
                prop_assert!(holdpoint_domain::policy::check(&values).is_err());
            }
        }
        let usual = super::document(&Values::brought(values.kind()), site.as_deref(), &[]);
        prop_assert_eq!(text.lines().count(), usual.lines().count());
    }

    #[test]
    fn random_edits_never_panic(
        kind in kinds(), edits in prop::collection::vec((any::<prop::sample::Index>(), any::<char>(), 0_u8..3), 1..12)
    ) {
        let mut letters: Vec<char> = text(kind).chars().collect();
        for (place, letter, deed) in edits {
            let place = place.index(letters.len());
            match deed {
                0 => letters[place] = letter,
                1 => letters.insert(place, letter),
                _ => drop(letters.remove(place)),
            }
        }
        let edited: String = letters.into_iter().collect();
        match read(&edited) {
            Ok(found) => prop_assert_eq!(holdpoint_domain::policy::check(&found.values), Ok(())),
            Err(faults) => {
                prop_assert!(!faults.is_empty());
                for one in faults {
                    prop_assert!(one.line >= 1 && one.line <= edited.lines().count() + 1);
                }
            }
        }
        prop_assert!(split(&edited).is_ok());
    }
}
