//! From a list's query to its statements: fixed texts of the noun, and numbered parameters for everything else.

use super::cursor;
use super::{
    COUNT_LIMIT, Direction, FilterField, ListQuery, ListSpec, ListSql, Presence, Sort, Sorting,
    reach_condition,
};
use crate::error::StoreError;
use crate::value::Value;
use holdpoint_domain::filter::{Criterion, FieldKind, Operator, Period, Sense, Test};

/// In the text of a field: that the site of its asset `ra` is within the reader's reach. People's texts are bound, so they
/// cannot hold it.
const REACH: &str = "{reach}";

/// A list's statements, ready for a page.
pub(super) struct Composed {
    select: String,
    from_where: String,
    key: String,
    unique: &'static str,
    direction: Direction,
    /// Place of the sort key in the row; the tie-break comes after it.
    pub columns: usize,
    /// Counts up to one more than [`COUNT_LIMIT`].
    pub count: String,
    /// The values of all but the page.
    pub params: Vec<Value<'static>>,
}

/// Puts the statements together.
pub(super) fn compose(spec: &ListSpec, sql: ListSql<'_>, query: &ListQuery) -> Result<Composed, StoreError> {
    let criteria = query.filter.resolve(&spec.field_specs(), query.now)?;
    let mut conditions = Conditions { params: sql.params };
    let mut all = format!("({})", sql.condition);
    for criterion in &criteria {
        let (sense, condition) = match criterion {
            Criterion::Word { sense, text } => (sense, conditions.word(spec.words, text)),
            Criterion::Field { sense, field, test } => (sense, conditions.field(&spec.fields[*field], test)),
        };
        all.push_str(" AND ");
        all.push_str(&match sense {
            Sense::Holds => condition,
            Sense::Fails => format!("NOT COALESCE({condition}, FALSE)"),
        });
    }
    let (field, direction) = sort_field(spec, query.sort.as_ref())?;
    let mut key = sort_key(field);
    if all.contains(REACH) || key.contains(REACH) {
        let (within, sites) = reach_condition(&query.reach, "ra.site_id", conditions.params.len() + 1);
        conditions.params.extend(sites);
        all = all.replace(REACH, &within);
        key = key.replace(REACH, &within);
    }
    let from_where = format!("FROM {} WHERE {all}", sql.from);
    Ok(Composed {
        count: format!(
            "SELECT count(*) FROM (SELECT 1 AS one {from_where} LIMIT {}) AS counted",
            COUNT_LIMIT + 1
        ),
        select: sql.columns.to_owned(),
        from_where,
        key,
        unique: spec.unique,
        direction,
        columns: column_count(sql.columns),
        params: conditions.params,
    })
}

impl Composed {
    /// The statement of one page, one row longer than the page, and its values.
    pub(super) fn page(
        &self,
        cursor: Option<&str>,
        mark: [u8; 8],
        limit: u32,
    ) -> Result<(String, Vec<Value<'static>>), StoreError> {
        let Self { select, from_where, key, unique, .. } = self;
        let mut params = self.params.clone();
        let (order, past) = match self.direction {
            Direction::Ascending => ("ASC", ">"),
            Direction::Descending => ("DESC", "<"),
        };
        let mut after = String::new();
        if let Some(cursor) = cursor {
            let (last_key, last_unique) = cursor::read(cursor, mark)?;
            params.extend([last_key, last_unique]);
            let (k, u) = (params.len() - 1, params.len());
            // The first half alone tells an index where to begin.
            after = format!(" AND {key} {past}= ${k} AND ({key} {past} ${k} OR {unique} {past} ${u})");
        }
        params.push(Value::Int(i64::from(limit) + 1));
        let n = params.len();
        let text = format!(
            "SELECT {select}, {key}, {unique} {from_where}{after} \
             ORDER BY {key} {order}, {unique} {order} LIMIT ${n}"
        );
        Ok((text, params))
    }

    /// The statement of everything, in order.
    pub(super) fn all(&self) -> String {
        let Self { select, from_where, key, unique, direction, .. } = self;
        let order = match direction {
            Direction::Ascending => "ASC",
            Direction::Descending => "DESC",
        };
        format!("SELECT {select}, {key}, {unique} {from_where} ORDER BY {key} {order}, {unique} {order}")
    }
}

fn sort_field<'s>(
    spec: &'s ListSpec,
    sort: Option<&Sort>,
) -> Result<(&'s FilterField, Direction), StoreError> {
    let (name, direction) = sort.map_or(spec.default_sort, |sort| (sort.field.as_str(), sort.direction));
    let found = spec.fields.iter().find(|field| field.name == name && field.sorting == Sorting::Sortable);
    found.map(|field| (field, direction)).ok_or_else(|| {
        let sortable = spec.fields.iter().filter(|field| field.sorting == Sorting::Sortable);
        let names: Vec<&str> = sortable.map(|field| field.name).collect();
        let name: String = name.chars().take(64).collect();
        StoreError::List {
            why: format!(
                "{} lists are not sorted by `{name}`; choose one of: {}",
                spec.noun,
                names.join(", ")
            ),
        }
    })
}

/// The sort key of a field: never NULL, so that paging can compare it.
fn sort_key(field: &FilterField) -> String {
    let sql = field.sort.unwrap_or(field.sql);
    match field.kind {
        FieldKind::Text | FieldKind::Number | FieldKind::Time if field.presence == Presence::Required => {
            sql.to_owned()
        }
        FieldKind::Text => format!("COALESCE({sql}, '')"),
        FieldKind::Version => version_key(&format!("COALESCE({sql}, '')")),
        FieldKind::Number => {
            format!("COALESCE(CAST({sql} AS DOUBLE PRECISION), CAST('-1e308' AS DOUBLE PRECISION))")
        }
        FieldKind::Time => format!("COALESCE({sql}, -9223372036854775807)"),
        FieldKind::Word(words) => {
            let ranks: Vec<String> = words
                .iter()
                .enumerate()
                .map(|(rank, word)| format!("WHEN '{}' THEN {}", word.replace('\'', "''"), rank + 1))
                .collect();
            format!("CAST(CASE {sql} {} ELSE 0 END AS BIGINT)", ranks.join(" "))
        }
        FieldKind::Flag => format!("CAST(CASE WHEN {sql} THEN 1 ELSE 0 END AS BIGINT)"),
    }
}

/// The sortable key of a version text; of one that was never learnt, the empty key.
fn version_key(text: &str) -> String {
    let key = |text: &str| format!("(SELECT vk.sort_key FROM version_key vk WHERE vk.version_text = {text})");
    format!("COALESCE({}, {})", key(text), key("''"))
}

/// How many columns a text of columns has: its commas outside of parentheses, and one.
fn column_count(columns: &str) -> usize {
    let mut depth = 0_i32;
    let mut count = 1;
    for c in columns.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => count += 1,
            _ => {}
        }
    }
    count
}

struct Conditions {
    params: Vec<Value<'static>>,
}

impl Conditions {
    /// Binds a value; gives its name.
    fn bind(&mut self, value: impl Into<Value<'static>>) -> String {
        self.params.push(value.into());
        format!("${}", self.params.len())
    }

    fn bind_all<T: Into<Value<'static>>>(&mut self, values: impl IntoIterator<Item = T>) -> String {
        values.into_iter().map(|value| self.bind(value)).collect::<Vec<_>>().join(", ")
    }

    fn word(&mut self, columns: &[&str], text: &str) -> String {
        let pattern = self.bind(pattern(text));
        let found: Vec<String> = columns
            .iter()
            .map(|column| {
                if column.contains("{pattern}") {
                    column.replace("{pattern}", &pattern)
                } else {
                    format!("{} LIKE {pattern} ESCAPE '!'", lower(column))
                }
            })
            .collect();
        if found.is_empty() { "FALSE".to_owned() } else { format!("({})", found.join(" OR ")) }
    }

    fn field(&mut self, field: &FilterField, test: &Test) -> String {
        match field.within {
            None => self.test(field, test),
            Some(within) if *test == Test::Empty => {
                format!("NOT EXISTS ({})", within.replace("{condition}", "TRUE"))
            }
            Some(within) => {
                let condition = self.test(field, test);
                format!("EXISTS ({})", within.replace("{condition}", &condition))
            }
        }
    }

    fn test(&mut self, field: &FilterField, test: &Test) -> String {
        let sql = field.sql;
        match test {
            Test::Empty => match field.kind {
                FieldKind::Text | FieldKind::Version | FieldKind::Word(_) => {
                    format!("COALESCE({sql}, '') = ''")
                }
                FieldKind::Number | FieldKind::Time | FieldKind::Flag => format!("({sql}) IS NULL"),
            },
            Test::SameText(values) => {
                let list = self.bind_all(values.iter().map(|value| value.to_lowercase()));
                format!("{} IN ({list})", lower(&or_empty(sql, values)))
            }
            Test::ExactText(values) => {
                let list = self.bind_all(values.iter().cloned());
                format!("{} IN ({list})", or_empty(sql, values))
            }
            Test::ContainsText(values) => {
                let lowered = lower(sql);
                let found: Vec<String> = values
                    .iter()
                    .map(|value| format!("{lowered} LIKE {} ESCAPE '!'", self.bind(pattern(value))))
                    .collect();
                format!("({})", found.join(" OR "))
            }
            Test::Numbers(values) => {
                let list: Vec<String> = values.iter().map(|value| self.real(*value)).collect();
                format!("CAST({sql} AS DOUBLE PRECISION) IN ({})", list.join(", "))
            }
            Test::NumberRange(operator, value) => {
                format!("CAST({sql} AS DOUBLE PRECISION) {} {}", comparison(*operator), self.real(*value))
            }
            Test::VersionRange(operator, bound) => {
                let (key, bound) = (version_key(sql), self.bind(bound.as_bytes().to_vec()));
                // An empty key is no version: it is neither below nor above.
                format!("({key} {} {bound} AND length({key}) > 0)", comparison(*operator))
            }
            Test::Periods(periods) => {
                let found: Vec<String> = periods.iter().map(|period| self.period(sql, *period)).collect();
                format!("({})", found.join(" OR "))
            }
            Test::Words(words) if words.is_empty() => "FALSE".to_owned(),
            Test::Words(words) => {
                let list = self.bind_all(words.iter().copied());
                format!("{sql} IN ({list})")
            }
            Test::Flag(true) => format!("({sql})"),
            Test::Flag(false) => format!("(NOT ({sql}))"),
        }
    }

    fn real(&mut self, value: f64) -> String {
        format!("CAST({} AS DOUBLE PRECISION)", self.bind(value))
    }

    fn period(&mut self, sql: &str, period: Period) -> String {
        let from = period.from.map(|from| format!("{sql} >= {}", self.bind(from)));
        let before = period.before.map(|before| format!("{sql} < {}", self.bind(before)));
        match (from, before) {
            (Some(from), Some(before)) => format!("({from} AND {before})"),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => format!("({sql}) IS NOT NULL"),
        }
    }
}

/// Lower case in the letters of the database's language, not of the byte order that sorts.
fn lower(sql: &str) -> String {
    format!("lower(({sql}) /*+pg COLLATE \"default\" */)")
}

/// A text column; when an empty value is among those looked for, what is not stored counts as empty.
fn or_empty(sql: &str, values: &[String]) -> String {
    if values.iter().any(String::is_empty) { format!("COALESCE({sql}, '')") } else { sql.to_owned() }
}

/// A pattern for `LIKE … ESCAPE '!'` that means "contains this text", in lower case.
fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

const fn comparison(operator: Operator) -> &'static str {
    match operator {
        Operator::Less => "<",
        Operator::AtMost => "<=",
        Operator::More => ">",
        Operator::AtLeast => ">=",
        Operator::Is | Operator::Exactly | Operator::Not | Operator::Contains => "=",
    }
}
