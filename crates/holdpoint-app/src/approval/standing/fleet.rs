//! What runs on the assets of a baseline, read once for many patches.
//!
//! Only assets that belong for sure are asked: what may belong is installed by nobody before it is known. Assets with the
//! same software count once.

use holdpoint_domain::Moment;
use holdpoint_domain::baseline::Baseline;
use holdpoint_domain::component::Component;
use holdpoint_domain::id::BaselineId;
use holdpoint_engine::approval::governing::{Membership, membership};
use holdpoint_store::{Reader, StoreError};
use std::collections::{BTreeSet, HashMap};

/// An asset by its tag, with what is installed on it and on all that are like it.
pub(super) type Like = (String, Vec<Component>);

/// What runs on the assets of baselines at one moment, as far as somebody asked.
#[derive(Debug, Default)]
pub(crate) struct Fleet {
    components: Option<HashMap<i64, Component>>,
    members: HashMap<BaselineId, Vec<Like>>,
}

impl Fleet {
    /// The assets that belong to a baseline for sure, one of each kind of software. A fleet is asked for one moment only.
    pub(super) fn of(
        &mut self,
        r: &mut Reader<'_>,
        baseline: &Baseline,
        as_of: Moment,
    ) -> Result<&[Like], StoreError> {
        if !self.members.contains_key(&baseline.id) {
            let members = self.read(r, baseline, as_of)?;
            self.members.insert(baseline.id, members);
        }
        Ok(self.members.get(&baseline.id).map_or(&[], Vec::as_slice))
    }

    fn read(
        &mut self,
        r: &mut Reader<'_>,
        baseline: &Baseline,
        as_of: Moment,
    ) -> Result<Vec<Like>, StoreError> {
        if self.components.is_none() {
            self.components = Some(r.all_components()?.into_iter().collect());
        }
        let known = self.components.as_ref();
        let parts: HashMap<i64, Vec<i64>> = r.configurations_in_use(as_of)?.into_iter().collect();
        let installed = |number: Option<i64>| -> Vec<Component> {
            let parts = number.and_then(|number| parts.get(&number));
            parts.into_iter().flatten().filter_map(|part| known?.get(part)).cloned().collect()
        };
        let (mut seen, mut found) = (BTreeSet::new(), Vec::new());
        r.all_assets(as_of, |asset| {
            if seen.contains(&asset.configuration_no) {
                return Ok(());
            }
            let components = installed(asset.configuration_no);
            let belongs = membership(&baseline.scope, &crate::approval::members::facts(&asset, &components));
            if belongs == Membership::Yes {
                seen.insert(asset.configuration_no);
                found.push((asset.asset.tag, components));
            }
            Ok(())
        })?;
        Ok(found)
    }
}
