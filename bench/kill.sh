#!/usr/bin/env bash
# The long form of the kill -9 test: bench/kill.sh [ROUNDS], 20 by default.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
RIALTO_KILL_ROUNDS=${1:-20} exec dotnet test tests/Rialto.Interop -c Release --filter FullyQualifiedName~KillTests
