#!/usr/bin/python3
"""The table of aa.sh: detections, verdicts, bias and what could have been seen, for each workload and in all."""
import json
import statistics
import sys


def binomial_quantile(n, p, q):
    """Smallest k with P(X <= k) >= q."""
    term, total, k = (1 - p) ** n, 0.0, 0
    while True:
        total += term
        if total >= q or k == n:
            return k
        term *= (n - k) / (k + 1) * p / (1 - p)
        k += 1


def row(name, metrics, seconds):
    detected = sum(bool(m["detected"]) for m in metrics)
    verdicts = [m["verdict"] for m in metrics]
    effects = [100 * m["effect"]["estimate"] for m in metrics]
    detectable = [100 * m["detectable"] for m in metrics]
    print("| %s | %d | %d (at most %d) | %d | %d | %d | %+.2f %% | %.2f %% | %.0f s |" % (
        name, len(metrics), detected, binomial_quantile(len(metrics), 0.05, 0.99), verdicts.count("fail"),
        verdicts.count("pass"), verdicts.count("inconclusive"), statistics.mean(effects),
        statistics.median(detectable), sum(seconds)))
    return detected, verdicts.count("fail")


documents = [json.load(open(path)) for path in sys.argv[1:]]
print("| workload | runs | detected | FAIL at 2 % | PASS | inconclusive | mean effect | median detectable | time |")
print("|---|---|---|---|---|---|---|---|---|")
everything = []
for workload in sorted({d["workload"]["text"] for d in documents}):
    chosen = [d for d in documents if d["workload"]["text"] == workload]
    metrics = [next(m for m in d["metrics"] if m["primary"]) for d in chosen]
    everything += metrics
    row(workload, metrics, [d["time"]["seconds"] for d in chosen])
detected, failed = row("all", everything, [d["time"]["seconds"] for d in documents])
sys.exit(detected > binomial_quantile(len(everything), 0.05, 0.99) or failed > 0)
