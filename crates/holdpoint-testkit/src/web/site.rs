//! What a CSAF trusted provider publishes, as files made from its documents.
//!
//! Digests and signatures are made when they are first asked for. The surprise: a document that is no JSON
//! is listed all the same, with a fixed date and its file name as id, because a lying provider would.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256, Sha512};

use super::keys::TestKey;

/// The folder of documents.
const FOLDER: &str = "/csaf/white/";

/// The date of documents that state none.
const NO_DATE: &str = "2024-01-01T00:00:00.000Z";

/// Which ways of distribution a provider offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forms {
    /// ROLIE feed and directory.
    Both,
    /// ROLIE feed alone.
    Rolie,
    /// Directory alone.
    Directory,
}

/// All that is published.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) base: String,
    pub(super) forms: Forms,
    pub(super) key: TestKey,
    pub(super) documents: BTreeMap<String, Published>,
}

/// A document and what belongs to it.
#[derive(Debug)]
pub(super) struct Published {
    bytes: Vec<u8>,
    id: String,
    title: String,
    date: String,
    signature: OnceLock<String>,
}

/// A file as it is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SiteFile {
    pub(super) bytes: Vec<u8>,
    pub(super) content_type: &'static str,
}

impl Published {
    pub(super) fn new(name: &str, bytes: Vec<u8>) -> Self {
        let parsed: Value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        let text = |pointer: &str| parsed.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        let stem = name.rsplit('/').next().unwrap_or(name).trim_end_matches(".json").to_owned();
        Self {
            id: text("/document/tracking/id").unwrap_or_else(|| stem.clone()),
            title: text("/document/title").unwrap_or(stem),
            date: text("/document/tracking/current_release_date").unwrap_or_else(|| NO_DATE.to_owned()),
            bytes,
            signature: OnceLock::new(),
        }
    }
}

impl Site {
    /// The file at this path of this host.
    pub(super) fn file(&self, host: &str, path: &str) -> Option<SiteFile> {
        let json = |value: Value| Some(file(value.to_string().into_bytes(), "application/json"));
        let text = |text: String| Some(file(text.into_bytes(), "text/plain; charset=utf-8"));
        match path {
            "/" if host.starts_with("csaf.data.security.") => json(self.metadata()),
            "/.well-known/csaf/provider-metadata.json" => json(self.metadata()),
            "/.well-known/security.txt" | "/security.txt" => text(self.security_txt()),
            "/csaf/openpgp/key.asc" => text(self.key.public_armored()),
            "/csaf/white/feed-tlp-white.json" if self.forms != Forms::Directory => json(self.feed()),
            "/csaf/white/index.txt" if self.forms != Forms::Rolie => text(self.index()),
            "/csaf/white/changes.csv" if self.forms != Forms::Rolie => {
                Some(file(self.changes().into_bytes(), "text/csv"))
            }
            _ => self.of_document(path.strip_prefix(FOLDER)?),
        }
    }

    /// A document, a digest of one, or its signature.
    fn of_document(&self, name: &str) -> Option<SiteFile> {
        if let Some(document) = self.documents.get(name) {
            return Some(file(document.bytes.clone(), "application/json"));
        }
        let (name, kind) = name.rsplit_once('.')?;
        let document = self.documents.get(name)?;
        let short = name.rsplit('/').next().unwrap_or(name);
        let text = match kind {
            "sha256" => format!("{}  {short}\n", hex(&Sha256::digest(&document.bytes))),
            "sha512" => format!("{}  {short}\n", hex(&Sha512::digest(&document.bytes))),
            "asc" => document.signature.get_or_init(|| self.key.sign(&document.bytes)).clone(),
            _ => return None,
        };
        Some(file(text.into_bytes(), "text/plain; charset=utf-8"))
    }

    fn newest(&self) -> &str {
        self.documents.values().map(|document| document.date.as_str()).max().unwrap_or(NO_DATE)
    }

    fn metadata(&self) -> Value {
        let base = &self.base;
        let rolie = json!({"rolie": {"feeds": [{
            "summary": "All documents of this test",
            "tlp_label": "WHITE",
            "url": format!("{base}{FOLDER}feed-tlp-white.json"),
        }]}});
        let directory = json!({"directory_url": format!("{base}{FOLDER}")});
        let distributions = match self.forms {
            Forms::Both => vec![rolie, directory],
            Forms::Rolie => vec![rolie],
            Forms::Directory => vec![directory],
        };
        json!({
            "canonical_url": format!("{base}/.well-known/csaf/provider-metadata.json"),
            "distributions": distributions,
            "last_updated": self.newest(),
            "list_on_CSAF_aggregators": true,
            "metadata_version": "2.0",
            "mirror_on_CSAF_aggregators": true,
            "public_openpgp_keys": [{
                "fingerprint": self.key.fingerprint(),
                "url": format!("{base}/csaf/openpgp/key.asc"),
            }],
            "publisher": {
                "category": "vendor",
                "name": "Test Publisher",
                "namespace": "https://publisher.example",
            },
            "role": "csaf_trusted_provider",
        })
    }

    fn security_txt(&self) -> String {
        format!(
            "# Test provider\nContact: mailto:psirt@publisher.example\nExpires: 2099-01-01T00:00:00Z\n\
             CSAF: {}/.well-known/csaf/provider-metadata.json\n",
            self.base
        )
    }

    fn feed(&self) -> Value {
        let entries: Vec<Value> =
            self.documents.iter().map(|(name, document)| self.entry(name, document)).collect();
        json!({"feed": {
            "id": "test-feed-tlp-white",
            "title": "Test feed (TLP:WHITE)",
            "link": [{"rel": "self", "href": format!("{}{FOLDER}feed-tlp-white.json", self.base)}],
            "category": [{"scheme": "urn:ietf:params:rolie:category:information-type", "term": "csaf"}],
            "updated": self.newest(),
            "entry": entries,
        }})
    }

    fn entry(&self, name: &str, document: &Published) -> Value {
        let url = format!("{}{FOLDER}{name}", self.base);
        json!({
            "id": document.id,
            "title": document.title,
            "link": [
                {"rel": "self", "href": url},
                {"rel": "hash", "href": format!("{url}.sha256")},
                {"rel": "hash", "href": format!("{url}.sha512")},
                {"rel": "signature", "href": format!("{url}.asc")},
            ],
            "published": document.date,
            "updated": document.date,
            "content": {"type": "application/json", "src": url},
            "format": {
                "schema": "https://docs.oasis-open.org/csaf/csaf/v2.0/csaf_json_schema.json",
                "version": "2.0",
            },
        })
    }

    fn index(&self) -> String {
        self.documents.keys().map(|name| format!("{name}\n")).collect()
    }

    /// `changes.csv`, newest first.
    fn changes(&self) -> String {
        let mut rows: Vec<(&str, &str)> =
            self.documents.iter().map(|(name, document)| (document.date.as_str(), name.as_str())).collect();
        rows.sort_by(|one, other| other.cmp(one));
        rows.iter().map(|(date, name)| format!("\"{name}\",\"{date}\"\n")).collect()
    }
}

fn file(bytes: Vec<u8>, content_type: &'static str) -> SiteFile {
    SiteFile { bytes, content_type }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
