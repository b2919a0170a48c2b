# shellcheck shell=bash
# Processes and ports. A process is remembered in FOLDER/pids/NAME; nothing is ever ended that is not written down there.
# Names with a dot in front are the commands themselves, and never ended as part of a whole.

boot=$(cat /proc/sys/kernel/random/boot_id)

# A pid alone may belong to somebody else by now; together with its start time and the boot it cannot.
identity() {
    local stat fields
    { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
    read -r -a fields <<<"${stat##*) }" # the name before it may hold spaces and brackets
    case ${fields[0]} in Z | X) return 1 ;; esac
    printf '%s@%s' "${fields[19]}" "$boot"
}

# pid_of FOLDER NAME → its pid, if that very process still runs
pid_of() {
    local pid born
    read -r pid born 2>/dev/null <"$1/pids/$2" || return 1
    [ "$(identity "$pid")" = "$born" ] && printf '%s' "$pid"
}

running() { pid_of "$1" "$2" >/dev/null; }

# remember FOLDER NAME: writes down the process that calls it, whole or not at all.
remember() {
    local pid=$BASHPID
    mkdir -p "$1/pids"
    printf '%s %s\n' "$pid" "$(identity "$pid")" 2>/dev/null >"$1/pids/.$2.$pid"
    mv "$1/pids/.$2.$pid" "$1/pids/$2"
}

# launch FOLDER NAME LOG COMMAND...: in a session of its own, out of reach of this terminal's Ctrl-C. The process writes
# itself down before it becomes COMMAND, so that not even a kill -9 of this script leaves one behind that nobody knows.
launch() {
    local folder=$1 name=$2 log=$3
    shift 3
    rm -f "$folder/pids/$name"
    [ ! -s "$log" ] || mv -f "$log" "$log.1"
    (
        trap - EXIT INT TERM HUP
        remember "$folder" "$name"
        exec setsid "$@" </dev/null >"$log" 2>&1
    ) &
    disown # no word from the shell when it ends: whoever ends it says so
    until [ -e "$folder/pids/$name" ]; do sleep 0.02; done
}

# signal FOLDER NAME SIGNAL: asks it to stop; does not wait. KILL goes to its children too: it cannot end them itself any more.
signal() {
    local pid
    pid=$(pid_of "$1" "$2") || return 0
    [ "$3" != KILL ] || kill -s KILL -- "-$pid" 2>/dev/null || true
    kill -s "$3" "$pid" 2>/dev/null || true
}

gone() { ! running "$1" "$2"; }

# finish FOLDER NAME SECONDS: waits until it has stopped, ends it by force after SECONDS, forgets it.
finish() {
    [ -e "$1/pids/$2" ] || return 0
    if ! wait_for "$3" "$2 to stop" gone "$1" "$2"; then
        say "  $2 did not stop within $3 s and is ended by force"
        signal "$1" "$2" KILL
        wait_for 10 "$2 to end" gone "$1" "$2" || true
    fi
    rm -f "$1/pids/$2"
}

remembered() {
    local file
    for file in "$1"/pids/*; do
        [ ! -e "$file" ] || basename "$file"
    done
}

ended() { ! kill -0 "$1" 2>/dev/null; }

sockets() { cat /proc/net/tcp /proc/net/tcp6 2>/dev/null || true; }

# listening PORT: whether anything on this machine listens there (state 0A)
listening() {
    sockets | awk -v port="$(printf ':%04X' "$1")" '$4 == "0A" && substr($2, length($2) - 4) == port { yes = 1 } END { exit !yes }'
}

# holder PORT → "redis-server (pid 4711)"
holder() {
    local inode link pid
    inode=$(sockets | awk -v port="$(printf ':%04X' "$1")" '$4 == "0A" && substr($2, length($2) - 4) == port { print $10; exit }')
    link=$(find /proc/[0-9]*/fd -lname "socket:\[$inode\]" -print -quit 2>/dev/null || true)
    pid=${link#/proc/}
    pid=${pid%%/*}
    if [ -n "$pid" ]; then printf '%s (pid %s)' "$(tr '\0' ' ' <"/proc/$pid/cmdline" | cut -c1-80)" "$pid"; else printf 'a process of another user'; fi
}

# free_port NAME: sets NAME to a port nobody uses, below the range the kernel hands out by itself
ports_taken=' '
free_port() {
    local port
    while :; do
        port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
        case $ports_taken in *" $port "*) continue ;; esac
        listening "$port" || break
    done
    ports_taken+="$port "
    printf -v "$1" '%s' "$port"
}

# ready FOLDER NAME PORT: whether it says so, and not another program that took its port
ready() {
    local pid answer
    pid=$(pid_of "$1" "$2") && answer=$(curl --silent --fail --max-time 3 "http://127.0.0.1:$3/health/ready") &&
        [[ $answer == *"\"process\":$pid"[,}]* ]]
}
