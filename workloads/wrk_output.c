/* SPDX-License-Identifier: GPL-2.0 */
#include "workloads/wrk_output.h"
#include "base/cleanup.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int fail(char *why, size_t size, const char *text)
{
    snprintf(why, size, "%s", text);
    return -EINVAL;
}

struct bin {
    uint64_t us, count;
};

struct summary {
    uint64_t duration_us, requests, bytes, errors, bad;
};

/* "tracetoll DURATION_US REQUESTS BYTES SOCKET_ERRORS BAD_STATUS" */
static int read_summary(const char *line, struct summary *got)
{
    if (strcspn(line, "-") < strcspn(line, "\n")) /* which sscanf() takes for a sign */
        return -EINVAL;
    if (sscanf(line, "tracetoll %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64, &got->duration_us,
               &got->requests, &got->bytes, &got->errors, &got->bad) != 5)
        return -EINVAL;
    return got->duration_us == 0 || got->bad > got->requests ? -EINVAL : 0;
}

static size_t count_lines(const char *text)
{
    size_t lines = 0;

    while ((text = strchr(text, '\n')))
        lines++, text++;
    return lines;
}

/* From the end of the summary's line on, in ascending order. How many, or -1 with what is wrong in `why`. */
static ssize_t read_bins(const char *line, struct bin *bins, char *why, size_t size)
{
    ssize_t bin = 0;

    for (; line; line = strchr(line, '\n'), bin++) {
        line++;
        if (strncmp(line, "end\n", 4) == 0)
            return bin;
        if (strcspn(line, "-") < strcspn(line, "\n") ||
            sscanf(line, "bin %" SCNu64 " %" SCNu64, &bins[bin].us, &bins[bin].count) != 2)
            break;
        if (bin > 0 && bins[bin].us <= bins[bin - 1].us)
            return fail(why, size, "the script's histogram makes no sense");
    }
    return fail(why, size, "the script's histogram is cut short");
}

/*
 * Before wrk calls the script, it adds to its histogram what it thinks to have omitted ("stats_correct"):
 * with `expected_us` between two requests of a connection, each request of n >= 2 * expected_us puts another
 * one at n - expected_us, n - 2 * expected_us and so on, while those are above expected_us. It goes through n
 * upwards and adds below, so what it has added is never added for again, and each sum above expected_us is
 *
 *   corrected[n] = measured[n] + measured[n + expected_us] + measured[n + 2 * expected_us] + ...
 *                = measured[n] + corrected[n + expected_us]
 */
static int add_measured(const struct bin *bins, size_t bin_count, uint64_t expected_us, struct hist *latency)
{
    size_t later = 0;

    for (size_t i = 0; i < bin_count; i++) {
        uint64_t count = bins[i].count, ns;

        while (later < bin_count && bins[later].us - bins[i].us < expected_us)
            later++;
        if (expected_us > 0 && bins[i].us > expected_us && later < bin_count &&
            bins[later].us - bins[i].us == expected_us &&
            __builtin_sub_overflow(count, bins[later].count, &count))
            return -EINVAL;
        if (__builtin_mul_overflow(bins[i].us, (uint64_t)1000, &ns) || hist_add_checked(latency, ns, count))
            return -EINVAL;
    }
    return 0;
}

/* As wrk reckons it; 0: it has corrected nothing. */
static uint64_t expected_us(const struct summary *summary, unsigned connections)
{
    uint64_t each = summary->requests / connections;

    return each ? summary->duration_us / each : 0;
}

/* All but those that wrk gave up, if nothing else was added or left out. */
static bool adds_up(const struct summary *summary, const struct hist *latency)
{
    double off = fabs((double)latency->count - (double)summary->requests);

    return off <= (double)summary->errors + 0.01 * (double)summary->requests;
}

int wrk_parse(const char *text, unsigned connections, struct wrk_result *result, char *why, size_t size)
{
    const char *line = strstr(text, "\ntracetoll ");
    OWNED_PTR struct bin *bins = NULL;
    struct summary summary;
    ssize_t bin_count;

    memset(result, 0, sizeof(*result));
    if (!line)
        return fail(why, size, "the script's summary is missing");
    if (read_summary(++line, &summary))
        return fail(why, size, "the script's summary makes no sense");
    bins = calloc(count_lines(line) + 1, sizeof(*bins));
    if (!bins)
        return fail(why, size, "there is no memory for the script's histogram");
    bin_count = read_bins(strchr(line, '\n'), bins, why, size);
    if (bin_count < 0)
        return -EINVAL;
    if (add_measured(bins, (size_t)bin_count, expected_us(&summary, connections), &result->latency))
        return fail(why, size, "the script's histogram makes no sense");
    if (!adds_up(&summary, &result->latency))
        return fail(why, size, "the script's histogram does not add up to its requests");
    result->seconds = (double)summary.duration_us / 1e6;
    result->requests = (double)(summary.requests - summary.bad);
    result->failed = (double)(summary.errors + summary.bad);
    result->bytes = (double)summary.bytes;
    return 0;
}
