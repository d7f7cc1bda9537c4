CARGO_TARGET_DIR ?= target
BIN = $(CARGO_TARGET_DIR)/release
DATA ?= data
LISTEN ?= 127.0.0.1:8080

.PHONY: run

# Builds and serves Kho with the demo of an invented commune; needs cargo alone. What you do stays in ./data.
# The papers are drawn by a program of their own, so that fonts and drawing stay out of `kho`.
run:
	cargo build --release --package kho --package kho-fixtures
	@if [ -e $(DATA)/demo-papers/loaded ]; then \
		$(BIN)/kho demo --sign-ins --data-dir $(DATA); \
	else \
		$(BIN)/kho-fixtures $(DATA)/demo-papers && \
		$(BIN)/kho demo --data-dir $(DATA) && \
		touch $(DATA)/demo-papers/loaded; \
	fi
	@exec $(BIN)/kho serve --data-dir $(DATA) --listen $(LISTEN)
