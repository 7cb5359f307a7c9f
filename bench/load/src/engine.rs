//! The loop: one thread, one epoll, closed or open.
//!
//! Closed: every connection sends its next request as soon as it has its
//! answer. Open: requests fall due at a fixed rate whatever the server does; a
//! request that finds no free connection waits, and the wait counts.

use std::collections::VecDeque;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::event::epoll;

use crate::alarm::Alarm;
use crate::answer::Answer;
use crate::connection::{Connection, Received, State};
use crate::plan::{Next, Outcome, Plan, RunError, Scenario};
use crate::process::{self, Usage};
use crate::record::{Record, UNANSWERED};

const TIMER: u64 = u64::MAX;
const SAMPLE_EVERY: Duration = Duration::from_millis(100);

/// The state of one run.
pub struct Engine<'a> {
    plan: &'a Plan,
    scenario: &'a mut dyn Scenario,
    epoll: OwnedFd,
    alarm: Alarm,
    connections: Vec<Connection>,
    idle: VecDeque<usize>,
    paused: Vec<usize>,
    backlog: VecDeque<Instant>,
    next_due: Instant,
    from: Instant,
    until: Instant,
    next_sample: Instant,
    at_start: Option<(Usage, Usage)>,
    at_end: Option<(Usage, Usage)>,
    rss_peak: u64,
    record: Record,
}

/// Runs `scenario` as `plan` says.
///
/// # Errors
/// See [`RunError`]; a broken connection is no error, it is counted.
pub fn run(plan: &Plan, scenario: &mut dyn Scenario) -> Result<Outcome, RunError> {
    let mut engine = Engine::open(plan, scenario)?;
    engine.turn()?;
    Ok(engine.outcome())
}

impl<'a> Engine<'a> {
    fn open(plan: &'a Plan, scenario: &'a mut dyn Scenario) -> Result<Self, RunError> {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let alarm = Alarm::new()?;
        epoll::add(
            &epoll,
            alarm.descriptor(),
            epoll::EventData::new_u64(TIMER),
            epoll::EventFlags::IN,
        )?;
        let mut connections = Vec::with_capacity(plan.connections);
        for slot in 0..plan.connections {
            let connection = Connection::open(plan.server)?;
            watch(&epoll, &connection, slot)?;
            connections.push(connection);
        }
        let now = Instant::now();
        let from = now + plan.warm_up;
        Ok(Self {
            plan,
            scenario,
            epoll,
            alarm,
            idle: (0..plan.connections).collect(),
            connections,
            paused: Vec::new(),
            backlog: VecDeque::new(),
            next_due: now,
            from,
            until: from + plan.span,
            next_sample: now,
            at_start: None,
            at_end: None,
            rss_peak: 0,
            record: Record::default(),
        })
    }

    fn turn(&mut self) -> Result<(), RunError> {
        let mut events = Vec::with_capacity(256);
        loop {
            let now = Instant::now();
            self.sample(now);
            self.wake_paused(now);
            if now < self.until {
                self.hand_out(now)?;
            } else if self.waiting() == 0 || now >= self.until + self.plan.drain {
                return self.give_up(now);
            }
            self.arm(now)?;
            epoll::wait(
                &self.epoll,
                rustix::buffer::spare_capacity(&mut events),
                None,
            )
            .or_else(|error| {
                if error == rustix::io::Errno::INTR {
                    Ok(0)
                } else {
                    Err(error)
                }
            })?;
            for event in events.drain(..) {
                let epoll::Event { data, flags, .. } = event;
                if data.u64() == TIMER {
                    self.alarm.rang()?;
                } else if let Ok(slot) = usize::try_from(data.u64()) {
                    self.ready(slot, flags)?;
                }
            }
        }
    }

    /// Notes usage at both ends of the measured span, memory in between.
    fn sample(&mut self, now: Instant) {
        if now < self.next_sample {
            return;
        }
        self.next_sample = now + SAMPLE_EVERY;
        let Some(server) = self
            .plan
            .watch
            .map_or(Some(Usage::default()), process::usage)
        else {
            return;
        };
        self.rss_peak = self.rss_peak.max(server.rss);
        let own = process::usage(std::process::id()).unwrap_or_default();
        if self.at_start.is_none() && now >= self.from {
            self.at_start = Some((server, own));
        }
        if self.at_end.is_none() && now >= self.until {
            self.at_end = Some((server, own));
        }
        // The ends of the span come sooner than the next regular sample.
        for edge in [self.from, self.until] {
            if now < edge {
                self.next_sample = self.next_sample.min(edge);
            }
        }
    }

    fn wake_paused(&mut self, now: Instant) {
        let connections = &mut self.connections;
        let idle = &mut self.idle;
        self.paused.retain(|slot| {
            let over = matches!(connections[*slot].state, State::Paused { until } if until <= now);
            if over {
                connections[*slot].state = State::Idle;
                idle.push_back(*slot);
            }
            !over
        });
    }

    /// Gives due requests to idle connections.
    fn hand_out(&mut self, now: Instant) -> Result<(), RunError> {
        let Some(rate) = self.plan.rate else {
            while let Some(slot) = self.idle.pop_front() {
                self.send(slot, now)?;
            }
            return Ok(());
        };
        let interval = Duration::from_secs_f64(1.0 / rate);
        while self.next_due <= now {
            self.backlog.push_back(self.next_due);
            self.next_due += interval;
        }
        while let Some(due) = self.backlog.pop_front() {
            let Some(slot) = self.idle.pop_front() else {
                self.backlog.push_front(due);
                break;
            };
            self.send(slot, due)?;
        }
        Ok(())
    }

    fn send(&mut self, slot: usize, due: Instant) -> Result<(), RunError> {
        let connection = &mut self.connections[slot];
        connection.output.clear();
        self.scenario.request(slot, &mut connection.output);
        match connection.send(due) {
            Ok(true) => Ok(()),
            Ok(false) => {
                let flags = epoll::EventFlags::IN | epoll::EventFlags::OUT;
                let data = epoll::EventData::new_u64(slot as u64);
                Ok(epoll::modify(&self.epoll, &connection.stream, data, flags)?)
            }
            Err(_) => self.broke(slot),
        }
    }

    fn ready(&mut self, slot: usize, flags: epoll::EventFlags) -> Result<(), RunError> {
        let connection = &mut self.connections[slot];
        if flags.contains(epoll::EventFlags::OUT) {
            match connection.flush() {
                Ok(true) => {
                    let data = epoll::EventData::new_u64(slot as u64);
                    epoll::modify(&self.epoll, &connection.stream, data, epoll::EventFlags::IN)?;
                }
                Ok(false) => {}
                Err(_) => return self.broke(slot),
            }
        }
        let State::Waiting { due } = connection.state else {
            // Nothing was asked: the server closes an idle connection.
            return self.reopen(slot);
        };
        match connection.receive()? {
            Received::Closed => self.broke(slot),
            Received::Partly => Ok(()),
            Received::Whole(answer) => {
                let now = Instant::now();
                let close = answer.close;
                let next = self.scenario.answer(slot, &answer);
                if now >= self.from && due < self.until {
                    take(&mut self.record, &answer, due, now, self.until)?;
                }
                connection.state = State::Idle;
                if close {
                    self.reopen(slot)?;
                }
                self.proceed(slot, &next, now)
            }
        }
    }

    /// What follows an answer. In a closed loop the next request leaves here,
    /// without a turn of the loop in between.
    fn proceed(&mut self, slot: usize, next: &Next, now: Instant) -> Result<(), RunError> {
        match next {
            Next::Go if self.plan.rate.is_none() && now < self.until => self.send(slot, now),
            Next::Go => {
                self.idle.push_back(slot);
                Ok(())
            }
            Next::Pause(length) => {
                self.connections[slot].state = State::Paused {
                    until: now + *length,
                };
                self.paused.push(slot);
                Ok(())
            }
            Next::Stop => {
                self.connections[slot].state = State::Stopped;
                Ok(())
            }
        }
    }

    /// The connection ended with a request on its way.
    fn broke(&mut self, slot: usize) -> Result<(), RunError> {
        let now = Instant::now();
        if let State::Waiting { due } = self.connections[slot].state
            && now >= self.from
            && due < self.until
        {
            self.record.broken += 1;
            self.record.note(UNANSWERED, now - due)?;
        }
        self.connections[slot].state = State::Idle;
        self.reopen(slot)?;
        self.idle.push_back(slot);
        Ok(())
    }

    /// A fresh socket for this slot; its state stays.
    fn reopen(&mut self, slot: usize) -> Result<(), RunError> {
        let state = self.connections[slot].state;
        let mut fresh = Connection::open(self.plan.server)?;
        fresh.state = state;
        watch(&self.epoll, &fresh, slot)?;
        self.connections[slot] = fresh;
        self.record.reconnected += 1;
        if let State::Waiting { due } = state {
            // Sent on the socket that is gone: once more, still due when it was.
            return self.send(slot, due);
        }
        Ok(())
    }

    fn waiting(&self) -> usize {
        let waiting = |connection: &&Connection| matches!(connection.state, State::Waiting { .. });
        self.connections.iter().filter(waiting).count() + self.backlog.len()
    }

    /// What is still unanswered counts with the time it has waited.
    fn give_up(&mut self, now: Instant) -> Result<(), RunError> {
        let waiting = self
            .connections
            .iter()
            .filter_map(|connection| match connection.state {
                State::Waiting { due } => Some(due),
                State::Idle | State::Paused { .. } | State::Stopped => None,
            });
        for due in waiting.chain(self.backlog.iter().copied()) {
            self.record.note(UNANSWERED, now - due)?;
        }
        Ok(())
    }

    /// Sets the timer to whatever comes next.
    fn arm(&mut self, now: Instant) -> Result<(), RunError> {
        let mut next = self.next_sample;
        if now < self.until {
            next = next.min(self.until);
            if self.plan.rate.is_some() {
                next = next.min(self.next_due);
            }
        }
        for slot in &self.paused {
            if let State::Paused { until } = self.connections[*slot].state {
                next = next.min(until);
            }
        }
        Ok(self.alarm.set(now, next)?)
    }

    fn outcome(self) -> Outcome {
        let (server_start, own_start) = self.at_start.unwrap_or_default();
        let (server_end, own_end) = self.at_end.unwrap_or_default();
        Outcome {
            record: self.record,
            seconds: self.plan.span.as_secs_f64(),
            server_cpu: (server_end.cpu - server_start.cpu).max(0.0),
            rss_peak: self.rss_peak,
            own_cpu: (own_end.cpu - own_start.cpu).max(0.0),
        }
    }
}

fn watch(epoll: &OwnedFd, connection: &Connection, slot: usize) -> rustix::io::Result<()> {
    let data = epoll::EventData::new_u64(slot as u64);
    epoll::add(epoll, &connection.stream, data, epoll::EventFlags::IN)
}

/// Writes one answer into the record.
fn take(
    record: &mut Record,
    answer: &Answer<'_>,
    due: Instant,
    now: Instant,
    until: Instant,
) -> Result<(), RunError> {
    let good = (200..300).contains(&answer.status);
    if now < until {
        record.completed += 1;
        record.good += u64::from(good);
    }
    if !good {
        let busy = matches!(answer.status, 429 | 503);
        record.no_retry_after += u64::from(busy && answer.retry_after.is_none());
        record.samples.entry(answer.status).or_insert_with(|| {
            String::from_utf8_lossy(&answer.body)
                .chars()
                .take(400)
                .collect()
        });
    }
    record.note(answer.status, now - due)?;
    Ok(())
}
