#!/usr/bin/env bash
# The long form of the convergence tests: bench/converge.sh [STEPS] [SEED], a million steps by default, in worlds of ten thousand whose seeds follow one another:
# mailboxes, public folders of two users, then one world against the whole server, which is killed now and then.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
steps=${1:-1000000}
export RIALTO_SYNC_SEED=${2:-$RANDOM$RANDOM}
export RIALTO_SYNC_STEPS=$((steps < 10000 ? steps : 10000))
RIALTO_SYNC_RUNS=$(((steps + RIALTO_SYNC_STEPS - 1) / RIALTO_SYNC_STEPS)) \
    dotnet test tests/Rialto.Mapi.Tests -c Release --filter FullyQualifiedName~ConvergenceTests --logger "console;verbosity=detailed"
RIALTO_SYNC_STEPS=$((steps / 20)) exec dotnet test tests/Rialto.Interop -c Release --filter FullyQualifiedName~ConvergenceTests --logger "console;verbosity=detailed"
