# Sourced by the benchmarks of what is left unexplained: probes of known composition, per system call and per round trip.
# shellcheck shell=bash disable=SC2034
calls='raw_tp@sys_enter raw_tp@sys_enter+hash_update*4 raw_tp@sys_enter+ringbuf_output:64 raw_tp@sys_enter+spin:500ns'
trips='raw_tp@sys_enter+hash_update*8 raw_tp@sys_enter+spin:1us'
