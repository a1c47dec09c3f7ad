//! Two shapes of the API under one name: the description keeps the last one, and whoever generates a client from it sends the wrong body.
//!
//! Here: the names that the shapes of the server get in `docs/openapi.json`. The surprise: a shape can be given another name than its type
//! has (`schema(as = …)`), so it is that name which counts.

use super::Violation;
use super::files::File;
use std::collections::BTreeMap;

/// Where the shapes of the API are.
const FOLDER: &str = "crates/holdpoint-server/src/";

/// Looks for names that two shapes have.
pub fn check(files: &[File]) -> Vec<Violation> {
    let mut known: BTreeMap<String, &str> = BTreeMap::new();
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.kind() == "rs" && file.path.starts_with(FOLDER)) {
        for (line, name) in shapes(&file.text) {
            let Some(first) = known.get(name.as_str()) else {
                known.insert(name, &file.path);
                continue;
            };
            found.push(Violation {
                path: file.path.clone(),
                line: Some(line),
                what: format!("`{name}` is the name of a shape in {first}, too"),
                why: "the description of the API has room for one, and generated clients get the other wrong"
                    .to_owned(),
                remedy: "give one of them another name".to_owned(),
            });
        }
    }
    found
}

/// The shapes of a file with the lines where they begin, by the names that the description gives them.
fn shapes(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut renamed: Option<String> = None;
    let mut is_shape = false;
    for (at, line) in text.lines().enumerate() {
        let code = line.trim_start();
        if code.starts_with("#[derive(") {
            (is_shape, renamed) = (code.contains("ToSchema"), None);
        } else if let Some((_, rest)) = code.split_once("schema(as = ") {
            renamed = rest.split(|c: char| !c.is_alphanumeric()).next().map(str::to_owned);
        } else if let Some(name) = declared(code) {
            if is_shape {
                found.push((at + 1, renamed.take().unwrap_or(name)));
            }
            is_shape = false;
        }
    }
    found
}

fn declared(code: &str) -> Option<String> {
    let rest = ["pub struct ", "pub enum "].iter().find_map(|word| code.strip_prefix(word))?;
    rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::files::File;

    #[test]
    fn two_shapes_of_one_name_are_found_and_a_given_name_counts() {
        let one = "#[derive(Debug, ToSchema)]\npub struct LineBody {\n}\n";
        let named = "#[derive(ToSchema)]\n#[schema(as = SheetLine)]\npub struct LineBody;\n#[derive(Debug)]\npub struct LineBody;";
        let file = |name: &str, text: &str| File {
            path: format!("crates/holdpoint-server/src/{name}.rs"),
            text: text.to_owned(),
        };
        assert!(check(&[file("a", one), file("b", named)]).is_empty());
        let found = check(&[file("a", one), file("b", one)]);
        assert_eq!((found.len(), found[0].line), (1, Some(2)));
    }
}
