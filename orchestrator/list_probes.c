/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/list_probes.h"
#include "agents/doctor.h"
#include "base/cleanup.h"
#include "bpf/attach_kinds.h"
#include "bpf/micro_program.h"
#include "bpf/op_table.h"

#include <bpf/libbpf.h>
#include <stdio.h>
#include <unistd.h>

static void print_attach(const struct attach_kind *kind)
{
    struct finding finding;

    printf("  %-18s %s\n      @%s%s%s\n", kind->name, kind->summary, kind->where,
           kind->fallback ? "; default: " : "", kind->fallback ? kind->fallback : "");
    if (doctor_check_one(kind->doctor, &finding) && finding.status == FINDING_UNSUPPORTED)
        printf("      unsupported here, because %s\n", finding.reason);
}

/* Tried by loading a program that contains it. */
static void print_op(unsigned kind, bool root)
{
    const struct micro_config config = {
        .op = {.kind = kind, .size = op_table[kind].size_default, .count = 1}};
    CLEANUP(micro_program_close) struct micro_program *program = NULL;
    const struct op_info *info = &op_table[kind];
    struct error why = {0};

    printf("  %-28s %s", info->name, info->summary);
    if (info->size_is)
        printf("; :SIZE in %s, %u to %u, default %u", info->size_is, info->size_min, info->size_max,
               info->size_default);
    putchar('\n');
    if (info->ends)
        puts("      the program does not come back from it: the last one of a probe, once");
    if (root && micro_program_open(&program, &config, NULL, &why) != 0)
        printf("      unsupported here: %s\n", why.message);
}

void list_probes(void)
{
    bool root = geteuid() == 0;
    libbpf_print_fn_t before = libbpf_set_print(NULL);

    puts("tracetoll run --probe ATTACH[@WHERE][+OP[:SIZE][*N]]...\n\nATTACH and WHERE:");
    for (const struct attach_kind *kind = attach_kinds; kind->name; kind++)
        print_attach(kind);
    printf("\nOP (at most %d, each *N at most %d):\n", PROBE_OPS_MAX, PROBE_COUNT_MAX);
    for (unsigned kind = 0; kind < OP_COUNT; kind++)
        print_op(kind, root);
    if (!root)
        puts("\nWhich operations this kernel refuses is tried when run as root.");
    libbpf_set_print(before);
}
