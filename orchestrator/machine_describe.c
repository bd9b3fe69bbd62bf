/* SPDX-License-Identifier: GPL-2.0 */
/* The target as it was seen, for the trial: programs, maps, times, losses. */
#include "agents/function_tracepoints.h"
#include "agents/inventory_scan.h"
#include "agents/kernel_functions.h"
#include "base/cleanup.h"
#include "orchestrator/machine.h"
#include "orchestrator/stats/select.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

static json_t *text_or_null(const char *text)
{
    return text && text[0] ? json_string(text) : json_null();
}

static json_t *count_or_null(uint64_t count)
{
    return count ? json_integer((json_int_t)count) : json_null();
}

/* "none": loaded, but nothing that could attach it exists. */
static json_t *mechanism(const struct inventory_program *program)
{
    if (!program->mechanism[0] && inventory_attachment_shows(program))
        return json_string("none");
    return text_or_null(program->mechanism);
}

/* Null for a program that is on no function of the kernel. */
static json_t *in_btf(struct kernel_functions *functions, const struct inventory_program *program)
{
    const char *colon = strchr(program->attach, ':');

    if (!colon ||
        (strncmp(program->attach, "kprobe:", 7) != 0 && strncmp(program->attach, "kretprobe:", 10) != 0))
        return json_null();
    return json_boolean(kernel_functions_has(functions, colon + 1));
}

/* Null where none stands at the function that it is on. */
static json_t *tracepoint(int tracefs_fd, const struct inventory_program *program)
{
    char name[128];

    return function_tracepoint(program->attach, tracefs_fd, name, sizeof(name)) ? json_string(name)
                                                                                : json_null();
}

static json_t *describe_programs(const struct inventory *inventory)
{
    CLEANUP(kernel_functions_close) struct kernel_functions functions = {0};
    OWNED_FD int tracefs_fd = attach_open_tracefs();
    json_t *programs = json_array();

    for (unsigned i = 0; i < inventory->program_count; i++) {
        const struct inventory_program *program = &inventory->programs[i];

        json_array_append_new(
            programs,
            json_pack("{s:i, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id", (int)program->id,
                      "name", program->name, "type", program->type, "attach", text_or_null(program->attach),
                      "mechanism", mechanism(program), "kprobe_by", text_or_null(program->kprobe_by), "tag",
                      text_or_null(program->tag), "jited_bytes", count_or_null(program->jited_bytes),
                      "verified_insns", count_or_null(program->verified_insns), "in_btf",
                      in_btf(&functions, program), "tracepoint", tracepoint(tracefs_fd, program)));
    }
    return programs;
}

static json_t *describe_maps(const struct inventory *inventory)
{
    json_t *maps = json_array();

    for (unsigned i = 0; i < inventory->map_count; i++) {
        const struct inventory_map *map = &inventory->maps[i];

        json_array_append_new(maps,
                              json_pack("{s:i, s:s, s:s, s:i, s:i, s:i, s:o}", "id", (int)map->id, "name",
                                        map->name, "type", map->type, "key_bytes", (int)map->key_bytes,
                                        "value_bytes", (int)map->value_bytes, "max_entries",
                                        (int)map->max_entries, "bytes", count_or_null(map->bytes)));
    }
    return maps;
}

static json_t *describe_exit(int status)
{
    if (status < 0)
        return json_null();
    if (WIFSIGNALED(status)) {
        const char *name = sigabbrev_np(WTERMSIG(status));
        OWNED_PTR char *signal_name = NULL;

        if (asprintf(&signal_name, "SIG%s", name ? name : "?") < 0)
            signal_name = NULL;
        return json_pack("{s:n, s:s}", "status", "signal", signal_name ? signal_name : "?");
    }
    return json_pack("{s:i, s:n}", "status", WEXITSTATUS(status), "signal");
}

static json_t *stop_signal(int number)
{
    const char *name = number ? sigabbrev_np(number) : NULL;
    char text[24];

    if (!name)
        return json_null();
    snprintf(text, sizeof(text), "SIG%s", name);
    return json_string(text);
}

static json_t *median_or_null(const double *times_ns, unsigned count)
{
    OWNED_PTR double *copy = calloc(count + 1, sizeof(*copy));

    if (!copy || !count)
        return json_null();
    memcpy(copy, times_ns, count * sizeof(*copy));
    return json_real(select_median(copy, count));
}

/* Null for a target that keeps no account of itself. */
static json_t *describe_account(const struct target *target)
{
    if (target->counts.runs == 0)
        return json_null();
    return json_pack("{s:I, s:I}", "runs", (json_int_t)target->counts.runs, "ns",
                     (json_int_t)target->counts.spun_ns);
}

/* Null for what is not a probe of our own: nobody knows. */
static json_t *describe_failures(const struct target *target)
{
    return target->ops == &target_probe ? json_integer((json_int_t)target->counts.failures) : json_null();
}

static bool may_never_fire(const struct target *target)
{
    return target->ops->may_never_fire ||
           (target->ops->may_have_none && target->inventory.program_count == 0);
}

json_t *machine_describe_target(const struct machine_target *measured)
{
    const struct target *target = measured->target;
    unsigned count = measured->attach_count;
    json_t *attach = json_pack("{s:o, s:o}", "first", count ? json_real(measured->attach_ns[0]) : json_null(),
                               "median", median_or_null(measured->attach_ns, count));

    return json_pack(
        "{s:o, s:o, s:i, s:o, s:o, s:o, s:I, s:I, s:I, s:o, s:o, s:o, s:b, s:b}", "attach_ns", attach,
        "detach_ns", json_pack("{s:o}", "median", median_or_null(measured->detach_ns, count)), "attachments",
        (int)target->attachments, "stop_signal", stop_signal(target->stop_signal), "programs",
        describe_programs(&target->inventory), "maps", describe_maps(&target->inventory), "lost_events",
        (json_int_t)target->lost_events + (json_int_t)target->counts.lost, "lost_lines",
        (json_int_t)target->lost_lines, "output_bytes", (json_int_t)target->output_bytes, "exit",
        describe_exit(target->last_exit_status), "accounted", describe_account(target), "failed_operations",
        describe_failures(target), "may_never_fire", may_never_fire(target), "passes_over_own",
        target->ops->passes_over_own);
}
