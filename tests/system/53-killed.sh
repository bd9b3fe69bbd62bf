#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# `run` killed by SIGKILL: at each step from one phase into the next, and at random moments; every kind of target on every topology.
# KILLS of the random ones (check-long: 200). Within a second, and without another start, all of it is gone.
. "$(dirname "$0")/lib.sh"
kills=${KILLS:-8}
trial=$work/t.jsonl

# An agent of somebody else's, that holds a program while it is on.
cat >"$work/agent" <<END
#!/bin/bash
case \$1 in
on) setsid "$PWD/$TARGETS/forks" >/dev/null 2>&1 & echo \$! >"$work/agent.pid" ;;
off) [ ! -e "$work/agent.pid" ] || { kill -9 -- -\$(cat "$work/agent.pid"); rm "$work/agent.pid"; } ;;
esac
END
chmod +x "$work/agent"
trap '"$work/agent" off; rm -rf "$work"' EXIT

kinds=(exec object probe toggle sham)
if [ ! -x "$BUILD/tracetoll-bcc" ]; then
    skip "a target of the kind bcc, killed" "built without libbcc"
elif [ ! -e "/lib/modules/$(uname -r)/build" ] && [ ! -e /sys/kernel/kheaders.tar.xz ]; then
    skip "a target of the kind bcc, killed" "no kernel headers for it to be compiled with"
else
    kinds+=(bcc)
fi
topologies=(veth routed bridge host)

# of_kind KIND: its options, into the array `target`.
of_kind() {
    case $1 in
    exec) target=(-- "$TARGETS/forks") ;;
    object) target=(--object "$BUILD/tests/objects/counts_calls.bpf.o") ;;
    probe) target=(--probe raw_tp@sys_enter+hash_update) ;;
    toggle) target=(--on "$work/agent on" --off "$work/agent off") ;;
    sham) target=(--sham) ;;
    bcc) target=(--bcc "$work/counts.c") ;;
    esac
}
cat >"$work/counts.c" <<'END'
BPF_HASH(counts, u32);
TRACEPOINT_PROBE(raw_syscalls, sys_enter) { counts.increment(bpf_get_current_pid_tgid() >> 32); return 0; }
END
on_topology() { [ "$1" = host ] && load=(-w syscall) || load=(-w udp_rr -t "$1"); }

# Whoever has our mark in its environment came from a run of this test, whatever its name is and whoever its parent.
export TT_MARK=killed-$$
marked() {
    local environment
    for environment in $(grep -lzx "TT_MARK=$TT_MARK" /proc/[0-9]*/environ 2>/dev/null); do
        environment=${environment#/proc/}
        [ "${environment%/*}" = $$ ] || [ "${environment%/*}" = $BASHPID ] || tr '\0' ' ' <"/proc/${environment%/*}/cmdline"
    done 2>/dev/null
}

next=0
# killed NAME WHEN...: starts the next pair of kind and topology, kills it when that command returns, and looks at what is left.
killed() {
    local name=$1 run kind topology at ended=
    shift
    kind=${kinds[next % ${#kinds[@]}]} topology=${topologies[(next / ${#kinds[@]}) % 4]}
    next=$((next + 1))
    of_kind "$kind"
    on_topology "$topology"
    rm -f "$trial"
    "$TRACETOLL" run -q --quads 1 --window 0.1 --settle 0.05 --steady 0.5 --trial "$trial" -o "$work/r.json" "${load[@]}" "${target[@]}" >"$work/out" 2>&1 &
    run=$!
    at=$("$@" "$run")
    kill -9 "$run" 2>/dev/null || ended=", which had ended"
    wait "$run" 2>/dev/null
    left_nothing "$kind, $topology: killed $name$ended${at:+ ($at)}"
    is "$kind, $topology: no process of it is left" "$(marked)" ""
    is "$kind, $topology: no half a document" "$([ ! -e "$work/r.json" ] || valid "$work/r.json" 2>&1)" ""
    rm -f "$work/r.json"
}

# until_true COMMAND...: or until the run has ended.
until_true() { # PID COMMAND...
    local pid=$1
    shift
    while ! "$@" 2>/dev/null && kill -0 "$pid" 2>/dev/null; do sleep 0.003; done
}
attached() { [ -e "$work/agent.pid" ] || cgroup_of "$1" target-1; }
cgroup_of() { compgen -G "$cgroups/tracetoll-$1-*/$2" >/dev/null; }
joined() { grep -q . "$cgroups"/tracetoll-"$1"-*/"$2"/cgroup.procs; }
lines() { [ "$(wc -l <"$trial")" -ge "$1" ]; }
has() { grep -q "$1" "$trial"; }
cgroups=$(awk '/ - cgroup2 / {print $5; exit}' /proc/self/mountinfo)

at_cgroup() { until_true "$1" cgroup_of "$1" .; }
at_workload() { until_true "$1" joined "$1" workload; }
at_rehearsal() { until_true "$1" attached "$1"; }
at_attached() { until_true "$1" attached "$1" && sleep 0.2; }
at_header() { until_true "$1" lines 1; }
at_switch() { until_true "$1" lines 2; }
at_second() { until_true "$1" lines 4; }
at_quads_end() { until_true "$1" lines 5; }
at_steady() { until_true "$1" has '"steady".*"arm":"B"'; }
after_steady() { [ "$(grep -c '"steady".*"arm":"A"' "$trial")" -ge 8 ]; } # four before the long attachment, four behind it
at_statistics() { until_true "$1" after_steady; }
at_counted() { until_true "$1" has '"name":"statistics"'; }
at_costs() { until_true "$1" has '"name":"target"'; }
at_random() { sleep "$(awk -v seed="$RANDOM" 'BEGIN {srand(seed); print rand() * 4}' | tee "$work/moment")"; echo "after $(cat "$work/moment") s"; }

"$work/agent" off
remember_machine
for phase in ${PHASES-cgroup workload rehearsal attached header switch second quads_end steady statistics counted costs}; do
    killed "at ${phase/_/ }" "at_$phase"
done
for kill in $(seq "$kills"); do killed "at a random moment, $kill of $kills" at_random; done

# What no descriptor owns goes with the next start: files of loads, in a directory with our name.
mkdir "$work/files"
for load in files fio,on=loop; do
    "$TRACETOLL" run -q -w "$load,dir=$work/files,size=16MiB" --sham --steady 0 >"$work/out" 2>&1 &
    run=$!
    sleep 2
    if ! kill -9 "$run" 2>/dev/null; then
        wait "$run"
        skip "$load: killed" "it ended: $(tail -n 1 "$work/out")"
        continue
    fi
    wait "$run" 2>/dev/null
    left_nothing "$load: killed: nothing but files is left"
    # Of whichever load: the directory is what they share.
    "$TRACETOLL" run -q -w "files,dir=$work/files,size=16MiB" --sham --quads 1 --steady 0 --no-statistics --window 0.1 --settle 0.05 >"$work/out" 2>&1
    is "$load: the next start removes them" "$(ls -A "$work/files")" ""
    is "$load: no loop device is left" "$(losetup -a | grep "$work")" ""
done
left_nothing "nothing is left at the end"
finish
