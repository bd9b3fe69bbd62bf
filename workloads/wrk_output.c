/* SPDX-License-Identifier: GPL-2.0 */
#include "workloads/wrk_output.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static int fail(char *why, size_t size, const char *text)
{
    snprintf(why, size, "%s", text);
    return -EINVAL;
}

/* "tracetoll DURATION_US REQUESTS BYTES SOCKET_ERRORS BAD_STATUS" */
static int read_summary(const char *line, struct wrk_result *result)
{
    uint64_t duration_us, requests, bytes, errors, bad;

    if (strcspn(line, "-") < strcspn(line, "\n")) /* which sscanf() takes for a sign */
        return -EINVAL;
    if (sscanf(line, "tracetoll %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64, &duration_us,
               &requests, &bytes, &errors, &bad) != 5)
        return -EINVAL;
    if (duration_us == 0 || bad > requests)
        return -EINVAL;
    result->seconds = (double)duration_us / 1e6;
    result->requests = (double)(requests - bad);
    result->failed = (double)(errors + bad);
    result->bytes = (double)bytes;
    return 0;
}

int wrk_parse(const char *text, struct wrk_result *result, char *why, size_t size)
{
    const char *line = strstr(text, "\ntracetoll ");

    memset(result, 0, sizeof(*result));
    if (!line)
        return fail(why, size, "the script's summary is missing");
    if (read_summary(++line, result))
        return fail(why, size, "the script's summary makes no sense");
    for (line = strchr(line, '\n'); line; line = strchr(line, '\n')) {
        uint64_t us, count, ns;

        line++;
        if (strncmp(line, "end\n", 4) == 0)
            return 0;
        if (strcspn(line, "-") < strcspn(line, "\n") ||
            sscanf(line, "bin %" SCNu64 " %" SCNu64, &us, &count) != 2)
            break;
        if (__builtin_mul_overflow(us, (uint64_t)1000, &ns) || hist_add_checked(&result->latency, ns, count))
            return fail(why, size, "the script's histogram makes no sense");
    }
    return fail(why, size, "the script's histogram is cut short");
}
