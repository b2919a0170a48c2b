# shellcheck shell=bash
# The same servers as containers, for machines where a Docker engine answers: docker-compose.yml under a project name of
# its own for each FOLDER, so that a test run and a running product do not meet.

docker_engine() {
    command -v docker >/dev/null && timeout 10 docker info >/dev/null 2>&1 && docker compose version >/dev/null 2>&1
}

compose() { docker compose --project-name "$(compose_project "$1")" --file "$root/docker-compose.yml" "${@:2}"; }

compose_project() { printf 'roost-%s' "$(printf '%s' "$1" | sha256sum | cut -c1-8)"; }

containers_up() {
    local folder=$1 wanted=() password=${ROOST_PASSWORD:-roost}
    choose_ports "$folder"
    export ROOST_POSTGRES_PORT=$postgres_port ROOST_RABBITMQ_PORT=$rabbitmq_port ROOST_MANAGEMENT_PORT=$management_port
    export ROOST_REDIS_PORT=$redis_port ROOST_ELASTICSEARCH_PORT=$elasticsearch_port
    [ -n "${ROOST__POSTGRES:-}" ] || wanted+=(postgres)
    [ -n "${ROOST__RABBITMQ:-}" ] || wanted+=(rabbitmq)
    [ -n "${ROOST__REDIS:-}" ] || wanted+=(redis)
    [ -n "${ROOST__ELASTICSEARCH:-}" ] || wanted+=(elasticsearch)
    say "Starting ${wanted[*]} with Docker (the first time it downloads their images)"
    printf '%s\n' "$(compose_project "$folder")" "${wanted[@]}" >"$folder/compose"
    compose "$folder" up --detach --wait "${wanted[@]}" ||
        fail "docker compose up failed." "Its own words stand above." "Run: docker compose --project-name $(compose_project "$folder") logs"
    export ROOST__POSTGRES="${ROOST__POSTGRES:-Host=127.0.0.1;Port=$postgres_port;Username=roost;Password=$password;Database=roost;Timezone=UTC}"
    if [ -z "${ROOST__RABBITMQ:-}" ]; then
        export ROOST__RABBITMQ="amqp://roost:$password@127.0.0.1:$rabbitmq_port/%2f"
        export ROOST__RABBITMQMANAGEMENT="http://roost:$password@127.0.0.1:$management_port"
    fi
    export ROOST__REDIS="${ROOST__REDIS:-127.0.0.1:$redis_port}"
    export ROOST__ELASTICSEARCH="${ROOST__ELASTICSEARCH:-http://127.0.0.1:$elasticsearch_port}"
}

# containers_settings FOLDER: forgets the addresses of what runs in containers here, so that containers_up starts it again
containers_settings() {
    [ -e "$1/compose" ] || return 0
    local service
    while read -r service; do
        case $service in
            postgres) unset ROOST__POSTGRES ;;
            rabbitmq) unset ROOST__RABBITMQ ROOST__RABBITMQMANAGEMENT ;;
            redis) unset ROOST__REDIS ;;
            elasticsearch) unset ROOST__ELASTICSEARCH ;;
        esac
    done <"$1/compose"
}

# containers_down FOLDER [now]: volumes stay, unless nobody wants their data again
containers_down() {
    [ -e "$1/compose" ] || return 0
    if [ "${2:-}" = now ]; then compose "$1" down --volumes --timeout 5; else compose "$1" down; fi
    rm -f "$1/compose" "$1/ports"
}

# containers_forget FOLDER: the volumes, once the containers are down
containers_forget() { ! docker_engine || compose "$1" down --volumes; }
