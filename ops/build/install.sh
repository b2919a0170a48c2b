# shellcheck shell=bash
# Brings what is missing on a Debian or Ubuntu machine: PostgreSQL with PostGIS, RabbitMQ, Redis, the .NET 10 SDK.
# Nothing that was not running before runs afterwards, and nothing new starts at boot.

policy=/usr/sbin/policy-rc.d
policy_mark='put here by Roost while it installs packages'

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

may_be_root() { [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; }; }

# Debian asks this file before a package may start its service; 101 means no. One that is there already stays.
forbid_services() {
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\n# %s\nexit 101\n' "$policy_mark" | as_root tee "$policy" >/dev/null
        as_root chmod 755 "$policy"
    fi
}
allow_services() { if grep -qs "$policy_mark" "$policy"; then as_root rm -f "$policy"; fi; }

services='postgresql.service rabbitmq-server.service redis-server.service epmd.service epmd.socket'
enabled_services() {
    local service
    for service in $services; do
        ! systemctl is-enabled --quiet "$service" 2>/dev/null || printf '%s ' "$service"
    done
}

# apt_install PACKAGES...
apt_install() {
    local log enabled_before service job
    command -v apt-get >/dev/null ||
        fail "Packages are missing: $*" "This is not a Debian or Ubuntu machine." \
            "Start a Docker engine, or install them yourself, or name running servers with ROOST__POSTGRES, ROOST__RABBITMQ and ROOST__REDIS."
    may_be_root ||
        fail "Packages are missing: $*" "Installing them needs root, and sudo cannot be asked here." "Run: sudo apt-get install --no-install-recommends $*"
    [ "$(id -u)" = 0 ] || sudo -v || fail "Packages are missing: $*" "sudo refused." "Run: sudo apt-get install --no-install-recommends $*"
    log=$(mktemp)
    say "Installing $* (once; a minute or two)"
    enabled_before=" $(enabled_services)"
    forbid_services
    (remember "$folder" apt && apt_steps "$@") >"$log" 2>&1 &
    job=$!
    if ! wait_for 900 "apt" ended "$job" || ! wait "$job"; then
        allow_services
        fail "Installing $* failed." "apt-get ended with an error, or not within 15 minutes." \
            "Run: sudo apt-get update && sudo apt-get install --no-install-recommends $*" "$log"
    fi
    rm -f "$folder/pids/apt"
    for service in $(enabled_services); do
        case $enabled_before in *" $service "*) ;; *) as_root systemctl disable --quiet "$service" || true ;; esac
    done
    allow_services
    rm -f "$log"
}

apt_steps() {
    export DEBIAN_FRONTEND=noninteractive
    as_root dpkg --configure -a || true # a run that was cut off leaves packages half configured
    as_root apt-get update -q || true   # old lists may do; if not, the next line says so
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 "$@" </dev/null
}

# install_down FOLDER: after an interruption apt may finish (a package half installed helps nobody), then services may start again.
install_down() {
    if running "$1" apt; then say "  apt is at work and may finish"; fi
    wait_for 900 "apt" gone "$1" apt || true
    rm -f "$1/pids/apt"
    allow_services
}

# install_servers: whatever of PostgreSQL, RabbitMQ and Redis is neither here nor given from outside, in one go
install_servers() {
    local missing=()
    command -v curl >/dev/null || missing+=(curl)
    [ -n "${ROOST__RABBITMQ:-}" ] || [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || missing+=(rabbitmq-server)
    [ -n "${ROOST__REDIS:-}" ] || command -v redis-server >/dev/null || missing+=(redis-server)
    if [ -z "${ROOST__POSTGRES:-}" ] && ! find_postgres; then
        offered_postgres
        missing+=("postgresql-$version" "postgresql-$version-postgis-3")
    fi
    ((${#missing[@]} == 0)) || apt_install "${missing[@]}"
    [ -n "${ROOST__POSTGRES:-}" ] || find_postgres ||
        fail "PostgreSQL is not where it should be." "/usr/lib/postgresql/*/bin/postgres is missing after the installation." "Reinstall postgresql."
}

# The newest PostgreSQL from 15 on that has PostGIS beside it → postgres_bin
find_postgres() {
    local folder version
    postgres_bin=
    for folder in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -Vr); do
        version=$(basename "$(dirname "$folder")")
        if [ -x "$folder/postgres" ] && [ "$version" -ge 15 ] && [ -e "/usr/share/postgresql/$version/extension/postgis.control" ]; then
            postgres_bin=$folder
            return
        fi
    done
    return 1
}

# The newest version that apt offers with PostGIS → version
offered_postgres() {
    newest_offer
    if [ -z "$version" ] && may_be_root && command -v apt-get >/dev/null; then
        as_root apt-get update -q >/dev/null 2>&1 || true
        newest_offer
    fi
    [ -n "$version" ] ||
        fail "PostgreSQL 15 or newer with PostGIS is missing." "This distribution offers no such package." \
            "Start a Docker engine, add the packages of postgresql.org, or name a running server with ROOST__POSTGRES."
}

newest_offer() {
    version=$(apt-cache search --names-only '^postgresql-[0-9]+-postgis-3$' 2>/dev/null |
        awk '{ split($1, part, "-"); if (part[2] >= 15) print part[2] }' | sort -n | tail -n 1)
}

# find_dotnet → dotnet, the command of an SDK that can build this
dotnet=
find_dotnet() {
    for dotnet in dotnet /usr/share/dotnet/dotnet /usr/lib/dotnet/dotnet "$HOME/.dotnet/dotnet" "$root/.local/dotnet/dotnet"; do
        if command -v "$dotnet" >/dev/null && "$dotnet" --list-sdks 2>/dev/null | grep -q '^10\.'; then
            dotnet=$(readlink -f "$(command -v "$dotnet")")
            return
        fi
    done
    return 1
}

install_dotnet() {
    export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE=true
    # Build servers outlive the build that started them; nothing may be left running.
    export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
    # A bare machine has no ICU; the product does without, and the SDK has to be told.
    ldconfig -p 2>/dev/null | grep -q libicuuc || export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
    ! find_dotnet || return 0
    if [ -n "$(apt-cache policy dotnet-sdk-10.0 2>/dev/null | awk '/Candidate:/ && $2 != "(none)"')" ] && may_be_root; then
        apt_install dotnet-sdk-10.0
    else
        say "Installing the .NET 10 SDK into .local/dotnet with Microsoft's script (once; about 250 MB)"
        mkdir -p "$root/.local/log"
        if ! curl --silent --show-error --fail --location --max-time 60 https://dot.net/v1/dotnet-install.sh --output "$root/.local/dotnet-install.sh" 2>"$root/.local/log/dotnet-install.log" ||
            ! bash "$root/.local/dotnet-install.sh" --channel 10.0 --install-dir "$root/.local/dotnet" --no-path >>"$root/.local/log/dotnet-install.log" 2>&1; then
            fail "The .NET 10 SDK is missing." "The distribution has no package dotnet-sdk-10.0, and Microsoft's install script did not work." \
                "Install it by hand (https://dotnet.microsoft.com/download/dotnet/10.0) and run the same command again." "$root/.local/log/dotnet-install.log"
        fi
    fi
    find_dotnet || fail "The .NET 10 SDK is missing." "It was installed but does not run." \
        "Run: dotnet --list-sdks. It must list a version 10; on Debian libstdc++6, libssl3 and zlib1g must be installed."
}
