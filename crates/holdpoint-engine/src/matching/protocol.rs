//! What a device says of itself by its own protocol, and which catalogue product that is.
//!
//! A component carries such an identity in its package URL field, written like one:
//! `pkg:enip/1/12/58@3.4` (EtherNet/IP: vendor id, device type, product code), `pkg:pnio/42/6ES7315-2EH14-0AB0@V3.2.7`
//! (PROFINET I&M0: vendor id, order id), `pkg:bacnet/5/MS-NAE4510-2@5.1.0.4400` (vendor id, model name),
//! `pkg:modbus/Schneider%20Electric/TM221CE40T` (objects 0 and 1 of function 43/14),
//! `pkg:snmp/1.3.6.1.4.1.8691.7.69` (sysObjectID). The surprises: the identity only fills what the inventory leaves
//! empty, it never overrules a text; and a number that the catalogue does not know names nothing.

use holdpoint_versions::purl::Purl;

/// An identity as a protocol tells it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProtocolIdentity {
    /// EtherNet/IP, List Identity or the Identity object.
    EtherNetIp {
        /// Vendor id.
        vendor: u16,
        /// Device type.
        device_type: u16,
        /// Product code.
        product_code: u16,
    },
    /// PROFINET, I&M0 record.
    Profinet {
        /// Vendor id.
        vendor: u16,
        /// Order id, without the blanks behind it.
        order_id: String,
    },
    /// BACnet, device object.
    Bacnet {
        /// Vendor id.
        vendor: u16,
        /// Model name.
        model: String,
    },
    /// Modbus, function 43/14.
    Modbus {
        /// Vendor name, object 0.
        vendor: String,
        /// Product code, object 1.
        product: String,
    },
    /// SNMP, sysObjectID.
    Snmp {
        /// Dotted, without a leading dot.
        object_id: String,
    },
}

/// What a protocol's numbers mean in words; an empty text is not known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CatalogueProduct {
    /// Vendor.
    pub vendor: String,
    /// Product.
    pub product: String,
    /// Order number.
    pub order_number: String,
}

/// EtherNet/IP vendor ids.
const ENIP_VENDORS: &[(u16, &str)] = &[
    (1, "Rockwell Automation"),
    (26, "Festo"),
    (40, "WAGO"),
    (47, "Omron"),
    (90, "HMS Industrial Networks"),
    (283, "Hilscher"),
];

/// EtherNet/IP products: vendor id, device type, product code, catalogue number.
const ENIP_PRODUCTS: &[(u16, u16, u16, &str)] = &[(1, 12, 58, "1756-ENBT")];

/// PROFINET vendor ids.
const PNIO_VENDORS: &[(u16, &str)] = &[(42, "Siemens"), (176, "Phoenix Contact")];

/// BACnet vendor ids.
const BACNET_VENDORS: &[(u16, &str)] = &[
    (2, "Trane"),
    (5, "Johnson Controls"),
    (10, "Schneider Electric"),
    (17, "Honeywell"),
    (24, "Automated Logic"),
    (35, "Reliable Controls"),
    (36, "Tridium"),
];

/// SNMP enterprise numbers, the part behind `1.3.6.1.4.1`.
const SNMP_ENTERPRISES: &[(&str, &str)] = &[
    ("9", "Cisco"),
    ("248", "Hirschmann"),
    ("3833", "Schneider Electric"),
    ("4196", "Siemens"),
    ("4329", "Siemens"),
    ("8691", "Moxa"),
    ("15004", "Siemens"),
];

impl ProtocolIdentity {
    /// Reads an identity; `None` for package URLs of packages and for numbers that are none.
    #[must_use]
    pub fn of(purl: &Purl) -> Option<Self> {
        let space = purl.namespace.as_deref().unwrap_or_default();
        let name = purl.name.trim();
        match purl.type_.as_str() {
            "enip" => {
                let (vendor, device_type) = space.split_once('/')?;
                Some(Self::EtherNetIp {
                    vendor: vendor.parse().ok()?,
                    device_type: device_type.parse().ok()?,
                    product_code: name.parse().ok()?,
                })
            }
            "pnio" => Some(Self::Profinet { vendor: space.parse().ok()?, order_id: name.to_owned() }),
            "bacnet" => Some(Self::Bacnet { vendor: space.parse().ok()?, model: name.to_owned() }),
            "modbus" => Some(Self::Modbus { vendor: space.to_owned(), product: name.to_owned() }),
            "snmp" => {
                let numbers =
                    name.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
                numbers.then(|| Self::Snmp { object_id: name.to_owned() })
            }
            _ => None,
        }
    }

    /// The protocol's name for people.
    #[must_use]
    pub const fn protocol(&self) -> &'static str {
        match self {
            Self::EtherNetIp { .. } => "EtherNet/IP",
            Self::Profinet { .. } => "PROFINET",
            Self::Bacnet { .. } => "BACnet",
            Self::Modbus { .. } => "Modbus",
            Self::Snmp { .. } => "SNMP",
        }
    }

    /// The product in the catalogue: what is not known stays empty.
    #[must_use]
    pub fn product(&self) -> CatalogueProduct {
        let vendor_of = |table: &[(u16, &str)], id: u16| {
            table
                .iter()
                .find(|(known, _)| *known == id)
                .map(|(_, name)| (*name).to_owned())
                .unwrap_or_default()
        };
        match self {
            Self::EtherNetIp { vendor, device_type, product_code } => {
                let known = ENIP_PRODUCTS
                    .iter()
                    .find(|(v, t, c, _)| (v, t, c) == (vendor, device_type, product_code));
                let number = known.map(|(.., number)| (*number).to_owned()).unwrap_or_default();
                CatalogueProduct {
                    vendor: vendor_of(ENIP_VENDORS, *vendor),
                    product: number.clone(),
                    order_number: number,
                }
            }
            Self::Profinet { vendor, order_id } => CatalogueProduct {
                vendor: vendor_of(PNIO_VENDORS, *vendor),
                product: String::new(),
                order_number: order_id.clone(),
            },
            Self::Bacnet { vendor, model } => CatalogueProduct {
                vendor: vendor_of(BACNET_VENDORS, *vendor),
                product: model.clone(),
                order_number: String::new(),
            },
            Self::Modbus { vendor, product } => CatalogueProduct {
                vendor: vendor.clone(),
                product: product.clone(),
                order_number: String::new(),
            },
            Self::Snmp { object_id } => {
                let below = object_id.strip_prefix("1.3.6.1.4.1.").unwrap_or_default();
                let enterprise = below.split('.').next().unwrap_or_default();
                let known = SNMP_ENTERPRISES.iter().find(|(number, _)| *number == enterprise);
                let vendor = known.map(|(_, name)| (*name).to_owned()).unwrap_or_default();
                CatalogueProduct { vendor, ..CatalogueProduct::default() }
            }
        }
    }
}
