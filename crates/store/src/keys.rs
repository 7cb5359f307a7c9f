//! Signing keys, sealed, and values of the server's own.

use countersign_domain::Timestamp;

use crate::driver::{Row, Tx, values};
use crate::{Alongside, Store, StoreError};

/// What a signing key is used for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeyState {
    /// Signs and verifies.
    Active,
    /// Verifies only, until its tokens have run out.
    Retiring {
        /// When it is used no more.
        until: Timestamp,
    },
}

/// A signing key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SigningKeyRow {
    /// The key's id: its thumbprint (RFC 7638).
    pub kid: String,
    /// Its algorithm's name (RFC 7518, section 3.1).
    pub alg: String,
    /// What it is used for.
    pub state: KeyState,
    /// The private key, sealed (AES-256-GCM).
    pub sealed: Vec<u8>,
    /// The public key, as a JWK (RFC 7517).
    pub public_jwk: String,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Store {
    /// Every signing key, oldest first; those whose time is over too, until they are pruned.
    ///
    /// # Errors
    /// As every read.
    pub async fn signing_keys(&self) -> Result<Vec<SigningKeyRow>, StoreError> {
        self.read(|tx| Box::pin(all(tx))).await
    }

    /// Stores the first signing key of its algorithm, unless there is an active one: then nothing
    /// is written. Gives the active key, so that nodes that start together agree.
    ///
    /// # Errors
    /// As every write.
    pub async fn first_signing_key(
        &self,
        key: SigningKeyRow,
        alongside: Alongside,
    ) -> Result<SigningKeyRow, StoreError> {
        self.write(move |tx| {
            Box::pin(async move {
                lock(tx, key.created_at).await?;
                let active = all(tx)
                    .await?
                    .into_iter()
                    .find(|found| found.state == KeyState::Active && found.alg == key.alg);
                if let Some(active) = active {
                    return Ok(active);
                }
                insert(tx, &key).await?;
                alongside.write(tx, key.created_at).await?;
                Ok(key)
            })
        })
        .await
    }

    /// Makes a key the active one; those that were active verify until `until` and are given.
    ///
    /// # Errors
    /// As every write.
    pub async fn rotate_signing_key(
        &self,
        key: SigningKeyRow,
        until: Timestamp,
        alongside: Alongside,
    ) -> Result<Vec<String>, StoreError> {
        const SQL: &str = "UPDATE cs_keys SET state = 'retiring', retire_at = $2 WHERE kid = $1";
        self.write(move |tx| {
            Box::pin(async move {
                lock(tx, key.created_at).await?;
                let mut retiring = Vec::new();
                for old in all(tx).await? {
                    if old.state == KeyState::Active {
                        tx.run(SQL, values![old.kid.as_str(), until]).await?;
                        retiring.push(old.kid);
                    }
                }
                insert(tx, &key).await?;
                alongside.write(tx, key.created_at).await?;
                Ok(retiring)
            })
        })
        .await
    }

    /// The value under a name, stored now if there is none yet: of several nodes that start
    /// together, one is first and all get the same. For values that are no secrets, such as the
    /// encryption key's check value.
    ///
    /// # Errors
    /// As every write.
    pub async fn server_value(
        &self,
        name: &str,
        first: &str,
        now: Timestamp,
    ) -> Result<String, StoreError> {
        let (name, first) = (name.to_owned(), first.to_owned());
        self.write(move |tx| Box::pin(async move { value(tx, &name, &first, now).await }))
            .await
    }
}

async fn value(tx: &mut Tx, name: &str, first: &str, now: Timestamp) -> Result<String, StoreError> {
    const INSERT: &str = "INSERT INTO cs_server_values (name, value, created_at) \
        VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING";
    const SELECT: &str = "SELECT v.name, v.value FROM cs_server_values v WHERE v.name = $1";
    tx.run(INSERT, values![name, first, now]).await?;
    let row = tx.first_locked(SELECT, "v", values![name]).await?;
    row.map_or_else(
        || Ok(first.to_owned()),
        |row| {
            let mut row = row.read("cs_server_values");
            row.text("name")?;
            row.text("value")
        },
    )
}

/// Changes of the set of keys come one after the other.
async fn lock(tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
    value(tx, "signing-keys", "locked to change them", now)
        .await
        .map(drop)
}

async fn insert(tx: &mut Tx, key: &SigningKeyRow) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO cs_keys \
        (kid, alg, state, sealed, public_jwk, created_at, retire_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let (state, retire_at) = match key.state {
        KeyState::Active => ("active", None),
        KeyState::Retiring { until } => ("retiring", Some(until)),
    };
    let values = values![
        key.kid.as_str(),
        key.alg.as_str(),
        state,
        hex(&key.sealed),
        key.public_jwk.as_str(),
        key.created_at,
        retire_at,
    ];
    tx.run(SQL, values).await.map(drop)
}

async fn all(tx: &mut Tx) -> Result<Vec<SigningKeyRow>, StoreError> {
    const SQL: &str = "SELECT kid, alg, state, sealed, public_jwk, created_at, retire_at \
        FROM cs_keys ORDER BY created_at, kid";
    tx.all(SQL, values![]).await?.into_iter().map(key).collect()
}

fn key(row: Row) -> Result<SigningKeyRow, StoreError> {
    let mut row = row.read("cs_keys");
    let kid = row.text("kid")?;
    let alg = row.text("alg")?;
    let state = row.text("state")?;
    let sealed = row.parsed("sealed", |text| {
        from_hex(text).ok_or("these are no hexadecimal digits")
    })?;
    let public_jwk = row.text("public_jwk")?;
    let created_at = row.time("created_at")?;
    let state = match (state.as_str(), row.optional_time("retire_at")?) {
        ("active", None) => KeyState::Active,
        ("retiring", Some(until)) => KeyState::Retiring { until },
        (state, _) => {
            return Err(row.impossible("state", format!("{state:?} does not fit retire_at")));
        }
    };
    Ok(SigningKeyRow {
        kid,
        alg,
        state,
        sealed,
        public_jwk,
        created_at,
    })
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|start| u8::from_str_radix(&text[start..start + 2], 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_from_their_digits() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(from_hex(&hex(&bytes)), Some(bytes));
        for broken in ["0", "zz", "+1", "ä"] {
            assert_eq!(from_hex(broken), None, "{broken}");
        }
    }
}
