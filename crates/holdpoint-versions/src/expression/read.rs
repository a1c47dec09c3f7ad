//! The way of one text through the reader.
//!
//! Clean, unwrap `vers:`, look for serial numbers, set remarks and conditions aside, read the range, combine.
//! The surprise: the order matters; a serial number must be recognised before its digits are taken for a version.

use super::clause::{self, Remark};
use super::combine::Reading;
use super::flag::Flag;
use super::interval::{self, Notation};
use super::predicate::Predicate;
use super::serials::Beside;
use super::{
    Category, Context, Expression, Outcome, bounds, combine, dates, languages, marks, models, phrase,
    serials, text,
};
use crate::profile::Profile;
use crate::range::{Bound, Interval, VersionRange};
use crate::vers;
use crate::version::{Comparison, Version};
use crate::{MAX_EXPRESSION_BYTES, Scheme};

/// Reads one text.
pub(crate) fn expression(context: &Context<'_>, raw: &str) -> Expression {
    let profile = Profile::of_vendor(context.vendor);
    let mut flags = Vec::new();
    let outcome = if raw.len() > MAX_EXPRESSION_BYTES {
        Outcome::NotUnderstood { why: "the text is longer than any version expression".to_owned() }
    } else {
        match reading(context, profile, raw, &mut flags) {
            Ok(reading) => outcome(reading),
            Err(why) => Outcome::NotUnderstood { why },
        }
    };
    flags.dedup();
    Expression::new(profile, outcome, flags)
}

fn outcome(reading: Reading) -> Outcome {
    if reading.predicates.is_empty() {
        Outcome::Decided { range: reading.outer }
    } else {
        Outcome::Conditional {
            range: reading.outer,
            certain: reading.certain,
            predicates: reading.predicates,
        }
    }
}

fn reading(
    context: &Context<'_>,
    profile: Profile,
    raw: &str,
    flags: &mut Vec<Flag>,
) -> Result<Reading, String> {
    let trimmed = raw.trim();
    let body = match trimmed.get(..5) {
        Some(head) if head.eq_ignore_ascii_case("vers:") => match vers_body(trimmed, flags)? {
            VersBody::Range(range) => {
                return Ok(Reading { outer: range.clone(), certain: range, predicates: Vec::new() });
            }
            VersBody::Text(rest) => rest,
        },
        _ => trimmed,
    };
    let cleaned = text::clean(body, flags);
    if cleaned.is_empty() || cleaned.bytes().all(|byte| matches!(byte, b'-' | b'.' | b'?')) {
        return Err("there is no text".to_owned());
    }
    let cleaned = without_on(cleaned);
    if let Some(text) = without_until(&cleaned) {
        return until(context, profile, &text, flags);
    }
    if let Some(reading) = of_serials(context, profile, &cleaned, flags) {
        return reading;
    }
    let translated;
    let (mut reading, cleaned) = match plain(profile, &cleaned, flags) {
        Some(reading) => (reading, cleaned.as_str()),
        None => {
            translated = languages::in_english(&cleaned);
            let text = without_opening(translated.as_deref().unwrap_or(&cleaned));
            let reading = match interval::read(text) {
                Some(Notation::Sure(text)) => main_range(context, profile, &text, flags)?,
                Some(Notation::Doubtful(low, high)) => doubtful(context, profile, &low, &high)?,
                None => ranged(context, profile, text, flags)?,
            };
            (reading, text)
        }
    };
    if let Some(predicate) = bare_serial(profile, &reading.outer) {
        reading = conditional_on(predicate);
        let text = "whether the number is a version or the head of a serial number".to_owned();
        reading.predicates.push(Predicate::Reading { text });
    }
    if let Some(predicate) = clause::product_serial(context).or_else(|| clause::product_hardware(context)) {
        reading.certain = VersionRange::none();
        reading.predicates.push(predicate);
    }
    notes(context, cleaned, &reading, flags);
    Ok(reading)
}

/// A text about serial numbers, alone or beside versions; `None` when it is about something else.
fn of_serials(
    context: &Context<'_>,
    profile: Profile,
    cleaned: &str,
    flags: &mut Vec<Flag>,
) -> Option<Result<Reading, String>> {
    let serial = clause::serial(context, cleaned)?;
    let unclear =
        || Err("versions and serial numbers stand side by side, and how they go together is not said".into());
    Some(match serials::beside(context, cleaned) {
        Beside::Whole => serial.map(conditional_on),
        Beside::Unclear => unclear(),
        Beside::Both { versions, serials } => match main_range(context, profile, &versions, flags) {
            Ok(reading) if reading.predicates.is_empty() && !reading.outer.is_all() => {
                Ok(Reading { outer: reading.outer, certain: VersionRange::none(), predicates: vec![serials] })
            }
            Ok(_) | Err(_) => unclear(),
        },
    })
}

/// `from 1.0 on` without its last word, which says what the first one says.
fn without_on(text: String) -> String {
    let (first, last) = (text.split(' ').next().unwrap_or(""), text.rsplit(' ').next().unwrap_or(""));
    let opens = ["from", "since", "starting", "ab"].iter().any(|word| first.eq_ignore_ascii_case(word));
    if !(opens && (last.eq_ignore_ascii_case("on") || last.eq_ignore_ascii_case("onwards"))) {
        return text;
    }
    text[..text.len() - last.len()].trim_end().to_owned()
}

/// The text with `up to` in the place of its only `until`.
fn without_until(text: &str) -> Option<String> {
    let is_until = |word: &str| word.eq_ignore_ascii_case("until");
    let n_untils = text.split(' ').filter(|word| is_until(word)).count();
    let words = || text.split(' ').map(|word| if is_until(word) { "up to" } else { word });
    (n_untils == 1).then(|| words().collect::<Vec<_>>().join(" "))
}

/// `until 2.0`: some mean 2.0 too, others do not, and no text says which.
fn until(
    context: &Context<'_>,
    profile: Profile,
    text: &str,
    flags: &mut Vec<Flag>,
) -> Result<Reading, String> {
    let reading = main_range(context, profile, text, flags)?;
    let narrow = |interval: &Interval| Interval {
        lower: interval.lower.clone(),
        upper: match &interval.upper {
            Bound::Included(version) => Bound::Excluded(version.clone()),
            other => other.clone(),
        },
    };
    let ends =
        |interval: &Interval| matches!(interval.upper, Bound::Included(_)) && interval.point().is_none();
    if !reading.predicates.is_empty() || !reading.outer.intervals().iter().all(ends) {
        return Err("what `until` ends is not plain".to_owned());
    }
    let certain = VersionRange::from_intervals(reading.outer.intervals().iter().map(narrow).collect());
    let text = "whether `until` means the version behind it too".to_owned();
    Ok(Reading { outer: reading.outer, certain, predicates: vec![Predicate::Reading { text }] })
}

/// `Affected versions: < V4.2` speaks of the range alone.
fn without_opening(text: &str) -> &str {
    let openings = ["affected versions", "affected version", "vulnerable versions", "vulnerable version"];
    let opened = openings.iter().find_map(|opening| {
        let head = text.get(..opening.len())?;
        head.eq_ignore_ascii_case(opening).then(|| text[opening.len()..].trim_start_matches([':', ' ']))
    });
    let opened = opened.or_else(|| {
        let rest = text.get(..9).filter(|head| head.eq_ignore_ascii_case("affected:"));
        rest.map(|_| text[9..].trim_start())
    });
    opened.filter(|rest| !rest.is_empty()).unwrap_or(text)
}

/// `(1.0, 2.0)`: an interval or a list; inside nothing is certain.
fn doubtful(context: &Context<'_>, profile: Profile, low: &str, high: &str) -> Result<Reading, String> {
    let outer = main_range(context, profile, &format!(">= {low} <= {high}"), &mut Vec::new())?;
    if !outer.predicates.is_empty() {
        return Err("the ends of its interval are not plain versions".to_owned());
    }
    let text = "whether the brackets hold an interval or a list".to_owned();
    Ok(Reading {
        outer: outer.outer,
        certain: VersionRange::none(),
        predicates: vec![Predicate::Reading { text }],
    })
}

/// Every version is possible, none is certain: the predicate alone decides.
fn conditional_on(predicate: Predicate) -> Reading {
    Reading { outer: VersionRange::all(), certain: VersionRange::none(), predicates: vec![predicate] }
}

/// What a `vers:` string holds.
enum VersBody<'t> {
    /// A range of a known scheme.
    Range(VersionRange),
    /// Text that is to be read like any other.
    Text(&'t str),
}

fn vers_body<'t>(text: &'t str, flags: &mut Vec<Flag>) -> Result<VersBody<'t>, String> {
    let rest = &text[5..];
    let Some((scheme, constraints)) = rest.split_once('/') else {
        return Err("the vers string has no `/` behind its type".to_owned());
    };
    let scheme = scheme.trim().to_ascii_lowercase();
    match scheme.as_str() {
        "all" if constraints.trim() == "*" => Ok(VersBody::Text("*")),
        "all" | "generic" | "ot" => {
            flags.push(Flag::VersMisuse);
            Ok(VersBody::Text(constraints))
        }
        // Plain numbers have one order in every notation.
        "gem" | "nuget" | "composer" if constraints.bytes().all(|b| b"0123456789.<>=|*, ".contains(&b)) => {
            Ok(VersBody::Text(constraints))
        }
        _ => {
            let parsed = vers::parse(text).map_err(|error| error.to_string())?;
            if !parsed.flags().is_empty() {
                flags.push(Flag::VersMisuse);
            }
            Ok(VersBody::Range(parsed.range().map_err(|error| error.to_string())?))
        }
    }
}

/// Reads text that may hold remarks, conditions and a range.
fn ranged(
    context: &Context<'_>,
    profile: Profile,
    cleaned: &str,
    flags: &mut Vec<Flag>,
) -> Result<Reading, String> {
    if let Some(reading) = plain(profile, cleaned, flags) {
        return Ok(reading);
    }
    if let Some(reading) = of_line(context, profile, cleaned) {
        return Ok(reading);
    }
    let (mut bare, mut remarks) = clause::brackets(cleaned);
    if bare.is_empty() && remarks.len() == 1 {
        bare = remarks.remove(0);
    }
    let (main, condition) = clause::split(&bare);
    let is_bare = condition.is_some_and(marks::is_inclusive);
    let condition = condition.filter(|_| !is_bare);
    let mut inclusive = is_bare.then(|| "inclusive".to_owned());
    let mut later = Vec::new();
    for remark in remarks {
        match clause::remark(&remark) {
            Remark::Harmless => flags.push(Flag::RemarkSkipped { text: remark }),
            Remark::Inclusive => inclusive = Some(remark),
            other => later.push((other, remark)),
        }
    }
    let mut reading = bounded(context, profile, (main.trim(), condition), flags)?;
    if let Some(text) = inclusive
        && !marks::opened(&mut reading)?
    {
        flags.push(Flag::RemarkSkipped { text });
    }
    for (remark, text) in later {
        if clause::adds(&text) == clause::Addition::Fix {
            reading.outer = widened(&reading.outer);
        }
        let open = matches!(&remark, Remark::Condition(predicate)
            if clause::spills(predicate, &text) || clause::counts_itself(&text));
        apply(context, profile, remark, &mut reading)?;
        if open {
            reading.outer = VersionRange::all();
            flags.push(Flag::RangeOpened);
        }
    }
    Ok(reading)
}

/// The range of a text, with the condition or the exceptions that stand behind it.
fn bounded(
    context: &Context<'_>,
    profile: Profile,
    (main, condition): (&str, Option<&str>),
    flags: &mut Vec<Flag>,
) -> Result<Reading, String> {
    let between = ["in between", "in-between"].iter().any(|words| {
        condition
            .and_then(|text| text.get(..words.len()))
            .is_some_and(|head| head.eq_ignore_ascii_case(words))
    });
    if between {
        return Err("it speaks of what lies between versions that it lists".to_owned());
    }
    let exceptions = condition.and_then(|text| clause::exceptions(context, profile, text));
    Ok(match condition {
        Some(_) if exceptions.is_some() => {
            let mut reading = conditioned_range(context, profile, main.trim_end_matches(','), flags)?;
            let versions = exceptions.unwrap_or_default();
            if reading.outer.intervals().iter().any(|interval| interval.point().is_some()) {
                return Err("an exception stands behind single versions".to_owned());
            }
            reading.outer = reading.outer.without(versions.clone());
            reading.certain = reading.certain.without(versions);
            reading
        }
        None => main_range(context, profile, main, flags)?,
        Some(condition) => {
            let judged = clause::condition(condition);
            let mut reading = conditioned_range(context, profile, main, flags)?;
            if clause::spills(&judged.predicate, condition) || clause::counts_itself(condition) {
                reading.outer = VersionRange::all();
                flags.push(Flag::RangeOpened);
            } else if judged.widens || clause::adds(condition) == clause::Addition::Fix {
                reading.outer = widened(&reading.outer);
            }
            reading.certain = VersionRange::none();
            reading.predicates.push(judged.predicate);
            reading
        }
    })
}

/// `8.11.x: 8.11.1.0 and below`: a bound that speaks of the line named before it.
fn of_line(context: &Context<'_>, profile: Profile, text: &str) -> Option<Reading> {
    let (head, tail) = text.split_once(": ")?;
    let head = bounds::strip_product_words(context, head.trim());
    let (start, end) = match bounds::limit(profile, head).ok()? {
        bounds::Limit::Family(start, end) => (start, end),
        bounds::Limit::Version(version) => {
            let numbers = version.text().trim_start_matches(['v', 'V']);
            Version::family(profile, numbers, version.text()).ok()?
        }
        bounds::Limit::Any | bounds::Limit::Blurred(..) => return None,
    };
    let mut reading = ranged(context, profile, tail.trim(), &mut Vec::new()).ok()?;
    let [interval] = reading.outer.intervals() else { return None };
    let (Bound::Unbounded, Bound::Included(upper) | Bound::Excluded(upper)) =
        (&interval.lower, &interval.upper)
    else {
        return None;
    };
    let inside = upper.compare(&start) == Comparison::Greater && upper.compare(&end) == Comparison::Less;
    if !inside || !reading.predicates.is_empty() {
        return None;
    }
    let certain = Interval { lower: Bound::Included(start), upper: interval.upper.clone() };
    reading.certain = VersionRange::from_intervals(vec![certain]);
    reading.predicates.push(Predicate::Reading { text: combine::BRANCH.to_owned() });
    Some(reading)
}

/// The commonest forms, a star, or an operator and one word, read without the detour over words and conditions.
fn plain(profile: Profile, cleaned: &str, flags: &mut Vec<Flag>) -> Option<Reading> {
    if cleaned == "*" {
        return Some(Reading::all());
    }
    let (operator, used) = bounds::operator_at(cleaned)?;
    let word = cleaned[used..].trim_start();
    let number = word.strip_prefix(['v', 'V']).unwrap_or(word);
    let numbered = number.starts_with(|c: char| c.is_ascii_digit());
    if !numbered || !word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.') {
        return None;
    }
    let limit = bounds::limit(profile, word).ok()?;
    let constraint = bounds::Constraint { operator, bare: false, limit, separated: false };
    combine::combine(profile, &[constraint], flags).ok()
}

/// The range in front of a condition; an operator with nothing behind it belongs to the condition.
fn conditioned_range(
    context: &Context<'_>,
    profile: Profile,
    main: &str,
    flags: &mut Vec<Flag>,
) -> Result<Reading, String> {
    let bare = main.trim_matches(|c: char| matches!(c, '<' | '>' | '=' | ' '));
    let nothing_said = bare
        .split(' ')
        .all(|word| matches!(word.to_ascii_lowercase().as_str(), "" | "version" | "versions" | "firmware"));
    if nothing_said { Ok(Reading::all()) } else { main_range(context, profile, main, flags) }
}

/// Upper bounds that do not include their version include it now.
fn widened(range: &VersionRange) -> VersionRange {
    let wide = |interval: &Interval| Interval {
        lower: interval.lower.clone(),
        upper: match &interval.upper {
            Bound::Excluded(version) => Bound::Included(version.clone()),
            other => other.clone(),
        },
    };
    VersionRange::from_intervals(range.intervals().iter().map(wide).collect())
}

/// Lets a remark bear on the range.
fn apply(
    context: &Context<'_>,
    profile: Profile,
    remark: Remark,
    reading: &mut Reading,
) -> Result<(), String> {
    match remark {
        Remark::Harmless | Remark::Inclusive => {}
        Remark::Condition(predicate) => {
            let points = reading.outer.intervals().iter().all(|interval| interval.point().is_some());
            if matches!(&predicate, Predicate::Other { text } if points || clause::may_widen(text)) {
                reading.outer = VersionRange::all();
            }
            // `< 2.0 (a)`: as short a remark may be a part of the version.
            if matches!(&predicate, Predicate::Other { text } if text.len() <= 2) {
                reading.outer = widened(&reading.outer);
            }
            reading.certain = VersionRange::none();
            reading.predicates.push(predicate);
        }
        Remark::Subject(name) => {
            let range = std::mem::replace(&mut reading.outer, VersionRange::all());
            reading.certain = VersionRange::none();
            reading.predicates.push(Predicate::SubComponent { name, range });
        }
        Remark::Alias(text) => alias(context, profile, &text, Line::Same, reading)?,
        Remark::Numbering(text) => alias(context, profile, &text, Line::Other, reading)?,
    }
    Ok(())
}

/// Whether a second version in brackets counts what the first one counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Line {
    /// It does, as far as its first number says so.
    Same,
    /// It does not: `V2.0 (firmware V1.5)`.
    Other,
}

/// The same bound in another notation: inside is who is inside by either, certainly inside nobody is. A single version
/// beside one of another line may be any of a row, so nobody is surely outside of it.
fn alias(
    context: &Context<'_>,
    profile: Profile,
    text: &str,
    line: Line,
    reading: &mut Reading,
) -> Result<(), String> {
    let last = text.rsplit(' ').next().unwrap_or(text);
    let is_signed = text.starts_with(['<', '>', '=']);
    let operator = match reading.outer.intervals() {
        _ if is_signed => Some(""),
        [interval] => side_of(interval),
        _ => None,
    };
    let numbers = text.split(' ').filter(|word| word.contains(|c: char| c.is_ascii_digit())).count();
    let written = if is_signed || line == Line::Same { text } else { last };
    let other = match operator {
        Some(operator) if numbers == 1 => {
            Some(main_range(context, profile, format!("{operator} {written}").trim(), &mut Vec::new())?)
        }
        _ => None,
    };
    let is_point = reading.outer.intervals().iter().any(|interval| interval.point().is_some());
    // `< 2.0 (1)` may mean a release of 2.0, which 2.0 itself comes before.
    let may_be_part = line == Line::Same
        && text.len() <= 4
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
    let begins =
        |range: &VersionRange| range.intervals().iter().find_map(super::interval_version).map(first_number);
    match other {
        Some(other)
            if line == Line::Same && !may_be_part && begins(&reading.outer) == begins(&other.outer) =>
        {
            reading.outer.add(other.outer);
        }
        Some(other) if !is_point => {
            if may_be_part {
                reading.outer = widened(&reading.outer);
            }
            reading.outer.add(widened(&other.outer));
        }
        _ => reading.outer = VersionRange::all(),
    }
    reading.certain = VersionRange::none();
    let text = format!(
        "the version is given in a second notation, `{}`",
        format!("{} {written}", operator.unwrap_or_default()).trim()
    );
    reading.predicates.push(Predicate::Reading { text });
    Ok(())
}

/// The operator of a range that is one bound or one version; `None` when it is more.
fn side_of(interval: &Interval) -> Option<&'static str> {
    match (&interval.lower, &interval.upper) {
        (Bound::Unbounded, Bound::Included(_)) => Some("<="),
        (Bound::Unbounded, Bound::Excluded(_)) => Some("<"),
        (Bound::Included(_), Bound::Unbounded) => Some(">="),
        (Bound::Excluded(_), Bound::Unbounded) => Some(">"),
        _ => interval.point().map(|_| ""),
    }
}

/// The first number of a version, without zeros in front.
fn first_number(version: &Version) -> String {
    let digits = version.text().trim_start_matches(|c: char| !c.is_ascii_digit());
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits[..end].trim_start_matches('0').to_owned()
}

/// Reads text without remarks and conditions.
fn main_range(
    context: &Context<'_>,
    profile: Profile,
    main: &str,
    flags: &mut Vec<Flag>,
) -> Result<Reading, String> {
    let (main, inclusive) = marks::without_inclusive(main);
    let mut reading = words_and_versions(context, profile, &main, flags)?;
    if inclusive {
        marks::opened(&mut reading)?;
    }
    Ok(reading)
}

/// Reads text in which nothing says `inclusive` any more.
fn words_and_versions(
    context: &Context<'_>,
    profile: Profile,
    main: &str,
    flags: &mut Vec<Flag>,
) -> Result<Reading, String> {
    if is_all(main) {
        return Ok(Reading::all());
    }
    let lower = main.to_ascii_lowercase();
    if lower.contains("ssa-") || lower.contains("icsa-") {
        return Err("it refers to another advisory".to_owned());
    }
    if lower.find(',').is_some_and(|at| lower[at..].contains("firmware")) {
        return Err("it lists a version and a firmware side by side".to_owned());
    }
    if lower.starts_with("hardware ") || lower.starts_with("hw ") {
        return Ok(conditional_on(clause::hardware(main)));
    }
    let rewritten = phrase::operators(main);
    if is_all(&rewritten) {
        return Ok(Reading::all());
    }
    if let Some(predicate) = date(&rewritten) {
        return Ok(conditional_on(predicate));
    }
    if let Some(models) = models::listed(context, main) {
        return Ok(conditional_on(Predicate::ModelList { models }));
    }
    let (rewritten, order_numbers) = models::set_aside(&rewritten);
    let rewritten = completed(context, &rewritten, flags);
    let pieces = match bounds::read(context, profile, &rewritten) {
        Ok(pieces) => pieces,
        Err(why) => return opaque(context, main).or_else(|| models::named(context, main)).ok_or(why),
    };
    if pieces.name_skipped {
        flags.push(Flag::ProductNameSkipped);
    }
    if pieces.rejoined {
        flags.push(Flag::QualifierRejoined);
    }
    let bare = pieces.constraints.iter().all(|constraint| constraint.bare);
    if bare && context.category == Category::Version {
        flags.push(Flag::ExactPoint);
    }
    let mut reading = combine::combine(profile, &pieces.constraints, flags)?;
    headless(profile, &pieces.constraints, &mut reading);
    if pieces.constraints.iter().any(|constraint| constraint.bare && models::is_bare_number(constraint)) {
        let models =
            pieces.constraints.iter().filter_map(|c| Some(c.limit.probe()?.text().to_owned())).collect();
        return Ok(conditional_on(Predicate::ModelList { models }));
    }
    if !order_numbers.is_empty() {
        reading.certain = VersionRange::none();
        reading.predicates.push(Predicate::ModelList { models: order_numbers });
    }
    Ok(match pieces.subject {
        Some(name) => of_subject(name, reading),
        None => reading,
    })
}

/// `7.1, 2, 3`: a short number behind a version may leave out the beginning that they share. Behind a service pack
/// (`7.1 SP1, 2`) it surely does.
fn headless(profile: Profile, constraints: &[bounds::Constraint], reading: &mut Reading) {
    let mut stem: Option<&str> = None;
    let mut alone = Vec::new();
    for constraint in constraints {
        let bounds::Limit::Version(version) = &constraint.limit else { continue };
        let text = version.text();
        let short = text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        match (short && constraint.bare && constraint.separated, &stem) {
            (true, Some(stem)) => {
                if let Ok(whole) = Version::parse_ot(profile, &format!("{stem}{text}")) {
                    if !stem.ends_with('.') {
                        reading.certain.add(VersionRange::exact(whole.clone()));
                    }
                    reading.outer.add(VersionRange::exact(whole));
                    alone.push(version.clone());
                }
            }
            (true, None) => {}
            (false, _) => stem = stem_of(text),
        }
    }
    if !alone.is_empty() {
        reading.certain = std::mem::take(&mut reading.certain).without(alone);
        let text = "whether a short number leaves out the beginning of the version before it".to_owned();
        reading.predicates.push(Predicate::Reading { text });
    }
}

/// What a version has in front of its last number: `7.` of `7.1`, `7.1 SP` of `7.1 SP1`.
fn stem_of(text: &str) -> Option<&str> {
    let stem = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_numbered = stem.len() < text.len() && stem.contains(|c: char| c.is_ascii_digit());
    let joins = stem.ends_with('.') || stem.trim_end().ends_with(|c: char| c.is_ascii_alphabetic());
    (is_numbered && joins).then_some(stem)
}

/// What stands before the operator says whose number it is: a serial number, a date, a model, a part.
fn of_subject(name: String, mut reading: Reading) -> Reading {
    let lower = name.to_ascii_lowercase();
    let first = lower.split([' ', '.', ':']).next().unwrap_or("");
    if matches!(first, "sn" | "s/n" | "serial" | "serials") {
        let condition = reading.outer.to_string();
        return conditional_on(Predicate::SerialNumber { leading: None, condition });
    }
    let dated = ["date", "built", "manufactured", "produced", "production", "shipped", "delivered"];
    if lower.split(' ').any(|word| dated.contains(&word)) {
        let range = reading.outer.to_string();
        let condition = if lower == "date" { range } else { format!("{name} {range}") };
        return conditional_on(Predicate::Date { condition });
    }
    if models::is_order_number(&name.replace(' ', "")) {
        reading.certain = VersionRange::none();
        reading.predicates.push(Predicate::ModelList { models: vec![name] });
        return reading;
    }
    let range = reading.outer;
    conditional_on(Predicate::SubComponent { name, range })
}

/// `<= SP1` of the product `Telemetry Server 2020 R2` means `<= 2020 R2 SP1`.
fn completed(context: &Context<'_>, text: &str, flags: &mut Vec<Flag>) -> String {
    let body = text.trim_start_matches(['<', '>', '=', ' ']);
    let qualifier = ["SP", "MP", "IP", "FP", "HF", "Update", "R"].iter().any(|word| {
        body.strip_prefix(word).is_some_and(|rest| {
            let rest = rest.trim_start();
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            (1..=2).contains(&digits) && rest[digits..].bytes().next().is_none_or(|byte| byte == b' ')
        })
    });
    let release = models::release_of(context.product);
    let Some(release) = release.filter(|_| qualifier && !text.contains(['|', ','])) else {
        return text.to_owned();
    };
    let already = body.starts_with('R') && release.contains('R');
    if already || (body.starts_with('R') && body.contains('.')) {
        return text.to_owned();
    }
    flags.push(Flag::QualifierRejoined);
    format!("{} {release} {body}", &text[..text.len() - body.len()])
}

/// A single version text without an order (`1.4.2.0-9d9eff4`) where exactly one version is meant: equal or unknown.
fn opaque(context: &Context<'_>, text: &str) -> Option<Reading> {
    let single = context.category == Category::Version
        && !text.contains([' ', '<', '>', '=', '|', ',', '/'])
        && text.contains('.')
        && text.starts_with(|c: char| c.is_ascii_digit() || c == 'v' || c == 'V');
    let version = Scheme::Generic.parse(text).ok().filter(|_| single)?;
    let range = VersionRange::exact(version);
    Some(Reading { outer: range.clone(), certain: range, predicates: Vec::new() })
}

/// `*`, `All`, `all versions`, `any version`, `all firmware versions`.
fn is_all(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "all",
        "any",
        "every",
        "version",
        "versions",
        "release",
        "releases",
        "firmware",
        "fw",
        "software",
        "deployments",
        "*",
        "-",
    ];
    let mut said = false;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let word = word.trim_end_matches(['.', ',', ';']).to_ascii_lowercase();
        if !WORDS.contains(&word.as_str()) {
            return false;
        }
        said |= matches!(word.as_str(), "all" | "any" | "every" | "*");
    }
    said
}

/// A date behind an optional operator and a word that says what happened then.
fn date(text: &str) -> Option<Predicate> {
    let at = text.find(['<', '>']).unwrap_or(0);
    let (lead, rest) = text.split_at(at);
    let body = rest.trim_start_matches(['<', '>', '=']);
    let sign = &rest[..rest.len() - body.len()];
    let body = body.trim();
    let body = body.strip_prefix("Build ").unwrap_or(body);
    // Commas of `april 1, 2018` became separators of their own.
    let date = dates::date(&body.replace(" , ", " "))?;
    let condition =
        [lead.trim(), sign, &date].iter().filter(|p| !p.is_empty()).copied().collect::<Vec<_>>().join(" ");
    Some(Predicate::Date { condition })
}

/// A bare number of four or five digits of a vendor whose serial numbers begin like that.
fn bare_serial(profile: Profile, range: &VersionRange) -> Option<Predicate> {
    if profile != Profile::NumberWithLetter {
        return None;
    }
    let [interval] = range.intervals() else { return None };
    let (version, sign) = match &interval.upper {
        Bound::Included(version) => (version, "<="),
        Bound::Excluded(version) => (version, "<"),
        Bound::Unbounded => return None,
    };
    let digits = version.text();
    let bare = (4..=6).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    (bare && version.scheme() == Scheme::Ot).then(|| Predicate::SerialNumber {
        leading: Some(digits.len()),
        condition: format!("{sign} {digits}"),
    })
}

/// Adds the flag for a lower bound that the product's name implies.
fn notes(context: &Context<'_>, cleaned: &str, reading: &Reading, flags: &mut Vec<Flag>) {
    let [interval] = reading.outer.intervals() else { return };
    let (Bound::Unbounded, Bound::Included(upper) | Bound::Excluded(upper)) =
        (&interval.lower, &interval.upper)
    else {
        return;
    };
    let bound = upper.text().trim_start_matches(['v', 'V']);
    for word in context.product.split([' ', '_']) {
        let Some(rest) = word.strip_prefix(['V', 'v']) else { continue };
        let stem = rest.trim_end_matches(['x', 'X', '.']);
        let digits = !stem.is_empty() && stem.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let continues =
            bound.strip_prefix(stem).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', ' ']));
        if digits && continues && !cleaned.contains('>') {
            flags.push(Flag::ImpliedLowerBound { version: word.to_owned() });
        }
    }
}
