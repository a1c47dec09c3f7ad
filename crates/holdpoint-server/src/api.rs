//! The endpoints under `/api/v1`, one file for every noun. Each reads its request, calls one use case, and gives
//! a view of the answer; there is no rule of the domain and no SQL here.
//!
//! Who may call what is not said here but in `access`, in one table.

mod advisories;
pub mod advisory_actions;
pub mod advisory_views;
pub mod agent_views;
pub mod agents;
pub mod approval;
pub mod approval_views;
mod asset_import;
pub mod asset_lines;
pub mod asset_views;
mod assets;
pub mod audit;
pub mod baseline_standing;
pub mod baselines;
pub mod calendars;
pub mod card_views;
pub mod change_records;
pub mod checks;
pub mod comments;
pub mod control_files;
pub mod controller_views;
pub mod controllers;
pub mod decisions;
pub mod deployment_views;
pub mod deployments;
pub mod drift;
pub mod exemption_views;
pub mod exemptions;
pub mod expressions;
pub mod feeds;
pub mod finding_views;
pub mod findings;
pub mod gate_views;
pub mod impact_views;
pub mod import_views;
pub mod lists;
pub mod lowerings;
pub mod mappings;
pub mod match_views;
mod matches;
pub mod notices;
pub mod openapi;
pub mod patch_catalogue;
pub mod patch_files;
pub mod patch_own;
pub mod patch_views;
mod patches;
pub mod people_views;
pub mod plan_views;
pub mod planning;
pub mod plans;
pub mod policies;
pub mod policy_views;
pub mod pressing_views;
pub mod providers;
pub mod quarantine;
pub mod questions;
pub mod remediation_views;
pub mod remediations;
pub mod restore_tests;
pub mod review;
pub mod review_views;
pub mod rules;
pub mod runs;
mod session;
mod setup;
pub mod sites;
pub mod speakers;
pub mod stake_views;
pub mod statement_views;
pub mod statements;
pub mod status;
pub mod test_record_views;
pub mod test_records;
mod text;
pub mod threat_views;
mod tokens;
pub mod touch_views;
pub mod transfers;
pub mod triage;
pub mod triage_views;
pub mod unmatched;
pub mod users;
pub mod vex_authors;
mod vulnerabilities;
pub mod vulnerability_views;
pub mod window_views;
pub mod windows;
pub mod work_order_views;
pub mod work_orders;

use axum::extract::DefaultBodyLimit;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::config::{MAX_BODY_BYTES, MAX_UPLOAD_BYTES};
use crate::server::Server;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Holdpoint",
        description = "Patch management for plants that cannot stop. The web front and the command line use this API and nothing else."
    ),
    tags(
        (name = "plant", description = "The whole, its sites and zones"),
        (name = "advisories", description = "What publishers say"),
        (name = "sources", description = "Where advisories come from"),
        (name = "assets", description = "What can be patched"),
        (name = "matches", description = "Which advisory touches which asset, and why"),
        (name = "ranking", description = "What is to be done first, until when, and why"),
        (name = "vulnerabilities", description = "What feeds say of vulnerabilities, side by side"),
        (name = "review", description = "Questions that matching cannot decide, and people's rules on names"),
        (name = "patches", description = "What can be installed, what it replaces, and where it is missing"),
        (name = "notices", description = "What people are told because something changed by itself"),
        (name = "approval", description = "Baselines, decisions and their signatures, tests, exemptions"),
        (name = "planning", description = "Windows and freezes, the ground of planning, change plans"),
        (name = "deployments", description = "Plans while they are carried out, what was verified, how hosts are reached"),
        (name = "devices", description = "Agents on devices: enrolment, signed papers"),
        (name = "policies", description = "The written rules: what holds, what would change, who published it"),
        (name = "transfer", description = "What crosses the air gap, and how old it is"),
        (name = "people", description = "Accounts, sessions, tokens"),
        (name = "audit", description = "Who did what, when, and why"),
        (name = "about", description = "The API itself")
    )
)]
struct Description;

/// All endpoints with their descriptions.
pub fn router() -> OpenApiRouter<Server> {
    let ordinary = OpenApiRouter::new()
        .merge(people())
        .merge(plant())
        .merge(sources())
        .merge(questions())
        .merge(asset_matching())
        .merge(ranking())
        .merge(approving())
        .merge(testing())
        .merge(planning())
        .merge(ruling())
        .merge(deploying())
        .merge(devices())
        .routes(routes!(audit::list))
        .routes(routes!(audit::one))
        .routes(routes!(audit::verify))
        .routes(routes!(audit::export))
        .routes(routes!(openapi::document))
        .routes(routes!(openapi::problems))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES));
    let uploads = OpenApiRouter::new()
        .routes(routes!(advisories::import))
        .routes(routes!(asset_import::import))
        .routes(routes!(feeds::import))
        .routes(routes!(statements::import))
        .routes(routes!(patch_files::add))
        .routes(routes!(rules::import))
        .routes(routes!(test_records::attach))
        .routes(routes!(control_files::put))
        .routes(routes!(calendars::import))
        .routes(routes!(work_orders::attach))
        .routes(routes!(work_orders::import))
        .layer(DefaultBodyLimit::max(MAX_UPLOAD_BYTES));
    OpenApiRouter::with_openapi(Description::openapi()).nest("/api/v1", ordinary.merge(uploads))
}

fn people() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(setup::state, setup::make))
        .routes(routes!(session::begin, session::current, session::end))
        .routes(routes!(session::list))
        .routes(routes!(session::revoke))
        .routes(routes!(users::list, users::create))
        .routes(routes!(users::patch))
        .routes(routes!(users::set_grants))
        .routes(routes!(users::set_password))
        .routes(routes!(tokens::list, tokens::create))
        .routes(routes!(tokens::revoke))
}

fn plant() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(status::show))
        .routes(routes!(sites::list))
        .routes(routes!(assets::list))
        .routes(routes!(unmatched::list))
        .routes(routes!(unmatched::counts))
        .routes(routes!(assets::one, assets::patch))
        .routes(routes!(assets::revisions))
        .routes(routes!(mappings::list, mappings::put))
        .routes(routes!(mappings::remove))
        .routes(routes!(matches::list))
        .routes(routes!(matches::explanation))
        .routes(routes!(patches::list, patch_own::add))
        .routes(routes!(patches::one))
        .routes(routes!(patches::of_asset))
        .routes(routes!(patches::of_vulnerability))
        .routes(routes!(patch_catalogue::fewest))
        .routes(routes!(patch_catalogue::gather))
        .routes(routes!(patch_catalogue::read_repository))
        .routes(routes!(patch_files::list))
        .routes(routes!(patch_files::bytes))
        .routes(routes!(statements::matrix))
        .routes(routes!(statements::list, statements::enter))
        .routes(routes!(statements::one))
        .routes(routes!(statements::confirm))
        .routes(routes!(statements::words))
        .routes(routes!(speakers::list, speakers::create, speakers::remove))
        .routes(routes!(statements::explain))
        .routes(routes!(statements::lag))
        .routes(routes!(statements::documents))
        .routes(routes!(statements::list_mappings, statements::put_mapping))
        .routes(routes!(questions::list, questions::ask))
        .routes(routes!(questions::one))
        .routes(routes!(questions::note))
        .routes(routes!(questions::answer))
        .routes(routes!(questions::suppliers))
}

fn sources() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(advisories::list))
        .routes(routes!(advisories::one, advisory_actions::delete))
        .routes(routes!(advisories::products))
        .routes(routes!(advisories::revisions))
        .routes(routes!(advisories::raw))
        .routes(routes!(advisories::impact))
        .routes(routes!(expressions::list))
        .routes(routes!(quarantine::list))
        .routes(routes!(quarantine::release))
        .routes(routes!(providers::list, providers::create))
        .routes(routes!(providers::patch, providers::remove))
        .routes(routes!(providers::check))
        .routes(routes!(providers::checks))
        .routes(routes!(feeds::list, feeds::create))
        .routes(routes!(feeds::patch, feeds::remove))
        .routes(routes!(feeds::check))
        .routes(routes!(feeds::checks))
        .routes(routes!(feeds::contents))
        .routes(routes!(vex_authors::list, vex_authors::create))
        .routes(routes!(vex_authors::remove))
        .routes(routes!(vulnerabilities::list))
        .routes(routes!(vulnerabilities::one))
        .routes(routes!(vulnerabilities::assets))
        .routes(routes!(vulnerabilities::of_asset))
        .routes(routes!(vulnerabilities::explanation))
}

fn questions() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(review::list))
        .routes(routes!(review::one))
        .routes(routes!(review::confirm))
        .routes(routes!(review::reject))
        .routes(routes!(review::decide_many))
        .routes(routes!(review::show_policy, review::set_policy))
        .routes(routes!(rules::list, rules::create))
        .routes(routes!(rules::one))
        .routes(routes!(rules::withdraw))
        .routes(routes!(rules::agree))
        .routes(routes!(rules::decline))
        .routes(routes!(rules::replay))
        .routes(routes!(rules::export))
}

/// The CSAF management and asset matching system.
fn ranking() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(findings::list))
        .routes(routes!(findings::one))
        .routes(routes!(findings::priority))
        .routes(routes!(findings::say))
        .routes(routes!(findings::confirm))
        .routes(routes!(findings::end))
        .routes(routes!(findings::keep))
        .routes(routes!(triage::preview))
        .routes(routes!(triage::decide))
        .routes(routes!(triage::undo))
        .routes(routes!(findings::clocks))
        .routes(routes!(findings::functions, findings::put_function))
        .routes(routes!(findings::one_function, findings::remove_function))
        .routes(routes!(findings::zones))
        .routes(routes!(findings::put_zone))
        .routes(routes!(lowerings::list))
        .routes(routes!(lowerings::agree))
        .routes(routes!(lowerings::agree_to_all))
        .routes(routes!(lowerings::refuse))
        .routes(routes!(lowerings::put_exposure))
}

fn asset_matching() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(advisory_actions::fetch))
        .routes(routes!(advisory_actions::deleted))
        .routes(routes!(advisory_actions::restore))
        .routes(routes!(advisory_actions::mark))
        .routes(routes!(advisory_actions::difference))
        .routes(routes!(comments::list, comments::add))
        .routes(routes!(comments::versions, comments::edit, comments::withdraw))
        .routes(routes!(remediations::lines))
        .routes(routes!(remediations::history))
        .routes(routes!(remediations::preview))
        .routes(routes!(remediations::set))
        .routes(routes!(remediations::findings))
        .routes(routes!(remediations::assets_of))
        .routes(routes!(remediations::advisories_of))
        .routes(routes!(remediations::products_of))
        .routes(routes!(remediations::products))
        .routes(routes!(remediations::product_advisories))
        .routes(routes!(remediations::statistics))
        .routes(routes!(runs::list, runs::start))
        .routes(routes!(runs::one))
        .routes(routes!(runs::news))
}

fn approving() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(baselines::list, baselines::create))
        .routes(routes!(baselines::one))
        .routes(routes!(baselines::put_in_force))
        .routes(routes!(baselines::entries))
        .routes(routes!(baselines::all_entries))
        .routes(routes!(baselines::resolved, baselines::act))
        .routes(routes!(baselines::history))
        .routes(routes!(baselines::assets))
        .routes(routes!(baselines::deviations))
        .routes(routes!(baselines::of_asset))
        .routes(routes!(baseline_standing::standing))
        .routes(routes!(baseline_standing::needed))
        .routes(routes!(baseline_standing::csv))
        .routes(routes!(decisions::waits))
        .routes(routes!(decisions::list))
        .routes(routes!(decisions::one))
        .routes(routes!(decisions::ask))
        .routes(routes!(decisions::standard))
        .routes(routes!(decisions::reject))
        .routes(routes!(decisions::sign))
        .routes(routes!(decisions::answer))
        .routes(routes!(approval::show))
        .routes(routes!(approval::delegated, approval::delegate))
        .routes(routes!(approval::revoke))
        .routes(routes!(notices::list))
        .routes(routes!(notices::read))
}

fn devices() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(agents::list))
        .routes(routes!(agents::enrol))
        .routes(routes!(agents::revoke))
        .routes(routes!(agents::papers, agents::put_paper))
        .routes(routes!(agents::make_root))
        .routes(routes!(agents::make_image))
        .routes(routes!(controllers::list))
        .routes(routes!(controllers::accept))
        .routes(routes!(controllers::refuse))
}

fn ruling() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(policies::list, policies::propose))
        .routes(routes!(policies::holding))
        .routes(routes!(policies::one))
        .routes(routes!(policies::publish))
        .routes(routes!(policies::reject))
        .routes(routes!(policies::diff))
        .routes(routes!(policies::revisions))
        .routes(routes!(policies::check))
        .routes(routes!(policies::try_out))
        .routes(routes!(policies::export))
        .routes(routes!(policies::import))
        .routes(routes!(policies::rounds))
        .routes(routes!(policies::review_list))
        .routes(routes!(policies::review_close))
}

fn testing() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(test_records::environments, test_records::add_environment))
        .routes(routes!(test_records::plans, test_records::put_plan))
        .routes(routes!(test_records::list, test_records::begin))
        .routes(routes!(test_records::one))
        .routes(routes!(test_records::record))
        .routes(routes!(test_records::abort))
        .routes(routes!(test_records::file))
        .routes(routes!(exemptions::controls))
        .routes(routes!(exemptions::list, exemptions::propose))
        .routes(routes!(exemptions::one))
        .routes(routes!(exemptions::verify))
        .routes(routes!(exemptions::close))
        .routes(routes!(exemptions::lower))
        .routes(routes!(exemptions::ask_again))
        .routes(routes!(exemptions::compare))
        .routes(routes!(control_files::bytes))
}

fn deploying() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(deployments::list))
        .routes(routes!(deployments::one))
        .routes(routes!(deployments::steps))
        .routes(routes!(deployments::step))
        .routes(routes!(deployments::say))
        .routes(routes!(deployments::begin))
        .routes(routes!(deployments::pause))
        .routes(routes!(deployments::resume))
        .routes(routes!(deployments::end))
        .routes(routes!(deployments::ask_lift))
        .routes(routes!(deployments::agree_lift))
        .routes(routes!(deployments::refuse_lift))
        .routes(routes!(deployments::all_steps))
        .routes(routes!(deployments::verifications))
        .routes(routes!(checks::list, checks::add))
        .routes(routes!(checks::remove))
        .routes(routes!(drift::list))
        .routes(routes!(drift::settle))
        .routes(routes!(drift::look))
        .routes(routes!(asset_lines::show, asset_lines::put, asset_lines::forget))
        .routes(routes!(asset_lines::list))
        .routes(routes!(asset_lines::show_key))
        .routes(routes!(asset_lines::login_key))
}

fn planning() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(windows::list, windows::create))
        .routes(routes!(windows::find_slot))
        .routes(routes!(windows::one, windows::edit))
        .routes(routes!(windows::end))
        .routes(routes!(windows::occurrences))
        .routes(routes!(windows::calendar))
        .routes(routes!(transfers::list))
        .routes(routes!(transfers::age))
        .routes(routes!(transfers::approvals))
        .routes(routes!(transfers::kept))
        .routes(routes!(transfers::kept_file))
        .routes(routes!(transfers::waiting))
        .routes(routes!(transfers::place))
        .routes(routes!(transfers::overrides))
        .routes(routes!(transfers::ask))
        .routes(routes!(transfers::agree))
        .routes(routes!(transfers::decline))
        .routes(routes!(work_orders::list, work_orders::issue))
        .routes(routes!(work_orders::tell))
        .routes(routes!(work_orders::bundle))
        .routes(routes!(work_orders::one))
        .routes(routes!(work_orders::begin))
        .routes(routes!(work_orders::observe))
        .routes(routes!(work_orders::void))
        .routes(routes!(work_orders::file))
        .routes(routes!(calendars::publish))
        .routes(routes!(calendars::list, calendars::create))
        .routes(routes!(calendars::revoke))
        .routes(routes!(planning::groups, planning::put_group))
        .routes(routes!(planning::profiles, planning::put_profile))
        .routes(routes!(planning::observations, planning::observe))
        .routes(routes!(planning::rules, planning::put_rules))
        .routes(routes!(restore_tests::list, restore_tests::put))
        .routes(routes!(plans::list))
        .routes(routes!(plans::propose))
        .routes(routes!(plans::again))
        .routes(routes!(plans::one))
        .routes(routes!(plans::steps))
        .routes(routes!(plans::waits))
        .routes(routes!(plans::check))
        .routes(routes!(plans::text))
        .routes(routes!(change_records::show))
        .routes(routes!(change_records::export))
        .routes(routes!(change_records::take))
        .routes(routes!(plans::submit))
        .routes(routes!(plans::release))
        .routes(routes!(plans::reject))
        .routes(routes!(plans::withdraw))
}
