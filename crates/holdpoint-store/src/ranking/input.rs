//! What a ranking rests on: which findings stand open, what is known of assets and vulnerabilities.
//!
//! The surprise: a finding stands open by the word of documents and of feeds together, and until the inventory says otherwise.
//! That somebody has marked the work on every document as done is a report, and closes nothing.

use super::function::profile;
use crate::advisory::ranking_words;
use crate::change::Change;
use crate::columns::{storable, word_opt};
use crate::component::distinct;
use crate::error::StoreError;
use crate::matches::{is_listed, line_verdict, overlays};
use crate::reader::Reader;
use crate::value::{Row, Value, params};
use crate::vulnerability_record::read_source_facts;
use holdpoint_domain::Moment;
use holdpoint_domain::clock::read_day;
use holdpoint_domain::id::{AssetId, SiteId, ZoneId};
use holdpoint_domain::intelligence::{FeedKind, VulnerabilityRecord};
use holdpoint_domain::matching::Verdict;
use holdpoint_domain::ranking::criticality::{Criticality, Profile, StillHeld};
use holdpoint_domain::ranking::fact::{Kev, Ransomware, Said, VulnerabilityFacts};
use holdpoint_domain::ranking::lowering::Weight;
use holdpoint_domain::ranking::point::{Point, Possible};
use holdpoint_domain::site::Exposure;
use std::collections::HashMap;

const ASSETS: &str = "SELECT a.number, a.site_id, a.redundancy_group, z.name, z.exposure, a.safety_consequence,
        a.production_consequence, a.environment_consequence, a.quality_consequence, a.data_consequence,
        c.safety, c.production, c.environment, c.quality, c.data, a.zone_id, a.configuration_no
    FROM asset_version a LEFT JOIN zone z ON z.id = a.zone_id LEFT JOIN zone_criticality c ON c.zone_id = a.zone_id
    WHERE a.valid_to = 9223372036854775807 AND {which}";
const SERVING: &str = "SELECT s.asset_no, f.safety, f.production, f.environment, f.quality, f.data, f.id
    FROM asset_function s JOIN plant_function f ON f.id = s.function_id WHERE {which}";
const OF_CONFIGURATIONS: &str = "SELECT number FROM asset_version
    WHERE valid_to = 9223372036854775807 AND configuration_no IN ({list})";
const OF_ADVISORIES: &str = "SELECT DISTINCT rv.vulnerability_no FROM revision_vulnerability rv
    JOIN advisory_revision r ON r.number = rv.revision_no WHERE r.advisory_no IN ({list}) AND rv.vulnerability_no > 0";

/// The lines that stand, of documents and of feeds. weight: 3 yes, 2 unknown. done: 1 when the work on a document is done.
const MEMBERS: &str = concat!(
    "SELECT u.asset_no, u.vulnerability_no, MAX(u.weight), MIN(u.since), SUM(u.documents), SUM(u.undone),
        MAX(u.evaluated), SUM(u.unsaid), MAX(u.planned), SUM(u.idle), MAX(u.reported)
    FROM (SELECT a.number AS asset_no, s.vulnerability_no, CASE ",
    line_verdict!(),
    " WHEN 'yes' THEN 3 ELSE 2 END AS weight, m.valid_from AS since, 1 AS documents,
            CASE WHEN t.state = 'done' THEN 0 ELSE 1 END AS undone, t.valid_from AS evaluated,
            CASE WHEN t.state IS NULL THEN 1 ELSE 0 END AS unsaid,
            CASE WHEN t.state <> 'not_remediated' THEN t.valid_from END AS planned,
            CASE WHEN COALESCE(t.state, 'not_remediated') = 'not_remediated' THEN 1 ELSE 0 END AS idle,
            CASE WHEN t.state = 'done' THEN t.valid_from END AS reported
        FROM product_match m JOIN statement s ON s.product_no = m.product_no AND ",
    is_listed!(),
    "
        JOIN asset_version a ON a.configuration_no = m.configuration_no AND a.valid_to = 9223372036854775807",
    overlays!("a.number", "9223372036854775806"),
    "LEFT JOIN remediation_status t ON t.advisory_no = m.advisory_no AND t.vulnerability_no = s.vulnerability_no
            AND t.asset_no = a.number AND t.valid_to = 9223372036854775807
        WHERE m.valid_to = 9223372036854775807 AND (m.verdict <> 'no' OR mo.verdict IS NOT NULL)
            AND s.turn <> 'clear' AND ",
    line_verdict!(),
    " <> 'no' AND s.vulnerability_no > 0 AND {of documents}
        UNION ALL SELECT a.number, f.vulnerability_no, f.weight, f.valid_from, 0, 0, NULL, 0, NULL, 0, NULL
        FROM feed_finding f
        JOIN asset_version a ON a.configuration_no = f.configuration_no AND a.valid_to = 9223372036854775807
        WHERE f.valid_to = 9223372036854775807 AND f.weight >= 2 AND {of feeds}) u
    GROUP BY u.asset_no, u.vulnerability_no"
);

const SCORES: &str =
    "SELECT rv.vulnerability_no, r.publisher, r.current_release, rv.detail FROM revision_vulnerability rv
    JOIN advisory_revision r ON r.number = rv.revision_no
    WHERE rv.vulnerability_no IN ({list}) AND r.valid_to = 9223372036854775807";
const RECORDS: &str = "SELECT vulnerability_no, source, facts FROM vulnerability_record
    WHERE vulnerability_no IN ({list}) AND state = 'published' ORDER BY vulnerability_no, source";
const SUMMARIES: &str = "SELECT number, kev_added, kev_due, ransomware, max_base_tenths, epss_percentile_ppm
    FROM vulnerability WHERE number IN ({list})";
macro_rules! facts_columns {
    () => {
        "SELECT vulnerability_no, exploitation_low, exploitation_high, exploitation_source, exploitation_on,
            automatable_low, automatable_high, automatable_source, automatable_on, technical_low, technical_high,
            technical_source, technical_on, kev, kev_added, kev_due, harm, base_tenths, epss_percentile_ppm
        FROM ranking_vulnerability"
    };
}
const FACTS_OF: &str = concat!(facts_columns!(), " WHERE vulnerability_no IN ({list})");

crate::statements! {
    FACTS = facts_columns!();
    ASSET_NUMBER = "SELECT number FROM asset WHERE id = $1";
    ANY_MATCH = "SELECT 1 AS one FROM product_match WHERE valid_to = 9223372036854775807
        UNION ALL SELECT 1 FROM feed_finding WHERE valid_to = 9223372036854775807 LIMIT 1";
    KEV_READ = "SELECT read_at FROM feed_content WHERE kind = 'kev'";
    PUT_FACTS = "INSERT INTO ranking_vulnerability (vulnerability_no, exploitation_low, exploitation_high,
            exploitation_source, exploitation_on, automatable_low, automatable_high, automatable_source,
            automatable_on, technical_low, technical_high, technical_source, technical_on, kev, kev_added, kev_due,
            harm, base_tenths, epss_percentile_ppm)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
        ON CONFLICT (vulnerability_no) DO UPDATE SET exploitation_low = excluded.exploitation_low,
            exploitation_high = excluded.exploitation_high, exploitation_source = excluded.exploitation_source,
            exploitation_on = excluded.exploitation_on, automatable_low = excluded.automatable_low,
            automatable_high = excluded.automatable_high, automatable_source = excluded.automatable_source,
            automatable_on = excluded.automatable_on, technical_low = excluded.technical_low,
            technical_high = excluded.technical_high, technical_source = excluded.technical_source,
            technical_on = excluded.technical_on, kev = excluded.kev, kev_added = excluded.kev_added,
            kev_due = excluded.kev_due, harm = excluded.harm, base_tenths = excluded.base_tenths,
            epss_percentile_ppm = excluded.epss_percentile_ppm";
}

/// Of which findings the members are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Members<'a> {
    /// All.
    All,
    /// Those of these assets.
    OfAssets(&'a [i64]),
    /// Those of these vulnerabilities.
    OfVulnerabilities(&'a [i64]),
}

/// A finding that stands open by what documents and feeds say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// The asset.
    pub asset_no: i64,
    /// The vulnerability.
    pub vulnerability_no: i64,
    /// Yes or unknown.
    pub verdict: Verdict,
    /// Since when the oldest line stands.
    pub since: Moment,
    /// When somebody had said something about every document; `None`: not of all yet.
    pub evaluated: Option<Moment>,
    /// When work had begun on every document; `None`: not on all yet.
    pub planned: Option<Moment>,
    /// Since when the work on every document that speaks of it is reported as done; `None`: it is not.
    pub reported: Option<Moment>,
}

/// What is known of an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RankedAsset {
    /// Its number.
    pub number: i64,
    /// Its site.
    pub site: Option<SiteId>,
    /// Its redundancy group; empty when nobody has said.
    pub redundancy_group: String,
    /// Its zone, by name.
    pub zone: Option<String>,
    /// Its zone.
    pub zone_id: Option<ZoneId>,
    /// Its configuration.
    pub configuration_no: Option<i64>,
    /// The zone's exposure.
    pub exposure: Option<Exposure>,
    /// What was said of the asset.
    pub own: Profile,
    /// What was said of its zone.
    pub of_zone: Profile,
    /// What was said of its functions, together.
    pub of_functions: Profile,
    /// What goes on counting until a second person agrees to less.
    pub still: StillHeld,
    /// The exposure that goes on counting until a second person agrees to less, of the asset since it was moved.
    pub own_exposed: Option<Exposure>,
    /// The same of its zone.
    pub zone_exposed: Option<Exposure>,
}

impl RankedAsset {
    /// What is lost with it, as it counts.
    #[must_use]
    pub fn criticality(&self) -> Criticality {
        Criticality::counted(self.own, self.of_functions, self.of_zone, self.still)
    }

    /// The exposure that goes on counting.
    #[must_use]
    pub fn still_exposed(&self) -> Option<Exposure> {
        self.own_exposed.max(self.zone_exposed)
    }

    /// What goes on counting in its zone, and how far it can be reached there.
    #[must_use]
    pub fn by_zone(&self) -> Weight {
        let exposure = self.exposure.max(self.zone_exposed);
        Weight { exposure, ..Weight::lost(self.still.zone) }
    }
}

/// What one document says of a vulnerability, raw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Documented {
    /// Its publisher.
    pub publisher: String,
    /// When its current revision came out.
    pub released: Moment,
    /// The vectors of its scores.
    pub vectors: Vec<String>,
    /// Its words on exploitation.
    pub exploit_statuses: Vec<String>,
}

/// What sources say of a vulnerability, raw.
#[derive(Debug, Clone, Default)]
pub struct Sourced {
    /// Records of feeds, with their kind. Only scores and points are read.
    pub records: Vec<(FeedKind, VulnerabilityRecord)>,
    /// What current documents say.
    pub documents: Vec<Documented>,
    /// KEV's entry: since when, until when, use in ransomware campaigns.
    pub kev: Option<(String, String, Ransomware)>,
    /// The highest base score that anybody wrote.
    pub base_tenths: Option<u16>,
    /// EPSS percentile.
    pub epss_percentile_ppm: Option<u32>,
}

impl Reader<'_> {
    /// The findings that stand open.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn members(&mut self, which: Members<'_>) -> Result<Vec<Member>, StoreError> {
        let narrowed = |documents: &str, feeds: &str| {
            MEMBERS.replace("{of documents}", documents).replace("{of feeds}", feeds)
        };
        match which {
            Members::All => self.query(&narrowed("TRUE", "TRUE"), params![], member),
            Members::OfAssets(numbers) => {
                let sql = narrowed("a.number IN ({list})", "a.number IN ({list})");
                self.query_in(&sql, &[], distinct(numbers), member)
            }
            Members::OfVulnerabilities(numbers) => {
                let sql = narrowed("s.vulnerability_no IN ({list})", "f.vulnerability_no IN ({list})");
                self.query_in(&sql, &[], distinct(numbers), member)
            }
        }
    }

    /// The assets that have one of these configurations.
    ///
    /// # Errors
    /// When the database fails.
    pub fn assets_with_configurations(&mut self, numbers: &[i64]) -> Result<Vec<i64>, StoreError> {
        self.query_in(OF_CONFIGURATIONS, &[], distinct(numbers), |row| row.get(0))
    }

    /// The vulnerabilities that any revision of these advisories treats.
    ///
    /// # Errors
    /// When the database fails.
    pub fn vulnerabilities_of_advisories(&mut self, numbers: &[i64]) -> Result<Vec<i64>, StoreError> {
        self.query_in(OF_ADVISORIES, &[], distinct(numbers), |row| row.get(0))
    }

    /// What is known of assets; `None`: of all.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn ranked_assets(&mut self, numbers: Option<&[i64]>) -> Result<Vec<RankedAsset>, StoreError> {
        let serving = |row: &Row<'_>| Ok((row.get::<i64>(0)?, row.get(6)?, profile(row, 1)?));
        let (mut found, functions) = match numbers {
            None => (
                self.query(&ASSETS.replace("{which}", "TRUE"), params![], ranked_asset)?,
                self.query(&SERVING.replace("{which}", "TRUE"), params![], serving)?,
            ),
            Some(numbers) => {
                let assets = ASSETS.replace("{which}", "a.number IN ({list})");
                let functions = SERVING.replace("{which}", "s.asset_no IN ({list})");
                (
                    self.query_in(&assets, &[], distinct(numbers), ranked_asset)?,
                    self.query_in(&functions, &[], distinct(numbers), serving)?,
                )
            }
        };
        let lowered = self.lowered(numbers)?;
        let mut of: HashMap<i64, (Profile, Weight, Profile)> = HashMap::new();
        for (number, function, profile) in functions {
            let (joined, still, agreed) = of.entry(number).or_default();
            let held = lowered.of_function(function).of_newcomer(lowered.of_joining(number, function));
            *joined = joined.joined(profile);
            *still = still.joined(held);
            *agreed = agreed.joined(profile.without_first_words(held.unsaid));
        }
        for asset in &mut found {
            let (joined, still, agreed) = of.get(&asset.number).copied().unwrap_or_default();
            asset.of_functions = joined;
            // What another function says and was agreed to is known.
            let unsaid = still.unsaid.filtered(|dimension| agreed.of(dimension).is_none());
            lowered.hold(asset, Weight { unsaid, ..still });
        }
        Ok(found)
    }

    /// The number of an asset.
    ///
    /// # Errors
    /// When the database fails.
    pub fn asset_number(&mut self, id: AssetId) -> Result<Option<i64>, StoreError> {
        self.query_opt(ASSET_NUMBER, params![id], |row| row.get(0))
    }

    /// Whether anything matches at all, by documents or by feeds.
    ///
    /// # Errors
    /// When the database fails.
    pub fn has_matches(&mut self) -> Result<bool, StoreError> {
        Ok(self.query_opt(ANY_MATCH, params![], |row| row.get::<i64>(0))?.is_some())
    }

    /// Whether KEV was ever read here.
    ///
    /// # Errors
    /// When the database fails.
    pub fn kev_was_read(&mut self) -> Result<bool, StoreError> {
        Ok(self.query_opt(KEV_READ, params![], |row| row.get::<Moment>(0))?.is_some())
    }

    /// What sources say of these vulnerabilities.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn sourced(&mut self, numbers: &[i64]) -> Result<HashMap<i64, Sourced>, StoreError> {
        let mut found: HashMap<i64, Sourced> = HashMap::new();
        for (number, sourced) in self.query_in(SUMMARIES, &[], distinct(numbers), summary)? {
            found.insert(number, sourced);
        }
        let records = self.query_in(RECORDS, &[], distinct(numbers), |row| {
            Ok((row.get::<i64>(0)?, read_source_facts(row, 1, 2)?))
        })?;
        for (number, record) in records {
            found.entry(number).or_default().records.push(record);
        }
        let documents = self.query_in(SCORES, &[], distinct(numbers), |row| {
            let (vectors, exploit_statuses) = ranking_words(row, 3)?;
            let (publisher, released) = (row.get(1)?, row.get(2)?);
            Ok((row.get::<i64>(0)?, Documented { publisher, released, vectors, exploit_statuses }))
        })?;
        for (number, document) in documents {
            let known = &mut found.entry(number).or_default().documents;
            if !known.contains(&document) {
                known.push(document);
            }
        }
        Ok(found)
    }

    /// What is kept of vulnerabilities for ranking; `None`: of all.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn ranking_facts(
        &mut self,
        numbers: Option<&[i64]>,
    ) -> Result<HashMap<i64, VulnerabilityFacts>, StoreError> {
        let found = match numbers {
            None => self.query(FACTS, params![], facts)?,
            Some(numbers) => self.query_in(FACTS_OF, &[], distinct(numbers), facts)?,
        };
        Ok(found.into_iter().collect())
    }
}

impl Change<'_> {
    /// Keeps what is known of vulnerabilities.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_ranking_facts<'f>(
        &mut self,
        all: impl IntoIterator<Item = (i64, &'f VulnerabilityFacts)>,
    ) -> Result<(), StoreError> {
        self.exec_many(PUT_FACTS, all.into_iter().map(|(number, facts)| facts_row(number, facts))).map(drop)
    }
}

fn member(row: &Row<'_>) -> Result<Member, StoreError> {
    let (documents, undone): (i64, i64) = (row.get(4)?, row.get(5)?);
    let (unsaid, idle): (i64, i64) = (row.get(7)?, row.get(9)?);
    Ok(Member {
        asset_no: row.get(0)?,
        vulnerability_no: row.get(1)?,
        verdict: if row.get::<i64>(2)? >= 3 { Verdict::Yes } else { Verdict::Unknown },
        since: row.get(3)?,
        evaluated: row.get::<Option<Moment>>(6)?.filter(|_| unsaid == 0),
        planned: row.get::<Option<Moment>>(8)?.filter(|_| idle == 0),
        reported: row.get::<Option<Moment>>(10)?.filter(|_| documents > 0 && undone == 0),
    })
}

fn ranked_asset(row: &Row<'_>) -> Result<RankedAsset, StoreError> {
    Ok(RankedAsset {
        number: row.get(0)?,
        site: row.get(1)?,
        redundancy_group: row.get(2)?,
        zone: row.get(3)?,
        zone_id: row.get(15)?,
        configuration_no: row.get(16)?,
        exposure: word_opt(row, 4)?,
        own: profile(row, 5)?,
        of_zone: profile(row, 10)?,
        of_functions: Profile::default(),
        still: StillHeld::default(),
        own_exposed: None,
        zone_exposed: None,
    })
}

fn summary(row: &Row<'_>) -> Result<(i64, Sourced), StoreError> {
    let added: Option<String> = row.get(1)?;
    let due: Option<String> = row.get(2)?;
    let ransomware = if row.get::<i64>(3)? > 0 { Ransomware::Known } else { Ransomware::NotKnown };
    let base: Option<u32> = row.get(4)?;
    let sourced = Sourced {
        kev: added.map(|added| (added, due.unwrap_or_default(), ransomware)),
        base_tenths: base.and_then(|tenths| u16::try_from(tenths).ok()),
        epss_percentile_ppm: row.get(5)?,
        ..Sourced::default()
    };
    Ok((row.get(0)?, sourced))
}

fn said<T: Point>(row: &Row<'_>, first: usize) -> Result<Said<T>, StoreError> {
    let place = |at: usize| -> Result<T, StoreError> {
        let place = usize::try_from(row.get::<i64>(at)?).map_err(|_| row.damaged(at, "it is below zero"))?;
        T::all().get(place).copied().ok_or_else(|| row.damaged(at, "it is no place of the vocabulary"))
    };
    Ok(Said {
        possible: Possible::between(place(first)?, place(first + 1)?),
        source: row.get(first + 2)?,
        on: read_day(&row.get::<String>(first + 3)?),
    })
}

fn facts(row: &Row<'_>) -> Result<(i64, VulnerabilityFacts), StoreError> {
    let (added, due) = (read_day(&row.get::<String>(14)?), read_day(&row.get::<String>(15)?));
    let kev = match row.get::<String>(13)?.as_str() {
        "" => Kev::NeverRead,
        "ransomware" => Kev::Listed { added, due, ransomware: Ransomware::Known },
        _ => Kev::Listed { added, due, ransomware: Ransomware::NotKnown },
    };
    let base: Option<u32> = row.get(17)?;
    let harm: String = row.get(16)?;
    let facts = VulnerabilityFacts {
        exploitation: said(row, 1)?,
        automatable: said(row, 5)?,
        technical_impact: said(row, 9)?,
        kev,
        harm: Some(harm).filter(|harm| !harm.is_empty()),
        base_tenths: base.and_then(|tenths| u16::try_from(tenths).ok()),
        epss_percentile_ppm: row.get(18)?,
    };
    Ok((row.get(0)?, facts))
}

fn facts_row(number: i64, facts: &VulnerabilityFacts) -> Vec<Value<'static>> {
    fn columns<T: Point>(said: &Said<T>, row: &mut Vec<Value<'static>>) {
        let place = |value: T| T::all().iter().position(|one| *one == value).unwrap_or_default();
        row.push(Value::from(place(said.possible.lowest())));
        row.push(Value::from(place(said.possible.highest())));
        row.push(Value::from(storable(&said.source).into_owned()));
        row.push(Value::from(day(said.on)));
    }
    let mut row = vec![Value::from(number)];
    columns(&facts.exploitation, &mut row);
    columns(&facts.automatable, &mut row);
    columns(&facts.technical_impact, &mut row);
    let (kev, added, due) = match facts.kev {
        Kev::Listed { added, due, ransomware: Ransomware::Known } => ("ransomware", added, due),
        Kev::Listed { added, due, ransomware: Ransomware::NotKnown } => ("listed", added, due),
        Kev::NotListed | Kev::NeverRead => ("", None, None),
    };
    row.push(Value::from(kev));
    row.push(Value::from(day(added)));
    row.push(Value::from(day(due)));
    row.push(Value::from(facts.harm.as_deref().map(|harm| storable(harm).into_owned()).unwrap_or_default()));
    row.push(Value::from(facts.base_tenths.map(u32::from)));
    row.push(Value::from(facts.epss_percentile_ppm));
    row
}

fn day(day: Option<impl std::fmt::Display>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}
