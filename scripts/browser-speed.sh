#!/usr/bin/env bash
# Measures in the browser: a key press until the next item is seen, the app's cold start, its memory with 20 circuits. Run it on a calm
# machine; the figures go to docs/results/browser-speed.json.
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
. "$root/scripts/build.sh"
require_sdk
require_browser
build_project "$root/tests/EndToEnd/EndToEnd.csproj"
dotnet "$root/artifacts/bin/EndToEnd/release/EndToEnd.dll" -noColor -noLogo -trait speed=bench
