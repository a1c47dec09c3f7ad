//! Patches: things that can be installed, what they fix, and which one makes which other needless.
//!
//! Supersedence is kept as the sources write it: edges, per product. What an installed patch covers is computed in the
//! engine and never stored as a fact. The surprise: "B replaces A" may hold for one product and not for another.

use crate::moment::Moment;
use crate::words::vocabulary;

vocabulary! {
    /// What kind of change a patch is.
    PatchClass, "patch class" {
        /// Fixes a vulnerability that its publisher calls critical.
        SecurityCritical = "security-critical",
        /// Fixes a vulnerability.
        Security = "security",
        /// Its publisher recommends it.
        Recommended = "recommended",
        /// Brings something new.
        Feature = "feature",
        /// Firmware of a device.
        Firmware = "firmware",
        /// Its source does not say.
        Unknown = "unknown",
    }
}

vocabulary! {
    /// From which kind of source a record of a patch comes.
    PatchSource, "source of patches" {
        /// Microsoft's monthly CVRF or its CSAF documents.
        Msrc = "msrc",
        /// Microsoft's update catalogue, and the bulletin workbook.
        MicrosoftCatalogue = "microsoft-catalogue",
        /// The offline scan file.
        WsusScan = "wsusscn2",
        /// The remediations of an advisory.
        Advisory = "advisory",
        /// A repository of Debian packages.
        Apt = "apt",
        /// A repository of RPM packages.
        Dnf = "dnf",
        /// A person, who wrote it down here.
        Person = "person",
    }
}

impl PatchSource {
    /// Whether its patches belong to the graph of Microsoft's supersedence.
    #[must_use]
    pub const fn is_microsofts(self) -> bool {
        match self {
            Self::Msrc | Self::MicrosoftCatalogue | Self::WsusScan => true,
            Self::Advisory | Self::Apt | Self::Dnf | Self::Person => false,
        }
    }
}

vocabulary! {
    /// What a scan of a file for malware found.
    ScanResult, "result of a scan" {
        /// Nothing.
        Clean = "clean",
        /// Something.
        Found = "found",
        /// It was not scanned, which is not clean.
        NotScanned = "not-scanned",
    }
}

/// A patch as one source describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatchRecord {
    /// Publisher: `Microsoft`.
    pub vendor: String,
    /// The publisher's number, in its canonical spelling: `KB5034441`. Empty when only an update id is known.
    pub identifier: String,
    /// The source's own id of this very package (an update's GUID); empty: none. One KB has many.
    pub update_id: String,
    /// Title.
    pub title: String,
    /// What kind of change it is.
    pub class: PatchClass,
    /// The same in the source's own word (`SecurityUpdates`, `Monthly Rollup`, `Security Only`); empty: not said.
    pub classification: String,
    /// The bulletin it belongs to (`MS17-023`); empty: none.
    pub bulletin: String,
    /// Severity as written; empty: not said.
    pub severity: String,
    /// When it was published.
    pub released: Option<Moment>,
    /// Products it is for, as written; empty: not said.
    pub products: Vec<String>,
    /// Architecture as written (`x64`); empty: not said.
    pub architecture: String,
    /// CVEs it fixes.
    pub fixes: Vec<String>,
    /// What it supersedes, as the source writes it.
    pub supersedes: Vec<PatchReference>,
    /// By what it is superseded.
    pub superseded_by: Vec<PatchReference>,
    /// What must be installed before it.
    pub needs: Vec<PatchReference>,
    /// Restart as written; empty: not said, which is not "none".
    pub restart: String,
    /// The product's version once it is installed (a Windows build); empty: not said.
    pub fixed_build: String,
    /// Files.
    pub files: Vec<PatchFile>,
    /// Where to read more.
    pub url: String,
}

impl PatchRecord {
    /// A record of which only the vendor is known yet.
    #[must_use]
    pub const fn of(vendor: String) -> Self {
        Self {
            vendor,
            identifier: String::new(),
            update_id: String::new(),
            title: String::new(),
            class: PatchClass::Unknown,
            classification: String::new(),
            bulletin: String::new(),
            severity: String::new(),
            released: None,
            products: Vec::new(),
            architecture: String::new(),
            fixes: Vec::new(),
            supersedes: Vec::new(),
            superseded_by: Vec::new(),
            needs: Vec::new(),
            restart: String::new(),
            fixed_build: String::new(),
            files: Vec::new(),
            url: String::new(),
        }
    }
}

/// The canonical spelling of a knowledge-base number written alone: `KB5034441`, `kb 5034441`, `KB-5034441` and
/// `5034441` are one. `None`: the text is something else.
#[must_use]
pub fn canonical_kb(text: &str) -> Option<String> {
    let text = text.trim();
    let digits = match text.get(..2) {
        Some(head) if head.eq_ignore_ascii_case("kb") => {
            text[2..].trim_start_matches([' ', '-', '_', ':', '\u{a0}'])
        }
        Some(_) | None => text,
    };
    is_kb_number(digits).then(|| format!("KB{digits}"))
}

/// Every knowledge-base number in a text, canonical, each once, in the order of the text. Only numbers with `KB` before
/// them count: a bare number in a sentence may be anything.
#[must_use]
pub fn kbs_in(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    for (at, pair) in bytes.windows(2).enumerate() {
        let is_word_start = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
        if !pair.eq_ignore_ascii_case(b"kb") || !is_word_start {
            continue;
        }
        let rest = text[at + 2..].trim_start_matches([' ', '-', '_', '\u{a0}']);
        let end = rest.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
        let goes_on = rest[end..].bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
        if is_kb_number(&rest[..end]) && !goes_on {
            let name = format!("KB{}", &rest[..end]);
            if !found.contains(&name) {
                found.push(name);
            }
        }
    }
    found
}

fn is_kb_number(digits: &str) -> bool {
    (5..=9).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0')
}

/// A way to name another patch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PatchReference {
    /// By its number, for example `KB5034441`; old sources sometimes name only a whole bulletin, `MS03-007`.
    Identifier(String),
    /// By the source's id of one package.
    UpdateId(String),
}

/// A file of a patch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatchFile {
    /// Its name.
    pub name: String,
    /// Where it can be had; empty: not said.
    pub url: String,
    /// Size in bytes.
    pub size_bytes: Option<u64>,
    /// `algorithm:hex`.
    pub hashes: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_spellings_of_an_article_are_one() {
        for spelling in ["KB5034441", "kb5034441", "KB 5034441", "5034441", " KB-5034441 ", "kb\u{a0}5034441"]
        {
            assert_eq!(canonical_kb(spelling).as_deref(), Some("KB5034441"), "{spelling}");
        }
        for other in ["", "KB", "KB12", "KB50344411234", "5034441a", "Release Notes", "MS17-023", "é5034441"]
        {
            assert_eq!(canonical_kb(other), None, "{other}");
        }
    }

    #[test]
    fn articles_in_a_sentence_are_found_and_bare_numbers_are_not() {
        let text = "2023-02 Update (KB5022913) UUP, see kb 5022913, KB5026446; build 22621, SKB5026447, KB5026448x é";
        assert_eq!(kbs_in(text), ["KB5022913", "KB5026446"]);
        assert!(kbs_in("é KB").is_empty());
    }
}
