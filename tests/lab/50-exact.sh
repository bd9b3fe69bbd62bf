# Guests whose clock counts instructions: every attach type on two kernels, the same figures each time.
# Beside others: what is measured are instructions, whatever else the machine does.
source "$(dirname "$0")/lib.sh"
remember_machine
kernels="--kernel debian:6.1 --kernel debian:6.12"

expect 0 "kernels list" "$TRACETOLL" kernels list
contains "has a cloud kernel of 6.1" "$(cat "$work/out")" '^debian:6\.1\.'
contains "and a real-time one" "$(cat "$work/out")" '^debian:rt-6\.1\.'

# shellcheck disable=SC2086
{
expect 0 "micro attach on two kernels" "$TRACETOLL" kernels -q $kernels --exact -o "$work/a.json" -- micro attach
check "its document is valid" valid_comparison "$work/a.json"
for kernel in debian:6.1 debian:6.12; do
    for name in raw_tp tp kprobe kretprobe fentry fexit uretprobe; do
        variant=$([ $name = uretprobe ] && echo "on nop")
        is "$kernel: $name has instructions" "$(of "$work/a.json" "row('$kernel', '$name', '$variant')['status'] == 'measured' and row('$kernel', '$name', '$variant')['estimate'] > 10")" true
        is "$kernel: $name runs once per trigger" "$(of "$work/a.json" "abs(row('$kernel', '$name', '$variant')['detail']['hits_per_trigger'] - 1) < 0.01")" true
    done
    is "$kernel: uprobe has instructions" "$(of "$work/a.json" "row('$kernel', 'uprobe', 'on nop')['estimate'] > 100")" true
done
is "6.12 has kprobe.multi" "$(of "$work/a.json" "row('debian:6.12', 'kprobe.multi')['status']")" '"measured"'
is "6.1 has not" "$(of "$work/a.json" "row('debian:6.1', 'kprobe.multi')['status']")" '"unsupported"'
contains "and its option is named" "$(of "$work/a.json" "row('debian:6.1', 'kprobe.multi')['reason']")" 'CONFIG_FPROBE'
is "6.1: a trampoline takes fewer instructions than a kprobe" "$(of "$work/a.json" "row('debian:6.1', 'fentry')['estimate'] < row('debian:6.1', 'kprobe')['estimate']")" true

# The same again while every CPU of this machine is busy (one kernel of the two: BUSY="--kernel K..." for others).
again=${BUSY:---kernel debian:6.1}
busy=()
for _ in $(seq "$(nproc)"); do timeout 300 sh -c 'while :; do :; done' & busy+=($!); done
expect 0 "the same on a busy machine" "$TRACETOLL" kernels -q $again --exact -o "$work/b.json" -- micro attach
kill "${busy[@]}" 2>/dev/null
wait "${busy[@]}" 2>/dev/null
contains "gives figures" "$(figures "$work/b.json" "$work/b.json")" '"raw_tp"'
is "the same to the last digit" "$(diff <(figures "$work/a.json" "$work/b.json") <(figures "$work/b.json" "$work/b.json") | cut -c 1-300)" ""
}
left_nothing "nothing is left on this machine"
finish
