/* SPDX-License-Identifier: GPL-2.0 */
#include "base/i18n.h"
#include "orchestrator/advice/swaps.h"
#include "orchestrator/advice/calls.h"
#include "base/cleanup.h"
#include "reports/document.h"

#include <string.h>

#define DENSE_ENTRIES_MAX 65536

/* fentry takes a function that BTF knows (a kprobe takes any). */
static bool in_btf(const json_t *target, const json_t *program)
{
    (void)target;
    return json_is_true(json_object_get(program, "in_btf"));
}

/* A tracepoint stands where the function is; that of a system call is reached by another way. */
static bool has_tracepoint(const json_t *target, const json_t *program)
{
    const char *tracepoint = document_text(program, "tracepoint");

    (void)target;
    return tracepoint[0] && strncmp(tracepoint, "syscalls:", 9) != 0;
}

static bool has_syscall_tracepoint(const json_t *target, const json_t *program)
{
    (void)target;
    return strncmp(document_text(program, "tracepoint"), "syscalls:", 9) == 0;
}

/* Which map a call works on is not in its instructions any more: one that would do is enough to look at it.
 */
static bool has_small_keys(const json_t *target, const json_t *program)
{
    const json_t *map;
    size_t i;

    (void)program;
    json_array_foreach(json_object_get(target, "maps"), i, map)
    {
        if (strcmp(document_text(map, "type"), "hash") == 0 && document_number(map, "key_bytes") <= 4 &&
            document_number(map, "max_entries") <= DENSE_ENTRIES_MAX)
            return true;
    }
    return false;
}

static bool has_hash(const json_t *target, const json_t *program)
{
    const json_t *map;
    size_t i;

    (void)program;
    json_array_foreach(json_object_get(target, "maps"), i, map)
    {
        if (strcmp(document_text(map, "type"), "hash") == 0)
            return true;
    }
    return false;
}

#define TO_FENTRY N_("attach by fentry or fexit instead of a kprobe: the functions are in the kernel's BTF")
#define TO_RAW    N_("attach to the raw tracepoint: nobody has to copy its arguments")
#define NO_PRINTK                                                                                            \
    N_("trace_printk is for debugging: send an event through a ring buffer, and wake its reader now and "    \
       "then")
#define TO_ARRAY N_("keys of 4 bytes and few entries: an array does for a hash where they are dense")
#define TO_TP                                                                                                \
    N_("attach to the tracepoint that stands in that function: it also stays when the compiler inlines it")
#define KPROBE_TO_RAW                                                                                        \
    N_("attach to the raw tracepoint that stands in that function: it also stays when the compiler inlines " \
       "it")
#define TO_PERCPU                                                                                            \
    N_("a per-CPU hash for values that no other CPU has to see (counts, sums): it overwrites them in place")
#define SAMPLED N_("walk the stack at one hit in ten")

const struct swap swaps[] = {
    {"kprobe_to_fentry", NULL, {"kprobe", ""}, {"fentry", ""}, 0, "5.5", in_btf, TO_FENTRY, false},
    {"kprobe_to_fentry", NULL, {"kretprobe", ""}, {"fexit", ""}, 0, "5.5", in_btf, TO_FENTRY, false},
    {"kprobe_to_tp", NULL, {"kprobe", ""}, {"tp", ""}, 0, "4.7", has_tracepoint, TO_TP, false},
    {"kprobe_to_raw_tp",
     NULL,
     {"kprobe", ""},
     {"raw_tp", ""},
     0,
     "4.17",
     has_tracepoint,
     KPROBE_TO_RAW,
     false},
    {"kprobe_to_tp",
     NULL,
     {"kprobe", ""},
     {"tp", "of one system call"},
     0,
     "4.7",
     has_syscall_tracepoint,
     TO_TP,
     false},
    {"kprobe_to_tp",
     NULL,
     {"kretprobe", ""},
     {"tp", "of one system call"},
     0,
     "4.7",
     has_syscall_tracepoint,
     TO_TP,
     false},
    {"tp_to_raw_tp", NULL, {"tp", ""}, {"raw_tp", ""}, 0, "4.17", NULL, TO_RAW, false},
    {"perf_to_ringbuf",
     "bpf_perf_event_output",
     {"perf_event_output", "64 bytes"},
     {"ringbuf_output", "64 bytes"},
     0,
     "5.8",
     NULL,
     SWAP_TO_RINGBUF,
     false},
    {"no_trace_printk",
     "bpf_trace_printk",
     {"trace_printk", ""},
     {"ringbuf_output", "64 bytes"}, /* whoever reads either is not in its row */
     0,
     "5.8",
     NULL,
     NO_PRINTK,
     false},
    {"hash_to_array",
     "__htab_map_lookup_elem",
     {"hash_lookup", ""},
     {"array_lookup", ""},
     0,
     "3.19",
     has_small_keys,
     TO_ARRAY,
     false},
    {"hash_to_array",
     "htab_map_update_elem",
     {"hash_update", ""},
     {"array_update", ""},
     0,
     "3.19",
     has_small_keys,
     TO_ARRAY,
     false},
    {"hash_to_percpu",
     "htab_map_update_elem",
     {"hash_update", ""},
     {"percpu_hash_update", ""},
     0,
     "4.6",
     has_hash,
     TO_PERCPU,
     true},
    {"sample_stacks",
     "bpf_get_stackid",
     {"get_stackid", "16 frames"},
     {NULL, NULL},
     0.1,
     "4.6",
     NULL,
     SAMPLED,
     false},
    {"sample_stacks",
     "bpf_get_stack",
     {"get_stack", "16 frames"},
     {NULL, NULL},
     0.1,
     "4.18",
     NULL,
     SAMPLED,
     false},
};

const unsigned swap_count = ARRAY_SIZE(swaps);

bool swap_concerns_program(const struct swap *swap, const json_t *target, const json_t *program)
{
    const struct unit_row *row = swap->function ? NULL : unit_row_of(program);

    return row && strcmp(row->name, swap->from.name) == 0 && strcmp(row->variant, swap->from.variant) == 0 &&
           (!swap->possible || swap->possible(target, program));
}

bool swap_concerns_call(const struct swap *swap, const json_t *target, const json_t *program,
                        const json_t *call)
{
    return swap->function && calls_is(document_text(call, "name"), swap->function) &&
           (!swap->possible || swap->possible(target, program));
}
