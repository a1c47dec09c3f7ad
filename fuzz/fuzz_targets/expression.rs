//! An expression and a version: no panic; what is certain lies inside the range; nothing is said without a range.
#![no_main]

use holdpoint_versions::Answer;
use holdpoint_versions::expression::{self, Category, Context, Facts, Outcome};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|texts: (&str, &str, &str)| {
    let (text, product, version) = texts;
    for vendor in ["", "Siemens", "Mitsubishi Electric"] {
        for category in [Category::Version, Category::Range, Category::Other] {
            let read = expression::parse(&Context { vendor, product, category }, text);
            let _ = read.to_string();
            let answer = read.contains(version);
            let with = read.contains_with(version, &Facts { serial_number: Some(version), ..Facts::default() });
            match &read.outcome {
                Outcome::NotUnderstood { why } => {
                    assert!(!why.is_empty());
                    assert!(matches!(answer, Answer::Unknown { .. }) && matches!(with, Answer::Unknown { .. }));
                }
                Outcome::Conditional { range, certain, predicates } => {
                    assert!(!predicates.is_empty());
                    if let Ok(version) = read.parse_version(version)
                        && certain.contains(&version) == Answer::Yes
                    {
                        assert!(range.contains(&version) == Answer::Yes, "{range} does not hold {certain}");
                    }
                }
                Outcome::Decided { .. } => assert_eq!(answer, with),
            }
        }
    }
});
