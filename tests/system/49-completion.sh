# bash completion and man pages: both are made of help texts, and are held against them here.
# Beside others: it reads help texts and man pages.
source "$(dirname "$0")/lib.sh"
export LC_ALL=C.UTF-8
commands=$("$TRACETOLL" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
check "there are commands" test "$(wc -w <<<"$commands")" -gt 10

# complete_line LINE: what readline would offer at the end of it. Words as readline parts them, at blanks, '=' and ':'.
complete_line() {
    bash -c '
        source completions/tracetoll
        COMP_LINE=$1 COMP_POINT=${#1}
        mapfile -t COMP_WORDS < <(grep -oE "[=:]+|[^ =:]+" <<<"$1")
        [[ $1 == *[\ ] ]] && COMP_WORDS+=("")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_WORDS[0]=$2
        _tracetoll 2>&1
        printf "%s\n" "${COMPREPLY[@]}"' - "$1" "$TRACETOLL" | sort | tr '\n' ' ' | sed 's/ $//'
}
sorted() { sort | tr '\n' ' ' | sed 's/ $//'; }

is "every command" "$(complete_line 'tracetoll ' | sed 's/--help --version //')" "$(sorted <<<"$commands")"
is "the start of one" "$(complete_line 'tracetoll exp')" explain
for command in $commands; do
    wanted=$("$TRACETOLL" "$command" --help | grep -oE '^  (    |-., )--[a-z-]+' | grep -oE -- '--[a-z-]+' | sort -u | sorted)
    is "$command: its options, all of them" "$(complete_line "tracetoll $command --")" "$wanted"
    contains "$command: --help among them" "$wanted" '--help'
done
is "the commands of a command" "$(complete_line 'tracetoll history p')" prune
is "and their options" "$(complete_line 'tracetoll history prune --')" "--database --dry-run --help --json --keep --older-than"
is "the letters as well" "$(complete_line 'tracetoll report -' | tr ' ' '\n' | grep -E '^-[a-z]$' | sorted)" "-f -o"
is "workloads" "$(complete_line 'tracetoll run -w udp_')" "udp_flood udp_rr"
contains "keys of a workload" "$(complete_line 'tracetoll run --workload udp_rr,si')" '^udp_rr,size=$'
is "choices of a key" "$(complete_line 'tracetoll run -w syscall,call=getp')" "getpid"
is "a second key behind a value" "$(complete_line 'tracetoll run -w udp_rr,size=64,mo')" "64,mode="
is "topologies" "$(complete_line 'tracetoll run -w udp_rr -t ro')" "routed"
is "metrics" "$(complete_line 'tracetoll run --budget latency.p99')" "latency.p999= latency.p99="
contains "formats" "$(complete_line 'tracetoll report -f ')" 'markdown'
is "and of a command that has others" "$(complete_line 'tracetoll gate -f ')" "json junit markdown text"
is "choices of an option" "$(complete_line 'tracetoll run --inconclusive ')" "fail pass report"
is "kernels behind a colon" "$(complete_line 'tracetoll kernels --kernel debian:6.12')" "6.12"
contains "lists" "$(complete_line 'tracetoll list ')" 'formats.*metrics.*workloads'
contains "suites" "$(complete_line 'tracetoll micro a')" '^attach$'
contains "the target's command" "$(complete_line 'tracetoll run -w syscall -- setpri')" 'setpriv'
is "what kernels runs" "$(complete_line 'tracetoll kernels --kernel debian:6.1 -- ')" "micro run"
is "and its options" "$(complete_line 'tracetoll kernels --kernel debian:6.1 -- run --sat')" "--saturate"
check "shellcheck finds nothing" shellcheck -s bash completions/tracetoll

expect 0 "make man" make -s man BUILD="$BUILD"
is "every command has a page" "$(for page in tracetoll $(printf 'tracetoll-%s ' $commands); do [ -s "$BUILD/man/$page.1" ] || echo "$page"; done)" ""
is "mandoc has nothing to say of them" "$(mandoc -T lint -W warning "$BUILD"/man/*.1 2>&1)" ""
is "groff neither" "$(groff -man -Tutf8 -ww -z "$BUILD"/man/*.1 2>&1)" ""
is "no page of another command" "$(cd "$BUILD/man" && printf '%s\n' tracetoll-*.1 | sed 's/tracetoll-//; s/\.1//' | sorted)" \
    "$( (echo "$commands"; [ ! -x "$BUILD/tracetoll-bcc" ] || echo bcc) | sorted)"
# Every option and its sentence, as --help has it, blanks aside.
shown=$(mandoc -T utf8 -O width=500 "$BUILD/man/tracetoll-run.1" | sed 's/.\x08//g' | tr -s ' ')
missing=$("$TRACETOLL" run --help | sed -n '/^Options:/,$s/^  .*--\([a-z-]*\).*  *\([^ ].*\)$/\1/p' | while read -r name; do grep -q -- "--$name" <<<"$shown" || echo "$name"; done)
is "the page of run has every option" "$missing" ""
contains "and what it says" "$shown" 'how much worse a metric may get, e\.g\. latency\.p50=5%; repeatable'
contains "and the exit statuses" "$shown" 'untrustworthy: the measurement ran'
finish
