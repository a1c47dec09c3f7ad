//! How suppliers' statements, the matrix, the lag and the mappings look in the API.

use holdpoint_app::statements::mappings::{KnownMapping, Origin};
use holdpoint_app::statements::taking::ListReport;
use holdpoint_app::statements::{Column, Matrix, ShownStatement, Voiced};
use holdpoint_app::store::compatibility::{StatementDocument, StatementLine, WordWaiting};
use holdpoint_domain::Moment;
use holdpoint_domain::compatibility::{CompatibilityStatement, StatedState, StatementSource};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

use super::lists::List;
use super::patch_views::PatchView;
use super::text::{end, hex, said};

/// Where a statement comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = StatementSource)]
pub struct StatementSourceView {
    /// `document`, `answer` or `entered`.
    pub kind: String,
    /// The document's name, or where an entered statement stands.
    pub name: Option<String>,
    /// SHA-256 of the document, which is kept.
    pub sha256: Option<String>,
    /// Where in the document.
    pub place: Option<String>,
    /// The mapping that read the document.
    pub mapping: Option<String>,
    /// The question whose answer it is.
    pub question: Option<String>,
}

impl From<&StatementSource> for StatementSourceView {
    fn from(source: &StatementSource) -> Self {
        let none = Self {
            kind: String::new(),
            name: None,
            sha256: None,
            place: None,
            mapping: None,
            question: None,
        };
        match source {
            StatementSource::Document { name, sha256, place, mapping } => Self {
                kind: "document".to_owned(),
                name: said(name),
                sha256: Some(hex(sha256)),
                place: said(place),
                mapping: said(mapping),
                ..none
            },
            StatementSource::Answer { question } => {
                Self { kind: "answer".to_owned(), question: Some(question.to_string()), ..none }
            }
            StatementSource::Entered { reference } => {
                Self { kind: "entered".to_owned(), name: said(reference), ..none }
            }
        }
    }
}

/// What a supplier says of a patch for one version of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = CompatibilityStatement)]
pub struct CompatibilityStatementView {
    /// Its id; `null` in a dry run.
    pub id: Option<String>,
    /// The name under which the patch is kept.
    pub patch: String,
    /// Who publishes the patch.
    pub patch_vendor: String,
    /// The patch's identifier as the source writes it.
    pub identifier: String,
    /// `kb`, `msrc`, `vendor-id`, `cve` or `version`.
    pub identifier_kind: String,
    /// The patch's title.
    pub title: Option<String>,
    /// Where to read more of the patch.
    pub url: Option<String>,
    /// When the patch came out, as the source says.
    pub patch_released_at: Option<String>,
    /// Severity as written.
    pub severity: Option<String>,
    /// What the patch replaces.
    pub supersedes: Vec<String>,
    /// By what it is replaced.
    pub superseded_by: Vec<String>,
    /// What must be installed before it.
    pub prerequisites: Vec<String>,
    /// Whether it concerns security; `null`: not said.
    pub security_related: Option<bool>,
    /// Who makes the product.
    pub vendor: String,
    /// The product.
    pub product: String,
    /// Its version; `null`: not said, which is not "all".
    pub version: Option<String>,
    /// On what it was tested.
    pub platform: Option<String>,
    /// Who says so.
    pub publisher: String,
    /// `available`, `in_test`, `not_approved`, `not_applicable`, `approved`, `released`, or `unknown`: the word is not
    /// explained, and nothing may rest on it.
    pub state: String,
    /// The supplier's own word.
    pub word: String,
    /// When it was issued, as the source says.
    pub issued_at: Option<String>,
    /// When it was tested.
    pub tested_at: Option<String>,
    /// Restart as written; `null`: not said, which is not "none".
    pub restart: Option<String>,
    /// On what it depends.
    pub conditions: Option<String>,
    /// A comment.
    pub comment: Option<String>,
    /// Where it comes from.
    pub source: StatementSourceView,
    /// When it was received; `null` in a dry run.
    pub received_at: Option<String>,
    /// Until when it was the last word; `null`: it is.
    pub valid_to: Option<String>,
    /// Who entered it or took its document in; `null`: nobody wrote it down. They do not ask for an approval that rests on it,
    /// nor sign one, unless somebody else confirmed it.
    pub brought_by: Option<String>,
    /// Who looked at the supplier's own word as well; `null`: nobody.
    pub confirmed_by: Option<String>,
    /// When they did.
    pub confirmed_at: Option<String>,
}

impl CompatibilityStatementView {
    /// The view of a statement that is not kept.
    #[must_use]
    pub fn of(statement: &CompatibilityStatement) -> Self {
        let (patch, product) = (&statement.patch, &statement.product);
        let at = |at: Option<Moment>| at.map(|at| at.to_string());
        Self {
            id: None,
            patch: statement.patch_name(),
            patch_vendor: patch.vendor.clone(),
            identifier: patch.identifier.clone(),
            identifier_kind: patch.kind.word().to_owned(),
            title: said(&patch.title),
            url: said(&patch.url),
            patch_released_at: at(patch.released),
            severity: said(&patch.severity),
            supersedes: patch.supersedes.clone(),
            superseded_by: patch.superseded_by.clone(),
            prerequisites: patch.prerequisites.clone(),
            security_related: patch.security_related,
            vendor: product.vendor.clone(),
            product: product.name.clone(),
            version: said(&product.version),
            platform: said(&product.platform),
            publisher: statement.publisher.clone(),
            state: statement.state.word().to_owned(),
            word: statement.word.clone(),
            issued_at: at(statement.issued),
            tested_at: at(statement.tested),
            restart: said(&statement.restart),
            conditions: said(&statement.conditions),
            comment: said(&statement.comment),
            source: (&statement.source).into(),
            received_at: None,
            valid_to: None,
            brought_by: None,
            confirmed_by: None,
            confirmed_at: None,
        }
    }
}

impl From<StatementLine> for CompatibilityStatementView {
    fn from(line: StatementLine) -> Self {
        Self {
            id: Some(line.kept.id.to_string()),
            received_at: Some(line.kept.received_at.to_string()),
            valid_to: end(line.kept.valid_to),
            brought_by: said(&line.kept.brought_by.name),
            confirmed_by: line.kept.confirmed.as_ref().map(|(by, _)| by.name.clone()),
            confirmed_at: line.kept.confirmed.as_ref().map(|(_, at)| at.to_string()),
            patch: line.patch,
            ..Self::of(&line.kept.statement)
        }
    }
}

/// A statement with everything that its publisher has said on the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = StatementDetail)]
pub struct StatementDetailView {
    /// The statement.
    pub statement: CompatibilityStatementView,
    /// All on the same subject, the newest first, this one among them.
    pub history: Vec<CompatibilityStatementView>,
}

impl From<ShownStatement> for StatementDetailView {
    fn from(shown: ShownStatement) -> Self {
        Self { statement: shown.line.into(), history: shown.history.into_iter().map(Into::into).collect() }
    }
}

/// A word that nobody has explained: a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = WaitingWord)]
pub struct WaitingWordView {
    /// Who uses it.
    pub publisher: String,
    /// The mapping that does not explain it; `null`: it came with an answer or was entered.
    pub mapping: Option<String>,
    /// The word as written; `null`: the cell was empty.
    pub word: Option<String>,
    /// How many statements have it.
    pub statements: u64,
    /// Of how many patches.
    pub patches: u64,
    /// One of these patches.
    pub example: String,
    /// Since when it waits.
    pub since: String,
}

impl From<WordWaiting> for WaitingWordView {
    fn from(word: WordWaiting) -> Self {
        Self {
            publisher: word.publisher,
            mapping: said(&word.mapping),
            word: said(&word.word),
            statements: word.statements,
            patches: word.patches,
            example: word.example,
            since: word.since.to_string(),
        }
    }
}

/// A document of a supplier that was taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = StatementDocument)]
pub struct StatementDocumentView {
    /// Its name.
    pub name: String,
    /// SHA-256 of its bytes, which are kept.
    pub sha256: String,
    /// The mapping that read it.
    pub mapping: String,
    /// Whose statements these are.
    pub publisher: String,
    /// When it was taken in.
    pub received_at: String,
    /// By whom.
    pub received_by: String,
    /// How many statements it makes.
    pub statements: u64,
    /// How many of them were not understood when it was read.
    pub not_understood: u64,
}

impl From<StatementDocument> for StatementDocumentView {
    fn from(document: StatementDocument) -> Self {
        Self {
            name: document.name,
            sha256: hex(&document.raw_sha256),
            mapping: document.mapping,
            publisher: document.publisher,
            received_at: document.received_at.to_string(),
            received_by: document.received_by,
            statements: document.statements,
            not_understood: document.not_understood,
        }
    }
}

/// A mapping of qualification lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = StatementMapping)]
pub struct StatementMappingView {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub title: String,
    /// Whose statements it reads.
    pub publisher: String,
    /// `table` or `xml`.
    pub format: String,
    /// Whether it comes with the program.
    pub shipped: bool,
    /// Who wrote it; `null`: it comes with the program.
    pub author: Option<String>,
    /// Since when it holds; `null`: it comes with the program.
    pub since: Option<String>,
    /// The words that it explains, folded, with their states.
    pub words: BTreeMap<String, String>,
    /// Its text, TOML.
    pub text: String,
}

impl From<KnownMapping> for StatementMappingView {
    fn from(known: KnownMapping) -> Self {
        use holdpoint_app::statements::mappings::MappedFormat;
        let (author, since) = match &known.origin {
            Origin::Shipped => (None, None),
            Origin::Written { by, at } => (Some(by.clone()), Some(at.to_string())),
        };
        let words = known.mapping.words().map(|(word, state)| (word.to_owned(), state.word().to_owned()));
        Self {
            words: words.collect(),
            name: known.mapping.name.clone(),
            title: known.mapping.title.clone(),
            publisher: known.mapping.publisher.clone(),
            format: match known.mapping.format {
                MappedFormat::Table => "table".to_owned(),
                MappedFormat::Xml => "xml".to_owned(),
            },
            shipped: known.origin == Origin::Shipped,
            author,
            since,
            text: known.body,
        }
    }
}

/// A word that a mapping does not explain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = UnexplainedWord)]
pub struct UnexplainedWordView {
    /// The word; `null`: the cell was empty.
    pub word: Option<String>,
    /// How many statements have it.
    pub statements: u64,
    /// Where it stands first.
    pub first_place: String,
}

/// What came of a qualification list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = StatementImport)]
pub struct StatementImportView {
    /// The mapping that read it.
    pub mapping: String,
    /// Whose statements these are.
    pub publisher: String,
    /// SHA-256 of the list.
    pub sha256: String,
    /// How many statements it makes.
    pub statements: u64,
    /// How many of them are not understood.
    pub not_understood: u64,
    /// Empty cells, which are no statement.
    pub blanks: u64,
    /// Statements on what nobody had spoken of.
    pub new: u64,
    /// Statements that replace another.
    pub changed: u64,
    /// Statements that say what is known.
    pub unchanged: u64,
    /// Statements older than what is known, only kept.
    pub older: u64,
    /// Whether this very file was read by this very mapping before.
    pub known: bool,
    /// Words that the mapping does not explain.
    pub unknown_words: Vec<UnexplainedWordView>,
    /// Remarks, at most 500.
    pub remarks: Vec<String>,
    /// The first statements, to be looked at.
    pub sample: Vec<CompatibilityStatementView>,
    /// The audit entry; `null`: nothing was written.
    pub audit_sequence: Option<u64>,
}

impl From<ListReport> for StatementImportView {
    fn from(report: ListReport) -> Self {
        let unknown = report.unknown_words.iter().map(|seen| UnexplainedWordView {
            word: said(&seen.word),
            statements: seen.count as u64,
            first_place: seen.first_place.clone(),
        });
        Self {
            unknown_words: unknown.collect(),
            sha256: hex(&report.sha256),
            statements: report.statements,
            not_understood: report.not_understood,
            blanks: report.blanks,
            new: report.counts.new,
            changed: report.counts.changed,
            unchanged: report.counts.unchanged,
            older: report.counts.older,
            known: report.known,
            remarks: report.warnings.iter().take(500).map(ToString::to_string).collect(),
            sample: report.sample.iter().map(CompatibilityStatementView::of).collect(),
            audit_sequence: report.audit_sequence,
            mapping: report.mapping,
            publisher: report.publisher,
        }
    }
}

/// A column of the matrix: one version of a supplier's product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SupplierRelease)]
pub struct SupplierReleaseView {
    /// Names the column in this answer and in later ones.
    pub id: i64,
    /// Who makes the product.
    pub vendor: String,
    /// The product.
    pub product: String,
    /// The version; `null`: the supplier does not say which.
    pub version: Option<String>,
    /// How suppliers and lists call the same release besides.
    pub spellings: Vec<String>,
    /// Whether another vendor has a product of this name, so that the vendor must be named with it.
    pub name_is_shared: bool,
}

impl From<Column> for SupplierReleaseView {
    fn from(column: Column) -> Self {
        let Column { release, spellings, name_is_shared } = column;
        Self {
            spellings,
            name_is_shared,
            id: release.number,
            vendor: release.vendor,
            product: release.product,
            version: said(&release.version),
        }
    }
}

/// One statement in a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = MatrixStatement)]
pub struct MatrixStatementView {
    /// The statement.
    pub id: String,
    /// The state.
    pub state: String,
    /// The publisher's own word.
    pub word: String,
    /// When it was said, else when it was received.
    pub said_at: String,
    /// Whether its publisher dated it; `false`: `said_at` is when it was received.
    pub dated: bool,
    /// For which platform.
    pub platform: Option<String>,
    /// Who says it.
    pub publisher: String,
    /// Whose word it is: `supplier`, `speaker` (named as speaking for the supplier) or `other`.
    pub voice: String,
    /// Whether it counts: a yes of `other` does not.
    pub counts: bool,
    /// On what it depends.
    pub conditions: Option<String>,
}

/// A cell of the matrix. Of the statements that count, `state` is the one that asks for most caution; `word`, `said_at`,
/// `dated`, `publisher` and `voice` are of that statement, and where `state` is `null` of what somebody else says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = MatrixCell)]
pub struct MatrixCellView {
    /// The patch.
    pub patch: String,
    /// The release.
    pub release: i64,
    /// The state that counts; `null`: only others than the supplier say yes, so the supplier's state is not known.
    pub state: Option<String>,
    /// The publisher's own word for it.
    pub word: String,
    /// When it was said, else when it was received.
    pub said_at: String,
    /// Whether its publisher dated it; `false`: `said_at` is when it was received.
    pub dated: bool,
    /// Who says it.
    pub publisher: String,
    /// Whose word it is: `supplier`, `speaker` (named as speaking for the supplier) or `other`.
    pub voice: String,
    /// Whether the statements that count differ.
    pub differ: bool,
    /// The statements.
    pub statements: Vec<MatrixStatementView>,
}

/// A page of the qualification matrix. A cell that is not among `cells` holds no statement, which is unknown.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = QualificationMatrix)]
pub struct MatrixView {
    /// The rows.
    pub patches: List<PatchView>,
    /// The columns.
    pub releases: List<SupplierReleaseView>,
    /// What is said where.
    pub cells: Vec<MatrixCellView>,
}

impl From<Matrix> for MatrixView {
    fn from(matrix: Matrix) -> Self {
        Self {
            patches: List::of(matrix.patches, Into::into),
            releases: List::of(matrix.releases, Into::into),
            cells: matrix
                .cells
                .chunk_by(|a, b| (&a.cell.patch, a.cell.release_no) == (&b.cell.patch, b.cell.release_no))
                .map(cell)
                .collect(),
        }
    }
}

fn cell(statements: &[Voiced]) -> MatrixCellView {
    let caution = |one: &&Voiced| StatedState::BY_CAUTION.iter().position(|state| *state == one.cell.state);
    let counted = |one: &&Voiced| one.voice.counts(one.cell.state);
    let heard = statements.iter().filter(counted).min_by_key(caution);
    let lead = heard.or_else(|| statements.iter().min_by_key(caution)).expect("a chunk has at least one");
    let Voiced { cell, voice } = lead;
    MatrixCellView {
        patch: cell.patch.clone(),
        release: cell.release_no,
        state: heard.map(|one| one.cell.state.word().to_owned()),
        word: cell.word.clone(),
        said_at: cell.said_at.to_string(),
        dated: cell.is_dated,
        publisher: cell.publisher.clone(),
        voice: voice.word().to_owned(),
        differ: statements.iter().filter(counted).any(|other| other.cell.state != cell.state),
        statements: statements.iter().map(Into::into).collect(),
    }
}

impl From<&Voiced> for MatrixStatementView {
    fn from(one: &Voiced) -> Self {
        let Voiced { cell, voice } = one;
        Self {
            id: cell.id.to_string(),
            state: cell.state.word().to_owned(),
            word: cell.word.clone(),
            said_at: cell.said_at.to_string(),
            dated: cell.is_dated,
            platform: said(&cell.platform),
            publisher: cell.publisher.clone(),
            voice: voice.word().to_owned(),
            counts: voice.counts(cell.state),
            conditions: said(&cell.conditions),
        }
    }
}

/// How long one vendor takes from the release of a patch to its word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = VendorLag)]
pub struct VendorLagView {
    /// The vendor.
    pub publisher: String,
    /// Pairs of patch and release that it speaks of.
    pub pairs: u64,
    /// Those with a decision and both dates: what the figures are from.
    pub measured: u64,
    /// Days that half of them took at most; `null`: nothing is measured.
    pub median_days: Option<i64>,
    /// Days that nine of ten took at most.
    pub p90_days: Option<i64>,
    /// The most days.
    pub longest_days: Option<i64>,
    /// Those that took more than 30 days.
    pub over_30_days: u64,
    /// Pairs without a decision.
    pub waiting: u64,
    /// Days that the longest of them waits; `null`: none waits, or no date is known.
    pub longest_wait_days: Option<i64>,
    /// Pairs with a decision and without dates that can be used.
    pub undated: u64,
}

impl From<holdpoint_app::statements::VendorLag> for VendorLagView {
    fn from(lag: holdpoint_app::statements::VendorLag) -> Self {
        Self {
            publisher: lag.publisher,
            pairs: lag.pairs as u64,
            measured: lag.measured as u64,
            median_days: lag.median_days,
            p90_days: lag.p90_days,
            longest_days: lag.longest_days,
            over_30_days: lag.over_30_days as u64,
            waiting: lag.waiting as u64,
            longest_wait_days: lag.longest_wait_days,
            undated: lag.undated as u64,
        }
    }
}
