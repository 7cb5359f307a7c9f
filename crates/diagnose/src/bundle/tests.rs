use super::*;
use countersign_testkit::jose::TestKey;
use serde_json::json;

const KEY: [u8; 32] = [5; 32];

fn redacted(files: &[(&str, &str)]) -> Vec<String> {
    let documents: Vec<Document> = files
        .iter()
        .map(|(name, text)| Document::new(*name, *text))
        .collect();
    redact(&documents, &KEY)
        .documents
        .into_iter()
        .map(|one| one.text)
        .collect()
}

#[test]
fn a_token_is_signed_by_the_stand_in_of_its_secret() {
    let secret = "WPSn7eHNfXOXEzW4TMBugddYmJ4RvasLRzxTcOmfoJps";
    let token = TestKey::hs(secret).token("HS256", &json!({"sub": "5f7c8ec7-c33c-4c00-8bba-fe82aa00bb11", "email": "ann.miller@parcelo.example", "exp": 7}));
    let made = redacted(&[
        ("backend.env", &format!("JWT_SECRET={secret}\n")),
        (
            "request.http",
            &format!(
                "GET / HTTP/1.1\nHost: api.parcelo.example\nAuthorization: Bearer {token}\n\n"
            ),
        ),
    ]);
    let stand_in = made[0].trim().strip_prefix("JWT_SECRET=").unwrap();
    let sent = made[1].split("Bearer ").nth(1).unwrap().trim();
    assert!(
        crate::situation::signed_by(sent, stand_in.as_bytes()),
        "{made:?}"
    );
    assert_eq!(sent.len(), token.len());
    for original in [
        secret,
        "parcelo",
        "miller",
        "5f7c8ec7",
        token.rsplit('.').next().unwrap(),
    ] {
        assert!(!made.concat().contains(original), "{original}");
    }
    let claims = jose::plain(sent.split('.').nth(1).unwrap()).unwrap();
    assert!(
        claims.contains("\"exp\":7") && claims.contains('@') && claims.contains(".example"),
        "{claims}"
    );
    assert!(
        !claims.contains("parcelo") && !claims.contains("ann"),
        "{claims}"
    );
}

#[test]
fn a_secret_of_letters_alone_is_none_to_keep_and_a_message_is() {
    let made = redacted(&[(
        "log.txt",
        "ERROR secret=correcthorsebattery password=Shale-Cove secret=missing {\"password\":\"correcthorse\"}\n",
    )]);
    for original in ["correcthorse", "Shale-Cove"] {
        assert!(!made[0].contains(original), "{}", made[0]);
    }
    assert!(made[0].contains("secret=missing"), "{}", made[0]);
}

#[test]
fn a_token_of_a_key_pair_is_signed_by_another_pair() {
    for (key, alg) in [
        (TestKey::es256(), "ES256"),
        (TestKey::ed25519(), "EdDSA"),
        (TestKey::rsa2048(), "RS256"),
        (TestKey::es384(), "ES384"),
        (TestKey::es512(), "ES512"),
    ] {
        let token = key.token(alg, &json!({"sub": "user-1"}));
        let published = json!({"keys": [key.public_jwk()]}).to_string();
        let made = redacted(&[
            ("jwks.json", &published),
            ("log.txt", &format!("token {token}\n")),
        ]);
        let ring = countersign_verify::JwkSet::parse(made[0].as_bytes())
            .unwrap()
            .ring("new")
            .unwrap();
        let sent = made[1].trim().strip_prefix("token ").unwrap();
        assert!(
            countersign_verify::jws::verify_compact(sent, &ring, None).is_ok(),
            "{alg}: {sent}"
        );
        assert_ne!(sent, token);
        assert_ne!(made[0], published);
    }
}

#[test]
fn databases_people_and_addresses_are_replaced_and_providers_stay() {
    let made = redacted(&[(
        "log.txt",
        "postgresql://postgres.qpnzmxkvhrwtyslajdoc:p%40ss%2FNlaOmFFqgu%23@aws-0-eu-west-1.pooler.supabase.com:5432/postgres?sslmode=require\n\
         from 81.2.69.142 to 10.0.0.7 by ann.miller@parcelo.example\nCookie: sid=s%3ADoPrEtHBlH1hATANh1fi; theme=dark\n",
    )]);
    let text = &made[0];
    for gone in [
        "qpnzmx", "NlaOmFF", "81.2.69", "miller", "parcelo", "DoPrEt",
    ] {
        assert!(!text.contains(gone), "{gone} in {text}");
    }
    for kept in [
        "postgres.",
        "%40",
        "%2F",
        "%23@aws-0-eu-west-1.pooler.supabase.com:5432/postgres?sslmode=require",
        "10.0.0.7",
        "sid=s%3A",
        ".example",
        "theme=dark",
    ] {
        assert!(text.contains(kept), "{kept} in {text}");
    }
}

#[test]
fn what_is_public_stays() {
    let text = "JWT_SECRET=your-256-bit-secret\nPORT=8000\nALGORITHM=HS256\nACCESS_TOKEN_EXPIRE_MINUTES=30\nDB_PASSWORD=${PGPASS}\nURL=http://localhost:3000\n";
    assert_eq!(redacted(&[("backend.env", text)]), [text]);
}

#[test]
fn of_case_toml_the_time_and_the_products_stay_alone() {
    let made = redacted(&[(
        "case.toml",
        "now = 7\nstack = [\"Flask\"]\ntitle = \"at Parcelo\"\n",
    )]);
    assert_eq!(made[0].trim(), "now = 7\nstack = [\"Flask\"]");
}

#[test]
fn of_source_no_more_stays_than_is_read() {
    let made = redacted(&[(
        "api/main.py",
        "import os\ndef helper(x): return x # what nobody should see\nsecret = os.environ['JWT_SECRET']\n",
    )]);
    assert_eq!(made[0], "\n\nsecret = os.environ['JWT_SECRET']\n");
}

#[test]
fn what_terminals_show_in_base64_is_that_of_the_stand_ins() {
    let log = "$ kubectl get secret api -o yaml\ndata:\n  db-user: cGxvdmVy\n  audience: cGxvdmVyLWFwaQo=\n  password: UzNjcjN0LVBsb3Zlcg==\n";
    let made = redacted(&[
        (
            "request.http",
            "GET / HTTP/1.1\nHost: api.plover.example\n\n",
        ),
        ("backend.env", "DB_PASSWORD=S3cr3t-Plover\n"),
        ("log.txt", log),
    ]);
    let plain: Vec<String> = made[2]
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(_, value)| wrapped::Wrapped::read(value).unwrap().plain)
        .collect();
    let owner = made[0].split('.').nth(2).unwrap();
    assert_eq!(plain[..2], [owner.to_owned(), format!("{owner}-api\n")]);
    assert_eq!(
        made[1].trim().strip_prefix("DB_PASSWORD="),
        Some(&*plain[2])
    );
    assert!(!made[1].contains("S3cr3t"), "{made:?}");
}

#[test]
fn a_masked_token_stays_the_mask_of_its_secret() {
    let secret = "q8ZDpCJcMIprcO7zVWlcDIwGCzq4MZCI";
    let sent = "wiU6zFYKE92nSz86YfVi0PyZ122ScdEcMgJzO7xMgHhEUd5vJ16ktnUvtriMO26K";
    let made = redacted(&[(
        "request.http",
        &format!("POST / HTTP/1.1\nCookie: csrftoken={secret}\n\ncsrfmiddlewaretoken={sent}&a=b"),
    )]);
    let (_, rest) = made[0].split_once("csrftoken=").unwrap();
    let other = rest.get(..32).unwrap();
    let (_, rest) = made[0].split_once("middlewaretoken=").unwrap();
    let unmasked = crate::situation::csrf::unmasked(rest.get(..64).unwrap());
    assert_eq!(unmasked.as_deref(), Some(other));
    assert!(!made[0].contains(secret) && !made[0].contains(sent));
}

#[test]
fn a_sealed_cookie_names_the_stand_in_of_its_key() {
    let sealed = "CfDJ8Ew-0ly0BoxHhead87paX3ykljFT7-YdRg6NW_JRdMniSlITU40rG7Yz";
    let made = redacted(&[
        (
            "log.txt",
            "Creating key {5cd23e4c-06b4-478c-85e6-9df3ba5a5f7c} now\n",
        ),
        (
            "request.http",
            &format!("GET / HTTP/1.1\nCookie: .AspNetCore.Cookies={sealed}\n\n"),
        ),
    ]);
    let (_, cookie) = made[1].split_once("Cookies=").unwrap();
    let id = crate::situation::session_cookie::protecting_key(cookie.trim()).unwrap();
    assert!(made[0].contains(&id) && !made[0].contains("5cd23e4c"));
}

#[test]
fn a_copied_signature_stays_copied() {
    let key = TestKey::hs("WPSn7eHNfXOXEzW4TMBugddYmJ4RvasLRzxTcOmfoJps");
    let token = key.token("HS256", &json!({"sub": "5", "role": "user"}));
    let other = key.token("HS256", &json!({"sub": "5", "role": "admin"}));
    let signature = token.rsplit('.').next().unwrap();
    let forged = format!("{}.{signature}", other.rsplit_once('.').unwrap().0);
    let made = redacted(&[
        (
            "backend.env",
            "JWT_SECRET=WPSn7eHNfXOXEzW4TMBugddYmJ4RvasLRzxTcOmfoJps\n",
        ),
        ("log.txt", &format!("{token}\n{forged}\n")),
    ]);
    let ends: Vec<&str> = made[1]
        .lines()
        .filter_map(|line| line.rsplit('.').next())
        .collect();
    assert_eq!(ends[0], ends[1]);
    assert_ne!(ends[0], signature);
}

#[test]
fn connection_strings_are_read_part_by_part() {
    let made = redacted(&[
        (
            "backend.env",
            "ConnectionStrings__Default=Host=pg-3f1c2a-fernway.f.aivencloud.com;Port=21699;User Id=fern_ro;Password=H3ViNSHm3cHuFK9NlA;SSL Mode=Require\nDSN=host=db.fernway.example user=fern_ro password=H3ViNSHm3cHuFK9NlA dbname=app\nDATABASE_URL=postgres://fern_ro:H3ViNSHm3cHuFK9NlA@db.saltmarsh.example:5432/api?sslmode=require\n",
        ),
        (
            "log.txt",
            "10.4.0.9 [2027:18:52:13] FATAL: password authentication failed for user \"fern_ro\" of bo%40fernway.example\n",
        ),
    ]);
    let all = made.concat();
    for gone in ["fernway", "fern_ro", "H3ViNS", "saltmarsh", "bo%40"] {
        assert!(!all.contains(gone), "{gone} in {all}");
    }
    for kept in [
        ".aivencloud.com;Port=21699;",
        ";SSL Mode=Require\n",
        " dbname=app\n",
        ".example:5432/api?sslmode=require",
        "[2027:18:52:13]",
    ] {
        assert!(all.contains(kept), "{kept} in {all}");
    }
    let user = made[1].split('"').nth(1).unwrap();
    assert_eq!(made[0].matches(user).count(), 3, "{all}");
    let (_, password) = made[0].split_once("Password=").unwrap();
    let password = password.split(';').next().unwrap();
    assert_eq!(made[0].matches(password).count(), 3, "{all}");
}

#[test]
fn short_names_that_differ_stay_apart() {
    let made = redacted(&[(
        "log.txt",
        "https://pg-a.int.gannet.example https://pg-b.int.gannet.example\n",
    )]);
    let (one, other) = made[0].trim().split_once(' ').unwrap();
    assert_ne!(one, other);
}

#[test]
fn a_signed_cookie_is_signed_by_the_stand_in_of_its_secret() {
    use crate::situation::signed_cookie::seals;
    for (header, secret) in [
        (
            "sid=abc%2F7.NrFzRVedFj32%2BlqXXuEpm2POnzJ91ZO8INc1KkXy%2BW8%3D",
            "hono-secret",
        ),
        (
            "session=eyJ1c2VyIjo3fQ.aw3nsw.mNMM-tJqZ51EzPfdm9MqWsSlOuA",
            "plain-secret",
        ),
        (
            "connect.sid=s%3Aq1w2e3-session-id.w00NvtjKKjYYYMGyMEZnriuIGxNVLG5mzA%2BqqjcRTwI",
            "express-secret",
        ),
        (
            "session=eyJ1c2VyIjo3fQ==; session.sig=rnzoSH-JCF1ivbTKapiTFVNYTJM",
            "koa-secret",
        ),
        (
            "uid=7:1xY8jj:tQpY6wwU3z5q5JM0rxH6ejreCY0ALibALXFV8RB1qQY",
            "django-secret-c3d4",
        ),
        (
            "session=MTc5NjA3MzQ2OHxEWDhFQVFMX2dBQUJFQUVRQUFBWV80QUFBUVp6ZEhKcGJtY01Bd0FCZFFOcGJuUUVBZ0FPfO_90meiWt6_Ln8U2CwJ7Mslzitkwe-KABHrLhmWoyBI",
            "gorilla-hash-key-0123456789abcd",
        ),
    ] {
        let made = redacted(&[
            ("backend.env", &format!("COOKIE_SECRET={secret}\n")),
            (
                "request.http",
                &format!("GET / HTTP/1.1\nHost: api.parcelo.example\nCookie: {header}\n\n"),
            ),
        ]);
        let stand_in = made[0].trim().strip_prefix("COOKIE_SECRET=").unwrap();
        let sent = made[1].split_once("Cookie: ").unwrap().1.trim();
        let all: Vec<(&str, &str)> = sent
            .split("; ")
            .filter_map(|pair| pair.split_once('='))
            .collect();
        let holds = all
            .iter()
            .flat_map(|(name, value)| seals(name, value, &all))
            .any(|seal| seal.place_of(stand_in.as_bytes()).is_some());
        assert!(holds, "{header} {made:?}");
        assert_ne!(sent, header);
    }
}
