/* SPDX-License-Identifier: GPL-2.0 */
/* libFuzzer: any bytes as each of the kernel's text files that samplers read, fdinfo and its configuration
 * too. */
#include "agents/fdinfo.h"
#include "agents/kernel_config.h"
#include "agents/proc_parse.h"
#include "tests/fuzz/fuzz.h"

#define FUZZ_MAX_LEN 4096 /* read by tests/fuzz/run */

static void row(void *context, struct text name, uint64_t sum)
{
    const struct text *whole = context;

    (void)sum;
    fuzz_assert(whole->at <= name.at && name.at <= name.end && name.end <= whole->end);
}

static void cpus(struct text text)
{
    struct proc_stat *stat = malloc(sizeof(*stat));
    struct timer_list *list = malloc(sizeof(*list));

    fuzz_assert(stat && list);
    if (parse_stat(text, stat) == 0)
        fuzz_assert(stat->count > 0 && stat->count <= PROC_CPUS_MAX);
    if (parse_timer_list(text, list) == 0)
        fuzz_assert(list->count > 0 && list->count <= PROC_CPUS_MAX);
    free(stat);
    free(list);
}

static void fields(struct text text)
{
    struct interface_counters interface;
    struct udp_counters udp = {0};
    uint64_t number;

    parse_softirqs(text, row, &text);
    parse_net_dev(text, "eth0", &interface);
    parse_snmp_udp(text, &udp);
    parse_snmp6_udp(text, &udp);
    parse_page_faults(text, &number);
    parse_mapped_bytes(text, "[heap]");
}

static void fdinfo(const uint8_t *data, size_t size)
{
    char *text = fuzz_copy(data, size, true);

    fdinfo_id(text, "prog_id");
    fdinfo_id(text, "link_id");
    free(text);
}

/* The reader of the configuration takes a text with a 0 byte at its end. */
static void config(const uint8_t *data, size_t size)
{
    struct kernel_config config = {.text = fuzz_copy(data, size, true), .length = size};
    char value[8];
    int has = kernel_config_has(&config, "BPF_JIT");

    fuzz_assert(has >= 0 && has <= 1);
    fuzz_assert(kernel_config_value(&config, "HZ", value, sizeof(value)) == value);
    fuzz_assert(memchr(value, 0, sizeof(value)) != NULL);
    kernel_config_free(&config);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = fuzz_copy(data, size, false);

    cpus(text_of(copy, size));
    fields(text_of(copy, size));
    fdinfo(data, size);
    config(data, size);
    free(copy);
    return 0;
}
