//! From what is written to a bill: nested components become one list, texts are made fit to keep.
//!
//! The surprise: a component that names a range of versions (1.7) instead of one keeps an empty version, because
//! a range says what would fit, not what is there.

use super::raw::{Presence, RawBom, RawComponent, RawProperty, Text};
use super::{Bom, BomComponent, BomHash, BomKind, MAX_COMPONENTS, MAX_DEPTH, Scope, refused};
use holdpoint_domain::{Parsed, Rejected, Warning};
use std::collections::BTreeMap;

/// The most characters of a text.
const TEXT_CHARS: usize = 4_096;

/// So many remarks of one kind are listed; the rest is counted.
const LISTED: usize = 50;

/// Versions of the format that were looked at.
const KNOWN_VERSIONS: [&str; 6] = ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"];

/// Makes a bill from what was written.
pub(super) fn bom(raw: RawBom) -> Result<Parsed<Bom>, Rejected> {
    let mut flat = Flat::default();
    let spec_version = flat.text(raw.spec_version, "specVersion");
    if !KNOWN_VERSIONS.contains(&spec_version.as_str()) {
        let message = format!("the file is CycloneDX `{spec_version}`; what 1.2 to 1.7 know of it was read");
        flat.warn("cyclonedx-version", "specVersion", message);
    }
    let metadata = raw.metadata.0.map(|metadata| *metadata).unwrap_or_default();
    let timestamp = flat.text(metadata.timestamp, "metadata/timestamp");
    let moment = timestamp.parse().ok();
    if moment.is_none() && !timestamp.is_empty() {
        let message = format!("`{timestamp}` is no date and time; the bill counts as undated");
        flat.warn("cyclonedx-timestamp", "metadata/timestamp", message);
    }
    flat.note_vulnerabilities(raw.vulnerabilities);
    let mut subject = None;
    if let Some(component) = metadata.component.0 {
        let mut component = *component;
        let nested = std::mem::take(&mut component.components.0);
        subject = Some(flat.component(component, None, "metadata/component"));
        flat.all(nested, "metadata/component/components")?;
    }
    flat.all(raw.components.0, "components")?;
    let serial_number = Some(flat.text(raw.serial_number, "serialNumber")).filter(|text| !text.is_empty());
    let version = flat.text(raw.version, "version").parse().ok();
    let warnings = flat.finish();
    Ok(Parsed {
        value: Bom {
            spec_version,
            serial_number,
            version,
            timestamp: moment,
            subject,
            components: flat.components,
            vulnerabilities_present: flat.vulnerabilities == Presence::Present,
        },
        warnings,
    })
}

/// A bill in the making.
#[derive(Default)]
struct Flat {
    components: Vec<BomComponent>,
    warnings: Vec<Warning>,
    counts: BTreeMap<&'static str, usize>,
    vulnerabilities: Presence,
}

/// A component that waits to be taken.
struct Waiting {
    raw: RawComponent,
    parent: Option<usize>,
    depth: usize,
}

impl Flat {
    fn warn(&mut self, code: &'static str, place: &str, message: String) {
        let count = self.counts.entry(code).or_default();
        *count += 1;
        if *count <= LISTED {
            self.warnings.push(Warning::new(code, place, message));
        }
    }

    fn finish(&mut self) -> Vec<Warning> {
        let mut warnings = std::mem::take(&mut self.warnings);
        for (code, count) in self.counts.iter().filter(|(_, count)| **count > LISTED) {
            let message = format!("{} more remarks of this kind are not listed", count - LISTED);
            warnings.push(Warning::new(*code, "", message));
        }
        warnings
    }

    fn note_vulnerabilities(&mut self, found: Presence) {
        if found == Presence::Present {
            self.vulnerabilities = found;
        }
    }

    /// Takes components and all that are nested in them, each after the one that contains it.
    fn all(&mut self, top: Vec<RawComponent>, list: &str) -> Result<(), Rejected> {
        let waiting = |raw, parent, depth| Waiting { raw, parent, depth };
        let mut stack: Vec<Waiting> = top.into_iter().rev().map(|raw| waiting(raw, None, 1)).collect();
        while let Some(Waiting { mut raw, parent, depth }) = stack.pop() {
            if self.components.len() >= MAX_COMPONENTS || depth > MAX_DEPTH {
                return Err(refused(
                    "too-many-components",
                    format!(
                        "the bill has more than {MAX_COMPONENTS} components, or nests them deeper than {MAX_DEPTH}"
                    ),
                    "split it by assembly",
                ));
            }
            let nested = std::mem::take(&mut raw.components.0);
            let index = self.components.len();
            let place = format!("{list} {}", index + 1);
            let component = self.component(raw, parent, &place);
            self.components.push(component);
            stack.extend(nested.into_iter().rev().map(|raw| waiting(raw, Some(index), depth + 1)));
        }
        Ok(())
    }

    fn component(&mut self, raw: RawComponent, parent: Option<usize>, place: &str) -> BomComponent {
        self.note_vulnerabilities(raw.vulnerabilities);
        let organisation = |one: super::raw::One<super::raw::RawOrganisation>| {
            one.0.map_or(Text::Absent, |organisation| organisation.name)
        };
        let vendors = [organisation(raw.manufacturer), organisation(raw.supplier), raw.publisher, raw.group];
        let vendor = vendors.into_iter().map(|text| self.text(text, place)).find(|text| !text.is_empty());
        let kind = BomKind::read(&self.text(raw.kind, place));
        if let BomKind::Foreign(word) = &kind {
            let message = format!("`{word}` is no kind of component that CycloneDX knows");
            self.warn("cyclonedx-kind", place, message);
        }
        let mut component = BomComponent {
            name: self.text(raw.name, place),
            version: self.text(raw.version, place),
            vendor: vendor.unwrap_or_default(),
            purl: self.text(raw.purl, place),
            cpe: self.text(raw.cpe, place),
            hashes: Vec::new(),
            bom_ref: self.text(raw.bom_ref, place),
            parent,
            scope: self.scope(raw.scope, place),
            order_number: String::new(),
            serial_number: String::new(),
            hardware_revision: String::new(),
            kind,
        };
        for hash in raw.hashes.0 {
            let algorithm = self.text(hash.alg, place);
            let digest = self.text(hash.content, place).to_ascii_lowercase();
            if !digest.is_empty() {
                component.hashes.push(BomHash { algorithm, digest });
            }
        }
        let range = self.text(raw.version_range, place);
        if !range.is_empty() && component.version.is_empty() {
            let message = format!("the component names the versions `{range}`, not the one that is there");
            self.warn("cyclonedx-version-range", place, message);
        }
        self.take_properties(raw.properties.0, &mut component, place);
        if component.name.is_empty() {
            self.warn("cyclonedx-no-name", place, "the component has no name".to_owned());
        }
        component
    }

    fn scope(&mut self, text: Text, place: &str) -> Scope {
        let word = self.text(text, place);
        match word.as_str() {
            "" | "required" => Scope::Included,
            "optional" => Scope::Optional,
            "excluded" => Scope::Excluded,
            _ => {
                let message =
                    format!("`{word}` is no scope that CycloneDX knows; the component counts as included");
                self.warn("cyclonedx-scope", place, message);
                Scope::Included
            }
        }
    }

    /// Numbers of a device stand in properties such as `cdx:device:serialNumber`.
    fn take_properties(&mut self, all: Vec<RawProperty>, component: &mut BomComponent, place: &str) {
        let is_device =
            matches!(component.kind, BomKind::Device | BomKind::Firmware | BomKind::OperatingSystem);
        if !is_device {
            return;
        }
        let mut best = usize::MAX;
        for RawProperty { name, value } in all {
            let name = self.text(name, place);
            let meaning = property_meaning(&name);
            if meaning == PropertyMeaning::Other {
                continue;
            }
            let value = self.text(value, place);
            if value.is_empty() {
                continue;
            }
            match meaning {
                PropertyMeaning::Order(rank) if rank < best => {
                    best = rank;
                    component.order_number = value;
                }
                PropertyMeaning::Serial => component.serial_number = value,
                PropertyMeaning::Revision => component.hardware_revision = value,
                PropertyMeaning::Order(_) | PropertyMeaning::Other => {}
            }
        }
    }

    /// A text fit to keep: trimmed, without control characters, not endless; otherwise empty with a remark.
    fn text(&mut self, text: Text, place: &str) -> String {
        let text = match text {
            Text::Absent => return String::new(),
            Text::Misfit(what) => {
                let message = format!("{what} stands where a text belongs; it counts as not said");
                self.warn("cyclonedx-misfit", place, message);
                return String::new();
            }
            Text::Is(text) => text,
        };
        let text = text.trim();
        if text.chars().nth(TEXT_CHARS).is_some() {
            let message = format!("a text is longer than {TEXT_CHARS} characters; it counts as not said");
            self.warn("cyclonedx-long-text", place, message);
            return String::new();
        }
        if text.chars().any(char::is_control) {
            let message = "a text holds control characters; they were replaced by blanks".to_owned();
            self.warn("cyclonedx-control-characters", place, message);
            return text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
        }
        text.to_owned()
    }
}

/// What a property of a device means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PropertyMeaning {
    /// An order number; the smaller, the surer.
    Order(usize),
    Serial,
    Revision,
    Other,
}

/// Goes by the last part of a name: `cdx:device:serialNumber`, `acme:part_number`.
fn property_meaning(name: &str) -> PropertyMeaning {
    let last = name.rsplit(':').next().unwrap_or_default();
    let word: String =
        last.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let order = [
        "ordernumber",
        "ordercode",
        "partnumber",
        "manufacturerpartnumber",
        "mpn",
        "articlenumber",
        "catalognumber",
        "modelnumber",
        "sku",
    ];
    match word.as_str() {
        "serialnumber" | "serial" => PropertyMeaning::Serial,
        "hardwarerevision" | "hardwareversion" | "hwrevision" | "hwversion" => PropertyMeaning::Revision,
        _ => order
            .iter()
            .position(|known| *known == word)
            .map_or(PropertyMeaning::Other, PropertyMeaning::Order),
    }
}
