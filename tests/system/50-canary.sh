#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# An agent tried on a live machine: the ramp, each guard rail, and what the log says.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/canary.sh"
cpus=$(nproc)
harmless='{rail: cpu.system, max: 1000}'

# --- what is refused ---

rails=("$harmless")
scenario
expect 0 "a scenario is checked, its steps and rails printed" canary --dry-run
contains "each step with its time" "$(cat "$work/out")" 'step 1 .* at most 50 % of the time: .* quads take'
rails=('{rail: cpu.sytem, max: 1}')
scenario
expect 2 "a rail that is none" canary
contains "is told with its line and the nearest one" "$(cat "$work/err")" 's.yaml:10: .*did you mean "cpu.system"'
for wrong in '{rail: cpu.system, max: 5MiB}' '{rail: cpu.system}' '{rail: memory.rss, max: 3}' '{rail: command}' '{rail: command, command: x, max: 1}' \
    '{rail: p99, max: 1, url: "http://127.0.0.1:1/metrics"}' '{rail: number, max: 1, url: "http://example.org/m", metric: a}' '{rail: cpu.system, max: 1, command: x}'; do
    rails=("$wrong")
    scenario
    expect 2 "$wrong is refused" canary --dry-run
done
rails=("$harmless")
duty='50%, 20%' scenario
expect 2 "a ramp that falls is refused" canary
duty='60%' scenario
expect 2 "a share that a quad can't have is refused" canary
scenario
sed -i 's/^targets: .*/targets: [{sham: true}]/' "$work/s.yaml"
expect 2 "a target that no command switches is refused" canary
rails=('{rail: number, max: 1, command: "echo nothing"}')
scenario
expect 6 "a rail that can't be read is told before anything is switched" canary
contains "by its name" "$(cat "$work/err")" 'rail number: .*printed "nothing'
check "and nothing was switched" test ! -e "$work/calls"

# --- a ramp ---

remember_machine
rails=("$harmless" '{rail: command, command: "true"}')
duty='20%, 50%' scenario 'quads: 1'
clean
expect 0 "two steps are climbed" canary -o "$work/o.json" -f text -f markdown="$work/o.md"
check "the document is valid" /usr/bin/python3 tests/system/schema.py canary "$work/o.json"
contains "the report has both" "$(cat "$work/out")" '  2 +50 % '
contains "in Markdown as well" "$(cat "$work/o.md")" '^\| 2 +\| 50 %'
is "the target is off" "$([ -e "$work/on" ]; echo $?)" 1
is "each switch has its line" "$(events on) $(events off)" "$(grep -c on "$work/calls") $(grep -c off "$work/calls")"
is "steps as well, and an end" "$(events start) $(events step) $(events end)" "1 2 1"
is "the log is for its owner and group" "$(stat -c %a "$work/audit")" 640
is "the log says why it ended" "$(audit reason | tail -n 1)" "every step passed"
share=$(/usr/bin/python3 -c 'import json, sys
step = json.load(open(sys.argv[1]))["steps"][0]
print(step["on_seconds"] / step["elapsed_seconds"])' "$work/o.json")
check "it kept to its share of a fifth ($share)" awk "BEGIN {exit !($share > 0.05 && $share <= 0.201)}"
left_nothing "nothing is left"

# Seconds between two lines of the calls: of the rest between steps.
rest=$(awk '/off/ {off = $2} /on/ && off {gap = ($2 - off) / 1e9; if (gap > most) most = gap} END {print most + 0}' "$work/calls")
check "between steps it rests for its share ($rest s)" awk "BEGIN {exit !($rest > 2)}"

leave=on scenario 'quads: 1'
clean
"$agent" start
: >"$work/calls"
expect 0 "an agent that is to stay on" canary
check "is on at the end" "$agent" running
is "the switches before and after it have their lines as well" "$(events on) $(events off)" "$(grep -c on "$work/calls") $(grep -c off "$work/calls")"
clean
sed -i "s| start'| start; exit 3'|" "$work/s.yaml"
expect 5 "one that can't be left on is told" canary
contains "with its command" "$(cat "$work/err")" 'to be left on, .*run its command: --on'
is "and the log says so at its end" "$(audit event | tail -n 2 | tr '\n' ' ')" "on failed "
clean

# --- each rail ---

# fires NAME RAIL...: it must end with 1, name the rail, and have it off.
fires() {
    local name=$1
    shift
    rails=("$@")
    scenario 'quads: 8'
    expect 1 "rail $name ends it" canary -o "$work/o.json"
    is "  as the target's doing" "$(get "$work/o.json" 'd["crossing"]["rail"], d["crossing"]["target"]')" "[\"$name\", \"on\"]"
    contains "  the log says why it was switched off" "$(audit reason | tail -n 2 | head -n 1)" "^rail $name: "
    is "  and it is off" "$([ -e "$work/on" ]; echo $?)" 1
    clean
}

burn="for i in $(seq -s ' ' "$cpus"); do while :; do :; done & done; wait"
clean
echo "$burn" >"$work/effect"
fires cpu.system "{rail: cpu.system, max: $(awk "BEGIN {print $cpus - 0.2}")}"
echo "while :; do :; done" >"$work/effect"
: >"$work/tool"
fires cpu.target '{rail: cpu.target, max: 50%}'
echo "head -c 200M /dev/zero | tail | sleep 60" >"$work/effect"
: >"$work/tool"
fires memory.rss '{rail: memory.rss, max: 100MiB}'

# The machine's memory is everybody's, and what others do with it would end it as well: as the kernel would say it.
cat >"$work/memory" <<'END'
while :; do
    available=3000000
    [ -e "$1/on" ] && available=2000000
    # Of a fixed length, so that no reader sees half a file.
    printf 'MemTotal:       %8d kB\nMemAvailable:   %8d kB\n' 4000000 "$available" >"$1/meminfo.new"
    dd if="$1/meminfo.new" of="$1/meminfo" conv=notrunc status=none bs=64k
    sleep 0.02
done
END
printf 'MemTotal:       4000000 kB\nMemAvailable:   3000000 kB\n' >"$work/meminfo"
bash "$work/memory" "$work" &
memory=$!
: >"$work/tool"
unshared=(unshare -m bash -c 'mount --bind "$0" /proc/meminfo && exec "$@"' "$work/meminfo")
fires memory.system '{rail: memory.system, max: 1500MiB}'
unshared=()
kill "$memory"
wait "$memory" 2>/dev/null
cat >"$work/histogram" <<END
#!/bin/bash
cd "$work" || exit 1
exec 9>lock
flock 9
read -r fast slow 2>/dev/null <observed || { fast=0 slow=0; }
if [ -e on ]; then slow=\$((slow + 200)); else fast=\$((fast + 200)); fi
echo "\$fast \$slow" >observed
printf 'h_bucket{le="0.01"} %d\nh_bucket{le="0.1"} %d\nh_bucket{le="+Inf"} %d\nlost %d\n' "\$fast" \$((fast + slow)) \$((fast + slow)) "\$slow"
END
chmod +x "$work/histogram"
fires p99 "{rail: p99, max: 20ms, command: '$work/histogram', metric: h}"
fires lost_events "{rail: lost_events, max: 10, command: '$work/histogram', metric: lost}"
fires number "{rail: number, max: 0.5, command: 'ls $work | grep -cx on || true'}"

# --- a command, and how soon ---

# break_when CONDITION: once it holds for 1.3 s, the file "broken" says so.
break_when() {
    while ! eval "$1"; do sleep 0.01; done
    sleep 1.3
    date +%s%N >"$work/broke"
    : >"$work/broken"
}
# More often than by the rehearsal, which is short.
switched_on() { [ "$(cat "$work/calls" 2>/dev/null | grep -c on)" -ge 2 ]; }
rails=("{rail: command, command: '[ ! -e $work/broken ]'}")
window=4s scenario 'quads: 4'
break_when 'switched_on && [ -e "$work/on" ]' &
expect 1 "a command that fails while it is on" canary
wait $!
late=$((($(awk '/off/ {t = $2} END {print t}' "$work/calls") - $(cat "$work/broke")) / 1000000))
check "has it off within a second ($late ms)" test "$late" -ge 0 -a "$late" -lt 1000
clean
sed -i "s#: '$agent stop'#: '$agent stop; [ ! -e $work/broken ]'#" "$work/s.yaml"
break_when 'switched_on && [ -e "$work/on" ]' &
expect 5 "an off that fails then is told" canary
wait $!
contains "with the rail" "$(cat "$work/err")" 'canary: rail command: .*--off .* ended with status 1'
clean
window=4s scenario 'quads: 4'
break_when 'switched_on && [ ! -e "$work/on" ]' &
expect 3 "a command that fails while it is off tells nothing of it" canary -o "$work/o.json"
wait $!
is "and the document says so" "$(get "$work/o.json" 'd["verdict"]["outcome"], d["crossing"]["target"]')" '["rail_in_off", "off"]'
check "it is valid" /usr/bin/python3 tests/system/schema.py canary "$work/o.json"
clean

# --- budgets ---

echo "$burn" >"$work/effect"
rails=("$harmless")
# On a machine that does nothing at all a window without the agent measures zero, and there is no ratio.
while :; do sleep 0.05; done &
something=$!
duty='40%, 50%' scenario 'quads: 10' 'budgets: {cpu.per_op: {max_worsening: 10%}}'
expect 1 "a broken budget ends the ramp at its step" canary -o "$work/o.json"
kill "$something"
wait "$something" 2>/dev/null
is "the first" "$(get "$work/o.json" 'd["verdict"]["outcome"], len(d["steps"])')" '["budget", 1]'
clean
duty='40%, 50%' scenario 'quads: 1' 'budgets: {cpu.per_op: {max_worsening: 10%}}'
expect 3 "a step that can't tell is not climbed" canary -o "$work/o.json"
is "and is the last" "$(get "$work/o.json" 'd["verdict"]["outcome"], len(d["steps"])')" '["undecided", 1]'
clean

# --- ends ---

window=4s scenario 'quads: 4'
"$TRACETOLL" canary -q --audit "$work/audit" "$work/s.yaml" 2>"$work/first" &
first=$!
for _ in $(seq 400); do [ -e "$work/on" ] && break; sleep 0.05; done
expect 6 "no second one starts" "$TRACETOLL" canary -q --audit "$work/other" "$work/s.yaml"
contains "and it says who runs" "$(cat "$work/err")" "PID $first"
kill -TERM "$first"
wait "$first"
is "a signal ends it" $? 130
is "with the target off" "$([ -e "$work/on" ]; echo $?)" 1
is "the log says so" "$(audit reason | tail -n 1)" "a signal"
contains "and its own words say where the log is" "$(cat "$work/first")" "$work/audit"
clean
expect 6 "without its log nothing is switched" "$TRACETOLL" canary -q --audit /dev/full "$work/s.yaml"
check "not once" test ! -e "$work/calls"
clean
left_nothing "nothing is left at the end"
finish
