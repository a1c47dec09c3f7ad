//! What is known of the threat by a vulnerability, as every list that names one shows it.
//!
//! The surprise: `kev` is `unknown`, never `no`, as long as the catalogue was never read; and each fact comes with the
//! moment when its catalogue was read.

use holdpoint_app::store::feed::FeedContent;
use holdpoint_app::store::vulnerability_record::{KevState, Threat};
use holdpoint_app::vulnerabilities::ReadAt;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;

/// What is known of the threat by one vulnerability, or the worst of several.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ThreatFacts)]
pub struct ThreatFactsView {
    /// Whether KEV lists it: `yes`, `no`, or `unknown` when the catalogue was never read.
    pub kev: String,
    /// Since when it is listed: `YYYY-MM-DD`.
    pub kev_added: Option<String>,
    /// The issuer's due date: `YYYY-MM-DD`.
    pub kev_due: Option<String>,
    /// When KEV was last read here; `null`: never.
    pub kev_read_at: Option<String>,
    /// `known` when ransomware is known to use it, else `unknown`.
    pub ransomware: String,
    /// EPSS: probability of exploitation within thirty days, 0 to 1; `null`: no score is known.
    pub epss: Option<f64>,
    /// Share of vulnerabilities that score the same or lower, 0 to 1.
    pub epss_percentile: Option<f64>,
    /// The day of the scores that are here; `null`: none were ever read.
    pub epss_day: Option<String>,
    /// SSVC: `none`, `public poc` or `active`; `null`: nobody said.
    pub exploitation: Option<String>,
    /// SSVC: `no` or `yes`; `null`: nobody said.
    pub automatable: Option<String>,
    /// SSVC: `partial` or `total`; `null`: nobody said.
    pub technical_impact: Option<String>,
    /// The highest base score that a feed's record gives; `null`: none does.
    pub max_score: Option<f64>,
}

/// The threats by the vulnerabilities of a page.
#[derive(Debug, Clone, Default)]
pub struct Threats {
    by_reference: HashMap<String, Threat>,
    read_at: ReadAt,
}

fn millionths(ppm: u32) -> f64 {
    f64::from(ppm) / 1_000_000.0
}

fn read(content: Option<&FeedContent>) -> Option<String> {
    content.map(|content| content.read_at.to_string())
}

impl ThreatFactsView {
    /// The view of one.
    #[must_use]
    pub fn of(threat: &Threat, read_at: &ReadAt) -> Self {
        Self {
            kev: threat.kev.word().to_owned(),
            kev_added: threat.kev_added.clone(),
            kev_due: threat.kev_due.clone(),
            kev_read_at: read(read_at.kev.as_ref()),
            ransomware: if threat.ransomware { "known" } else { "unknown" }.to_owned(),
            epss: threat.epss_ppm.map(millionths),
            epss_percentile: threat.epss_percentile_ppm.map(millionths),
            epss_day: read_at.epss.as_ref().map(|content| content.edition.clone()),
            exploitation: threat.exploitation.clone(),
            automatable: threat.automatable.clone(),
            technical_impact: threat.technical_impact.clone(),
            max_score: threat.max_base_tenths.map(|tenths| f64::from(tenths) / 10.0),
        }
    }
}

impl Threats {
    /// Of what the use case gave.
    #[must_use]
    pub fn new((by_reference, read_at): (HashMap<String, Threat>, ReadAt)) -> Self {
        Self { by_reference, read_at }
    }

    /// The threat by one vulnerability; `None` for a name that nobody knows.
    #[must_use]
    pub fn by(&self, reference: &str) -> Option<ThreatFactsView> {
        self.by_reference.get(reference).map(|threat| ThreatFactsView::of(threat, &self.read_at))
    }

    /// The worst that is known of several; `None` when none of the names is known.
    #[must_use]
    pub fn worst_of(&self, references: &[String]) -> Option<ThreatFactsView> {
        let known: Vec<&Threat> =
            references.iter().filter_map(|reference| self.by_reference.get(reference)).collect();
        let first = *known.first()?;
        let rank = |word: &Option<String>, words: &[&str]| {
            word.as_deref().and_then(|word| words.iter().position(|one| *one == word))
        };
        let worst_word = |get: fn(&Threat) -> &Option<String>, words: &[&str]| {
            known.iter().map(|threat| get(threat)).max_by_key(|word| rank(word, words)).cloned().flatten()
        };
        let listed = known.iter().filter(|threat| threat.kev == KevState::Listed);
        let soonest = listed.min_by_key(|threat| threat.kev_due.clone());
        let states = known.iter().map(|threat| threat.kev);
        let kev = match soonest {
            Some(_) => KevState::Listed,
            // One that is not known keeps the whole from being a no.
            None => states.min().unwrap_or(KevState::Unknown),
        };
        let likeliest = known.iter().max_by_key(|threat| threat.epss_ppm);
        let worst = Threat {
            kev,
            kev_added: soonest.and_then(|threat| threat.kev_added.clone()),
            kev_due: soonest.and_then(|threat| threat.kev_due.clone()),
            ransomware: known.iter().any(|threat| threat.ransomware),
            epss_ppm: likeliest.and_then(|threat| threat.epss_ppm),
            epss_percentile_ppm: likeliest.and_then(|threat| threat.epss_percentile_ppm),
            exploitation: worst_word(|threat| &threat.exploitation, &["none", "public poc", "active"]),
            automatable: worst_word(|threat| &threat.automatable, &["no", "yes"]),
            technical_impact: worst_word(|threat| &threat.technical_impact, &["partial", "total"]),
            max_base_tenths: known.iter().filter_map(|threat| threat.max_base_tenths).max(),
            ..first.clone()
        };
        Some(ThreatFactsView::of(&worst, &self.read_at))
    }
}
