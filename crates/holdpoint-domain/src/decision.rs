//! Decisions: what is asked for, what it rests on, who signed, and how it ended.
//!
//! A decision is asked for by one person and signed by others; what it rests on is checked when it is asked for and
//! again when the last signature is given, because a supplier's word may fall in between. The surprise: a signature is
//! bound to the hash of what was shown, so a decision whose matter changed lapses instead of being granted.
//!
//! Not here: the checks themselves (`checks`), and what becomes of a baseline's entry (`baseline`).

pub mod checks;

use crate::Rejected;
use crate::approval_policy::RiskClass;
use crate::compatibility::folded;
use crate::id::{BaselineId, DecisionId, ExemptionId, TestRunId};
use crate::moment::Moment;
use crate::patch::PatchClass;
use crate::patch_state::{SupplierStanding, SupplierState, since};
use crate::signature::{Barred, CardHash, Person, Signature, Signatures, refused, written};
use crate::substance::told;
use crate::words::vocabulary;
use std::collections::BTreeSet;

vocabulary! {
    /// What is decided.
    DecisionKind, "kind of decision" {
        /// A patch may be used.
        Approve = "approve",
        /// It may not.
        Reject = "reject",
        /// It is declined everywhere no longer.
        Readmit = "readmit",
        /// Later.
        Defer = "defer",
        /// Something else is done instead.
        Mitigate = "mitigate",
        /// The risk is borne.
        Accept = "accept",
    }
}

/// What an authorisation rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Basis {
    /// Passed runs.
    Tested(Vec<TestRunId>),
    /// Looking was enough, because.
    Inspection {
        /// Why.
        reason: String,
    },
}

/// Where the supplier's word stands under an authorisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Footing {
    /// The supplier released it, and names no condition.
    Released,
    /// The supplier released it on conditions, and each of them is met here.
    OnConditions {
        /// Each of them, with how it is known that it is met.
        met: Vec<MetCondition>,
    },
    /// No supplier of the control system has qualified it; this is shown wherever it goes.
    NoVendorQualification {
        /// Why that is right here.
        reason: String,
    },
    /// Against or ahead of the supplier's word.
    Override {
        /// Why.
        reason: String,
        /// Who bears the risk, by name.
        risk_owner: String,
        /// Until when; the authorisation ends with it.
        expires: Moment,
        /// The supplier's state that is overridden, as it was when this was asked for; `None`: nothing that is understood
        /// was said. It holds for that state, and for none that is worse.
        of: Option<SupplierState>,
    },
}

/// A condition of a supplier that is met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetCondition {
    /// The condition, as the supplier's words give it.
    pub condition: String,
    /// How it is known that it is met.
    pub why: String,
}

impl Footing {
    /// The conditions of the supplier of which nobody has said that they are met, where it rests on that supplier's release.
    #[must_use]
    pub fn unmet<'a>(&self, standing: &'a SupplierStanding) -> Vec<&'a str> {
        let met: &[MetCondition] = match self {
            Self::Released => &[],
            Self::OnConditions { met } => met,
            Self::NoVendorQualification { .. } | Self::Override { .. } => return Vec::new(),
        };
        let is_met = |text: &str| met.iter().any(|one| folded(&one.condition) == folded(text));
        standing.conditions().iter().map(String::as_str).filter(|text| !is_met(text)).collect()
    }

    /// Whether it bears what the supplier says now.
    #[must_use]
    pub fn bears(&self, standing: &SupplierStanding) -> bool {
        self.doubt(standing).is_none()
    }

    /// Why it does not bear what the supplier says now; `None`: it does. Only an override of a *not approved* bears one. A
    /// word that nobody has explained may be one, what rests on a release does not rest on less or on silence, and what rests
    /// on silence does not outlive a condition or a doubt of the supplier.
    #[must_use]
    pub fn doubt(&self, standing: &SupplierStanding) -> Option<String> {
        use SupplierState as S;
        let (state, when) = match standing {
            SupplierStanding::NoStatement { .. } => {
                let on_release = matches!(self, Self::Released | Self::OnConditions { .. });
                let why = "it rests on a supplier's release, and none counts for all of its assets any more";
                return on_release.then(|| why.to_owned());
            }
            SupplierStanding::NotUnderstood { word, at, is_dated } => {
                let when = since(*at, *is_dated);
                let bears = matches!(self, Self::Override { of: None | Some(S::NotApproved), .. });
                let why = "which nobody has explained yet; it may be a no";
                return (!bears).then(|| format!("the supplier says `{word}` {when}, {why}"));
            }
            SupplierStanding::Said { state, at, is_dated, .. } => (*state, since(*at, *is_dated)),
        };
        match (self, state) {
            (Self::Override { of: Some(S::NotApproved), .. }, _)
            | (
                Self::Override { .. },
                S::Available | S::InTest | S::NotApplicable | S::Approved | S::Released,
            ) => None,
            (Self::NoVendorQualification { .. }, S::Available | S::Approved | S::Released) => {
                spoke_since(standing.conditions(), &when)
            }
            (Self::NoVendorQualification { .. }, S::InTest | S::NotApplicable) => Some(format!(
                "it rests on no supplier having said anything, and the supplier says {when} that it is {state}"
            )),
            (Self::Released | Self::OnConditions { .. }, S::Approved | S::Released) => {
                let unmet = self.unmet(standing);
                (!unmet.is_empty()).then(|| {
                    let named = unmet.join("`, `");
                    format!(
                        "the supplier names conditions of which nobody has said that they are met: `{named}`"
                    )
                })
            }
            (Self::Override { .. }, S::NotApproved) => Some(format!(
                "the supplier says {when} that it is not approved, and that is not what was overridden"
            )),
            (
                Self::Released | Self::OnConditions { .. } | Self::NoVendorQualification { .. },
                S::NotApproved,
            ) => Some(format!("the supplier says {when} that it is not approved")),
            (Self::Released | Self::OnConditions { .. }, S::Available | S::InTest | S::NotApplicable) => {
                Some(format!(
                    "it rests on the supplier's release, and the supplier says {when} that it is {state}"
                ))
            }
        }
    }

    /// Who bears the risk, by the name with which they sign in; `None`: nobody's word is overridden.
    #[must_use]
    pub fn risk_owner(&self) -> Option<&str> {
        match self {
            Self::Override { risk_owner, .. } => Some(risk_owner),
            Self::Released | Self::OnConditions { .. } | Self::NoVendorQualification { .. } => None,
        }
    }

    /// The same, naming the supplier's state that it overrides.
    #[must_use]
    pub fn over(self, standing: &SupplierStanding) -> Self {
        match self {
            Self::Override { reason, risk_owner, expires, of: _ } => {
                Self::Override { reason, risk_owner, expires, of: standing.state() }
            }
            other @ (Self::Released | Self::OnConditions { .. } | Self::NoVendorQualification { .. }) => {
                other
            }
        }
    }
}

/// What a supplier asks for that had said nothing when it was decided; `None`: nothing.
fn spoke_since(conditions: &[String], when: &str) -> Option<String> {
    (!conditions.is_empty()).then(|| {
        let named = conditions.join("`, `");
        format!("it rests on no supplier having said anything, and the supplier names conditions {when}: `{named}`")
    })
}

vocabulary! {
    /// What happens with a patch once it is authorised.
    Posting, "posting" {
        /// It waits to be posted.
        Later = "later",
        /// It is effective at once.
        AtOnce = "at_once",
    }
}

/// A patch that is to be authorised in a baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorisation {
    /// The baseline.
    pub baseline: BaselineId,
    /// The patch.
    pub patch: String,
    /// What it rests on.
    pub basis: Basis,
    /// The supplier's word under it.
    pub footing: Footing,
    /// Posted when?
    pub posting: Posting,
    /// Until when; `None`: until it is taken back.
    pub expires: Option<Moment>,
}

/// A kind of change that is approved beforehand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandardChange {
    /// Its name.
    pub name: String,
    /// The baseline in which it holds.
    pub baseline: BaselineId,
    /// The classes of patches; at least one.
    pub classes: Vec<PatchClass>,
    /// Up to which risk.
    pub most_risk: RiskClass,
    /// Until when.
    pub until: Moment,
}

/// What a decision is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Matter {
    /// A patch is to be authorised.
    Authorise(Authorisation),
    /// A patch is not to be used.
    Reject {
        /// In this baseline; `None`: everywhere.
        baseline: Option<BaselineId>,
        /// The patch.
        patch: String,
    },
    /// A decline everywhere is to be taken back.
    Readmit {
        /// The decision by which the patch is declined.
        decline: DecisionId,
        /// The patch.
        patch: String,
    },
    /// A kind of change is approved beforehand.
    Standard(StandardChange),
    /// An exemption is to hold.
    Exempt {
        /// Defer, mitigate or accept.
        kind: ExemptionKind,
        /// Which.
        exemption: ExemptionId,
    },
}

vocabulary! {
    /// What an exemption is.
    ExemptionKind, "kind of exemption" {
        /// Patching waits.
        Defer = "defer",
        /// Controls stand in for it.
        Mitigate = "mitigate",
        /// The risk is borne.
        Accept = "accept",
    }
}

impl Matter {
    /// The kind of decision.
    #[must_use]
    pub const fn kind(&self) -> DecisionKind {
        match self {
            Self::Authorise(_) | Self::Standard(_) => DecisionKind::Approve,
            Self::Reject { .. } => DecisionKind::Reject,
            Self::Readmit { .. } => DecisionKind::Readmit,
            Self::Exempt { kind: ExemptionKind::Defer, .. } => DecisionKind::Defer,
            Self::Exempt { kind: ExemptionKind::Mitigate, .. } => DecisionKind::Mitigate,
            Self::Exempt { kind: ExemptionKind::Accept, .. } => DecisionKind::Accept,
        }
    }
}

/// How to get back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WayBack {
    /// By these steps.
    Steps(String),
    /// Not at all, and this person says so.
    None {
        /// What they say.
        statement: String,
        /// Who.
        by: String,
    },
}

/// Whether evidence was kept before an emergency patch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EvidenceHold {
    /// It was: what, and where.
    Kept(String),
    /// It was not needed, because.
    NotNeeded(String),
}

/// What makes a decision faster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emergency {
    /// Why it cannot wait.
    pub reason: String,
    /// The backup: what, when, where.
    pub backup: String,
    /// The way back.
    pub way_back: WayBack,
    /// Evidence before patching.
    pub evidence: EvidenceHold,
    /// The review afterwards.
    pub review: Review,
}

/// The review of an emergency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Review {
    /// Due.
    Due(Moment),
    /// Done.
    Done {
        /// When it was due.
        due: Moment,
        /// When it was done.
        at: Moment,
        /// By whom.
        by: Person,
        /// What was found.
        found: String,
    },
}

/// By which procedure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Procedure {
    /// The usual one.
    Normal,
    /// Approved beforehand by this decision.
    Standard(DecisionId),
    /// The fast one.
    Emergency(Emergency),
}

vocabulary! {
    /// By which procedure, as a word.
    ProcedureWord, "procedure" {
        /// The usual one.
        Normal = "normal",
        /// Approved beforehand.
        Standard = "standard",
        /// The fast one.
        Emergency = "emergency",
    }
}

impl Procedure {
    /// Its word.
    #[must_use]
    pub const fn word(&self) -> ProcedureWord {
        match self {
            Self::Normal => ProcedureWord::Normal,
            Self::Standard(_) => ProcedureWord::Standard,
            Self::Emergency(_) => ProcedureWord::Emergency,
        }
    }
}

vocabulary! {
    /// How a decision stands, as a word.
    DecisionWord, "state of a decision" {
        /// It waits for signatures.
        Waiting = "waiting",
        /// Somebody asked back; the author asks anew.
        Returned = "returned",
        /// It holds.
        Granted = "granted",
        /// An approver said no.
        Rejected = "rejected",
        /// Its author took it back.
        Withdrawn = "withdrawn",
        /// What it was about changed before it was granted.
        Lapsed = "lapsed",
        /// It held, and was taken back.
        Revoked = "revoked",
    }
}

/// How a decision ended without being granted, or after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// Who.
    pub by: Person,
    /// When.
    pub at: Moment,
    /// Why, or the question.
    pub why: String,
}

/// How a decision stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It waits for signatures; these are there.
    Waiting(Signatures),
    /// Somebody asked back.
    Returned(Closing),
    /// It holds.
    Granted {
        /// Whose names stand under it. A rejection is its author's alone.
        signatures: Signatures,
        /// Since when.
        at: Moment,
    },
    /// An approver said no.
    Rejected(Closing),
    /// Its author took it back.
    Withdrawn(Closing),
    /// What it was about changed.
    Lapsed(Closing),
    /// It held, and was taken back.
    Revoked(Closing),
}

impl State {
    /// Its word.
    #[must_use]
    pub const fn word(&self) -> DecisionWord {
        match self {
            Self::Waiting(_) => DecisionWord::Waiting,
            Self::Returned(_) => DecisionWord::Returned,
            Self::Granted { .. } => DecisionWord::Granted,
            Self::Rejected(_) => DecisionWord::Rejected,
            Self::Withdrawn(_) => DecisionWord::Withdrawn,
            Self::Lapsed(_) => DecisionWord::Lapsed,
            Self::Revoked(_) => DecisionWord::Revoked,
        }
    }

    /// How it ended without being granted, or after; `None`: it waits or holds.
    #[must_use]
    pub const fn closing(&self) -> Option<&Closing> {
        match self {
            Self::Waiting(_) | Self::Granted { .. } => None,
            Self::Returned(closing)
            | Self::Rejected(closing)
            | Self::Withdrawn(closing)
            | Self::Lapsed(closing)
            | Self::Revoked(closing) => Some(closing),
        }
    }
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Its id.
    pub id: DecisionId,
    /// What it is about.
    pub matter: Matter,
    /// By which procedure.
    pub procedure: Procedure,
    /// How much hangs on it.
    pub risk: RiskClass,
    /// Why so much, one clause each.
    pub risk_why: Vec<String>,
    /// Why it is asked for.
    pub reason: String,
    /// Who asks.
    pub author: Person,
    /// When.
    pub asked_at: Moment,
    /// The hash of the card as the author saw it.
    pub card: CardHash,
    /// How many signatures it needs.
    pub needed: u8,
    /// Everybody who tested what it rests on.
    pub testers: BTreeSet<String>,
    /// How it stands.
    pub state: State,
}

/// What giving a signature did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signed {
    /// More are needed.
    StillWaiting(Decision),
    /// This was the last one.
    Complete(Decision),
}

impl Decision {
    /// Who may not sign it.
    #[must_use]
    pub fn barred(&self) -> Barred {
        Barred { author: self.author.account.clone(), testers: self.testers.clone() }
    }

    /// With one more signature.
    ///
    /// # Errors
    /// A refusal when it does not wait any more, when the signer may not sign, or when what was shown to them is not
    /// what the author asked for.
    pub fn sign(self, signature: Signature) -> Result<Signed, Rejected> {
        if signature.shown != self.card {
            let what = "what was shown is not what this decision asks for";
            return Err(refused("other-card", what, "look at the decision again, then sign or return it"));
        }
        let barred = self.barred();
        let State::Waiting(signatures) = self.state else { return Err(over(self.id, self.state.word())) };
        let at = signature.at;
        let signatures = signatures.with(signature, &barred)?;
        let complete = signatures.count() >= usize::from(self.needed.max(1));
        if complete && let Some(owner) = unsigned_owner(&self.matter, &signatures) {
            let what = format!("`{owner}` bears the risk of the override and has not signed it");
            let remedy = "let the risk owner sign; theirs is among the signatures that it needs";
            return Err(refused("risk-owner-signs", what, remedy));
        }
        let state = if complete { State::Granted { signatures, at } } else { State::Waiting(signatures) };
        let decision = Self { state, ..self };
        Ok(if complete { Signed::Complete(decision) } else { Signed::StillWaiting(decision) })
    }

    /// The signatures under it, as long as it waits or holds.
    pub fn signatures(&self) -> impl Iterator<Item = &Signature> {
        let all = match &self.state {
            State::Waiting(signatures) | State::Granted { signatures, .. } => signatures.all(),
            State::Returned(_)
            | State::Rejected(_)
            | State::Withdrawn(_)
            | State::Lapsed(_)
            | State::Revoked(_) => &[],
        };
        all.iter()
    }

    /// Ended, in one of the ways in which a waiting decision ends.
    ///
    /// # Errors
    /// A refusal without a reason; when it does not wait; when anybody but its author withdraws it, or its author
    /// rejects or returns it.
    pub fn close(self, ending: Ending, by: Person, why: &str, at: Moment) -> Result<Self, Rejected> {
        let why = written("reason", why)?;
        if !matches!(self.state, State::Waiting(_)) {
            return Err(over(self.id, self.state.word()));
        }
        let is_author = by.account == self.author.account;
        let closing = Closing { by, at, why };
        let state = match ending {
            Ending::Withdrawn if !is_author => {
                let what = "only the one who asked can take a decision back";
                return Err(refused("not-author", what, "reject it, or return it with a question"));
            }
            Ending::Rejected | Ending::Returned if is_author => {
                let what = "the one who asked does not answer";
                return Err(refused("four-eyes-author", what, "take it back instead"));
            }
            Ending::Withdrawn => State::Withdrawn(closing),
            Ending::Rejected => State::Rejected(closing),
            Ending::Returned => State::Returned(closing),
            Ending::Lapsed => State::Lapsed(closing),
        };
        Ok(Self { state, ..self })
    }

    /// Taken back after it held.
    ///
    /// # Errors
    /// A refusal without a reason, or when it does not hold.
    pub fn revoke(self, by: Person, why: &str, at: Moment) -> Result<Self, Rejected> {
        let why = written("reason", why)?;
        match self.state {
            State::Granted { .. } => Ok(Self { state: State::Revoked(Closing { by, at, why }), ..self }),
            State::Waiting(_)
            | State::Returned(_)
            | State::Rejected(_)
            | State::Withdrawn(_)
            | State::Lapsed(_)
            | State::Revoked(_) => Err(over(self.id, self.state.word())),
        }
    }

    /// With the review of its emergency done.
    ///
    /// # Errors
    /// A refusal when it was no emergency, was not granted, not carried out or was reviewed before, when its author or a signer
    /// reviews it, and for words that say nothing.
    pub fn reviewed(
        mut self,
        by: Person,
        found: &str,
        (carried, at): (Carried, Moment),
    ) -> Result<Self, Rejected> {
        let found = told("finding of the review", found)?;
        let signed = self.signatures().any(|one| one.accounts().any(|account| account == by.account));
        let Procedure::Emergency(emergency) = &mut self.procedure else {
            return Err(refused(
                "no-emergency",
                "this decision was no emergency",
                "nothing is to be reviewed",
            ));
        };
        let Review::Due(due) = emergency.review else {
            return Err(refused("reviewed", "this emergency was reviewed before", "read what was found"));
        };
        // Before the last signature nothing was done by it, and whoever looked beforehand could still sign.
        if !matches!(self.state, State::Granted { .. }) {
            let what = format!("the emergency is {}, so nothing was done by it", self.state.word());
            return Err(refused("not-granted", what, "review it when it was granted and carried out"));
        }
        if by.account == self.author.account {
            let what = "whoever declared the emergency does not review it";
            return Err(refused("four-eyes-author", what, "ask another person"));
        }
        if signed {
            let what = "whoever signed the emergency does not review it";
            return Err(refused("four-eyes-signer", what, "ask another person"));
        }
        if carried == Carried::Nothing {
            let what =
                "nothing was installed by the emergency yet, and it still holds: there is nothing to review";
            let remedy =
                "review it once it was installed, or take the patch back in its baseline, and review that";
            return Err(refused("not-carried-out", what, remedy));
        }
        emergency.review = Review::Done { due, at, by, found };
        Ok(self)
    }
}

/// What became of what was granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carried {
    /// Nothing yet.
    Nothing,
    /// It was installed somewhere, or tried.
    Done,
    /// It holds no more.
    Ended,
}

/// How a waiting decision ends without being granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Its author takes it back.
    Withdrawn,
    /// An approver says no.
    Rejected,
    /// An approver asks back.
    Returned,
    /// What it is about changed.
    Lapsed,
}

/// The risk owner of an override whose signature is not there; `None`: it is, or nothing is overridden.
fn unsigned_owner<'a>(matter: &'a Matter, signatures: &Signatures) -> Option<&'a str> {
    let Matter::Authorise(what) = matter else { return None };
    let owner = what.footing.risk_owner()?;
    let is_theirs = |one: &Signature| {
        one.by.name == owner || one.on_behalf_of.as_ref().is_some_and(|person| person.name == owner)
    };
    (!signatures.all().iter().any(is_theirs)).then_some(owner)
}

fn over(id: DecisionId, word: DecisionWord) -> Rejected {
    refused("decision-over", format!("decision {id} is {word}"), "ask for a new decision when one is needed")
}

#[cfg(test)]
mod tests;
