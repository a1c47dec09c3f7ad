//! How agents, codes and signed papers look in the API.

use holdpoint_app::agents::{
    ImageProposal, PaperStanding, ProposedPlace, ProposedRun, ProposedScript, RootProposal, ShownAgent,
    ShownCode,
};
use holdpoint_domain::Moment;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

use super::lists::invalid;
use crate::problem::Problem;

/// An agent on a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Agent)]
pub struct AgentView {
    /// The id of the asset that it is.
    pub asset_id: String,
    /// The asset's tag.
    pub asset: String,
    /// The site's name.
    pub site: String,
    /// Its class of devices.
    pub class: String,
    /// The version of its program.
    pub agent_version: String,
    /// What the device calls itself.
    pub host_name: String,
    /// Since when it is enrolled.
    pub enrolled_at: String,
    /// Who made the code.
    pub enrolled_by: String,
    /// When its certificate is over.
    pub expires_at: String,
    /// When it last asked, since the server was started; `null`: not yet.
    pub asked_at: Option<String>,
    /// When it was last seen: to the second from a server that runs, else up to a quarter of an hour coarse.
    pub seen_at: String,
    /// `ended`, `lost_records`, `certificate_over`, `overdue` or `enrolled`: the first that holds.
    pub state: String,
    /// When it last told something; `null`: never.
    pub heard_at: Option<String>,
    /// When its last inventory came; `null`: never.
    pub inventory_at: Option<String>,
    /// When it came back without its records, so that a person must look; `null`: never.
    pub lost_records_at: Option<String>,
    /// When it was ended; `null`: it holds.
    pub ended_at: Option<String>,
    /// Why; empty: it holds.
    pub ended_why: String,
    /// What people should know of it: that something else leads to the address from which it was enrolled; `null`: nothing.
    pub remark: Option<String>,
}

impl From<ShownAgent> for AgentView {
    fn from(shown: ShownAgent) -> Self {
        let text = |at: Option<Moment>| at.map(|at| at.to_string());
        let line = shown.line;
        Self {
            asset_id: line.asset.to_string(),
            asset: line.tag,
            site: line.site_name,
            class: line.class,
            agent_version: line.agent_version,
            host_name: line.host_name,
            enrolled_at: line.enrolled_at.to_string(),
            enrolled_by: line.enrolled_by,
            expires_at: line.expires_at.to_string(),
            asked_at: text(shown.asked_at),
            seen_at: shown.seen_at.to_string(),
            state: shown.state.word().to_owned(),
            heard_at: text(line.heard_at),
            inventory_at: text(line.inventory_at),
            lost_records_at: text(line.journal_changed),
            ended_at: text(Some(line.ended_at).filter(|at| *at < Moment::OPEN)),
            ended_why: line.ended_why,
            remark: shown.remark,
        }
    }
}

/// A code to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EnrolRequest)]
#[serde(deny_unknown_fields)]
pub struct EnrolBody {
    /// The class of devices; images are signed for a class.
    #[schema(max_length = 64)]
    pub class: String,
    /// For how many hours the code works, 1 to 72.
    #[schema(minimum = 1, maximum = 72)]
    pub hours: u32,
    /// Why.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub reason: String,
}

/// A code for one device; it is shown this once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EnrolCode)]
pub struct CodeView {
    /// The asset's tag.
    pub asset: String,
    /// Its class of devices.
    pub class: String,
    /// The code; it works once.
    pub code: String,
    /// Until when it works.
    pub expires_at: String,
    /// What the device must see of the server: SHA-256 of the authority's certificate.
    pub fingerprint: String,
    /// What the device must see of the first root: SHA-256 of its text.
    pub root: String,
}

impl From<ShownCode> for CodeView {
    fn from(shown: ShownCode) -> Self {
        Self {
            asset: shown.asset,
            class: shown.class,
            code: shown.code,
            expires_at: shown.expires_at.to_string(),
            fingerprint: shown.fingerprint.to_string(),
            root: shown.root.to_string(),
        }
    }
}

/// A signed paper that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Paper)]
pub struct PaperView {
    /// The site's name.
    pub site: String,
    /// `root` or `image`.
    pub kind: String,
    /// The class of an image; empty for a root.
    pub class: String,
    /// Its version.
    pub version: u64,
    /// Until when it holds.
    pub expires_at: String,
    /// Who brought it.
    pub put_by: String,
    /// When.
    pub put_at: String,
    /// SHA-256 of its text.
    pub text_sha256: String,
}

impl From<PaperStanding> for PaperView {
    fn from(paper: PaperStanding) -> Self {
        Self {
            site: paper.site,
            kind: paper.kind.to_owned(),
            class: paper.class,
            version: paper.version,
            expires_at: paper.expires_at.to_string(),
            put_by: paper.put_by,
            put_at: paper.put_at.to_string(),
            text_sha256: paper.text_sha256,
        }
    }
}

/// The papers that hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Papers)]
pub struct PapersView {
    /// At most two and the number of classes for each site.
    pub items: Vec<PaperView>,
}

/// A root or an image with its signatures, exactly as it was signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SignedPaper)]
#[serde(deny_unknown_fields)]
pub struct SignedPaperBody {
    /// Always 1.
    pub version: u64,
    /// `root` or `image`.
    pub kind: String,
    /// The text that is signed.
    pub text: String,
    /// The signatures.
    pub signatures: Vec<SignatureBody>,
}

/// One signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PaperSignature)]
#[serde(deny_unknown_fields)]
pub struct SignatureBody {
    /// SHA-256 of the public key.
    pub key: String,
    /// The signature in hexadecimal digits.
    pub value: String,
}

/// A root to be written for signing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = NewRoot)]
#[serde(deny_unknown_fields)]
pub struct RootBody {
    /// The site, by id or name.
    pub site: String,
    /// Public keys of people, in hexadecimal digits.
    pub image_keys: Vec<String>,
    /// How many of them must sign.
    pub threshold: usize,
    /// For how many days it holds.
    pub days: u32,
}

impl From<RootBody> for RootProposal {
    fn from(body: RootBody) -> Self {
        let RootBody { site, image_keys, threshold, days } = body;
        Self { site, image_keys, threshold, days }
    }
}

/// An image to be written for signing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = NewImage)]
#[serde(deny_unknown_fields)]
pub struct ImageBody {
    /// The site, by id or name.
    pub site: String,
    /// The class of devices.
    pub class: String,
    /// Patches that it approves besides those of the image before.
    pub patches: Vec<String>,
    /// Patches of the image before that it approves no more.
    #[serde(default)]
    pub without: Vec<String>,
    /// Where the files among the patches are put (`file NAME VERSION`); each of them needs one.
    #[serde(default)]
    pub places: Vec<PlaceBody>,
    /// How the scripts among the patches run (`script NAME VERSION`); each of them needs one.
    #[serde(default)]
    pub scripts: Vec<ScriptBody>,
    /// For how many days it holds.
    pub days: u32,
}

/// How the script of a patch runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = NewScript)]
#[serde(deny_unknown_fields)]
pub struct ScriptBody {
    /// The patch.
    pub patch: String,
    /// The work.
    pub run: RunBody,
    /// What only looks whether it was well; absent: a person reads the asset.
    pub check: Option<RunBody>,
    /// What takes it back; absent: a person does.
    pub undo: Option<RunBody>,
}

/// One run of a script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = NewScriptRun)]
#[serde(deny_unknown_fields)]
pub struct RunBody {
    /// The name of its template, which is a kept file of the patch.
    pub script: String,
    /// The account that it runs as, by a name that the devices know.
    pub account: String,
    /// After so many seconds it is ended with everything that it started; a check has at most 300.
    pub time_limit_s: u32,
    /// The values of the template's parameters.
    #[serde(default)]
    pub arguments: BTreeMap<String, String>,
}

impl From<RunBody> for ProposedRun {
    fn from(body: RunBody) -> Self {
        let RunBody { script, account, time_limit_s, arguments } = body;
        Self { script, account, time_limit_s, arguments }
    }
}

impl From<ScriptBody> for ProposedScript {
    fn from(body: ScriptBody) -> Self {
        let ScriptBody { patch, run, check, undo } = body;
        Self { patch, run: run.into(), check: check.map(Into::into), undo: undo.map(Into::into) }
    }
}

/// Where the file of a patch is put.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = NewPlace)]
#[serde(deny_unknown_fields)]
pub struct PlaceBody {
    /// The patch.
    pub patch: String,
    /// The absolute path on the devices.
    pub path: String,
    /// Its mode in three octal digits: `640`.
    pub mode: String,
    /// Whose it is, by names that the devices know: `root:plant`.
    pub owner: String,
}

impl TryFrom<ImageBody> for ImageProposal {
    type Error = Problem;

    fn try_from(body: ImageBody) -> Result<Self, Problem> {
        let ImageBody { site, class, patches, without, places, scripts, days } = body;
        let place = |one: PlaceBody| {
            let PlaceBody { patch, path, mode, owner } = one;
            let mode = u32::from_str_radix(&mode, 8)
                .map_err(|_| invalid("/places", "mode", format!("`{mode}` is no mode in octal digits")))?;
            Ok(ProposedPlace { patch, path, mode, owner })
        };
        let places = places.into_iter().map(place).collect::<Result<_, Problem>>()?;
        let scripts = scripts.into_iter().map(Into::into).collect();
        Ok(Self { site, class, patches, without, places, scripts, days })
    }
}
