#!/usr/bin/python3
"""examples/ci: are these a workflow of GitHub Actions and a pipeline of GitLab? Keys are held against what each service knows."""
import sys

import yaml

errors = []


def keys(where, mapping, known, needed=()):
    if not isinstance(mapping, dict):
        errors.append(f"{where}: no mapping")
        return
    errors.extend(f"{where}: unknown key {key!r}" for key in mapping if key not in known)
    errors.extend(f"{where}: no {key!r}" for key in needed if key not in mapping)


def github(path):
    workflow = yaml.safe_load(open(path, encoding="utf-8"))
    workflow["on"] = workflow.pop(True, workflow.get("on"))  # YAML 1.1 reads on as a truth value
    keys(path, workflow, {"name", "on", "permissions", "env", "jobs"}, {"on", "jobs"})
    keys(f"{path}: on", workflow["on"], {"push", "pull_request", "schedule", "workflow_dispatch"})
    for name, job in workflow["jobs"].items():
        where = f"{path}: {name}"
        keys(where, job, {"runs-on", "container", "timeout-minutes", "env", "steps", "needs", "if", "strategy"}, {"runs-on", "steps"})
        for number, step in enumerate(job["steps"], 1):
            keys(f"{where}: step {number}", step, {"name", "uses", "with", "run", "if", "env"})
            if ("uses" in step) == ("run" in step):
                errors.append(f"{where}: step {number}: either uses or run")
    return workflow


def gitlab(path):
    pipeline = yaml.safe_load(open(path, encoding="utf-8"))
    for name, job in pipeline.items():
        where = f"{path}: {name}"
        keys(where, job, {"stage", "image", "timeout", "variables", "cache", "before_script", "script", "allow_failure", "artifacts", "rules"}, {"script"})
        keys(f"{where}: cache", job.get("cache", {}), {"key", "paths"})
        keys(f"{where}: artifacts", job.get("artifacts", {}), {"when", "paths", "reports"})
        for part in ("before_script", "script"):
            if not all(isinstance(line, str) for line in job.get(part, [])):
                errors.append(f"{where}: {part}: a line that YAML reads as something else than a text")
    return pipeline


texts = str(github("examples/ci/github.yml")), str(gitlab("examples/ci/gitlab.yml"))
errors.extend("a pipeline without a gate" for text in texts if "tracetoll gate " not in text)
keys("of itself", {"nonsense": 1}, {"on"})  # the check must be able to fail
if errors.pop() != "of itself: unknown key 'nonsense'":
    errors.append("unknown keys are not found")
sys.exit("\n".join(errors) or 0)
