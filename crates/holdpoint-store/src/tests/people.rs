//! Accounts, grants with their history, sessions and tokens.

use crate::StoreError;
use crate::page::ListQuery;
use crate::people::{ApiToken, Session, User};
use crate::testing::{TestStore, intent, stores};
use holdpoint_domain::Moment;
use holdpoint_domain::access::{Grant, Role, Scope};
use holdpoint_domain::id::{SiteId, TokenId, UserId};

const fn at(second: i64) -> Moment {
    Moment::from_micros(second * 1_000_000)
}

fn user(n: u8, name: &str) -> User {
    User {
        id: UserId::new(at(1), [n; 10]),
        name: name.to_owned(),
        display_name: format!("{name} (Werk)"),
        password_hash: Some("$argon2id$secret".to_owned()),
        created_at: at(1),
        disabled_at: None,
    }
}

fn put(store: &TestStore, user: &User) {
    store.write(|c| c.put_user(user)).unwrap();
}

fn grant_at(store: &TestStore, second: i64, user: UserId, grants: &[Grant]) {
    let done: Result<_, StoreError> =
        store.store.change(&intent("user.grant", second * 1_000_000), |c| c.set_grants(user, grants));
    done.unwrap();
}

#[test]
fn accounts_are_made_changed_and_found() {
    for store in stores() {
        assert!(!store.read(|r| r.has_users()).unwrap());
        let mut anna = user(1, "a.weber");
        put(&store, &anna);
        put(&store, &user(2, "b.klein"));
        anna.disabled_at = Some(at(5));
        anna.password_hash = None;
        put(&store, &anna);
        assert_eq!(store.read(|r| r.user(anna.id)).unwrap(), Some(anna.clone()));
        assert_eq!(store.read(|r| r.user_by_name("a.weber")).unwrap(), Some(anna.clone()));
        assert_eq!(store.read(|r| r.user_by_name("A.Weber")).unwrap(), None);
        assert_eq!(store.read(|r| r.users()).unwrap().len(), 2);
        assert!(store.read(|r| r.has_users()).unwrap());
        let ask = ListQuery {
            filter: holdpoint_domain::filter::Filter::parse("-disabled:\"\" weber").unwrap(),
            ..ListQuery::everything(10, at(9))
        };
        assert_eq!(store.read(|r| r.user_page(&ask)).unwrap().items, [anna]);
        let taken = store.write(|c| c.put_user(&user(3, "b.klein")));
        assert!(matches!(taken, Err(StoreError::Conflict { .. })), "{taken:?}");
        assert!(!format!("{:?}", user(1, "x")).contains("argon2"));
    }
}

#[test]
fn grants_keep_their_history() {
    for store in stores() {
        let anna = user(1, "a.weber");
        put(&store, &anna);
        let site = SiteId::new(at(1), [7; 10]);
        let everywhere = Grant { role: Role::Viewer, scope: Scope::AllSites };
        let local = Grant { role: Role::Engineer, scope: Scope::Site(site) };
        let elsewhere = Grant { role: Role::Engineer, scope: Scope::Site(SiteId::new(at(1), [8; 10])) };
        grant_at(&store, 10, anna.id, &[everywhere, local, local]);
        grant_at(&store, 20, anna.id, &[local, elsewhere]);
        grant_at(&store, 30, anna.id, &[]);
        let held = |moment| store.read(|r| r.grants(anna.id, moment)).unwrap();
        assert_eq!(held(at(9)), []);
        assert_eq!(held(at(10)), [local, everywhere]);
        assert_eq!(held(at(19)), [local, everywhere]);
        assert_eq!(held(at(20)), [local, elsewhere]);
        assert_eq!(held(Moment::OPEN), []);
        assert_eq!(store.read(|r| r.all_grants(at(25))).unwrap(), [(anna.id, local), (anna.id, elsewhere)]);
        assert!(store.write(|c| c.set_grants(user(9, "x").id, &[local])).is_err());
    }
}

#[test]
fn sessions_end_by_rest_by_age_and_by_hand() {
    for store in stores() {
        let anna = user(1, "a.weber");
        put(&store, &anna);
        let session = |n: u8, start: i64| Session {
            token_sha256: [n; 32],
            user: anna.id,
            created_at: at(start),
            last_seen_at: at(start),
            idle_us: 100_000_000,
            expires_at: at(start + 250),
            user_agent: "Firefox".to_owned(),
        };
        store.write(|c| c.start_session(&session(1, 0))).unwrap();
        store.touch_session(&[1; 32], at(90)).unwrap();
        store.touch_session(&[1; 32], at(50)).unwrap();
        let seen = store.read(|r| r.session_by_hash(&[1; 32])).unwrap().unwrap();
        assert_eq!(seen.last_seen_at, at(90), "{}", store.engine);
        assert!(!seen.is_over(at(189)) && seen.is_over(at(190)));
        store.touch_session(&[1; 32], at(180)).unwrap();
        let seen = store.read(|r| r.session_by_hash(&[1; 32])).unwrap().unwrap();
        assert!(seen.is_over(at(250)), "an absolute end");

        store.write(|c| c.start_session(&session(2, 200))).unwrap();
        assert_eq!(store.read(|r| r.sessions_of(anna.id)).unwrap().len(), 2);
        store.write(|c| c.start_session(&session(3, 260))).unwrap();
        assert_eq!(store.read(|r| r.session_by_hash(&[1; 32])).unwrap(), None, "swept");
        store.write(|c| c.start_session(&session(4, 261))).unwrap();
        let ended = store.write(|c| c.end_sessions_of(anna.id, Some(&[3; 32]))).unwrap().value;
        assert_eq!(ended, 2);
        assert_eq!(store.write(|c| c.end_session(&[3; 32])).unwrap().value, 1);
        assert_eq!(store.write(|c| c.end_sessions_of(anna.id, None)).unwrap().value, 0);
    }
}

#[test]
fn tokens_are_limited_revoked_and_unique_by_name_while_in_use() {
    for store in stores() {
        let anna = user(1, "a.weber");
        put(&store, &anna);
        let token = |n: u8| ApiToken {
            id: TokenId::new(at(2), [n; 10]),
            owner: anna.id,
            name: "historian".to_owned(),
            prefix: "hp_pat_9f3k".to_owned(),
            sha256: [n; 32],
            grants: vec![
                Grant { role: Role::Viewer, scope: Scope::AllSites },
                Grant { role: Role::Engineer, scope: Scope::Site(SiteId::new(at(1), [7; 10])) },
            ],
            created_at: at(2),
            expires_at: at(100),
            last_used_at: None,
            revoked_at: None,
        };
        store.write(|c| c.put_token(&token(1))).unwrap();
        assert_eq!(store.read(|r| r.token_by_hash(&[1; 32])).unwrap(), Some(token(1)));
        assert!(store.write(|c| c.put_token(&token(2))).is_err(), "the name is in use");
        store.touch_token(token(1).id, at(50)).unwrap();
        assert_eq!(store.write(|c| c.revoke_token(token(1).id)).unwrap().value, 1);
        assert_eq!(store.write(|c| c.revoke_token(token(1).id)).unwrap().value, 0);
        store.write(|c| c.put_token(&token(2))).unwrap();
        let old = store.read(|r| r.token(token(1).id)).unwrap().unwrap();
        assert_eq!(old.last_used_at, Some(at(50)));
        assert!(!old.is_valid(at(51)) && token(2).is_valid(at(99)) && !token(2).is_valid(at(100)));
        assert_eq!(store.read(|r| r.tokens(Some(anna.id))).unwrap().len(), 2);
        assert_eq!(store.read(|r| r.tokens(None)).unwrap()[1], token(2));
        assert_eq!(store.read(|r| r.tokens(Some(user(2, "x").id))).unwrap(), []);
    }
}

#[test]
fn the_setup_secret_is_kept_until_it_is_used() {
    for store in stores() {
        assert_eq!(store.read(|r| r.setup_secret()).unwrap(), None);
        store.write(|c| c.put_setup_secret(Some(&[5; 32]))).unwrap();
        assert_eq!(store.read(|r| r.setup_secret()).unwrap(), Some([5; 32]));
        store.write(|c| c.put_setup_secret(None)).unwrap();
        assert_eq!(store.read(|r| r.setup_secret()).unwrap(), None);
    }
}
