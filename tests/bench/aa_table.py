#!/usr/bin/python3
"""The table of aa.sh: detections, verdicts, bias, what could have been seen, and what a block with the sham leaves for the next one, for each
workload and in all; exit status 1 where a threshold is missed."""
import statistics
import sys

import results


def binomial_quantile(n, p, q):
    """Smallest k with P(X <= k) >= q."""
    term, total, k = (1 - p) ** n, 0.0, 0
    while True:
        total += term
        if total >= q or k == n:
            return k
        term *= (n - k) / (k + 1) * p / (1 - p)
        k += 1


def left_behind(documents):
    """A after B less A after A, in %: mean over the runs with its standard error."""
    values = [100 * check["value"]["estimate"] for d in documents for check in d["checks"]
              if check["name"] == "a_after_b" and check["value"] and check["value"]["estimate"] is not None]
    error = statistics.stdev(values) / len(values) ** 0.5 if len(values) > 1 else float("nan")
    return statistics.mean(values) if values else float("nan"), error


def row(name, documents):
    metrics = list(map(results.metric, documents))
    detected = sum(bool(m["detected"]) for m in metrics)
    verdicts = [m["verdict"] for m in metrics]
    effects = [100 * m["effect"]["estimate"] for m in metrics]
    detectable = [100 * m["detectable"] for m in metrics]
    # A run errs as often as its interval's level says, at most 5 %.
    allowed = binomial_quantile(len(metrics), min(0.05, max(1 - m["effect"]["level"] for m in metrics)), 0.99)
    after, error = left_behind(documents)
    low, high = after - 2 * error, after + 2 * error
    print("| %s | %d | %d (at most %d) | %d | %d | %d | %+.2f %% | %.2f %% | %+.2f %% [%+.2f, %+.2f] | %.0f s |" % (
        name, len(metrics), detected, allowed, verdicts.count("fail"),
        verdicts.count("pass"), verdicts.count("inconclusive"), statistics.mean(effects),
        statistics.median(detectable), after, low, high, sum(d["time"]["seconds"] for d in documents)))
    return (detected <= allowed and verdicts.count("fail") == 0
            and abs(statistics.mean(effects)) <= 0.5 and -1 < low and high < 1)


loads = results.by_load(sys.argv[1:])
documents = [document for group in loads.values() for document in group]
print("| workload | runs | detected | FAIL at 2 % | PASS | inconclusive | mean effect | median detectable | A after B less A after A | time |")
print("|---|---|---|---|---|---|---|---|---|---|")
holds = [row(*group) for group in [*loads.items(), ("all", documents)]]
print("\nThresholds: detections as given, no FAIL, mean effect within 0.5 %%, A after B less A after A (two standard errors) inside 1 %%; %s. Revision %s." % (
    "they hold" if all(holds) else "they do not hold everywhere", results.revisions(loads)))
sys.exit(not all(holds))
