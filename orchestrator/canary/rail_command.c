/* SPDX-License-Identifier: GPL-2.0 */
/* A rail that is a command: its exit status tells. */
#include "base/capture.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "orchestrator/canary/rail_asker.h"
#include "orchestrator/canary/rail_kind.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#define LIMIT_NS (10 * NS_PER_SECOND)

struct command {
    const char *text; /* borrowed */
    struct rail_asker *asker;
};

static int check(const struct rail_given *given, struct error *error)
{
    if (given->command && given->command[0] && !given->url && !given->metric)
        return 0;
    return error_set(error, EXIT_USAGE, -EINVAL,
                     "give command, and neither url nor metric; it is crossed when its exit status is not 0");
}

static int run(const char *text, struct interrupt *interrupt, int *status, struct error *error)
{
    const char *const shell[] = {"sh", "-c", text, NULL};
    struct capture_plan plan = CAPTURE_PLAN(shell);
    OWNED_CAPTURE struct capture capture = {0};
    int result;

    plan.limit_ns = LIMIT_NS;
    result = capture_run(&plan, interrupt, &capture, error);
    *status = capture.exit_status;
    return result;
}

static struct rail_reading ask(void *context, struct interrupt *interrupt)
{
    const struct command *command = context;
    uint64_t asked_ns = clock_now_ns();
    int status;

    return (struct rail_reading){.value = run(command->text, interrupt, &status, NULL) == 0 ? status : NAN,
                                 .since_ns = asked_ns};
}

static void close_command(void *state)
{
    struct command *command = state;

    if (command)
        rail_asker_stop(command->asker);
    free(command);
}

/* One that is crossed already would end the canary at once, and be blamed on nobody: told before it starts.
 */
static int try_once(const struct command *command, struct interrupt *interrupt, struct error *error)
{
    int status, result = run(command->text, interrupt, &status, error);

    if (result || status == 0)
        return result;
    return error_set(error, EXIT_ENVIRONMENT, -EIO,
                     "'%.200s' ends with status %d before anything was switched on; see to that first",
                     command->text, status);
}

static int open_command(void **state, const struct rail_given *given, struct interrupt *interrupt,
                        struct error *error)
{
    struct command *command = calloc(1, sizeof(*command));
    int result;

    if (!command)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    command->text = given->command;
    result = try_once(command, interrupt, error);
    if (result == 0) {
        result = rail_asker_start(&command->asker, ask, command);
        if (result)
            error_set(error, EXIT_ENVIRONMENT, result, "no process to ask with");
    }
    if (result)
        close_command(command);
    else
        *state = command;
    return result;
}

static struct rail_reading read_command(void *state, const struct rail_place *place)
{
    struct command *command = state;

    (void)place;
    return rail_asker_read(command->asker,
                           (struct rail_reading){.value = NAN, .since_ns = clock_now_ns(), .idle = true});
}

const struct rail_kind rail_command = {
    .name = "command",
    .summary = "exit status of a command: crossed when it is not 0",
    .unit = "",
    .no_limit = true,
    .check = check,
    .open = open_command,
    .read = read_command,
    .close = close_command,
};
