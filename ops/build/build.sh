# shellcheck shell=bash
# One build, Release, shared by ops/run, ops/test and ops/bench: what is tested is what runs. ops/run executes a copy of
# it, so that building again never touches a file that is in use.

# build_start LOG: in the background, while the servers start
build_start() {
    build_log=$1
    build_began=$SECONDS
    mkdir -p "$(dirname "$build_log")"
    say "Building Messaging.sln (Release)"
    # Two builds of one clone at a time would write the same files.
    (
        exec 8>"$root/.local/build.lock" 9>&-
        flock 8
        exec "$dotnet" build "$root/Messaging.sln" --configuration Release --nologo --verbosity quiet \
            -nodeReuse:false -p:UseSharedCompilation=false </dev/null >"$build_log" 2>&1
    ) &
    building=$!
}

build_await() {
    local job=$building
    wait_for 900 "the build" ended "$job" || fail "The build takes too long." "It did not end within 15 minutes." "Run: dotnet build Messaging.sln -c Release" "$build_log"
    building=
    if ! wait "$job"; then
        grep -E 'error|warn' "$build_log" | sort -u >"$build_log.errors" || cp "$build_log" "$build_log.errors"
        fail "The build failed." "dotnet build ended with errors; all of it is in $build_log." \
            "Mend what stands below; if packages could not be fetched, check the network; then run the same command again." "$build_log.errors"
    fi
    say "  built in $(since "$build_began")"
}

build_interrupted() { [ -z "${building:-}" ] || kill -TERM "$building" 2>/dev/null || true; }

ended() { ! kill -0 "$1" 2>/dev/null; }
