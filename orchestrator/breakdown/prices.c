/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/breakdown/prices.h"
#include "base/cleanup.h"
#include "reports/document.h"

#include <math.h>
#include <string.h>

/* An event may wake its consumer, by an interrupt that the program itself waits for. */
#define WOKEN "64 B, consumer woken for every event"
/* The dearest event that wakes nobody. */
#define UNTOLD "1024 bytes"

/*
 * Names of kernels 5.10 to 6.18. Programs call the function of a map's kind directly (fixup_bpf_calls(),
 * do_misc_fixups() in kernel/bpf/verifier.c). An update may find its key or insert it. Sizes are those that
 * most tools stay between.
 */
static const struct price prices[] = {
    {"bpf_ktime_get_ns", {"ktime_get_ns", ""}, {"ktime_get_ns", ""}},
    {"bpf_ktime_get_boot_ns", {"ktime_get_boot_ns", ""}, {"ktime_get_boot_ns", ""}},
    {"bpf_get_current_pid_tgid", {"get_current_pid_tgid", ""}, {"get_current_pid_tgid", ""}},
    {"bpf_get_current_comm", {"get_current_comm", ""}, {"get_current_comm", ""}},
    {"bpf_get_smp_processor_id", {"get_smp_processor_id", ""}, {"get_smp_processor_id", ""}},
    {"bpf_probe_read_kernel", {"probe_read_kernel", "8 bytes"}, {"probe_read_kernel", "256 bytes"}},
    {"bpf_probe_read_compat", {"probe_read_kernel", "8 bytes"}, {"probe_read_kernel", "256 bytes"}},
    {"bpf_probe_read_user", {"probe_read_user", "8 bytes"}, {"probe_read_user", "256 bytes"}},
    {"bpf_probe_read_kernel_str", {"probe_read_str", "16 bytes"}, {"probe_read_str", "256 bytes"}},
    {"bpf_probe_read_compat_str", {"probe_read_str", "16 bytes"}, {"probe_read_str", "256 bytes"}},
    {"bpf_probe_read_user_str", {"probe_read_str", "16 bytes"}, {"probe_read_str", "256 bytes"}},
    {"bpf_perf_event_output", {"perf_event_output", "8 bytes"}, {"perf_event_output", WOKEN}},
    {"bpf_perf_event_output_tp", {"perf_event_output", "8 bytes"}, {"perf_event_output", WOKEN}},
    {"bpf_perf_event_output_raw_tp", {"perf_event_output", "8 bytes"}, {"perf_event_output", WOKEN}},
    {"bpf_ringbuf_output", {"ringbuf_output", "8 bytes"}, {"ringbuf_output", WOKEN}},
    {"bpf_ringbuf_reserve", {"ringbuf_reserve_submit", "8 bytes"}, {"ringbuf_reserve_submit", WOKEN}},
    {"bpf_ringbuf_submit", {NULL, NULL}, {NULL, NULL}},
    {"bpf_ringbuf_discard", {NULL, NULL}, {NULL, NULL}},
    {"bpf_get_stackid", {"get_stackid", "4 frames"}, {"get_stackid", "64 frames"}},
    {"bpf_get_stackid_tp", {"get_stackid", "4 frames"}, {"get_stackid", "64 frames"}},
    {"bpf_get_stackid_raw_tp", {"get_stackid", "4 frames"}, {"get_stackid", "64 frames"}},
    {"bpf_get_stack", {"get_stack", "4 frames"}, {"get_stack", "64 frames"}},
    {"bpf_get_stack_tp", {"get_stack", "4 frames"}, {"get_stack", "64 frames"}},
    {"bpf_get_stack_raw_tp", {"get_stack", "4 frames"}, {"get_stack", "64 frames"}},
    {"bpf_trace_printk", {"trace_printk", ""}, {"trace_printk", ""}},
    {"bpf_snprintf", {"snprintf", ""}, {"snprintf", ""}},
    {"array_map_lookup_elem", {"array_lookup", ""}, {"array_lookup", ""}},
    {"array_map_update_elem", {"array_update", ""}, {"percpu_array_update", ""}},
    {"percpu_array_map_lookup_elem", {"percpu_array_lookup", ""}, {"percpu_array_lookup", ""}},
    {"__htab_map_lookup_elem", {"hash_miss", ""}, {"hash_lookup", ""}},
    {"htab_map_lookup_elem", {"hash_miss", ""}, {"hash_lookup", ""}},
    {"htab_map_update_elem", {"hash_update", ""}, {"hash_insert_delete", ""}},
    {"htab_map_delete_elem", {"hash_miss", ""}, {"hash_insert_delete", ""}},
    {"htab_percpu_map_lookup_elem", {"percpu_hash_miss", ""}, {"percpu_hash_lookup", ""}},
    {"htab_percpu_map_update_elem", {"percpu_hash_update", ""}, {"percpu_hash_insert_delete", ""}},
    {"htab_lru_map_lookup_elem", {"lru_hash_miss", ""}, {"lru_hash_lookup", ""}},
    {"htab_lru_map_update_elem", {"lru_hash_update", ""}, {"lru_hash_insert_delete", ""}},
    {"htab_lru_map_delete_elem", {"lru_hash_miss", ""}, {"lru_hash_insert_delete", ""}},
    {"htab_lru_percpu_map_update_elem",
     {"lru_percpu_hash_update", ""},
     {"lru_percpu_hash_insert_delete", ""}},
    {"trie_lookup_elem", {"lpm_trie_miss", ""}, {"lpm_trie_lookup", ""}},
    {"trie_update_elem", {"lpm_trie_update", ""}, {"lpm_trie_insert_delete", ""}},
    {"queue_stack_map_push_elem", {NULL, NULL}, {"queue_push_pop", ""}},
    {"queue_map_pop_elem", {NULL, NULL}, {"queue_push_pop", ""}},
    {"bpf_task_storage_get", {"task_storage_miss", ""}, {"task_storage_lookup", ""}},
    {"bpf_task_storage_get_recur", {"task_storage_miss", ""}, {"task_storage_lookup", ""}},
    {"bpf_task_storage_delete", {"task_storage_miss", ""}, {"task_storage_insert_delete", ""}},
    {"bpf_task_storage_delete_recur", {"task_storage_miss", ""}, {"task_storage_insert_delete", ""}},
    {"bpf_spin_lock", {"spin_lock", ""}, {"spin_lock", ""}},
    {"bpf_spin_unlock", {NULL, NULL}, {NULL, NULL}},
};

const struct price price_of_instruction = {"", {"insn_load_independent", ""}, {"insn_add_dependent", ""}};

const struct price *price_of(const char *function)
{
    for (size_t i = 0; i < ARRAY_SIZE(prices); i++)
        if (strcmp(prices[i].function, function) == 0)
            return &prices[i];
    return NULL;
}

bool price_wakes(const struct price *price)
{
    return price && price->high.name && strcmp(price->high.variant, WOKEN) == 0;
}

/* NaN where the row is not there or is no number. */
static double end_of(const struct unit_row *row, const json_t *rows, const char *end)
{
    return row->name ? document_number(unit_row_find(rows, row), end) : 0;
}

static void name_once(json_t *names, const char *name)
{
    const json_t *known;
    size_t i;

    json_array_foreach(names, i, known)
    {
        if (strcmp(json_string_value(known), name) == 0)
            return;
    }
    json_array_append_new(names, json_string(name));
}

/* What is never done costs nothing, whatever its price. */
static double times(double count, double price)
{
    return count == 0 ? 0 : count * price;
}

static void add_call(struct predicted *sum, const json_t *call, const json_t *rows, json_t *unpriced)
{
    const char *function = document_text(call, "name");
    const struct price *price = price_of(function);
    double low = price ? end_of(&price->low, rows, "low") : NAN,
           high = price ? end_of(&price->high, rows, "high") : NAN;

    if (isnan(low) || isnan(high)) {
        name_once(unpriced, function);
        sum->high = NAN;
        return;
    }
    sum->low += times(document_number(call, "fewest"), low);
    sum->high += times(document_number(call, "most"), high);
}

/* On a path, without those of an empty program: they are in the way there already. */
static double beyond_empty(double instructions, const json_t *way)
{
    double empty = document_number(way, "detail.program_instructions");

    return instructions > 0 && empty > 0 ? instructions - fmin(empty, instructions) : instructions;
}

static double fewest_instructions(const json_t *code, const json_t *way, const json_t *rows)
{
    double count = beyond_empty(document_number(code, "instructions.fewest"), way);

    return times(count, end_of(&price_of_instruction.low, rows, "low"));
}

static double most_instructions(const json_t *code, const json_t *way, const json_t *rows)
{
    double count = beyond_empty(document_number(code, "instructions.most"), way);

    return times(count, end_of(&price_of_instruction.high, rows, "high"));
}

struct predicted predict_run(const json_t *code, const json_t *way, const json_t *rows, json_t *unpriced)
{
    struct predicted sum = {NAN, NAN};
    const json_t *call;
    size_t i;

    if (!json_is_object(code))
        return sum;
    sum.low = fewest_instructions(code, way, rows);
    sum.high = most_instructions(code, way, rows);
    json_array_foreach(json_object_get(code, "calls"), i, call)
    {
        add_call(&sum, call, rows, unpriced);
    }
    return sum;
}

double predict_needed(const json_t *code, const json_t *way, const json_t *rows)
{
    double sum = fewest_instructions(code, way, rows);
    const json_t *call;
    size_t i;

    if (isnan(sum))
        sum = 0;
    json_array_foreach(json_object_get(code, "calls"), i, call)
    {
        const struct price *price = price_of(document_text(call, "name"));
        double all = price ? times(document_number(call, "most"), end_of(&price->low, rows, "low")) : NAN;

        sum += isnan(all) ? 0 : all;
    }
    return sum;
}

double predict_untold(const json_t *code, const json_t *way, const json_t *rows)
{
    double sum = most_instructions(code, way, rows);
    const json_t *call;
    size_t i;

    json_array_foreach(json_object_get(code, "calls"), i, call)
    {
        const struct price *price = price_of(document_text(call, "name"));
        const struct unit_row untold = {price ? price->low.name : NULL, UNTOLD};
        double all = price ? end_of(price_wakes(price) ? &untold : &price->high, rows, "high") : NAN;

        sum += times(document_number(call, "most"), all);
    }
    return json_is_object(code) ? sum : NAN;
}
