# Sourced by the tests of `canary`: an agent that is a flag, or a tool of its own cgroup, and scenarios for it.
# shellcheck shell=bash

agent=$work/agent
cgroup=$(awk '$3 == "cgroup2" {print $2; exit}' /proc/mounts)/agent-$$

# With a file "effect" beside it the agent does what stands there, with a file "tool" it holds BPF programs as well.
cat >"$agent" <<END
#!/bin/bash
cd "$work" || exit 1
case \$1 in
start)
    echo "on \$(date +%s%N)" >>calls
    [ -e slow ] && sleep 0.5
    : >on
    [ -e effect ] || [ -e tool ] && mkdir -p "$cgroup"
    if [ -e effect ]; then setsid sh -c 'echo \$\$ >"$cgroup/cgroup.procs"; exec sh ./effect' >/dev/null 2>&1 & fi
    if [ -e tool ]; then
        setsid unshare -m sh -c 'echo \$\$ >"$cgroup/cgroup.procs"; mount -t tracefs none /sys/kernel/tracing; exec opensnoop' >/dev/null 2>&1 &
    fi
    ;;
stop)
    echo "off \$(date +%s%N)" >>calls
    rm -f on
    if [ -d "$cgroup" ]; then
        echo 1 >"$cgroup/cgroup.kill"
        for _ in \$(seq 200); do rmdir "$cgroup" 2>/dev/null && break; sleep 0.01; done
    fi
    ;;
running) [ -e on ] ;;
esac
END
chmod +x "$agent"
trap '"$agent" stop; rm -rf "$work"' EXIT

# scenario [KEY: VALUE lines for the top level]: of $rails (lines), $duty and $leave.
scenario() {
    {
        echo "name: an agent"
        echo "targets: [{on: '$agent start', off: '$agent stop', ready: '$agent running'${leave:+, leave: '$leave'}}]"
        echo "workloads: [{load: 'observe,per=switch'}]"
        echo "window: ${window:-500ms}"
        echo "settle: 100ms"
        printf '%s\n' "$@"
        echo "canary:"
        echo "  duty: [${duty:-50%}]"
        echo "  rails:"
        printf '    - %s\n' "${rails[@]}"
    } >"$work/s.yaml"
}

# With `unshared`, a command in front of it, in its place.
unshared=()
canary() { "${unshared[@]}" "$TRACETOLL" canary -q --audit "$work/audit" "$work/s.yaml" "$@"; }
clean() { "$agent" stop; rm -f "$work"/{audit,calls,effect,tool,slow,broken,broke}; }
# A field of the audit log, a line each; and how many lines have an event.
audit() { [ -e "$work/audit" ] && /usr/bin/python3 -c 'import json, sys
for line in open(sys.argv[1]):
    print(json.loads(line)[sys.argv[2]])' "$work/audit" "$1"; }
events() { audit event | grep -cx "$1"; }
