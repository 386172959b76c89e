#!/usr/bin/env bash
# The long form of the convergence tests: bench/converge.sh [STEPS] [SEED], a million steps by default.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
export RIALTO_SYNC_STEPS=${1:-1000000}
[ -z "${2:-}" ] || export RIALTO_SYNC_SEED=$2
dotnet test tests/Rialto.Mapi.Tests -c Release --filter FullyQualifiedName~ConvergenceTests --logger "console;verbosity=detailed"
exec dotnet test tests/Rialto.Interop -c Release --filter FullyQualifiedName~ConvergenceTests --logger "console;verbosity=detailed"
