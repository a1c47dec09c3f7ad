//! When two rules cannot both hold: they give opposite answers for a pair that both speak of.
//!
//! Found when a rule is written or taken in, so that no order of rules ever decides an answer silently. The surprise:
//! an empty part of a name means "any", so two rules can contradict each other without being on equal names.

use super::{MappingRule, NameKey, RuleSubject};
use holdpoint_versions::names::ModelPattern;

/// The first of these rules that contradicts the new one, by id.
#[must_use]
pub fn among<'r>(
    rules: impl IntoIterator<Item = &'r MappingRule>,
    new: &MappingRule,
) -> Option<&'r MappingRule> {
    rules.into_iter().filter(|rule| rule.id != new.id && contradict(rule, new)).min_by_key(|rule| rule.id)
}

/// Whether two rules give opposite answers for a pair that both speak of.
#[must_use]
pub fn contradict(one: &MappingRule, other: &MappingRule) -> bool {
    use RuleSubject as S;
    if let (
        S::Expression { vendor: v1, product: p1, text: t1, range: r1 },
        S::Expression { vendor: v2, product: p2, text: t2, range: r2 },
    ) = (&one.subject, &other.subject)
    {
        return t1 == t2 && meet(v1, v2) && meet(p1, p2) && r1 != r2;
    }
    if one.verdict == other.verdict {
        return false;
    }
    match (&one.subject, &other.subject) {
        (S::Names { ours: o1, theirs: t1 }, S::Names { ours: o2, theirs: t2 }) => {
            names_meet(o1, o2) && names_meet(t1, t2)
        }
        (S::Names { ours, theirs: t1 }, S::Family { theirs: t2, vendor, order_patterns, name_words })
        | (S::Family { theirs: t2, vendor, order_patterns, name_words }, S::Names { ours, theirs: t1 }) => {
            names_meet(t1, t2) && meet(vendor, &ours.vendor) && is_member(ours, order_patterns, name_words)
        }
        (S::Family { theirs: t1, vendor: v1, .. }, S::Family { theirs: t2, vendor: v2, .. }) => {
            names_meet(t1, t2) && meet(v1, v2)
        }
        (S::Vendor { .. }, S::Vendor { .. }) => one.subject.canonical() == other.subject.canonical(),
        // Two makers may share one product by name, and one maker may sell two that differ.
        (S::Vendor { .. }, S::Names { .. } | S::Family { .. } | S::Expression { .. })
        | (S::Names { .. } | S::Family { .. }, S::Vendor { .. } | S::Expression { .. })
        | (S::Expression { .. }, _) => false,
    }
}

fn meet(one: &str, other: &str) -> bool {
    one.is_empty() || other.is_empty() || one == other
}

fn names_meet(one: &NameKey, other: &NameKey) -> bool {
    // One by its order number and one by its name alone can be told apart by nobody: each stands for itself.
    let comparable = (!one.product.is_empty() && !other.product.is_empty())
        || (!one.order_number.is_empty() && !other.order_number.is_empty());
    comparable
        && meet(&one.vendor, &other.vendor)
        && meet(&one.product, &other.product)
        && meet(&one.order_number, &other.order_number)
}

/// Whether a family surely has this member.
fn is_member(ours: &NameKey, order_patterns: &[String], name_words: &[String]) -> bool {
    let by_order = !ours.order_number.is_empty()
        && order_patterns
            .iter()
            .filter_map(|text| ModelPattern::csaf20(text).ok())
            .any(|pattern| pattern.matches(&ours.order_number));
    let has = |word: &str| ours.product.split(' ').any(|known| known.eq_ignore_ascii_case(word));
    let by_words = name_words
        .iter()
        .any(|entry| entry.split_whitespace().count() > 0 && entry.split_whitespace().all(has));
    by_order || by_words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::RuleId;
    use crate::moment::Moment;
    use crate::review::{RuleExample, RuleVerdict};

    fn rule(number: u8, subject: RuleSubject, verdict: RuleVerdict) -> MappingRule {
        let example =
            RuleExample { ours: Default::default(), theirs: Default::default(), tracking_id: String::new() };
        MappingRule {
            id: RuleId::from_bytes([number; 16]),
            subject,
            verdict,
            author: "a.weber".to_owned(),
            decided_at: Moment::from_micros(0),
            reason: "the data sheet says so".to_owned(),
            expires_at: None,
            example,
        }
    }

    fn key(vendor: &str, product: &str, order_number: &str) -> NameKey {
        NameKey { vendor: vendor.into(), product: product.into(), order_number: order_number.into() }
    }

    fn names(ours: NameKey, theirs: &str) -> RuleSubject {
        RuleSubject::Names { ours, theirs: key("acme", theirs, "") }
    }

    fn family(theirs: &str) -> RuleSubject {
        RuleSubject::Family {
            theirs: key("acme", theirs, ""),
            vendor: "acme".to_owned(),
            order_patterns: vec!["PC3*".to_owned()],
            name_words: vec!["pump 300".to_owned()],
        }
    }

    #[test]
    fn opposite_answers_on_the_same_names_contradict_and_equal_ones_do_not() {
        use RuleVerdict::{Different, Same};
        let same = rule(1, names(key("acme", "pump", ""), "pumps"), Same);
        assert!(contradict(&same, &rule(2, names(key("acme", "pump", ""), "pumps"), Different)));
        assert!(!contradict(&same, &rule(2, names(key("acme", "pump", ""), "pumps"), Same)));
        assert!(!contradict(&same, &rule(2, names(key("acme", "valve", ""), "pumps"), Different)));
        assert!(!contradict(&same, &rule(2, names(key("acme", "pump", ""), "valves"), Different)));
    }

    #[test]
    fn an_empty_part_means_any_and_so_meets_all() {
        use RuleVerdict::{Different, Same};
        let all = rule(1, names(key("", "pump", ""), "pumps"), Same);
        assert!(contradict(&all, &rule(2, names(key("acme", "pump", "PC1"), "pumps"), Different)));
    }

    #[test]
    fn a_family_contradicts_the_rejection_of_its_sure_members() {
        use RuleVerdict::{Different, Same};
        let all = rule(1, family("pumps"), Same);
        for member in [key("acme", "", "PC300"), key("acme", "pump 300", ""), key("acme", "pump 300 x", "")] {
            assert!(contradict(&rule(2, names(member.clone(), "pumps"), Different), &all), "{member}");
        }
        for stranger in [key("acme", "", "PC400"), key("other", "pump 300", ""), key("acme", "pump 3000", "")]
        {
            assert!(!contradict(&rule(2, names(stranger.clone(), "pumps"), Different), &all), "{stranger}");
        }
    }

    #[test]
    fn two_readings_of_one_text_contradict() {
        let reading = |number, range: &str| {
            let subject = RuleSubject::Expression {
                vendor: "acme".into(),
                product: "pump".into(),
                text: "all but the blue ones".into(),
                range: range.into(),
            };
            rule(number, subject, RuleVerdict::Same)
        };
        assert!(contradict(&reading(1, "vers:intdot/<2"), &reading(2, "vers:intdot/<3")));
        assert!(!contradict(&reading(1, "vers:intdot/<2"), &reading(2, "vers:intdot/<2")));
    }

    #[test]
    fn the_one_with_the_smallest_id_is_named_and_a_rule_never_contradicts_itself() {
        use RuleVerdict::{Different, Same};
        let subject = || names(key("acme", "pump", ""), "pumps");
        let known = [rule(3, subject(), Same), rule(2, subject(), Same), rule(9, subject(), Different)];
        let new = rule(9, subject(), Different);
        assert_eq!(among(&known, &new).map(|rule| rule.id), Some(RuleId::from_bytes([2; 16])));
    }
}
