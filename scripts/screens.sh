#!/usr/bin/env bash
# Makes docs/screens anew: every page in light and dark, the labeling pages and home also at phone width. Needs Chromium.
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
. "$root/scripts/build.sh"
require_sdk
require_browser
build_project "$root/tests/EndToEnd/EndToEnd.csproj"
rm -f "$root"/docs/screens/*.png
dotnet "$root/artifacts/bin/EndToEnd/release/EndToEnd.dll" -noColor -noLogo -trait speed=screens
