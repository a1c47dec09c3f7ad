//! Arbitrary and half-right text: no reader may panic, and every order is a total order.

use holdpoint_versions::expression::{self, Category, Context, Outcome};
use holdpoint_versions::names::{
    ModelPattern, codes_in, order_number_key, order_numbers_in, product_key, vendor_key,
};
use holdpoint_versions::{Answer, Comparison, Profile, Scheme, Version, cpe, purl, vers};
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, proptest};
use proptest::{collection, prop_oneof};

/// Text that looks like what advisories write.
fn likely() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("<".to_owned()),
        Just("<=".to_owned()),
        Just(">=".to_owned()),
        Just(">".to_owned()),
        Just("|".to_owned()),
        Just(",".to_owned()),
        Just(" and ".to_owned()),
        Just(" to ".to_owned()),
        Just(" prior ".to_owned()),
        Just("All versions".to_owned()),
        Just(" SP".to_owned()),
        Just(" Update ".to_owned()),
        Just("V".to_owned()),
        Just(".".to_owned()),
        Just("x".to_owned()),
        Just("-".to_owned()),
        Just("(".to_owned()),
        Just(")".to_owned()),
        Just(" with ".to_owned()),
        Just("_".to_owned()),
        Just("vers:all/".to_owned()),
        Just("*".to_owned()),
        Just(" up to ".to_owned()),
        Just(" (including) ".to_owned()),
        Just(" (inclusive) ".to_owned()),
        Just(" inclusive ".to_owned()),
        Just(" incl. ".to_owned()),
        Just("\n".to_owned()),
        Just("より前".to_owned()),
        Just("R".to_owned()),
        Just(" (excluding) ".to_owned()),
        Just("≤".to_owned()),
        Just("ä".to_owned()),
        Just(" between ".to_owned()),
        "[0-9]{1,5}",
        "[a-zA-Z]{1,4}",
        any::<char>().prop_map(String::from),
    ];
    collection::vec(word, 0..24).prop_map(|words| words.concat())
}

/// Version-like text.
fn versionish() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "[0-9]{1,4}",
        Just(".".to_owned()),
        Just(".0".to_owned()),
        Just(" SP1".to_owned()),
        Just(" HF2".to_owned()),
        Just(" Update 3".to_owned()),
        Just("a".to_owned()),
        Just("b".to_owned()),
        Just("-beta1".to_owned()),
        Just(" Build 5".to_owned()),
        Just("R2".to_owned()),
        Just("_7".to_owned()),
    ];
    ("[0-9]{1,3}", collection::vec(part, 0..6)).prop_map(|(head, rest)| head + &rest.concat())
}

/// Versions of the other schemes.
fn foreign() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-2]:[0-9]{1,2}\\.[0-9][a-z~+]{0,2}-[0-9][a-z.~^]{0,3}",
        "[0-9]\\.[0-9]\\.[0-9](-(rc|alpha)\\.[0-9])?(\\+[a-z]{1,3})?",
        "[0-9]!?[0-9]\\.[0-9](a|b|rc)[0-9](\\.post[0-9])?(\\.dev[0-9])?",
        "[0-9]\\.[0-9]-(SNAPSHOT|alpha-1|sp|ga|final)",
        "20[0-9]{2}-0[1-9]-1[0-9]T1[0-9]:00:00(Z|\\+02:00)",
        "10\\.0\\.[0-9]{5}\\.[0-9]{1,4}",
        "KB[0-9]{6,7}",
        "[0-9]\\.0?[0-9][a-b]?(_(pre|rc|p)[0-9]?)?(-r[0-9])?",
        "[0-9]\\.[0-9](\\.(0|rc|a)){0,3}",
        "v?[0-9](\\.[0-9]){0,3}(-(alpha|RC|pl)[0-9]?)?(-dev)?",
    ]
}

/// How many numbers with dots between them a text is, but for what stands around them.
fn numbers(text: &str) -> Option<usize> {
    let text = text.trim_matches(|c: char| !c.is_ascii_digit());
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split('.').all(plain).then(|| text.split('.').count())
}

/// Whether a text is two numberings, of which another text may be the second alone.
fn may_end(whole: &str, end: &str) -> bool {
    let tail = whole.split_once([' ', '_', '-', '+']).and_then(|(_, tail)| numbers(tail));
    tail.is_some() && tail == numbers(end)
}

proptest! {
    #[test]
    fn readers_never_panic(text in likely(), other in any::<String>()) {
        for text in [&text, &other] {
            for category in [Category::Version, Category::Range, Category::Other] {
                for vendor in ["", "Siemens", "Mitsubishi Electric"] {
                    let context = Context { vendor, product: text, category };
                    let read = expression::parse(&context, text);
                    let _ = (read.to_string(), read.contains(text), read.contains("1.0"));
                    let context = Context { vendor, product: "SIMATIC V4.5", category };
                    let read = expression::parse(&context, text);
                    if let Outcome::NotUnderstood { why } = &read.outcome {
                        prop_assert!(!why.is_empty());
                        let unknown = matches!(read.contains("1.0"), Answer::Unknown { .. });
                        prop_assert!(unknown);
                    }
                }
            }
            for scheme in Scheme::ALL {
                let _ = scheme.parse(text);
            }
            let _ = (vers::parse(text), vers::parse_strict(text), cpe::Cpe::parse(text), purl::Purl::parse(text));
            let _ = (vendor_key(text), product_key(text, text), order_number_key(text), order_numbers_in(text));
            for named in codes_in(text) {
                let _ = (named.matches(text), named.matches(&order_number_key(text)), named.beginnings());
            }
            for pattern in [ModelPattern::csaf20(text), ModelPattern::csaf21(text)].into_iter().flatten() {
                let _ = pattern.matches(&other);
            }
        }
    }

    #[test]
    fn versions_have_a_total_order(texts in collection::vec(versionish(), 3)) {
        let read: Vec<Version> =
            texts.iter().filter_map(|text| Version::parse_ot(Profile::Common, text).ok()).collect();
        for a in &read {
            prop_assert_eq!(a.compare(a), Comparison::Equal);
            for b in &read {
                prop_assert_eq!(a.key().cmp(b.key()), b.key().cmp(a.key()).reverse());
                // A decision, where there is one, is the order of the keys, seen from both sides.
                match (a.compare(b), b.compare(a)) {
                    (Comparison::Undecidable(_), Comparison::Undecidable(_)) => {}
                    (one, two) => {
                        prop_assert_eq!(one, a.key().cmp(b.key()).into());
                        prop_assert_eq!(two, b.key().cmp(a.key()).into());
                    }
                }
            }
        }
    }

    #[test]
    fn every_scheme_has_a_total_order(texts in collection::vec(prop_oneof![versionish(), foreign()], 3)) {
        for scheme in Scheme::ALL {
            let read: Vec<Version> = texts.iter().filter_map(|text| scheme.parse(text).ok()).collect();
            for a in &read {
                prop_assert_eq!(a.compare(a), Comparison::Equal);
                for b in &read {
                    prop_assert_eq!(a.key().cmp(b.key()), b.key().cmp(a.key()).reverse());
                    prop_assert_eq!(a.key() == b.key(), a.key().cmp(b.key()).is_eq());
                    if a.key().prefix() != b.key().prefix() {
                        prop_assert_eq!(a.key().prefix().cmp(&b.key().prefix()), a.key().cmp(b.key()));
                    }
                    match a.compare(b) {
                        Comparison::Undecidable(_) => {}
                        found => prop_assert_eq!(found, a.key().cmp(b.key()).into()),
                    }
                    for c in &read {
                        if a.key() <= b.key() && b.key() <= c.key() {
                            prop_assert!(a.key() <= c.key());
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_printed_reads_as_the_same(text in likely(), tail in "[a-z0-9:/.*@?#%-]{0,30}") {
        for text in [text, format!("cpe:2.3:a:{tail}:*:*:*:*:*:*:*"), format!("pkg:{tail}"), format!("vers:{tail}")] {
            if let Ok(read) = cpe::Cpe::parse(&text) {
                prop_assert_eq!(cpe::Cpe::parse(&read.to_string()).ok(), Some(read));
            }
            if let Ok(read) = purl::Purl::parse(&text) {
                prop_assert_eq!(purl::Purl::parse(&read.to_string()).ok(), Some(read));
            }
            if let Ok(read) = vers::parse_strict(&text) {
                let printed = read.to_string();
                prop_assert_eq!(vers::parse_strict(&printed).map(|again| again.to_string()).ok(), Some(printed));
            }
        }
    }

    #[test]
    fn what_is_certain_is_inside_the_range(text in likely(), probe in versionish()) {
        let context = Context { vendor: "", product: "", category: Category::Range };
        let read = expression::parse(&context, &text);
        if let (Outcome::Conditional { range, certain, predicates }, Ok(version)) =
            (&read.outcome, Version::parse_ot(Profile::Common, &probe))
        {
            prop_assert!(!predicates.is_empty());
            if certain.contains(&version) == Answer::Yes {
                prop_assert!(range.contains(&version) == Answer::Yes, "{} has {}", range, certain);
            }
        }
    }

    #[test]
    fn what_a_bound_says_is_what_the_range_answers(bound in versionish(), probe in versionish()) {
        let context = Context { vendor: "", product: "", category: Category::Range };
        let (Ok(limit), Ok(version)) =
            (Version::parse_ot(Profile::Common, &bound), Version::parse_ot(Profile::Common, &probe)) else { return Ok(()) };
        // A single number may be a build or the beginning of a version: its order decides nothing.
        let parts = |text: &str| text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).count();
        if parts(&probe) < 2 || parts(&bound) < 2 { return Ok(()) }
        // `4024.10` and `3.1.4024.11` may begin at different places.
        let shares = |one: &str, other: &str| {
            let long = one.split(|c: char| !c.is_ascii_digit()).find(|part| !part.is_empty()).filter(|part| part.len() > 2);
            long.is_some_and(|long| other.contains(long.trim_start_matches('0')))
        };
        if shares(&probe, &bound) || shares(&bound, &probe) { return Ok(()) }
        // `3.1 release 3112.00` is two numberings, and `3111.00` may be the second alone: open, but never the contrary.
        let may_be_a_tail = may_end(&probe, &bound) || may_end(&bound, &probe);
        // `1.05` and `1.1` may be decimal numbers: open as well.
        let is_open = may_be_a_tail || (is_decimal(&probe) && is_decimal(&bound));
        for (sign, inside) in [("<", Comparison::Less), (">", Comparison::Greater)] {
            let read = expression::parse(&context, &format!("{sign} {bound}"));
            if let Outcome::Decided { .. } = read.outcome {
                match version.compare(&limit) {
                    Comparison::Undecidable(_) => {}
                    found if found == inside && is_open => prop_assert!(read.contains(&probe) != Answer::No),
                    found if found == inside => prop_assert_eq!(read.contains(&probe), Answer::Yes),
                    _ => prop_assert!(read.contains(&probe) != Answer::Yes),
                }
            }
        }
    }
}

/// One number with one dot in it.
fn is_decimal(text: &str) -> bool {
    let text = text.trim().trim_start_matches(['v', 'V']);
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('.').is_some_and(|(whole, behind)| is_number(whole) && is_number(behind))
}

#[test]
fn enormous_texts_are_refused_at_once() {
    let context = Context { vendor: "", product: "", category: Category::Range };
    for text in ["<".repeat(5000), "1.".repeat(5000), "(".repeat(4096), "1|".repeat(2000), "a ".repeat(2000)]
    {
        let read = expression::parse(&context, &text);
        assert!(matches!(read.contains("1.0"), Answer::Unknown { .. }), "{}", read.outcome_name());
    }
}
