//! Sortable keys of the inventory's version texts, so that a list can be sorted and cut by version in SQL.
//!
//! One row for each text, whoever wrote it. The surprise: a key orders texts even where a decision between them is
//! refused, so it serves lists; whether an advisory means a version is the engine's to say, never this table's.

use crate::change::Change;
use crate::error::StoreError;
use crate::value::{Value, params};
use holdpoint_versions::Scheme;

/// Counts up when a text may get another key, so that a database of an older program is found and mended.
const KEYS: u64 = 1;
const KEYS_SETTING: &str = "versions.keys";

crate::statements! {
    PUT = "INSERT INTO version_key (version_text, sort_key) VALUES ($1, $2)
        ON CONFLICT (version_text) DO UPDATE SET sort_key = excluded.sort_key";
    ADD = "INSERT INTO version_key (version_text, sort_key) VALUES ($1, $2) ON CONFLICT (version_text) DO NOTHING";
    ALL_TEXTS = "SELECT version FROM component UNION SELECT firmware_version FROM asset_version
        UNION SELECT os_version FROM asset_version";
}

/// The key of a version text in the order of OT versions; empty when it is not understood.
#[must_use]
pub fn sort_key(text: &str) -> Vec<u8> {
    Scheme::Ot.encode(text).map(|key| key.as_bytes().to_vec()).unwrap_or_default()
}

impl Change<'_> {
    /// Remembers the keys of these texts. Empty ones are known already.
    pub(crate) fn learn_versions<'v>(
        &mut self,
        texts: impl IntoIterator<Item = &'v str>,
    ) -> Result<(), StoreError> {
        let fresh: Vec<&str> =
            texts.into_iter().filter(|text| !text.is_empty() && self.is_first_sight(text)).collect();
        if fresh.is_empty() {
            return Ok(());
        }
        if self.setting(KEYS_SETTING)?.is_none() {
            self.put_setting(KEYS_SETTING, &serde_json::json!(KEYS))?;
        }
        self.exec_many(
            ADD,
            fresh.into_iter().map(|text| vec![Value::from(text), Value::from(sort_key(text))]),
        )?;
        Ok(())
    }

    /// Makes all keys anew when another program's encoding made them, or none did; says how many, `None` when
    /// there was nothing to do.
    ///
    /// # Errors
    /// When the database fails.
    pub fn keep_version_keys(&mut self) -> Result<Option<u64>, StoreError> {
        if self.setting(KEYS_SETTING)? == Some(serde_json::json!(KEYS)) {
            return Ok(None);
        }
        let texts: Vec<String> = self.query(ALL_TEXTS, params![], |row| row.get(0))?;
        let texts: Vec<String> = texts.into_iter().filter(|text| !text.is_empty()).collect();
        if texts.is_empty() {
            return Ok(None);
        }
        let rows = texts.iter().map(|text| vec![Value::from(text), Value::from(sort_key(text))]);
        let made = self.exec_many(PUT, rows)?;
        self.put_setting(KEYS_SETTING, &serde_json::json!(KEYS))?;
        Ok(Some(made))
    }
}
