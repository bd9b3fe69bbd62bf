/* SPDX-License-Identifier: GPL-2.0 */
/* Our own program as a child: this one, which then ends as it is told. */
#include "tests/unit/unit.h"

#include "base/cleanup.h"
#include "orchestrator/own_run.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

/* In the child: "run -q -f json", and the argument that says how it ends. */
static int end_as(const char *how)
{
    if (strcmp(how, "killed") == 0)
        raise(SIGKILL);
    fputs("no such load\n", stderr);
    return EXIT_USAGE;
}

static void expect_failure(const char *how, const char *sentence)
{
    const char *const arguments[] = {how, NULL};
    struct error error = {0};
    json_t *document;

    assert_int_equal(own_run(arguments, NULL, &document, &error), -EIO);
    assert_null(document);
    assert_int_equal(error.status, EXIT_ENVIRONMENT);
    assert_string_equal(error.message, sentence);
}

static void test_a_child_without_a_document(void **state)
{
    (void)state;
    expect_failure("killed", "'tracetoll run' left no document: it was killed by signal 9 (Killed)");
    expect_failure("fails", "'tracetoll run' ended with exit status 2: no such load");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_child_without_a_document),
    };

    return argc == 6 ? end_as(argv[5]) : cmocka_run_group_tests(tests, NULL, NULL);
}
