# What must not be done to the machine that tests run on: a guest's time of day is set in the middle of a run.
# Beside others: what is measured are instructions, whatever else the machine does.
source "$(dirname "$0")/lib.sh"
remember_machine
expect 7 "the time of day is set in the middle of a run" "$TRACETOLL" kernels -q --kernel debian:6.1 --seeds 1 -o "$work/o.json" -- \
    run --window 100ms --settle 20ms --no-breakdown --no-statistics -w syscall,call=getpid -- "$TARGETS/sets_the_clock" 150 3600
contains "it is said, and by how much" "$(cat "$work/out")" 'the only quad is not valid: the time of day was set, by \+3600\.00 s'
check "its document is valid" valid_comparison "$work/o.json"
left_nothing "nothing is left on this machine"
finish
