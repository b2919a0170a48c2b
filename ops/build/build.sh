# shellcheck shell=bash
# One build, Release, shared by ops/run, ops/test and ops/bench: what is tested is what runs. ops/run executes a copy of
# it, so that building again never touches a file that is in use.

# build_start LOG: in the background, while the servers start
build_start() {
    build_log=$1
    build_began=$SECONDS
    mkdir -p "$(dirname "$build_log")"
    say "Building Messaging.sln (Release)"
    set -m # a process group of its own: ended as a whole, or its helpers live on
    (
        remember "$folder" build
        exec 8>"$root/.local/build.lock" # two builds of one clone would write the same files
        flock 8
        # One that was cut off may have left half a file that looks up to date.
        local how=--nologo status=0
        [ ! -e "$root/.local/build.unfinished" ] || how=--no-incremental
        touch "$root/.local/build.unfinished"
        "$dotnet" build "$root/Messaging.sln" --configuration Release "$how" --verbosity quiet \
            -nodeReuse:false -p:SharedCompilationId="$(compiler_id)" </dev/null >"$build_log" 2>&1 8>&- || status=$?
        rm "$root/.local/build.unfinished"
        compiler_down
        exit "$status"
    ) &
    building=$!
    set +m
}

# The compiler stays warm from one project to the next in a process of its own, which would wait ten minutes for more work.
compiler_id() { printf 'roost-%s' "$(printf '%s' "$folder" | sha256sum | cut -c1-12)"; }

compiler_down() {
    local process
    for process in $(grep -lz -e "-pipename:$(compiler_id)" /proc/[0-9]*/cmdline 2>/dev/null); do
        kill "$(basename "$(dirname "$process")")" 2>/dev/null || true
    done
}

build_await() {
    local job=$building
    wait_for 900 "the build" ended "$job" || fail "The build takes too long." "It did not end within 15 minutes." "Run: dotnet build Messaging.sln -c Release" "$build_log"
    rm -f "$folder/pids/build"
    if ! wait "$job"; then
        grep -E 'error|warn' "$build_log" | sort -u >"$build_log.errors" || cp "$build_log" "$build_log.errors"
        fail "The build failed." "dotnet build ended with errors; all of it is in $build_log." \
            "Mend what stands below; if packages could not be fetched, check the network; then run the same command again." "$build_log.errors"
    fi
    say "  built in $(since "$build_began")"
}
