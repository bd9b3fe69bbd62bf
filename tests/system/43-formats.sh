# The formats that machines read, read by programs that others wrote: xmllint, promtool, Python's parsers.
# Beside counting: one format is held against another, whatever the figures.
source "$(dirname "$0")/lib.sh"
python=/usr/bin/python3

# Debian has promtool in the package of the server, which would be started where it is installed: it is unpacked here.
promtool=$(command -v promtool || echo "$BUILD/promtool")
[ -x "$promtool" ] || (cd "$work" && apt-get -qq -o APT::Sandbox::User=root download prometheus && dpkg-deb --fsys-tarfile prometheus_*.deb | tar -xO ./usr/bin/promtool >promtool) >"$work/apt" 2>&1
[ -x "$promtool" ] || install -D -m 755 "$work/promtool" "$promtool"
check "there is a promtool" test -x "$promtool"

accepted() { # NAME RESULT: report RESULT in each format, and its readers take it
    local at="$work/$1" files=() options=() format
    for format in junit openmetrics benchmark csv; do
        options+=(-f "$format=$at.$format") files+=("$at.$format")
    done
    check "$1: four formats at once" "$TRACETOLL" report "${options[@]}" "$2"
    check "$1: they say what the document says" $python tests/system/formats.py read "$2" "${files[@]}"
    check "$1: JUnit fits the schema" xmllint --noout --nonet --schema docs/schema/junit.xsd "$at.junit"
    is "$1: promtool has nothing to say" "$("$promtool" check metrics <"$at.openmetrics" 2>&1; echo $?)" 0
}

mkdir "$work/made"
check "documents are made" $python tests/system/formats.py make "$work/made"
for document in "$work"/made/*.json; do accepted "$(basename "$document" .json)" "$document"; done
contains "a broken budget is a failure" "$(cat "$work/fail.junit")" '<failure type="budget" message="latency.p50 .* exceeds its budget'
contains "an undecided one is an error" "$(cat "$work/inconclusive.junit")" '<error type="inconclusive"'
contains "a run that can't be trusted is an error" "$(cat "$work/untrustworthy.junit")" '<error type="untrustworthy" message="the clock jumped"'

# The readers must be able to say no.
sed 's/<failure /<failed /; s/<\/failure>/<\/failed>/' "$work/fail.junit" >"$work/bad.junit"
check "another schema's file is refused" bash -c "! xmllint --noout --nonet --schema docs/schema/junit.xsd '$work/bad.junit'"
sed '/^# EOF/d; s/^tracetoll_quads{/tracetoll_quads_total{/' "$work/fail.openmetrics" >"$work/bad.openmetrics"
check "a file without its end is refused" bash -c "! $python tests/system/formats.py read '$work/made/fail.json' '$work/bad.openmetrics'"
check "promtool finds a metric without help" bash -c "! '$promtool' check metrics <'$work/bad.openmetrics'"

# A reader sees the old file or the new one: the file is another, and nothing is left beside it.
mkdir "$work/textfile"
echo old >"$work/textfile/tool.prom"
before=$(stat -c %i "$work/textfile/tool.prom")
exec {held}<"$work/textfile/tool.prom"
check "into a file that is there" "$TRACETOLL" report -f openmetrics="$work/textfile/tool.prom" "$work/made/fail.json"
is "who has it open reads the old one" "$(cat <&$held)" old
check "it is another file" test "$before" != "$(stat -c %i "$work/textfile/tool.prom")"
is "which the exporter may read" "$(stat -c %a "$work/textfile/tool.prom")" 644
is "nothing else is there" "$(ls "$work/textfile")" tool.prom
expect 6 "no place to write" "$TRACETOLL" report -f junit=/proc/none/x.xml "$work/made/fail.json"
contains "says where" "$(cat "$work/err")" '/proc/none/x.xml'

remember_machine
"$TRACETOLL" run --steady 0 --window 50ms --settle 50ms --quads 6 --no-breakdown --no-statistics -w syscall,call=getpid --budget latency.p50=1000% --budget memory.maps=1GiB \
    -o "$work/run.json" -f junit="$work/now.junit" -f openmetrics="$work/now.prom" -f benchmark="$work/now.benchmark" -f csv="$work/now.csv" \
    --probe raw_tp@sys_enter+hash_update >"$work/out" 2>"$work/err"
status=$?
is "a run's exit status is its document's" "$(get "$work/run.json" "d['verdict']['exit_status']")" $status
is "it prints no report besides" "$(cat "$work/out")" ""
accepted run "$work/run.json"
check "JUnit of the run is that of its document" cmp "$work/now.junit" "$work/run.junit"
check "metrics as well" cmp "$work/now.prom" "$work/run.openmetrics"
check "benchmarks as well" cmp "$work/now.benchmark" "$work/run.benchmark"
check "blocks as well" cmp "$work/now.csv" "$work/run.csv"
left_nothing "nothing is left behind"
finish
