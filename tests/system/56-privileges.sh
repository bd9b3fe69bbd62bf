#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Capabilities that a command needs (docs/privileges.md), modes of files, links in shared directories, and terminals.
. "$(dirname "$0")/lib.sh"
quick=(run -q --quads 1 --steady 0 --window 50ms --settle 20ms --no-breakdown -w syscall)
capsh=$(PATH=$PATH:/usr/sbin:/sbin command -v capsh)

# without CAPABILITY COMMAND...: with that one taken away for good.
without() { "$capsh" "--drop=$1" -- -c 'exec "$@"' sh "${@:2}"; }
needed() { sed -n 's/^| `\(CAP_[A-Z_]*\)` | needed.*/\1/p' docs/privileges.md; }

if [ -z "$capsh" ]; then skip "capabilities" "there is no capsh"; else
    is "the table names what is needed" "$(needed | sort | tr '\n' ' ')" "CAP_DAC_OVERRIDE CAP_NET_ADMIN CAP_SYS_ADMIN "
    for capability in $(needed); do
        expect 6 "without $capability: refused" without "${capability,,}" "$TRACETOLL" "${quick[@]}" --sham --trial "$work/t"
        contains "without $capability: named" "$(cat "$work/err")" "^tracetoll: measuring needs root, and $capability is missing"
    done
    # All that the table does not name, at once. A machine may have fewer than the kernel knows.
    kept=$(needed | tr '[:upper:]\n' '[:lower:],')
    others=$("$capsh" --print | sed -n 's/^Bounding set =//p' | tr ',' '\n' | grep -vxF "$(tr ',' '\n' <<<"${kept%,}")" | paste -sd,)
    without "$others" "$TRACETOLL" "${quick[@]}" --sham -o "$work/few.json" --trial "$work/t" >"$work/out" 2>"$work/err"
    status=$?
    # One quad is inconclusive or untrustworthy on a busy machine: that it measured is what counts.
    contains "with what is needed and nothing else: measured" "$status $(cat "$work/err")" '^[037] '
    check "with what is needed and nothing else: a whole document" valid "$work/few.json"
fi

# --- files -------------------------------------------------------------------------------------------------
(
    umask 000
    XDG_STATE_HOME=$work/state "$TRACETOLL" "${quick[@]}" --sham -o "$work/open.json" >/dev/null 2>"$work/err"
)
is "the trial in the state directory is nobody else's" "$(stat -c %a "$work/state/tracetoll/last-trial.jsonl")" 600
is "a document is for its writer to change" "$(stat -c %a "$work/open.json")" 644
# /tmp is shared: whoever guesses a name there may put a link in its place.
echo precious >"$work/precious"
mkdir "$work/state2"
mkdir "$work/state2/tracetoll"
ln -s "$work/precious" "$work/state2/tracetoll/last-trial.jsonl"
XDG_STATE_HOME=$work/state2 "$TRACETOLL" "${quick[@]}" --sham >/dev/null 2>&1
is "a link in place of the trial is not followed" "$(head -c 100 "$work/precious")" precious
echo precious >"$work/precious"
ln -s "$work/precious" "$work/linked.jsonl"
chown -h 65534 "$work/linked.jsonl"
expect 6 "a link of somebody else's in place of a named trial: refused" "$TRACETOLL" "${quick[@]}" --sham --trial "$work/linked.jsonl"
is "a link of somebody else's in place of a named trial is not followed" "$(head -c 100 "$work/precious")" precious
cat >"$work/links.py" <<'EOF'
import os, subprocess, sys, tempfile
# The temporary name of a document is made of the PID: the process puts links there and becomes tracetoll.
work, program = sys.argv[1:]
os.symlink(work + '/precious', f'{work}/linked.md.{os.getpid()}.tmp')
os.execv(program, [program, 'report', '-f', f'markdown={work}/linked.md', 'tests/data/example-result.json'])
EOF
/usr/bin/python3 "$work/links.py" "$work" "$TRACETOLL" >/dev/null 2>&1
is "a link in place of a temporary file is not followed" "$(head -c 100 "$work/precious")" precious

# --- terminals ---------------------------------------------------------------------------------------------
evil=$'\033[31mred\302\233x\007\177'
printf '#!/bin/sh\nprintf "%%s\\n" "$EVIL" >&2\nexit 1\n' >"$work/tool"
chmod +x "$work/tool"
harmless() {
    local name=$1
    shift
    EVIL=$evil "$@" >"$work/out" 2>&1
    is "$name: nothing drives the terminal" "$(LC_ALL=C tr -d '\n\t' <"$work/out" | LC_ALL=C grep -caP '[\x00-\x1f\x7f]|\xc2[\x80-\x9f]')" 0
    contains "$name: says it" "$(cat "$work/out")" 'red'
}
harmless "a tool's last lines" "$TRACETOLL" "${quick[@]}" -- "$work/tool"
harmless "a plan" "$TRACETOLL" run --dry-run -w syscall -- "$evil"
harmless "a load's name" "$TRACETOLL" run -w "$evil" --sham
harmless "a file's name" "$TRACETOLL" report "$evil"
harmless "a command's name" "$TRACETOLL" "$evil"
finish
