#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What agent.service does, without systemd: the agent in a cgroup of its own. Usage: agent.sh start|stop|running, as root.
# AGENT is another command in place of opensnoop.
set -u
agent=${AGENT:-opensnoop}
root=$(awk '$3 == "cgroup2" {print $2; exit}' /proc/mounts)
cgroup=$root/${AGENT_CGROUP:-tracetoll-example}

case ${1-} in
start)
    mkdir -p "$cgroup"
    # A mount namespace of its own, with tracefs whether the machine has it or not.
    setsid unshare -m sh -c 'echo $$ >"$1/cgroup.procs" && mount -t tracefs none /sys/kernel/tracing && exec $2' agent "$cgroup" "$agent" >/dev/null 2>&1 </dev/null &
    for _ in $(seq 200); do
        "$0" running && exit 0
        sleep 0.01
    done
    exit 1
    ;;
stop)
    [ -d "$cgroup" ] || exit 0
    echo 1 >"$cgroup/cgroup.kill"
    for _ in $(seq 200); do
        rmdir "$cgroup" 2>/dev/null && exit 0
        sleep 0.01
    done
    exit 1
    ;;
running) grep -q 'populated 1' "$cgroup/cgroup.events" 2>/dev/null ;;
*)
    echo "usage: agent.sh start|stop|running" >&2
    exit 2
    ;;
esac
