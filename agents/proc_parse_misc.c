/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/proc_parse.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void parse_softirqs(struct text text, void (*row)(void *context, struct text name, uint64_t sum),
                    void *context)
{
    struct text line, name;

    while (text_line(&text, &line)) {
        uint64_t sum = 0, number;
        unsigned columns = 0;

        if (!text_word(&line, &name) || name.end[-1] != ':')
            continue;
        for (; text_u64(&line, &number); columns++)
            sum += number;
        name.end--;
        if (columns && name.at < name.end)
            row(context, name, sum);
    }
}

/* Columns of net/core/net-procfs.c: bytes packets errs drop fifo frame compressed multicast, then sending. */
int parse_net_dev(struct text text, const char *ifname, struct interface_counters *counters)
{
    struct text line, blank;

    while (text_line(&text, &line)) {
        uint64_t fields[16];
        unsigned count = 0;

        for (blank = line; blank.at < blank.end && *blank.at == ' ';)
            blank.at++;
        if (!text_skip(&blank, ifname) || !text_skip(&blank, ":"))
            continue;
        while (count < 16 && text_u64(&blank, &fields[count]))
            count++;
        if (count < 16)
            return -ENOENT;
        *counters = (struct interface_counters){.rx_bytes = fields[0],
                                                .rx_packets = fields[1],
                                                .rx_dropped = fields[3],
                                                .tx_bytes = fields[8],
                                                .tx_packets = fields[9],
                                                .tx_dropped = fields[11]};
        return 0;
    }
    return -ENOENT;
}

static bool udp_line(struct text *text, struct text *line)
{
    while (text_line(text, line))
        if (text_skip(line, "Udp:"))
            return true;
    return false;
}

int parse_snmp_udp(struct text text, struct udp_counters *counters)
{
    struct udp_counters found = {0};
    struct text names, numbers, name;
    uint64_t number;
    unsigned known = 0;

    if (!udp_line(&text, &names) || !udp_line(&text, &numbers))
        return -ENOENT;
    while (text_word(&names, &name) && text_u64(&numbers, &number)) {
        if (text_is(name, "InDatagrams"))
            found.in_datagrams = number, known |= 1;
        else if (text_is(name, "InErrors"))
            found.in_errors = number, known |= 2;
    }
    if (known != 3)
        return -ENOENT;
    counters->in_datagrams += found.in_datagrams;
    counters->in_errors += found.in_errors;
    return 0;
}

int parse_snmp6_udp(struct text text, struct udp_counters *counters)
{
    uint64_t in_datagrams, in_errors;

    if (!text_find_u64(text, "Udp6InDatagrams", &in_datagrams) ||
        !text_find_u64(text, "Udp6InErrors", &in_errors))
        return -ENOENT;
    counters->in_datagrams += in_datagrams;
    counters->in_errors += in_errors;
    return 0;
}

/* pid (comm) state ppid pgrp session tty_nr tpgid flags minflt cminflt majflt ... (proc_pid_stat(5)) */
int parse_page_faults(struct text text, uint64_t *faults)
{
    struct text word, rest = {text.end, text.end};
    uint64_t minor, major, ignored;

    for (const char *at = text.at; at < text.end; at++)
        if (*at == ')')
            rest.at = at + 1;
    for (unsigned i = 0; i < 7; i++)
        if (!text_word(&rest, &word))
            return -EINVAL;
    if (!text_u64(&rest, &minor) || !text_u64(&rest, &ignored) || !text_u64(&rest, &major))
        return -EINVAL;
    *faults = minor + major;
    return 0;
}

/* "from-to perms offset device inode   name" (proc_pid_maps(5)); the name may hold blanks. */
static uint64_t mapped_bytes(struct text line, const char *name)
{
    size_t length = strlen(name);
    char *dash, *end;
    uint64_t from, to;
    char range[64] = "";
    struct text word;

    if ((size_t)(line.end - line.at) < length || memcmp(line.end - length, name, length) != 0 ||
        !text_word(&line, &word) || (size_t)(word.end - word.at) >= sizeof(range))
        return 0;
    memcpy(range, word.at, (size_t)(word.end - word.at));
    from = strtoull(range, &dash, 16);
    if (*dash != '-')
        return 0;
    to = strtoull(dash + 1, &end, 16);
    return *end == '\0' && to > from ? to - from : 0;
}

uint64_t parse_mapped_bytes(struct text text, const char *name)
{
    struct text line;
    uint64_t bytes = 0;

    while (text_line(&text, &line))
        bytes += mapped_bytes(line, name);
    return bytes;
}
