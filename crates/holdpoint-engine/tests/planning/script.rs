//! Scripts of stories: one fact a line, in words, into the facts of the planner.
//!
//! ```text
//! now 2026-11-20T08:00:00Z until 2027-02-01T00:00:00Z zone Europe/Berlin
//! rules pilots 1 wave 10 soak 1440 margin 30
//! window W1 maintenance line2 2026-11-21T22:00:00 for 480 rule FREQ=WEEKLY people 2 steps 2
//! freeze Xmas everywhere 2026-12-20T00:00:00 for 20160
//! group pumps may-lose 1 out PLC-9
//! asset PLC-1 zone line2 group pumps matters major
//! work 1 FW-3.1.4 on PLC-1 weight 50 takes 40 undo 30 people 1 needs 2 proven
//! booked W1 2026-11-21T21:00:00Z 2026-11-21T23:00:00Z people 1
//! ```

use holdpoint_domain::Moment;
use holdpoint_domain::id::{AssetId, SiteId, WindowId, ZoneId};
use holdpoint_domain::plan::{Estimate, EstimateSource, WayBack};
use holdpoint_domain::recurrence::Recurrence;
use holdpoint_domain::window::{Capacity, Length, Schedule, Window, WindowKind, WindowReach, ZoneName};
use holdpoint_engine::calendar::{Booking, Period};
use holdpoint_engine::planning::{
    AssetFacts, AssetRole, Door, Facts, GroupFacts, Missing, PlanningRules, Proof, Work,
};
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU16;

pub struct Story {
    pub facts: Facts,
    pub zone: ZoneName,
}

struct Reader {
    story: Story,
    zones: BTreeMap<String, ZoneId>,
    assets: BTreeMap<String, AssetId>,
    windows: BTreeMap<String, WindowId>,
}

/// Reads a script; panics with the line that it does not understand, for a story is part of a test.
pub fn read(text: &str) -> Story {
    let utc: ZoneName = "UTC".parse().expect("UTC");
    let facts = Facts {
        site: SiteId::from_bytes([9; 16]),
        now: Moment::default(),
        until: Moment::default(),
        assets: Vec::new(),
        groups: Vec::new(),
        windows: Vec::new(),
        booked: Vec::new(),
        busy: Vec::new(),
        work: Vec::new(),
        rules: PlanningRules::default(),
    };
    let mut reader = Reader {
        story: Story { facts, zone: utc },
        zones: BTreeMap::new(),
        assets: BTreeMap::new(),
        windows: BTreeMap::new(),
    };
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        reader.line(line);
    }
    reader.story
}

/// The words of a line as pairs `name value`, with single words as `name` alone.
struct Words<'a> {
    line: &'a str,
    words: Vec<&'a str>,
}

impl<'a> Words<'a> {
    fn at(&self, place: usize) -> &'a str {
        self.words.get(place).copied().unwrap_or_else(|| panic!("word {place} is missing in `{}`", self.line))
    }

    fn after(&self, name: &str) -> Option<&'a str> {
        let place = self.words.iter().position(|word| *word == name)?;
        Some(self.at(place + 1))
    }

    fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.after(name).map(|word| word.parse().unwrap_or_else(|_| panic!("`{word}` in `{}`", self.line)))
    }

    fn has(&self, name: &str) -> bool {
        self.words.contains(&name)
    }
}

fn moment(text: &str) -> Moment {
    text.parse().unwrap_or_else(|_| panic!("`{text}` is no moment"))
}

impl Reader {
    fn line(&mut self, line: &str) {
        let words = Words { line, words: line.split_whitespace().collect() };
        match words.at(0) {
            "now" => {
                self.story.facts.now = moment(words.at(1));
                self.story.facts.until = moment(words.after("until").expect("until"));
                self.story.zone = words.after("zone").expect("zone").parse().expect("a zone");
            }
            "rules" => self.rules(&words),
            "window" => self.window(&words, words.at(2).parse().expect("a kind"), 3),
            "freeze" => self.window(&words, WindowKind::Freeze, 2),
            "group" => self.group(&words),
            "asset" => self.asset(&words),
            "work" => self.work(&words),
            "booked" => {
                let window = self.windows[words.at(1)];
                let period = Period::new(moment(words.at(2)), moment(words.at(3))).expect("a period");
                self.story.facts.booked.push(Booking {
                    window,
                    period,
                    people: words.number("people").unwrap_or(1),
                });
            }
            "busy" => {
                let asset = self.asset_id(words.at(1));
                let period = Period::new(moment(words.at(2)), moment(words.at(3))).expect("a period");
                self.story.facts.busy.push((asset, period));
            }
            other => panic!("`{other}` begins no line of a story"),
        }
    }

    fn rules(&mut self, words: &Words<'_>) {
        let rules = &mut self.story.facts.rules;
        rules.pilots = words.number("pilots").unwrap_or(rules.pilots);
        rules.wave_steps = words.number("wave").unwrap_or(rules.wave_steps);
        rules.soak_minutes = words.number("soak").unwrap_or(rules.soak_minutes);
        rules.margin_minutes = words.number("margin").unwrap_or(rules.margin_minutes);
        rules.failures_allowed = words.number("failures").unwrap_or(rules.failures_allowed);
    }

    fn window(&mut self, words: &Words<'_>, kind: WindowKind, place: usize) {
        let bytes = u8::try_from(self.windows.len() + 1).expect("a story has few windows");
        let id = WindowId::from_bytes([bytes; 16]);
        self.windows.insert(words.at(1).to_owned(), id);
        let reach = match words.at(place) {
            "everywhere" => WindowReach::Everywhere,
            "site" => WindowReach::Site(self.story.facts.site),
            asset if asset.starts_with('@') => WindowReach::Asset(self.asset_id(&asset[1..])),
            zone => WindowReach::Zone(self.zone_id(zone)),
        };
        let rules = self.story.zone.rules();
        let recurrence = words.after("rule").map(|rule| Recurrence::read(rule, &rules).expect(rule));
        let schedule = Schedule::new(
            self.story.zone.clone(),
            words.at(place + 1).parse().expect("a wall time"),
            Length::Wall { minutes: words.number("for").expect("for") },
            recurrence,
            BTreeSet::new(),
            BTreeSet::new(),
        )
        .expect("a schedule");
        let capacity = Capacity {
            people: words.number("people").and_then(NonZeroU16::new),
            steps: words.number("steps").and_then(NonZeroU16::new),
        };
        let name = words.at(1).to_owned();
        self.story.facts.windows.push(Window {
            id,
            name,
            kind,
            reach,
            schedule,
            capacity,
            note: String::new(),
        });
    }

    fn group(&mut self, words: &Words<'_>) {
        let out_now = words.after("out").map(|tag| self.asset_id(tag)).into_iter().collect();
        let name = words.at(1).to_owned();
        self.story.facts.groups.push(GroupFacts { name, may_lose: words.number("may-lose"), out_now });
    }

    fn asset(&mut self, words: &Words<'_>) {
        let tag = words.at(1).to_owned();
        let id = self.asset_id(&tag);
        let asset = AssetFacts {
            id,
            tag,
            zone: words.after("zone").map(|zone| self.zone_id(zone)),
            role: if words.has("test-bed") { AssetRole::Test } else { AssetRole::Production },
            group: words.after("group").map(str::to_owned),
            importance: words.after("matters").map(|word| word.parse().expect("a consequence")),
            door: match words.after("door") {
                Some("nothing") => Door::Nothing,
                Some("device") => Door::Device,
                Some("host") => Door::Host,
                Some(other) => panic!("`{other}` is no door"),
                None => Door::Agent,
            },
        };
        self.story.facts.assets.push(asset);
    }

    fn work(&mut self, words: &Words<'_>) {
        let way_back = if words.has("no-way-back") {
            None
        } else {
            let by_hand = words.after("by-hand").map(|text| text.replace('_', " "));
            by_hand.map(|instruction| WayBack::ByHand { instruction }).or(Some(WayBack::Automatic {
                to: words.after("back-to").unwrap_or("the old version").to_owned(),
            }))
        };
        let missing = words.after("lacks").map(|what| Missing {
            what: what.replace('_', " "),
            from: words.after("from").unwrap_or("somebody").replace('_', " "),
        });
        let estimate = words.number("takes").map(|work_minutes| Estimate {
            work_minutes,
            undo_minutes: words.number("undo").unwrap_or(0),
            source: EstimateSource::Declared,
        });
        let needs = words
            .after("needs")
            .map(|list| list.split(',').map(|need| need.parse().expect("a number of work")).collect());
        let asset = self.asset_id(words.after("on").expect("on"));
        self.story.facts.work.push(Work {
            number: words.at(1).parse().expect("a number of work"),
            asset,
            patch: words.at(2).to_owned(),
            weight: words.number("weight").unwrap_or(1),
            missing: missing.into_iter().collect(),
            estimate,
            people: words.number("people").unwrap_or(1),
            way_back,
            needs: needs.unwrap_or_default(),
            proof: if words.has("proven") { Proof::Given } else { Proof::Wanted },
            traces: words.after("traces").map(str::to_owned),
        });
    }

    fn asset_id(&mut self, tag: &str) -> AssetId {
        let next = u8::try_from(self.assets.len() + 1).expect("a story has few assets");
        *self.assets.entry(tag.to_owned()).or_insert_with(|| AssetId::from_bytes([next; 16]))
    }

    fn zone_id(&mut self, name: &str) -> ZoneId {
        let next = u8::try_from(self.zones.len() + 1).expect("a story has few zones");
        *self.zones.entry(name.to_owned()).or_insert_with(|| ZoneId::from_bytes([next; 16]))
    }
}
