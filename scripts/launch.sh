# Builds a command line on first use and after its sources changed (under a lock), then runs it. Sourced by ./pipeline and ./align.

# launch NAME PROJECT ARGUMENTS...
launch() {
  local name=$1 project=$2
  shift 2
  local output="$root/artifacts/bin/$project/release/$project.dll" stamp="$root/artifacts/.built-$name"
  if needs_build; then
    mkdir -p "$root/artifacts"
    exec 8>"$root/artifacts/.build.lock"
    flock 8 # closed for the build below: its servers live on and would keep the lock
    if needs_build; then
      require_sdk
      echo "building $name …" >&2
      local started="$root/artifacts/.building-$name" log="$root/artifacts/.build-$name.log"
      touch "$started"
      if ! build_project "$root/src/$project/$project.csproj" >"$log" 2>&1 </dev/null 8>&-; then
        grep -E "error|warn" "$log" | sort -u | head -20 >&2 || true
        echo "$name could not be built; the whole output is in $log" >&2
        exit 1
      fi
      mv "$started" "$stamp"
    fi
    exec 8>&-
  fi
  [ "$project" != Alignment ] || prefer_tcmalloc
  exec dotnet "$output" "$@"
}

# needs_build: true when there is no build, or a source file is newer than it. Reads the caller's output and stamp.
needs_build() {
  [ ! -f "$output" ] || [ ! -f "$stamp" ] ||
    [ -n "$(find "$root/src/$project" "$root/src/Shared" "$root/Directory.Build.props" "$root/Directory.Packages.props" \
      -newer "$stamp" -type f \( -name '*.cs' -o -name '*.csproj' -o -name '*.props' -o -name '*.json' \) -print -quit)" ]
}

# prefer_tcmalloc: takes libtcmalloc in place of the C library's malloc where it is installed. A training step makes and frees
# gigabytes of large tensors, and glibc keeps much more memory for that than is alive (docs/decisions/malloc.md).
# ALIGNMENT_MALLOC=system keeps the C library's.
prefer_tcmalloc() {
  local library
  library=$(PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null | awk '/libtcmalloc_minimal\.so\.4 .*x86-64/ { print $NF; exit }')
  if [ -n "$library" ] && [ -z "${LD_PRELOAD:-}" ] && [ "${ALIGNMENT_MALLOC:-}" != system ]; then
    export LD_PRELOAD=$library TCMALLOC_RELEASE_RATE=${TCMALLOC_RELEASE_RATE:-0}
  fi
}
