#!/bin/bash
# Do attachments change with age, and does a tool leave something for the next block? A long attachment of real tools
# binned by age, and A-after-B against A-after-A for several settle times. The machine should have nothing else to do.
#   tests/bench/age.sh [SECONDS] [DIRECTORY]      (documents stay in DIRECTORY and are not made again)
set -eu
cd "$(dirname "$0")/../.."
seconds=${1:-60}
directory=${2:-build/bench/age}
mkdir -p "$directory"
measure() { # NAME OPTIONS... -- TARGET
    local result=$directory/$1.json
    shift
    [ -s "$result" ] || build/tracetoll run -q -o "$result" "$@"
}
measure old-softirqs --quads 10 --steady "$seconds" -w udp_rr -- softirqs 1
measure old-tcplife --quads 10 --steady "$seconds" -w tcp_crr -- tcplife
measure old-syscount --quads 10 --steady "$seconds" -w syscall,call=getpid -- syscount -i 1
for settle in 0.01 0.1 0.5; do
    measure "after-softirqs-$settle" --quads 16 --precision 0.01% --steady 0 --settle "$settle" -w udp_rr -- softirqs 1
    measure "after-tcplife-$settle" --quads 16 --precision 0.01% --steady 0 --settle "$settle" -w tcp_crr -- tcplife
done
/usr/bin/python3 tests/bench/age_table.py "$directory"
