//! What of a decision lies in one JSON column: what it is about, by which procedure, and how it closed.

use crate::columns::write_json;
use holdpoint_domain::Moment;
use holdpoint_domain::decision::{
    Authorisation, Basis, Closing, Decision, DecisionWord, Emergency, EvidenceHold, Footing, Matter,
    MetCondition, Procedure, Review, StandardChange, State, WayBack,
};
use holdpoint_domain::signature::{CardHash, Person, Signatures};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::str::FromStr;

/// The column.
#[derive(Serialize, Deserialize)]
pub(super) struct Facts {
    matter: StoredMatter,
    procedure: StoredProcedure,
    risk_why: Vec<String>,
    card: Vec<u8>,
    testers: Vec<String>,
    granted_at: Option<i64>,
    closing: Option<StoredClosing>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StoredMatter {
    Authorise {
        baseline: String,
        patch: String,
        runs: Vec<String>,
        inspection: Option<String>,
        footing: StoredFooting,
        posting: String,
        expires: Option<i64>,
    },
    Reject {
        baseline: Option<String>,
        patch: String,
    },
    Readmit {
        decline: String,
        patch: String,
    },
    Standard {
        name: String,
        baseline: String,
        classes: Vec<String>,
        most_risk: String,
        until: i64,
    },
    Exempt {
        kind: String,
        exemption: String,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StoredFooting {
    Released,
    OnConditions {
        /// Each condition, and how it is known that it is met.
        met: Vec<[String; 2]>,
    },
    NoVendorQualification {
        reason: String,
    },
    Override {
        reason: String,
        risk_owner: String,
        expires: i64,
        #[serde(default)]
        of: Option<String>,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "it lives for a moment, on its way to or from its text")]
enum StoredProcedure {
    Normal,
    Standard(String),
    Emergency {
        reason: String,
        backup: String,
        way_back: Option<String>,
        no_way_back: Option<[String; 2]>,
        evidence: Option<String>,
        no_evidence: Option<String>,
        review_due: i64,
        reviewed: Option<StoredClosing>,
    },
}

#[derive(Serialize, Deserialize)]
struct StoredClosing {
    by: [String; 2],
    at: i64,
    why: String,
}

/// What is left of a row's facts.
pub(super) struct Rest {
    pub risk_why: Vec<String>,
    pub card: CardHash,
    pub testers: BTreeSet<String>,
    granted_at: Option<i64>,
    closing: Option<Closing>,
}

impl Rest {
    /// The state; its signatures are read besides.
    pub(super) fn state(&self, word: DecisionWord) -> Result<State, String> {
        let closing = || self.closing.clone().ok_or_else(|| format!("it is {word}, and nobody is named"));
        Ok(match word {
            DecisionWord::Waiting => State::Waiting(Signatures::default()),
            DecisionWord::Granted => State::Granted {
                signatures: Signatures::default(),
                at: moment(self.granted_at.ok_or("it is granted at no moment")?),
            },
            DecisionWord::Returned => State::Returned(closing()?),
            DecisionWord::Rejected => State::Rejected(closing()?),
            DecisionWord::Withdrawn => State::Withdrawn(closing()?),
            DecisionWord::Lapsed => State::Lapsed(closing()?),
            DecisionWord::Revoked => State::Revoked(closing()?),
        })
    }
}

const fn moment(micros: i64) -> Moment {
    Moment::from_micros(micros)
}

fn read<T: FromStr>(text: &str) -> Result<T, String>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|why: T::Err| why.to_string())
}

fn closed(stored: StoredClosing) -> Closing {
    let [account, name] = stored.by;
    Closing { by: Person { account, name }, at: moment(stored.at), why: stored.why }
}

fn closing(by: &Person, at: Moment, why: &str) -> StoredClosing {
    StoredClosing { by: [by.account.clone(), by.name.clone()], at: at.micros(), why: why.to_owned() }
}

impl Facts {
    /// The parts of a decision.
    pub(super) fn read(self) -> Result<(Matter, Procedure, Rest), String> {
        let card: [u8; 32] = self.card.try_into().map_err(|_| "the hash of the card has another length")?;
        let rest = Rest {
            risk_why: self.risk_why,
            card: CardHash(card),
            testers: self.testers.into_iter().collect(),
            granted_at: self.granted_at,
            closing: self.closing.map(closed),
        };
        Ok((matter(self.matter)?, procedure(self.procedure)?, rest))
    }
}

fn matter(stored: StoredMatter) -> Result<Matter, String> {
    Ok(match stored {
        StoredMatter::Authorise { baseline, patch, runs, inspection, footing, posting, expires } => {
            let runs: Vec<_> = runs.iter().map(|id| read(id)).collect::<Result<_, _>>()?;
            Matter::Authorise(Authorisation {
                baseline: read(&baseline)?,
                patch,
                basis: match inspection {
                    Some(reason) => Basis::Inspection { reason },
                    None => Basis::Tested(runs),
                },
                footing: match footing {
                    StoredFooting::Released => Footing::Released,
                    StoredFooting::OnConditions { met } => {
                        let met = met.into_iter().map(|[condition, why]| MetCondition { condition, why });
                        Footing::OnConditions { met: met.collect() }
                    }
                    StoredFooting::NoVendorQualification { reason } => {
                        Footing::NoVendorQualification { reason }
                    }
                    StoredFooting::Override { reason, risk_owner, expires, of } => Footing::Override {
                        reason,
                        risk_owner,
                        expires: moment(expires),
                        of: of.as_deref().map(read).transpose()?,
                    },
                },
                posting: read(&posting)?,
                expires: expires.map(moment),
            })
        }
        StoredMatter::Reject { baseline, patch } => {
            Matter::Reject { baseline: baseline.as_deref().map(read).transpose()?, patch }
        }
        StoredMatter::Readmit { decline, patch } => Matter::Readmit { decline: read(&decline)?, patch },
        StoredMatter::Standard { name, baseline, classes, most_risk, until } => {
            Matter::Standard(StandardChange {
                name,
                baseline: read(&baseline)?,
                classes: classes.iter().map(|class| read(class)).collect::<Result<_, _>>()?,
                most_risk: read(&most_risk)?,
                until: moment(until),
            })
        }
        StoredMatter::Exempt { kind, exemption } => {
            Matter::Exempt { kind: read(&kind)?, exemption: read(&exemption)? }
        }
    })
}

fn procedure(stored: StoredProcedure) -> Result<Procedure, String> {
    Ok(match stored {
        StoredProcedure::Normal => Procedure::Normal,
        StoredProcedure::Standard(id) => Procedure::Standard(read(&id)?),
        StoredProcedure::Emergency {
            reason,
            backup,
            way_back,
            no_way_back,
            evidence,
            no_evidence,
            review_due,
            reviewed,
        } => {
            let way_back = match (way_back, no_way_back) {
                (Some(steps), _) => WayBack::Steps(steps),
                (None, Some([statement, by])) => WayBack::None { statement, by },
                (None, None) => return Err("an emergency without a word on the way back".to_owned()),
            };
            let evidence = match (evidence, no_evidence) {
                (Some(text), _) => EvidenceHold::Kept(text),
                (None, Some(text)) => EvidenceHold::NotNeeded(text),
                (None, None) => return Err("an emergency without a word on evidence".to_owned()),
            };
            let due = moment(review_due);
            let review = reviewed.map(closed).map_or(Review::Due(due), |done| {
                let Closing { by, at, why } = done;
                Review::Done { due, at, by, found: why }
            });
            Procedure::Emergency(Emergency { reason, backup, way_back, evidence, review })
        }
    })
}

/// The text of the column.
pub(super) fn write(decision: &Decision) -> String {
    let (granted_at, closing) = match &decision.state {
        State::Waiting(_) => (None, None),
        State::Granted { at, .. } => (Some(at.micros()), None),
        State::Returned(end)
        | State::Rejected(end)
        | State::Withdrawn(end)
        | State::Lapsed(end)
        | State::Revoked(end) => (None, Some(closing(&end.by, end.at, &end.why))),
    };
    write_json(&Facts {
        matter: stored_matter(&decision.matter),
        procedure: stored_procedure(&decision.procedure),
        risk_why: decision.risk_why.clone(),
        card: decision.card.0.to_vec(),
        testers: decision.testers.iter().cloned().collect(),
        granted_at,
        closing,
    })
}

fn stored_matter(matter: &Matter) -> StoredMatter {
    match matter {
        Matter::Authorise(what) => {
            let (runs, inspection) = match &what.basis {
                Basis::Tested(runs) => (runs.iter().map(ToString::to_string).collect(), None),
                Basis::Inspection { reason } => (Vec::new(), Some(reason.clone())),
            };
            StoredMatter::Authorise {
                baseline: what.baseline.to_string(),
                patch: what.patch.clone(),
                runs,
                inspection,
                footing: match what.footing.clone() {
                    Footing::Released => StoredFooting::Released,
                    Footing::OnConditions { met } => StoredFooting::OnConditions {
                        met: met.into_iter().map(|one| [one.condition, one.why]).collect(),
                    },
                    Footing::NoVendorQualification { reason } => {
                        StoredFooting::NoVendorQualification { reason }
                    }
                    Footing::Override { reason, risk_owner, expires, of } => StoredFooting::Override {
                        reason,
                        risk_owner,
                        expires: expires.micros(),
                        of: of.map(|state| state.word().to_owned()),
                    },
                },
                posting: what.posting.word().to_owned(),
                expires: what.expires.map(Moment::micros),
            }
        }
        Matter::Reject { baseline, patch } => {
            StoredMatter::Reject { baseline: baseline.map(|id| id.to_string()), patch: patch.clone() }
        }
        Matter::Readmit { decline, patch } => {
            StoredMatter::Readmit { decline: decline.to_string(), patch: patch.clone() }
        }
        Matter::Standard(change) => StoredMatter::Standard {
            name: change.name.clone(),
            baseline: change.baseline.to_string(),
            classes: change.classes.iter().map(|class| class.word().to_owned()).collect(),
            most_risk: change.most_risk.word().to_owned(),
            until: change.until.micros(),
        },
        Matter::Exempt { kind, exemption } => {
            StoredMatter::Exempt { kind: kind.word().to_owned(), exemption: exemption.to_string() }
        }
    }
}

fn stored_procedure(procedure: &Procedure) -> StoredProcedure {
    match procedure {
        Procedure::Normal => StoredProcedure::Normal,
        Procedure::Standard(id) => StoredProcedure::Standard(id.to_string()),
        Procedure::Emergency(declared) => {
            let (way_back, no_way_back) = match declared.way_back.clone() {
                WayBack::Steps(steps) => (Some(steps), None),
                WayBack::None { statement, by } => (None, Some([statement, by])),
            };
            let (evidence, no_evidence) = match declared.evidence.clone() {
                EvidenceHold::Kept(text) => (Some(text), None),
                EvidenceHold::NotNeeded(text) => (None, Some(text)),
            };
            let (due, reviewed) = match &declared.review {
                Review::Due(due) => (due, None),
                Review::Done { due, at, by, found } => (due, Some(closing(by, *at, found))),
            };
            StoredProcedure::Emergency {
                reason: declared.reason.clone(),
                backup: declared.backup.clone(),
                way_back,
                no_way_back,
                evidence,
                no_evidence,
                review_due: due.micros(),
                reviewed,
            }
        }
    }
}
