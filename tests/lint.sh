#!/bin/bash
# House rules as a test (TAP): formatting, who may include whom, file sizes, names that a repository must not have.
# Beside others: it reads the sources.
source "$(dirname "$0")/system/lib.sh"

files=$(git ls-files 'base/*.[ch]' 'bpf/*.[ch]' 'netns/*.[ch]' 'workloads/*.[ch]' 'agents/*.[ch]' 'reports/*.[ch]' \
    'orchestrator/*.[ch]' 'tests/*.[ch]')

# shellcheck disable=SC2086
check "clang-format leaves every file as it is" clang-format --dry-run -Werror $files

# forbidden FOLDER ALLOWED...: prints includes of other folders of ours.
forbidden() {
    local folder=$1 allowed
    shift
    allowed=$(printf '%s|' "$folder" "$@")
    grep -nE '^#include "(base|bpf|netns|workloads|agents|reports|orchestrator)/' $(git ls-files "$folder/*.[ch]") /dev/null |
        grep -vE "#include \"(${allowed%|})/"
}
is "base includes no other folder" "$(forbidden base)" ""
is "bpf includes base alone" "$(forbidden bpf base)" ""
is "netns includes base alone" "$(forbidden netns base)" ""
is "workloads include base alone" "$(forbidden workloads base)" ""
is "agents include base and bpf" "$(forbidden agents base bpf)" ""
is "reports include base alone" "$(forbidden reports base)" ""
# The rule must be able to fail.
probe=$(mktemp -p base lint-XXXXXX.h)
echo '#include "agents/target.h"' >"$probe"
git add -N "$probe"
contains "a forbidden include is found" "$(forbidden base)" "lint-"
git rm -q --cached "$probe"
rm -f "$probe"

is "no file above 500 lines" "$(wc -l $files | awk '$2 != "total" && $1 > 500 && $2 != "orchestrator/claims/ledger.c" {print $2, $1}')" "" # but the ledger, a table
is "every source file names its licence" "$(grep -L 'SPDX-License-Identifier: GPL-2.0' $files)" ""
is "no sleep loops, no killing by name" "$(git grep -nE 'pkill|killall' -- ':!tests/lint.sh' ':!CONTRIBUTING.md')" ""
# Constant tables with pointers in them live in .data.rel.ro: what matters is the section, which nm does not tell.
mutable_globals() {
    awk '/file format/ {file = $1} $3 == "O" && $4 ~ /^(\.data|\.bss|\*COM\*)$/ {print file, $NF}
                           $2 == "O" && $3 ~ /^(\.data|\.bss|\*COM\*)$/ {print file, $NF}'
}
# Not the kernel side: the variables of a BPF program are its maps.
is "no mutable global state" "$(find "$BUILD"/{base,bpf,netns,workloads,agents,reports,orchestrator} -name '*.o' ! -name '*.bpf.o' -print0 |
    xargs -0 objdump -t | mutable_globals)" ""
probe=$(mktemp -d)
echo 'static int counter; int count(void) { return ++counter; } int shared = 1;' | gcc -x c -c -o "$probe/probe.o" -
contains "a mutable global is found" "$(objdump -t "$probe/probe.o" | mutable_globals)" "counter"
contains "an initialised one as well" "$(objdump -t "$probe/probe.o" | mutable_globals)" "shared"
rm -rf "$probe"
finish
