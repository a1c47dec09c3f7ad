//! The shapes of the reports on what was taken in: advisories and inventory.

use holdpoint_app::intake::{ImportReport, Problem};
use holdpoint_app::inventory::{AssetChange, Column, InventoryReport};
use holdpoint_app::matching::MatchCounts;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::advisory_views::{OutcomesView, WarningView};

/// How documents fared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DocumentCountsView {
    /// Looked at.
    pub read: u64,
    /// Not known before.
    pub new: u64,
    /// Known, with other content.
    pub changed: u64,
    /// Known to the byte.
    pub unchanged: u64,
    /// Not taken; in quarantine.
    pub quarantined: u64,
}

/// What a change did to the matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MatchCountsView {
    /// New matches.
    pub opened: u64,
    /// Matches whose answer is another one now.
    pub changed: u64,
    /// Matches that rest on a newer revision and say the same.
    pub carried_over: u64,
    /// Matches that are none any more.
    pub closed: u64,
}

impl From<MatchCounts> for MatchCountsView {
    fn from(counts: MatchCounts) -> Self {
        Self {
            opened: counts.opened,
            changed: counts.changed,
            carried_over: counts.carried_over,
            closed: counts.closed,
        }
    }
}

/// A document that needs a look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportProblemView {
    /// Its name.
    pub name: String,
    /// Stable machine word.
    pub code: String,
    /// What happened.
    pub what: String,
    /// What it means.
    pub meaning: String,
    /// What to do.
    pub remedy: String,
}

impl From<Problem> for ImportProblemView {
    fn from(problem: Problem) -> Self {
        let why = problem.rejected;
        Self { name: problem.name, code: why.code, what: why.what, meaning: why.meaning, remedy: why.remedy }
    }
}

/// A known advisory whose content changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChangedAdvisoryView {
    /// The publisher's id.
    pub tracking_id: String,
    /// The publisher's version of what came in.
    pub tracking_version: String,
    /// Whether the publisher's version stayed the same although the content changed.
    pub silent: bool,
}

/// What taking advisories in has done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AdvisoryImport)]
pub struct AdvisoryImportView {
    /// How documents fared.
    pub documents: DocumentCountsView,
    /// How version expressions of new and changed documents were understood.
    pub expressions: OutcomesView,
    /// What happened to the matches.
    pub matches: MatchCountsView,
    /// Advisories whose content changed.
    pub changed: Vec<ChangedAdvisoryView>,
    /// Documents in quarantine, and files that are no documents.
    pub problems: Vec<ImportProblemView>,
    /// The last audit entry; `null`: nothing changed.
    pub audit_sequence: Option<u64>,
}

impl From<ImportReport> for AdvisoryImportView {
    fn from(report: ImportReport) -> Self {
        let changed = |one: holdpoint_app::intake::ChangedDocument| ChangedAdvisoryView {
            tracking_id: one.tracking_id,
            tracking_version: one.tracking_version,
            silent: one.silent,
        };
        Self {
            documents: DocumentCountsView {
                read: report.documents.read,
                new: report.documents.new,
                changed: report.documents.changed,
                unchanged: report.documents.unchanged,
                quarantined: report.documents.quarantined,
            },
            expressions: OutcomesView {
                decided: report.expressions.decided,
                conditional: report.expressions.conditional,
                not_understood: report.expressions.not_understood,
            },
            matches: report.matches.into(),
            changed: report.changed.into_iter().map(changed).collect(),
            problems: report.problems.into_iter().map(Into::into).collect(),
            audit_sequence: report.audit_sequence,
        }
    }
}

/// A row that is not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RejectedRowView {
    /// Its number as a spreadsheet shows it.
    pub row: u32,
    /// Why, cell by cell.
    pub reason: String,
}

/// What a column is taken for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ColumnView {
    /// The header.
    pub column: String,
    /// The target's word; `null`: not taken.
    pub field: Option<String>,
    /// `by name`, `by mapping`, `proposed` or `not taken`.
    pub how: String,
}

impl From<Column> for ColumnView {
    fn from(column: Column) -> Self {
        Self { column: column.column, field: column.field, how: column.how.to_owned() }
    }
}

/// A field that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldDifferenceView {
    /// The field's word.
    pub field: String,
    /// Before; `null`: nobody had said.
    pub before: Option<String>,
    /// After; `null`: emptied.
    pub after: Option<String>,
}

/// An asset that is new or changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AssetChangeView {
    /// The first row that speaks of it.
    pub row: u32,
    /// Its tag.
    pub asset_tag: String,
    /// `new` or `changed`.
    pub action: String,
    /// Fields that change.
    pub fields: Vec<FieldDifferenceView>,
    /// Software that is new on it.
    pub software_added: Vec<String>,
    /// Software that is replaced or gone.
    pub software_removed: Vec<String>,
}

impl From<AssetChange> for AssetChangeView {
    fn from(change: AssetChange) -> Self {
        let field = |one: holdpoint_app::inventory::FieldChange| FieldDifferenceView {
            field: one.field,
            before: one.before,
            after: one.after,
        };
        Self {
            row: change.row,
            asset_tag: change.asset_tag,
            action: change.action.to_owned(),
            fields: change.fields.into_iter().map(field).collect(),
            software_added: change.software_added,
            software_removed: change.software_removed,
        }
    }
}

/// What taking inventory in has done, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AssetImport)]
pub struct AssetImportView {
    /// Whether nothing was written because only a preview was asked for.
    pub dry_run: bool,
    /// `assets`, `software` or `cyclonedx`.
    pub kind: String,
    /// Data rows; for a bill of materials its components.
    pub rows: u64,
    /// New assets.
    pub new: u64,
    /// Assets that change.
    pub changed: u64,
    /// Assets that are known to be so.
    pub unchanged: u64,
    /// Rows that are not taken.
    pub rejected: Vec<RejectedRowView>,
    /// What each column is taken for.
    pub columns: Vec<ColumnView>,
    /// Names the header, for remembering its mapping.
    pub header_fingerprint: String,
    /// Whether a person has to map the columns first; nothing was planned then.
    pub mapping_needed: bool,
    /// The differences, the first 2,000 of them; the counts are of all.
    pub changes: Vec<AssetChangeView>,
    /// What a person should know.
    pub warnings: Vec<WarningView>,
    /// What happened to the matches; `null` in a preview.
    pub matches: Option<MatchCountsView>,
    /// The audit entry; `null`: nothing was written.
    pub audit_sequence: Option<u64>,
}

impl From<InventoryReport> for AssetImportView {
    fn from(report: InventoryReport) -> Self {
        let rejected =
            |row: holdpoint_app::inventory::RejectedRow| RejectedRowView { row: row.row, reason: row.reason };
        let warning = |one: holdpoint_app::inventory::ImportWarning| WarningView {
            code: one.code,
            place: one.place,
            message: one.message,
        };
        Self {
            dry_run: report.dry_run,
            kind: report.kind.to_owned(),
            rows: report.rows,
            new: report.new,
            changed: report.changed,
            unchanged: report.unchanged,
            rejected: report.rejected.into_iter().map(rejected).collect(),
            columns: report.columns.into_iter().map(Into::into).collect(),
            header_fingerprint: report.header_fingerprint,
            mapping_needed: report.mapping_needed,
            changes: report.changes.into_iter().map(Into::into).collect(),
            warnings: report.warnings.into_iter().map(warning).collect(),
            matches: report.matches.map(Into::into),
            audit_sequence: report.audit_sequence,
        }
    }
}
