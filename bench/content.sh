#!/usr/bin/env bash
# MIME parsing with ENVELOPE and BODYSTRUCTURE, beside GMime: bench/content.sh [FOLDER of .eml files]
# One thread, the same messages, the best of three rounds each. Needs a C compiler and libgmime-3.0-dev; without them only our own figures are shown.
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dotnet build "$root/bench/Rialto.Content.Bench" -c Release -v quiet -nologo -clp:NoSummary
bench="dotnet $root/artifacts/bin/Rialto.Content.Bench/release/Rialto.Content.Bench.dll"
$bench --samples "$work"
[ $# -eq 0 ] || find "$1" -name '*.eml' -size -512k | sort > "$work/list"
files=("$work"/*.eml)
[ ! -e "$work/list" ] || files+=("@$work/list")
$bench --compare "${files[@]}" > "$work/ours"
: > "$work/theirs"
if pkg-config --exists gmime-3.0 2>/dev/null && command -v cc >/dev/null; then
    cc -O2 -o "$work/gmime" "$root/bench/gmime/gmime-bench.c" $(pkg-config --cflags --libs gmime-3.0)
    "$work/gmime" "${files[@]}" > "$work/theirs"
fi
awk -F'\t' 'NR == FNR { theirs[$1] = $2; next }
    FNR == 1 { printf "%-22s %14s %10s %14s %14s %8s\n", "", "messages/s", "MB/s", "bytes alloc.", "GMime msgs/s", "ratio" }
    { name = $1; sub(/.*\//, "", name); printf "%-22s %14d %10.0f %14d %14s %8s\n", name, $2, $3, $4, ($1 in theirs) ? theirs[$1] : "-", ($1 in theirs) ? sprintf("%.1fx", $2 / theirs[$1]) : "-" }' "$work/theirs" "$work/ours"
$bench --gigabyte "$work"
