//! Target: env files, and the secrets in them.

use countersign_verify::{
    Environment, Setting, Source, Variables, env_file as files, secret_chain,
};

/// An env file, and the secrets in it.
///
/// # Panics
/// If a promise is broken.
pub fn env_file(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    match files::parse(&text, |name| (name == "HOME").then(|| "/root".to_owned())) {
        Ok(entries) => {
            let _ = files::duplicates(&entries);
            let layer = entries.into_iter().map(|entry| {
                let source = Source::EnvFile {
                    path: ".env".to_owned(),
                    line: entry.line,
                };
                (entry.name, Setting::new(entry.value.as_str(), source))
            });
            let mut variables = Variables::default();
            variables.insert_layer(layer);
            for environment in Environment::ALL {
                let _ = secret_chain::reuse(environment, &variables);
                if let Ok(Some(found)) = secret_chain::signing_secret(environment, &variables) {
                    let _ = secret_chain::strength(&found.secret);
                }
            }
        }
        Err(error) => {
            let lines = text.split('\n').count();
            assert!(
                (1..=lines).contains(&error.line) && error.column >= 1,
                "{error}"
            );
        }
    }
}

pub(crate) fn env_file_seeds() -> Vec<Vec<u8>> {
    let texts = [
        "# c\nexport JWT_SECRET=\"a\\n${HOME}\" # x\nJWT_SECRET_STAGING='b'\r\n",
        "A=${B:-c}\nA=${A}d\nAUTH_SYNC_SECRET=abc #d",
        "KEY=\"-----BEGIN\nabc\n-----END\"\n",
        "\u{feff}JWT_SECRET_KEY = your-256-bit-secret\nB: 1",
    ];
    texts.map(|text| text.as_bytes().to_vec()).into()
}
