//! Programs that speak in lines: the cache (RESP) and the mail server (SMTP).

use std::time::Duration;

use countersign_diagnose::{Probe, ProbeFact};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;
use url::Url;

use super::connect::{Broken, Network, Stream};
use super::tls::Certificate;

/// How long one answer may take.
const ANSWER: Duration = Duration::from_secs(3);
/// The most bytes of one line.
const LINE: usize = 1_024;
/// The most lines of one answer (RFC 5321, section 4.2.1).
const LINES: usize = 50;

/// How a program greeted, and its certificate where it speaks TLS.
type Greeted = (&'static str, Option<Certificate>);

/// Signs in to Redis where the URL says so, and asks whether it is there.
pub(super) async fn redis(network: &Network, url: &Url, target: &str) -> Vec<Probe> {
    told("redis", target, ping(network, url).await, |why, fix| {
        ProbeFact::Redis { why, fix }
    })
}

fn told(
    name: &'static str,
    target: &str,
    greeted: Result<Greeted, Broken>,
    fact: impl FnOnce(String, Option<&'static str>) -> ProbeFact,
) -> Vec<Probe> {
    let broken = match greeted {
        Ok((why, certificate)) => {
            let greeted = Probe::ok(name, target, why);
            let certificate = certificate.map(|seen| seen.probe(target));
            return std::iter::once(greeted).chain(certificate).collect();
        }
        Err(broken) => broken,
    };
    let probe = Probe::failed(name, target, broken.why.clone());
    if broken.by_certificate {
        return vec![probe.with(broken.fact())];
    }
    vec![probe.with(fact(broken.why, broken.fix))]
}

async fn ping(network: &Network, url: &Url) -> Result<Greeted, Broken> {
    let with_tls = url.scheme() == "rediss";
    let (mut stream, certificate) = network
        .open(url, url.port().unwrap_or(6379), with_tls)
        .await?;
    if let Some(password) = url.password() {
        let decode = |text: &str| {
            let pair = format!("p={}", text.replace('+', "%2B"));
            let decoded = url::form_urlencoded::parse(pair.as_bytes()).next();
            decoded
                .map(|(_, value)| value.into_owned())
                .unwrap_or_default()
        };
        let user = decode(url.username());
        let password = decode(password);
        let words: Vec<&str> = ["AUTH", &user, &password]
            .into_iter()
            .filter(|word| !word.is_empty())
            .collect();
        let answer = redis_command(&mut stream, &words).await?;
        if answer != "+OK" {
            return Err(Broken::new(format!(
                "the password is refused ({})",
                first_words(&answer)
            ))
            .fix("Write the password that Redis has (`requirepass`, or that of the ACL's user) into the URL, percent-encoded: `redis://:PASSWORD@HOST`, or `redis://USER:PASSWORD@HOST`."));
        }
    }
    let answer = redis_command(&mut stream, &["PING"]).await?;
    match answer.as_str() {
        "+PONG" => Ok(("it answers PING with PONG", certificate)),
        no if no.starts_with("-NOAUTH") => {
            Err(Broken::new("it wants a password, and the URL has none")
                .fix("Write the password into the URL, percent-encoded: `redis://:PASSWORD@HOST`."))
        }
        other => Err(Broken::new(format!(
            "it does not answer as Redis does ({})",
            first_words(other)
        ))),
    }
}

async fn redis_command(stream: &mut Box<dyn Stream>, words: &[&str]) -> Result<String, Broken> {
    let mut text = format!("*{}\r\n", words.len());
    for word in words {
        for part in ["$", &word.len().to_string(), "\r\n", word, "\r\n"] {
            text.push_str(part);
        }
    }
    say(stream, &text).await?;
    line(stream).await
}

/// Greets the mail server, and begins TLS where it offers it.
pub(super) async fn smtp(network: &Network, url: &Url, target: &str) -> Vec<Probe> {
    told("smtp", target, greet(network, url).await, |why, fix| {
        ProbeFact::Smtp { why, fix }
    })
}

async fn greet(network: &Network, url: &Url) -> Result<Greeted, Broken> {
    let with_tls = url.scheme() == "smtps";
    let port = url.port().unwrap_or(if with_tls { 465 } else { 587 });
    let host = url.host_str().unwrap_or_default();
    let tcp = network.tcp(host, port).await?;
    if with_tls {
        let (mut stream, certificate) = network.tls(host, tcp).await?;
        reply(&mut stream, "220").await?;
        hello(&mut stream).await?;
        return Ok(("it greets over TLS", Some(certificate)));
    }
    let mut tcp: Box<tokio::net::TcpStream> = Box::new(tcp);
    reply(&mut tcp, "220").await?;
    let offers = hello(&mut tcp).await?;
    if !offers
        .iter()
        .any(|line| line.to_ascii_uppercase().ends_with("STARTTLS"))
    {
        return Ok(("it greets, and offers no TLS (STARTTLS)", None));
    }
    say(&mut tcp, "STARTTLS\r\n").await?;
    reply(&mut tcp, "220").await?;
    let (mut stream, certificate) = network.tls(host, *tcp).await?;
    hello(&mut stream).await?;
    Ok(("it greets, and STARTTLS works", Some(certificate)))
}

async fn hello<S: Stream + ?Sized>(stream: &mut Box<S>) -> Result<Vec<String>, Broken> {
    say(stream, "EHLO countersign.invalid\r\n").await?;
    reply(stream, "250").await
}

/// All lines of one answer, which must have the code.
async fn reply<S: Stream + ?Sized>(stream: &mut Box<S>, code: &str) -> Result<Vec<String>, Broken> {
    let mut lines = Vec::new();
    while lines.len() < LINES {
        let line = line(stream).await?;
        let Some(rest) = line.strip_prefix(code) else {
            let said = first_words(&line);
            return Err(Broken::new(format!(
                "it answers {said:?} where {code} belongs"
            )));
        };
        let goes_on = rest.starts_with('-');
        lines.push(line);
        if !goes_on {
            return Ok(lines);
        }
    }
    Err(Broken::new("its answer has no end"))
}

async fn say<S: Stream + ?Sized>(stream: &mut Box<S>, text: &str) -> Result<(), Broken> {
    let written = timeout(ANSWER, stream.write_all(text.as_bytes())).await;
    written
        .map_err(|_| Broken::new("it takes nothing"))?
        .map_err(|error| Broken::new(format!("it broke off: {error}")))
}

async fn line<S: Stream + ?Sized>(stream: &mut Box<S>) -> Result<String, Broken> {
    let mut read = Vec::new();
    let reading = async {
        while read.len() < LINE && !read.ends_with(b"\n") {
            match stream.read_u8().await {
                Ok(byte) => read.push(byte),
                Err(error) => return Err(Broken::new(format!("it broke off: {error}"))),
            }
        }
        Ok(())
    };
    match timeout(ANSWER, reading).await {
        Ok(done) => done?,
        Err(_) => {
            return Err(Broken::new(format!(
                "it says nothing within {} s",
                ANSWER.as_secs()
            )));
        }
    }
    Ok(String::from_utf8_lossy(&read).trim_end().to_owned())
}

fn first_words(text: &str) -> String {
    text.chars().take(100).collect()
}
