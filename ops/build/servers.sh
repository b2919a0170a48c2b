# shellcheck shell=bash
# PostgreSQL, RabbitMQ and Redis of our own: data, passwords, ports and logs in one FOLDER, on loopback only, with the
# durable settings of production. ops/run keeps such a folder; ops/test and ops/bench make one and remove it again.
# What ROOST__POSTGRES, ROOST__RABBITMQ, ROOST__REDIS or ROOST__ELASTICSEARCH already name is used instead.

# servers_up FOLDER: starts what neither runs nor is given from outside, and exports the ROOST__ variables.
servers_up() {
    local folder=$1
    mkdir -p "$folder/pids" "$folder/log"
    if servers_are_given; then
        say "The servers are those that ROOST__POSTGRES, ROOST__RABBITMQ and ROOST__REDIS name."
        return
    fi
    if docker_engine; then
        containers_up "$folder"
        return
    fi
    install_servers
    choose_password "$folder"
    choose_ports "$folder"
    say "Starting the servers in $folder"
    # The broker takes longest: the others start meanwhile.
    [ -n "${ROOST__RABBITMQ:-}" ] || rabbitmq_start "$folder"
    [ -n "${ROOST__REDIS:-}" ] || redis_start "$folder"
    [ -n "${ROOST__POSTGRES:-}" ] || postgres_start "$folder"
    [ -n "${ROOST__POSTGRES:-}" ] || postgres_await "$folder"
    [ -n "${ROOST__REDIS:-}" ] || redis_await "$folder"
    [ -n "${ROOST__RABBITMQ:-}" ] || rabbitmq_await "$folder"
}

servers_are_given() { [ -n "${ROOST__POSTGRES:-}" ] && [ -n "${ROOST__RABBITMQ:-}" ] && [ -n "${ROOST__REDIS:-}" ]; }

# servers_down FOLDER [now]: an orderly stop; with "now" a hard one, for servers whose data nobody wants again. First ends
# whatever a start was at when it was cut off.
servers_down() {
    local folder=$1 name
    disown -a # what ends now ends because of us: no word from the shell
    signal "$folder" build KILL
    signal "$folder" initdb KILL
    finish "$folder" build 20
    compiler_down
    finish "$folder" initdb 10
    install_down "$folder"
    containers_down "$folder" "${2:-}"
    for name in rabbitmq redis postgres; do signal "$folder" "$name" "$(stop_signal "$folder" "$name" "${2:-}")"; done
    for name in rabbitmq redis postgres; do finish "$folder" "$name" 60; done
    signal "$folder" epmd TERM # last: the broker signs off there
    finish "$folder" epmd 10
    rabbitmq_bury "$folder"
    rm -f "$folder/ports"
}

# PostgreSQL waits for its clients on TERM and sends them away on INT. RabbitMQ does not stop while it is still starting.
stop_signal() {
    # shellcheck source=/dev/null
    [ ! -s "$1/ports" ] || . "$1/ports"
    case $2:$3 in
        *:now) echo KILL ;;
        postgres:) echo INT ;;
        rabbitmq:) if listening "${rabbitmq_port:-0}"; then echo TERM; else echo KILL; fi ;;
        *) echo TERM ;;
    esac
}

# servers_remove FOLDER: their data, passwords and logs, once they are down
servers_remove() {
    [ ! -s "$1/postgres.elsewhere" ] || rm -rf "$(<"$1/postgres.elsewhere")"
    (cd "$1" && rm -rf postgres postgres.elsewhere rabbitmq redis password ports pids log)
}

# enough_space FOLDER: asked first, before anything long begins
enough_space() {
    local needed=1000 free
    ! servers_are_given || return 0
    free=$(($(df -Pk "$1" | awk 'NR == 2 { print $4 }') / 1024))
    ((free >= needed)) || fail "There is too little disk space for the servers." \
        "$1 has $free MB free, and PostgreSQL and RabbitMQ need $needed MB to work without stopping." \
        "Free some space there, or make .local a link to a folder on a larger disk; then run the same command again."
}

choose_password() {
    [ -s "$1/password" ] || (umask 077 && head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$1/password.new" && mv "$1/password.new" "$1/password")
    password=$(<"$1/password")
}

# Ports last as long as the servers: one that died is started again where the others expect it.
choose_ports() {
    if [ ! -s "$1/ports" ]; then
        local name
        for name in postgres_port redis_port rabbitmq_port management_port epmd_port erlang_port elasticsearch_port; do
            free_port "$name"
            printf '%s=%s\n' "$name" "${!name}"
        done >"$1/ports.new"
        mv "$1/ports.new" "$1/ports"
    fi
    # shellcheck source=/dev/null
    . "$1/ports"
}

# await FOLDER NAME SECONDS CONDITION...: or say why it did not come up
await() {
    local folder=$1 name=$2 seconds=$3 log=$1/log/$2.log
    shift 3
    up_or_dead() { "$@" || ! running "$folder" "$name"; }
    wait_for "$seconds" "$name" up_or_dead "$@" ||
        fail "$name did not start." "It gave no answer within $seconds s." "Read $log; then run the same command again." "$log"
    running "$folder" "$name" ||
        fail "$name did not start." "$(grep -o 'cannot start: .*' "$log" | tail -n 1 | grep . || echo "It ended by itself.")" \
            "Mend that and run the same command again." "$log"
}

# ---- PostgreSQL: refuses to run as root, so root becomes the postgres user for it ----

as_postgres=()
if [ "$(id -u)" = 0 ]; then as_postgres=(setpriv --reuid=postgres --regid=postgres --init-groups); fi

# Below a folder that the postgres user may not enter (a clone in /root) its data lies in that user's own home.
postgres_home() {
    local folder=$1
    if (cd / && "${as_postgres[@]}" test -x "$folder"); then
        postgres_home=$folder/postgres
    else
        postgres_home=/var/lib/postgresql/roost-$(printf '%s' "$folder" | sha256sum | cut -c1-12)
        printf '%s' "$postgres_home" >"$folder/postgres.elsewhere"
    fi
}

# Made aside and renamed when complete: an interrupted first run leaves nothing that looks like a database.
postgres_create() {
    local folder=$1 home=$2 log=$1/log/initdb.log
    rm -rf "$home"
    mkdir -p "$home"
    printf '%s' "$password" >"$home/password"
    chmod 700 "$home"
    [ "$(id -u)" != 0 ] || chown -R postgres: "$home"
    # shellcheck disable=SC2016 # the inner shell expands
    (cd / && launch "$folder" initdb "$log" "${as_postgres[@]}" env LC_ALL=C.UTF-8 sh -ec '
        "$1/initdb" --pgdata="$2/data.new" --username=roost --pwfile="$2/password" \
            --auth-host=scram-sha-256 --auth-local=reject --encoding=UTF8 --locale=C.UTF-8
        rm "$2/password"
        echo "include '\''roost.conf'\''" >>"$2/data.new/postgresql.conf"
        mv "$2/data.new" "$2/data"' sh "$postgres_bin" "$home")
    wait_for 120 "initdb" gone "$folder" initdb || true
    rm -f "$folder/pids/initdb"
    [ -e "$home/data" ] ||
        fail "PostgreSQL could not make its data folder." "initdb ended with an error." "Read the reason below and run the same command again." "$log"
}

# Each process of a PostgreSQL works in its data folder.
postgres_is_left() {
    local place
    for place in /proc/[0-9]*/cwd; do
        if [ "$place" -ef "$1/data" ]; then return 0; fi
    done
    return 1
}
postgres_is_gone() { ! postgres_is_left "$1"; }

# Killed outright it leaves its lock file, and for a moment processes that still hold its memory. A new one would refuse to
# start while they live, and also while the dead one waits for its parent to notice.
postgres_bury() {
    wait_for 10 "what is left of an earlier PostgreSQL to end" postgres_is_gone "$1" ||
        fail "PostgreSQL cannot start." "Another one is at work in $1/data, which this command did not start." "Stop it (its process is in postmaster.pid there) and run the same command again."
    rm -f "$1/data/postmaster.pid"
}

postgres_start() {
    local folder=$1
    ! running "$folder" postgres || return 0
    postgres_home "$folder"
    [ -e "$postgres_home/data" ] || postgres_create "$folder" "$postgres_home"
    postgres_bury "$postgres_home"
    cat >"$postgres_home/data/roost.conf" <<CONF
listen_addresses = '127.0.0.1'
port = $postgres_port
unix_socket_directories = ''    # nothing needs one, and a long path would not fit
max_connections = 300
shared_buffers = 256MB
effective_cache_size = 1GB
max_wal_size = 2GB
fsync = on
synchronous_commit = on
full_page_writes = on
jit = off                       # every statement here is short
timezone = 'UTC'
log_timezone = 'UTC'
log_lock_waits = on
CONF
    (cd / && launch "$folder" postgres "$folder/log/postgres.log" \
        "${as_postgres[@]}" env LC_ALL=C.UTF-8 "$postgres_bin/postgres" -D "$postgres_home/data")
}

postgres_await() {
    await "$1" postgres 60 "$postgres_bin/pg_isready" --quiet --host=127.0.0.1 --port="$postgres_port"
    local missing
    missing=$(PGPASSWORD=$password "$postgres_bin/psql" --no-psqlrc -qtA -h 127.0.0.1 -p "$postgres_port" -U roost -d postgres \
        -c "select 1 where not exists (select from pg_database where datname = 'roost')")
    [ -z "$missing" ] || PGPASSWORD=$password "$postgres_bin/createdb" -h 127.0.0.1 -p "$postgres_port" -U roost roost
    export ROOST__POSTGRES="Host=127.0.0.1;Port=$postgres_port;Username=roost;Password=$password;Database=roost;Timezone=UTC"
    say "  PostgreSQL  127.0.0.1:$postgres_port"
}

# ---- RabbitMQ: its scripts insist on the rabbitmq user only in /usr/sbin; the ones below do not ----

rabbitmq_start() {
    local folder=$1 home=$1/rabbitmq
    epmd_start "$folder"
    ! running "$folder" rabbitmq || return 0
    mkdir -p "$home"
    [ -e "$home/complete" ] || rm -rf "$home/data" # a first start that was cut off may have left half of it
    [ -s "$home/.erlang.cookie" ] || (umask 077 && head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$home/.erlang.cookie")
    chmod 400 "$home/.erlang.cookie"
    printf '[rabbitmq_management].\n' >"$home/enabled_plugins"
    (umask 077 && cat >"$home/rabbitmq.conf") <<CONF
listeners.tcp.1 = 127.0.0.1:$rabbitmq_port
management.tcp.ip = 127.0.0.1
management.tcp.port = $management_port
default_user = roost
default_pass = $password
disk_free_limit.absolute = 200MB
raft.wal_max_size_bytes = 64000000
${rabbitmq_more:-}
CONF
    # A clean environment, so that no setting of the machine's own broker leaks in. The full name 127.0.0.1 needs no
    # resolver; with "input allowed" the script becomes the broker itself instead of staying its parent.
    launch "$folder" rabbitmq "$folder/log/rabbitmq.log" env -i PATH="$PATH" HOME="$home" LANG=C.UTF-8 \
        ERL_EPMD_PORT="$epmd_port" ERL_EPMD_ADDRESS=127.0.0.1 \
        RABBITMQ_NODENAME=roost@127.0.0.1 RABBITMQ_USE_LONGNAME=true RABBITMQ_DIST_PORT="$erlang_port" \
        RABBITMQ_MNESIA_BASE="$home/data" RABBITMQ_LOG_BASE="$home" RABBITMQ_LOGS=- \
        RABBITMQ_CONFIG_FILE="$home/rabbitmq.conf" RABBITMQ_ADVANCED_CONFIG_FILE="$home/advanced.config" \
        RABBITMQ_CONF_ENV_FILE="$home/none" RABBITMQ_ENABLED_PLUGINS_FILE="$home/enabled_plugins" \
        RABBITMQ_ALLOW_INPUT=1 RABBITMQ_SERVER_START_ARGS=-noinput \
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1}' \
        /usr/lib/rabbitmq/bin/rabbitmq-server
}

# A private port mapper in the foreground: the one that the broker would start is shared, and outlives it.
epmd_start() {
    local folder=$1
    ! running "$folder" epmd || return 0
    rm -f "$folder/pids/epmd"
    ! { running "$folder" rabbitmq && listening "$epmd_port"; } || return 0 # it died, and the broker was faster
    launch "$folder" epmd "$folder/log/epmd.log" epmd -port "$epmd_port" -address 127.0.0.1
    wait_for 10 "epmd" listening "$epmd_port" ||
        fail "RabbitMQ did not start." "Erlang's port mapper (epmd) does not listen on $epmd_port." "Run the same command again." "$folder/log/epmd.log"
}

# A broker whose port mapper died starts another by itself within a minute. All that it starts has its home.
rabbitmq_bury() {
    local left
    for left in $(grep -lzxF "HOME=$1/rabbitmq" /proc/[0-9]*/environ 2>/dev/null); do
        kill "$(basename "$(dirname "$left")")" 2>/dev/null || true
    done
}

# The password goes to curl by standard input: a command line is for everybody to read.
rabbitmq_answers() {
    listening "$rabbitmq_port" &&
        printf 'user = "roost:%s"\n' "$password" | curl --config - --silent --fail --output /dev/null --max-time 3 "http://127.0.0.1:$management_port/api/overview"
}

rabbitmq_await() {
    await "$1" rabbitmq 120 rabbitmq_answers
    touch "$1/rabbitmq/complete"
    export ROOST__RABBITMQ="amqp://roost:$password@127.0.0.1:$rabbitmq_port/%2f"
    export ROOST__RABBITMQMANAGEMENT="http://roost:$password@127.0.0.1:$management_port"
    say "  RabbitMQ    127.0.0.1:$rabbitmq_port, management http://127.0.0.1:$management_port"
}

# ---- Redis: a cache, so nothing of it is written to disk ----

redis_start() {
    local folder=$1
    ! running "$folder" redis || return 0
    mkdir -p "$folder/redis"
    cat >"$folder/redis/redis.conf" <<CONF
bind 127.0.0.1
port $redis_port
dir "$folder/redis"
save ""
appendonly no
maxmemory 256mb
maxmemory-policy allkeys-lru
CONF
    launch "$folder" redis "$folder/log/redis.log" redis-server "$folder/redis/redis.conf"
}

redis_await() {
    await "$1" redis 30 listening "$redis_port"
    export ROOST__REDIS="127.0.0.1:$redis_port"
    say "  Redis       127.0.0.1:$redis_port"
}
