# Every pair of tests/bench/advice.txt that instructions can tell: advice saves what it says, within 30 %.
source "$(dirname "$0")/lib.sh"
remember_machine

expect 0 "the pairs in exact mode" tests/bench/advice.sh exact "$work/advice"
sed 's/^/# /' "$work/out"
left_nothing "nothing is left on this machine"
finish
