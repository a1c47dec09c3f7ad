//! Revisions that an older program wrote as JSON: the rules of ranking, and the rules of approving as one setting.
//!
//! They stay as they were written; only reading them is here.

use holdpoint_domain::policy::{Fault, PolicyKind, Value, Values, check};
use serde_json::Value as Json;

/// The values of a text in one of the older forms. What it does not say is what the program brings along.
pub(super) fn read(kind: PolicyKind, format: &str, body: &str) -> Result<Values, String> {
    let json: Json = serde_json::from_str(body).map_err(|why| why.to_string())?;
    let places: &[(&str, &str)] = match (format, kind) {
        ("ranking-json", PolicyKind::PrioritiesAndDeadlines) => RANKING,
        ("approval-json", PolicyKind::ApprovalRules) => APPROVAL,
        ("approval-json", PolicyKind::Emergency) => EMERGENCY,
        ("approval-json", PolicyKind::Exemptions) => EXEMPTIONS,
        _ => return Err(format!("`{format}` is no form that a policy was ever written in")),
    };
    let mut values = Values::brought(kind);
    for (pointer, key) in places {
        let Some(found) = json.pointer(pointer).and_then(plain) else { continue };
        values = values.with(key, found).map_err(|why: Fault| why.to_string())?;
    }
    check(&values).map_err(|why| why.to_string())?;
    Ok(values)
}

fn plain(value: &Json) -> Option<Value> {
    match value {
        Json::Number(number) => number.as_i64().map(Value::Count),
        Json::Bool(on) => Some(Value::Switch(*on)),
        Json::String(text) => Some(Value::Text(text.clone())),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}

const RANKING: &[(&str, &str)] = &[
    ("/human_impact", "human_impact"),
    ("/unknown_inputs", "unknown_inputs"),
    ("/outcomes/immediate/lane", "outcomes.immediate.lane"),
    ("/outcomes/immediate/days", "outcomes.immediate.days"),
    ("/outcomes/out_of_cycle/lane", "outcomes.out_of_cycle.lane"),
    ("/outcomes/out_of_cycle/days", "outcomes.out_of_cycle.days"),
    ("/outcomes/scheduled/lane", "outcomes.scheduled.lane"),
    ("/outcomes/scheduled/days", "outcomes.scheduled.days"),
    ("/outcomes/defer/lane", "outcomes.defer.lane"),
    ("/outcomes/defer/days", "outcomes.defer.days"),
    ("/clocks/kev", "clocks.kev"),
    ("/clocks/bod_26_04", "clocks.bod_26_04"),
    ("/clocks/cip_007", "clocks.cip_007"),
    ("/clocks/nis2_days", "clocks.nis2_days"),
];

const APPROVAL: &[(&str, &str)] = &[
    ("/low/0", "low.signatures"),
    ("/low/1", "low.evidence"),
    ("/normal/0", "normal.signatures"),
    ("/normal/1", "normal.evidence"),
    ("/high/0", "high.signatures"),
    ("/high/1", "high.evidence"),
    ("/critical/0", "critical.signatures"),
    ("/critical/1", "critical.evidence"),
    ("/override_most_days", "override_most_days"),
    ("/delegation_most_days", "delegation_most_days"),
    ("/test_most_days", "test_most_days"),
];

const EMERGENCY: &[(&str, &str)] =
    &[("/emergency_signatures", "signatures"), ("/emergency_review_days", "review_within_days")];

const EXEMPTIONS: &[(&str, &str)] =
    &[("/exemption_most_days", "most_days"), ("/control_verify_days", "control_verify_days")];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_older_program_wrote_is_read_and_nonsense_is_not() {
        let ranking = r#"{"human_impact":"conservative","unknown_inputs":"worst","outcomes":{
            "immediate":{"lane":"now","days":2},"out_of_cycle":{"lane":"now","days":3},
            "scheduled":{"lane":"next-outage","days":90},"defer":{"lane":"accept","days":365}},
            "clocks":{"kev":true,"bod_26_04":true,"cip_007":false,"nis2_days":null}}"#;
        let values = read(PolicyKind::PrioritiesAndDeadlines, "ranking-json", ranking).expect("it is read");
        assert_eq!(
            (values.text("human_impact"), values.count("outcomes.scheduled.days")),
            ("conservative", 90)
        );
        assert_eq!((values.switch("clocks.bod_26_04"), values.count("clocks.nis2_days")), (true, 0));
        let approval =
            r#"{"low":[2,"test"],"normal":[2,"test"],"emergency_signatures":2,"exemption_most_days":30}"#;
        let of = |kind| read(kind, "approval-json", approval).expect("it is read");
        assert_eq!(of(PolicyKind::ApprovalRules).count("low.signatures"), 2);
        assert_eq!(of(PolicyKind::ApprovalRules).count("test_most_days"), 365);
        assert_eq!(of(PolicyKind::Emergency).count("signatures"), 2);
        assert_eq!(of(PolicyKind::Exemptions).count("most_days"), 30);
        assert!(read(PolicyKind::Roles, "approval-json", approval).is_err());
        assert!(read(PolicyKind::Exemptions, "approval-json", "{").is_err());
        assert!(read(PolicyKind::Exemptions, "approval-json", r#"{"exemption_most_days":9999}"#).is_err());
    }
}
