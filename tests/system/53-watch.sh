#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What `watch` says of an agent, and its rules, tried by promtool on series of which the alerts are known.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/prometheus.sh"
check "there is a promtool" unpacked promtool prometheus
tool=
trap '[ -n "$tool" ] && kill "$tool" 2>/dev/null; rm -rf "$work"' EXIT

scenario() { # LINES of the section watch
    printf '%s\n' 'name: watched' 'targets: [{sham: true}]' 'workloads: [{load: observe}]' 'watch:' "${@/#/  }" >"$work/s.yaml"
}
watch() { "$TRACETOLL" watch "$work/s.yaml" "$@"; }
# figure NAME: its sample in the textfile.
figure() { awk -v name="tracetoll_watch_$1{" 'index($0, name) == 1 {print $NF}' "$work/a.prom"; }
above() { awk "BEGIN {exit !(${1:-0} > $2)}"; }

# --- rules ---

scenario 'process: nobody' 'interval: 60s' 'lost_events: {command: "echo 1"}' 'alerts:' '  - {alert: Cpu, metric: cpu, max: 20%, for: 2min}' '  - {alert: Few, metric: programs, min: 2}'
expect 0 "rules are written" watch --rules "$work/rules.yml"
check "promtool takes them" "$prometheus/promtool" check rules "$work/rules.yml"
is "- prints the same" "$(watch --rules -)" "$(cat "$work/rules.yml")"
cat >"$work/test.yml" <<'END'
rule_files: [rules.yml]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - {series: 'tracetoll_watch_cpu_cores{target="watched"}', values: '0.1 0.3 0.3 0.3 0.3 0.1 0.1'}
      - {series: 'tracetoll_watch_programs{target="watched"}', values: '3 3 1 3 3 3 3'}
      - {series: 'tracetoll_watch_up{target="watched"}', values: '1 1 1 1 1 0 0'}
      - {series: 'tracetoll_watch_time_seconds{target="watched"}', values: '0+60x20'}
    alert_rule_test:
      - {eval_time: 2m, alertname: Cpu, exp_alerts: []}
      - {eval_time: 4m, alertname: Cpu, exp_alerts: [{exp_labels: {target: watched}, exp_annotations: {summary: 'cpu of the agent is above its limit, 0.3'}}]}
      - {eval_time: 5m, alertname: Cpu, exp_alerts: []}
      - {eval_time: 1m, alertname: Few, exp_alerts: []}
      - {eval_time: 2m, alertname: Few, exp_alerts: [{exp_labels: {target: watched}, exp_annotations: {summary: 'programs of the agent is below its limit, 1'}}]}
      - {eval_time: 4m, alertname: TracetollWatchDown, exp_alerts: []}
      - {eval_time: 6m, alertname: TracetollWatchDown, exp_alerts: [{exp_labels: {target: watched}, exp_annotations: {summary: 'the agent has no BPF program'}}]}
      - {eval_time: 6m, alertname: TracetollWatchStale, exp_alerts: []}
      # Gone after 20 minutes, as when watch ended: remembered for a day, missed afterwards.
      - {eval_time: 22m, alertname: TracetollWatchStale, exp_alerts: []}
      - {eval_time: 30m, alertname: TracetollWatchStale, exp_alerts: [{exp_labels: {target: watched}, exp_annotations: {summary: 'nobody watches the agent'}}]}
      - {eval_time: 2d, alertname: TracetollWatchStale, exp_alerts: [{exp_labels: {target: watched}, exp_annotations: {summary: 'nobody watches the agent'}}]}
  - interval: 1m # killed: its file stays, its time stands still
    input_series:
      - {series: 'tracetoll_watch_time_seconds{target="watched"}', values: '0x20'}
    alert_rule_test:
      - {eval_time: 3m, alertname: TracetollWatchStale, exp_alerts: []}
      - {eval_time: 4m, alertname: TracetollWatchStale, exp_alerts: [{exp_labels: {target: watched}, exp_annotations: {summary: 'nobody watches the agent'}}]}
END
check "alerts fire and end when they should" "$prometheus/promtool" test rules "$work/test.yml"
sed -i 's/20%/40%/' "$work/s.yaml"
watch --rules "$work/rules.yml"
check "with another limit they do not, so the test can fail" bash -c '! "$1" test rules "$2"' - "$prometheus/promtool" "$work/test.yml"

# --- an agent that is not there ---

expect 0 "an agent that is not there is no failure" watch --once --textfile "$work/a.prom"
is "it is down" "$(figure up) $(figure programs)" "0 0"
is "of what is not known nothing is said" "$(figure programs_cpu_cores)$(figure misses_per_second)" ""
expect 2 "a scenario without the section is refused" "$TRACETOLL" watch examples/syscalls.yaml
expect 2 "statistics that are on all the time as well" watch --interval 1s --statistics 1s
expect 6 "a textfile that can't be written is told" watch --once --textfile /nowhere/a.prom

# --- the textfile, which is root's to write and in a directory of somebody else's ---

# until_written FILE COMMAND...: ends COMMAND when it has printed a look, for which it has written its textfile before.
cat >"$work/until_written" <<'EOF2'
printed=$1
shift
rm -f "$printed"
"$@" >"$printed" 2>&1 &
pid=$!
for _ in {1..200}; do [ -s "$printed" ] && break; sleep 0.1; done
kill "$pid"
wait "$pid"
EOF2
until_signal=("$TRACETOLL" watch "$work/s.yaml" --statistics 0 --interval 1h --textfile)
rm -f "$work/a.prom"
expect 0 "a signal ends it" bash "$work/until_written" "$work/printed" "${until_signal[@]}" "$work/a.prom"
check "and its textfile is gone" test -s "$work/printed" -a ! -e "$work/a.prom"
(umask 077 && watch --once -q --statistics 0 --textfile "$work/a.prom")
is "it is for the collector to read, whatever the umask" "$(stat -c %a "$work/a.prom")" 644
(umask 077 && watch --rules "$work/own.yml")
is "as are rules" "$(stat -c %a "$work/own.yml")" 644
# What has been replaced may have become a link to something else by the time that its mode is set.
strace -qq -f -e trace=rename,renameat,renameat2,chmod,fchmod,fchmodat -o "$work/calls" "$TRACETOLL" watch "$work/s.yaml" --once -q --statistics 0 --textfile "$work/a.prom" >/dev/null 2>&1
if [ -s "$work/calls" ]; then
    is "its mode is set before it has its name" "$(grep -oE '(fchmod|chmod|rename)[a-z0-9]*\(' "$work/calls" | xargs)" "fchmod( rename("
else
    skip "its mode is set before it has its name" "strace does not work here"
fi
cat >"$work/null" <<'EOF2'
work=$1 path=$2
shift 2
chmod 666 /dev/null
bash "$work/until_written" "$work/printed" "$@" "$path"
echo "$? $(stat -c '%F %a' /dev/null)" >"$work/is"
EOF2
ln -s /dev/null "$work/link.prom"
for path in /dev/null "$work/link.prom"; do
    own_dev bash "$work/null" "$work" "$path" "${until_signal[@]}"
    is "${path##*/} in its place: the device is written to, and nothing else" "$(cat "$work/is")" "0 character special file 666"
done
check "a link to a device is left" test -L "$work/link.prom"
own_dev "$TRACETOLL" watch "$work/s.yaml" --count 2 -q --statistics 0 --interval 1s --textfile /dev/stdout >"$work/both"
is "looks in /dev/stdout are all there" "$(grep -c '^tracetoll_watch_up{' "$work/both")" 2
# Who ends before the first look has written nothing, and has nothing to remove.
echo theirs >"$work/theirs.prom"
cp "$work/s.yaml" "$work/kept.yaml"
scenario 'process: nobody' "events: {command: 'touch $work/asked; sleep 30'}"
"${until_signal[@]}" "$work/theirs.prom" -q >/dev/null 2>&1 &
pid=$!
for _ in {1..100}; do [ -e "$work/asked" ] && break; sleep 0.1; done
kill "$pid"
wait "$pid"
is "a signal before the first look ends it as well" $? 0
is "and leaves a file of somebody else's" "$(cat "$work/theirs.prom")" theirs
scenario 'cgroup: nobody'
echo theirs >"$work/theirs.prom"
expect 4 "without cgroups it does not begin" unshare -m --propagation private bash -c 'umount -al -t cgroup2 && exec "$@"' - "${until_signal[@]}" "$work/theirs.prom"
is "and leaves a file of somebody else's, too" "$(cat "$work/theirs.prom")" theirs
mkdir "$work/theirs"
expect 6 "a directory is no textfile" "${until_signal[@]}" "$work/theirs"
check "and stays" test -d "$work/theirs"
cp "$work/kept.yaml" "$work/s.yaml"

# --- one that is ---

"$TARGETS/sham" >/dev/null 2>&1 &
tool=$!
name=sham
for _ in $(seq 100); do
    scenario "process: $name"
    watch --once -q --statistics 0 --textfile "$work/a.prom"
    [ "$(figure up)" = 1 ] && break
    sleep 0.1
done
is "an agent is found by its name" "$(figure up)" 1
check "its programs are counted" above "$(figure programs)" 0
is "without statistics no times are told" "$(figure statistics_seconds)$(grep -c 'program_run' "$work/a.prom")" 00
program=$(sed -n 's/.*program_instances{.*program="\([^"]*\)".*/\1/p' "$work/a.prom" | head -n 1)
check "promtool takes the textfile" "$prometheus/promtool" check metrics <"$work/a.prom"
scenario "programs: ['${program:0:3}*']"
watch --once -q --textfile "$work/a.prom"
check "it is found by its programs as well, with its process" above "$(figure processes)" 0
check "with statistics on for their time" above "$(figure statistics_seconds)" 0.9
scenario "process: $name" "programs: [no_such_program]"
watch --once -q --textfile "$work/a.prom"
is "names of programs narrow it" "$(figure up)" 0

# Counters that grow by 3 and 1 at each question.
for counter in events lost; do
    echo "n=\$(cat $work/$counter.n 2>/dev/null || echo 0); n=\$((n + $([ $counter = lost ] && echo 1 || echo 3))); echo \$n >$work/$counter.n; echo \$n" >"$work/$counter"
done
scenario "process: $name" "events: {command: 'sh $work/events'}" "lost_events: {command: 'sh $work/lost'}"
watch --count 2 -q --interval 1s --statistics 0 --textfile "$work/a.prom"
is "of four events three were delivered" "$(figure delivered_ratio)" 0.75
check "the lost one has a rate" above "$(figure lost_events_per_second)" 0

"$TRACETOLL" watch "$work/s.yaml" --count 9 -q &
pid=$!
sleep 0.3
kill "$pid"
wait "$pid"
is "a number of looks that is interrupted is 130" $? 130
kill "$tool"
wait "$tool" 2>/dev/null
finish
