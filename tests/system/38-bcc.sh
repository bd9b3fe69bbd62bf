# Programs in the dialect of BCC: how a run fails without libbcc, headers or a valid program, and what it does with them.
source "$(dirname "$0")/lib.sh"
remember_machine
quick="--quads 1 --steady 0 --attach-timeout 100s -w syscall,call=getpid"
example=examples/bcc/benchmark_template.c

expect 0 "list targets" "$TRACETOLL" list targets
contains "has the kind" "$(cat "$work/out")" '^bcc .*--bcc FILE.c'
expect 2 "a file that is not there" "$TRACETOLL" run -w syscall --bcc /nowhere.c
contains "is named" "$(cat "$work/err")" '/nowhere.c: No such file'
expect 2 "a second target beside it" "$TRACETOLL" run -w syscall --bcc $example --sham

# A build without libbcc has one program and not the other.
mkdir "$work/alone"
cp "$TRACETOLL" "$work/alone/tracetoll"
expect 4 "not built in" env PATH=/usr/bin:/bin "$work/alone/tracetoll" run -w syscall --bcc $example
contains "says so, with the package" "$(cat "$work/err")" 'bcc: not built in; .*libbpfcc-dev'
left_nothing "nothing is left behind"

if [ ! -x "$BUILD/tracetoll-bcc" ]; then
    skip "what the compiler says" "tracetoll-bcc is not built: libbpfcc-dev is not installed"
    finish
fi
expect 2 "its executable without a file" "$BUILD/tracetoll-bcc"
expect 0 "and its version" "$BUILD/tracetoll-bcc" --version
expect 1 "a file that it can't read" "$BUILD/tracetoll-bcc" /nowhere.c
is "in one line" "$(wc -l <"$work/err")" 1

# shellcheck disable=SC2086
if [ ! -e "/lib/modules/$(uname -r)/build" ] && [ ! -e /sys/kernel/kheaders.tar.xz ]; then
    start=$SECONDS
    expect 5 "no kernel headers" "$TRACETOLL" run $quick --bcc $example
    contains "says so" "$(cat "$work/err")" 'Unable to find kernel headers'
    is "and at once" "$((SECONDS - start < 60))" 1
    left_nothing "nothing is left behind"
    skip "a program with an error, and the examples" "this machine has no headers for its kernel"
    finish
fi

printf 'int kprobe__sys_getpid(void *ctx) { return undeclared; }\n' >"$work/error.c"
# shellcheck disable=SC2086
expect 5 "a program with an error" "$TRACETOLL" run $quick --bcc "$work/error.c"
contains "the compiler's first error, with its file and line" "$(cat "$work/err")" "error\\.c:1:[0-9]+: error: use of undeclared identifier"
printf 'int nowhere(void *ctx) { return 0; }\n' >"$work/nowhere.c"
# shellcheck disable=SC2086
expect 5 "a function without a place" "$TRACETOLL" run $quick --bcc "$work/nowhere.c"
contains "is named, with the remedy" "$(cat "$work/err")" 'nothing says where nowhere belongs; name it kprobe__'
left_nothing "nothing is left behind"

kprobe=$("$TRACETOLL" doctor --json | python3 -c 'import json,sys; print({c["name"]: c["status"] for c in json.load(sys.stdin)["checks"]}["kprobe"])')
if [ "$kprobe" = unsupported ]; then
    skip "the examples" "this kernel has no kprobes"
    finish
fi
for example in examples/bcc/*.c; do
    # shellcheck disable=SC2086
    expect 0 "$example" "$TRACETOLL" run $quick -o "$work/o.json" --bcc "$example"
    is "$example: each program ran once per call, within 1 %" "$(get "$work/o.json" \
        "all(abs(p['runs_per_op'] - 1) < 0.01 for p in d['target']['programs']) and d['target']['kind'] == 'bcc'")" true
done
check "valid document" valid "$work/o.json"
left_nothing "nothing is left behind"
finish
