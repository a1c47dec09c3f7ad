//! Stores and facts for the tests of the plant's half. Every test runs on both engines.

use holdpoint_domain::Moment;
use holdpoint_domain::actor::{Actor, Via};
use holdpoint_domain::advisory::{
    AdvisoryContent, AdvisoryVulnerability, BranchCategory, Helpers, Note, PathStep, ProductExpression,
    ProductStatus, Publisher, Reference, Relation, RelationCategory, Remediation, RemediationCategory, Score,
    SignatureState,
};
use holdpoint_domain::asset::{Asset, Field, FieldValue};
use holdpoint_domain::component::Configuration;
use holdpoint_domain::filter::Filter;
use holdpoint_domain::id::{AssetId, ObservationId, SiteId, ZoneId};
use holdpoint_domain::matching::{Confidence, ExpressionOutcome, Rung, Verdict};
use holdpoint_domain::site::{Connectivity, PurdueLevel, Site, Zone};
use holdpoint_store::advisory::{NewRevision, ProductReading, PutRevision};
use holdpoint_store::asset::{NewAsset, PutAsset};
use holdpoint_store::matches::NewMatch;
use holdpoint_store::page::ListQuery;
use holdpoint_store::{Change, Intent, Location, Store, StoreError};

/// A fresh store; its data go away with it.
pub(crate) struct TestStore {
    pub store: Store,
    pub engine: &'static str,
    _folder: Option<tempfile::TempDir>,
    _database: Option<holdpoint_testkit::postgres::Database>,
}

impl TestStore {
    /// Runs a change and gives its value.
    pub(crate) fn write<T>(&self, mut work: impl FnMut(&mut Change<'_>) -> Result<T, StoreError>) -> T {
        let intent = Intent {
            actor: Actor::System { job: "test".to_owned() },
            via: Via::Job,
            action: "test.write".to_owned(),
            reason: String::new(),
            at: at(1),
        };
        self.store.change(&intent, |change| work(change)).expect("the change is made").value
    }

    /// Reads a value.
    pub(crate) fn read<T>(
        &self,
        work: impl FnOnce(&mut holdpoint_store::Reader<'_>) -> Result<T, StoreError>,
    ) -> T {
        self.store.read(work).expect("the store can be read")
    }
}

/// A store on SQLite in a file, and one on PostgreSQL.
pub(crate) fn stores() -> Vec<TestStore> {
    let folder = tempfile::tempdir().expect("a folder can be made for temporary files");
    let file = Location::Sqlite(folder.path().join("plant.db"));
    let database = holdpoint_testkit::postgres::database();
    let server = Location::Postgres(database.url());
    vec![
        TestStore {
            store: Store::open(&file).expect("a fresh file opens"),
            engine: "sqlite",
            _folder: Some(folder),
            _database: None,
        },
        TestStore {
            store: Store::open(&server).expect("a fresh database opens"),
            engine: "postgres",
            _folder: None,
            _database: Some(database),
        },
    ]
}

/// That many seconds after 1970.
pub(crate) fn at(seconds: i64) -> Moment {
    Moment::from_micros(seconds * 1_000_000)
}

/// The query of everything, filtered.
pub(crate) fn filtered(filter: &str) -> ListQuery {
    ListQuery {
        filter: Filter::parse(filter).expect("the filter of a test can be read"),
        ..ListQuery::everything(1000, at(1_000_000))
    }
}

pub(crate) fn site_id(tail: u8) -> SiteId {
    SiteId::from_bytes([tail; 16])
}

pub(crate) fn zone_id(tail: u8) -> ZoneId {
    ZoneId::from_bytes([tail; 16])
}

/// Sites 1 and 2 with a zone each: Nordhafen with Z1 on level 1, Suedfeld with Z2 on level 2.
pub(crate) fn put_sites(change: &mut Change<'_>) -> Result<(), StoreError> {
    for (tail, name, zone, level) in
        [(1, "Nordhafen", "Z1", PurdueLevel::L1), (2, "Suedfeld", "Z2", PurdueLevel::L2)]
    {
        change.put_site(&Site {
            id: site_id(tail),
            name: name.to_owned(),
            time_zone: "Europe/Berlin".to_owned(),
            connectivity: Connectivity::Connected,
        })?;
        change.put_zone(&Zone {
            id: zone_id(tail),
            site: site_id(tail),
            name: zone.to_owned(),
            purdue_level: Some(level),
            exposure: None,
            target_security_level: Some(2),
        })?;
    }
    Ok(())
}

/// An asset with these fields, all from one observation at second 5.
pub(crate) fn asset(number: u8, tag: &str, fields: &[(Field, &str)]) -> Asset {
    let fields = fields.iter().map(|(field, value)| {
        let known = FieldValue {
            value: (*value).to_owned(),
            observation: ObservationId::from_bytes([9; 16]),
            source: "file plant.csv".to_owned(),
            observed_at: at(5),
        };
        (*field, known)
    });
    Asset {
        id: AssetId::from_bytes([number; 16]),
        tag: tag.to_owned(),
        fields: fields.collect(),
        installed: Vec::new(),
    }
}

/// A device of Acme: product and firmware.
pub(crate) fn device(number: u8, tag: &str, product: &str, firmware: &str) -> Asset {
    let mut fields = vec![(Field::Vendor, "Acme"), (Field::Product, product), (Field::Kind, "plc")];
    if !firmware.is_empty() {
        fields.push((Field::FirmwareVersion, firmware));
    }
    asset(number, tag, &fields)
}

/// Puts an asset with its configuration on a site (0: on none).
pub(crate) fn put(
    change: &mut Change<'_>,
    asset: &Asset,
    site: u8,
    when: Moment,
) -> Result<(PutAsset, i64), StoreError> {
    let configuration = change.intern_configuration(&Configuration::new(asset.components()))?;
    let new = NewAsset {
        asset,
        site: (site > 0).then(|| site_id(site)),
        zone: (site > 0).then(|| zone_id(site)),
        configuration_no: Some(configuration),
    };
    Ok((change.put_asset(&new, when)?, configuration))
}

/// A product of Acme with a range.
pub(crate) fn product(id: &str, name: &str, range: &str) -> ProductExpression {
    let step = |category, name: &str| PathStep { category, name: name.to_owned() };
    ProductExpression {
        product_id: id.to_owned(),
        name: format!("Acme {name} {range}"),
        path: vec![
            step(BranchCategory::Vendor, "Acme"),
            step(BranchCategory::ProductName, name),
            step(BranchCategory::ProductVersionRange, range),
        ],
        helpers: Helpers { model_numbers: vec!["AC-1".to_owned()], ..Helpers::default() },
        relation: None,
        pointer: format!("/product_tree/branches/0/{id}"),
    }
}

/// The product that is `part` on `base`.
pub(crate) fn combination(id: &str, part: &str, base: &str) -> ProductExpression {
    ProductExpression {
        path: Vec::new(),
        helpers: Helpers::default(),
        relation: Some(Relation {
            category: RelationCategory::InstalledOn,
            product: part.to_owned(),
            relates_to: base.to_owned(),
        }),
        ..product(id, "combination", "")
    }
}

/// A vulnerability with these statements, and a fix of the vendor for the products that are affected.
pub(crate) fn vulnerability(cve: &str, statements: &[(&str, ProductStatus)]) -> AdvisoryVulnerability {
    let products: Vec<String> = statements.iter().map(|(id, _)| (*id).to_owned()).collect();
    AdvisoryVulnerability {
        reference: cve.to_owned(),
        cve: Some(cve.to_owned()),
        title: format!("Title of {cve}"),
        cwe: Some("CWE-787".to_owned()),
        statements: statements.iter().map(|(id, status)| ((*id).to_owned(), *status)).collect(),
        scores: vec![Score {
            version: "3.1".to_owned(),
            vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H".to_owned(),
            base_tenths: Some(98),
            products: products.clone(),
        }],
        remediations: vec![Remediation {
            category: RemediationCategory::VendorFix,
            details: format!("Update because of {cve}"),
            url: Some("https://acme.example/fix".to_owned()),
            date: Some(at(77)),
            restart: Some("system".to_owned()),
            entitlements: vec!["contract".to_owned()],
            products: products.clone(),
        }],
        notes: vec![Note {
            category: "description".to_owned(),
            title: String::new(),
            text: "Words".to_owned(),
        }],
        threats: vec![("exploit_status".to_owned(), "none known".to_owned())],
        flags: vec![("component_not_present".to_owned(), products)],
        pointer: "/vulnerabilities/0".to_owned(),
    }
}

/// A document of Acme.
pub(crate) fn document(
    tracking_id: &str,
    products: Vec<ProductExpression>,
    vulnerabilities: Vec<AdvisoryVulnerability>,
) -> AdvisoryContent {
    AdvisoryContent {
        publisher: Publisher {
            name: "Acme PSIRT".to_owned(),
            namespace: "https://acme.example".to_owned(),
            category: "vendor".to_owned(),
        },
        tracking_id: tracking_id.to_owned(),
        tracking_version: "1".to_owned(),
        status: "final".to_owned(),
        category: "csaf_security_advisory".to_owned(),
        title: format!("Title of {tracking_id}"),
        lang: "en".to_owned(),
        tlp: "WHITE".to_owned(),
        aggregate_severity: String::new(),
        initial_release: at(10),
        current_release: at(20),
        notes: vec![Note { category: "summary".to_owned(), title: "T".to_owned(), text: "S".to_owned() }],
        references: vec![Reference {
            category: "self".to_owned(),
            summary: "here".to_owned(),
            url: "https://acme.example/a".to_owned(),
        }],
        products,
        vulnerabilities,
    }
}

/// A reading of each product: decided.
pub(crate) fn readings(content: &AdvisoryContent) -> Vec<ProductReading> {
    let read = |product: &ProductExpression| ProductReading {
        vendor_key: product.vendor().unwrap_or_default().to_lowercase(),
        product_key: product.product().unwrap_or_default().to_lowercase(),
        outcome: ExpressionOutcome::Decided,
        range_text: product.version().map(|(_, text)| text.to_owned()).unwrap_or_default(),
        predicates_text: String::new(),
        why: String::new(),
    };
    content.products.iter().map(read).collect()
}

/// Puts a revision that came in at `when`; its bytes are told apart by `raw`.
pub(crate) fn publish(
    change: &mut Change<'_>,
    content: &AdvisoryContent,
    raw: u8,
    when: Moment,
) -> Result<PutRevision, StoreError> {
    change.put_revision(&NewRevision {
        content,
        readings: &readings(content),
        raw_sha256: [raw; 32],
        source: "folder test".to_owned(),
        signature: SignatureState::NotChecked,
        received_at: when,
        warnings: Vec::new(),
    })
}

/// A match with that answer.
pub(crate) fn decided(configuration_no: i64, product_no: i64, verdict: Verdict) -> NewMatch {
    NewMatch {
        configuration_no,
        product_no,
        component_no: None,
        verdict,
        confidence: if verdict == Verdict::Unknown { Confidence::VersionUnknown } else { Confidence::Likely },
        rung: Rung::Name,
        why: "the names are equal".to_owned(),
        expression: "Acme Pump < 3".to_owned(),
        counts_as: None,
        continues: None,
    }
}
