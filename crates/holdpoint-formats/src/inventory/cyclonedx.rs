//! Bills of materials: CycloneDX 1.2 to 1.7 as JSON and XML, of software (SBOM) and of hardware (HBOM).
//!
//! Taken are the components with their names; licences, dependencies, services, tools, pedigree and evidence are
//! not. The surprise: ancestors and variants in a pedigree look like components but are not installed, so nothing
//! below `pedigree` is ever read.

mod flatten;
mod json;
mod nouns;
mod raw;
mod xml;

use holdpoint_domain::{Moment, Parsed, Rejected};

/// Bytes of a file that are taken at most.
pub const MAX_BYTES: usize = 64 << 20;

/// Components of a file that are taken at most, nested ones included.
pub const MAX_COMPONENTS: usize = 500_000;

/// How deep components may be nested in components.
pub const MAX_DEPTH: usize = 40;

/// A bill of materials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bom {
    /// The version of the format as written, for example `1.6`; empty when the file does not say.
    pub spec_version: String,
    /// The serial number of this bill, usually `urn:uuid:…`.
    pub serial_number: Option<String>,
    /// The revision of this bill, counted from 1.
    pub version: Option<u32>,
    /// When it was made.
    pub timestamp: Option<Moment>,
    /// What the bill is of. Components nested in it stand in `components`.
    pub subject: Option<BomComponent>,
    /// All components, each after the one that contains it.
    pub components: Vec<BomComponent>,
    /// Whether the file also speaks of vulnerabilities, which are not read here.
    pub vulnerabilities_present: bool,
}

/// A component of a bill. Empty text: the file does not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BomComponent {
    /// What kind of thing it is.
    pub kind: BomKind,
    /// Its name.
    pub name: String,
    /// Its version as written.
    pub version: String,
    /// Who made it: the first of manufacturer, supplier, publisher, group.
    pub vendor: String,
    /// Its package URL as written.
    pub purl: String,
    /// Its CPE name as written.
    pub cpe: String,
    /// Its hashes.
    pub hashes: Vec<BomHash>,
    /// Its name within the file.
    pub bom_ref: String,
    /// The component that contains it, as an index into [`Bom::components`].
    pub parent: Option<usize>,
    /// Whether it is part of the thing.
    pub scope: Scope,
    /// Its order, part or model number, from the properties of a device.
    pub order_number: String,
    /// Its serial number, from the properties of a device.
    pub serial_number: String,
    /// Its hardware revision, from the properties of a device.
    pub hardware_revision: String,
}

/// A hash of a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BomHash {
    /// The algorithm as written, for example `SHA-256`.
    pub algorithm: String,
    /// The digest in lower-case hexadecimal digits.
    pub digest: String,
}

/// Whether a component is part of the thing that the bill is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// It is, or the file does not say otherwise.
    Included,
    /// It may be there or not.
    Optional,
    /// It is not: used for building or testing, or expected to be there already.
    Excluded,
}

/// The kinds of CycloneDX.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BomKind {
    /// A program.
    Application,
    /// A framework.
    Framework,
    /// A library.
    Library,
    /// A container image.
    Container,
    /// A runtime platform.
    Platform,
    /// An operating system.
    OperatingSystem,
    /// A hardware device or chip.
    Device,
    /// A driver of a device.
    DeviceDriver,
    /// Firmware.
    Firmware,
    /// A file.
    File,
    /// A machine-learning model.
    MachineLearningModel,
    /// Data.
    Data,
    /// A cryptographic asset.
    CryptographicAsset,
    /// A kind that is not in the standard, or none at all (then empty).
    Foreign(String),
}

impl BomKind {
    fn read(word: &str) -> Self {
        match word {
            "application" => Self::Application,
            "framework" => Self::Framework,
            "library" => Self::Library,
            "container" => Self::Container,
            "platform" => Self::Platform,
            "operating-system" => Self::OperatingSystem,
            "device" => Self::Device,
            "device-driver" => Self::DeviceDriver,
            "firmware" => Self::Firmware,
            "file" => Self::File,
            "machine-learning-model" => Self::MachineLearningModel,
            "data" => Self::Data,
            "cryptographic-asset" => Self::CryptographicAsset,
            foreign => Self::Foreign(foreign.to_owned()),
        }
    }
}

/// Reads a bill of materials, JSON or XML by its first visible character.
///
/// # Errors
/// A file that is too large, cut off, nested too deeply, holds a document type definition, or is no CycloneDX.
pub fn parse(bytes: &[u8]) -> Result<Parsed<Bom>, Rejected> {
    if bytes.len() > MAX_BYTES {
        return Err(refused(
            "too-large",
            format!("the file has {} bytes, more than the limit of {MAX_BYTES}", bytes.len()),
            "split it by assembly, or leave out what is no component",
        ));
    }
    let raw = match super::kind_of(bytes) {
        super::FileKind::CycloneDxJson => json::read(bytes)?,
        super::FileKind::CycloneDxXml => xml::read(bytes)?,
        super::FileKind::Workbook | super::FileKind::DelimitedText => {
            return Err(no_cyclonedx("it is neither JSON nor XML"));
        }
    };
    flatten::bom(raw)
}

fn refused(code: &str, what: String, remedy: &str) -> Rejected {
    Rejected::new(code, what, "nothing of this file was taken", remedy)
}

fn no_cyclonedx(why: &str) -> Rejected {
    refused(
        "not-cyclonedx",
        format!("the file is no CycloneDX bill of materials: {why}"),
        "look whether the right file was chosen; CycloneDX 1.2 to 1.7 is read as JSON and XML",
    )
}
