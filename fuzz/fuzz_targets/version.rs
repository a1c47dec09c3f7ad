//! Two texts in every scheme: no panic, a total order, and decisions that agree with it.
#![no_main]

use holdpoint_versions::{Comparison, Scheme};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|texts: (&str, &str)| {
    let (a, b) = texts;
    for scheme in Scheme::ALL {
        let (Ok(a), Ok(b)) = (scheme.parse(a), scheme.parse(b)) else { continue };
        assert_eq!(a.key().cmp(b.key()), b.key().cmp(a.key()).reverse());
        if a.key().prefix() != b.key().prefix() {
            assert_eq!(a.key().prefix().cmp(&b.key().prefix()), a.key().cmp(b.key()));
        }
        match (a.compare(&b), b.compare(&a)) {
            (Comparison::Undecidable(_), Comparison::Undecidable(_)) => {}
            (one, two) => {
                assert_eq!(one, a.key().cmp(b.key()).into());
                assert_eq!(two, b.key().cmp(a.key()).into());
            }
        }
        assert_eq!(a.compare(&a), Comparison::Equal);
    }
});
