//! Taking inventory in from a file, or showing what that would do.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use holdpoint_app::inventory::{self, ImportKind, ImportRequest, MappingChoice, Mode, Run, TableChoice};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::import_views::AssetImportView;
use super::lists::invalid;
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Query, Upload};
use crate::server::Server;

/// What a file is taken for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    /// Its content decides.
    #[default]
    Auto,
    /// A table of assets.
    Assets,
    /// A table of installed software.
    Software,
    /// A CycloneDX bill of materials of one asset.
    Cyclonedx,
}

/// What a bad row means for the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RowMode {
    /// One bad row and nothing is taken.
    #[default]
    AllOrNothing,
    /// Bad rows are left out.
    ValidRows,
}

/// How the file is to be taken.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AssetImportParams {
    /// The file's name, for people.
    #[param(max_length = 255)]
    pub name: String,
    /// What it is taken for.
    #[serde(default)]
    #[param(inline)]
    pub kind: FileKind,
    /// `true`: only show what would happen.
    #[serde(default)]
    pub dry_run: bool,
    /// What a bad row means for the others.
    #[serde(default)]
    #[param(inline)]
    pub mode: RowMode,
    /// The sheet of a workbook; absent: the first that is not empty, and the others are named in a warning.
    #[param(max_length = 255)]
    pub sheet: Option<String>,
    /// The row of the header as a spreadsheet program shows it, from 1 on; absent: the first row that holds something.
    #[param(minimum = 1)]
    pub header_row: Option<u32>,
    /// A remembered mapping's id; absent: a known header, else a mapping remembered for exactly this header.
    pub mapping: Option<String>,
    /// A JSON object: header of a column to target word, for example `{"Firmware":"field:firmware_version"}`.
    pub columns: Option<String>,
    /// Remember the mapping under this name.
    #[param(max_length = 100)]
    pub remember: Option<String>,
    /// The tag of the asset to which a bill of materials belongs.
    pub asset: Option<String>,
    /// Why, for the audit log.
    #[param(max_length = 500)]
    pub reason: Option<String>,
}

impl AssetImportParams {
    fn mapping_choice(&self) -> Result<MappingChoice, Problem> {
        match (&self.mapping, &self.columns) {
            (None, None) => Ok(MappingChoice::Known),
            (Some(id), None) => id
                .parse()
                .map(MappingChoice::Remembered)
                .map_err(|error| invalid("?mapping", "mapping", format!("{error}"))),
            (None, Some(json)) => serde_json::from_str::<BTreeMap<String, String>>(json)
                .map(MappingChoice::Columns)
                .map_err(|error| {
                    invalid("?columns", "columns", format!("`columns` is no JSON object of texts: {error}"))
                }),
            (Some(_), Some(_)) => {
                Err(invalid("?columns", "columns", "give either `mapping` or `columns`, not both".to_owned()))
            }
        }
    }
}

/// Takes in a CSV or XLSX table of assets or software, or a CycloneDX bill of materials, at most 256 MiB.
///
/// With `dry_run=true` nothing is written and the report shows the differences.
#[utoipa::path(post, path = "/assets:import", tag = "assets", params(AssetImportParams),
    request_body(content_type = "application/octet-stream", description = "The file's bytes"),
    responses((status = 200, description = "What was done, or would be", body = AssetImportView)))]
pub async fn import(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<AssetImportParams>,
    upload: Upload,
) -> Result<Json<AssetImportView>, Problem> {
    let mapping = params.mapping_choice()?;
    let report = server
        .run(move |app| {
            let _place = upload.place;
            let request = request(&params, &upload.bytes, mapping);
            inventory::import(app, &who.caller, &request)
        })
        .await?;
    Ok(Json(report.into()))
}

fn request<'a>(params: &'a AssetImportParams, bytes: &'a [u8], mapping: MappingChoice) -> ImportRequest<'a> {
    ImportRequest {
        name: &params.name,
        bytes,
        kind: match params.kind {
            FileKind::Auto => ImportKind::Auto,
            FileKind::Assets => ImportKind::Assets,
            FileKind::Software => ImportKind::Software,
            FileKind::Cyclonedx => ImportKind::CycloneDx,
        },
        run: if params.dry_run { Run::Dry } else { Run::Apply },
        mode: match params.mode {
            RowMode::AllOrNothing => Mode::AllOrNothing,
            RowMode::ValidRows => Mode::ValidRows,
        },
        table: TableChoice { sheet: params.sheet.as_deref(), header_row: params.header_row },
        mapping,
        remember_as: params.remember.as_deref(),
        asset: params.asset.as_deref(),
        reason: params.reason.as_deref().unwrap_or_default(),
    }
}
