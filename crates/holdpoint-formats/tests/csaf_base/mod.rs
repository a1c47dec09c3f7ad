//! The base document of the tests, and patches on it.

#![expect(clippy::unwrap_used, reason = "a broken fixture should stop the test where it breaks")]

use serde_json::Value;

/// A valid document that no mandatory, optional or informative test objects to, apart from ranges and spelling.
fn base() -> Value {
    serde_json::from_str(include_str!("../fixtures/csaf/pump-controller.json")).unwrap()
}

/// The base document with values replaced or added by JSON pointer; `null` removes. A pointer that ends in `/-`
/// appends to a list.
#[must_use]
pub fn patched(changes: &[(&str, Value)]) -> Vec<u8> {
    let mut document = base();
    for (pointer, value) in changes {
        set(&mut document, pointer, value.clone());
    }
    serde_json::to_vec_pretty(&document).unwrap()
}

fn set(document: &mut Value, pointer: &str, value: Value) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match document.pointer_mut(parent).unwrap_or_else(|| panic!("no `{parent}` in the base document")) {
        Value::Object(object) if value.is_null() => {
            object.remove(key).unwrap();
        }
        Value::Object(object) => {
            object.insert(key.to_owned(), value);
        }
        Value::Array(list) if key == "-" => list.push(value),
        Value::Array(list) if value.is_null() => {
            list.remove(key.parse().unwrap());
        }
        Value::Array(list) => list[key.parse::<usize>().unwrap()] = value,
        other => panic!("`{parent}` is `{other}`, which has no parts"),
    }
}
