//! Puts the constraints of one text together.
//!
//! The surprise: `|` means *and* in some texts and *or* in others, and an operator can govern only the first or
//! all members of a list. Where the readings agree the result is decided; where they differ, the outer range is
//! their union, the certain range their intersection, and a predicate says what is not clear.

use super::bounds::{Constraint, Limit, Operator};
use super::flag::Flag;
use super::predicate::Predicate;
use crate::profile::Profile;
use crate::range::{Answer, Bound, Interval, VersionRange};
use crate::version::{Comparison, Undecidable, Version};

/// A range while it is being put together.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    pub(crate) outer: VersionRange,
    pub(crate) certain: VersionRange,
    pub(crate) predicates: Vec<Predicate>,
}

impl Reading {
    pub(crate) fn all() -> Self {
        Self { outer: VersionRange::all(), certain: VersionRange::all(), predicates: Vec::new() }
    }

    fn empty() -> Self {
        Self { outer: VersionRange::none(), certain: VersionRange::none(), predicates: Vec::new() }
    }

    fn push(&mut self, outer: Interval, certain: Option<Interval>) {
        self.outer.add(VersionRange::from_intervals(vec![outer]));
        if let Some(certain) = certain {
            self.certain.add(VersionRange::from_intervals(vec![certain]));
        }
    }

    fn unclear(&mut self, text: &str) {
        let predicate = Predicate::Reading { text: text.to_owned() };
        if !self.predicates.contains(&predicate) {
            self.predicates.push(predicate);
        }
    }
}

const FAMILY: &str = "whether the bound means the beginning or the end of the versions it names";
const FROM_TO: &str = "whether the first version is the lower bound of the range or a case of its own";
const LIST: &str = "whether the operator before the first version governs the whole list";
const GAP: &str = "whether the versions between the two bounds are meant too";
const DASH: &str = "whether the dash means from-to or belongs to one version";
pub(crate) const BRANCH: &str = "whether each bound holds for its own release line only";

/// Combines the constraints of a text in the order they stand.
pub(crate) fn combine(
    profile: Profile,
    all: &[Constraint],
    flags: &mut Vec<Flag>,
) -> Result<Reading, String> {
    let mut reading = Reading::empty();
    let mut excluded = Vec::new();
    let constraints: Vec<&Constraint> = all
        .iter()
        .filter(|constraint| {
            if let (Operator::NotEqual, Limit::Version(version)) = (constraint.operator, &constraint.limit) {
                excluded.push(version.clone());
            }
            constraint.operator != Operator::NotEqual
        })
        .collect();
    let zero = |v: &Version| v.text().bytes().all(|byte| matches!(byte, b'0' | b'.'));
    if let [only] = constraints.as_slice()
        && let Limit::Version(version) = &only.limit
        && !only.operator.is_lower()
        && zero(version)
    {
        return Err("zero is no version; it stands for something that is not said".to_owned());
    }
    // `!= 2.1, 3.0` may leave out both, or leave out one and name the other.
    if !excluded.is_empty()
        && !constraints.is_empty()
        && constraints.iter().all(|constraint| constraint.operator == Operator::Equal)
    {
        return Err("an exclusion stands beside single versions".to_owned());
    }
    let mut at = 0;
    while at < constraints.len() {
        at += step(profile, &constraints[at..], &mut reading, flags)?;
    }
    if constraints.is_empty() {
        reading = Reading::all();
    }
    reading.outer = reading.outer.without(excluded.clone());
    reading.certain = reading.certain.without(excluded);
    Ok(reading)
}

/// Takes the constraints that belong together from the front; how many they were.
fn step(
    profile: Profile,
    rest: &[&Constraint],
    reading: &mut Reading,
    flags: &mut Vec<Flag>,
) -> Result<usize, String> {
    let first = rest[0];
    let second = rest.get(1).copied();
    if first.operator.is_lower() {
        return match second {
            Some(upper) if upper.operator.is_upper() => both(first, upper, reading, flags),
            Some(point) if point.bare && point.separated && rest.len() == 2 => from_to(first, point, reading),
            Some(lower) if lower.operator.is_lower() => several_lower(rest, reading),
            None => single(first, reading),
            Some(_) => Err("a lower bound is followed by something that does not end it".to_owned()),
        };
    }
    if first.operator.is_upper() {
        let uppers = rest.iter().take_while(|c| c.operator.is_upper()).count();
        if uppers > 1 {
            return several_upper(profile, &rest[..uppers], reading);
        }
        let mut points = rest[1..].iter().take_while(|c| c.bare).count();
        // A version in front of a further upper bound belongs to that.
        if rest.get(points + 1).is_some_and(|next| next.operator.is_upper()) {
            points = points.saturating_sub(1);
        }
        if points > 0 {
            return upper_and_list(rest, points, reading);
        }
        return match second {
            Some(lower)
                if lower.operator.is_lower() && !rest.get(2).is_some_and(|c| c.operator.is_upper()) =>
            {
                gap(first, lower, reading)
            }
            _ => single(first, reading),
        };
    }
    match second {
        Some(upper)
            if first.bare && upper.operator.is_upper() && order(first, upper) == Some(Comparison::Less) =>
        {
            let (a, b) = (need(first)?, need(upper)?);
            reading.unclear(FROM_TO);
            let certain = Interval { lower: a.outer.lower, upper: b.outer.upper.clone() };
            reading.push(b.outer, Some(certain));
            Ok(2)
        }
        Some(upper) if first.bare && upper.operator.is_upper() => {
            Err("a version is followed by a bound that lies below it".to_owned())
        }
        Some(lower) if first.bare && lower.operator.is_lower() && !lower.separated => {
            Err("a version is followed by a lower bound without a separator".to_owned())
        }
        Some(other) if first.bare && other.operator == Operator::Equal && !other.separated => {
            Err("a version is set equal to another one".to_owned())
        }
        _ if first.bare && dashed(profile, first, reading) => Ok(1),
        _ => single(first, reading),
    }
}

/// `12.0.1-12.0.13`: two versions of one shape that rise are a range; with few numbers that is only likely.
fn dashed(profile: Profile, constraint: &Constraint, reading: &mut Reading) -> bool {
    let Limit::Version(version) = &constraint.limit else { return false };
    for (at, _) in version.text().match_indices('-') {
        let (low, high) = (version.text()[..at].trim(), version.text()[at + 1..].trim());
        let count = |text: &str| text.split('.').count();
        let short = continued(low, high);
        let (Ok(a), Ok(b)) =
            (Version::parse_ot(profile, low), Version::parse_ot(profile, short.as_deref().unwrap_or(high)))
        else {
            continue;
        };
        if (short.is_none() && count(low) != count(high)) || a.compare(&b) != Comparison::Less {
            continue;
        }
        let interval = Interval { lower: Bound::Included(a), upper: Bound::Included(b) };
        let word =
            high.starts_with(|c: char| c.is_ascii_alphabetic()) && !high.starts_with(['v', 'V', 'r', 'R']);
        if (short.is_none() && count(low) >= 3) || (short.is_some() && word) {
            reading.push(interval.clone(), Some(interval));
        } else {
            reading.unclear(DASH);
            let itself = VersionRange::exact(version.clone());
            if VersionRange::from_intervals(vec![interval.clone()]).contains(version) == Answer::Yes {
                reading.certain.add(itself.clone());
            }
            reading.push(interval, None);
            reading.outer.add(itself);
        }
        return true;
    }
    false
}

/// `4.2 SP1` and `SP3` → `4.2 SP3`; `1.2.0` and `5` → `1.2.5`: the end of a range that leaves out its beginning.
fn continued(low: &str, high: &str) -> Option<String> {
    let digits_at = high.find(|c: char| c.is_ascii_digit())?;
    let (word, number) = high.split_at(digits_at);
    let small = |text: &str| !text.is_empty() && text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit());
    let start = low.rfind(|c: char| !c.is_ascii_digit()).map_or(0, |at| at + 1);
    let (stem, last) = low.split_at(start);
    let fits = small(number) && small(last) && number.parse::<u32>().ok()? > last.parse::<u32>().ok()?;
    let word = word.trim().to_ascii_lowercase();
    if !fits || stem.is_empty() {
        return None;
    }
    if word.is_empty() {
        // `4.2-5` is as likely a build; only a number behind a dot or a word can be continued.
        return Some(format!("{stem}{number}"));
    }
    stem.trim_end().to_ascii_lowercase().ends_with(&word).then(|| format!("{stem}{number}"))
}

fn need(constraint: &Constraint) -> Result<super::bounds::Span, String> {
    constraint.span().ok_or_else(|| "an exclusion cannot stand here".to_owned())
}

fn order(a: &Constraint, b: &Constraint) -> Option<Comparison> {
    Some(a.limit.probe()?.compare(b.limit.probe()?))
}

fn single(constraint: &Constraint, reading: &mut Reading) -> Result<usize, String> {
    let span = need(constraint)?;
    if span.certain.as_ref() != Some(&span.outer) {
        reading.unclear(FAMILY);
    }
    reading.push(span.outer, span.certain);
    Ok(1)
}

/// `>= A | < B`: both must hold.
fn both(
    a: &Constraint,
    b: &Constraint,
    reading: &mut Reading,
    flags: &mut Vec<Flag>,
) -> Result<usize, String> {
    if order(a, b) == Some(Comparison::Greater) {
        return Err("its lower bound lies above its upper bound".to_owned());
    }
    if order(a, b) == Some(Comparison::Undecidable(Undecidable::QualifierAgainstNumber)) {
        return Err("its bounds cannot be compared".to_owned());
    }
    let (lower, upper) = (need(a)?, need(b)?);
    let sure = lower.certain.as_ref() == Some(&lower.outer) && upper.certain.as_ref() == Some(&upper.outer);
    if !sure {
        reading.unclear(FAMILY);
    }
    if !flags.contains(&Flag::BoundsJoined) {
        flags.push(Flag::BoundsJoined);
    }
    let certain = lower.certain.zip(upper.certain).map(|(l, u)| Interval { lower: l.lower, upper: u.upper });
    reading.push(Interval { lower: lower.outer.lower, upper: upper.outer.upper }, certain);
    Ok(2)
}

/// `<= A | >= B`: what lies between may have been meant just as well, by turned operators.
fn gap(upper: &Constraint, lower: &Constraint, reading: &mut Reading) -> Result<usize, String> {
    if order(upper, lower) != Some(Comparison::Less) {
        return Err("an upper bound is followed by a lower bound that it does not exclude".to_owned());
    }
    reading.unclear(GAP);
    reading.push(Interval::all(), need(upper)?.certain);
    if let Some(certain) = need(lower)?.certain {
        reading.certain.add(VersionRange::from_intervals(vec![certain]));
    }
    Ok(2)
}

/// `>= A | B`: from A to B, or A and later besides B.
fn from_to(a: &Constraint, b: &Constraint, reading: &mut Reading) -> Result<usize, String> {
    if order(a, b) != Some(Comparison::Less) {
        return Err("a lower bound is followed by a version that does not lie above it".to_owned());
    }
    let (lower, point) = (need(a)?, need(b)?);
    reading.unclear(LIST);
    let certain = Interval { lower: lower.outer.lower.clone(), upper: point.outer.upper };
    reading.push(lower.outer, Some(certain));
    Ok(2)
}

/// `>= A | >= B`: the lowest is the outer bound, the highest is certain.
fn several_lower(rest: &[&Constraint], reading: &mut Reading) -> Result<usize, String> {
    if rest.len() > 2 || rest.iter().any(|c| !c.operator.is_lower()) {
        return Err("several lower bounds stand in one list".to_owned());
    }
    let (low, high) = match order(rest[0], rest[1]) {
        Some(Comparison::Less | Comparison::Equal) => (rest[0], rest[1]),
        Some(Comparison::Greater) => (rest[1], rest[0]),
        Some(Comparison::Undecidable(_)) | None => return Err("its bounds cannot be compared".to_owned()),
    };
    reading.unclear(BRANCH);
    reading.push(need(low)?.outer, need(high)?.certain);
    Ok(2)
}

/// `<= 4.2.21 | <= 5.0.27`: one bound for each release line, or simply the highest.
fn several_upper(profile: Profile, uppers: &[&Constraint], reading: &mut Reading) -> Result<usize, String> {
    reading.unclear(BRANCH);
    let mut lowest = uppers[0];
    for upper in uppers {
        match order(upper, lowest) {
            Some(Comparison::Less) => lowest = upper,
            Some(Comparison::Equal | Comparison::Greater | Comparison::Undecidable(_)) | None => {}
        }
        let span = need(upper)?;
        let line = upper.limit.probe().and_then(|version| line_start(profile, version));
        let certain = line
            .zip(span.certain)
            .map(|(start, c)| Interval { lower: Bound::Included(start), upper: c.upper });
        reading.push(span.outer, certain);
    }
    // The lowest bound holds in every reading, but only when all of them can be compared.
    if uppers
        .iter()
        .all(|upper| matches!(order(upper, lowest), Some(Comparison::Greater | Comparison::Equal)))
    {
        let certain = need(lowest)?.certain;
        if let Some(certain) = certain {
            reading.certain.add(VersionRange::from_intervals(vec![certain]));
        }
    }
    Ok(uppers.len())
}

/// The lower edge of the release line of a version: `5.0.27` → everything from `5.0`.
fn line_start(profile: Profile, version: &Version) -> Option<Version> {
    let numbers = version.text().trim_start_matches(['v', 'V']);
    let plain = numbers.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let (line, _) = numbers.rsplit_once('.').filter(|(line, _)| plain && line.contains('.'))?;
    Version::family(profile, line, line).ok().map(|(start, _)| start)
}

/// `<= A | B | C`: A and earlier besides B and C, or up to C.
fn upper_and_list(rest: &[&Constraint], points: usize, reading: &mut Reading) -> Result<usize, String> {
    let first = rest[0];
    let members = &rest[..=points];
    let rising = members.windows(2).all(|pair| order(pair[0], pair[1]) == Some(Comparison::Less));
    if !rising {
        return Err("a bound is followed by a list of versions that do not rise".to_owned());
    }
    reading.unclear(LIST);
    let head = need(first)?;
    reading.outer.add(VersionRange::from_intervals(vec![head.outer]));
    if let Some(certain) = head.certain {
        reading.certain.add(VersionRange::from_intervals(vec![certain]));
    }
    for point in &members[1..] {
        let span = need(point)?;
        let up_to = Interval { lower: Bound::Unbounded, upper: span.outer.upper };
        reading.outer.add(VersionRange::from_intervals(vec![up_to]));
        if first.operator == Operator::LessEqual
            && let Some(certain) = span.certain
        {
            reading.certain.add(VersionRange::from_intervals(vec![certain]));
        }
    }
    Ok(members.len())
}
