//! Providers of advisories, every check of a source, and what a resumed check need not fetch again.
//!
//! The surprise: a removed provider keeps its row, because checks of the past point to it.

use crate::change::Change;
use crate::columns::{read_json, storable, write_json};
use crate::error::StoreError;
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Paged};
use crate::reader::Reader;
use crate::value::{Row, params};
use holdpoint_domain::Moment;
use holdpoint_domain::advisory::CheckResult;
use holdpoint_domain::id::{CheckId, ProviderId};

macro_rules! provider_columns {
    () => {
        "SELECT id, name, address, enabled, fingerprints, interval_minutes, created_at FROM provider
        WHERE removed_at IS NULL"
    };
}

macro_rules! check_columns {
    () => {
        "k.id, k.provider_id, k.source, k.started_at, k.finished_at, k.result, k.documents_read, k.documents_new, \
         k.documents_changed, k.documents_unchanged, k.documents_quarantined, k.message"
    };
}

crate::statements! {
    PROVIDERS = concat!(provider_columns!(), " ORDER BY name");
    PROVIDER = concat!(provider_columns!(), " AND id = $1");
    NAME_TAKEN = "SELECT id FROM provider WHERE name = $1 AND removed_at IS NULL";
    PROVIDER_PUT = "INSERT INTO provider (id, name, address, enabled, fingerprints, interval_minutes, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, address = excluded.address,
            enabled = excluded.enabled, fingerprints = excluded.fingerprints,
            interval_minutes = excluded.interval_minutes";
    PROVIDER_REMOVE = "UPDATE provider SET removed_at = $2 WHERE id = $1 AND removed_at IS NULL";
    DOCUMENTS_FORGET = "DELETE FROM source_document WHERE provider_id = $1";
    CHECK_INSERT = "INSERT INTO source_check (id, provider_id, source, started_at, finished_at, result,
            documents_read, documents_new, documents_changed, documents_unchanged, documents_quarantined, message)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    LAST_CHECKS = concat!("SELECT ", check_columns!(), " FROM source_check k
        JOIN (SELECT id, ROW_NUMBER() OVER (PARTITION BY source ORDER BY started_at DESC, id DESC) AS place
            FROM source_check) n ON n.id = k.id
        WHERE n.place = 1 ORDER BY k.source");
    LAST_SUCCESSES = concat!("SELECT ", check_columns!(), " FROM source_check k
        JOIN (SELECT id, ROW_NUMBER() OVER (PARTITION BY source ORDER BY started_at DESC, id DESC) AS place
            FROM source_check WHERE result <> 'failed') n ON n.id = k.id
        WHERE n.place = 1 ORDER BY k.source");
    DOCUMENT_PUT = "INSERT INTO source_document (provider_id, url, etag, last_modified, raw_sha256, checked_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (provider_id, url) DO UPDATE SET etag = excluded.etag,
            last_modified = excluded.last_modified, raw_sha256 = excluded.raw_sha256,
            checked_at = excluded.checked_at";
    DOCUMENTS = "SELECT provider_id, url, etag, last_modified, raw_sha256, checked_at FROM source_document
        WHERE provider_id = $1 ORDER BY url";
}

const FIELDS: &[FilterField] = &[
    FilterField::text("source", "k.source"),
    FilterField::word("result", "k.result", &["failed", "none", "new"]),
    FilterField::time("started", "k.started_at"),
    FilterField::number("new", "k.documents_new"),
    FilterField::number("changed", "k.documents_changed"),
    FilterField::number("quarantined", "k.documents_quarantined"),
];

/// The list of checks.
pub(crate) const SPEC: ListSpec = ListSpec {
    noun: "check",
    fields: FIELDS,
    words: &["k.source", "k.message"],
    unique: "k.id",
    default_sort: ("started", Direction::Descending),
};

/// A provider of advisories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// Its id.
    pub id: ProviderId,
    /// Its name; no two providers have the same.
    pub name: String,
    /// A domain, or the address of a provider-metadata document.
    pub address: String,
    /// Whether it is checked by the clock.
    pub enabled: bool,
    /// Fingerprints of the keys that are trusted for it; none: those that its metadata announce.
    pub fingerprints: Vec<String>,
    /// Minutes between two checks by the clock.
    pub interval_minutes: u32,
    /// Since when it is here; not changed by a later put.
    pub created_at: Moment,
}

/// How many documents a run read, and what came of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DocumentCounts {
    /// All that were looked at.
    pub read: u64,
    /// Advisories that were not known.
    pub new: u64,
    /// Advisories whose content changed.
    pub changed: u64,
    /// Advisories that are as they were.
    pub unchanged: u64,
    /// Documents that were put aside.
    pub quarantined: u64,
}

/// One check of a source, also one that found nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceCheck {
    /// Its id.
    pub id: CheckId,
    /// The provider; `None` for a file or folder.
    pub provider: Option<ProviderId>,
    /// What was checked, in words.
    pub source: String,
    /// When it began.
    pub started_at: Moment,
    /// When it ended.
    pub finished_at: Moment,
    /// How it ended.
    pub result: CheckResult,
    /// What was read.
    pub counts: DocumentCounts,
    /// What a person should know: why it failed, what was skipped. Empty when nothing.
    pub message: String,
}

/// A document at its source, as it was seen last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceDocument {
    /// The provider.
    pub provider: ProviderId,
    /// Its address.
    pub url: String,
    /// The server's mark of its version.
    pub etag: Option<String>,
    /// The server's time of its last change, as sent.
    pub last_modified: Option<String>,
    /// SHA-256 of its bytes; `None` when none were kept.
    pub raw_sha256: Option<[u8; 32]>,
    /// When it was looked at.
    pub checked_at: Moment,
}

/// The statement behind the list of checks.
pub(crate) fn spec_sql() -> ListSql<'static> {
    ListSql { columns: check_columns!(), from: "source_check k", condition: "TRUE", params: Vec::new() }
}

impl Reader<'_> {
    /// All providers, by name.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn providers(&mut self) -> Result<Vec<Provider>, StoreError> {
        self.query(PROVIDERS, params![], provider)
    }

    /// The provider of that id; `None` also when it was removed.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn provider(&mut self, id: ProviderId) -> Result<Option<Provider>, StoreError> {
        self.query_opt(PROVIDER, params![id], provider)
    }

    /// Checks of sources, newest first. They belong to no site: the query's reach does not matter.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn checks(&mut self, query: &ListQuery) -> Result<Paged<SourceCheck>, StoreError> {
        self.list(&SPEC, spec_sql(), query, check)
    }

    /// The newest check of each source, by source.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn last_checks(&mut self) -> Result<Vec<SourceCheck>, StoreError> {
        self.query(LAST_CHECKS, params![], check)
    }

    /// The newest check of each source that did not fail, by source.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn last_successes(&mut self) -> Result<Vec<SourceCheck>, StoreError> {
        self.query(LAST_SUCCESSES, params![], check)
    }

    /// What was seen of a provider's documents, by address.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn source_documents(&mut self, provider: ProviderId) -> Result<Vec<SourceDocument>, StoreError> {
        self.query(DOCUMENTS, params![provider], |row| {
            Ok(SourceDocument {
                provider: row.get(0)?,
                url: row.get(1)?,
                etag: row.get(2)?,
                last_modified: row.get(3)?,
                raw_sha256: row.get(4)?,
                checked_at: row.get(5)?,
            })
        })
    }
}

impl Change<'_> {
    /// Adds a provider, or changes the one with this id.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another provider has the name; else when the database fails.
    pub fn put_provider(&mut self, provider: &Provider) -> Result<(), StoreError> {
        let holder = self.query_opt(NAME_TAKEN, params![&provider.name], |row| row.get::<ProviderId>(0))?;
        if holder.is_some_and(|holder| holder != provider.id) {
            let rule = format!("the name `{}` belongs to another provider", provider.name);
            return Err(StoreError::Conflict { rule });
        }
        self.exec(
            PROVIDER_PUT,
            params![
                provider.id,
                &provider.name,
                &provider.address,
                provider.enabled,
                write_json(&provider.fingerprints),
                provider.interval_minutes,
                provider.created_at,
            ],
        )?;
        Ok(())
    }

    /// Removes a provider; its checks stay. False when it was not there.
    ///
    /// # Errors
    /// When the database fails.
    pub fn remove_provider(&mut self, id: ProviderId, at: Moment) -> Result<bool, StoreError> {
        self.exec(DOCUMENTS_FORGET, params![id])?;
        Ok(self.exec(PROVIDER_REMOVE, params![id, at])? == 1)
    }

    /// Keeps the account of a check for ever.
    ///
    /// # Errors
    /// When the id is taken or the database fails.
    pub fn put_check(&mut self, check: &SourceCheck) -> Result<(), StoreError> {
        let counts = check.counts;
        self.exec(
            CHECK_INSERT,
            params![
                check.id,
                check.provider,
                &check.source,
                check.started_at,
                check.finished_at,
                check.result.word(),
                counts.read,
                counts.new,
                counts.changed,
                counts.unchanged,
                counts.quarantined,
                &*storable(&check.message),
            ],
        )?;
        Ok(())
    }

    /// Remembers how a document at its source looked.
    ///
    /// # Errors
    /// When the provider is not there or the database fails.
    pub fn put_source_document(&mut self, document: &SourceDocument) -> Result<(), StoreError> {
        self.exec(
            DOCUMENT_PUT,
            params![
                document.provider,
                &document.url,
                document.etag.as_deref(),
                document.last_modified.as_deref(),
                document.raw_sha256,
                document.checked_at,
            ],
        )?;
        Ok(())
    }
}

fn provider(row: &Row<'_>) -> Result<Provider, StoreError> {
    Ok(Provider {
        id: row.get(0)?,
        name: row.get(1)?,
        address: row.get(2)?,
        enabled: row.get(3)?,
        fingerprints: read_json(row, 4)?,
        interval_minutes: row.get(5)?,
        created_at: row.get(6)?,
    })
}

fn check(row: &Row<'_>) -> Result<SourceCheck, StoreError> {
    Ok(SourceCheck {
        id: row.get(0)?,
        provider: row.get(1)?,
        source: row.get(2)?,
        started_at: row.get(3)?,
        finished_at: row.get(4)?,
        result: row.word(5)?,
        counts: DocumentCounts {
            read: row.get(6)?,
            new: row.get(7)?,
            changed: row.get(8)?,
            unchanged: row.get(9)?,
            quarantined: row.get(10)?,
        },
        message: row.get(11)?,
    })
}
