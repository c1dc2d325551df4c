# Shared by run.sh, test.sh and the launchers: restores and builds, saying what it does. Sourced with $root set.

# require_sdk: a clear word where there is no .NET 10 SDK, and where the platform is untested.
require_sdk() {
  if ! command -v dotnet >/dev/null 2>&1; then
    echo "dotnet was not found. Install the .NET 10 SDK (https://dotnet.microsoft.com/download/dotnet/10.0) and run this again." >&2
    exit 1
  fi
  if ! dotnet --list-sdks | grep -q '^10\.'; then
    echo "The .NET 10 SDK is needed; this machine has: $(dotnet --list-sdks | cut -d' ' -f1 | tr '\n' ' ')" >&2
    exit 1
  fi
  local platform
  platform="$(uname -s)-$(uname -m)"
  if [ "$platform" != Linux-x86_64 ] && [ -z "${ALIGNMENT_PLATFORM_SAID:-}" ]; then
    export ALIGNMENT_PLATFORM_SAID=1
    echo "note: this is $platform; only linux-x64 is tested. Building, training and the launchers are untested here." >&2
  fi
}

# require_libraries: what the SDK does not bring; installs it where that is possible. .NET needs ICU to normalise Unicode (prompt
# identity, some tokenizers); training takes less memory with tcmalloc (docs/decisions/malloc.md).
require_libraries() {
  require_library libicuuc libicu72 ".NET cannot normalise Unicode without it"
  require_library libtcmalloc_minimal.so.4 libtcmalloc-minimal4 "training takes more memory without it"
}

# require_browser: what the browser tests drive. Without root they are skipped, and say so.
require_browser() {
  require_program chromium chromium "the browser tests are skipped"
  require_program nginx nginx-light "the test behind a reverse proxy is skipped"
}

# require_program NAME PACKAGE WHY
require_program() {
  if [ "$(uname -s)" = Linux ] && ! PATH=$PATH:/sbin:/usr/sbin command -v "$1" >/dev/null 2>&1; then install_package "$2" "$3"; fi
}

# require_library NAME PACKAGE WHY
require_library() {
  if [ "$(uname -s)" = Linux ] && ! PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null | grep -q "$1"; then install_package "$2" "$3"; fi
}

# install_package PACKAGE WHY: through apt where that is allowed, else a note. Services of a package are not started.
install_package() {
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing $1 (apt) …" >&2
    { RUNLEVEL=1 apt-get install -y -qq "$1" || { apt-get update -qq && RUNLEVEL=1 apt-get install -y -qq "$1"; }; } >/dev/null 2>&1 ||
      echo "note: $1 could not be installed; $2" >&2
  else
    echo "note: $1 is not installed; $2 (Debian 12: apt-get install $1)" >&2
  fi
}

# restore_packages: locked restore; says what it downloads when packages are missing.
restore_packages() {
  local cache="${NUGET_PACKAGES:-$HOME/.nuget/packages}"
  if [ "${TorchBackend:-cpu}" = cpu ] && [ ! -d "$cache/libtorch-cpu-linux-x64/2.10.0" ]; then
    echo "restoring NuGet packages: about 0.7 GB the first time (libtorch 2.10.0 for the CPU is most of it), into $cache" >&2
  fi
  dotnet restore "$1" --locked-mode -v quiet
}

# build_project PROJECT: a Release build without noise.
build_project() {
  restore_packages "$1"
  dotnet build "$1" -c Release --no-restore -v quiet --nologo
}
