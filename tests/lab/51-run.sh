# End to end in exact guests: what this machine's kernel lacks.
source "$(dirname "$0")/lib.sh"
remember_machine
lab() { expect "$1" "$2" "$TRACETOLL" kernels -q --kernel debian:6.1 --seeds 1 -o "$work/o.json" -- run "${@:3}"; }

lab 0 "kprobe under UDP round trips" -w udp_rr -t routed --probe kprobe@ip_rcv
document_of "$work/o.json" debian:6.1 "$work/one.json"
check "its document is valid" valid "$work/one.json"
is "adds instructions" "$(of "$work/o.json" "metric('debian:6.1', 'latency.mean')['absolute']['estimate'] > 100")" true
is "which are resolved" "$(of "$work/o.json" "metric('debian:6.1', 'latency.mean')['resolved']")" true
is "unit" "$(of "$work/o.json" "metric('debian:6.1', 'latency.mean')['unit']")" '"insn"'
is "runs per round trip are whole: each packet passes ip_rcv once per host" \
    "$(of "$work/o.json" "abs(k['debian:6.1']['target']['programs'][0]['runs_per_op'] / 4 - 1) < 0.01")" true

lab 0 "delay on a link" -w udp_rr -t veth,delay=5ms --sham
is "each way takes 5 ms" "$(of "$work/o.json" "10e6 <= metric('debian:6.1', 'latency.mean')['baseline'] < 11e6")" true
lab 0 "a VLAN" -w udp_rr -t bridge,vlan=7 --sham
lab 1 "a budget that is broken" -w syscall,call=getpid --budget latency.p50=5% --probe raw_tp@sys_enter
lab 0 "a budget that holds" -w syscall,call=getpid --budget latency.p50=50% --probe raw_tp@sys_enter
is "says pass" "$(of "$work/o.json" "k['debian:6.1']['verdict']['status']")" '"pass"'
lab 0 "fexit" -w syscall,call=getpid --probe fexit@__do_sys_getpid
is "runs once per call" "$(of "$work/o.json" "abs(k['debian:6.1']['target']['programs'][0]['runs_per_op'] - 1) < 0.01")" true
lab 4 "what this kernel has not" -w syscall,call=getpid --probe kprobe.multi@find_task_by_vpid
contains "is unsupported, because" "$(cat "$work/out")" 'CONFIG_FPROBE|FPROBE'
left_nothing "nothing is left on this machine"
finish
