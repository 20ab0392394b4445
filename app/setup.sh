#!/usr/bin/env bash
# Sourced by the scripts that run something, which set root: installs what is missing, configures and builds.
# Nothing here reads standard input or writes to standard output: both belong to the program that is run.

build=${root:?}/build
log=$build/setup.log

# Debian's names. "package=command": a command of that name is as good as the package.
app_packages=("g++=${CXX:-g++}" cmake=cmake ninja-build=ninja pkg-config=pkg-config libcli11-dev libeigen3-dev
  libfmt-dev libfreetype-dev libfribidi-dev libhwy-dev libminizip-dev libonig-dev libpng-dev libsentencepiece-dev
  libsimdjson-dev libutf8proc-dev zlib1g-dev fonts-dejavu-core fonts-droid-fallback fonts-unifont)
test_packages=(doctest-dev jq=jq)

say() { printf '%s: %s\n' "$0" "$*" >&2; }

# quietly WHAT COMMAND...: shows the command's output only when it fails, without ninja's progress.
quietly() {
  local what=$1
  shift
  "$@" </dev/null >"$log" 2>&1 && return
  sed '/^\[[0-9]*\/[0-9]*] /d' "$log" >&2
  say "$what failed"
  return 1
}

# Prints the packages among the arguments that are not there.
missing() {
  local need
  for need; do
    [[ $need == *=* ]] && command -v "${need#*=}" >/dev/null && continue
    [[ $(dpkg-query -W -f '${db:Status-Status}' "${need%%=*}" 2>/dev/null) == installed ]] && continue
    printf '%s ' "${need%%=*}"
  done
}

# Installs what is missing where that can be done without asking; CMake judges whether what is there will do.
install_packages() {
  local packages as_root=(env)
  read -ra packages <<<"$(missing "$@")"
  ((${#packages[@]})) || return 0
  if ! command -v apt-get >/dev/null; then
    say "no apt-get here; needed are what Debian calls ${packages[*]}"
    return 0
  fi
  if ((EUID != 0)); then
    if ! sudo -n true 2>/dev/null; then
      say "neither root nor sudo without a password; to install what is missing: apt-get install ${packages[*]}"
      return 0
    fi
    as_root=(sudo -n env)
  fi
  say "installing ${packages[*]}"
  local install=("${as_root[@]}" DEBIAN_FRONTEND=noninteractive apt-get -y -o DPkg::Lock::Timeout=300
    install --no-install-recommends "${packages[@]}")
  # The package lists are fetched only when they are absent or too old to install from.
  "${install[@]}" </dev/null >"$log" 2>&1 && return
  quietly 'apt-get update' "${as_root[@]}" apt-get update || return 0
  quietly 'apt-get install' "${install[@]}" || return 0
}

# Configures build/ anew if the cache there was made for another directory: CMake refuses a moved one.
configure() {
  local fresh=()
  [[ ! -f $build/CMakeCache.txt ]] || grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$build/CMakeCache.txt" ||
    fresh=(--fresh)
  CMAKE_GENERATOR=${CMAKE_GENERATOR:-Ninja} quietly 'configuring' cmake "${fresh[@]}" -S "$root" -B "$build" "$@"
}

# prepare app|tests TARGET: makes TARGET in build/ up to date. One call at a time; the others wait.
prepare() {
  local needs=("${app_packages[@]}") options=() lock
  if [[ $1 == tests ]]; then
    needs+=("${test_packages[@]}")
    options=(-DMHA_TESTS=ON)
  fi
  mkdir -p "$build"
  exec {lock}<"$root/app/setup.sh"
  if command -v flock >/dev/null; then flock "$lock"; fi

  # The stamp says for which directory and needs build/ was configured; those of the tests begin with those of the app.
  local stamp wanted
  printf -v wanted '%s ' "$root" "${needs[@]%%=*}"
  read -r stamp 2>/dev/null <"$build/ready" || stamp=
  if [[ "$stamp " != "$wanted"* ]]; then
    install_packages "${needs[@]}"
    say "building in $build (some minutes, the first time)"
    configure "${options[@]}"
    printf '%s\n' "${wanted% }" >"$build/ready"
  fi
  quietly 'building' cmake --build "$build" --target "$2"
  exec {lock}<&-
}
