#!/usr/bin/python3
"""Man pages from the help texts of the program itself, so that the two can't say different things.

    docs/man/make_man.py TRACETOLL DIRECTORY

NAME, SYNOPSIS, DESCRIPTION and OPTIONS of each command are what `tracetoll COMMAND --help` prints. What a help text has
no room for (FILES, EXAMPLES) is in docs/man/COMMAND.man, if there is one, and docs/man/common.man ends every page.
A command that is new has its page without a line here."""
import os
import pathlib
import re
import subprocess
import sys
import time

here = pathlib.Path(__file__).parent
program, directory = sys.argv[1], pathlib.Path(sys.argv[2])


def ask(*words):
    return subprocess.run([program, *words], check=True, capture_output=True, text=True).stdout


def roff(text):
    """Text as roff shows it, character by character: dashes that can be copied, no request by accident."""
    for plain, escaped in ("\\", "\\e"), ("-", "\\-"), ("'", "\\(aq"), ("`", "\\(ga"), ("~", "\\(ti"), ("^", "\\(ha"):
        text = text.replace(plain, escaped)
    return re.sub(r"^\.", r"\\&.", text, flags=re.M)


def title(page):
    date = time.strftime("%Y-%m-%d", time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH", time.time()))))
    return f'.TH {roff(page.upper())} 1 {date} "{roff(version)}" "User Commands"\n'


def synopsis(lines):
    out = ".SH SYNOPSIS\n"
    for number, line in enumerate(lines):
        known = re.match(r"tracetoll( [a-z]+)?", line)
        out += ".br\n" if number else ""
        out += f"\\fB{roff(known[0])}\\fR{roff(line[known.end():])}\n"
    return out


def option(line):
    """"  -o, --output FILE      write it": letter, name, argument, summary."""
    parts = re.match(r"  (?:    |-(\w), )--([\w-]+)(?: (\S+))? +(\S.*)$", line)
    if not parts:
        raise SystemExit(f"{program}: not a line of options: {line!r}")
    letter, name, argument, summary = parts.groups()
    head = (f"\\fB\\-{letter}\\fR, " if letter else "") + f"\\fB\\-\\-{roff(name)}\\fR"
    return f".TP\n{head}{f' {chr(92)}fI{roff(argument)}{chr(92)}fR' if argument else ''}\n{roff(summary)}\n"


def sections(text):
    """The help text apart: usage lines, paragraphs, and named lists of indented lines."""
    usage, paragraphs, lists = [], [], []
    for block in text.rstrip("\n").split("\n\n"):
        lines = block.split("\n")
        if block.startswith("Usage: "):
            usage = [re.sub(r"^Usage:", "", line).strip() for line in lines]
        elif re.fullmatch(r"\w[\w ]*:", lines[0]):
            lists.append((lines[0][:-1], lines[1:]))
        else:
            paragraphs.append(" ".join(lines))
    return usage, paragraphs, lists


def subcommand(command, name):
    """history add: what its own help says, as a section of the page of history."""
    usage, paragraphs, lists = sections(ask(command, name, "--help"))
    out = f".SS {roff(' '.join(usage))}\n" + ".PP\n".join(roff(paragraph) + "\n" for paragraph in paragraphs)
    return out + "".join(option(line) for heading, lines in lists if heading == "Options" for line in lines)


def page(name, summary, text, extra, others):
    usage, paragraphs, lists = sections(text)
    out = title(name) + f".SH NAME\n{roff(name)} \\- {roff(summary)}\n" + synopsis(usage)
    out += ".SH DESCRIPTION\n" + ".PP\n".join(roff(paragraph) + "\n" for paragraph in paragraphs)
    for heading, lines in lists:
        out += f".SH {roff(heading.upper())}\n"
        if heading == "Options":
            out += "".join(option(line) for line in lines)
        elif heading == "Commands" and lines[0].startswith("  tracetoll "):
            out += "".join(subcommand(*line.split()[1:3]) for line in lines)
        elif heading == "Commands":
            out += "".join(f".TP\n\\fB{roff(word)}\\fR\n{roff(rest)}\n" for word, rest in (line.split(None, 1) for line in lines))
        else:
            out += ".nf\n" + "".join(roff(line) + "\n" for line in lines) + ".fi\n"
    for file in (here / f"{extra}.man", here / "common.man"):
        out += file.read_text() if file.exists() else ""
    return out + ".SH SEE ALSO\n" + ",\n".join(f"\\fB{roff(other)}\\fR(1)" for other in others if other != name) + "\n"


version = " ".join(ask("--version").split()[:2])
help_text = ask("--help")
commands = [line.split(None, 1) for line in dict(sections(help_text)[2])["Commands"]]
names = ["tracetoll"] + [f"tracetoll-{command}" for command, _ in commands]
directory.mkdir(parents=True, exist_ok=True)
for old in directory.glob("*.1"):
    old.unlink()
# Its options are those of every command.
every = "\n\nOptions:\n      --help                         print this and end\n      --version                      print the version and end\n"
body, exits = help_text.rstrip("\n").rsplit("\n\n", 1)  # the statuses are in common.man, at length
(directory / "tracetoll.1").write_text(page("tracetoll", "what does a tracing tool cost the machine it runs on?", body + every, "tracetoll", names))
for command, summary in commands:
    (directory / f"tracetoll-{command}.1").write_text(page(f"tracetoll-{command}", summary, ask(command, "--help"), command, names))
