//! Who may call what, asked of every endpoint: nobody, somebody with the wrong role, somebody with the right one.

use std::fmt::Write;

use axum::http::StatusCode;
use holdpoint_domain::access::{Permission, Role};
use holdpoint_server::access::{Access, access_of};
use serde_json::json;

use crate::openapi::operations;
use crate::world::{Answer, Client, World, worlds};

/// A request that is well enough formed to come through the gate, and that changes nothing behind it.
fn knock(client: &Client<'_>, method: &str, path: &str) -> Answer {
    let path = path
        .trim_start_matches("/api/v1")
        .replace("{id}", "nothing")
        .replace("{key}", "nothing")
        .replace("{sequence}", "0");
    if method == "GET" || method == "DELETE" {
        client.request(method, &path, &[], Vec::new())
    } else {
        client.json(method, &path, &json!({}))
    }
}

fn access(method: &str, path: &str) -> Access {
    let method = method.parse().expect("a method");
    access_of(&method, path).expect("every endpoint has a row")
}

#[test]
fn nobody_gets_past_the_gate() {
    for world in worlds() {
        for (method, path) in operations() {
            let answer = knock(&world.nobody(), &method, &path);
            match access(&method, &path) {
                Access::Public { .. } => {
                    assert_ne!(answer.status, StatusCode::FORBIDDEN, "{method} {path}");
                    assert_ne!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{method} {path}");
                }
                Access::SignedIn | Access::Needs(_) => {
                    assert_eq!(answer.problem(401), "not-signed-in", "{method} {path} on {}", world.engine);
                    assert_eq!(answer.header("www-authenticate"), "Bearer");
                }
            }
        }
    }
}

#[test]
fn a_forged_secret_is_as_good_as_none() {
    let world = World::sqlite();
    for (name, value) in [
        ("cookie", format!("holdpoint=hp_ses_{}", "0".repeat(64))),
        ("cookie", "holdpoint=' OR 1=1".to_owned()),
        ("authorization", format!("Bearer hp_pat_{}", "0".repeat(64))),
        ("authorization", "Basic YTpi".to_owned()),
        ("authorization", "Bearer".to_owned()),
    ] {
        let client = Client { world: &world, headers: vec![(name.to_owned(), value)] };
        assert_eq!(client.get("/assets").problem(401), "not-signed-in");
    }
}

#[test]
fn who_lacks_the_permission_is_refused_with_its_name() {
    let world = World::sqlite();
    for role in Role::ALL {
        let client = world.with_role(*role);
        for (method, path) in operations() {
            let Access::Needs(permission) = access(&method, &path) else { continue };
            let answer = knock(&client, &method, &path);
            if role.carries(permission) {
                assert_ne!(answer.status, StatusCode::FORBIDDEN, "{role} {method} {path}");
                assert_ne!(answer.status, StatusCode::UNAUTHORIZED, "{role} {method} {path}");
            } else {
                assert_eq!(answer.problem(403), "not-allowed", "{role} {method} {path}");
                let detail = answer.json()["detail"].as_str().expect("words").to_owned();
                assert!(detail.contains(permission.word()), "{detail}");
            }
        }
    }
}

/// The table that people can read; it is compared with what the server really does.
#[test]
fn role_times_endpoint_is_the_golden_table() {
    let world = World::sqlite();
    let clients: Vec<Client<'_>> = Role::ALL.iter().map(|role| world.with_role(*role)).collect();
    let mut table =
        String::from("# yes: comes through the gate. -: refused. Written by the test beside it.\n");
    let roles: Vec<&str> = Role::ALL.iter().map(|role| role.word()).collect();
    writeln!(table, "{:50} {}", "endpoint", roles.join(" ")).expect("into a text");
    for (method, path) in operations() {
        if let Access::Public { .. } = access(&method, &path) {
            writeln!(table, "{:50} public", format!("{method} {path}")).expect("into a text");
            continue;
        }
        let cell = |(client, role): (&Client<'_>, &Role)| {
            let refused = knock(client, &method, &path).status == StatusCode::FORBIDDEN;
            format!("{:width$}", if refused { "-" } else { "yes" }, width = role.word().len())
        };
        let cells: Vec<String> = clients.iter().zip(Role::ALL).map(cell).collect();
        writeln!(table, "{:50} {}", format!("{method} {path}"), cells.join(" ").trim_end())
            .expect("into a text");
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/access.txt");
    if std::env::var_os("HOLDPOINT_WRITE_GOLDEN").is_some() {
        std::fs::write(path, &table).expect("the golden file can be written");
    }
    let golden = std::fs::read_to_string(path).expect("tests/golden/access.txt is there");
    assert!(
        golden == table,
        "who may call what has changed. If that is meant, read the difference line by line, then run this test \
         with HOLDPOINT_WRITE_GOLDEN=1. The server's table is:\n{table}"
    );
}

#[test]
fn every_permission_guards_something() {
    for permission in Permission::ALL {
        let guards = operations().iter().any(|(m, p)| access(m, p) == Access::Needs(*permission));
        assert!(guards, "{permission}");
    }
}
