#!/usr/bin/env bash
# Schemathesis makes up requests from the OpenAPI document and looks for answers that are not in it: a 5xx, an undocumented status or
# media type, a body that is not as described. It speaks to a server of its own with the papers of the demo, once as a citizen and once as
# a system administrator. SEED repeats a run, EXAMPLES bounds what is made up for an operation.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
seed=${SEED:-1}
examples=${EXAMPLES:-20}

cargo build --quiet --package kho --package kho-fixtures
kho=$target/debug/kho
folder=$(mktemp -d)
server=
# shellcheck disable=SC2317 # run by the trap
finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$folder"
}
trap finish EXIT

if [ ! -x "$target/schemathesis/bin/schemathesis" ]; then
    python3 -m venv "$target/schemathesis"
    "$target/schemathesis/bin/pip" install --quiet 'schemathesis==4.32.5'
fi

"$target/debug/kho-fixtures" "$folder/papers" >/dev/null
"$kho" demo --papers "$folder/papers" --data-dir "$folder/data" >/dev/null
password=$(jq -r .password "$folder/papers/manifest.json")
"$kho" serve --data-dir "$folder/data" --listen 127.0.0.1:0 >"$folder/out" 2>"$folder/log" &
server=$!
until url=$(grep -oE 'http://[0-9.:]+' "$folder/out"); do
    kill -0 "$server" || { cat "$folder/log" >&2; exit 2; }
done

# A token of every scope for a login.
token_of() {
    local csrf until
    csrf=$(curl -sS -c "$folder/cookies" --json "{\"login\": \"$1\", \"password\": \"$password\"}" "$url/api/v1/session" | jq -r .csrf_token)
    until=$(date -u -d '+1 day' +%Y-%m-%dT%H:%M:%SZ)
    curl -sS -b "$folder/cookies" -H "X-CSRF-Token: $csrf" "$url/api/v1/tokens" --json "{\"name\": \"schemathesis\", \"expires_at\": \"$until\",
        \"scopes\": [\"vault_read\", \"vault_write\", \"share\", \"account\", \"audit\", \"admin\"]}" | jq -r .secret
}

# Revoking tokens and locking accounts would end the run's own sign-in; parts of tus uploads are of a media type that cannot be made up.
run() { # login, further flags…
    local login=$1
    shift
    "$target/schemathesis/bin/schemathesis" --config-file /dev/null run "$url/api/openapi.json" --no-color --seed "$seed" -n "$examples" \
        -H "Authorization: Bearer $(token_of "$login")" --phases examples,coverage,fuzzing --continue-on-failure \
        --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
        --exclude-path-regex '/tokens/|/uploads' --warnings off "$@"
}

code=0
run hoa || code=$?
run long --include-path-regex '/admin/' --exclude-by 'method == "PATCH"' || code=$?
if grep -q ' 5[0-9][0-9] ' "$folder/log"; then code=1; fi
exit "$code"
