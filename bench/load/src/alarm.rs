//! A timer that wakes epoll: its own waits are whole milliseconds and may be
//! stretched, which would show in the latencies of a slow open loop.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

use rustix::event::Timespec;
use rustix::io::{Errno, Result};
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, timerfd_create, timerfd_settime,
};

/// One timer, set to the earliest time that was asked for.
pub struct Alarm {
    timer: OwnedFd,
    set: Option<Instant>,
}

impl Alarm {
    /// A timer that is not set.
    ///
    /// # Errors
    /// When the system gives none.
    pub fn new() -> Result<Self> {
        let timer = timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::NONBLOCK)?;
        Ok(Self { timer, set: None })
    }

    /// What epoll watches.
    pub fn descriptor(&self) -> BorrowedFd<'_> {
        self.timer.as_fd()
    }

    /// Wakes at `next`, unless it wakes earlier anyhow.
    ///
    /// # Errors
    /// When the system refuses the time.
    pub fn set(&mut self, now: Instant, next: Instant) -> Result<()> {
        if self.set.is_some_and(|set| set <= next) {
            return Ok(());
        }
        let wait = next
            .saturating_duration_since(now)
            .max(Duration::from_nanos(1));
        let value = Itimerspec {
            it_interval: Timespec::default(),
            it_value: Timespec {
                tv_sec: i64::try_from(wait.as_secs()).unwrap_or(i64::MAX),
                tv_nsec: wait.subsec_nanos().into(),
            },
        };
        timerfd_settime(&self.timer, TimerfdTimerFlags::empty(), &value)?;
        self.set = Some(next);
        Ok(())
    }

    /// Takes note that it woke.
    ///
    /// # Errors
    /// When the timer cannot be read.
    pub fn rang(&mut self) -> Result<()> {
        self.set = None;
        let mut expirations = [0_u8; 8];
        match rustix::io::read(&self.timer, &mut expirations) {
            Ok(_) | Err(Errno::AGAIN | Errno::INTR) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
