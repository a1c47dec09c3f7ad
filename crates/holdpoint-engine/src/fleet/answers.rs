//! What each distinct component passes: asked once, however many configurations have it.

use super::build::Fleet;
use crate::applicability::packed::place;
use crate::applicability::{Catalogue, Passed, Scale, Truth};
use std::ops::Range;

/// For each component the tests that it passes or may pass.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answers {
    starts: Vec<u32>,
    /// The test's number and whether it is a sure yes, in one word.
    passed: Vec<u32>,
}

impl Answers {
    /// All components.
    #[must_use]
    pub fn of(catalogue: &Catalogue, fleet: &Fleet) -> Self {
        Self::part(catalogue, fleet, 0..place(fleet.components()))
    }

    /// A range of components, for a caller with threads.
    #[must_use]
    pub fn part(catalogue: &Catalogue, fleet: &Fleet, components: Range<u32>) -> Self {
        let mut made = Self { starts: vec![0], passed: Vec::new() };
        let mut scale = Scale::default();
        let mut found: Vec<Passed> = Vec::new();
        for at in components {
            found.clear();
            catalogue.passed_into(fleet.item(at), &mut scale, &mut found);
            let words = found.iter().map(|passed| {
                passed.test << 1 | u32::from(passed.truth == Truth::Yes) //
            });
            made.passed.extend(words);
            made.starts.push(place(made.passed.len()));
        }
        made
    }

    /// Parts of following ranges put together.
    #[must_use]
    pub fn join(parts: Vec<Self>) -> Self {
        let mut made = Self { starts: vec![0], passed: Vec::new() };
        for part in parts {
            let before = place(made.passed.len());
            made.starts.extend(part.starts.iter().skip(1).map(|end| before + end));
            made.passed.extend(part.passed);
        }
        made
    }

    /// The answers of a component, packed.
    pub(super) fn words(&self, component: u32) -> &[u32] {
        let at = component as usize;
        &self.passed[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    /// How many answers there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.passed.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.passed.is_empty()
    }
}
