//! A `vers:` string: no panic, and its canonical form reads strictly as the same.
#![no_main]

use holdpoint_versions::vers;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = vers::parse(text);
    if let Ok(strict) = vers::parse_strict(text) {
        let printed = strict.to_string();
        let again = vers::parse_strict(&printed).expect("the canonical form is valid");
        assert_eq!(again.to_string(), printed);
        let _ = strict.range();
    }
});
