#!/usr/bin/env bash
# Restores, builds and starts the app. ./run.sh --help lists the options.
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
. "$root/scripts/build.sh"

case " $* " in
  *" --help "*|*" -h "*) quiet=1 ;;
  *) quiet="" ;;
esac

require_sdk
require_libraries
[ -n "$quiet" ] || echo "building the app and the trainer (the first time takes a few minutes) …"
build_project "$root/src/Labeling.Web/Labeling.Web.csproj"
[ -n "$quiet" ] || build_project "$root/src/Alignment/Alignment.csproj"
exec dotnet "$root/artifacts/bin/Labeling.Web/release/Labeling.Web.dll" "$@"
