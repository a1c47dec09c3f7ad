//! Work orders as the API shows them.

use holdpoint_app::store::test_record::Attachment;
use holdpoint_app::store::work_order::{KeptResult, WorkOrderLine};
use holdpoint_app::work_orders::{Brought, OneBrought, ResultOutcome, Sheet, SheetLine, WorkOrder, short};
use holdpoint_domain::audit::ChainHash;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A work order as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = WorkOrderLine)]
pub struct WorkOrderLineView {
    /// Its id.
    pub id: String,
    /// Its number.
    pub number: u64,
    /// The plan.
    pub plan_id: String,
    /// The plan's number.
    pub plan_number: u64,
    /// The plan's title.
    pub plan: String,
    /// The step of the plan.
    pub step: u32,
    /// The site.
    pub site: String,
    /// The asset.
    pub asset_id: String,
    /// Its tag.
    pub asset: String,
    /// The patch.
    pub patch: String,
    /// Who is to do it; `null`: nobody is named.
    pub technician: Option<String>,
    /// `issued`, `begun`, `told`, `closed`, `void`, or `withdrawn`: the step ended while the sheet was out.
    pub state: String,
    /// Where the step stands; `null`: the plan is not carried out.
    pub step_state: Option<String>,
    /// What stands against the work since it was begun: a freeze, a stop, a pause, a permission that was refused or taken back.
    /// `null`: nothing that was seen, or nobody is at work.
    pub halt: Option<String>,
    /// Since when that stands.
    pub halt_at: Option<String>,
    /// The newest revision of the sheet.
    pub revision: u32,
    /// When the work is planned to begin.
    pub start: String,
    /// When a result is overdue.
    pub due: String,
    /// When it was issued.
    pub issued_at: String,
    /// By whom.
    pub issued_by: String,
    /// When it changed last.
    pub changed_at: String,
}

impl From<WorkOrderLine> for WorkOrderLineView {
    fn from(line: WorkOrderLine) -> Self {
        Self {
            id: line.id.to_string(),
            number: line.number,
            plan_id: line.plan.to_string(),
            plan_number: line.plan_number,
            plan: line.plan_title,
            step: line.step,
            site: line.site_name,
            asset_id: line.asset.to_string(),
            asset: line.tag,
            patch: line.patch,
            technician: Some(line.technician).filter(|name| !name.is_empty()),
            state: line.state.word().to_owned(),
            step_state: Some(line.step_state).filter(|word| !word.is_empty()),
            halt: line.halt.clone().map(|(why, _)| why),
            halt_at: line.halt.map(|(_, at)| at.to_string()),
            revision: line.revision,
            start: line.start.to_string(),
            due: line.due.to_string(),
            issued_at: line.issued_at.to_string(),
            issued_by: line.issued_by,
            changed_at: line.changed_at.to_string(),
        }
    }
}

/// A line of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = WorkSheetLine)]
pub struct SheetLineView {
    /// Its number.
    pub number: u32,
    /// What is to be done or looked at.
    pub what: String,
    /// What should come of it; empty: nothing but done.
    pub expect: String,
    /// `tick`, `text` or `minutes`.
    pub field: String,
}

impl From<SheetLine> for SheetLineView {
    fn from(line: SheetLine) -> Self {
        Self { number: line.number, what: line.what, expect: line.expect, field: line.field }
    }
}

/// A label and a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = WorkSheetFact)]
pub struct SheetFactView {
    /// What it is.
    pub label: String,
    /// What is known.
    pub value: String,
}

/// A sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = WorkSheet)]
pub struct SheetView {
    /// The plan.
    pub plan: String,
    /// The step.
    pub step: u32,
    /// The patch.
    pub patch: String,
    /// The site.
    pub site: String,
    /// Its time zone.
    pub time_zone: String,
    /// The asset's tag.
    pub asset: String,
    /// What is known of the asset.
    pub facts: Vec<SheetFactView>,
    /// The window.
    pub window: String,
    /// When the work may begin, on the site's clock.
    pub start: String,
    /// When it must have begun at the latest.
    pub last_safe_start: String,
    /// When everything must be over.
    pub free_at: String,
    /// Minutes of work.
    pub work_minutes: u32,
    /// Minutes of undo.
    pub undo_minutes: u32,
    /// How many people it takes.
    pub people: u16,
    /// The files: name and hashes.
    pub files: Vec<SheetFactView>,
    /// What must hold before the work begins.
    pub before: Vec<SheetLineView>,
    /// The work.
    pub work: Vec<SheetLineView>,
    /// When to stop.
    pub stop: Vec<String>,
    /// The way back.
    pub way_back: String,
}

impl From<Sheet> for SheetView {
    fn from(sheet: Sheet) -> Self {
        let fact = |(label, value)| SheetFactView { label, value };
        let files = sheet.files.into_iter().map(|file| (file.name, file.hashes.join(" ")));
        Self {
            plan: sheet.plan,
            step: sheet.step,
            patch: sheet.patch,
            site: sheet.site,
            time_zone: sheet.time_zone,
            asset: sheet.tag,
            facts: sheet.asset.into_iter().map(fact).collect(),
            window: sheet.window,
            start: sheet.start,
            last_safe_start: sheet.last_safe_start,
            free_at: sheet.free_at,
            work_minutes: sheet.minutes.0,
            undo_minutes: sheet.minutes.1,
            people: sheet.people,
            files: files.map(fact).collect(),
            before: sheet.before.into_iter().map(Into::into).collect(),
            work: sheet.work.into_iter().map(Into::into).collect(),
            stop: sheet.stop,
            way_back: sheet.way_back,
        }
    }
}

/// A result that came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = WorkOrderResult)]
pub struct WorkResultView {
    /// The revision of the sheet that it answers.
    pub revision: u32,
    /// `entered`, `scanned` or `imported`.
    pub way: String,
    /// `installed`, `not_done`, `failed` or `went_back`.
    pub word: String,
    /// What happened.
    pub what: String,
    /// Who did the work.
    pub done_by: String,
    /// When it was over.
    pub done_at: String,
    /// Who entered it.
    pub entered_by: String,
    /// When.
    pub entered_at: String,
    /// What was read and measured: the line and its value.
    pub values: Vec<SheetFactView>,
}

impl From<KeptResult> for WorkResultView {
    fn from(kept: KeptResult) -> Self {
        let body: Option<holdpoint_app::work_orders::ResultBody> = serde_json::from_str(&kept.body).ok();
        let lines = body.iter().flat_map(|body| body.lines.clone());
        let values = lines
            .filter(|line| !line.value.is_empty())
            .map(|line| SheetFactView { label: format!("{} {}", line.part, line.number), value: line.value });
        Self {
            revision: kept.revision,
            way: kept.way.word().to_owned(),
            values: values.collect(),
            word: body.as_ref().map(|body| body.word.clone()).unwrap_or_default(),
            what: body.map(|body| body.what).unwrap_or_default(),
            done_by: kept.done_by,
            done_at: kept.done_at.to_string(),
            entered_by: kept.entered_by,
            entered_at: kept.entered_at.to_string(),
        }
    }
}

/// A file of a work order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = WorkOrderFile)]
pub struct WorkFileView {
    /// Its name.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its size.
    pub size_bytes: u64,
    /// Who added it.
    pub added_by: String,
    /// When.
    pub added_at: String,
}

impl From<Attachment> for WorkFileView {
    fn from(file: Attachment) -> Self {
        Self {
            name: file.name,
            sha256: ChainHash(file.sha256).to_string(),
            size_bytes: file.size_bytes,
            added_by: file.added_by,
            added_at: file.added_at.to_string(),
        }
    }
}

/// A work order with its sheet and what came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = WorkOrder)]
pub struct WorkOrderView {
    /// The order.
    pub order: WorkOrderLineView,
    /// The newest revision of its sheet.
    pub sheet: SheetView,
    /// The text of its code.
    pub code: String,
    /// The code as a picture (SVG).
    pub picture: String,
    /// The first characters of the sheet's hash.
    pub hash: String,
    /// When that revision was made.
    pub made_at: String,
    /// What the sheet would say otherwise now; not empty: it is stale.
    pub stale: Vec<String>,
    /// The results, the oldest first.
    pub results: Vec<WorkResultView>,
    /// The files, the oldest first.
    pub files: Vec<WorkFileView>,
}

impl From<WorkOrder> for WorkOrderView {
    fn from(one: WorkOrder) -> Self {
        Self {
            picture: holdpoint_app::work_orders::picture(&one.code).unwrap_or_default(),
            hash: short(&one.kept.sha256),
            made_at: one.kept.made_at.to_string(),
            order: one.line.into(),
            sheet: one.sheet.into(),
            code: one.code,
            stale: one.stale,
            results: one.results.into_iter().map(Into::into).collect(),
            files: one.files.into_iter().map(Into::into).collect(),
        }
    }
}

/// What a stick brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Stick)]
pub struct StickView {
    /// The site.
    pub site: String,
    /// When the stick was made.
    pub made_at: String,
    /// Its results, in the order of its list.
    pub results: Vec<StickResultView>,
    /// Files that its list does not name: nobody has looked at them.
    pub strange: Vec<String>,
}

/// What became of one result of a stick.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = StickResult)]
pub struct StickResultView {
    /// The file.
    pub file: String,
    /// `taken`, `blank`, `missing` or `refused`.
    pub outcome: String,
    /// The order as it stands now; `null`: its result was not taken.
    pub order: Option<WorkOrderLineView>,
    /// The stable word of why it was refused; `null`: it was not.
    pub refusal: Option<String>,
    /// What that means, in words.
    pub words: String,
}

impl From<Brought> for StickView {
    fn from(brought: Brought) -> Self {
        Self {
            site: brought.site,
            made_at: brought.made_at.to_string(),
            results: brought.results.into_iter().map(Into::into).collect(),
            strange: brought.strange,
        }
    }
}

impl From<OneBrought> for StickResultView {
    fn from(one: OneBrought) -> Self {
        let (outcome, order, refusal, words) = match one.outcome {
            ResultOutcome::Taken(order) => {
                let line = WorkOrderLineView::from(order.line);
                let words = format!("work order {} is {}", line.number, line.state);
                ("taken", Some(line), None, words)
            }
            ResultOutcome::Blank => ("blank", None, None, "nobody has written anything into it".to_owned()),
            ResultOutcome::Missing => ("missing", None, None, "it is not on the stick".to_owned()),
            ResultOutcome::Refused { code, why } => ("refused", None, Some(code), why),
        };
        Self { file: one.file, outcome: outcome.to_owned(), order, refusal, words }
    }
}
