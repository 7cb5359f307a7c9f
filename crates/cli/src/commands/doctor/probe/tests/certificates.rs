//! Certificates of servers that speak TLS, made by openssl and checked by handshakes that are real.

use super::super::test_server::Begins;
use super::*;
use std::process::Command;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{RootCertStore, ServerConfig, crypto};

/// An authority of our own, and a certificate by it for `name` that is good for some days.
const MADE_BY: &str = "
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 90 \
        -subj '/CN=countersign tests' -keyout ca.key -out ca.pem &&
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
        -subj \"/CN=$1\" -keyout server.key -out server.csr &&
    printf 'subjectAltName=DNS:%s\\n' \"$1\" >server.ext &&
    openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial \
        -days \"$2\" -extfile server.ext -out server.crt
";

/// A server's side of TLS, and a network that trusts its authority alone.
struct Trust {
    server: TlsAcceptor,
    network: Network,
}

fn trust(name: &str, days: u32) -> Trust {
    let folder = tempfile::tempdir().expect("a folder");
    let made = Command::new("sh")
        .args(["-ec", MADE_BY, "sh", name, &days.to_string()])
        .current_dir(folder.path())
        .output()
        .expect("sh is there");
    assert!(made.status.success(), "{made:?}");
    let at = |file: &str| folder.path().join(file);
    let chain = vec![CertificateDer::from_pem_file(at("server.crt")).expect("a certificate")];
    let key = PrivateKeyDer::from_pem_file(at("server.key")).expect("a key");
    let provider = Arc::new(crypto::aws_lc_rs::default_provider());
    let server = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions of TLS")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("a certificate with its key");
    let mut roots = RootCertStore::empty();
    let authority = CertificateDer::from_pem_file(at("ca.pem")).expect("an authority");
    roots.add(authority).expect("an authority that can be read");
    let mut network = Network::system().expect("authorities");
    network.roots = Arc::new(roots);
    Trust {
        server: TlsAcceptor::from(Arc::new(server)),
        network,
    }
}

fn cache(line: &str) -> &'static str {
    match line {
        "PING" => "+PONG\r\n",
        "sesame" => "+OK\r\n",
        _ => "",
    }
}

fn mail(line: &str) -> &'static str {
    match line {
        "EHLO countersign.invalid" => "250-mail\r\n250 STARTTLS\r\n",
        "STARTTLS" => "220 go ahead\r\n",
        _ => "500 what\r\n",
    }
}

/// A cache, a mail server with TLS at once and one by STARTTLS, and a web server, by their URLs.
async fn servers(tls: &TlsAcceptor) -> (Vec<TestServer>, Vec<String>) {
    let greeting = "220 mail ready\r\n";
    let at_once = Begins::AtOnce;
    let servers = vec![
        TestServer::lines_over_tls(tls.clone(), at_once, "", cache).await,
        TestServer::lines_over_tls(tls.clone(), at_once, greeting, mail).await,
        TestServer::lines_over_tls(tls.clone(), Begins::ByStarttls, greeting, mail).await,
        TestServer::https(tls.clone(), |_| answer(404, "", "")).await,
    ];
    let schemes = ["rediss://:sesame@", "smtps://", "smtp://", "https://"];
    let urls = servers.iter().zip(schemes);
    let urls = urls.map(|(server, scheme)| format!("{scheme}localhost:{}", server.port));
    let urls = urls.collect();
    (servers, urls)
}

async fn asked(network: &Network, url: &str) -> Vec<Probe> {
    of_url(network, &address(url).expect("a URL"), &Known::default()).await
}

#[tokio::test]
async fn a_certificate_by_a_trusted_authority_is_good() {
    let Trust { server, network } = trust("localhost", 60);
    let (_running, urls) = servers(&server).await;
    for url in &urls {
        let probes = asked(&network, url).await;
        assert_eq!(probes[0].result.as_str(), "ok", "{url}: {probes:?}");
        assert_eq!(causes(probes), [], "{url}");
    }
}

#[tokio::test]
async fn a_certificate_that_is_not_to_be_trusted_is_named() {
    let made_anew = trust("localhost", 60).network;
    let other_name = trust("db.example", 60);
    let public = Network::system().expect("authorities");
    for (server, network, why) in [
        (&other_name.server, &public, "authority is not trusted"),
        (&other_name.server, &made_anew, "by one of the same name"),
        (&other_name.server, &other_name.network, "another name"),
    ] {
        let (_running, urls) = servers(server).await;
        for url in &urls {
            let probes = asked(network, url).await;
            assert!(probes[0].why.contains(why), "{url}: {probes:?}");
            assert_eq!(causes(probes), [Cause::TlsCertificateInvalid], "{url}");
        }
    }
}

#[tokio::test]
async fn the_days_that_are_left_are_told_before_they_are_over() {
    let Trust { server, network } = trust("localhost", 5);
    let (_running, urls) = servers(&server).await;
    for url in &urls {
        let found = causes(asked(&network, url).await);
        assert_eq!(found, [Cause::TlsCertificateExpiring], "{url}");
    }
}

#[tokio::test]
async fn a_port_without_tls_is_no_matter_of_certificates() {
    let plain = TestServer::lines("", cache).await;
    let url = format!("rediss://localhost:{}", plain.port);
    let probes = asked(&Network::system().expect("authorities"), &url).await;
    assert_eq!(causes(probes), [Cause::RedisUnreachable]);
}
