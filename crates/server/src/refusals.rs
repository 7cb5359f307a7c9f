//! What was refused, kept for `countersign why`: explained off the hot path, and bounded.

mod evidence;

use std::sync::Mutex;
use std::sync::PoisonError;

use countersign_diagnose::{TokenMark, TraceRecord};
use countersign_domain::Timestamp;
use countersign_store::StoredTrace;
use countersign_verify::{
    Cause, Expected, ExpectedLifetime, ExpectedValue, ExplainContext, Explained, KnownSecret,
    Refusal, Secret, SecretRole, Source, Trace, explain,
};
use http::{Method, Uri};

use crate::App;
use crate::http::{Refused, RequestInfo};
use crate::queue::Queue;
use crate::settings::Settings;
use evidence::Evidence;

/// Refusals that may wait to be written.
const WAITING: usize = 10_000;
/// Refusals that are explained in one second at most: anybody can send bad tokens.
const EXPLAINED_A_SECOND: u32 = 50;

/// The queue of refusals, and what explains them.
#[derive(Debug)]
pub struct Refusals {
    queue: Queue<Pending>,
    known: Vec<KnownSecret>,
    expected: Expected,
    budget: Mutex<(i64, u32)>,
}

/// A refusal that waits to be explained and written.
#[derive(Debug)]
pub struct Pending {
    record: TraceRecord,
    at: Timestamp,
    token: Option<Secret>,
}

impl Refusals {
    /// Knows the secrets that may have signed a refused token.
    #[must_use]
    pub fn of(settings: &Settings, signing: Option<&(String, Secret)>) -> Self {
        Self {
            queue: Queue::new(WAITING),
            known: known_secrets(settings, signing),
            expected: expected(settings),
            budget: Mutex::default(),
        }
    }

    /// Queues a refusal, unless it is one that nobody will ask about.
    pub fn push(&self, app: &App, info: &RequestInfo, request: (&Method, &Uri), refused: &Refused) {
        if matches!(refused.cause(), Cause::NotFound | Cause::MethodNotAllowed) {
            return;
        }
        let at = app.now();
        let steps = refused.trace().map(|trace| trace.steps.clone());
        let trace = Trace {
            id: info.trace_id,
            steps: steps.unwrap_or_default(),
        };
        let record = TraceRecord {
            trace,
            at: at.to_string(),
            method: request.0.to_string(),
            path: request.1.path().to_owned(),
            client: Some(info.ip.to_string()),
            token: refused.token().map(TokenMark::of),
            user: refused.user().map(|id| id.to_string()),
            session: refused.session().map(|id| id.to_string()),
            cause: Some(refused.cause()),
            detail: refused.detail().to_owned(),
            findings: Vec::new(),
        };
        self.queue.push(Pending {
            record,
            at,
            token: refused.token().cloned(),
        });
    }

    /// What explains a refused token, as far as this second's budget allows.
    #[must_use]
    pub fn findings(
        &self,
        app: &App,
        token: Option<&Secret>,
        cause: Cause,
        detail: &str,
    ) -> Vec<Explained> {
        let text = token.and_then(|token| std::str::from_utf8(token.expose()).ok());
        let Some(text) = text.filter(|_| self.may_explain(app.now().seconds())) else {
            return Vec::new();
        };
        let evidence = Evidence::of(app, text);
        let context = ExplainContext {
            expected: &evidence.expected(app, &self.expected),
            secrets: &self.known,
            key_sets: &evidence.key_sets(),
            clocks: &evidence.clocks(),
            now: app.now().seconds(),
            ..ExplainContext::default()
        };
        let refusal = Refusal::new(cause, detail.to_owned());
        explain(text, Some(&refusal), &context)
    }

    /// Writes what waits. What the store cannot take now is kept for later.
    pub async fn flush(&self, app: &App) {
        let dropped = self.queue.dropped();
        if dropped > 0 {
            tracing::warn!(dropped, "traces of refusals were dropped: too many at once");
        }
        let mut waiting = self.queue.take();
        if waiting.is_empty() {
            return;
        }
        for pending in &mut waiting {
            if let Some(token) = pending.token.take() {
                let cause = pending.record.cause.unwrap_or(Cause::CredentialsInvalid);
                let found = self.findings(app, Some(&token), cause, &pending.record.detail);
                pending.record.findings = found;
            }
        }
        let stored = waiting.iter().filter_map(stored).collect();
        if let Err(error) = app.store().append_traces(stored).await {
            tracing::warn!(%error, "traces could not be written; trying again");
            self.queue.put_back(waiting);
        }
    }

    /// Waits until there is something to write.
    pub async fn filled(&self) {
        self.queue.filled().await;
    }

    fn may_explain(&self, second: i64) -> bool {
        let mut budget = self.budget.lock().unwrap_or_else(PoisonError::into_inner);
        if budget.0 != second {
            *budget = (second, 0);
        }
        budget.1 += 1;
        budget.1 <= EXPLAINED_A_SECOND
    }
}

fn stored(pending: &Pending) -> Option<StoredTrace> {
    match serde_json::to_string(&pending.record) {
        Ok(document) => Some(StoredTrace {
            id: pending.record.trace.id.to_string(),
            at: pending.at,
            cause: pending.record.cause,
            document,
        }),
        Err(error) => {
            tracing::error!(%error, "a trace could not be put into words");
            None
        }
    }
}

/// What this server demands of claims, in the names of its settings.
#[must_use]
pub fn expected(settings: &Settings) -> Expected {
    let tokens = &settings.tokens;
    let named = |name: &str, value: &Option<String>, source: &Source| {
        let value = value.as_ref()?;
        Some(ExpectedValue::new(value, name, source.clone()))
    };
    let ours = named("AUTH_JWT_ISSUER", &tokens.issuer, &tokens.sources.issuer);
    let audience = named(
        "AUTH_JWT_AUDIENCE",
        &tokens.audience,
        &tokens.sources.audience,
    );
    // Without an issuer of our own any is taken, so none is demanded.
    let trusted = settings.trusted_issuers.iter();
    let trusted = trusted.filter_map(|trusted| {
        let issuer = trusted.issuer.as_ref()?;
        Some(ExpectedValue::new(
            issuer,
            "trusted_issuer.issuer",
            trusted.source.clone(),
        ))
    });
    let others = ours.is_some().then_some(trusted).into_iter().flatten();
    let others: Vec<_> = others.collect();
    let lifetime = i64::try_from(tokens.access_ttl.as_secs()).ok();
    Expected {
        audiences: audience.into_iter().collect(),
        issuers: ours.into_iter().chain(others).collect(),
        leeway: i64::try_from(tokens.leeway.as_secs()).unwrap_or(i64::MAX),
        lifetime: lifetime.map(|seconds| ExpectedLifetime {
            seconds,
            name: "ACCESS_TOKEN_TTL".to_owned(),
            source: tokens.sources.access_ttl.clone(),
        }),
        ..Expected::nothing()
    }
}

/// The secrets that may have signed a refused token: the one that signs, if it is given, and what
/// the settings know beside it.
#[must_use]
pub fn known_secrets(settings: &Settings, signing: Option<&(String, Secret)>) -> Vec<KnownSecret> {
    let secrets = &settings.secrets;
    let source = |resolved: Option<&countersign_verify::secret_chain::Resolved>| {
        resolved.map_or(Source::Default, |found| found.source.clone())
    };
    let known = |label: &str, secret: &Secret, source, role| {
        KnownSecret::new(label, secret.clone(), source, role)
    };
    let mut all = Vec::new();
    if let Some((name, secret)) = signing {
        let source = source(secrets.signing.as_ref());
        all.push(known(name, secret, source, SecretRole::Current));
    }
    for lost in secrets.signing.iter().flat_map(|found| &found.lost) {
        let source = lost.source.clone();
        all.push(known(&lost.name, &lost.secret, source, SecretRole::Lost));
    }
    for other in &secrets.others {
        let role = SecretRole::OtherEnvironment(other.environment);
        all.push(known(
            &other.name,
            &other.secret,
            other.source.clone(),
            role,
        ));
    }
    for trusted in &settings.trusted_issuers {
        if let Some(shared) = &trusted.secret {
            let source = shared.source.clone();
            all.push(known(
                &shared.name,
                &shared.secret,
                source,
                SecretRole::Issuer,
            ));
        }
    }
    if let Some(sync) = &secrets.sync {
        all.push(known(
            &sync.name,
            &sync.secret,
            sync.source.clone(),
            SecretRole::Sync,
        ));
    }
    all
}
