//! Intervals in the notation of mathematics: `[1.0, 2.0)`, `(,2.0]`.
//!
//! Put into operators, which the reader knows. The surprise: `(1.0, 2.0)` can also be a list in brackets, so it stays
//! undecided between its ends; with an open end or a square bracket there is no doubt.

/// What the notation says.
pub(super) enum Notation {
    /// Text with operators that means the same.
    Sure(String),
    /// The two ends; whether what lies between is meant is not sure.
    Doubtful(String, String),
}

/// Reads the whole text as one or more intervals; `None` when it is anything else.
pub(super) fn read(text: &str) -> Option<Notation> {
    if !text.starts_with(['[', '(']) || !text.ends_with([']', ')']) {
        return None;
    }
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find([']', ')'])?;
        let open = rest.chars().next().filter(|c| matches!(c, '[' | '('))?;
        let inside = &rest[1..end];
        let (low, high) = inside.split_once(',').or_else(|| inside.split_once(".."))?;
        if inside.contains(['[', '(']) || high.contains(',') {
            return None;
        }
        let (low, high, close) = (low.trim(), high.trim(), &rest[end..=end]);
        let versions =
            [low, high].iter().all(|end| end.is_empty() || end.contains(|c: char| c.is_ascii_digit()));
        if !versions || (low.is_empty() && high.is_empty()) {
            return None;
        }
        parts.push((open, low, high, close));
        rest = rest[end + 1..].trim_start_matches([',', '|', ';', ' ']);
    }
    if let [('(', low, high, ")")] = parts.as_slice()
        && !low.is_empty()
        && !high.is_empty()
    {
        return Some(Notation::Doubtful((*low).to_owned(), (*high).to_owned()));
    }
    let one = |(open, low, high, close): &(char, &str, &str, &str)| {
        let from = if *open == '[' { ">=" } else { ">" };
        let to = if *close == "]" { "<=" } else { "<" };
        match (low.is_empty(), high.is_empty()) {
            (true, _) => format!("{to} {high}"),
            (_, true) => format!("{from} {low}"),
            _ => format!("{from} {low} {to} {high}"),
        }
    };
    Some(Notation::Sure(parts.iter().map(one).collect::<Vec<_>>().join(" | ")))
}
