//! Words of other languages, put into the English ones that the reader knows.
//!
//! Publishers write in their own language now and then: `alle Versionen bis einschließlich V4.2`. The surprise:
//! nothing is translated word by word that could be a name; a phrase counts only as whole words.

/// Phrases in lower case and what they mean, longer ones before their beginnings.
const PHRASES: &[(&str, &str)] = &[
    ("bis einschließlich", "up to and including"),
    ("bis einschliesslich", "up to and including"),
    ("bis inklusive", "up to and including"),
    ("bis inkl.", "up to and including"),
    ("bis und mit", "up to and including"),
    ("bis ausschließlich", "up to but not including"),
    ("bis", "up to"),
    ("vor", "before"),
    ("unter", "below"),
    ("von", "from"),
    ("seit", "since"),
    ("älter als", "older than"),
    ("kleiner oder gleich", "less than or equal to"),
    ("kleiner gleich", "less than or equal to"),
    ("kleiner als", "less than"),
    ("niedriger als", "lower than"),
    ("neuer als", "newer than"),
    ("größer als", "greater than"),
    ("ab", "from"),
    ("zwischen", "between"),
    ("und alle früheren versionen", "and earlier versions"),
    ("und frühere versionen", "and earlier versions"),
    ("und ältere versionen", "and earlier versions"),
    ("oder frühere versionen", "or earlier versions"),
    ("und neuere versionen", "and later versions"),
    ("und höhere versionen", "and later versions"),
    ("und früher", "and earlier"),
    ("und frühere", "and earlier"),
    ("und älter", "and earlier"),
    ("und ältere", "and earlier"),
    ("oder älter", "or earlier"),
    ("oder früher", "or earlier"),
    ("und niedriger", "and earlier"),
    ("und kleiner", "and earlier"),
    ("und neuer", "and later"),
    ("und höher", "and later"),
    ("oder neuer", "or later"),
    ("oder höher", "or later"),
    ("und", "and"),
    ("oder", "or"),
    ("alle firmware-versionen", "all versions"),
    ("alle firmwareversionen", "all versions"),
    ("alle softwareversionen", "all versions"),
    ("alle versionen", "all versions"),
    ("versionen", "versions"),
    ("toutes les versions antérieures à", "versions prior to"),
    ("toutes versions antérieures à", "versions prior to"),
    ("versions antérieures à", "versions prior to"),
    ("antérieures à", "prior to"),
    ("antérieure à", "prior to"),
    ("toutes les versions", "all versions"),
    ("et versions antérieures", "and earlier versions"),
    ("et les versions antérieures", "and earlier versions"),
    ("et antérieures", "and earlier"),
    ("et antérieure", "and earlier"),
    ("ou antérieure", "or earlier"),
    ("jusquà la version", "up to"),
    ("jusquà", "up to"),
    ("à partir de la version", "from"),
    ("à partir de", "from"),
    ("avant", "before"),
    ("todas las versiones anteriores a", "versions prior to"),
    ("versiones anteriores a", "versions prior to"),
    ("anteriores a la versión", "prior to"),
    ("anteriores a la", "prior to"),
    ("anteriores a", "prior to"),
    ("anterior a la", "prior to"),
    ("anterior a", "prior to"),
    ("todas las versiones", "all versions"),
    ("y versiones anteriores", "and earlier versions"),
    ("y anteriores", "and earlier"),
    ("o anterior", "or earlier"),
    ("hasta la", "up to"),
    ("hasta", "up to"),
    ("desde la", "from"),
    ("desde", "from"),
    ("tutte le versioni precedenti alla", "versions prior to"),
    ("versioni precedenti alla", "versions prior to"),
    ("tutte le versioni", "all versions"),
    ("e precedenti", "and earlier"),
];

/// Words of which one must stand in a text before it is looked at more closely.
const TELLING: &[&str] = &[
    "bis",
    "vor",
    "unter",
    "von",
    "seit",
    "ab",
    "alle",
    "versionen",
    "und",
    "oder",
    "als",
    "gleich",
    "zwischen",
    "toutes",
    "antérieures",
    "antérieure",
    "jusquà",
    "avant",
    "todas",
    "anteriores",
    "anterior",
    "hasta",
    "desde",
    "tutte",
    "precedenti",
    "versioni",
    "versiones",
];

/// Words of Japanese and Chinese that stand behind a version, longer ones before their parts.
const KANJI: [(&str, &str); 11] = [
    ("およびそれ以前", " and earlier "),
    ("およびそれ以降", " and later "),
    ("及び以前", " and earlier "),
    ("及其以前", " and earlier "),
    ("及以前", " and earlier "),
    ("及之前", " and earlier "),
    ("及以后", " and later "),
    ("及以上", " and later "),
    ("以前", " and earlier "),
    ("以降", " and later "),
    ("版本", " versions "),
];

/// `2.0より前`: the word behind the only version of a text that excludes it.
fn before_in_kanji(text: &str) -> Option<String> {
    let body = ["のバージョン", "の版"].iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text);
    let body = ["バージョン", "Ver."].iter().find_map(|start| body.strip_prefix(start)).unwrap_or(body);
    let version = body.strip_suffix("より前").or_else(|| body.strip_suffix("未満"))?.trim();
    let is_plain = !version.is_empty() && version.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.');
    is_plain.then(|| format!("before {version}"))
}

/// The text with known phrases in English; `None` when it has none.
pub(super) fn in_english(text: &str) -> Option<String> {
    let before = before_in_kanji(text);
    let mut changed = before.is_some();
    let mut text = before.map_or(std::borrow::Cow::Borrowed(text), std::borrow::Cow::Owned);
    for (phrase, english) in KANJI {
        if text.contains(phrase) {
            text = text.replace(phrase, english).into();
            changed = true;
        }
    }
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    let told = |word: &str| !word.is_ascii() || TELLING.iter().any(|told| word.eq_ignore_ascii_case(told));
    if !changed && !words.iter().any(|word| told(word)) {
        return None;
    }
    let lower: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let (mut out, mut at) = (Vec::with_capacity(words.len()), 0);
    while at < words.len() {
        let fits = |phrase: &str| {
            let parts: Vec<&str> = phrase.split(' ').collect();
            // `AB` is a name, `ab` is a word.
            let name =
                parts.len() == 1 && words[at].len() > 1 && words[at].bytes().all(|b| b.is_ascii_uppercase());
            let own = lower.get(at..at + parts.len()).filter(|_| !name);
            own.is_some_and(|own| own == parts.as_slice()).then_some(parts.len())
        };
        match PHRASES.iter().find_map(|(phrase, english)| Some((fits(phrase)?, *english))) {
            Some((used, english)) => {
                out.push(english);
                at += used;
                changed = true;
            }
            None => {
                out.push(words[at]);
                at += 1;
            }
        }
    }
    changed.then(|| out.join(" "))
}
