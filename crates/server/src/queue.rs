//! A bounded queue between requests and a job that works off its items in batches.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// A queue. Pushing never waits; what does not fit is counted and dropped.
#[derive(Debug)]
pub struct Queue<T> {
    items: Mutex<Vec<T>>,
    limit: usize,
    dropped: AtomicU64,
    wake: Notify,
}

impl<T> Queue<T> {
    /// A queue of at most `limit` items.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self {
            items: Mutex::default(),
            limit,
            dropped: AtomicU64::new(0),
            wake: Notify::new(),
        }
    }

    /// Adds an item, unless the queue is full.
    pub fn push(&self, item: T) {
        let mut items = self.lock();
        if items.len() >= self.limit {
            self.dropped.fetch_add(1, Ordering::Relaxed);
            return;
        }
        items.push(item);
        drop(items);
        self.wake.notify_one();
    }

    /// Takes all items out, in order.
    #[must_use]
    pub fn take(&self) -> Vec<T> {
        std::mem::take(&mut *self.lock())
    }

    /// Puts items that could not be worked off back to the front, as far as they fit.
    pub fn put_back(&self, mut items: Vec<T>) {
        let mut newer = self.lock();
        items.append(&mut newer);
        let surplus = items.len().saturating_sub(self.limit);
        items.truncate(self.limit);
        *newer = items;
        self.dropped.fetch_add(surplus as u64, Ordering::Relaxed);
    }

    /// Waits until something was pushed.
    pub async fn filled(&self) {
        self.wake.notified().await;
    }

    /// How many items were dropped since this was asked last.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped.swap(0, Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<T>> {
        // A list is whole after any panic.
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_counted() {
        let queue = Queue::new(2);
        (0..5).for_each(|item| queue.push(item));
        assert_eq!(queue.take(), [0, 1]);
        assert_eq!((queue.dropped(), queue.dropped()), (3, 0));
        assert!(queue.take().is_empty());
    }

    #[test]
    fn what_failed_comes_back_first() {
        let queue = Queue::new(3);
        queue.push(3);
        queue.push(4);
        queue.put_back(vec![1, 2]);
        assert_eq!(queue.take(), [1, 2, 3]);
        assert_eq!(queue.dropped(), 1);
    }

    #[tokio::test]
    async fn whoever_waits_is_woken() {
        let queue = Queue::new(1);
        queue.push(());
        queue.filled().await;
    }
}
