# What can go wrong around guests, and what is said then.
# Beside others: no clock but limits that are far off.
source "$(dirname "$0")/lib.sh"
remember_machine
kernels() { "$TRACETOLL" kernels -q "$@"; }
probe="-w syscall,call=getpid --probe raw_tp@sys_enter"

# shellcheck disable=SC2086
{
expect 2 "no such form" kernels --kernel 6.1 -- micro attach
expect 2 "no such kernel" kernels --kernel debian:5.4 -- micro attach
contains "and where the list is" "$(cat "$work/err")" 'kernels list'
expect 2 "no command" kernels --kernel debian:6.1
expect 2 "an output behind the --" kernels --kernel debian:6.1 -- run -o x.json $probe
expect 2 "an output of micro behind the --" kernels --kernel debian:6.1 -- micro -ox.json attach
expect 2 "a mistake in the command, before any boot" kernels --kernel debian:6.1 -- run -w nothing --sham
is "and before a kernel is looked for" "$(cat "$work/out" "$work/err")" "tracetoll: there is no workload \"nothing\"; 'tracetoll list workloads' prints them"
expect 2 "the host has no exact clock" kernels --kernel host -- micro attach
expect 6 "QEMU is missing" env PATH=/nowhere "$TRACETOLL" kernels -q --kernel debian:6.1 -- micro attach
contains "its package is named" "$(cat "$work/err")" 'apt-get install qemu-system-x86'
expect 6 "a kernel that does not boot in time" kernels --kernel debian:6.1 --boot-timeout 0.5 -- micro attach
contains "its console is shown" "$(cat "$work/out")" 'did not boot within'
expect 6 "too little memory" kernels --kernel debian:6.1 --memory 64MiB -- micro attach
contains "and the option for more" "$(cat "$work/out")" '--memory|did not boot'
expect 6 "more memory than there is" kernels --kernel debian:6.1 --memory 900GB -- micro attach
contains "QEMU's own word for it" "$(cat "$work/out")" 'no kernel was started: .*memory'
expect 5 "a target that is not there" kernels --kernel debian:6.1 -- run -w udp_rr -- /nowhere/tool
expect 7 "a command that does not end in time" kernels --kernel debian:6.1 --seeds 1 --timeout 1 -- run $probe
mkdir "$work/full"
mount -t tmpfs -o size=1m none "$work/full"
expect 6 "no room in the cache" env XDG_CACHE_HOME="$work/full" "$TRACETOLL" kernels -q --kernel debian:6.1 -- micro attach
contains "says how much" "$(cat "$work/err")" 'MiB'
umount "$work/full"

# Ctrl-C: gone within a second.
"$TRACETOLL" kernels -q --kernel debian:6.1 -- micro attach >"$work/out" 2>"$work/err" &
lab=$!
for _ in $(seq 100); do
    pgrep -P "$lab" -f qemu-system >/dev/null && break
    sleep 0.1
done
sleep 1
kill -INT "$lab"
start=$(date +%s%N)
wait "$lab"
is "interrupted" "$?" 130
is "within a second" "$(( ($(date +%s%N) - start) / 1000000 < 1000 ))" 1
is "no QEMU outlives us" "$(pgrep -f "qemu-system.*tracetoll-$lab")" ""

# What was measured before it is kept: as many guests as there are CPUs run at a time, and one more boots when the first of them is through.
most=$(nproc) kernels=()
for ((i = 0; i <= most; i++)); do kernels+=(--kernel debian:6.1); done
if [ "$most" -ge 8 ]; then
    skip "interrupted with a kernel measured" "a comparison has 8 kernels at most, and all of them run at a time on $most CPUs"
else
    "$TRACETOLL" kernels -q "${kernels[@]}" -o "$work/part.json" -- micro insn >"$work/out" 2>"$work/err" &
    lab=$!
    for _ in $(seq 1200); do
        pgrep -P "$lab" -f "qemu-system.*/console\.$most" >/dev/null && break
        sleep 0.1
    done
    kill -INT "$lab"
    wait "$lab"
    is "interrupted with a kernel measured" "$?" 130
    contains "says what is kept" "$(cat "$work/err")" "measured on [1-$most] of $((most + 1)) kernels is kept"
    check "a valid document" valid_comparison "$work/part.json"
    is "with that exit status" "$(of "$work/part.json" "d['exit_status']")" 130
    is "and every kernel is in it" "$(of "$work/part.json" "sorted({(k['document'] is not None, k['reason'] or '') for k in d['kernels']})")" \
        '[[false, "interrupted before it was through"], [true, ""]]'
    contains "and is printed" "$(cat "$work/out")" 'Instructions'
fi

# And SIGKILL.
"$TRACETOLL" kernels -q --kernel debian:6.1 -- micro attach >"$work/out" 2>"$work/err" &
lab=$!
for _ in $(seq 100); do
    pgrep -P "$lab" -f qemu-system >/dev/null && break
    sleep 0.1
done
kill -KILL "$lab"
wait "$lab" 2>/dev/null
sleep 0.5
is "no QEMU outlives our sudden death" "$(pgrep -f "qemu-system.*tracetoll-$lab")" ""
}

# A panic in the middle: the image's own kernel is told to, by a target that asks for it.
cat >"$work/panic" <<'SH'
#!/bin/sh
echo 1 >/proc/sys/kernel/sysrq
echo c >/proc/sysrq-trigger
SH
chmod +x "$work/panic"
expect 7 "a panic in the middle" kernels --kernel debian:6.1 --seeds 1 -- run -w udp_rr -- "$work/panic"
contains "is seen" "$(cat "$work/out")" 'panicked'
left_nothing "nothing is left on this machine"
finish
