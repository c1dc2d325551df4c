#!/usr/bin/env bash
# Builds and starts the web app. ./run.sh [--port N]
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
. "$root/scripts/build.sh"

port=5080
while [ $# -gt 0 ]; do
  case $1 in
    --port) port=${2:?--port needs a number}; shift 2 ;;
    -h|--help) echo "usage: ./run.sh [--port N]    builds the app and starts it on http://localhost:N (default 5080)"; exit 0 ;;
    *) echo "run.sh: unknown option '$1' (see ./run.sh --help)" >&2; exit 2 ;;
  esac
done

require_sdk
echo "building the app …"
build_project "$root/src/Labeling.Web/Labeling.Web.csproj"
echo "starting on http://localhost:$port (Ctrl-C stops it)"
exec dotnet "$root/artifacts/bin/Labeling.Web/release/Labeling.Web.dll" --urls "http://localhost:$port"
