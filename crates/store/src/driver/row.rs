//! Rows, and a reader that names the place of an impossible value.

use std::str::FromStr;

use countersign_domain::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Column as _, Row as _, TypeInfo as _, ValueRef as _};

use super::value::Value;
use crate::StoreError;
use crate::failure::statement_failed;

/// One row of an answer, taken from the database's own form at once.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    cells: Vec<Value>,
}

impl Row {
    pub(super) fn from_sqlite(row: &SqliteRow) -> Result<Self, StoreError> {
        let cells = (0..row.len()).map(|index| {
            let value = row.try_get_raw(index)?;
            if value.is_null() {
                return Ok(Value::Text(None));
            }
            match value.type_info().name() {
                "TEXT" => row.try_get_unchecked(index).map(Value::Text),
                _ => row.try_get_unchecked(index).map(Value::Integer),
            }
        });
        Self::gather(cells)
    }

    pub(super) fn from_postgres(row: &PgRow) -> Result<Self, StoreError> {
        let cells = (0..row.len()).map(|index| match row.column(index).type_info().name() {
            "INT8" => row.try_get_unchecked(index).map(Value::Integer),
            "INT4" => row
                .try_get_unchecked::<Option<i32>, _>(index)
                .map(|value| Value::Integer(value.map(i64::from))),
            "BOOL" => row
                .try_get_unchecked::<Option<bool>, _>(index)
                .map(|value| Value::Integer(value.map(i64::from))),
            _ => row.try_get_unchecked(index).map(Value::Text),
        });
        Self::gather(cells)
    }

    fn gather(cells: impl Iterator<Item = Result<Value, sqlx::Error>>) -> Result<Self, StoreError> {
        let cells = cells
            .collect::<Result<_, _>>()
            .map_err(|error| statement_failed(&error))?;
        Ok(Self { cells })
    }

    /// Reads the cells in their order; the first names the row in errors.
    pub(crate) fn read(self, table: &'static str) -> Reader {
        let key = match self.cells.first() {
            Some(Value::Text(Some(key))) if is_hash(key) => format!("sha256:{}", &key[..8]),
            Some(Value::Text(Some(key))) => key.clone(),
            Some(Value::Integer(Some(key))) => key.to_string(),
            Some(Value::Text(None) | Value::Integer(None)) | None => "without a key".to_owned(),
        };
        Reader {
            table,
            key,
            cells: self.cells.into_iter(),
        }
    }
}

/// Whether a key is a SHA-256 in hexadecimal digits; such a key is shown as a fingerprint only.
fn is_hash(key: &str) -> bool {
    key.len() == 64 && key.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Reads a row's cells one after the other.
pub(crate) struct Reader {
    table: &'static str,
    key: String,
    cells: std::vec::IntoIter<Value>,
}

impl Reader {
    /// The next cells belong to another table of a joined query.
    pub(crate) fn table(&mut self, table: &'static str) {
        self.table = table;
        if let Some(Value::Text(Some(key))) = self.cells.as_slice().first() {
            self.key.clone_from(key);
        }
    }

    pub(crate) fn text(&mut self, column: &'static str) -> Result<String, StoreError> {
        self.optional_text(column)?
            .ok_or_else(|| self.impossible(column, "a text is missing"))
    }

    pub(crate) fn optional_text(
        &mut self,
        column: &'static str,
    ) -> Result<Option<String>, StoreError> {
        match self.cells.next() {
            Some(Value::Text(text)) => Ok(text),
            Some(Value::Integer(_)) => Err(self.impossible(column, "a number instead of a text")),
            None => Err(self.impossible(column, "the column is missing")),
        }
    }

    pub(crate) fn integer(&mut self, column: &'static str) -> Result<i64, StoreError> {
        self.optional_integer(column)?
            .ok_or_else(|| self.impossible(column, "a number is missing"))
    }

    pub(crate) fn optional_integer(
        &mut self,
        column: &'static str,
    ) -> Result<Option<i64>, StoreError> {
        match self.cells.next() {
            Some(Value::Integer(number)) => Ok(number),
            Some(Value::Text(None)) => Ok(None),
            Some(Value::Text(Some(_))) => {
                Err(self.impossible(column, "a text instead of a number"))
            }
            None => Err(self.impossible(column, "the column is missing")),
        }
    }

    /// A text that is parsed; what does not parse is an impossible row.
    pub(crate) fn parsed<T, E: std::fmt::Display>(
        &mut self,
        column: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, StoreError> {
        let text = self.text(column)?;
        parse(&text).map_err(|problem| self.impossible(column, problem))
    }

    /// Like [`Reader::parsed`], where no value is possible.
    pub(crate) fn optional_parsed<T, E: std::fmt::Display>(
        &mut self,
        column: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, StoreError> {
        self.optional_text(column)?
            .map(|text| parse(&text).map_err(|problem| self.impossible(column, problem)))
            .transpose()
    }

    pub(crate) fn time(&mut self, column: &'static str) -> Result<Timestamp, StoreError> {
        self.integer(column).map(Timestamp::from_micros)
    }

    pub(crate) fn optional_time(
        &mut self,
        column: &'static str,
    ) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.optional_integer(column)?.map(Timestamp::from_micros))
    }

    /// An id, an address, a hash: whatever has a text form of its own.
    pub(crate) fn own<T: FromStr<Err: std::fmt::Display>>(
        &mut self,
        column: &'static str,
    ) -> Result<T, StoreError> {
        self.parsed(column, str::parse)
    }

    /// Like [`Reader::own`], where no value is possible.
    pub(crate) fn optional_own<T: FromStr<Err: std::fmt::Display>>(
        &mut self,
        column: &'static str,
    ) -> Result<Option<T>, StoreError> {
        self.optional_parsed(column, str::parse)
    }

    /// One of a few names.
    pub(crate) fn named<T>(
        &mut self,
        column: &'static str,
        find: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, StoreError> {
        self.parsed(column, |name| {
            find(name).ok_or_else(|| format!("{name:?} is not known"))
        })
    }

    pub(crate) fn impossible(
        &self,
        column: &'static str,
        problem: impl std::fmt::Display,
    ) -> StoreError {
        StoreError::ImpossibleRow {
            table: self.table,
            column,
            row: self.key.clone(),
            problem: problem.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver::values;

    fn reader(cells: Vec<Value>) -> Reader {
        Row { cells }.read("cs_users")
    }

    #[test]
    fn cells_are_read_in_their_order() -> Result<(), StoreError> {
        let mut row = reader(values!["7", 3_i64, None::<i64>, None::<&str>, "8"]);
        assert_eq!(row.text("id")?, "7");
        assert_eq!(row.integer("count")?, 3);
        assert_eq!(row.optional_integer("at")?, None);
        assert_eq!(row.optional_text("name")?, None);
        assert_eq!(row.parsed("age", str::parse::<u8>)?, 8);
        Ok(())
    }

    #[test]
    fn what_cannot_be_names_its_place() {
        type Read = fn(&mut Reader) -> Option<StoreError>;
        let cases: [(Vec<Value>, Read, &str); 5] = [
            (
                values!["7"],
                |row| row.integer("age").err(),
                "instead of a number",
            ),
            (
                values![7_i64],
                |row| row.text("age").err(),
                "instead of a text",
            ),
            (
                values![None::<i64>],
                |row| row.integer("age").err(),
                "is missing",
            ),
            (values![], |row| row.text("age").err(), "column is missing"),
            (
                values!["x"],
                |row| row.parsed("age", str::parse::<u8>).err(),
                "invalid digit",
            ),
        ];
        for (cells, read, problem) in cases {
            let error = read(&mut reader(cells)).map(|error| error.to_string());
            let text = error.unwrap_or_default();
            assert!(
                text.contains("table cs_users, column age") && text.contains(problem),
                "{text}"
            );
        }
    }

    #[test]
    fn a_key_that_is_a_hash_is_shown_as_a_fingerprint() {
        let error = reader(values!["ab12cd34".repeat(8)]).impossible("state", "odd");
        let text = error.to_string();
        assert!(text.contains("row sha256:ab12cd34:"), "{text}");
    }
}
