//! Where a text stands.

use super::Text;
use std::num::NonZeroU32;

/// A text: a place in the JSON, or behind it, among the texts that are written with escapes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// Never 0, where the bracket stands.
    start: NonZeroU32,
    end: u32,
}

/// What texts say that are written with escapes: they stand in the JSON in another form.
#[derive(Clone, Default)]
pub(crate) struct Escaped(String);

impl Place {
    pub(crate) fn of(text: Text, json: &str, escaped: &mut Escaped) -> Option<Self> {
        match text.plain() {
            Some(plain) => {
                let start = NonZeroU32::new(plain.start())?;
                let end = plain.end();
                Some(Self { start, end })
            }
            None => escaped.push(&text.decode(json), json),
        }
    }

    pub(crate) fn of_text<'a>(self, json: &'a str, escaped: &'a Escaped) -> &'a str {
        let (start, end) = (self.start.get() as usize, self.end as usize);
        json.get(start..end)
            .unwrap_or_else(|| escaped.find(start, end, json))
    }
}

impl Escaped {
    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts `text` among them, in `json` or not.
    #[cold]
    pub(crate) fn push(&mut self, text: &str, json: &str) -> Option<Place> {
        let start = u32::try_from(json.len() + self.0.len()).ok();
        self.0.push_str(text);
        let end = u32::try_from(json.len() + self.0.len()).ok()?;
        let start = NonZeroU32::new(start?)?;
        Some(Place { start, end })
    }

    #[cold]
    fn find(&self, start: usize, end: usize, json: &str) -> &str {
        let place = start
            .checked_sub(json.len())
            .zip(end.checked_sub(json.len()));
        let found = place.and_then(|(start, end)| self.0.get(start..end));
        found.unwrap_or_default()
    }
}
