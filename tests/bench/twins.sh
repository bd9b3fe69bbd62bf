#!/bin/bash
# The same tool written three ways: libbpf and bpftrace against each other on this machine, and all three in instructions on a guest
# kernel (docs/twins.md). Resumable: what is there is not made again. The timed part wants a machine with nothing else to do.
#   tests/bench/twins.sh timed|exact [DIRECTORY]
set -eu
cd "$(dirname "$0")/../.."
part=$1
directory=${2:-build/bench/twins}/$part
mkdir -p "$directory"
source tests/bench/keep.sh

# exact NAME LOAD COMMAND...: the kernel's own document, or why there is none.
exact() {
    local name=$1 load=$2 work=$directory/$1.d
    shift 2
    [ -s "$directory/$name.json" ] || [ -s "$directory/$name.failed" ] && return
    if build/tracetoll kernels --kernel debian:6.1 --seeds 1 --documents "$work" -- run --no-breakdown -w "$load" -- "$@" \
        >"$directory/$name.part" 2>&1; then
        mv "$work"/*.json "$directory/$name.json"
    else
        mv "$directory/$name.part" "$directory/$name.failed"
    fi
    rm -rf "$work" "$directory/$name.part"
}

while IFS='|' read -r name load libbpf here bpftrace bcc guest_load; do
    case $name in '#'* | '') continue ;; esac
    name=${name// /}
    # Shell words: a script in quotes is one of them.
    eval "load_words=($load)" "libbpf_words=($libbpf)" "bpftrace_words=($bpftrace)" "bcc_words=($bcc)"
    # shellcheck disable=SC2154
    if [ "$part" = timed ]; then
        keep "$name.json" build/tracetoll run -q -f json --steady 0 --quads 16 -w "${load_words[0]}" --versus "$here" -- "${libbpf_words[@]}"
    else
        guest_load=${guest_load// /}
        guest_load=${guest_load:-${load_words[0]}}
        exact "$name-libbpf" "$guest_load" "${libbpf_words[@]}"
        exact "$name-bpftrace" "$guest_load" "${bpftrace_words[@]}"
        exact "$name-bcc" "$guest_load" "${bcc_words[@]}"
    fi
done <tests/bench/twins.txt
exec /usr/bin/python3 tests/bench/twins_table.py "$part" "$directory"
