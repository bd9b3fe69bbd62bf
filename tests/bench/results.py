"""Result documents, as the tables of tests/bench read them."""
import collections
import json
import math


def load(path):
    """The document; of a comparison the first kernel's."""
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    return document["kernels"][0]["document"] if "kernels" in document else document


def by_load(paths):
    """{workload: its documents}, in the order of their names."""
    groups = collections.defaultdict(list)
    for document in map(load, paths):
        groups[document["workload"]["text"]].append(document)
    return dict(sorted(groups.items()))


def metric(document, name=None):
    """The metric of that name, or the primary one."""
    return next(m for m in document["metrics"] if (m["name"] == name if name else m["primary"]))


def said(document, code):
    """Whether it has this warning."""
    return any(warning["code"] == code for warning in document["warnings"])


def reference_log(document, values, without=()):
    """What the noise reference says of a window with these values, on the log scale, weighed as the run did."""
    kinds = [kind for kind in document["reference"]["kinds"] if kind["name"] not in without]
    return sum(kind["coefficient"] * math.log(values[f"ref.{kind['name']}.ns"] / values[f"ref.{kind['name']}.count"]) for kind in kinds)


def revisions(groups):
    """Of all documents in {anything: documents}."""
    return ", ".join(sorted({document["tool"]["revision"] for documents in groups.values() for document in documents}))
