//! From a bill of materials to the nouns of the domain: components, and what the bill says of one asset.
//!
//! The surprise: a device that is the subject of a bill becomes fields of the asset, and is not installed on
//! itself; a device inside becomes a component of kind hardware.

use super::{Bom, BomComponent, BomKind, Scope};
use crate::inventory::assets::kind_of_cpe;
use holdpoint_domain::asset::Field;
use holdpoint_domain::component::{Component, ComponentKind};
use holdpoint_domain::observation::{AssetReport, Completeness};
use holdpoint_domain::{Parsed, Warning};
use packageurl::PackageUrl;
use std::collections::BTreeMap;
use std::str::FromStr;

impl Bom {
    /// The components that are part of the thing and can be installed, sorted, each once.
    ///
    /// Left out, with a remark that counts them: excluded ones, files, data, models, cryptographic assets, and
    /// those without any name. A package URL or CPE name that is none is left blank with a remark.
    #[must_use]
    pub fn domain_components(&self) -> Parsed<Vec<Component>> {
        let mut taken = Taken::default();
        for (index, component) in self.components.iter().enumerate() {
            taken.take(component, &format!("components {}", index + 1));
        }
        taken.finish()
    }

    /// What this bill says of the asset with this tag; `place` says where in the input, for people.
    ///
    /// A subject of kind device or firmware gives fields (vendor, product, numbers, and for firmware its version);
    /// any other subject is installed. The list of software counts as not complete.
    #[must_use]
    pub fn report(&self, tag: &str, place: &str) -> Parsed<AssetReport> {
        let Parsed { value: mut installed, mut warnings } = self.domain_components();
        let mut fields = BTreeMap::new();
        if let Some(subject) = &self.subject {
            if is_device(&subject.kind) {
                fields = device_fields(subject, &mut warnings);
            } else {
                let mut taken = Taken::default();
                taken.take(subject, "metadata/component");
                let Parsed { value, warnings: more } = taken.finish();
                installed.extend(value);
                installed.sort();
                installed.dedup();
                warnings.extend(more);
            }
        }
        let report = AssetReport {
            tag: tag.to_owned(),
            fields,
            cleared: Vec::new(),
            installed,
            completeness: Completeness::Partial,
            place: place.to_owned(),
        };
        Parsed { value: report, warnings }
    }
}

fn is_device(kind: &BomKind) -> bool {
    matches!(kind, BomKind::Device | BomKind::Firmware)
}

fn device_fields(subject: &BomComponent, warnings: &mut Vec<Warning>) -> BTreeMap<Field, String> {
    let firmware = if subject.kind == BomKind::Firmware { subject.version.as_str() } else { "" };
    let said = [
        (Field::Vendor, subject.vendor.as_str()),
        (Field::Product, &subject.name),
        (Field::OrderNumber, &subject.order_number),
        (Field::SerialNumber, &subject.serial_number),
        (Field::HardwareRevision, &subject.hardware_revision),
        (Field::FirmwareVersion, firmware),
    ];
    let mut fields = BTreeMap::new();
    for (field, text) in said.into_iter().filter(|(_, text)| !text.is_empty()) {
        match field.normalise(text) {
            Ok(value) => {
                fields.insert(field, value);
            }
            Err(error) => {
                warnings.push(Warning::new("cyclonedx-field", "metadata/component", error.to_string()));
            }
        }
    }
    if subject.kind == BomKind::Device && !subject.version.is_empty() {
        let message = format!(
            "the device says version `{}`, which may be of its hardware or its firmware; it is not taken",
            subject.version
        );
        warnings.push(Warning::new("cyclonedx-device-version", "metadata/component", message));
    }
    fields
}

/// Components in the making.
#[derive(Default)]
struct Taken {
    components: Vec<Component>,
    warnings: Vec<Warning>,
    left_out: BTreeMap<&'static str, usize>,
    bad_names: usize,
}

impl Taken {
    fn take(&mut self, component: &BomComponent, place: &str) {
        let kind = match component_kind(component) {
            Ok(kind) => kind,
            Err(why) => {
                *self.left_out.entry(why).or_default() += 1;
                return;
            }
        };
        let purl = self.purl(component, place);
        let cpe = match kind_of_cpe(&component.cpe) {
            Ok(_) => component.cpe.clone(),
            Err(why) => {
                self.bad_name(place, why);
                String::new()
            }
        };
        let from_purl = purl.as_ref();
        let or_purl = |own: &str, other: Option<&str>| {
            if own.is_empty() { other.unwrap_or_default().to_owned() } else { own.to_owned() }
        };
        let product = or_purl(&component.name, from_purl.map(PackageUrl::name));
        if product.is_empty() && cpe.is_empty() {
            *self.left_out.entry("without any name").or_default() += 1;
            return;
        }
        let is_hardware = kind == ComponentKind::Hardware;
        let number = |text: &str| if is_hardware { text.to_owned() } else { String::new() };
        self.components.push(Component {
            kind,
            vendor: component.vendor.clone(),
            version: or_purl(&component.version, from_purl.and_then(PackageUrl::version)),
            order_number: number(&component.order_number),
            hardware_revision: number(&component.hardware_revision),
            purl: if purl.is_some() { component.purl.clone() } else { String::new() },
            product,
            cpe,
        });
    }

    fn purl(&mut self, component: &BomComponent, place: &str) -> Option<PackageUrl<'static>> {
        if component.purl.is_empty() {
            return None;
        }
        PackageUrl::from_str(&component.purl)
            .inspect_err(|error| {
                let text: String = component.purl.chars().take(80).collect();
                self.bad_name(place, format!("`{text}` is no package URL: {error}"));
            })
            .ok()
    }

    fn bad_name(&mut self, place: &str, message: String) {
        self.bad_names += 1;
        if self.bad_names <= 50 {
            self.warnings.push(Warning::new("cyclonedx-bad-name", place, message));
        }
    }

    fn finish(mut self) -> Parsed<Vec<Component>> {
        if self.bad_names > 50 {
            let message = format!("{} more package URLs or CPE names are none", self.bad_names - 50);
            self.warnings.push(Warning::new("cyclonedx-bad-name", "", message));
        }
        for (why, count) in &self.left_out {
            let message = format!("{count} components {why} are left out");
            self.warnings.push(Warning::new("cyclonedx-left-out", "", message));
        }
        self.components.sort();
        self.components.dedup();
        Parsed { value: self.components, warnings: self.warnings }
    }
}

/// The kind in the domain, or why the component is nothing that is installed.
fn component_kind(component: &BomComponent) -> Result<ComponentKind, &'static str> {
    if component.scope == Scope::Excluded {
        return Err("with the scope `excluded`");
    }
    match &component.kind {
        BomKind::Application | BomKind::Platform | BomKind::DeviceDriver => Ok(ComponentKind::Application),
        BomKind::Framework | BomKind::Library | BomKind::Container => Ok(ComponentKind::Package),
        BomKind::OperatingSystem => Ok(ComponentKind::OperatingSystem),
        BomKind::Device => Ok(ComponentKind::Hardware),
        BomKind::Firmware => Ok(ComponentKind::Firmware),
        BomKind::File => Err("of kind file"),
        BomKind::MachineLearningModel | BomKind::Data | BomKind::CryptographicAsset => {
            Err("of kind data, model or cryptographic asset")
        }
        BomKind::Foreign(_) if component.purl.is_empty() => Ok(ComponentKind::Application),
        BomKind::Foreign(_) => Ok(ComponentKind::Package),
    }
}
