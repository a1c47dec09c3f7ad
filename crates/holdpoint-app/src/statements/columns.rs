//! The columns of the matrix: what suppliers call by several spellings is one release, by the equality that judging uses.
//!
//! Vendors are compared as makers, products by their keys, versions by what each is read as. The surprise: two vendors may
//! have a product of one name; those stay apart, and the column says that the name alone tells them not apart.

use crate::approval::standing::maker;
use holdpoint_domain::compatibility::folded;
use holdpoint_store::compatibility::SupplierRelease;
use holdpoint_versions::Answer;
use holdpoint_versions::expression::{self, Category, Context, Expression};
use holdpoint_versions::names::product_key;
use std::collections::{BTreeSet, HashMap};

/// A column: a release as it was called first, and what joins it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// As it was called first.
    pub release: SupplierRelease,
    /// How it is called besides: vendor, product and version as one text.
    pub spellings: Vec<String>,
    /// Whether another vendor has a product of this name.
    pub name_is_shared: bool,
}

/// All releases, joined.
#[derive(Debug, Default)]
pub(super) struct Columns {
    /// The column of each release.
    leads: HashMap<i64, i64>,
    spellings: HashMap<i64, Vec<String>>,
    shared: BTreeSet<String>,
}

impl Columns {
    /// Joins releases, in the order in which they came.
    pub(super) fn of(mut all: Vec<SupplierRelease>) -> Self {
        all.sort_by_key(|one| one.number);
        let mut found = Self::default();
        let mut leads: HashMap<(String, String), Vec<(SupplierRelease, Expression)>> = HashMap::new();
        let mut makers: HashMap<String, BTreeSet<String>> = HashMap::new();
        for one in all {
            let key = (maker(&one.vendor), product_key(&one.vendor, &one.product));
            makers.entry(folded(&one.product)).or_default().insert(key.0.clone());
            let read = read(&one);
            let known = leads.entry(key).or_default();
            if let Some((lead, _)) = known.iter().find(|(lead, said)| is_same((lead, said), (&one, &read))) {
                found.leads.insert(one.number, lead.number);
                let text = [&one.vendor, &one.product, &one.version].map(|part| part.trim()).join(" ");
                found.spellings.entry(lead.number).or_default().push(text.trim().to_owned());
            } else {
                found.leads.insert(one.number, one.number);
                known.push((one, read));
            }
        }
        found.shared = makers.into_iter().filter(|(_, all)| all.len() > 1).map(|(name, _)| name).collect();
        found
    }

    /// The releases that stand in the column of another one.
    pub(super) fn joined(&self) -> Vec<i64> {
        let joined = self.leads.iter().filter(|(one, lead)| one != lead);
        joined.map(|(one, _)| *one).collect()
    }

    /// The releases that stand in this column.
    pub(super) fn members(&self, lead: i64) -> impl Iterator<Item = i64> + '_ {
        self.leads.iter().filter(move |(_, of)| **of == lead).map(|(one, _)| *one)
    }

    /// The column in which a release stands.
    pub(super) fn lead(&self, release: i64) -> i64 {
        self.leads.get(&release).copied().unwrap_or(release)
    }

    /// A release as the head of its column.
    pub(super) fn column(&self, release: SupplierRelease) -> Column {
        Column {
            spellings: self.spellings.get(&release.number).cloned().unwrap_or_default(),
            name_is_shared: self.shared.contains(&folded(&release.product)),
            release,
        }
    }
}

fn read(one: &SupplierRelease) -> Expression {
    let context = Context { vendor: &one.vendor, product: &one.product, category: Category::Other };
    expression::parse(&context, one.version.trim())
}

/// Whether two versions are one: each is meant by the other one. What is not said is not joined with what is.
fn is_same(
    (one, said): (&SupplierRelease, &Expression),
    (other, read): (&SupplierRelease, &Expression),
) -> bool {
    let (mine, theirs) = (one.version.trim(), other.version.trim());
    if folded(mine) == folded(theirs) {
        return true;
    }
    !mine.is_empty()
        && !theirs.is_empty()
        && said.contains(theirs) == Answer::Yes
        && read.contains(mine) == Answer::Yes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_spellings_stand_in_one_column_and_other_versions_and_makers_do_not() {
        let release = |number, vendor: &str, product: &str, version: &str| SupplierRelease {
            number,
            vendor: vendor.to_owned(),
            product: product.to_owned(),
            version: version.to_owned(),
        };
        let columns = Columns::of(vec![
            release(1, "Nordvik Automation", "Plantview", "4.2"),
            release(2, "NORDVIK AUTOMATION AS", "Plantview", "V4.2"),
            release(3, "Nordvik Automation", "plantview", "4.2.0"),
            release(4, "Nordvik Automation", "Plantview", "4.20"),
            release(5, "Nordvik Automation", "Plantview", "all versions"),
            release(6, "Nordvik Automation", "Plantview", ""),
            release(7, "Integrator Ltd", "Plantview", "4.2"),
        ]);
        let mut joined = columns.joined();
        joined.sort_unstable();
        assert_eq!(joined, [2, 3]);
        assert_eq!((columns.lead(2), columns.lead(4)), (1, 4));
        let mut members: Vec<i64> = columns.members(1).collect();
        members.sort_unstable();
        assert_eq!(members, [1, 2, 3]);
        let head = columns.column(release(1, "Nordvik Automation", "Plantview", "4.2"));
        assert!(head.name_is_shared, "Integrator Ltd has one of that name");
        assert_eq!(head.spellings[0], "NORDVIK AUTOMATION AS Plantview V4.2");
    }
}
