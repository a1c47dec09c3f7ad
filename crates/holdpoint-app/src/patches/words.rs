//! Standings in words: the word for programs, the sentence for people.

use holdpoint_engine::supersedence::{Cover, Doubt, Standing, Step};

/// The fixed word of a standing.
pub(super) const fn word(standing: &Standing) -> &'static str {
    match standing {
        Standing::Installed => "installed",
        Standing::Covered(_) => "covered",
        Standing::NotInstalled => "missing",
        Standing::OtherProduct => "other-product",
        Standing::Unknown(_) => "unknown",
    }
}

/// The sentence of a standing, without a full stop.
pub(super) fn sentence(patch: &str, standing: &Standing) -> String {
    match standing {
        Standing::Installed => format!("{patch} was seen installed"),
        Standing::NotInstalled => format!("{patch} was not seen, and nothing that is installed covers it"),
        Standing::OtherProduct => format!("{patch} is for other products"),
        Standing::Covered(Cover::Superseded { by, steps }) => {
            format!("{by} is installed and covers {patch}: {}", way(steps))
        }
        Standing::Covered(Cover::Build { installed, fixed, from }) if from.is_empty() => {
            format!("the installed build {installed} holds {patch}, which brings {fixed}")
        }
        Standing::Covered(Cover::Build { installed, fixed, from }) => {
            format!("{from} is installed and brings build {installed}, which holds {patch} ({fixed})")
        }
        Standing::Unknown(doubt) => doubtful(patch, doubt),
    }
}

/// The sentence of a vulnerability of whose updates some are there and some are not, without a full stop.
pub(super) fn partly(patch: &str, standing: &Standing, others: &[String]) -> String {
    format!(
        "{}; but {} is named for it too and was not seen, and no source says that one of them is enough",
        sentence(patch, standing),
        others.join(", ")
    )
}

fn doubtful(patch: &str, doubt: &Doubt) -> String {
    match doubt {
        Doubt::NotKnown => format!("no source that was read speaks of {patch}"),
        Doubt::NothingObserved => {
            "nobody has listed the patches of this asset, and its build says nothing of it".to_owned()
        }
        Doubt::ProductNotSaid(steps) => {
            format!("{patch} may be covered, but a source does not say for which product: {}", way(steps))
        }
        Doubt::Circle(steps) => {
            format!("{patch} may be covered, but the sources contradict each other: {}", way(steps))
        }
        Doubt::BuildOlder { installed, fixed } => format!(
            "{patch} is listed or covered, but the build is {installed} and {patch} brings {fixed}: it may wait for a restart"
        ),
        Doubt::Contradicted => format!("{patch} is listed as installed, and a scan says that it is missing"),
        Doubt::PerhapsNotFor => {
            format!(
                "the sources do not say that {patch} is for exactly this product, or it is for a part that may not be there"
            )
        }
    }
}

/// `KB3 replaces KB2 (msrc), KB2 replaces KB1 (wsusscn2)`.
fn way(steps: &[Step]) -> String {
    let told = steps.iter().map(|step| {
        let sources = step.sources.join(", ");
        format!("{} replaces {} ({sources})", step.newer, step.older)
    });
    told.collect::<Vec<_>>().join(", ")
}

/// The steps of a standing; empty: it rests on none.
pub(super) fn steps(standing: &Standing) -> Vec<Step> {
    match standing {
        Standing::Covered(Cover::Superseded { steps, .. })
        | Standing::Unknown(Doubt::ProductNotSaid(steps) | Doubt::Circle(steps)) => steps.clone(),
        Standing::Installed
        | Standing::Covered(Cover::Build { .. })
        | Standing::NotInstalled
        | Standing::OtherProduct
        | Standing::Unknown(
            Doubt::NotKnown
            | Doubt::NothingObserved
            | Doubt::BuildOlder { .. }
            | Doubt::Contradicted
            | Doubt::PerhapsNotFor,
        ) => Vec::new(),
    }
}
