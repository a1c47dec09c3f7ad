//! The parts of `agreement.rs`: ranges of references, fixes named in documents, and the tally of both.

pub mod fixes;
pub mod references;

use std::collections::BTreeMap;

/// Counts by class, with a few examples of each.
#[derive(Default)]
pub struct Tally {
    classes: BTreeMap<&'static str, (usize, Vec<String>)>,
}

impl Tally {
    pub fn add(&mut self, class: &'static str, example: impl FnOnce() -> String) {
        let (count, examples) = self.classes.entry(class).or_default();
        *count += 1;
        let example = example();
        if !examples.contains(&example) {
            examples.push(example);
        }
    }

    pub fn count(&self, class: &str) -> usize {
        self.classes.get(class).map_or(0, |(count, _)| *count)
    }

    /// Counts of all classes whose name begins like this.
    pub fn sum(&self, prefix: &str) -> usize {
        let fits = self.classes.iter().filter(|(class, _)| class.starts_with(prefix));
        fits.map(|(_, (count, _))| count).sum()
    }

    pub fn total(&self) -> usize {
        self.sum("")
    }

    /// A Markdown table; with `$HOLDPOINT_SHOW` set to a class (or `all`), its examples too.
    pub fn print(&self, title: &str) {
        let show = std::env::var("HOLDPOINT_SHOW").unwrap_or_default();
        println!("\n| {title} | rows | distinct |\n|---|---|---|");
        for (class, (count, examples)) in &self.classes {
            println!("| {class} | {count} | {} |", examples.len());
        }
        if !show.is_empty() {
            self.examples(if show == "all" { "" } else { &show });
        }
    }

    /// The distinct examples of the classes whose name begins like this.
    pub fn examples(&self, prefix: &str) {
        for (class, (_, examples)) in self.classes.iter().filter(|(class, _)| class.starts_with(prefix)) {
            println!("\n{class}:");
            for example in examples {
                println!("  {example}");
            }
        }
    }
}
