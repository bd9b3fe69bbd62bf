# BCC in exact guests, and its twins: long (make check-long). The kernel's headers are fetched, the compiler runs emulated.
source "$(dirname "$0")/lib.sh"
remember_machine
lab() { expect "$1" "$2" "$TRACETOLL" kernels -q "${@:3}"; }

for example in examples/bcc/*.c; do
    lab 0 "$example" --kernel debian:6.1 --seeds 1 -o "$work/o.json" -- run -w syscall,call=getpid --bcc "$example"
    is "$example: each program ran once per call" "$(of "$work/o.json" "[round(p['runs_per_op'], 2) for p in k['debian:6.1']['target']['programs']] == [1] * len(k['debian:6.1']['target']['programs'])")" true
done

lab 0 "conntrack_bcc.py" --kernel debian:6.1 --seeds 1 -o "$work/bcc.json" -- run -w udp_rr -t routed -- python3 tests/targets/conntrack_bcc.py --quiet
check "the documents are valid" valid_comparison "$work/bcc.json"
is "it adds instructions" "$(of "$work/bcc.json" "metric('debian:6.1', 'cpu.per_op')['absolute']['estimate'] > 1000")" true
is "its probes on packets run twice per round trip, in the router" \
    "$(of "$work/bcc.json" "[abs(p['runs_per_op'] / 2 - 1) < 0.01 for p in k['debian:6.1']['target']['programs'] if 'nf_conntrack_in' in p['attach']]")" '[true, true]'

lab 5 "BCC on 6.12" --kernel debian:6.12 --seeds 1 -- run -w udp_rr -t routed -- python3 tests/targets/conntrack_bcc.py --addresses
contains "says the compiler's first error" "$(cat "$work/out")" 'error:'

for twin in kprobe fentry; do
    lab 0 "twin $twin on both kernels" --kernel debian:6.1 --kernel debian:6.12 --seeds 1 --documents "$work/$twin" -o "$work/twin.json" -- run -w udp_rr -t routed --object "$BUILD/tests/objects/conntrack_$twin.bpf.o"
    for kernel in debian:6.1 debian:6.12; do
        is "$twin, $kernel: runs" "$(of "$work/twin.json" "any(abs(p['runs_per_op'] / 2 - 1) < 0.01 for p in k['$kernel']['target']['programs'] if 'nf_conntrack_in' in p['attach'])")" true
    done
done
# Each kernel's document for itself, and what has changed from one to the next.
documents=("$work"/fentry/*.json)
is "a document per kernel" ${#documents[@]} 2
expect 0 "the kernels' documents compared" "$TRACETOLL" diff "${documents[0]}" "${documents[1]}"
contains "in instructions" "$(cat "$work/out")" 'insn'
expect 2 "but not with a run on this machine's clock" "$TRACETOLL" diff "${documents[0]}" tests/data/example-result.json
left_nothing "nothing is left on this machine"
finish
