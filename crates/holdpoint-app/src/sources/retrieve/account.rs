//! What a check has to tell: counts, what failed, what a person should know.
//!
//! The surprise: the message is bounded; what does not fit is counted, never dropped without a word.

use crate::intake::{ImportReport, Problem};
use holdpoint_domain::Warning;
use holdpoint_domain::advisory::CheckResult;
use holdpoint_store::provider::{DocumentCounts, SourceDocument};
use std::collections::HashSet;

/// How many lines of each kind a message has.
const MOST_LINES: usize = 10;
/// How long a line may be, in characters.
const LONGEST_LINE: usize = 600;

/// What came of a check so far.
#[derive(Debug, Default)]
pub(super) struct Account {
    /// How documents fared.
    pub(super) counts: DocumentCounts,
    /// What was learned of documents that did not change, to be kept with the check.
    pub(super) seen: Vec<SourceDocument>,
    came_in: Arrivals,
    failures: Lines,
    quarantined: Lines,
    notes: Lines,
}

/// Whether anything came in that was not known.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Arrivals {
    #[default]
    None,
    Some,
}

impl Account {
    /// Something was not seen that should have been; the check cannot end well any more.
    pub(super) fn fail(&mut self, why: impl Into<String>) {
        self.failures.add(why.into());
    }

    /// The check could not go on; this is what a person reads first.
    pub(super) fn end(&mut self, why: String) {
        self.failures.lead(why);
    }

    /// Something a person should know, said once.
    pub(super) fn note(&mut self, text: impl Into<String>) {
        self.notes.add(text.into());
    }

    /// Remarks on metadata or a listing, with what they are about.
    pub(super) fn remark(&mut self, about: &str, warnings: &[Warning]) {
        for warning in warnings {
            self.notes.add(format!("{about}: {warning}"));
        }
    }

    /// A document that is as it was.
    pub(super) fn unchanged(&mut self, seen: Option<SourceDocument>) {
        self.counts.read += 1;
        self.counts.unchanged += 1;
        self.seen.extend(seen);
    }

    /// What an import did.
    pub(super) fn imported(&mut self, report: &ImportReport) {
        self.counts.read += report.documents.read;
        self.counts.new += report.documents.new;
        self.counts.changed += report.documents.changed;
        self.counts.unchanged += report.documents.unchanged;
        self.counts.quarantined += report.documents.quarantined;
        if report.audit_sequence.is_some() {
            self.came_in = Arrivals::Some;
        }
        let deleted = |problem: &&Problem| problem.rejected.code == "advisory-deleted";
        for Problem { name, rejected } in report.problems.iter().filter(deleted) {
            self.note(format!("`{name}`: {}", rejected.what));
        }
        for Problem { name, rejected } in report.problems.iter().filter(|problem| !deleted(problem)) {
            self.quarantined.add(format!("`{name}` ({}): {}", rejected.code, rejected.what));
        }
    }

    /// How the check ended.
    pub(super) fn result(&self) -> CheckResult {
        match (self.failures.total, self.came_in) {
            (0, Arrivals::Some) => CheckResult::New,
            (0, Arrivals::None) => CheckResult::None,
            (_, Arrivals::Some | Arrivals::None) => CheckResult::Failed,
        }
    }

    /// What a person should know; empty when there is nothing.
    pub(super) fn message(&self) -> String {
        let parts = [
            self.failures.text("Not everything was seen"),
            self.quarantined.text("In quarantine"),
            self.notes.text("To know"),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        parts.join("\n")
    }
}

/// Lines of a message, each once.
#[derive(Debug, Default)]
struct Lines {
    kept: Vec<String>,
    known: HashSet<String>,
    total: usize,
}

impl Lines {
    fn add(&mut self, line: String) {
        // The words of strangers are shown in terminals and pages: no control characters.
        let plain = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
        let line: String = line.chars().take(LONGEST_LINE).map(plain).collect();
        if self.known.contains(&line) {
            return;
        }
        self.total += 1;
        if self.kept.len() < MOST_LINES {
            self.known.insert(line.clone());
            self.kept.push(line);
        }
    }

    fn lead(&mut self, line: String) {
        self.total += 1;
        let plain = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
        self.kept.insert(0, line.chars().map(plain).collect());
    }

    fn text(&self, title: &str) -> Option<String> {
        let first = self.kept.first()?;
        let mut text = format!("{title}: {first}");
        for line in self.kept.iter().skip(1) {
            text.push_str(" | ");
            text.push_str(line);
        }
        let more = self.total.saturating_sub(self.kept.len());
        if more > 0 {
            text.push_str(&format!(" | and {more} more"));
        }
        Some(text)
    }
}
