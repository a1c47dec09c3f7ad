//! Handing rules out and taking them in, so that sites and companies share what they found out.
//!
//! A file is the same for the same rules, byte by byte, and carries its own hash; who takes one in and hands it out again
//! hands out the same bytes. Taking one in shows first what is new, what is there already, what contradicts a rule that
//! holds, and what is refused; only the new is ever written. The surprise: a rule keeps its id, unless another has that.

use super::rules::{Decider, Known, put};
use super::wording::invalid;
use super::{NewRule, NewSubject, example, holding};
use crate::App;
use crate::access_check::Caller;
use crate::error::AppError;
use crate::inventory::Run;
use crate::matching::MatchCounts;
use holdpoint_domain::Moment;
use holdpoint_domain::access::Permission;
use holdpoint_domain::id::RuleId;
use holdpoint_domain::review::{MappingRule, NameKey, RuleExample, RuleSubject, contradiction};
use holdpoint_store::StoreError;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

/// The largest file that is read: 100,000 rules of ordinary length.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;
const MAX_RULES: usize = 100_000;
const FORMAT: &str = "holdpoint-rules-1";

/// A file of rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    format: String,
    /// Over the compact JSON of `rules`.
    sha256: String,
    rules: Vec<FileRule>,
}

/// A rule in a file. Names are the program's keys, which read back as themselves.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct FileRule {
    id: String,
    #[serde(flatten)]
    subject: FileSubject,
    verdict: String,
    author: String,
    decided_at: String,
    reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
    example: FileExample,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct FileExample {
    ours: [String; 4],
    theirs: [String; 3],
    #[serde(default, skip_serializing_if = "String::is_empty")]
    tracking_id: String,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum FileSubject {
    Names { ours: [String; 3], theirs: [String; 3] },
    Family { theirs: [String; 3], vendor: String, order_patterns: Vec<String>, name_words: Vec<String> },
    Vendor { ours: String, theirs: String },
    Expression { vendor: String, product: String, text: String, range: String },
}

/// What would become, or became, of one rule of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Its place in the file, from 1.
    pub place: usize,
    /// Its id in the file.
    pub id: String,
    /// Our side, for people.
    pub ours: String,
    /// The other side.
    pub theirs: String,
    /// Its verdict's word.
    pub verdict: String,
    /// What becomes of it.
    pub fate: Fate,
}

/// What becomes of a rule of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It is new, and is written.
    New,
    /// A rule that says the same holds already.
    Same,
    /// It contradicts a rule, which goes on.
    Conflicting {
        /// Which, and what it says.
        with: String,
    },
    /// It cannot be taken.
    Refused {
        /// Why.
        why: String,
    },
}

impl Fate {
    /// A stable word: `new`, `same`, `conflicting`, `refused`.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Same => "same",
            Self::Conflicting { .. } => "conflicting",
            Self::Refused { .. } => "refused",
        }
    }

    /// Why it is not taken; empty when it is, or is there.
    #[must_use]
    pub fn why(&self) -> &str {
        match self {
            Self::New | Self::Same => "",
            Self::Conflicting { with } => with,
            Self::Refused { why } => why,
        }
    }
}

/// What an import did, or would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// SHA-256 of the rules, as the file says and as it was checked.
    pub sha256: String,
    /// Rule by rule, in the order of the file.
    pub rules: Vec<Taken>,
    /// The matches that were brought up to date.
    pub matches: MatchCounts,
    /// Whether anything was written.
    pub run: Run,
}

impl Import {
    /// How many rules met that fate.
    #[must_use]
    pub fn count(&self, word: &str) -> usize {
        self.rules.iter().filter(|taken| taken.fate.word() == word).count()
    }
}

/// The rules that held at a moment, as a file.
///
/// # Errors
/// [`AppError::Refused`]; [`AppError::Store`].
pub fn export(app: &App, caller: &Caller, as_of: Moment) -> Result<String, AppError> {
    caller.require(Permission::ReadPlant)?;
    let at = if as_of == Moment::OPEN { app.now() } else { as_of };
    let rules = app.store().read(|r| holding(r, as_of, at))?;
    let mut rules: Vec<(String, FileRule)> =
        rules.into_iter().map(|rule| (rule.subject.canonical(), file_rule(rule))).collect();
    rules.sort();
    let rules: Vec<FileRule> = rules.into_iter().map(|(_, rule)| rule).collect();
    let file = RuleFile { format: FORMAT.to_owned(), sha256: hash(&rules), rules };
    let mut text = serde_json::to_string_pretty(&file).expect("rules are plain data");
    text.push('\n');
    Ok(text)
}

fn hash(rules: &[FileRule]) -> String {
    let text = serde_json::to_string(rules).expect("rules are plain data");
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Takes a file of rules in, or shows what would become of each.
///
/// # Errors
/// [`AppError::Invalid`] when the file cannot be read or its hash is another; [`AppError::Refused`];
/// [`AppError::Store`].
pub fn import(
    app: &App,
    caller: &Caller,
    name: &str,
    bytes: &[u8],
    run: Run,
    reason: &str,
) -> Result<Import, AppError> {
    let decider = Decider::new(app, caller)?;
    let file = read(bytes)?;
    let read: Vec<(Taken, Option<MappingRule>)> =
        file.rules.iter().enumerate().map(|(at, rule)| taken(app, &decider, at + 1, rule)).collect();
    let origin: String = format!("import {name}").chars().filter(|c| !c.is_control()).take(200).collect();
    let work = |c: &mut holdpoint_store::Change<'_>| -> Result<Import, AppError> {
        let mut known = Known::read(c)?;
        let mut import =
            Import { sha256: file.sha256.clone(), rules: Vec::new(), matches: MatchCounts::default(), run };
        let mut news = Vec::new();
        for (taken, rule) in &read {
            let mut taken = taken.clone();
            if let Some(rule) = rule {
                taken.fate = fate(&known, rule, &read, decider.at);
                if taken.fate == Fate::New {
                    let is_free = |id: &RuleId| news.iter().all(|one: &MappingRule| one.id != *id);
                    let own = taken.id.parse::<RuleId>().ok().filter(is_free);
                    let is_new = own.map(|id| Ok::<_, StoreError>(c.kept_rule(id)?.is_none())).transpose()?;
                    let id = own.filter(|_| is_new == Some(true)).unwrap_or(rule.id);
                    let rule = MappingRule { id, ..rule.clone() };
                    known.holding.push(rule.clone());
                    news.push(rule);
                }
            }
            import.rules.push(taken);
        }
        if run == Run::Dry || news.is_empty() {
            c.nothing_to_do();
            return Ok(import);
        }
        let mut known = Known::read(c)?;
        let (mut all, mut subjects) = (Vec::new(), Vec::new());
        for rule in &news {
            let (settled, changed) = put(c, &mut known, &decider, rule, &origin)?;
            all.push(settled);
            subjects.extend(changed);
        }
        c.detail("file", json!(name));
        c.detail("sha256", json!(import.sha256));
        for word in ["new", "same", "conflicting", "refused"] {
            c.detail(word, json!(import.count(word)));
        }
        let all = super::rules::finish(app, c, all, &subjects)?;
        all.iter().for_each(|settled| import.matches.add(settled.matches));
        Ok(import)
    };
    Ok(app.store().change(&app.intent(caller, "rule.import", reason), work)?.value)
}

fn read(bytes: &[u8]) -> Result<RuleFile, AppError> {
    let unreadable =
        |what: String| invalid("rule-file", what, "take a file that `holdpoint rule export` wrote");
    if bytes.len() > MAX_BYTES {
        return Err(unreadable(format!("the file has {} bytes; at most {MAX_BYTES} are read", bytes.len())));
    }
    let file: RuleFile = serde_json::from_slice(bytes)
        .map_err(|error| unreadable(format!("the file is no file of rules: {error}")))?;
    if file.format != FORMAT {
        let format: String = file.format.chars().take(64).collect();
        return Err(unreadable(format!("the file's format is `{format}`; `{FORMAT}` is read")));
    }
    if file.rules.len() > MAX_RULES {
        return Err(unreadable(format!(
            "the file has {} rules; at most {MAX_RULES} are read",
            file.rules.len()
        )));
    }
    let computed = hash(&file.rules);
    if computed != file.sha256 {
        return Err(unreadable(format!(
            "the file's rules have the hash {computed}, and the file says {}: it was changed or cut off",
            file.sha256.chars().take(64).collect::<String>()
        )));
    }
    Ok(file)
}

/// Reads one rule of a file, and says what is wrong with it alone.
fn taken(app: &App, decider: &Decider, place: usize, rule: &FileRule) -> (Taken, Option<MappingRule>) {
    let mut taken = Taken {
        place,
        id: rule.id.chars().take(64).collect(),
        ours: String::new(),
        theirs: String::new(),
        verdict: rule.verdict.chars().take(64).collect(),
        fate: Fate::New,
    };
    match rule_of(app, decider, rule) {
        Ok(read) => {
            taken.ours = read.subject.ours_text();
            taken.theirs = read.subject.theirs_text();
            (taken, Some(read))
        }
        Err(error) => {
            taken.fate = Fate::Refused { why: error.to_string() };
            (taken, None)
        }
    }
}

fn rule_of(app: &App, decider: &Decider, rule: &FileRule) -> Result<MappingRule, AppError> {
    let moment = |text: &str| {
        text.parse::<Moment>().map_err(|error| invalid("moment", error.to_string(), "correct the file"))
    };
    let new = NewRule {
        subject: wording(&rule.subject),
        verdict: super::rules::verdict(&rule.verdict)?,
        reason: rule.reason.clone(),
        expires_at: rule.expires_at.as_deref().map(moment).transpose()?,
        example: RuleExample {
            ours: rule.example.ours.clone(),
            theirs: rule.example.theirs.clone(),
            tracking_id: rule.example.tracking_id.clone(),
        },
    };
    let author: String = rule.author.chars().filter(|c| !c.is_control()).take(200).collect();
    if author.trim().is_empty() {
        return Err(invalid("author", "the rule names no author", "a decision is somebody's: name them"));
    }
    let decided_at = moment(&rule.decided_at)?;
    // The author, the day and the words stay theirs; so does the id, once it is found to be nobody else's here.
    let read = super::rules::rule_of(app, decider, &new)?;
    Ok(MappingRule { id: RuleId::new(decider.at, app.random_bytes()), author, decided_at, ..read })
}

/// What becomes of a readable rule beside those that are known.
fn fate(known: &Known, rule: &MappingRule, file: &[(Taken, Option<MappingRule>)], at: Moment) -> Fate {
    let canonical = rule.subject.canonical();
    let same = |other: &&MappingRule| {
        other.verdict == rule.verdict && other.subject.canonical() == canonical && other.id != rule.id
    };
    if known.all().any(|other| same(&other)) {
        return Fate::Same;
    }
    if let Some(other) = contradiction::among(known.all(), rule) {
        return Fate::Conflicting { with: super::rules::contradicts(other).to_string() };
    }
    // Two rules of one file that contradict each other: neither comes first.
    let beside = file.iter().filter_map(|(taken, other)| Some((taken, other.as_ref()?)));
    if let Some((taken, _)) =
        beside.into_iter().find(|(_, other)| other.id != rule.id && contradiction::contradict(other, rule))
    {
        let with = format!("rule {} of the same file says the opposite", taken.place);
        return Fate::Conflicting { with };
    }
    match example::check(rule, &known.holding, at) {
        Ok(()) => Fate::New,
        Err(error) => Fate::Refused { why: error.to_string() },
    }
}

fn parts(key: NameKey) -> [String; 3] {
    [key.vendor, key.product, key.order_number]
}

fn file_rule(rule: MappingRule) -> FileRule {
    let subject = match rule.subject {
        RuleSubject::Names { ours, theirs } => {
            FileSubject::Names { ours: parts(ours), theirs: parts(theirs) }
        }
        RuleSubject::Family { theirs, vendor, order_patterns, name_words } => {
            FileSubject::Family { theirs: parts(theirs), vendor, order_patterns, name_words }
        }
        RuleSubject::Vendor { ours, theirs } => FileSubject::Vendor { ours, theirs },
        RuleSubject::Expression { vendor, product, text, range } => {
            FileSubject::Expression { vendor, product, text, range }
        }
    };
    FileRule {
        id: rule.id.to_string(),
        subject,
        verdict: rule.verdict.word().to_owned(),
        author: rule.author,
        decided_at: rule.decided_at.to_string(),
        reason: rule.reason,
        expires_at: rule.expires_at.map(|end| end.to_string()),
        example: FileExample {
            ours: rule.example.ours,
            theirs: rule.example.theirs,
            tracking_id: rule.example.tracking_id,
        },
    }
}

fn wording(subject: &FileSubject) -> NewSubject {
    match subject.clone() {
        FileSubject::Names { ours, theirs } => NewSubject::Names { ours, theirs },
        FileSubject::Family { theirs, vendor, order_patterns, name_words } => {
            NewSubject::Family { theirs, vendor, order_patterns, name_words }
        }
        FileSubject::Vendor { ours, theirs } => NewSubject::Vendor { ours, theirs },
        FileSubject::Expression { vendor, product, text, range } => {
            NewSubject::Expression { vendor, product, text, range }
        }
    }
}
