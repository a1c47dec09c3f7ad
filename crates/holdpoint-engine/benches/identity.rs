//! Measures identity against gold sets from a folder of CSAF documents:
//! `cargo bench -p holdpoint-engine --bench identity -- FOLDER`.

#![expect(clippy::disallowed_methods, reason = "a bench reads a folder, takes the time, and prints")]

#[path = "../tests/gold_parts/mod.rs"]
mod gold_parts;

use gold_parts::{corpus, names, orders};
use std::path::PathBuf;
use std::time::Instant;

fn main() {
    let mut options = std::env::args().skip(1).filter(|option| !option.starts_with("--"));
    let Some(folder) = options.next().map(PathBuf::from) else {
        eprintln!("bench identity: no folder of CSAF documents was given");
        return;
    };
    let most: usize = options.next().and_then(|most| most.parse().ok()).unwrap_or(12);
    let begun = Instant::now();
    let Some(corpus) = corpus::read(&folder) else {
        eprintln!("bench identity: {} is no folder; nothing is measured", folder.display());
        return;
    };
    let (leaves, documents) = (corpus.listed.len(), corpus.documents);
    println!(
        "{leaves} leaves of {documents} documents, read and indexed in {:.2} s\n",
        begun.elapsed().as_secs_f64()
    );
    let begun = Instant::now();
    let found = orders::measure(&corpus, 1);
    println!("| gold set | asked | precision | recall | wrong | missed |\n|---|---|---|---|---|---|");
    println!(
        "| order numbers | {} | {:.4} | {:.4} | {} | {} |",
        found.assets,
        found.precision(),
        found.recall(),
        found.wrong,
        found.missed
    );
    println!("({:.1} s, nearly all of it the naive matcher)\n", begun.elapsed().as_secs_f64());
    found.examples.iter().take(most).for_each(|example| println!("  {example}"));
    let (spellings, groups) = names::vendors(&corpus);
    let of_one = names::of_vendor("Siemens AG");
    println!(
        "\n{spellings} spellings of vendors; {} groups differ in letters (`Siemens AG` is `{of_one}`)",
        groups.len()
    );
    let begun = Instant::now();
    let head = "| names, changed by | asked | confirmed leaves | precision | own confirmed | own in the first five | share | undetermined |";
    println!("\n{head}\n|---|---|---|---|---|---|---|---|");
    let rows = names::measure(&corpus, 1);
    for (change, row) in &rows {
        println!(
            "| {change} | {} | {} | {:.4} | {} | {} | {:.4} | {} |",
            row.assets,
            row.confirmed,
            row.precision(),
            row.own_confirmed,
            row.first_five,
            row.queue(),
            row.undetermined
        );
    }
    let (asked, right) = names::other_names(&corpus);
    println!("\nanother name of the same article in the first five: {right} of {asked}");
    println!("({:.1} s)\n", begun.elapsed().as_secs_f64());
    for (change, row) in &rows {
        for kind in ["wrong", "not in the queue"] {
            let some = row.examples.iter().filter(|example| example.starts_with(kind));
            some.take(most).for_each(|example| println!("  {change}: {example}"));
        }
    }
    println!("\npart numbers in names: what was confirmed");
    names::by_code(&corpus).iter().for_each(|line| println!("  {line}"));
}
