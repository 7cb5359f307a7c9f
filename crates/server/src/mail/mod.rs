//! Mail: what it says, and how it leaves.

mod smtp_url;

pub use smtp_url::{SmtpUrl, Tls};
