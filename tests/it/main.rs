//! The suite: the real application, spoken to over HTTP and the command line, on the back end that `KHO_TEST_BACKEND` names.
//!
//! `embedded` (the default) is SQLite and local files in a temporary folder; `scale` is a database of its own on the PostgreSQL of
//! `KHO_TEST_DATABASE_URL` and a prefix of its own in the bucket of `KHO_TEST_OBJECTS`. One file a subject, as in `src/http`.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod accounts;
mod admin;
mod audit;
mod bad_input;
mod catalogue;
mod catalogue_changes;
mod command_line;
mod crash;
mod demo;
mod documents;
mod dossier_access;
mod dossier_moves;
mod dossier_world;
mod dossiers;
mod evidence;
mod expiring;
mod facade;
mod facade_look_up;
mod facade_world;
mod folders;
mod fsck;
mod idempotency;
mod integration;
mod large;
mod links;
mod logs;
mod mail_server;
mod matrix;
mod model;
mod node;
mod notices;
mod oauth;
mod one_stop;
mod openapi;
mod operations;
mod organisations;
mod outages;
mod page;
mod passwords;
mod places;
mod pushes;
mod quota;
mod recent;
mod recipients;
mod reports;
mod search;
mod search_text;
mod sessions;
mod sharing;
mod sharing_trees;
mod signatures;
mod signatures_corpus;
mod signed;
mod storage;
mod storage_policies;
mod story;
mod support;
mod tampering;
mod thumbnails;
mod tokens;
mod tour;
mod trash;
mod trust_command;
mod tus_client;
mod upkeep;
mod uploads;
mod usage;
mod verify_command;
mod webhook_receiver;
mod webhooks;
mod zip;
