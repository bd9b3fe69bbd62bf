/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/target_life.h"
#include "agents/cgroup.h"
#include "agents/compiler_error.h"
#include "agents/inventory_scan.h"
#include "base/cleanup.h"
#include "base/clock.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#define DRAIN_TIMEOUT_NS (500 * NS_PER_MS)

static const char *name_of(const struct target *target)
{
    return target->argv && target->argv[0] ? target->argv[0] : target->ops->name;
}

void life_count(struct target *target)
{
    struct life *life = target->state;
    struct keeper_counts counts;

    keeper_counts(life->keeper, &counts);
    target->lost_events += counts.lost_events - life->counted.lost_events;
    target->lost_lines += counts.lost_lines - life->counted.lost_lines;
    target->output_bytes += counts.output_bytes - life->counted.output_bytes;
    life->counted = counts;
}

void life_account(struct target *target, struct probe_counts *sum)
{
    if (target->state)
        life_count(target);
    sum->lost += target->lost_events;
}

void life_reap(struct target *target)
{
    struct life *life = target->state;
    int status;

    if (life->main_pid <= 0 || waitpid(life->main_pid, &status, WNOHANG) != life->main_pid)
        return;
    target->last_exit_status = status;
    life->main_pid = 0;
}

/* Whatever is left of this attachment goes, and what it printed is counted to the end. */
static int end(struct target *target)
{
    struct life *life = target->state;
    uint64_t deadline_ns = clock_now_ns() + NS_PER_SECOND;
    struct timespec pause = clock_timespec(NS_PER_MS);
    int result = life->cgroup ? cgroup_destroy(life->cgroup) : 0;

    for (life_reap(target); life->main_pid > 0 && clock_now_ns() < deadline_ns; life_reap(target))
        nanosleep(&pause, NULL);
    keeper_wait_drained(life->keeper, clock_now_ns() + DRAIN_TIMEOUT_NS);
    life_count(target);
    close_fd(&life->events_fd);
    free(life->cgroup);
    life->cgroup = NULL;
    return result;
}

/* A tool that failed to start, or was interrupted as it did, may have pinned something before. */
static int with_left_behind(struct target *target, int result, struct error *error)
{
    struct error left = {0};
    int code = life_wait_gone(target, &left);

    return error_join(error, result, &left, code);
}

int life_switch_on(struct target *target, const char *path, char *const *argv, struct error *error)
{
    int result = target->state ? 0 : life_open(target, error);

    if (result != 0)
        return result;
    target->last_exit_status = -1;
    target->stop_signal = 0;
    result = life_start(target, path, argv, error);
    if (result == 0)
        result = life_wait_ready(target, error);
    if (result != 0) {
        life_stop(target); /* what it has attached outside of its process goes with a clean end alone */
        end(target);
        return with_left_behind(target, result, error);
    }
    target->attachments++;
    return 0;
}

char *life_describe_end(const struct target *target, char *text, size_t size)
{
    int status = target->last_exit_status;

    if (status != -1 && WIFSIGNALED(status))
        snprintf(text, size, "was ended by signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
    else if (status != -1)
        snprintf(text, size, "exited with status %d", WEXITSTATUS(status));
    else
        snprintf(text, size, "ended");
    return text;
}

int life_fail(struct target *target, int code, struct error *error, const char *format, ...)
{
    const struct life *life = target->state;
    char what[300], output[600], first[COMPILER_ERROR_MAX + 1] = "";
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(what, sizeof(what), format, arguments);
    va_end(arguments);
    life_output_tail(target, output, sizeof(output));
    if (life)
        keeper_compiler_error(life->keeper, first, sizeof(first));
    if (first[0] && !strstr(output, first))
        return error_set(error, EXIT_TARGET, code, "%s %s; the first error it printed:\n%s", name_of(target),
                         what, first);
    if (output[0])
        return error_set(error, EXIT_TARGET, code, "%s %s; its last lines of output:\n%s", name_of(target),
                         what, output);
    return error_set(error, EXIT_TARGET, code, "%s %s; it printed nothing", name_of(target), what);
}

int life_alive(struct target *target, struct error *error)
{
    struct life *life = target->state;
    char ended[100];

    if (!life || !life->cgroup)
        return error_set(error, EXIT_TARGET, -ESRCH, "%s is not switched on", name_of(target));
    life_reap(target);
    if (!cgroup_is_populated(life->events_fd)) {
        keeper_wait_drained(life->keeper, clock_now_ns() + DRAIN_TIMEOUT_NS);
        life_reap(target);
        return life_fail(target, -ESRCH, error, "%s while it was being measured",
                         life_describe_end(target, ended, sizeof(ended)));
    }
    if (inventory_still_present(&life->seen, NULL) == 0)
        return life_fail(target, -ESRCH, error,
                         "detached its BPF programs by itself while it was being measured");
    return 0;
}

int life_inspect(struct target *target, struct error *error)
{
    struct life *life = target->state;
    struct inventory found = {0};
    int result = life && life->cgroup ? life_scan(life, &found) : -ESRCH;

    if (result == 0)
        result = inventory_merge(&life->seen, &found);
    if (result == 0)
        result = inventory_describe(&found);
    if (result != 0) {
        inventory_free(&found);
        return error_set(error, EXIT_TARGET, result, "cannot read the BPF objects of %s: %s", name_of(target),
                         strerror(-result));
    }
    inventory_free(&target->inventory);
    target->inventory = found;
    life_count(target);
    return 0;
}

int life_switch_off(struct target *target, struct error *error)
{
    struct life *life = target->state;
    uint64_t asked_ns = clock_now_ns();
    struct inventory last = {0};
    int stopped, result;

    if (!life || !life->cgroup)
        return 0;
    if (life_scan(life, &last) == 0) /* what it has loaded since it was ready has to be gone as well */
        inventory_merge(&life->seen, &last);
    inventory_free(&last);
    stopped = life_stop(target);
    result = life_wait_gone(target, error);
    target->detach_ns = clock_now_ns() - asked_ns;
    end(target);
    if (stopped != 0)
        return life_fail(
            target, stopped, error,
            "could not be ended even by SIGKILL; a process of it hangs in the kernel or gets no CPU time");
    return result;
}

void life_cleanup(struct target *target)
{
    struct life *life = target->state;

    if (!life)
        return;
    if (life->cgroup || life->main_pid > 0)
        end(target);
    keeper_stop(life->keeper);
    inventory_free(&life->before);
    inventory_free(&life->reference);
    inventory_free(&life->seen);
    free(life);
    target->state = NULL;
}

const char *life_cgroup_path(const struct target *target)
{
    const struct life *life = target->state;

    return life ? life->cgroup : NULL;
}

char *life_output_tail(const struct target *target, char *text, size_t size)
{
    const struct life *life = target->state;

    text[0] = '\0';
    return life ? keeper_tail(life->keeper, text, size) : text;
}
