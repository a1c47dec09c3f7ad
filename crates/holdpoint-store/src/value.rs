//! Values that go into statements and rows that come out, the same for both engines.
//!
//! The surprise: every integer is a BIGINT, every id and hash is BYTEA, every moment is a BIGINT of
//! microseconds. What comes back is checked: bad UTF-8, a wrong length or an unknown word is
//! [`StoreError::Damaged`] with the column's name, never a panic.

use crate::error::{Cause, StoreError};
use bytes::BytesMut;
use holdpoint_domain::audit::ChainHash;
use holdpoint_domain::{Moment, id};
use std::borrow::Cow;
use std::str::FromStr;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

/// One parameter of a statement.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'a> {
    /// NULL of any type.
    Null,
    /// BIGINT.
    Int(i64),
    /// DOUBLE PRECISION.
    Real(f64),
    /// BOOLEAN.
    Bool(bool),
    /// TEXT.
    Text(Cow<'a, str>),
    /// BYTEA.
    Bytes(Cow<'a, [u8]>),
}

/// Makes the parameters of a statement: `params![id, name]`.
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::value::Value::from($value)),*] };
}
pub(crate) use params;

macro_rules! from_plain {
    ($($type:ty => |$value:ident| $made:expr;)*) => {$(
        impl From<$type> for Value<'_> {
            fn from($value: $type) -> Self { $made }
        }
    )*};
}

from_plain! {
    i64 => |value| Self::Int(value);
    u32 => |value| Self::Int(i64::from(value));
    u64 => |value| Self::Int(i64::try_from(value).unwrap_or(i64::MAX));
    usize => |value| Self::Int(i64::try_from(value).unwrap_or(i64::MAX));
    f64 => |value| Self::Real(value);
    bool => |value| Self::Bool(value);
    String => |value| Self::Text(Cow::Owned(value));
    Vec<u8> => |value| Self::Bytes(Cow::Owned(value));
    [u8; 32] => |value| Self::Bytes(Cow::Owned(value.to_vec()));
    Moment => |value| Self::Int(value.micros());
    ChainHash => |value| Self::Bytes(Cow::Owned(value.0.to_vec()));
}

macro_rules! from_borrowed {
    ($($type:ty => |$value:ident| $made:expr;)*) => {$(
        impl<'a> From<&'a $type> for Value<'a> {
            fn from($value: &'a $type) -> Self { $made }
        }
    )*};
}

from_borrowed! {
    str => |value| Self::Text(Cow::Borrowed(value));
    String => |value| Self::Text(Cow::Borrowed(value));
    [u8] => |value| Self::Bytes(Cow::Borrowed(value));
    Vec<u8> => |value| Self::Bytes(Cow::Borrowed(value));
    [u8; 16] => |value| Self::Bytes(Cow::Borrowed(value));
    [u8; 32] => |value| Self::Bytes(Cow::Borrowed(value));
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

macro_rules! ids {
    ($($name:ident)*) => {$(
        impl From<id::$name> for Value<'_> {
            fn from(value: id::$name) -> Self { Self::Bytes(Cow::Owned(value.as_bytes().to_vec())) }
        }
        impl Column for id::$name {
            fn read(cell: Cell<'_>) -> Result<Self, String> {
                <[u8; 16]>::read(cell).map(id::$name::from_bytes)
            }
        }
    )*};
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef};
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(value) => ValueRef::Integer(*value),
            Self::Real(value) => ValueRef::Real(*value),
            Self::Bool(value) => ValueRef::Integer(i64::from(*value)),
            Self::Text(value) => ValueRef::Text(value.as_bytes()),
            Self::Bytes(value) => ValueRef::Blob(value),
        }))
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self, wanted: &Type, out: &mut BytesMut) -> Result<IsNull, Cause> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(value) if *wanted == Type::INT8 => value.to_sql(wanted, out),
            Self::Int(value) if *wanted == Type::INT4 => i32::try_from(*value)?.to_sql(wanted, out),
            Self::Real(value) if *wanted == Type::FLOAT8 => value.to_sql(wanted, out),
            Self::Bool(value) if *wanted == Type::BOOL => value.to_sql(wanted, out),
            Self::Text(value) if matches!(*wanted, Type::TEXT | Type::VARCHAR) => {
                if value.contains('\0') {
                    return Err("a text holds a zero character, which the database cannot keep".into());
                }
                value.as_ref().to_sql(wanted, out)
            }
            Self::Bytes(value) if *wanted == Type::BYTEA => value.as_ref().to_sql(wanted, out),
            Self::Int(_) | Self::Real(_) | Self::Bool(_) | Self::Text(_) | Self::Bytes(_) => {
                Err(format!("the statement wants {wanted} where {} is given", self.kind()).into())
            }
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl Value<'_> {
    fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Int(_) => "an integer",
            Self::Real(_) => "a real number",
            Self::Bool(_) => "a flag",
            Self::Text(_) => "a text",
            Self::Bytes(_) => "bytes",
        }
    }
}

/// One row of a result.
pub(crate) enum Row<'a> {
    /// Of SQLite.
    Sqlite(&'a rusqlite::Row<'a>),
    /// Of PostgreSQL.
    Postgres(&'a tokio_postgres::Row),
}

/// One value of a row, before it is checked. Text may be no UTF-8 on SQLite.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cell<'a> {
    /// NULL.
    Null,
    /// An integer, or a flag of SQLite.
    Int(i64),
    /// A real number.
    Real(f64),
    /// A flag of PostgreSQL.
    Bool(bool),
    /// A text.
    Text(&'a [u8]),
    /// Bytes.
    Bytes(&'a [u8]),
}

/// A type that a column can be read into.
pub(crate) trait Column: Sized {
    /// Reads it, or says what is wrong with it.
    fn read(cell: Cell<'_>) -> Result<Self, String>;
}

impl Row<'_> {
    /// The value of the column at `index`, from 0.
    pub(crate) fn get<T: Column>(&self, index: usize) -> Result<T, StoreError> {
        let cell = self.cell(index).map_err(|why| self.damaged(index, &why))?;
        T::read(cell).map_err(|why| self.damaged(index, &why))
    }

    /// A word of a closed vocabulary.
    pub(crate) fn word<T>(&self, index: usize) -> Result<T, StoreError>
    where
        T: FromStr,
        T::Err: std::fmt::Display,
    {
        let text: String = self.get(index)?;
        text.parse().map_err(|why: T::Err| self.damaged(index, &why.to_string()))
    }

    /// The error that names this column.
    pub(crate) fn damaged(&self, index: usize, why: &str) -> StoreError {
        let name = match self {
            Self::Sqlite(row) => row.as_ref().column_name(index).unwrap_or("?").to_owned(),
            Self::Postgres(row) => row.columns().get(index).map_or("?", |c| c.name()).to_owned(),
        };
        StoreError::damaged(format!("column `{name}`: {why}"))
    }

    pub(crate) fn cell(&self, index: usize) -> Result<Cell<'_>, String> {
        match self {
            Self::Sqlite(row) => {
                use rusqlite::types::ValueRef;
                Ok(match row.get_ref(index).map_err(|why| why.to_string())? {
                    ValueRef::Null => Cell::Null,
                    ValueRef::Integer(value) => Cell::Int(value),
                    ValueRef::Real(value) => Cell::Real(value),
                    ValueRef::Text(value) => Cell::Text(value),
                    ValueRef::Blob(value) => Cell::Bytes(value),
                })
            }
            Self::Postgres(row) => postgres_cell(row, index),
        }
    }
}

fn postgres_cell(row: &tokio_postgres::Row, index: usize) -> Result<Cell<'_>, String> {
    let column = row.columns().get(index).ok_or("there is no such column")?;
    let text = |why: tokio_postgres::Error| crate::postgres::plain_message(&why);
    let cell = match *column.type_() {
        Type::INT8 => row.try_get::<_, Option<i64>>(index).map_err(text)?.map(Cell::Int),
        Type::INT4 => row.try_get::<_, Option<i32>>(index).map_err(text)?.map(|v| Cell::Int(i64::from(v))),
        Type::FLOAT8 => row.try_get::<_, Option<f64>>(index).map_err(text)?.map(Cell::Real),
        Type::BOOL => row.try_get::<_, Option<bool>>(index).map_err(text)?.map(Cell::Bool),
        Type::TEXT | Type::VARCHAR | Type::NAME => {
            row.try_get::<_, Option<&str>>(index).map_err(text)?.map(|v| Cell::Text(v.as_bytes()))
        }
        Type::BYTEA => row.try_get::<_, Option<&[u8]>>(index).map_err(text)?.map(Cell::Bytes),
        ref other => return Err(format!("the statement returns {other}, which is not used here")),
    };
    Ok(cell.unwrap_or(Cell::Null))
}

fn wanted<T>(what: &str, cell: Cell<'_>) -> Result<T, String> {
    let found = match cell {
        Cell::Null => "nothing",
        Cell::Int(_) => "an integer",
        Cell::Real(_) => "a real number",
        Cell::Bool(_) => "a flag",
        Cell::Text(_) => "a text",
        Cell::Bytes(_) => "bytes",
    };
    Err(format!("{what} expected, {found} found"))
}

impl Column for i64 {
    fn read(cell: Cell<'_>) -> Result<Self, String> {
        if let Cell::Int(value) = cell { Ok(value) } else { wanted("an integer", cell) }
    }
}

impl Column for u64 {
    fn read(cell: Cell<'_>) -> Result<Self, String> {
        i64::read(cell).and_then(|value| u64::try_from(value).map_err(|_| format!("`{value}` is below zero")))
    }
}

impl Column for u32 {
    fn read(cell: Cell<'_>) -> Result<Self, String> {
        i64::read(cell)
            .and_then(|value| u32::try_from(value).map_err(|_| format!("`{value}` is out of range")))
    }
}

impl Column for f64 {
    fn read(cell: Cell<'_>) -> Result<Self, String> {
        if let Cell::Real(value) = cell { Ok(value) } else { wanted("a real number", cell) }
    }
}

impl Column for bool {
    fn read(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Bool(value) => Ok(value),
            Cell::Int(0) => Ok(false),
            Cell::Int(1) => Ok(true),
            Cell::Null | Cell::Int(_) | Cell::Real(_) | Cell::Text(_) | Cell::Bytes(_) => {
                wanted("a flag", cell)
            }
        }
    }
}

impl Column for String {
    fn read(cell: Cell<'_>) -> Result<Self, String> {
        let Cell::Text(bytes) = cell else { return wanted("a text", cell) };
        std::str::from_utf8(bytes).map(str::to_owned).map_err(|why| format!("no UTF-8: {why}"))
    }
}

impl Column for Vec<u8> {
    fn read(cell: Cell<'_>) -> Result<Self, String> {
        if let Cell::Bytes(bytes) = cell { Ok(bytes.to_vec()) } else { wanted("bytes", cell) }
    }
}

impl<const N: usize> Column for [u8; N] {
    fn read(cell: Cell<'_>) -> Result<Self, String> {
        let Cell::Bytes(bytes) = cell else { return wanted("bytes", cell) };
        bytes.try_into().map_err(|_| format!("{} bytes found where {N} belong", bytes.len()))
    }
}

impl Column for Moment {
    fn read(cell: Cell<'_>) -> Result<Self, String> {
        i64::read(cell).map(Moment::from_micros)
    }
}

impl Column for ChainHash {
    fn read(cell: Cell<'_>) -> Result<Self, String> {
        <[u8; 32]>::read(cell).map(ChainHash)
    }
}

impl<T: Column> Column for Option<T> {
    fn read(cell: Cell<'_>) -> Result<Self, String> {
        if let Cell::Null = cell { Ok(None) } else { T::read(cell).map(Some) }
    }
}

impl Column for Value<'static> {
    fn read(cell: Cell<'_>) -> Result<Self, String> {
        Ok(match cell {
            Cell::Null => Self::Null,
            Cell::Int(value) => Self::Int(value),
            Cell::Real(value) => Self::Real(value),
            Cell::Bool(value) => Self::Bool(value),
            Cell::Text(_) => Self::Text(Cow::Owned(String::read(cell)?)),
            Cell::Bytes(value) => Self::Bytes(Cow::Owned(value.to_vec())),
        })
    }
}

ids! {
    SiteId ZoneId AssetId ObservationId AdvisoryId RevisionId ProviderId CheckId QuarantineId UserId TokenId
    MappingId RuleId FeedId CommentId OverrideId LoweringId FunctionId BaselineId DecisionId EnvironmentId TestRunId ExemptionId NoticeId DelegationId
    StatementId QuestionId WindowId PlanId
    WorkOrderId CalendarAddressId BundleId ExpiryOverrideId WaitingId
}
