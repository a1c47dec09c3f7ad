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
    ("jusquà", "up to"),
    ("avant", "before"),
    ("todas las versiones anteriores a", "versions prior to"),
    ("versiones anteriores a", "versions prior to"),
    ("anteriores a", "prior to"),
    ("anterior a", "prior to"),
    ("todas las versiones", "all versions"),
    ("y versiones anteriores", "and earlier versions"),
    ("y anteriores", "and earlier"),
    ("o anterior", "or earlier"),
    ("hasta", "up to"),
    ("tutte le versioni precedenti alla", "versions prior to"),
    ("versioni precedenti alla", "versions prior to"),
    ("tutte le versioni", "all versions"),
    ("e precedenti", "and earlier"),
];

/// Words of which one must stand in a text before it is looked at more closely.
const TELLING: &[&str] = &[
    "bis",
    "vor",
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
    "tutte",
    "precedenti",
    "versioni",
    "versiones",
];

/// The text with known phrases in English; `None` when it has none.
pub(super) fn in_english(text: &str) -> Option<String> {
    let japanese = [("およびそれ以前", " and earlier "), ("以前", " and earlier "), ("以降", " and later ")];
    let mut text = std::borrow::Cow::Borrowed(text);
    let mut changed = false;
    for (phrase, english) in japanese {
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
