//! Recognises dates that stand where a version would.
//!
//! The surprise: `8/30/2024` is month first, as the sources write it; a date that could be read both ways is given
//! back as it was written.

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The date in `YYYY-MM-DD` (or `YYYY-MM`, or as written when ambiguous); `None` when the text is not a date.
pub(crate) fn date(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let parts: Vec<&str> =
        lower.split([' ', '/', ',', '-', '.', '_']).filter(|part| !part.is_empty()).collect();
    let month = parts.iter().position(|part| month_of(part).is_some());
    if let Some(at) = month {
        let number = month_of(parts[at])?;
        let others: Vec<&str> =
            parts.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, part)| *part).collect();
        return match others.as_slice() {
            [year] if is_year(year) => Some(format!("{year}-{number:02}")),
            [day, year] if is_year(year) => Some(format!("{year}-{number:02}-{:02}", day_of(day)?)),
            _ => None,
        };
    }
    let separators = text.chars().filter(|c| matches!(c, '/' | '-')).count();
    let only_digits = parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    if separators != 2 || !only_digits || text.contains('.') {
        return None;
    }
    match parts.as_slice() {
        [year, month, day] if is_year(year) && month.len() <= 2 && day.len() <= 2 => {
            let (month, day) = (month.parse::<u32>().ok()?, day_of(day)?);
            (1..=12).contains(&month).then(|| format!("{year}-{month:02}-{day:02}"))
        }
        [a, b, year] if is_year(year) && text.contains('/') => {
            let (a, b) = (day_of(a)?, day_of(b)?);
            if a <= 12 && b > 12 {
                Some(format!("{year}-{a:02}-{b:02}"))
            } else {
                Some(text.trim().to_owned())
            }
        }
        _ => None,
    }
}

/// `29.03.2007`: day, month and year with dots.
pub(crate) fn is_dotted_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let [day, month, year] = parts.as_slice() else { return false };
    let small =
        |part: &str, most: u32| part.len() <= 2 && part.parse().is_ok_and(|n: u32| (1..=most).contains(&n));
    is_year(year) && ((small(day, 31) && small(month, 12)) || (small(day, 12) && small(month, 31)))
}

/// The month that a word in small letters names: `march`, `mar`.
pub(super) fn month_of(word: &str) -> Option<u32> {
    if word.len() < 3 {
        return None;
    }
    // The months that other languages and habits shorten otherwise.
    let word = match word {
        "sept" => "sep",
        "mrz" | "mär" => "mar",
        "mai" => "may",
        "okt" => "oct",
        "dez" => "dec",
        _ => word,
    };
    let at =
        MONTHS.iter().position(|month| *month == word || (word.len() == 3 && month.starts_with(word)))?;
    u32::try_from(at + 1).ok()
}

fn is_year(text: &str) -> bool {
    text.len() == 4
        && (text.starts_with("19") || text.starts_with("20"))
        && text.bytes().all(|b| b.is_ascii_digit())
}

fn day_of(text: &str) -> Option<u32> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let day = digits.parse().ok()?;
    (1..=31).contains(&day).then_some(day)
}
