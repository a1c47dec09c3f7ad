//! Whether one version passes one test, straight from the texts.
//!
//! Not here: many tests at once (that is [`super::measure`]). The surprise: where neither text can be read as a
//! version, equal texts are still the same version, and nothing else is known.

use super::asked_update;
use super::truth::Truth;
use holdpoint_domain::intelligence::{End, Inclusion, Role, Subject, VersionTest};
use holdpoint_versions::expression::{Category, Context, pairs, parse, releases};
use holdpoint_versions::{Answer, Comparison, Profile, Scheme, Undecidable, Version};
use std::cmp::Ordering;

/// How versions of a product are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Order {
    scheme: Scheme,
    profile: Profile,
    stem: Stem,
}

/// Whether a version that goes on where a listed one ends is surely another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stem {
    /// Surely: the source means just what it writes.
    Whole,
    /// Not surely: a CPE name has its updates, service packs and builds elsewhere, and often leaves them out.
    MayGoOn,
}

/// Where a version stands to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Position {
    Below,
    Equal,
    /// Above, by a service pack, an update, a hotfix or a build of the mark alone, be it a distribution's (`1.2.3-r2`), or by going on where it
    /// ends.
    Fix,
    Above,
    Doubt,
}

impl Order {
    /// The order of a subject's versions when a test names none.
    pub(super) fn of_subject(subject: &Subject) -> Self {
        match subject {
            Subject::Cpe(_) => Self { scheme: Scheme::Ot, profile: Profile::Common, stem: Stem::MayGoOn },
            Subject::Package { kind, .. } => {
                let scheme = Scheme::from_name(&kind.to_ascii_lowercase()).unwrap_or(Scheme::Generic);
                Self { scheme, profile: Profile::Common, stem: Stem::Whole }
            }
            Subject::Product { vendor, .. } => {
                Self { scheme: Scheme::Ot, profile: Profile::of_vendor(vendor), stem: Stem::Whole }
            }
        }
    }

    /// The order that a test names; a name that says nothing keeps the subject's own, one that is not known orders
    /// nothing.
    pub(super) fn named(self, name: &str) -> Self {
        match name.to_ascii_lowercase().as_str() {
            "" | "custom" | "n/a" | "other" | "unspecified" => self,
            "ot" => Self { scheme: Scheme::Ot, ..self },
            name => {
                let scheme = Scheme::from_name(name).unwrap_or(Scheme::Generic);
                Self { scheme, profile: Profile::Common, stem: Stem::Whole }
            }
        }
    }

    /// A small number for keeping.
    pub(super) fn code(self) -> u8 {
        let scheme = Scheme::ALL.iter().position(|scheme| *scheme == self.scheme).unwrap_or(0) as u8;
        let profile = match self.profile {
            Profile::Common => 0,
            Profile::NumberWithLetter => 0x80,
        };
        let stem = match self.stem {
            Stem::Whole => 0,
            Stem::MayGoOn => 0x40,
        };
        scheme | profile | stem
    }

    /// The order with that number.
    pub(super) fn from_code(code: u8) -> Option<Self> {
        let scheme = *Scheme::ALL.get(usize::from(code & 0x3f))?;
        let profile = if code & 0x80 == 0 { Profile::Common } else { Profile::NumberWithLetter };
        let stem = if code & 0x40 == 0 { Stem::Whole } else { Stem::MayGoOn };
        Some(Self { scheme, profile, stem })
    }

    pub(super) fn scheme(self) -> Scheme {
        self.scheme
    }

    pub(super) fn read(self, text: &str) -> Option<Version> {
        match self.scheme {
            Scheme::Ot => {
                let text = asked_update::without_sign(text).unwrap_or(text);
                Version::parse_ot(self.profile, text).ok()
            }
            Scheme::Dpkg
            | Scheme::Rpm
            | Scheme::Semver
            | Scheme::Pep440
            | Scheme::Maven
            | Scheme::Intdot
            | Scheme::Datetime
            | Scheme::WindowsBuild
            | Scheme::Kb
            | Scheme::Lexicographic
            | Scheme::Generic
            | Scheme::Apk
            | Scheme::Composer
            | Scheme::Gem
            | Scheme::Nuget => self.scheme.parse(text).ok(),
        }
    }

    /// Whether the bytes of the key alone decide between this text and every other text of which that is true.
    ///
    /// In the OT order only for plain numbers that can be neither a year nor a day; the test of this file compares
    /// that with [`Version::compare`].
    pub(super) fn is_ordered(self, text: &str) -> bool {
        match self.scheme {
            Scheme::Ot => {
                let mut first = true;
                !text.is_empty()
                    && text.split('.').all(|number| {
                        let longest = if std::mem::take(&mut first) { 3 } else { 7 };
                        (1..=longest).contains(&number.len())
                            && number.bytes().all(|byte| byte.is_ascii_digit())
                    })
            }
            Scheme::Dpkg
            | Scheme::Rpm
            | Scheme::Semver
            | Scheme::Maven
            | Scheme::Intdot
            | Scheme::Datetime
            | Scheme::WindowsBuild
            | Scheme::Lexicographic
            | Scheme::Apk
            | Scheme::Composer
            | Scheme::Gem
            | Scheme::Nuget => true,
            // A local version is meant by its public one.
            Scheme::Pep440 => !text.contains('+'),
            Scheme::Kb | Scheme::Generic => false,
        }
    }

    /// Where `version` stands to `mark`, both as written.
    pub(super) fn position(self, version: &str, mark: &str) -> Position {
        if let Some(position) = self.counted_twice(version, mark) {
            return position;
        }
        match (self.read(version), self.read(mark)) {
            (Some(version), Some(mark)) => self.stands(&version, &mark),
            _ => unread(version, mark),
        }
    }

    /// Where one read version stands to a read mark, when nothing speaks against their order. Of a mark with the sign no
    /// version goes on.
    pub(super) fn stands(self, version: &Version, mark: &Version) -> Position {
        match position(version, mark) {
            Position::Above if self.goes_on(mark.text(), version.text()) => Position::Fix,
            position => position,
        }
    }

    /// Whether a version goes on where a mark ends, both plain, and is not surely another one for it.
    pub(super) fn goes_on(self, mark: &str, version: &str) -> bool {
        self.stem == Stem::MayGoOn && self.scheme == Scheme::Ot && pairs::goes_on(mark, version)
    }

    /// Whether [`Order::goes_on`] can say yes of any mark.
    pub(super) fn may_go_on(self, version: &str) -> bool {
        self.stem == Stem::MayGoOn && self.scheme == Scheme::Ot && version.contains('.')
    }
}

/// Where a version stands to another when its maker counts in several ways, as Java and Windows do; the numbers then say nothing.
impl Order {
    /// Whether a version may be written as such a name; the keys alone decide nothing for it.
    pub(super) fn is_name(self, version: &str) -> bool {
        self.scheme == Scheme::Ot && releases::is_a_name(version)
    }

    /// Where it stands; `None`: as the numbers say.
    pub(super) fn counted_twice(self, version: &str, mark: &str) -> Option<Position> {
        if let Some(mark) = asked_update::without_sign(mark) {
            if self.scheme == Scheme::Ot && asked_update::lacks_update(version, mark) {
                return Some(Position::Equal);
            }
            // What came before the release is no stem of anything.
            return self.counted_twice(version, mark).or_else(|| {
                let whole = Self { stem: Stem::Whole, ..self };
                Some(whole.position(version, mark))
            });
        }
        let plain = || self.is_ordered(version) && self.is_ordered(mark) && !releases::is_a_name(version);
        if self.scheme != Scheme::Ot || version.trim().eq_ignore_ascii_case(mark.trim()) || plain() {
            return None;
        }
        match releases::java_order(version, mark) {
            Some(Ordering::Less) => return Some(Position::Below),
            Some(Ordering::Equal) => return Some(Position::Equal),
            Some(Ordering::Greater) => return Some(Position::Above),
            None => {}
        }
        if releases::is_java_update_of(version, mark) {
            return Some(Position::Fix);
        }
        let doubt = match self.stem {
            Stem::MayGoOn => pairs::doubt(mark, version),
            Stem::Whole => releases::doubt(mark, version),
        };
        doubt.map(|_| Position::Doubt)
    }
}

/// Where one read version stands to another.
pub(super) fn position(version: &Version, mark: &Version) -> Position {
    match version.compare(mark) {
        Comparison::Less => Position::Below,
        // A mark without a build means every build of it.
        Comparison::Equal | Comparison::Undecidable(Undecidable::RightLacksBuild) => Position::Equal,
        Comparison::Greater if version.is_local_of(mark) => Position::Equal,
        Comparison::Greater if version.is_fix_of(mark) || version.is_build_of(mark) => Position::Fix,
        Comparison::Greater => Position::Above,
        Comparison::Undecidable(_) => Position::Doubt,
    }
}

/// Two texts of which at least one is no version of the order.
pub(super) fn unread(version: &str, mark: &str) -> Position {
    let mark = asked_update::without_sign(mark).unwrap_or(mark);
    if version.trim().eq_ignore_ascii_case(mark.trim()) { Position::Equal } else { Position::Doubt }
}

/// Which side of a range an end is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Low,
    High,
}

/// Whether a version at that position is on the inner side of an end.
pub(super) fn inside(position: Position, side: Side, inclusion: Inclusion) -> Truth {
    let yes = |holds: bool| if holds { Truth::Yes } else { Truth::No };
    match position {
        Position::Doubt => Truth::Unknown,
        Position::Equal => yes(inclusion == Inclusion::Included),
        Position::Below => yes(side == Side::High),
        // `9.0` as the last version that is meant: whether its service packs are meant is not said, as in an expression.
        Position::Fix if side == Side::High && inclusion == Inclusion::Included => Truth::Unknown,
        Position::Fix | Position::Above => yes(side == Side::Low),
    }
}

/// A text as compared: feeds write CPE escapes into versions.
pub(super) fn version_text(text: &str) -> std::borrow::Cow<'_, str> {
    super::names::plain(text.trim())
}

/// The leaf at hand: what its tests need to know besides the version.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    pub(super) role: Role,
    pub(super) subject: &'a Subject,
    pub(super) order: Order,
}

impl<'a> Ground<'a> {
    pub(super) fn of(role: Role, subject: &'a Subject) -> Self {
        Self { role, subject, order: Order::of_subject(subject) }
    }

    /// Whether a version passes a test; `None`: the inventory does not say which version.
    pub(super) fn passes(self, test: &VersionTest, version: Option<&str>) -> Truth {
        match test {
            VersionTest::Any => Truth::Yes,
            VersionTest::NotStated => match self.role {
                Role::Platform => Truth::Yes,
                Role::Vulnerable => Truth::Unknown,
            },
            VersionTest::Exact { version: mark, update } => {
                let mark = asked_update::mark(self.subject, mark, update).into_owned();
                let end = End { version: mark, inclusion: Inclusion::Included };
                between(self.order, Some(&end), Some(&end), version)
            }
            VersionTest::Between { scheme, low, high } => {
                between(self.order.named(scheme), low.as_ref(), high.as_ref(), version)
            }
            VersionTest::OneOf(tests) => {
                tests.iter().map(|test| self.passes(test, version)).max().unwrap_or(Truth::No)
            }
            VersionTest::Except { meant, taken_out } => {
                let out = taken_out.iter().map(|test| self.passes(test, version)).max();
                self.passes(meant, version).min(out.unwrap_or(Truth::No).negated())
            }
            VersionTest::Expression(text) => {
                let (vendor, product) = words(self.subject);
                expression(vendor, product, text, version)
            }
        }
    }
}

/// Vendor and product as an expression's reader wants them.
pub(super) fn words(subject: &Subject) -> (&str, &str) {
    match subject {
        Subject::Cpe(_) => ("", ""),
        Subject::Package { name, .. } => ("", name),
        Subject::Product { vendor, product, .. } => (vendor, product),
    }
}

/// Whether a version is meant by an expression.
pub(super) fn expression(vendor: &str, product: &str, text: &str, version: Option<&str>) -> Truth {
    let read = parse(&Context { vendor, product, category: Category::Other }, text);
    // Without a version only "all versions" is sure; the reader itself knows which texts those are.
    match read.contains(version.unwrap_or_default()) {
        Answer::Yes => Truth::Yes,
        Answer::No if version.is_some() => Truth::No,
        Answer::No | Answer::Unknown { .. } => Truth::Unknown,
    }
}

fn between(order: Order, low: Option<&End>, high: Option<&End>, version: Option<&str>) -> Truth {
    let side = |end: Option<&End>, side: Side| match (end, version) {
        (None, _) => Truth::Yes,
        (Some(_), None) => Truth::Unknown,
        (Some(end), Some(version)) => {
            inside(order.position(version, &version_text(&end.version)), side, end.inclusion)
        }
    };
    side(low, Side::Low).min(side(high, Side::High))
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdpoint_versions::{Bound, Interval, VersionRange};
    use proptest::prelude::*;

    const OT: Order = Order { scheme: Scheme::Ot, profile: Profile::Common, stem: Stem::Whole };

    #[test]
    fn not_stated_is_unknown_for_the_vulnerable_and_no_matter_for_a_platform() {
        let subject = Subject::Cpe("cpe:2.3:o:linux:linux_kernel:-:*:*:*:*:*:*:*".into());
        let at = |role| Ground::of(role, &subject).passes(&VersionTest::NotStated, Some("5.1"));
        assert_eq!(at(Role::Vulnerable), Truth::Unknown);
        assert_eq!(at(Role::Platform), Truth::Yes);
    }

    #[test]
    fn an_exact_version_does_not_clear_its_own_fixes_as_an_expression_does_not() {
        let subject =
            Subject::Product { vendor: "Acme".into(), product: "Gate".into(), platforms: Vec::new() };
        let ground = Ground::of(Role::Vulnerable, &subject);
        let exact = VersionTest::Exact { version: "9.0".into(), update: String::new() };
        let upto = |inclusion| VersionTest::Between {
            scheme: String::new(),
            low: None,
            high: Some(End { version: "9.0".into(), inclusion }),
        };
        for installed in ["9.0 SP1", "9.0 HF2", "9.0 Update 3", "9.0p1", "9.0 Build 12", "9.0.0 SP1"] {
            let expressed = expression("Acme", "Gate", "9.0", Some(installed));
            let expected = if installed == "9.0 Build 12" { Truth::Yes } else { Truth::Unknown };
            assert_eq!(ground.passes(&exact, Some(installed)), expected, "{installed}");
            assert_ne!(expressed, Truth::No, "{installed}");
            assert_eq!(ground.passes(&upto(Inclusion::Included), Some(installed)), expected, "{installed}");
        }
        for installed in ["9.1", "9.1 SP1", "9.0.1", "8.9 SP1"] {
            assert_eq!(ground.passes(&exact, Some(installed)), Truth::No, "{installed}");
        }
        assert_eq!(ground.passes(&upto(Inclusion::Excluded), Some("9.0 SP1")), Truth::No);
    }

    #[test]
    fn every_order_comes_back_from_its_number() {
        for scheme in Scheme::ALL {
            for profile in [Profile::Common, Profile::NumberWithLetter] {
                for stem in [Stem::Whole, Stem::MayGoOn] {
                    let order = Order { scheme, profile, stem };
                    assert_eq!(Order::from_code(order.code()), Some(order));
                }
            }
        }
        assert_eq!(Order::from_code(0x3f), None);
    }

    fn version() -> impl Strategy<Value = String> {
        prop_oneof![
            "[0-9]{1,4}(\\.[0-9]{1,8}){0,3}",
            "V?[0-9]{1,2}(\\.[0-9]{1,2}){0,2}( SP[0-9]| HF[0-9]| Update [0-9]|[a-c]|-rc1| build [0-9]{2})?",
            "(20[12][0-9]|2019[01][0-9][0-3][0-9])(\\.[0-9])?",
            "[a-z0-9. _-]{0,8}",
        ]
    }

    proptest! {
        #[test]
        fn plain_numbers_are_ordered_by_their_keys_alone(a in version(), b in version()) {
            if OT.is_ordered(&a) && OT.is_ordered(&b) {
                let (a, b) = (OT.read(&a).expect("numbers"), OT.read(&b).expect("numbers"));
                prop_assert_eq!(a.compare(&b), Comparison::from(a.key().cmp(b.key())));
            }
        }

        #[test]
        fn a_range_answers_as_the_ranges_of_the_versions_room_do(
            low in version(), high in version(), asked in version(), ends in 0_u8..16
        ) {
            let read = |text: &str| OT.read(text);
            if let (Some(l), Some(h), Some(v)) = (read(&low), read(&high), read(&asked)) {
                let inclusion = |bit: u8| if ends & bit == 0 { Inclusion::Excluded } else { Inclusion::Included };
                let end = |text: &String, bit: u8| End { version: text.clone(), inclusion: inclusion(bit) };
                let bound = |version: Version, bit: u8| {
                    if ends & bit == 0 { Bound::Excluded(version) } else { Bound::Included(version) }
                };
                let range = VersionRange::from_intervals(vec![Interval {
                    lower: if ends & 4 == 0 { bound(l, 1) } else { Bound::Unbounded },
                    upper: if ends & 8 == 0 { bound(h, 2) } else { Bound::Unbounded },
                }]);
                let test = VersionTest::Between {
                    scheme: String::new(),
                    low: (ends & 4 == 0).then(|| end(&low, 1)),
                    high: (ends & 8 == 0).then(|| end(&high, 2)),
                };
                let subject = Subject::Cpe("cpe:2.3:a:a:b:*:*:*:*:*:*:*:*".into());
                let ours = Ground::of(Role::Vulnerable, &subject).passes(&test, Some(&asked));
                // A fix of the last version is left open, as in an expression.
                let h = read(&high).expect("read before");
                let may_be = v.is_fix_of(&h) || pairs::goes_on(&high, &asked);
                let fixes = ends & 8 == 0 && ends & 2 != 0 && may_be && v.compare(&h) == Comparison::Greater;
                let (by_range, by_low) = (range.contains(&v).name(), ends & 4 != 0 || ours != Truth::No);
                prop_assert_eq!(ours.word(), if fixes && by_low { "unknown" } else { by_range });
            }
        }
    }
}
