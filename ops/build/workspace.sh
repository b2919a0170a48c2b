# shellcheck shell=bash
# A folder with servers of its own for one run of tests or benchmarks, gone when the run ends, whatever ends it.

# workspace_open NAME → folder
workspace_open() {
    mkdir -p "$root/.local"
    workspaces_sweep
    folder=$(mktemp -d "$root/.local/$1-XXXXXX")
    chmod 755 "$folder" # PostgreSQL may run as another user and has to pass
    remember "$folder" .command
}

# workspace_close: ends the work (the processes remembered as work.SOMETHING) and the servers
workspace_close() {
    [ -n "${folder:-}" ] || return 0
    local work
    for work in $(workspace_work "$folder"); do signal "$folder" "$work" TERM; done # and timeout passes it on to all that it started
    for work in $(workspace_work "$folder"); do finish "$folder" "$work" 30; done
    servers_down "$folder" now
    servers_remove "$folder"
    rm -rf "$folder"
}

workspace_work() { remembered "$1" | grep '^work\.' || true; }

# A run that was killed outright could not clean up; the next one does it.
workspaces_sweep() {
    local left work
    for left in "$root"/.local/{test,bench}-*; do
        if [ -d "$left" ] && ! running "$left" .command && [ -z "$(find "$left" -maxdepth 0 -newermt '-30 seconds')" ]; then
            for work in $(workspace_work "$left"); do signal "$left" "$work" KILL; done
            servers_down "$left" now
            servers_remove "$left"
            rm -rf "$left"
        fi
    done
}

# Programs that some tests and benchmarks use when they are there
export_tools() {
    if [ -z "${ROOST_TOOLS:-}" ] && [ -d "$root/../shared/tools" ]; then export ROOST_TOOLS; ROOST_TOOLS=$(cd "$root/../shared/tools" && pwd); fi
}
