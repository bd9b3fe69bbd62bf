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

static void sentence_becomes(const char *word, const char *sentence, const char *wanted)
{
    struct run_options options = {.redactions = {"*s3cret*"}, .redaction_count = 1};
    char *target[] = {(char *)"--on", (char *)word, NULL};
    char got[1024];

    snprintf(got, sizeof(got), "%s", sentence);
    redact_sentence(&options, target, got, sizeof(got));
    assert_string_equal(got, wanted);
}

static void sentences(void **state)
{
    char cut[256], wanted[64], long_word[400] = "s3cret";

    (void)state;
    sentence_becomes("agent --token=s3cret", "--on 'agent --token=s3cret' ended with status 1",
                     "--on '[redacted]' ended with status 1");
    sentence_becomes("agent --token=s3cret", "it printed:\nno such option --token=s3cret",
                     "it printed:\nno such option --token=[redacted]");
    sentence_becomes("agent --token=s3cret", "bad token \"s3cret\"", "bad token \"[redacted]\"");
    sentence_becomes("--token=s3cret", "as3cret is another word, s3crets as well",
                     "as3cret is another word, s3crets as well");
    sentence_becomes("plain", "--on 'plain' ended with status 1", "--on 'plain' ended with status 1");
    /* Sentences cut long words. */
    memset(long_word + 6, 'x', 300);
    snprintf(cut, sizeof(cut), "--on '%.200s' ended", long_word);
    snprintf(wanted, sizeof(wanted), "--on '[redacted]' ended");
    sentence_becomes(long_word, cut, wanted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words),
        cmocka_unit_test(whole_command),
        cmocka_unit_test(by_option),
        cmocka_unit_test(sentences),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
