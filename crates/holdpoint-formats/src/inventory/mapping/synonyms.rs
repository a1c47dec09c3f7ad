//! Names that columns have in the files of others, in English and German.
//!
//! Names stand here in their normalised form (lower case, `_` between words). The surprise: a name may have
//! several meanings; then all are listed, and a person chooses.

use super::target::{InstalledField, Target};
use super::{Shape, canonical_asset_target};
use holdpoint_domain::asset::Field;

const TAG: &[&str] = &[
    "tag",
    "asset_tag",
    "assettag",
    "asset_id",
    "asset_no",
    "asset_number",
    "tag_number",
    "tag_no",
    "tag_name",
    "device_tag",
    "equipment_tag",
    "equipment_id",
    "equipment_number",
    "equipment_no",
    "inventory_number",
    "inventory_no",
    "kks",
    "kks_code",
    "bmk",
    "betriebsmittelkennzeichen",
    "anlagenkennzeichen",
    "aks",
    "inventarnummer",
    "inventar_nr",
    "inventarnr",
    "anlagennummer",
    "gerätekennung",
    "geraetekennung",
    "kennzeichen",
    "equipmentnummer",
    "technischer_platz",
    "functional_location",
];

const FIELDS: &[(Field, &[&str])] = &[
    (
        Field::Name,
        &[
            "device_name",
            "asset_name",
            "hostname",
            "host_name",
            "host",
            "computer_name",
            "display_name",
            "gerätename",
            "geraetename",
            "bezeichnung",
            "rechnername",
            "anzeigename",
            "station_name",
            "profinet_name",
        ],
    ),
    (Field::Site, &["plant", "site_name", "factory", "facility", "werk", "standort", "anlage", "betrieb"]),
    (
        Field::Zone,
        &[
            "zone_name",
            "security_zone",
            "network_zone",
            "cell",
            "area",
            "segment",
            "netzsegment",
            "sicherheitszone",
            "netzzone",
            "bereich",
            "zelle",
        ],
    ),
    (Field::PurdueLevel, &["purdue", "purdue_model_level", "purdue_ebene", "purdue_lvl"]),
    (
        Field::Kind,
        &[
            "device_type",
            "asset_type",
            "device_class",
            "device_category",
            "gerätetyp",
            "geraetetyp",
            "geräteart",
            "geraeteart",
            "geräteklasse",
        ],
    ),
    (
        Field::Vendor,
        &[
            "manufacturer",
            "vendor_name",
            "manufacturer_name",
            "brand",
            "make",
            "maker",
            "mfr",
            "oem",
            "hersteller",
            "herstellername",
            "fabrikat",
        ],
    ),
    (
        Field::Product,
        &[
            "product_name",
            "model",
            "model_name",
            "device_model",
            "modell",
            "modellbezeichnung",
            "produkt",
            "produktname",
            "produktbezeichnung",
            "gerätemodell",
        ],
    ),
    (
        Field::OrderNumber,
        &[
            "order_no",
            "order_nr",
            "order_code",
            "ordering_code",
            "order_id",
            "mlfb",
            "part_number",
            "part_no",
            "partnumber",
            "article_number",
            "article_no",
            "catalog_number",
            "catalogue_number",
            "catalog_no",
            "cat_no",
            "model_number",
            "model_no",
            "bestellnummer",
            "bestell_nr",
            "bestellnr",
            "artikelnummer",
            "artikel_nr",
            "artikelnr",
            "teilenummer",
            "sachnummer",
            "katalognummer",
        ],
    ),
    (
        Field::SerialNumber,
        &[
            "serial",
            "serial_no",
            "serial_nr",
            "serialnumber",
            "s_n",
            "sn",
            "seriennummer",
            "serien_nr",
            "seriennr",
            "fabriknummer",
            "fabrikationsnummer",
        ],
    ),
    (
        Field::HardwareRevision,
        &[
            "hardware_version",
            "hw_version",
            "hw_revision",
            "hw_rev",
            "hw",
            "hardware_rev",
            "hardwarestand",
            "hardware_stand",
            "hw_stand",
            "hardwareversion",
            "hardwarerevision",
            "erzeugnisstand",
        ],
    ),
    (
        Field::FirmwareVersion,
        &[
            "firmware",
            "fw",
            "fw_version",
            "fw_rev",
            "fw_revision",
            "firmware_rev",
            "firmware_revision",
            "firmware_release",
            "installed_firmware",
            "current_firmware",
            "firmwareversion",
            "firmwarestand",
            "firmware_stand",
            "fw_stand",
        ],
    ),
    (Field::OsName, &["os", "operating_system", "operating_system_name", "betriebssystem"]),
    (
        Field::OsVersion,
        &[
            "operating_system_version",
            "os_build",
            "os_release",
            "betriebssystemversion",
            "betriebssystem_version",
        ],
    ),
    (
        Field::Ip,
        &[
            "ip_address",
            "ip_addresses",
            "ip_adr",
            "ip_addr",
            "ipaddress",
            "ipv4",
            "ipv4_address",
            "ip_adresse",
            "ip_adressen",
            "ipadresse",
        ],
    ),
    (
        Field::Mac,
        &[
            "mac_address",
            "mac_addresses",
            "mac_addr",
            "macaddress",
            "hardware_address",
            "ethernet_address",
            "mac_adresse",
            "macadresse",
        ],
    ),
    (
        Field::Owner,
        &[
            "asset_owner",
            "responsible",
            "responsible_person",
            "verantwortlich",
            "verantwortlicher",
            "eigentümer",
            "eigentuemer",
            "ansprechpartner",
            "betreuer",
        ],
    ),
    (
        Field::Location,
        &[
            "building",
            "cabinet",
            "room",
            "installation_location",
            "place",
            "ort",
            "einbauort",
            "gebäude",
            "gebaeude",
            "raum",
            "schaltschrank",
            "schrank",
        ],
    ),
    (Field::RedundancyGroup, &["redundancy", "redundant_group", "ha_group", "redundanzgruppe", "redundanz"]),
    (Field::Management, &["managed_by_agent", "management_type", "verwaltung"]),
    (
        Field::EndOfSupport,
        &[
            "eos",
            "end_of_support_date",
            "support_end",
            "supported_until",
            "support_until",
            "supportende",
            "support_ende",
            "support_bis",
        ],
    ),
    (Field::SafetyConsequence, &["safety_impact", "safety_criticality"]),
    (Field::ProductionConsequence, &["production_impact", "production_criticality"]),
    (Field::EnvironmentConsequence, &["environment_impact", "environmental_impact"]),
    (Field::QualityConsequence, &["quality_impact"]),
    (Field::DataConsequence, &["data_impact"]),
    (Field::SafetyCertificate, &["certificate", "sil_certificate", "zertifikat", "sicherheitszertifikat"]),
    (Field::CertificateUntil, &["certificate_valid_until", "certificate_expires", "zertifikat_bis"]),
    (Field::ZoneExposure, &["exposure", "exposure_of_zone", "system_exposure", "exposition"]),
    (Field::CertifiedReleases, &["certified_release", "certified_versions", "zertifizierte_stände"]),
];

const SOFTWARE: &[(InstalledField, &[&str])] = &[
    (
        InstalledField::Vendor,
        &[
            "publisher",
            "software_vendor",
            "software_publisher",
            "software_manufacturer",
            "softwarehersteller",
        ],
    ),
    (
        InstalledField::Product,
        &[
            "software",
            "software_name",
            "software_product",
            "application",
            "application_name",
            "app",
            "app_name",
            "package",
            "package_name",
            "program",
            "installed_software",
            "programm",
            "anwendung",
            "paket",
            "softwarename",
        ],
    ),
    (
        InstalledField::Version,
        &[
            "software_version",
            "application_version",
            "app_version",
            "package_version",
            "installed_version",
            "product_version",
            "softwareversion",
            "programmversion",
            "paketversion",
        ],
    ),
    (InstalledField::Purl, &["package_url", "purl"]),
    (InstalledField::Cpe, &["cpe23", "cpe_2_3", "cpe_name", "cpe23uri", "cpe"]),
];

/// Names that mean several things in a table of assets.
const UNSURE: &[(&str, &[Target])] = &[
    (
        "version",
        &[
            Target::Field(Field::FirmwareVersion),
            Target::Field(Field::OsVersion),
            Target::Field(Field::HardwareRevision),
        ],
    ),
    ("revision", &[Target::Field(Field::HardwareRevision), Target::Field(Field::FirmwareVersion)]),
    ("rev", &[Target::Field(Field::HardwareRevision), Target::Field(Field::FirmwareVersion)]),
    ("stand", &[Target::Field(Field::HardwareRevision), Target::Field(Field::FirmwareVersion)]),
    ("ausgabestand", &[Target::Field(Field::HardwareRevision), Target::Field(Field::FirmwareVersion)]),
    ("sw_version", &[Target::Field(Field::FirmwareVersion), Target::Installed(InstalledField::Version)]),
    ("type", &[Target::Field(Field::Kind), Target::Field(Field::Product), Target::Field(Field::OrderNumber)]),
    ("typ", &[Target::Field(Field::Kind), Target::Field(Field::Product), Target::Field(Field::OrderNumber)]),
    ("device", &[Target::AssetTag, Target::Field(Field::Name), Target::Field(Field::Product)]),
    ("gerät", &[Target::AssetTag, Target::Field(Field::Name), Target::Field(Field::Product)]),
    ("asset", &[Target::AssetTag, Target::Field(Field::Name)]),
    ("equipment", &[Target::AssetTag, Target::Field(Field::Name)]),
    ("id", &[Target::Id, Target::AssetTag]),
    ("number", &[Target::AssetTag, Target::Field(Field::OrderNumber), Target::Field(Field::SerialNumber)]),
    ("nummer", &[Target::AssetTag, Target::Field(Field::OrderNumber), Target::Field(Field::SerialNumber)]),
    ("address", &[Target::Field(Field::Ip), Target::Field(Field::Mac), Target::Field(Field::Location)]),
    ("adresse", &[Target::Field(Field::Ip), Target::Field(Field::Mac), Target::Field(Field::Location)]),
    ("level", &[Target::Field(Field::PurdueLevel), Target::Field(Field::Location)]),
    ("ebene", &[Target::Field(Field::PurdueLevel), Target::Field(Field::Location)]),
    ("supplier", &[Target::Field(Field::Vendor), Target::Field(Field::Owner)]),
    ("lieferant", &[Target::Field(Field::Vendor), Target::Field(Field::Owner)]),
    ("group", &[Target::Field(Field::Zone), Target::Field(Field::RedundancyGroup)]),
    ("gruppe", &[Target::Field(Field::Zone), Target::Field(Field::RedundancyGroup)]),
    ("department", &[Target::Field(Field::Owner), Target::Field(Field::Site)]),
    ("abteilung", &[Target::Field(Field::Owner), Target::Field(Field::Site)]),
];

/// Names under which a table of software says on which asset it is.
const SOFTWARE_HOST: &[&str] =
    &["hostname", "host", "host_name", "computer_name", "device_name", "rechnername", "gerätename"];

/// Everything a column of this normalised name can mean in a table of this kind.
pub(super) fn meanings(name: &str, shape: Shape) -> Vec<Target> {
    match shape {
        Shape::Assets => asset_meanings(name),
        Shape::Software => software_meanings(name),
    }
}

fn asset_meanings(name: &str) -> Vec<Target> {
    if let Some((_, several)) = UNSURE.iter().find(|(unsure, _)| *unsure == name) {
        return several.to_vec();
    }
    if TAG.contains(&name) {
        return vec![Target::AssetTag];
    }
    if let Some(target) = canonical_asset_target(name) {
        return vec![target];
    }
    let field = FIELDS.iter().find(|(_, names)| names.contains(&name));
    let part = SOFTWARE.iter().find(|(_, names)| names.contains(&name));
    match (field, part) {
        (Some((field, _)), _) => vec![Target::Field(*field)],
        (None, Some((part, _))) => vec![Target::Installed(*part)],
        (None, None) => Vec::new(),
    }
}

fn software_meanings(name: &str) -> Vec<Target> {
    if TAG.contains(&name) {
        return vec![Target::AssetTag];
    }
    if SOFTWARE_HOST.contains(&name) {
        return vec![Target::AssetTag];
    }
    let same = |field: Field| FIELDS.iter().any(|(known, names)| *known == field && names.contains(&name));
    if let Some((part, _)) = SOFTWARE.iter().find(|(_, names)| names.contains(&name)) {
        return vec![Target::Installed(*part)];
    }
    if name == "vendor" || same(Field::Vendor) {
        return vec![Target::Installed(InstalledField::Vendor)];
    }
    if name == "product" || name == "product_name" || name == "produkt" || name == "produktname" {
        return vec![Target::Installed(InstalledField::Product)];
    }
    if name == "version" {
        return vec![Target::Installed(InstalledField::Version)];
    }
    if name == "name" {
        return vec![Target::Installed(InstalledField::Product), Target::AssetTag];
    }
    Vec::new()
}

/// Whether a name can only belong to installed software.
pub(super) fn names_software(name: &str) -> bool {
    SOFTWARE.iter().any(|(_, names)| names.contains(&name))
}
