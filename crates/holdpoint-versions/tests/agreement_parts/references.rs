//! Ranges of other sources beside ours, compared by membership of probe versions.

use holdpoint_versions::expression::{self, Category, Context, Expression};
use holdpoint_versions::{Answer, Bound, Interval, Profile, Version, VersionRange};
use serde_json::Value;

/// One row of the file, with both sides read.
pub struct Row<'a> {
    pub row: &'a Value,
    pub ours: Expression,
    pub theirs: Result<VersionRange, String>,
}

pub fn text<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key].as_str().unwrap_or("")
}

pub fn read(row: &Value) -> Row<'_> {
    let context = Context { vendor: "", product: text(row, "csaf_product"), category: Category::Range };
    let ours = expression::parse(&context, text(row, "csaf_range"));
    Row { row, ours, theirs: reference(&row["ref"]) }
}

/// The union of the reference's entries: `["all"]`, `["exact", v]`, `["hi"|"rng"|"lo", low, included, high, included]`.
fn reference(entries: &Value) -> Result<VersionRange, String> {
    let mut intervals = Vec::new();
    for entry in entries.as_array().into_iter().flatten() {
        let at = |index: usize| entry[index].as_str();
        let version =
            |text: &str| Version::parse_ot(Profile::Common, text).map_err(|error| error.to_string());
        let bound = |index: usize| -> Result<Bound, String> {
            match at(index) {
                None => Ok(Bound::Unbounded),
                Some("allversions" | "0") if index == 1 => Ok(Bound::Unbounded),
                Some(text) => {
                    let version = version(text)?;
                    let included = entry[index + 1].as_bool() == Some(true);
                    Ok(if included { Bound::Included(version) } else { Bound::Excluded(version) })
                }
            }
        };
        match at(0) {
            Some("all") => intervals.push(Interval::all()),
            Some("exact") => intervals.push(Interval::exact(version(at(1).unwrap_or(""))?)),
            Some("na") => {}
            Some(_) => intervals.push(Interval { lower: bound(1)?, upper: bound(3)? }),
            None => return Err("an entry without a kind".to_owned()),
        }
    }
    Ok(VersionRange::from_intervals(intervals))
}

fn named(range: &VersionRange, into: &mut Vec<String>) {
    for interval in range.intervals() {
        for bound in [&interval.lower, &interval.upper] {
            if let Bound::Included(version) | Bound::Excluded(version) = bound {
                into.push(version.text().to_owned());
            }
        }
    }
}

/// The last number of a text a little lower and a little higher, and a further number behind it.
fn neighbours(text: &str, into: &mut Vec<String>) {
    let end = text.rfind(|c: char| c.is_ascii_digit()).map_or(0, |at| at + 1);
    let start = text[..end].rfind(|c: char| !c.is_ascii_digit()).map_or(0, |at| at + 1);
    let Ok(number) = text[start..end].parse::<u64>() else { return };
    let width = end - start;
    let with = |n: u64| format!("{}{n:0width$}{}", &text[..start], &text[end..]);
    into.push(with(number.saturating_add(1)));
    if number > 0 {
        into.push(with(number - 1));
    }
    if end == text.len() {
        into.push(format!("{text}.1"));
    }
}

pub fn probes(row: &Row<'_>) -> Vec<String> {
    let mut names = Vec::new();
    if let Some(range) = row.ours.range() {
        named(range, &mut names);
    }
    if let Ok(range) = &row.theirs {
        named(range, &mut names);
    }
    let mut probes = vec!["0.0.1".to_owned(), "99999.1".to_owned()];
    for name in &names {
        neighbours(name, &mut probes);
    }
    probes.extend(names);
    probes.sort();
    probes.dedup();
    probes
}

/// The class of one row. Classes that begin with `agrees` or `not comparable` are no disagreements.
pub fn class(row: &Row<'_>, together: &VersionRange) -> &'static str {
    let theirs = match &row.theirs {
        Ok(range) if range.is_none() => return "not comparable: the reference has no range",
        Ok(range) => range,
        Err(_) => return "not comparable: the reference is prose",
    };
    let Some(ours) = row.ours.range() else { return "not comparable: we do not understand the text" };
    let probes = probes(row);
    let ask = |probe: &str| row.ours.contains(probe);
    match contradictions(&probes, ask, theirs) {
        Some(found) if found.is_empty() => return "agrees with the whole reference",
        None => return "not comparable: no probe is decided by both",
        Some(_) => {}
    }
    let entry = |interval: &Interval| VersionRange::from_intervals(vec![interval.clone()]);
    let same =
        |range: &VersionRange| contradictions(&probes, ask, range).is_some_and(|found| found.is_empty());
    if theirs.intervals().len() > 1 && theirs.intervals().iter().any(|interval| same(&entry(interval))) {
        return "agrees with one entry; the others are other lines";
    }
    let union = |probe: &str| match Version::parse_ot(Profile::Common, probe) {
        Ok(version) => together.contains(&version),
        Err(error) => Answer::Unknown { why: error.to_string() },
    };
    match contradictions(&probes, union, theirs) {
        Some(found) if found.is_empty() => "agrees with the product's leaves together",
        _ => disagreement(row, ours, theirs, &probes),
    }
}

/// Probes that are inside for one side and outside for the other; `None` when both never decide.
fn contradictions(
    probes: &[String],
    ours: impl Fn(&str) -> Answer,
    theirs: &VersionRange,
) -> Option<Vec<String>> {
    let (mut decided, mut found) = (0, Vec::new());
    for probe in probes {
        let Ok(version) = Version::parse_ot(Profile::Common, probe) else { continue };
        match (ours(probe), theirs.contains(&version)) {
            (Answer::Unknown { .. }, _) | (_, Answer::Unknown { .. }) => continue,
            (Answer::Yes, Answer::Yes) | (Answer::No, Answer::No) => {}
            (Answer::Yes | Answer::No, Answer::Yes | Answer::No) => found.push(probe.clone()),
        }
        decided += 1;
    }
    (decided > 0).then_some(found)
}

/// Why the two sides differ. The last two classes are ours to look at.
fn disagreement(
    row: &Row<'_>,
    ours: &VersionRange,
    theirs: &VersionRange,
    probes: &[String],
) -> &'static str {
    let (mut mine, mut other) = (Vec::new(), Vec::new());
    named(ours, &mut mine);
    named(theirs, &mut other);
    let squeezed = |text: &String| -> String { text.chars().filter(char::is_ascii_alphanumeric).collect() };
    let version = |text: &String| Version::parse_ot(Profile::Common, text).ok();
    let digits_lost =
        |a: &String| other.iter().any(|b| version(a) != version(b) && squeezed(a) == squeezed(b));
    if ours.is_all() || theirs.is_all() {
        return "one side names no bound";
    }
    if mine.iter().any(digits_lost) {
        return "the reference lost a separator of the version";
    }
    let both: Vec<_> = mine
        .iter()
        .filter_map(version)
        .filter(|a| other.iter().filter_map(version).any(|b| *a == b))
        .collect();
    let ask = |probe: &str| row.ours.contains(probe);
    let found = contradictions(probes, ask, theirs).unwrap_or_default();
    if found.iter().filter_map(version).all(|probe| both.contains(&probe)) {
        return "only whether the bound itself is meant";
    }
    let stem = |text: &String| {
        text.split(|c: char| !c.is_ascii_digit() && c != '.').find(|p| !p.is_empty()).map(str::to_owned)
    };
    let number = |text: &String| stem(text).and_then(|stem| version(&stem));
    let coarser = |a: &String| other.iter().any(|b| number(a) == version(b) && version(a) != version(b));
    if mine.iter().any(coarser) {
        return "the reference leaves out the service pack, update or build";
    }
    if theirs.intervals().iter().all(|interval| interval.point().is_some()) {
        return "the reference lists single versions";
    }
    let upper = |range: &VersionRange| -> Vec<Bound> {
        range.intervals().iter().map(|interval| interval.upper.clone()).collect()
    };
    if upper(ours).iter().any(|bound| upper(theirs).contains(bound)) {
        return "same upper bound, another lower bound";
    }
    let written = text(row.row, "csaf_range").replace('_', " ");
    if row.ours.predicates().is_empty()
        && mine.iter().all(|bound| written.contains(bound.replace('_', " ").as_str()))
    {
        return "the sources name different versions";
    }
    if row.ours.predicates().is_empty() {
        "not classified"
    } else {
        "the sources name different versions, ours under a condition"
    }
}
