//! Names of vendors, products and order numbers, made comparable.
//!
//! Here live the normal forms, the table of sure vendor aliases, and the matcher of model-number patterns. The
//! surprise: a normal form is a key for look-up, never something to show; and it is conservative, because two
//! different products with one key would be worse than one product with two keys.

mod alias;
mod code;
mod encoding;
mod family;
mod model;
mod order;
mod product;
mod related;
mod serial;
mod spread;
mod vendor;

pub use alias::vendor_alias;
pub use code::{Certainty, CodeMatch, NamedCode, codes_in};
pub use family::{
    families_of, families_of_station, vendor_misspelt, vendors_resemble, without_serial_clause,
};
pub use model::{ModelPattern, PatternError};
pub use order::{order_number_key, order_numbers_in, without_label};
pub use product::{product_key, product_key_of};
pub use related::{related_vendors, relation_of_vendors};
pub use serial::{SerialWriter, serial_doubt, serials_may_be_one};
pub use vendor::{vendor_key, vendors_in};
