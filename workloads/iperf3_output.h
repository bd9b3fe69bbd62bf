/* SPDX-License-Identifier: GPL-2.0 */
/* Reading what `iperf3 --json` prints. Pure: text in, numbers out. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct iperf3_result {
    double seconds, bytes; /* of the intervals that count */
    double packets;        /* UDP: datagrams sent in them; NAN with TCP */
    double retransmits;    /* TCP: segments sent again in them; NAN with UDP */
    /* UDP, of the whole run, by the receiver's account; NAN with TCP */
    double all_packets, lost_packets;
};

/*
 * `skip` intervals at the start are left out. 0, -EPROTO with iperf3's own complaint in `why`, or -EINVAL
 * with what is wrong with the text.
 */
int iperf3_parse(const char *text, unsigned skip, bool udp, struct iperf3_result *result, char *why,
                 size_t size);
