//! The document of settings that a user keeps here.

use countersign_domain::{Timestamp, UserId};
use serde_json::Value;

use crate::driver::{Row, values};
use crate::{Store, StoreError};

/// A user's document.
#[derive(Clone, Debug, PartialEq)]
pub struct SettingsDocument {
    /// The document, as the user's programs wrote it.
    pub document: Value,
    /// When it was written.
    pub updated_at: Timestamp,
}

impl Store {
    /// A user's document; none before the first was written.
    ///
    /// # Errors
    /// As every read.
    pub async fn settings_document(
        &self,
        user: UserId,
    ) -> Result<Option<SettingsDocument>, StoreError> {
        const SQL: &str =
            "SELECT user_id, document, updated_at FROM cs_settings_documents WHERE user_id = $1";
        self.read(move |tx| {
            Box::pin(async move {
                tx.first(SQL, values![user])
                    .await?
                    .map(document)
                    .transpose()
            })
        })
        .await
    }

    /// Replaces a user's document; `false` if there is no such account.
    ///
    /// # Errors
    /// As every write.
    pub async fn put_settings_document(
        &self,
        user: UserId,
        document: &Value,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        const SQL: &str = "INSERT INTO cs_settings_documents (user_id, document, updated_at) \
            SELECT u.id, $2, $3 FROM cs_users u WHERE u.id = $1 ON CONFLICT (user_id) \
            DO UPDATE SET document = excluded.document, updated_at = excluded.updated_at";
        let document = document.to_string();
        self.write(move |tx| {
            Box::pin(async move { Ok(tx.run(SQL, values![user, document, now]).await? == 1) })
        })
        .await
    }
}

fn document(row: Row) -> Result<SettingsDocument, StoreError> {
    let mut row = row.read("cs_settings_documents");
    row.text("user_id")?;
    Ok(SettingsDocument {
        document: row.parsed("document", |text| serde_json::from_str(text))?,
        updated_at: row.time("updated_at")?,
    })
}
