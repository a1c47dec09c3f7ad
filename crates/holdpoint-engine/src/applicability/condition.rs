//! One record against one configuration, by walking its trees as they are written: the explanation.
//!
//! Slow and plain on purpose. The catalogue must answer the same, and its tests compare the two. Not here: many
//! records at once.

use super::item::{Item, Parts};
use super::names::Reading;
use super::qualifier::Qualifier;
use super::truth::Truth;
use super::versions::Ground;
use super::written;
use holdpoint_domain::intelligence::{Applicability, Condition, Criterion, Role, Subject, VersionTest};

/// What is said of a leaf that no component can be held against.
const NAMES_NOTHING: &str = "it names no product that can be compared (a wildcard, or no name of that kind), so nothing \
                             was compared";

/// Whether a CPE name of the product itself is none that a component could have: a wildcard in vendor or product, or no CPE
/// name at all. Whom it means cannot be said, and that it names nobody here is no "no".
#[must_use]
pub fn names_nothing(condition: &Condition) -> bool {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().any(names_nothing),
        Condition::Not(part) => names_nothing(part),
        Condition::Is(criterion) => is_unusable(criterion),
    }
}

/// A leaf of a vulnerable product whose CPE name is none that a component could have.
pub(super) fn is_unusable(criterion: &Criterion) -> bool {
    criterion.role == Role::Vulnerable
        && matches!(criterion.subject, Subject::Cpe(_))
        && Reading::of(&criterion.subject).names.is_empty()
}

/// Why a record does or does not speak of a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The answer.
    pub truth: Truth,
    /// Which of the record's statements gave it; `None` when it has none.
    pub statement: Option<usize>,
    /// Every leaf of that statement that is not a plain no, and those that are where nothing else is.
    pub leaves: Vec<LeafReason>,
}

/// How one leaf came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeafReason {
    /// The way through the tree, for example `all/2/any/1`: which child of which kind of node, counted from one.
    pub path: String,
    /// Whether the product holds the vulnerability or is only the ground.
    pub role: Role,
    /// The product and the versions, as written.
    pub asked: String,
    /// Which component of the configuration decided, counted from zero; `None`: none has that name.
    pub component: Option<usize>,
    /// The version of that component, as compared; empty: not known.
    pub version: String,
    /// How it came out.
    pub truth: Truth,
    /// Why, a clause for people.
    pub why: String,
}

/// What one walk found.
struct Walk<'a> {
    items: &'a [Item],
    listed: Parts,
    leaves: Vec<LeafReason>,
    /// Whether the record speaks of the configuration at all: the best answer of a vulnerable leaf, or under a negation
    /// that something of its name is there.
    raised: Truth,
    near: Near,
}

/// How near a record comes to a configuration that it does not mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Near {
    /// Nothing there has a name of it.
    Stranger,
    /// Something has the name, and not the release, the edition or the architecture.
    Named,
    /// Something has all of it; the version decides.
    Meant,
}

/// Explains what a record says of a configuration. The same inputs give the same explanation.
#[must_use]
pub fn explain(statements: &[Applicability], items: &[Item]) -> Explanation {
    let listed = items.iter().fold(Parts::default(), |sum, item| sum.and(item.parts()));
    let mut best = Explanation { truth: Truth::No, statement: None, leaves: Vec::new() };
    let mut nearest = Near::Stranger;
    // Where nothing speaks of the configuration, what could not be compared is what has to be said.
    let mut is_said = false;
    for (at, statement) in statements.iter().enumerate() {
        for (path, root) in alternatives(&statement.root) {
            let mut walk =
                Walk { items, listed, leaves: Vec::new(), raised: Truth::No, near: Near::Stranger };
            let value = walk.node(root, &path, Sign::Plain);
            let truth = if walk.raised == Truth::No { Truth::No } else { value };
            let nothing_yet = truth == Truth::No && best.truth == Truth::No && !is_said;
            let says = nothing_yet && names_nothing(root);
            // Of several alternatives that come out alike, the one that has most in common shows why.
            let is_near = truth == best.truth && !is_said && walk.near > nearest;
            if best.statement.is_none() || truth > best.truth || says || is_near {
                is_said |= names_nothing(root);
                nearest = walk.near;
                let mut leaves = walk.leaves;
                if leaves.iter().any(|leaf| leaf.truth != Truth::No) {
                    leaves.retain(|leaf| leaf.truth != Truth::No);
                }
                best = Explanation { truth, statement: Some(at), leaves };
            }
        }
    }
    best
}

/// The alternatives at the root of a tree, each of which is judged by itself, with the way to each.
pub(super) fn alternatives(root: &Condition) -> Vec<(String, &Condition)> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), root)];
    while let Some((path, node)) = open.pop() {
        match node {
            Condition::Any(children) => {
                let slash = if path.is_empty() { "" } else { "/" };
                let below = |nth: usize| format!("{path}{slash}any/{}", nth + 1);
                open.extend(children.iter().enumerate().rev().map(|(nth, child)| (below(nth), child)));
            }
            Condition::All(_) | Condition::Not(_) | Condition::Is(_) => found.push((path, node)),
        }
    }
    found
}

/// Whether a node stands under an odd number of negations.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Plain,
    Negated,
}

impl Sign {
    /// Below one more negation.
    pub(super) const fn turned(self) -> Self {
        match self {
            Self::Plain => Self::Negated,
            Self::Negated => Self::Plain,
        }
    }
}

impl Walk<'_> {
    fn node(&mut self, node: &Condition, path: &str, sign: Sign) -> Truth {
        let below = |kind: &str, nth: usize| {
            let slash = if path.is_empty() { "" } else { "/" };
            format!("{path}{slash}{kind}/{}", nth + 1)
        };
        match node {
            Condition::All(children) => {
                let mut value = Truth::Yes;
                for (nth, child) in children.iter().enumerate() {
                    value = value.min(self.node(child, &below("all", nth), sign));
                }
                value
            }
            Condition::Any(children) => {
                let mut value = Truth::No;
                for (nth, child) in children.iter().enumerate() {
                    value = value.max(self.node(child, &below("any", nth), sign));
                }
                value
            }
            Condition::Not(child) => self.node(child, &below("not", 0), sign.turned()).negated(),
            Condition::Is(criterion) => {
                let (mut reason, is_named, near) = self.leaf(criterion, path);
                let mut truth = reason.truth;
                if criterion.role == Role::Vulnerable {
                    self.near = self.near.max(near);
                }
                if is_unusable(criterion) {
                    // Whom it means cannot be said, and neither can who is not meant; by itself it raises nobody.
                    reason.truth = Truth::Unknown;
                    if sign == Sign::Negated {
                        truth = Truth::Unknown;
                    }
                }
                let raised = match (criterion.role, sign) {
                    (Role::Platform, _) => Truth::No,
                    (Role::Vulnerable, Sign::Plain) => truth,
                    // "Not these versions" speaks of whoever has another version of the product, and of nobody else.
                    (Role::Vulnerable, Sign::Negated) if is_named => Truth::Yes,
                    (Role::Vulnerable, Sign::Negated) => Truth::No,
                };
                self.raised = self.raised.max(raised);
                self.leaves.push(reason);
                truth
            }
        }
    }

    /// How a leaf comes out, whether any component has a name of it, be it one of which nothing is said, and how near it comes.
    fn leaf(&self, criterion: &Criterion, path: &str) -> (LeafReason, bool, Near) {
        let mut is_named = false;
        let mut nearest = Near::Stranger;
        let mut best = LeafReason {
            path: path.to_owned(),
            role: criterion.role,
            asked: format!("{}; {}", subject_text(&criterion.subject), test_text(&criterion.versions)),
            component: None,
            version: String::new(),
            truth: Truth::No,
            why: "no component has that name".to_owned(),
        };
        let reading = Reading::of_criterion(criterion);
        if reading.names.is_empty() {
            best.why = NAMES_NOTHING.to_owned();
            // Whether that ground is there cannot be said; of a product that nobody can name, the rest of the record counts.
            if criterion.role == Role::Platform && matches!(criterion.subject, Subject::Cpe(_)) {
                best.truth = Truth::Unknown;
            }
        }
        let ground = Ground::of(criterion.role, &criterion.subject);
        let qualifier = Qualifier::of(criterion, reading.cpe.as_ref());
        let keys: Vec<String> = reading.names.iter().flat_map(|name| written::of_product(name)).collect();
        let names: Vec<&str> = reading.names.iter().chain(&keys).map(String::as_str).collect();
        for (at, item) in self.items.iter().enumerate() {
            for name in &names {
                let most = written::worth(name).map_or(Truth::Yes, written::Worth::most);
                for version in item.versions_as(name) {
                    is_named = true;
                    let of_version = ground.passes(&criterion.versions, version);
                    let (of_rest, rest) = qualifier.judge(item);
                    let truth = of_version.min(of_rest).min(most);
                    // Versions of another line: that this one lies outside is nothing that the source says of it.
                    if truth == Truth::No && written::worth(name) == Some(written::Worth::Near) {
                        continue;
                    }
                    let near = if of_rest == Truth::Yes { Near::Meant } else { Near::Named };
                    if best.component.is_none()
                        || truth > best.truth
                        || (truth == best.truth && near > nearest)
                    {
                        nearest = near;
                        best.component = Some(at);
                        best.version = version.unwrap_or_default().to_owned();
                        best.truth = truth;
                        best.why = if of_version.min(of_rest) > most {
                            "vendor and product are written alike and not the same".to_owned()
                        } else {
                            why(criterion, version, of_version, of_rest, rest)
                        };
                    }
                }
            }
        }
        let part = reading.part();
        if best.truth == Truth::No && criterion.role == Role::Platform && self.listed.lack(part) {
            best.truth = Truth::Unknown;
            best.why = "the inventory lists nothing of that kind, so the platform may be there".to_owned();
        }
        (best, is_named, nearest)
    }
}

fn why(
    criterion: &Criterion,
    version: Option<&str>,
    of_version: Truth,
    of_rest: Truth,
    rest: String,
) -> String {
    if of_rest < of_version {
        return rest;
    }
    match (of_version, version, &criterion.versions) {
        (Truth::Unknown, _, VersionTest::NotStated) => "the source does not state the version".to_owned(),
        (Truth::Unknown, None, _) => "the inventory does not say which version".to_owned(),
        (Truth::Unknown, Some(version), _) => format!("`{version}` cannot be compared with that"),
        (Truth::Yes, Some(version), _) => format!("`{version}` is inside"),
        (Truth::Yes, None, _) => "every version is meant".to_owned(),
        (Truth::No, Some(version), _) => format!("`{version}` is outside"),
        (Truth::No, None, _) => "it is outside".to_owned(),
    }
}

fn subject_text(subject: &Subject) -> String {
    match subject {
        Subject::Cpe(text) => text.clone(),
        Subject::Package { kind, namespace, name, .. } => format!("{kind} package {namespace}/{name}"),
        Subject::Product { vendor, product, .. } => format!("{vendor} {product}"),
    }
}

fn test_text(test: &VersionTest) -> String {
    use holdpoint_domain::intelligence::Inclusion;
    match test {
        VersionTest::Any => "every version".to_owned(),
        VersionTest::NotStated => "a version that the source does not state".to_owned(),
        VersionTest::Exact { version, update } if update.is_empty() => format!("version {version}"),
        VersionTest::Exact { version, update } => format!("version {version} {update}"),
        VersionTest::Between { low, high, .. } => {
            let low = low.as_ref().map(|end| match end.inclusion {
                Inclusion::Included => format!("from {}", end.version),
                Inclusion::Excluded => format!("after {}", end.version),
            });
            let high = high.as_ref().map(|end| match end.inclusion {
                Inclusion::Included => format!("up to {}", end.version),
                Inclusion::Excluded => format!("before {}", end.version),
            });
            let ends: Vec<String> = [low, high].into_iter().flatten().collect();
            if ends.is_empty() { "every version".to_owned() } else { ends.join(", ") }
        }
        VersionTest::OneOf(tests) if tests.is_empty() => "no version".to_owned(),
        VersionTest::OneOf(tests) => tests.iter().map(test_text).collect::<Vec<_>>().join(" or "),
        VersionTest::Except { meant, taken_out } => {
            let out = taken_out.iter().map(test_text).collect::<Vec<_>>().join(" or ");
            format!("{}, but not {out}", test_text(meant))
        }
        VersionTest::Expression(text) => format!("`{text}`"),
    }
}
