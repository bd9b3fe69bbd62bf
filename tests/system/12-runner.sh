# tests/run itself: who runs beside whom, and that what a test leaves behind is found beside others as well.
# Beside others: its tests do nothing.
source "$(dirname "$0")/lib.sh"

# A test that waits for another one to have begun, 20 s at most.
made() { # NAME MARK BEGUN WAITS-FOR
    printf '%s\n' "$2" "touch $work/$3; n=0; until [ -e $work/$4 ] || [ \$((n += 1)) -gt 200 ]; do read -rt 0.1 <> <(:); done" \
        "[ -e $work/$4 ] && echo 'ok 1 - met' || echo 'not ok 1 - met'; echo 1..1" >"$work/$1.sh"
}
made one '# Beside others: yes' one two
made two '# Beside others: yes' two one
if unshare --mount true 2>/dev/null && [ "$(nproc)" -gt 1 ]; then
    expect 0 "marked ones run at the same time" tests/run "$work/one.sh" "$work/two.sh"
    is "and are counted" "$(tail -n 1 "$work/out")" "2 passed, 0 failed, 0 skipped"
else
    skip "marked ones run at the same time" "one CPU, or no mount namespaces here"
fi
rm -f "$work/one" "$work/two"
sed -i 's/-gt 200/-gt 5/; s/^# Beside others: .*/#/' "$work/one.sh" "$work/two.sh"
expect 1 "others one by one: the first waits for nothing" tests/run "$work/one.sh" "$work/two.sh"
is "and the second finds that it has been" "$(tail -n 1 "$work/out")" "1 passed, 1 failed, 0 skipped"

# Of processes and mounts: what else is on this machine may come and go.
others='bpftool() { :; }; find() { :; }; ip() { :; }'
cp /bin/sleep "$work/tracetoll-left"
cat >"$work/leaves.sh" <<END
# Beside others: yes
source $PWD/tests/system/lib.sh
$others
remember_machine
$work/tracetoll-left 60 & echo \$! >>$work/pids
left_nothing "a process"
kill \$!; wait \$! 2>/dev/null
mkdir $work/mounted; mount -t tmpfs none $work/mounted
left_nothing "a mount"
umount $work/mounted
left_nothing "neither"
finish
END
expect 1 "what is left behind fails a test" tests/run "$work/leaves.sh"
contains "a process" "$(cat "$work/out")" 'not ok 1 - a process'
contains "a mount" "$(cat "$work/out")" 'not ok 2 - a mount'
contains "and neither when they are gone" "$(cat "$work/out")" '\| ok 3 - neither'
# Somebody else's process of that name is nobody's fault.
"$work/tracetoll-left" 60 &
other=$!
printf '%s\n' '# Beside others: yes' "source $PWD/tests/system/lib.sh" "$others; remember_machine; kill $other; sleep 0.2; left_nothing x; finish" >"$work/not-mine.sh"
BESIDE_OTHERS='' expect 0 "what goes beside it is not its doing" tests/run "$work/not-mine.sh"
wait "$other" 2>/dev/null

# One that makes what all can see is beside those that don't, and they don't take it for theirs; two of its kind are never together.
made counts '# Beside others: yes' one two
made runs '# Beside counting: yes' two one
made again '# Beside counting: yes' three four
made never '# Beside counting: yes' four three
sed -i 's/-gt 200/-gt 5/' "$work/again.sh" "$work/never.sh"
# Stands for bpftool's list: a file of ours, which whoever tells of it must have read.
mkdir "$work/bin"
printf '%s\n' '#!/bin/bash' "[ \"\$1\" != prog ] || cat $work/programs 2>/dev/null || true" >"$work/bin/bpftool"
printf '%s\n' '#!/bin/bash' >"$work/bin/ip"
cp "$work/bin/ip" "$work/bin/find"
chmod +x "$work/bin"/*
own() { PATH=$work/bin:$PATH BESIDE_RUNS='' tests/run "$@"; }
if unshare --mount true 2>/dev/null && [ "$(nproc)" -gt 1 ]; then
    rm -f "$work"/{one,two,three,four}
    expect 0 "one that makes objects runs beside one that counts" own "$work/counts.sh" "$work/runs.sh"
    expect 1 "but not beside another of its kind" own "$work/again.sh" "$work/never.sh"
    is "the first of which waits for nothing" "$(tail -n 1 "$work/out")" "1 passed, 1 failed, 0 skipped"
    seen() { printf '%s\n' "$2" "source $PWD/tests/system/lib.sh" 'remember_machine' "$3" 'left_nothing "an object"' finish >"$work/$1.sh"; }
    seen others '# Beside others: yes' "sleep 1; echo '7: kprobe' >$work/programs; sleep 1"
    seen makes '# Beside counting: yes' "sleep 0.1"
    expect 1 "what one that may not make them has left is found when all have ended" own "$work/others.sh" "$work/makes.sh"
    contains "by its number" "$(tail -n 3 "$work/out")" 'program 7'
    rm "$work/programs"
    seen makes '# Beside counting: yes' "echo '8: kprobe' >$work/programs"
    expect 1 "what one that may has left is its own failure" own "$work/counts.sh" "$work/makes.sh"
    contains "of its test" "$(cat "$work/out")" 'not ok 1 - an object'
    rm "$work/programs"
else
    skip "one that makes objects runs beside one that counts" "one CPU, or no mount namespaces here"
fi
finish
