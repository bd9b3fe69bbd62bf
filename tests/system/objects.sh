# Sourced by lib.sh and by tests/run: what of ours anybody on this machine can see, whoever made it. Those who only count (tests/run) make
# none of it.
# shellcheck shell=bash
machine_objects() {
    bpftool prog show 2>/dev/null | awk -F: '/^[0-9]+:/ {print "program", $1}'
    bpftool link show 2>/dev/null | awk -F: '/^[0-9]+:/ {print "link", $1}'
    ip -o link show | awk -F: '{print "interface", $2}'
    find /sys/fs/cgroup -maxdepth 3 -name 'tracetoll*' 2>/dev/null
}
