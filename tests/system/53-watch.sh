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
