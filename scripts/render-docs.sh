#!/usr/bin/env bash
# Writes the pages with figures (docs/*.md that have a template) anew from docs/results/*.json.
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
exec dotnet run -c Release --project "$root/tests/Benchmarks" -- render --docs "$root/docs"
