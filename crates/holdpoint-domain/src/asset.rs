//! Assets: one thing that can be patched, known field by field, each value with its source and age.
//!
//! A field that nobody has filled is absent, never an empty text. What an asset *is* for matching (its
//! components) is derived from the fields by [`Asset::components`].

use crate::component::{Component, ComponentKind};
use crate::id::{AssetId, ObservationId};
use crate::moment::Moment;
use crate::words::vocabulary;
use std::collections::BTreeMap;

vocabulary! {
    /// What kind of device an asset is.
    AssetKind, "asset kind" {
        /// Programmable logic controller.
        Plc = "plc",
        /// Remote terminal unit.
        Rtu = "rtu",
        /// Protection relay or other intelligent electronic device.
        Relay = "relay",
        /// Operator panel.
        Hmi = "hmi",
        /// SCADA server.
        Scada = "scada",
        /// Historian.
        Historian = "historian",
        /// Engineering station.
        EngineeringStation = "engineering-station",
        /// Network switch.
        Switch = "switch",
        /// Router.
        Router = "router",
        /// Firewall.
        Firewall = "firewall",
        /// Wireless access point or client.
        Wireless = "wireless",
        /// Protocol gateway.
        Gateway = "gateway",
        /// Drive or motor controller.
        Drive = "drive",
        /// Remote input/output station.
        RemoteIo = "remote-io",
        /// Sensor, analyser or other field instrument.
        Instrument = "instrument",
        /// Uninterruptible power supply, meter or other power device.
        Power = "power",
        /// Camera or recorder.
        Camera = "camera",
        /// Safety controller.
        SafetyController = "safety-controller",
        /// Server.
        Server = "server",
        /// Workstation.
        Workstation = "workstation",
        /// Anything else, said by a person.
        Other = "other",
    }
}

vocabulary! {
    /// How Holdpoint gets at an asset.
    Management, "management" {
        /// Holdpoint's agent runs on it.
        Agent = "agent",
        /// It is read by its own protocols.
        Agentless = "agentless",
        /// It is reached by a person only.
        Offline = "offline",
    }
}

vocabulary! {
    /// How bad it is when an asset is lost or wrong, in one dimension.
    Consequence, "consequence" {
        /// None worth naming.
        None = "none",
        /// A nuisance.
        Minor = "minor",
        /// Felt, and bounded.
        Moderate = "moderate",
        /// Severe.
        Major = "major",
        /// Lives, the environment, or the plant itself.
        Catastrophic = "catastrophic",
    }
}

vocabulary! {
    /// A field of an asset. Its word is the column name of the inventory import and of the API.
    Field, "asset field" {
        /// Human name.
        Name = "name",
        /// Name of the site.
        Site = "site",
        /// Name of the zone within the site.
        Zone = "zone",
        /// Purdue level, one of [`crate::site::PurdueLevel`]'s words.
        PurdueLevel = "purdue_level",
        /// Kind of device, one of [`AssetKind`]'s words.
        Kind = "kind",
        /// Vendor as the source writes it.
        Vendor = "vendor",
        /// Product as the source writes it.
        Product = "product",
        /// Order number.
        OrderNumber = "order_number",
        /// Serial number.
        SerialNumber = "serial_number",
        /// Hardware revision.
        HardwareRevision = "hardware_revision",
        /// Firmware version.
        FirmwareVersion = "firmware_version",
        /// Operating system.
        OsName = "os_name",
        /// Version of the operating system.
        OsVersion = "os_version",
        /// Network addresses, separated by blanks.
        Ip = "ip",
        /// Hardware addresses, separated by blanks.
        Mac = "mac",
        /// Who answers for it.
        Owner = "owner",
        /// Where it stands: building, cabinet.
        Location = "location",
        /// Redundancy group: members can stand in for each other.
        RedundancyGroup = "redundancy_group",
        /// How Holdpoint gets at it, one of [`Management`]'s words.
        Management = "management",
        /// Date from which the vendor no longer supports it, as `2027-12-31`.
        EndOfSupport = "end_of_support",
        /// Consequence for safety.
        SafetyConsequence = "safety_consequence",
        /// Consequence for production.
        ProductionConsequence = "production_consequence",
        /// Consequence for the environment.
        EnvironmentConsequence = "environment_consequence",
        /// Consequence for the quality of the product.
        QualityConsequence = "quality_consequence",
        /// Consequence for data.
        DataConsequence = "data_consequence",
        /// The certificate for functional safety that it stands under, as scheme and number; [`Field::NO_CERTIFICATE`] when
        /// somebody says that there is none. Absent: nobody has said.
        SafetyCertificate = "safety_certificate",
        /// Date until which that certificate holds, as `2031-06-30`.
        CertificateUntil = "certificate_until",
        /// What the certificate covers: releases of the product, or patches by name, separated by semicolons.
        CertifiedReleases = "certified_releases",
        /// How far the asset's zone can be reached, one of [`crate::site::Exposure`]'s words. What a source says here is said of
        /// the zone.
        ZoneExposure = "zone_exposure",
    }
}

/// A value that does not fit its field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` does not fit `{field}`: {why}")]
pub struct BadValue {
    /// The field.
    pub field: Field,
    /// The value, cut to 64 characters.
    pub value: String,
    /// What would fit.
    pub why: String,
}

impl Field {
    /// The most characters that a value may have.
    pub const MAX_CHARS: usize = 512;

    /// The value of [`Field::SafetyCertificate`] when somebody says that there is none.
    pub const NO_CERTIFICATE: &str = "none";

    /// Brings a value into its stored form: trimmed, words of vocabularies in lower case.
    ///
    /// # Errors
    /// [`BadValue`] when the value is too long, holds control characters or is not a word of the field's vocabulary.
    pub fn normalise(self, value: &str) -> Result<String, BadValue> {
        let value = value.trim();
        let refuse = |why: String| BadValue { field: self, value: value.chars().take(64).collect(), why };
        if value.chars().count() > Self::MAX_CHARS {
            return Err(refuse(format!("it is longer than {} characters", Self::MAX_CHARS)));
        }
        if value.chars().any(char::is_control) {
            return Err(refuse("it holds control characters".to_owned()));
        }
        match self {
            Self::PurdueLevel => {
                let level = value.trim_start_matches(['L', 'l']).trim();
                word::<crate::site::PurdueLevel>(level).map_err(refuse)
            }
            Self::Kind => word::<AssetKind>(&value.to_lowercase().replace([' ', '_'], "-")).map_err(refuse),
            Self::ZoneExposure => word::<crate::site::Exposure>(&value.to_lowercase()).map_err(refuse),
            Self::Management => word::<Management>(&value.to_lowercase()).map_err(refuse),
            Self::SafetyConsequence
            | Self::ProductionConsequence
            | Self::EnvironmentConsequence
            | Self::QualityConsequence
            | Self::DataConsequence => word::<Consequence>(&value.to_lowercase()).map_err(refuse),
            Self::SafetyCertificate if value.eq_ignore_ascii_case(Self::NO_CERTIFICATE) => {
                Ok(Self::NO_CERTIFICATE.to_owned())
            }
            Self::EndOfSupport | Self::CertificateUntil => match value.parse::<Moment>() {
                Ok(_) if value.len() == 10 => Ok(value.to_owned()),
                _ => Err(refuse("a date such as `2027-12-31` is needed".to_owned())),
            },
            Self::Name
            | Self::Site
            | Self::Zone
            | Self::Vendor
            | Self::Product
            | Self::OrderNumber
            | Self::SerialNumber
            | Self::HardwareRevision
            | Self::FirmwareVersion
            | Self::OsName
            | Self::OsVersion
            | Self::Ip
            | Self::Mac
            | Self::Owner
            | Self::Location
            | Self::RedundancyGroup
            | Self::SafetyCertificate
            | Self::CertifiedReleases => Ok(value.to_owned()),
        }
    }
}

fn word<T: std::str::FromStr<Err = crate::words::UnknownWord> + std::fmt::Display>(
    text: &str,
) -> Result<String, String> {
    text.parse::<T>().map(|value| value.to_string()).map_err(|error| error.to_string())
}

/// A value of a field, with where it came from and when it was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldValue {
    /// The value in its stored form, never empty.
    pub value: String,
    /// The observation that said so.
    pub observation: ObservationId,
    /// Where it came from, in words: `file inventory.csv`, `person a.weber`.
    pub source: String,
    /// When it was seen.
    pub observed_at: Moment,
}

/// Software seen on an asset.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct InstalledComponent {
    /// What is installed.
    pub component: Component,
    /// The observation that said so.
    pub observation: ObservationId,
    /// When it was seen.
    pub observed_at: Moment,
}

/// One thing that can be patched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// Its id.
    pub id: AssetId,
    /// The owner's tag for it; unique.
    pub tag: String,
    /// What is known, field by field.
    pub fields: BTreeMap<Field, FieldValue>,
    /// Software seen on it, sorted.
    pub installed: Vec<InstalledComponent>,
}

impl Asset {
    /// The value of a field, or `None` when nobody has said.
    #[must_use]
    pub fn value(&self, field: Field) -> Option<&str> {
        self.fields.get(&field).map(|known| known.value.as_str())
    }

    /// The components of this asset: the device with its firmware, the operating system, the software.
    ///
    /// The device is one component of kind firmware: advisories on devices speak of the firmware of a product,
    /// and its order number and hardware revision qualify the same thing.
    #[must_use]
    pub fn components(&self) -> Vec<Component> {
        let text = |field| self.value(field).unwrap_or_default().to_owned();
        let mut all: Vec<Component> = self.installed.iter().map(|seen| seen.component.clone()).collect();
        let device = Component {
            vendor: text(Field::Vendor),
            product: text(Field::Product),
            version: text(Field::FirmwareVersion),
            order_number: text(Field::OrderNumber),
            hardware_revision: text(Field::HardwareRevision),
            ..Component::empty(ComponentKind::Firmware)
        };
        if !(device.vendor.is_empty() && device.product.is_empty() && device.order_number.is_empty()) {
            all.push(device);
        }
        let system = Component {
            product: text(Field::OsName),
            version: text(Field::OsVersion),
            ..Component::empty(ComponentKind::OperatingSystem)
        };
        if !system.product.is_empty() {
            all.push(system);
        }
        all.sort();
        all.dedup();
        all
    }
}
