#!/usr/bin/env bash
# Runs signature_bench.py with what it needs: the example `bench`, pyHanko in an environment of its own, and pdfsig.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
corpus=${KHO_SIGNATURE_CORPUS:?names the folder of signed files}

cargo build --quiet --release --package kho-signature --example bench
if [ ! -x "$target/pyhanko/bin/python" ]; then
    python3 -m venv "$target/pyhanko"
    "$target/pyhanko/bin/pip" install --quiet 'pyhanko==0.38.0'
fi
if ! command -v pdfsig >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    { apt-get update -q && apt-get install -q -y --no-install-recommends poppler-utils; } >&2
fi
exec "$target/pyhanko/bin/python" tests/signature_bench.py "$target/release/examples/bench" "$corpus"
