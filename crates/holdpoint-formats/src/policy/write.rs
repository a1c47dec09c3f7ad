//! A policy becomes a text, always the same for the same values.

use super::SEPARATOR;
use holdpoint_domain::policy::{Field, Shape, Value, Values};
use std::fmt::Write;

/// How wide comments become.
const WIDTH: usize = 110;

/// The document of a policy. `notes` are lines that a reader should know first; they are comments.
#[must_use]
pub fn document(values: &Values, site: Option<&str>, notes: &[String]) -> String {
    let kind = values.kind();
    let mut text = String::new();
    comment(&mut text, &format!("Holdpoint policy: {}", kind.title()));
    comment(&mut text, kind.about());
    comment(
        &mut text,
        &format!("Where the values come from that the program brings along: {}.", kind.origin()),
    );
    for note in notes {
        comment(&mut text, &plain(note));
    }
    let _ = writeln!(text, "kind = {}", quoted(kind.word()));
    if let Some(site) = site {
        let _ = writeln!(text, "site = {}", quoted(site));
    }
    let mut open = "";
    for (field, one) in values.iter() {
        let (table, key) = field.key.rsplit_once('.').unwrap_or(("", field.key));
        text.push('\n');
        if table != open {
            let _ = writeln!(text, "[{table}]");
            open = table;
        }
        comment(&mut text, field.about);
        comment(&mut text, &bounds(field));
        let _ = writeln!(text, "{key} = {}", value(one));
    }
    text
}

/// Several documents as one file.
#[must_use]
pub fn join(documents: &[String]) -> String {
    documents.join(&format!("{SEPARATOR}\n"))
}

/// A value as it is written.
#[must_use]
pub fn value(value: &Value) -> String {
    match value {
        Value::Count(n) => n.to_string(),
        Value::Switch(on) => on.to_string(),
        Value::Text(text) => quoted(text),
        Value::Words(words) => {
            let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
            format!("[{}]", words.join(", "))
        }
    }
}

/// The lines of two documents of one kind: as they are, or the one before and the one after.
#[must_use]
pub fn lines_that_differ(before: &str, after: &str) -> Vec<(usize, String, String)> {
    let pairs = before.lines().zip(after.lines()).enumerate();
    let changed = pairs.filter(|(_, (one, other))| one != other);
    changed.map(|(place, (one, other))| (place + 1, one.to_owned(), other.to_owned())).collect()
}

fn bounds(field: &Field) -> String {
    let brought = value(&field.brought());
    match field.shape {
        Shape::Words(_) | Shape::Word(_) | Shape::Count { .. } | Shape::Switch | Shape::Line { .. } => {
            format!("{}; as delivered: {brought}.", capital(&field.shape.allowed()))
        }
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A comment, broken at blanks.
fn comment(text: &mut String, words: &str) {
    let mut width = 0;
    for word in words.split_whitespace() {
        let long = word.chars().count();
        if width > 0 && width + 1 + long > WIDTH {
            text.push('\n');
            width = 0;
        }
        text.push_str(if width == 0 { "# " } else { " " });
        width += if width == 0 { 2 } else { 1 } + long;
        text.push_str(word);
    }
    text.push('\n');
}

/// Without what would end a comment.
fn plain(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// A text in quotes, as TOML's basic strings are.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            other if other.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(other));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}
