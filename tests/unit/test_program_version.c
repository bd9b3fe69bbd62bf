/* SPDX-License-Identifier: GPL-2.0 */
/* The package of a program, from a dpkg-query of our own that knows some files with unusual names. */
#include "tests/unit/unit.h"

#include "agents/program_version.h"
#include "base/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* It speaks to whoever did not ask for its own language, and has an answer for an exact argument alone. */
static const char answers[] =
    "#!/bin/sh\n"
    "for last; do :; done\n"
    "case \"$1 $last\" in\n"
    "'-S /opt/plain tool') echo \"plain:amd64: $last\" ;;\n"
    "'-S /opt/it'\"'\"'s') echo \"quoted: $last\" ;;\n"
    "'-S /opt/two\nlines') echo \"lines, others: /opt/two\" ;;\n"
    "'-S /opt/moved')\n"
    "    [ \"$LC_ALL\" = C ] && from='diversion by' || from='translated'\n"
    "    echo \"$from one from: $last\"; echo \"moved: $last\" ;;\n"
    "'-W plain'|'-W quoted'|'-W lines'|'-W moved') printf '%s 1.2-3\\n%s 1.2-3\\n' \"$last\" \"$last\" ;;\n"
    "*) echo \"no path found\" >&2; exit 1 ;;\n"
    "esac\n";

static char directory[] = "/tmp/tracetoll-test-XXXXXX", program[64];

static int make_answers(void **state)
{
    char path[4096];

    (void)state;
    if (!mkdtemp(directory))
        return -1;
    snprintf(program, sizeof(program), "%s/dpkg-query", directory);
    snprintf(path, sizeof(path), "%s:/usr/bin:/bin", directory);
    setenv("PATH", path, 1);
    return file_replace(program, answers, strlen(answers)) == 0 && chmod(program, 0755) == 0 ? 0 : -1;
}

static int remove_answers(void **state)
{
    (void)state;
    unlink(program);
    return rmdir(directory);
}

static void must_be(const char *path, const char *wanted)
{
    char text[128] = "";

    assert_int_equal(program_version(path, NULL, text, sizeof(text)), wanted != NULL);
    if (wanted)
        assert_string_equal(text, wanted);
}

static void asked_for_any_name(void **state)
{
    (void)state;
    must_be("/opt/plain tool", "plain 1.2-3");
    must_be("/opt/it's", "quoted 1.2-3");
    must_be("/opt/two\nlines", "lines 1.2-3");
    must_be("/opt/unknown", NULL);
}

static void diversions_are_passed_over(void **state)
{
    (void)state;
    must_be("/opt/moved", "moved 1.2-3");
}

static void none_without_dpkg(void **state)
{
    (void)state;
    assert_int_equal(chmod(program, 0644), 0);
    setenv("PATH", directory, 1);
    must_be("/opt/plain tool", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(asked_for_any_name),
                                       cmocka_unit_test(diversions_are_passed_over),
                                       cmocka_unit_test(none_without_dpkg)};

    return cmocka_run_group_tests(tests, make_answers, remove_answers);
}
