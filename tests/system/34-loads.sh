#!/bin/bash
# Loads of others (iperf3, fio, stress-ng), paths with a router and a bridge, loads beside loads: whole runs with real tools.
source "$(dirname "$0")/lib.sh"
remember_machine
quick="--quads 1 --steady 0 --window 100ms --settle 50ms"

on=()
# measure NAME WORKLOAD... -- TOOL...: a run that ends well, a document that validates, programs that ran.
measure() {
    local name=$1
    shift
    # shellcheck disable=SC2086
    expect 0 "$name is measured" "${on[@]}" "$TRACETOLL" run --no-breakdown $quick -q -o "$work/$name.json" "$@"
    check "$name: valid document" valid "$work/$name.json"
    is "$name: programs ran" "$(get "$work/$name.json" "sum(p['runs_per_op'] or 0 for p in d['target']['programs']) > 0")" true
    is "$name: not a word of never_fired" "$(get "$work/$name.json" "'never_fired' in [w['code'] for w in d['warnings']]")" false
}
metric() { get "$1" "[m['$3'] for m in d['metrics'] if m['name'] == '$2'][0]"; }

measure iperf3 -w iperf3,proto=udp,length=64 -- softirqs 1
is "iperf3: packets per second and CPU per packet" "$(get "$work/iperf3.json" "len([m for m in d['metrics'] if m['name'] in ('pps', 'cpu.per_op') and m['baseline'] and m['with_target']])")" 2
# Datagrams by iperf3's count and frames by the interface's: the interface also carries iperf3's control connection.
is "iperf3: its packets are the interface's" "$(get "$work/iperf3.json" "all(abs((b['values']['net.client.tx_packets'] / b['values']['sampler.window_ns']) / (b['values']['ops'] / b['window_ns']) - 1) < 0.02 for b in d['blocks'] if b['phase'] == 'quad')")" true
measure fio -w fio,rw=randread,bs=4k -- biolatency 1
is "fio: latency, and bytes of all requests" "$(get "$work/fio.json" "all(abs(b['latency']['count'] / b['values']['ops'] - 1) < 0.001 and b['values']['bytes'] == 4096 * b['values']['ops'] for b in d['blocks'] if b['phase'] == 'quad')")" true
# On one CPU: on two, how often its processes have to switch comes and goes, and the windows are not when the runs are counted.
on=(taskset -c 0)
measure stress -w stress-ng,stressor=switch -- runqlat 1
on=()
# stress-ng counts from before the window to behind it, the kernel's statistics count within.
is "stress-ng: hits are the kernel's own context switches" "$(get "$work/stress.json" "abs(sum(p['runs_per_op'] for p in d['target']['programs'] if 'sched_switch' in p['attach']) / [m['with_target'] for m in d['metrics'] if m['name'] == 'context_switches'][0] - 1) < 0.1")" true
measure fork_exec -w fork_exec -- execsnoop
is "execsnoop runs on entry and exit of each execve" "$(get "$work/fork_exec.json" "abs(sum(p['runs_per_op'] for p in d['target']['programs']) / 2 - 1) < 0.25")" true
measure nat -w tcp_crr -t routed,nat=on -- tcplife
contains "the report shows the path" "$(get "$work/nat.json" "d['workload']['topology']['path']")" 'nf_conntrack_in, nf_nat'
measure mix -w udp_rr -w stress-ng,stressor=cpu,load=70% -- softirqs 1
is "mix: the background is in the document" "$(get "$work/mix.json" "d['workload']['background'][0]['text']")" 'stress-ng,stressor=cpu,load=70%'
is "mix: and its CPU time is not the workload's" "$(get "$work/mix.json" "all(b['values']['workload.cpu_ns'] < 0.9 * b['values']['cpu.busy_ns'] for b in d['blocks'] if b['phase'] == 'quad')")" true

# Two loads with directories below one parent. stress-ng makes another one in its own for hdd, which it leaves when it is ended.
mkdir "$work/parent"
# shellcheck disable=SC2086
expect 0 "two loads with directories in one place" "$TRACETOLL" run --no-breakdown --no-statistics $quick -q -o "$work/directories.json" \
    -w "files,fsync=off,dir=$work/parent" -w "stress-ng,stressor=hdd,dir=$work/parent" --sham
check "two loads with directories in one place: valid document" valid "$work/directories.json"
is "both were measured with theirs" "$(get "$work/directories.json" "[d['workload']['background'][0]['text'].split(',')[1], d['metrics'][0]['baseline'] > 0]")" '["stressor=hdd", true]'
is "and nothing of them is left" "$(find "$work/parent" -mindepth 1)" ""

# A load that the tool does not see is said before anything is measured.
# shellcheck disable=SC2086
expect 0 "a load that misses the tool's probes" "$TRACETOLL" run --no-breakdown $quick -w udp_rr -- execsnoop
contains "is noted, and another one named" "$(cat "$work/err")" 'note: udp_rr is not known to fire .*execve.*; -w fork_exec does'
expect 0 "loads for a tool" "$TRACETOLL" list workloads --for tcplife
contains "its programs with their points" "$(cat "$work/out")" 'tracepoint:sock:inet_sock_set_state +tcp_crr'
contains "and the loads that fire them" "$(cat "$work/out")" '-w tcp_crr +fires 1 of 1 programs'
expect 5 "a tool that does not attach" "$TRACETOLL" list workloads --for sh -c 'exit 3'
expect 2 "--for without a tool" "$TRACETOLL" list workloads --for

# shellcheck disable=SC2086
expect 0 "capacity" "$TRACETOLL" run --no-breakdown --no-statistics $quick -q --saturate -w udp_rr -o "$work/saturate.json" --sham
is "is judged on throughput" "$(get "$work/saturate.json" "[m['name'] for m in d['metrics'] if m['primary']]")" '["throughput"]'
expect 2 "--saturate with a rate" "$TRACETOLL" run --saturate -w udp_rr,mode=open --sham
expect 2 "--saturate with pauses" "$TRACETOLL" run --saturate -w http,rate=1k/s --sham
left_nothing "nothing is left behind"
finish
