/* SPDX-License-Identifier: GPL-2.0 */
/* A trial file from anywhere: cut short, wrong, huge or damaged. */
#include "tests/unit/trial.h"

#include "base/files.h"

#include <errno.h>
#include <stdlib.h>

#define HEADER "{\"type\":\"header\",\"schema\":\"tracetoll.trial/1\",\"header\":{\"seed\":7}}\n"
#define BLOCK(phase, quad, position, arm, values, latency)                                                   \
    "{\"type\":\"block\",\"block\":{\"phase\":\"" phase "\",\"quad\":" quad ",\"position\":" position        \
    ",\"arm\":\"" arm "\",\"start_ns\":1,\"window_ns\":2,\"age_ns\":3,\"invalid\":null,\"values\":" values   \
    ",\"latency\":" latency "}}\n"
#define GOOD_BLOCK   BLOCK("quad", "0", "0", "A", "{\"ops\":1.5}", "null")
#define WITH_HIST(h) BLOCK("quad", "0", "0", "A", "{}", h)
#define HIST(c, s, lo, hi, b)                                                                                \
    "{\"count\":" c ",\"sum_ns\":" s ",\"min_ns\":" lo ",\"max_ns\":" hi ",\"buckets\":" b "}"

/* A run killed while it wrote: every cut of the file gives the blocks that are whole, and says so. */
static void test_cut_anywhere(void **state)
{
    const char *whole = HEADER GOOD_BLOCK GOOD_BLOCK;
    size_t header = strlen(HEADER), block = strlen(GOOD_BLOCK);

    (void)state;
    for (size_t length = header; length <= strlen(whole); length++) {
        struct trial trial;
        bool truncated;
        size_t rest = (length - header) % block;
        /* The newline alone may be missing. */
        size_t blocks = (length - header) / block + (rest == block - 1);

        assert_int_equal(read_bytes(whole, length, &trial, &truncated, NULL), 0);
        assert_int_equal(trial.count, blocks);
        assert_int_equal(truncated, rest != 0 && rest != block - 1);
        trial_free(&trial);
    }
}

struct refusal {
    const char *text, *sentence;
};

static const struct refusal refusals[] = {
    {"\n", "line 1: "},
    {"[]\n", "line 1: not a JSON object"},
    {"{}\n", "line 1: the first line is not a trial's header"},
    {GOOD_BLOCK, "line 1: the first line is not a trial's header"},
    {"{\"type\":\"header\",\"schema\":\"tracetoll.trial/9\",\"header\":{}}\n", "line 1: this is not a trial"},
    {"{\"type\":\"header\",\"schema\":\"tracetoll.trial/1\"}\n", "line 1: the header line has no header"},
    {HEADER HEADER, "line 2: a second header"},
    {HEADER "{\"type\":\"block\"\n" GOOD_BLOCK, "line 2: not JSON"},
    {HEADER "{\"type\":\"block\"}\n", "line 2: block: phase"},
    {HEADER "{\"type\":\"header\",\"type\":\"block\"}\n", "line 2: not JSON: duplicate"},
    {HEADER "{\"type\":\"blob\"}\n", "line 2: type is none of"},
    {HEADER "{\"type\":\"fact\",\"value\":1}\n", "line 2: a fact without"},
    {HEADER "{\"type\":\"fact\",\"name\":\"a\"}\n", "line 2: a fact without"},
    {HEADER BLOCK("night", "0", "0", "A", "{}", "null"), "line 2: block: phase"},
    {HEADER BLOCK("quad", "0", "0", "D", "{}", "null"), "line 2: block: arm"},
    {HEADER BLOCK("quad", "0", "0", "AB", "{}", "null"), "line 2: block: arm"},
    {HEADER BLOCK("quad", "-1", "0", "A", "{}", "null"), "line 2: block: quad"},
    {HEADER BLOCK("quad", "65536", "0", "A", "{}", "null"), "line 2: block: quad"},
    {HEADER BLOCK("quad", "1e3", "0", "A", "{}", "null"), "line 2: block: quad"},
    {HEADER BLOCK("quad", "0", "6", "A", "{}", "null"), "line 2: block: position"},
    {HEADER BLOCK("quad", "0", "99999999999999999999", "A", "{}", "null"), "line 2: not JSON"},
    {HEADER BLOCK("quad", "0", "0", "A", "[]", "null"), "line 2: block: values"},
    {HEADER BLOCK("quad", "0", "0", "A", "{\"ops\":\"many\"}", "null"), "line 2: block: values"},
    {HEADER BLOCK("quad", "0", "0", "A", "{\"a.name.that.is.longer.than.any.value.may.have.here\":1}",
                  "null"),
     "line 2: block: values: a name"},
    {HEADER BLOCK("quad", "0", "0", "A", "{\"ops\":1e999}", "null"), "line 2: not JSON"},
    {HEADER WITH_HIST("{}"), "line 2: block: latency lacks"},
    {HEADER WITH_HIST("7"), "line 2: block: latency lacks"},
    {HEADER WITH_HIST(HIST("1", "5", "5", "5", "[[4608,1]]")), "line 2: block: latency: buckets"},
    {HEADER WITH_HIST(HIST("1", "5", "5", "5", "[[-1,1]]")), "line 2: block: latency: buckets"},
    {HEADER WITH_HIST(HIST("1", "5", "5", "5", "[[5]]")), "line 2: block: latency: buckets"},
    {HEADER WITH_HIST(HIST("1", "5", "5", "5", "[[5,0],[5,1]]")), "line 2: block: latency: buckets"},
    {HEADER WITH_HIST(HIST("2", "10", "5", "5", "[[5,1],[5,1]]")), "line 2: block: latency: buckets"},
    {HEADER WITH_HIST(HIST("3", "10", "5", "5", "[[5,2]]")), "line 2: block: latency: count and"},
    {HEADER WITH_HIST(HIST("1", "0", "0", "0", "[]")), "line 2: block: latency: count and"},
    {HEADER WITH_HIST(HIST("0", "1", "0", "0", "[]")), "line 2: block: latency: count and"},
    {HEADER WITH_HIST(HIST("9223372036854775807", "5", "5", "5",
                           "[[5,9223372036854775807],[6,9223372036854775807],[7,2]]")),
     "line 2: block: latency: count and"},
    {HEADER WITH_HIST(HIST("2", "10", "6", "6", "[[5,2]]")), "line 2: block: latency: min_ns"},
    {HEADER WITH_HIST(HIST("2", "10", "5", "4", "[[5,2]]")), "line 2: block: latency: min_ns"},
    {HEADER WITH_HIST(HIST("2", "11", "5", "5", "[[5,2]]")), "line 2: block: latency: sum_ns"},
    {HEADER WITH_HIST(HIST("2", "9", "5", "5", "[[5,2]]")), "line 2: block: latency: sum_ns"},
};

static void test_refusals(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
        struct trial trial;
        struct error error = {0};

        assert_int_equal(read_text(refusals[i].text, &trial, NULL, &error), -EINVAL);
        assert_int_equal(error.status, EXIT_USAGE);
        if (!strstr(error.message, refusals[i].sentence))
            fail_msg("\"%s\" is not in \"%s\"", refusals[i].sentence, error.message);
        assert_null(trial.blocks);
        assert_null(trial.header);
    }
}

static void test_no_header_at_all(void **state)
{
    struct trial trial;
    struct error error;
    bool truncated;

    (void)state;
    assert_int_equal(read_bytes("{\"type\":\"hea", 12, &trial, &truncated, &error), -EINVAL);
    assert_int_equal(error.status, EXIT_USAGE);
    assert_true(truncated);
    assert_int_equal(read_bytes("\0\0\0", 3, &trial, &truncated, &error), -EINVAL);
}

/* `count` times `text` behind a header. */
static char *repeated(const char *text, size_t count, size_t *length)
{
    size_t one = strlen(text);
    char *all = malloc(strlen(HEADER) + one * count + 2), *at;

    assert_non_null(all);
    at = stpcpy(all, HEADER);
    for (size_t i = 0; i < count; i++, at += one)
        memcpy(at, text, one);
    strcpy(at, "\n");
    *length = (size_t)(at - all) + 1;
    return all;
}

static void assert_repeated_refused(const char *text, size_t count, const char *sentence)
{
    size_t length;
    OWNED_PTR char *all = repeated(text, count, &length);
    struct trial trial;
    struct error error = {0};

    assert_int_equal(read_bytes(all, length, &trial, NULL, &error), -EINVAL);
    assert_int_equal(error.status, EXIT_USAGE);
    assert_non_null(strstr(error.message, sentence));
}

static void test_caps(void **state)
{
    (void)state;
    assert_repeated_refused("[", 100000, "line 2: nested more than");
    assert_repeated_refused("{\"a\":", 100000, "line 2: nested more than");
    assert_repeated_refused(" ", TRIAL_LINE_MAX_BYTES + 1, "line 2: longer than");
    assert_repeated_refused(GOOD_BLOCK, TRIAL_BLOCKS_MAX + 1, "more than 65536 blocks");
}

static void test_bracket_in_text_is_not_depth(void **state)
{
    struct trial trial;

    (void)state;
    assert_int_equal(read_text(HEADER "{\"type\":\"fact\",\"name\":\"\\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\","
                                      "\"value\":null}\n",
                               &trial, NULL, NULL),
                     0);
    trial_free(&trial);
}

/* Bytes changed, taken out and doubled at random (fixed seed): taken or refused, never worse. */
static void damage(char *text, size_t *length)
{
    static const char bytes[] = "{}[]\",:\\\n\0-9eE.x\xff";
    size_t at = (size_t)rand() % *length, run = (size_t)rand() % 8 + 1;

    if (run > *length - at)
        run = *length - at;
    switch (rand() % 4) {
    case 0:
        memmove(text + at, text + at + run, *length - at - run);
        *length -= run;
        break;
    case 1:
        memmove(text + at, text + (size_t)rand() % (*length - run + 1), run);
        break;
    default:
        text[at] = bytes[rand() % (int)sizeof(bytes)];
    }
}

static void test_damaged_files(void **state)
{
    OWNED_PTR char *whole = file_read(EXAMPLE, 1 << 20);
    OWNED_PTR char *text = strdup(whole);
    unsigned refused = 0;

    (void)state;
    srand(2);
    for (unsigned i = 0; i < 1500; i++) {
        size_t length = strlen(whole);
        struct trial trial;
        struct error error = {0};
        int result;

        memcpy(text, whole, length);
        for (int k = rand() % 4; k >= 0; k--)
            damage(text, &length);
        result = read_bytes(text, length, &trial, NULL, &error);
        assert_true(result == 0 || (result == -EINVAL && error.status == EXIT_USAGE && error.message[0]));
        refused += result != 0;
        if (result == 0)
            trial_free(&trial);
    }
    assert_true(refused > 100 && refused < 1500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cut_anywhere),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_no_header_at_all),
        cmocka_unit_test(test_caps),
        cmocka_unit_test(test_bracket_in_text_is_not_depth),
        cmocka_unit_test(test_damaged_files),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
