/* SPDX-License-Identifier: GPL-2.0 */
#include "workloads/observe_source.h"
#include "base/capture.h"
#include "base/cleanup.h"
#include "base/clock.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define TIMEOUT_S  "5"
#define TIMEOUT_NS (5 * NS_PER_SECOND)

struct observe_source {
    struct observe_source_plan plan;
    struct exposition_selector selector;
    char *text; /* of the last answer */
    size_t length;
};

/* A question over a network would be measured along. */
static bool is_here(const char *url)
{
    static const char *const here[] = {"http://127.0.0.1", "http://localhost", "http://[::1]"};

    for (size_t i = 0; i < ARRAY_SIZE(here); i++) {
        size_t length = strlen(here[i]);

        if (strncmp(url, here[i], length) == 0 && (!url[length] || strchr(":/", url[length])))
            return true;
    }
    return false;
}

int observe_source_check(const struct observe_source_plan *plan, struct error *error)
{
    struct exposition_selector selector = {0};
    int result = plan->metric ? exposition_selector_parse(plan->metric, &selector) : 0;

    exposition_selector_free(&selector);
    if (plan->command && plan->url)
        return error_set(error, EXIT_USAGE, -EINVAL, "command and url are two numbers; give one");
    if (result)
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "metric %s is none; write NAME or \"NAME{label='value'}\"", plan->metric);
    if (plan->url && !is_here(plan->url))
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "url %s has to be http on this machine, such as "
                         "http://127.0.0.1:9100/metrics; for another one give the command \"curl -s URL\"",
                         plan->url);
    if ((plan->url || plan->kind == OBSERVE_HISTOGRAM) && !plan->metric)
        return error_set(error, EXIT_USAGE, -EINVAL, "which of the metrics there? give metric");
    return 0;
}

int observe_source_open(struct observe_source **source, const struct observe_source_plan *plan,
                        struct error *error)
{
    struct observe_source *made = calloc(1, sizeof(*made));
    int result = made ? 0 : error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");

    if (result)
        return result;
    made->plan = *plan;
    if (plan->metric && exposition_selector_parse(plan->metric, &made->selector) != 0)
        result = error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    if (result)
        observe_source_close(made);
    else
        *source = made;
    return result;
}

void observe_source_close(struct observe_source *source)
{
    if (!source)
        return;
    exposition_selector_free(&source->selector);
    free(source->text);
    free(source);
}

static int ask(struct observe_source *source, struct interrupt *interrupt, struct error *error)
{
    const char *const shell[] = {"sh", "-c", source->plan.command, NULL};
    const char *const endpoint[] = {"curl", "--silent",   "--show-error", "--fail",         "--noproxy",
                                    "*",    "--max-time", TIMEOUT_S,      source->plan.url, NULL};
    struct capture_plan plan = CAPTURE_PLAN(source->plan.url ? endpoint : shell);
    OWNED_CAPTURE struct capture capture = {0};
    int result;

    plan.limit_ns = 2 * TIMEOUT_NS;
    result = capture_run(&plan, interrupt, &capture, error);
    if (result)
        return result == -EINTR ? result : -EPIPE;
    if (capture.exit_status != 0)
        return error_set(error, EXIT_ENVIRONMENT, -EPIPE, "%s gave no answer (status %d): %.300s",
                         source->plan.url ? source->plan.url : source->plan.command, capture.exit_status,
                         capture_last_line(capture.errors));
    free(source->text);
    source->text = capture.output;
    source->length = strlen(source->text);
    capture.output = NULL;
    return 0;
}

/* Whatever is around it, the text has to be one number. */
static int read_number(struct observe_source *source, struct exposition_reading *reading, struct error *error)
{
    char *text = source->text ? source->text : (char *)"", *end;

    *reading = (struct exposition_reading){.series = 1};
    reading->value = strtod(text, &end);
    if (end != text && end[strspn(end, " \t\r\n")] == '\0' && isfinite(reading->value))
        return 0;
    return error_set(
        error, EXIT_ENVIRONMENT, -EPIPE,
        "command=%s printed \"%.60s\" where one number is wanted; or say with metric= which line",
        source->plan.command, text);
}

static int read_metric(struct observe_source *source, struct exposition_reading *reading, struct error *error)
{
    const struct observe_source_plan *plan = &source->plan;
    const char *where = plan->url ? plan->url : plan->command;
    int result = (plan->kind == OBSERVE_HISTOGRAM ? exposition_read_histogram : exposition_read)(
        source->text ? source->text : "", source->length, &source->selector, reading);

    if (result)
        return error_set(error, EXIT_ENVIRONMENT, -EPIPE, "%s: %s can't be read%s", where, plan->metric,
                         plan->kind == OBSERVE_HISTOGRAM ? " as a histogram with a bucket le=\"+Inf\"" : "");
    if (reading->series == 0)
        return error_set(error, EXIT_ENVIRONMENT, -EPIPE, "%s has no %s%s", where, plan->metric,
                         plan->kind == OBSERVE_HISTOGRAM ? "_bucket" : "");
    if (plan->kind == OBSERVE_GAUGE && reading->series > 1)
        return error_set(error, EXIT_ENVIRONMENT, -EPIPE,
                         "%s has %u series of %s; choose one by a label: \"NAME{label='value'}\"", where,
                         reading->series, plan->metric);
    if (plan->kind != OBSERVE_HISTOGRAM && !isfinite(reading->value))
        return error_set(error, EXIT_ENVIRONMENT, -EPIPE, "%s: %s is no finite number", where, plan->metric);
    return 0;
}

int observe_source_read(struct observe_source *source, struct interrupt *interrupt,
                        struct exposition_reading *reading, uint64_t *at_ns, struct error *error)
{
    uint64_t asked_ns = clock_now_ns();
    int result = ask(source, interrupt, error);

    *at_ns = asked_ns + (clock_now_ns() - asked_ns) / 2;
    if (result)
        return result;
    return source->plan.metric ? read_metric(source, reading, error) : read_number(source, reading, error);
}
