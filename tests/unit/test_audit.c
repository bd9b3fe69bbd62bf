/* SPDX-License-Identifier: GPL-2.0 */
/* What a shell writes into the audit log when we have died. */
#include "tests/unit/unit.h"

#include "base/cleanup.h"
#include "base/files.h"
#include "orchestrator/canary/audit.h"
#include "reports/jsonio.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* /bin/sh, as the keeper does it; its line is the last one of the log. */
static void run_as_the_keeper(const char *commands)
{
    OWNED_PTR char *script = NULL;

    assert_true(asprintf(&script, "event=off\n%s\n", commands) > 0);
    assert_int_equal(system(script), 0); /* NOLINT(cert-env33-c): what this test is about */
}

static void must_write(const char *file, const char *name)
{
    char directory[] = "/tmp/tracetoll-test-XXXXXX", path[128];
    CLEANUP(audit_close) struct audit audit = AUDIT_NONE;
    CLEANUP(jsonio_drop) json_t *line = NULL;
    OWNED_PTR char *commands = NULL, *text = NULL;

    assert_non_null(mkdtemp(directory));
    snprintf(path, sizeof(path), "%s/%s", directory, file);
    assert_int_equal(audit_open(&audit, path, name, NULL), 0);
    commands = audit_shell(&audit);
    assert_non_null(commands);
    run_as_the_keeper(commands);
    text = file_read(path, 4096);
    unlink(path);
    assert_int_equal(rmdir(directory), 0);
    assert_non_null(text);
    line = json_loads(text, 0, NULL);
    assert_non_null(line);
    assert_string_equal(json_string_value(json_object_get(line, "name")), name);
    assert_string_equal(json_string_value(json_object_get(line, "event")), "off");
}

static void a_shell_writes_its_line(void **state)
{
    (void)state;
    must_write("audit", "agent");
    must_write("two words", "it's \"an agent\"");
    must_write("two\nlines and a\ttab", "delete \x7f, escape \x1b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_shell_writes_its_line)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
