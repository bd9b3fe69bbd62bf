# Guests on this machine's root, timed: emulated where KVM does not boot a kernel, and then only by force. Long (make check-long).
source "$(dirname "$0")/lib.sh"
remember_machine

"$TRACETOLL" kernels -q --kernel debian:6.1 --timed -o "$work/o.json" -- micro attach >"$work/out" 2>"$work/err"
status=$?
if [ $status = 4 ]; then
    contains "without KVM, refused with the reason" "$(cat "$work/err")" '--timed needs KVM, and .*--exact, or --force'
else
    is "with KVM, measured" $status 0
    is "and the document says so" "$(of "$work/o.json" "d['machine']['accelerator']")" '"kvm"'
fi
expect 0 "by force" "$TRACETOLL" kernels -q --kernel debian:6.12 --timed --force -o "$work/o.json" -- run --quads 2 --steady 0 -w syscall,call=getpid --probe raw_tp@sys_enter
check "its documents are valid" valid_comparison "$work/o.json"
is "in nanoseconds" "$(of "$work/o.json" "metric('debian:6.12', 'latency.mean')['unit']")" '"ns"'
expect 0 "beside this machine's own kernel" "$TRACETOLL" kernels -q --kernel host --timed -o "$work/o.json" -- run --quads 2 --steady 0 -w syscall,call=getpid --probe raw_tp@sys_enter
is "which is measured as it is" "$(of "$work/o.json" "k['host']['environment']['kernel']['release'] == '$(uname -r)'")" true
left_nothing "nothing is left on this machine"
finish
