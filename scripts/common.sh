# Sourced by the other scripts: where things are, and how they speak.
# shellcheck shell=bash

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

SOFTLABEL_CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/softlabel"
# Outside the clone: builds take gigabytes, and a second clone need not compile everything again.
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$SOFTLABEL_CACHE/target}"
# Tools in the versions this project needs, where the machine's own are others (scripts/setup).
SOFTLABEL_TOOLS="$SOFTLABEL_CACHE/tools"
export PATH="$SOFTLABEL_TOOLS/bin:$PATH:$HOME/.cargo/bin"
# It would replace the flags of .cargo/config.toml.
unset RUSTFLAGS

TRUNK_VERSION=0.21.14
WASM_OPT_VERSION=116
WASM_SPLIT_VERSION=0.2.4
CARGO_DENY_VERSION=0.20.2
TYPOS_VERSION=1.52.0
AXE_VERSION=4.14.1
# Of Lighthouse the last that runs on Node 20.
LIGHTHOUSE_VERSION=12.8.2
# The glue that wasm-bindgen writes only fits code compiled against the very same version.
WASM_BINDGEN_VERSION=$(awk '$0 == "name = \"wasm-bindgen\"" { getline; gsub(/"/, "", $3); print $3 }' Cargo.lock)

say() { printf '\n\033[1m==> %s\033[0m\n' "$*"; }
fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

# 75 -> 1 min 15 s
duration() {
    if [ "$1" -lt 60 ]; then echo "$1 s"; else echo "$(($1 / 60)) min $(($1 % 60)) s"; fi
}

# announce WHAT USUAL_TIME: says what begins, and at the end how long it took.
announce() {
    say "$1 ($2)"
    announced=$1
    SECONDS=0
    trap 'exit 130' INT
    trap 'exit 143' TERM
    trap 'code=$?; if [ $code -eq 0 ]; then say "$announced: done in $(duration $SECONDS)"; else say "$announced: FAILED after $(duration $SECONDS)"; fi' EXIT
}
