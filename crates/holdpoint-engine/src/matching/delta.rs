//! What changed between the matches that are stored and those that should be.

use holdpoint_domain::matching::Decision;
use std::collections::BTreeMap;

/// A match that is stored, or that should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The configuration's number.
    pub configuration: i64,
    /// The document's number: the same for all its revisions.
    pub document: i64,
    /// The document's id for the product.
    pub product_id: String,
    /// The leaf's number: another one in each revision.
    pub leaf: i64,
    /// The component that decided.
    pub component: Option<i64>,
    /// The decision.
    pub decision: Decision,
}

impl Known {
    fn key(&self) -> (i64, i64, &str) {
        (self.configuration, self.document, &self.product_id)
    }
}

/// The differences, each list in the order of (configuration, document, product id).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delta {
    /// New matches.
    pub opened: Vec<Known>,
    /// Matches whose decision is another one now: (before, now).
    pub changed: Vec<(Known, Known)>,
    /// Matches with the same decision that rest on a newer revision: (before, now). Nothing to raise.
    pub carried_over: Vec<(Known, Known)>,
    /// Matches that are none any more.
    pub closed: Vec<Known>,
}

impl Delta {
    /// Whether nothing changed at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.opened.is_empty()
            && self.changed.is_empty()
            && self.carried_over.is_empty()
            && self.closed.is_empty()
    }
}

/// Compares what is stored with what should be.
#[must_use]
pub fn difference(stored: &[Known], wanted: Vec<Known>) -> Delta {
    let before: BTreeMap<(i64, i64, &str), usize> =
        stored.iter().enumerate().map(|(at, known)| (known.key(), at)).collect();
    let mut met = vec![false; stored.len()];
    let mut delta = Delta::default();
    let mut wanted = wanted;
    wanted.sort_by(|a, b| a.key().cmp(&b.key()));
    for now in wanted {
        let Some(at) = before.get(&now.key()).copied() else {
            delta.opened.push(now);
            continue;
        };
        met[at] = true;
        let old = &stored[at];
        if *old == now {
            continue;
        }
        let same = old.decision == now.decision && old.component == now.component;
        let list = if same { &mut delta.carried_over } else { &mut delta.changed };
        list.push((old.clone(), now));
    }
    delta.closed = before.into_values().filter(|at| !met[*at]).map(|at| stored[at].clone()).collect();
    delta
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdpoint_domain::matching::{Confidence, Rung, Verdict};

    fn known(configuration: i64, leaf: i64, verdict: Verdict) -> Known {
        Known {
            configuration,
            document: 7,
            product_id: "P-1".into(),
            leaf,
            component: Some(1),
            decision: Decision {
                verdict,
                confidence: Confidence::Confirmed,
                rung: Rung::Name,
                why: String::new(),
            },
        }
    }

    #[test]
    fn each_kind_of_change_is_told_apart() {
        let stored = [
            known(1, 10, Verdict::Yes),
            known(2, 10, Verdict::Yes),
            known(3, 10, Verdict::Yes),
            known(4, 10, Verdict::Yes),
        ];
        let wanted = vec![
            known(5, 11, Verdict::Unknown),
            known(1, 10, Verdict::Yes),
            known(2, 11, Verdict::Yes),
            known(3, 11, Verdict::No),
        ];
        let delta = difference(&stored, wanted);
        assert_eq!(delta.opened, [known(5, 11, Verdict::Unknown)]);
        assert_eq!(delta.carried_over, [(known(2, 10, Verdict::Yes), known(2, 11, Verdict::Yes))]);
        assert_eq!(delta.changed, [(known(3, 10, Verdict::Yes), known(3, 11, Verdict::No))]);
        assert_eq!(delta.closed, [known(4, 10, Verdict::Yes)]);
        assert!(difference(&stored, stored.to_vec()).is_empty());
    }
}
