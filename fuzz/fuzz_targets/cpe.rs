//! Two CPE names: no panic, and what is printed reads as the same.
#![no_main]

use holdpoint_versions::cpe::Cpe;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(cpe) = Cpe::parse(text) {
        let printed = cpe.to_string();
        let again = Cpe::parse(&printed).expect("what is printed can be read");
        assert_eq!(again.to_string(), printed);
    }
});
