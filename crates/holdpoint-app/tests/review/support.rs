//! A plant with names that matching cannot decide.

use holdpoint_app::access_check::Limit;
use holdpoint_app::edge::{FixedClock, SeededRandom};
use holdpoint_app::inventory::{self, ImportKind, ImportRequest, MappingChoice, Mode, Run};
use holdpoint_app::review::decide::{Answer, Answered, Scope as Reaching, decide};
use holdpoint_app::review::queue::{self, Open};
use holdpoint_app::review::{NewRule, NewSubject};
use holdpoint_app::store::matches::MatchLine;
use holdpoint_app::store::page::ListQuery;
use holdpoint_app::store::{Location, Store};
use holdpoint_app::{App, AppError, AppSettings, Caller, intake, matching};
use holdpoint_domain::Moment;
use holdpoint_domain::access::{Grant, Role, RoleTable, Scope};
use holdpoint_domain::actor::{Actor, Via};
use holdpoint_domain::filter::Filter;
use holdpoint_domain::id::{SiteId, UserId};
use holdpoint_domain::review::{RuleExample, RuleVerdict};
use holdpoint_testkit::postgres;
use serde_json::json;
use std::sync::Arc;

pub const DAY: i64 = 86_400_000_000;

/// An app on one engine, with a clock that stands still.
pub struct World {
    pub engine: &'static str,
    pub app: App,
    pub clock: Arc<FixedClock>,
    _folder: tempfile::TempDir,
    _database: Option<postgres::Database>,
}

fn world(engine: &'static str, seed: u64) -> World {
    let folder = tempfile::tempdir().unwrap();
    let database = (engine == "postgres").then(postgres::database);
    let location = match &database {
        Some(database) => Location::Postgres(database.url()),
        None => Location::Sqlite(folder.path().join("plant.db")),
    };
    let clock = Arc::new(FixedClock::new("2026-11-02T08:00:00Z".parse::<Moment>().unwrap()));
    let app = App::new(
        Store::open(&location).unwrap(),
        clock.clone(),
        Arc::new(SeededRandom::new(seed)),
        AppSettings::default(),
    );
    World { engine, app, clock, _folder: folder, _database: database }
}

/// An empty world on each engine.
pub fn empty() -> Vec<World> {
    vec![world("sqlite", 7), world("postgres", 8)]
}

/// On each engine: two documents on the FX300 and one on the GX700, and four assets with similar names on two sites.
pub fn plants() -> Vec<World> {
    let worlds = empty();
    worlds.iter().for_each(World::fill);
    worlds
}

pub fn document(id: &str, product: &str, range: &str) -> Vec<u8> {
    let date = "2026-01-01T00:00:00Z";
    json!({
        "document": {
            "category": "csaf_security_advisory", "csaf_version": "2.0", "title": id,
            "publisher": {"category": "other", "name": "Acme", "namespace": "https://acme.example"},
            "notes": [{"category": "summary", "text": "A test document."}],
            "references": [{"category": "self", "summary": "Itself", "url": "https://acme.example/a.json"}],
            "tracking": {"id": id, "status": "final", "version": "1", "initial_release_date": date,
                "current_release_date": date,
                "revision_history": [{"date": date, "number": "1", "summary": "First."}]}
        },
        "product_tree": {"branches": [{"category": "vendor", "name": "Acme", "branches": [
            {"category": "product_name", "name": product, "branches": [
                {"category": "product_version_range", "name": range,
                 "product": {"name": format!("Acme {product}"), "product_id": "P1"}}]}]}]},
        "vulnerabilities": [{
            "cve": "CVE-2026-0001", "notes": [{"category": "description", "text": "A flaw."}],
            "product_status": {"known_affected": ["P1"]},
            "remediations": [{"category": "none_available", "details": "None.", "product_ids": ["P1"]}]
        }]
    })
    .to_string()
    .into_bytes()
}

const ASSETS: &str = "asset_tag,site,kind,vendor,product,firmware_version\n\
    F-1,North,plc,Acme,Flow Computer FX300 Compact,1.5\n\
    F-2,South,plc,Acme,Flow Computer FX300 Compact,1.6\n\
    F-3,South,plc,Acme,Flow Computer FX300 Compact,2.5\n\
    G-1,South,switch,Acme,Gas Chromatograph GX700 Field,1\n";

impl World {
    fn fill(&self) {
        for (id, product) in [
            ("ACME-1", "Flow Computer FX300"),
            ("ACME-2", "Flow Computer FX300"),
            ("ACME-3", "Gas Chromatograph GX700"),
        ] {
            self.publish(id, product, "vers:intdot/<2");
        }
        let request = ImportRequest {
            name: "assets.csv",
            bytes: ASSETS.as_bytes(),
            kind: ImportKind::Auto,
            run: Run::Apply,
            mode: Mode::AllOrNothing,
            table: holdpoint_app::inventory::TableChoice::default(),
            mapping: MappingChoice::Known,
            remember_as: None,
            asset: None,
            reason: "",
        };
        inventory::import(&self.app, &operator(), &request).unwrap();
    }

    pub fn publish(&self, id: &str, product: &str, range: &str) {
        let name = format!("{id}.json");
        let bytes = document(id, product, range);
        let report = intake::files::import_bytes(&self.app, &operator(), &name, bytes, "").unwrap();
        assert_eq!(report.documents.new, 1, "{report:?}");
    }

    pub fn query(&self, filter: &str) -> ListQuery {
        ListQuery { filter: Filter::parse(filter).unwrap(), ..ListQuery::everything(1000, self.app.now()) }
    }

    /// Open questions of which matches hang, by names.
    pub fn questions(&self) -> Vec<Open> {
        queue::list(&self.app, &operator(), &self.query("weight:open")).unwrap().items
    }

    /// The key of the question on our name.
    pub fn key(&self, ours: &str) -> String {
        let all = self.questions();
        let found = all.iter().find(|open| open.question.ours_written[1].contains(ours));
        found.unwrap_or_else(|| panic!("no question on {ours}: {all:#?}")).key.clone()
    }

    /// Match lines of an asset: advisory, verdict, rung.
    pub fn lines(&self, tag: &str) -> Vec<String> {
        let lines = self.matches(tag);
        lines.iter().map(|line| format!("{} {} {}", line.advisory, line.verdict, line.rung)).collect()
    }

    pub fn matches(&self, tag: &str) -> Vec<MatchLine> {
        matching::list(&self.app, &operator(), &self.query(&format!("asset:{tag}"))).unwrap().items
    }

    pub fn answer(&self, caller: &Caller, answer: &Answer) -> Result<Vec<Answered>, AppError> {
        decide(&self.app, caller, answer)
    }

    pub fn site(&self, name: &str) -> SiteId {
        self.app.store().read(|r| r.site_by_name(name)).unwrap().unwrap().id
    }

    pub fn person(&self, name: &str, scope: Scope) -> Caller {
        let id = UserId::new(self.app.now(), self.app.random_bytes());
        Caller {
            actor: Actor::Person { id, name: name.to_owned() },
            via: Via::Page,
            grants: vec![Grant { role: Role::Engineer, scope }],
            limit: Limit::None,
            roles: RoleTable::default(),
        }
    }

    pub fn entries(&self) -> u64 {
        self.app.store().verify_audit().unwrap().entries
    }
}

pub fn operator() -> Caller {
    Caller::operator("a.weber")
}

pub fn same(keys: &[&str]) -> Answer {
    Answer {
        keys: keys.iter().map(|key| (*key).to_owned()).collect(),
        verdict: RuleVerdict::Same,
        scope: Reaching::Names,
        reason: "the type plate says so".to_owned(),
        expires_at: None,
    }
}

pub fn different(keys: &[&str]) -> Answer {
    Answer { verdict: RuleVerdict::Different, ..same(keys) }
}

/// A rule that the compact FX300 is the FX300.
pub fn compact_is_fx300() -> NewRule {
    let text = |parts: [&str; 3]| parts.map(str::to_owned);
    NewRule {
        subject: NewSubject::Names {
            ours: text(["Acme", "Flow Computer FX300 Compact", ""]),
            theirs: text(["Acme", "Flow Computer FX300", ""]),
        },
        verdict: RuleVerdict::Same,
        reason: "the type plate says so".to_owned(),
        expires_at: None,
        example: RuleExample {
            ours: ["Acme", "Flow Computer FX300 Compact", "", "1.5"].map(str::to_owned),
            theirs: ["Acme", "Flow Computer FX300", "vers:intdot/<2"].map(str::to_owned),
            tracking_id: "ACME-1".to_owned(),
        },
    }
}
