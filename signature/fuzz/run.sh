#!/usr/bin/env bash
# Runs the fuzz targets one after another, or those named, until each has used MINUTES of processor time. KHO_SIGNATURE_CORPUS names the
# folder of signed files that the seeds are taken from. What is found goes to the target folder; the exit code is 1 if anything was.
#
# Built by the stable compiler with its unstable flags allowed, and without a sanitizer: the crate forbids unsafe code, so what there is to
# find are panics, overflows, time and memory, and a sanitizer's own memory would hide the last.
set -euo pipefail
cd "$(dirname "$0")"
corpus=$(realpath "${KHO_SIGNATURE_CORPUS:?names the folder of signed files}")
minutes=${MINUTES:-15}
mkdir -p "${CARGO_TARGET_DIR:-../../target}"
target=$(realpath "${CARGO_TARGET_DIR:-../../target}")
work=$target/fuzz-signatures
export CARGO_TARGET_DIR=$work/build

tools=$target/tools
export PATH="$tools/bin:$PATH"
command -v cargo-fuzz >/dev/null || CARGO_TARGET_DIR=$work/tools-build cargo install --quiet --root "$tools" cargo-fuzz@0.13.2
# The targets are the programs of this folder's Cargo.toml.
[ $# -gt 0 ] || mapfile -t targets < <(cargo fuzz list)
[ $# -eq 0 ] || targets=("$@")

rm -rf "$work/seeds"
cargo run --quiet --release --manifest-path ../Cargo.toml --package kho-signature --example fuzz_seeds -- "$corpus" "$work/seeds"
for name in "${targets[@]}"; do RUSTC_BOOTSTRAP=1 cargo fuzz build --sanitizer none "$name" >&2; done

# Seconds of processor time that a command used, as a whole number of hundredths, in $spent.
measure() {
    local TIMEFORMAT='%U %S' user system
    { time "$@" >>"$log" 2>&1 || true; } 2>"$work/time"
    read -r user system <"$work/time"
    spent=$((10#${user/./} + 10#${system/./}))
    spent=$((spent / 10))
}

# A time-out is by the clock, and others use the machine too; the fuzzer keeps all its inputs in memory. So an input counts if it takes as
# much by itself.
is_found() {
    local from
    from=$(wc -c <"$log")
    measure "$program" -timeout=60 -rss_limit_mb=512 "$1"
    [ $spent -gt 200 ] || tail -c +$((from + 1)) "$log" | grep -q 'ERROR: libFuzzer'
}

found_any=0
for name in "${targets[@]}"; do
    program=$(find "$CARGO_TARGET_DIR" -path "*/release/$name" -type f | head -n 1)
    words=(); [ ! -e "$name.dict" ] || words=("-dict=$name.dict")
    grown=$work/corpus/$name found=$work/found/$name log=$work/$name.log
    mkdir -p "$grown" "$found" "$work/seeds/$name"
    rm -f "$found"/* && : >"$log"
    used=0 runs=0
    while [ $used -lt $((minutes * 6000)) ]; do
        seconds=$((minutes * 60 - used / 100))
        from=$(wc -c <"$log")
        measure nice -n 19 "$program" -timeout=2 -rss_limit_mb=512 -max_len=81920 -print_final_stats=1 \
            -max_total_time=$((seconds < 5 ? 5 : seconds)) -artifact_prefix="$found/" \
            "${words[@]}" "$grown" "$work/seeds/$name"
        used=$((used + spent))
        round=$(tail -c +$((from + 1)) "$log" | awk '/number_of_executed_units/ { n = $2 } END { print n + 0 }')
        runs=$((runs + round))
        for input in "$found"/timeout-* "$found"/slow-unit-* "$found"/oom-*; do
            [ -e "$input" ] || continue
            is_found "$input" || rm "$input"
        done
        [ -z "$(ls "$found")" ] || break
    done
    count() { find "$found" -name "$1-*" | wc -l; }
    coverage=$(grep -o 'cov: [0-9]*' "$log" | sort -k2 -n | tail -n 1)
    printf '%-16s %10d runs  %4d.%02d CPU s  corpus %5d  %-11s  crashes %d  hangs %d  out of memory %d\n' "$name" $runs \
        $((used / 100)) $((used % 100)) "$(find "$grown" -type f | wc -l)" "${coverage:-cov: 0}" \
        "$(count crash)" $(($(count timeout) + $(count slow-unit))) "$(count oom)"
    if [ -n "$(ls "$found")" ]; then
        found_any=1
        echo "    $found"
    fi
done
exit $found_any
