//! The API, endpoint by endpoint.
