//! Names of vendors, products and order numbers, made comparable.
//!
//! Here live the normal forms, the table of sure vendor aliases, and the matcher of model-number patterns. The
//! surprise: a normal form is a key for look-up, never something to show; and it is conservative, because two
//! different products with one key would be worse than one product with two keys.

mod encoding;
mod order;
mod pattern;
mod product;
mod vendor;

pub use order::{order_number_key, order_numbers_in};
pub use pattern::{ModelPattern, PatternError};
pub use product::product_key;
pub use vendor::{vendor_alias, vendor_identity, vendor_key};
