CARGO_TARGET_DIR ?= target
BIN = $(CARGO_TARGET_DIR)/release
DATA ?= data
LISTEN ?= 127.0.0.1:8080

# What the page is built of; folders too, whose time changes when a file goes.
PAGE = web/dist/index.html
PAGE_SOURCES = $(shell find web/src web/public web/scripts) web/index.html web/vite.config.ts web/svelte.config.js web/tsconfig.json
PAGE_PACKAGES = web/node_modules/.installed

.PHONY: run page test test-long schemathesis signature-mutants fuzz-signatures bench bench-reports bench-verify lint clean

# Builds and serves Kho with the demo of an invented commune; needs cargo, node and npm. What you do stays in ./data.
# The papers are drawn by a program of their own, so that fonts and drawing stay out of `kho`.
run: page
	cargo build --release --package kho --package kho-fixtures
	@export KHO_LISTEN=$(LISTEN); if [ -e $(DATA)/demo-papers/loaded ]; then \
		$(BIN)/kho demo --sign-ins --data-dir $(DATA); \
	else \
		$(BIN)/kho-fixtures $(DATA)/demo-papers && \
		$(BIN)/kho demo --data-dir $(DATA) && \
		touch $(DATA)/demo-papers/loaded; \
	fi
	@exec $(BIN)/kho serve --data-dir $(DATA) --listen $(LISTEN)

# The page, for a release to take in.
page: $(PAGE)

# Touched, because the compiler does not see a folder that was not there before.
$(PAGE): $(PAGE_PACKAGES) $(PAGE_SOURCES)
	cd web && npm run --silent build
	@touch $@ src/http/assets.rs

$(PAGE_PACKAGES): web/package.json web/package-lock.json
	@command -v npm >/dev/null && node -e 'const [major, minor] = process.versions.node.split("."); process.exit(major > 20 || (major == 20 && minor >= 19) ? 0 : 1)' \
		|| { echo 'The page needs node 20.19 or newer, and npm. On Debian: apt-get install nodejs npm' >&2; exit 1; }
	cd web && npm ci --no-audit --no-fund
	@touch $@

# Everything, on SQLite + files and on PostgreSQL + S3. Starts the servers it needs, and installs their packages where it may.
test:
	tests/run.sh

# The long forms of the random, crash and quota tests, on both back ends.
test-long:
	tests/run.sh long

# Made-up requests from the API's own document; needs python3, curl and jq.
schemathesis:
	tests/schemathesis.sh

# Changed signed files, judged by kho, pyHanko and pdfsig; needs python3, and the corpus in KHO_SIGNATURE_CORPUS. SEED repeats a run.
signature-mutants:
	tests/signature_mutants.sh

# Made-up bytes for everything that reads signed files, 15 minutes of processor time a reader; needs a C++ compiler, and the corpus as above.
fuzz-signatures:
	signature/fuzz/run.sh

lint:
	cargo fmt --all -- --check
	cargo clippy --workspace --all-targets -- -D warnings

# How long the API takes to answer, and whether that depends on how much there is. Flags: make bench LOAD='--large 100000'.
bench:
	cargo build --release --package kho --package kho-load
	$(BIN)/kho-load $(LOAD)

# How long each report takes over five million components of dossiers, on a PostgreSQL of its own; fails where one takes over 30 s, or says
# something else than the rows. Flags: make bench-reports LOAD='--components 500000'.
bench-reports:
	cargo build --release --package kho --package kho-load
	@servers=$$(mktemp -d); trap 'tests/servers.sh stop "$$servers"' EXIT; \
	DURABLE=1 tests/servers.sh start "$$servers" >/dev/null && . "$$servers/env" && $(BIN)/kho-load reports $(LOAD)

# How long a verdict on a signed file takes, beside pyHanko and pdfsig; fails where a goal is missed. Needs python3, and the corpus as above.
bench-verify:
	tests/signature_bench.sh

# Removes what was built, never what is in $(DATA).
clean:
	cargo clean
	rm -rf web/dist web/node_modules
