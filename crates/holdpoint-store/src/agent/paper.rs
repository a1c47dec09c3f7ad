//! Signed papers that people brought: roots of a site, images of a class. Each version once, never changed.

use crate::change::Change;
use crate::columns::storable;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::value::{Row, params};
use holdpoint_domain::Moment;
use holdpoint_domain::id::SiteId;

crate::statements! {
    PUT_ROOT = "INSERT INTO agent_root (site_id, version, envelope, expires_at, put_by, put_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    ROOTS_AFTER = "SELECT version, envelope, expires_at, put_by, put_at FROM agent_root
        WHERE site_id = $1 AND version > $2 ORDER BY version";
    ROOT = "SELECT version, envelope, expires_at, put_by, put_at FROM agent_root WHERE site_id = $1 ORDER BY version DESC LIMIT 1";
    PUT_IMAGE = "INSERT INTO agent_image (site_id, class, version, envelope, expires_at, put_by, put_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    IMAGE = "SELECT version, envelope, expires_at, put_by, put_at FROM agent_image
        WHERE site_id = $1 AND class = $2 ORDER BY version DESC LIMIT 1";
    CLASSES = "SELECT DISTINCT class FROM agent_image WHERE site_id = $1 ORDER BY class";
}

/// A paper as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPaper {
    /// Its version.
    pub version: u64,
    /// The signed paper, as it was brought.
    pub envelope: String,
    /// Until when it holds.
    pub expires_at: Moment,
    /// Who brought it.
    pub put_by: String,
    /// When.
    pub put_at: Moment,
}

impl Reader<'_> {
    /// The newest root of a site.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn agent_root(&mut self, site: SiteId) -> Result<Option<KeptPaper>, StoreError> {
        self.query_opt(ROOT, params![site], paper)
    }

    /// The roots of a site after this version, the oldest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn agent_roots_after(&mut self, site: SiteId, version: u64) -> Result<Vec<KeptPaper>, StoreError> {
        self.query(ROOTS_AFTER, params![site, version], paper)
    }

    /// The newest image of a class of devices.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn agent_image(&mut self, site: SiteId, class: &str) -> Result<Option<KeptPaper>, StoreError> {
        self.query_opt(IMAGE, params![site, class], paper)
    }

    /// The classes of a site for which there is an image.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn agent_classes(&mut self, site: SiteId) -> Result<Vec<String>, StoreError> {
        self.query(CLASSES, params![site], |row| row.get(0))
    }
}

impl Change<'_> {
    /// Keeps a root that was looked at.
    ///
    /// # Errors
    /// When this version is there already; when the database fails.
    pub fn put_agent_root(&mut self, site: SiteId, paper: &KeptPaper) -> Result<(), StoreError> {
        let KeptPaper { version, envelope, expires_at, put_by, put_at } = paper;
        self.exec(PUT_ROOT, params![site, *version, &**envelope, *expires_at, &*storable(put_by), *put_at])?;
        Ok(())
    }

    /// Keeps an image that was looked at.
    ///
    /// # Errors
    /// When this version is there already; when the database fails.
    pub fn put_agent_image(
        &mut self,
        site: SiteId,
        class: &str,
        paper: &KeptPaper,
    ) -> Result<(), StoreError> {
        let KeptPaper { version, envelope, expires_at, put_by, put_at } = paper;
        let by = storable(put_by);
        self.exec(PUT_IMAGE, params![site, class, *version, &**envelope, *expires_at, &*by, *put_at])?;
        Ok(())
    }
}

fn paper(row: &Row<'_>) -> Result<KeptPaper, StoreError> {
    Ok(KeptPaper {
        version: row.get(0)?,
        envelope: row.get(1)?,
        expires_at: row.get(2)?,
        put_by: row.get(3)?,
        put_at: row.get(4)?,
    })
}
