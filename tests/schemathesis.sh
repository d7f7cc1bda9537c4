#!/usr/bin/env bash
# Schemathesis makes up requests from the OpenAPI document and looks for answers that are not in it: a 5xx, an undocumented status or
# media type, a body that is not as described. It speaks to a server of its own with the papers of the demo, as a citizen, as a system
# administrator, and as a system of the province. SEED repeats a run, EXAMPLES bounds what is made up for an operation, ONLY=client is the last alone.
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
# The system, agency, owner and dossier that the examples of the document name, so that they meet something.
"$kho" org agency H52.10 --name "Xã Ví Dụ" --name-en "Example commune" --data-dir "$folder/data" >/dev/null
"$kho" user add mot-cua --client --name "Hệ thống một cửa" --data-dir "$folder/data" >/dev/null
"$kho" client agency mot-cua H52.10 --scope dossier_read --scope dossier_write --scope result_write --scope paper_read --data-dir "$folder/data" >/dev/null
secret=$("$kho" client secret mot-cua --data-dir "$folder/data" 2>/dev/null)
password=$(jq -r .password "$folder/papers/manifest.json")
"$kho" serve --data-dir "$folder/data" --listen 127.0.0.1:0 >"$folder/out" 2>"$folder/log" &
server=$!
until url=$(grep -oE 'http://[0-9.:]+' "$folder/out"); do
    kill -0 "$server" || { cat "$folder/log" >&2; exit 2; }
done

# Without the header that lets a program repeat a request: its one example would make all but the first of a kind repetitions, and nothing be tried.
curl -sS "$url/api/openapi.json" | jq 'del(.paths[][].parameters[]? | select(.name == "Idempotency-Key"))' >"$folder/api.json"

# A token of every scope for a login.
token_of() {
    local csrf until
    csrf=$(curl -sS -c "$folder/cookies" --json "{\"login\": \"$1\", \"password\": \"$password\"}" "$url/api/v1/session" | jq -r .csrf_token)
    until=$(date -u -d '+1 day' +%Y-%m-%dT%H:%M:%SZ)
    curl -sS -b "$folder/cookies" -H "X-CSRF-Token: $csrf" "$url/api/v1/tokens" --json "{\"name\": \"schemathesis\", \"expires_at\": \"$until\",
        \"scopes\": [\"vault_read\", \"vault_write\", \"share\", \"account\", \"audit\", \"admin\"]}" | jq -r .secret
}

# A token of a system of the province, with a dossier of its own.
client_token() {
    local token
    token=$(curl -sS "$url/oauth/token" -d grant_type=client_credentials -d client_id=mot-cua --data-urlencode "client_secret=$secret" | jq -r .access_token)
    curl -sSf -o "$folder/dossier" -H "Authorization: Bearer $token" -X PUT "$url/integration/v1/dossiers/H52.10-26-000123" --json '{"procedure": "1.001193",
        "owner_identity": "099126000001", "owner_name": "Nguyễn Thị Lan", "receiving_agency": "H52.10", "state": "processing"}'
    printf '%s' "$token"
}

# Revoking tokens and locking accounts would end the run's own sign-in; parts of tus uploads are of a media type that cannot be made up.
run() { # token, further flags…
    local token=$1
    shift
    "$target/schemathesis/bin/schemathesis" --config-file /dev/null run "$folder/api.json" --url "$url" --no-color --seed "$seed" -n "$examples" \
        -H "Authorization: Bearer $token" --phases examples,coverage,fuzzing --continue-on-failure \
        --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
        --exclude-path-regex '/tokens/|/uploads' --warnings off "$@"
}

code=0
if [ "${ONLY:-}" != client ]; then
    run "$(token_of hoa)" || code=$?
    run "$(token_of long)" --include-path-regex '/admin/' --exclude-by 'method == "PATCH"' || code=$?
fi
run "$(client_token)" --include-path-regex '^/(integration|facade)/' || code=$?
# What was answered, so that it shows whether anything was really tried.
grep -oE 'http\.status_code=[0-9]+' "$folder/log" | sort | uniq -c
if grep -q 'http\.status_code=5' "$folder/log"; then code=1; fi
exit "$code"
