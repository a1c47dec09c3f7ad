//! How a JSON object becomes a typed value: one macro writes the struct, its reading and its structural walk.
//!
//! Not here: which objects exist (`model`). The surprise: reading never fails over an unknown property, a missing
//! property or an unknown word of an enumeration, those are noted; it fails only over a value of the wrong JSON type,
//! and the error then carries the JSON pointer of that value (see [`PATH_MARK`]).

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};

use super::inspection::Inspection;
use super::place::Place;
use super::text::short;

/// Opens an error message that begins with a JSON pointer; [`PATH_END`] closes the pointer.
pub(crate) const PATH_MARK: char = '\u{1}';
/// Ends the JSON pointer of an error message.
pub(crate) const PATH_END: char = '\u{2}';

/// How many remarks one object keeps; a hostile object may have millions of unknown keys.
const KEPT: usize = 32;

/// A part of the document that can look at itself.
pub(crate) trait Node {
    /// Reports everything at and below `place` that the schema does not allow.
    fn inspect(&self, place: &Place<'_>, to: &mut Inspection);
}

/// One thing that reading noticed about a key of an object.
#[derive(Debug, Clone, PartialEq)]
pub enum KeyRemark<'a> {
    /// The schema does not know this property; its value was not kept.
    Unknown(Cow<'a, str>),
    /// The key stands after one that it should precede.
    Unsorted(Cow<'a, str>),
    /// The key stands twice; the later value was kept, another reader may keep the first.
    Twice(&'static str),
    /// The array under this key is empty, where at least one item is required.
    Empty(&'static str),
}

/// What reading noticed about the keys of one object; eight bytes for a sound object.
#[expect(clippy::box_collection, reason = "the box keeps sound objects, which are nearly all, small")]
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Keys<'a>(Option<Box<Vec<KeyRemark<'a>>>>);

impl<'a> Keys<'a> {
    /// The remarks in the order of the input; at most 32 are kept.
    pub fn remarks(&self) -> &[KeyRemark<'a>] {
        self.0.as_deref().map_or(&[], Vec::as_slice)
    }

    /// Whether the object has a property that the schema does not know.
    pub fn has_unknown(&self) -> bool {
        self.remarks().iter().any(|remark| matches!(remark, KeyRemark::Unknown(_)))
    }

    /// Whether the object has the key, with an empty array under it.
    pub(crate) fn has_empty(&self, key: &str) -> bool {
        self.remarks().iter().any(|remark| matches!(remark, KeyRemark::Empty(empty) if *empty == key))
    }

    pub(crate) fn add(&mut self, remark: KeyRemark<'a>) {
        let list = self.0.get_or_insert_default();
        if list.len() < KEPT {
            list.push(remark);
        }
    }

    pub(crate) fn inspect(&self, place: &Place<'_>, to: &mut Inspection) {
        for remark in self.remarks() {
            match remark {
                KeyRemark::Unknown(key) => to.unknown(place.foreign_key(key)),
                KeyRemark::Unsorted(key) => to.unsorted(place.foreign_key(key)),
                KeyRemark::Twice(key) => to.breach(
                    place.key(key),
                    format!(
                        "the key `{key}` stands twice in one object, so two readers can understand two things"
                    ),
                ),
                KeyRemark::Empty(key) => {
                    to.breach(
                        place.key(key),
                        format!("the list `{key}` is empty, it needs at least one item"),
                    );
                }
            }
        }
    }
}

/// A key of an object, borrowed from the input when it has no escapes.
pub(crate) struct Key<'a>(pub(crate) Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Key<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(CowVisitor("a key")).map(Key)
    }
}

/// Reads a string, borrowed from the input when it has no escapes; holds what was expected.
pub(crate) struct CowVisitor(pub(crate) &'static str);

impl<'de> Visitor<'de> for CowVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

/// A JSON array whose errors name the index.
pub(crate) struct Items<T>(pub(crate) Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Items<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ItemsVisitor<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for ItemsVisitor<T> {
            type Value = Items<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut items = Vec::new();
                loop {
                    match seq.next_element() {
                        Ok(Some(item)) => items.push(item),
                        Ok(None) => return Ok(Items(items)),
                        Err(error) => return Err(below(items.len(), error)),
                    }
                }
            }
        }
        deserializer.deserialize_seq(ItemsVisitor(PhantomData))
    }
}

/// Puts one more step in front of the pointer that an error message carries. The message is kept short, because the
/// reader quotes the value that it did not expect, however long that is.
pub(crate) fn below<E: Error>(step: impl fmt::Display, error: E) -> E {
    let text = error.to_string();
    match text.strip_prefix(PATH_MARK) {
        Some(rest) => E::custom(format_args!("{PATH_MARK}/{step}{rest}")),
        None => E::custom(format_args!("{PATH_MARK}/{step}{PATH_END}{}", short(&text))),
    }
}

/// Whether `key` may follow `previous`; remembers `key`.
pub(crate) fn in_order<'a>(previous: &mut Option<Cow<'a, str>>, key: &Key<'a>) -> bool {
    let sorted = previous.as_deref().is_none_or(|previous| previous <= &*key.0);
    *previous = Some(key.0.clone());
    sorted
}

/// Writes an object's struct, its `Deserialize` and its `Node`.
///
/// Each property is `KIND field "key": Type`. `must` is required and `may` is optional, both become `Option<Type>`;
/// `all` is a required list and `some` an optional one, both become `Vec<Type>` with at least one item in a valid
/// document. `check path` names a function `fn(&Struct, &Place, &mut Inspection)` for rules that span properties.
macro_rules! object {
    (
        $(#[$meta:meta])*
        struct $name:ident<$life:lifetime> {
            $( $(#[$field_meta:meta])* $kind:ident $field:ident $key:literal : $type:ty ),* $(,)?
        }
        $(check $check:path)?
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct $name<$life> {
            $( $(#[$field_meta])* pub $field: $crate::csaf::object::object!(@type $kind $type), )*
            /// What reading noticed about this object's keys: unknown, twice, out of order, empty.
            pub keys: $crate::csaf::object::Keys<$life>,
        }

        impl<'de: $life, $life> serde::Deserialize<'de> for $name<$life> {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct ObjectVisitor<$life>(std::marker::PhantomData<&$life ()>);
                impl<'de: $life, $life> serde::de::Visitor<'de> for ObjectVisitor<$life> {
                    type Value = $name<$life>;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("an object")
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                        let mut object = $name::default();
                        let mut previous = None;
                        while let Some(key) = map.next_key::<$crate::csaf::object::Key<'_>>()? {
                            if !$crate::csaf::object::in_order(&mut previous, &key) {
                                object.keys.add($crate::csaf::object::KeyRemark::Unsorted(key.0.clone()));
                            }
                            match &*key.0 {
                                $( $key => { $crate::csaf::object::object!(@read $kind object, $field, map, $key) } )*
                                _ => {
                                    map.next_value::<serde::de::IgnoredAny>()?;
                                    object.keys.add($crate::csaf::object::KeyRemark::Unknown(key.0));
                                }
                            }
                        }
                        Ok(object)
                    }
                }
                deserializer.deserialize_map(ObjectVisitor(std::marker::PhantomData))
            }
        }

        impl $crate::csaf::object::Node for $name<'_> {
            fn inspect(&self, place: &$crate::csaf::place::Place<'_>, to: &mut $crate::csaf::inspection::Inspection) {
                self.keys.inspect(place, to);
                $( $crate::csaf::object::object!(@inspect $kind self, $field, $key, place, to); )*
                $( $check(self, place, to); )?
            }
        }
    };
    (@type must $type:ty) => { Option<$type> };
    (@type may $type:ty) => { Option<$type> };
    (@type all $type:ty) => { Vec<$type> };
    (@type some $type:ty) => { Vec<$type> };
    (@read must $object:ident, $field:ident, $map:ident, $key:literal) => {
        $crate::csaf::object::object!(@read may $object, $field, $map, $key)
    };
    (@read may $object:ident, $field:ident, $map:ident, $key:literal) => {{
        let value = $map.next_value().map_err(|error| $crate::csaf::object::below($key, error))?;
        if $object.$field.replace(value).is_some() {
            $object.keys.add($crate::csaf::object::KeyRemark::Twice($key));
        }
    }};
    (@read all $object:ident, $field:ident, $map:ident, $key:literal) => {
        $crate::csaf::object::object!(@read some $object, $field, $map, $key)
    };
    (@read some $object:ident, $field:ident, $map:ident, $key:literal) => {{
        let items: $crate::csaf::object::Items<_> =
            $map.next_value().map_err(|error| $crate::csaf::object::below($key, error))?;
        if !$object.$field.is_empty() {
            $object.keys.add($crate::csaf::object::KeyRemark::Twice($key));
        }
        if items.0.is_empty() {
            $object.keys.add($crate::csaf::object::KeyRemark::Empty($key));
        }
        $object.$field = items.0;
    }};
    (@inspect must $self:ident, $field:ident, $key:literal, $place:ident, $to:ident) => {
        match &$self.$field {
            Some(value) => $crate::csaf::object::Node::inspect(value, &$place.key($key), $to),
            None => $to.missing($place, $key),
        }
    };
    (@inspect may $self:ident, $field:ident, $key:literal, $place:ident, $to:ident) => {
        if let Some(value) = &$self.$field {
            $crate::csaf::object::Node::inspect(value, &$place.key($key), $to);
        }
    };
    (@inspect all $self:ident, $field:ident, $key:literal, $place:ident, $to:ident) => {
        if $self.$field.is_empty() && !$self.keys.has_empty($key) {
            $to.missing($place, $key);
        }
        $crate::csaf::object::object!(@inspect some $self, $field, $key, $place, $to);
    };
    (@inspect some $self:ident, $field:ident, $key:literal, $place:ident, $to:ident) => {{
        let list = $place.key($key);
        for (index, item) in $self.$field.iter().enumerate() {
            $crate::csaf::object::Node::inspect(item, &list.index(index), $to);
        }
    }};
}
pub(crate) use object;
