#!/bin/bash
# Loads of others that are missing, fail, hang or print nonsense; disks that are full or in use: exit status, one sentence, nothing left.
# Beside counting: what is told is a fault, and nothing is measured.
source "$(dirname "$0")/lib.sh"
remember_machine
quick="--quads 1 --steady 0 --window 100ms --settle 50ms --no-statistics -q"

# with PROGRAM SCRIPT: a program of that name in front of all others.
fake() {
    mkdir -p "$work/bin"
    rm -f "$work/bin"/*
    printf '#!/bin/bash\n%s\n' "$2" >"$work/bin/$1"
    chmod +x "$work/bin/$1"
}
# fault STATUS PATTERN NAME ARGS...
fault() {
    local status=$1 pattern=$2 name=$3
    shift 3
    # shellcheck disable=SC2086
    expect "$status" "$name" env PATH="$work/bin:$PATH" "$TRACETOLL" run $quick "$@" --sham
    contains "$name: says so" "$(cat "$work/err")" "$pattern"
    is "$name: in one sentence" "$(wc -l <"$work/err")" 1
}

for program in iperf3 fio stress-ng wrk; do
    case $program in
    iperf3) load=iperf3 ;;
    fio) load=fio ;;
    stress-ng) load=stress-ng,stressor=cpu ;;
    wrk) load=http ;;
    esac
    expect 6 "$program is missing" env PATH=/nowhere "$TRACETOLL" run -w "$load" --sham
    contains "$program is missing: the package is named" "$(cat "$work/err")" "apt-get install $program"
done

real_iperf3=$(command -v iperf3)
fake iperf3 "case \"\$*\" in *--server*) exec $real_iperf3 \"\$@\";; esac; sleep 1.2; echo 'not JSON'; sleep 2"
fault 7 'iperf3 printed something else than expected' "iperf3 prints broken JSON" -w iperf3
fake iperf3 "case \"\$*\" in *--server*) exec $real_iperf3 \"\$@\";; esac; sleep 1.2; echo 'lost my way' >&2; exit 1"
fault 7 'iperf3 ended with exit status 1 half-way; its last line: lost my way' "iperf3 fails half-way" -w iperf3
# As iperf3 3.12 with --json does: the error is in the document alone, and the status is 0.
fake iperf3 "case \"\$*\" in *--server*) exec $real_iperf3 \"\$@\";; esac; sleep 1.2; echo '{\"error\": \"the server has gone\"}'"
fault 7 'iperf3 failed: the server has gone' "iperf3 ends half-way and tells why in its JSON" -w iperf3
fake iperf3 "case \"\$*\" in *--server*) exec $real_iperf3 \"\$@\";; esac; sleep 100"
fault 7 'iperf3 did not end in time' "iperf3 hangs" -w iperf3
fake iperf3 "echo 'unable to start listener: Address already in use' >&2; exit 1"
fault 6 'Address already in use' "iperf3's port is in use" -w iperf3
fake fio 'case "$*" in *create_only*) exit 0;; esac; sleep 4; echo "{}"'
fault 7 'fio printed something else than expected' "fio prints no jobs" -w fio
fake fio 'echo "fio: unrecognized option --filename" >&2; exit 1'
fault 6 'unrecognized option' "fio is too old" -w fio
fake stress-ng 'sleep 4'
fault 7 'stress-ng printed something else than expected .no YAML' "stress-ng writes no YAML" -w stress-ng,stressor=cpu
fake stress-ng 'while [ $# -gt 0 ]; do [ "$1" = --yaml ] && echo "metrics: [" >"$2"; shift; done; sleep 4'
fault 7 'stress-ng printed something else than expected' "stress-ng writes broken YAML" -w stress-ng,stressor=cpu
fake wrk 'sleep 4; yes | head -c 20000000'
fault 7 'wrk' "wrk floods its output" -w http
rm -f "$work/bin"/*

fault 2 'stressor bigheap is not allowed: it takes memory' "a stressor that harms" -w stress-ng,stressor=bigheap
fault 2 'is not on the list.*did you mean "switch"' "an unknown stressor" -w stress-ng,stressor=swich
fault 2 'needs a stressor' "no stressor" -w stress-ng
fault 2 "can't run beside another one" "a load that can't be in the background" -w udp_rr -w fio
fault 2 'belong together' "a device without on=device" -w fio,device=/dev/null
fault 2 'is not a block device' "a device that is none" -w fio,on=device,device=/dev/null

# Devices of our own, on loop devices that go away with their last user.
truncate -s 64M "$work/disk"
if loop=$(losetup --show -f "$work/disk" 2>/dev/null); then
    # shellcheck disable=SC2086
    expect 0 "an empty device is used" "$TRACETOLL" run $quick -w "fio,on=device,device=$loop,size=16MiB,rw=randwrite" --sham
    mkfs.ext4 -q -F "$loop"
    fault 2 "$loop is not empty.*--destroy $loop" "a device with a file system" -w "fio,on=device,device=$loop"
    fault 2 "$loop is not empty" "named again, but another one" -w "fio,on=device,device=$loop" --destroy /dev/null
    # A whole run on a device is above: here it is let on it, and a block is measured.
    # shellcheck disable=SC2086
    "$TRACETOLL" run $quick -w "fio,on=device,device=$loop,size=16MiB" --destroy "$loop" --sham --trial "$work/t.jsonl" >"$work/out" 2>&1 &
    run=$!
    until grep -qs '"type":"block"' "$work/t.jsonl" || ! kill -0 "$run" 2>/dev/null; do sleep 0.05; done
    kill -INT "$run"
    wait "$run"
    is "a device with a file system, named again, is measured on" "$? $(grep -c '"type":"block"' "$work/t.jsonl")" "130 1"
    # A disk that is full.
    mkfs.ext4 -q -F "$loop"
    mkdir "$work/small"
    mount "$loop" "$work/small"
    fault 6 "$loop is in use" "a mounted device" -w "fio,on=device,device=$loop"
    fault 6 "$loop is in use" "a mounted device, named twice" -w "fio,on=device,device=$loop" --destroy "$loop"
    fault 6 'No space left on device' "fio on a full disk" -w "fio,dir=$work/small,size=1GiB"
    fault 6 'No space left on device' "a loop device's image on a full disk" -w "fio,on=loop,dir=$work/small"
    # To its last block, but for the room of a directory: what is set aside while something is written is free again behind it, and the image of before is gone only when
    # the kernel has taken its loop device apart.
    for _ in {1..100}; do losetup -a | grep -qF "$work/small" || break; sleep 0.05; done
    dd if=/dev/zero of="$work/small/room" bs=1k count=32 conv=fsync 2>/dev/null
    for part in 1 2 3; do dd if=/dev/zero of="$work/small/fill$part" bs=1k conv=fsync 2>/dev/null; done
    rm "$work/small/room"
    fault 7 'operations in a row failed.*No space left' "files on a full disk" -w "files,dir=$work/small,size=1MiB,fsync=off"
    umount "$work/small"
    losetup -d "$loop"
else
    skip "block devices of our own" "no loop devices here"
fi
fault 6 'cannot make a private directory' "no directory" -w files,dir=/nowhere
fault 2 "program=/nowhere can't be executed" "no program" -w fork_exec,program=/nowhere
left_nothing "nothing is left behind"
finish
