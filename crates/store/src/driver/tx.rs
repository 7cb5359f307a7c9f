//! A transaction, or a connection for reading, of either database.

use sqlx::pool::PoolConnection;
use sqlx::{
    AssertSqlSafe, Postgres, SqlSafeStr as _, SqlStr, Sqlite, SqliteConnection, Transaction,
};

use super::row::Row;
use super::value::Value;
use crate::StoreError;
use crate::failure::statement_failed;

/// A statement with its values.
#[derive(Debug)]
pub(crate) struct Statement {
    /// With `$1` parameters.
    pub(crate) sql: &'static str,
    /// One for each parameter.
    pub(crate) values: Vec<Value>,
}

type Answer<T> = Result<T, StoreError>;

/// Where a statement runs.
pub(crate) enum Tx {
    /// A transaction on PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
    /// One of SQLite's connections for reading.
    SqliteReader(PoolConnection<Sqlite>),
    /// SQLite's one writing connection, inside a transaction.
    SqliteWriter(SqliteConnection),
}

impl Tx {
    /// Every row of the answer.
    pub(crate) async fn all(&mut self, sql: &'static str, values: Vec<Value>) -> Answer<Vec<Row>> {
        self.fetch(sql.into_sql_str(), values).await
    }

    /// The first row, or none.
    pub(crate) async fn first(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Answer<Option<Row>> {
        Ok(self.all(sql, values).await?.into_iter().next())
    }

    /// Like [`Tx::all`], and locks the rows of the named table (by its alias) until the end of
    /// the transaction. SQLite has but one writer, so there nothing is to lock.
    pub(crate) async fn all_locked(
        &mut self,
        sql: &'static str,
        alias: &'static str,
        values: Vec<Value>,
    ) -> Answer<Vec<Row>> {
        let sql = match self {
            // NO KEY: inserting rows that refer to this one stays possible.
            Self::Postgres(_) => {
                AssertSqlSafe(format!("{sql} FOR NO KEY UPDATE OF {alias}")).into_sql_str()
            }
            Self::SqliteReader(_) | Self::SqliteWriter(_) => sql.into_sql_str(),
        };
        self.fetch(sql, values).await
    }

    /// The first row of [`Tx::all_locked`].
    pub(crate) async fn first_locked(
        &mut self,
        sql: &'static str,
        alias: &'static str,
        values: Vec<Value>,
    ) -> Answer<Option<Row>> {
        Ok(self
            .all_locked(sql, alias, values)
            .await?
            .into_iter()
            .next())
    }

    /// Runs a statement; gives the number of rows that it changed.
    pub(crate) async fn run(&mut self, sql: &'static str, values: Vec<Value>) -> Answer<u64> {
        check(&values)?;
        let changed = match self {
            Self::Postgres(tx) => postgres(sql.into_sql_str(), values)
                .execute(&mut **tx)
                .await
                .map(|done| done.rows_affected()),
            Self::SqliteReader(connection) => sqlite(sql.into_sql_str(), values)
                .execute(&mut **connection)
                .await
                .map(|done| done.rows_affected()),
            Self::SqliteWriter(connection) => sqlite(sql.into_sql_str(), values)
                .execute(connection)
                .await
                .map(|done| done.rows_affected()),
        };
        changed.map_err(|error| statement_failed(&error))
    }

    /// Runs statements that need nothing of each other's answers: on SQLite in one go, since each
    /// go is a way to the connection's thread and back.
    pub(crate) async fn run_together(&mut self, statements: Vec<Statement>) -> Answer<()> {
        let connection = match self {
            Self::SqliteWriter(connection) => connection,
            Self::Postgres(_) | Self::SqliteReader(_) => {
                for Statement { sql, values } in statements {
                    self.run(sql, values).await?;
                }
                return Ok(());
            }
        };
        let (sql, values) = joined(statements);
        check(&values)?;
        let sql = AssertSqlSafe(sql).into_sql_str();
        let done = sqlite(sql, values).execute(connection).await;
        done.map(drop).map_err(|error| statement_failed(&error))
    }

    /// Runs several statements without parameters, such as a migration.
    pub(crate) async fn script(&mut self, sql: String) -> Answer<()> {
        let script = sqlx::raw_sql(AssertSqlSafe(sql));
        let done = match self {
            Self::Postgres(tx) => script.execute(&mut **tx).await.map(drop),
            Self::SqliteReader(connection) => script.execute(&mut **connection).await.map(drop),
            Self::SqliteWriter(connection) => script.execute(connection).await.map(drop),
        };
        done.map_err(|error| statement_failed(&error))
    }

    /// Whether this runs on PostgreSQL.
    pub(crate) const fn is_postgres(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    async fn fetch(&mut self, sql: SqlStr, values: Vec<Value>) -> Answer<Vec<Row>> {
        check(&values)?;
        let rows = match self {
            Self::Postgres(tx) => {
                let rows = postgres(sql, values).fetch_all(&mut **tx).await;
                return rows
                    .map_err(|error| statement_failed(&error))?
                    .iter()
                    .map(Row::from_postgres)
                    .collect();
            }
            Self::SqliteReader(connection) => {
                sqlite(sql, values).fetch_all(&mut **connection).await
            }
            Self::SqliteWriter(connection) => sqlite(sql, values).fetch_all(connection).await,
        };
        rows.map_err(|error| statement_failed(&error))?
            .iter()
            .map(Row::from_sqlite)
            .collect()
    }
}

/// One text of several statements, whose parameters count on from one to the next.
fn joined(statements: Vec<Statement>) -> (String, Vec<Value>) {
    let (mut sql, mut all) = (String::new(), Vec::new());
    for statement in statements {
        let mut pieces = statement.sql.split('$');
        sql.push_str(pieces.next().unwrap_or_default());
        for piece in pieces {
            let digits = piece.bytes().take_while(u8::is_ascii_digit).count();
            let (number, rest) = piece.split_at(digits);
            let number = number.parse().map(|number: usize| number + all.len());
            sql.push('$');
            sql.push_str(&number.map_or_else(|_| String::new(), |number| number.to_string()));
            sql.push_str(rest);
        }
        sql.push(';');
        all.extend(statement.values);
    }
    (sql, all)
}

fn check(values: &[Value]) -> Answer<()> {
    values.iter().try_for_each(Value::check)
}

fn sqlite(
    sql: SqlStr,
    values: Vec<Value>,
) -> sqlx::query::Query<'static, Sqlite, sqlx::sqlite::SqliteArguments> {
    values
        .into_iter()
        .fold(sqlx::query(sql), |query, value| match value {
            Value::Integer(value) => query.bind(value),
            Value::Text(value) => query.bind(value),
        })
}

fn postgres(
    sql: SqlStr,
    values: Vec<Value>,
) -> sqlx::query::Query<'static, Postgres, sqlx::postgres::PgArguments> {
    values.into_iter().fold(
        sqlx::query(sql).persistent(false),
        |query, value| match value {
            Value::Integer(value) => query.bind(value),
            Value::Text(value) => query.bind(value),
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver::values;

    #[test]
    fn parameters_count_on_in_joined_statements() {
        let one = Statement {
            sql: "INSERT INTO a VALUES ($1, $2)",
            values: values![1_i64, "x"],
        };
        let other = Statement {
            sql: "UPDATE b SET c = $2 WHERE d = $1 AND e > $1",
            values: values![2_i64, 3_i64],
        };
        let (sql, values) = joined(vec![one, other]);
        let wanted = "INSERT INTO a VALUES ($1, $2);UPDATE b SET c = $4 WHERE d = $3 AND e > $3;";
        assert_eq!(sql, wanted);
        assert_eq!(values, values![1_i64, "x", 2_i64, 3_i64]);
    }
}
