//! Findings are ranked from what is known, follow every input by difference, and say why.
#![expect(clippy::unwrap_used, reason = "a test may fail by a panic")]

use holdpoint_app::access_check::Limit;
use holdpoint_app::edge::{Clock, FixedClock, SeededRandom};
use holdpoint_app::inventory::edit::{self, Edit};
use holdpoint_app::inventory::{ImportKind, ImportRequest, MappingChoice, Mode, Run};
use holdpoint_app::people::accounts;
use holdpoint_app::policies::dry_run::{Rows, dry_run};
use holdpoint_app::policies::write::{self, Proposal};
use holdpoint_app::ranking::word::{NewWord, WordScope};
use holdpoint_app::ranking::{function, lowering, read, refresh, word};
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::store::ranking::Everything;
use holdpoint_app::store::ranking::list::{FindingLine, Standing};
use holdpoint_app::store::{Location, Store, StoreError};
use holdpoint_app::{App, AppSettings, Caller, feeds, inventory, sites};
use holdpoint_domain::Moment;
use holdpoint_domain::access::{Grant, Role, RoleTable, Scope};
use holdpoint_domain::actor::{Actor, Via};
use holdpoint_domain::asset::{Consequence, Field};
use holdpoint_domain::clock::ClockKind;
use holdpoint_domain::filter::Filter;
use holdpoint_domain::id::{AssetId, OverrideId, SiteId, ZoneId};
use holdpoint_domain::ranking::criticality::{Dimension, Profile};
use holdpoint_domain::ranking::lowering::LoweringEnd;
use holdpoint_domain::ranking::point::{Exploitation, Outcome, Safety};
use holdpoint_domain::ranking::policy::Lane;
use holdpoint_domain::ranking::replacement::PointValue;
use holdpoint_domain::site::{Connectivity, Exposure, PurdueLevel, Site, Zone};
use holdpoint_testkit::postgres;
use serde_json::{Value, json};
use std::sync::Arc;

struct Plant {
    app: App,
    clock: Arc<FixedClock>,
    engine: &'static str,
    site: SiteId,
    zone: ZoneId,
    _folder: Option<tempfile::TempDir>,
    _database: Option<postgres::Database>,
}

fn caller() -> Caller {
    Caller::operator("root")
}

fn plants() -> Vec<Plant> {
    let folder = tempfile::tempdir().unwrap();
    let file = Location::Sqlite(folder.path().join("plant.sqlite"));
    let database = postgres::database();
    let server = Location::Postgres(database.url());
    vec![plant("sqlite", &file, Some(folder), None), plant("postgres", &server, None, Some(database))]
}

fn plant(
    engine: &'static str,
    location: &Location,
    folder: Option<tempfile::TempDir>,
    database: Option<postgres::Database>,
) -> Plant {
    let clock = Arc::new(FixedClock::new("2026-03-18T10:00:00Z".parse::<Moment>().unwrap()));
    let store = Store::open(location).unwrap();
    let random = Arc::new(SeededRandom::new(7));
    let app = App::new(store, Arc::clone(&clock) as Arc<dyn Clock>, random, AppSettings::default());
    let site = SiteId::new(app.now(), app.random_bytes());
    let zone = ZoneId::new(app.now(), app.random_bytes());
    let plant = Plant { app, clock, engine, site, zone, _folder: folder, _database: database };
    let named = Site {
        id: site,
        name: "Nord".to_owned(),
        time_zone: "Europe/Berlin".to_owned(),
        connectivity: Connectivity::Connected,
    };
    sites::put_site(&plant.app, &caller(), &named, "").unwrap();
    plant.exposed(None);
    for (tag, version) in [("P-1", "2.3"), ("P-2", "2.4")] {
        plant.bring(&format!("asset_tag,name,site,zone,vendor,product\n{tag},{tag},Nord,Z3,,\n"));
        plant.bring(&format!(
            "asset_tag,vendor,product,version,purl,cpe\n\
             {tag},,pump server,{version},,cpe:2.3:a:acme:pump_server:{version}:*:*:*:*:*:*:*\n"
        ));
    }
    plant.feed(&nvd());
    plant
}

impl Plant {
    fn exposed(&self, exposure: Option<Exposure>) {
        let zone = Zone {
            id: self.zone,
            site: self.site,
            name: "Z3".to_owned(),
            purdue_level: Some(PurdueLevel::L2),
            exposure,
            target_security_level: None,
        };
        // As the plant stands from the beginning: nobody says it anew.
        let intent = self.app.intent(&caller(), "zone.put", "a test");
        self.app.store().change(&intent, |c| c.put_zone(&zone)).unwrap();
        refresh::now(&self.app).unwrap();
    }

    fn bring(&self, table: &str) {
        self.clock.advance_micros(1_000_000);
        let request = ImportRequest {
            name: "table.csv",
            bytes: table.as_bytes(),
            kind: ImportKind::Auto,
            run: Run::Apply,
            mode: Mode::AllOrNothing,
            table: holdpoint_app::inventory::TableChoice::default(),
            mapping: MappingChoice::Known,
            remember_as: None,
            asset: None,
            reason: "",
        };
        let report = inventory::import(&self.app, &caller(), &request).unwrap();
        assert_eq!(report.rejected, []);
        refresh::keep_current(&self.app).unwrap();
    }

    fn feed(&self, document: &Value) {
        self.clock.advance_micros(1_000_000);
        let bytes = serde_json::to_vec(document).unwrap();
        let report = feeds::import_bytes(&self.app, &caller(), "file", bytes, None, "").unwrap();
        assert!(report.problems.is_empty(), "{report:?}");
        refresh::keep_current(&self.app).unwrap();
    }

    fn findings(&self, filter: &str) -> Vec<FindingLine> {
        let filter = Filter::parse(filter).unwrap();
        let query = ListQuery { filter, ..ListQuery::everything(100, self.app.now()) };
        read::list(&self.app, &caller(), Standing::Open, &query).unwrap().items
    }

    /// The only open finding.
    fn one(&self) -> FindingLine {
        let mut found = self.findings("");
        assert_eq!(found.len(), 1, "{}: {found:?}", self.engine);
        found.remove(0)
    }

    fn say(&self, value: PointValue, scope: WordScope) -> holdpoint_app::store::ranking::word::StoredWord {
        let new = NewWord {
            finding: self.one().number,
            scope,
            value,
            reason: "looked for exploits in four places",
            expires_at: "2026-04-18T00:00:00Z".parse().unwrap(),
        };
        let (author, second) =
            (self.person("a.weber", Role::Engineer), self.person("l.okafor", Role::Approver));
        let before = self.one();
        let said = word::say(&self.app, &author, &new).unwrap();
        assert_eq!(self.one().outcome, before.outcome, "one person's word lowers nothing");
        let confirm = |who: &Caller| word::confirm(&self.app, who, said.id, "seen the same");
        assert_eq!(confirm(&author).unwrap_err().code(), "not-allowed");
        let said = confirm(&second).unwrap();
        assert_eq!(confirm(&second).unwrap_err().code(), "override-confirmed");
        said
    }

    /// A person with an account and this role everywhere.
    fn person(&self, name: &str, role: Role) -> Caller {
        let grants = vec![Grant { role, scope: Scope::AllSites }];
        let new = accounts::NewAccount {
            name: name.to_owned(),
            display_name: String::new(),
            password: "correct horse battery staple".to_owned(),
            grants: grants.clone(),
            reason: "a test".to_owned(),
        };
        let id = match self.app.store().read(|r| r.user_by_name(name)).unwrap() {
            Some(known) => known.id,
            None => accounts::create(&self.app, &caller(), &new).unwrap().id,
        };
        let actor = Actor::Person { id, name: name.to_owned() };
        Caller { actor, via: Via::Page, grants, limit: Limit::None, roles: RoleTable::default() }
    }

    /// A new look at everything finds nothing to change: what was kept by difference is what it should be.
    fn holds(&self) {
        let intent = self.app.intent(&caller(), "test", "");
        self.app
            .store()
            .change(&intent, |c| {
                c.mark_everything_stale(Everything::Rebuild)?;
                Ok::<_, StoreError>(())
            })
            .unwrap();
        let counts = refresh::now(&self.app).unwrap().unwrap();
        assert_eq!((counts.opened, counts.changed, counts.closed), (0, 0, 0), "{}", self.engine);
    }
}

fn nvd() -> Value {
    let leaf = json!({"vulnerable": true, "criteria": "cpe:2.3:a:acme:pump_server:*:*:*:*:*:*:*:*",
        "versionEndExcluding": "2.4", "matchCriteriaId": "X"});
    let cvss = json!({"source": "nvd@nist.gov", "type": "Primary", "cvssData": {"version": "3.1",
        "vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "baseScore": 9.8}});
    json!({"resultsPerPage": 1, "startIndex": 0, "totalResults": 1, "format": "NVD_CVE", "version": "2.0",
        "timestamp": "2026-01-03T00:00:00.000", "vulnerabilities": [{"cve": {"id": "CVE-2026-0001",
            "sourceIdentifier": "cna@acme.example", "vulnStatus": "Analyzed", "published": "2026-01-01T00:00:00.000",
            "lastModified": "2026-01-02T00:00:00.000", "descriptions": [{"lang": "en", "value": "A flaw."}],
            "metrics": {"cvssMetricV31": [cvss]},
            "configurations": [{"nodes": [{"operator": "OR", "negate": false, "cpeMatch": [leaf]}]}]}}]})
}

/// The catalogue of a day of March.
fn kev(day: u8, listed: bool) -> Value {
    let entry = |cve: &str| {
        json!({"cveID": cve, "vendorProject": "Acme", "product": "Pump Server", "vulnerabilityName": "A flaw",
            "dateAdded": "2026-03-10", "shortDescription": "x", "requiredAction": "patch", "dueDate": "2026-03-31",
            "knownRansomwareCampaignUse": "Unknown"})
    };
    let mut entries = vec![entry("CVE-2020-9999")];
    if listed {
        entries.push(entry("CVE-2026-0001"));
    }
    json!({"title": "CISA Catalog of Known Exploited Vulnerabilities",
        "catalogVersion": format!("2026.03.{day}"),
        "dateReleased": format!("2026-03-{day}T12:00:00.0Z"),
        "count": entries.len(), "vulnerabilities": entries})
}

fn profile(dimension: Dimension, value: Consequence) -> Profile {
    Profile::default().with(dimension, Some(value))
}

#[test]
fn a_finding_is_ranked_when_it_comes_and_every_input_moves_it() {
    for plant in plants() {
        let first = plant.one();
        // Nothing is known but the vector: automatable yes; exposure open and low impact by default; exploitation open.
        assert_eq!(
            (first.asset_tag.as_str(), first.outcome, first.lane),
            ("P-1", Outcome::OutOfCycle, Lane::NextWindow)
        );
        assert_eq!(first.range.to_string(), "defer to immediate");
        let (zone, function) = (Consequence::Catastrophic, Consequence::Catastrophic);
        function::put_zone(&plant.app, &caller(), plant.zone, profile(Dimension::Production, zone), "study")
            .unwrap();
        assert_eq!(plant.one().outcome, Outcome::Immediate, "{}", plant.engine);
        plant.exposed(Some(Exposure::Small));
        assert_eq!(plant.one().outcome, Outcome::OutOfCycle, "{}", plant.engine);
        let asset = inventory::get(&plant.app, &caller(), "P-1", Moment::OPEN).unwrap();
        let new = function::NewFunction {
            site: plant.site,
            name: "Cooling",
            profile: profile(Dimension::Safety, function),
            assets: &[asset.asset.id],
        };
        function::put(&plant.app, &caller(), &new, "study").unwrap();
        let why = read::explained(&plant.app, &caller(), plant.one().number).unwrap();
        let safety = why.priority.questions.iter().find(|question| question.id == "ssvc:SI:2.0.1").unwrap();
        assert_eq!(
            (safety.counted.as_str(), safety.source.as_str()),
            ("catastrophic", "safety catastrophic (of the function)")
        );
        assert_eq!(why.priority.ranked.outcome, plant.one().outcome);
        plant.holds();
        // The fixed version closes it; an older one opens it again.
        plant.bring(
            "asset_tag,vendor,product,version,purl,cpe\n\
            P-1,,pump server,2.4,,cpe:2.3:a:acme:pump_server:2.4:*:*:*:*:*:*:*\n",
        );
        let open = plant.findings("");
        assert!(open.is_empty() || open[0].asset_tag == "P-1", "{}: {open:?}", plant.engine);
        plant.holds();
    }
}

#[test]
fn a_listing_in_kev_raises_it_with_an_event_and_the_issuers_clock_and_leaving_gives_it_back() {
    for plant in plants() {
        plant.exposed(Some(Exposure::Controlled));
        let before = plant.one();
        plant.feed(&kev(16, false));
        plant.feed(&kev(17, true));
        let listed = plant.one();
        assert!(listed.outcome >= before.outcome && listed.queue > before.queue, "{}", plant.engine);
        assert_eq!((listed.due_clock, listed.lane), (ClockKind::Kev, Lane::NextWindow));
        let (day, state) = read::due(&plant.app, &listed);
        assert_eq!((day.to_string().as_str(), state.to_string().as_str()), ("2026-03-31", "13 d left"));
        // The end of that day in Berlin, where the clocks went forward two days before.
        assert_eq!(listed.due_at.to_string(), "2026-03-31T22:00:00Z");
        assert_eq!(plant.findings("exploited:yes lane>=next-window due<30d").len(), 1);
        assert_eq!((listed.exploited.word(), listed.exploited_by.as_str()), ("yes", "KEV"));
        assert_eq!((plant.findings("kev:yes").len(), plant.findings("kev:no").len()), (1, 0));
        let why = read::explained(&plant.app, &caller(), listed.number).unwrap();
        assert!(why.events.iter().all(|event| event.from != event.to), "{:?}", why.events);
        assert_eq!(why.priority.questions[0].source, "KEV");
        plant.holds();
        plant.feed(&kev(18, false));
        let after = plant.one();
        assert_eq!((after.outcome, after.lane, after.queue), (before.outcome, before.lane, before.queue));
        plant.holds();
    }
}

#[test]
fn exploited_is_what_ranking_counts_and_whoever_says_nothing_is_no_no() {
    for plant in plants() {
        plant.exposed(Some(Exposure::Small));
        let in_words = |filters: [&str; 3]| filters.map(|filter| plant.findings(filter).len());
        let exploited = ["exploited:yes", "exploited:no", "exploited:unknown"];
        assert_eq!(in_words(exploited), [0, 0, 1], "{}: nobody says anything", plant.engine);
        assert_eq!(in_words(["kev:yes", "kev:no", "kev:unknown"]), [0, 0, 1], "KEV was never read");
        let ransomware = ["ransomware:known", "ransomware:unknown", "kev:no"];
        assert_eq!(
            in_words(ransomware),
            [0, 1, 0],
            "{}: and nobody can know that there is none",
            plant.engine
        );
        assert_eq!(plant.one().exploited_by, "");
        plant.say(PointValue::Exploitation(Exploitation::None), WordScope::Finding);
        assert_eq!(in_words(exploited), [0, 1, 0], "{}: two persons looked", plant.engine);
        assert_eq!(plant.one().exploited_by, "people here");
        let raising = NewWord {
            finding: plant.one().number,
            scope: WordScope::Finding,
            value: PointValue::Exploitation(Exploitation::Active),
            reason: "the neighbour was broken into by it",
            expires_at: "2026-04-18T00:00:00Z".parse().unwrap(),
        };
        let author = plant.person("j.brandt", Role::Engineer);
        plant.clock.advance_micros(1_000_000);
        word::say(&plant.app, &author, &raising).unwrap();
        assert_eq!(in_words(exploited), [1, 0, 0], "{}: one person's word raises", plant.engine);
    }
}

#[test]
fn a_persons_word_moves_the_finding_and_ends_by_itself() {
    for plant in plants() {
        plant.exposed(Some(Exposure::Small));
        let before = plant.one();
        let said = plant.say(PointValue::Exploitation(Exploitation::None), WordScope::Finding);
        let with = plant.one();
        assert!(with.outcome < before.outcome, "{}: {before:?} {with:?}", plant.engine);
        let why = read::explained(&plant.app, &caller(), with.number).unwrap();
        let event = why.events.last().unwrap();
        assert_eq!((event.from, event.to), (before.outcome, with.outcome));
        assert_eq!(why.priority.questions[0].replaced[0].instead_of, "none to active");
        word::take_back(&plant.app, &caller(), said.id, "somebody published one").unwrap();
        assert_eq!(plant.one().outcome, before.outcome);
        assert!(word::take_back(&plant.app, &caller(), said.id, "again").is_err());
        plant.say(PointValue::Exploitation(Exploitation::None), WordScope::Vulnerability);
        assert_eq!(plant.one().outcome, with.outcome);
        plant.clock.advance_micros(40 * 86_400_000_000);
        refresh::keep_current(&plant.app).unwrap();
        assert_eq!(plant.one().outcome, before.outcome, "{}: its time is over", plant.engine);
        let refused = word::say(
            &plant.app,
            &caller(),
            &NewWord {
                finding: before.number,
                scope: WordScope::Finding,
                value: PointValue::Exploitation(Exploitation::None),
                reason: "for ever",
                expires_at: Moment::OPEN,
            },
        );
        assert_eq!(refused.unwrap_err().code(), "expiry");
        plant.holds();
    }
}

#[test]
fn a_policy_shows_what_it_would_change_and_then_everything_is_ranked_anew() {
    for plant in plants() {
        let (author, approver) =
            (plant.person("a.weber", Role::Engineer), plant.person("l.okafor", Role::Approver));
        let text = "kind = \"priorities_and_deadlines\"\n[outcomes.out_of_cycle]\nlane = \"now\"\ndays = 3\n\
                    [clocks]\ncip_007 = true\n";
        let before = plant.one();
        let effect = dry_run(&plant.app, &author, text, &Rows::default()).unwrap();
        assert_eq!(effect.looked_at, 1);
        let group = &effect.groups[0];
        assert_eq!((group.key.as_str(), group.count), ("next-window-now", 1), "{effect:?}");
        assert_eq!(group.rows[0].id, before.number.to_string());
        assert!(group.rows[0].title.contains(" on P-1"), "{effect:?}");
        assert_eq!(effect.groups.len(), 1, "no decision point counts as something else");
        let rest = Rows { group: Some(group.key.clone()), skip: 1, limit: 10 };
        let rest = dry_run(&plant.app, &author, text, &rest).unwrap();
        assert_eq!((rest.groups[0].count, rest.groups[0].rows.len()), (1, 0), "the next page is empty");
        assert_eq!(plant.one(), before, "nothing was written");
        let new = Proposal { text: text.to_owned(), reason: "the board asked".to_owned(), from: None };
        let key = write::propose(&plant.app, &author, &new).unwrap();
        assert_eq!(plant.one(), before, "a proposal changes nothing");
        write::publish(&plant.app, &approver, key, "").unwrap();
        let found = plant.one();
        assert_eq!((found.lane, found.policy_version), (Lane::Now, key.number), "{}", plant.engine);
        assert_eq!(found.outcome, Outcome::OutOfCycle, "the outcome is the table's");
        let why = read::explained(&plant.app, &caller(), found.number).unwrap();
        assert!(
            why.priority
                .clocks
                .iter()
                .any(|clock| clock.kind == ClockKind::Cip007Evaluate && clock.due().is_some())
        );
        plant.holds();
    }
}

#[test]
fn a_policy_that_reads_unknown_inputs_otherwise_names_the_points_that_rise_and_fall() {
    for plant in plants() {
        let author = plant.person("a.weber", Role::Engineer);
        let text = "kind = \"priorities_and_deadlines\"\nunknown_inputs = \"worst\"\n";
        let effect = dry_run(&plant.app, &author, text, &Rows::default()).unwrap();
        let group = |key: &str| effect.groups.iter().find(|group| group.key == key);
        let safety = group("safety-impact-rises").unwrap_or_else(|| panic!("{}: {effect:?}", plant.engine));
        assert_eq!((safety.count, safety.title.as_str()), (1, "safety impact rises"));
        let row = &safety.rows[0];
        assert_eq!(
            (row.from.as_str(), row.to.as_str()),
            ("safety impact marginal", "safety impact catastrophic")
        );
        assert!(row.title.contains(" on P-1"), "{row:?}");
        assert!(effect.groups.iter().all(|group| !group.key.ends_with("-falls")), "{effect:?}");
        assert_eq!(group("exposure-rises"), None, "open is the worst already");
    }
}

impl Plant {
    fn waiting(&self) -> Vec<holdpoint_app::store::ranking::lowering::StoredLowering> {
        lowering::waiting(&self.app, &caller()).unwrap()
    }

    fn said(&self, by: &Caller, safety: Option<&str>, reason: &str) {
        let asset = inventory::get(&self.app, &caller(), "P-1", Moment::OPEN).unwrap();
        let change = Edit {
            expected_revision: asset.revision,
            fields: [(Field::SafetyConsequence, safety.map(str::to_owned))].into(),
            reason: reason.to_owned(),
        };
        self.clock.advance_micros(1_000_000);
        edit::edit(&self.app, by, asset.asset.id, &change).unwrap();
    }

    /// A word that two persons stand behind.
    fn raise(&self, value: PointValue) -> OverrideId {
        let new = NewWord {
            finding: self.one().number,
            scope: WordScope::Finding,
            value,
            reason: "people work below it",
            expires_at: "2026-04-18T00:00:00Z".parse().unwrap(),
        };
        let said = word::say(&self.app, &self.person("a.weber", Role::Engineer), &new).unwrap();
        let second = self.person("m.berg", Role::Approver);
        word::confirm(&self.app, &second, said.id, "seen them").unwrap().id
    }

    fn own_safety(&self) -> Option<String> {
        let asset = inventory::get(&self.app, &caller(), "P-1", Moment::OPEN).unwrap();
        asset.asset.value(Field::SafetyConsequence).map(str::to_owned)
    }
}

#[test]
fn less_on_an_asset_counts_once_a_second_person_has_agreed_and_refusing_puts_it_back() {
    for plant in plants() {
        let (author, second) =
            (plant.person("a.weber", Role::Engineer), plant.person("l.okafor", Role::Approver));
        plant.exposed(Some(Exposure::Open));
        plant.said(&author, Some("catastrophic"), "study");
        let before = plant.one();
        assert!(plant.waiting().is_empty(), "raising counts at once");
        plant.said(&author, Some("minor"), "a valve was added");
        assert_eq!(plant.one().outcome, before.outcome, "{}: one person lowers nothing", plant.engine);
        let why = read::explained(&plant.app, &caller(), before.number).unwrap();
        let safety = why.priority.questions.iter().find(|question| question.id == "ssvc:SI:2.0.1").unwrap();
        assert!(
            safety.source.contains("catastrophic (of the asset; one person says less since"),
            "{}",
            safety.source
        );
        // Lower still, and by a file at a console: the first value goes on counting, and the first author is no second person.
        plant.bring("asset_tag,safety_consequence\nP-1,none\n");
        let mut waiting = plant.waiting();
        assert_eq!(waiting.len(), 1);
        let one = waiting.remove(0).lowering;
        assert_eq!((one.held.words().as_str(), one.accounts.len()), ("safety catastrophic", 2));
        let agree = |who: &Caller, id| lowering::agree(&plant.app, who, id, "seen the valve");
        assert_eq!(agree(&author, one.id).unwrap_err().code(), "not-allowed");
        let both = plant.person("b.oth", Role::Approver);
        let refused = lowering::refuse(&plant.app, &both, one.id, "the valve is by hand").unwrap();
        assert_eq!(refused.ended.unwrap().1, LoweringEnd::Refused);
        assert_eq!(plant.own_safety().as_deref(), Some("catastrophic"), "{}", plant.engine);
        assert_eq!((plant.one().outcome, plant.waiting().len()), (before.outcome, 0));
        assert_eq!(agree(&second, one.id).unwrap_err().code(), "lowering-ended");
        // Taken away is no raising; agreed, it is unknown.
        plant.said(&author, None, "nobody has studied it");
        assert_eq!(plant.one().outcome, before.outcome);
        let id = plant.waiting()[0].lowering.id;
        assert_eq!(agree(&second, id).unwrap().ended.unwrap().1, LoweringEnd::Agreed);
        let why = read::explained(&plant.app, &caller(), before.number).unwrap();
        let safety = why.priority.questions.iter().find(|question| question.id == "ssvc:SI:2.0.1").unwrap();
        assert_eq!(safety.source, "nobody has said");
        plant.holds();
    }
}

#[test]
fn a_first_word_that_nothing_is_lost_counts_as_unknown_until_a_second_person_agrees() {
    for plant in plants() {
        let (author, second) =
            (plant.person("a.weber", Role::Engineer), plant.person("l.okafor", Role::Approver));
        plant.exposed(Some(Exposure::Open));
        let unknown = plant.one();
        let safety = || {
            let asset = plant.one().asset_no;
            let ranked = plant.app.store().read(|r| r.ranked_assets(Some(&[asset]))).unwrap().remove(0);
            (ranked.criticality().is_at_least(Dimension::Safety), ranked.criticality().safety().highest())
        };
        let held = || {
            let mut all = plant.waiting();
            assert_eq!(all.len(), 1, "{}: {all:?}", plant.engine);
            all.remove(0).lowering
        };
        plant.said(&author, Some("none"), "nobody is near it");
        assert_eq!(safety(), (true, Safety::Catastrophic), "{}: it may be anything yet", plant.engine);
        assert_eq!((plant.one().outcome, held().held.words().as_str()), (unknown.outcome, "safety unknown"));
        lowering::refuse(&plant.app, &second, held().id, "people pass it").unwrap();
        assert_eq!(plant.own_safety(), None, "{}", plant.engine);
        plant.said(&author, Some("moderate"), "study");
        assert_eq!(safety(), (true, Safety::Catastrophic), "{}: it may be more yet", plant.engine);
        plant.said(&author, Some("major"), "study");
        assert!(plant.waiting().is_empty(), "that much is lost counts at once");
        plant.said(&author, None, "the study was of another one");
        let waits = held().id;
        lowering::agree(&plant.app, &second, waits, "read both studies").unwrap();
        // By a function that is new, and by the zone.
        let asset = inventory::get(&plant.app, &caller(), "P-1", Moment::OPEN).unwrap().asset.id;
        let nothing = profile(Dimension::Safety, Consequence::None);
        let new =
            function::NewFunction { site: plant.site, name: "Rinsing", profile: nothing, assets: &[asset] };
        function::put(&plant.app, &author, &new, "study").unwrap();
        assert_eq!(safety(), (true, Safety::Catastrophic), "{}: a function", plant.engine);
        lowering::refuse(&plant.app, &second, held().id, "the rinsing is hot").unwrap();
        function::put_zone(&plant.app, &author, plant.zone, nothing, "study").unwrap();
        assert_eq!(safety(), (true, Safety::Catastrophic), "{}: a zone", plant.engine);
        lowering::agree(&plant.app, &second, held().id, "read the study").unwrap();
        assert_eq!(safety(), (false, Safety::Negligible), "{}: agreed, it is known", plant.engine);
        plant.holds();
    }
}

#[test]
fn what_a_console_lowers_is_taken_over_by_a_person_before_another_agrees() {
    for plant in plants() {
        let (one, other) = (plant.person("l.okafor", Role::Approver), plant.person("m.berg", Role::Approver));
        plant.exposed(Some(Exposure::Open));
        plant.bring("asset_tag,safety_consequence\nP-1,catastrophic\n");
        let before = plant.one();
        plant.bring("asset_tag,safety_consequence\nP-1,none\n");
        let id = plant.waiting()[0].lowering.id;
        assert!(!plant.waiting()[0].lowering.is_answered_for());
        let agree = |who: &Caller| lowering::agree(&plant.app, who, id, "read the study");
        assert!(agree(&one).unwrap().ended.is_none(), "it waits for another");
        assert_eq!(agree(&one).unwrap_err().code(), "four-eyes-author");
        assert_eq!(plant.one().outcome, before.outcome, "{}", plant.engine);
        assert!(agree(&other).unwrap().ended.is_some());
        assert!(plant.one().outcome < before.outcome, "{}", plant.engine);
        plant.holds();
    }
}

#[test]
fn less_of_a_function_a_zone_or_an_exposure_waits_and_so_do_leaving_and_moving() {
    for plant in plants() {
        let (author, second) =
            (plant.person("a.weber", Role::Engineer), plant.person("l.okafor", Role::Approver));
        let agree = |id| lowering::agree(&plant.app, &second, id, "read the study").unwrap();
        let refuse = |id| lowering::refuse(&plant.app, &second, id, "the study says otherwise").unwrap();
        let only = || {
            let mut all = plant.waiting();
            assert_eq!(all.len(), 1, "{}: {all:?}", plant.engine);
            all.remove(0).lowering
        };
        let asset = inventory::get(&plant.app, &caller(), "P-1", Moment::OPEN).unwrap();
        let (serving, site) = ([asset.asset.id], plant.site);
        let cooling = |value, assets: &[AssetId]| {
            let profile = profile(Dimension::Safety, value);
            let new = function::NewFunction { site, name: "Cooling", profile, assets };
            function::put(&plant.app, &author, &new, "study").unwrap()
        };
        plant.exposed(Some(Exposure::Open));
        let function = cooling(Consequence::Catastrophic, &serving);
        let high = plant.one().outcome;
        cooling(Consequence::None, &serving);
        assert_eq!(plant.one().outcome, high, "{}: a function", plant.engine);
        refuse(only().id);
        assert_eq!(
            function::list(&plant.app, &author).unwrap()[0].profile,
            profile(Dimension::Safety, Consequence::Catastrophic)
        );
        cooling(Consequence::Catastrophic, &[]);
        assert_eq!(plant.one().outcome, high, "{}: leaving", plant.engine);
        refuse(only().id);
        assert_eq!(function::list(&plant.app, &author).unwrap()[0].assets, 1);
        function::remove(&plant.app, &author, function, "it is no more").unwrap();
        assert_eq!(plant.one().outcome, high, "{}: removing", plant.engine);
        agree(only().id);
        assert!(function::list(&plant.app, &author).unwrap().is_empty());
        assert!(plant.one().outcome <= high);
        // Zones.
        let zone = |value| {
            function::put_zone(&plant.app, &author, plant.zone, profile(Dimension::Safety, value), "study")
                .unwrap()
        };
        zone(Consequence::Catastrophic);
        let high = plant.one().outcome;
        zone(Consequence::Minor);
        assert_eq!(plant.one().outcome, high, "{}: a zone", plant.engine);
        refuse(only().id);
        let small = |by: &Caller, to, why: &str| sites::set_exposure(&plant.app, by, plant.zone, to, why);
        assert_eq!(small(&author, Some(Exposure::Small), " ").unwrap_err().code(), "reason");
        small(&author, Some(Exposure::Small), "a diode was built in").unwrap();
        assert_eq!(plant.one().outcome, high, "{}: an exposure", plant.engine);
        agree(only().id);
        let low = plant.one().outcome;
        assert!(low < high, "{}", plant.engine);
        small(&author, Some(Exposure::Open), "").unwrap();
        assert_eq!((plant.one().outcome, plant.waiting().len()), (high, 0), "raising counts at once");
        // Into a zone by which it counts for less.
        plant.bring("asset_tag,zone\nP-1,Quiet\n");
        assert_eq!(plant.one().outcome, high, "{}: moving", plant.engine);
        assert_eq!(only().held.words(), "safety catastrophic, exposure open");
        refuse(only().id);
        let back = inventory::get(&plant.app, &caller(), "P-1", Moment::OPEN).unwrap();
        assert_eq!((back.zone, plant.waiting().len()), (Some(plant.zone), 0), "{}", plant.engine);
        plant.holds();
    }
}

#[test]
fn a_file_says_how_far_zones_can_be_reached_and_less_waits_for_a_second_person() {
    for plant in plants() {
        let second = plant.person("l.okafor", Role::Approver);
        plant.exposed(Some(Exposure::Controlled));
        let before = plant.one().outcome;
        let zone = || {
            let zones = plant.app.store().read(|r| r.zones()).unwrap();
            zones.into_iter().find(|one| one.id == plant.zone).unwrap().exposure
        };
        plant.bring("asset_tag,zone_exposure\nP-1,Open\n");
        assert_eq!(
            (zone(), plant.waiting().len()),
            (Some(Exposure::Open), 0),
            "{}: more counts",
            plant.engine
        );
        let open = plant.one().outcome;
        assert!(open >= before);
        plant.bring("asset_tag,zone_exposure\nP-1,small\n");
        let waiting = plant.waiting();
        assert_eq!(
            (waiting.len(), plant.one().outcome),
            (1, open),
            "{}: one file lowers nothing",
            plant.engine
        );
        assert!(waiting[0].lowering.held.words().contains("exposure open"), "{waiting:?}");
        // The same file again says nothing new, and neither does another field of the asset.
        plant.bring("asset_tag,zone_exposure\nP-1,small\n");
        plant.bring("asset_tag,owner\nP-1,boiler house\n");
        assert_eq!(plant.waiting().len(), 1);
        let id = waiting[0].lowering.id;
        lowering::agree(&plant.app, &second, id, "seen the diode").unwrap();
        // A file has no account, so somebody takes its word over before another agrees.
        let third = plant.person("m.berg", Role::Approver);
        lowering::agree(&plant.app, &third, id, "seen the diode").unwrap();
        assert_eq!(zone(), Some(Exposure::Small));
        assert!(plant.one().outcome < open, "{}", plant.engine);
        // What it brings along into another zone says nothing of that one.
        plant.bring("asset_tag,zone\nP-1,Elsewhere\n");
        let zones = plant.app.store().read(|r| r.zones()).unwrap();
        let other = zones.iter().find(|one| one.name == "Elsewhere").unwrap();
        assert_eq!(other.exposure, None, "{}", plant.engine);
        plant.holds();
    }
}

#[test]
fn a_first_word_that_a_zone_is_reached_less_than_the_unknown_waits_for_a_second_person() {
    for plant in plants() {
        let (author, second) =
            (plant.person("a.weber", Role::Engineer), plant.person("l.okafor", Role::Approver));
        let open = plant.one().outcome;
        let small =
            |why: &str| sites::set_exposure(&plant.app, &author, plant.zone, Some(Exposure::Small), why);
        assert_eq!(small("").unwrap_err().code(), "reason", "{}", plant.engine);
        small("no cable leaves the room").unwrap();
        assert_eq!(plant.one().outcome, open, "{}: unsaid counts as open", plant.engine);
        let waiting = plant.waiting();
        assert_eq!(waiting.len(), 1);
        assert_eq!(waiting[0].lowering.held.words(), "exposure open");
        lowering::refuse(&plant.app, &second, waiting[0].lowering.id, "there is a modem").unwrap();
        assert_eq!((plant.one().outcome, plant.waiting().len()), (open, 0), "{}", plant.engine);
        small("the modem is gone").unwrap();
        lowering::agree(&plant.app, &second, plant.waiting()[0].lowering.id, "seen the room").unwrap();
        assert!(plant.one().outcome < open, "{}", plant.engine);
        // By a file as well; but a zone that the file itself brings along held nothing before.
        plant.bring("asset_tag,site,zone,zone_exposure\nP-9,Nord,Cellar,small\n");
        assert!(plant.waiting().is_empty(), "{}", plant.engine);
        plant.bring("asset_tag,site,zone\nP-8,Nord,Attic\n");
        plant.bring("asset_tag,zone_exposure\nP-8,controlled\n");
        assert_eq!(plant.waiting().len(), 1, "{}", plant.engine);
        plant.holds();
    }
}

#[test]
fn an_asset_that_comes_later_counts_as_unknown_until_a_second_person_agrees_that_little_is_lost() {
    for plant in plants() {
        let (one, other) = (plant.person("l.okafor", Role::Approver), plant.person("m.berg", Role::Approver));
        assert!(plant.waiting().is_empty(), "{}", plant.engine);
        // The same pump once more, under another tag, of which nothing is lost.
        plant.bring(
            "asset_tag,site,zone,safety_consequence,production_consequence\nP-1B,Nord,Z3,none,major\n",
        );
        let waiting = plant.waiting();
        assert_eq!(waiting.len(), 1, "{}: {waiting:?}", plant.engine);
        let held = &waiting[0].lowering;
        assert_eq!((held.name.as_str(), held.held.words().as_str()), ("P-1B", "safety unknown"));
        let counted = || {
            let asset = inventory::get(&plant.app, &caller(), "P-1B", Moment::OPEN).unwrap().number;
            let found = plant.app.store().read(|r| r.ranked_assets(Some(&[asset]))).unwrap().remove(0);
            found.criticality()
        };
        assert!(counted().is_waiting(Dimension::Safety), "{}", plant.engine);
        assert!(counted().is_at_least(Dimension::Safety), "{}: it may be more", plant.engine);
        assert!(!counted().is_waiting(Dimension::Production), "more than little counts at once");
        // One deed for the whole import, and all or none: of a file nobody with an account answers, so it takes two of them.
        plant.bring("asset_tag,site,zone,safety_consequence\nP-1C,Nord,Z3,none\nP-1D,Nord,Z3,minor\n");
        let ids: Vec<_> = plant.waiting().iter().map(|one| one.lowering.id).collect();
        assert_eq!(ids.len(), 3, "{}", plant.engine);
        let agree = |who: &Caller| lowering::agree_to_all(&plant.app, who, &ids, "seen the pumps");
        agree(&one).unwrap();
        assert_eq!(agree(&one).unwrap_err().code(), "four-eyes-author");
        assert!(counted().is_at_least(Dimension::Safety), "{}", plant.engine);
        assert!(agree(&other).unwrap().iter().all(|one| one.ended.is_some()), "{}", plant.engine);
        assert!(plant.waiting().is_empty());
        assert!(!counted().is_at_least(Dimension::Safety), "{}", plant.engine);
        // The first inventory of another site counts as it is written.
        plant.bring("asset_tag,site,safety_consequence\nS-1,South,none\nS-2,South,none\n");
        assert!(plant.waiting().is_empty(), "{}", plant.engine);
        plant.bring("asset_tag,site,safety_consequence\nS-3,South,minor\n");
        assert_eq!(plant.waiting().len(), 1, "{}", plant.engine);
    }
}

#[test]
fn a_word_of_two_persons_that_raises_ends_by_two_persons() {
    for plant in plants() {
        plant.exposed(Some(Exposure::Small));
        plant.said(&caller(), Some("none"), "study");
        let low = plant.one().outcome;
        let said = plant.raise(PointValue::Safety(Safety::Catastrophic));
        let high = plant.one().outcome;
        assert!(high > low, "{}", plant.engine);
        let (one, approver) =
            (plant.person("b.one", Role::Engineer), plant.person("l.okafor", Role::Approver));
        let end = |who: &Caller| word::take_back(&plant.app, who, said, "the study says otherwise");
        end(&caller()).unwrap();
        let confirm = |who: &Caller| word::confirm(&plant.app, who, said, "seen it");
        assert_eq!(confirm(&approver).unwrap_err().code(), "four-eyes-author", "nobody knows who sat there");
        end(&one).unwrap();
        assert_eq!(plant.one().outcome, high, "{}: one person ends nothing", plant.engine);
        assert_eq!(end(&one).unwrap_err().code(), "override-end-asked");
        assert_eq!(confirm(&one).unwrap_err().code(), "not-allowed");
        assert!(word::keep(&plant.app, &approver, said, "the study holds").unwrap().end_asked.is_none());
        assert_eq!(plant.one().outcome, high);
        end(&one).unwrap();
        assert!(confirm(&approver).unwrap().ended_at.is_some());
        assert_eq!(plant.one().outcome, low, "{}", plant.engine);
        plant.holds();
    }
}

#[test]
fn a_raise_that_nobody_confirmed_is_taken_back_by_its_author_or_by_two_persons() {
    for plant in plants() {
        plant.exposed(Some(Exposure::Small));
        plant.said(&caller(), Some("none"), "study");
        let low = plant.one().outcome;
        let (author, other) =
            (plant.person("a.weber", Role::Engineer), plant.person("b.one", Role::Engineer));
        let approver = plant.person("l.okafor", Role::Approver);
        let raise = || {
            let new = NewWord {
                finding: plant.one().number,
                scope: WordScope::Finding,
                value: PointValue::Safety(Safety::Catastrophic),
                reason: "people work below it",
                expires_at: "2026-04-18T00:00:00Z".parse().unwrap(),
            };
            word::say(&plant.app, &author, &new).unwrap().id
        };
        let said = raise();
        let high = plant.one().outcome;
        assert!(high > low, "{}", plant.engine);
        word::take_back(&plant.app, &other, said, "the study says otherwise").unwrap();
        assert_eq!(plant.one().outcome, high, "{}: another engineer lowers nothing", plant.engine);
        assert!(word::confirm(&plant.app, &approver, said, "read the study").unwrap().ended_at.is_some());
        assert_eq!(plant.one().outcome, low, "{}", plant.engine);
        let said = raise();
        assert_eq!(plant.one().outcome, high);
        word::take_back(&plant.app, &author, said, "I read the wrong drawing").unwrap();
        assert_eq!(plant.one().outcome, low, "{}: its author", plant.engine);
        plant.holds();
    }
}
