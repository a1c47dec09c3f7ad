//! Our rules against the crate `rrule`, in UTC, where no clock changes: thousands of rules from a generator.

use super::{all, period, schedule};
use holdpoint_domain::window::Length;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// The starts that the other implementation gives, as RFC 3339 texts; `None` when it refuses the rule.
fn oracle(first: &str, rule: &str) -> Option<Vec<String>> {
    let compact: String = first.chars().filter(|letter| !matches!(letter, '-' | ':')).collect();
    let set: rrule::RRuleSet = format!("DTSTART:{compact}Z\nRRULE:{rule}").parse().ok()?;
    let found = set.all(60);
    // Its last steps are open when it gave up searching.
    Some(found.dates.iter().map(|date| date.format("%Y-%m-%dT%H:%M:%SZ").to_string()).collect())
}

fn rule() -> impl Strategy<Value = String> {
    let days = select(vec!["MO", "SA,SU", "TU,TH", "1MO", "-1FR", "2TU,4TU", "5SU", "WE", ""]);
    let month_days = select(vec!["", "", "1", "15,-1", "31", "13", "-31", "29,30"]);
    let months = select(vec!["", "", "2", "3,9", "1,4,7,10", "12"]);
    let positions = select(vec!["", "", "", "1", "-1", "2,-2"]);
    let week = select(vec!["", "", "WKST=SU", "WKST=MO"]);
    (
        select(vec!["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
        1..5_u8,
        days,
        month_days,
        months,
        positions,
        week,
        1..15_u8,
    )
        .prop_map(|(frequency, interval, days, month_days, months, positions, week, count)| {
            let mut text = format!("FREQ={frequency};COUNT={count};INTERVAL={interval}");
            // The other implementation cuts the first week at the first day before it takes a position.
            let positions = if frequency == "WEEKLY" { "" } else { positions };
            for (name, value) in
                [("BYDAY", days), ("BYMONTHDAY", month_days), ("BYMONTH", months), ("BYSETPOS", positions)]
            {
                if !value.is_empty() {
                    text.push_str(&format!(";{name}={value}"));
                }
            }
            if !week.is_empty() {
                text.push(';');
                text.push_str(week);
            }
            text
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rules_give_the_days_that_another_implementation_gives(
        rule in rule(),
        first in select(vec![
            "2024-02-29T22:00:00", "2026-01-01T00:00:00", "2026-01-31T06:30:00", "2026-11-20T22:00:00", "2027-12-31T23:59:00",
        ]),
    ) {
        let zone = "UTC".parse::<holdpoint_domain::window::ZoneName>().expect("UTC");
        // What we refuse (a weekly rule that counts weekdays of the month) is not compared.
        prop_assume!(holdpoint_domain::recurrence::Recurrence::read(&rule, &zone.rules()).is_ok());
        let Some(theirs) = oracle(first, &rule) else { return Ok(()) };
        let ours = schedule("UTC", first, Length::Exact { minutes: 1 }, Some(&rule));
        let ours: Vec<String> = all(&ours, period("2020-01-01T00:00:00Z", "2090-01-01T00:00:00Z"))
            .iter().map(|item| item.period.from().to_string()).collect();
        let theirs: Vec<String> = theirs.into_iter().filter(|start| start.as_str() < "2090").collect();
        prop_assert_eq!(ours, theirs, "{} from {}", rule, first);
    }

    #[test]
    fn looking_from_later_on_gives_the_same_starts(
        parts in subsequence(vec!["BYDAY=SA,SU", "BYMONTH=1,4,7,10", "INTERVAL=3"], 0..=3),
        frequency in select(vec!["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
        year in 2026..2045_i32,
    ) {
        let mut rule = format!("FREQ={frequency}");
        for part in parts {
            rule.push(';');
            rule.push_str(part);
        }
        let ours = schedule("Europe/Berlin", "2026-01-31T22:00:00", Length::Wall { minutes: 480 }, Some(&rule));
        let from = format!("{year}-06-01T00:00:00Z");
        let to = format!("{}-06-01T00:00:00Z", year + 2);
        let near = all(&ours, period(&from, &to));
        let whole = all(&ours, period("2026-01-01T00:00:00Z", &to));
        let later: Vec<_> = whole.into_iter().filter(|item| item.period.touches(period(&from, &to))).collect();
        prop_assert_eq!(near, later);
    }
}
