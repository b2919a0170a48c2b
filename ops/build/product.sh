# shellcheck shell=bash
# Roost's own processes: Web, the endpoints and the Stripe simulator. An endpoint is a folder of endpoints/ with a project in
# it, so a new one joins without a line here.

# products → lines "NAME PROJECT PORT", in the order they start: Web, which talks to all others, last
products() {
    local project name next=6 offset
    for project in "$root"/ops/stripe-simulator/*.csproj "$root"/endpoints/*/*.csproj "$root"/endpoints/Web/Web.csproj; do
        [ -e "$project" ] || continue
        name=$(basename "$project" .csproj)
        case $project:$name in
            *:Web) offset=0 ;;
            *:Reservation) offset=1 ;;
            *:Payment) offset=2 ;;
            *:Calendar) offset=3 ;;
            *:Notification) offset=4 ;;
            *:SearchIndexer) offset=5 ;;
            */stripe-simulator/*) offset=10 ;;
            *) offset=$((next++)) ;;
        esac
        printf 'Roost.%s\t%s\t%d\n' "$name" "$project" $((web_port + offset))
    done | awk -F '\t' '$1 == "Roost.Web" { web = $0; next } { print } END { if (web) print web }'
}

product_names() { products | cut -f1; }

ports_are_free() {
    local name port
    while IFS=$'\t' read -r name _ port; do
        ! listening "$port" ||
            fail "$name cannot listen on port $port." "$(holder "$port") is using it." \
                "Stop that, or choose another range: ops/run --port 9080 (or ROOST_HTTP_PORT=9080) puts Web on 9080 and the others just above."
    done < <(products)
}

# A copy of the build is what runs: building or testing meanwhile never touches it.
copy_build() {
    local name project
    mkdir -p "$folder/app"
    while IFS=$'\t' read -r name project _; do copy_of "$name" "$project"; done < <(products)
    copy_of Roost.Demo "$root/ops/demo/Demo.csproj"
}

# copy_of NAME PROJECT
copy_of() {
    local built
    built=$(dirname "$2")/bin/Release/net10.0
    [ -e "$built/$1.dll" ] ||
        fail "$1 was not built." "Its project is not part of Messaging.sln, or builds another assembly." "Run: dotnet sln Messaging.sln add $2"
    rm -rf "$folder/app/$1" "$folder/app/$1.new"
    cp -R "$built" "$folder/app/$1.new" ||
        fail "$1 could not be copied to where it runs." "The reason stands above." "Free some space below $folder; then run the same command again."
    mv "$folder/app/$1.new" "$folder/app/$1"
}

products_start() {
    local name port
    if [ -z "${ROOST__STRIPE__URL:-}" ] && [ -e "$root/ops/stripe-simulator" ]; then
        export ROOST__STRIPE__URL=http://127.0.0.1:$((web_port + 10)) ROOST__STRIPE__KEY=${ROOST__STRIPE__KEY:-sk_test_roost}
    fi
    export ROOST__STRIPESIMULATOR__STATE=$folder/stripe.json # what was paid yesterday can be refunded today
    while IFS=$'\t' read -r name _ port; do
        running "$folder" "$name" ||
            (cd "$folder/app/$name" && launch "$folder" "$name" "$folder/log/$name.log" env ROOST__HTTP="http://127.0.0.1:$port" "$dotnet" "$folder/app/$name/$name.dll")
    done < <(products)
}

products_await() {
    local name port
    while IFS=$'\t' read -r name _ port; do
        await "$folder" "$name" 90 ready "$folder" "$name" "$port"
    done < <(products)
}

# All at once, and each finishes what it has in hand before it goes.
products_stop() {
    local name
    for name in $(product_names); do signal "$folder" "$name" TERM; done
    for name in $(product_names); do finish "$folder" "$name" 30; done
}
