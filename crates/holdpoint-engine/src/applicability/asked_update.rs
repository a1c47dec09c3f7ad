//! Single versions of which a CPE name asks for an update besides, and which an inventory may write into its numbers.
//!
//! NVD writes `7.4` with the update `sp1` where a device tells `7.4.1.9`, and `1.7.0` with `update80` where Windows lists `7.0.800`.
//! Which number is the update, a maker alone can say: of Java it is known, so that mark and version are brought into one notation;
//! of all others a version that goes on where the listed one ends is neither meant nor excluded ([`super::versions`]). The
//! surprise: a version before its release (`6.7` with `rc1`) has nothing behind it, so `6.7.3` is surely another one. Such marks
//! carry a sign that no version has.

use holdpoint_domain::intelligence::Subject;
use holdpoint_versions::expression::releases;
use std::borrow::Cow;

/// Behind a mark of which an update is asked that is told apart from the numbers.
const ASKED: char = '\u{1e}';
/// Products that are Java, as CPE names them.
const JAVA: [&str; 8] =
    ["jdk", "jre", "openjdk", "java_se", "java_jdk", "java_jre", "java", "java_runtime_environment"];
/// How updates begin that came before the release.
const BEFORE_RELEASE: [&str; 7] = ["rc", "beta", "alpha", "pre", "dev", "milestone", "snapshot"];

/// The mark of one exact version: in Java's oldest notation where an update of Java is asked, and with a sign where what is asked
/// came before the release.
pub(super) fn mark<'v>(subject: &Subject, version: &'v str, update: &str) -> Cow<'v, str> {
    let Subject::Cpe(name) = subject else { return Cow::Borrowed(version) };
    let mut attributes = name.split(':').skip(3);
    let (vendor, product) = (attributes.next().unwrap_or_default(), attributes.next().unwrap_or_default());
    let asked = if update.is_empty() { attributes.nth(1).unwrap_or_default() } else { update };
    if JAVA.contains(&product)
        && vendor != "ibm"
        && let (Some(feature), Some(number)) = (feature(version), number_of(asked))
    {
        return Cow::Owned(format!("{}{ASKED}", in_java(feature, number)));
    }
    if BEFORE_RELEASE.iter().any(|word| begins(asked, word)) {
        return Cow::Owned(format!("{version}{ASKED}"));
    }
    Cow::Borrowed(version)
}

/// A mark without the sign; `None`: it has none.
pub(super) fn without_sign(mark: &str) -> Option<&str> {
    mark.strip_suffix(ASKED)
}

/// An update of Java in the oldest notation, in which all are compared.
pub(super) fn in_java(feature: u32, update: u32) -> String {
    format!("1.{feature}.0_{update}")
}

/// Whether an installed version of Java has no update in it and is of the release that a mark names: then the update is told
/// elsewhere or not at all.
pub(super) fn lacks_update(version: &str, mark: &str) -> bool {
    releases::is_java_update_of(mark, version.trim())
        || feature(version.trim()).is_some_and(|own| is_of(mark, own))
}

fn is_of(mark: &str, feature: u32) -> bool {
    releases::release_of_java(mark).is_some_and(|(release, _)| release == feature)
}

/// The release of Java that a version without an update names: 7 of `1.7.0`, `7.0` and `7`.
fn feature(version: &str) -> Option<u32> {
    let rest = version.strip_prefix("1.").unwrap_or(version);
    let rest = rest.strip_suffix(".0").unwrap_or(rest);
    let rest = rest.strip_suffix(".0").unwrap_or(rest);
    rest.parse().ok().filter(|feature| (2..=8).contains(feature))
}

/// 80 of `update80`, `update_80` and `u80`.
fn number_of(update: &str) -> Option<u32> {
    let rest = ["update", "u"].iter().find_map(|word| begins(update, word).then(|| &update[word.len()..]))?;
    rest.trim_start_matches('\\').trim_start_matches('_').parse().ok()
}

fn begins(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|front| front.eq_ignore_ascii_case(word))
}
