//! `GET /api/v1/auth/status`: whether the presented credential is good, and whose it is.
