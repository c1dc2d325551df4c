#!/usr/bin/env bash
# Restores, builds and tests. The last line is `N passed, N failed, N skipped`; nothing executed is a failure.
#   ./test.sh                  the default suite
#   ./test.sh --full           also the large goldens, the real model and the real data (under ALIGNMENT_SHARED, default ../shared)
#   ./test.sh faults [ROUNDS]  the kill tests (default 10 rounds)
#   ./test.sh goldens DIR      only the golden suites, on the reference data in DIR
#   ./test.sh system-backend   the golden suites with libtorch taken from a folder (LIBTORCH_HOME) instead of the package
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
cd "$root"
. "$root/scripts/build.sh"

usage() { sed -n '3,7s/^#   //p' "$root/test.sh"; }

mode=default
case "${1:-}" in
  "") ;;
  --full) mode=full ;;
  faults) mode=faults; export ALIGNMENT_FAULT_ROUNDS="${2:-10}" ;;
  goldens)
    mode=goldens
    [ -n "${2:-}" ] || { echo "test.sh goldens: name the folder that holds tolerances.json and the suites" >&2; exit 2; }
    [ -f "$2/tolerances.json" ] || { echo "test.sh goldens: $2 has no tolerances.json" >&2; exit 2; }
    ALIGNMENT_GOLDENS=$(cd "$2" && pwd); export ALIGNMENT_GOLDENS ;;
  system-backend) mode=system; export TorchBackend=system ;;
  -h|--help) usage; exit 0 ;;
  *) echo "test.sh: unknown argument '$1'" >&2; usage >&2; exit 2 ;;
esac

require_libraries
require_browser
require_sdk
if [ "$mode" = full ]; then
  export ALIGNMENT_FULL=1 ALIGNMENT_SHARED="${ALIGNMENT_SHARED:-$root/../shared}"
  [ -d "$ALIGNMENT_SHARED/goldens" ] || { echo "test.sh --full: $ALIGNMENT_SHARED/goldens does not exist; set ALIGNMENT_SHARED" >&2; exit 2; }
fi

case $mode in
  default|full) assemblies="Shared.Tests Pipeline.Tests Alignment.Tests Labeling.Web.Tests Architecture EndToEnd"; filter=() ;;
  faults) assemblies="Faults"; filter=() ;;
  goldens|system) assemblies="Shared.Tests Alignment.Tests"; filter=(-trait suite=golden) ;;
esac
[ "$mode" = full ] || filter+=(-trait- speed=full)
filter+=(-trait- speed=screens -trait- speed=bench)

if [ "$mode" = system ]; then
  : "${LIBTORCH_HOME:=${NUGET_PACKAGES:-$HOME/.nuget/packages}/libtorch-cpu-linux-x64/2.10.0/runtimes/linux-x64/native}"
  export LIBTORCH_HOME
  artifacts="$root/artifacts/system"
  echo "building with TorchBackend=system; libtorch from $LIBTORCH_HOME"
  for project in Alignment.Tests Shared.Tests; do
    dotnet restore "tests/$project/$project.csproj" --locked-mode -v quiet -p:TorchBackend=system -p:ArtifactsPath="$artifacts"
    dotnet build "tests/$project/$project.csproj" -c Release --no-restore -v quiet --nologo -p:TorchBackend=system -p:ArtifactsPath="$artifacts"
  done
else
  artifacts="$root/artifacts"
  echo "restoring and building …"
  build_project "$root/Alignment.sln"
fi

results="$artifacts/test-results"
mkdir -p "$results"
total_passed=0 total_failed=0 total_skipped=0
for assembly in $assemblies; do
  log="$results/$assembly.log"
  echo "== $assembly"
  started=$SECONDS
  set +e
  dotnet "$artifacts/bin/$assembly/release/$assembly.dll" -noColor -noLogo -result-xml "$results/$assembly.xml" ${filter[@]+"${filter[@]}"} 2>&1 \
    | tee "$log" | grep -vE '^ +(Discovering|Discovered|Starting|Finished): |^=== TEST EXECUTION'
  rc=${PIPESTATUS[0]}
  set -e
  summary=$(grep -E 'Total: [0-9]+, Errors: ' "$log" | tail -1 || true)
  if [ -z "$summary" ]; then
    if [ "$rc" -ne 0 ]; then
      echo "$assembly ended with exit code $rc and no summary (crashed?); its output is in $log"
      total_failed=$((total_failed + 1))
    fi
    continue
  fi
  count() { echo "$summary" | sed -nE "s/.*$1: ([0-9]+).*/\1/p"; }
  failed=$(($(count Failed) + $(count Errors)))
  skipped=$(count Skipped)
  passed=$(($(count Total) - failed - skipped - $(count 'Not Run')))
  if [ "$rc" -ne 0 ] && [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]; then failed=1; fi
  echo "$assembly: $passed passed, $failed failed, $skipped skipped in $((SECONDS - started)) s"
  total_passed=$((total_passed + passed))
  total_failed=$((total_failed + failed))
  total_skipped=$((total_skipped + skipped))
done

if [ $((total_passed + total_failed)) -eq 0 ]; then
  echo "no test was executed"
  echo "0 passed, 1 failed, $total_skipped skipped"
  exit 1
fi
echo "$total_passed passed, $total_failed failed, $total_skipped skipped"
[ "$total_failed" -eq 0 ]
