# The well-known way beside the slope: funclatency in guests that have kprobes. Long (make check-long): each row is a run of the tool.
source "$(dirname "$0")/lib.sh"
remember_machine
kernels="--kernel debian:6.1 --kernel debian:6.12"

# shellcheck disable=SC2086
{
expect 0 "micro by funclatency" "$TRACETOLL" kernels -q $kernels -o "$work/f.json" -- micro --method funclatency map
contains "shows bounds, and no digits" "$(cat "$work/out")" ' hash_update +operation +[0-9]+ to [0-9]+ '
check "its document is valid" valid_comparison "$work/f.json"
expect 0 "micro by slope" "$TRACETOLL" kernels -q $kernels -o "$work/s.json" -- micro map
}
timed() { # KERNEL ROW FUNCTION...: the functions that were timed, each thousands of times
    is "$1: $2 is the time of ${*:3}" "$(of "$work/f.json" "[f['name'] for f in row('$1', '$2')['detail']['functions'] if f['calls'] > 1000] == '${*:3}'.split()")" true
}
for kernel in debian:6.1 debian:6.12; do
    timed $kernel hash_update htab_map_update_elem
    timed $kernel array_update array_map_update_elem
    timed $kernel hash_lookup __htab_map_lookup_elem
    timed $kernel hash_insert_delete htab_map_update_elem htab_map_delete_elem
    is "$kernel: a bucket of powers of two" "$(of "$work/f.json" "row('$kernel', 'hash_update')['high'] == 2 * row('$kernel', 'hash_update')['low'] - 1")" true
    for name in array_update hash_lookup hash_update; do # the probes' own time is in it
        is "$kernel: it takes $name for dearer than it is" "$(python3 - "$work/f.json" "$work/s.json" <<P
import json, sys
rows = [[r for k in json.load(open(name))["kernels"] if k["name"] == "$kernel" for r in k["document"]["rows"] if r["name"] == "$name" and not r["variant"]] for name in sys.argv[1:]]
print(rows[0][0]["low"] > 1.5 * rows[1][0]["estimate"] > 0)
P
)" True
    done
    is "$kernel: what is done in line has no function" "$(of "$work/f.json" "row('$kernel', 'array_lookup')['estimate'] is None and 'in line' in row('$kernel', 'array_lookup')['reason']")" true
done
expect 0 "helpers on one kernel" "$TRACETOLL" kernels -q --kernel debian:6.1 -o "$work/f.json" -- micro --method funclatency helper
timed debian:6.1 ktime_get_ns bpf_ktime_get_ns
is "an event as well" "$(of "$work/f.json" "row('debian:6.1', 'ringbuf_output', '64 bytes')['detail']['functions'][0]['name']")" '"bpf_ringbuf_output"'
is "of a function that can't be probed, the one that does the work" \
    "$(of "$work/f.json" "row('debian:6.1', 'probe_read_kernel', '64 bytes')['detail']['functions'][0]['name']")" '"copy_from_kernel_nofault"'
is "where there is none, no number" "$(of "$work/f.json" "row('debian:6.1', 'perf_event_output', '64 bytes')['estimate'] is None and 'no probe can be put on' in row('debian:6.1', 'perf_event_output', '64 bytes')['reason']")" true
left_nothing "nothing is left on this machine"
finish
