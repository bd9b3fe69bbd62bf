/* SPDX-License-Identifier: GPL-2.0 */
/* The trial on disk: what is read back is what was written, bit for bit. */
#include "tests/unit/trial.h"

#include "base/cleanup.h"
#include "base/files.h"
#include "reports/trial.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool same_bits(double a, double b)
{
    return memcmp(&a, &b, sizeof(a)) == 0;
}

static struct hist *random_hist(unsigned additions)
{
    struct hist *hist = calloc(1, sizeof(*hist));

    assert_non_null(hist);
    for (unsigned i = 0; i < additions; i++) {
        uint64_t ns = (uint64_t)rand() * (uint64_t)rand();

        hist_add(hist, ns >> (14 + rand() % 48)); /* the sum must stay below 2^63 */
    }
    return hist;
}

static void assert_same_block(const struct block *a, const struct block *b)
{
    assert_int_equal(a->phase, b->phase);
    assert_int_equal(a->quad, b->quad);
    assert_int_equal(a->position, b->position);
    assert_int_equal(a->arm, b->arm);
    assert_true(a->start_ns == b->start_ns && a->window_ns == b->window_ns && a->age_ns == b->age_ns);
    assert_string_equal(a->invalid, b->invalid);
    assert_int_equal(a->values.count, b->values.count);
    for (size_t i = 0; i < a->values.count; i++) {
        assert_string_equal(a->values.items[i].name, b->values.items[i].name);
        assert_true(same_bits(a->values.items[i].number, b->values.items[i].number));
    }
    assert_int_equal(a->latency != NULL, b->latency != NULL);
    if (a->latency)
        assert_memory_equal(a->latency, b->latency, sizeof(*a->latency));
}

/* Every kind of double, by name; the random ones are random bit patterns. */
static void odd_values(struct values *values)
{
    static const double odd[] = {0.0,
                                 -0.0,
                                 5e-324,
                                 -5e-324,
                                 DBL_MIN,
                                 DBL_MAX,
                                 -DBL_MAX,
                                 DBL_EPSILON,
                                 0.1,
                                 1.0 / 3,
                                 9007199254740993.0,
                                 1e22,
                                 NAN,
                                 INFINITY,
                                 -INFINITY,
                                 2.2250738585072011e-308};

    for (unsigned i = 0; i < ARRAY_SIZE(odd); i++)
        assert_int_equal(values_setf(values, odd[i], "odd.%u", i), 0);
    for (unsigned i = 0; i < 200; i++) {
        uint64_t bits = (uint64_t)rand() << 33 ^ (uint64_t)rand() << 11 ^ (uint64_t)rand();
        double number;

        memcpy(&number, &bits, sizeof(number));
        assert_int_equal(values_setf(values, number, "random.%u", i), 0);
    }
}

static void fill(struct trial *trial)
{
    assert_int_equal(trial_begin(trial, json_pack("{s:s,s:f,s:i}", "k", "v", "share", 0.1, "n", 3)), 0);
    for (unsigned i = 0; i < 40; i++) {
        struct block block = {.phase = i % 3,
                              .quad = i / 4,
                              .position = i % 4,
                              .arm = "AB"[i % 2],
                              .start_ns = UINT64_C(1) << (i % 62),
                              .window_ns = i,
                              .age_ns = INT64_MAX};

        if (i % 5 == 0)
            strcpy(block.invalid, "clock jumped by 12 ms");
        odd_values(&block.values);
        block.latency = i % 4 == 3 ? NULL : random_hist(i % 4 == 2 ? 0 : 20000);
        assert_int_equal(trial_add_block(trial, &block), 0);
        assert_null(block.latency);
    }
    assert_int_equal(trial_add_fact(trial, "attach_ns", json_integer(INT64_MAX)), 0);
    assert_int_equal(trial_add_fact(trial, "attach_ns", json_real(0.1)), 0);
    assert_int_equal(trial_add_fact(trial, "unknown", json_real(NAN)), 0);
}

static void test_round_trip(void **state)
{
    char *text = NULL;
    size_t size;
    FILE *file = open_memstream(&text, &size);
    struct trial written = {.stream = file}, read;
    struct error error;
    bool truncated = true;

    (void)state;
    srand(1);
    fill(&written);
    fclose(file);
    assert_int_equal(read_text(text, &read, &truncated, &error), 0);
    assert_false(truncated);
    assert_int_equal(read.count, written.count);
    for (size_t i = 0; i < read.count; i++)
        assert_same_block(&written.blocks[i], &read.blocks[i]);
    assert_true(json_equal(written.header, read.header));
    assert_true(json_equal(written.facts, read.facts));
    assert_true(same_bits(json_real_value(json_object_get(read.facts, "attach_ns")), 0.1));
    trial_free(&written);
    trial_free(&read);
    free(text);
}

/* An earlier trial goes when there is something in its place. */
static void test_earlier_trial(void **state)
{
    struct trial trial = {.stream = tmpfile()};
    char line[64] = "";

    (void)state;
    assert_non_null(trial.stream);
    for (int i = 0; i < 100; i++)
        fputs("earlier\n", trial.stream);
    fflush(trial.stream);
    rewind(trial.stream);
    assert_int_equal(trial_begin(&trial, json_true()), -EINVAL);
    assert_non_null(fgets(line, sizeof(line), trial.stream));
    assert_string_equal(line, "earlier\n");
    rewind(trial.stream);
    assert_int_equal(trial_begin(&trial, json_object()), 0);
    rewind(trial.stream);
    assert_non_null(fgets(line, sizeof(line), trial.stream));
    assert_non_null(strstr(line, "\"type\":\"header\""));
    assert_int_equal(fgetc(trial.stream), EOF);
    fclose(trial.stream);
    trial_free(&trial);
}

/* All buckets in use and counts near the limit of JSON's integers. */
static void test_huge_histogram(void **state)
{
    struct hist *hist = calloc(1, sizeof(*hist));
    struct block block = {.arm = 'B', .latency = hist}, back;
    json_t *json;

    (void)state;
    for (unsigned i = 0; i < HIST_BUCKETS; i++) {
        hist_add(hist, hist_bucket_low_ns(i));
        assert_int_equal(hist->buckets[i], 1);
    }
    hist_add(hist, INT64_MAX / 2);
    hist->buckets[0] += UINT64_C(1) << 61;
    hist->count += UINT64_C(1) << 61;
    assert_int_equal(block_check(&block), 0);
    json = block_to_json(&block);
    assert_int_equal(block_from_json(&back, json, NULL), 0);
    assert_same_block(&block, &back);
    json_decref(json);
    block_free(&block);
    block_free(&back);
}

/* A file that takes `capacity` bytes and then is a full disk. */
struct disk {
    char bytes[4096];
    size_t used, capacity;
};

static ssize_t disk_write(void *cookie, const char *data, size_t size)
{
    struct disk *disk = cookie;
    size_t room = disk->capacity - disk->used;

    if (size > room) {
        errno = ENOSPC;
        size = room;
    }
    memcpy(disk->bytes + disk->used, data, size);
    disk->used += size;
    return (ssize_t)size;
}

static void add_good(struct trial *trial, int expected)
{
    struct block block = {.arm = 'A'};

    assert_int_equal(values_set(&block.values, "ops", 1), 0);
    assert_int_equal(trial_add_block(trial, &block), expected);
}

/* Noticed at the first block that does not fit; what is on disk stays readable, memory keeps all. */
static void test_disk_full(void **state)
{
    struct disk disk = {.capacity = 600};
    FILE *file = fopencookie(&disk, "w", (cookie_io_functions_t){.write = disk_write});
    struct trial trial = {.stream = file}, back;
    bool truncated;
    size_t whole;

    (void)state;
    assert_int_equal(trial_begin(&trial, json_object()), 0);
    while (disk.used + 200 < disk.capacity)
        add_good(&trial, 0);
    whole = trial.count;
    for (unsigned i = 0; i < 3; i++)
        add_good(&trial, trial.stream_error || disk.used + 160 > disk.capacity ? -ENOSPC : 0);
    assert_int_equal(trial.stream_error, -ENOSPC);
    assert_int_equal(trial.count, whole + 3);
    fclose(file);
    assert_int_equal(read_bytes(disk.bytes, disk.used, &back, &truncated, NULL), 0);
    assert_true(truncated);
    assert_true(back.count >= whole);
    trial_free(&trial);
    trial_free(&back);
}

static void test_dev_full(void **state)
{
    OWNED_FILE FILE *file = fopen("/dev/full", "w");
    struct trial trial = {.stream = file};

    (void)state;
    assert_non_null(file);
    assert_int_equal(trial_begin(&trial, json_object()), -ENOSPC);
    assert_int_equal(trial.stream_error, -ENOSPC);
    trial_free(&trial);
}

static void test_writer_refuses_what_the_reader_would(void **state)
{
    struct trial trial = {0};
    struct block block = {.arm = 'A', .position = 6};

    (void)state;
    add_good(&trial, -EINVAL); /* no header yet */
    assert_int_equal(trial_add_fact(&trial, "a", json_null()), -EINVAL);
    assert_int_equal(trial_begin(&trial, json_array()), -EINVAL);
    assert_int_equal(trial_begin(&trial, json_object()), 0);
    assert_int_equal(trial_begin(&trial, json_object()), -EEXIST);
    assert_int_equal(trial_add_block(&trial, &block), -EINVAL);
    block = (struct block){.arm = 'A', .latency = calloc(1, sizeof(struct hist))};
    block.latency->count = 3;
    assert_int_equal(trial_add_block(&trial, &block), -EINVAL);
    assert_null(block.latency);
    assert_int_equal(trial.count, 0);
    trial_free(&trial);
}

/* A reason cut in the middle of a character must not lose the block. */
static void test_broken_utf8(void **state)
{
    char *text = NULL;
    size_t size;
    FILE *file = open_memstream(&text, &size);
    struct trial trial = {.stream = file}, back;
    struct block block = {.arm = 'B', .invalid = "died: \xe2\x82"};

    (void)state;
    assert_int_equal(trial_begin(&trial, json_object()), 0);
    assert_int_equal(trial_add_block(&trial, &block), 0);
    assert_string_equal(trial.blocks[0].invalid, "died: ??");
    fclose(file);
    assert_int_equal(read_text(text, &back, NULL, NULL), 0);
    assert_string_equal(back.blocks[0].invalid, "died: ??");
    trial_free(&trial);
    trial_free(&back);
    free(text);
}

/* The file that tests/system/10-schema.sh holds to the schema is what the reader takes. */
static void test_example(void **state)
{
    OWNED_FILE FILE *file = fopen(EXAMPLE, "r");
    struct trial trial;
    struct error error = {0};
    bool truncated;

    (void)state;
    assert_non_null(file);
    if (trial_read(&trial, file, &truncated, &error) != 0)
        fail_msg("%s", error.message);
    assert_int_equal(trial.count, 10);
    assert_int_equal(json_array_size(json_object_get(trial.facts, "attach_ns")), 2);
    assert_false(truncated);
    trial_free(&trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),     cmocka_unit_test(test_earlier_trial),
        cmocka_unit_test(test_huge_histogram), cmocka_unit_test(test_disk_full),
        cmocka_unit_test(test_dev_full),       cmocka_unit_test(test_writer_refuses_what_the_reader_would),
        cmocka_unit_test(test_broken_utf8),    cmocka_unit_test(test_example),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
