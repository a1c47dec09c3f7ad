//! What the demo's maker of Windows says in two months: an excerpt of its security guide for the servers and stations.
//!
//! The articles, their builds and what they replace are public facts in our own words; everything around them is
//! invented. The surprise: only what the demo tells of is in the excerpt, so most of a real month is missing.

use serde_json::{Value, json};

/// The cumulative update that stands on most servers.
pub const AUGUST: &str = "KB5041578";
/// The one after it.
pub const OCTOBER: &str = "KB5044277";
/// The newest.
pub const NOVEMBER: &str = "KB5046615";
/// A change of the start-up lists that made machines ask for their recovery keys.
pub const START_UP: &str = "KB5012170";

const PRODUCTS: &[[&str; 2]] =
    &[["11568", "Windows 10 Version 1809 for x64-based Systems"], ["11571", "Windows Server 2019"]];

struct Month {
    id: &'static str,
    released: &'static str,
    flaws: &'static [[&'static str; 2]],
    article: &'static str,
    replaces: &'static str,
    build: &'static str,
}

const MONTHS: &[Month] = &[
    Month {
        id: "2024-Aug",
        released: "2024-08-13T07:00:00Z",
        flaws: &[["CVE-2024-38178", "Scripting engine: memory corruption"]],
        article: "5041578",
        replaces: "5040430",
        build: "10.0.17763.6189",
    },
    Month {
        id: "2024-Oct",
        released: "2024-10-08T07:00:00Z",
        flaws: &[
            ["CVE-2024-43572", "Management console: a prepared file runs foreign code"],
            ["CVE-2024-43573", "MSHTML platform: a page pretends to be another"],
        ],
        article: "5044277",
        replaces: "5041578",
        build: "10.0.17763.6414",
    },
    Month {
        id: "2024-Nov",
        released: "2024-11-12T08:00:00Z",
        flaws: &[
            ["CVE-2024-43451", "NTLM: a hash of the password is given away"],
            ["CVE-2024-49039", "Task scheduler: a program gets more rights than it has"],
        ],
        article: "5046615",
        replaces: "5044277",
        build: "10.0.17763.6532",
    },
];

/// The files, each with its name.
pub fn files() -> Vec<(String, Vec<u8>)> {
    let file = |month: &Month| {
        let bytes = serde_json::to_vec_pretty(&document(month)).expect("a JSON value can be written");
        (format!("{}.json", month.id), bytes)
    };
    MONTHS.iter().map(file).collect()
}

fn document(month: &Month) -> Value {
    let ids: Vec<&str> = PRODUCTS.iter().map(|[id, _]| *id).collect();
    let products: Vec<Value> =
        PRODUCTS.iter().map(|[id, name]| json!({"ProductID": id, "Value": name})).collect();
    let flaws: Vec<Value> = month
        .flaws
        .iter()
        .map(|[cve, title]| {
            json!({"CVE": cve, "Title": {"Value": title},
                "ProductStatuses": [{"ProductID": ids, "Type": 3}],
                "Threats": [{"Description": {"Value": "Important"}, "ProductID": ids, "Type": 3}],
                "Remediations": [{"Description": {"Value": month.article}, "Supercedence": month.replaces,
                    "ProductID": ids, "Type": 2, "SubType": "Security Update",
                    "RestartRequired": {"Value": "Yes"}, "FixedBuild": month.build}]})
        })
        .collect();
    json!({
        "DocumentTracking": {"Identification": {"ID": {"Value": month.id}},
            "InitialReleaseDate": month.released, "CurrentReleaseDate": month.released},
        "ProductTree": {"FullProductName": products},
        "Vulnerability": flaws
    })
}
