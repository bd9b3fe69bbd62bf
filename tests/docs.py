#!/usr/bin/python3
"""Commands that documents show: each is run, or its plan is made, or its options are held against --help.

    tests/docs.py check FILE...   a line per command: ok|not ok|skip, TAB, FILE:LINE: COMMAND, TAB, how it was checked or what is wrong
    tests/docs.py fill FILE...    output between <!-- run: COMMAND --> and <!-- /run --> made anew

Commands are the lines of code blocks, of .EX blocks in man pages and of scripts in pipelines (YAML) that begin with
tracetoll or make; in running text, what stands between backquotes and begins so. Where a comment begins with numbers
("# 2: no such format"), those are the exit statuses."""
import functools
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parent.parent
program = str((root / os.environ.get("BUILD", "build") / "tracetoll").resolve())
COMMAND = re.compile(r"(?:sudo )?((?:build/)?tracetoll(?: |$).*|make [a-z].*)")
# Words that stand for something: what shows them is a synopsis and can't be run.
PLACEHOLDER = re.compile(r"\.\.\.|\[--|(?<![\w/])(?:K|N|SPEC|FILE|TOOL|CMD|ARGS|DIR|PCT|COMMAND|SCENARIO|RESULT|OLD|NEW|TRIAL|OPTIONS)\b|\b\w+\|\w+")

BLOCK = re.compile(r"(<!-- run: (.*?) -->\n).*?(<!-- /run -->)", re.S)


def lines_of(path):
    """(number, text, is it in a block of code?) of each line that may hold a command."""
    text = path.read_text(encoding="utf-8")
    if path.suffix in (".man", ".1"):
        text = text.replace("\\-", "-").replace("\\(aq", "'").replace("\\e", "\\")
    text = BLOCK.sub(lambda match: "\n" * match[0].count("\n"), text)  # printed by us, not shown as commands
    fenced = False
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("```") or line in (".EX", ".EE"):
            fenced = not fenced
        elif fenced or re.match(r" {4}", line) or path.suffix in (".yml", ".yaml"):
            yield number, line.strip(), True
        else:
            for span in re.findall(r"`([^`]+)`", line):
                yield number, span, False


def commands_of(path):
    for number, line, block in lines_of(path):
        line = re.sub(r"^(?:- )?(?:run: )?", "", line) if path.suffix in (".yml", ".yaml") else line
        found = COMMAND.match(line)
        if found:
            yield number, re.sub(r"^build/", "", found[1]), block


@functools.cache
def help_of(command):
    done = subprocess.run([program, *command.split(), "--help"], capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else None


def options_of(command):
    text = help_of(command)
    return set(re.findall(r"^  (?:-\w, |    )(--[\w-]+)", text, re.M)) | set(re.findall(r"^  (-\w), ", text, re.M))


def unknown_in(text):
    """What the synopsis or command `text` names and the program does not know; "" when there is nothing."""
    words = text.split()
    if len(words) < 2 or words[1].startswith(("-", "[")) or words[1] == "COMMAND":
        return ""
    if not re.fullmatch(r"[a-z]+", words[1]):
        return ""
    if help_of(words[1]) is None:
        return f"there is no command {words[1]}"
    own, _, inner = text.partition(" -- ")
    own = re.sub(r"""'[^']*'|"[^"]*\"""", "", own)  # a command in one argument
    command = words[1]
    if len(words) > 2 and re.search(rf"^  tracetoll {words[1]} {re.escape(words[2])} ", help_of(words[1]), re.M):
        command += " " + words[2]  # history list
    wrong = set(re.findall(r"(?<=[\s\[|])(?:--[a-z][a-z-]+|-[a-z](?= ))", own)) - options_of(command)
    if wrong:
        return f"{command} --help knows no {' '.join(sorted(wrong))}"
    return unknown_in("tracetoll " + inner) if words[1] == "kernels" and inner.startswith(("run ", "micro ")) else ""


def make_target(text):
    makefile = (root / "Makefile").read_text()
    for target in [word for word in text.split()[1:] if re.fullmatch(r"[a-z][a-z-]*", word)][:1]:
        if not re.search(rf"^{target}:", makefile, re.M):
            return f"the Makefile has no target {target}"
    return ""


def sandbox(directory):
    """Files that documents speak of: DOCS_RESULT and DOCS_TRIAL name the ones of a real run."""
    data = root / "tests/data"
    result = os.environ.get("DOCS_RESULT", data / "example-result.json")
    for name in ("result", "old", "new", "crr", "flood"):
        shutil.copy(result, directory / f"{name}.json")
    shutil.copy(os.environ.get("DOCS_TRIAL", data / "example-trial.jsonl"), directory / "trial.jsonl")
    (directory / "mytool.py").write_text("")
    for name in ("tests", "examples", "docs"):
        (directory / name).symlink_to(root / name)
    (directory / "scenario.yaml").write_text(  # for gate; init makes its own
        "name: sham\ntargets:\n  - name: sham\n    sham: true\nworkloads:\n  - load: syscall\n    topology: host\n"
        "budgets:\n  latency.p50: {max_worsening: 5%}\ntime_limit: 2min\nkernels: [host]\nmode: timed\n")


def statuses(text):
    """Exit statuses that a comment names: "# 0, 1, 3 or 7"."""
    found = re.search(r"#\s*(\d+(?:(?:, | or )\d+)*)(?::|$)", text)
    return {int(number) for number in re.findall(r"\d+", found[1])} if found else {0}


def execute(words, directory):
    environment = dict(os.environ, XDG_STATE_HOME=str(directory / "state"), NO_COLOR="1")
    return subprocess.run([program] + words, cwd=directory, capture_output=True, text=True, timeout=120, env=environment)


def judge(done, wanted, how):
    if done.returncode in wanted:
        return "ok", how
    return "not ok", f"{how}: exit status {done.returncode}, wanted {sorted(wanted)}: {done.stderr.strip()[-300:]}"


def missing_tool(words):
    """Name of a program that the command needs and this machine lacks."""
    if "--" in words and words.index("--") + 1 < len(words):
        tool = words[words.index("--") + 1]
        if tool not in ("run", "micro") and not shutil.which(tool) and not tool.startswith(("no-such", "-")):
            return tool
    return ""


def check_run(words, wanted, directory):
    """Plans need no time; where an error is the point, it comes from the plan as well."""
    if 0 not in wanted:
        return judge(execute(words, directory), wanted, "run")
    return judge(execute(words[:1] + ["--dry-run"] + words[1:], directory), wanted, "plan")


def check_kernels(words, wanted, directory):
    if words[1:2] == ["list"] or "--" not in words:
        return "ok", "options"
    inner = words[words.index("--") + 1:]
    if inner[0] != "run":
        return "ok", "options"
    result, how = check_run(inner, wanted, directory)
    return result, f"options, and the guests' command: {how}"


def check_started(words, wanted, directory):
    """init and list --for start the tool for a moment."""
    if os.geteuid() != 0:
        return "skip", "not root"
    (directory / "scenario.yaml").unlink()
    return judge(execute(words, directory), wanted, "run")


REALLY = {"doctor", "report", "explain", "advise", "analyse", "diff", "history"}
PLANNED = {"run": check_run, "gate": check_run, "kernels": check_kernels, "init": check_started}


def check(text, block, directory):
    if text.startswith("make "):
        problem = make_target(text)
        return ("not ok", problem) if problem else ("ok", "target")
    bare = re.sub(r"\s+#.*$", "", text)
    if bare.split()[1:2] == ["gate"] and help_of("gate") is None:
        return "skip", "this program has no gate"
    problem = unknown_in(bare)
    if problem:
        return "not ok", problem
    # Names of options that stand for themselves in running text, and synopses.
    if not block or PLACEHOLDER.search(re.sub(r"'[^']*'", "", bare)):
        return "ok", "options"
    words = shlex.split(text, comments=True)[1:]
    if missing_tool(words):
        return "skip", f"{missing_tool(words)} is not installed"
    name = words[0] if words else ""
    if name == "list" and "--for" in words:
        return check_started(words, statuses(text), directory)
    if name in PLANNED:
        return PLANNED[name](words, statuses(text), directory)
    if name == "diff" and "--budget" in words and statuses(text) == {0}:  # which verdict it is depends on the document at hand
        return judge(execute(words, directory), {0, 1, 3, 7}, "run")
    if name in REALLY or name == "list" or name.startswith("--"):
        return judge(execute(words, directory), statuses(text), "run")
    return "ok", "options"


def run_check(paths):
    seen = {}
    for path in paths:
        for number, text, block in commands_of(path):
            if (text, block) in seen:
                continue
            with tempfile.TemporaryDirectory() as name:
                sandbox(pathlib.Path(name))
                seen[text, block] = result, how = check(text, block, pathlib.Path(name))
            print(f"{result}\t{path}:{number}: {text}\t{how}", flush=True)


def output_of(command):
    words = shlex.split(command)
    with tempfile.TemporaryDirectory() as name:
        sandbox(pathlib.Path(name))
        done = execute(words[1:], pathlib.Path(name))
    if done.returncode > 1:
        sys.exit(f"{command}: exit status {done.returncode}: {done.stderr}")
    return f"```\n{done.stdout.rstrip()}\n```\n"


def run_fill(paths):
    for path in paths:
        text = path.read_text(encoding="utf-8")
        filled = BLOCK.sub(lambda match: match[1] + output_of(match[2]) + match[3], text)
        if filled != text:
            path.write_text(filled, encoding="utf-8")


def run_stale(paths):
    """Blocks that are made of files of this repository alone say the same everywhere: what is there must be what is printed."""
    for path in paths:
        for match in BLOCK.finditer(path.read_text(encoding="utf-8")):
            if "tests/data/" in match[2]:
                same = match[0] == match[1] + output_of(match[2]) + match[3]
                print(f"{'ok' if same else 'not ok'}\t{path}: output of {match[2]}\t{'as printed now' if same else 'make docs-output'}")


{"check": run_check, "fill": run_fill, "stale": run_stale}[sys.argv[1]]([pathlib.Path(name) for name in sys.argv[2:]])
