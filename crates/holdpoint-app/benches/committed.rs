//! How long one new advisory takes until its matches are committed, with a whole fleet in the store.
//!
//! Run by `cargo xtask bench committed FOLDER [ASSETS]`. A fleet is generated from the documents' own product names and
//! order numbers, 20,000 kinds of devices, always the same; then every document is imported alone, in the order of its
//! release, as a provider would deliver it. The store is SQLite in a folder of its own. The surprise: what is measured
//! holds everything from bytes to the commit, audit entry and the sync to disk included.

#![expect(clippy::unwrap_used, reason = "a bench has no users, and fails by panicking")]

use holdpoint_app::edge::{OsRandom, SystemClock};
use holdpoint_app::intake::prepare::{Prepared, prepare, sha256};
use holdpoint_app::intake::{self, Admission, IncomingDocument, Problem, files};
use holdpoint_app::inventory::{self, ImportKind, ImportRequest, MappingChoice, Mode, Run};
use holdpoint_app::store::{Location, Store};
use holdpoint_app::{App, AppSettings, Caller};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Rows of one import of assets.
const ROWS: usize = 50_000;
/// Kinds of devices, each with its own configuration.
const KINDS: usize = 20_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|text| text != "--bench").collect();
    let Some(folder) = arguments.first() else {
        println!("committed: give a folder of advisories");
        return;
    };
    let assets: usize = arguments.get(1).map_or(1_000_000, |text| text.parse().unwrap());
    let documents = documents(Path::new(folder));
    let data = tempfile::tempdir().unwrap();
    let store = Store::open(&Location::Sqlite(data.path().join("holdpoint.db"))).unwrap();
    let app = App::new(store, Arc::new(SystemClock), Arc::new(OsRandom), AppSettings::default());
    let started = Instant::now();
    fleet(&app, &kinds(&documents), assets);
    println!("{assets} assets stored in {:.1} s", started.elapsed().as_secs_f64());
    one_by_one(&app, documents);
}

fn documents(folder: &Path) -> Vec<(IncomingDocument, Prepared)> {
    let mut all: Vec<(IncomingDocument, Prepared)> = files::documents_at(folder)
        .unwrap()
        .filter_map(Result::ok)
        .filter_map(|document| {
            let hash = sha256(&document.bytes);
            let prepared = prepare(document.clone(), hash, Admission::ByTheRules).ok()?;
            Some((document, prepared))
        })
        .collect();
    all.sort_by_key(|(document, prepared)| (prepared.content.current_release, document.name.clone()));
    all
}

/// Vendor, product, order number and version of so many kinds, drawn evenly from what the documents name.
fn kinds(documents: &[(IncomingDocument, Prepared)]) -> Vec<[String; 4]> {
    let products: Vec<_> = documents.iter().flat_map(|(_, prepared)| &prepared.content.products).collect();
    (0..KINDS)
        .map(|kind| {
            let product = products[kind * 7919 % products.len()];
            let order = product.helpers.model_numbers.first().cloned().unwrap_or_default();
            let version = format!("{}.{}.{}", kind % 9, kind % 7, kind / 2_000);
            let name = product.product().unwrap_or(&product.name);
            [product.vendor().unwrap_or_default().to_owned(), name.to_owned(), order, version]
        })
        .collect()
}

fn fleet(app: &App, kinds: &[[String; 4]], assets: usize) {
    let caller = Caller::operator("bench");
    for first in (0..assets).step_by(ROWS) {
        let mut table = String::from("asset_tag,vendor,product,order_number,firmware_version\n");
        for asset in first..(first + ROWS).min(assets) {
            write!(table, "A-{asset}").unwrap();
            for text in &kinds[asset % kinds.len()] {
                write!(table, ",\"{}\"", text.replace('"', "\"\"")).unwrap();
            }
            table.push('\n');
        }
        let request = ImportRequest {
            name: "fleet.csv",
            bytes: table.as_bytes(),
            kind: ImportKind::Assets,
            run: Run::Apply,
            mode: Mode::ValidRows,
            table: holdpoint_app::inventory::TableChoice::default(),
            mapping: MappingChoice::Known,
            remember_as: None,
            asset: None,
            reason: "",
        };
        inventory::import(app, &caller, &request).unwrap();
    }
}

fn one_by_one(app: &App, documents: Vec<(IncomingDocument, Prepared)>) {
    let caller = Caller::operator("bench");
    let (mut all, mut matches) = (Vec::new(), 0);
    for (document, _) in documents {
        let (started, processor) = (Instant::now(), processor_time());
        let report = intake::import(
            app,
            &caller,
            std::iter::once(Ok::<_, Problem>(document)),
            Admission::ByTheRules,
            "",
        );
        let times = [started.elapsed(), processor_time().saturating_sub(processor)];
        all.push((times, report.as_ref().unwrap().matches.opened));
        matches += report.unwrap().matches.opened;
    }
    println!(
        "{} advisories one by one, {matches} matches; the first took {:.0} ms",
        all.len(),
        ms(all[0].0[0])
    );
    let few = |most: u64| all.iter().skip(1).filter(move |(_, opened)| *opened <= most);
    for (what, most) in [("all", u64::MAX), ("at most 100 matches", 100)] {
        show(&format!("wall time, {what}"), few(most).map(|(times, _)| times[0]).collect());
        show(&format!("processor time, {what}"), few(most).map(|(times, _)| times[1]).collect());
    }
}

/// What this thread has used of the processor; nothing where the system does not say.
fn processor_time() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let ns = text.split_whitespace().next().and_then(|first| first.parse().ok()).unwrap_or_default();
    Duration::from_nanos(ns)
}

fn show(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: f64| {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a place in a list"
        )]
        let place = ((times.len() as f64 - 1.0) * share) as usize;
        times.get(place).copied().map_or(0.0, ms)
    };
    println!(
        "{what}: {} advisories, p50 {:.1} ms, p90 {:.1} ms, p99 {:.1} ms, p99.9 {:.1} ms, longest {:.1} ms",
        times.len(),
        at(0.5),
        at(0.9),
        at(0.99),
        at(0.999),
        at(1.0)
    );
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
