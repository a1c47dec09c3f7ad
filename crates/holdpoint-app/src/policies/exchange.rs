//! All policies as one text, and such a text back as proposals: so a site's rules can be kept and reviewed elsewhere.
//!
//! The surprise: taking a file in publishes nothing. What differs from what holds becomes a proposal, which somebody
//! publishes as any other.

use super::holding::Rules;
use super::read::compared;
use super::unreadable;
use super::write::{Proposal, RevisionKey, propose_in, site_of};
use crate::App;
use crate::access_check::Caller;
use crate::approval::reading;
use crate::error::AppError;
use crate::inventory::Run;
use holdpoint_domain::access::Permission;
use holdpoint_domain::policy::{Difference, PolicyKind};
use holdpoint_formats::policy::{self as text, Document};
use serde_json::json;

/// One policy of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// A name for its file: `KIND.toml`, or `KIND@SITE.toml`.
    pub file: String,
    /// Its text.
    pub text: String,
}

/// What holds, one document each: of all kinds, and of the sites that have their own.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn export(app: &App, caller: &Caller) -> Result<Vec<Exported>, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    reading(app, |r| {
        let rules = Rules::read(r)?;
        let held = r.policies_holding()?;
        let mut all = Vec::new();
        for kind in PolicyKind::ALL {
            let general = rules.of(*kind, None);
            let of_kind = held.iter().filter(|one| one.kind == *kind);
            let notes = |number: u64| {
                let found = held.iter().find(|one| one.kind == *kind && one.revision == number);
                vec![match found {
                    None => "Revision 0: as delivered with the program.".to_owned(),
                    Some(one) => format!("Revision {}, by {}: {}", one.revision, one.author.name, one.reason),
                }]
            };
            all.push(Exported {
                file: format!("{kind}.toml"),
                text: text::document(&general.values, None, &notes(general.revision)),
            });
            for one in of_kind.filter(|one| one.site.is_some() && reach.covers(one.site)) {
                let values = rules.of(*kind, one.site).values;
                let plain: String =
                    one.site_name.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
                all.push(Exported {
                    file: format!("{kind}@{plain}.toml"),
                    text: text::document(&values, Some(&one.site_name), &notes(one.revision)),
                });
            }
        }
        Ok(all)
    })
}

/// All of them as one file.
#[must_use]
pub fn one_file(all: &[Exported]) -> String {
    text::join(&all.iter().map(|one| one.text.clone()).collect::<Vec<_>>())
}

/// What became of one policy of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Its first line in the file.
    pub line: usize,
    /// Its kind.
    pub kind: PolicyKind,
    /// Its site's name; empty: all sites.
    pub site_name: String,
    /// How it differs from what holds; empty: it says the same, and nothing is proposed.
    pub changes: Vec<Difference>,
    /// The proposal that it became.
    pub proposed: Option<RevisionKey>,
}

/// Takes in a file of policies: whatever differs from what holds is proposed, all of it or nothing.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Invalid`] for a file of which any document is no policy; [`AppError::NotFound`] for a
/// site that is not here; [`AppError::Store`].
pub fn import(
    app: &App,
    caller: &Caller,
    file: &str,
    run: Run,
    reason: &str,
) -> Result<Vec<Taken>, AppError> {
    let mut documents = Vec::new();
    for (line, document) in text::split(file).map_err(|fault| unreadable(&[fault]))? {
        let read = text::read(document).map_err(|mut faults| {
            for fault in &mut faults {
                fault.line += line - 1;
            }
            unreadable(&faults)
        })?;
        documents.push((line, document, read));
    }
    if run == Run::Dry {
        return reading(app, |r| {
            let rules = Rules::read(r)?;
            let taken = documents.iter().map(|(line, _, read)| {
                let site = site_of(r, caller, read)?;
                Ok(look(&rules, *line, site, read))
            });
            taken.collect()
        });
    }
    let committed = app.store().change(&app.intent(caller, "policy.import", reason), |c| {
        let rules = Rules::read(c)?;
        let mut all = Vec::new();
        for (line, document, read) in &documents {
            let site = site_of(c, caller, read)?;
            let mut taken = look(&rules, *line, site, read);
            if !taken.changes.is_empty() {
                let text = (*document).to_owned();
                let new = Proposal { text, reason: reason.to_owned(), from: None };
                taken.proposed = Some(propose_in(c, caller, read, &new)?);
            }
            all.push(taken);
        }
        if all.iter().all(|taken| taken.proposed.is_none()) {
            c.nothing_to_do();
        }
        c.detail("policies", json!(all.len()));
        Ok::<_, AppError>(all)
    })?;
    Ok(committed.value)
}

fn look(rules: &Rules, line: usize, site: Option<holdpoint_domain::id::SiteId>, read: &Document) -> Taken {
    let kind = read.values.kind();
    Taken {
        line,
        kind,
        site_name: read.site.clone().unwrap_or_default(),
        changes: compared(&rules.of(kind, site).values, &read.values).changes,
        proposed: None,
    }
}
