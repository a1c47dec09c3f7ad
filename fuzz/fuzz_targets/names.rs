//! A name, a vendor and a code: no panic, and an order number that was found is found again in itself.
#![no_main]

use holdpoint_versions::names::{codes_in, order_numbers_in, product_key, vendors_in};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|texts: (&str, &str, &str)| {
    let (vendor, product, code) = texts;
    let _ = vendors_in(vendor);
    let key = product_key(vendor, product);
    assert!(!key.starts_with(' ') && !key.ends_with(' ') && !key.contains("  "), "`{key}`");
    for named in codes_in(product) {
        let _ = (named.matches(code), named.beginnings());
    }
    for number in order_numbers_in(product) {
        assert_eq!(order_numbers_in(&number), [number]);
    }
});
