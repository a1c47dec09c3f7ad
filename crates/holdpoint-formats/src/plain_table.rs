//! A list as CSV for people: a head, rows of texts, RFC 4180, UTF-8. A cell that a spreadsheet would run as a formula
//! is guarded; control characters become blanks, because this file is read and not taken in again.

use crate::inventory::guard;

/// Writes the table. Rows shorter than the head are filled with empty cells.
///
/// # Errors
/// When the CSV writer fails.
pub fn csv(head: &[&str], rows: &[Vec<String>]) -> Result<Vec<u8>, csv::Error> {
    let mut bytes = Vec::new();
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(&mut bytes);
    writer.write_record(head)?;
    for row in rows {
        let cells = (0..head.len()).map(|at| {
            let text = row.get(at).map_or("", String::as_str);
            let text: String = text.chars().map(|one| if one.is_control() { ' ' } else { one }).collect();
            guard::put_on(&text).into_owned()
        });
        writer.write_record(cells)?;
    }
    writer.flush()?;
    drop(writer);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::csv;

    #[test]
    fn a_cell_that_would_run_is_guarded_and_short_rows_are_filled() {
        let rows = vec![vec!["=1+1".to_owned(), "two\nlines".to_owned()], vec!["only one".to_owned()]];
        let text = String::from_utf8(csv(&["a", "b"], &rows).expect("it is written")).expect("UTF-8");
        assert_eq!(text, "a,b\r\n'=1+1,two lines\r\nonly one,\r\n");
    }
}
