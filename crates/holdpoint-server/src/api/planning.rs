//! The ground of planning: redundancy groups, how work is done, what was measured, a site's rules for plans.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use holdpoint_app::AppError;
use holdpoint_app::planning::{self, GroupLine, NewObservation, NewRules};
use holdpoint_domain::id::AssetId;
use holdpoint_domain::plan::WayBack;
use holdpoint_domain::plan::ground::{Asked, SiteRules, WorkAsks, WorkNotice, WorkObservation, WorkProfile};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::approval_views::{moment_at, unusable, word};
use super::lists::{List, NoParams};
use super::text::said;
use crate::gate::SignedIn;
use crate::problem::Problem;
use crate::request::{Body, Path, Query};
use crate::server::Server;

/// A redundancy group of a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = RedundancyGroup)]
pub struct GroupView {
    /// The site.
    pub site_id: String,
    /// Its name.
    pub site: String,
    /// The group's name, as assets carry it.
    pub name: String,
    /// The tags of the assets that carry it.
    pub members: Vec<String>,
    /// How many it can lose at the same time, at most all members but one; `null`: nobody has said, and work on its members waits.
    pub may_lose: Option<u16>,
    /// Where that is written.
    pub note: Option<String>,
    /// Who said it last; `null`: nobody has said.
    pub said_by: Option<String>,
    /// When.
    pub said_at: Option<String>,
}

impl From<GroupLine> for GroupView {
    fn from(line: GroupLine) -> Self {
        let most = line.said.as_ref().map(|(most, _)| *most);
        let mut note = line.said.and_then(|(_, note)| said(&note));
        if let (Some(most), Some(counts)) = (most, line.counts)
            && counts < most
        {
            let found = format!(
                "{most} was written, and of {} member(s) one at least has to go on: it counts as {counts}",
                line.members.len()
            );
            note = Some(note.map_or_else(|| found.clone(), |note| format!("{note} ({found})")));
        }
        Self {
            site_id: line.site.id.to_string(),
            site: line.site.name,
            name: line.name,
            members: line.members,
            may_lose: line.counts,
            note,
            said_at: line.written.as_ref().map(|(_, at)| at.to_string()),
            said_by: line.written.map(|(by, _)| by),
        }
    }
}

/// Lists the redundancy groups that assets carry or that somebody spoke of.
#[utoipa::path(get, path = "/redundancy-groups", tag = "planning",
    responses((status = 200, description = "All", body = List<GroupView>)))]
pub async fn groups(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<GroupView>>, Problem> {
    let all = server.run(move |app| planning::groups(app, &who.caller)).await?;
    Ok(Json(List::whole(all.into_iter().map(Into::into).collect())))
}

/// What is said of a redundancy group.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupBody {
    /// The site, by id or name.
    pub site: String,
    /// The group's name, as assets carry it.
    pub name: String,
    /// How many members it can lose at the same time.
    pub may_lose: u16,
    /// Where that is written.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub note: String,
    /// Why, for the audit log.
    #[serde(default)]
    pub reason: String,
}

/// Says how many members a redundancy group can lose.
#[utoipa::path(put, path = "/redundancy-groups", tag = "planning", request_body = GroupBody,
    responses((status = 200, description = "All groups", body = List<GroupView>)))]
pub async fn put_group(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<GroupBody>,
) -> Result<Json<List<GroupView>>, Problem> {
    let all = server.run(move |app| -> Result<_, AppError> {
        let said = (body.name.as_str(), body.may_lose, body.note.as_str());
        planning::put_group(app, &who.caller, &body.site, said, &body.reason)?;
        planning::groups(app, &who.caller)
    });
    Ok(Json(List::whole(all.await?.into_iter().map(Into::into).collect())))
}

/// How work is done: for a patch, a kind of asset, both, or all that nothing else is said of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = WorkProfile)]
#[serde(deny_unknown_fields)]
pub struct ProfileView {
    /// The patch; absent: any.
    pub patch: Option<String>,
    /// The kind of asset; absent: any.
    pub kind: Option<String>,
    /// From the start to the end of the verification, in minutes.
    pub work_minutes: u32,
    /// To undo all of it, in minutes.
    pub undo_minutes: u32,
    /// How many people it takes.
    pub people: u16,
    /// `automatic`, `by-hand` or `none`; absent: nobody has said, and work waits.
    pub way_back: Option<String>,
    /// The backup that is gone back to, the instruction, or the reason to do it without a way back.
    pub way_back_by: Option<String>,
    /// Who signed that there is no way back: whoever writes it, who may approve. Another name is refused.
    pub signed_by: Option<String>,
    /// What people at the asset are told before the work; absent: nothing.
    pub message: Option<String>,
    /// How often they may put it off.
    #[serde(default)]
    pub postpone_at_most: u8,
    /// For how many minutes each time.
    #[serde(default)]
    pub postpone_minutes: u32,
    /// Whether somebody there has to say yes: at the device where an agent serves it, else as a word about the step.
    #[serde(default)]
    pub confirm: bool,
    /// Whether the process has to permit each step of it.
    #[serde(default)]
    pub permit: bool,
}

impl From<WorkProfile> for ProfileView {
    fn from(one: WorkProfile) -> Self {
        let (way_back, way_back_by, signed_by) = match one.way_back {
            None => (None, None, None),
            Some(WayBack::Automatic { to }) => (Some("automatic"), Some(to), None),
            Some(WayBack::ByHand { instruction }) => (Some("by-hand"), Some(instruction), None),
            Some(WayBack::None { signed_by, reason }) => (Some("none"), Some(reason), Some(signed_by)),
        };
        Self {
            patch: one.patch,
            kind: one.kind.map(|kind| kind.word().to_owned()),
            work_minutes: one.work_minutes,
            undo_minutes: one.undo_minutes,
            people: one.people,
            way_back: way_back.map(str::to_owned),
            way_back_by,
            signed_by,
            postpone_at_most: one.asks.notice.as_ref().map_or(0, |notice| notice.postpone_at_most),
            postpone_minutes: one.asks.notice.as_ref().map_or(0, |notice| notice.postpone_minutes),
            confirm: one.asks.notice.as_ref().is_some_and(|notice| notice.confirmation == Asked::Yes),
            permit: one.asks.permit == Asked::Yes,
            message: one.asks.notice.map(|notice| notice.message),
        }
    }
}

impl ProfileView {
    /// The same for the use case.
    ///
    /// # Errors
    /// A [`Problem`] that names the part that cannot be used.
    pub fn wording(self) -> Result<WorkProfile, Problem> {
        let by = self.way_back_by.unwrap_or_default();
        let way_back = match self.way_back.as_deref() {
            None => None,
            Some("automatic") => Some(WayBack::Automatic { to: by }),
            Some("by-hand") => Some(WayBack::ByHand { instruction: by }),
            Some("none") => Some(WayBack::None { signed_by: self.signed_by.unwrap_or_default(), reason: by }),
            Some(other) => {
                let why = format!("`{other}` is none of automatic, by-hand and none");
                return Err(unusable("/way_back", &why));
            }
        };
        let asked = |is: bool| if is { Asked::Yes } else { Asked::No };
        let message = self.message.filter(|message| !message.trim().is_empty());
        if message.is_none() && (self.confirm || self.postpone_at_most > 0) {
            return Err(unusable(
                "/message",
                "whoever is to agree or to put it off has to be told something",
            ));
        }
        let notice = message.map(|message| WorkNotice {
            message,
            postpone_at_most: self.postpone_at_most,
            postpone_minutes: self.postpone_minutes,
            confirmation: asked(self.confirm),
        });
        Ok(WorkProfile {
            asks: WorkAsks { notice, permit: asked(self.permit) },
            patch: self.patch.filter(|patch| !patch.is_empty()),
            kind: self
                .kind
                .as_deref()
                .filter(|kind| !kind.is_empty())
                .map(|kind| word("/kind", kind))
                .transpose()?,
            work_minutes: self.work_minutes,
            undo_minutes: self.undo_minutes,
            people: self.people,
            way_back,
        })
    }
}

/// Lists how work is done, by patch and kind.
#[utoipa::path(get, path = "/work-profiles", tag = "planning",
    responses((status = 200, description = "All", body = List<ProfileView>)))]
pub async fn profiles(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<ProfileView>>, Problem> {
    let all = server.run(move |app| planning::profiles(app, &who.caller)).await?;
    Ok(Json(List::whole(all.into_iter().map(Into::into).collect())))
}

/// Writes down how work is done; the same patch and kind are replaced.
#[utoipa::path(put, path = "/work-profiles", tag = "planning", request_body = ProfileView,
    params(super::lists::WriteParams),
    responses((status = 200, description = "As it is kept", body = ProfileView)))]
pub async fn put_profile(
    State(server): State<Server>,
    who: SignedIn,
    Query(params): Query<super::lists::WriteParams>,
    Body(body): Body<ProfileView>,
) -> Result<Json<ProfileView>, Problem> {
    let new = body.wording()?;
    let reason = params.reason.unwrap_or_default();
    let kept = server.run(move |app| planning::put_profile(app, &who.caller, &new, &reason)).await?;
    Ok(Json(kept.into()))
}

/// How long a piece of work took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = WorkObservation)]
pub struct ObservationView {
    /// The patch.
    pub patch: String,
    /// The asset.
    pub asset_id: String,
    /// Its kind; `null`: nobody had said.
    pub kind: Option<String>,
    /// Its product, as written; `null`: nobody had said.
    pub product: Option<String>,
    /// From the start to the end of the verification, in minutes.
    pub work_minutes: u32,
    /// How long the undo took, when there was one.
    pub undo_minutes: Option<u32>,
    /// When it was done.
    pub at: String,
}

impl From<WorkObservation> for ObservationView {
    fn from(one: WorkObservation) -> Self {
        Self {
            patch: one.patch,
            asset_id: one.asset.to_string(),
            kind: one.kind.map(|kind| kind.word().to_owned()),
            product: said(&one.product),
            work_minutes: one.work_minutes,
            undo_minutes: one.undo_minutes,
            at: one.at.to_string(),
        }
    }
}

/// Lists what was measured, the newest first.
#[utoipa::path(get, path = "/work-observations", tag = "planning",
    responses((status = 200, description = "All", body = List<ObservationView>)))]
pub async fn observations(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<List<ObservationView>>, Problem> {
    let all = server.run(move |app| planning::observations(app, &who.caller)).await?;
    Ok(Json(List::whole(all.into_iter().map(Into::into).collect())))
}

/// A measurement.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ObservationBody {
    /// The patch.
    pub patch: String,
    /// The asset, by id or tag.
    pub asset: String,
    /// From the start to the end of the verification, in minutes.
    pub work_minutes: u32,
    /// How long the undo took, when there was one.
    pub undo_minutes: Option<u32>,
    /// When it was done; absent: now.
    pub at: Option<String>,
    /// Why, for the audit log.
    #[serde(default)]
    pub reason: String,
}

/// Writes down how long work took.
#[utoipa::path(post, path = "/work-observations", tag = "planning", request_body = ObservationBody,
    responses((status = 201, description = "As it is kept", body = ObservationView)))]
pub async fn observe(
    State(server): State<Server>,
    who: SignedIn,
    Query(NoParams {}): Query<NoParams>,
    Body(body): Body<ObservationBody>,
) -> Result<(StatusCode, Json<ObservationView>), Problem> {
    let new = NewObservation {
        patch: body.patch,
        asset: body.asset,
        work_minutes: body.work_minutes,
        undo_minutes: body.undo_minutes,
        at: body.at.as_deref().map(|at| moment_at("/at", at)).transpose()?,
    };
    let kept = server.run(move |app| planning::observe(app, &who.caller, &new, &body.reason)).await?;
    Ok((StatusCode::CREATED, Json(kept.into())))
}

/// A site's rules for plans.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PlanningRules)]
#[serde(deny_unknown_fields)]
pub struct RulesView {
    /// How many assets are the pilot of a patch.
    pub pilots: u16,
    /// The most steps of one wave.
    pub wave_steps: u16,
    /// Minutes of normal running between two waves.
    pub soak_minutes: u32,
    /// Minutes that are kept free after the undo.
    pub margin_minutes: u32,
    /// How many steps of a rollout wave may fail before everything stops.
    pub failures_allowed: u32,
    /// How often work must have been measured before its durations count.
    pub measured_at_least: u16,
    /// How long after its planned start a missed step may still begin, in minutes; absent: seven days.
    #[serde(default = "usual_catch_up")]
    pub catch_up_minutes: u32,
    /// How old the last restore test of an asset's backup may be when a step begins there, in days; absent: none is asked for.
    pub restore_test_days: Option<u32>,
    /// Assets for trying things out: ids; when written, ids or tags.
    #[schema(max_items = 1000)]
    pub test_assets: Vec<String>,
}

fn usual_catch_up() -> u32 {
    planning::usual_rules().catch_up_minutes
}

impl From<SiteRules> for RulesView {
    fn from(one: SiteRules) -> Self {
        Self {
            pilots: one.pilots,
            wave_steps: one.wave_steps,
            soak_minutes: one.soak_minutes,
            margin_minutes: one.margin_minutes,
            failures_allowed: one.failures_allowed,
            measured_at_least: one.measured_at_least,
            catch_up_minutes: one.catch_up_minutes,
            restore_test_days: one.restore_test_days,
            test_assets: one.test_assets.iter().map(AssetId::to_string).collect(),
        }
    }
}

impl From<RulesView> for NewRules {
    fn from(view: RulesView) -> Self {
        Self {
            rules: SiteRules {
                pilots: view.pilots,
                wave_steps: view.wave_steps,
                soak_minutes: view.soak_minutes,
                margin_minutes: view.margin_minutes,
                failures_allowed: view.failures_allowed,
                measured_at_least: view.measured_at_least,
                catch_up_minutes: view.catch_up_minutes,
                restore_test_days: view.restore_test_days,
                test_assets: Vec::new(),
            },
            test_assets: view.test_assets,
        }
    }
}

/// Gives a site's rules for plans; the usual ones when nobody has written any.
#[utoipa::path(get, path = "/sites/{id}/planning-rules", tag = "planning",
    params(("id" = String, Path, description = "The site, by id or name")),
    responses((status = 200, description = "The rules", body = RulesView)))]
pub async fn rules(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(NoParams {}): Query<NoParams>,
) -> Result<Json<RulesView>, Problem> {
    Ok(Json(server.run(move |app| planning::rules(app, &who.caller, &id)).await?.1.into()))
}

/// Writes a site's rules for plans.
#[utoipa::path(put, path = "/sites/{id}/planning-rules", tag = "planning", request_body = RulesView,
    params(("id" = String, Path, description = "The site, by id or name"), super::lists::WriteParams),
    responses((status = 200, description = "The rules", body = RulesView)))]
pub async fn put_rules(
    State(server): State<Server>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(params): Query<super::lists::WriteParams>,
    Body(body): Body<RulesView>,
) -> Result<Json<RulesView>, Problem> {
    let new = NewRules::from(body);
    let reason = params.reason.unwrap_or_default();
    let kept = server.run(move |app| planning::put_rules(app, &who.caller, &id, &new, &reason)).await?;
    Ok(Json(kept.1.into()))
}
