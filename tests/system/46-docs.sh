# Every command that README, docs, man pages and the examples of pipelines show: run, or its plan made, or its options
# held against --help. The output says which was checked how.
# Beside counting: commands are looked at, and no figure.
source "$(dirname "$0")/lib.sh"
shopt -s nullglob
documents=(README.md CONTRIBUTING.md docs/*.md docs/man/*.man examples/*.md examples/*/*.md examples/ci/*.yml)

# Documents to read, and a trial.
# A busy machine's run is one, too.
"$TRACETOLL" run -q -w syscall --sham --quads 10 --window 50ms --settle 20ms --steady 0 \
    --no-breakdown --no-statistics -o "$work/result.json" --trial "$work/trial.jsonl" >"$work/out" 2>"$work/err"
status=$?
contains "a short run to make reports of ends with 0, or 7 on a busy machine" "$status $(cat "$work/err")" '^(0|7) '
export DOCS_RESULT=$work/result.json DOCS_TRIAL=$work/trial.jsonl

report() { # of lines "ok|not ok|skip, TAB, name, TAB, how"
    local result name how
    while IFS=$'\t' read -r result name how; do
        case $result in
        ok) ok "$how: ${name//#/}" ;;
        skip) skip "${name//#/}" "$how" ;;
        *) not_ok "${name//#/}" "$how" ;;
        esac
    done
}
report < <(BUILD=$BUILD tests/docs.py check "${documents[@]}" 2>&1)
check "there were commands to check" test $number -gt 100
report < <(BUILD=$BUILD tests/docs.py stale "${documents[@]}" 2>&1)

# The check must be able to fail.
cat >"$work/wrong.md" <<'MD'
    tracetoll run -w udp_rr --budgt latency.p50=5% -- softirqs 1
    tracetoll run -w udp_r --sham
    tracetoll reprot result.json
    tracetoll report --sideways result.json
    tracetoll kernels --kernel debian:6.1 -- run -w udp_rr --nonsense --sham
    tracetoll explain no-such-file.json
    make no-such-target
MD
is "wrong commands are found" "$(BUILD=$BUILD tests/docs.py check "$work/wrong.md" | cut -f1 | uniq -c | tr -s ' ')" " 7 not ok"

# Links from document to document lead somewhere.
dead=
for document in README.md docs/*.md; do
    while IFS= read -r link; do
        [ -e "$(dirname "$document")/${link%%#*}" ] || dead+="$document: $link "
    done < <(grep -oE '\]\([^)]+\)' "$document" | sed 's/^](//; s/)$//' | grep -vE '^(https?:|#)')
done
is "no dead links" "$dead" ""

# On a machine that has fed the parsers nothing, counts begin with the published ones.
fuzzed() { sed -n '/<!-- fuzz -->/,/<!-- \/fuzz -->/p' docs/method.md | grep '^|'; }
is "counts of fuzzing are gone on with" "$(tests/fuzz/table "$work/nothing" - | grep '^|')" "$(fuzzed)"

# Pipelines: YAML, of the shape that each service wants, and what they call exists.
check "the examples of pipelines are pipelines" /usr/bin/python3 tests/system/pipelines.py
finish
