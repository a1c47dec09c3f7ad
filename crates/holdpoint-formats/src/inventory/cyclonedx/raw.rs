//! What a bill of materials says before anything is judged, the same for JSON and XML.
//!
//! Texts are tolerant: a whole number where a text belongs is taken, anything else is remembered as a misfit.
//! The surprise: a number with a fraction is a misfit, because a version 1.10 written as a number is already 1.1.

use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// A bill as written.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct RawBom {
    pub(super) bom_format: Text,
    pub(super) spec_version: Text,
    pub(super) serial_number: Text,
    pub(super) version: Text,
    pub(super) metadata: One<RawMetadata>,
    pub(super) components: Many<RawComponent>,
    pub(super) vulnerabilities: Presence,
}

/// What the bill says of itself.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RawMetadata {
    pub(super) timestamp: Text,
    pub(super) component: One<RawComponent>,
}

/// A component as written.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct RawComponent {
    #[serde(rename = "type")]
    pub(super) kind: Text,
    #[serde(rename = "bom-ref")]
    pub(super) bom_ref: Text,
    pub(super) supplier: One<RawOrganisation>,
    pub(super) manufacturer: One<RawOrganisation>,
    pub(super) publisher: Text,
    pub(super) group: Text,
    pub(super) name: Text,
    pub(super) version: Text,
    pub(super) version_range: Text,
    pub(super) scope: Text,
    pub(super) hashes: Many<RawHash>,
    pub(super) cpe: Text,
    pub(super) purl: Text,
    pub(super) properties: Many<RawProperty>,
    pub(super) components: Many<RawComponent>,
    pub(super) vulnerabilities: Presence,
}

/// An organisation as written.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RawOrganisation {
    pub(super) name: Text,
}

/// A hash as written.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RawHash {
    pub(super) alg: Text,
    pub(super) content: Text,
}

/// A property as written.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RawProperty {
    pub(super) name: Text,
    pub(super) value: Text,
}

/// A text, if it is one.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) enum Text {
    /// Nothing was written.
    #[default]
    Absent,
    /// A text, or a whole number.
    Is(Box<str>),
    /// Something else, in words.
    Misfit(&'static str),
}

/// A record; anything else where it belongs counts as not written.
#[derive(Debug)]
pub(super) struct One<T>(pub(super) Option<Box<T>>);

/// A list; anything else where it belongs counts as not written.
#[derive(Debug)]
pub(super) struct Many<T>(pub(super) Vec<T>);

/// Whether a list with something in it was written.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    /// It was not.
    #[default]
    Absent,
    /// It was.
    Present,
}

impl<T> Default for One<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Default for Many<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// Reads past a list or record that is not used.
fn drain_seq<'de, A: SeqAccess<'de>>(mut seq: A) -> Result<usize, A::Error> {
    let mut count = 0;
    while seq.next_element::<IgnoredAny>()?.is_some() {
        count += 1;
    }
    Ok(count)
}

fn drain_map<'de, A: MapAccess<'de>>(mut map: A) -> Result<(), A::Error> {
    while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<Text, E> {
        Ok(Text::Is(text.into()))
    }
    fn visit_u64<E: Error>(self, number: u64) -> Result<Text, E> {
        Ok(Text::Is(number.to_string().into()))
    }
    fn visit_i64<E: Error>(self, number: i64) -> Result<Text, E> {
        Ok(Text::Is(number.to_string().into()))
    }
    fn visit_f64<E: Error>(self, _: f64) -> Result<Text, E> {
        Ok(Text::Misfit("a number with a fraction, which may have lost digits"))
    }
    fn visit_bool<E: Error>(self, _: bool) -> Result<Text, E> {
        Ok(Text::Misfit("true or false"))
    }
    fn visit_unit<E: Error>(self) -> Result<Text, E> {
        Ok(Text::Absent)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Text, A::Error> {
        drain_seq(seq).map(|_| Text::Misfit("a list"))
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Text, A::Error> {
        drain_map(map).map(|()| Text::Misfit("a record"))
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

/// Visits what is no list or record as "not written".
macro_rules! scalars_are_absent {
    () => {
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list or a record")
        }
        fn visit_str<E: Error>(self, _: &str) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }
        fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }
        fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }
        fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }
        fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }
        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }
    };
}

struct OneVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OneVisitor<T> {
    type Value = One<T>;
    scalars_are_absent!();

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<One<T>, A::Error> {
        drain_seq(seq).map(|_| One(None))
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<One<T>, A::Error> {
        T::deserialize(serde::de::value::MapAccessDeserializer::new(map))
            .map(|value| One(Some(Box::new(value))))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for One<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneVisitor(PhantomData))
    }
}

struct ManyVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ManyVisitor<T> {
    type Value = Many<T>;
    scalars_are_absent!();

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Many<T>, A::Error> {
        let mut all = Vec::new();
        while let Some(One(element)) = seq.next_element::<One<T>>()? {
            all.extend(element.map(|element| *element));
        }
        Ok(Many(all))
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Many<T>, A::Error> {
        drain_map(map).map(|()| Many(Vec::new()))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ManyVisitor(PhantomData))
    }
}

struct PresenceVisitor;

impl<'de> Visitor<'de> for PresenceVisitor {
    type Value = Presence;
    scalars_are_absent!();

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Presence, A::Error> {
        drain_seq(seq).map(|count| if count > 0 { Presence::Present } else { Presence::Absent })
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Presence, A::Error> {
        drain_map(map).map(|()| Presence::Absent)
    }
}

impl<'de> Deserialize<'de> for Presence {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PresenceVisitor)
    }
}
