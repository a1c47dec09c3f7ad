//! The lines of a calendar: unfolding, names, parameters, and which component a line belongs to.

use holdpoint_domain::Warning;

/// The most components in each other.
const MOST_DEEP: usize = 8;
/// The most lines that one component keeps.
const MOST_LINES: usize = 5_000;

/// One content line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// Its name, in capitals.
    pub name: String,
    /// Its parameters: names in capitals, values without quotes.
    pub params: Vec<(String, String)>,
    /// Its value, as it stands there.
    pub value: String,
}

impl Line {
    /// The value of a parameter.
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// A component with its own lines.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Component {
    /// Its name, in capitals.
    pub name: String,
    /// Its lines.
    pub lines: Vec<Line>,
}

impl Component {
    /// The first line of that name.
    pub(super) fn first(&self, name: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.name == name)
    }

    /// All lines of that name.
    pub(super) fn every<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Line> {
        self.lines.iter().filter(move |line| line.name == name)
    }
}

/// The lines, each in one piece: a line that begins with a blank goes on with the one before it.
pub(super) fn unfolded(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for raw in text.split('\n') {
        let raw = raw.strip_suffix('\r').unwrap_or(raw);
        match (raw.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some(last)) => last.push_str(rest),
            (Some(_), None) | (None, _) if raw.trim().is_empty() => {}
            (Some(rest), None) => lines.push(rest.to_owned()),
            (None, _) => lines.push(raw.to_owned()),
        }
    }
    lines
}

/// The components in the order of their beginnings, those in each other too.
pub(super) fn components(lines: &[String], warnings: &mut Vec<Warning>) -> Vec<Component> {
    let mut done: Vec<Component> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for (at, text) in lines.iter().enumerate() {
        let place = format!("line {}", at + 1);
        let Some(line) = read(text) else {
            warnings.push(Warning::new("ics-line", place, "the line has no name and value and was not read"));
            continue;
        };
        match line.name.as_str() {
            "BEGIN" if open.len() < MOST_DEEP => {
                open.push(done.len());
                let name = line.value.trim().to_ascii_uppercase();
                done.push(Component { name, lines: Vec::new() });
            }
            "BEGIN" => {
                warnings.push(Warning::new("ics-depth", place, "components lie too deep in each other"))
            }
            "END" => drop(open.pop()),
            _ => {
                let slot = open.last().and_then(|at| done.get_mut(*at));
                if let Some(component) = slot.filter(|one| one.lines.len() < MOST_LINES) {
                    component.lines.push(line);
                }
            }
        }
    }
    if !open.is_empty() {
        let what = "the calendar is cut off: a component is not ended, and it was not read";
        warnings.push(Warning::new("ics-cut-off", String::new(), what));
        // What is not ended may miss half of what it says.
        let cut = open.get(1).copied().unwrap_or(done.len());
        done.truncate(cut);
    }
    done
}

fn read(text: &str) -> Option<Line> {
    let (head, value) = split_outside_quotes(text, ':')?;
    let mut parts = Vec::new();
    let mut rest = head;
    while let Some((part, next)) = split_outside_quotes(rest, ';') {
        parts.push(part);
        rest = next;
    }
    parts.push(rest);
    let name = parts.first()?.trim().to_ascii_uppercase();
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !is_name {
        return None;
    }
    let params = parts[1..].iter().filter_map(|part| {
        let (name, value) = part.split_once('=')?;
        Some((name.trim().to_ascii_uppercase(), value.trim_matches('"').to_owned()))
    });
    Some(Line { name, params: params.collect(), value: value.to_owned() })
}

fn split_outside_quotes(text: &str, at: char) -> Option<(&str, &str)> {
    let mut quoted = false;
    for (index, character) in text.char_indices() {
        match character {
            '"' => quoted = !quoted,
            _ if character == at && !quoted => return Some((&text[..index], &text[index + at.len_utf8()..])),
            _ => {}
        }
    }
    None
}

/// A text value without its escapes, control characters as blanks, at most so many characters.
pub(super) fn plain(value: &str, most: usize) -> String {
    let mut out = String::new();
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        let own = match character {
            '\\' => match characters.next() {
                Some('n' | 'N') => ' ',
                Some(other) => other,
                None => break,
            },
            other => other,
        };
        out.push(if own.is_control() { ' ' } else { own });
    }
    out.trim().chars().take(most).collect()
}
