/* SPDX-License-Identifier: GPL-2.0 */
/* A run's surroundings for the tests of targets: its cgroup, a directory for output, and short limits. */
#pragma once

#include "tests/unit/unit.h"

#include "agents/cgroup.h"
#include "agents/target.h"
#include "base/cleanup.h"
#include "base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct fixture {
    char *run_cgroup;
    char directory[64];
};

static inline void remove_directory(const char *directory)
{
    char command[128];

    snprintf(command, sizeof(command), "rm -rf '%s'", directory);
    assert_int_equal(system(command), 0);
}

static inline int fixture_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));
    struct error error = {0};

    if (geteuid() != 0) {
        print_error("these tests need root\n");
        free(fixture);
        return -1;
    }
    strcpy(fixture->directory, "/tmp/tracetoll-test-XXXXXX");
    if (!mkdtemp(fixture->directory) || cgroup_run_path(&fixture->run_cgroup, &error) != 0 ||
        cgroup_create(fixture->run_cgroup, &error) != 0) {
        print_error("%s\n", error.message);
        free(fixture);
        return -1;
    }
    *state = fixture;
    return 0;
}

/* Every test's cgroups must be gone by then: what is left is a failure. */
static inline int fixture_down(void **state)
{
    struct fixture *fixture = *state;
    int left = rmdir(fixture->run_cgroup);

    if (left != 0) {
        print_error("%s is not empty\n", fixture->run_cgroup);
        cgroup_destroy(fixture->run_cgroup);
    }
    remove_directory(fixture->directory);
    free(fixture->run_cgroup);
    free(fixture);
    return left;
}

/* Path of a program of tests/targets; `size` is that of `text`. */
static inline char *target_program(const char *name, char *text, size_t size)
{
    const char *build = getenv("BUILD");

    snprintf(text, size, "%s/targets/%s", build ? build : "build", name);
    return text;
}

static inline void pause_ms(unsigned ms)
{
    struct timespec rest = clock_timespec(ms * NS_PER_MS);

    nanosleep(&rest, NULL);
}

/* argv[0] is looked up in tests/targets when it begins with "./". */
static inline void target_prepare(struct target *target, const struct fixture *fixture, char *const *argv)
{
    char path[256];
    char *words[16] = {path};
    unsigned count = 1;

    if (strncmp(argv[0], "./", 2) == 0)
        target_program(argv[0] + 2, path, sizeof(path));
    else
        snprintf(path, sizeof(path), "%s", argv[0]);
    while (argv[count]) {
        words[count] = argv[count];
        count++;
    }
    assert_int_equal(target_init(target, &target_exec, words), 0);
    target->place.cgroup_path = fixture->run_cgroup;
    target->place.output_directory = fixture->directory;
    target->limits.attach_timeout_ns = 5 * NS_PER_SECOND;
    target->limits.stable_ns = 200 * NS_PER_MS;
    target->limits.detach_timeout_ns = 2 * NS_PER_SECOND;
}

#define ARGV(...) ((char *[]){__VA_ARGS__, NULL})

/* Switches on; a failure shows its sentence. */
static inline void on(struct target *target)
{
    struct error error = {0};

    if (target->ops->switch_on(target, &error) != 0)
        fail_msg("switch_on: %s", error.message);
}

static inline void off(struct target *target)
{
    struct inventory seen = target->inventory;
    struct error error = {0};

    if (target->ops->switch_off(target, &error) != 0)
        fail_msg("switch_off: %s", error.message);
    assert_int_equal(inventory_still_present(&seen, NULL), 0);
    assert_null(target->ops->cgroup_path(target));
}

static inline void must_not_attach(struct target *target, int code, const char *said)
{
    struct error error = {0};

    assert_int_equal(target->ops->switch_on(target, &error), code);
    assert_int_equal(error.status, EXIT_TARGET);
    if (!strstr(error.message, said))
        fail_msg("\"%s\" is not in: %s", said, error.message);
    assert_null(target->ops->cgroup_path(target));
    assert_int_equal(target->attachments, 0);
}

static inline void contains(const struct target *target, const char *text)
{
    char output[2048];

    for (int i = 0; i < 1000; i++) {
        target->ops->output_tail(target, output, sizeof(output));
        if (strstr(output, text))
            return;
        pause_ms(1);
    }
    fail_msg("\"%s\" is not in the output:\n%s", text, output);
}

static inline const struct inventory_program *program_named(const struct target *target, const char *name)
{
    for (unsigned i = 0; i < target->inventory.program_count; i++)
        if (strcmp(target->inventory.programs[i].name, name) == 0)
            return &target->inventory.programs[i];
    fail_msg("no program %s among %u", name, target->inventory.program_count);
    return NULL;
}
