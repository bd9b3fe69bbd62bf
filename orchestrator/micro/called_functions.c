/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/micro/called_functions.h"
#include "agents/program_code.h"
#include "base/cleanup.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Only what is called in a loop: the operations are, what prepares them is not. */
static bool calls(const struct program_code *code, int32_t offset)
{
    for (unsigned i = 0; i < code->call_count; i++)
        if (code->calls[i].offset == offset)
            return code->times[i].most == FLOW_UNBOUNDED;
    return false;
}

/*
 * What a program of nothing calls as well is the loops' own. The clock is: that of the loop that times
 * itself, and so of every micro program. Where reading it is the operation, its name tells it from the rest.
 */
static bool is_operation(const struct micro_row *row, const struct program_code *codes,
                         const struct kernel_symbol *called)
{
    if (row->config.op.kind == OP_KTIME_GET_NS)
        return strcmp(called->name, "bpf_ktime_get_ns") == 0;
    return calls(&codes[0], called->offset) && !calls(&codes[1], called->offset);
}

/* Fetches what the operation works on, in two instructions; no probe can be put on it anywhere. */
static bool is_operand(const struct kernel_symbol *called)
{
    return strcmp(called->name, "bpf_get_current_task") == 0 ||
           strcmp(called->name, "bpf_get_current_task_btf") == 0;
}

static int take_names(const struct micro_row *row, const struct program_code *codes,
                      struct called_functions *functions, struct error *error)
{
    const struct program_code *code = &codes[0];

    functions->count = 0;
    if (!code->known || !codes[1].known)
        return error_set(error, EXIT_UNSUPPORTED, -EOPNOTSUPP,
                         "the kernel does not show what the program calls");
    for (unsigned i = 0; i < code->call_count; i++) {
        if (is_operand(&code->calls[i]) || !is_operation(row, codes, &code->calls[i]))
            continue;
        if (!code->calls[i].name[0])
            return error_set(error, EXIT_UNSUPPORTED, -EOPNOTSUPP,
                             "the kernel hides the names of its functions (kernel.kptr_restrict)");
        if (functions->count == CALLED_FUNCTIONS_MAX)
            return error_set(error, EXIT_UNSUPPORTED, -EOPNOTSUPP, "it calls too many functions");
        snprintf(functions->names[functions->count++], KERNEL_SYMBOL_MAX, "%s", code->calls[i].name);
    }
    return functions->count > 0 ? 0
                                : error_set(error, EXIT_UNSUPPORTED, -EOPNOTSUPP,
                                            "it calls no function of the kernel: it is done in line");
}

int called_functions_find(const struct micro_row *row, const struct micro_program *program,
                          struct called_functions *functions, struct error *error)
{
    const struct micro_config nothing_config = {.op = {.kind = OP_NOTHING}};
    CLEANUP(micro_program_close) struct micro_program *nothing = NULL;
    OWNED_PTR struct program_code *codes = NULL;
    struct inventory_program programs[2] = {0};
    const struct inventory both = {.programs = programs, .program_count = ARRAY_SIZE(programs)};
    int code = micro_program_open(&nothing, &nothing_config, NULL, error);

    if (code)
        return code;
    code = micro_program_id(program, &programs[0].id);
    if (code == 0)
        code = micro_program_id(nothing, &programs[1].id);
    codes = code == 0 ? program_code_read(&both) : NULL;
    if (!codes)
        return error_set(error, EXIT_ENVIRONMENT, code ? code : -ENOMEM, "cannot read the program: %s",
                         strerror(code ? -code : ENOMEM));
    return take_names(row, codes, functions, error);
}

const char *called_function_inner(const char *name)
{
    static const struct {
        const char *name, *inner;
    } table[] = {
        {"bpf_probe_read_kernel", "copy_from_kernel_nofault"},
        {"bpf_probe_read_user", "copy_from_user_nofault"},
        {"bpf_probe_read_user_str", "strncpy_from_user_nofault"},
        {"bpf_get_stackid_raw_tp", "bpf_get_stackid"},
        {"bpf_get_stack_raw_tp", "bpf_get_stack"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(table); i++)
        if (strcmp(table[i].name, name) == 0)
            return table[i].inner;
    return NULL;
}
