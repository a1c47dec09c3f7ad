//! Planning: stories that a plant engineer can read, and random plants whose plans a stranger checks.

#![expect(clippy::disallowed_methods, reason = "stories are files beside the test")]

#[path = "planning/random.rs"]
mod random;
#[path = "planning/script.rs"]
mod script;
#[path = "planning/spoiled.rs"]
mod spoiled;

use holdpoint_domain::id::PlanId;
use holdpoint_engine::plan_check::check_plan;
use holdpoint_engine::planning::{make_plan, plan_text, report_text};
use std::fmt::Write;
use std::path::PathBuf;

/// Every story: a script above the line, the plan and the report below it.
#[test]
fn stories_give_the_plans_they_tell() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/planning/stories");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder)
        .expect("the folder of stories")
        .map(|entry| entry.expect("a file").path())
        .collect();
    paths.sort();
    assert!(paths.len() >= 6, "stories are missing");
    let mut wrong = String::new();
    for path in paths {
        let story = std::fs::read_to_string(&path).expect("a story");
        let (input, expected) = story.split_once("\n---\n").expect("a line `---` between script and plan");
        let story_facts = script::read(input);
        let planned = make_plan(&story_facts.facts, PlanId::from_bytes([1; 16]));
        let violations = check_plan(&story_facts.facts, &planned.plan);
        assert!(violations.is_empty(), "{}: {violations:#?}", path.display());
        let told = format!(
            "{}{}",
            plan_text(&story_facts.facts, &planned.plan, &planned.exposure, &story_facts.zone),
            report_text(&story_facts.facts, &planned.waits, &story_facts.zone)
        );
        if told != expected {
            let _ = writeln!(wrong, "{}\n--- told:\n{told}--- expected:\n{expected}", path.display());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
