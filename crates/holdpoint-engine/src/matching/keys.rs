//! The keys by which components and leaves find each other.
//!
//! A key is made in the same way on both sides; equal keys make a pair worth judging, nothing more.

use super::squeezed::Squeezed;
use super::tokens;
use super::wording::{self, Gram, Says, Wording};
use holdpoint_versions::names;
use std::borrow::Cow;
use std::hash::{BuildHasher, Hash, Hasher};

/// A key, reduced to 64 bits. Two different keys with the same bits only cost one judgement too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(u64);

impl Key {
    /// A key out of what is a hash already.
    pub(super) const fn of_hash(hash: u64) -> Self {
        Self(hash)
    }
}

/// The longest beginning of an order number that makes a key: whole numbers of most schemes are not longer, so
/// that a device meets its own articles and not all of its series.
const ORDER_PREFIX: usize = 16;
/// What a cut order number and the listed whole one have in common at least, to be doubted at all.
const CUT_ORDER: usize = 6;
/// Stands for the vendor of a name whose vendor is not given.
const NO_VENDOR: &str = "-";
/// Stands for every vendor, where the other side gives none.
const ANY_VENDOR: &str = "*";
/// The shortest one; patterns that begin with less are found by every order number.
const SHORTEST_ORDER_PREFIX: usize = 3;

fn key(kind: u8, parts: &[&str]) -> Key {
    let mut hasher = foldhash::quality::FixedState::with_seed(0x0068_6f6c_6470_6f69).build_hasher();
    kind.hash(&mut hasher);
    parts.hash(&mut hasher);
    Key(hasher.finish())
}

/// A vendor's key without blanks: `SchneiderElectric` and `Schneider Electric` are one.
#[must_use]
pub fn joined_vendor(vendor: &str) -> Cow<'_, str> {
    if vendor.contains(' ') { Cow::Owned(vendor.replace(' ', "")) } else { Cow::Borrowed(vendor) }
}

/// Vendor alias and product name, as it is spelt without blanks.
#[must_use]
pub fn name(vendor: &str, spelt: &str) -> Key {
    key(1, &[&joined_vendor(vendor), spelt])
}

/// A product name as it is spelt without blanks, of any vendor.
#[must_use]
pub fn spelt(spelt: &str) -> Key {
    key(11, &[spelt])
}

/// One side's leading words meet the other side's words; which side leads, the kind of the key says.
fn words_of(leads: Leads, vendor: &str, words: impl IntoIterator<Item = Gram>, into: &mut Vec<Key>) {
    let Key(of_vendor) = key(
        match leads {
            Leads::Ours => 6,
            Leads::Theirs => 12,
        },
        &[&joined_vendor(vendor)],
    );
    // Both are hashes already; the factor keeps a pair of them from being the pair the other way round.
    let word = |gram: Gram| Key(of_vendor ^ gram.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    into.extend(words.into_iter().map(word));
}

/// The side whose leading word finds the other's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leads {
    Ours,
    Theirs,
}

/// The side that a name stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// In the inventory.
    Ours,
    /// In an advisory.
    Theirs,
}

/// Product name alone, for inventories that name no vendor.
#[must_use]
pub fn product(product: &str) -> Key {
    key(2, &[product])
}

/// An order number without anything but letters and digits, in upper case: blanks, hyphens and dashes of every
/// kind are typography when two spellings are compared.
#[must_use]
pub fn bare(number: &str) -> String {
    number.chars().filter(|c| c.is_alphanumeric()).take(128).flat_map(char::to_uppercase).collect()
}

/// Whether a bare order number is whole, by a scheme that says so itself: `6ES75111AK020AB0` has sixteen letters and
/// digits, and begins with a digit, two letters and a digit.
#[must_use]
pub fn is_designation(bare: &str) -> bool {
    let [first, second, third, fourth, ..] = bare.as_bytes() else { return false };
    let begins_so = first.is_ascii_digit()
        && second.is_ascii_alphabetic()
        && third.is_ascii_alphabetic()
        && fourth.is_ascii_digit();
    begins_so && if bare.is_ascii() { bare.len() == 16 } else { bare.chars().count() == 16 }
}

/// A bare order number with letters that are mistaken for digits written as those digits.
#[must_use]
pub fn without_lookalikes(bare: &str) -> String {
    bare.chars()
        .map(|c| match c {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect()
}

/// The key of a pattern of order numbers, from what all its numbers begin with.
#[must_use]
pub fn order_pattern(prefix: &str) -> Key {
    let prefix = without_lookalikes(&bare(prefix));
    let prefix = prefix.as_str();
    let length = prefix.chars().count().min(ORDER_PREFIX);
    key(3, &[if length < SHORTEST_ORDER_PREFIX { "" } else { beginning(prefix, length) }])
}

/// The keys of an order number: of each beginning that a pattern may have, and of patterns without one.
pub fn order_number(number: &str, into: &mut Vec<Key>) {
    let number = without_lookalikes(&bare(number));
    let number = number.as_str();
    let length = number.chars().count();
    if length > 0 {
        into.push(key(3, &[""]));
    }
    let lengths = SHORTEST_ORDER_PREFIX..=length.min(ORDER_PREFIX);
    into.extend(lengths.map(|length| key(3, &[beginning(number, length)])));
    // An `X` may stand for a sign that nobody noted: such a number finds what it may be by its beginning.
    let has_placeholder = beginning(number, ORDER_PREFIX).bytes().skip(CUT_ORDER).any(|byte| byte == b'X');
    if (CUT_ORDER..ORDER_PREFIX).contains(&length) || (length >= CUT_ORDER && has_placeholder) {
        into.push(key(10, &[beginning(number, CUT_ORDER)]));
    }
}

/// The key by which an order number that was cut in the inventory finds the whole one of a document; `None` for one that
/// is too short to be found in that way.
#[must_use]
pub fn cut_order_number(listed: &str) -> Option<Key> {
    let listed = without_lookalikes(&bare(listed));
    (listed.chars().count() > CUT_ORDER).then(|| key(10, &[beginning(&listed, CUT_ORDER)]))
}

fn beginning(text: &str, length: usize) -> &str {
    text.char_indices().nth(length).map_or(text, |(at, _)| &text[..at])
}

/// A package of a package URL.
#[must_use]
pub fn purl(type_: &str, namespace: &str, name: &str) -> Key {
    key(4, &[type_, namespace, name])
}

/// Part, vendor and product of a CPE.
#[must_use]
pub fn cpe(part: &str, vendor: &str, product: &str) -> Key {
    key(5, &[part, vendor, product])
}

/// A serial number.
#[must_use]
pub fn serial(number: &str) -> Key {
    key(7, &[number])
}

/// The beginning of a code in a name, for a vendor; an empty vendor stands for any.
#[must_use]
pub fn named_code(vendor: &str, bare: &str, length: usize) -> Key {
    key(9, &[&joined_vendor(vendor), beginning(bare, length)])
}

/// What both sides derive from a vendor and a product text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameParts {
    /// Alias-resolved vendor key; empty when no vendor is given.
    pub vendor: String,
    /// Vendor key as spelt, before aliases.
    pub spelt_vendor: String,
    /// Further vendors that the text names, alias-resolved.
    pub further_vendors: Vec<String>,
    /// Normalised product name; empty when no product is given.
    pub product: String,
    /// Words of the product name, sorted.
    pub words: Vec<String>,
    /// The product name, so that it can be compared whatever way its words are joined or ordered.
    pub wording: Wording,
    /// The product name without blanks and signs.
    pub squeezed: Squeezed,
    /// The product name without parentheses, widening words and a release at its end.
    pub base: String,
    /// The release at the end of the product name; empty when there is none.
    pub release: String,
}

/// What is derived from a vendor's text alone. Documents name few vendors and many products.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VendorParts {
    written: String,
    /// The key of the text, also where it names no vendor.
    look_up: String,
    /// As spelt, before aliases; empty when none is given.
    key: String,
    /// Alias-resolved; empty when none is given.
    name: String,
    /// Further vendors that the text names, alias-resolved.
    further: Vec<String>,
    /// The words of both keys.
    bare: Vec<String>,
}

impl VendorParts {
    /// Normalises a vendor's text.
    #[must_use]
    pub fn of(vendor: &str) -> Self {
        let mut vendors = names::vendors_in(vendor).into_iter();
        let key = vendors.next().unwrap_or_default();
        let name = names::vendor_alias(&key).to_owned();
        let further = vendors.map(|key| names::vendor_alias(&key).to_owned());
        let further = further.filter(|further| *further != name).collect();
        let bare = wording::bare_words(&format!("{key} {name}"));
        Self { written: vendor.to_owned(), look_up: names::vendor_key(vendor), key, name, further, bare }
    }

    /// The text as it was written.
    #[must_use]
    pub fn written(&self) -> &str {
        &self.written
    }
}

impl NameParts {
    /// Normalises a vendor and a product text.
    #[must_use]
    pub fn of(vendor: &str, product: &str) -> Self {
        Self::with(&VendorParts::of(vendor), product)
    }

    /// Normalises a product text of a vendor that is read already.
    #[must_use]
    pub fn with(vendor: &VendorParts, product: &str) -> Self {
        let VendorParts { written, look_up, key: vendor_key, name: name_of, further, bare: vendor_words } =
            vendor;
        let bare = without_order_numbers(without_vendor(written, product));
        let product_key =
            if bare.trim().is_empty() { String::new() } else { names::product_key_of(look_up, &bare) };
        let mut words = tokens::in_order(&bare);
        let (mut base, mut release) = tokens::release_apart(&words);
        // `< V4.x`, `V6 and below`: the release is a bound and not the product's own.
        if tokens::bounds_a_release(&bare) {
            release.clear();
        }
        if let Some(rest) = base.strip_prefix(vendor_key.as_str()).and_then(|rest| rest.strip_prefix(' ')) {
            base = rest.to_owned();
        }
        words.retain(|word| !vendor_key.split(' ').any(|part| part == word));
        let squeezed = if product_key.is_empty() {
            Squeezed::default()
        } else {
            Squeezed::of(&bare, &words, [vendor_key, name_of])
        };
        words.sort();
        words.dedup();
        let wording = if product_key.is_empty() {
            Wording::default()
        } else {
            Wording::of(&bare, &product_key, &release, vendor_words)
        };
        Self {
            vendor: name_of.clone(),
            further_vendors: further.clone(),
            wording,
            squeezed,
            spelt_vendor: vendor_key.clone(),
            words,
            product: product_key,
            base,
            release,
        }
    }

    /// The keys of this name on its side: exact, without a vendor, and those of its words.
    pub fn keys(&self, side: Side, into: &mut Vec<Key>) {
        if self.product.is_empty() {
            return;
        }
        into.push(product(&self.product));
        into.push(spelt(self.wording.spelt()));
        self.squeezed.keys(into);
        self.keys_with_vendor(side, &self.vendor, into);
        for vendor in &self.further_vendors {
            self.keys_with_vendor(side, vendor, into);
        }
        // A side without a vendor meets codes of every vendor.
        if self.wording.says() == Says::Code {
            let nobodys = match side {
                Side::Ours if self.vendor.is_empty() => &[ANY_VENDOR][..],
                Side::Ours => &[NO_VENDOR],
                Side::Theirs if self.vendor.is_empty() => &[NO_VENDOR, ANY_VENDOR],
                Side::Theirs => &[ANY_VENDOR],
            };
            for vendor in nobodys {
                self.word_keys(side, vendor, into);
            }
        }
    }

    /// The keys of what this name begins with, for advisories that name a brand alone.
    pub fn brand_keys(&self, into: &mut Vec<Key>) {
        if self.vendor.is_empty() {
            return;
        }
        let ends = self.base.match_indices(' ').map(|(at, _)| at).take(2);
        into.extend(ends.map(|at| key(8, &[&joined_vendor(&self.vendor), &self.base[..at]])));
    }

    /// The keys of this name as those of another vendor, for vendors that may be one.
    pub fn keys_with_vendor(&self, side: Side, vendor: &str, into: &mut Vec<Key>) {
        if self.product.is_empty() || vendor.is_empty() {
            return;
        }
        into.push(name(vendor, self.wording.spelt()));
        if !self.base.is_empty() {
            into.push(key(8, &[&joined_vendor(vendor), &self.base]));
        }
        self.word_keys(side, vendor, into);
    }

    fn word_keys(&self, side: Side, vendor: &str, into: &mut Vec<Key>) {
        let (leads, follows) = match side {
            Side::Ours => (Leads::Ours, Leads::Theirs),
            Side::Theirs => (Leads::Theirs, Leads::Ours),
        };
        words_of(leads, vendor, self.wording.leading(), into);
        words_of(follows, vendor, self.wording.grams().iter().copied(), into);
    }
}

/// The product text without the vendor in front, as it is written there.
fn without_vendor<'p>(vendor: &str, product: &'p str) -> &'p str {
    let (vendor, product) = (vendor.trim(), product.trim());
    let lead = product.get(..vendor.len()).filter(|lead| lead.eq_ignore_ascii_case(vendor));
    let rest = lead.map(|lead| &product[lead.len()..]).filter(|rest| rest.starts_with([' ', '_']));
    rest.map_or(product, |rest| rest.trim_start_matches([' ', '_']))
}

/// The product text without parentheses that hold nothing but order numbers: those are compared on a rung of
/// their own, and a name with and without them is the same name.
fn without_order_numbers(product: &str) -> Cow<'_, str> {
    if !product.contains('(') {
        return Cow::Borrowed(product);
    }
    let mut kept = String::with_capacity(product.len());
    let mut rest = product;
    while let Some(open) = rest.find('(') {
        let (before, group) = rest.split_at(open);
        kept.push_str(before);
        let Some(close) = group.find(')') else {
            rest = group;
            break;
        };
        let (inside, after) = (&group[1..close], &group[close + 1..]);
        if !only_order_numbers(inside) {
            kept.push_str(&group[..=close]);
        }
        rest = after;
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

fn only_order_numbers(text: &str) -> bool {
    let found = names::order_numbers_in(text);
    !found.is_empty()
        && text
            .split([',', ';', '/'])
            .map(names::order_number_key)
            .filter(|piece| !piece.is_empty())
            .all(|piece| found.contains(&piece))
}
