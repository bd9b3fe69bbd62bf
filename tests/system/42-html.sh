# The HTML report in headless Chromium: no script, no request, no sideways scroll, contrast, headings, text alternatives; at 400 and
# 1400 px, light and dark. browser.py looks; pages that are broken on purpose show that it sees.
# Beside counting: whether a run can be trusted is not asked.
source "$(dirname "$0")/lib.sh"
example=tests/data/example-result.json

# The example with everything that a document can have: two targets, a breakdown, an invalid block, names that are markup.
/usr/bin/python3 - $example "$work/hostile.json" <<'END'
import copy, json, sys
d = json.load(open(sys.argv[1]))
evil = "</title></style><script>alert(1)</script>\"'<img src=http://127.0.0.1:9/x onerror=alert(2)>\u202e\u001b[31m"
part = lambda name, estimate: {"name": name, "summary": evil, "estimate": estimate, "low": estimate - 5, "high": estimate + 5}
d["breakdown"] = {"metric": "cpu.per_op", "unit": "ns", "measured": part("measured", 218.8), "unexplained": part("unexplained", -11.2),
                  "parts": [part("dispatch", 150.0), part(evil, 80.0)], "programs": [], "latency": None, "latency_reason": evil}
keys = ("target", "metrics", "cost_split", "breakdown", "warnings")
d["versus"] = dict({key: copy.deepcopy(d[key]) for key in keys}, between=copy.deepcopy(d["metrics"]), ratios=[], losses=None, advice=[])
d["target"]["argv"] = [evil] * 3
d["target"]["programs"][0]["name"] = d["target"]["maps"][0]["name"] = evil
d["verdict"]["sentence"] = d["command"]["repeat"] = d["workload"]["text"] = evil
d["warnings"][0]["text"] = "x" * 3000
d["metrics"][1]["effect"]["high"] = 900.0
for i, block in enumerate(d["blocks"]):
    if block["arm"] == "B" and i % 3 == 0:
        block["arm"] = "C"
d["blocks"][5]["invalid"] = "missed its rate"
json.dump(d, open(sys.argv[2], "w"))
END
expect 0 "the example" "$TRACETOLL" report -f html $example
cp "$work/out" "$work/example.html"
check "docs/example-report.html is what 'make example-report' writes" cmp docs/example-report.html "$work/example.html"
expect 0 "a hostile document" "$TRACETOLL" report -f html "$work/hostile.json"
cp "$work/out" "$work/hostile.html"
# Whether it can be trusted is not asked here: a busy machine's report is one, too.
"$TRACETOLL" run -q -w syscall,call=getpid --quads 6 --window 50ms --settle 20ms --steady 0 --no-breakdown -f "html=$work/run.html" \
    --probe raw_tp@sys_enter+spin:1us --versus '--probe raw_tp@sys_enter+spin:2us' >"$work/out" 2>"$work/err"
status=$?
contains "a run ends with 0, or 7 on a busy machine" "$status $(cat "$work/err")" '^(0|7) '
contains "and writes one, of two targets" "$(cat "$work/run.html")" '<h3>Second target</h3>'
if command -v chromium >/dev/null; then
    check "nothing is wrong with them in Chromium" /usr/bin/python3 tests/system/browser.py "$work/example.html" "$work/hostile.html" "$work/run.html"
    # One defect of each kind, without the policy that would stop the request.
    sed -e '/Content-Security-Policy/d' -e 's/ lang="en"//' \
        -e 's|</main>|<script>undefined_function()</script><img alt="" src="file:///nowhere.png"><div style="width:3000px">wide</div><p style="color:#999;background:#fff">pale</p><svg role="img"><rect width="9" height="9" fill="#eee" style="fill:#fefefe"/></svg><h1>again</h1><h4>deep</h4><table><tr><th>bare</th></tr></table></main>|' \
        "$work/example.html" >"$work/broken.html"
    expect 1 "a broken page" /usr/bin/python3 tests/system/browser.py "$work/broken.html"
    for pattern in 'a request: file:///nowhere.png' 'a script failed' 'the page is [0-9]* wide in 400' 'text has a contrast of' 'graphics have a contrast of' \
        '2 h1' 'heading 4 after 1' 'without scope' 'without a text alternative' 'no language' 'no place here: <script'; do
        contains "is seen: $pattern" "$(cat "$work/out")" "$pattern"
    done
else
    skip "in Chromium" "chromium is not installed"
fi
finish
