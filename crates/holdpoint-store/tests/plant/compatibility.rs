//! Statements with their periods, the matrix, questions with their steps, and files of patches.

use crate::support::{TestStore, at, filtered, stores};
use holdpoint_domain::Moment;
use holdpoint_domain::compatibility::{
    CompatibilityStatement, IdentifierKind, StatedPatch, StatedProduct, StatedState, StatementSource,
};
use holdpoint_domain::id::{QuestionId, StatementId};
use holdpoint_domain::patch::ScanResult;
use holdpoint_domain::patch_state::SupplierState;
use holdpoint_domain::question::{Question, QuestionDeed, QuestionState, QuestionStep, QuestionTopic};
use holdpoint_domain::signature::Person;
use holdpoint_store::compatibility::{
    NewStatement, Origin, StatementCounts, StatementDocument, StoredMapping,
};
use holdpoint_store::patch::KeptFile;

fn said(kb: &str, version: &str, word: &str, state: StatedState, issued: i64) -> CompatibilityStatement {
    CompatibilityStatement {
        publisher: "Example".to_owned(),
        source: StatementSource::Entered { reference: "a letter".to_owned() },
        issued: Some(at(issued)),
        patch: StatedPatch {
            vendor: "Microsoft".to_owned(),
            identifier: kb.to_owned(),
            kind: IdentifierKind::Kb,
            title: "An update".to_owned(),
            url: String::new(),
            released: Some(at(50)),
            severity: String::new(),
            supersedes: vec!["KB1".to_owned()],
            superseded_by: Vec::new(),
            prerequisites: Vec::new(),
            security_related: Some(true),
        },
        product: StatedProduct {
            vendor: "Example".to_owned(),
            name: "Plant Control".to_owned(),
            version: version.to_owned(),
            platform: String::new(),
        },
        state,
        word: word.to_owned(),
        tested: Some(at(60)),
        restart: "yes".to_owned(),
        conditions: "only with HF 3".to_owned(),
        comment: String::new(),
    }
}

const APPROVED: StatedState = StatedState::Known(SupplierState::Approved);
const REFUSED: StatedState = StatedState::Known(SupplierState::NotApproved);

fn ada() -> Person {
    Person { account: "person:1".to_owned(), name: "ada".to_owned() }
}

fn put(store: &TestStore, seconds: i64, all: &[CompatibilityStatement]) -> StatementCounts {
    let ada = ada();
    store.write(|c| {
        let new: Vec<NewStatement<'_>> = all
            .iter()
            .enumerate()
            .map(|(place, statement)| NewStatement {
                id: StatementId::new(at(seconds), [u8::try_from(place).unwrap(); 10]),
                statement,
                origin: Origin::Person(&ada),
            })
            .collect();
        c.put_statements(&new, at(seconds))
    })
}

#[test]
fn a_later_word_replaces_and_the_former_stays_to_be_seen() {
    for store in stores() {
        let first = said("5090001", "7.2", "OK", APPROVED, 100);
        assert_eq!(put(&store, 1_000, std::slice::from_ref(&first)).new, 1, "{}", store.engine);
        assert_eq!(put(&store, 1_001, std::slice::from_ref(&first)).unchanged, 1);
        let later = said("KB5090001", "7.2", "Do not install", REFUSED, 200);
        assert_eq!(put(&store, 2_000, std::slice::from_ref(&later)).changed, 1);
        let now = store.read(|r| r.statements_of_patch("KB5090001", Moment::OPEN));
        assert_eq!(now.len(), 1);
        assert_eq!(now[0].kept.statement.word, "Do not install");
        let then = store.read(|r| r.statements_of_patch("KB5090001", at(1_500)));
        assert_eq!(then[0].kept.statement.state, APPROVED);
        assert_eq!(
            then[0].kept.statement.patch,
            StatedPatch { identifier: "5090001".to_owned(), ..later.patch }
        );
        let history = store.read(|r| r.statement_history(now[0].kept.id));
        assert_eq!(
            history.iter().map(|line| line.kept.statement.word.as_str()).collect::<Vec<_>>(),
            ["Do not install", "OK"]
        );
        // The patch is listed although no source speaks of it.
        let line = store.read(|r| r.patch("KB5090001")).unwrap();
        assert_eq!((line.statements, line.title.as_str(), line.released), (1, "An update", Some(at(50))));
        assert_eq!(store.read(|r| r.patches(&filtered("vendor_state:not_approved"))).items.len(), 1);
        assert!(store.read(|r| r.patches(&filtered("vendor_state:approved"))).items.is_empty());
    }
}

#[test]
fn an_older_document_that_comes_late_is_kept_and_changes_nothing() {
    for store in stores() {
        put(&store, 1_000, &[said("KB5090001", "7.2", "Do not install", REFUSED, 200)]);
        let older = said("KB5090001", "7.2", "OK", APPROVED, 100);
        assert_eq!(put(&store, 2_000, std::slice::from_ref(&older)).older, 1, "{}", store.engine);
        assert_eq!(put(&store, 2_001, std::slice::from_ref(&older)).unchanged, 1);
        let now = store.read(|r| r.statements_of_patch("KB5090001", Moment::OPEN));
        assert_eq!((now.len(), now[0].kept.statement.state), (1, REFUSED));
        for moment in [at(1_500), at(2_000), at(3_000)] {
            let then = store.read(|r| r.statements_of_patch("KB5090001", moment));
            assert_eq!((then.len(), then[0].kept.statement.state), (1, REFUSED));
        }
        assert_eq!(store.read(|r| r.statement_history(now[0].kept.id)).len(), 2);
    }
}

#[test]
fn platforms_and_publishers_stand_side_by_side_in_a_cell() {
    for store in stores() {
        let server = said("KB5090001", "7.2", "OK", APPROVED, 100);
        let mut client = said("KB5090001", "7.2", "hm", StatedState::NotUnderstood, 100);
        client.product.platform = "Windows 11".to_owned();
        let mut integrator = said("KB5090001", "7.2", "not here", REFUSED, 100);
        integrator.publisher = "Integrator".to_owned();
        let other = said("KB5090002", "8", "OK", APPROVED, 100);
        assert_eq!(put(&store, 1_000, &[server, client, integrator, other]).new, 4, "{}", store.engine);
        let releases = store.read(|r| r.supplier_releases(&filtered("product:\"Plant Control\""), &[])).items;
        assert_eq!(releases.iter().map(|one| one.version.as_str()).collect::<Vec<_>>(), ["7.2", "8"]);
        let names = ["KB5090001".to_owned(), "KB5090002".to_owned(), "KB7".to_owned()];
        let cells = store.read(|r| r.matrix_cells(&names, &[releases[0].number], Moment::OPEN));
        assert_eq!(cells.len(), 3);
        let state = cells.iter().map(|cell| cell.state).reduce(StatedState::more_cautious).unwrap();
        assert_eq!(state, REFUSED);
        assert_eq!(cells[0].conditions, "only with HF 3");
        let waiting = store.read(|r| r.words_waiting());
        assert_eq!((waiting.len(), waiting[0].word.as_str(), waiting[0].statements), (1, "hm", 1));
        let mut rows = 0;
        store.read(|r| r.lag_rows(|_| rows += 1));
        assert_eq!(rows, 4);
        assert_eq!(
            store.read(|r| r.statements(&filtered("state:unknown platform:\"Windows 11\""))).items.len(),
            1
        );
    }
}

#[test]
fn documents_and_mappings_are_kept_with_their_past() {
    for store in stores() {
        let document = StatementDocument {
            number: 0,
            name: "list.csv".to_owned(),
            raw_sha256: [1; 32],
            mapping: "mine".to_owned(),
            mapping_sha256: [2; 32],
            publisher: "Example".to_owned(),
            received_at: at(10),
            received_by: "ada".to_owned(),
            brought_by: ada(),
            statements: 3,
            not_understood: 1,
        };
        let number = store.write(|c| c.put_statement_document(&document));
        assert!(store.read(|r| r.has_statement_document(&[1; 32], "mine", &[2; 32])), "{}", store.engine);
        assert!(!store.read(|r| r.has_statement_document(&[1; 32], "mine", &[3; 32])));
        let again = StatementDocument { mapping_sha256: [3; 32], not_understood: 0, ..document.clone() };
        store.write(|c| c.put_statement_document(&again));
        assert_eq!(store.read(|r| r.statement_documents()).len(), 2);
        let last = store.read(|r| r.statement_documents_of("mine"));
        assert_eq!((last.len(), last[0].number), (1, number + 1));
        for body in ["first", "second"] {
            let mapping = StoredMapping {
                name: "mine".to_owned(),
                body: body.to_owned(),
                author: "ada".to_owned(),
                valid_from: at(20),
            };
            store.write(|c| c.put_qualification_mapping(&mapping));
        }
        assert_eq!(store.read(|r| r.qualification_mapping("mine")).unwrap().body, "second");
        assert_eq!(store.read(|r| r.qualification_mappings()).len(), 1);
    }
}

#[test]
fn a_question_keeps_its_steps_and_suppliers_are_counted() {
    for store in stores() {
        let ask = |n: u8, supplier: &str, due: i64| {
            let question = Question {
                id: QuestionId::new(at(100), [n; 10]),
                supplier: supplier.to_owned(),
                contact: String::new(),
                topic: QuestionTopic { patch: "KB5090001".to_owned(), ..QuestionTopic::default() },
                text: "Is it qualified for 7.2?".to_owned(),
                due_at: Some(at(due)),
            };
            store.write(|c| c.put_question(&question, &step(QuestionDeed::Asked, 100)));
            question
        };
        let (one, two) = (ask(1, "Example", 200), ask(2, "Example", 900));
        ask(3, "Integrator", 900);
        store.write(|c| c.move_question(one.id, &step(QuestionDeed::Reminded, 250), QuestionState::Open));
        store.write(|c| c.move_question(one.id, &step(QuestionDeed::Escalated, 260), QuestionState::Open));
        store.write(|c| c.move_question(two.id, &step(QuestionDeed::Answered, 300), QuestionState::Answered));
        let line = store.read(|r| r.question(one.id)).unwrap();
        assert_eq!(
            (line.question, line.reminders, line.escalations),
            (one.clone(), 1, 1),
            "{}",
            store.engine
        );
        let deeds: Vec<QuestionDeed> =
            store.read(|r| r.question_steps(one.id)).into_iter().map(|step| step.deed).collect();
        assert_eq!(deeds, [QuestionDeed::Asked, QuestionDeed::Reminded, QuestionDeed::Escalated]);
        let suppliers = store.read(|r| r.question_suppliers(at(500)));
        let told: Vec<(&str, u64, u64, u64, u64)> = suppliers
            .iter()
            .map(|one| (one.supplier.as_str(), one.questions, one.open, one.overdue, one.answer_seconds))
            .collect();
        assert_eq!(told, [("Example", 2, 1, 1, 200), ("Integrator", 1, 1, 0, 0)]);
        assert_eq!(store.read(|r| r.questions(&filtered("state:open supplier:Example"))).items.len(), 1);
    }
}

fn step(deed: QuestionDeed, seconds: i64) -> QuestionStep {
    QuestionStep { deed, at: at(seconds), by: "ada".to_owned(), note: "a note".to_owned() }
}

#[test]
fn a_file_is_kept_with_its_hash_origin_and_scan() {
    for store in stores() {
        put(&store, 1_000, &[said("KB5090001", "7.2", "OK", APPROVED, 100)]);
        let file = KeptFile {
            number: 0,
            name: "update.msu".to_owned(),
            sha256: [9; 32],
            size_bytes: 7,
            origin: "vendor's portal".to_owned(),
            scan: ScanResult::Clean,
            scanner: "scanner 1".to_owned(),
            scanned_at: Some(at(1)),
            note: String::new(),
            added_by: "ada".to_owned(),
            added_at: at(2),
        };
        let number = store.write(|c| c.put_patch_file("KB5090001", &file));
        assert_eq!(
            store.read(|r| r.patch_files("KB5090001")),
            [KeptFile { number, ..file }],
            "{}",
            store.engine
        );
        assert_eq!(store.read(|r| r.patches(&filtered("file~update"))).items.len(), 1);
    }
}
