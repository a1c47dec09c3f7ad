//! Feeds of intelligence, every check of one, and what of their files is here already.
//!
//! What a feed says is not here but in `vulnerability_record` and `vex`. The surprise: content belongs to a *kind* of
//! feed, not to a feed, because a stick and a download of the same catalogue are the same source.

use crate::change::Change;
use crate::columns::{read_json, storable, write_json};
use crate::error::StoreError;
use crate::page::{Direction, FilterField, ListQuery, ListSpec, ListSql, Paged};
use crate::reader::Reader;
use crate::value::{Row, params};
use holdpoint_domain::Moment;
use holdpoint_domain::advisory::CheckResult;
use holdpoint_domain::id::{CheckId, FeedId};
use holdpoint_domain::intelligence::FeedKind;

macro_rules! feed_columns {
    () => {
        "SELECT id, name, kind, addresses, folder, proxy, ca_file, enabled, interval_minutes, created_at FROM feed
        WHERE removed_at IS NULL"
    };
}

macro_rules! check_columns {
    () => {
        "k.id, k.feed_id, k.source, k.kind, k.started_at, k.finished_at, k.result, k.files_read, k.files_taken, \
         k.files_unchanged, k.files_failed, k.records_read, k.records_new, k.records_changed, k.records_unchanged, \
         k.records_older, k.records_withdrawn, k.warnings, k.message"
    };
}

crate::statements! {
    FEEDS = concat!(feed_columns!(), " ORDER BY name");
    FEED = concat!(feed_columns!(), " AND id = $1");
    NAME_TAKEN = "SELECT id FROM feed WHERE name = $1 AND removed_at IS NULL";
    FEED_PUT = "INSERT INTO feed (id, name, kind, addresses, folder, proxy, ca_file, enabled, interval_minutes,
            created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind, addresses = excluded.addresses,
            folder = excluded.folder, proxy = excluded.proxy, ca_file = excluded.ca_file,
            enabled = excluded.enabled, interval_minutes = excluded.interval_minutes";
    FEED_REMOVE = "UPDATE feed SET removed_at = $2 WHERE id = $1 AND removed_at IS NULL";
    CHECK_INSERT = "INSERT INTO feed_check (id, feed_id, source, kind, started_at, finished_at, result, files_read,
            files_taken, files_unchanged, files_failed, records_read, records_new, records_changed,
            records_unchanged, records_older, records_withdrawn, warnings, message)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";
    LAST_CHECKS = concat!("SELECT ", check_columns!(), " FROM feed_check k
        JOIN (SELECT id, ROW_NUMBER() OVER (PARTITION BY feed_id ORDER BY started_at DESC, id DESC) AS place
            FROM feed_check WHERE feed_id IS NOT NULL) n ON n.id = k.id
        WHERE n.place = 1 ORDER BY k.source");
    LAST_CHANGES = concat!("SELECT ", check_columns!(), " FROM feed_check k
        JOIN (SELECT id, ROW_NUMBER() OVER (PARTITION BY feed_id ORDER BY started_at DESC, id DESC) AS place
            FROM feed_check WHERE feed_id IS NOT NULL
            AND records_new + records_changed + records_withdrawn > 0) n ON n.id = k.id
        WHERE n.place = 1 ORDER BY k.source");
    FILE = "SELECT kind, name, etag, last_modified, raw_sha256, size_bytes, taken_at FROM feed_file
        WHERE kind = $1 AND name = $2";
    FILE_BY_HASH = "SELECT kind, name, etag, last_modified, raw_sha256, size_bytes, taken_at FROM feed_file
        WHERE raw_sha256 = $1 ORDER BY kind, name";
    FILE_PUT = "INSERT INTO feed_file (kind, name, etag, last_modified, raw_sha256, size_bytes, taken_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (kind, name) DO UPDATE SET etag = excluded.etag, last_modified = excluded.last_modified,
            raw_sha256 = excluded.raw_sha256, size_bytes = excluded.size_bytes, taken_at = excluded.taken_at";
    CONTENTS = "SELECT f.kind, f.read_at, f.changed_at, f.edition, f.edition_at,
            (SELECT COUNT(*) FROM vulnerability_record r
                WHERE r.source = f.kind OR r.source LIKE f.kind || '/%')
        FROM feed_content f ORDER BY f.kind";
    STANDINGS = "SELECT f.kind, f.read_at, f.changed_at, f.edition, f.edition_at, 0 FROM feed_content f
        ORDER BY f.kind";
    CONTENT_PUT = "INSERT INTO feed_content (kind, read_at, changed_at, edition, edition_at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (kind) DO UPDATE SET read_at = excluded.read_at, changed_at = excluded.changed_at,
            edition = excluded.edition, edition_at = excluded.edition_at";
    CONTENT_READ = "UPDATE feed_content SET read_at = $2 WHERE kind = $1";
    KEV_LISTED = "SELECT COUNT(*) FROM kev_entry WHERE valid_to = 9223372036854775807";
    SCORED = "SELECT COUNT(*) FROM vulnerability WHERE epss_ppm IS NOT NULL";
    PATCHES_SAID = "SELECT COUNT(*) FROM patch_record WHERE source = $1 AND valid_to = 9223372036854775807";
    STATED = "SELECT COUNT(*) FROM vex_statement x JOIN vex_document d ON d.number = x.document_no
        WHERE d.kind = $1 AND d.valid_to = 9223372036854775807";
}

const FIELDS: &[FilterField] = &[
    FilterField::text("source", "k.source"),
    FilterField::text("kind", "k.kind"),
    FilterField::word("result", "k.result", &["failed", "none", "new"]),
    FilterField::time("started", "k.started_at"),
    FilterField::number("new", "k.records_new"),
    FilterField::number("changed", "k.records_changed"),
    FilterField::number("warnings", "k.warnings"),
];

/// The list of checks.
pub(crate) const SPEC: ListSpec = ListSpec {
    noun: "feed check",
    fields: FIELDS,
    words: &["k.source", "k.message"],
    unique: "k.id",
    default_sort: ("started", Direction::Descending),
};

/// A feed that is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// Its id.
    pub id: FeedId,
    /// Its name; no two feeds have the same.
    pub name: String,
    /// What it carries; `None`: each file's content tells.
    pub kind: Option<FeedKind>,
    /// The https addresses of its files; none for a folder.
    pub addresses: Vec<String>,
    /// The folder into which its files are put by hand; empty: it is fetched.
    pub folder: String,
    /// The proxy on the way out; empty: that of the installation.
    pub proxy: String,
    /// A file with further TLS roots; empty: those of the installation.
    pub ca_file: String,
    /// Whether it is checked by the clock.
    pub enabled: bool,
    /// Minutes between two checks by the clock.
    pub interval_minutes: u32,
    /// Since when it is here; not changed by a later put.
    pub created_at: Moment,
}

/// How the files of a run fared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FileCounts {
    /// All that were looked at.
    pub read: u64,
    /// Whose content was taken in.
    pub taken: u64,
    /// Whose bytes were here already.
    pub unchanged: u64,
    /// Which could not be had or not be read.
    pub failed: u64,
}

/// How the records of a run fared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RecordCounts {
    /// All that were read.
    pub read: u64,
    /// Not known before.
    pub new: u64,
    /// Known, and now other.
    pub changed: u64,
    /// As they were.
    pub unchanged: u64,
    /// Left out, because what is here is newer.
    pub older: u64,
    /// Taken out of the catalogue by their issuer.
    pub withdrawn: u64,
}

impl RecordCounts {
    /// Adds the counts of another piece of the same run.
    pub fn add(&mut self, other: Self) {
        self.read += other.read;
        self.new += other.new;
        self.changed += other.changed;
        self.unchanged += other.unchanged;
        self.older += other.older;
        self.withdrawn += other.withdrawn;
    }

    /// Whether anything is not as it was.
    #[must_use]
    pub const fn wrote(&self) -> bool {
        self.new + self.changed + self.withdrawn > 0
    }
}

/// One check of a feed, also one that found nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedCheck {
    /// Its id.
    pub id: CheckId,
    /// The feed; `None` for a file that somebody handed in.
    pub feed: Option<FeedId>,
    /// What was read, in words.
    pub source: String,
    /// Its kind; `None`: each file's content told.
    pub kind: Option<FeedKind>,
    /// When it began.
    pub started_at: Moment,
    /// When it ended.
    pub finished_at: Moment,
    /// How it ended.
    pub result: CheckResult,
    /// Its files.
    pub files: FileCounts,
    /// Their records.
    pub records: RecordCounts,
    /// How many warnings the reading gave.
    pub warnings: u64,
    /// What a person should know; empty when nothing.
    pub message: String,
}

/// A whole file as it was taken in last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedFile {
    /// Its kind.
    pub kind: FeedKind,
    /// Its address, or its name.
    pub name: String,
    /// The server's mark of its version.
    pub etag: Option<String>,
    /// The server's time of its last change, as sent.
    pub last_modified: Option<String>,
    /// SHA-256 of its bytes as they came.
    pub raw_sha256: [u8; 32],
    /// How many bytes that were.
    pub size_bytes: u64,
    /// When.
    pub taken_at: Moment,
}

/// How a kind of feed stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedContent {
    /// The kind.
    pub kind: FeedKind,
    /// When its content was read last, also when nothing was new.
    pub read_at: Moment,
    /// When something was new last.
    pub changed_at: Moment,
    /// What the content says of its own edition: a catalogue's version, a day; empty when it says nothing.
    pub edition: String,
    /// The moment of that edition.
    pub edition_at: Option<Moment>,
    /// How many records are here of it.
    pub records: u64,
}

/// The statement behind the list of checks.
pub(crate) fn spec_sql() -> ListSql<'static> {
    ListSql { columns: check_columns!(), from: "feed_check k", condition: "TRUE", params: Vec::new() }
}

impl Reader<'_> {
    /// All feeds, by name.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn feeds(&mut self) -> Result<Vec<Feed>, StoreError> {
        self.query(FEEDS, params![], feed)
    }

    /// The feed of that id; `None` also when it was removed.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn feed(&mut self, id: FeedId) -> Result<Option<Feed>, StoreError> {
        self.query_opt(FEED, params![id], feed)
    }

    /// Checks of feeds, newest first. They belong to no site: the query's reach does not matter.
    ///
    /// # Errors
    /// When the filter, the sort or the cursor is wrong; when the database fails or holds damaged data.
    pub fn feed_checks(&mut self, query: &ListQuery) -> Result<Paged<FeedCheck>, StoreError> {
        self.list(&SPEC, spec_sql(), query, check)
    }

    /// The newest check of each feed.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn last_feed_checks(&mut self) -> Result<Vec<FeedCheck>, StoreError> {
        self.query(LAST_CHECKS, params![], check)
    }

    /// The newest check of each feed that brought something new.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn last_feed_changes(&mut self) -> Result<Vec<FeedCheck>, StoreError> {
        self.query(LAST_CHANGES, params![], check)
    }

    /// A file as it was taken in last.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn feed_file(&mut self, kind: FeedKind, name: &str) -> Result<Option<FeedFile>, StoreError> {
        self.query_opt(FILE, params![kind.word(), name], file)
    }

    /// The files of exactly these bytes.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn feed_files_by_hash(&mut self, raw_sha256: &[u8; 32]) -> Result<Vec<FeedFile>, StoreError> {
        self.query(FILE_BY_HASH, params![raw_sha256], file)
    }

    /// How each kind stands that was ever read, with its number of records, which are counted.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn feed_contents(&mut self) -> Result<Vec<FeedContent>, StoreError> {
        let mut contents = self.query(CONTENTS, params![], content)?;
        for one in &mut contents {
            let word = one.kind.word();
            let count = match one.kind {
                FeedKind::Kev => self.query_one(KEV_LISTED, params![], |row| row.get(0))?,
                FeedKind::Epss => self.query_one(SCORED, params![], |row| row.get(0))?,
                FeedKind::Cve | FeedKind::Nvd | FeedKind::Osv | FeedKind::Debian | FeedKind::RedHat => 0,
                // What these say is of patches; records of vulnerabilities come on top where there are any.
                FeedKind::Msrc | FeedKind::MicrosoftCatalogue | FeedKind::WsusScan => {
                    self.query_one(PATCHES_SAID, params![word], |row| row.get(0))?
                }
                FeedKind::CyclonedxVex | FeedKind::OpenVex => {
                    self.query_one(STATED, params![word], |row| row.get(0))?
                }
            };
            one.records += count;
        }
        Ok(contents)
    }

    /// As [`Reader::feed_contents`], without counting: `records` is 0.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn feed_standings(&mut self) -> Result<Vec<FeedContent>, StoreError> {
        self.query(STANDINGS, params![], content)
    }
}

impl Change<'_> {
    /// Adds a feed, or changes the one with this id.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another feed has the name; else when the database fails.
    pub fn put_feed(&mut self, feed: &Feed) -> Result<(), StoreError> {
        let holder = self.query_opt(NAME_TAKEN, params![&feed.name], |row| row.get::<FeedId>(0))?;
        if holder.is_some_and(|holder| holder != feed.id) {
            let rule = format!("the name `{}` belongs to another feed", feed.name);
            return Err(StoreError::Conflict { rule });
        }
        self.exec(
            FEED_PUT,
            params![
                feed.id,
                &feed.name,
                feed.kind.map_or("", FeedKind::word),
                write_json(&feed.addresses),
                &feed.folder,
                &feed.proxy,
                &feed.ca_file,
                feed.enabled,
                feed.interval_minutes,
                feed.created_at,
            ],
        )?;
        Ok(())
    }

    /// Removes a feed; its checks and what it said stay. False when it was not there.
    ///
    /// # Errors
    /// When the database fails.
    pub fn remove_feed(&mut self, id: FeedId, at: Moment) -> Result<bool, StoreError> {
        Ok(self.exec(FEED_REMOVE, params![id, at])? == 1)
    }

    /// Keeps the account of a check for ever.
    ///
    /// # Errors
    /// When the id is taken or the database fails.
    pub fn put_feed_check(&mut self, check: &FeedCheck) -> Result<(), StoreError> {
        let (files, records) = (check.files, check.records);
        self.exec(
            CHECK_INSERT,
            params![
                check.id,
                check.feed,
                &*storable(&check.source),
                check.kind.map_or("", FeedKind::word),
                check.started_at,
                check.finished_at,
                check.result.word(),
                files.read,
                files.taken,
                files.unchanged,
                files.failed,
                records.read,
                records.new,
                records.changed,
                records.unchanged,
                records.older,
                records.withdrawn,
                check.warnings,
                &*storable(&check.message),
            ],
        )?;
        Ok(())
    }

    /// Remembers a file that was taken in.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_feed_file(&mut self, file: &FeedFile) -> Result<(), StoreError> {
        self.exec(
            FILE_PUT,
            params![
                file.kind.word(),
                &*storable(&file.name),
                file.etag.as_deref(),
                file.last_modified.as_deref(),
                file.raw_sha256,
                file.size_bytes,
                file.taken_at,
            ],
        )?;
        Ok(())
    }

    /// Remembers that a kind's content was read and was new; `records` is not kept.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_feed_content(&mut self, content: &FeedContent) -> Result<(), StoreError> {
        self.exec(
            CONTENT_PUT,
            params![
                content.kind.word(),
                content.read_at,
                content.changed_at,
                &*storable(&content.edition),
                content.edition_at,
            ],
        )?;
        Ok(())
    }

    /// Remembers that a kind's content was looked at and is as it was.
    ///
    /// # Errors
    /// When the database fails.
    pub fn mark_feed_read(&mut self, kind: FeedKind, at: Moment) -> Result<(), StoreError> {
        self.exec(CONTENT_READ, params![kind.word(), at]).map(drop)
    }
}

fn feed(row: &Row<'_>) -> Result<Feed, StoreError> {
    Ok(Feed {
        id: row.get(0)?,
        name: row.get(1)?,
        kind: kind(row, 2)?,
        addresses: read_json(row, 3)?,
        folder: row.get(4)?,
        proxy: row.get(5)?,
        ca_file: row.get(6)?,
        enabled: row.get(7)?,
        interval_minutes: row.get(8)?,
        created_at: row.get(9)?,
    })
}

fn check(row: &Row<'_>) -> Result<FeedCheck, StoreError> {
    Ok(FeedCheck {
        id: row.get(0)?,
        feed: row.get(1)?,
        source: row.get(2)?,
        kind: kind(row, 3)?,
        started_at: row.get(4)?,
        finished_at: row.get(5)?,
        result: row.word(6)?,
        files: FileCounts {
            read: row.get(7)?,
            taken: row.get(8)?,
            unchanged: row.get(9)?,
            failed: row.get(10)?,
        },
        records: RecordCounts {
            read: row.get(11)?,
            new: row.get(12)?,
            changed: row.get(13)?,
            unchanged: row.get(14)?,
            older: row.get(15)?,
            withdrawn: row.get(16)?,
        },
        warnings: row.get(17)?,
        message: row.get(18)?,
    })
}

/// Reads a kind; the empty word is none.
fn kind(row: &Row<'_>, index: usize) -> Result<Option<FeedKind>, StoreError> {
    if row.get::<String>(index)?.is_empty() { Ok(None) } else { row.word(index).map(Some) }
}

fn file(row: &Row<'_>) -> Result<FeedFile, StoreError> {
    Ok(FeedFile {
        kind: row.word(0)?,
        name: row.get(1)?,
        etag: row.get(2)?,
        last_modified: row.get(3)?,
        raw_sha256: row.get(4)?,
        size_bytes: row.get(5)?,
        taken_at: row.get(6)?,
    })
}

fn content(row: &Row<'_>) -> Result<FeedContent, StoreError> {
    Ok(FeedContent {
        kind: row.word(0)?,
        read_at: row.get(1)?,
        changed_at: row.get(2)?,
        edition: row.get(3)?,
        edition_at: row.get(4)?,
        records: row.get(5)?,
    })
}
