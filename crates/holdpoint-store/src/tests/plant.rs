//! The plant's statements and lists, for the tests that prepare each of them on both engines.

use crate::page::{ListSpec, ListSql};
use crate::{
    advisory, asset, component, expression, feed, impact, mapping, matches, observation, provider,
    quarantine, review, site, vex, vulnerability_record,
};
use holdpoint_domain::Moment;
use holdpoint_domain::access::Reach;
use holdpoint_domain::filter::Filter;
use holdpoint_domain::id::{AdvisoryId, RevisionId, SiteId};

/// Every fixed statement of the plant.
pub(crate) fn statements() -> Vec<(&'static str, &'static str)> {
    [
        site::STATEMENTS,
        component::STATEMENTS,
        observation::STATEMENTS,
        asset::READ_STATEMENTS,
        asset::WRITE_STATEMENTS,
        advisory::PRODUCT_STATEMENTS,
        advisory::READ_STATEMENTS,
        advisory::VULNERABILITY_STATEMENTS,
        advisory::WRITE_STATEMENTS,
        matches::ROW_STATEMENTS,
        matches::WRITE_STATEMENTS,
        impact::STATEMENTS,
        quarantine::STATEMENTS,
        provider::STATEMENTS,
        mapping::STATEMENTS,
        feed::STATEMENTS,
        vulnerability_record::WRITE_STATEMENTS,
        vulnerability_record::READ_STATEMENTS,
        vulnerability_record::SUMMARY_STATEMENTS,
        vulnerability_record::TOUCH_STATEMENTS,
        vulnerability_record::KEV_STATEMENTS,
        vulnerability_record::EPSS_STATEMENTS,
        vex::STATEMENTS,
        review::ROW_STATEMENTS,
        review::WRITE_STATEMENTS,
        review::CANDIDATE_STATEMENTS,
    ]
    .concat()
}

/// Every list of the plant, as somebody with a site sees it. The texts are leaked: there are a handful.
pub(crate) fn lists() -> Vec<(&'static ListSpec, ListSql<'static>)> {
    let reach = Reach::Sites(vec![SiteId::from_bytes([1; 16]), SiteId::from_bytes([2; 16])]);
    let within = Box::leak(Box::new(asset::Within::new(Moment::OPEN, &reach)));
    let lines = Box::leak(Box::new(matches::Lines::new(Moment::OPEN, &reach, &Filter::default())));
    let touched =
        Box::leak(Box::new(impact::Within::new(AdvisoryId::from_bytes([3; 16]), Moment::OPEN, &reach)));
    let expressions = Box::leak(Box::new(expression::Tables::new(Moment::OPEN, &reach)));
    let advisories = Box::leak(Box::new(advisory::tables(Moment::OPEN, &reach)));
    let affecting = Filter::parse("affects:yes").expect("a valid filter");
    let records = Box::leak(Box::new(vulnerability_record::tables(&affecting, &reach)));
    vec![
        (&feed::SPEC, feed::spec_sql()),
        (&vulnerability_record::SPEC, vulnerability_record::spec_sql(records)),
        (&asset::SPEC, asset::spec_sql(within)),
        (&matches::SPEC, matches::spec_sql(lines)),
        (&impact::SPEC, impact::spec_sql(touched)),
        (&expression::SPEC, expression::spec_sql(expressions)),
        (&advisory::SPEC, advisory::spec_sql(advisories)),
        (&advisory::PRODUCT_SPEC, advisory::product_spec_sql(RevisionId::from_bytes([4; 16]))),
        (&quarantine::SPEC, quarantine::spec_sql()),
        (&provider::SPEC, provider::spec_sql()),
        (&review::SPEC, review::spec_sql(Moment::OPEN)),
    ]
}
