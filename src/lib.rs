//! Kho: the document vault of citizens and organisations.
//!
//! The map of the rooms, and which may use which, is `docs/architecture.md`; each folder's `mod.rs` says what it is for
//! and how to add one more. Dependencies point one way:
//! `main → app → http | jobs → services → db · storage · crypto · content → domain`.

pub mod app;
pub mod config;
pub mod content;
pub mod crypto;
pub mod db;
pub mod domain;
pub mod http;
pub mod jobs;
pub mod mail;
pub mod services;
pub mod storage;
pub mod telemetry;
