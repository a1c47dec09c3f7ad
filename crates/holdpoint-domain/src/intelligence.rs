//! Intelligence: what feeds say of vulnerabilities, and to which products they say it applies.
//!
//! A feed's record is kept with its source and its dates, because two feeds often disagree and a reader must see who
//! said what. The surprise: an [`Applicability`] is a tree. "This firmware on that device" is an `All` of two leaves, and
//! flattening it to its leaves would make every device of the world affected.

use crate::moment::Moment;
use crate::words::vocabulary;

vocabulary! {
    /// What kind of feed a fact came from.
    FeedKind, "feed kind" {
        /// CVE records, JSON 5, as the CVE programme publishes them; CISA's Vulnrichment container included.
        Cve = "cve",
        /// NVD JSON 2.0, with applicability trees over CPE names.
        Nvd = "nvd",
        /// CISA's catalogue of Known Exploited Vulnerabilities.
        Kev = "kev",
        /// FIRST's Exploit Prediction Scoring System.
        Epss = "epss",
        /// OSV records of package ecosystems.
        Osv = "osv",
        /// Debian's security tracker, the one JSON file.
        Debian = "debian",
        /// Red Hat's CSAF VEX documents.
        RedHat = "redhat",
        /// Microsoft's monthly CVRF or its CSAF documents.
        Msrc = "msrc",
        /// Records of Microsoft's update catalogue, and the bulletin workbook.
        MicrosoftCatalogue = "microsoft-catalogue",
        /// `wsusscn2.cab`, the offline scan file.
        WsusScan = "wsusscn2",
        /// CycloneDX documents with a `vulnerabilities` array.
        CyclonedxVex = "cyclonedx-vex",
        /// OpenVEX documents.
        OpenVex = "openvex",
    }
}

vocabulary! {
    /// Whether a record of a vulnerability counts.
    RecordState, "record state" {
        /// It counts.
        Published = "published",
        /// Its issuer took it back; its facts must not raise anything.
        Rejected = "rejected",
        /// It is only a number yet.
        Reserved = "reserved",
    }
}

vocabulary! {
    /// What began or ended a finding of the feeds.
    FindingCause, "cause of a finding" {
        /// A record came, changed or was taken back.
        Record = "record",
        /// A VEX document came, changed or ended, or its author came to be trusted or no longer is.
        Vex = "vex",
        /// An asset came, changed or went.
        Inventory = "inventory",
        /// The program's own rules changed, or somebody asked to compare everything.
        Rules = "rules",
    }
}

/// What one feed says of one vulnerability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VulnerabilityRecord {
    /// The CVE, else the feed's own id.
    pub reference: String,
    /// Other names of the same vulnerability.
    pub aliases: Vec<String>,
    /// Whether it counts.
    pub state: RecordState,
    /// The source's own word for where its record stands (`Deferred`, `Awaiting Analysis`); empty: it has none. An NVD
    /// record that is deferred will not be analysed, so that it names no product means nothing.
    pub source_status: String,
    /// The source's own marks (`disputed`, `unsupported-when-assigned`, `exclusively-hosted-service`).
    pub tags: Vec<String>,
    /// Its title; empty when none.
    pub title: String,
    /// Its description in English, else in the first language; empty when none.
    pub description: String,
    /// First published.
    pub published: Option<Moment>,
    /// Last changed at the source.
    pub modified: Option<Moment>,
    /// CWE ids.
    pub cwes: Vec<String>,
    /// Scores, each with who gave it.
    pub scores: Vec<SourcedScore>,
    /// SSVC points, each with who gave them.
    pub ssvc: Vec<SsvcPoints>,
    /// Set when the record itself says that it is exploited (a KEV entry in an NVD or CVE record).
    pub kev: Option<KevEntry>,
    /// What it applies to; empty when the record does not say, which is not "nothing".
    pub applicability: Vec<Applicability>,
    /// Addresses of more to read.
    pub links: Vec<String>,
}

impl VulnerabilityRecord {
    /// A published record of which only the name is known.
    #[must_use]
    pub fn named(reference: impl Into<String>) -> Self {
        Self {
            reference: reference.into(),
            aliases: Vec::new(),
            state: RecordState::Published,
            source_status: String::new(),
            tags: Vec::new(),
            title: String::new(),
            description: String::new(),
            published: None,
            modified: None,
            cwes: Vec::new(),
            scores: Vec::new(),
            ssvc: Vec::new(),
            kev: None,
            applicability: Vec::new(),
            links: Vec::new(),
        }
    }
}

/// A score with its giver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourcedScore {
    /// Who gave it, for example `nvd@nist.gov` or the name of a CNA.
    pub source: String,
    /// CVSS version: `2.0`, `3.0`, `3.1`, `4.0`.
    pub version: String,
    /// The vector.
    pub vector: String,
    /// The base score in tenths (98 is 9.8): from the vector where it can be read, else as written.
    pub base_tenths: Option<u16>,
}

/// SSVC decision points of a vulnerability, words in lower case (`active`, `yes`, `total`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SsvcPoints {
    /// Who decided them, for example `CISA Coordinator`.
    pub source: String,
    /// When.
    pub at: Option<Moment>,
    /// `none`, `public poc` or `active`; `None`: not said.
    pub exploitation: Option<String>,
    /// `no` or `yes`; `None`: not said.
    pub automatable: Option<String>,
    /// `partial` or `total`; `None`: not said.
    pub technical_impact: Option<String>,
}

/// An entry of the catalogue of exploited vulnerabilities. Days are `YYYY-MM-DD`, as the catalogue writes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KevEntry {
    /// The CVE.
    pub cve: String,
    /// Vendor as written; empty when the source repeats only the dates.
    pub vendor: String,
    /// Product as written.
    pub product: String,
    /// Short name.
    pub name: String,
    /// Since when it is listed.
    pub added: String,
    /// What is asked.
    pub required_action: String,
    /// Until when agencies must have acted.
    pub due: String,
    /// Known use in ransomware campaigns: `None` is the catalogue's "Unknown", which is not "no".
    pub ransomware: Option<KnownUse>,
}

/// A use that is known. There is no "not used": nobody can know that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownUse;

/// An EPSS score of one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EpssScore {
    /// The CVE.
    pub cve: String,
    /// Probability of exploitation within thirty days, in millionths.
    pub probability_ppm: u32,
    /// Share of vulnerabilities that score the same or lower, in millionths.
    pub percentile_ppm: u32,
    /// The model's version and the day of the score, as the file's head says.
    pub model: String,
    /// `YYYY-MM-DD`.
    pub day: String,
}

/// To which products a record applies, by one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applicability {
    /// Who says so: `nvd@nist.gov`, a CNA, `CISA-ADP`, an ecosystem.
    pub source: String,
    /// What the source says of versions that the condition does not name.
    pub unlisted: Unlisted,
    /// The condition.
    pub root: Condition,
}

/// What a source says of versions that it does not list. A condition that does not hold is an all-clear only when the source
/// says so; a CVE record without a default status does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unlisted {
    /// That they are not affected.
    NotAffected,
    /// Nothing: "not listed", which is less than "not affected".
    #[default]
    NotSaid,
}

/// A condition over the components of one asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// All of these hold.
    All(Vec<Condition>),
    /// At least one of these holds.
    Any(Vec<Condition>),
    /// This does not hold.
    Not(Box<Condition>),
    /// One component is this.
    Is(Criterion),
}

/// One leaf: a component that is this product in one of these versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Criterion {
    /// Whether the product itself is vulnerable, or only the ground on which another is.
    pub role: Role,
    /// Which product.
    pub subject: Subject,
    /// Which versions.
    pub versions: VersionTest,
}

/// What a product is to a vulnerability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// It holds the vulnerability.
    Vulnerable,
    /// It must be there for another to be vulnerable (`vulnerable: false` in NVD).
    Platform,
}

/// Which product a criterion means.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A CPE 2.3 name as written; its version attribute may be a value, `*` or `-`.
    Cpe(String),
    /// A package of an ecosystem.
    Package {
        /// The purl type: `deb`, `rpm`, `pypi`, `maven`…
        kind: String,
        /// The purl namespace: `debian`, `redhat`, a Maven group; empty: none.
        namespace: String,
        /// The package's name. For `deb` this is the **source** package when `source_package` says so.
        name: String,
        /// The distribution's release (`bookworm`, `el9`); empty: any.
        release: String,
        /// Whether the name is of a source package, from which several binary packages are built.
        source_package: bool,
    },
    /// A product by vendor and name, as written.
    Product {
        /// Vendor.
        vendor: String,
        /// Product.
        product: String,
        /// Platforms on which alone it counts; empty: any.
        platforms: Vec<String>,
    },
}

/// Which versions a criterion means. Texts are as written; the engine reads them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VersionTest {
    /// Every version.
    Any,
    /// The source could not say (`-`): known to be this product, version not stated.
    NotStated,
    /// Exactly this version, with its update where CPE gives one (`7.0` + `update1`).
    Exact {
        /// The version.
        version: String,
        /// CPE's update attribute: empty when the name leaves it open (`*`), `-` when it says "without update".
        update: String,
    },
    /// Between two ends.
    Between {
        /// The name of the order in `holdpoint-versions` (`semver`, `dpkg`, `rpm`…); empty: not said.
        scheme: String,
        /// The lower end.
        low: Option<End>,
        /// The upper end.
        high: Option<End>,
    },
    /// All of these tests are possible ways to be meant: one of them suffices.
    OneOf(Vec<VersionTest>),
    /// This one holds, and none of the second does: an `unaffected` entry inside an affected range.
    Except {
        /// What is meant.
        meant: Box<VersionTest>,
        /// What is taken out of it.
        taken_out: Vec<VersionTest>,
    },
    /// A text like those of advisories (`V3.1 and earlier`), for the parser of version expressions.
    Expression(String),
}

/// One end of a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// The version.
    pub version: String,
    /// Whether it belongs to the range.
    pub inclusion: Inclusion,
}

/// Whether an end belongs to its range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Inclusion {
    /// It does.
    Included,
    /// It does not.
    Excluded,
}

/// What a VEX document says of one vulnerability and some products (OpenVEX, CycloneDX).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VexStatement {
    /// The vulnerability.
    pub reference: String,
    /// The products: purl, CPE, `bom-ref` resolved to one of these where possible, else as written.
    pub subjects: Vec<VexSubject>,
    /// Status in CSAF's words, with which it shares its meaning (standards, 6.2).
    pub status: crate::advisory::ProductStatus,
    /// Why not affected, as written (`component_not_present`…); empty: not said.
    pub justification: String,
    /// Prose: impact or action statement; empty: none.
    pub statement: String,
    /// When it was said.
    pub at: Option<Moment>,
}

/// A product of a VEX statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VexSubject {
    /// The identifier as written.
    pub identifier: String,
    /// What it names; `None` when it could not be read as a product.
    pub subject: Option<Subject>,
    /// Which versions of it.
    pub versions: VersionTest,
}
