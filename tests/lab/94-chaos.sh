# Guests whose CPU is taken away, and whose processes multiply until their cgroup's limit stops them. Long (make check-long).
source "$(dirname "$0")/lib.sh"
remember_machine
run=(run --window 100ms --settle 20ms --no-breakdown --no-statistics)

# --- a limit of tasks ------------------------------------------------------------------------------------------
# 4096, the target's first process and whatever it is started by among them. Memory of the guest sets no limit before.
expect 0 "fork() fails at the limit, and what is there is measured" "$TRACETOLL" kernels -q --kernel debian:6.1 --seeds 1 -o "$work/o.json" -- \
    "${run[@]}" -w syscall,call=getpid -- "$TARGETS/reaches_limit" 4000 4100
check "its document is valid" valid_comparison "$work/o.json"
is "all of them are ended" "$(of "$work/o.json" "k['debian:6.1']['target']['stop_signal']")" '"SIGKILL"'

# --- a CPU taken offline ---------------------------------------------------------------------------------------
cat >"$work/offline" <<'END'
#!/bin/sh
# Two seconds after the target was started: while windows are measured.
(sleep 2; echo 0 >/sys/devices/system/cpu/cpu1/online) &
exec "$1"
END
chmod +x "$work/offline"
if [ "$(nproc)" = 1 ]; then
    skip "a CPU taken offline" "guests have as many CPUs as this machine, which has one"
else
    timed() { "$TRACETOLL" kernels -q --kernel debian:6.1 --timed --force -o "$work/o.json" -- "${run[@]}" --quads 2 --steady 0 "$@" -- "$work/offline" "$TARGETS/takes_arguments"; }
    expect 7 "a CPU that the load is not on is taken offline" timed -w syscall,call=getpid,cpu=0
    check "its document is valid" valid_comparison "$work/o.json"
    contains "the quad is not valid" "$(of "$work/o.json" "[b['invalid'] for b in k['debian:6.1']['blocks'] if b.get('invalid')]")" 'the number of CPUs changed from [0-9]+ to [0-9]+'
    is "and is repeated" "$(of "$work/o.json" "k['debian:6.1']['design']['quads_repeated'] > 0")" true
    # The load's own: it is started anew for each attachment, and can't be where it was.
    expect 6 "the load's CPU is taken offline" timed -w syscall,call=getpid,cpu=1
    contains "the load says so" "$(cat "$work/out")" 'its CPU, which is not online any more'
fi
left_nothing "nothing is left on this machine"
finish
