//! The measurements over feeds.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use holdpoint_bench::cost::{Stretch, head, measured, percentiles, row};
use holdpoint_bench::fingerprint::Fingerprint;
use holdpoint_bench::hosts::{Hosts, Size};
use holdpoint_bench::nvd::{Record, Stretched, families, feeds, filled, products, records, visit};
use holdpoint_bench::ot::{self, Plant};
use holdpoint_bench::plant::{self, Market};
use holdpoint_bench::reading;
use holdpoint_bench::work;
use holdpoint_domain::advisory::AdvisoryContent;
use holdpoint_domain::component::Component;
use holdpoint_domain::id::PlanId;
use holdpoint_engine::applicability::{Builder, Catalogue, Truth};
use holdpoint_engine::fleet::{Answers, AssetSet, Findings, Fleet, Percolator};
use holdpoint_engine::matching::{LeafInput, Leaves};
use holdpoint_engine::plan_check::check_plan;
use holdpoint_engine::planning::make_plan;

const SEED: u64 = 20_261_120;
/// As many records as the programme has given out, over ten families of products.
const ALL: Stretched = Stretched { records: 380_000, rounds_per_vendor: 3 };
/// The same with one family: every component meets every repetition.
const DENSE: Stretched = Stretched { records: 380_000, rounds_per_vendor: usize::MAX };
const FLEET: Size = Size { assets: 1_000_000, configurations: 20_000, devices_percent: 70 };

/// Feeds unpacked, read and indexed; read again under other references until there are 100,000 records.
pub(crate) fn nvd(paths: &[PathBuf]) -> Result<()> {
    let feeds = feeds(paths)?;
    head();
    let stretch = Stretch::begin();
    let (mut builder, mut count, mut round) = (Builder::new(), 0_u64, 0);
    while count < 100_000 {
        for feed in &feeds {
            count += visit(feed, |reference, statements| {
                builder.push(&format!("{reference}+{round}"), &statements).context("a record")
            })?;
        }
        round += 1;
    }
    let catalogue = builder.finish();
    let cost = stretch.end();
    let (leaves, unnamed) = catalogue.leaves();
    let told = format!(
        "{count} records, {leaves} leaves ({unnamed} without a product), {} trees",
        catalogue.tree_count()
    );
    row("gz JSON to catalogue", cost, &told);
    let share = 100_000.0 / count as f64;
    println!("\nper 100,000 records: {:.2} CPU s", cost.cpu_s * share);
    Ok(())
}

struct World {
    records: Vec<Record>,
    catalogue: Catalogue,
    fleet: Fleet,
}

fn world(paths: &[PathBuf], stretched: Stretched, size: Size) -> Result<World> {
    let records = records(&feeds(paths)?)?;
    let catalogue = measured(
        "catalogue from records in memory",
        || filled(&records, stretched).map(Builder::finish),
        |made| {
            made.as_ref()
                .map_or(String::new(), |made| format!("{} records, {} leaves", made.len(), made.leaves().0))
        },
    )?;
    let products = families(&products(&records), stretched.families(records.len()));
    let fleet = measured(
        "fleet from generated text",
        || Hosts::new(&products, SEED).fleet(size),
        |fleet| {
            format!(
                "{} assets, {} configurations, {} distinct components",
                fleet.assets(),
                fleet.configurations(),
                fleet.components()
            )
        },
    );
    Ok(World { records, catalogue, fleet })
}

fn told(fleet: &Fleet, findings: &Findings) -> String {
    format!(
        "{} findings for {} pairs of asset and record, fingerprint {:016x}",
        findings.len(),
        findings.implied(fleet),
        Fingerprint::of(fleet, findings)
    )
}

/// The whole match, on one thread and on two.
pub(crate) fn fleet_nvd(paths: &[PathBuf]) -> Result<()> {
    whole_match(paths, ALL)
}

/// The same where every component meets every repetition of the records: ten times as many findings.
pub(crate) fn dense(paths: &[PathBuf]) -> Result<()> {
    whole_match(paths, DENSE)
}

fn whole_match(paths: &[PathBuf], stretched: Stretched) -> Result<()> {
    head();
    let World { records, catalogue, fleet } = world(paths, stretched, FLEET)?;
    drop(records);
    let answers = measured(
        "components against all tests",
        || Answers::of(&catalogue, &fleet),
        |answers| format!("{} passed", answers.len()),
    );
    let findings = measured(
        "configurations, one thread",
        || Findings::of(&catalogue, &fleet, &answers),
        |findings| told(&fleet, findings),
    );
    let print = Fingerprint::of(&fleet, &findings);
    measured(
        "assets of every record, as runs",
        || every_record(&catalogue, &fleet, &findings),
        |(runs, assets)| format!("{runs} runs, {assets} assets"),
    );
    lookups(&catalogue, &fleet, &answers, &findings);
    drop((answers, findings));
    let both =
        measured("both steps, two threads", || in_two(&catalogue, &fleet), |findings| told(&fleet, findings));
    ensure!(Fingerprint::of(&fleet, &both) == print, "two threads gave other findings");
    println!("\nsame fingerprint with one thread and with two: {print:016x}");
    Ok(())
}

fn in_two(catalogue: &Catalogue, fleet: &Fleet) -> Findings {
    let (components, configurations) = (fleet.components() as u32, fleet.configurations() as u32);
    let answers = thread::scope(|scope| {
        let second = scope.spawn(|| Answers::part(catalogue, fleet, components / 2..components));
        let first = Answers::part(catalogue, fleet, 0..components / 2);
        Answers::join(vec![first, second.join().expect("a thread that does not panic")])
    });
    let middle = configurations / 2;
    thread::scope(|scope| {
        let second = scope.spawn(|| Findings::part(catalogue, fleet, &answers, middle..configurations));
        let first = Findings::part(catalogue, fleet, &answers, 0..middle);
        Findings::join(vec![first, second.join().expect("a thread that does not panic")])
    })
}

/// The asset set of every record: one pass over the findings, runs joined where configurations are neighbours.
fn every_record(catalogue: &Catalogue, fleet: &Fleet, findings: &Findings) -> (u64, u64) {
    let mut last_end = vec![u32::MAX; catalogue.len()];
    let (mut runs, mut assets) = (0, 0);
    for configuration in 0..fleet.configurations() as u32 {
        let run = fleet.assets_of(configuration);
        for finding in findings.of_configuration(configuration) {
            let end = &mut last_end[finding.record() as usize];
            runs += u64::from(*end != run.start);
            assets += u64::from(run.end - run.start);
            *end = run.end;
        }
    }
    (runs, assets)
}

/// Both directions, one look-up after another.
fn lookups(catalogue: &Catalogue, fleet: &Fleet, answers: &Answers, findings: &Findings) {
    let (mut by_record, mut by_asset, mut sum) = (Vec::new(), Vec::new(), 0);
    for step in 0..2_000 {
        let record = (step * 7919 % catalogue.len()) as u32;
        let start = Instant::now();
        let configurations = findings.of_record(catalogue, fleet, answers, record);
        sum += fleet.assets_of_all(configurations.into_iter().map(|(at, _)| at)).len();
        by_record.push(start.elapsed().as_secs_f64());
        let number = (step * 104_729 % fleet.assets()) as i64;
        let start = Instant::now();
        let place = fleet.asset_place(number).expect("numbers run from zero");
        sum += findings.of_configuration(fleet.configuration_at(place)).len() as u64;
        by_asset.push(start.elapsed().as_secs_f64());
    }
    println!("\nrecord to its set of assets: {}", percentiles(&mut by_record));
    println!("asset to its records: {} ({sum})\n", percentiles(&mut by_asset));
}

/// Every asset with a configuration of its own: nothing is shared but components.
pub(crate) fn adversarial(paths: &[PathBuf]) -> Result<()> {
    head();
    let size = Size { assets: 1_000_000, configurations: 1_000_000, devices_percent: 100 };
    let World { catalogue, fleet, .. } = world(paths, Stretched { records: 40_000, ..ALL }, size)?;
    let answers = measured(
        "components against all tests",
        || Answers::of(&catalogue, &fleet),
        |answers| format!("{} passed", answers.len()),
    );
    measured(
        "configurations, one thread",
        || Findings::of(&catalogue, &fleet, &answers),
        |findings| told(&fleet, findings),
    );
    Ok(())
}

/// One new record after another.
pub(crate) fn incremental(paths: &[PathBuf]) -> Result<()> {
    head();
    let World { records, catalogue, fleet } = world(paths, Stretched { records: 1, ..DENSE }, FLEET)?;
    drop(catalogue);
    let mut percolator = Percolator::new(&fleet);
    let (mut times, mut touched, mut assets) = (Vec::with_capacity(records.len()), 0_u64, 0);
    let stretch = Stretch::begin();
    for (reference, statements) in &records {
        // The best of three: other work on the machine interrupts for longer than all of this takes.
        let (mut best, mut set) = (f64::MAX, AssetSet::default());
        for _ in 0..3 {
            let start = Instant::now();
            let mut builder = Builder::new();
            builder.push(reference, statements)?;
            let one = builder.finish();
            let affected = percolator.affected(&one, &fleet).pop().unwrap_or_default();
            set = fleet.assets_of_all(affected.iter().map(|(at, _)| *at));
            best = best.min(start.elapsed().as_secs_f64());
        }
        times.push(best);
        touched += u64::from(!set.is_empty());
        assets += set.len();
    }
    let told = format!("{} records, {touched} touch an asset, {assets} assets", records.len());
    row("new records, one by one, each three times", stretch.end(), &told);
    println!("\nnew record to its set of assets, by the clock: {}", percentiles(&mut times));
    Ok(())
}

/// Writes the indexes, then reads and uses them in a new process.
pub(crate) fn restart(paths: &[PathBuf]) -> Result<()> {
    head();
    let World { catalogue, fleet, .. } = world(paths, ALL, FLEET)?;
    let folder = tempfile::tempdir()?;
    measured(
        "both indexes written",
        || -> Result<u64> {
            let (a, b) = (catalogue.encode(), fleet.encode());
            std::fs::write(folder.path().join("catalogue"), &a)?;
            std::fs::write(folder.path().join("fleet"), &b)?;
            Ok((a.len() + b.len()) as u64 >> 20)
        },
        |written| written.as_ref().map_or(String::new(), |mib| format!("{mib} MiB")),
    )?;
    drop((catalogue, fleet));
    let status = Command::new(std::env::current_exe()?).arg("restart-load").arg(folder.path()).status()?;
    ensure!(status.success(), "the new process ended with {status}");
    Ok(())
}

/// The new process.
pub(crate) fn restart_load(paths: &[PathBuf]) -> Result<()> {
    let folder = paths.first().map(PathBuf::as_path).unwrap_or(Path::new("."));
    let stretch = Stretch::begin();
    let catalogue = Catalogue::decode(&std::fs::read(folder.join("catalogue"))?)?;
    let fleet = Fleet::decode(&std::fs::read(folder.join("fleet"))?)?;
    // Something is asked, so that it is a start and not only a reading.
    let passed = fleet.components_of(0).iter().flat_map(|item| catalogue.passed(fleet.item(*item)));
    let sure = passed.filter(|passed| passed.truth() == Truth::Yes).count();
    let told =
        format!("{} records, {} assets, {sure} tests passed by the first", catalogue.len(), fleet.assets());
    row("a new process reads both and answers", stretch.end(), &told);
    Ok(())
}

/// A million assets against all leaves: text in, matches out.
pub(crate) fn fleet_ot(paths: &[PathBuf]) -> Result<()> {
    let folder = paths.first().context("a folder of CSAF documents")?;
    let documents = plant::documents(folder)?;
    head();
    let leaves = measured(
        "leaves of the documents, indexed",
        || Leaves::new(inputs(&documents)),
        |leaves| format!("{} documents, {} leaves", documents.len(), leaves.len()),
    );
    for kinds in [20_000, 200_000] {
        let mut market = Market::of(&documents, SEED);
        let devices: Vec<Vec<Component>> = (0..kinds).map(|_| market.device()).collect();
        let assets: Vec<u32> = (0..1_000_000)
            .map(|at| if at < kinds { at } else { market.dice().below(kinds) } as u32)
            .collect();
        println!("| {kinds} kinds of devices | | | | |");
        let plant = measured(
            "1,000,000 assets, text to configurations",
            || Plant::of(assets.iter().map(|kind| devices[*kind as usize].as_slice())),
            |plant| {
                let fleet = &plant.fleet;
                format!(
                    "{} distinct components, {} configurations",
                    fleet.components(),
                    fleet.configurations()
                )
            },
        );
        drop((devices, assets));
        measured(
            "all leaves against all configurations",
            || ot::count(&plant, &leaves),
            |(matches, implied, yes)| {
                format!("{matches} matches ({yes} yes) for {implied} pairs of asset and leaf")
            },
        );
    }
    Ok(())
}

/// CSAF documents until they can be matched.
pub(crate) fn csaf(paths: &[PathBuf]) -> Result<()> {
    let [folder] = paths else { bail!("`csaf` takes one folder") };
    reading::best_round(folder)
}

fn inputs(documents: &[AdvisoryContent]) -> Vec<LeafInput> {
    let mut all = Vec::new();
    for (number, document) in documents.iter().enumerate() {
        all.extend(plant::leaves(document, number as i64, all.len() as i64));
    }
    all
}

/// Documents one by one, in the order of their dates; the end must be what all of them at once give.
pub(crate) fn replay(paths: &[PathBuf]) -> Result<()> {
    let mut documents = Vec::new();
    for folder in paths {
        documents.extend(plant::documents(folder)?);
    }
    documents.sort_by_key(|document| document.current_release);
    head();
    let mut market = Market::of(&documents, SEED);
    let devices: Vec<Vec<Component>> = (0..20_000).map(|_| market.device()).collect();
    let kinds: Vec<usize> = (0..1_000_000).map(|_| market.dice().below(20_000)).collect();
    let plant = Plant::of(kinds.iter().map(|kind| devices[*kind].as_slice()));
    let (state, mut times) = measured(
        "documents one by one",
        || ot::replay(&plant, &documents),
        |(state, _)| {
            format!("{} documents and revisions, {} matches in the end", documents.len(), state.len())
        },
    );
    let whole =
        measured("all at once", || ot::batch(&plant, &documents), |state| format!("{} matches", state.len()));
    println!("\none document, by the clock: {}", percentiles(&mut times));
    ensure!(state == whole, "the replay ended in another state than the batch");
    println!("the end of the replay is the batch");
    Ok(())
}

/// A year of work into a plan, and the plan looked at by the checker.
pub(crate) fn plan() -> Result<()> {
    let facts = work::facts(work::Amount { steps: 10_000, windows: 500 }, SEED)?;
    head();
    let planned = measured(
        "10,000 pieces of work, 500 windows",
        || make_plan(&facts, PlanId::from_bytes([1; 16])),
        |planned| {
            let gap = planned.exposure.gap_percent().unwrap_or(0.0);
            let (steps, waits) = (planned.plan.steps.len(), planned.waits.waits.len());
            format!(
                "{steps} steps in {} waves, {waits} wait; {gap:.1} % above the bound",
                planned.plan.waves.len()
            )
        },
    );
    let found = measured(
        "the plan checked",
        || check_plan(&facts, &planned.plan),
        |found| format!("{} promises broken", found.len()),
    );
    ensure!(found.is_empty(), "the plan does not hold: {}", found[0]);
    Ok(())
}
