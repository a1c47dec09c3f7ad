//! Work orders on a stick: what lies on it, what comes back, and sticks of others, changed ones and old ones.

use crate::support::{World, code, world_with};
use crate::work_orders::{begun, clock_to};
use crate::{Cast, cast};
use holdpoint_app::patches::files::{self, NewFile};
use holdpoint_app::work_orders::{self, Brought, Files, ResultBody, ResultOutcome, WorkOrder};
use holdpoint_app::{AppError, AppSettings, Caller, windows};
use holdpoint_domain::patch::ScanResult;
use holdpoint_domain::work_order::WorkOrderState;

/// A plant with keys, a plan that is carried out, and two work orders of it.
struct Plant {
    world: World,
    cast: Cast,
    orders: [WorkOrder; 2],
    door: tempfile::TempDir,
}

fn plants() -> Vec<Plant> {
    ["sqlite", "postgres"].into_iter().map(plant).collect()
}

fn plant(engine: &'static str) -> Plant {
    let door = tempfile::tempdir().unwrap();
    let settings = AppSettings { door_folder: Some(door.path().join("door")), ..AppSettings::default() };
    let world = world_with(engine, settings);
    let cast = cast(&world);
    let id = begun(&world, &cast);
    let orders = [1, 2].map(|step| {
        work_orders::issue(&world.app, &cast.engineer, (&id, step), "K. Technician", "no line").unwrap()
    });
    Plant { world, cast, orders, door }
}

impl Plant {
    fn keep_file(&self) {
        let file = NewFile {
            name: "setup 2.exe".to_owned(),
            bytes: b"the bytes of the patch".to_vec(),
            expected_sha256: String::new(),
            origin: "its maker".to_owned(),
            scan: ScanResult::NotScanned,
            scanner: String::new(),
            scanned_at: None,
        };
        files::add(&self.world.app, &Caller::operator("test"), "KB5000001", &file, "").unwrap();
    }

    fn ids(&self) -> Vec<String> {
        self.orders.iter().map(|order| order.line.number.to_string()).collect()
    }

    fn stick(&self, ids: &[String]) -> Result<work_orders::MadeStick, AppError> {
        work_orders::make_stick(&self.world.app, &self.cast.engineer, ids, "for the night shift")
    }

    fn files(&self) -> Files {
        work_orders::unpacked(&self.stick(&self.ids()).unwrap().bytes).unwrap()
    }

    fn brought(&self, files: Files) -> Result<Brought, AppError> {
        work_orders::take_stick(&self.world.app, &self.cast.engineer, files, "came back")
    }

    /// What somebody writes into the file of an order.
    fn filled(&self, files: &mut Files, place: usize) -> String {
        let name = format!("result-{}.json", self.orders[place].line.number);
        let mut body: ResultBody = serde_json::from_slice(&files[&name]).unwrap();
        body.word = "installed".to_owned();
        body.restart = "done".to_owned();
        body.began_at = self.orders[place].line.start.to_string();
        body.done_at = self.world.app.now().to_string();
        for line in &mut body.lines {
            line.done = true;
        }
        files.insert(name.clone(), serde_json::to_vec_pretty(&body).unwrap());
        name
    }

    /// The work of the first order was done.
    fn worked(&self) {
        clock_to(&self.world, self.orders[0].line.start.plus_micros(20 * 60_000_000));
    }
}

fn outcomes(brought: &Brought) -> Vec<String> {
    let word = |one: &work_orders::OneBrought| match &one.outcome {
        ResultOutcome::Taken(order) => order.line.state.to_string(),
        ResultOutcome::Blank => "blank".to_owned(),
        ResultOutcome::Missing => "missing".to_owned(),
        ResultOutcome::Refused { code, .. } => code.clone(),
    };
    brought.results.iter().map(word).collect()
}

#[test]
fn a_stick_goes_out_signed_and_its_results_come_back() {
    for plant in plants() {
        let made = plant.stick(&plant.ids()).unwrap();
        assert_eq!(made.missing.len(), 2, "{:?}", made.missing);
        plant.keep_file();
        let made = plant.stick(&plant.ids()).unwrap();
        assert_eq!((made.orders.len(), made.missing.as_slice()), (2, [].as_slice()));
        let mut files = work_orders::unpacked(&made.bytes).unwrap();
        assert_eq!(files["setup_2.exe"], b"the bytes of the patch");
        let number = plant.orders[0].line.number;
        let page = String::from_utf8(files[&format!("order-{number}.html")].clone()).unwrap();
        assert!(page.contains(&plant.orders[0].code) && page.contains("<svg") && page.contains("KB5000001"));
        assert_eq!(outcomes(&plant.brought(files.clone()).unwrap()), ["blank", "blank"]);
        plant.worked();
        plant.filled(&mut files, 0);
        files.insert("photo.jpg".to_owned(), b"jpeg".to_vec());
        // What is not needed any more need not come back, and a folder may be packed with its name.
        files.remove("setup_2.exe");
        let packed: Files =
            files.iter().map(|(name, bytes)| (format!("stick/{name}"), bytes.clone())).collect();
        let brought = plant.brought(packed).unwrap();
        assert_eq!(outcomes(&brought), ["told", "blank"]);
        assert_eq!(brought.strange, ["photo.jpg"]);
        let order = work_orders::show(&plant.world.app, &plant.cast.viewer, &number.to_string()).unwrap();
        assert_eq!((order.line.state, order.results.len()), (WorkOrderState::Told, 1));
        assert_eq!(order.results[0].way, holdpoint_domain::work_order::ResultWay::Imported);
        assert_eq!(outcomes(&plant.brought(files.clone()).unwrap()), ["told", "blank"], "twice is once");
        files.remove(&format!("result-{}.json", plant.orders[1].line.number));
        assert_eq!(outcomes(&plant.brought(files).unwrap()), ["told", "missing"]);
        let order = work_orders::show(&plant.world.app, &plant.cast.viewer, &number.to_string()).unwrap();
        assert_eq!(order.results.len(), 1);
    }
}

#[test]
fn a_foreign_a_changed_and_a_stale_stick_say_so() {
    for plant in plants() {
        plant.keep_file();
        plant.worked();
        let mut files = plant.files();
        plant.filled(&mut files, 0);
        let with = |name: &str, change: &dyn Fn(&mut Vec<u8>)| {
            let mut files = files.clone();
            change(files.get_mut(name).unwrap());
            code(plant.brought(files))
        };
        let replaced = |from: &'static str, to: &'static str| {
            move |bytes: &mut Vec<u8>| {
                *bytes = String::from_utf8_lossy(bytes).replace(from, to).into_bytes();
            }
        };
        // The list of somebody else, and one that was written anew.
        assert_eq!(with("manifest.json", &replaced("setup_2", "setup_3")), "foreign");
        // A plant that is like this one in everything but its key.
        let other = self::plant("sqlite");
        other.stick(&other.ids()).unwrap();
        for entry in std::fs::read_dir(other.door.path().join("door")).unwrap() {
            let path = entry.unwrap().path();
            if path.to_string_lossy().contains("order-") {
                std::fs::write(path, "07".repeat(32)).unwrap();
            }
        }
        let list = other.files()["manifest.json"].clone();
        assert_eq!(with("manifest.json", &|bytes| bytes.clone_from(&list)), "foreign");
        assert_eq!(with("manifest.json", &|bytes| bytes.clear()), "unreadable");
        let number = plant.orders[0].line.number;
        assert_eq!(with("setup_2.exe", &|bytes| bytes.push(0)), "changed_byte");
        let sheet = format!("order-{number}.html");
        assert_eq!(with(&sheet, &replaced("Install", "Wipe")), "changed_byte");
        let log = plant.world.app.store().read(|r| r.audit_head()).unwrap();
        assert_eq!(with(&sheet, &replaced("Install", "Wipe")), "changed_byte");
        assert!(plant.world.app.store().read(|r| r.audit_head()).unwrap().0 > log.0, "it is written down");
        let mut nothing = files.clone();
        nothing.remove("manifest.json");
        assert_eq!(code(plant.brought(nothing)), "unreadable");
        // The result of one order under the name of another, and one that is no result.
        let mut swapped = files.clone();
        let (one, two) =
            (format!("result-{number}.json"), format!("result-{}.json", plant.orders[1].line.number));
        swapped.insert(two, files[&one].clone());
        swapped.insert(one.clone(), b"installed, all well".to_vec());
        assert_eq!(outcomes(&plant.brought(swapped).unwrap()), ["unreadable", "foreign"]);
        assert_eq!(
            code(work_orders::take_stick(&plant.world.app, &plant.cast.viewer, files.clone(), "")),
            "not-allowed"
        );
        // The order says something else by now: neither the old stick counts nor a new one of the old sheet.
        assert_eq!(outcomes(&plant.brought(files.clone()).unwrap())[0], "told");
        rename_window(&plant);
        assert_eq!(outcomes(&plant.brought(files).unwrap())[0], "told", "the same result twice is one");
        assert_eq!(code(plant.stick(&plant.ids())), "work-order-state");
        assert_eq!(code(plant.stick(&plant.ids()[1..])), "stale-sheet");
        assert_eq!(code(plant.stick(&[])), "orders");
    }
}

#[test]
fn a_result_of_a_stale_sheet_on_a_stick_is_refused_with_what_has_changed() {
    for plant in plants() {
        let mut files = plant.files();
        plant.worked();
        plant.filled(&mut files, 0);
        rename_window(&plant);
        let brought = plant.brought(files).unwrap();
        assert_eq!(outcomes(&brought), ["stale-sheet", "blank"]);
        let ResultOutcome::Refused { why, .. } = &brought.results[0].outcome else { panic!("{brought:?}") };
        assert!(why.contains("Saturday late"), "{why}");
    }
}

/// The window is called something else, so the sheets that are out say something else.
fn rename_window(plant: &Plant) {
    let app = &plant.world.app;
    let all = windows::list(
        app,
        &plant.cast.engineer,
        &holdpoint_app::store::page::ListQuery::everything(9, app.now()),
    )
    .unwrap();
    let id = all.items[0].window.id.to_string();
    let renamed = windows::NewWindow { name: "Saturday late".to_owned(), ..crate::saturdays() };
    windows::edit(app, &plant.cast.engineer, &id, (&renamed, None), "agreed anew").unwrap();
}
