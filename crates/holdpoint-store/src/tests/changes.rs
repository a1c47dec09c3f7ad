//! A change is whole or not at all, has its entry, and parameters go where their number says.

use crate::StoreError;
use crate::testing::{intent, stores};
use crate::value::params;

#[test]
fn a_change_and_its_entry_are_one() {
    for store in stores() {
        let done = store
            .write(|c| {
                c.about("thing", "a");
                c.about("thing", "a");
                c.about("thing", "b\tc\n");
                c.detail("new", 1);
                c.put_setting("key", &serde_json::json!({"a": 1}))
            })
            .unwrap();
        assert_eq!(done.sequence, 1);
        let (head, setting) = store.read(|r| Ok((r.audit_head()?, r.setting("key")?))).unwrap();
        assert_eq!(head, (1, done.hash), "{}", store.engine);
        assert_eq!(setting, Some(serde_json::json!({"a": 1})));
        let objects: Vec<String> = store
            .read(|r| r.query("SELECT id FROM audit_object ORDER BY place", params![], |row| row.get(0)))
            .unwrap();
        assert_eq!(objects, ["a", "b\u{fffd}c\u{fffd}"]);
    }
}

#[test]
fn an_error_or_a_panic_undoes_everything() {
    for store in stores() {
        let refused = store.write(|c| {
            c.put_setting("key", &serde_json::json!(1))?;
            Err::<(), _>(StoreError::damaged("a test says so"))
        });
        assert!(refused.is_err());
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            store.write(|c| -> Result<(), StoreError> {
                c.put_setting("key", &serde_json::json!(1))?;
                panic!("a test panics");
            })
        }));
        assert!(panicked.is_err());
        let view = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            store.read(|_| -> Result<(), StoreError> { panic!("a test panics") })
        }));
        assert!(view.is_err());
        let (head, setting) = store.read(|r| Ok((r.audit_head()?.0, r.setting("key")?))).unwrap();
        assert_eq!((head, setting), (0, None), "{}", store.engine);
        store.write(|c| c.put_setting("key", &serde_json::json!(2))).unwrap();
    }
}

#[test]
fn nothing_to_do_leaves_no_entry_and_cannot_hide_a_write() {
    for store in stores() {
        store.write(|c| c.put_setting("key", &serde_json::json!(1))).unwrap();
        let idle = store
            .write(|c| {
                c.nothing_to_do();
                Ok(())
            })
            .unwrap();
        assert_eq!(idle.sequence, 1);
        let hidden = store.write(|c| {
            c.nothing_to_do();
            c.put_setting("key", &serde_json::json!(2))
        });
        assert!(matches!(hidden, Err(StoreError::NotNothing)));
        let (head, setting) = store.read(|r| Ok((r.audit_head()?.0, r.setting("key")?))).unwrap();
        assert_eq!((head, setting), (1, Some(serde_json::json!(1))));
    }
}

#[test]
fn parameters_go_by_their_number_not_by_their_first_appearance() {
    for store in stores() {
        store
            .write(|c| {
                c.put_setting("key", &serde_json::json!(1))?;
                let written = c.exec("UPDATE setting SET value = $2 WHERE key = $1", params!["key", "5"])?;
                assert_eq!(written, 1, "{}", store.engine);
                Ok(())
            })
            .unwrap();
        let setting = store.read(|r| r.setting("key")).unwrap();
        assert_eq!(setting, Some(serde_json::json!(5)));
        let missing = store.read(|r| r.query("SELECT $2, $1", params!["one"], |row| row.get::<String>(0)));
        assert!(missing.is_err());
    }
}

#[test]
fn many_rows_are_written_and_found_again_by_lists_of_any_length() {
    for store in stores() {
        store
            .write(|c| {
                let rows = (0..5_000).map(|n| params![format!("k{n}"), n.to_string()].to_vec());
                let written = c.exec_many("INSERT INTO setting (key, value) VALUES ($1, $2)", rows)?;
                assert_eq!(written, 5_000);
                Ok(())
            })
            .unwrap();
        for length in [0, 1, 2, 7, 8, 9, 255, 256, 257, 1_000] {
            let keys = (0..length).map(|n| crate::value::Value::from(format!("k{n}")));
            let found = store
                .read(|r| {
                    r.query_in(
                        "SELECT value FROM setting WHERE value <> $1 AND key IN ({list})",
                        params!["0"],
                        keys,
                        |row| row.get::<String>(0),
                    )
                })
                .unwrap();
            assert_eq!(found.len(), usize::saturating_sub(length, 1), "{length} on {}", store.engine);
        }
    }
}

#[test]
fn documents_are_stored_once_and_checked_when_read() {
    for store in stores() {
        let bytes = b"advisory ".repeat(1_000);
        let sha256 = store.write(|c| c.put_blob(&bytes)).unwrap().value;
        assert_eq!(store.write(|c| c.put_blob(&bytes)).unwrap().value, sha256);
        assert_eq!(store.read(|r| r.blob(&sha256)).unwrap().as_deref(), Some(bytes.as_slice()));
        assert_eq!(store.read(|r| r.blob(&[0; 32])).unwrap(), None);
        store.write(|c| c.exec("UPDATE blob SET size_bytes = 3", params![]).map(drop)).unwrap();
        assert!(matches!(store.read(|r| r.blob(&sha256)), Err(StoreError::Damaged { .. })));
    }
}

#[test]
fn the_engines_refuse_to_change_or_remove_what_the_log_says() {
    for store in stores() {
        store
            .write(|c| {
                c.about("thing", "a");
                Ok(())
            })
            .unwrap();
        for sql in [
            "UPDATE audit_entry SET reason = 'other'",
            "DELETE FROM audit_object",
            "UPDATE audit_object SET id = 'b'",
            "DELETE FROM audit_entry",
        ] {
            assert!(store.write(|c| c.exec(sql, params![]).map(drop)).is_err(), "{sql} on {}", store.engine);
        }
    }
}

#[test]
fn changes_of_many_threads_run_one_after_the_other() {
    for store in stores() {
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let store = &store;
                scope.spawn(move || {
                    for round in 0..10 {
                        let counted =
                            store.store.change(&intent("test.count", 1), |c| -> Result<(), StoreError> {
                                let last = c.setting("counter")?.and_then(|v| v.as_i64()).unwrap_or(0);
                                c.put_setting("counter", &serde_json::json!(last + 1))
                            });
                        counted.unwrap_or_else(|why| panic!("thread {thread}, round {round}: {why:?}"));
                    }
                });
            }
        });
        let (head, counter) = store.read(|r| Ok((r.audit_head()?.0, r.setting("counter")?))).unwrap();
        assert_eq!((head, counter), (40, Some(serde_json::json!(40))), "{}", store.engine);
    }
}

#[test]
fn a_write_that_failed_cannot_be_passed_over() {
    for store in stores() {
        let ignored = store.write(|c| {
            c.put_setting("key", &serde_json::json!(1))?;
            drop(c.exec("INSERT INTO setting (key, value) VALUES ('key', '2')", params![]));
            Ok(())
        });
        assert!(matches!(ignored, Err(StoreError::FailureIgnored)), "{} {ignored:?}", store.engine);
        let (head, setting) = store.read(|r| Ok((r.audit_head()?.0, r.setting("key")?))).unwrap();
        assert_eq!((head, setting), (0, None));
    }
}
