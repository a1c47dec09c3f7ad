//! The shapes of triage: findings with what a deed would do, the patches that would be asked for, what came of it.

use holdpoint_app::App;
use holdpoint_app::approval::triage::{Done, Look, Missing, Wanted, WantedState};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::finding_views::FindingView;

/// A finding, and whether something would be done with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = TriageRow)]
pub struct TriageRowView {
    /// The finding.
    pub finding: FindingView,
    /// Why nothing would be done with it; `null`: something would.
    pub hindrance: Option<String>,
    /// The patches that would close it.
    pub patches: Vec<String>,
}

/// A patch that findings need in a baseline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = WantedPatch)]
pub struct WantedView {
    /// The patch.
    pub patch: String,
    /// The baseline's id.
    pub baseline_id: String,
    /// Its name.
    pub baseline: String,
    /// What suppliers say, in words.
    pub supplier: String,
    /// `new` (it would be asked for), `waiting`, `authorized` or `hindered`.
    pub state: String,
    /// Why it cannot be asked for from here.
    pub why: Option<String>,
    /// The decision that waits, or by which it is authorised.
    pub decision_id: Option<String>,
    /// What it rests on: `tested` or `inspection`; `null`: it would not be asked for.
    pub basis: Option<String>,
    /// How many findings need it.
    pub n_findings: u64,
    /// The tags of their assets.
    pub assets: Vec<String>,
}

impl From<Wanted> for WantedView {
    fn from(wanted: Wanted) -> Self {
        use holdpoint_domain::decision::Basis;
        let (state, why, decision, basis) = match wanted.state {
            WantedState::New { basis, .. } => {
                let basis = match basis {
                    Basis::Tested(_) => "tested",
                    Basis::Inspection { .. } => "inspection",
                };
                ("new", None, None, Some(basis.to_owned()))
            }
            WantedState::Waits(id) => ("waiting", None, Some(id), None),
            WantedState::Authorised(id) => ("authorized", None, Some(id), None),
            WantedState::Hindered(why) => ("hindered", Some(why), None, None),
        };
        Self {
            patch: wanted.patch,
            baseline_id: wanted.baseline.to_string(),
            baseline: wanted.baseline_name,
            supplier: wanted.supplier,
            state: state.to_owned(),
            why,
            decision_id: decision.map(|id| id.to_string()),
            basis,
            n_findings: wanted.findings.len() as u64,
            assets: wanted.assets,
        }
    }
}

/// How many findings have a word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TriageCount)]
pub struct TriageCountView {
    /// The word.
    pub word: String,
    /// Findings.
    pub n_findings: u64,
}

fn counts(counts: Vec<(&'static str, usize)>) -> Vec<TriageCountView> {
    let one = |(word, n): (&str, usize)| TriageCountView { word: word.to_owned(), n_findings: n as u64 };
    counts.into_iter().map(one).collect()
}

/// What a deed would do with findings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = TriageLook)]
pub struct TriageView {
    /// With how many findings something would be done.
    pub does: u64,
    /// What `expected` of the decision names: exactly these findings, standing as they do.
    pub fingerprint: String,
    /// Of the findings that something would be done with, how many are in each lane.
    pub lanes: Vec<TriageCountView>,
    /// Of them, how many by the clock that runs out first.
    pub clocks: Vec<TriageCountView>,
    /// Of them, how many surely touch their asset (`yes`), and of how many that cannot be said (`unknown`).
    pub matches: Vec<TriageCountView>,
    /// The findings.
    pub rows: Vec<TriageRowView>,
    /// The patches that would be asked for.
    pub patches: Vec<WantedView>,
    /// What has to be said besides the reason: `inspection`, `silence`.
    pub missing: Vec<String>,
}

impl TriageView {
    /// The view of a look.
    #[must_use]
    pub fn of(app: &App, look: Look) -> Self {
        let names: Vec<String> = look.wanted.iter().map(|wanted| wanted.patch.clone()).collect();
        let missing = look.missing().into_iter().map(|one| match one {
            Missing::Inspection => "inspection".to_owned(),
            Missing::Silence => "silence".to_owned(),
        });
        Self {
            does: look.does() as u64,
            fingerprint: look.fingerprint(),
            lanes: counts(look.count_by(|line| line.lane.word())),
            clocks: counts(look.count_by(|line| line.due_clock.word())),
            matches: counts(look.count_by(|line| line.verdict.word())),
            missing: missing.collect(),
            rows: look
                .rows
                .into_iter()
                .map(|row| TriageRowView {
                    patches: row.wanted.iter().map(|place| names[*place].clone()).collect(),
                    finding: FindingView::of(app, row.line),
                    hindrance: row.hindrance,
                })
                .collect(),
            patches: look.wanted.into_iter().map(Into::into).collect(),
        }
    }
}

/// What came of one finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TriageDone)]
pub struct TriageDoneView {
    /// The finding's number.
    pub finding: String,
    /// The decisions that wait because of it, or were there already.
    pub decisions: Vec<String>,
    /// Why nothing was done, or not everything.
    pub why_not: Option<String>,
}

impl From<Done> for TriageDoneView {
    fn from(done: Done) -> Self {
        Self {
            finding: done.finding.to_string(),
            decisions: done.decisions.iter().map(ToString::to_string).collect(),
            why_not: done.why_not,
        }
    }
}
