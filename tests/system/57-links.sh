#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Links that somebody plants where we write: in shared directories, by names that can be guessed. And who may read what we write there.
# Beside others: nothing is measured, and names are of processes of its own.
. "$(dirname "$0")/lib.sh"
result=tests/data/example-result.json
nobody=65534
[ "$(id -u)" = 0 ] || { skip "links of somebody else's" "only root can make them" && finish; }
# A shared directory, as /tmp is. Where the kernel is told to refuse such links (fs.protected_symlinks), that is its merit.
mkdir -m 1777 "$work/shared"
chmod 755 "$work"
shared=$work/shared
mkdir "$work/precious"
# precious: what nobody may touch, anew.
precious() {
    rm -rf "$work/precious"
    mkdir "$work/precious"
    echo precious >"$work/precious/file"
    : >"$work/precious/empty"
}
untouched() { is "$1" "$(cat "$work/precious/file" 2>/dev/null) $(stat -c %s "$work/precious/empty" 2>/dev/null) $(find "$work/precious" | wc -l)" "precious 0 3"; }
# plant TARGET NAME [OWNER]: a link.
plant() { ln -sfn "$1" "$2" && chown -h "${3:-$nobody}" "$2"; }
precious

# --- files that the user names ---------------------------------------------------------------------------------
plant "$work/precious/file" "$shared/report.md"
"$TRACETOLL" report -f "markdown=$shared/report.md" $result >/dev/null 2>&1
untouched "a report in place of a link: what it leads to is untouched"
check "a report in place of a link: is a file now" test -f "$shared/report.md" -a ! -L "$shared/report.md"
# Devices and pipes are written in place, and a link may lead to one.
mkfifo "$work/precious.pipe"
exec 9<>"$work/precious.pipe"
plant "$work/precious.pipe" "$shared/device.md"
"$TRACETOLL" report -f "markdown=$shared/device.md" $result >/dev/null 2>&1
is "a report in place of a link to a device: nothing is written there" "$(timeout 1 head -c 1 <&9)" ""
plant "$work/precious.pipe" "$shared/own.md" 0
"$TRACETOLL" report -f "markdown=$shared/own.md" $result >/dev/null 2>&1
is "a link of one's own to a device is followed" "$(timeout 1 head -c 1 <&9)" "#"
exec 9<&-
contains "/dev/stdout, a link as well, is followed" "$("$TRACETOLL" report -f markdown=/dev/stdout $result 2>&1 | cat)" '^# '

# Links of the kernel's, to what is open: never replaced, wherever they lead. Were they, it would be in a /dev of this test's.
"$TRACETOLL" report -f csv $result >"$work/csv"
"$TRACETOLL" report -f markdown $result >"$work/markdown"
"$TRACETOLL" diff -o /dev/stdout $result $result 2>/dev/null | cat >"$work/json"
# report_to PATH ... [OPTION...]: between two lines of the shell's, in $work/redirected; in $work/names what is in /dev then.
cat >"$work/report_to" <<'EOF2'
path=$1 program=$2 result=$3 work=$4
shift 4
here=$PWD
{ echo before; (cd /dev && "$here/$program" report "$@" -f "markdown=$path" "$here/$result" 2>"$work/err"); echo after; } >"$work/redirected"
ls -l /dev/stdout | sed 's/.* -> //' >"$work/names"
ls -A /dev | grep -v '^std' >>"$work/names"
EOF2
for path in /dev/stdout /dev/../dev/stdout stdout /dev/fd/1 /proc/self/fd/1; do
    rm -f "$work/redirected" "$work/names"
    own_dev bash "$work/report_to" "$path" "$TRACETOLL" $result "$work"
    check "$path, a file: has the report, where it belongs" cmp "$work/redirected" <(echo before && cat "$work/markdown" && echo after)
    is "$path, a file: /dev is as it was" "$(xargs <"$work/names")" "/proc/self/fd/1 fd full null random shm tty urandom zero"
done
own_dev bash "$work/report_to" /dev/stdout "$TRACETOLL" $result "$work" -f csv
check "two reports to the same file: one behind the other" cmp "$work/redirected" <(echo before && cat "$work/csv" "$work/markdown" && echo after)
own_dev bash -c '"$@" 3>>"$0"' "$work/third" "$TRACETOLL" report -f csv=/dev/fd/3 -f markdown=/dev/fd/3 $result
check "any other descriptor: they are appended" cmp "$work/third" <(cat "$work/csv" "$work/markdown")
own_dev "$TRACETOLL" diff -o /dev/stdout $result $result >"$work/redirected" 2>/dev/null
check "-o /dev/stdout, a file: has the document" cmp "$work/redirected" "$work/json"
cat >"$work/closed" <<'EOF2'
"$@" >&- 2>/dev/null
echo "$? $(readlink /dev/stdout)" >"$0"
EOF2
own_dev bash -c "$(cat "$work/closed")" "$work/names" "$TRACETOLL" diff -o /dev/stdout $result $result
is "/dev/stdout, closed: is an error, and stays" "$(cat "$work/names")" "6 /proc/self/fd/1"
cat >"$work/shm" <<'EOF2'
ln -s "$0/precious/file" /dev/shm/report.md && "$@" 2>/dev/null
[ -L /dev/shm/report.md ] || cat /dev/shm/report.md >"$0/redirected"
EOF2
own_dev bash -c "$(cat "$work/shm")" "$work" "$TRACETOLL" report -f markdown=/dev/shm/report.md $result
check "a link in /dev/shm is one as anywhere: replaced" cmp "$work/redirected" "$work/markdown"
untouched "and what it leads to is untouched"

# --- the history -----------------------------------------------------------------------------------------------
plant "$work/precious/empty" "$shared/history.db"
expect 2 "a history in place of a link: refused" "$TRACETOLL" history add --database "$shared/history.db" $result
untouched "a history in place of a link: what it leads to is untouched"
(umask 000 && "$TRACETOLL" history add --database "$shared/own.db" $result >/dev/null)
is "a history: ours alone, whatever the umask" "$(stat -c %a "$shared/own.db")" 600
plant "$shared/own.db" "$shared/mine.db" 0
expect 0 "a history behind a link of one's own" "$TRACETOLL" history list --database "$shared/mine.db"
# The write-ahead log and its index, as long as a reader holds them.
/usr/bin/python3 - "$shared/own.db" "$TRACETOLL" $result >"$work/out" <<'PY'
import glob, os, sqlite3, subprocess, sys
path, program, result = sys.argv[1:]
for name in glob.glob(path + '-*'):
    os.unlink(name)
os.umask(0)
reader = sqlite3.connect(path)
reader.execute('SELECT count(*) FROM sqlite_schema').fetchone()
subprocess.run([program, 'history', 'add', '--database', path, result], stdout=subprocess.DEVNULL)
print(*sorted({oct(os.stat(name).st_mode & 0o777) for name in glob.glob(path + '*')}))
PY
is "its write-ahead log as well" "$(cat "$work/out")" 0o600

# --- private directories ---------------------------------------------------------------------------------------
# Where guests' files and documents of gates are; loads make theirs by the same function (test_private_directory).
# Of a process that is no more. Everything below is done to PLACE/NAME: without a name it would be done to all that is in /tmp.
namespace=$(stat -L -c %i /proc/self/ns/pid)
gone() {
    local pid
    true &
    pid=$!
    wait "$pid"
    left=$1/tracetoll-$pid-1-${namespace:?}
}
# Ends as soon as it has its directory.
no_guest=(/usr/bin/env PATH=/nowhere "$TRACETOLL" kernels -q --kernel debian:6.1 -- micro attach)
cat >"$work/become.py" <<'EOF2'
import os, sys
# The name is made of the PID, the time of its start and the PID namespace: the process puts a link there and becomes tracetoll.
place, target, program = sys.argv[1:4]
namespace = os.stat('/proc/self/ns/pid').st_ino
start = open('/proc/self/stat').read().rsplit(')', 1)[1].split()[19]
link = f'{place}/tracetoll-{os.getpid()}-{start}-{namespace}'
os.symlink(target, link)
os.lchown(link, 65534, 65534)
print(link, flush=True)
os.execv(program, [program, *sys.argv[4:]])
EOF2
for place in /var/tmp /tmp "$shared"; do
    precious
    gone "$place"
    plant "$work/precious" "$left"
    [ "$place" = /var/tmp ] && unset TMPDIR || export TMPDIR=$place
    expect 6 "$place: with a link of a dead owner's name" "${no_guest[@]}"
    contains "$place: it got as far as that" "$(cat "$work/err")" qemu-system
    untouched "$place: what it leads to is untouched"
    rm -f "$left"
    /usr/bin/python3 "$work/become.py" "$place" "$work/precious" "${no_guest[@]}" >"$work/out" 2>"$work/err"
    is "$place: with a link by its own name: refused" "$?" 6
    contains "$place: and said" "$(cat "$work/err")" "private directory below $place"
    untouched "$place: what that leads to is untouched"
    rm -f "$(head -n 1 "$work/out")"
    # A directory that somebody else has made by that name, for us to clear away.
    gone "$place"
    mkdir "$left"
    cp "$work/precious/file" "$left/file"
    chown -R "$nobody" "$left"
    "${no_guest[@]}" >/dev/null 2>&1
    check "$place: a directory of somebody else's is left" test -e "$left/file"
    rm "$left/file"
    rmdir "$left"
done
unset TMPDIR
strace -qq -f -e trace=mkdirat -o "$work/calls" "${no_guest[@]}" >/dev/null 2>&1
if [ -s "$work/calls" ]; then contains "private directories are private" "$(cat "$work/calls")" 'mkdirat\(.*"tracetoll-.*, 0700\) = 0'; else
    skip "private directories are private" "strace does not work here"
fi

# --- the cache -------------------------------------------------------------------------------------------------
precious
mkdir -p "$work/home/.cache/tracetoll/kernels"
gone "$work/home/.cache/tracetoll/kernels"
plant "$work/precious" "$left"
gone "$work/home/.cache/tracetoll/kernels"
mkdir "$left"
plant "$work/precious" "$left/link"
# A kernel that is not there is fetched, after what dead processes left is removed; here without room for it.
cat >"$work/fetch" <<'EOF2'
mount -t tmpfs -o size=1m none "$1/.cache" && cp -a "$1/kept/." "$1/.cache/" && shift 2 && exec "$@"
EOF2
mv "$work/home/.cache" "$work/home/kept"
mkdir "$work/home/.cache"
unshare -m env -u XDG_CACHE_HOME HOME="$work/home" bash "$work/fetch" "$work/home" -- "$TRACETOLL" kernels -q --kernel debian:6.1 -- micro attach >"$work/out" 2>"$work/err"
contains "the cache: what is left over was looked at" "$(cat "$work/err")" 'a kernel needs about'
untouched "the cache: what its links lead to is untouched"
finish
