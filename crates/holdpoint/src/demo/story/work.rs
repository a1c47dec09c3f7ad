//! What people do with what they know: they read feeds, say where the work stands, write to each other, and answer a
//! question on two names.

use super::Story;
use crate::demo::company::{self, Person};
use crate::demo::{advisories, csaf, threats};
use anyhow::{Context, Result, ensure};
use holdpoint_app::comments::{self, ReadMark};
use holdpoint_app::remediation::{self, SetRequest, Within};
use holdpoint_app::review::decide::{Answer, Scope, decide};
use holdpoint_app::review::queue;
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::{Caller, feeds};
use holdpoint_domain::filter::Filter;
use holdpoint_domain::remediation::RemediationState;
use holdpoint_domain::review::RuleVerdict;

/// The advisory on which work has begun.
const BEGUN: u32 = 1;

impl Story {
    /// A day's work before today.
    pub(super) fn work(&self) -> Result<()> {
        self.at(1, 11);
        self.feeds().context("cannot read the demo's feeds")?;
        self.at(1, 12);
        self.statuses().context("cannot set the demo's statuses")?;
        self.at(1, 13);
        self.comments().context("cannot write the demo's comments")?;
        self.read_marks(&[&company::ENGINEER, &company::APPROVER, &company::ADMINISTRATOR])?;
        self.at(1, 14);
        self.answer().context("cannot answer a question of the demo")
    }

    fn feeds(&self) -> Result<()> {
        let caller = self.caller(&company::ENGINEER)?;
        let administrator = self.caller(&company::ADMINISTRATOR)?;
        let why = "its documents come from the maker's own site, by hand of our engineer";
        feeds::trust::add(&self.app, administrator, csaf::PUBLISHER, None, why)?;
        for (name, bytes) in threats::files(self.moment(1, 6)) {
            let report = feeds::import_bytes(&self.app, caller, name, bytes, None, "what is exploited")?;
            ensure!(report.files.taken == 1, "`{name}` was not taken: {report:?}");
        }
        Ok(())
    }

    fn statuses(&self) -> Result<()> {
        let caller = self.caller(&company::ENGINEER)?;
        let set = |filter: &str, state: RemediationState, reason: &str| -> Result<()> {
            let advisory = Some(csaf::tracking_id(advisories::numbered(BEGUN)));
            let request = SetRequest {
                within: Within { advisory, asset: None },
                filter: Filter::parse(filter)?,
                state,
                reason: reason.to_owned(),
                expected: None,
            };
            let outcome = remediation::set(&self.app, caller, &request)?;
            ensure!(outcome.changes > 0, "`{filter}` fits nothing");
            Ok(())
        };
        set(
            "zone=\"Mixing line A\"",
            RemediationState::InProgress,
            "four are updated; the others follow in the next maintenance night",
        )?;
        set(
            "zone=\"Mixing line B\"",
            RemediationState::Done,
            "the web servers are switched off, and the setting is locked",
        )
    }

    fn comments(&self) -> Result<()> {
        let advisory = csaf::tracking_id(advisories::numbered(BEGUN));
        let write = |person: &Person, text: &str| -> Result<()> {
            comments::add(&self.app, self.caller(person)?, &advisory, text)?;
            Ok(())
        };
        write(
            &company::ENGINEER,
            "Line A gets V3.1.4 in two nights. On line B nobody uses the controllers' pages, so they are off.",
        )?;
        self.at(1, 14);
        write(
            &company::APPROVER,
            "Agreed. Please check after the next service visit that they are still off.",
        )
    }

    /// They have read what is older than a week.
    fn read_marks(&self, people: &[&Person]) -> Result<()> {
        let old: Vec<String> = advisories::all()
            .into_iter()
            .filter(|advisory| advisory.days > 7)
            .map(csaf::tracking_id)
            .collect();
        for person in people {
            comments::mark(&self.app, self.caller(person)?, &old, ReadMark::Read)?;
        }
        Ok(())
    }

    /// One question is answered; the others wait.
    fn answer(&self) -> Result<()> {
        let caller: &Caller = self.caller(&company::ENGINEER)?;
        let questions = queue::list(&self.app, caller, &ListQuery::everything(100, self.app.now()))?.items;
        // The last one settles least, so that the first page keeps what is worth a look.
        let Some(question) = questions.last().filter(|_| questions.len() > 1) else { return Ok(()) };
        let answer = Answer {
            keys: vec![question.key.clone()],
            verdict: RuleVerdict::Different,
            scope: Scope::Names,
            reason: "looked up in both manuals: two products".to_owned(),
            expires_at: None,
        };
        decide(&self.app, caller, &answer)?;
        Ok(())
    }
}
