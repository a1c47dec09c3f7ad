//! The XML form.
//!
//! Elements that are not used are passed over without being kept. The surprise: a document type definition is
//! refused even if harmless, because entities in it can unfold without end or name files of the reader.

use super::raw::{
    Many, One, Presence, RawBom, RawComponent, RawHash, RawMetadata, RawOrganisation, RawProperty, Text,
};
use super::{MAX_DEPTH, no_cyclonedx, refused};
use encoding_rs::{Encoding, UTF_8};
use holdpoint_domain::Rejected;
use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::Prefix;
use std::borrow::Cow;

/// Elements that are kept at most.
const MAX_ELEMENTS: usize = 3_000_000;

/// How deep kept elements may be nested: each component in a component takes two.
const MAX_ELEMENT_DEPTH: usize = 2 * MAX_DEPTH + 8;

/// The namespaces of all versions begin so.
const NAMESPACE: &str = "http://cyclonedx.org/schema/bom/";

/// The elements that are kept; all others are passed over with everything in them.
const KEPT: [&str; 21] = [
    "bom",
    "metadata",
    "timestamp",
    "component",
    "components",
    "supplier",
    "manufacturer",
    "publisher",
    "group",
    "name",
    "version",
    "versionRange",
    "scope",
    "hashes",
    "hash",
    "cpe",
    "purl",
    "properties",
    "property",
    "vulnerabilities",
    "vulnerability",
];

/// An element with what is kept of it.
#[derive(Default)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Element>,
}

/// Reads the XML form.
pub(super) fn read(bytes: &[u8]) -> Result<RawBom, Rejected> {
    let text = decode(bytes)?;
    let root = Walk::default().run(&text)?;
    let namespace = root.attributes.iter().find(|(name, value)| {
        (name == "xmlns" || name.starts_with("xmlns:")) && value.starts_with(NAMESPACE)
    });
    let Some((_, namespace)) = namespace.filter(|_| root.name == "bom") else {
        return Err(no_cyclonedx("its outermost element is not `bom` of CycloneDX"));
    };
    let spec_version = namespace[NAMESPACE.len()..].to_owned();
    Ok(bom(root, spec_version))
}

/// The text in the encoding of the mark or the declaration, UTF-8 otherwise.
fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Rejected> {
    let (encoding, body) = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => (encoding, &bytes[mark..]),
        None => (declared(bytes).unwrap_or(UTF_8), bytes),
    };
    encoding.decode_without_bom_handling_and_without_replacement(body).ok_or_else(|| {
        refused(
            "xml-encoding",
            format!("the file holds bytes that are no {}", encoding.name()),
            "save it as UTF-8",
        )
    })
}

fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(200)];
    let head = &head[..head.windows(2).position(|pair| pair == b"?>")?];
    let from = head.windows(9).position(|word| word == b"encoding=")? + 9;
    let quote = *head.get(from)?;
    let label = head.get(from + 1..)?.split(|byte| *byte == quote).next()?;
    Encoding::for_label(label)
}

/// The state of reading: the open kept elements, and how deep we are in one that is passed over.
#[derive(Default)]
struct Walk {
    open: Vec<Element>,
    passed_over: usize,
    kept: usize,
    prefix: Option<String>,
    root: Option<Element>,
}

impl Walk {
    fn run(mut self, text: &str) -> Result<Element, Rejected> {
        let mut reader = Reader::from_str(text);
        loop {
            let event = reader.read_event().map_err(|error| broken(&error.to_string()))?;
            match event {
                Event::Start(tag) => self.start(&tag)?,
                Event::Empty(tag) => {
                    self.start(&tag)?;
                    self.end();
                }
                Event::End(_) => self.end(),
                Event::Text(text) => self.add(&text),
                Event::CData(text) => self.add(&text),
                Event::GeneralRef(reference) => self.reference(&reference)?,
                Event::DocType(_) => {
                    return Err(refused(
                        "xml-doctype",
                        "the file holds a document type definition, which CycloneDX does not need".to_owned(),
                        "remove the line `<!DOCTYPE …>` if you trust the file",
                    ));
                }
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
                Event::Eof => break,
            }
        }
        if !self.open.is_empty() || self.passed_over > 0 {
            return Err(broken("it ends before all elements are closed"));
        }
        self.root.ok_or_else(|| no_cyclonedx("it holds no element"))
    }

    fn start(&mut self, tag: &BytesStart<'_>) -> Result<(), Rejected> {
        let full = tag.name();
        let (local, prefix) = full.decompose();
        let (name, prefix): (&str, Option<&str>) = (local.into_inner(), prefix.map(Prefix::into_inner));
        if self.root.is_none() && self.open.is_empty() {
            self.prefix = prefix.map(str::to_owned);
        }
        let is_ours = prefix == self.prefix.as_deref();
        // Older bills carry vulnerabilities in a namespace of their own, below the component.
        let is_kept =
            (is_ours && KEPT.contains(&name)) || name == "vulnerabilities" || name == "vulnerability";
        let is_root = self.open.is_empty() && self.root.is_none();
        if self.passed_over > 0 || !(is_kept || is_root) {
            self.passed_over += 1;
            return Ok(());
        }
        let attributes = attributes(tag)?;
        let is_foreign =
            attributes.iter().any(|(name, value)| name == "xmlns" && !value.starts_with(NAMESPACE));
        if is_foreign && !is_root && is_ours {
            self.passed_over += 1;
            return Ok(());
        }
        self.kept += 1;
        if self.kept > MAX_ELEMENTS || self.open.len() >= MAX_ELEMENT_DEPTH {
            return Err(refused(
                "xml-too-large",
                format!(
                    "the file holds more than {MAX_ELEMENTS} elements, or nests them deeper than {MAX_ELEMENT_DEPTH}"
                ),
                "split it by assembly",
            ));
        }
        self.open.push(Element { name: name.to_owned(), attributes, ..Element::default() });
        Ok(())
    }

    fn end(&mut self) {
        if self.passed_over > 0 {
            self.passed_over -= 1;
            return;
        }
        if let Some(element) = self.open.pop() {
            match self.open.last_mut() {
                Some(parent) => parent.children.push(element),
                None => self.root = self.root.take().or(Some(element)),
            }
        }
    }

    fn add(&mut self, text: &str) {
        if self.passed_over > 0 {
            return;
        }
        // Only leaves have text that means something; blanks between elements are not collected.
        if let Some(element) = self.open.last_mut().filter(|element| element.children.is_empty()) {
            element.text.push_str(text);
        }
    }

    fn reference(&mut self, reference: &BytesRef<'_>) -> Result<(), Rejected> {
        let letter = match reference.resolve_char_ref().map_err(|error| broken(&error.to_string()))? {
            Some(letter) => letter,
            None => match reference.as_ref() {
                "amp" => '&',
                "lt" => '<',
                "gt" => '>',
                "quot" => '"',
                "apos" => '\'',
                other => {
                    let name: String = other.chars().take(40).collect();
                    return Err(broken(&format!("it uses the entity `{name}`, which XML does not define")));
                }
            },
        };
        self.add(letter.encode_utf8(&mut [0; 4]));
        Ok(())
    }
}

fn attributes(tag: &BytesStart<'_>) -> Result<Vec<(String, String)>, Rejected> {
    let mut all = Vec::new();
    for attribute in tag.attributes().take(50) {
        let attribute = attribute.map_err(|error| broken(&error.to_string()))?;
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|error| broken(&error.to_string()))?;
        all.push((attribute.key.into_inner().to_owned(), value.into_owned()));
    }
    Ok(all)
}

fn broken(error: &str) -> Rejected {
    refused(
        "not-xml",
        format!("the file cannot be read as XML: {error}"),
        "look whether the file was cut off",
    )
}

fn bom(mut root: Element, spec_version: String) -> RawBom {
    let metadata = root.take("metadata").map(|mut metadata| {
        Box::new(RawMetadata {
            timestamp: metadata.text_of("timestamp"),
            component: One(metadata.take("component").map(|element| Box::new(component(element)))),
        })
    });
    RawBom {
        bom_format: Text::Is("CycloneDX".into()),
        spec_version: Text::Is(spec_version.into()),
        serial_number: root.attribute("serialNumber"),
        version: root.attribute("version"),
        metadata: One(metadata),
        vulnerabilities: root.presence_of("vulnerabilities"),
        components: root.many("components", "component", component),
    }
}

/// Recursion is bounded by the depth to which elements are kept.
fn component(mut element: Element) -> RawComponent {
    let organisation = |element: Option<Element>| {
        One(element.map(|mut element| Box::new(RawOrganisation { name: element.text_of("name") })))
    };
    RawComponent {
        kind: element.attribute("type"),
        bom_ref: element.attribute("bom-ref"),
        supplier: organisation(element.take("supplier")),
        manufacturer: organisation(element.take("manufacturer")),
        publisher: element.text_of("publisher"),
        group: element.text_of("group"),
        name: element.text_of("name"),
        version: element.text_of("version"),
        version_range: element.text_of("versionRange"),
        scope: element.text_of("scope"),
        cpe: element.text_of("cpe"),
        purl: element.text_of("purl"),
        hashes: element.many("hashes", "hash", |hash| RawHash {
            alg: hash.attribute("alg"),
            content: Text::Is(hash.text.into()),
        }),
        properties: element.many("properties", "property", |property| RawProperty {
            name: property.attribute("name"),
            value: Text::Is(property.text.into()),
        }),
        vulnerabilities: element.presence_of("vulnerabilities"),
        components: element.many("components", "component", component),
    }
}

impl Element {
    /// Takes the first child of a name.
    fn take(&mut self, name: &str) -> Option<Element> {
        let index = self.children.iter().position(|child| child.name == name)?;
        Some(self.children.remove(index))
    }

    fn text_of(&mut self, name: &str) -> Text {
        self.take(name).map_or(Text::Absent, |child| Text::Is(child.text.into()))
    }

    fn attribute(&self, name: &str) -> Text {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map_or(Text::Absent, |(_, value)| Text::Is(value.as_str().into()))
    }

    /// The elements of one name in the first child of another.
    fn many<T>(&mut self, list: &str, item: &str, read: impl Fn(Element) -> T) -> Many<T> {
        let children = self.take(list).map(|list| list.children).unwrap_or_default();
        Many(children.into_iter().filter(|child| child.name == item).map(read).collect())
    }

    fn presence_of(&mut self, name: &str) -> Presence {
        match self.take(name) {
            Some(list) if !list.children.is_empty() => Presence::Present,
            Some(_) | None => Presence::Absent,
        }
    }
}
