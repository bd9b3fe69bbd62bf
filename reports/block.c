/* SPDX-License-Identifier: GPL-2.0 */
#include "base/cleanup.h"
#include "reports/jsonio.h"
#include "reports/trial.h"

#include <errno.h>
#include <math.h>
#include <string.h>

static const char *const phase_names[] = {"quad", "steady", "statistics"};

void block_free(struct block *block)
{
    values_free(&block->values);
    free(block->latency);
    *block = (struct block){0};
}

double block_quantile_ns(const struct block *block, double q)
{
    bool supported =
        block->latency && (block->arm == 'A' ? hist_quantile_supported(block->latency, q)
                                             : hist_quantile_supported_slowed(block->latency, q));

    return supported ? hist_quantile_ns(block->latency, q) : NAN;
}

/* --- writing --- */

static json_t *buckets_to_json(const struct hist *hist)
{
    json_t *buckets = json_array();

    for (unsigned i = 0; i < HIST_BUCKETS; i++)
        if (hist->buckets[i] &&
            json_array_append_new(buckets, json_pack("[i,I]", (int)i, (json_int_t)hist->buckets[i])) != 0)
            break;
    return buckets;
}

static json_t *hist_to_json(const struct hist *hist)
{
    if (!hist)
        return json_null();
    return json_pack("{s:I,s:I,s:I,s:I,s:o}", "count", (json_int_t)hist->count, "sum_ns",
                     (json_int_t)hist->sum_ns, "min_ns", (json_int_t)(hist->count ? hist->min_ns : 0),
                     "max_ns", (json_int_t)hist->max_ns, "buckets", buckets_to_json(hist));
}

static json_t *values_to_json(const struct values *values)
{
    json_t *object = json_object();

    for (size_t i = 0; i < values->count; i++) {
        if (json_object_set_new(object, values->items[i].name, jsonio_number(values->items[i].number)) == 0)
            continue;
        json_decref(object);
        return NULL;
    }
    return object;
}

json_t *block_to_json(const struct block *block)
{
    return json_pack("{s:s,s:I,s:I,s:s%,s:I,s:I,s:I,s:o,s:o,s:o}", "phase", phase_names[block->phase], "quad",
                     (json_int_t)block->quad, "position", (json_int_t)block->position, "arm", &block->arm,
                     (size_t)1, "start_ns", (json_int_t)block->start_ns, "window_ns",
                     (json_int_t)block->window_ns, "age_ns", (json_int_t)block->age_ns, "invalid",
                     jsonio_text(block->invalid[0] ? block->invalid : NULL), "values",
                     values_to_json(&block->values), "latency", hist_to_json(block->latency));
}

/* --- checking --- */

/* The first and the last bucket in use, and the sum of all; false when the sum overflows or none is in use.
 */
static bool hist_extent(const struct hist *hist, unsigned *first, unsigned *last, uint64_t *total)
{
    *first = HIST_BUCKETS;
    *total = 0;
    for (unsigned i = 0; i < HIST_BUCKETS; i++) {
        if (!hist->buckets[i])
            continue;
        if (*first == HIST_BUCKETS)
            *first = i;
        *last = i;
        if (__builtin_add_overflow(*total, hist->buckets[i], total))
            return false;
    }
    return *first < HIST_BUCKETS;
}

/* Only what no sequence of hist_add() and hist_merge() could give is refused. */
static const char *hist_complaint(const struct hist *hist)
{
    unsigned first, last = 0;
    uint64_t total;

    if (!hist_extent(hist, &first, &last, &total)) {
        if (total == 0 && hist->count == 0 && hist->sum_ns == 0 && hist->max_ns == 0)
            return NULL;
        return "latency: count and buckets disagree";
    }
    if (hist->count != total || total > INT64_MAX)
        return "latency: count and buckets disagree";
    if (hist->min_ns > hist->max_ns || hist_bucket(hist->min_ns) > first || hist_bucket(hist->max_ns) < last)
        return "latency: min_ns and max_ns don't fit the buckets";
    if (hist->sum_ns > INT64_MAX || hist->max_ns > INT64_MAX ||
        (unsigned __int128)hist->count * hist->min_ns > hist->sum_ns ||
        (unsigned __int128)hist->count * hist->max_ns < hist->sum_ns)
        return "latency: sum_ns does not fit count, min_ns and max_ns";
    return NULL;
}

static const char *block_complaint(const struct block *block)
{
    if (block->phase > PHASE_STATISTICS)
        return "phase is none of quad, steady, statistics";
    if (block->arm < 'A' || block->arm > 'C')
        return "arm is none of A, B and C";
    if (block->quad >= TRIAL_BLOCKS_MAX)
        return "quad is out of range";
    if (block->position >= (block->phase == PHASE_QUAD ? BLOCKS_PER_QUAD_MAX : TRIAL_BLOCKS_MAX))
        return "position is out of range";
    if (block->start_ns > INT64_MAX || block->window_ns > INT64_MAX || block->age_ns > INT64_MAX)
        return "start_ns, window_ns or age_ns is out of range";
    if (block->values.count > TRIAL_VALUES_MAX)
        return "too many values";
    return block->latency ? hist_complaint(block->latency) : NULL;
}

int block_check(const struct block *block)
{
    return block_complaint(block) ? -EINVAL : 0;
}

/* --- reading --- */

static int bad(struct error *error, const char *what)
{
    return error_set(error, EXIT_USAGE, -EINVAL, "block: %s", what);
}

static int read_bucket(struct hist *hist, const json_t *pair)
{
    const json_t *index = json_array_get(pair, 0), *count = json_array_get(pair, 1);

    if (json_array_size(pair) != 2 || !json_is_integer(index) || !json_is_integer(count))
        return -EINVAL;
    if (json_integer_value(index) < 0 || json_integer_value(index) >= HIST_BUCKETS ||
        json_integer_value(count) < 1 || hist->buckets[json_integer_value(index)])
        return -EINVAL;
    hist->buckets[json_integer_value(index)] = (uint64_t)json_integer_value(count);
    return 0;
}

static int read_hist(struct block *block, const json_t *json, struct error *error)
{
    const json_t *buckets = json_object_get(json, "buckets"), *pair;
    struct hist *hist;
    size_t i;

    if (json_is_null(json))
        return 0;
    hist = block->latency = calloc(1, sizeof(*hist));
    if (!hist)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "not enough memory for the trial");
    if (jsonio_get_u64(json, "count", INT64_MAX, &hist->count) ||
        jsonio_get_u64(json, "sum_ns", INT64_MAX, &hist->sum_ns) ||
        jsonio_get_u64(json, "min_ns", INT64_MAX, &hist->min_ns) ||
        jsonio_get_u64(json, "max_ns", INT64_MAX, &hist->max_ns) || !json_is_array(buckets))
        return bad(error,
                   "latency lacks count, sum_ns, min_ns, max_ns or buckets, or one is no whole number");
    json_array_foreach(buckets, i, pair)
    {
        if (read_bucket(hist, pair) != 0)
            return bad(error, "latency: buckets must be [index, count], each index once and in range");
    }
    return 0;
}

static int read_values(struct block *block, const json_t *json, struct error *error)
{
    const char *name;
    json_t *value;

    if (!json_is_object(json) || json_object_size(json) > TRIAL_VALUES_MAX)
        return bad(error, "values is not an object of a reasonable size");
    json_object_foreach((json_t *)json, name, value)
    {
        int result;

        if (!json_is_number(value) && !json_is_null(value))
            return bad(error, "values: neither a number nor null");
        result = values_set(&block->values, name, jsonio_get_number(json, name));
        if (result)
            return bad(error, "values: a name is too long");
    }
    return 0;
}

static int read_phase(struct block *block, const json_t *json)
{
    const char *phase = json_string_value(json_object_get(json, "phase"));

    for (unsigned i = 0; phase && i < ARRAY_SIZE(phase_names); i++) {
        if (strcmp(phase, phase_names[i]) != 0)
            continue;
        block->phase = (enum block_phase)i;
        return 0;
    }
    return -EINVAL;
}

static int read_texts(struct block *block, const json_t *json, struct error *error)
{
    const json_t *arm = json_object_get(json, "arm"), *invalid = json_object_get(json, "invalid");

    if (read_phase(block, json) != 0)
        return bad(error, "phase is none of quad, steady, statistics");
    if (json_string_length(arm) != 1)
        return bad(error, "arm is none of A, B and C");
    block->arm = json_string_value(arm)[0];
    if (json_is_null(invalid))
        return 0;
    if (json_string_length(invalid) == 0 || json_string_length(invalid) >= sizeof(block->invalid))
        return bad(error, "invalid is neither null nor a short text");
    snprintf(block->invalid, sizeof(block->invalid), "%s", json_string_value(invalid));
    return 0;
}

static int read_counts(struct block *block, const json_t *json, struct error *error)
{
    uint64_t quad, position;

    if (jsonio_get_u64(json, "quad", TRIAL_BLOCKS_MAX, &quad) ||
        jsonio_get_u64(json, "position", TRIAL_BLOCKS_MAX, &position) ||
        jsonio_get_u64(json, "start_ns", INT64_MAX, &block->start_ns) ||
        jsonio_get_u64(json, "window_ns", INT64_MAX, &block->window_ns) ||
        jsonio_get_u64(json, "age_ns", INT64_MAX, &block->age_ns))
        return bad(error, "quad, position, start_ns, window_ns or age_ns is missing or out of range");
    block->quad = (unsigned)quad;
    block->position = (unsigned)position;
    return 0;
}

int block_from_json(struct block *block, const json_t *json, struct error *error)
{
    const char *complaint;
    int result;

    *block = (struct block){0};
    result = read_texts(block, json, error);
    if (result == 0)
        result = read_counts(block, json, error);
    if (result == 0)
        result = read_values(block, json_object_get(json, "values"), error);
    if (result == 0)
        result = read_hist(block, json_object_get(json, "latency"), error);
    complaint = result == 0 ? block_complaint(block) : NULL;
    if (complaint)
        result = bad(error, complaint);
    if (result)
        block_free(block);
    return result;
}
