# tracetoll init: scenarios for tools of each kind, and what it refuses.
source "$(dirname "$0")/lib.sh"

# field FILE EXPRESSION over the scenario s, by another reader of YAML than ours.
field() { /usr/bin/python3 -c 'import sys, yaml; s = yaml.safe_load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$1" "$2"; }
scenario() { # NAME TOOL...: into $work/NAME.yaml
    local name=$1
    shift
    expect 0 "$name: written" "$TRACETOLL" init -o "$work/$name.yaml" -- "$@"
}
# With a gate in this program, it has the last word on what a scenario is.
accepted() {
    if "$TRACETOLL" gate --help >/dev/null 2>&1; then
        expect 0 "$1: gate takes it" "$TRACETOLL" gate --dry-run "$work/$1.yaml"
    else
        skip "$1: gate takes it" "this program has no gate yet"
    fi
}

remember_machine
scenario opensnoop opensnoop
is "opensnoop: its command" "$(field "$work/opensnoop.yaml" 's["targets"][0]["exec"]')" "['opensnoop']"
is "opensnoop: a load that opens files" "$(field "$work/opensnoop.yaml" 's["workloads"][0]["load"]')" "syscall,call=open_close"
contains "opensnoop: says what is not fired" "$(cat "$work/opensnoop.yaml")" '^#  - .*sys_enter_open$'
accepted opensnoop
scenario softirqs softirqs 1
is "softirqs: arguments stay texts" "$(field "$work/softirqs.yaml" 's["targets"][0]["exec"]')" "['softirqs', '1']"
is "softirqs: a load over the network" "$(field "$work/softirqs.yaml" 's["workloads"][0]')" "{'load': 'udp_rr', 'topology': 'veth'}"
accepted softirqs
program='tracepoint:timer:itimer_expire { printf("a: #%s\n", comm); }'
scenario unknown bpftrace -e "$program"
contains "no load known: says so" "$(cat "$work/err")" 'no load is known to fire'
is "no load known: the program comes back" "$(field "$work/unknown.yaml" 's["targets"][0]["exec"][2]')" "$program"
contains "no load known: a place for one" "$(cat "$work/unknown.yaml")" 'CHANGE-ME'

expect 5 "a tool that attaches to nothing: exit 5" "$TRACETOLL" init -o "$work/none.yaml" -- "$TARGETS/exit_before_attach"
contains "says so" "$(cat "$work/err")" 'before it attached'
check "and nothing is written" test ! -e "$work/none.yaml"
expect 6 "a tool that is not there: exit 6" "$TRACETOLL" init -- no-such-tool
expect 2 "no tool: exit 2" "$TRACETOLL" init
echo mine >"$work/mine.yaml"
expect 2 "a file that is there: exit 2" "$TRACETOLL" init -o "$work/mine.yaml" -- softirqs 1
is "and it is left alone" "$(cat "$work/mine.yaml")" mine
contains "says how" "$(cat "$work/err")" '--force'
expect 0 "unless forced" "$TRACETOLL" init --force -o "$work/mine.yaml" -- softirqs 1
is "then it is another one" "$(cmp "$work/mine.yaml" "$work/softirqs.yaml")" ""
expect 2 "bytes that are no UTF-8: exit 2" "$TRACETOLL" init -- "$TARGETS/takes_arguments" $'\xe9'
expect 6 "not root: exit 6" setpriv --reuid=65534 --clear-groups "$TRACETOLL" init -- softirqs 1
left_nothing "nothing is left behind"
finish
