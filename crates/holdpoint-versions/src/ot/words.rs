//! The words that OT versions use, and what each one means for the order.
//!
//! A class byte orders the qualifiers of one release: what fixes least comes first. The surprise: equal numbers
//! behind different words of one kind (`HF 2`, `Patch 2`) are not the same thing, so each word has its own byte.

/// A build of a release.
pub(crate) const BUILD: u8 = 0x10;
/// A revision of a release.
pub(crate) const REVISION: u8 = 0x14;
/// A kit of firmware files of one revision.
pub(crate) const KIT: u8 = 0x16;
/// A maintenance release.
pub(crate) const MAINTENANCE_RELEASE: u8 = 0x3e;
/// A patch.
pub(crate) const PATCH: u8 = 0x20;
/// A patch level.
pub(crate) const PATCH_LEVEL: u8 = 0x24;
/// A hotfix.
pub(crate) const HOTFIX: u8 = 0x22;
/// An update.
pub(crate) const UPDATE: u8 = 0x30;
/// A cumulative update.
pub(crate) const CUMULATIVE: u8 = 0x32;
/// A roll-up.
pub(crate) const ROLLUP: u8 = 0x34;
/// An update collection.
pub(crate) const COLLECTION: u8 = 0x36;
/// A quality update.
pub(crate) const QUALITY: u8 = 0x38;
/// A service release.
pub(crate) const SERVICE_RELEASE: u8 = 0x3c;
/// A feature pack.
pub(crate) const FEATURE_PACK: u8 = 0x40;
/// A maintenance pack.
pub(crate) const MAINTENANCE_PACK: u8 = 0x42;
/// An installation pack.
pub(crate) const INSTALL_PACK: u8 = 0x44;
/// A service pack.
pub(crate) const SERVICE_PACK: u8 = 0x50;
/// A release within a year or a main version, as in `2020 R2`.
pub(crate) const RELEASE: u8 = 0x60;

/// What a word in a version means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    /// Before the release.
    Pre(u8),
    /// After the release.
    Post(u8),
    /// The first word of two (`service pack`), with the second ones it can have and what they mean.
    Pair(&'static [(u8, &'static [u8])]),
    /// `x` in place of a number.
    Placeholder,
    /// A word of a sentence, never of a version.
    Prose,
    /// Anything else.
    Other,
}

/// True for words that only decorate the number behind them.
pub(crate) fn is_decoration(word: &[u8]) -> bool {
    match word.len() {
        1 => matches!(word[0] | 0x20, b'v' | b'r'),
        2 => is_one_of(word, &["fw", "sw", "sv"]),
        3 => is_one_of(word, &["ver", "rev", "rel"]),
        _ => is_one_of(word, &["version", "versions", "vers", "firmware", "software", "revision", "release"]),
    }
}

fn is_one_of(word: &[u8], list: &[&str]) -> bool {
    list.iter().any(|entry| word.eq_ignore_ascii_case(entry.as_bytes()))
}

/// Says what a word means; `dashed` when a dot or dash stands before it, `leading` when nothing does.
pub(crate) fn classify(word: &[u8], number_follows: bool, dashed: bool, leading: bool) -> Word {
    let mut lower = [0_u8; 12];
    let Some(room) = lower.get_mut(..word.len()) else { return Word::Other };
    for (to, from) in room.iter_mut().zip(word) {
        *to = from.to_ascii_lowercase();
    }
    let word = &lower[..word.len()];
    match word.len() {
        1 => letter(word[0], number_follows, dashed, leading),
        2 => abbreviation([word[0], word[1]]),
        3..=5 => short(word),
        _ => long(word),
    }
}

fn letter(letter: u8, number_follows: bool, dashed: bool, leading: bool) -> Word {
    match letter {
        b'x' if !number_follows && !leading => Word::Placeholder,
        // `Q3 2020` counts quarters first and years last.
        b'q' if number_follows && leading => Word::Prose,
        b'p' if number_follows && !leading => Word::Post(PATCH),
        b'u' if number_follows && !leading => Word::Post(UPDATE),
        b'r' if number_follows && dashed => Word::Post(REVISION),
        b'r' if number_follows && !leading => Word::Post(RELEASE),
        _ => Word::Other,
    }
}

fn abbreviation(word: [u8; 2]) -> Word {
    match &word {
        b"rc" => Word::Pre(0x05),
        b"sp" => Word::Post(SERVICE_PACK),
        b"hf" => Word::Post(HOTFIX),
        b"cu" => Word::Post(CUMULATIVE),
        b"ru" => Word::Post(ROLLUP),
        b"uc" => Word::Post(COLLECTION),
        b"qu" => Word::Post(QUALITY),
        b"sr" => Word::Post(SERVICE_RELEASE),
        b"fp" => Word::Post(FEATURE_PACK),
        b"mp" => Word::Post(MAINTENANCE_PACK),
        b"mr" => Word::Post(MAINTENANCE_RELEASE),
        b"ip" => Word::Post(INSTALL_PACK),
        b"bn" => Word::Post(BUILD),
        b"xx" => Word::Placeholder,
        b"pl" => Word::Post(PATCH_LEVEL),
        b"or" | b"to" | b"if" | b"ff" | b"ab" | b"up" | b"in" | b"on" | b"of" | b"is" | b"no" => Word::Prose,
        _ => Word::Other,
    }
}

fn short(word: &[u8]) -> Word {
    match word {
        b"upd" => Word::Post(UPDATE),
        b"build" | b"bld" => Word::Post(BUILD),
        b"patch" => Word::Post(PATCH),
        b"rev" => Word::Post(REVISION),
        b"kit" => Word::Post(KIT),
        b"dev" => Word::Pre(0x01),
        b"alpha" => Word::Pre(0x02),
        b"beta" => Word::Pre(0x03),
        b"pre" => Word::Pre(0x04),
        b"and" | b"the" | b"with" | b"only" | b"when" | b"all" | b"below" | b"under" | b"above"
        | b"prior" | b"later" | b"after" | b"until" | b"from" | b"for" | b"are" | b"not" | b"older"
        | b"newer" | b"than" | b"using" | b"first" | b"bis" | b"vor" | b"und" | b"oder" | b"both"
        | b"fixed" | b"fix" | b"level" => Word::Prose,
        b"hot" => Word::Pair(&[(HOTFIX, b"fix")]),
        _ if word.iter().all(|letter| *letter == b'x') => Word::Placeholder,
        _ => Word::Other,
    }
}

fn long(word: &[u8]) -> Word {
    match word {
        b"update" => Word::Post(UPDATE),
        b"hotfix" | b"hotfixrev" => Word::Post(HOTFIX),
        b"release" => Word::Post(BUILD),
        b"revision" => Word::Post(REVISION),
        b"preview" => Word::Pre(0x04),
        b"servicepack" => Word::Post(SERVICE_PACK),
        b"feature" => Word::Pair(&[(FEATURE_PACK, b"pack")]),
        b"service" => Word::Pair(&[(SERVICE_PACK, b"pack"), (SERVICE_RELEASE, b"release")]),
        b"cumulative" => Word::Pair(&[(CUMULATIVE, b"update")]),
        b"maintenance" => Word::Pair(&[(MAINTENANCE_PACK, b"pack"), (MAINTENANCE_RELEASE, b"release")]),
        b"earlier" | b"before" | b"through" | b"including" | b"excluding" | b"without" | b"running"
        | b"installed" | b"either" | b"kleiner" | b"upcoming" | b"newest" | b"patched" | b"resolved"
        | b"unaffected" | b"option" | b"series" | b"serial" | b"number" | b"digits" => Word::Prose,
        _ if word.iter().all(|letter| *letter == b'x') => Word::Placeholder,
        _ => Word::Other,
    }
}
