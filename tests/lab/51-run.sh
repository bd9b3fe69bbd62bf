# End to end in exact guests: what this machine's kernel lacks.
# Beside others: what is measured are instructions, whatever else the machine does.
source "$(dirname "$0")/lib.sh"
remember_machine

# start NAME RUN-ARGUMENTS...: in the background, two at a time; ended STATUS NAME waits for them all and judges one.
started=()
start() {
    local name=$1
    shift
    [ ${#started[@]} -lt 2 ] || { wait "${started[0]}"; started=("${started[@]:1}"); }
    { "$TRACETOLL" kernels -q --kernel debian:6.1 --seeds 1 -o "$work/$name.json" -- run "$@" >"$work/$name.out" 2>"$work/$name.err"; echo $? >"$work/$name.status"; } &
    started+=($!)
}
ended() { if [ "$(cat "$work/$2.status")" = "$1" ]; then ok "$2"; else not_ok "$2" "status $(cat "$work/$2.status"), wanted $1" "$(tail -n 20 "$work/$2.out" "$work/$2.err" | sed '2,$s/^/# /')"; fi; }

# A window where nothing is left to chance: an instruction is an instruction. The costs behind one of them are looked into, not behind all.
short="--window 100ms --settle 20ms"
# shellcheck disable=SC2086
{
"$TRACETOLL" kernels -q --kernel debian:6.1 --boot-timeout 0.1 -- micro attach >/dev/null 2>&1 # fetches the kernel once
start kprobe $short -w udp_rr -t routed --probe kprobe@ip_rcv
start delay -w udp_rr -t veth,delay=5ms --sham --no-statistics
start loss -w udp_flood,mode=open,rate=10000 -t veth,loss=5% --sham --no-statistics
start unanswered --window 1s -w udp_rr -t veth,loss=5% --sham --no-statistics
start vlan $short -w udp_rr -t bridge,vlan=7 --sham --no-statistics
start broken $short --no-breakdown -w syscall,call=getpid --budget latency.p50=5% --probe raw_tp@sys_enter
start holds $short --no-breakdown -w syscall,call=getpid --budget latency.p50=80% --probe raw_tp@sys_enter
start fexit $short --no-breakdown -w syscall,call=getpid --probe fexit@__do_sys_getpid
start lacks $short --no-breakdown -w syscall,call=getpid --probe kprobe.multi@find_task_by_vpid
}
wait

ended 0 kprobe
check "kprobe: the documents are valid" valid_comparison "$work/kprobe.json"
is "kprobe: adds instructions" "$(of "$work/kprobe.json" "metric('debian:6.1', 'latency.mean')['absolute']['estimate'] > 100")" true
is "kprobe: which are resolved" "$(of "$work/kprobe.json" "metric('debian:6.1', 'latency.mean')['resolved']")" true
is "kprobe: at the entry of a function it is on ftrace" "$(of "$work/kprobe.json" "k['debian:6.1']['target']['programs'][0]['kprobe_by']")" '"ftrace"'
is "kprobe: unit" "$(of "$work/kprobe.json" "metric('debian:6.1', 'latency.mean')['unit']")" '"insn"'
is "kprobe: one attachment for all" "$(of "$work/kprobe.json" "k['debian:6.1']['target']['attachments']")" 1
is "kprobe: each of two packets is received by the router and by an end" \
    "$(of "$work/kprobe.json" "abs(k['debian:6.1']['target']['programs'][0]['runs_per_op'] / 4 - 1) < 0.01")" true
ended 0 delay
is "delay: each way takes 5 ms" "$(of "$work/delay.json" "10e6 <= metric('debian:6.1', 'latency.mean')['baseline'] < 11e6")" true
# Of some thousand packets; a share of 5 % has a standard error of 0.3 % there.
ended 0 loss
is "loss: what netem drops is in the figure" "$(of "$work/loss.json" "0.03 < metric('debian:6.1', 'loss')['baseline'] < 0.07")" true
ended 0 unanswered
# One of two ways loses it: 1 - 0.95^2, of some 600 round trips. (What is waited for at a window's end counts in both: more in short windows.)
is "unanswered: a lost request or reply has failed" "$(of "$work/unanswered.json" "0.06 < metric('debian:6.1', 'failed')['baseline'] < 0.15")" true
ended 0 vlan
ended 1 broken
ended 0 holds
is "holds: says pass" "$(of "$work/holds.json" "k['debian:6.1']['verdict']['status']")" '"pass"'
ended 0 fexit
is "fexit: runs once per call" "$(of "$work/fexit.json" "abs(k['debian:6.1']['target']['programs'][0]['runs_per_op'] - 1) < 0.01")" true
ended 4 lacks
contains "lacks: is unsupported, because" "$(cat "$work/lacks.out")" 'CONFIG_FPROBE'
check "lacks: and that is a valid document" valid_comparison "$work/lacks.json"
left_nothing "nothing is left on this machine"
finish
