/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An operation's cost as funclatency shows it, to see how far off that well-known way is: the time between a
 * kprobe and a kretprobe of the function that the operation calls, so with half of both probes and of the
 * tool's programs in it, and to no more than a power of two.
 */
#include "orchestrator/micro/called_functions.h"
#include "orchestrator/micro/funclatency.h"
#include "agents/doctor.h"
#include "base/cleanup.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static json_t *describe_buckets(const struct latency_histogram *histogram)
{
    json_t *buckets = json_array();

    for (unsigned i = 0; i < histogram->bucket_count; i++) {
        const struct latency_bucket *bucket = &histogram->buckets[i];

        if (bucket->count)
            json_array_append_new(buckets, json_pack("[I, I, I]", (json_int_t)bucket->low,
                                                     (json_int_t)bucket->high, (json_int_t)bucket->count));
    }
    return buckets;
}

static json_t *describe(const char *function, const struct latency_histogram *histogram)
{
    json_t *timed = json_pack("{s:s, s:I, s:o}", "name", function, "calls", (json_int_t)histogram->calls,
                              "buckets", describe_buckets(histogram));

    if (!isnan(histogram->average_ns))
        json_object_set_new(timed, "average_ns", json_real(histogram->average_ns));
    return timed;
}

/* An operation that calls two functions takes the sum, and so do the bounds. */
static void add(const char *function, const struct latency_histogram *histogram, struct micro_result *result,
                json_t *functions)
{
    struct latency_median median = latency_median(histogram);

    result->values[0] += median.ns;
    result->low += median.low;
    result->high += median.high;
    json_array_append_new(functions, describe(function, histogram));
}

static int time_function(const char *function, struct micro_program *program,
                         const struct micro_setting *setting, struct micro_result *result, json_t *functions,
                         struct error *error)
{
    const char *inner = called_function_inner(function);
    struct latency_histogram histogram;
    struct error why = {0};
    int code = funclatency_time(function, program, setting->interrupt, &histogram, error);

    if (code == -EPERM && inner) { /* what it says of the outer one stands when the inner one has no figure */
        function = inner;
        if (funclatency_time(function, program, setting->interrupt, &histogram, &why) == 0)
            code = 0;
    }
    if (code == 0)
        add(function, &histogram, result, functions);
    return interrupt_pending(setting->interrupt) ? -EINTR : code;
}

static int check_kernel(struct error *error)
{
    struct finding finding;

    if (doctor_check_one("kprobe", &finding) && finding.status == FINDING_UNSUPPORTED)
        return error_set(error, EXIT_UNSUPPORTED, -EOPNOTSUPP, "funclatency needs kprobes: %.120s; %.160s",
                         finding.reason, finding.remedy);
    return 0;
}

int micro_by_funclatency(const struct micro_row *row, const struct micro_setting *setting,
                         struct micro_result *result, struct error *error)
{
    CLEANUP(micro_program_close) struct micro_program *program = NULL;
    struct called_functions called;
    json_t *functions;
    int code = check_kernel(error);

    if (code == 0 && row->config.op.kind == OP_TAIL_CALL)
        return error_set(error, EXIT_UNSUPPORTED, -EOPNOTSUPP, "a tail call is a jump: no function returns");
    if (code == 0)
        code = micro_program_open(&program, &row->config, NULL, error);
    if (code == 0)
        code = called_functions_find(row, program, &called, error);
    if (code)
        return code;
    functions = json_array();
    micro_detail(result, "functions", functions);
    micro_detail(result, "bounds", json_string("median's bucket"));
    for (unsigned i = 0; code == 0 && i < called.count; i++)
        code = time_function(called.names[i], program, setting, result, functions, error);
    result->count = 1;
    result->ranged = true;
    return code;
}

int micro_not_by_funclatency(const struct micro_row *row, const struct micro_setting *setting,
                             struct micro_result *result, struct error *error)
{
    (void)row, (void)setting, (void)result;
    return error_set(error, EXIT_UNSUPPORTED, -EOPNOTSUPP,
                     "funclatency times a function of the kernel that one program calls, which this is not; "
                     "--method slope measures it");
}
