//! The list of assets: its fields, one page, and the whole as a stream for exports.

use super::StoredAsset;
use super::read::{read_version, version_columns};
use crate::error::StoreError;
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Page, Paged, reach_condition};
use crate::ranking::pressing;
use crate::reader::Reader;
use crate::validity::instant;
use crate::value::Value;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;

const COLUMNS: &str = version_columns!();

const FROM: &str = "asset_version a JOIN asset i ON i.number = a.number
    LEFT JOIN site si ON si.id = a.site_id LEFT JOIN zone z ON z.id = a.zone_id";

const KINDS: &[&str] = &[
    "plc",
    "rtu",
    "relay",
    "hmi",
    "scada",
    "historian",
    "engineering-station",
    "switch",
    "router",
    "firewall",
    "wireless",
    "gateway",
    "drive",
    "remote-io",
    "instrument",
    "power",
    "camera",
    "safety-controller",
    "server",
    "workstation",
    "other",
];
const LEVELS: &[&str] = &["0", "1", "2", "3", "3.5", "4", "5"];
const MANAGEMENT: &[&str] = &["offline", "agentless", "agent"];
const CONSEQUENCE: &[&str] = &["none", "minor", "moderate", "major", "catastrophic"];

const SOFTWARE: &str =
    "SELECT 1 FROM configuration_component cc JOIN component k ON k.number = cc.component_no
    WHERE cc.configuration_no = a.configuration_no AND ({condition})";
const MATCHED: &str = concat!(
    "SELECT 1 FROM product_match m JOIN advisory d ON d.number = m.advisory_no
    JOIN statement s ON s.product_no = m.product_no AND ",
    crate::matches::is_listed!(),
    crate::matches::overlays!("a.number", "$1"),
    "WHERE m.configuration_no = a.configuration_no AND m.valid_from <= $1 AND m.valid_to > $1 AND ({condition})"
);

const FIELDS: &[FilterField] = &[
    FilterField::text("tag", "a.tag"),
    FilterField::text("name", "a.name"),
    FilterField::text("site", "COALESCE(si.name, '')"),
    FilterField::text("zone", "COALESCE(z.name, '')"),
    FilterField::word("level", "NULLIF(a.purdue_level, '')", LEVELS),
    FilterField::word("kind", "NULLIF(a.kind, '')", KINDS),
    FilterField::text("vendor", "a.vendor"),
    FilterField::text("product", "a.product"),
    FilterField::text("order_number", "a.order_number"),
    FilterField::text("serial_number", "a.serial_number"),
    FilterField::text("hardware_revision", "a.hardware_revision"),
    FilterField::version("firmware", "a.firmware_version"),
    FilterField::text("os", "a.os_name"),
    FilterField::version("os_version", "a.os_version"),
    FilterField::text("ip", "a.ip"),
    FilterField::text("mac", "a.mac"),
    FilterField::text("owner", "a.owner"),
    FilterField::text("location", "a.location"),
    FilterField::text("group", "a.redundancy_group"),
    FilterField::word("management", "NULLIF(a.management, '')", MANAGEMENT),
    FilterField::text("end_of_support", "a.end_of_support"),
    FilterField::word("safety", "NULLIF(a.safety_consequence, '')", CONSEQUENCE),
    FilterField::word("production", "NULLIF(a.production_consequence, '')", CONSEQUENCE),
    FilterField::word("environment", "NULLIF(a.environment_consequence, '')", CONSEQUENCE),
    FilterField::word("quality", "NULLIF(a.quality_consequence, '')", CONSEQUENCE),
    FilterField::word("data", "NULLIF(a.data_consequence, '')", CONSEQUENCE),
    FilterField::text("certificate", "a.safety_certificate"),
    FilterField::text("certificate_until", "a.certificate_until"),
    FilterField::text("certified", "a.certified_releases"),
    FilterField::time("seen", "a.seen_at"),
    FilterField::number("revision", "a.revision"),
    FilterField::text("software", "k.product").any(SOFTWARE),
    FilterField::text("advisory", "d.tracking_id").any(MATCHED),
    FilterField::word("verdict", crate::matches::line_verdict!(), &["no", "unknown", "yes"]).any(MATCHED),
    FilterField::word("lane", pressing::lane_word!(pressing::within_asset!()), pressing::LANES),
    FilterField::time("due", pressing::due!(pressing::within_asset!())),
];

/// Configurations of one list; a statement with more is longer than SQLite reads.
const MOST_CONFIGURATIONS: usize = 100_000;

/// The list of assets.
pub(crate) const SPEC: ListSpec = ListSpec {
    noun: "asset",
    fields: FIELDS,
    words: &[
        "a.tag",
        "a.name",
        "a.vendor",
        "a.product",
        "a.order_number",
        "a.serial_number",
        "a.firmware_version",
        "a.ip",
        "a.location",
    ],
    unique: "a.number",
    default_sort: ("tag", Direction::Ascending),
};

/// The condition of the list and its parameters: `$1` the moment, then the sites within reach.
pub(crate) struct Within {
    condition: String,
    params: Vec<Value<'static>>,
}

impl Within {
    /// The assets within reach as they were.
    pub(crate) fn new(as_of: Moment, reach: &Reach) -> Self {
        let (within, sites) = reach_condition(reach, "a.site_id", 2);
        let mut params = vec![Value::from(instant(as_of))];
        params.extend(sites);
        Self { condition: format!("a.valid_from <= $1 AND a.valid_to > $1 AND {within}"), params }
    }

    /// Only assets for which this also holds.
    pub(crate) fn narrow(&mut self, condition: &str) {
        self.condition.push_str(" AND ");
        self.condition.push_str(condition);
    }

    /// Only assets that have one of these configurations.
    pub(super) fn narrow_to(&mut self, configurations: &[i64]) -> Result<(), StoreError> {
        let among = among(configurations)?;
        self.narrow(&among);
        Ok(())
    }

    /// Only assets that have one of these configurations, or none at all.
    pub(super) fn narrow_to_or_none(&mut self, configurations: &[i64]) -> Result<(), StoreError> {
        let among = among(configurations)?;
        self.narrow(&format!("(a.configuration_no IS NULL OR {among})"));
        Ok(())
    }
}

/// The condition that holds for these configurations.
///
/// The numbers are written into the statement and not bound, because there can be more of them than an engine takes
/// parameters; they are integers and nothing else.
fn among(configurations: &[i64]) -> Result<String, StoreError> {
    if configurations.len() > MOST_CONFIGURATIONS {
        let why = format!(
            "{} configurations are meant, and lists of at most {MOST_CONFIGURATIONS} are made",
            configurations.len()
        );
        return Err(StoreError::List { why });
    }
    let list: Vec<String> = configurations.iter().map(i64::to_string).collect();
    Ok(if list.is_empty() {
        "FALSE".to_owned()
    } else {
        format!("a.configuration_no IN ({})", list.join(", "))
    })
}

/// The statement behind the list.
pub(crate) fn spec_sql(within: &Within) -> ListSql<'_> {
    ListSql { columns: COLUMNS, from: FROM, condition: &within.condition, params: within.params.clone() }
}

impl Reader<'_> {
    /// The assets within reach, as they were.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn assets(&mut self, query: &ListQuery) -> Result<Paged<StoredAsset>, StoreError> {
        let within = Within::new(query.as_of, &query.reach);
        let found = self.list(&SPEC, spec_sql(&within), query, read_version)?;
        Ok(Paged { items: self.complete(found.items)?, next: found.next, count: found.count })
    }

    /// The assets within reach that have one of these configurations.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong, or there are too many configurations; when the database fails
    /// or holds damaged data.
    pub fn assets_with(
        &mut self,
        query: &ListQuery,
        configurations: &[i64],
    ) -> Result<Paged<StoredAsset>, StoreError> {
        let mut within = Within::new(query.as_of, &query.reach);
        within.narrow_to(configurations)?;
        let found = self.list(&SPEC, spec_sql(&within), query, read_version)?;
        Ok(Paged { items: self.complete(found.items)?, next: found.next, count: found.count })
    }

    /// Visits all assets that the query's filter lets through, in its order and in bounded memory; the page of the
    /// query is not used.
    ///
    /// # Errors
    /// When the filter or the sort is wrong; when the database fails or holds damaged data; what `visit` gives.
    pub fn assets_each(
        &mut self,
        query: &ListQuery,
        mut visit: impl FnMut(StoredAsset) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut query = ListQuery { page: Page::first(crate::page::MAX_LIMIT), ..query.clone() };
        loop {
            let page = self.assets(&query)?;
            for stored in page.items {
                visit(stored)?;
            }
            if page.next.is_none() {
                return Ok(());
            }
            query.page.cursor = page.next;
        }
    }
}
