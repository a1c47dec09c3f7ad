//! A list that is made in memory, asked with the same filter, sort and paging as the store's.
//!
//! The surprise: paging goes by the sort value and key of the last row, so that a row that was decided meanwhile
//! leaves no gap.

use crate::error::AppError;
use holdpoint_domain::filter::{Criterion, FieldKind, FieldSpec, Operator, Sense, Test};
use holdpoint_store::StoreError;
use holdpoint_store::page::{Count, Direction, ListQuery, MAX_LIMIT, Paged, Sort};
use std::cmp::Ordering;

/// What a row has in a field.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    /// Texts; none, or an empty one, is "nothing said".
    Texts(Vec<String>),
    /// A number.
    Number(f64),
    /// A word.
    Word(&'static str),
}

/// A row of such a list.
pub(super) trait Row {
    /// What is in the field of that name.
    fn cell(&self, field: &str) -> Cell;
    /// What free words search.
    fn words(&self) -> Vec<&str>;
    /// What tells the row from all others.
    fn key(&self) -> &str;
}

/// A row's place in the order.
#[derive(Debug, Clone, PartialEq)]
enum Place {
    Number(f64),
    Text(String),
}

/// One page.
pub(super) fn page<R: Row>(
    fields: &[FieldSpec],
    default_sort: (&str, Direction),
    mut rows: Vec<R>,
    query: &ListQuery,
) -> Result<Paged<R>, AppError> {
    let limit = query.page.limit;
    if limit == 0 || limit > MAX_LIMIT {
        return Err(refused(format!("a page has 1 to {MAX_LIMIT} rows, not {limit}")));
    }
    let criteria = query.filter.resolve(fields, query.now).map_err(StoreError::from)?;
    rows.retain(|row| criteria.iter().all(|criterion| holds(fields, criterion, row)));
    let (field, direction) = sort_field(fields, default_sort, query.sort.as_ref())?;
    let mut placed: Vec<(Place, R)> = rows.into_iter().map(|row| (place(field, &row), row)).collect();
    let turned = |order: Ordering| match direction {
        Direction::Ascending => order,
        Direction::Descending => order.reverse(),
    };
    let compare =
        |a: (&Place, &str), b: (&Place, &str)| turned(by_place(a.0, b.0)).then_with(|| a.1.cmp(b.1));
    placed.sort_by(|a, b| compare((&a.0, a.1.key()), (&b.0, b.1.key())));
    let count = Count { value: placed.len() as u64, exact: true };
    if let Some(cursor) = &query.page.cursor {
        let (last, key) = read_cursor(cursor, field)?;
        placed.retain(|(place, row)| compare((place, row.key()), (&last, &key)) == Ordering::Greater);
    }
    let more = placed.len() > limit as usize;
    placed.truncate(limit as usize);
    let next = placed.last().filter(|_| more).map(|(place, row)| write_cursor(field, place, row.key()));
    Ok(Paged { items: placed.into_iter().map(|(_, row)| row).collect(), next, count })
}

fn refused(why: String) -> AppError {
    AppError::Store(StoreError::List { why })
}

fn sort_field<'f>(
    fields: &'f [FieldSpec],
    default_sort: (&str, Direction),
    sort: Option<&Sort>,
) -> Result<(&'f FieldSpec, Direction), AppError> {
    let (name, direction) = sort.map_or(default_sort, |sort| (sort.field.as_str(), sort.direction));
    let found = fields.iter().find(|field| field.name == name);
    found.map(|field| (field, direction)).ok_or_else(|| {
        let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
        let name: String = name.chars().take(64).collect();
        refused(format!("this list is not sorted by `{name}`; choose one of: {}", names.join(", ")))
    })
}

fn place(field: &FieldSpec, row: &impl Row) -> Place {
    match row.cell(field.name) {
        Cell::Texts(texts) => Place::Text(texts.into_iter().next().unwrap_or_default()),
        Cell::Number(number) => Place::Number(number),
        Cell::Word(word) => match field.kind {
            FieldKind::Word(words) => {
                let rank = words.iter().position(|known| *known == word);
                Place::Number(rank.map_or(-1.0, |rank| rank as f64))
            }
            FieldKind::Text | FieldKind::Number | FieldKind::Time | FieldKind::Flag | FieldKind::Version => {
                Place::Text(word.to_owned())
            }
        },
    }
}

fn by_place(one: &Place, other: &Place) -> Ordering {
    match (one, other) {
        (Place::Number(one), Place::Number(other)) => one.total_cmp(other),
        (Place::Text(one), Place::Text(other)) => one.cmp(other),
        (Place::Number(_), Place::Text(_)) => Ordering::Less,
        (Place::Text(_), Place::Number(_)) => Ordering::Greater,
    }
}

fn write_cursor(field: &FieldSpec, place: &Place, key: &str) -> String {
    let place = match place {
        Place::Number(number) => format!("n{:016x}", number.to_bits()),
        Place::Text(text) => {
            format!("t{}", text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>())
        }
    };
    format!("{}.{place}.{key}", field.name)
}

fn read_cursor(cursor: &str, field: &FieldSpec) -> Result<(Place, String), AppError> {
    let wrong =
        || refused("the cursor is not of this list in this order; begin again without one".to_owned());
    let mut parts = cursor.splitn(3, '.');
    let mut next = || parts.next().ok_or_else(wrong);
    let (name, place, key) = (next()?, next()?, next()?);
    if name != field.name {
        return Err(wrong());
    }
    let place = if let Some(bits) = place.strip_prefix('n') {
        Place::Number(f64::from_bits(u64::from_str_radix(bits, 16).map_err(|_| wrong())?))
    } else {
        let digits = place.strip_prefix('t').filter(|digits| digits.is_ascii()).ok_or_else(wrong)?;
        let pairs = digits.as_bytes().chunks(2);
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
        let bytes: Option<Vec<u8>> = pairs.map(byte).collect();
        Place::Text(bytes.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(wrong)?)
    };
    Ok((place, key.to_owned()))
}

fn holds(fields: &[FieldSpec], criterion: &Criterion, row: &impl Row) -> bool {
    let (sense, found) = match criterion {
        Criterion::Word { sense, text } => {
            let text = text.to_lowercase();
            (sense, row.words().iter().any(|known| known.to_lowercase().contains(&text)))
        }
        Criterion::Field { sense, field, test } => (sense, passes(test, &row.cell(fields[*field].name))),
    };
    match sense {
        Sense::Holds => found,
        Sense::Fails => !found,
    }
}

fn passes(test: &Test, cell: &Cell) -> bool {
    let texts: Vec<&str> = match cell {
        Cell::Texts(texts) => texts.iter().map(String::as_str).collect(),
        Cell::Word(word) => vec![word],
        Cell::Number(_) => Vec::new(),
    };
    let number = if let Cell::Number(number) = cell { Some(*number) } else { None };
    match test {
        Test::Empty => number.is_none() && texts.iter().all(|text| text.is_empty()),
        Test::SameText(wanted) => {
            let same = |text: &&str| wanted.iter().any(|one| one.to_lowercase() == text.to_lowercase());
            texts.iter().any(same)
        }
        Test::ExactText(wanted) => texts.iter().any(|text| wanted.iter().any(|one| one == text)),
        Test::ContainsText(wanted) => {
            let has =
                |text: &&str| wanted.iter().any(|one| text.to_lowercase().contains(&one.to_lowercase()));
            texts.iter().any(has)
        }
        Test::Numbers(wanted) => number.is_some_and(|number| wanted.contains(&number)),
        Test::NumberRange(operator, bound) => number.is_some_and(|number| match operator {
            Operator::Less => number < *bound,
            Operator::AtMost => number <= *bound,
            Operator::More => number > *bound,
            Operator::AtLeast => number >= *bound,
            Operator::Is | Operator::Exactly | Operator::Not | Operator::Contains => false,
        }),
        Test::Words(wanted) => texts.iter().any(|text| wanted.contains(text)),
        Test::Periods(_) | Test::Flag(_) | Test::VersionRange(..) => false,
    }
}
