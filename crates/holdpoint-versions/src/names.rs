//! Names of vendors, products and order numbers, made comparable.
//!
//! Here live the normal forms, the table of sure vendor aliases, and the matcher of model-number patterns. The
//! surprise: a normal form is a key for look-up, never something to show; and it is conservative, because two
//! different products with one key would be worse than one product with two keys.

mod vendor;

pub use vendor::vendor_key;
