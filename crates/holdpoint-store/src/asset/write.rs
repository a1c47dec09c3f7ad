//! Writing versions of assets. A version is never changed, but for the end of its period.

use super::{NewAsset, Provenance, PutAsset};
use crate::change::Change;
use crate::columns::write_json;
use crate::error::StoreError;
use crate::validity::begin_after;
use crate::value::{Value, params};
use holdpoint_domain::Moment;
use holdpoint_domain::asset::{Asset, Field};
use holdpoint_domain::id::ObservationId;
use std::collections::HashMap;

crate::statements! {
    HEAD = "SELECT a.number, COALESCE(v.revision, 0), v.valid_from FROM asset a
        LEFT JOIN asset_version v ON v.number = a.number AND v.valid_to = 9223372036854775807
        WHERE a.id = $1";
    TAG_HOLDER = "SELECT a.id FROM asset_version v JOIN asset a ON a.number = v.number
        WHERE v.tag = $1 AND v.valid_to = 9223372036854775807";
    ASSET_LAST = "SELECT COALESCE(MAX(number), 0) FROM asset";
    ASSET_INSERT = "INSERT INTO asset (number, id) VALUES ($1, $2)";
    VERSION_LAST = "SELECT COALESCE(MAX(version_no), 0) FROM asset_version";
    VERSION_END = "UPDATE asset_version SET valid_to = $2
        WHERE number = $1 AND valid_to = 9223372036854775807";
    VERSION_INSERT = "INSERT INTO asset_version (version_no, number, revision, valid_from, valid_to, tag, site_id,
            zone_id, configuration_no, seen_at, name, said_site, said_zone, purdue_level, kind, vendor, product,
            order_number, serial_number, hardware_revision, firmware_version, os_name, os_version, ip, mac, owner,
            location, redundancy_group, management, end_of_support, safety_consequence, production_consequence,
            environment_consequence, quality_consequence, data_consequence, safety_certificate, certificate_until,
            certified_releases, zone_exposure)
        VALUES ($1, $2, $3, $4, 9223372036854775807, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
            $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38)";
    DETAIL_INSERT = "INSERT INTO asset_version_detail (version_no, seen, fields, installed)
        VALUES ($1, $2, $3, $4)";
}

/// What is known of an asset before its next version.
struct Head {
    number: i64,
    revision: u64,
    began: Option<Moment>,
}

impl Change<'_> {
    /// Writes the next version of an asset; the current one ends. Call it only when something changed: it does not
    /// compare. A version never begins before its forerunner has lasted a microsecond.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another asset has the tag now; else when the database fails.
    pub fn put_asset(&mut self, new: &NewAsset<'_>, at: Moment) -> Result<PutAsset, StoreError> {
        let asset = new.asset;
        let holder = self.query_opt(TAG_HOLDER, params![&asset.tag], |row| row.get(0))?;
        if holder.is_some_and(|holder| asset.id != holder) {
            let rule = format!("the tag `{}` belongs to another asset", asset.tag);
            return Err(StoreError::Conflict { rule });
        }
        let head = self.head_of(asset)?;
        self.stale.asset(head.number);
        let begin = begin_after(at, head.began);
        let revision = head.revision + 1;
        if head.began.is_some() {
            self.exec(VERSION_END, params![head.number, begin])?;
        }
        let version: i64 = self.query_one(VERSION_LAST, params![], |row| row.get::<i64>(0))? + 1;
        let mut values = vec![
            Value::from(version),
            Value::from(head.number),
            Value::from(revision),
            Value::from(begin),
            Value::from(&asset.tag),
            Value::from(new.site),
            Value::from(new.zone),
            Value::from(new.configuration_no),
            Value::from(newest(asset)),
        ];
        values.extend(Field::ALL.iter().map(|field| Value::from(asset.value(*field).unwrap_or_default())));
        self.exec(VERSION_INSERT, &values)?;
        let versions = [Field::FirmwareVersion, Field::OsVersion];
        self.learn_versions(versions.iter().filter_map(|field| asset.value(*field)))?;
        let known = self.provenance(asset)?;
        self.exec(
            DETAIL_INSERT,
            params![
                version,
                write_json(&known.seen),
                write_json(&known.fields),
                write_json(&known.installed)
            ],
        )?;
        Ok(PutAsset { number: head.number, revision })
    }

    fn head_of(&mut self, asset: &Asset) -> Result<Head, StoreError> {
        let found = self.query_opt(HEAD, params![asset.id], |row| {
            Ok(Head { number: row.get(0)?, revision: row.get(1)?, began: row.get(2)? })
        })?;
        if let Some(head) = found {
            return Ok(head);
        }
        let number: i64 = self.query_one(ASSET_LAST, params![], |row| row.get::<i64>(0))? + 1;
        self.exec(ASSET_INSERT, params![number, asset.id])?;
        Ok(Head { number, revision: 0, began: None })
    }

    fn provenance(&mut self, asset: &Asset) -> Result<Provenance, StoreError> {
        let mut known = Provenance::default();
        let mut places: HashMap<(ObservationId, String, Moment), usize> = HashMap::new();
        let mut place = |seen: &mut Vec<_>, id: ObservationId, source: &str, at: Moment| {
            *places.entry((id, source.to_owned(), at)).or_insert_with(|| {
                seen.push((id.to_string(), source.to_owned(), at.micros()));
                seen.len() - 1
            })
        };
        for (field, value) in &asset.fields {
            let at = place(&mut known.seen, value.observation, &value.source, value.observed_at);
            known.fields.insert(field.word().to_owned(), at);
        }
        let components: Vec<_> = asset.installed.iter().map(|seen| seen.component.clone()).collect();
        let numbers = if components.is_empty() { Vec::new() } else { self.intern_components(&components)? };
        for (seen, number) in asset.installed.iter().zip(numbers) {
            known.installed.push((number, place(&mut known.seen, seen.observation, "", seen.observed_at)));
        }
        Ok(known)
    }
}

fn newest(asset: &Asset) -> Option<Moment> {
    let fields = asset.fields.values().map(|value| value.observed_at);
    fields.chain(asset.installed.iter().map(|seen| seen.observed_at)).max()
}
