//! The part of the graph that holds for one product, with what follows from it.
//!
//! Edges that a source states for this product are *sure*; edges whose source does not say for which product, and edges on
//! a circle, are *doubtful*. The closure runs over sure edges alone. The surprise: closing a circle makes what was covered
//! unknown, because sources that say both "A replaces B" and "B replaces A" cannot both be right.

use std::collections::VecDeque;

use super::graph::{Edge, PatchGraph};
use super::product::{Fit, PatchProduct};

/// Above so many patches in one view, reach is walked for each question instead of kept: the table would pass 50 MB.
const MAX_CLOSURE_NODES: usize = 20_000;

/// How much an edge is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Worth {
    /// A source states it for this product.
    Sure,
    /// No source says for which product.
    ProductNotSaid,
    /// It lies on a circle.
    Circle,
}

/// An edge in a view, to a local number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Link {
    pub to: u32,
    pub worth: Worth,
    /// Index of the edge in the graph.
    pub edge: u32,
}

/// The part of the graph that holds for one product.
#[derive(Debug, Clone)]
pub struct ProductView<'g> {
    pub(super) graph: &'g PatchGraph,
    pub(super) product: PatchProduct,
    /// Local number of each node of the graph; `u32::MAX`: not in this view.
    local: Vec<u32>,
    /// Node of the graph by local number.
    pub(super) nodes: Vec<u32>,
    /// From newer to older.
    links: Vec<Vec<Link>>,
    /// Bits of all that is reached by sure edges, one row a local number; empty when there are too many.
    closure: Vec<u64>,
    circles: Vec<Vec<u32>>,
}

impl PatchGraph {
    /// The part that holds for one product, which must be wholly known (see [`PatchGraph::candidates`]).
    #[must_use]
    pub fn for_product(&self, product: &PatchProduct) -> ProductView<'_> {
        let mut view = ProductView {
            graph: self,
            product: product.clone(),
            local: vec![u32::MAX; self.names.len()],
            nodes: Vec::new(),
            links: Vec::new(),
            closure: Vec::new(),
            circles: Vec::new(),
        };
        for node in 0..self.names.len() {
            if matches!(self.listed(node, product), Some(Fit::Exact | Fit::Wider | Fit::Part)) {
                view.local_of(u32::try_from(node).expect("nodes are numbered so"));
            }
        }
        for (at, edge) in self.edges.iter().enumerate() {
            if let Some(worth) = self.worth(edge, product) {
                let (from, to) = (view.local_of(edge.newer), view.local_of(edge.older));
                let edge = u32::try_from(at).expect("edges are numbered so");
                view.links[from as usize].push(Link { to, worth, edge });
            }
        }
        view.find_circles();
        view.close();
        view
    }

    /// How a patch's own lists stand to a product: `None` when no record states a product.
    pub(super) fn listed(&self, node: usize, product: &PatchProduct) -> Option<Fit> {
        self.entries[node].iter().filter_map(|entry| self.fit(&entry.products, product)).min()
    }

    /// What an edge is worth for a product; `None`: it does not hold there.
    fn worth(&self, edge: &Edge, product: &PatchProduct) -> Option<Worth> {
        let is_elsewhere = |node: u32| self.listed(node as usize, product) == Some(Fit::Other);
        if is_elsewhere(edge.newer) || is_elsewhere(edge.older) {
            return None;
        }
        let mut best = None;
        for statement in &edge.statements {
            match self.fit(&statement.products, product) {
                Some(Fit::Exact | Fit::Wider | Fit::Part) => return Some(Worth::Sure),
                None => best = Some(Worth::ProductNotSaid),
                Some(Fit::Other) => {}
            }
        }
        best
    }
}

impl ProductView<'_> {
    /// The product.
    #[must_use]
    pub fn product(&self) -> &PatchProduct {
        &self.product
    }

    /// How many patches are listed or linked for the product.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether nothing is known for the product.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Whether a source states, step by step, that one patch replaces another for this product.
    #[must_use]
    pub fn replaces(&self, newer: &str, older: &str) -> bool {
        match (self.find(newer), self.find(older)) {
            (Some(newer), Some(older)) => newer != older && self.reaches(newer, older),
            (None, _) | (_, None) => false,
        }
    }

    /// The circles in which sources contradict each other: the patches on each, sorted.
    #[must_use]
    pub fn circles(&self) -> Vec<Vec<&str>> {
        let name = |node: &u32| self.graph.names[*node as usize].as_str();
        let named = |circle: &Vec<u32>| {
            let mut names: Vec<&str> = circle.iter().map(name).collect();
            names.sort_unstable();
            names
        };
        self.circles.iter().map(named).collect()
    }

    fn local_of(&mut self, node: u32) -> u32 {
        let local = &mut self.local[node as usize];
        if *local == u32::MAX {
            *local = u32::try_from(self.nodes.len()).expect("no more than the graph has");
            self.nodes.push(node);
            self.links.push(Vec::new());
        }
        *local
    }

    pub(super) fn find(&self, name: &str) -> Option<u32> {
        let node = self.graph.find(name)?;
        Some(self.local[node as usize]).filter(|local| *local != u32::MAX)
    }

    pub(super) fn name(&self, local: u32) -> &str {
        &self.graph.names[self.nodes[local as usize] as usize]
    }

    /// Strongly connected parts over all links, after Tarjan, without recursion; the order of the parts is from older
    /// to newer.
    fn find_circles(&mut self) {
        let n = self.nodes.len();
        let (mut order, mut low) = (vec![0_u32; n], vec![0_u32; n]);
        let (mut is_open, mut part) = (vec![false; n], vec![u32::MAX; n]);
        let (mut stack, mut counter, mut n_parts) = (Vec::new(), 0_u32, 0_u32);
        for root in 0..n {
            if order[root] != 0 {
                continue;
            }
            let mut walk: Vec<(usize, usize)> = vec![(root, 0)];
            while let Some((at, next)) = walk.last_mut() {
                let at = *at;
                if *next == 0 && order[at] == 0 {
                    counter += 1;
                    (order[at], low[at], is_open[at]) = (counter, counter, true);
                    stack.push(at);
                }
                if let Some(link) = self.links[at].get(*next) {
                    *next += 1;
                    let to = link.to as usize;
                    if order[to] == 0 {
                        walk.push((to, 0));
                    } else if is_open[to] {
                        low[at] = low[at].min(order[to]);
                    }
                    continue;
                }
                walk.pop();
                if let Some((parent, _)) = walk.last() {
                    low[*parent] = low[*parent].min(low[at]);
                }
                if low[at] == order[at] {
                    let begin = stack.iter().rposition(|open| *open == at).expect("it was pushed");
                    let members = stack.split_off(begin);
                    for member in &members {
                        (is_open[*member], part[*member]) = (false, n_parts);
                    }
                    if members.len() > 1 {
                        self.circles.push(members.iter().map(|member| self.nodes[*member]).collect());
                    }
                    n_parts += 1;
                }
            }
        }
        for (from, links) in self.links.iter_mut().enumerate() {
            for link in links {
                if part[from] == part[link.to as usize] {
                    link.worth = Worth::Circle;
                }
            }
        }
    }

    /// Rows of bits over the sure edges, which have no circle any more; a patch's row comes after those of all it
    /// replaces.
    fn close(&mut self) {
        let n = self.nodes.len();
        if n > MAX_CLOSURE_NODES {
            return;
        }
        let n_words = n.div_ceil(64);
        let mut rows = vec![0_u64; n * n_words];
        let mut n_newer = vec![0_u32; n];
        for link in self.links.iter().flatten().filter(|link| link.worth == Worth::Sure) {
            n_newer[link.to as usize] += 1;
        }
        // From newest to oldest, then the rows in the opposite order.
        let mut order: Vec<usize> = (0..n).filter(|at| n_newer[*at] == 0).collect();
        let mut next = 0;
        while next < order.len() {
            for link in self.links[order[next]].iter().filter(|link| link.worth == Worth::Sure) {
                n_newer[link.to as usize] -= 1;
                if n_newer[link.to as usize] == 0 {
                    order.push(link.to as usize);
                }
            }
            next += 1;
        }
        for at in order.into_iter().rev() {
            for link in self.links[at].iter().filter(|link| link.worth == Worth::Sure) {
                let to = link.to as usize;
                rows[at * n_words + to / 64] |= 1 << (to % 64);
                for word in 0..n_words {
                    let older = rows[to * n_words + word];
                    rows[at * n_words + word] |= older;
                }
            }
        }
        self.closure = rows;
    }

    /// Whether sure edges lead from a newer patch to an older one.
    pub(super) fn reaches(&self, newer: u32, older: u32) -> bool {
        if self.closure.is_empty() {
            return self.path(&[newer], older, |worth| worth == Worth::Sure, |_| false).is_some();
        }
        let n_words = self.nodes.len().div_ceil(64);
        let (newer, older) = (newer as usize, older as usize);
        self.closure[newer * n_words + older / 64] >> (older % 64) & 1 == 1
    }

    /// A shortest path from one of some patches to an older one over the edges that are wanted, not through blocked
    /// patches: the starting patch and the links.
    pub(super) fn path(
        &self,
        from: &[u32],
        to: u32,
        is_wanted: impl Fn(Worth) -> bool,
        is_blocked: impl Fn(u32) -> bool,
    ) -> Option<(u32, Vec<Link>)> {
        let mut came: Vec<Option<(u32, Link)>> = vec![None; self.nodes.len()];
        let mut is_seen = vec![false; self.nodes.len()];
        let mut queue: VecDeque<u32> = VecDeque::new();
        for start in from.iter().copied().filter(|start| !is_blocked(*start)) {
            if !std::mem::replace(&mut is_seen[start as usize], true) {
                queue.push_back(start);
            }
        }
        while let Some(at) = queue.pop_front() {
            for link in self.links[at as usize].iter().filter(|link| is_wanted(link.worth)) {
                if is_seen[link.to as usize] || (link.to != to && is_blocked(link.to)) {
                    continue;
                }
                is_seen[link.to as usize] = true;
                came[link.to as usize] = Some((at, *link));
                if link.to == to {
                    return Some(walk_back(&came, to));
                }
                queue.push_back(link.to);
            }
        }
        None
    }
}

fn walk_back(came: &[Option<(u32, Link)>], to: u32) -> (u32, Vec<Link>) {
    let (mut at, mut links) = (to, Vec::new());
    while let Some((before, link)) = came[at as usize] {
        links.push(link);
        at = before;
    }
    links.reverse();
    (at, links)
}
