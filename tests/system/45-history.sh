# The history: what was acknowledged is there, whoever writes beside, is killed, or has no space; and what it says.
# Beside others: databases in a directory of its own, no measurement.
source "$(dirname "$0")/lib.sh"

example=tests/data/example-result.json
export XDG_DATA_HOME=$work/data
unset TRACETOLL_HISTORY
history() { "$TRACETOLL" history "$@"; }

# documents DIRECTORY FIRST COUNT [STATEMENTS over the document d and its number i]
documents() {
    mkdir -p "$1"
    /usr/bin/python3 -c 'import json, sys
for i in range(int(sys.argv[3]), int(sys.argv[3]) + int(sys.argv[4])):
    d = json.load(open(sys.argv[1]))
    d["time"]["started"] = "20%02d-%02d-%02dT%02d:00:00Z" % (1 + i // 8064, 1 + i // 672 % 12, 1 + i // 24 % 28, i % 24)
    m = {row["name"]: row for row in d["metrics"]}
    exec(sys.argv[5])
    json.dump(d, open("%s/%05d.json" % (sys.argv[2], i), "w"))' $example "$1" "$2" "$3" "${4:-}"
}
count() { history list --json "$@" | /usr/bin/python3 -c 'import json, sys; print(len(json.load(sys.stdin)["documents"]))'; }
whole() { /usr/bin/python3 -c 'import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute("PRAGMA integrity_check").fetchone()[0])' "$1"; }
fails() { # STATUS NAME PATTERN ARGS...
    local status=$1 name=$2 pattern=$3
    shift 3
    expect "$status" "$name: exit $status" "$TRACETOLL" history "$@"
    contains "$name: says so" "$(cat "$work/err")" "$pattern"
    is "$name: one line" "$(wc -l <"$work/err")" 1
}
# missing_of ACKNOWLEDGED DATABASE: digests of lines "added 1 DIGEST FILE" that are not in the database.
missing_of() {
    comm -23 <(awk '$1 == "added" {print $3}' "$1" | sort -u) \
        <(history list --json --database "$2" | grep -o '"digest":"[0-9a-f]*"' | cut -c 11-22 | sort)
}

# --- what it says ---
fails 2 "no history yet" 'there is no history yet' list
step='
f = (1 + m["latency.p50"]["effect"]["estimate"]) * (1 + 0.002 * (i % 3 - 1)) * (1.1 if i >= 6 else 1) - 1
m["latency.p50"]["effect"].update(estimate=f, low=f - 0.03, high=f + 0.03)
d["environment"]["versions"]["target"] = "0.%d" % (9 if i < 6 else 10)
d["command"]["scenario_digest"] = "sha256:1234"'
documents "$work/step" 0 12 "$step"
expect 0 "add" "$TRACETOLL" history add "$work"/step/*.json
is "add: a line for each" "$(grep -c '^added' "$work/out")" 12
contains "add: counts attempts" "$(tail -n 1 "$work/out")" '6 documents of its scenario'
database=$work/data/tracetoll/history.db
is "the file is ours alone" "$(stat -c %a "$database")" 600
expect 0 "add again" "$TRACETOLL" history add "$work/step/00000.json"
contains "a document is there once" "$(cat "$work/out")" '^known 1 '
/usr/bin/python3 -m json.tool "$work/step/00001.json" | "$TRACETOLL" history add - >"$work/out"
contains "however it is indented" "$(cat "$work/out")" '^known 2 .*standard input'
is "list --json has all" "$(count)" 12
is "list --since" "$(count --since 2001-01-01T06:00:00Z)" 6
is "list --target" "$(count --target syscoun)" 12
is "list --kernel" "$(count --kernel 5.4)" 0
expect 0 "list" "$TRACETOLL" history list
contains "list: attempts" "$(cat "$work/out")" 'latency.p50 \+15[0-9] % .*6 of 6'
key=$(history list --json | grep -o '"key":"[0-9a-f]*"' | head -n 1 | cut -d '"' -f 4)
expect 0 "trend" "$TRACETOLL" history trend "$key"
contains "trend: where" "$(cat "$work/out")" 'dearer by \+1[01]\.[0-9]* % .* between document 6 and document 7'
contains "trend: with which version" "$(tr -s '\n ' ' ' <"$work/out")" 'version \(0.9 to 0.10\)'
contains "trend: a picture" "$(cat "$work/out")" '\[-+o-+\]'
expect 0 "trend: page and JSON" "$TRACETOLL" history trend --over version -m all -f "html=$work/trend.html" -f json
cp "$work/out" "$work/trend.json"
history list --json >"$work/list.json"
for kind in list trend; do
    schema=${kind/list/history}
    check "$kind: a valid document" /usr/bin/python3 tests/system/schema.py "$schema" "$work/$kind.json"
    for wrong in missing unknown type; do
        check "$kind: refused when something is wrong ($wrong)" /usr/bin/python3 tests/system/schema.py mutants "$wrong" "$schema" "$work/$kind.json"
    done
done
contains "trend: page" "$(cat "$work/trend.html")" '<svg viewBox.*role="img" aria-label'
is "trend: nothing from elsewhere" "$(grep -cE '<script|https?:|<link|<img' "$work/trend.html")" 0
expect 0 "show" "$TRACETOLL" history show 7
is "show: what was added" "$(/usr/bin/python3 -c 'import json, sys; print(json.load(open(sys.argv[1])) == json.load(open(sys.argv[2])))' \
    "$work/out" "$work/step/00006.json")" True
contains "show: its attempt" "$(cat "$work/err")" 'attempt 1 of 6'
expect 0 "show: a report" "$TRACETOLL" history show -f text 7
contains "show: a report is one" "$(cat "$work/out")" '^FAIL'
expect 0 "prune: dry run" "$TRACETOLL" history prune --keep 10 --dry-run
is "prune: dry run leaves all" "$(count)" 12
expect 0 "prune" "$TRACETOLL" history prune --keep 10
is "prune: the oldest went" "$(history list --json | grep -o '"id":[0-9]*' | sort -t : -k 2n | head -n 1)" '"id":3'
expect 0 "prune: by age" "$TRACETOLL" history prune --older-than 90d
is "prune: nothing is left" "$(count)" 0
TRACETOLL_HISTORY=$work/other.db expect 0 "\$TRACETOLL_HISTORY" "$TRACETOLL" history add $example
check "\$TRACETOLL_HISTORY: is used" test -s "$work/other.db"

# --- what it refuses ---
fails 2 "no command" 'add, list, show, trend or prune'
fails 2 "unknown command" 'did you mean "prune"' prun
fails 2 "nothing to add" 'usage' add
fails 2 "a missing file" 'missing.json' add "$work/missing.json"
echo '{"schema": "tracetoll.micro/1", "rows": []}' >"$work/micro.json"
fails 2 "rows of micro" 'micro.json.*tracetoll.micro/1' add "$work/micro.json"
fails 2 "unknown document" 'is no document' show 999
fails 2 "unknown key" 'no documents of the key' trend ffffffff
fails 2 "unknown metric" 'no document has a metric "latency.p5" with these options .did you mean "latency.p50"' trend -m latency.p5
fails 2 "unknown order" 'did you mean "version"' trend --over versio
fails 2 "prune what" 'keep NUMBER' prune
for age in soon 90 3M 2026-02-31; do
    fails 2 "no age: $age" 'no age' prune --older-than "$age"
done
fails 2 "false alarms out of range" 'no share' trend --false-alarms 0
head -c 5000 /dev/urandom >"$work/garbage.db"
fails 6 "garbage" 'no history database' list --database "$work/garbage.db"
/usr/bin/python3 -c 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute("PRAGMA user_version = 99")' "$work/other.db"
fails 6 "a newer schema" 'newer tracetoll' list --database "$work/other.db"
mkdir "$work/open" && chmod 755 "$work" "$work/open" && cp "$database" "$work/open/h.db" && chmod 600 "$work/open/h.db"
expect 6 "somebody else's" setpriv --reuid=65534 --clear-groups "$TRACETOLL" history list --database "$work/open/h.db"

# --- several at once, also in making it ---
documents "$work/many" 1000 48
parts=("$work"/many/*.json)
for part in 0 1 2 3; do
    history add --database "$work/busy.db" "${parts[@]:part*12:12}" >"$work/busy.$part" 2>&1 &
    pids[part]=$!
done
status=
for part in 0 1 2 3; do
    wait "${pids[part]}"
    status+=$?
done
is "four writers: all succeed" "$status" 0000
is "four writers: all is there" "$(cat "$work"/busy.? | grep -c '^added') $(count --database "$work/busy.db")" "48 48"

# --- killed at any moment ---
documents "$work/killed" 2000 160
parts=("$work"/killed/*.json)
: >"$work/acknowledged"
for ((i = 0; i < 20; i++)); do
    history add --database "$work/killed.db" "${parts[@]:i*8:8}" >"$work/round" 2>&1 &
    pid=$!
    sleep "0.0$((RANDOM % 10))$((RANDOM % 10))"
    kill -KILL $pid 2>/dev/null
    wait $pid 2>/dev/null
    cat "$work/round" >>"$work/acknowledged"
done
acknowledged=$(grep -c '^added .*json$' "$work/acknowledged")
check "killed writers: some were in the middle ($acknowledged of 160 acknowledged)" test "$acknowledged" -gt 0 -a "$acknowledged" -lt 160
is "killed writers: what was acknowledged is there" "$(missing_of "$work/acknowledged" "$work/killed.db")" ""
is "killed writers: the database is whole" "$(whole "$work/killed.db")" ok

# --- no space: 1 MiB, in a mount namespace of its own ---
mkdir "$work/small"
full() {
    mount -t tmpfs -o size=1m tmpfs "$work/small" || return
    "$TRACETOLL" history add --database "$work/small/h.db" "$work"/killed/*.json "$work"/many/*.json >"$work/full" 2>"$work/full.err"
    echo "$? $(wc -l <"$work/full.err")"
    missing_of "$work/full" "$work/small/h.db"
    whole "$work/small/h.db"
    mount -o remount,size=8m "$work/small"
    "$TRACETOLL" history add --database "$work/small/h.db" "$work"/killed/*.json "$work"/many/*.json >"$work/full.again" &&
        history list --json --database "$work/small/h.db" | grep -o '"id":' | wc -l
}
export -f full missing_of whole history
export work TRACETOLL
is "full disk: exit 6, nothing acknowledged is lost, and it goes on with space" "$(unshare -m --propagation private bash -c full)" $'6 1\nok\n208'
contains "full disk: says so" "$(cat "$work/full.err")" 'no space is left there'
check "full disk: some fitted" test "$(grep -c '^added' "$work/full")" -gt 0
finish
