//! Language tags: do the subtags exist, and are they for private use (tests 6.1.12, 6.2.14, 6.2.15)?
//!
//! Not here: the form of a tag (`pattern`). The surprise: languages of three letters and longer, scripts beyond the
//! form and numeric regions are too many to carry; such a subtag is *not checked here*, which is neither yes nor no.

/// What is known of a language tag whose form is sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Existence {
    /// Language and region exist.
    Exists,
    /// This subtag does not exist.
    Missing(String),
    /// This subtag could not be looked up.
    NotChecked(String),
}

/// Whether the language and the region of a tag exist.
pub(crate) fn existence(tag: &str) -> Existence {
    let language = tag.split('-').next().unwrap_or_default();
    let whole = ["i", "x"].iter().any(|prefix| prefix.eq_ignore_ascii_case(language));
    if whole {
        return Existence::Exists;
    }
    if language.len() == 2 && !contains(LANGUAGES, language) {
        return Existence::Missing(language.to_owned());
    }
    let region = region(tag).filter(|region| region.len() == 2);
    if let Some(region) = region.filter(|region| !contains(REGIONS, region) && !is_private_region(region)) {
        return Existence::Missing(region.to_owned());
    }
    if language.len() > 2 && !is_private_language(language) {
        return Existence::NotChecked(language.to_owned());
    }
    Existence::Exists
}

fn contains(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|known| known.eq_ignore_ascii_case(word))
}

/// The subtags before the first extension or private part, without the language.
fn subtags(tag: &str) -> impl Iterator<Item = &str> {
    tag.split('-').take_while(|part| part.len() > 1).skip(1)
}

fn region(tag: &str) -> Option<&str> {
    subtags(tag).find(|part| is_region(part))
}

fn is_region(part: &str) -> bool {
    let letters = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_alphabetic());
    letters || (part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether a tag has a subtag that is set aside for private use.
pub(crate) fn is_private(tag: &str) -> bool {
    let tag = tag.to_ascii_lowercase();
    let language = tag.split('-').next().unwrap_or_default();
    let script = |part: &str| part.len() == 4 && ("qaaa"..="qabx").contains(&part);
    language == "x"
        || is_private_language(language)
        || tag.contains("-x-")
        || subtags(&tag).any(|part| script(part) || is_private_region(part))
}

/// `qaa` to `qtz`.
fn is_private_language(language: &str) -> bool {
    let language = language.to_ascii_lowercase();
    language.len() == 3 && ("qaa"..="qtz").contains(&language.as_str())
}

/// `AA`, `QM` to `QZ`, `XA` to `XZ`, `ZZ`.
fn is_private_region(region: &str) -> bool {
    let region = region.to_ascii_uppercase();
    let region = region.as_str();
    let letters = region.len() == 2 && region.bytes().all(|byte| byte.is_ascii_alphabetic());
    letters && (matches!(region, "AA" | "ZZ") || ("QM"..="QZ").contains(&region) || region.starts_with('X'))
}

/// Languages of two letters, with those that were replaced later.
const LANGUAGES: &str = "\
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz \
    ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik \
    in io is it iu iw ja ji jv jw ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg \
    mh mi mk ml mn mo mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro \
    ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty \
    ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// Regions of two letters, with those that ceased and those that are reserved.
const REGIONS: &str = "\
    AC AD AE AF AG AI AL AM AN AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT \
    BU BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CP CQ CR CS CU CV CW CX CY CZ DD DE DG DJ DK DM DO DZ \
    EA EC EE EG EH ER ES ET EU EZ FI FJ FK FM FO FR FX GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW \
    GY HK HM HN HR HT HU IC ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB \
    LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE \
    NF NG NI NL NO NP NR NT NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD \
    SE SG SH SI SJ SK SL SM SN SO SR SS ST SU SV SX SY SZ TA TC TD TF TG TH TJ TK TL TM TN TO TP TR TT TV TW \
    TZ UA UG UM UN US UY UZ VA VC VE VG VI VN VU WF WS YD YE YT YU ZA ZM ZR ZW";

#[cfg(test)]
mod tests {
    use super::{Existence, existence, is_private};

    #[test]
    fn languages_and_regions() {
        for tag in ["en", "EN-us", "de-DE", "zh-Hant-TW", "i-default", "x-own", "es-419", "en-QM", "qaa"] {
            assert_eq!(existence(tag), Existence::Exists, "{tag}");
        }
        assert_eq!(existence("EZ"), Existence::Missing("EZ".to_owned()));
        assert_eq!(existence("en-QA"), Existence::Exists);
        assert_eq!(existence("en-QB"), Existence::Missing("QB".to_owned()));
        assert_eq!(existence("gsw-CH"), Existence::NotChecked("gsw".to_owned()));
    }

    #[test]
    fn private_use() {
        for tag in ["qtx", "en-QM", "en-XP", "en-Qabc", "en-AA", "fr-ZZ", "en-x-own", "x-own"] {
            assert!(is_private(tag), "{tag}");
        }
        for tag in ["en-US", "de-DE", "en-Latn-QA", "quz", "en-u-co-phonebk"] {
            assert!(!is_private(tag), "{tag}");
        }
    }
}
