//! A package URL: no panic, and what is printed reads as the same.
#![no_main]

use holdpoint_versions::purl::Purl;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(purl) = Purl::parse(text) {
        let printed = purl.to_string();
        let again = Purl::parse(&printed).expect("what is printed can be read");
        assert_eq!(again.to_string(), printed);
    }
});
