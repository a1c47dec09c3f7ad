//! The `vers:` notation: what is read, what is tolerated, what is printed, and who is inside.

use holdpoint_versions::Answer;
use holdpoint_versions::vers::{self, Tolerance};

fn inside(range: &str, version: &str) -> Answer {
    vers::parse(range).expect(range).contains(version).expect(version)
}

#[test]
fn a_single_bound_has_no_pair_and_is_read_all_the_same() {
    for (range, version, answer) in [
        ("vers:intdot/<4.2", "4.1", Answer::Yes),
        ("vers:intdot/<4.2", "4.2", Answer::No),
        ("vers:intdot/<=4.2", "4.2", Answer::Yes),
        ("vers:intdot/>4.2", "4.2.1", Answer::Yes),
        ("vers:intdot/>4.2", "4.2", Answer::No),
        ("vers:intdot/4.2", "4.2.0", Answer::Yes),
        ("vers:intdot/4.2", "4.3", Answer::No),
        ("vers:intdot/!=4.2", "4.3", Answer::Yes),
        ("vers:intdot/!=4.2", "4.2", Answer::No),
        ("vers:intdot/*", "0", Answer::Yes),
    ] {
        assert_eq!(inside(range, version), answer, "`{version}` in `{range}`");
    }
}

#[test]
fn several_bounds_are_pairs() {
    let range = "vers:intdot/<1|>=2|<3|!=2.5|4|>5|<=6|>9";
    for (version, answer) in [
        ("0.9", Answer::Yes),
        ("1", Answer::No),
        ("1.5", Answer::No),
        ("2", Answer::Yes),
        ("2.5", Answer::No),
        ("2.9", Answer::Yes),
        ("3", Answer::No),
        ("4", Answer::Yes),
        ("4.1", Answer::No),
        ("5", Answer::No),
        ("6", Answer::Yes),
        ("7", Answer::No),
        ("10", Answer::Yes),
    ] {
        assert_eq!(inside(range, version), answer, "`{version}` in `{range}`");
    }
}

#[test]
fn bounds_in_a_row_count_as_the_wider_one() {
    assert_eq!(inside("vers:intdot/<1|<2", "1.5"), Answer::Yes);
    assert_eq!(inside("vers:intdot/>=1|<2|<3", "2.5"), Answer::Yes);
    assert_eq!(inside("vers:intdot/>1|>2", "1.5"), Answer::Yes);
    assert_eq!(inside("vers:intdot/>=1|<2|<3", "3"), Answer::No);
}

#[test]
fn tolerance_is_reported_and_the_print_is_canonical() {
    let loose = vers::parse("VERS:Intdot/ <4.2 | >=4.0 |").expect("tolerated");
    assert_eq!(loose.to_string(), "vers:intdot/>=4.0|<4.2");
    for flag in [Tolerance::Blank, Tolerance::UpperCase, Tolerance::Unsorted, Tolerance::EmptyConstraint] {
        assert!(loose.flags().contains(&flag), "{flag:?}");
    }
    assert!(vers::parse_strict("vers:intdot/>=4.0|<4.2").is_ok());
    for text in [
        "vers:intdot/>=4.0 |<4.2",
        "vers:intdot/<4.2|>=4.0",
        "vers:intdot/=4.2",
        "Vers:intdot/4.2",
        "vers:all/<V4.4",
        "vers:intdot/|4.2",
        "vers:intdot/4.2|",
        "vers:intdot/<1|<2",
    ] {
        assert!(vers::parse_strict(text).is_err(), "`{text}` is not canonical");
    }
}

#[test]
fn blanks_are_tolerated_around_signs_and_nowhere_else() {
    for (text, canonical) in [
        (" vers:intdot/ >= 1.0 | < = 2.0 ", "vers:intdot/>=1.0|<=2.0"),
        ("vers: intdot / 1.0 | ! = 2.0", "vers:intdot/1.0|!=2.0"),
        ("vers:maven/ * ", "vers:maven/*"),
    ] {
        let read = vers::parse(text).expect(text);
        assert_eq!(read.to_string(), canonical);
        assert!(read.flags().contains(&Tolerance::Blank), "{text}");
    }
    for text in [
        "vers:intdot/1.0 1.1",
        "vers:intdot/<1 5",
        "vers:pypi/1.0 1.1",
        "vers:generic/a b",
        "vers:rpm/prior to 2.0",
        "vers:deb/1.0\n1.1",
        "vers:maven/1.5 and earlier",
        "vers:maven/1.0%20through%202.0",
    ] {
        assert!(vers::parse(text).is_err(), "`{text}`");
    }
}

#[test]
fn what_the_order_of_a_type_would_take_need_not_be_a_version() {
    for text in [
        "vers:maven/[1.0,2.0)",
        "vers:maven/(,2.0)",
        "vers:maven/1.0,1.5",
        "vers:lexicographic/[1.0,2.0)",
        "vers:maven/1.x",
        "vers:rpm/1.X",
        "vers:deb/1.x",
        "vers:maven/<all",
        "vers:maven/<LATEST",
        "vers:rpm/N/A",
        "vers:maven/-",
    ] {
        assert!(vers::parse(text).is_err(), "`{text}`");
    }
    for text in ["vers:maven/1.0-xyz", "vers:maven/2x", "vers:lexicographic/blue", "vers:generic/[a,b]"] {
        assert!(vers::parse(text).is_ok(), "`{text}`");
    }
    for (text, version) in
        [("vers:maven/<V2.0", "1.5"), ("vers:rpm/<v2.0", "1.5"), ("vers:maven/<2.0", "V3.0")]
    {
        assert!(matches!(inside(text, version), Answer::Unknown { .. }), "`{version}` in `{text}`");
    }
    assert_eq!(inside("vers:maven/<V2.0", "V1.5"), Answer::Yes);
}

#[test]
fn a_type_with_three_numbers_takes_fewer_and_says_so() {
    for (text, canonical) in [
        ("vers:npm/>=1.0|<2.0", "vers:npm/>=1.0.0|<2.0.0"),
        ("vers:npm/<2|>=1", "vers:npm/>=1.0.0|<2.0.0"),
        ("vers:cargo/>=1.0-rc.1|<1.1", "vers:cargo/>=1.0.0-rc.1|<1.1.0"),
    ] {
        let read = vers::parse(text).expect(text);
        assert_eq!(read.to_string(), canonical);
        assert!(read.flags().contains(&Tolerance::FewNumbers), "{text}");
        assert!(vers::parse_strict(text).is_err() && vers::parse_strict(canonical).is_ok(), "{text}");
    }
    for (version, answer) in
        [("0.9.9", Answer::No), ("1.0.0", Answer::Yes), ("1.99.3", Answer::Yes), ("2.0.0", Answer::No)]
    {
        assert_eq!(inside("vers:npm/>=1.0|<2.0", version), answer, "{version}");
    }
    assert!(vers::parse("vers:npm/>=x.y").expect("its form holds").range().is_err());
}

#[test]
fn what_is_no_vers_string_is_refused() {
    for text in [
        "",
        "vers",
        "vers:",
        "vers:/",
        "vers:intdot",
        "vers:intdot/",
        "vers:intdot/<",
        "vers:intdot/1|*",
        "intdot/1",
        "vers:int dot?/1",
        "vers:intdot/<1|>1",
        "vers:intdot/%G0",
        "vers:none/<2",
        "vers:none/1.0",
    ] {
        assert!(vers::parse(text).is_err(), "`{text}`");
    }
    assert!(vers::parse(&format!("vers:intdot/{}", "1|".repeat(5000))).is_err());
}

#[test]
fn a_type_without_an_order_is_read_but_not_answered() {
    let conan = vers::parse("vers:conan/>=1.0").expect("the form is right");
    assert!(conan.range().is_err());
    assert_eq!(vers::parse("vers:none/*").expect("form").range().expect("range").to_string(), "no version");
    assert_eq!(inside("vers:generic/blue", "blue"), Answer::Yes);
    assert!(matches!(inside("vers:generic/<blue", "red"), Answer::Unknown { .. }));
}

#[test]
fn percent_encoding_is_undone_once_and_put_back() {
    let range = vers::parse("vers:lexicographic/1.0%252F0").expect("form");
    assert_eq!(range.constraints()[0].1, "1.0%2F0");
    assert_eq!(range.to_string(), "vers:lexicographic/1.0%252F0");
}

#[test]
fn a_bound_without_its_last_part_means_every_one_of_it() {
    for (range, version, answer) in [
        ("vers:pypi/<=2.0.0", "2.0.0+cu118", Answer::Yes),
        ("vers:pypi/2.0.0", "2.0.0+cu118", Answer::Yes),
        ("vers:pypi/2.0", "2.0.0+cu118", Answer::Yes),
        ("vers:pypi/<2.0.0", "2.0.0+cu118", Answer::No),
        ("vers:pypi/>2.0.0", "2.0.0+cu118", Answer::No),
        ("vers:pypi/>=2.0.0", "2.0.0+cu118", Answer::Yes),
        ("vers:pypi/!=2.0.0", "2.0.0+cu118", Answer::No),
        ("vers:pypi/<=2.0.0", "2.0.0.post1+cu118", Answer::No),
        ("vers:pypi/2.0.0+cu117", "2.0.0+cu118", Answer::No),
        ("vers:pypi/2.0.0+cu117", "2.0.0", Answer::No),
        ("vers:rpm/<=1.0", "1.0-5.el8", Answer::Yes),
        ("vers:rpm/1.0", "1.0-5.el8", Answer::Yes),
        ("vers:rpm/<1.0", "1.0-5.el8", Answer::No),
        ("vers:rpm/<=1.0", "1.0.1-5.el8", Answer::No),
        ("vers:rpm/<=1.0", "1:1.0-5.el8", Answer::No),
        ("vers:rpm/<=1.0-4", "1.0-5", Answer::No),
        ("vers:rpm/<1.0-4", "1.0", Answer::Yes),
    ] {
        assert_eq!(inside(range, version), answer, "`{version}` in `{range}`");
    }
    let open = inside("vers:rpm/>=1.0-4|<2.0-1", "1.0");
    assert!(matches!(open, Answer::Unknown { .. }), "which release is installed is not known: {open:?}");
}
