/* SPDX-License-Identifier: GPL-2.0 */
/* What a document keeps of a command line with secrets in it. */
#include "tests/unit/unit.h"

#include "agents/substitute.h"
#include "base/cleanup.h"
#include "orchestrator/redact.h"

#include <string.h>

static void becomes(const char *pattern, const char *word, const char *wanted)
{
    struct run_options options = {.redactions = {pattern}, .redaction_count = 1};
    OWNED_PTR char *got = redact_word(&options, word);

    assert_string_equal(got, wanted);
}

static void words(void **state)
{
    (void)state;
    becomes("s3cret", "s3cret", "[redacted]");
    becomes("s3cret", "s3cret2", "s3cret2");
    becomes("*s3cret*", "as3cretb", "[redacted]");
    becomes("s3cret", "--token=s3cret", "--token=[redacted]");
    becomes("--token=*", "--token=s3cret", "--token=[redacted]");
    becomes("*", "--verbose", "--verbose");
    becomes("*", "--token=a=b", "--token=[redacted]");
    becomes("*", "", "[redacted]");
}

static void whole_command(void **state)
{
    char *target[] = {(char *)"tool", (char *)"one", NULL};
    char *command[] = {(char *)"tracetoll",
                       (char *)"run",
                       (char *)"-w",
                       (char *)"one",
                       (char *)"--redact",
                       (char *)"one",
                       (char *)"--redact=two",
                       (char *)"--",
                       target[0],
                       target[1],
                       NULL};
    struct run_options options = {.redactions = {"one", "two"}, .redaction_count = 2, .target_argv = target};
    char **got = redact_command(&options, command);

    (void)state;
    assert_string_equal(got[3], "one"); /* the load's, which is not the target's */
    assert_string_equal(got[5], "[redacted]");
    assert_string_equal(got[6], "--redact=[redacted]");
    assert_string_equal(got[8], "tool");
    assert_string_equal(got[9], "[redacted]");
    assert_null(got[10]);
    substitute_free(got);
}

static void by_option(void **state)
{
    char *command[] = {(char *)"tracetoll",
                       (char *)"run",
                       (char *)"--on",
                       (char *)"start --token s3cret",
                       (char *)"--versus=tool s3cret",
                       NULL};
    struct run_options options = {.redactions = {"*s3cret*"}, .redaction_count = 1};
    char **got = redact_command(&options, command);

    (void)state;
    assert_string_equal(got[3], "[redacted]");
    assert_string_equal(got[4], "--versus=[redacted]");
    substitute_free(got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words),
        cmocka_unit_test(whole_command),
        cmocka_unit_test(by_option),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
