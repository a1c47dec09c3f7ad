//! Facts of real advisories – products, order numbers, versions, CVE numbers, vectors – for the demo's documents.
//!
//! The sentences are our own, and the documents come from an invented publisher (see `csaf`). The surprise: the
//! texts of versions stand as oddly as publishers write them, because reading them is half of the work.

mod automation;
mod network;
mod power;

/// One advisory.
#[derive(Debug, Clone, Copy)]
pub struct Advisory {
    /// Its number in the demo; unique.
    pub number: u32,
    /// Days before today on which it came out.
    pub days: u32,
    /// The vendor of the products.
    pub vendor: &'static str,
    /// Its title.
    pub title: &'static str,
    /// What it is about, in two sentences.
    pub about: &'static str,
    /// What to do where no fixed version is named.
    pub workaround: &'static str,
    /// The products that it lists.
    pub products: &'static [Listed],
    /// The vulnerabilities; each concerns all products.
    pub flaws: &'static [Flaw],
}

/// A product that is listed.
#[derive(Debug, Clone, Copy)]
pub struct Listed {
    /// Its name.
    pub name: &'static str,
    /// Order numbers, or patterns of them.
    pub orders: &'static [&'static str],
    /// Which versions are affected.
    pub said: Said,
    /// The first version that is mended.
    pub fixed: Option<&'static str>,
}

/// How versions are given.
#[derive(Debug, Clone, Copy)]
pub enum Said {
    /// As a range, in whatever words.
    Range(&'static str),
    /// As one version.
    Exactly(&'static str),
}

/// A vulnerability.
#[derive(Debug, Clone, Copy)]
pub struct Flaw {
    /// Its CVE number.
    pub cve: &'static str,
    /// Its weakness, by CWE number.
    pub cwe: u16,
    /// Its CVSS 3 vector.
    pub vector: &'static str,
    /// Its base score.
    pub score: f64,
}

const fn range(name: &'static str, text: &'static str, fixed: Option<&'static str>) -> Listed {
    Listed { name, orders: &[], said: Said::Range(text), fixed }
}

const fn exactly(name: &'static str, text: &'static str, fixed: Option<&'static str>) -> Listed {
    Listed { name, orders: &[], said: Said::Exactly(text), fixed }
}

const fn ordered(
    name: &'static str,
    orders: &'static [&'static str],
    text: &'static str,
    fixed: Option<&'static str>,
) -> Listed {
    Listed { name, orders, said: Said::Range(text), fixed }
}

const fn flaw(cve: &'static str, cwe: u16, vector: &'static str, score: f64) -> Flaw {
    Flaw { cve, cwe, vector, score }
}

pub use network::DAMAGED;

/// The advisory on the RTU500 as it stands after its publisher changed it in silence.
pub fn rtu500_grown() -> Advisory {
    Advisory { products: power::RTU500_GROWN, ..*numbered(RTU500) }
}

/// The advisory that changes in silence.
pub const RTU500: u32 = 39;
/// The advisory that is revised as it should be.
pub const MXVIEW: u32 = 28;

/// All advisories, the oldest first.
pub fn all() -> Vec<&'static Advisory> {
    let mut all: Vec<&Advisory> = automation::ALL.iter().chain(network::ALL).chain(power::ALL).collect();
    all.sort_by_key(|advisory| (std::cmp::Reverse(advisory.days), advisory.number));
    all
}

/// The advisory with this number.
pub fn numbered(number: u32) -> &'static Advisory {
    all()
        .into_iter()
        .find(|advisory| advisory.number == number)
        .expect("the story only speaks of advisories that stand in the tables; a test tells it")
}
