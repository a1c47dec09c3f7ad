//! Policies as the API shows them: what holds, revisions with their text, differences, what a policy would change.

use holdpoint_app::policies::dry_run::{Effect, Group, Row, Then};
use holdpoint_app::policies::exchange::Taken;
use holdpoint_app::policies::read::{Checked, Compared, PolicyLine, Shown};
use holdpoint_app::store::policy::{PolicyReview, StoredPolicy};
use holdpoint_domain::policy::revision::{Closed, Revision, RevisionState};
use holdpoint_domain::policy::{CyclePhase, Difference};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A policy with what holds of it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = Policy)]
pub struct PolicyLineView {
    /// Its kind, as texts and paths write it.
    pub kind: String,
    /// How people call it.
    pub title: String,
    /// What it lays down.
    pub about: String,
    /// The site whose own it is; `null`: the general one.
    pub site_id: Option<String>,
    /// Its name.
    pub site: Option<String>,
    /// The revision that holds; 0: what the program brings along.
    pub revision: u64,
    /// Since when it holds; `null`: from the beginning.
    pub since: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// Who published it.
    pub published_by: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// How many values differ from what the program brings along.
    pub own_values: u64,
    /// Revisions that wait to be published.
    pub waiting: Vec<u64>,
    /// Whether somebody else than its author must publish the next one.
    pub second_person: bool,
}

impl From<PolicyLine> for PolicyLineView {
    fn from(line: PolicyLine) -> Self {
        let stored = line.stored.as_ref();
        let published = stored.and_then(|one| match &one.state {
            RevisionState::Published { closed, from } => Some((closed.by.name.clone(), from.to_string())),
            RevisionState::Proposed | RevisionState::Rejected(_) | RevisionState::Withdrawn(_) => None,
        });
        let (by, since) = published.unzip();
        Self {
            kind: line.kind.word().to_owned(),
            title: line.kind.title().to_owned(),
            about: line.kind.about().to_owned(),
            site_id: line.site.as_ref().map(|(id, _)| id.to_string()),
            site: line.site.map(|(_, name)| name),
            revision: line.revision,
            since,
            author: stored.map(|one| one.author.name.clone()),
            published_by: by.filter(|name| !name.is_empty()),
            reason: stored.map(|one| one.reason.clone()),
            own_values: line.own_values as u64,
            waiting: line.waiting,
            second_person: line.second_person,
        }
    }
}

/// A value that differs, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PolicyDifference)]
pub struct DifferenceView {
    /// Its key.
    pub key: String,
    /// How people call it.
    pub name: String,
    /// Before.
    pub from: String,
    /// After.
    pub to: String,
}

impl From<Difference> for DifferenceView {
    fn from(one: Difference) -> Self {
        Self { key: one.key.to_owned(), name: one.name.to_owned(), from: one.from, to: one.to }
    }
}

fn differences(all: Vec<Difference>) -> Vec<DifferenceView> {
    all.into_iter().map(Into::into).collect()
}

/// A line that differs between two texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PolicyLineChange)]
pub struct LineChangeView {
    /// Its number, from 1.
    pub line: u64,
    /// Before.
    pub before: String,
    /// After.
    pub after: String,
}

fn lines(all: Vec<(usize, String, String)>) -> Vec<LineChangeView> {
    let view = |(line, before, after)| LineChangeView { line: line as u64, before, after };
    all.into_iter().map(view).collect()
}

/// A revision of a policy, without its text.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = PolicyRevision)]
pub struct RevisionView {
    /// Its kind.
    pub kind: String,
    /// Its number within the kind.
    pub revision: u64,
    /// Its site; `null`: all sites.
    pub site_id: Option<String>,
    /// The site's name.
    pub site: Option<String>,
    /// `proposed`, `published`, `rejected` or `withdrawn`.
    pub state: String,
    /// The revision that it was written against.
    pub base: u64,
    /// Why.
    pub reason: String,
    /// Who wrote it.
    pub author: String,
    /// When.
    pub proposed_at: String,
    /// From when its author wants it to hold; `null`: from its publication on.
    pub wanted_from: Option<String>,
    /// From when it holds; `null`: it was not published.
    pub holds_from: Option<String>,
    /// Who published, rejected or withdrew it.
    pub closed_by: Option<String>,
    /// When.
    pub closed_at: Option<String>,
    /// What they wrote.
    pub note: Option<String>,
}

fn closing(state: &RevisionState) -> (Option<String>, Option<&Closed>) {
    let from = match state {
        RevisionState::Published { from, .. } => Some(from.to_string()),
        RevisionState::Proposed | RevisionState::Rejected(_) | RevisionState::Withdrawn(_) => None,
    };
    // An older program did not keep who closed it.
    (from, state.closed().filter(|closed| !closed.by.name.is_empty()))
}

impl From<StoredPolicy> for RevisionView {
    fn from(one: StoredPolicy) -> Self {
        let (holds_from, closed) = closing(&one.state);
        Self {
            kind: one.kind.word().to_owned(),
            revision: one.revision,
            site_id: one.site.map(|site| site.to_string()),
            site: one.site.map(|_| one.site_name),
            state: one.state.word().word().to_owned(),
            base: one.base,
            reason: one.reason,
            author: one.author.name,
            proposed_at: one.proposed_at.to_string(),
            wanted_from: one.wanted_from.map(|at| at.to_string()),
            holds_from,
            closed_by: closed.map(|closed| closed.by.name.clone()),
            closed_at: closed.map(|closed| closed.at.to_string()),
            note: closed.map(|closed| closed.note.clone()),
        }
    }
}

impl RevisionView {
    fn of(one: &Revision, site_name: &str) -> Self {
        let (holds_from, closed) = closing(&one.state);
        Self {
            kind: one.kind().word().to_owned(),
            revision: one.number,
            site_id: one.site.map(|site| site.to_string()),
            site: one.site.map(|_| site_name.to_owned()),
            state: one.state.word().word().to_owned(),
            base: one.base,
            reason: one.reason.clone(),
            author: one.author.name.clone(),
            proposed_at: one.proposed_at.to_string(),
            wanted_from: one.wanted_from.map(|at| at.to_string()),
            holds_from,
            closed_by: closed.map(|closed| closed.by.name.clone()),
            closed_at: closed.map(|closed| closed.at.to_string()),
            note: closed.map(|closed| closed.note.clone()),
        }
    }
}

/// A policy with its text.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = PolicyShown)]
pub struct ShownView {
    /// Its kind.
    pub kind: String,
    /// How people call it.
    pub title: String,
    /// What it lays down.
    pub about: String,
    /// Where the values come from that the program brings along.
    pub origin: String,
    /// Its number; 0: what the program brings along.
    pub revision: u64,
    /// Who wrote it, why, who published it; `null`: it is as delivered.
    pub written: Option<RevisionView>,
    /// Its text, TOML, every default written out.
    pub text: String,
    /// How it differs from the revision that it was written against.
    pub changes: Vec<DifferenceView>,
    /// Whether it holds now.
    pub holds: bool,
    /// Why the caller cannot publish it; empty: they can, or it does not wait.
    pub cannot_publish: Vec<String>,
}

impl From<Shown> for ShownView {
    fn from(one: Shown) -> Self {
        Self {
            kind: one.kind.word().to_owned(),
            title: one.kind.title().to_owned(),
            about: one.kind.about().to_owned(),
            origin: one.kind.origin().to_owned(),
            revision: one.number,
            written: one.revision.as_ref().map(|revision| RevisionView::of(revision, &one.site_name)),
            text: one.text,
            changes: differences(one.changes),
            holds: one.holds,
            cannot_publish: one.cannot_publish,
        }
    }
}

/// How two revisions differ.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = PolicyDiff)]
pub struct DiffView {
    /// In words.
    pub changes: Vec<DifferenceView>,
    /// By line.
    pub lines: Vec<LineChangeView>,
}

impl From<Compared> for DiffView {
    fn from(one: Compared) -> Self {
        Self { changes: differences(one.changes), lines: lines(one.lines) }
    }
}

/// Something that is wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PolicyFault)]
pub struct FaultView {
    /// The line, from 1.
    pub line: u64,
    /// The key; empty: the whole.
    pub key: String,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub remedy: String,
}

/// What became of a text that was checked.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = PolicyChecked)]
pub struct CheckedView {
    /// What is wrong with it; empty: it is a policy.
    pub faults: Vec<FaultView>,
    /// What it would leave undone for want of people, and where one role would hold too much.
    pub warnings: Vec<String>,
    /// Its kind; `null`: there are faults.
    pub kind: Option<String>,
    /// Its site's name; `null`: all sites.
    pub site: Option<String>,
    /// Keys that it leaves out and that mean what the program brings along.
    pub left_out: Vec<String>,
    /// The text as the program writes it; empty: there are faults.
    pub text: String,
    /// The revision that holds there.
    pub base: u64,
    /// How it differs from what holds there, in words.
    pub changes: Vec<DifferenceView>,
    /// How it differs from what holds there, by line.
    pub lines: Vec<LineChangeView>,
}

impl From<Checked> for CheckedView {
    fn from(one: Checked) -> Self {
        let document = one.document;
        let fault = |fault: holdpoint_app::policies::read::TextFault| FaultView {
            line: fault.line as u64,
            key: fault.fault.key,
            what: fault.fault.what,
            remedy: fault.fault.remedy,
        };
        Self {
            faults: one.faults.into_iter().map(fault).collect(),
            warnings: one.warnings,
            kind: document.as_ref().map(|document| document.values.kind().word().to_owned()),
            left_out: document
                .iter()
                .flat_map(|document| document.left_out.iter().map(|key| (*key).to_owned()))
                .collect(),
            site: document.and_then(|document| document.site),
            text: one.text,
            base: one.base,
            changes: differences(one.changes),
            lines: lines(one.lines),
        }
    }
}

/// Something that would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PolicyEffectRow)]
pub struct EffectRowView {
    /// `finding`, `decision`, `exemption`, `patch`, `provider`, `feed`, `user` or `round`.
    pub noun: String,
    /// Its id or number.
    pub id: String,
    /// How people call it.
    pub title: String,
    /// As it is.
    pub from: String,
    /// As it would be.
    pub to: String,
}

impl From<Row> for EffectRowView {
    fn from(one: Row) -> Self {
        Self { noun: one.noun.to_owned(), id: one.id, title: one.title, from: one.from, to: one.to }
    }
}

/// Things that would change alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PolicyEffectGroup)]
pub struct EffectGroupView {
    /// Its key, for asking for its rows.
    pub key: String,
    /// What happens to them.
    pub title: String,
    /// `changes`: they follow the policy. `review`: they stay, and a review is opened for each.
    pub then: String,
    /// How many.
    pub count: u64,
    /// The rows that were asked for.
    pub rows: Vec<EffectRowView>,
}

impl From<Group> for EffectGroupView {
    fn from(one: Group) -> Self {
        let then = match one.then {
            Then::Changes => "changes",
            Then::Review => "review",
        };
        Self {
            key: one.key,
            title: one.title,
            then: then.to_owned(),
            count: one.count,
            rows: one.rows.into_iter().map(Into::into).collect(),
        }
    }
}

/// What a policy would change if it were published now.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = PolicyEffect)]
pub struct EffectView {
    /// Its kind.
    pub kind: String,
    /// Its site's name; `null`: all sites.
    pub site: Option<String>,
    /// The revision that holds there.
    pub base: u64,
    /// How it differs from that one.
    pub changes: Vec<DifferenceView>,
    /// Of how many things it was worked out.
    pub looked_at: u64,
    /// What they are.
    pub looked_at_what: String,
    /// What would change; empty: nothing.
    pub groups: Vec<EffectGroupView>,
    /// What could not be told, and why.
    pub notes: Vec<String>,
}

impl From<Effect> for EffectView {
    fn from(one: Effect) -> Self {
        Self {
            kind: one.kind.word().to_owned(),
            site: Some(one.site_name).filter(|name| !name.is_empty()),
            base: one.base,
            changes: differences(one.changes),
            looked_at: one.looked_at,
            looked_at_what: one.looked_at_what.to_owned(),
            groups: one.groups.into_iter().map(Into::into).collect(),
            notes: one.notes,
        }
    }
}

/// What became of one policy of a file.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = PolicyTaken)]
pub struct TakenView {
    /// Its first line in the file.
    pub line: u64,
    /// Its kind.
    pub kind: String,
    /// Its site's name; `null`: all sites.
    pub site: Option<String>,
    /// How it differs from what holds; empty: it says the same, and nothing is proposed.
    pub changes: Vec<DifferenceView>,
    /// The revision that was proposed.
    pub proposed: Option<u64>,
}

impl From<Taken> for TakenView {
    fn from(one: Taken) -> Self {
        Self {
            line: one.line as u64,
            kind: one.kind.word().to_owned(),
            site: Some(one.site_name).filter(|name| !name.is_empty()),
            changes: differences(one.changes),
            proposed: one.proposed.map(|key| key.number),
        }
    }
}

/// Something that was decided under an earlier revision and lacks something by the one that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PolicyReview)]
pub struct ReviewView {
    /// Its number.
    pub number: u64,
    /// The kind of policy that changed.
    pub kind: String,
    /// Its revision.
    pub revision: u64,
    /// `decision` or `exemption`.
    pub noun: String,
    /// Its id.
    pub id: String,
    /// How people call it.
    pub title: String,
    /// What it would lack now.
    pub what: String,
    /// Since when.
    pub opened_at: String,
    /// When somebody looked; `null`: nobody has yet.
    pub closed_at: Option<String>,
    /// Who.
    pub closed_by: Option<String>,
    /// What they found.
    pub note: Option<String>,
}

impl From<PolicyReview> for ReviewView {
    fn from(one: PolicyReview) -> Self {
        let over = one.closed_at.is_some();
        Self {
            number: one.number,
            kind: one.kind.word().to_owned(),
            revision: one.revision,
            noun: one.noun,
            id: one.subject,
            title: one.title,
            what: one.what,
            opened_at: one.opened_at.to_string(),
            closed_at: one.closed_at.map(|at| at.to_string()),
            closed_by: over.then_some(one.closed_by),
            note: over.then_some(one.note),
        }
    }
}

/// One round of the regular cycle; each day is the last one in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = CycleRound)]
pub struct RoundView {
    /// Its first day.
    pub begins: String,
    /// Evaluated by.
    pub evaluate_by: String,
    /// Tested by.
    pub test_by: String,
    /// Installed, planned or exempted by.
    pub install_by: String,
}

impl From<CyclePhase> for RoundView {
    fn from(one: CyclePhase) -> Self {
        Self {
            begins: one.begins.to_string(),
            evaluate_by: one.evaluate_by.to_string(),
            test_by: one.test_by.to_string(),
            install_by: one.install_by.to_string(),
        }
    }
}
