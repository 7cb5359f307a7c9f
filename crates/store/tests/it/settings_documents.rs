//! The document of settings that a user keeps here.

use serde_json::json;

use crate::on_both_databases;
use crate::setting::Setting;

on_both_databases! {
    a_document_is_kept_and_replaced
    nobody_s_document_is_not_kept
}

async fn a_document_is_kept_and_replaced(setting: Setting) {
    let user = setting.user("ann@example.org").await;
    assert_eq!(setting.store.settings_document(user.id).await, Ok(None));
    for document in [
        json!({"theme": "dark", "n": [1, 2.5, null]}),
        json!("plain ✓ \u{0} text"),
    ] {
        setting.advance(1);
        let put = setting
            .store
            .put_settings_document(user.id, &document, setting.now())
            .await;
        assert_eq!(put, Ok(true));
        let found = setting
            .store
            .settings_document(user.id)
            .await
            .expect("a read")
            .expect("kept");
        assert_eq!(
            (found.document, found.updated_at),
            (document, setting.now())
        );
    }
}

async fn nobody_s_document_is_not_kept(setting: Setting) {
    let nobody = setting.new_user("ann@example.org").user.id;
    let put = setting
        .store
        .put_settings_document(nobody, &json!({}), setting.now())
        .await;
    assert_eq!(put, Ok(false));
}
