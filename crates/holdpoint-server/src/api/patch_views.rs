//! How patches look in the API: the line, the whole, how one stands on an asset, and who lacks it.

use holdpoint_app::patches::ShownPatch;
use holdpoint_app::patches::asset::{AssetPatches, PatchOnAsset};
use holdpoint_app::patches::fleet::{AssetLack, FleetLack};
use holdpoint_app::store::patch::{PatchLine, StoredPatch};
use holdpoint_domain::patch::{PatchFile, PatchReference};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::lists::{CountView, List};
use super::patch_files::KeptFileView;
use super::statement_views::CompatibilityStatementView;
use super::text::said;

/// A patch as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Patch)]
pub struct PatchView {
    /// Its name: `KB5034441`, else a bulletin, else `update` and a package's id.
    pub name: String,
    /// The sources that speak of it.
    pub sources: Vec<String>,
    /// Title.
    pub title: Option<String>,
    /// `security-critical`, `security`, `recommended`, `feature`, `firmware` or `unknown`.
    pub class: String,
    /// Severity as written.
    pub severity: Option<String>,
    /// The bulletin.
    pub bulletin: Option<String>,
    /// Restart as written; `null`: not said, which is not "none".
    pub restart: Option<String>,
    /// When it was first published.
    pub released_at: Option<String>,
    /// How many products it is for.
    pub products: u64,
    /// How many vulnerabilities it fixes.
    pub fixes: u64,
    /// How many statements of suppliers speak of it now.
    pub statements: u64,
}

impl From<PatchLine> for PatchView {
    fn from(line: PatchLine) -> Self {
        Self {
            name: line.name,
            sources: line.sources,
            title: said(&line.title),
            class: line.class.word().to_owned(),
            severity: said(&line.severity),
            bulletin: said(&line.bulletin),
            restart: said(&line.restart),
            released_at: line.released.map(|at| at.to_string()),
            products: line.products,
            fixes: line.fixes,
            statements: line.statements,
        }
    }
}

/// A file of a patch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PatchFile)]
pub struct PatchFileView {
    /// Its name.
    pub name: String,
    /// Where it can be had.
    pub url: Option<String>,
    /// Size in bytes.
    pub size_bytes: Option<u64>,
    /// `algorithm:hex`.
    pub hashes: Vec<String>,
}

impl From<PatchFile> for PatchFileView {
    fn from(file: PatchFile) -> Self {
        Self { url: said(&file.url), name: file.name, size_bytes: file.size_bytes, hashes: file.hashes }
    }
}

/// What one document of one source says of a patch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PatchRecord)]
pub struct PatchRecordView {
    /// The source.
    pub source: String,
    /// The document.
    pub document: String,
    /// Since when it is known so.
    pub known_since: String,
    /// Title.
    pub title: Option<String>,
    /// The kind of change in the source's word.
    pub classification: Option<String>,
    /// Severity as written.
    pub severity: Option<String>,
    /// When it was published.
    pub released_at: Option<String>,
    /// Products as written.
    pub products: Vec<String>,
    /// Architecture.
    pub architecture: Option<String>,
    /// Vulnerabilities that it fixes.
    pub fixes: Vec<String>,
    /// What it replaces.
    pub supersedes: Vec<String>,
    /// By what it is replaced.
    pub superseded_by: Vec<String>,
    /// What must be installed before it.
    pub needs: Vec<String>,
    /// Restart as written.
    pub restart: Option<String>,
    /// The version of the product once it is installed.
    pub fixed_build: Option<String>,
    /// Files.
    pub files: Vec<PatchFileView>,
    /// Where to read more.
    pub url: Option<String>,
}

impl From<StoredPatch> for PatchRecordView {
    fn from(stored: StoredPatch) -> Self {
        let record = stored.record;
        let names = |list: Vec<PatchReference>| -> Vec<String> {
            let name = |reference| match reference {
                PatchReference::Identifier(text) => text,
                PatchReference::UpdateId(id) => format!("update {id}"),
            };
            list.into_iter().map(name).collect()
        };
        Self {
            source: stored.source.word().to_owned(),
            document: stored.document,
            known_since: stored.valid_from.to_string(),
            title: said(&record.title),
            classification: said(&record.classification),
            severity: said(&record.severity),
            released_at: record.released.map(|at| at.to_string()),
            products: record.products,
            architecture: said(&record.architecture),
            fixes: record.fixes,
            supersedes: names(record.supersedes),
            superseded_by: names(record.superseded_by),
            needs: names(record.needs),
            restart: said(&record.restart),
            fixed_build: said(&record.fixed_build),
            files: record.files.into_iter().map(Into::into).collect(),
            url: said(&record.url),
        }
    }
}

/// A patch with what each source says of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PatchDetail)]
pub struct PatchDetailView {
    /// What all sources say together.
    pub patch: PatchView,
    /// What each document says.
    pub records: Vec<PatchRecordView>,
    /// What suppliers say of it now, by release.
    pub statements: Vec<CompatibilityStatementView>,
    /// The files that somebody put in.
    pub files: Vec<KeptFileView>,
    /// What replaces it for some product, by all sources together. Empty: no source says so.
    pub successors: Vec<String>,
}

impl From<ShownPatch> for PatchDetailView {
    fn from(shown: ShownPatch) -> Self {
        Self {
            patch: shown.line.into(),
            records: shown.records.into_iter().map(Into::into).collect(),
            statements: shown.statements.into_iter().map(Into::into).collect(),
            files: shown.files.into_iter().map(Into::into).collect(),
            successors: shown.successors,
        }
    }
}

/// One step of supersedence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SupersedenceStep)]
pub struct StepView {
    /// The newer patch.
    pub newer: String,
    /// The older patch.
    pub older: String,
    /// The sources that say so.
    pub sources: Vec<String>,
    /// The products for which they say so, as written.
    pub products: Vec<String>,
}

/// How one patch stands on an asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PatchOnAsset)]
pub struct PatchOnAssetView {
    /// The patch.
    pub patch: String,
    /// The product of the asset that it is about.
    pub product: String,
    /// `installed`, `covered`, `missing` or `unknown`.
    pub standing: String,
    /// Why.
    pub why: String,
    /// The steps of supersedence that it rests on.
    pub steps: Vec<StepView>,
    /// The vulnerabilities that it fixes for this product.
    pub fixes: Vec<String>,
    /// A missing patch that does what this one does; `null`: none is known.
    pub superseded_by: Option<String>,
}

impl From<PatchOnAsset> for PatchOnAssetView {
    fn from(row: PatchOnAsset) -> Self {
        let steps = row.steps.into_iter().map(|step| StepView {
            newer: step.newer,
            older: step.older,
            sources: step.sources,
            products: step.products,
        });
        Self {
            patch: row.patch,
            product: row.product,
            standing: row.standing.to_owned(),
            why: row.why,
            steps: steps.collect(),
            fixes: row.fixes,
            superseded_by: row.superseded_by,
        }
    }
}

/// A product of an asset, and what is known of its patches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PatchedProduct)]
pub struct PatchedProductView {
    /// The component as written.
    pub component: String,
    /// What it may be among the products for which sources list patches; empty: no source lists any.
    pub candidates: Vec<String>,
    /// Circles in which the sources contradict each other.
    pub circles: Vec<Vec<String>>,
}

/// How many patches stand how.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PatchStandings)]
pub struct StandingsView {
    /// Seen installed.
    pub installed: u64,
    /// Covered by another patch or the build.
    pub covered: u64,
    /// Missing.
    pub missing: u64,
    /// Nobody can say.
    pub unknown: u64,
}

/// How patches stand on one asset.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = AssetPatches)]
pub struct AssetPatchesView {
    /// The asset's id.
    pub asset: String,
    /// The asset's tag.
    pub tag: String,
    /// Whether somebody has listed its patches. Without a list nothing is missing for certain.
    pub listed: bool,
    /// Its products of Microsoft, the operating system first. None: it has none that is known. Patches of advisories and of
    /// repositories have no line here.
    pub products: Vec<PatchedProductView>,
    /// How many patches stand how, the filter aside.
    pub standings: StandingsView,
    /// Vulnerabilities that missing patches fix.
    pub open_vulnerabilities: Vec<String>,
    /// One page of the patches.
    pub patches: List<PatchOnAssetView>,
}

/// Which rows of an asset's patches.
#[derive(Debug, Clone, Default)]
pub struct RowsWanted {
    /// Only this standing; empty: all.
    pub standing: String,
    /// How many rows to pass over.
    pub offset: usize,
    /// The most rows.
    pub limit: usize,
}

impl AssetPatchesView {
    /// The page that is wanted.
    #[must_use]
    pub fn of(asset: String, tag: String, patches: AssetPatches, wanted: &RowsWanted) -> Self {
        let mut standings = StandingsView::default();
        let mut open: Vec<String> = Vec::new();
        for row in &patches.rows {
            match row.standing {
                "installed" => standings.installed += 1,
                "covered" => standings.covered += 1,
                "missing" => {
                    standings.missing += 1;
                    open.extend(row.fixes.iter().cloned());
                }
                _ => standings.unknown += 1,
            }
        }
        open.sort();
        open.dedup();
        let products = patches.products.into_iter().map(|product| PatchedProductView {
            component: product.component,
            candidates: product.candidates,
            circles: product.circles,
        });
        let fits = |row: &PatchOnAsset| wanted.standing.is_empty() || row.standing == wanted.standing;
        let rows: Vec<PatchOnAsset> = patches.rows.into_iter().filter(fits).collect();
        let value = rows.len() as u64;
        let end = wanted.offset.saturating_add(wanted.limit);
        let next = (end < rows.len()).then(|| end.to_string());
        let items = rows.into_iter().skip(wanted.offset).take(wanted.limit).map(Into::into).collect();
        Self {
            asset,
            tag,
            listed: patches.listed,
            products: products.collect(),
            standings,
            open_vulnerabilities: open,
            patches: List { items, next, count: CountView { value, exact: true } },
        }
    }
}

/// Whether one asset lacks the patches against a vulnerability.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AssetLack)]
pub struct AssetLackView {
    /// The asset's id.
    pub asset: String,
    /// Its tag.
    pub tag: String,
    /// Its name.
    pub name: Option<String>,
    /// `yes`: it lacks them; `no`: one of them is there; `unknown`: nobody can say.
    pub verdict: String,
    /// Why.
    pub why: String,
}

impl From<AssetLack> for AssetLackView {
    fn from(lack: AssetLack) -> Self {
        Self {
            asset: lack.id.to_string(),
            tag: lack.tag,
            name: said(&lack.name),
            verdict: lack.verdict.word().to_owned(),
            why: lack.why,
        }
    }
}

/// Which assets lack the patches against a vulnerability.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = FleetLack)]
pub struct FleetLackView {
    /// The vulnerability.
    pub reference: String,
    /// Whether any source that was read lists a patch against it. Without one nothing can be said.
    pub has_patches: bool,
    /// How many assets lack them.
    pub yes: u64,
    /// How many have one of them.
    pub no: u64,
    /// Of how many nobody can say.
    pub unknown: u64,
    /// How many assets have products of Microsoft for which no source lists a patch against it, which is not a no.
    pub not_listed: u64,
    /// One page of the assets with an answer, by tag.
    pub assets: List<AssetLackView>,
}

impl FleetLackView {
    /// The view; `n_wanted` is how many assets the filter leaves on all pages.
    #[must_use]
    pub fn of(lack: FleetLack, n_wanted: u64) -> Self {
        Self {
            reference: lack.reference,
            has_patches: lack.has_patches,
            yes: lack.yes,
            no: lack.no,
            unknown: lack.unknown,
            not_listed: lack.not_listed,
            assets: List {
                items: lack.items.into_iter().map(Into::into).collect(),
                next: lack.next,
                count: CountView { value: n_wanted, exact: true },
            },
        }
    }
}
