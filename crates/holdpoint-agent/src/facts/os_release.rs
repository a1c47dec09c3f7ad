//! `/etc/os-release`: names and values as a shell would read them, but never by a shell.

use holdpoint_wire::inventory::OperatingSystem;
use std::fs;

/// What the system says of itself; `None` with a remark when it says nothing.
pub fn read(remarks: &mut Vec<String>) -> Option<OperatingSystem> {
    let places = ["/etc/os-release", "/usr/lib/os-release"];
    let text = places.iter().find_map(|path| fs::read_to_string(path).ok());
    let system = text.as_deref().and_then(parse);
    if system.is_none() {
        remarks.push("the system does not say what it is: no readable os-release".to_owned());
    }
    system
}

fn parse(text: &str) -> Option<OperatingSystem> {
    let value = |name: &str| {
        let of = |line: &str| Some(unquoted(line.strip_prefix(name)?.strip_prefix('=')?));
        let found = text.lines().find_map(|line| of(line.trim()));
        found.map(|value| value.chars().filter(|letter| !letter.is_control()).collect::<String>())
    };
    Some(OperatingSystem {
        id: value("ID")?,
        version_id: value("VERSION_ID").unwrap_or_default(),
        pretty_name: value("PRETTY_NAME").unwrap_or_default(),
        architecture: crate::system::machine().1,
    })
}

/// Takes quotes away, and backslashes inside double quotes.
fn unquoted(text: &str) -> String {
    let inner = |quote: char| text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    let Some(double) = inner('"') else { return inner('\'').unwrap_or(text).to_owned() };
    let mut value = String::new();
    let mut letters = double.chars();
    while let Some(letter) = letters.next() {
        value.extend(if letter == '\\' { letters.next() } else { Some(letter) });
    }
    value
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn values_are_read_with_and_without_quotes() {
        let system = parse("NAME=x\nID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME='Debian \"12\"'\n")
            .expect("it has an id");
        assert_eq!((system.id.as_str(), system.version_id.as_str()), ("debian", "12"));
        assert_eq!(system.pretty_name, "Debian \"12\"");
        assert_eq!(parse("ID=\"a\\\"b\"").map(|s| s.id), Some("a\"b".to_owned()));
        assert_eq!(parse("NAME=x\nVERSION_ID=1\n"), None);
    }
}
