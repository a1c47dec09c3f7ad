//! When a "no" by the version is none, because what is said beside it says something else.
//!
//! An asset's name may speak of another release than its version, and a CPE name in a document of another version than the
//! text beside it. Which of the two is right nobody has said, so the question stays open. The surprise: a "yes" is not
//! weighed here; whoever doubts too much loses the answers that matter.

use super::component::ComponentFact;
use super::judge;
use super::leaf::Leaf;
use super::rules::Rules;
use super::tokens;
use super::wording::contradicts;
use holdpoint_versions::cpe::Attribute;
use holdpoint_versions::expression::Expression;
use holdpoint_versions::{Answer, Bound, Comparison};

/// Why an installed version that lies outside the listed ones is not surely outside; `None` when nothing contradicts it.
pub(super) fn doubt(component: &ComponentFact, leaf: &Leaf, rules: &Rules) -> Option<String> {
    by_name(component, leaf, rules).or_else(|| by_cpe(leaf, rules))
}

/// The asset's name says a release that its version is older than, and the listed versions begin with that release. One
/// that is newer than its name was brought up to date, and nobody wrote it into the name.
fn by_name(component: &ComponentFact, leaf: &Leaf, rules: &Rules) -> Option<String> {
    let (named, installed) = (component.names.release.as_str(), component.version());
    if !contradicts(named, installed) {
        return None;
    }
    let read = judge::expression_of(leaf, rules)?;
    let older = read.parse_version(installed).ok()?;
    let begins = |bound: &Bound| match bound {
        Bound::Unbounded => false,
        Bound::Included(version) | Bound::Excluded(version) => {
            tokens::may_be_of_release(version.text(), named) && older.compare(version) == Comparison::Less
        }
    };
    let speaks = read.range()?.intervals().iter().any(|one| begins(&one.lower));
    let product = &component.component.product;
    speaks.then(|| {
        format!("`{product}` is of release `{named}` by its name, and `{installed}` is of another one")
    })
}

/// The document's own CPE name says a version that lies outside the listed ones.
fn by_cpe(leaf: &Leaf, rules: &Rules) -> Option<String> {
    let cpe = leaf.cpe.as_ref()?;
    let Attribute::Value(version) = cpe.version() else { return None };
    let version = version.replace('\\', "");
    let read: &Expression = leaf.version.as_ref().filter(|_| rules.reading(leaf).is_none())?;
    (read.contains(&version) == Answer::No).then(|| {
        format!(
            "the document's CPE name says version `{version}`, which lies outside its own text `{}`",
            leaf.version_text
        )
    })
}
