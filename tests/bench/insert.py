#!/usr/bin/python3
"""Puts standard input between the marks <!-- NAME --> and <!-- /NAME --> of a document, in place of what was there.

    tests/bench/insert.py FILE NAME <TABLE

An empty table or a missing mark is an error: a document must not lose figures silently."""
import re
import sys

path, name = sys.argv[1:]
table = sys.stdin.read().strip()
text = open(path, encoding="utf-8").read()
pattern = re.compile(rf"(<!-- {re.escape(name)} -->\n).*?(<!-- /{re.escape(name)} -->)", re.S)
if not table or len(pattern.findall(text)) != 1:
    sys.exit(f"{path}: nothing to put, or not exactly one pair of marks for {name}")
with open(path, "w", encoding="utf-8") as out:
    out.write(pattern.sub(lambda match: match.group(1) + table + "\n" + match.group(2), text))
