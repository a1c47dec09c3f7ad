//! How long work takes: what was measured often enough, else what somebody wrote down, each with that reason.
//!
//! The surprise: the measured number is the one that nine of ten pieces of work kept to, and not the mean: a window that
//! fits the mean is too short every other night. An undo that was measured too seldom keeps the number that was written
//! down, and without one nobody knows how long it takes, so the work waits.

use holdpoint_domain::asset::AssetKind;
use holdpoint_domain::plan::ground::{WorkObservation, WorkProfile};
use holdpoint_domain::plan::{Estimate, EstimateSource};

/// What is asked: one patch on one kind of asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkKind<'a> {
    /// The patch.
    pub patch: &'a str,
    /// The kind of the asset; `None`: nobody has said.
    pub kind: Option<AssetKind>,
    /// The asset's product, as written; empty: nobody has said.
    pub product: &'a str,
}

/// How long it takes, and how that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known<'a> {
    /// The profile that fits best; `None`: none does.
    pub profile: Option<&'a WorkProfile>,
    /// The numbers; `None`: nobody knows.
    pub estimate: Option<Estimate>,
    /// How they are known, as a clause.
    pub why: String,
}

/// Says how long work takes. Measurements count from `measured_at_least` on, of the same patch on the same product.
#[must_use]
pub fn known_duration<'a>(
    profiles: &'a [WorkProfile],
    observations: &[WorkObservation],
    work: WorkKind<'_>,
    measured_at_least: u16,
) -> Known<'a> {
    let profile = best_profile(profiles, work);
    let own = || {
        observations.iter().filter(|seen| {
            seen.patch == work.patch && seen.product == work.product && !work.product.is_empty()
        })
    };
    let at_least = usize::from(measured_at_least.max(1));
    let mut minutes: Vec<u32> = own().map(|seen| seen.work_minutes).collect();
    let mut undos: Vec<u32> = own().filter_map(|seen| seen.undo_minutes).collect();
    let n = minutes.len();
    let declared = profile.map(|profile| (profile.work_minutes, profile.undo_minutes));
    if n >= at_least {
        let work_minutes = nine_of_ten(&mut minutes);
        let n_undos = undos.len();
        let undo =
            if n_undos >= at_least { Some(nine_of_ten(&mut undos)) } else { declared.map(|both| both.1) };
        let Some(undo_minutes) = undo else {
            let why = format!("measured {n} times, and nobody has said how long the undo takes");
            return Known { profile, estimate: None, why };
        };
        let estimate = Estimate { work_minutes, undo_minutes, source: EstimateSource::Learned };
        let undo = if n_undos >= at_least { "undo measured too" } else { "undo as somebody wrote down" };
        let why = format!("measured {n} times on {}, nine of ten took no longer; {undo}", work.product);
        return Known { profile, estimate: Some(estimate), why };
    }
    let Some((work_minutes, undo_minutes)) = declared else {
        return Known { profile: None, estimate: None, why: "nobody has said how long it takes".to_owned() };
    };
    let estimate = Estimate { work_minutes, undo_minutes, source: EstimateSource::Declared };
    let named = profile.map_or_else(String::new, described);
    let why = format!("written down for {named}; measured {n} times, {at_least} are needed");
    Known { profile, estimate: Some(estimate), why }
}

fn described(profile: &WorkProfile) -> String {
    match (&profile.patch, profile.kind) {
        (Some(patch), Some(kind)) => format!("{patch} on a {kind}"),
        (Some(patch), None) => patch.clone(),
        (None, Some(kind)) => format!("every {kind}"),
        (None, None) => "all work".to_owned(),
    }
}

/// The most exact profile: of patch and kind, of the patch, of the kind, of all.
fn best_profile<'a>(profiles: &'a [WorkProfile], work: WorkKind<'_>) -> Option<&'a WorkProfile> {
    let fits = |profile: &&WorkProfile| {
        profile.patch.as_deref().is_none_or(|patch| patch == work.patch)
            && profile.kind.is_none_or(|kind| Some(kind) == work.kind)
    };
    profiles.iter().filter(fits).max_by_key(|profile| (profile.patch.is_some(), profile.kind.is_some()))
}

/// The smallest number that at least nine of ten do not pass.
fn nine_of_ten(values: &mut [u32]) -> u32 {
    values.sort_unstable();
    let rank = (values.len() * 9).div_ceil(10).max(1);
    values[rank - 1]
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdpoint_domain::Moment;
    use holdpoint_domain::id::AssetId;
    use holdpoint_domain::plan::ground::WorkAsks;

    fn profile(patch: Option<&str>, kind: Option<AssetKind>, work_minutes: u32) -> WorkProfile {
        let patch = patch.map(str::to_owned);
        WorkProfile {
            patch,
            kind,
            work_minutes,
            undo_minutes: 20,
            people: 1,
            way_back: None,
            asks: WorkAsks::default(),
        }
    }

    fn seen(work_minutes: u32, undo_minutes: Option<u32>) -> WorkObservation {
        WorkObservation {
            patch: "KB1".into(),
            asset: AssetId::from_bytes([1; 16]),
            kind: Some(AssetKind::Server),
            product: "Historian".into(),
            work_minutes,
            undo_minutes,
            at: Moment::from_micros(0),
        }
    }

    const WORK: WorkKind<'static> =
        WorkKind { patch: "KB1", kind: Some(AssetKind::Server), product: "Historian" };

    #[test]
    fn the_most_exact_word_counts_until_enough_was_measured() {
        let all = [
            profile(None, None, 120),
            profile(None, Some(AssetKind::Server), 60),
            profile(Some("KB1"), None, 50),
            profile(Some("KB1"), Some(AssetKind::Plc), 10),
        ];
        let few = [seen(30, None), seen(31, None)];
        let known = known_duration(&all, &few, WORK, 3);
        assert_eq!(
            known.estimate.map(|one| (one.work_minutes, one.source)),
            Some((50, EstimateSource::Declared))
        );
        assert_eq!(known.why, "written down for KB1; measured 2 times, 3 are needed");
        let enough: Vec<_> = (1..=10).map(|minutes| seen(minutes * 10, (minutes > 8).then_some(5))).collect();
        let known = known_duration(&all, &enough, WORK, 3);
        let learned = Estimate { work_minutes: 90, undo_minutes: 20, source: EstimateSource::Learned };
        assert_eq!(known.estimate, Some(learned), "the undo was measured twice only");
        assert!(known.why.starts_with("measured 10 times on Historian"), "{}", known.why);
    }

    #[test]
    fn without_a_word_on_the_undo_nobody_knows() {
        let enough: Vec<_> = (0..9).map(|_| seen(30, None)).collect();
        assert_eq!(known_duration(&[], &enough, WORK, 3).estimate, None);
        assert_eq!(known_duration(&[], &[], WORK, 3).why, "nobody has said how long it takes");
        let undone: Vec<_> = (0..9).map(|_| seen(30, Some(10))).collect();
        assert!(known_duration(&[], &undone, WORK, 3).estimate.is_some());
        let other = WorkKind { product: "", ..WORK };
        assert_eq!(known_duration(&[], &undone, other, 3).estimate, None, "nobody knows what it is");
    }
}
