//! The gold set of names: an asset carries a name of the corpus, changed as inventories change names.

use super::corpus::Corpus;
use super::{fact, naive, share};
use holdpoint_domain::matching::{Rung, Verdict};
use holdpoint_engine::matching::configuration::Memo;
use holdpoint_engine::matching::queue::Names;
use holdpoint_engine::matching::{Rules, match_configuration};
use std::collections::{BTreeMap, BTreeSet};

/// What came out for one way of changing names.
#[derive(Debug, Default, Clone)]
pub struct Measured {
    /// Assets asked about.
    pub assets: usize,
    /// Leaves that were confirmed by name.
    pub confirmed: usize,
    /// Of these, leaves of another product.
    pub wrong: usize,
    /// Assets whose own product was confirmed.
    pub own_confirmed: usize,
    /// Assets whose own product was not confirmed and stands among the first five of the queue.
    pub first_five: usize,
    /// Assets whose text fits more than five products equally: nobody could say.
    pub undetermined: usize,
    /// Some that went wrong, in words.
    pub examples: Vec<String>,
}

impl Measured {
    /// Right of all confirmed.
    pub fn precision(&self) -> f64 {
        share(self.confirmed - self.wrong, self.confirmed)
    }

    /// Own product among the first five, of the assets that need the queue.
    pub fn queue(&self) -> f64 {
        share(self.first_five, self.assets - self.own_confirmed - self.undetermined)
    }

    fn add(&mut self, other: &Self) {
        self.assets += other.assets;
        self.confirmed += other.confirmed;
        self.wrong += other.wrong;
        self.own_confirmed += other.own_confirmed;
        self.first_five += other.first_five;
        self.undetermined += other.undetermined;
    }
}

/// One way of changing a vendor and a name.
type Change = fn(&str, &str) -> (String, String);

const CHANGES: [(&str, Change); 9] = [
    ("as written", |vendor, name| (vendor.to_owned(), name.to_owned())),
    ("capitals", |vendor, name| (vendor.to_uppercase(), name.to_uppercase())),
    ("blanks", |vendor, name| (format!(" {vendor}  "), name.replace(' ', "  "))),
    ("underscores", |vendor, name| (vendor.to_lowercase(), name.replace(' ', "_"))),
    ("legal form", |vendor, name| (format!("{} GmbH & Co. KG", vendor.trim()), name.to_owned())),
    ("vendor in the name", |vendor, name| (vendor.to_owned(), format!("{} {name}", vendor.trim()))),
    ("no vendor", |_, name| (String::new(), name.to_owned())),
    ("last word lost", |vendor, name| {
        let cut = name.trim().rfind(' ').unwrap_or(name.len());
        (vendor.to_owned(), name.get(..cut).unwrap_or(name).to_owned())
    }),
    // A field of a device's identification record: capitals, no sign but the hyphen, 24 characters.
    ("record of 24", |vendor, name| {
        let plain: String =
            name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { ' ' }).collect();
        let plain: Vec<&str> = plain.split_whitespace().collect();
        (vendor.to_owned(), plain.join(" ").to_uppercase().chars().take(24).collect())
    }),
];

/// The products of the corpus: what counts as one, and one spelling of it.
fn products(corpus: &Corpus) -> BTreeMap<(String, String), (String, String)> {
    let mut found = BTreeMap::new();
    for row in &corpus.listed {
        let key = naive::product(&row.vendor, &row.product);
        if key.1.len() >= 3 {
            found.entry(key).or_insert_with(|| (row.vendor.clone(), row.product.clone()));
        }
    }
    found
}

/// Measures each change, and all together as the last row.
pub fn measure(corpus: &Corpus, every: usize) -> Vec<(&'static str, Measured)> {
    let keys: Vec<(String, String)> =
        corpus.listed.iter().map(|row| naive::product(&row.vendor, &row.product)).collect();
    let products = products(corpus);
    let names = Names::new(&corpus.leaves);
    let mut rows = Vec::new();
    for (change, apply) in CHANGES {
        let mut measured = Measured::default();
        for (key, (vendor, product)) in products.iter().step_by(every) {
            let (vendor, text) = apply(vendor, product);
            one(corpus, &keys, &products, &names, key, (&vendor, &text), &mut measured);
        }
        rows.push((change, measured));
    }
    let mut all = Measured::default();
    for (_, measured) in &rows {
        all.add(measured);
    }
    rows.push(("all", all));
    rows
}

fn one(
    corpus: &Corpus,
    keys: &[(String, String)],
    products: &BTreeMap<(String, String), (String, String)>,
    names: &Names,
    key: &(String, String),
    (vendor, text): (&str, &str),
    measured: &mut Measured,
) {
    let place = |leaf: i64| usize::try_from(leaf).expect("a place");
    let part = fact(measured.assets, vendor, text, "");
    measured.assets += 1;
    let confirmed: BTreeSet<i64> =
        match_configuration(&corpus.leaves, &[&part], &Rules::default(), &mut Memo::default())
            .into_iter()
            .filter(|found| found.decision.rung == Rung::Name && found.decision.verdict != Verdict::No)
            .map(|found| found.leaf)
            .collect();
    measured.confirmed += confirmed.len();
    let short = naive::product(vendor, text).1;
    for leaf in &confirmed {
        let found = &keys[place(*leaf)];
        // A text that lost its end may be another product's whole name; then that is what it says.
        let other_vendor = found.0 != key.0 && !same_company(&corpus.listed[place(*leaf)].vendor, vendor);
        let same = found.1 == key.1 || found.1 == short || naive::is_release_of(&key.1, &found.1);
        if other_vendor || !same {
            measured.wrong += 1;
            let row = &corpus.listed[place(*leaf)];
            measured
                .examples
                .push(format!("wrong: `{vendor}` `{text}` and `{}` `{}`", row.vendor, row.product));
        }
    }
    if confirmed.iter().any(|leaf| keys[place(*leaf)] == *key) {
        measured.own_confirmed += 1;
        return;
    }
    let candidates = names.candidates(&part, &Rules::default(), 5);
    if candidates.iter().flat_map(|candidate| &candidate.leaves).any(|leaf| keys[place(*leaf)] == *key) {
        measured.first_five += 1;
        return;
    }
    let fits = products.keys().filter(|known| known.0 == key.0 && known.1.starts_with(&short)).count();
    if fits > 5 || short.len() < 3 {
        measured.undetermined += 1;
        return;
    }
    let shown: Vec<&str> = candidates.iter().map(|candidate| candidate.theirs.product.as_str()).collect();
    measured.examples.push(format!("not in the queue: `{vendor}` `{text}` of `{}`; there: {shown:?}", key.1));
}

/// Whether one vendor's text holds the other's.
fn same_company(one: &str, other: &str) -> bool {
    let (one, other) = (naive::letters(one), naive::letters(other));
    one.contains(&other) || other.contains(&one)
}

/// Articles that the corpus lists under several names: one name asks, and the others have to be found.
///
/// Gives how many were asked and how many found another name of their own article among the first five.
pub fn other_names(corpus: &Corpus) -> (usize, usize) {
    let mut of_number: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
    for row in &corpus.listed {
        for model in &row.models {
            let name = (row.vendor.clone(), row.product.clone());
            of_number.entry(naive::number(model)).or_default().insert(name);
        }
    }
    let names = Names::new(&corpus.leaves);
    let (mut asked, mut found) = (0, 0);
    for (number, spelt) in of_number {
        let keys: BTreeSet<(String, String)> =
            spelt.iter().map(|(vendor, product)| naive::product(vendor, product)).collect();
        if keys.len() < 2 {
            continue;
        }
        for (vendor, product) in spelt {
            let own = naive::product(&vendor, &product);
            let part = fact(asked, &vendor, &product, "");
            asked += 1;
            let mut others = names.candidates(&part, &Rules::default(), 12);
            let place = |leaf: &i64| usize::try_from(*leaf).expect("a place");
            others.retain(|candidate| {
                candidate.leaves.iter().all(|leaf| {
                    let row = &corpus.listed[place(leaf)];
                    naive::product(&row.vendor, &row.product) != own
                })
            });
            others.truncate(5);
            let holds = |leaf: &i64| {
                corpus.listed[place(leaf)].models.iter().any(|model| naive::number(model) == number)
            };
            found += usize::from(others.iter().flat_map(|other| &other.leaves).any(holds));
        }
    }
    (asked, found)
}

/// What part numbers inside names confirm, for a person to look at: each pair of names once.
pub fn by_code(corpus: &Corpus) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (number, (vendor, product)) in products(corpus).values().enumerate() {
        // The last word of a name, as if it were the order number of the device.
        let code = product.rsplit(' ').next().unwrap_or_default();
        for (text, order) in [(product.as_str(), ""), ("device", code)] {
            let part = fact(number, vendor, text, order);
            let matched =
                match_configuration(&corpus.leaves, &[&part], &Rules::default(), &mut Memo::default());
            for one in matched.iter().filter(|one| one.decision.rung == Rung::OrderNumber) {
                let row = &corpus.listed[usize::try_from(one.leaf).expect("a place")];
                if row.models.is_empty() && row.product != *product && !product.contains("(6") {
                    let verdict = if one.decision.verdict == Verdict::No { "not" } else { "is" };
                    found.insert(format!("`{text}` `{order}` {verdict} `{}`", row.product));
                }
            }
        }
    }
    found
}

/// The engine's key for a vendor.
pub fn of_vendor(name: &str) -> String {
    fact(0, name, "", "").names.vendor
}

/// How many spellings of vendors there are, and the groups that came together although their letters differ beyond
/// case, blanks, signs and legal forms.
pub fn vendors(corpus: &Corpus) -> (usize, Vec<Vec<String>>) {
    let spellings: BTreeSet<&String> = corpus.listed.iter().map(|row| &row.vendor).collect();
    let mut groups: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for spelling in &spellings {
        let mut letters = naive::letters(&spelling.replace("Ã¼", "u").replace("Ã£", "a").replace('ã', "a"));
        for form in ["inc", "ltd", "llc", "gmbh", "ag", "corporation", "limited", "co", "corp", "se"] {
            letters = letters.strip_suffix(form).unwrap_or(&letters).to_owned();
        }
        groups.entry(of_vendor(spelling)).or_default().entry(letters).or_insert_with(|| (*spelling).clone());
    }
    let several = groups.into_iter().filter(|(key, group)| group.len() > 1 && !key.is_empty());
    (spellings.len(), several.map(|(_, group)| group.into_values().collect()).collect())
}
