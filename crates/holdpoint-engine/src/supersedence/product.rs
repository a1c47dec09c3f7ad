//! Products as Microsoft's sources write them, taken apart: name, release, service pack, architecture, part.
//!
//! `Windows 10 Version 22H2 for x64-based Systems` and `Windows 10 Version 22H2 for 32-bit Systems` differ in one attribute;
//! `Windows Server 2016` is another product altogether, though it shares builds with Windows 10. The surprise: a patch's
//! `Windows 10 for x64-based Systems` without a release means the very first release, 1507; an asset's `Windows 10` means
//! that nobody has said which.

use std::fmt;

/// A product, as far as a text names it. Empty text: not named.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct PatchProduct {
    /// The part the text is about, when it is about a part on a ground: `internet explorer 9`.
    pub part: String,
    /// The product, lower case: `windows server 2012 r2`.
    pub name: String,
    /// `22h2`, `1607`.
    pub release: String,
    /// `2`.
    pub service_pack: String,
    /// `x64`, `x86`, `arm64` or `ia64`.
    pub architecture: String,
}

/// How a product that a source states stands to the product that is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fit {
    /// It is this product.
    Exact,
    /// It names the product without its release.
    Wider,
    /// It is a part that may be on this product.
    Part,
    /// It is another product.
    Other,
}

/// Words that tell editions apart which all get the same patches.
const EDITIONS: [&str; 21] = [
    "enterprise",
    "pro",
    "professional",
    "home",
    "education",
    "standard",
    "datacenter",
    "essentials",
    "foundation",
    "ultimate",
    "business",
    "premium",
    "starter",
    "workstations",
    "iot",
    "n",
    "kn",
    "edition",
    "evaluation",
    "ltsb",
    "ltsc",
];

/// The architecture's words; longer ones first, because shorter ones are inside them.
const ARCHITECTURES: [(&str, &str); 20] = [
    ("for x64-based systems", "x64"),
    ("for arm64-based systems", "arm64"),
    ("for 32-bit systems", "x86"),
    ("for x86-based systems", "x86"),
    ("for itanium-based systems", "ia64"),
    ("(64-bit editions)", "x64"),
    ("(32-bit editions)", "x86"),
    ("(64-bit edition)", "x64"),
    ("(32-bit edition)", "x86"),
    ("x64-based systems", "x64"),
    ("arm64-based systems", "arm64"),
    ("x64 edition", "x64"),
    ("(64-bit)", "x64"),
    ("(32-bit)", "x86"),
    ("64-bit", "x64"),
    ("32-bit", "x86"),
    ("arm64", "arm64"),
    ("amd64", "x64"),
    ("x64", "x64"),
    ("x86", "x86"),
];

/// Releases of Windows by the third number of the build. Servers carry their release in their name.
const CLIENT_BUILDS: [(u32, &str, &str); 20] = [
    (10240, "windows 10", "1507"),
    (10586, "windows 10", "1511"),
    (14393, "windows 10", "1607"),
    (15063, "windows 10", "1703"),
    (16299, "windows 10", "1709"),
    (17134, "windows 10", "1803"),
    (17763, "windows 10", "1809"),
    (18362, "windows 10", "1903"),
    (18363, "windows 10", "1909"),
    (19041, "windows 10", "2004"),
    (19042, "windows 10", "20h2"),
    (19043, "windows 10", "21h1"),
    (19044, "windows 10", "21h2"),
    (19045, "windows 10", "22h2"),
    (22000, "windows 11", "21h2"),
    (22621, "windows 11", "22h2"),
    (22631, "windows 11", "23h2"),
    (26100, "windows 11", "24h2"),
    (26200, "windows 11", "25h2"),
    (26120, "windows 11", "24h2"),
];

/// A server whose name has a later release: its name, the third number of its own build, the release and its number.
const LATER_SERVER: (&str, &str, (&str, &str)) = ("windows server 2022", "20348", ("23h2", "25398"));

/// Editions with long support are named by a year, and belong to a release.
const LONG_SUPPORT: [(&str, &str, &str); 5] = [
    ("windows 10", "2015", "1507"),
    ("windows 10", "2016", "1607"),
    ("windows 10", "2019", "1809"),
    ("windows 10", "2021", "21h2"),
    ("windows 11", "2024", "24h2"),
];

impl PatchProduct {
    /// Reads a product as a source of patches writes it; `None` when the text names none.
    #[must_use]
    pub fn stated(text: &str) -> Option<Self> {
        let mut product = Self::read(text)?;
        // The first release of Windows 10 and 11 has no name in the lists of the time.
        if product.release.is_empty() && !product.architecture.is_empty() {
            match product.name.as_str() {
                "windows 10" => product.release.push_str("1507"),
                "windows 11" => product.release.push_str("21h2"),
                _ => {}
            }
        }
        Some(product)
    }

    /// Reads a product as an inventory writes it, with its version: a release (`22H2`) or a build (`10.0.19045.5000`).
    #[must_use]
    pub fn installed(product: &str, version: &str) -> Option<Self> {
        let mut read = Self::read(product)?;
        let version = version.trim().to_ascii_lowercase();
        if read.release.is_empty() && is_release(&version) && read.has_release(&version) {
            read.release.clone_from(&version);
        }
        if read.release.is_empty() && version.starts_with("10.0.") {
            let branch = version.split('.').nth(2).and_then(|number| number.parse::<u32>().ok());
            let known =
                CLIENT_BUILDS.iter().find(|(number, name, _)| Some(*number) == branch && *name == read.name);
            if let Some((_, _, release)) = known {
                read.release.push_str(release);
            }
        }
        Some(read)
    }

    /// The client that has a build, with its release: `windows 10 1809` of `10.0.17763.5400`.
    #[must_use]
    pub(crate) fn client_of(build: &str) -> Option<String> {
        let branch = build.split('.').nth(2).and_then(|number| number.parse::<u32>().ok());
        let known = CLIENT_BUILDS.iter().find(|(number, ..)| Some(*number) == branch);
        known.map(|(_, name, release)| format!("{name} {release}"))
    }

    /// Whether this is a server whose name is its first release, and the other a later release of that name: `Windows Server
    /// 2022` beside its `23H2 Edition`. Neither says the other more exactly.
    pub(super) fn stands_beside(&self, other: &Self) -> bool {
        self.name == LATER_SERVER.0
            && self.name == other.name
            && self.release.is_empty()
            && !other.release.is_empty()
    }

    /// Whether an asset may be this product, as far as its version tells; only releases of one server are told apart.
    #[must_use]
    pub fn may_have(&self, version: &str) -> bool {
        let (server, first, (later, build)) = LATER_SERVER;
        let version = version.trim().to_ascii_lowercase();
        let branch = version.strip_prefix("10.0.").unwrap_or(&version).split('.').next().unwrap_or_default();
        let is_first = version == "21h2" || branch == first;
        let is_later = version == later || branch == build;
        self.name != server || (if self.release == later { !is_first } else { !is_later })
    }

    /// Whether a release written as the version tells products apart. `Windows Server 2019` is `1809`, which the system
    /// itself shows as its version: that is its name once more, and nothing of its build.
    fn has_release(&self, version: &str) -> bool {
        matches!(self.name.as_str(), "windows 10" | "windows 11" | "windows server")
            || (self.name == "windows server 2022" && version == "23h2")
    }

    fn read(text: &str) -> Option<Self> {
        let text = text.chars().take(400).collect::<String>().to_lowercase();
        let text = text.replace(['®', '™', '\u{a0}', ','], " ").replace("microsoft ", "");
        let text = spaced(&text);
        if text.is_empty() {
            return None;
        }
        let (part, ground) = split_part(&text);
        let mut product = Self { part: part.trim().to_owned(), ..Self::default() };
        let mut rest = format!(" {} ", ground.replace("(server core installation)", " "));
        for (words, name) in ARCHITECTURES {
            if let Some(at) = rest.find(words) {
                rest.replace_range(at..at + words.len(), " ");
                product.architecture = name.to_owned();
                break;
            }
        }
        product.take_numbers(&rest);
        (!product.name.is_empty()).then_some(product)
    }

    /// Release, service pack and name out of the words that are left.
    fn take_numbers(&mut self, text: &str) {
        let words: Vec<&str> = text.split_whitespace().collect();
        let is_windows = words.first() == Some(&"windows");
        let is_long_support = words.iter().any(|word| *word == "ltsb" || *word == "ltsc");
        let mut name: Vec<&str> = Vec::new();
        let mut year = "";
        let mut at = 0;
        while at < words.len() {
            let (word, next) = (words[at], words.get(at + 1).copied().unwrap_or_default());
            if word == "version" && starts_with_digit(next) {
                next.clone_into(&mut self.release);
                at += 1;
            } else if word == "service" && next == "pack" {
                self.service_pack = words.get(at + 2).copied().unwrap_or_default().to_owned();
                at += 2;
            } else if let Some(number) = word.strip_prefix("sp").filter(|number| is_short_number(number)) {
                number.clone_into(&mut self.service_pack);
            } else if is_windows && is_half_year(word) {
                word.clone_into(&mut self.release);
            } else if is_windows
                && is_long_support
                && name.len() >= 2
                && word.len() == 4
                && starts_with_digit(word)
            {
                year = word;
            } else if !(is_windows && (EDITIONS.contains(&word) || word == "for")) {
                name.push(word);
            }
            at += 1;
        }
        self.name = name.join(" ");
        if self.release.is_empty()
            && let Some((_, _, release)) =
                LONG_SUPPORT.iter().find(|(known, known_year, _)| *known == self.name && *known_year == year)
        {
            self.release.push_str(release);
        }
    }

    /// How this product, stated by a source, stands to one that is asked about and wholly known.
    #[must_use]
    pub fn fit(&self, asked: &Self) -> Fit {
        let is_part = self.part != asked.part;
        let agrees = |stated: &str, asked: &str| stated.is_empty() || stated == asked;
        if self.name != asked.name
            || (is_part && !asked.part.is_empty())
            || !agrees(&self.service_pack, &asked.service_pack)
            || !agrees(&self.architecture, &asked.architecture)
            || !agrees(&self.release, &asked.release)
        {
            Fit::Other
        } else if is_part {
            Fit::Part
        } else if self.release != asked.release {
            Fit::Wider
        } else {
            Fit::Exact
        }
    }

    /// This product of an asset with what nobody said of it taken over from a product that a source states; `None`
    /// when they contradict each other.
    #[must_use]
    pub fn completed_by(&self, stated: &Self) -> Option<Self> {
        let agree = |mine: &str, theirs: &str| mine.is_empty() || theirs.is_empty() || mine == theirs;
        let fits = self.part == stated.part
            && self.name == stated.name
            && agree(&self.release, &stated.release)
            && agree(&self.service_pack, &stated.service_pack)
            && agree(&self.architecture, &stated.architecture);
        let either =
            |mine: &String, theirs: &String| if mine.is_empty() { theirs.clone() } else { mine.clone() };
        fits.then(|| Self {
            part: self.part.clone(),
            name: self.name.clone(),
            release: either(&self.release, &stated.release),
            service_pack: either(&self.service_pack, &stated.service_pack),
            architecture: either(&self.architecture, &stated.architecture),
        })
    }
}

impl fmt::Display for PatchProduct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.part.is_empty() {
            write!(f, "{} on ", self.part)?;
        }
        f.write_str(&self.name)?;
        for (before, text) in
            [(" version ", &self.release), (" service pack ", &self.service_pack), (" ", &self.architecture)]
        {
            if !text.is_empty() {
                write!(f, "{before}{text}")?;
            }
        }
        Ok(())
    }
}

/// One blank between words, and one between `windows` and a number.
fn spaced(text: &str) -> String {
    let words = text.split_whitespace().map(|word| match word.strip_prefix("windows") {
        Some(rest) if starts_with_digit(rest) => format!("windows {rest}"),
        Some(_) | None => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// `internet explorer 9 on windows vista` → the part and the ground.
fn split_part(text: &str) -> (&str, &str) {
    if text.starts_with("windows ") {
        return ("", text);
    }
    for between in [" when installed on ", " on windows", " for windows", " on "] {
        if let Some(at) = text.find(between) {
            let ground_at =
                at + between.len() - if between.ends_with("windows") { "windows".len() } else { 0 };
            return (&text[..at], text[ground_at..].trim());
        }
    }
    ("", text)
}

fn starts_with_digit(text: &str) -> bool {
    text.bytes().next().is_some_and(|byte| byte.is_ascii_digit())
}

fn is_short_number(text: &str) -> bool {
    (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `22h2`.
fn is_half_year(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 4 && bytes[2] == b'h' && [bytes[0], bytes[1], bytes[3]].iter().all(u8::is_ascii_digit)
}

/// `22h2` or `1607`.
fn is_release(text: &str) -> bool {
    is_half_year(text) || (text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit()))
}
