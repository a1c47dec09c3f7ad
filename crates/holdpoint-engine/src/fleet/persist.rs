//! A fleet as one block of bytes, and back. As [`Catalogue::encode`](crate::applicability::Catalogue::encode): the
//! bytes are checked, and refused in words.

use super::build::Fleet;
use crate::applicability::packed::{Shelf, place};
use crate::applicability::{DecodeError, Item, Reader, Writer, are_starts, check};

/// The number of this kind of index.
const KIND: u32 = 2;

impl Fleet {
    /// The fleet as bytes; equal fleets give equal bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut to = Writer::new(KIND);
        let mut texts = Shelf::default();
        let mut sizes = Vec::with_capacity(self.items.len());
        for item in &self.items {
            let before = texts.len();
            item.texts(|text| {
                texts.push(text);
            });
            sizes.push(place(texts.len() - before));
        }
        to.shelf(&texts);
        to.u32s(&sizes);
        to.u32s(&self.items.iter().map(|item| u32::from(item.parts().bits())).collect::<Vec<_>>());
        to.i64s(&self.component_numbers);
        to.i64s(&self.configuration_numbers);
        to.u32s(&self.configuration_starts);
        to.u32s(&self.configuration_items);
        to.u32s(&self.asset_starts);
        to.i64s(&self.asset_numbers);
        to.u32s(&self.asset_order);
        to.finish()
    }

    /// The fleet of these bytes.
    ///
    /// # Errors
    /// [`DecodeError`] when they are not a whole fleet of this program's form and rules.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut from = Reader::open(KIND, bytes)?;
        let texts = from.shelf("components")?;
        let sizes = from.read_u32s()?;
        let parts = from.read_u32s()?;
        check(sizes.len() == parts.len(), "components")?;
        let mut made = Self::default();
        let mut at = 0_u32;
        for (size, parts) in sizes.iter().zip(parts) {
            let end = at.checked_add(*size).ok_or(DecodeError::Contradiction("components"))?;
            check(end as usize <= texts.len(), "components")?;
            let words: Vec<&str> = (at..end).map(|at| texts.get(at)).collect();
            let parts = u8::try_from(parts).map_err(|_| DecodeError::Contradiction("parts"))?;
            let item = Item::from_texts(&words, parts).ok_or(DecodeError::Contradiction("components"))?;
            made.items.push(item);
            at = end;
        }
        check(at as usize == texts.len(), "components")?;
        made.component_numbers = from.read_i64s()?;
        made.configuration_numbers = from.read_i64s()?;
        made.configuration_starts = from.read_u32s()?;
        made.configuration_items = from.read_u32s()?;
        made.asset_starts = from.read_u32s()?;
        made.asset_numbers = from.read_i64s()?;
        made.asset_order = from.read_u32s()?;
        from.end()?;
        made.check()?;
        made.index();
        Ok(made)
    }

    fn check(&self) -> Result<(), DecodeError> {
        let (items, count) = (self.items.len(), self.configuration_numbers.len());
        check(self.component_numbers.len() == items, "numbers of components")?;
        check(self.configuration_numbers.is_sorted_by(|a, b| a < b), "numbers of configurations")?;
        let whole = are_starts(&self.configuration_starts, count, self.configuration_items.len());
        check(whole, "components of configurations")?;
        let known = self.configuration_items.iter().all(|item| (*item as usize) < items);
        check(known, "components of configurations")?;
        check(are_starts(&self.asset_starts, count, self.asset_numbers.len()), "assets of configurations")?;
        check(self.asset_order.len() == self.asset_numbers.len(), "order of assets")?;
        let mut last = None;
        for at in &self.asset_order {
            let number = self.asset_numbers.get(*at as usize).copied();
            check(number.is_some() && last <= number, "order of assets")?;
            last = number;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::applicability::{Builder, Catalogue, sealed};
    use crate::fleet::{Answers, Findings, FleetBuilder, Percolator};
    use holdpoint_domain::component::{Component, ComponentKind};
    use holdpoint_domain::intelligence::{
        Applicability, Condition, Criterion, End, Inclusion, Role, Subject, Unlisted, VersionTest,
    };
    use proptest::prelude::*;

    fn leaf(role: Role, product: &str, versions: VersionTest) -> Condition {
        let subject = Subject::Cpe(format!("cpe:2.3:a:acme:{product}:*:*:*:*:*:*:x64:*"));
        Condition::Is(Criterion { role, subject, versions })
    }

    /// One of everything that a file can hold.
    fn catalogue() -> Catalogue {
        let below = |text: &str| VersionTest::Between {
            scheme: String::new(),
            low: None,
            high: Some(End { version: text.into(), inclusion: Inclusion::Included }),
        };
        let except = VersionTest::Except { meant: Box::new(below("3")), taken_out: vec![below("1")] };
        let text = VersionTest::Expression("V2 and earlier".into());
        let roots = [
            leaf(Role::Vulnerable, "box", below("2")),
            Condition::All(vec![
                leaf(Role::Vulnerable, "box", except),
                leaf(Role::Platform, "tool", VersionTest::NotStated),
            ]),
            Condition::All(vec![
                leaf(Role::Vulnerable, "box", text),
                Condition::Not(Box::new(leaf(Role::Vulnerable, "tool", VersionTest::Any))),
            ]),
        ];
        let mut builder = Builder::new();
        for (at, root) in roots.into_iter().enumerate() {
            let statement = Applicability { source: "test".into(), unlisted: Unlisted::NotSaid, root };
            builder.push(&format!("CVE-{at}"), &[statement]).expect("a small tree");
        }
        builder.finish()
    }

    fn fleet() -> Fleet {
        let mut builder = FleetBuilder::new();
        for (at, version) in ["1.0", "2.0", "2.0 SP1", ""].into_iter().enumerate() {
            let component = |product: &str| Component {
                cpe: format!("cpe:2.3:a:acme:{product}:*:*:*:*:*:*:x64:*"),
                version: version.into(),
                ..Component::empty(ComponentKind::Application)
            };
            let places = [builder.component(1, &component("box")), builder.component(2, &component("tool"))];
            builder.configuration(at as i64, &places[..1 + at % 2]);
            builder.asset(at as i64, at as i64);
        }
        builder.finish()
    }

    fn use_everything(catalogue: &Catalogue, fleet: &Fleet) -> u64 {
        let answers = Answers::of(catalogue, fleet);
        let findings = Findings::of(catalogue, fleet, &answers);
        let of_record = |record| findings.of_record(catalogue, fleet, &answers, record).len();
        let by_record: usize = (0..catalogue.len() as u32).map(of_record).sum();
        let percolated = Percolator::new(fleet).affected(catalogue, fleet);
        findings.implied(fleet) + (by_record + percolated.len()) as u64
    }

    #[test]
    fn the_example_has_findings() {
        assert!(use_everything(&catalogue(), &fleet()) > 6);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

        #[test]
        fn hostile_bytes_with_a_right_checksum_are_refused_or_harmless(
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)
        ) {
            let (good, mut file) = (fleet(), catalogue().encode());
            for (at, byte) in &changes {
                let place = 40 + at.index(file.len() - 40);
                file[place] = *byte;
            }
            if let Ok(read) = Catalogue::decode(&sealed(file)) {
                use_everything(&read, &good);
            }
            let mut file = good.encode();
            for (at, byte) in &changes {
                let place = 40 + at.index(file.len() - 40);
                file[place] = *byte;
            }
            if let Ok(read) = Fleet::decode(&sealed(file)) {
                use_everything(&catalogue(), &read);
            }
        }
    }
}
