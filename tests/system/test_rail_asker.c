/* SPDX-License-Identifier: GPL-2.0 */
/* What a rail's command has started is gone when the rail is closed, and when we are killed. */
#include "tests/system/fixture.h"

#include "base/files.h"
#include "orchestrator/canary/rail_set.h"

#include <signal.h>
#include <sys/wait.h>

/* The first time, before anything is switched, its answer is at once that all is well. */
static char *command_that_waits(const struct fixture *fixture)
{
    char *text;

    assert_true(
        asprintf(&text, "cd %s; [ ! -e tried ] || { sleep 60 & echo $! >new; mv new asked; wait; }; : >tried",
                 fixture->directory) > 0);
    return text;
}

static const struct rail_kind *open_rail(char *command, void **rail)
{
    const struct rail_kind *kind = rail_kind_find("command", NULL);
    struct rail_given given = {.command = command};

    assert_non_null(kind);
    assert_int_equal(kind->open(rail, &given, NULL, NULL), 0);
    return kind;
}

/* PID of the command's own child, once it has been asked. */
static pid_t wait_until_asked(const struct fixture *fixture)
{
    char path[96];
    uint64_t pid = 0;

    snprintf(path, sizeof(path), "%s/asked", fixture->directory);
    for (int i = 0; i < 500 && file_read_u64(path, &pid) != 0; i++)
        pause_ms(10);
    assert_true(pid > 0);
    return (pid_t)pid;
}

static void forget(const struct fixture *fixture)
{
    char path[96];

    snprintf(path, sizeof(path), "%s/asked", fixture->directory);
    unlink(path);
    snprintf(path, sizeof(path), "%s/tried", fixture->directory);
    unlink(path);
}

/* One that nobody waits for yet has ended as well. */
static bool has_ended(pid_t pid)
{
    char path[64];
    OWNED_PTR char *status = NULL;

    snprintf(path, sizeof(path), "/proc/%d/status", pid);
    status = file_read(path, 4096);
    return !status || strstr(status, "State:\tZ");
}

static void must_end(pid_t pid)
{
    for (int i = 0; i < 200 && !has_ended(pid); i++)
        pause_ms(10);
    if (has_ended(pid))
        return;
    kill(pid, SIGKILL);
    fail_msg("what the command has started is still there");
}

static void closed_while_it_asks(void **state)
{
    const struct fixture *fixture = *state;
    OWNED_PTR char *command = command_that_waits(fixture);
    const struct rail_kind *kind;
    void *rail;
    pid_t asked;

    forget(fixture);
    kind = open_rail(command, &rail);
    asked = wait_until_asked(fixture);
    kind->close(rail);
    must_end(asked);
}

static void killed_while_it_asks(void **state)
{
    const struct fixture *fixture = *state;
    OWNED_PTR char *command = command_that_waits(fixture);
    pid_t child, asked;
    void *rail;

    forget(fixture);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        open_rail(command, &rail);
        pause();
        _exit(0);
    }
    asked = wait_until_asked(fixture);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, NULL, 0), child);
    must_end(asked);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(closed_while_it_asks),
                                       cmocka_unit_test(killed_while_it_asks)};

    return cmocka_run_group_tests(tests, fixture_up, fixture_down);
}
