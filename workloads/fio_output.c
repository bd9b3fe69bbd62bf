/* SPDX-License-Identifier: GPL-2.0 */
#include "workloads/fio_output.h"
#include "base/cleanup.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* "bins": {"9216": 17, ...}: nanoseconds and how often. */
static int add_bins(const json_t *bins, struct hist *latency)
{
    const char *key;
    json_t *count;

    json_object_foreach((json_t *)bins, key, count)
    {
        char *end;
        unsigned long long ns = strtoull(key, &end, 10);
        json_int_t times = json_integer_value(count);

        if (end == key || *end || key[0] == '-' || times < 0)
            return -EINVAL;
        if (hist_add_checked(latency, ns, (uint64_t)times))
            return -EINVAL;
    }
    return 0;
}

static int add_direction(const json_t *job, const char *name, struct fio_result *result)
{
    const json_t *direction = json_object_get(job, name);
    double operations = number(direction, "total_ios"), bytes = number(direction, "io_bytes");
    double runtime_ms = number(direction, "runtime");

    if (!(operations >= 0) || !(bytes >= 0) || !(runtime_ms >= 0))
        return -EINVAL;
    result->operations += operations;
    result->bytes += bytes;
    result->seconds = fmax(result->seconds, runtime_ms / 1e3);
    return operations > 0
               ? add_bins(json_object_get(json_object_get(direction, "clat_ns"), "bins"), &result->latency)
               : 0;
}

int fio_parse(const char *text, struct fio_result *result, char *why, size_t size)
{
    json_error_t error;
    const char *start = strchr(text, '{'); /* notes may come before it */
    CLEANUP(free_json) json_t *root = start ? json_loads(start, JSON_DISABLE_EOF_CHECK, &error) : NULL;
    const json_t *job = json_array_get(json_object_get(root, "jobs"), 0);

    memset(result, 0, sizeof(*result));
    if (!root)
        return fail(why, size, start ? error.text : "no JSON in it");
    if (!job)
        return fail(why, size, "it reports no job");
    if (number(job, "error") != 0)
        return fail(why, size, "its job failed");
    if (add_direction(job, "read", result) || add_direction(job, "write", result))
        return fail(why, size, "a direction lacks total_ios, io_bytes or runtime, or has impossible ones");
    if (!(result->operations > 0) || !(result->seconds > 0))
        return fail(why, size, "it did nothing");
    if (!isfinite(result->operations) || !isfinite(result->bytes) || !isfinite(result->seconds))
        return fail(why, size, "its sums are beyond all measure");
    return 0;
}
