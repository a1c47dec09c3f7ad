//! Conditions in the name of a product: `Drive (x86, option G28 only)`.
//!
//! They stand in brackets and restrict whatever is said of the product. The surprise: most brackets restrict nothing
//! (`(incl. SIPLUS variants)`), so only options, platforms and what says `only` are taken for conditions.

use super::clause;
use super::facts::ARCHITECTURE;
use super::predicate::Predicate;

/// A remark in a product's name, and what must hold by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameRemark {
    /// The remark as written, without its brackets.
    pub text: String,
    /// What must hold, at least one.
    pub predicates: Vec<Predicate>,
}

/// The remarks of a product's name that restrict it.
#[must_use]
pub fn remarks_in_name(name: &str) -> Vec<NameRemark> {
    let mut found = Vec::new();
    let mut rest = name;
    while let Some(open) = rest.find(['(', '[']) {
        let Some(length) = rest[open..].find([')', ']']) else { break };
        let text = rest[open + 1..open + length].trim();
        let predicates = restricting(text);
        if !predicates.is_empty() {
            found.push(NameRemark { text: text.to_owned(), predicates });
        }
        rest = &rest[open + length + 1..];
    }
    found
}

fn restricting(text: &str) -> Vec<Predicate> {
    const ADDING: [&str; 7] = ["incl", "including", "all", "formerly", "aka", "also", "previously"];
    let words: Vec<String> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
    let says = |word: &str| words.iter().any(|own| own == word);
    if words.first().is_none_or(|first| ADDING.contains(&first.as_str())) {
        return Vec::new();
    }
    let is_only = says("only");
    let is_optional = says("option") || says("options");
    // `without option G28`: the option alone would say the opposite.
    if (is_only || is_optional)
        && ["without", "not", "no", "except", "excluding"].iter().any(|word| says(word))
    {
        return vec![Predicate::Configuration { text: text.to_owned() }];
    }
    let part = |part: &str| {
        let words: Vec<&str> =
            part.split(' ').filter(|w| !w.is_empty() && !w.eq_ignore_ascii_case("only")).collect();
        let bare = words.join(" ");
        let lower = bare.to_ascii_lowercase();
        let optional = ["option", "with option"].iter().any(|start| lower.starts_with(start));
        if clause::is_platform(&lower) {
            Some(Predicate::Variant { attribute: ARCHITECTURE.to_owned(), text: bare })
        } else if optional {
            Some(clause::option(&bare))
        } else {
            (is_only && !bare.is_empty()).then_some(Predicate::Configuration { text: bare })
        }
    };
    text.split([',', ';']).filter_map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::remarks_in_name;

    #[test]
    fn a_name_restricts_by_options_platforms_and_what_says_only() {
        let kinds = |name: &str| -> Vec<&'static str> {
            remarks_in_name(name)
                .iter()
                .flat_map(|remark| &remark.predicates)
                .map(super::Predicate::kind)
                .collect()
        };
        assert_eq!(kinds("Drive (x86, option G28 only)"), ["variant", "option"]);
        assert_eq!(kinds("Drive (with option X30)"), ["option"]);
        assert_eq!(kinds("Drive [x64]"), ["variant"]);
        assert_eq!(kinds("Gateway (WLAN only)"), ["configuration"]);
        assert_eq!(kinds("Drive (without option G28)"), ["configuration"]);
        for name in [
            "SIMATIC S7-1500 CPU family (incl. related ET200 CPUs and SIPLUS variants)",
            "Drive (formerly Motor only)",
            "Q04 (6ES7511-1AK02-0AB0)",
            "Drive (all options)",
            "Drive (",
            "Drive ()",
            "Drive",
        ] {
            assert_eq!(kinds(name), [""; 0], "{name}");
        }
    }
}
