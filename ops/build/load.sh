# shellcheck shell=bash
# Everything below ops/build that the commands share. Functions only: nothing happens until one is called.

folder= # where the command at hand keeps its processes, servers and data
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
# shellcheck source=say.sh
. "$root/ops/build/say.sh"
# shellcheck source=process.sh
. "$root/ops/build/process.sh"
# shellcheck source=install.sh
. "$root/ops/build/install.sh"
# shellcheck source=build.sh
. "$root/ops/build/build.sh"
# shellcheck source=containers.sh
. "$root/ops/build/containers.sh"
# shellcheck source=servers.sh
. "$root/ops/build/servers.sh"
# shellcheck source=workspace.sh
. "$root/ops/build/workspace.sh"
