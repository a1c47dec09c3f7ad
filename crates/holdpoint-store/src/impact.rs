//! The impact of an advisory: which assets it touches, zone by zone and one by one.
//!
//! An asset counts once, with its worst answer: yes over unknown over no. Counts and rows come from the same tables
//! and the same condition, so every number has its rows. The surprise: the worst match is found once for a
//! configuration, and then stands for every asset that has it.

use crate::advisory::{AssetCounts, RemediationDetail, VulnerabilityDetail};
use crate::columns::{read_json, word_opt};
use crate::component::distinct;
use crate::error::StoreError;
use crate::matches::{CONFIDENCE, MatchLineId, holders, is_held, reason};
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Paged, reach_condition};
use crate::reader::Reader;
use crate::stance::{Stance, weight_of};
use crate::validity::instant;
use crate::value::{Row, Value, params};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::advisory::ProductStatus;
use holdpoint_domain::id::{AdvisoryId, AssetId, RevisionId, SiteId, ZoneId};
use holdpoint_domain::matching::{Confidence, Rung, Verdict};
use holdpoint_domain::site::PurdueLevel;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What the advisory means for an asset whose worst match has that weight.
macro_rules! verdict {
    () => {
        "CASE w.weight WHEN 3 THEN 'yes' WHEN 2 THEN 'unknown' ELSE 'no' END"
    };
}

const COLUMNS: &str = concat!(
    "i.id, a.tag, a.name, a.number, a.site_id, si.name, a.zone_id, z.name, a.vendor, a.product, \
     COALESCE(c.version, a.firmware_version), w.verdict, ",
    verdict!(),
    ", w.confidence, w.rung, w.product_no, w.product_id, w.expression, w.why, p.stance, w.configuration_no, \
     w.weight, p.ordinal, w.revision_no, w.holder"
);

/// The worst match of each configuration, and of each asset whose own facts settle something of the document; `holder` is
/// that asset, else 0.
const FROM: &str = concat!(
    "(SELECT q.*, ROW_NUMBER() OVER (PARTITION BY q.configuration_no, q.holder ORDER BY q.weight DESC,
            CASE q.confidence WHEN 'confirmed' THEN 1 WHEN 'likely' THEN 2 WHEN 'possible' THEN 3 ELSE 4 END,
            q.product_no, q.match_no) AS standing
        FROM (SELECT m.match_no, m.configuration_no, m.advisory_no, m.revision_no, m.product_no, m.product_id,
                m.component_no, m.weight, m.verdict, m.confidence, m.rung, m.why, m.expression, 0 AS holder
            FROM product_match m WHERE m.advisory_no = (SELECT d.number FROM advisory d WHERE d.id = $2)
                AND m.valid_from <= $1 AND m.valid_to > $1 AND m.weight > 0
            UNION ALL SELECT m.match_no, m.configuration_no, m.advisory_no, m.revision_no, m.product_no, m.product_id,
                m.component_no, COALESCE(mo.weight, m.weight), COALESCE(mo.verdict, m.verdict),
                COALESCE(mo.confidence, m.confidence), COALESCE(mo.rung, m.rung), COALESCE(mo.why, m.why),
                m.expression, h.asset_no
            FROM ",
    holders!(),
    " h JOIN product_match m ON m.configuration_no = h.configuration_no AND m.advisory_no = h.advisory_no
                AND m.valid_from <= $1 AND m.valid_to > $1
            LEFT JOIN match_overlay mo ON mo.match_no = m.match_no AND mo.asset_no = h.asset_no
                AND mo.valid_from <= $1 AND mo.valid_to > $1
            WHERE h.advisory_no = (SELECT d.number FROM advisory d WHERE d.id = $2)
                AND COALESCE(mo.weight, m.weight) > 0) q) w
    JOIN advisory_product p ON p.product_no = w.product_no
    JOIN asset_version a ON a.configuration_no = w.configuration_no AND a.valid_from <= $1 AND a.valid_to > $1 AND ",
    is_held!("w"),
    " JOIN asset i ON i.number = a.number
    LEFT JOIN component c ON c.number = w.component_no
    LEFT JOIN site si ON si.id = a.site_id
    LEFT JOIN zone z ON z.id = a.zone_id"
);

const ZONES: &str =
    "SELECT a.site_id, si.name, a.zone_id, z.name, z.purdue_level, w.weight, w.confidence, COUNT(*)";

const MATCHES_OF: &str =
    "SELECT m.configuration_no, m.weight, m.match_no, m.product_no, 0 FROM product_match m
    WHERE m.advisory_no = (SELECT d.number FROM advisory d WHERE d.id = $2)
        AND m.valid_from <= $1 AND m.valid_to > $1 AND m.weight > 0 AND m.configuration_no IN ({list})
    ORDER BY m.product_no";
const MATCHES_OF_HOLDERS: &str =
    "SELECT m.configuration_no, COALESCE(mo.weight, m.weight), m.match_no, m.product_no, a.number
    FROM asset_version a JOIN product_match m ON m.configuration_no = a.configuration_no
        AND m.advisory_no = (SELECT d.number FROM advisory d WHERE d.id = $2)
        AND m.valid_from <= $1 AND m.valid_to > $1
    LEFT JOIN match_overlay mo ON mo.match_no = m.match_no AND mo.asset_no = a.number
        AND mo.valid_from <= $1 AND mo.valid_to > $1
    WHERE a.valid_from <= $1 AND a.valid_to > $1 AND COALESCE(mo.weight, m.weight) > 0 AND a.number IN ({list})
    ORDER BY m.product_no";
const WEIGHED_OF: &str = "SELECT x.match_no, x.asset_no, x.vulnerability_no, x.verdict FROM match_weighed x
    WHERE x.valid_from <= $1 AND x.valid_to > $1 AND x.match_no IN ({list})";
const SAID: &str = "SELECT s.product_no, s.vulnerability_no, v.reference, s.turn FROM statement s
    JOIN vulnerability v ON v.number = s.vulnerability_no
    WHERE (s.listed = 2 OR (s.listed = 1 AND s.turn = 'cure')) AND s.product_no IN ({list}) ORDER BY s.product_no, s.ordinal";

crate::statements! {
    CURRENT = "SELECT r.id, r.not_understood FROM advisory_revision r JOIN advisory d ON d.number = r.advisory_no
        WHERE d.id = $2 AND r.valid_from <= $1 AND r.valid_to > $1";
    DETAILS = "SELECT detail FROM revision_vulnerability WHERE revision_no = $1 ORDER BY ordinal";
}

const FIELDS: &[FilterField] = &[
    FilterField::word("verdict", verdict!(), &["no", "unknown", "yes"]),
    FilterField::text("asset", "a.tag"),
    FilterField::text("site", "COALESCE(si.name, '')"),
    FilterField::text("zone", "COALESCE(z.name, '')"),
    FilterField::word("confidence", "w.confidence", CONFIDENCE),
    FilterField::text("vendor", "a.vendor"),
    FilterField::text("product", "a.product"),
    FilterField::text("kind", "a.kind"),
    FilterField::text("version", "COALESCE(c.version, a.firmware_version)"),
];

/// The list of the assets that an advisory touches.
pub(crate) const SPEC: ListSpec = ListSpec {
    noun: "impact",
    fields: FIELDS,
    words: &["a.tag", "a.name", "a.vendor", "a.product"],
    unique: "a.tag",
    default_sort: ("verdict", Direction::Descending),
};

/// What an advisory means for the plant, in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Impact {
    /// The advisory.
    pub advisory: AdvisoryId,
    /// The revision that was current.
    pub revision: RevisionId,
    /// All assets within reach that were matched at all.
    pub totals: AssetCounts,
    /// The same by zone, by the names of site and zone; what stands nowhere comes first.
    pub zones: Vec<ZoneImpact>,
    /// What is not known, and so could hide more.
    pub gaps: ImpactGaps,
}

/// What an advisory means for one zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneImpact {
    /// The site; `None`: on no site.
    pub site_id: Option<SiteId>,
    /// Its name.
    pub site: Option<String>,
    /// The zone; `None`: in no zone.
    pub zone_id: Option<ZoneId>,
    /// Its name.
    pub zone: Option<String>,
    /// Its Purdue level; `None`: nobody has said.
    pub purdue_level: Option<PurdueLevel>,
    /// Assets by their worst answer.
    pub counts: AssetCounts,
}

/// What is not known about the impact of an advisory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ImpactGaps {
    /// Assets of the right product whose version nobody has said.
    pub assets_without_version: u64,
    /// Products of the document that were not understood.
    pub expressions_not_understood: u64,
}

/// What an advisory means for one asset: its worst match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImpactRow {
    /// The asset.
    pub asset_id: AssetId,
    /// Its tag.
    pub asset_tag: String,
    /// Its name; empty when nobody has said.
    pub asset_name: String,
    /// Its number.
    pub asset_number: i64,
    /// Its site.
    pub site_id: Option<SiteId>,
    /// The site's name.
    pub site: Option<String>,
    /// Its zone.
    pub zone_id: Option<ZoneId>,
    /// The zone's name.
    pub zone: Option<String>,
    /// Its vendor; empty when nobody has said.
    pub vendor: String,
    /// Its product; empty when nobody has said.
    pub product: String,
    /// The version of the component that was matched, else the firmware's; empty when nobody has said.
    pub installed_version: String,
    /// The worst answer.
    pub verdict: Verdict,
    /// How sure.
    pub confidence: Confidence,
    /// What recognised the product.
    pub rung: Rung,
    /// The product that decided.
    pub product_no: i64,
    /// The document's id of that product.
    pub product_id: String,
    /// The document's text that decided.
    pub expression: String,
    /// One sentence, without a full stop.
    pub why: String,
    /// What the vendor says of fixes for the products that gave this answer, each text once.
    pub fixed_in: Vec<String>,
    /// The vulnerabilities for which the answer holds, each once.
    pub vulnerabilities: Vec<String>,
    /// The match lines behind the answer.
    pub line_ids: Vec<MatchLineId>,
}

/// The condition and its parameters: `$1` the moment, `$2` the advisory, then the sites within reach.
pub(crate) struct Within {
    condition: String,
    params: Vec<Value<'static>>,
}

impl Within {
    /// The assets within reach, as they were.
    pub(crate) fn new(advisory: AdvisoryId, as_of: Moment, reach: &Reach) -> Self {
        let (within, sites) = reach_condition(reach, "a.site_id", 3);
        let mut params = vec![Value::from(instant(as_of)), Value::from(advisory)];
        params.extend(sites);
        Self { condition: format!("w.standing = 1 AND {within}"), params }
    }
}

/// The statement behind the list.
pub(crate) fn spec_sql(within: &Within) -> ListSql<'_> {
    ListSql { columns: COLUMNS, from: FROM, condition: &within.condition, params: within.params.clone() }
}

impl Reader<'_> {
    /// The impact of an advisory in numbers; `None` when the advisory was not known then. The totals are the sums over
    /// the zones, and as many as [`Reader::impact_rows`] has rows.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn impact(
        &mut self,
        advisory: AdvisoryId,
        as_of: Moment,
        reach: &Reach,
    ) -> Result<Option<Impact>, StoreError> {
        let current = self.query_opt(CURRENT, params![instant(as_of), advisory], |row| {
            Ok((row.get::<RevisionId>(0)?, row.get::<u64>(1)?))
        })?;
        let Some((revision, expressions_not_understood)) = current else { return Ok(None) };
        let within = Within::new(advisory, as_of, reach);
        let sql = format!(
            "{ZONES} FROM {FROM} WHERE {} GROUP BY a.site_id, si.name, a.zone_id, z.name, z.purdue_level, w.weight, \
             w.confidence ORDER BY COALESCE(si.name, ''), COALESCE(z.name, ''), a.zone_id",
            within.condition
        );
        let mut zones: Vec<ZoneImpact> = Vec::new();
        let mut gaps = ImpactGaps { assets_without_version: 0, expressions_not_understood };
        let mut totals = AssetCounts::default();
        self.each(&sql, &within.params, |row| {
            let zone = zone(row)?;
            let (weight, confidence, assets): (i64, Confidence, u64) =
                (row.get(5)?, row.word(6)?, row.get(7)?);
            let same = |last: &ZoneImpact| (last.site_id, last.zone_id) == (zone.site_id, zone.zone_id);
            if !zones.last().is_some_and(same) {
                zones.push(zone);
            }
            for counts in zones.last_mut().map(|zone| &mut zone.counts).into_iter().chain([&mut totals]) {
                add(counts, weight, assets);
            }
            if confidence == Confidence::VersionUnknown {
                gaps.assets_without_version += assets;
            }
            Ok(())
        })?;
        Ok(Some(Impact { advisory, revision, totals, zones, gaps }))
    }

    /// The assets that an advisory was matched with, one row each, the worst answer first and then by tag.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn impact_rows(
        &mut self,
        advisory: AdvisoryId,
        query: &ListQuery,
    ) -> Result<Paged<ImpactRow>, StoreError> {
        let within = Within::new(advisory, query.as_of, &query.reach);
        let found = self.list(&SPEC, spec_sql(&within), query, base)?;
        let mut bases = found.items;
        self.add_lines(advisory, query.as_of, &mut bases)?;
        self.add_fixes(&mut bases)?;
        let items = bases.into_iter().map(|base| base.row).collect();
        Ok(Paged { items, next: found.next, count: found.count })
    }

    /// Adds the vulnerabilities and the match lines that give the same answer as the row.
    fn add_lines(
        &mut self,
        advisory: AdvisoryId,
        as_of: Moment,
        bases: &mut [Base],
    ) -> Result<(), StoreError> {
        let matches = self.matches_behind(advisory, as_of, bases)?;
        let products: Vec<i64> = matches.values().flatten().map(|(_, product)| *product).collect();
        let mut said: HashMap<i64, Vec<(i64, String, String)>> = HashMap::new();
        self.query_in(SAID, &[], distinct(&products), |row| {
            said.entry(row.get(0)?).or_default().push((row.get(1)?, row.get(2)?, row.get(3)?));
            Ok(())
        })?;
        let numbers: Vec<i64> = matches.values().flatten().map(|(match_no, _)| *match_no).collect();
        let mut weighed: HashMap<(i64, i64, i64), Verdict> = HashMap::new();
        self.query_in(WEIGHED_OF, params![instant(as_of)], distinct(&numbers), |row| {
            weighed.insert((row.get(0)?, row.get(1)?, row.get(2)?), row.word(3)?);
            Ok(())
        })?;
        for base in bases {
            let own = matches.get(&base.place()).map_or(&[][..], Vec::as_slice);
            base.products = own.iter().map(|(_, product)| *product).collect();
            for (match_no, product) in own {
                for (vulnerability_no, reference, turn) in said.get(product).map_or(&[][..], Vec::as_slice) {
                    let says = weighed.get(&(*match_no, base.holder, *vulnerability_no)).copied();
                    // Of a product that is affected by some, the statements in doubt say less than the row.
                    let less = match says {
                        Some(verdict) => weight_of(verdict) < base.weight,
                        None => base.weight == 3 && turn != "as_is",
                    };
                    if less {
                        continue;
                    }
                    base.row.line_ids.push(MatchLineId {
                        match_no: *match_no,
                        asset_number: base.row.asset_number,
                        vulnerability_no: *vulnerability_no,
                    });
                    if !reference.is_empty() && !base.row.vulnerabilities.contains(reference) {
                        base.row.vulnerabilities.push(reference.clone());
                    }
                }
            }
        }
        Ok(())
    }

    /// Match and product behind the rows: by configuration, holder and weight.
    fn matches_behind(
        &mut self,
        advisory: AdvisoryId,
        as_of: Moment,
        bases: &[Base],
    ) -> Result<Behind, StoreError> {
        let mut matches = Behind::new();
        let configurations: Vec<i64> = bases.iter().map(|base| base.configuration_no).collect();
        let holders: Vec<i64> = bases.iter().map(|base| base.holder).filter(|holder| *holder != 0).collect();
        for (sql, list) in [(MATCHES_OF, configurations), (MATCHES_OF_HOLDERS, holders)] {
            self.query_in(sql, params![instant(as_of), advisory], distinct(&list), |row| {
                let place = (row.get(0)?, row.get(4)?, row.get(1)?);
                matches.entry(place).or_default().push((row.get(2)?, row.get(3)?));
                Ok(())
            })?;
        }
        Ok(matches)
    }

    /// Adds what the vendor says of fixes for the products that gave the answer.
    fn add_fixes(&mut self, bases: &mut [Base]) -> Result<(), StoreError> {
        let products: Vec<i64> = bases.iter().flat_map(|base| base.products.iter().copied()).collect();
        let places: HashMap<i64, (i64, usize)> = self
            .query_in(PLACES, &[], distinct(&products), |row| {
                let place =
                    usize::try_from(row.get::<u64>(2)?).map_err(|_| row.damaged(2, "it is too large"))?;
                Ok((row.get(0)?, (row.get(1)?, place)))
            })?
            .into_iter()
            .collect();
        let revisions: HashSet<i64> = places.values().map(|(revision, _)| *revision).collect();
        let mut remediations: HashMap<i64, Vec<RemediationDetail>> = HashMap::new();
        for revision in revisions {
            let details =
                self.query(DETAILS, params![revision], |row| read_json::<VulnerabilityDetail>(row, 0))?;
            remediations
                .insert(revision, details.into_iter().flat_map(|detail| detail.remediations).collect());
        }
        let mut known: BTreeMap<i64, Vec<String>> = BTreeMap::new();
        for base in bases {
            for product in &base.products {
                let Some((revision, place)) = places.get(product) else { continue };
                let fixes = known.entry(*product).or_insert_with(|| {
                    let all = remediations.get(revision).map_or(&[][..], Vec::as_slice);
                    once_each(all.iter().filter(|one| one.fixes(*place)).map(|one| one.details.clone()))
                });
                base.row.fixed_in.extend(fixes.iter().cloned());
            }
            base.row.fixed_in = once_each(std::mem::take(&mut base.row.fixed_in));
        }
        Ok(())
    }
}

const PLACES: &str =
    "SELECT product_no, revision_no, ordinal FROM advisory_product WHERE product_no IN ({list})";

/// Match and product, by configuration, holder and weight.
type Behind = HashMap<(i64, i64, i64), Vec<(i64, i64)>>;

/// A row, with what its missing parts are looked up by.
struct Base {
    row: ImpactRow,
    configuration_no: i64,
    /// The asset, when its own facts settle something; else 0.
    holder: i64,
    weight: i64,
    products: Vec<i64>,
}

impl Base {
    fn place(&self) -> (i64, i64, i64) {
        (self.configuration_no, self.holder, self.weight)
    }
}

fn base(row: &Row<'_>) -> Result<Base, StoreError> {
    let (decided, verdict): (Verdict, Verdict) = (row.word(11)?, row.word(12)?);
    let impact = ImpactRow {
        asset_id: row.get(0)?,
        asset_tag: row.get(1)?,
        asset_name: row.get(2)?,
        asset_number: row.get(3)?,
        site_id: row.get(4)?,
        site: row.get(5)?,
        zone_id: row.get(6)?,
        zone: row.get(7)?,
        vendor: row.get(8)?,
        product: row.get(9)?,
        installed_version: row.get(10)?,
        verdict,
        confidence: row.word(13)?,
        rung: row.word(14)?,
        product_no: row.get(15)?,
        product_id: row.get(16)?,
        expression: row.get(17)?,
        why: reason(row.get(18)?, decided, verdict, typical(row.word(19)?)),
        fixed_in: Vec::new(),
        vulnerabilities: Vec::new(),
        line_ids: Vec::new(),
    };
    Ok(Base {
        row: impact,
        configuration_no: row.get(20)?,
        holder: row.get(24)?,
        weight: row.get(21)?,
        products: Vec::new(),
    })
}

/// A statement that stands for a stance in the sentence of a row.
fn typical(stance: Stance) -> Option<ProductStatus> {
    match stance {
        Stance::Edge => Some(ProductStatus::FirstAffected),
        Stance::Affected => Some(ProductStatus::KnownAffected),
        Stance::Investigated => Some(ProductStatus::UnderInvestigation),
        Stance::Cured | Stance::Cleared => Some(ProductStatus::Fixed),
        Stance::Recommended => Some(ProductStatus::Recommended),
        Stance::Silent | Stance::Part => None,
    }
}

fn zone(row: &Row<'_>) -> Result<ZoneImpact, StoreError> {
    Ok(ZoneImpact {
        site_id: row.get(0)?,
        site: row.get(1)?,
        zone_id: row.get(2)?,
        zone: row.get(3)?,
        purdue_level: word_opt(row, 4)?,
        counts: AssetCounts::default(),
    })
}

fn add(counts: &mut AssetCounts, weight: i64, assets: u64) {
    match weight {
        3 => counts.yes += assets,
        2 => counts.unknown += assets,
        _ => counts.no += assets,
    }
}

fn once_each(texts: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut seen = HashSet::new();
    texts.into_iter().filter(|text| seen.insert(text.clone())).collect()
}
