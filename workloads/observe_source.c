/* SPDX-License-Identifier: GPL-2.0 */
#include "workloads/observe_source.h"
#include "base/capture.h"
#include "base/cleanup.h"
#include "base/clock.h"

#include <curl/curl.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define TIMEOUT_NS (5 * NS_PER_SECOND)
#define BYTES_MAX  (16u << 20)

struct observe_source {
    struct observe_source_plan plan;
    struct exposition_selector selector;
    CURL *curl; /* owned; NULL for a command */
    char *text; /* of the last answer; grows */
    size_t length, size;
};

/* A question over a network would be measured along. */
static bool is_here(const char *url)
{
    CURLU *parsed = curl_url();
    char *host = NULL, *scheme = NULL;
    bool here =
        parsed && curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK &&
        curl_url_get(parsed, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
        curl_url_get(parsed, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK && strcmp(scheme, "http") == 0 &&
        (strcmp(host, "127.0.0.1") == 0 || strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0);

    curl_free(host);
    curl_free(scheme);
    curl_url_cleanup(parsed);
    return here;
}

int observe_source_check(const struct observe_source_plan *plan, struct error *error)
{
    struct exposition_selector selector = {0};
    int result = plan->metric ? exposition_selector_parse(plan->metric, &selector) : 0;

    exposition_selector_free(&selector);
    if (plan->command && plan->url)
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "workload observe: command= and url= are two numbers; give one");
    if (result)
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "workload observe: metric=%s is no metric; write NAME or \"NAME{label='value'}\"",
                         plan->metric);
    if (plan->url && !is_here(plan->url))
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "workload observe: url=%s has to be http on this machine, such as "
                         "http://127.0.0.1:9100/metrics; for another one write command=\"curl -s URL\"",
                         plan->url);
    if ((plan->url || plan->kind == OBSERVE_HISTOGRAM) && !plan->metric)
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "workload observe: which of the metrics there? give metric=NAME");
    return 0;
}

static size_t take(char *bytes, size_t one, size_t count, void *context)
{
    struct observe_source *source = context;
    size_t more = one * count, wanted = source->length + more + 1;

    if (wanted > BYTES_MAX)
        return 0; /* ends the transfer */
    if (wanted > source->size) {
        char *larger = realloc(source->text, 2 * wanted);

        if (!larger)
            return 0;
        source->text = larger;
        source->size = 2 * wanted;
    }
    memcpy(source->text + source->length, bytes, more);
    source->length += more;
    source->text[source->length] = '\0';
    return more;
}

/* The connection stays open from question to question where the server lets it. */
static int open_curl(struct observe_source *source, struct error *error)
{
    CURL *curl = source->curl = curl_easy_init();
    bool set = curl && curl_easy_setopt(curl, CURLOPT_URL, source->plan.url) == CURLE_OK &&
               curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
               curl_easy_setopt(curl, CURLOPT_NOPROXY, "*") == CURLE_OK &&
               curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L) == CURLE_OK &&
               curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)(TIMEOUT_NS / NS_PER_MS)) == CURLE_OK &&
               curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take) == CURLE_OK &&
               curl_easy_setopt(curl, CURLOPT_WRITEDATA, source) == CURLE_OK;

    return set ? 0 : error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "libcurl can't be set up");
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
    if (result == 0 && plan->url)
        result = open_curl(made, error);
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
    curl_easy_cleanup(source->curl);
    free(source->text);
    free(source);
}

static int fetch(struct observe_source *source, struct error *error)
{
    CURLcode code;

    source->length = 0;
    code = curl_easy_perform(source->curl);
    if (code == CURLE_OK)
        return 0;
    return error_set(error, EXIT_ENVIRONMENT, -EPIPE, "%s gave no answer: %s", source->plan.url,
                     curl_easy_strerror(code));
}

static int ask_command(struct observe_source *source, struct interrupt *interrupt, struct error *error)
{
    const char *const words[] = {"sh", "-c", source->plan.command, NULL};
    struct capture_plan plan = CAPTURE_PLAN(words);
    OWNED_CAPTURE struct capture capture = {0};
    int result;

    plan.limit_ns = TIMEOUT_NS;
    result = capture_run(&plan, interrupt, &capture, error);
    if (result)
        return result == -EINTR ? result : -EPIPE;
    if (capture.exit_status != 0)
        return error_set(error, EXIT_ENVIRONMENT, -EPIPE, "command=%s ended with status %d: %.300s",
                         source->plan.command, capture.exit_status, capture_last_line(capture.errors));
    source->length = 0;
    take(capture.output, 1, strlen(capture.output), source);
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
    int result = source->curl ? fetch(source, error) : ask_command(source, interrupt, error);

    *at_ns = asked_ns + (clock_now_ns() - asked_ns) / 2;
    if (result)
        return result;
    return source->plan.metric ? read_metric(source, reading, error) : read_number(source, reading, error);
}
