//! Real documents, served with real signatures. Without the corpus nothing is checked here, and that is said.

use crate::support::{Plant, counts, settings};
use holdpoint_app::sources::NewProvider;
use holdpoint_connectors::fetch::FetchSettings;
use holdpoint_connectors::fetch::folder::{FolderLimits, list_folder};
use holdpoint_domain::advisory::CheckResult;
use holdpoint_testkit::web::CsafProvider;
use std::path::PathBuf;
use std::time::Duration;

/// How many documents are served.
const DOCUMENTS: usize = 100;

fn corpus(name: &str) -> Option<PathBuf> {
    let data = std::env::var_os("HOLDPOINT_DATA").map(PathBuf::from);
    let data = data.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"));
    let folder = data.join("csaf").join(name);
    folder.is_dir().then_some(folder)
}

/// Evenly spread documents of a folder, by their path below it.
fn some_of(folder: &std::path::Path) -> Vec<(String, Vec<u8>)> {
    let files = list_folder(folder, &FolderLimits::default()).unwrap().files;
    let files: Vec<_> = files.into_iter().filter(|file| file.relative.ends_with(".json")).collect();
    let step = (files.len() / DOCUMENTS).max(1);
    files
        .iter()
        .step_by(step)
        .take(DOCUMENTS)
        .map(|file| (file.relative.clone(), file.read().unwrap()))
        .collect()
}

#[test]
fn real_documents_come_in_by_a_provider_and_their_later_revisions_are_found() {
    let (Some(old), Some(new)) = (corpus("oct24"), corpus("feb25_changed")) else {
        eprintln!("the corpus `csaf/oct24` is absent: real documents by a provider were not checked");
        return;
    };
    let documents = some_of(&old);
    let expected = documents.len() as u64;
    let server = CsafProvider::start(documents.clone());
    let fetch = FetchSettings {
        max_body_bytes: 15 * 1024 * 1024,
        idle_timeout: Duration::from_secs(60),
        total_timeout: Duration::from_secs(120),
        ..settings(&server)
    };
    let address = server.metadata_url();
    let mut plant =
        Plant::with(fetch, NewProvider { name: "corpus".to_owned(), address, ..NewProvider::default() });
    plant.conduct.batch_documents = 50;
    let first = plant.check();
    assert_eq!(
        (first.result, counts(&first)),
        (CheckResult::New, [expected, expected, 0, 0, 0]),
        "{}",
        first.message
    );
    assert_eq!(counts(&plant.check()), [expected, 0, 0, expected, 0]);

    let mut changed = 0;
    for (name, bytes) in &documents {
        let later = std::fs::read(new.join(name)).ok().filter(|later| later != bytes);
        if let Some(later) = later {
            server.put_document(name, later);
            changed += 1;
        }
    }
    let third = plant.check();
    assert_eq!(counts(&third), [expected, 0, changed, expected - changed, 0], "{}", third.message);
    assert!(changed > 0, "the later state of the corpus changes some of these documents");
}
