# Reports in Chinese: the catalogue is complete, what is for people is translated, figures and programs' formats are not.
# Beside others: it makes reports of documents that are there.
source "$(dirname "$0")/lib.sh"
lang() { /usr/bin/python3 tests/system/lang.py "$@"; }
example=tests/data/example-result.json
whole=$work/whole.json
lang whole $example >"$whole"

# --- the catalogue: 'make po' adds what is new, and then it is to be translated
check "the sources' texts are collected" make -s "$BUILD/po/tracetoll.pot" "$BUILD/po/phrases.pot" BUILD="$BUILD"
for catalogue in po/*.po; do
    check "$catalogue is sound" msgfmt -c -o /dev/null "$catalogue"
    is "$catalogue has all of them" "$(lang missing "$catalogue" "$BUILD/po/tracetoll.pot")" ""
    # The check must be able to fail.
    sed '0,/^msgstr "[^"]/s/^msgstr "[^"].*/msgstr ""/' "$catalogue" >"$work/empty.po"
    is "an empty one would be found" "$(lang missing "$work/empty.po" "$BUILD/po/tracetoll.pot" | wc -l)" 1
done

# --- reports
for format in text markdown explain; do
    for language in en zh; do
        expect 0 "report -f $format --lang $language" "$TRACETOLL" report -f "$format" --lang "$language" "$whole"
        cp "$work/out" "$work/$format.$language"
    done
    is "$format: the same figures in the same order" "$(lang figures "$work/$format.en" "$work/$format.zh")" ""
    is "$format: no English is left" "$(lang english "$work/$format.zh")" ""
    contains "$format: and is found where it is" "$(lang english "$work/$format.en")" 'comes? from|may move'
done
# The page: its parts are named as in the other reports, and a shift needs no remark that it has no interval.
for language in en zh; do
    expect 0 "report -f html --lang $language" "$TRACETOLL" report -f html --lang "$language" "$whole"
    sed 's/&#39;//g' "$work/out" >"$work/html.$language"
    check "html says that it is in $language" grep -q "<html lang=\"$language\">" "$work/html.$language"
    grep -o 'class="label[^>]*>[^<]*' "$work/html.$language" | sed 's/.*>//' | grep -E '^[a-z]+$' | grep -vx throughput >"$work/labels.$language"
    is "html: shifts alone ($language)" "$(grep -E 'class="value.*(no interval|无区间)' "$work/html.$language")" ""
done
is "html: the same figures in the same order" "$(lang figures "$work/html.en" "$work/html.zh")" ""
is "html: no part has an English name" "$(cat "$work/labels.zh")" ""
contains "html: and is found where it has" "$(cat "$work/labels.en")" '^dispatch$'
"$TRACETOLL" report -f text "$whole" >"$work/default"
check "English unless asked for" cmp "$work/default" "$work/text.en"
LANG=zh_CN.UTF-8 LC_ALL=zh_CN.UTF-8 LANGUAGE=zh "$TRACETOLL" report -f text "$whole" >"$work/default"
check "whatever the environment says" cmp "$work/default" "$work/text.en"
LC_ALL=C LANGUAGE=fr "$TRACETOLL" report -f text --lang zh "$whole" >"$work/default"
check "and Chinese in the locale C" cmp "$work/default" "$work/text.zh"
is "aligned in English" "$(lang columns "$work/text.en")" ""
is "aligned in Chinese" "$(lang columns "$work/text.zh")" ""
is "a line of another width is found" "$(sed 's/^\(  latency.p99  *\) /\1  /' "$work/text.zh" >"$work/bent"; lang columns "$work/bent" | grep -c 'latency.p99 ')" 3
for format in json; do
    "$TRACETOLL" report -f "$format" $example >"$work/en"
    "$TRACETOLL" report -f "$format" --lang zh $example >"$work/zh"
    check "$format is for programs: never translated" cmp "$work/en" "$work/zh"
done

# --- sentences that a document holds: each that a composer can write
part=0
while lang sentences "$BUILD/po/phrases.pot" $example $part >"$work/sentences.json" && grep -q '"code": "test"' "$work/sentences.json"; do
    expect 0 "a report with sentences of composers ($part)" "$TRACETOLL" report -f markdown --lang zh "$work/sentences.json"
    sed -n '/^## 警告/,/^## 如何重现/p' "$work/out" >"$work/warnings.zh"
    "$TRACETOLL" report -f markdown "$work/sentences.json" | sed -n '/^## Warnings/,/^## How to repeat/p' >"$work/warnings.en"
    is "no English is left in them ($part)" "$(lang english "$work/warnings.zh")" ""
    contains "and is found where it is ($part)" "$(lang english "$work/warnings.en")" '[a-z]+ [a-z]+'
    is "the same figures ($part)" "$(lang figures "$work/warnings.en" "$work/warnings.zh")" ""
    part=$((part + 1))
done
check "there were some ($part)" [ "$part" -gt 1 ]

# --- other commands
/usr/bin/python3 -c 'import json, sys
d = json.load(open(sys.argv[1])); d["time"]["started"] = "2001-01-02T00:00:00Z"
json.dump(d, open(sys.argv[2], "w"))' $example "$work/other.json"
for format in text markdown; do
    expect 0 "diff in Chinese" "$TRACETOLL" diff --lang zh -f $format $example "$work/other.json"
    contains "diff $format: its sentence" "$(cat "$work/out")" '未发现开销有变化'
done
expect 0 "advise in Chinese" "$TRACETOLL" advise --lang zh $example
contains "advise: its sentence" "$(cat "$work/out")" '没有建议'
expect 0 "explain in Chinese" "$TRACETOLL" explain --lang zh $example
contains "explain: its sentence" "$(cat "$work/out")" '程序的内容'

# --- refused
expect 2 "an unknown language" "$TRACETOLL" report --lang fr $example
contains "says which there are" "$(cat "$work/err")" '--lang en or --lang zh'
cp "$TRACETOLL" "$work/tracetoll"
expect 6 "a program without its catalogue" "$work/tracetoll" report --lang zh $example
contains "says where it should be" "$(cat "$work/err")" 'LC_MESSAGES/tracetoll.mo is not there; .make'
expect 0 "and needs none for English" "$work/tracetoll" report --lang en $example
finish
