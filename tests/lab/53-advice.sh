# Advice in exact mode: two rules save what they say. The other pairs: tests/lab/92-advice.sh, a part of check-long.
source "$(dirname "$0")/lib.sh"
remember_machine
load="-w syscall,call=getpid --steady 0"

# start NAME RUN-ARGUMENTS...: in the background; the last two do not ask where their cost comes from.
start() {
    local name=$1
    shift
    "$TRACETOLL" kernels -q --kernel debian:6.1 --seeds 1 -o "$work/$name.json" -- run "$@" >"$work/$name.out" 2>&1 &
}
"$TRACETOLL" kernels -q --kernel debian:6.1 --boot-timeout 0.1 -- micro attach >/dev/null 2>&1 # fetches the kernel once
# One target has both: what each piece of advice saves is told by another that follows it alone.
# shellcheck disable=SC2086
{
start before $load --probe 'kprobe@__do_sys_getpid+hash_update*4'
start fentry $load --no-statistics --probe 'fentry@__do_sys_getpid+hash_update*4'
start array $load --no-statistics --probe 'kprobe@__do_sys_getpid+array_update*4'
}
wait

check "the document is valid" valid_comparison "$work/before.json"
# saves RULE AFTER: what it says, by what it saved.
saves() {
    /usr/bin/python3 - "$work/before.json" "$work/$2.json" "$1" <<'PY'
import json, sys
before, after = (json.load(open(name))["kernels"][0]["document"] for name in sys.argv[1:3])
cost = [next(m for m in d["metrics"] if m["name"] == "cpu.per_op")["absolute"]["estimate"] for d in (before, after)]
says = sum(a["saves"]["estimate"] for a in before["advice"] if a["rule"] == sys.argv[3] and a["unit"] == "insn")
print(f"{sys.argv[3]} says {says:.0f} insn and saves {cost[0] - cost[1]:.0f}:", "agrees" if abs(says / (cost[0] - cost[1]) - 1) <= 0.3 else "does not agree")
PY
}
contains "fentry for a kprobe" "$(saves kprobe_to_fentry fentry)" ': agrees'
contains "an array for a hash" "$(saves hash_to_array array)" ': agrees'
left_nothing "nothing is left on this machine"
finish
