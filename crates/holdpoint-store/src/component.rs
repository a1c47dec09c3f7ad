//! Components and configurations, each stored once and named by a dense number.
//!
//! Rows here never change and are never deleted: a number means the same content for ever.

use crate::change::Change;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::validity::instant;
use crate::value::{Row, Value, params};
use holdpoint_domain::Moment;
use holdpoint_domain::component::{Component, Configuration};
use std::collections::HashMap;

crate::statements! {
    CONFIGURATION_BY_KEY = "SELECT number FROM configuration WHERE content_key = $1";
    CONFIGURATION_LAST = "SELECT COALESCE(MAX(number), 0) FROM configuration";
    CONFIGURATION_INSERT = "INSERT INTO configuration (number, content_key) VALUES ($1, $2)";
    CONFIGURATION_COMPONENT_INSERT =
        "INSERT INTO configuration_component (configuration_no, component_no) VALUES ($1, $2)";
    CONFIGURATION = "SELECT c.number, c.kind, c.vendor, c.product, c.version, c.order_number,
            c.hardware_revision, c.purl, c.cpe
        FROM configuration_component cc JOIN component c ON c.number = cc.component_no
        WHERE cc.configuration_no = $1 ORDER BY c.number";
    IN_USE = "SELECT cc.configuration_no, cc.component_no FROM configuration_component cc
        WHERE cc.configuration_no IN (SELECT DISTINCT a.configuration_no FROM asset_version a
            WHERE a.valid_from <= $1 AND a.valid_to > $1)
        ORDER BY cc.configuration_no, cc.component_no";
    COMPONENT_LAST = "SELECT COALESCE(MAX(number), 0) FROM component";
    COMPONENT_INSERT = "INSERT INTO component (number, content_key, kind, vendor, product, version, order_number,
            hardware_revision, purl, cpe) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    CONFIGURATIONS_AFTER = "SELECT configuration_no, component_no FROM configuration_component
        WHERE configuration_no > $1 ORDER BY configuration_no, component_no";
    COMPONENTS_AFTER = "SELECT number, kind, vendor, product, version, order_number, hardware_revision, purl, cpe
        FROM component WHERE number > $1 ORDER BY number";
    COMPONENT_KEY = "SELECT content_key FROM component WHERE number = $1";
    COMPONENTS_ALL = "SELECT number, kind, vendor, product, version, order_number, hardware_revision, purl, cpe
        FROM component ORDER BY number";
}

const COMPONENTS_BY_KEY: &str = "SELECT content_key, number FROM component WHERE content_key IN ({list})";
const COMPONENTS_BY_NUMBER: &str = "SELECT number, kind, vendor, product, version, order_number,
    hardware_revision, purl, cpe FROM component WHERE number IN ({list})";
const WITH_ASSETS: &str = "SELECT c.number FROM configuration c WHERE c.number IN ({list})
    AND EXISTS (SELECT 1 FROM asset_version a
        WHERE a.configuration_no = c.number AND a.valid_to = 9223372036854775807)";
const COMPONENTS_OF: &str = "SELECT configuration_no, component_no FROM configuration_component
    WHERE configuration_no IN ({list})";

impl Reader<'_> {
    /// The components of a configuration with their numbers, by number; empty for an unknown configuration.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn configuration(&mut self, number: i64) -> Result<Vec<(i64, Component)>, StoreError> {
        self.query(CONFIGURATION, params![number], numbered)
    }

    /// The configurations that some asset had, each with the numbers of its components; both sorted.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn configurations_in_use(&mut self, as_of: Moment) -> Result<Vec<(i64, Vec<i64>)>, StoreError> {
        let pairs = self.query(IN_USE, params![instant(as_of)], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(gathered(pairs))
    }

    /// Exactly these configurations, each with the numbers of its components; both sorted. Unknown ones are left
    /// out, as are configurations without components.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn configuration_components(
        &mut self,
        configurations: &[i64],
    ) -> Result<Vec<(i64, Vec<i64>)>, StoreError> {
        let mut pairs = self
            .query_in(COMPONENTS_OF, &[], distinct(configurations), |row| Ok((row.get(0)?, row.get(1)?)))?;
        pairs.sort_unstable();
        Ok(gathered(pairs))
    }

    /// These components with their numbers, by number; unknown numbers are left out.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn components(&mut self, numbers: &[i64]) -> Result<Vec<(i64, Component)>, StoreError> {
        let mut found = self.query_in(COMPONENTS_BY_NUMBER, &[], distinct(numbers), numbered)?;
        found.sort_unstable_by_key(|(number, _)| *number);
        Ok(found)
    }

    /// The components with a larger number, by number: what came since somebody last looked.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn components_after(&mut self, number: i64) -> Result<Vec<(i64, Component)>, StoreError> {
        self.query(COMPONENTS_AFTER, params![number], numbered)
    }

    /// The key of the component with that number; `None` when there is none.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn component_key(&mut self, number: i64) -> Result<Option<[u8; 32]>, StoreError> {
        self.query_opt(COMPONENT_KEY, params![number], |row| row.get(0))
    }

    /// The configurations with a larger number, each with the numbers of its components; both sorted.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn configurations_after(&mut self, number: i64) -> Result<Vec<(i64, Vec<i64>)>, StoreError> {
        let pairs =
            self.query(CONFIGURATIONS_AFTER, params![number], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(gathered(pairs))
    }

    /// Which of these configurations an asset has now, sorted.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn configurations_with_assets(&mut self, configurations: &[i64]) -> Result<Vec<i64>, StoreError> {
        let mut found = self.query_in(WITH_ASSETS, &[], distinct(configurations), |row| row.get(0))?;
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// All components ever seen, by number.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn all_components(&mut self) -> Result<Vec<(i64, Component)>, StoreError> {
        self.query(COMPONENTS_ALL, params![], numbered)
    }
}

impl Change<'_> {
    /// The number of this configuration; it and its components are stored when they are new.
    ///
    /// # Errors
    /// When the database fails.
    pub fn intern_configuration(&mut self, configuration: &Configuration) -> Result<i64, StoreError> {
        let key = configuration.key();
        if let Some(number) = self.query_opt(CONFIGURATION_BY_KEY, params![key], |row| row.get::<i64>(0))? {
            return Ok(number);
        }
        let components = self.intern_components(configuration.components())?;
        let number: i64 = self.query_one(CONFIGURATION_LAST, params![], |row| row.get::<i64>(0))? + 1;
        self.exec(CONFIGURATION_INSERT, params![number, key])?;
        self.insert_many(
            CONFIGURATION_COMPONENT_INSERT,
            components.into_iter().map(|component| vec![Value::from(number), Value::from(component)]),
        )?;
        Ok(number)
    }

    /// The numbers of these components, in their order; new ones are stored.
    pub(crate) fn intern_components(&mut self, components: &[Component]) -> Result<Vec<i64>, StoreError> {
        let keys: Vec<[u8; 32]> = components.iter().map(Component::key).collect();
        let mut known: HashMap<[u8; 32], i64> = self
            .query_in(COMPONENTS_BY_KEY, &[], keys.iter().map(|key| Value::from(*key)), |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?
            .into_iter()
            .collect();
        let mut last: i64 = self.query_one(COMPONENT_LAST, params![], |row| row.get(0))?;
        let mut rows = Vec::new();
        let mut numbers = Vec::with_capacity(keys.len());
        for (component, key) in components.iter().zip(keys) {
            let number = *known.entry(key).or_insert_with(|| {
                last += 1;
                rows.push(row_of(last, key, component));
                last
            });
            numbers.push(number);
        }
        if !rows.is_empty() {
            self.learn_versions(components.iter().map(|component| component.version.as_str()))?;
        }
        self.insert_many(COMPONENT_INSERT, rows)?;
        Ok(numbers)
    }
}

fn row_of(number: i64, key: [u8; 32], component: &Component) -> Vec<Value<'_>> {
    vec![
        Value::from(number),
        Value::from(key),
        Value::from(component.kind.word()),
        Value::from(&component.vendor),
        Value::from(&component.product),
        Value::from(&component.version),
        Value::from(&component.order_number),
        Value::from(&component.hardware_revision),
        Value::from(&component.purl),
        Value::from(&component.cpe),
    ]
}

/// Reads number, kind, vendor, product, version, order number, hardware revision, purl, CPE.
fn numbered(row: &Row<'_>) -> Result<(i64, Component), StoreError> {
    let component = Component {
        kind: row.word(1)?,
        vendor: row.get(2)?,
        product: row.get(3)?,
        version: row.get(4)?,
        order_number: row.get(5)?,
        hardware_revision: row.get(6)?,
        purl: row.get(7)?,
        cpe: row.get(8)?,
    };
    Ok((row.get(0)?, component))
}

/// Each number once, as parameters.
pub(crate) fn distinct(numbers: &[i64]) -> Vec<Value<'static>> {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    sorted.into_iter().map(Value::from).collect()
}

fn gathered(sorted: Vec<(i64, i64)>) -> Vec<(i64, Vec<i64>)> {
    let mut all: Vec<(i64, Vec<i64>)> = Vec::new();
    for (group, member) in sorted {
        match all.last_mut() {
            Some((last, members)) if *last == group => members.push(member),
            Some(_) | None => all.push((group, vec![member])),
        }
    }
    all
}
