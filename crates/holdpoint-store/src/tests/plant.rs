//! The plant's statements and lists, for the tests that prepare each of them on both engines.

use crate::page::{ListSpec, ListSql};
use crate::{
    advisory, asset, baseline, calendar_address, comment, compatibility, component, control_file, decision,
    delegation, exemption, expression, feed, feed_finding, impact, mapping, matches, notice, observation,
    patch, plan, planning, policy, provider, quarantine, question, ranking, read_mark, remediation, review,
    run, site, test_record, transfer, version_key, vex, vulnerability_record, window, work_order,
};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::filter::Filter;
use holdpoint_domain::id::{AdvisoryId, RevisionId, SiteId};

/// Every fixed statement of the plant.
pub(crate) fn statements() -> Vec<(&'static str, &'static str)> {
    [statements_of_facts(), statements_of_work()].concat()
}

fn statements_of_facts() -> Vec<(&'static str, &'static str)> {
    [
        site::STATEMENTS,
        component::STATEMENTS,
        version_key::STATEMENTS,
        observation::STATEMENTS,
        asset::READ_STATEMENTS,
        asset::UNMATCHED_STATEMENTS,
        asset::WRITE_STATEMENTS,
        advisory::DELETION_STATEMENTS,
        advisory::FACT_STATEMENTS,
        advisory::FIXES_STATEMENTS,
        advisory::PRODUCT_STATEMENTS,
        advisory::REREAD_STATEMENTS,
        advisory::READ_STATEMENTS,
        advisory::VULNERABILITY_STATEMENTS,
        advisory::WRITE_STATEMENTS,
        matches::OVERLAY_STATEMENTS,
        matches::ROW_STATEMENTS,
        matches::WRITE_STATEMENTS,
        impact::STATEMENTS,
        quarantine::STATEMENTS,
        provider::STATEMENTS,
        mapping::STATEMENTS,
        feed::STATEMENTS,
        feed_finding::STATEMENTS,
        vulnerability_record::WRITE_STATEMENTS,
        vulnerability_record::READ_STATEMENTS,
        vulnerability_record::SUMMARY_STATEMENTS,
        vulnerability_record::TOUCH_STATEMENTS,
        vulnerability_record::KEV_STATEMENTS,
        vulnerability_record::EPSS_STATEMENTS,
        vex::STATEMENTS,
        patch::FILE_STATEMENTS,
        patch::READ_STATEMENTS,
        patch::WRITE_STATEMENTS,
        review::ROW_STATEMENTS,
        review::WRITE_STATEMENTS,
        review::CANDIDATE_STATEMENTS,
        comment::STATEMENTS,
        compatibility::DOCUMENT_STATEMENTS,
        compatibility::LIST_STATEMENTS,
        compatibility::MATRIX_STATEMENTS,
        compatibility::VOICE_STATEMENTS,
        compatibility::WRITE_STATEMENTS,
        policy::STATEMENTS,
        question::STATEMENTS,
        read_mark::STATEMENTS,
        run::STATEMENTS,
        remediation::LINE_STATEMENTS,
        remediation::MATCHED_STATEMENTS,
        remediation::WRITE_STATEMENTS,
        &ranking::statements(),
    ]
    .concat()
}

fn statements_of_work() -> Vec<(&'static str, &'static str)> {
    [
        baseline::STATEMENTS,
        control_file::STATEMENTS,
        decision::STATEMENTS,
        delegation::STATEMENTS,
        exemption::STATEMENTS,
        notice::STATEMENTS,
        test_record::STATEMENTS,
        window::STATEMENTS,
        calendar_address::STATEMENTS,
        work_order::STATEMENTS,
        transfer::STATEMENTS,
        transfer::WAITING_STATEMENTS,
        planning::STATEMENTS,
        crate::execution::STATEMENTS,
        crate::execution::BACKUP_STATEMENTS,
        crate::execution::CHECK_STATEMENTS,
        crate::execution::LIFT_STATEMENTS,
        crate::execution::LINE_STATEMENTS,
        crate::execution::ONE_STATEMENTS,
        crate::execution::PARTNER_STATEMENTS,
        crate::execution::LATER_STATEMENTS,
        crate::execution::DRIFT_STATEMENTS,
        crate::agent::STATEMENTS,
        crate::agent::ORDER_STATEMENTS,
        crate::agent::PAPER_STATEMENTS,
        crate::controller::STATEMENTS,
        crate::controller::GIVEN_STATEMENTS,
        plan::STATEMENTS,
        plan::LIST_STATEMENTS,
    ]
    .concat()
}

/// The lists of deployments, their steps and drifts.
fn lists_of_deployments(reach: &Reach) -> Vec<(&'static ListSpec, ListSql<'static>)> {
    use crate::execution::{self, DriftQuery, StepQuery};
    let plan = holdpoint_domain::id::PlanId::from_bytes([7; 16]);
    let deployments = Box::leak(Box::new(execution::within(reach)));
    let mut lists = vec![(&execution::SPEC, execution::spec_sql(deployments))];
    for which in [StepQuery::All, StepQuery::Of(plan), StepQuery::Worked] {
        let within = Box::leak(Box::new(execution::step_within(which, reach)));
        lists.push((&execution::STEP_SPEC, execution::step_sql(within)));
    }
    for which in [DriftQuery::All, DriftQuery::Of(plan)] {
        let within = Box::leak(Box::new(execution::drift_within(which, reach)));
        lists.push((&execution::DRIFT_SPEC, execution::drift_sql(within)));
    }
    let lines = Box::leak(Box::new(execution::line_within(reach)));
    lists.push((&execution::LINE_SPEC, execution::line_sql(lines)));
    lists
}

/// The lists of deciding, planning and doing.
fn lists_of_work(reach: &Reach) -> Vec<(&'static ListSpec, ListSql<'static>)> {
    let baselines = Box::leak(Box::new(baseline::within(reach)));
    let of_baselines = [holdpoint_domain::id::BaselineId::from_bytes([6; 16])];
    let entries = Box::leak(Box::new(baseline::entries_within(&of_baselines, Moment::OPEN, reach)));
    let decisions = Box::leak(Box::new(decision::within(reach)));
    let exemptions = Box::leak(Box::new(exemption::within(reach)));
    let of_person = notice::NoticesOf::Account("person:nobody".to_owned());
    let notices = Box::leak(Box::new(notice::within(&of_person)));
    let tests = Box::leak(Box::new(test_record::within(reach)));
    let windows = Box::leak(Box::new(window::within(reach)));
    let orders = Box::leak(Box::new(work_order::within(reach)));
    let plans = Box::leak(Box::new(plan::within(reach)));
    let agents = Box::leak(Box::new(crate::agent::within(reach)));
    let controllers = Box::leak(Box::new(crate::controller::within(reach)));
    let of_plan = || plan::rows_within(holdpoint_domain::id::PlanId::from_bytes([7; 16]));
    vec![
        (&window::SPEC, window::spec_sql(windows)),
        (&work_order::SPEC, work_order::spec_sql(orders)),
        (&transfer::SPEC, transfer::spec_sql()),
        (&plan::SPEC, plan::spec_sql(plans)),
        (&crate::agent::SPEC, crate::agent::spec_sql(agents)),
        (&crate::controller::SPEC, crate::controller::spec_sql(controllers)),
        (&plan::STEP_SPEC, plan::step_sql(of_plan())),
        (&plan::WAIT_SPEC, plan::wait_sql(of_plan())),
        (&baseline::SPEC, baseline::spec_sql(baselines)),
        (&baseline::ENTRY_SPEC, baseline::entry_sql(entries)),
        (&decision::SPEC, decision::spec_sql(decisions)),
        (&exemption::SPEC, exemption::spec_sql(exemptions)),
        (&notice::SPEC, notice::spec_sql(notices)),
        (&test_record::SPEC, test_record::spec_sql(tests)),
    ]
}

/// Every list of the plant, as somebody with a site sees it. The texts are leaked: there are a handful.
pub(crate) fn lists() -> Vec<(&'static ListSpec, ListSql<'static>)> {
    let reach = Reach::Sites(vec![SiteId::from_bytes([1; 16]), SiteId::from_bytes([2; 16])]);
    let within = Box::leak(Box::new(asset::Within::new(Moment::OPEN, &reach)));
    let lines = Box::leak(Box::new(matches::Lines::new(Moment::OPEN, &reach, &Filter::default())));
    let touched =
        Box::leak(Box::new(impact::Within::new(AdvisoryId::from_bytes([3; 16]), Moment::OPEN, &reach)));
    let expressions = Box::leak(Box::new(expression::Tables::new(Moment::OPEN, &reach)));
    let advisories = Box::leak(Box::new(advisory::tables(Moment::OPEN, &reach, "nobody")));
    let affecting = Filter::parse("affects:yes").expect("a valid filter");
    let records = Box::leak(Box::new(vulnerability_record::tables(&affecting, &reach)));
    let all =
        Box::leak(Box::new(remediation::Lines::new(remediation::Narrow::Everything, Moment::OPEN, &reach)));
    let of_asset = remediation::Narrow::Asset(holdpoint_domain::id::AssetId::from_bytes([5; 16]));
    let of_asset = Box::leak(Box::new(remediation::Lines::new(of_asset, Moment::OPEN, &reach)));
    let of_advisory = remediation::Narrow::Advisory(AdvisoryId::from_bytes([3; 16]));
    let of_advisory = remediation::Lines::new(of_advisory, Moment::OPEN, &reach);
    let pairs = Box::leak(Box::new(remediation::pair_sql(&of_advisory)));
    let findings = Box::leak(Box::new(remediation::finding_sql(all)));
    let products =
        remediation::Matched::products(Some(AdvisoryId::from_bytes([3; 16])), Moment::OPEN, &reach);
    let products = Box::leak(Box::new(products));
    let of_product = Box::leak(Box::new(remediation::Matched::advisories(7, Moment::OPEN, &reach)));
    let ranked = Box::leak(Box::new(ranking::list::condition(ranking::list::Standing::Open, &reach)));
    let news = Box::leak(Box::new(run::news_within(Moment::OPEN, &reach)));
    let mut lists = lists_of_policies(&reach);
    lists.extend(lists_of_deployments(&reach));
    lists.extend(lists_of_work(&reach));
    lists.extend([
        (&feed::SPEC, feed::spec_sql()),
        (&vulnerability_record::SPEC, vulnerability_record::spec_sql(records)),
        (&ranking::list::SPEC, ranking::list::spec_sql(ranked)),
        (&remediation::LINE_SPEC, of_asset.sql()),
        (&remediation::PAIR_SPEC, remediation::pair_list(pairs)),
        (&remediation::FINDING_SPEC, remediation::finding_list(findings)),
        (&remediation::PRODUCT_SPEC, products.products_sql()),
        (&remediation::PRODUCT_ADVISORY_SPEC, of_product.advisories_sql()),
        (&run::SPEC, run::spec_sql()),
        (&run::NEWS_SPEC, run::news_spec_sql(news)),
        (&asset::SPEC, asset::spec_sql(within)),
        (&matches::SPEC, matches::spec_sql(lines)),
        (&impact::SPEC, impact::spec_sql(touched)),
        (&expression::SPEC, expression::spec_sql(expressions)),
        (&advisory::SPEC, advisory::spec_sql(advisories)),
        (&advisory::PRODUCT_SPEC, advisory::product_spec_sql(RevisionId::from_bytes([4; 16]))),
        (&quarantine::SPEC, quarantine::spec_sql()),
        (&provider::SPEC, provider::spec_sql()),
        (&patch::SPEC, patch::spec_sql()),
        (&compatibility::SPEC, compatibility::spec_sql(Moment::OPEN)),
        (&compatibility::RELEASE_SPEC, compatibility::release_sql("TRUE")),
        (&question::SPEC, question::spec_sql()),
        (&review::SPEC, review::spec_sql(Moment::OPEN)),
    ]);
    lists
}

fn lists_of_policies(reach: &Reach) -> Vec<(&'static ListSpec, ListSql<'static>)> {
    let policies = Box::leak(Box::new(policy::within(reach, "p.site_id")));
    let reviews = Box::leak(Box::new(policy::within(reach, "r.site_id")));
    vec![(&policy::SPEC, policy::spec_sql(policies)), (&policy::REVIEW_SPEC, policy::review_sql(reviews))]
}
