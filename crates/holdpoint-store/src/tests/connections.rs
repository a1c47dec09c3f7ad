//! Connections break, databases are busy, passwords stay secret.

use crate::testing::{postgres, sqlite};
use crate::value::params;
use crate::{Location, Store};

#[test]
fn no_message_shows_a_password() {
    let url = "postgres://plant:s3cret@127.0.0.1:1/plant";
    let location = Location::parse(url).unwrap();
    assert_eq!(location.to_string(), "postgres://plant@127.0.0.1:1/plant");
    let refused = Store::open(&location).unwrap_err();
    let mut said = format!("{location:?} {refused} {refused:?}");
    let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(&refused);
    while let Some(inner) = cause {
        said.push_str(&format!(" {inner} {inner:?}"));
        cause = inner.source();
    }
    assert!(!said.contains("s3cret"), "{said}");
    for broken in ["postgres://plant:s3cret/x@host:port/db", "postgres://u:s3cret@h/d?nonsense=s3cret"] {
        if let Err(why) = Location::parse(broken) {
            assert!(!format!("{why} {why:?}").contains("s3cret"), "{why:?}");
        }
    }
}

#[test]
fn locations_are_read_or_refused_in_words() {
    assert_eq!(Location::parse("sqlite:a/b.db").unwrap(), Location::Sqlite("a/b.db".into()));
    assert_eq!(Location::parse("/a/b.db").unwrap(), Location::Sqlite("/a/b.db".into()));
    let why = Location::parse("mysql://root:s3cret@host/db").unwrap_err().to_string();
    assert!(why.contains("mysql://…") && !why.contains("s3cret"), "{why}");
    assert!(Location::parse("").is_err());
}

#[test]
fn a_connection_that_broke_while_idle_is_replaced() {
    let store = postgres();
    store.write(|c| c.put_setting("key", &serde_json::json!(1))).unwrap();
    store.database.as_ref().unwrap().cut_connections();
    assert_eq!(store.read(|r| r.setting("key")).unwrap(), Some(serde_json::json!(1)));
    store.database.as_ref().unwrap().cut_connections();
    store.write(|c| c.put_setting("key", &serde_json::json!(2))).unwrap();
}

#[test]
fn a_connection_that_breaks_in_a_change_undoes_it() {
    let store = postgres();
    let broken = store.write(|c| {
        c.put_setting("key", &serde_json::json!(1))?;
        store.database.as_ref().unwrap().cut_connections();
        c.put_setting("key", &serde_json::json!(2))
    });
    assert!(broken.is_err());
    let (head, setting) = store.read(|r| Ok((r.audit_head()?.0, r.setting("key")?))).unwrap();
    assert_eq!((head, setting), (0, None));
}

#[test]
fn a_reader_sees_the_state_of_its_beginning() {
    for store in crate::testing::stores() {
        store.write(|c| c.put_setting("key", &serde_json::json!(1))).unwrap();
        let other = Store::open(&store.location).unwrap();
        store
            .read(|r| {
                assert_eq!(r.setting("key")?, Some(serde_json::json!(1)));
                other.change(&crate::testing::intent("test.write", 2), |c| {
                    c.put_setting("key", &serde_json::json!(2))
                })?;
                assert_eq!(r.setting("key")?, Some(serde_json::json!(1)), "{}", store.engine);
                Ok(())
            })
            .unwrap();
        assert_eq!(store.read(|r| r.setting("key")).unwrap(), Some(serde_json::json!(2)));
    }
}

#[test]
fn a_reader_cannot_write() {
    let memory = Store::open(&Location::Memory).unwrap();
    for store in [&sqlite().store, &postgres().store, &memory] {
        let written = store.read(|r| {
            r.write_many(
                "INSERT INTO setting (key, value) VALUES ($1, $2)",
                &mut std::iter::once(params!["key", "1"].to_vec()),
            )
        });
        assert!(written.is_err(), "{store:?}");
        store
            .change(&crate::testing::intent("test.write", 1), |c| c.put_setting("key", &serde_json::json!(1)))
            .unwrap();
    }
}

#[test]
fn a_new_file_is_readable_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let store = sqlite();
    let mode = std::fs::metadata(store.file().unwrap()).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0, "{mode:o}");
}

#[test]
fn damaged_values_are_named() {
    let store = sqlite();
    let refused = store.read(|r| {
        r.query_one("SELECT CAST(x'ff41' AS TEXT) AS title", params![], |row| row.get::<String>(0))
    });
    let said = refused.unwrap_err().to_string();
    assert!(said.contains("`title`") && said.contains("UTF-8"), "{said}");
    let refused =
        store.read(|r| r.query_one("SELECT x'00' AS hash", params![], |row| row.get::<[u8; 32]>(0)));
    assert!(refused.unwrap_err().to_string().contains("1 bytes found where 32 belong"));
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notes.txt");
    std::fs::write(&file, "just some notes of a plant, nothing else\n".repeat(200)).unwrap();
    assert!(Store::open(&Location::Sqlite(file.clone())).is_err());
    assert!(std::fs::read_to_string(&file).unwrap().starts_with("just some notes"), "it was overwritten");
}

#[test]
fn while_a_change_is_open_others_open_read_and_leave_marks_without_waiting() {
    for store in crate::testing::stores() {
        store.write(|c| c.put_setting("key", &serde_json::json!(1))).unwrap();
        store
            .write(|c| {
                c.put_setting("key", &serde_json::json!(2))?;
                // Another program, as it were, and another thread of this one.
                let other = Store::open(&store.location)?;
                assert_eq!(other.read(|r| r.setting("key"))?, Some(serde_json::json!(1)));
                other.touch_session(&[1; 32], holdpoint_domain::Moment::from_micros(1))?;
                std::thread::scope(|scope| {
                    let same = scope.spawn(|| {
                        store.store.touch_session(&[1; 32], holdpoint_domain::Moment::from_micros(1))?;
                        store.store.read(|r| r.setting("key"))
                    });
                    assert_eq!(same.join().unwrap()?, Some(serde_json::json!(1)));
                    Ok(())
                })
            })
            .unwrap();
    }
}

#[test]
fn a_connection_that_breaks_while_committing_is_looked_into() {
    let store = postgres();
    store.write(|c| c.put_setting("key", &serde_json::json!(1))).unwrap();
    store
        .write_unaudited(|tx| {
            tx.batch(
                "CREATE FUNCTION cut_off() RETURNS trigger LANGUAGE plpgsql AS \
                 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'; \
                 CREATE CONSTRAINT TRIGGER cut_off AFTER UPDATE ON setting DEFERRABLE INITIALLY DEFERRED \
                 FOR EACH ROW EXECUTE FUNCTION cut_off()",
            )
        })
        .unwrap();
    let lost = store.write(|c| c.put_setting("key", &serde_json::json!(2))).unwrap_err();
    assert!(
        matches!(lost, crate::StoreError::Statement { .. }),
        "the new connection shows that it was not made: {lost:?}"
    );
    let (head, setting) = store.read(|r| Ok((r.audit_head()?.0, r.setting("key")?))).unwrap();
    assert_eq!((head, setting), (1, Some(serde_json::json!(1))));
}
