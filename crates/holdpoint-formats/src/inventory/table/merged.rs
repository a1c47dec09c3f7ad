//! Merged cells: the value of the first one stands for all that it covers.
//!
//! The surprise: a region may cover the whole sheet, and regions may lie over each other although no program writes that.
//! So each column remembers one value and its last row, and a row is filled only where it holds something of its own.

use std::collections::BTreeMap;

/// A cell by row and column, counted from 0.
type Cell = (u32, u32);

/// The merged regions of a sheet, while its rows go by.
pub(super) struct Merged {
    /// By the first row: the columns and the last row.
    begin: BTreeMap<u32, Vec<(usize, usize, u32)>>,
    /// By column: the last row, and the value.
    standing: Vec<Option<(u32, String)>>,
    columns: usize,
}

impl Merged {
    /// The regions, of which no more than so many columns are looked at.
    pub(super) fn new(regions: impl Iterator<Item = (Cell, Cell)>, columns: usize) -> Self {
        let mut begin: BTreeMap<u32, Vec<(usize, usize, u32)>> = BTreeMap::new();
        for ((top, left), (bottom, right)) in regions {
            let (left, right) = (left as usize, (right as usize).min(columns.saturating_sub(1)));
            if left <= right && top <= bottom {
                begin.entry(top).or_default().push((left, right, bottom));
            }
        }
        Self { begin, standing: Vec::new(), columns }
    }

    /// Fills what merged cells cover in a row that holds something.
    pub(super) fn carry(&mut self, at: u32, row: &mut Vec<String>) {
        if row.iter().all(String::is_empty) || (self.begin.is_empty() && self.standing.is_empty()) {
            return;
        }
        // What began in a row that held nothing has no value to carry.
        let later = self.begin.split_off(&at.saturating_add(1));
        let mut here = std::mem::replace(&mut self.begin, later);
        for (left, right, bottom) in here.remove(&at).unwrap_or_default() {
            let Some(value) = row.get(left).filter(|value| !value.is_empty()).cloned() else { continue };
            if self.standing.len() <= right {
                self.standing.resize((right + 1).min(self.columns), None);
            }
            for column in &mut self.standing[left..=right] {
                *column = Some((bottom, value.clone()));
            }
        }
        for (column, standing) in self.standing.iter_mut().enumerate() {
            match standing {
                Some((bottom, _)) if *bottom < at => *standing = None,
                Some((_, value)) => {
                    if row.len() <= column {
                        row.resize(column + 1, String::new());
                    }
                    if row[column].is_empty() {
                        row[column].clone_from(value);
                    }
                }
                None => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Merged;

    fn row(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn a_merged_cell_stands_in_every_cell_that_it_covers_and_no_further() {
        let mut merged = Merged::new([((0, 0), (2, 0)), ((1, 2), (1, 3))].into_iter(), 200);
        let mut rows = [row(&["FX300", "a"]), row(&["", "b", "ok"]), row(&["", "c"]), row(&["", "d"])];
        for (at, row) in (0..).zip(&mut rows) {
            merged.carry(at, row);
        }
        assert_eq!(rows[0], row(&["FX300", "a"]));
        assert_eq!(rows[1], row(&["FX300", "b", "ok", "ok"]));
        assert_eq!(rows[2], row(&["FX300", "c", "", ""])[..rows[2].len()]);
        assert_eq!(rows[3], row(&["", "d"]), "the region is over");
    }

    #[test]
    fn a_region_over_the_whole_sheet_fills_no_blank_row_and_no_column_beyond_the_limit() {
        let mut merged = Merged::new([((0, 0), (u32::MAX, u32::MAX))].into_iter(), 3);
        let (mut first, mut blank) = (row(&["x"]), row(&["", ""]));
        merged.carry(0, &mut first);
        merged.carry(1, &mut blank);
        assert_eq!((first, blank), (row(&["x", "x", "x"]), row(&["", ""])));
    }
}
