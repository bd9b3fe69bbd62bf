/* SPDX-License-Identifier: GPL-2.0 */
#include "workloads/iperf3_output.h"
#include "base/cleanup.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>

static void free_json(json_t **json)
{
    json_decref(*json);
}

static double number(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    return json_is_number(value) ? json_number_value(value) : NAN;
}

static int fail(char *why, size_t size, const char *text)
{
    snprintf(why, size, "%s", text);
    return -EINVAL;
}

/* A short last interval holds what was left when the time was up: too short for a rate, left out. */
#define SHORTEST_INTERVAL_S 0.5

static int add_interval(const json_t *interval, bool udp, struct iperf3_result *result)
{
    const json_t *sum = json_object_get(interval, "sum");
    double seconds = number(sum, "seconds"), bytes = number(sum, "bytes");
    double counted = number(sum, udp ? "packets" : "retransmits");

    if (!(seconds >= 0) || !(bytes >= 0) || counted < 0)
        return -EINVAL;
    if (seconds < SHORTEST_INTERVAL_S)
        return 0;
    result->seconds += seconds;
    result->bytes += bytes;
    if (udp)
        result->packets += counted;
    else
        result->retransmits += counted;
    return 0;
}

static int read_losses(const json_t *end, struct iperf3_result *result)
{
    const json_t *sum = json_object_get(end, "sum");

    result->all_packets = number(sum, "packets");
    result->lost_packets = number(sum, "lost_packets");
    return result->all_packets >= 0 && result->lost_packets >= 0 ? 0 : -EINVAL;
}

int iperf3_parse(const char *text, unsigned skip, bool udp, struct iperf3_result *result, char *why,
                 size_t size)
{
    json_error_t error;
    CLEANUP(free_json) json_t *root = json_loads(text, 0, &error);
    const json_t *intervals, *interval, *complaint;
    size_t i;

    *result = (struct iperf3_result){.packets = udp ? 0 : NAN, .retransmits = udp ? NAN : 0};
    result->all_packets = result->lost_packets = NAN;
    if (!root)
        return fail(why, size, error.text);
    complaint = json_object_get(root, "error");
    if (json_is_string(complaint)) {
        snprintf(why, size, "%s",
                 json_string_value(complaint)[0] ? json_string_value(complaint) : "an error without words");
        return -EPROTO;
    }
    intervals = json_object_get(root, "intervals");
    if (!json_is_array(intervals) || json_array_size(intervals) <= skip)
        return fail(why, size, "it has too few intervals");
    json_array_foreach(intervals, i, interval)
    {
        if (i >= skip && add_interval(interval, udp, result))
            return fail(why, size, "an interval has no sum of seconds and bytes");
    }
    if (!(result->seconds > 0) || (udp && isnan(result->packets)))
        return fail(why, size, "no interval counts packets");
    if (isinf(result->seconds) || isinf(result->bytes) || isinf(result->packets) ||
        isinf(result->retransmits))
        return fail(why, size, "its sums are beyond all measure");
    if (udp && read_losses(json_object_get(root, "end"), result))
        return fail(why, size, "its end names no packets and losses");
    return 0;
}
