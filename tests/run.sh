#!/usr/bin/env bash
# Every check of the repository, with the counts of each step and, alone on the last line, their sum.
#
#   tests/run.sh          the checks of every change
#   tests/run.sh long     the long forms of the model, quota, crash and large-file tests alone
#
# The suite runs on both back ends: SQLite with local files, and PostgreSQL with a real S3 server, which are started for it and stopped after
# it (tests/servers.sh). The page is built and checked on node and used in Debian's chromium, and one test runs tus-js-client; npm fetches what
# they need (KHO_TEST_WITHOUT_NODE=1 leaves them out). Exit code 1 if anything failed, 2 if the servers are missing and may not be installed.
set -uo pipefail
cd "$(dirname "$0")/.."

# Tests run in the folders of their crates.
[ -z "${KHO_SIGNATURE_CORPUS:-}" ] || export KHO_SIGNATURE_CORPUS=$(realpath "$KHO_SIGNATURE_CORPUS")

servers=$(mktemp -d)
log=$(mktemp)
trap 'tests/servers.sh stop "$servers"; rm -rf "$servers" "$log" "$named"' EXIT
trap 'exit 130' INT TERM HUP

passed=0
failed=0
report=()
# By name, at the end: logs are long, and what is kept of them is often their end alone.
named=$(mktemp)

count() { # step, passed, failed
    passed=$((passed + $2))
    failed=$((failed + $3))
    report+=("$(printf '%-44s %6d passed, %d failed' "$1" "$2" "$3")")
}

# A step that passes or fails as one.
check() { # step, command…
    local step=$1
    shift
    echo "== $step"
    if "$@"; then count "$step" 1 0; else count "$step" 0 1; fi
}

sum_of() { # word before which the numbers stand, in the summaries of cargo-nextest or of cargo test
    grep -E '^ *Summary \[|^test result:' "$log" | grep -oE "[0-9]+ $1" | awk '{ n += $1 } END { print n + 0 }'
}

# A step of many tests.
suite() { # step, command…
    local step=$1 ok=0 bad=0 code=0
    shift
    echo "== $step"
    "$@" 2>&1 | sed 's/\x1b\[[0-9;]*m//g' | tee "$log" || code=$?
    ok=$(sum_of passed)
    bad=$(($(sum_of failed) + $(sum_of 'timed out') + $(sum_of 'exec failed')))
    # It did not build, or no test ran: that is a failure too.
    if [ "$code" != 0 ] && [ "$bad" = 0 ]; then bad=1; fi
    sed -nE "s/^ +(FAIL|TIMEOUT|SIGNAL|ABORT|SIG[A-Z]+) \[[^]]*\] */$step: /p" "$log" | sort -u >>"$named"
    count "$step" "$ok" "$bad"
}

if cargo nextest --version >/dev/null 2>&1; then
    kho() { cargo nextest run --workspace --no-fail-fast -E 'package(kho)'; }
    others() { cargo nextest run --workspace --no-fail-fast -E 'not package(kho)'; }
    long() { cargo nextest run -p kho --profile long --no-fail-fast -E 'test(/^(model|quota|crash|large)::/)'; }
else
    kho() { cargo test --workspace --no-fail-fast -p kho --all-targets; }
    others() { cargo test --workspace --no-fail-fast --exclude kho --all-targets; }
    long() { cargo test -p kho --no-fail-fast --test it -- model:: quota:: crash:: large::; }
fi

# On the packages of the lock file; the types of the API must be those of its document.
page_check() (
    cd web || exit
    made=$(mktemp)
    trap 'rm -f "$made"' EXIT
    if ! command -v npm >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends nodejs npm; } >&2
    fi
    npm ci --no-audit --no-fund && touch node_modules/.installed &&
        npx --no-install openapi-typescript ../docs/api/openapi.json -o "$made" &&
        diff -u src/lib/api/schema.d.ts "$made" &&
        npm run --silent check
)
# And not heavier than it may be.
page_build() (cd web && npm run --silent build && npm run --silent figures -- --weights)

# The page in a browser, on the server that the suite was built with; `@smoke` alone where one back end has shown the rest.
browse() { # step, playwright's flags…
    local step=$1 ok bad code=0
    shift
    echo "== $step"
    if ! command -v "${CHROMIUM:-chromium}" >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends chromium; } >&2
    fi
    (cd web && npx --no-install playwright test "$@") 2>&1 | tee "$log" || code=$?
    ok=$(awk '/^ +[0-9]+ passed/ { n += $1 } END { print n + 0 }' "$log")
    bad=$(awk '/^ +[0-9]+ (failed|interrupted|did not run)/ { n += $1 } END { print n + 0 }' "$log")
    if [ "$code" != 0 ] && [ "$bad" = 0 ]; then bad=1; fi
    # Those that passed at the second try too, so that nobody overlooks them.
    awk -v step="$step" '/^ +[0-9]+ (failed|flaky|interrupted)$/ { what = $2; next } /^ +[0-9]+ / { what = "" } what && NF { sub(/^ +/, ""); sub(/[ ─]+$/, ""); print step ": " what ": " $0 }' "$log" >>"$named"
    ok=$((ok + $(awk '/^ +[0-9]+ flaky/ { n += $1 } END { print n + 0 }' "$log")))
    count "$step" "$ok" "$bad"
}

# Responders and authorities of the tests that fetch evidence.
openssl_installed() {
    if ! command -v openssl >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends openssl; } >&2
    fi
}

browser=0
case ${1:-all} in
all)
    check "format" cargo fmt --all -- --check
    check "lint" cargo clippy --workspace --all-targets -- -D warnings
    if [ "${KHO_TEST_WITHOUT_NODE:-}" != 1 ]; then
        check "page: words, types, style" page_check
        check "page: build" page_build
        browser=1
    fi
    check "documentation" env RUSTDOCFLAGS="-D warnings -A rustdoc::private_intra_doc_links" cargo doc --workspace --no-deps --document-private-items
    tests=kho
    openssl_installed
    suite "signatures, evidence, papers of the demo" others
    ;;
long)
    # More where the caller asks for more; a seed that failed is repeated with KHO_TEST_SEED.
    export KHO_TEST_LONG=1 KHO_TEST_STEPS=${KHO_TEST_STEPS:-10000} KHO_TEST_SESSIONS=${KHO_TEST_SESSIONS:-1000}
    export KHO_TEST_KILLS=${KHO_TEST_KILLS:-200}
    tests=long
    ;;
*)
    echo "usage: $0 [long]" >&2
    exit 2
    ;;
esac

suite "SQLite + files" env KHO_TEST_BACKEND=embedded bash -c "$(declare -f "$tests"); $tests"
if [ "$browser" = 1 ]; then browse "page in a browser, SQLite + files"; fi
if tests/servers.sh start "$servers" >/dev/null; then
    # shellcheck source=/dev/null
    . "$servers/env"
    suite "PostgreSQL + S3" env KHO_TEST_BACKEND=scale bash -c "$(declare -f "$tests"); $tests"
    if [ "$browser" = 1 ]; then KHO_TEST_BACKEND=scale browse "page in a browser, PostgreSQL + S3" --grep @smoke; fi
else
    code=$?
    count "PostgreSQL + S3" 0 1
fi

printf '\n'
cat "$named"
printf '%s\n' "${report[@]}"
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "${code:-0}" != 2 ] || exit 2
[ "$failed" = 0 ]
