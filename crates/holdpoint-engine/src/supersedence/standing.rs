//! The answer for one patch or one vulnerability on one asset, and why.
//!
//! The order of the questions is the order of trust: what a scan says is missing, what was seen installed, what follows
//! from supersedence, what follows from the build. The surprise: a patch that is listed as installed while the build is
//! older than the patch brings is *unknown*: it waits for its restart, or was taken off again.

use holdpoint_domain::patch::canonical_kb;

use super::build::{BuildOrder, Family, order};
use super::evidence::{Evidence, Listing};
use super::product::Fit;
use super::view::{Link, ProductView, Worth};

/// How one patch stands on one asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It was seen installed.
    Installed,
    /// What it brings is there by another way.
    Covered(Cover),
    /// It is not there.
    NotInstalled,
    /// No source lists it for this product, and some list it for others.
    OtherProduct,
    /// Nobody can say.
    Unknown(Doubt),
}

/// By what a patch is covered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cover {
    /// By an installed patch, over these steps from newer to older.
    Superseded {
        /// The installed patch.
        by: String,
        /// The steps.
        steps: Vec<Step>,
    },
    /// By the build.
    Build {
        /// The build that is installed.
        installed: String,
        /// The build that the patch brings.
        fixed: String,
        /// The installed patch that brought the build; empty: the build was observed.
        from: String,
    },
}

/// One step of supersedence, with who says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The newer patch.
    pub newer: String,
    /// The older patch.
    pub older: String,
    /// The sources that say so for this product; for a doubtful step, those that say so at all.
    pub sources: Vec<String>,
    /// The products for which they say so, as written.
    pub products: Vec<String>,
}

/// Why nobody can say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// No source speaks of the patch.
    NotKnown,
    /// Nobody has listed the patches of the asset, and its build says nothing.
    NothingObserved,
    /// It would be covered, but a step holds for no product that its source names.
    ProductNotSaid(Vec<Step>),
    /// It would be covered, but the sources go round in a circle.
    Circle(Vec<Step>),
    /// It is listed as installed or covered, and the build is older than it brings.
    BuildOlder {
        /// The build that is installed.
        installed: String,
        /// The build that the patch brings.
        fixed: String,
    },
    /// It was seen installed, and a scan says that it is missing.
    Contradicted,
    /// It is for a part, or for a whole family, of which nobody knows whether it is this asset's.
    PerhapsNotFor,
}

/// How one vulnerability stands on one asset, by its patches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CveStanding {
    /// A patch that fixes it is installed or covered.
    Fixed {
        /// The patch.
        patch: String,
        /// How it stands.
        standing: Standing,
    },
    /// None of the patches that fix it is there.
    Lacking(Vec<String>),
    /// A patch that fixes it is there, and others that are named for it too are not: no source shows that one of them is
    /// enough, so all of them may be wanted.
    Partly {
        /// The patch.
        patch: String,
        /// How it stands.
        standing: Standing,
        /// The others, sorted.
        others: Vec<String>,
    },
    /// Nobody can say: the patches in question with how they stand. Empty: no source lists a patch against it for this
    /// product.
    Unknown(Vec<(String, Standing)>),
}

impl ProductView<'_> {
    /// How one patch stands.
    #[must_use]
    pub fn standing(&self, evidence: &Evidence, patch: &str) -> Standing {
        let name = canonical_kb(patch).unwrap_or_else(|| patch.trim().to_owned());
        let is_installed = evidence.installed.contains(&name);
        if evidence.missing.contains(&name) {
            return if is_installed {
                Standing::Unknown(Doubt::Contradicted)
            } else {
                Standing::NotInstalled
            };
        }
        let Some(node) = self.graph.find(&name) else {
            return if is_installed { Standing::Installed } else { Standing::Unknown(Doubt::NotKnown) };
        };
        let is_elsewhere = self.graph.listed(node as usize, &self.product) == Some(Fit::Other);
        if is_elsewhere && !is_installed {
            return Standing::OtherProduct;
        }
        let standing = if is_installed { Some(Standing::Installed) } else { self.covered(evidence, &name) };
        let build = self.build_says(evidence, &name);
        match (standing, build) {
            (Some(_), Some((BuildOrder::Older, fixed))) => {
                let installed = evidence.build.clone();
                Standing::Unknown(Doubt::BuildOlder { installed, fixed })
            }
            (Some(standing), _) => standing,
            (None, Some((BuildOrder::Reached, fixed))) => {
                let installed = evidence.build.clone();
                Standing::Covered(Cover::Build { installed, fixed, from: String::new() })
            }
            (None, Some((BuildOrder::Older, _))) => self.absent(evidence, &name, Listing::Made),
            (None, Some((BuildOrder::NotComparable, _)) | None) => {
                match self.build_of_installed(evidence, &name) {
                    Some(cover) => Standing::Covered(cover),
                    None => self.absent(evidence, &name, evidence.listing),
                }
            }
        }
    }

    /// How every patch that is listed for the product stands, sorted by name.
    #[must_use]
    pub fn standings(&self, evidence: &Evidence) -> Vec<(&str, Standing)> {
        let mut names: Vec<&str> = (0..self.nodes.len()).map(|at| self.name(at as u32)).collect();
        names.sort_unstable();
        names.into_iter().map(|name| (name, self.standing(evidence, name))).collect()
    }

    /// How a vulnerability stands by the patches that fix it for this product.
    #[must_use]
    pub fn cve(&self, evidence: &Evidence, cve: &str) -> CveStanding {
        let cve = cve.trim().to_ascii_uppercase();
        let (mut there, mut lacking, mut open) = (Vec::new(), Vec::new(), Vec::new());
        for node in self.graph.fixing(&cve) {
            let fits = |entry: &&super::graph::Entry| {
                entry.fixes.iter().any(|fixed| fixed.eq_ignore_ascii_case(&cve))
                    && self.graph.fit(&entry.products, &self.product) != Some(Fit::Other)
            };
            if !self.graph.entries[*node as usize].iter().any(|entry| fits(&entry)) {
                continue;
            }
            let patch = self.graph.names[*node as usize].clone();
            match self.standing(evidence, &patch) {
                standing @ (Standing::Installed | Standing::Covered(_)) => there.push((patch, standing)),
                Standing::NotInstalled => lacking.push(patch),
                standing @ Standing::Unknown(_) => open.push((patch, standing)),
                Standing::OtherProduct => {}
            }
        }
        if !there.is_empty() {
            let absent = lacking.into_iter().chain(open.into_iter().map(|(patch, _)| patch));
            self.with_some_there(there, absent)
        } else if open.is_empty() && !lacking.is_empty() {
            CveStanding::Lacking(lacking)
        } else {
            CveStanding::Unknown(open)
        }
    }

    /// How a vulnerability stands when some of the patches that are named for it are there and some are not.
    fn with_some_there(
        &self,
        mut there: Vec<(String, Standing)>,
        absent: impl Iterator<Item = String>,
    ) -> CveStanding {
        let is_wanted = |other: &String| !there.iter().any(|(patch, _)| self.are_alternatives(patch, other));
        let mut others: Vec<String> = absent.filter(is_wanted).collect();
        others.sort_unstable();
        let (patch, standing) = there.swap_remove(0);
        if others.is_empty() {
            CveStanding::Fixed { patch, standing }
        } else {
            CveStanding::Partly { patch, standing, others }
        }
    }

    /// The vulnerabilities that a patch fixes for this product, sorted.
    #[must_use]
    pub fn fixes(&self, patch: &str) -> Vec<&str> {
        let Some(node) = self.graph.find(patch) else {
            return Vec::new();
        };
        let entries = self.graph.entries[node as usize].iter();
        let mut fixes: Vec<&str> = entries
            .filter(|entry| self.graph.fit(&entry.products, &self.product) != Some(Fit::Other))
            .flat_map(|entry| entry.fixes.iter().map(String::as_str))
            .collect();
        fixes.sort_unstable();
        fixes.dedup();
        fixes
    }

    fn covered(&self, evidence: &Evidence, name: &str) -> Option<Standing> {
        let target = self.find(name)?;
        let from = self.installed(evidence);
        let is_missing = |local: u32| evidence.missing.contains(self.name(local));
        // Without patches reported missing the closure answers at once whether a path is worth looking for.
        if evidence.missing.is_empty() && !from.iter().any(|start| self.reaches(*start, target)) {
            return None;
        }
        let (start, links) = self.path(&from, target, |worth| worth == Worth::Sure, is_missing)?;
        let by = self.name(start).to_owned();
        Some(Standing::Covered(Cover::Superseded { by, steps: self.steps(start, &links) }))
    }

    /// Why a patch of which nothing positive is known is absent or unknown.
    fn absent(&self, evidence: &Evidence, name: &str, listing: Listing) -> Standing {
        let is_missing = |local: u32| evidence.missing.contains(self.name(local));
        let doubtful = self
            .find(name)
            .and_then(|target| self.path(&self.installed(evidence), target, |_| true, is_missing));
        if let Some((start, links)) = doubtful {
            let steps = self.steps(start, &links);
            let is_circle = links.iter().any(|link| link.worth == Worth::Circle);
            return Standing::Unknown(if is_circle {
                Doubt::Circle(steps)
            } else {
                Doubt::ProductNotSaid(steps)
            });
        }
        let listed = self.graph.find(name).and_then(|node| self.graph.listed(node as usize, &self.product));
        match (listing, listed) {
            (Listing::Absent, _) => Standing::Unknown(Doubt::NothingObserved),
            (Listing::Made, Some(Fit::Exact)) => Standing::NotInstalled,
            (Listing::Made, Some(Fit::Wider | Fit::Part) | None) => Standing::Unknown(Doubt::PerhapsNotFor),
            (Listing::Made, Some(Fit::Other)) => Standing::OtherProduct,
        }
    }

    fn installed(&self, evidence: &Evidence) -> Vec<u32> {
        evidence.installed.iter().filter_map(|name| self.find(name)).collect()
    }

    /// The builds that a patch brings for exactly this product.
    pub(super) fn fixed_builds(&self, name: &str) -> impl Iterator<Item = &str> {
        self.entries_of(name)
            .filter(|entry| !entry.fixed_build.is_empty())
            .filter(|entry| self.graph.fit(&entry.products, &self.product) == Some(Fit::Exact))
            .map(|entry| entry.fixed_build.as_str())
    }

    /// What the records say of a patch, for whichever product.
    pub(super) fn entries_of(&self, name: &str) -> impl Iterator<Item = &super::graph::Entry> {
        let node = self.graph.find(name);
        node.map_or(&[][..], |node| &self.graph.entries[node as usize]).iter()
    }

    /// What the observed build says of a patch. Several fixed builds that disagree say nothing.
    fn build_says(&self, evidence: &Evidence, name: &str) -> Option<(BuildOrder, String)> {
        if evidence.build.is_empty() {
            return None;
        }
        let family = Family::of(&self.product.name);
        let mut said: Option<(BuildOrder, String)> = None;
        for fixed in self.fixed_builds(name) {
            let this = order(&evidence.build, fixed, family);
            match (&said, this) {
                (_, BuildOrder::NotComparable) => {}
                (None, _) => said = Some((this, fixed.to_owned())),
                (Some((before, _)), _) if *before == this => {}
                (Some(_), _) => return None,
            }
        }
        said
    }

    /// Windows is cumulative from 10.0 on: an installed patch that brings the same or a newer build covers this one.
    fn build_of_installed(&self, evidence: &Evidence, name: &str) -> Option<Cover> {
        if Family::of(&self.product.name) != Family::Windows {
            return None;
        }
        for fixed in self.fixed_builds(name) {
            for installed in evidence.installed.iter().filter(|name| !evidence.missing.contains(*name)) {
                for brought in self.fixed_builds(installed) {
                    if order(brought, fixed, Family::Windows) == BuildOrder::Reached {
                        return Some(Cover::Build {
                            installed: brought.to_owned(),
                            fixed: fixed.to_owned(),
                            from: installed.clone(),
                        });
                    }
                }
            }
        }
        None
    }

    fn steps(&self, start: u32, links: &[Link]) -> Vec<Step> {
        let mut at = start;
        let mut steps = Vec::with_capacity(links.len());
        for link in links {
            let edge = &self.graph.edges[link.edge as usize];
            let mut step = Step {
                newer: self.name(at).to_owned(),
                older: self.name(link.to).to_owned(),
                sources: Vec::new(),
                products: Vec::new(),
            };
            for statement in &edge.statements {
                let fit = self.graph.fit(&statement.products, &self.product);
                if fit == Some(Fit::Other) || (fit.is_none() && link.worth == Worth::Sure) {
                    continue;
                }
                step.sources.push(self.graph.sources[statement.source as usize].clone());
                for product in &statement.products {
                    if self.graph.products[*product as usize].fit(&self.product) != Fit::Other {
                        step.products.push(self.graph.written[*product as usize].clone());
                    }
                }
            }
            for list in [&mut step.sources, &mut step.products] {
                list.sort();
                list.dedup();
            }
            steps.push(step);
            at = link.to;
        }
        steps
    }
}
