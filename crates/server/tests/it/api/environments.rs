//! Field report 001: one service reads JWT_SECRET_STAGING, the other JWT_SECRET_KEY.
