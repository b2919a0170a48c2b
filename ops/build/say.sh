# shellcheck shell=bash
# What the commands print. Sourced by ops/run, ops/test and ops/bench; does nothing by itself.

say() { printf '%s\n' "$*"; }

# since SECONDS → "12 s" or "3 min 05 s"
since() {
    local seconds=$((SECONDS - $1))
    if ((seconds < 120)); then printf '%d s' "$seconds"; else printf '%d min %02d s' $((seconds / 60)) $((seconds % 60)); fi
}

# complain WHAT WHY TRY [LOG]: what failed, why, what to try and the end of the log.
complain() {
    {
        printf '\nFAILED  %s\n   why  %s\n   try  %s\n' "$1" "$2" "$3"
        if [ -s "${4:-}" ]; then
            printf '   log  %s, its last lines:\n' "$4"
            tail -n 15 "$4" | cut -c1-300 | sed 's/^/        /'
        fi
    } >&2
}

fail() {
    complain "$@"
    exit 1
}

# wait_for SECONDS WHAT CONDITION...: true as soon as CONDITION is; false after SECONDS. Says now and then that it still waits.
wait_for() {
    local limit=$1 what=$2 began=$SECONDS told=$SECONDS
    shift 2
    until "$@"; do
        ((SECONDS - began < limit)) || return 1
        if ((SECONDS - told >= (SECONDS - began > 60 ? 30 : 10))); then
            told=$SECONDS
            say "  still waiting for $what ($(since "$began"))"
        fi
        sleep 0.2
    done
}
