#!/usr/bin/env bash
# Builds everything, installs what the tests use, runs every test, and ends with one line: N passed, N failed, N skipped.
# ./test            all        ./test NAME…      only the test projects whose names contain NAME
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")"
. eng/prepare.sh
need_dotnet
need_packages libsqlite3-0:libsqlite3.so.0 curl:curl openssl:openssl swaks:swaks isync:mbsync mutt:mutt python3:python3 \
    postgresql:/usr/share/doc/postgresql || say 'Some packages could not be installed; the tests that need them are skipped.'

configuration=${CONFIGURATION:-Release}
results=$PWD/artifacts/results
rm -rf "$results"
mkdir -p "$results"

say "Building ($configuration)…"
nice dotnet build Rialto.slnx -c "$configuration" -v quiet -nologo -clp:NoSummary || { say 'The build failed.'; echo '0 passed, 1 failed, 0 skipped'; exit 1; }

status=0
for project in test/*.Tests test/Rialto.Interop; do
    name=$(basename "$project")
    if [ $# -gt 0 ]; then
        wanted=
        for pattern in "$@"; do case "$name" in *"$pattern"*) wanted=1 ;; esac; done
        [ -n "$wanted" ] || continue
    fi
    say "— $name"
    timeout 900 dotnet test "artifacts/bin/$name/${configuration,,}/$name.dll" --nologo --results-directory "$results" --logger "trx;LogFileName=$name.trx" \
        --logger 'console;verbosity=minimal' --blame-hang-timeout 10m || status=1
done

count() { cat "$results"/*.trx 2>/dev/null | grep -o '<Counters [^>]*' | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9\n' | awk '{n += $1} END {print n + 0}'; }
passed=$(count passed)
failed=$(count failed)
total=$(count total)
executed=$(count executed)
skipped=$((total - executed))
if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then failed=1; fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
