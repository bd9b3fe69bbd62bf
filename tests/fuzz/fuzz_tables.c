/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libFuzzer: any text as each of the kernel's tables that say where and what, beside those that samplers read
 * (fuzz_proc.c): symbols, kprobes, modules, a cgroup's times, packets, disks, context switches, a console,
 * processors, locks, interrupts.
 */
#include "agents/cgroup_stat.h"
#include "agents/kernel_symbols.h"
#include "agents/kprobe_list.h"
#include "agents/lab/console.h"
#include "agents/lab/modules.h"
#include "agents/machine.h"
#include "orchestrator/lock.h"
#include "tests/fuzz/fuzz.h"
#include "workloads/observe_counters.h"
#include "workloads/ticks.h"

#define FUZZ_MAX_LEN 4096 /* read by tests/fuzz/run */

static bool every_other(const char *name)
{
    return strlen(name) % 2;
}

static void symbols(struct text text)
{
    struct kernel_symbol symbols[] = {
        {.offset = 0}, {.offset = -16}, {.offset = INT32_MAX}, {.offset = INT32_MIN}};

    if (kernel_symbols_resolve(text, symbols, 4) == 0)
        fuzz_assert(symbols[0].name[0] != 0);
    for (unsigned i = 0; i < 4; i++)
        fuzz_assert(memchr(symbols[i].name, 0, sizeof(symbols[i].name)) != NULL);
}

static void times(struct text text)
{
    double total, user, system, waited;

    if (cgroup_parse_cpu(text, &total, &user, &system) == 0)
        fuzz_assert(fuzz_is_amount(total) && fuzz_is_amount(user) && fuzz_is_amount(system));
    if (cgroup_parse_waited(text, &waited) == 0)
        fuzz_assert(fuzz_is_amount(waited));
}

static void counters(const char *text)
{
    const double numbers[] = {observe_parse_softnet(text), observe_parse_diskstats(text, every_other),
                              observe_parse_switches(text)};

    for (unsigned i = 0; i < 3; i++)
        fuzz_assert(isnan(numbers[i]) || fuzz_is_amount(numbers[i]));
}

/* The list of a module ends with itself, and none is in it twice. */
static void modules(const char *text)
{
    struct module_list list = {0};

    if (module_list_add(&list, text, text, "veth") == 0 &&
        module_list_add(&list, text, "", "nf_conntrack") == 0)
        for (size_t i = 0; i < list.count; i++)
            for (size_t k = 0; k < i; k++)
                fuzz_assert(strcmp(list.paths[i], list.paths[k]) != 0);
    module_list_free(&list);
}

static void console(const char *text)
{
    char line[64], tail[128];

    if (console_trouble(text, line, sizeof(line)) == CONSOLE_QUIET)
        fuzz_assert(line[0] == 0);
    fuzz_assert(strlen(line) < sizeof(line));
    fuzz_assert(strlen(console_tail(text, 4, tail, sizeof(tail))) < sizeof(tail));
    console_ready(text);
}

static void facts(const uint8_t *data, size_t size)
{
    char *text = fuzz_copy(data, size, true), model[32] = "";

    machine_parse_cpu_model(text, model, sizeof(model));
    fuzz_assert(strlen(model) < sizeof(model));
    ticks_parse(text, 1);
    lock_parse_holder(text, "00:05:8"); /* last: it cuts the text */
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = fuzz_copy(data, size, false), *text = fuzz_copy(data, size, true);

    symbols(text_of(copy, size));
    times(text_of(copy, size));
    kprobe_placed(text_of(copy, size), "ip_rcv", false);
    kprobe_placed(text_of(copy, size), "ip_rcv", true);
    counters(text);
    modules(text);
    console(text);
    facts(data, size);
    free(text);
    free(copy);
    return 0;
}
