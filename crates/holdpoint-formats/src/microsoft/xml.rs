//! XML as a small tree of elements with their local names, within limits.
//!
//! Prefixes of namespaces are passed over: the files of one publisher are told apart by their outermost element. The
//! surprise: parts of the offline scan file have several outermost elements; so the tree always begins with a nameless
//! one around all.

use holdpoint_domain::Rejected;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::{Limits, refused};

/// An element with what is in it.
#[derive(Debug, Default)]
pub(crate) struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub text: String,
    pub children: Vec<Element>,
}

impl Element {
    /// The first child of that name.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All children of that name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The trimmed text of the first child of that name; empty when there is none.
    pub fn text_of(&self, name: &str) -> &str {
        self.child(name).map_or("", |child| child.text.trim())
    }

    /// An attribute's value; empty when there is none.
    pub fn attribute(&self, name: &str) -> &str {
        self.attributes.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }
}

/// Reads a document or a fragment; the result is a nameless element around all outermost ones.
pub(crate) fn tree(text: &str, limits: &Limits) -> Result<Element, Rejected> {
    let mut reader = Reader::from_str(text);
    let mut open = vec![Element::default()];
    let mut count = 0_usize;
    loop {
        match reader.read_event().map_err(|error| broken(&error.to_string()))? {
            Event::Start(tag) => {
                push(&mut open, &tag, &mut count, limits)?;
            }
            Event::Empty(tag) => {
                push(&mut open, &tag, &mut count, limits)?;
                pop(&mut open);
            }
            Event::End(_) => pop(&mut open),
            Event::Text(text) => add(&mut open, &text),
            Event::CData(text) => add(&mut open, &text),
            Event::GeneralRef(reference) => {
                let letter = letter(&reference)?;
                add(&mut open, letter.encode_utf8(&mut [0; 4]));
            }
            Event::DocType(_) => return Err(doctype()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
    }
    if open.len() != 1 {
        return Err(broken("it ends before all elements are closed"));
    }
    Ok(open.pop().expect("the nameless element was just counted"))
}

fn push(
    open: &mut Vec<Element>,
    tag: &BytesStart<'_>,
    count: &mut usize,
    limits: &Limits,
) -> Result<(), Rejected> {
    *count += 1;
    if *count > limits.elements || open.len() > limits.depth {
        let what = format!(
            "the file holds more than {} elements, or nests them deeper than {}",
            limits.elements, limits.depth
        );
        return Err(refused("xml-too-large", what, "raise the limit if you trust the source"));
    }
    let (name, attributes) = named(tag)?;
    open.push(Element { name, attributes, ..Element::default() });
    Ok(())
}

fn pop(open: &mut Vec<Element>) {
    // The reader has checked that each end has its beginning.
    if open.len() > 1
        && let Some(element) = open.pop()
        && let Some(parent) = open.last_mut()
    {
        parent.children.push(element);
    }
}

fn add(open: &mut [Element], text: &str) {
    // Only leaves have text that means something; blanks between elements are not collected.
    if let Some(element) = open.last_mut().filter(|element| element.children.is_empty()) {
        element.text.push_str(text);
    }
}

/// The local name and the attributes of a tag.
pub(super) fn named(tag: &BytesStart<'_>) -> Result<(String, Vec<(String, String)>), Rejected> {
    let mut attributes = Vec::new();
    for attribute in tag.attributes().take(60) {
        let attribute = attribute.map_err(|error| broken(&error.to_string()))?;
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|error| broken(&error.to_string()))?;
        attributes.push((attribute.key.into_inner().to_owned(), value.into_owned()));
    }
    Ok((tag.name().local_name().into_inner().to_owned(), attributes))
}

fn letter(reference: &BytesRef<'_>) -> Result<char, Rejected> {
    if let Some(letter) = reference.resolve_char_ref().map_err(|error| broken(&error.to_string()))? {
        return Ok(letter);
    }
    match reference.as_ref() {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        other => {
            let name: String = other.chars().take(40).collect();
            Err(broken(&format!("it uses the entity `{name}`, which XML does not define")))
        }
    }
}

pub(super) fn doctype() -> Rejected {
    refused(
        "xml-doctype",
        "the file holds a document type definition, which none of the formats that are read here needs"
            .to_owned(),
        "fetch it again from its publisher",
    )
}

pub(super) fn broken(error: &str) -> Rejected {
    refused(
        "not-xml",
        format!("the file cannot be read as XML: {error}"),
        "fetch it again; it may be cut off",
    )
}
