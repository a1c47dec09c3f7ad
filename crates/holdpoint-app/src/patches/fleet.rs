//! From a vulnerability over its patches to the assets that lack them.
//!
//! The answer belongs to a configuration, so a thousand like machines are one piece of work. The surprise: any one of the
//! patches that fix a vulnerability for a product is enough; a security-only update and a roll-up stand side by side.

use super::subject::{Release, Subject, subjects};
use super::vendor::{Documents, FixStanding, needed};
use super::words;
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use holdpoint_domain::access::Permission;
use holdpoint_domain::component::Component;
use holdpoint_domain::id::{AdvisoryId, AssetId, RevisionId};
use holdpoint_domain::matching::Verdict;
use holdpoint_domain::{Moment, Rejected};
use holdpoint_engine::supersedence::{CveStanding, PatchGraph, PatchProduct, ProductView};
use holdpoint_store::matches::MatchRow;
use holdpoint_store::{Reader, StoreError};
use std::collections::{BTreeMap, HashMap, HashSet};

/// The most rows of a page.
const MAX_LIMIT: u32 = 1_000;

/// Which page of the assets.
#[derive(Debug, Clone, Default)]
pub struct FleetQuery {
    /// The vulnerability.
    pub reference: String,
    /// Only these answers; empty: all.
    pub verdicts: Vec<Verdict>,
    /// Only assets with a tag after this one; empty: from the first on.
    pub after: String,
    /// The most rows, 1 to 1,000.
    pub limit: u32,
}

/// Whether one asset lacks the patches against a vulnerability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetLack {
    /// The asset.
    pub id: AssetId,
    /// Its tag.
    pub tag: String,
    /// Its name; empty: nobody has said.
    pub name: String,
    /// Yes: it lacks them; no: one of them is there; unknown: nobody can say.
    pub verdict: Verdict,
    /// Why, in sentences.
    pub why: String,
}

/// Which assets lack the patches against a vulnerability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FleetLack {
    /// The vulnerability.
    pub reference: String,
    /// Whether any source that was read lists a patch against it.
    pub has_patches: bool,
    /// How many assets lack them.
    pub yes: u64,
    /// How many have one of them.
    pub no: u64,
    /// Of how many nobody can say.
    pub unknown: u64,
    /// How many assets with Microsoft's products there are for whose product no source lists a patch against it. That
    /// is not a no: their product may be unlisted because it is not affected, or because it is out of support.
    pub not_listed: u64,
    /// One page of the assets with an answer, by tag.
    pub items: Vec<AssetLack>,
    /// The tag after which the next page begins; `None`: this is the last.
    pub next: Option<String>,
}

/// The answer for one configuration.
struct Answer {
    verdict: Verdict,
    why: String,
}

/// Which assets lack the patches against a vulnerability.
///
/// # Errors
/// [`AppError::Invalid`] for a limit that cannot be; [`AppError::Refused`]; [`AppError::Store`].
pub fn lacking(app: &App, caller: &Caller, query: &FleetQuery) -> Result<FleetLack, AppError> {
    let reach = caller.require(Permission::ReadPlant)?;
    if !(1..=MAX_LIMIT).contains(&query.limit) {
        return Err(AppError::Invalid(Rejected::new(
            "limit",
            format!("a page has 1 to {MAX_LIMIT} rows, not {}", query.limit),
            "nothing was listed",
            "ask for fewer, and go on with the cursor",
        )));
    }
    Ok(app.store().read(|r| {
        let graph = app.patches().graph(r)?;
        let (mut answers, mut not_listed) = answers(r, &graph, &query.reference)?;
        let by_fixes = of_fixes(r, &query.reference)?;
        let is_fixed = by_fixes.is_fixed;
        not_listed.retain(|number| !by_fixes.answers.contains_key(number));
        for (number, answer) in by_fixes.answers {
            let both = match answers.remove(&number) {
                Some(known) => worse(known, answer),
                None => answer,
            };
            answers.insert(number, both);
        }
        let numbers: Vec<i64> = answers.keys().copied().collect();
        let mut result = FleetLack {
            reference: query.reference.trim().to_ascii_uppercase(),
            has_patches: is_fixed || graph.knows_cve(&query.reference.trim().to_ascii_uppercase()),
            yes: 0,
            no: 0,
            unknown: 0,
            not_listed: r.count_configured(&not_listed, &reach)?.iter().map(|(_, count)| count).sum(),
            items: Vec::new(),
            next: None,
        };
        for (number, count) in r.count_configured(&numbers, &reach)? {
            match answers.get(&number).map(|answer| answer.verdict) {
                Some(Verdict::Yes) => result.yes += count,
                Some(Verdict::No) => result.no += count,
                Some(Verdict::Unknown) | None => result.unknown += count,
            }
        }
        let is_wanted =
            |answer: &Answer| query.verdicts.is_empty() || query.verdicts.contains(&answer.verdict);
        let wanted: Vec<i64> =
            answers.iter().filter(|(_, answer)| is_wanted(answer)).map(|(number, _)| *number).collect();
        let mut page = r.configured_assets(&wanted, &reach, &query.after, query.limit + 1)?;
        if page.len() > query.limit as usize {
            page.truncate(query.limit as usize);
            result.next = page.last().map(|asset| asset.tag.clone());
        }
        for asset in page {
            if let Some(answer) = answers.get(&asset.configuration_no) {
                result.items.push(AssetLack {
                    id: asset.id,
                    tag: asset.tag,
                    name: asset.name,
                    verdict: answer.verdict,
                    why: answer.why.clone(),
                });
            }
        }
        Ok(result)
    })?)
}

/// The answers by configuration, and the configurations with products of Microsoft for which no patch is listed.
fn answers(
    r: &mut Reader<'_>,
    graph: &PatchGraph,
    reference: &str,
) -> Result<(BTreeMap<i64, Answer>, Vec<i64>), StoreError> {
    let reference = reference.trim().to_ascii_uppercase();
    if !graph.knows_cve(&reference) {
        return Ok((BTreeMap::new(), Vec::new()));
    }
    let components: HashMap<i64, Component> = r.all_components()?.into_iter().collect();
    let mut views: HashMap<PatchProduct, ProductView<'_>> = HashMap::new();
    let (mut answers, mut not_listed) = (BTreeMap::new(), Vec::new());
    for (number, parts) in r.configurations_in_use(Moment::OPEN)? {
        let parts: Vec<Component> = parts.iter().filter_map(|part| components.get(part)).cloned().collect();
        let subjects = subjects(graph, &parts);
        if subjects.is_empty() {
            continue;
        }
        for subject in &subjects {
            for product in &subject.candidates {
                views.entry(product.clone()).or_insert_with(|| graph.for_product(product));
            }
        }
        match answer(&subjects, &views, &reference) {
            Some(answer) => drop(answers.insert(number, answer)),
            None => not_listed.push(number),
        }
    }
    Ok((answers, not_listed))
}

/// What the fixes of advisories say.
#[derive(Default)]
struct ByFixes {
    /// Whether any document that treats the vulnerability names a fix for it.
    is_fixed: bool,
    answers: BTreeMap<i64, Answer>,
}

/// The answers by configuration that follow from the fixes which advisories name.
fn of_fixes(r: &mut Reader<'_>, reference: &str) -> Result<ByFixes, StoreError> {
    let reference = reference.trim().to_ascii_uppercase();
    let treating: HashSet<AdvisoryId> =
        r.advisories_treating(&reference)?.into_iter().map(|one| one.id).collect();
    let mut found = ByFixes::default();
    if treating.is_empty() {
        return Ok(found);
    }
    let mut documents = Documents::default();
    // A document that matches nothing here still says that there is a fix.
    for (advisory, revision) in r.current_revisions()? {
        if treating.contains(&advisory) && !found.is_fixed {
            let document = documents.get(r, advisory, revision)?;
            found.is_fixed = document.fixes.iter().any(|fix| fix.record.fixes.contains(&reference));
        }
    }
    let components: HashMap<i64, Component> = r.all_components()?.into_iter().collect();
    let mut rows: BTreeMap<(i64, AdvisoryId, RevisionId), Vec<MatchRow>> = BTreeMap::new();
    r.each_open_match(|row| {
        if treating.contains(&row.advisory) {
            rows.entry((row.configuration_no, row.advisory, row.revision)).or_default().push(row);
        }
        Ok(())
    })?;
    for ((configuration, advisory, revision), rows) in &rows {
        let document = documents.get(r, *advisory, *revision)?;
        for needed in needed(document, rows, &components) {
            if !needed.fix.record.fixes.contains(&reference) {
                continue;
            }
            let (verdict, why) = match needed.standing {
                FixStanding::Missing(why) => (Verdict::Yes, why),
                FixStanding::Unknown(why) => (Verdict::Unknown, why),
                FixStanding::Installed(why) | FixStanding::Covered(why) => (Verdict::No, why),
            };
            let why = format!("{}: {why}", needed.fix.record.identifier);
            let answer = Answer { verdict, why };
            let both = match found.answers.remove(configuration) {
                Some(known) => worse(known, answer),
                None => answer,
            };
            found.answers.insert(*configuration, both);
        }
    }
    Ok(found)
}

/// Two answers on one configuration: yes over unknown over no, with the reasons of both.
fn worse(one: Answer, other: Answer) -> Answer {
    let verdict = match (one.verdict, other.verdict) {
        (Verdict::Yes, _) | (_, Verdict::Yes) => Verdict::Yes,
        (Verdict::Unknown, _) | (_, Verdict::Unknown) => Verdict::Unknown,
        (Verdict::No, Verdict::No) => Verdict::No,
    };
    Answer { verdict, why: format!("{}; {}", one.why, other.why) }
}

/// The answer for one configuration; `None`: for none of its products is a patch listed.
fn answer(
    subjects: &[Subject],
    views: &HashMap<PatchProduct, ProductView<'_>>,
    reference: &str,
) -> Option<Answer> {
    let mut whys = Vec::new();
    let mut worst: Option<Verdict> = None;
    for subject in subjects {
        let Some((verdict, why)) = of_subject(subject, views, reference) else { continue };
        worst = Some(match (worst, verdict) {
            (Some(Verdict::Yes), _) | (_, Verdict::Yes) => Verdict::Yes,
            (Some(Verdict::Unknown), _) | (_, Verdict::Unknown) => Verdict::Unknown,
            (Some(Verdict::No) | None, Verdict::No) => Verdict::No,
        });
        whys.push(format!("{}: {why}", subject.component));
    }
    worst.map(|verdict| Answer { verdict, why: whys.join("; ") })
}

fn of_subject(
    subject: &Subject,
    views: &HashMap<PatchProduct, ProductView<'_>>,
    reference: &str,
) -> Option<(Verdict, String)> {
    let mut answers: Vec<(Verdict, String)> = Vec::new();
    let mut n_silent = 0;
    for product in &subject.candidates {
        match views[product].cve(&subject.evidence, reference) {
            CveStanding::Fixed { patch, standing } => {
                answers.push((Verdict::No, words::sentence(&patch, &standing)));
            }
            CveStanding::Partly { patch, standing, others } => {
                answers.push((Verdict::Unknown, words::partly(&patch, &standing, &others)));
            }
            CveStanding::Lacking(patches) => {
                let why = format!("none of {} is installed or covered", patches.join(", "));
                answers.push((Verdict::Yes, why));
            }
            CveStanding::Unknown(open) => match open.first() {
                Some((patch, standing)) => answers.push((Verdict::Unknown, words::sentence(patch, standing))),
                None => n_silent += 1,
            },
        }
    }
    let (verdict, why) = answers.first().cloned()?;
    let is_certain = verdict != Verdict::Yes || subject.release == Release::Known;
    if is_certain && answers.iter().all(|(other, _)| *other == verdict) && n_silent == 0 {
        return Some((verdict, why));
    }
    let text = "it is not known which release or architecture this is, and that would settle it";
    Some((Verdict::Unknown, text.to_owned()))
}
