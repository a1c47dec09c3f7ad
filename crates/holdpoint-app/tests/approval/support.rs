//! A plant with three servers and people of every role.

use holdpoint_app::access_check::Limit;
use holdpoint_app::approval::baselines::{self, NewBaseline};
use holdpoint_app::approval::decisions::{self, AskAuthorise, SignOutcome, SignRequest, Urgency};
use holdpoint_app::approval::test_records::{self, NewEnvironment, NewRun, Where};
use holdpoint_app::edge::{FixedClock, SeededRandom};
use holdpoint_app::inventory::{self, ImportKind, ImportRequest, MappingChoice, Mode, Run};
use holdpoint_app::people::accounts;
use holdpoint_app::ranking::lowering;
use holdpoint_app::store::patch::NewPatches;
use holdpoint_app::store::{Location, Store};
use holdpoint_app::{App, AppError, AppSettings, Caller};
use holdpoint_domain::Moment;
use holdpoint_domain::access::{Grant, Role, RoleTable, Scope};
use holdpoint_domain::actor::{Actor, Via};
use holdpoint_domain::asset::AssetKind;
use holdpoint_domain::baseline::{AssetScope, Baseline, Place};
use holdpoint_domain::decision::{Basis, Decision, Footing, Posting};
use holdpoint_domain::id::TestRunId;
use holdpoint_domain::patch::{PatchClass, PatchRecord, PatchSource};
use holdpoint_domain::test_record::{Differences, StepResult, TestRun};
use holdpoint_testkit::postgres;
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

/// The columns of a plant of which everything is known, and little hangs on it.
pub const COLUMNS: &str = "asset_tag,site,zone,kind,vendor,product,production_consequence,safety_consequence,\
    environment_consequence,quality_consequence,data_consequence\n";
/// What hangs on each: little.
pub const LITTLE: &str = "minor,minor,minor,minor,minor";
/// Patches that a catalogue knows.
const KNOWN: i32 = 30;

pub fn world(engine: &'static str) -> World {
    world_with(engine, AppSettings::default())
}

pub fn world_with(engine: &'static str, settings: AppSettings) -> World {
    let folder = tempfile::tempdir().unwrap();
    let database = (engine == "postgres").then(postgres::database);
    let location = match &database {
        Some(database) => Location::Postgres(database.url()),
        None => Location::Sqlite(folder.path().join("plant.db")),
    };
    let clock = Arc::new(FixedClock::new("2026-11-02T08:00:00Z".parse::<Moment>().unwrap()));
    let app =
        App::new(Store::open(&location).unwrap(), clock.clone(), Arc::new(SeededRandom::new(11)), settings);
    let world = World { engine, app, clock, _folder: folder, _database: database };
    let rows = [("SRV-1", "North,Z2"), ("SRV-2", "North,Z2"), ("SRV-3", "South,Z1")];
    let rows = rows.map(|(tag, place)| format!("{tag},{place},server,Acme,Historian,{LITTLE}\n"));
    world.import(&format!("{COLUMNS}{}", rows.concat()));
    let known: Vec<String> = (1..=KNOWN).map(|number| format!("KB50000{number:02}")).collect();
    world.catalogue("articles", &known.iter().map(String::as_str).collect::<Vec<_>>());
    world
}

/// One world on each engine.
pub fn worlds() -> Vec<World> {
    vec![world("sqlite"), world("postgres")]
}

impl World {
    pub fn import(&self, text: &str) {
        let request = ImportRequest {
            kind: ImportKind::Auto,
            mode: Mode::AllOrNothing,
            run: Run::Apply,
            name: "assets.csv",
            bytes: text.as_bytes(),
            table: holdpoint_app::inventory::TableChoice::default(),
            mapping: MappingChoice::Known,
            remember_as: None,
            asset: None,
            reason: "a test",
        };
        inventory::import(&self.app, &Caller::operator("test"), &request).unwrap();
    }

    /// Assets that come later, of which everything is known by two persons.
    pub fn grows(&self, text: &str) {
        self.import(text);
        self.settles();
    }

    /// Two persons agree to all that waits for a second one.
    pub fn settles(&self) {
        for who in ["one", "two"] {
            let waiting = lowering::waiting(&self.app, &Caller::operator("test")).unwrap();
            let ids: Vec<_> = waiting.iter().map(|one| one.lowering.id).collect();
            let Some(last) = ids.last() else { return };
            let who = self.person(&format!("{who}.{}", &last.to_string()[24..]), &[Role::Approver]);
            lowering::agree_to_all(&self.app, &who, &ids, "seen each of them").unwrap();
        }
    }

    /// A bill of materials of an asset.
    pub fn import_bom(&self, tag: &str, text: &str) {
        let request = ImportRequest {
            kind: ImportKind::Auto,
            mode: Mode::AllOrNothing,
            run: Run::Apply,
            name: "bom.json",
            bytes: text.as_bytes(),
            table: holdpoint_app::inventory::TableChoice::default(),
            mapping: MappingChoice::Known,
            remember_as: None,
            asset: Some(tag),
            reason: "a test",
        };
        inventory::import(&self.app, &Caller::operator("test"), &request).unwrap();
    }

    /// What suppliers speak of in these tests runs on each of the servers.
    pub fn installs_historian(&self) {
        let rows = ["SRV-1", "SRV-2", "SRV-3"].map(|tag| format!("{tag},Acme,Historian,4.2,,\n"));
        self.import(&format!("asset_tag,vendor,product,version,purl,cpe\n{}", rows.concat()));
    }

    /// A document of a catalogue that knows these patches.
    pub fn catalogue(&self, document: &str, names: &[&str]) {
        let records: Vec<PatchRecord> = names
            .iter()
            .map(|name| PatchRecord {
                identifier: (*name).to_owned(),
                title: (*name).to_owned(),
                ..PatchRecord::of("Plant".to_owned())
            })
            .collect();
        let intent = self.app.intent(&Caller::operator("test"), "patch.read-repository", "a test");
        let written = self.app.store().change(&intent, |c| {
            let (at, records) = (c.at(), records.iter().collect::<Vec<_>>());
            c.put_patches(&[NewPatches { source: PatchSource::Apt, document, records: &records }], at)?;
            Ok::<_, AppError>(())
        });
        written.unwrap();
    }

    /// A document of a catalogue that says of which class a patch is.
    pub fn catalogue_of(&self, document: &str, name: &str, class: PatchClass) {
        let record = PatchRecord {
            identifier: name.to_owned(),
            title: name.to_owned(),
            class,
            ..PatchRecord::of("Plant".to_owned())
        };
        self.clock.advance_micros(1_000_000);
        let intent = self.app.intent(&Caller::operator("test"), "patch.read-repository", "a test");
        let written = self.app.store().change(&intent, |c| {
            let at = c.at();
            c.put_patches(&[NewPatches { source: PatchSource::Apt, document, records: &[&record] }], at)?;
            Ok::<_, AppError>(())
        });
        written.unwrap();
    }

    /// A person with an account and these roles everywhere.
    pub fn person(&self, name: &str, roles: &[Role]) -> Caller {
        let grants: Vec<Grant> =
            roles.iter().map(|role| Grant { role: *role, scope: Scope::AllSites }).collect();
        let new = accounts::NewAccount {
            name: name.to_owned(),
            display_name: String::new(),
            password: "correct horse battery staple".to_owned(),
            grants: grants.clone(),
            reason: "for a test".to_owned(),
        };
        let id = accounts::create(&self.app, &Caller::operator("test"), &new).unwrap().id;
        let actor = Actor::Person { id, name: name.to_owned() };
        Caller { actor, via: Via::Page, grants, limit: Limit::None, roles: RoleTable::default() }
    }

    pub fn days_pass(&self, days: i64) {
        self.clock.advance_micros(days * DAY);
    }

    pub fn in_days(&self, days: i64) -> Moment {
        self.app.now().plus_micros(days * DAY)
    }

    pub fn baseline(&self, caller: &Caller, name: &str, parent: Option<&str>) -> Baseline {
        self.baseline_of(caller, name, parent, AssetKind::Server)
    }

    pub fn baseline_of(
        &self,
        caller: &Caller,
        name: &str,
        parent: Option<&str>,
        kind: AssetKind,
    ) -> Baseline {
        let scope = AssetScope {
            kind: Some(kind),
            vendor: String::new(),
            product: String::new(),
            release: None,
            place: Place::Everywhere,
        };
        let new = NewBaseline {
            name: name.to_owned(),
            description: String::new(),
            parent: parent.map(str::to_owned),
            scope,
            reason: "a test".to_owned(),
        };
        baselines::create(&self.app, caller, &new).unwrap()
    }

    pub fn bench(&self, caller: &Caller, baseline: &str) {
        let new = NewEnvironment {
            name: format!("BED of {baseline}"),
            represents: vec![baseline.to_owned()],
            differences: Differences::Known(vec!["no domain controller".to_owned()]),
            reason: String::new(),
        };
        test_records::add_environment(&self.app, caller, &new).unwrap();
    }

    pub fn begin(&self, caller: &Caller, baseline: &str, patch: &str) -> Result<TestRun, AppError> {
        let new = NewRun {
            patch: patch.to_owned(),
            baseline: baseline.to_owned(),
            place: Where::Bench(format!("BED of {baseline}")),
            plan: None,
            steps: vec![("install and restart".to_owned(), "the historian records".to_owned())],
            reason: String::new(),
        };
        test_records::begin(&self.app, caller, &new)
    }

    /// A run of one step, passed.
    pub fn passed(&self, caller: &Caller, baseline: &str, patch: &str) -> TestRun {
        let run = self.begin(caller, baseline, patch).unwrap();
        self.record(caller, run.id, StepResult::Passed).unwrap()
    }

    pub fn record(&self, caller: &Caller, run: TestRunId, result: StepResult) -> Result<TestRun, AppError> {
        test_records::record(&self.app, caller, &run.to_string(), 1, (result, "seen"))
    }

    pub fn ask(&self, baseline: &str, patch: &str, basis: Basis) -> AskAuthorise {
        AskAuthorise {
            baseline: baseline.to_owned(),
            patch: patch.to_owned(),
            basis,
            footing: Footing::NoVendorQualification { reason: "no control system runs on it".to_owned() },
            posting: Posting::AtOnce,
            expires: None,
            urgency: Urgency::Normal,
            reason: "monthly round".to_owned(),
        }
    }

    /// Signed by this person, and by as many others as it needs.
    pub fn signed(&self, caller: &Caller, decision: &Decision) {
        self.sign(caller, decision).unwrap();
        for number in 1..decision.needed {
            let name = format!("x{number}.{}", &decision.id.to_string()[24..]);
            self.sign(&self.person(&name, &[Role::Approver]), decision).unwrap();
        }
    }

    pub fn sign(&self, caller: &Caller, decision: &Decision) -> Result<SignOutcome, AppError> {
        let request = SignRequest {
            id: decision.id.to_string(),
            shown: decision.card,
            note: String::new(),
            on_behalf_of: None,
        };
        decisions::sign(&self.app, caller, &request)
    }
}

/// The stable word of a refusal.
pub fn code<T: std::fmt::Debug>(result: Result<T, AppError>) -> String {
    result.map_or_else(|error| error.code().to_owned(), |value| format!("done: {value:?}"))
}

pub fn tested(run: &TestRun) -> Basis {
    Basis::Tested(vec![run.id])
}

pub fn looked() -> Basis {
    Basis::Inspection { reason: "documentation only".to_owned() }
}
