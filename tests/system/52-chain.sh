#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The whole chain of examples/live: an agent is tried, rolled out and watched; a Prometheus has its figures, its alert fires, and ends.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/prometheus.sh"

for program in prometheus:prometheus prometheus-node-exporter:prometheus-node-exporter promtool:prometheus; do
    check "there is a ${program%:*}" unpacked "${program%:*}" "${program#*:}"
done

pids=()
export AGENT_CGROUP=tracetoll-chain-$$
agent=examples/live/agent.sh
# By PID, each of ours; the agent goes with its cgroup.
stop_all() {
    for pid in "${pids[@]}"; do kill "$pid" && wait "$pid"; done 2>/dev/null
    pids=()
    "$agent" stop
}
trap 'stop_all; rm -rf "$work"' EXIT
remember_machine

# --- an agent that has a BPF program, and is busy while a file says so ---

cat >"$work/agent" <<END
#!/bin/bash
for _ in 1 2; do
    while :; do if [ -e "$work/busy" ]; then :; else sleep 0.2; fi; done &
done
exec opensnoop -p 1
END
chmod +x "$work/agent"
export AGENT=$work/agent

# The example's scenario with a short ramp, short times, and a limit that a busy process crosses.
mkdir "$work/textfiles"
sed -e 's/^    off: .*/&\n    leave: on/' -e '/^budgets:/,/^time_limit/d' -e 's/^canary:/quads: 1\nwindow: 500ms\nsettle: 100ms\n&/' -e 's/duty: .*/duty: [50%]/' \
    -e "s/max: 50%}/max: 1000}/" -e "s|textfile: .*|textfile: $work/textfiles/agent.prom\n  interval: 1s\n  statistics: 200ms|" \
    -e "s/cgroup: .*/cgroup: $AGENT_CGROUP/" -e 's/max: 20%, for: 5min/max: 15%, for: 1s/' examples/live/scenario.yaml >"$work/s.yaml"

expect 0 "the agent is tried" "$TRACETOLL" canary -q --audit "$work/audit" "$work/s.yaml"
check "it was switched on to be measured" grep -q '"event":"on","reason":"block"' "$work/audit"
check "it runs" "$agent" running

# --- Prometheus ---

expect 0 "rules are made" "$TRACETOLL" watch --rules "$work/rules.yml" "$work/s.yaml"
check "promtool takes them" "$prometheus/promtool" check rules "$work/rules.yml"
exporter_port=$(free_port) port=$(free_port)
sed -e "s/9100/$exporter_port/" -e 's/15s/1s/' examples/live/prometheus.yml >"$work/prometheus.yml"
check "promtool takes the example's configuration" "$prometheus/promtool" check config "$work/prometheus.yml"
"$prometheus/prometheus-node-exporter" --collector.disable-defaults --collector.textfile --collector.textfile.directory="$work/textfiles" \
    --web.listen-address="127.0.0.1:$exporter_port" >"$work/exporter.log" 2>&1 &
pids+=($!)
"$prometheus/prometheus" --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/data" --web.listen-address="127.0.0.1:$port" >"$work/prometheus.log" 2>&1 &
pids+=($!)

# ask QUERY: the number that it comes to; "none" where there is none.
ask() { curl -sSG --max-time 2 "http://127.0.0.1:$port/api/v1/query" --data-urlencode "query=$1" | /usr/bin/python3 -c 'import json, sys
result = json.load(sys.stdin)["data"]["result"]
print(result[0]["value"][1] if result else "none")' 2>/dev/null; }
# alert NAME: firing, pending or inactive; nothing while nobody answers.
alert() { curl -sS --max-time 2 "http://127.0.0.1:$port/api/v1/rules" | /usr/bin/python3 -c 'import json, sys
for group in json.load(sys.stdin)["data"]["groups"]:
    for rule in group["rules"]:
        if rule["name"] == sys.argv[1]:
            print(rule["state"])' "$1" 2>/dev/null; }
# becomes NAME WANTED COMMAND...: it prints that within 20 s.
becomes() {
    local name=$1 wanted=$2 got
    shift 2
    for _ in $(seq 80); do
        got=$("$@")
        [ "$got" = "$wanted" ] && break
        sleep 0.25
    done
    is "$name" "$got" "$wanted"
}

becomes "nobody watches yet, and that is told" firing alert TracetollWatchStale

# --- watching ---

"$TRACETOLL" watch "$work/s.yaml" >"$work/lines" 2>"$work/err" &
watch=$!
becomes "the agent is up, says Prometheus" 1 ask tracetoll_watch_up
check "its programs have runs" awk "BEGIN {exit !($(ask 'sum(tracetoll_watch_program_runs_per_second)') > 0)}"
check "and times" awk "BEGIN {exit !($(ask 'max(tracetoll_watch_program_run_seconds)') > 0)}"
check "its processes have memory" awk "BEGIN {exit !($(ask tracetoll_watch_resident_memory_bytes) > 100000)}"
is "the collector has nothing to say against the file" "$(ask node_textfile_scrape_error)" 0
becomes "somebody watches" inactive alert TracetollWatchStale
becomes "an idle agent is within its limit" inactive alert AgentCpu
: >"$work/busy"
becomes "a busy one is not: the alert fires" firing alert AgentCpu
rm "$work/busy"
becomes "the alert ends" inactive alert AgentCpu

"$agent" stop
becomes "an agent that is gone is told" firing alert TracetollWatchDown
"$agent" start
becomes "and that it is back" inactive alert TracetollWatchDown

kill -KILL "$watch"
wait "$watch" 2>/dev/null
check "a watch that is killed leaves its file" test -e "$work/textfiles/agent.prom"
becomes "whose age is told" firing alert TracetollWatchStale
"$TRACETOLL" watch -q "$work/s.yaml" &
watch=$!
becomes "another one watches" inactive alert TracetollWatchStale
kill "$watch"
wait "$watch"
is "a signal ends it with status 0" $? 0
check "and its figures are gone" test ! -e "$work/textfiles/agent.prom"
becomes "nobody watches, and that is told" firing alert TracetollWatchStale
is "figures are gone as well" "$(ask tracetoll_watch_up)" none

stop_all
left_nothing "nothing is left"
finish
