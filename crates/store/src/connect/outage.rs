//! A server that gives no connections: one caller at a time waits for it, the others are told.

use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the last attempt to connect failed.
#[derive(Debug, Default)]
pub(super) struct Outage {
    is_on: AtomicBool,
    is_probed: AtomicBool,
}

/// The one attempt of an outage; another may be made once it is dropped.
#[derive(Debug)]
pub(super) struct Probe<'a>(&'a AtomicBool);

impl Outage {
    /// Leave to ask for a connection: during an outage one caller has it. `Err` for the others.
    pub(super) fn enter(&self) -> Result<Option<Probe<'_>>, Outright> {
        if !self.is_on.load(Ordering::Acquire) {
            return Ok(None);
        }
        let before =
            self.is_probed
                .compare_exchange(false, true, Ordering::AcqRel, Ordering::Acquire);
        match before {
            Ok(_) => Ok(Some(Probe(&self.is_probed))),
            Err(_) => Err(Outright),
        }
    }

    /// Notes how an attempt went.
    pub(super) fn note(&self, is_on: bool) {
        // Written only where it changes: every request passes here.
        if self.is_on.load(Ordering::Relaxed) != is_on {
            self.is_on.store(is_on, Ordering::Release);
        }
    }
}

/// There is no connection now, and somebody else waits for one already.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Outright;

impl Drop for Probe<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn during_an_outage_one_caller_at_a_time_tries() {
        let outage = Outage::default();
        assert!(matches!(outage.enter(), Ok(None)));
        outage.note(true);
        let probe = outage.enter().expect("the first may try");
        assert!(probe.is_some());
        assert_eq!(outage.enter().err(), Some(Outright));
        drop(probe);
        assert!(matches!(outage.enter(), Ok(Some(_))));
        outage.note(false);
        assert!(matches!(outage.enter(), Ok(None)));
    }
}
