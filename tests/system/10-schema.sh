#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The schemas are valid themselves, take the examples, and refuse what is not a document: a schema that takes
# everything would prove nothing about the documents that other tests validate with it.
# Beside others: it reads files of its own.
. "$(dirname "$0")/lib.sh"
python=/usr/bin/python3

check "the schemas are JSON Schemas" $python tests/system/schema.py self
check "the example document is valid" $python tests/system/schema.py result tests/data/example-result.json
check "each line of the example trial is valid" $python tests/system/schema.py trial tests/data/example-trial.jsonl
check "a document without one of its keys is refused" $python tests/system/schema.py mutants missing
check "a document with an unknown key is refused" $python tests/system/schema.py mutants unknown
check "a document with a wrong type is refused" $python tests/system/schema.py mutants type
check "a document that contradicts itself is refused" $python tests/system/schema.py mutants contradiction
check "a trial line of a wrong shape is refused" $python tests/system/schema.py mutants line
echo '{"schema": "tracetoll.result/1"}' >"$work/empty.json"
expect 1 "the validator says no with its exit status" $python tests/system/schema.py result "$work/empty.json"
contains "and names what is missing" "$(cat "$work/out")" "'verdict' is a required property"
finish
