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

/*
 * A tracepoint stands where the function is. Those of system calls do not: while one of them is attached,
 * every system call of every task takes the slow way to look for it (syscall_regfunc() of the kernel), and
 * how many others the load makes is not known. What the one call saves is no saving of the tool's.
 */
static bool has_tracepoint(const json_t *target, const json_t *program)
{
    const char *tracepoint = document_text(program, "tracepoint");

    (void)target;
    return tracepoint[0] && strncmp(tracepoint, "syscalls:", 9) != 0;
}

/* Kinds of maps behind a function; the lookup is that of all hashes, the verifier inlines what they add. */
static const char *const looked_up[] = {"hash",         "percpu_hash", "lru_hash", "lru_percpu_hash",
                                        "hash_of_maps", NULL};
static const char *const updated[] = {"hash", NULL};

static bool is_one_of(const char *const types[], const char *type)
{
    while (*types && strcmp(*types, type) != 0)
        types++;
    return *types != NULL;
}

static bool is_hash(const json_t *map)
{
    return strcmp(document_text(map, "type"), "hash") == 0;
}

static bool is_small_hash(const json_t *map)
{
    return is_hash(map) && document_number(map, "key_bytes") <= 4 &&
           document_number(map, "max_entries") <= DENSE_ENTRIES_MAX;
}

/* By place and name, as its programs were counted in an attachment of their own; NULL: another one. */
static const json_t *map_of(const json_t *target, const json_t *use)
{
    const json_t *map = json_array_get(json_object_get(target, "maps"),
                                       (size_t)json_integer_value(json_object_get(use, "index")));

    return strcmp(document_text(map, "name"), document_text(use, "name")) == 0 ? map : NULL;
}

/* Which of the program's maps a call works on is not said: all that it can be about have to be such. */
static bool all_of_program(const json_t *target, const json_t *uses, const char *const types[],
                           bool (*is_such)(const json_t *map))
{
    unsigned such = 0, others = 0;
    const json_t *use;
    size_t i;

    json_array_foreach(uses, i, use)
    {
        const json_t *map = map_of(target, use);

        if (!map)
            others++;
        else if (is_one_of(types, document_text(map, "type")))
            *(is_such(map) ? &such : &others) += 1;
    }
    return such > 0 && others == 0;
}

/* Documents of before know no program's maps: one of the target's that would do is enough to look at it. */
static bool maps_are(const json_t *target, const json_t *program, const char *const types[],
                     bool (*is_such)(const json_t *map))
{
    const json_t *uses = document_at(program, "code.maps"), *map;
    size_t i;

    if (json_is_array(uses))
        return all_of_program(target, uses, types, is_such);
    json_array_foreach(json_object_get(target, "maps"), i, map)
    {
        if (is_such(map))
            return true;
    }
    return false;
}

static bool looks_up_small_keys(const json_t *target, const json_t *program)
{
    return maps_are(target, program, looked_up, is_small_hash);
}

static bool updates_small_keys(const json_t *target, const json_t *program)
{
    return maps_are(target, program, updated, is_small_hash);
}

static bool updates_hash(const json_t *target, const json_t *program)
{
    return maps_are(target, program, updated, is_hash);
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
     looks_up_small_keys,
     TO_ARRAY,
     false},
    {"hash_to_array",
     "htab_map_update_elem",
     {"hash_update", ""},
     {"array_update", ""},
     0,
     "3.19",
     updates_small_keys,
     TO_ARRAY,
     false},
    {"hash_to_percpu",
     "htab_map_update_elem",
     {"hash_update", ""},
     {"percpu_hash_update", ""},
     0,
     "4.6",
     updates_hash,
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
