//! A bill of materials against the feeds, without storing anything of it.

use super::ReadAt;
use crate::App;
use crate::access_check::Caller;
use crate::applicability::{self, Touch};
use crate::error::AppError;
use holdpoint_domain::access::Permission;
use holdpoint_domain::component::{Component, ComponentKind};
use holdpoint_formats::inventory::cyclonedx::{self, Bom, BomComponent, BomKind, Scope};
use holdpoint_store::vulnerability_record::Threat;
use std::collections::HashMap;

/// What the feeds say of a bill of materials.
#[derive(Debug, Clone)]
pub struct Checked {
    /// Its components, as they were asked for.
    pub components: Vec<Component>,
    /// What touches them, component by component.
    pub touches: Vec<Touch>,
    /// What is known of the threats.
    pub threats: HashMap<String, Threat>,
    /// When the catalogues were read.
    pub read_at: ReadAt,
    /// How many remarks reading the file gave.
    pub warnings: usize,
}

/// Holds a CycloneDX bill of materials against the conditions of the feeds.
///
/// # Errors
/// [`AppError::Invalid`] for a file that cannot be read; [`AppError::Refused`]; [`AppError::Store`].
pub fn check(app: &App, caller: &Caller, bytes: &[u8]) -> Result<Checked, AppError> {
    caller.require(Permission::ReadPlant)?;
    let parsed = cyclonedx::parse(bytes).map_err(AppError::Invalid)?;
    let components = components(&parsed.value);
    let touches = applicability::match_components(app, &components)?;
    let (threats, read_at) = app.store().read(|r| {
        let names: std::collections::BTreeSet<&str> =
            touches.iter().map(|touch| touch.reference.as_str()).collect();
        Ok((r.threats(names.into_iter())?, ReadAt::of(r.feed_standings()?)))
    })?;
    Ok(Checked { components, touches, threats, read_at, warnings: parsed.warnings.len() })
}

fn components(bom: &Bom) -> Vec<Component> {
    let parts = bom.components.iter().filter(|part| part.scope != Scope::Excluded);
    bom.subject.iter().chain(parts).map(component).collect()
}

fn component(part: &BomComponent) -> Component {
    let kind = match part.kind {
        BomKind::Firmware => ComponentKind::Firmware,
        BomKind::OperatingSystem => ComponentKind::OperatingSystem,
        BomKind::Device => ComponentKind::Hardware,
        BomKind::Library | BomKind::Framework if !part.purl.is_empty() => ComponentKind::Package,
        BomKind::Application
        | BomKind::Framework
        | BomKind::Library
        | BomKind::Container
        | BomKind::Platform
        | BomKind::DeviceDriver
        | BomKind::File
        | BomKind::MachineLearningModel
        | BomKind::Data
        | BomKind::CryptographicAsset
        | BomKind::Foreign(_) => ComponentKind::Application,
    };
    Component {
        vendor: part.vendor.clone(),
        product: part.name.clone(),
        version: part.version.clone(),
        order_number: part.order_number.clone(),
        hardware_revision: part.hardware_revision.clone(),
        purl: part.purl.clone(),
        cpe: part.cpe.clone(),
        ..Component::empty(kind)
    }
}
