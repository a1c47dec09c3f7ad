//! What a calendar says of the time zones that it names (RFC 5545 3.6.5), from the bundled IANA database.
//!
//! The surprise: the database knows moments, and a calendar wants rules. A change of the clock that comes on the same weekday of the same
//! month in every year becomes a rule without end; what has no such order is listed by its days, thirty years ahead.

use holdpoint_domain::window::ZoneName;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// So many years ahead are looked at.
const YEARS: i16 = 30;
/// Of so many years in a row a rule is made.
const ENOUGH: usize = 5;

/// Changes of the clock of one kind.
#[derive(Debug, PartialEq, Eq)]
struct Changes {
    kind: Kind,
    /// When, on the clock that was there before; never empty.
    days: Vec<DateTime>,
}

/// What changes of the clock have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Kind {
    before: Offset,
    after: Offset,
    name: String,
    is_summer: bool,
}

/// The lines that define a zone for what begins in it at `first` or later, as it is known in a year.
pub(super) fn definition(zone: &ZoneName, first: DateTime, this_year: i16) -> Vec<String> {
    let from_year = first.year().saturating_sub(1).max(1);
    let last_year = first.year().max(this_year).saturating_add(YEARS).min(9_990);
    let mut lines = vec![
        "BEGIN:VTIMEZONE".to_owned(),
        format!("TZID:{}", zone.as_str()),
        format!("X-LIC-LOCATION:{}", zone.as_str()),
    ];
    for changes in changes(zone, from_year, last_year) {
        changes.write(last_year, &mut lines);
    }
    lines.push("END:VTIMEZONE".to_owned());
    lines
}

/// The changes of the clock of some years, in order of the first of each kind; what holds at the beginning is the first.
fn changes(zone: &ZoneName, from_year: i16, last_year: i16) -> Vec<Changes> {
    let rules = zone.rules();
    let start = jiff::civil::date(from_year, 1, 1).at(0, 0, 0, 0);
    let from = rules.to_timestamp(start).unwrap_or(Timestamp::UNIX_EPOCH);
    let info = rules.to_offset_info(from);
    let mut offset = info.offset();
    let kind = Kind {
        before: offset,
        after: offset,
        name: info.abbreviation().to_owned(),
        is_summer: info.dst().is_dst(),
    };
    let mut found = vec![Changes { kind, days: vec![start] }];
    for change in rules.following(from) {
        let day = offset.to_datetime(change.timestamp());
        if day.year() > last_year {
            break;
        }
        let kind = Kind {
            before: offset,
            after: change.offset(),
            name: change.abbreviation().to_owned(),
            is_summer: change.dst().is_dst(),
        };
        offset = change.offset();
        match found.iter_mut().skip(1).find(|one| one.kind == kind && is_alike(one.days[0], day)) {
            Some(one) => one.days.push(day),
            None => found.push(Changes { kind, days: vec![day] }),
        }
    }
    found
}

fn is_alike(one: DateTime, other: DateTime) -> bool {
    one.month() == other.month() && one.weekday() == other.weekday() && one.time() == other.time()
}

impl Changes {
    /// The weekday of the month on which they come in every year up to the last one, as a rule says it; `None`: there is no such order.
    fn by_day(&self, last_year: i16) -> Option<String> {
        let in_a_row = self.days.windows(2).all(|two| two[1].year() == two[0].year() + 1);
        let goes_on = self.days.last().is_some_and(|day| day.year() == last_year);
        if !in_a_row || !goes_on || self.days.len() < ENOUGH {
            return None;
        }
        let is_last = |day: &DateTime| day.day() + 7 > day.days_in_month();
        let place = |day: &DateTime| (day.day() - 1) / 7 + 1;
        let first = self.days.first()?;
        let number = if self.days.iter().all(is_last) {
            "-1".to_owned()
        } else if self.days.iter().all(|day| place(day) == place(first)) {
            place(first).to_string()
        } else {
            return None;
        };
        let weekday = match first.weekday() {
            jiff::civil::Weekday::Monday => "MO",
            jiff::civil::Weekday::Tuesday => "TU",
            jiff::civil::Weekday::Wednesday => "WE",
            jiff::civil::Weekday::Thursday => "TH",
            jiff::civil::Weekday::Friday => "FR",
            jiff::civil::Weekday::Saturday => "SA",
            jiff::civil::Weekday::Sunday => "SU",
        };
        Some(format!("{number}{weekday}"))
    }

    fn write(&self, last_year: i16, lines: &mut Vec<String>) {
        let kind = if self.kind.is_summer { "DAYLIGHT" } else { "STANDARD" };
        lines.push(format!("BEGIN:{kind}"));
        lines.push(format!("DTSTART:{}", local(self.days[0])));
        lines.push(format!("TZOFFSETFROM:{}", offset_text(self.kind.before)));
        lines.push(format!("TZOFFSETTO:{}", offset_text(self.kind.after)));
        lines.push(format!("TZNAME:{}", self.kind.name));
        match self.by_day(last_year) {
            Some(day) => {
                lines.push(format!("RRULE:FREQ=YEARLY;BYMONTH={};BYDAY={day}", self.days[0].month()));
            }
            None => lines.extend(self.days[1..].iter().map(|day| format!("RDATE:{}", local(*day)))),
        }
        lines.push(format!("END:{kind}"));
    }
}

fn local(at: DateTime) -> String {
    at.strftime("%Y%m%dT%H%M%S").to_string()
}

/// `+0100`, `-0330`; with seconds where a zone once had them.
fn offset_text(offset: Offset) -> String {
    let seconds = offset.seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    let seconds = seconds.unsigned_abs();
    let (hours, minutes, rest) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if rest == 0 {
        format!("{sign}{hours:02}{minutes:02}")
    } else {
        format!("{sign}{hours:02}{minutes:02}{rest:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn defined(zone: &str, first: DateTime) -> String {
        definition(&zone.parse().expect("a zone"), first, 2026).join("\n")
    }

    fn start() -> DateTime {
        jiff::civil::date(2026, 3, 7).at(22, 0, 0, 0)
    }

    #[test]
    fn a_clock_that_changes_by_rule_is_defined_without_end() {
        assert_eq!(
            defined("Europe/Berlin", start()),
            "BEGIN:VTIMEZONE\nTZID:Europe/Berlin\nX-LIC-LOCATION:Europe/Berlin\n\
             BEGIN:STANDARD\nDTSTART:20250101T000000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0100\nTZNAME:CET\nEND:STANDARD\n\
             BEGIN:DAYLIGHT\nDTSTART:20250330T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nTZNAME:CEST\n\
             RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\nEND:DAYLIGHT\n\
             BEGIN:STANDARD\nDTSTART:20251026T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nTZNAME:CET\n\
             RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\nEND:STANDARD\nEND:VTIMEZONE"
        );
        let new_york = defined("America/New_York", start());
        assert!(new_york.contains("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\n"), "{new_york}");
        assert!(new_york.contains("TZOFFSETFROM:-0400\nTZOFFSETTO:-0500\nTZNAME:EST\n"), "{new_york}");
        // What begins long ago knows the rules of that time, and goes on with those of today.
        let old = defined("Europe/Berlin", jiff::civil::date(1990, 1, 1).at(0, 0, 0, 0));
        assert!(old.contains("RDATE:19950924T030000\n"), "{old}");
        assert!(
            old.contains("DTSTART:19961027T030000\n") && old.contains("BYMONTH=10;BYDAY=-1SU\n"),
            "{old}"
        );
    }

    #[test]
    fn a_clock_without_changes_has_one_entry_and_one_without_order_lists_its_days() {
        let fixed = defined("Asia/Kolkata", start());
        assert_eq!(fixed.matches("BEGIN:STANDARD").count(), 1, "{fixed}");
        assert!(fixed.contains("TZOFFSETTO:+0530") && !fixed.contains("RRULE"), "{fixed}");
        let by_moon = defined("Africa/Casablanca", start());
        assert!(by_moon.contains("RDATE:") && !by_moon.contains("RRULE"), "{by_moon}");
    }

    #[test]
    fn every_change_of_the_clock_is_in_the_definition_once_and_each_rule_says_its_days() {
        let last_year = 2056;
        for name in
            ["Europe/Berlin", "America/Sao_Paulo", "Africa/Casablanca", "Australia/Lord_Howe", "Asia/Gaza"]
        {
            let zone: ZoneName = name.parse().expect("a zone");
            let rules = zone.rules();
            let moment =
                |year| rules.to_timestamp(jiff::civil::date(year, 1, 1).at(0, 0, 0, 0)).expect("a moment");
            let end = moment(last_year + 1);
            let known = rules.following(moment(1985)).take_while(|one| one.timestamp() < end).count();
            let all = changes(&zone, 1985, last_year);
            assert_eq!(all.iter().skip(1).map(|one| one.days.len()).sum::<usize>(), known, "{name}");
            for one in &all[1..] {
                let Some(rule) = one.by_day(last_year) else { continue };
                let number: i8 = rule[..rule.len() - 2].parse().expect("a number");
                for day in &one.days {
                    let meant = day.date().nth_weekday_of_month(number, day.weekday());
                    assert_eq!(meant.expect("a day"), day.date(), "{name} {rule}");
                }
            }
        }
    }
}
