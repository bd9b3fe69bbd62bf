#!/usr/bin/python3
"""Where the noise of an estimate comes from: the variance of quad contrasts taken apart, from the result documents of runs that have the same
load and the same target.

    tests/bench/variance_table.py RESULT.json...

All on the log scale, as standard deviations in %, of the primary latency of own loads (blocks' histograms), adjusted by the run's own reference:
  operations      what is left of single operations' spread in a window's mean: their deviation by the root of their number
  block           two blocks of one arm, next to each other: half the variance of their difference
  in the quad     what a pair's distance in time adds: half the variance of pairs at both ends of a quad, less the block's
  between quads   what contrasts vary by beyond their own blocks: the effect itself comes and goes, or switching has a cost of its own
  between runs    what runs' estimates vary by beyond their quads: placement, in memory and on CPUs
A component is the square root of a difference of variances; where that is negative there is nothing to be seen, and it says 0."""
import collections
import math
import statistics
import sys

import results


def quads_of(document, adjusted):
    """Each valid quad as its blocks' [(position, arm, log latency)]."""
    adjusted = adjusted and document["reference"]["used"]
    quads = collections.defaultdict(list)
    broken = set()
    for block in document["blocks"]:
        if block["phase"] != "quad":
            continue
        key = block["quad"]
        if block["invalid"] or not block["latency"]["count"]:
            broken.add(key)
            continue
        histogram = block["latency"]
        mood = results.reference_log(document, block["values"]) if adjusted else 0
        quads[key].append((block["position"], block["arm"], math.log(histogram["sum_ns"] / histogram["count"]) - mood))
    return [sorted(blocks) for key, blocks in quads.items() if key not in broken and len(blocks) == 4]


def contrast(quad):
    return statistics.mean(y for _, arm, y in quad if arm == "B") - statistics.mean(y for _, arm, y in quad if arm == "A")


def lower_ns(bucket):
    """Where a bucket of a histogram begins (base/hist.h)."""
    shift = max(0, (bucket >> 7) - 1)
    return bucket - (shift << 7) << shift


def operations_variance(document):
    """Of a window's mean, from the spread of its histogram, relative."""
    shares = []
    for block in document["blocks"]:
        histogram = block["latency"]
        if block["phase"] != "quad" or not histogram["count"]:
            continue
        mean = histogram["sum_ns"] / histogram["count"]
        spread = sum(n * (lower_ns(bucket) - mean) ** 2 for bucket, n in histogram["buckets"]) / histogram["count"]
        shares.append(spread / histogram["count"] / mean ** 2)
    return statistics.mean(shares)


def component(variance):
    return 100 * math.sqrt(max(0, variance))


def row(load, documents, adjusted):
    near, far, within, estimates, errors = [], [], [], [], []
    for document in documents:
        quads = quads_of(document, adjusted)
        if len(quads) < 2:
            continue
        for quad in quads:
            near.append((quad[1][2] - quad[2][2]) ** 2 / 2)
            far.append((quad[0][2] - quad[3][2]) ** 2 / 2)
        contrasts = [contrast(quad) for quad in quads]
        within.append(statistics.variance(contrasts))
        estimates.append(statistics.mean(contrasts))
        errors.append(within[-1] / len(contrasts))
    operations = statistics.mean(operations_variance(d) for d in documents)
    block, distant, total = (statistics.mean(v) for v in (near, far, within))
    # A contrast is the difference of two means of two blocks: as much variance as one block has, near and far alike.
    between_quads = total - (block + distant) / 2
    between_runs = f"{component(statistics.variance(estimates) - statistics.mean(errors)):.2f} %" if len(estimates) > 2 else ""
    print(f"| {load} | {'adjusted' if adjusted else 'raw'} | {len(estimates)} | {component(total):.2f} % | {component(operations):.2f} % | {component(block - operations):.2f} % | "
          f"{component(distant - block):.2f} % | {component(between_quads):.2f} % | {between_runs} |")


print("| load | figures | runs | a quad's contrast | operations | block | in the quad | between quads | between runs |\n|---|---|---|---|---|---|---|---|---|")
groups = results.by_load(sys.argv[1:])
for name, group in groups.items():
    for adjust in (False, True):
        row(name, group, adjust)
print(f"\nRevision {results.revisions(groups)}.")
