/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/xlated.h"
#include "agents/xlated_maps.h"
#include "base/cleanup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What is summed up over paths: 0 is the instructions, 1 and up are the calls, those behind them the maps. */
#define SUMS_MAX (1 + XLATED_CALLS_MAX + XLATED_MAPS_MAX)

struct subprogram {
    uint32_t start, end;
    struct flow_graph graph;
    bool done, under_way;
    struct flow_range sums[SUMS_MAX];
};

struct reading {
    const struct bpf_insn *instructions;
    unsigned count;
    struct subprogram *subprograms; /* owned */
    unsigned subprogram_count;
    struct map_use *uses; /* owned: [count] */
    struct xlated *out;
};

static void reading_free(struct reading *reading)
{
    for (unsigned i = 0; reading->subprograms && i < reading->subprogram_count; i++)
        flow_free(&reading->subprograms[i].graph);
    free(reading->subprograms);
    free(reading->uses);
}

static bool is_jump(const struct bpf_insn *instruction)
{
    return BPF_CLASS(instruction->code) == BPF_JMP || BPF_CLASS(instruction->code) == BPF_JMP32;
}

static bool is_call(const struct bpf_insn *instruction)
{
    return instruction->code == (BPF_JMP | BPF_CALL);
}

static bool is_subprogram_call(const struct bpf_insn *instruction)
{
    return is_call(instruction) && instruction->src_reg == BPF_PSEUDO_CALL;
}

static bool is_wide(const struct bpf_insn *instruction)
{
    /* NOLINTNEXTLINE(misc-redundant-expression): BPF_LD and BPF_IMM are both 0 */
    return instruction->code == (BPF_LD | BPF_DW | BPF_IMM);
}

/* A function that is handed to a helper, which calls it as often as it likes. */
static bool is_callback(const struct bpf_insn *instruction)
{
    return is_wide(instruction) && instruction->src_reg == BPF_PSEUDO_FUNC;
}

/* Of the subprogram that the instruction at `at` names; its count where there is none. */
static unsigned named_subprogram(const struct reading *reading, unsigned at)
{
    const struct bpf_insn *instruction = &reading->instructions[at];
    int64_t relative = is_call(instruction) ? instruction->off : instruction->imm;
    int64_t start = (int64_t)at + relative + 1;
    unsigned number = 0;

    /* A call's immediate is the subprogram's number; its offset has 16 bits and may have overflown. */
    if (is_call(instruction) && instruction->imm > 0 &&
        (unsigned)instruction->imm < reading->subprogram_count)
        return (unsigned)instruction->imm;
    while (number < reading->subprogram_count && reading->subprograms[number].start != start)
        number++;
    return number;
}

/* Where the instruction leads, in numbers of its subprogram. */
static int lay_edges(const struct reading *reading, const struct subprogram *subprogram, uint32_t at,
                     uint32_t next[2])
{
    const struct bpf_insn *instruction = &reading->instructions[at];
    int64_t length = subprogram->end - subprogram->start, here = at - subprogram->start, through = here + 1,
            jump = -1;
    uint8_t operation = BPF_OP(instruction->code);

    if (is_wide(instruction))
        through = here + 2;
    else if (is_jump(instruction) && operation == BPF_EXIT)
        through = -1;
    else if (is_jump(instruction) && operation == BPF_JA) {
        through = here + 1 + (BPF_CLASS(instruction->code) == BPF_JMP ? instruction->off : instruction->imm);
        if (through < 0)
            return -EINVAL;
    } else if (is_jump(instruction) && operation != BPF_CALL) {
        jump = here + 1 + instruction->off;
        if (jump < 0)
            return -EINVAL;
    }
    if (through >= length || jump >= length)
        return -EINVAL;
    next[0] = through < 0 ? FLOW_NONE : (uint32_t)through;
    next[1] = jump < 0 ? FLOW_NONE : (uint32_t)jump;
    return 0;
}

static int draw(const struct reading *reading, struct subprogram *subprogram)
{
    unsigned length = subprogram->end - subprogram->start;
    int result = flow_init(&subprogram->graph, length);

    for (unsigned i = 0; result == 0 && i < length; i++) {
        uint32_t at = subprogram->start + i;

        result = lay_edges(reading, subprogram, at, subprogram->graph.next[i]);
        if (is_wide(&reading->instructions[at]))
            i++; /* its second half is no instruction */
    }
    if (result == 0)
        result = flow_sort(&subprogram->graph, 0);
    return result ? result
                  : xlated_map_uses(&reading->instructions[subprogram->start], &subprogram->graph,
                                    &reading->uses[subprogram->start]);
}

/* The call's place among those of the program; -1: no room. */
static int call_number(struct xlated *out, int32_t offset)
{
    for (unsigned i = 0; i < out->call_count; i++)
        if (out->calls[i].offset == offset)
            return (int)i;
    if (out->call_count == XLATED_CALLS_MAX) {
        out->more_calls = true;
        return -1;
    }
    out->calls[out->call_count].offset = offset;
    return (int)out->call_count++;
}

static int list_calls(const struct reading *reading)
{
    for (unsigned at = 0; at < reading->count; at++) {
        const struct bpf_insn *instruction = &reading->instructions[at];

        if (is_call(instruction) && instruction->src_reg != BPF_PSEUDO_CALL)
            call_number(reading->out, instruction->imm);
        if ((is_subprogram_call(instruction) || is_callback(instruction)) &&
            named_subprogram(reading, at) >= reading->subprogram_count)
            return -EINVAL;
        if (is_wide(instruction))
            at++;
    }
    return 0;
}

static void list_map(struct xlated *out, uint32_t id)
{
    for (unsigned i = 0; i < out->map_count; i++)
        if (out->maps[i].id == id)
            return;
    if (out->map_count < XLATED_MAPS_MAX)
        out->maps[out->map_count++].id = id;
}

static void list_maps(const struct reading *reading)
{
    for (unsigned at = 0; at < reading->count; at++)
        if (reading->uses[at].map)
            list_map(reading->out, reading->uses[at].map);
}

/* Of the calls, or of the maps behind them: is this instruction one of what the sum is of? */
static struct flow_range weigh_itself(const struct reading *reading, unsigned at, unsigned number)
{
    const struct bpf_insn *instruction = &reading->instructions[at];
    const struct map_use *use = &reading->uses[at];
    unsigned calls = reading->out->call_count;

    if (number > calls) {
        if (use->map != reading->out->maps[number - calls - 1].id)
            return (struct flow_range){0, 0};
        return (struct flow_range){!use->handed_on, use->handed_on ? FLOW_UNBOUNDED : 1};
    }
    if (number > 0 && is_call(instruction) && instruction->src_reg != BPF_PSEUDO_CALL &&
        instruction->imm == reading->out->calls[number - 1].offset)
        return (struct flow_range){1, 1};
    return (struct flow_range){number == 0, number == 0};
}

/* What one instruction adds to sum `number`. */
static struct flow_range weigh(const struct reading *reading, unsigned at, unsigned number)
{
    const struct bpf_insn *instruction = &reading->instructions[at];
    struct flow_range own = weigh_itself(reading, at, number);

    if (is_callback(instruction)) {
        const struct subprogram *called = &reading->subprograms[named_subprogram(reading, at)];

        if (called->sums[number].most > 0)
            own.most = FLOW_UNBOUNDED;
    } else if (is_subprogram_call(instruction)) {
        const struct flow_range *called = &reading->subprograms[named_subprogram(reading, at)].sums[number];

        own.fewest += called->fewest;
        own.most = called->most == FLOW_UNBOUNDED || own.most == FLOW_UNBOUNDED ? FLOW_UNBOUNDED
                                                                                : own.most + called->most;
    }
    return own;
}

static int sum_up(struct reading *reading, struct subprogram *subprogram)
{
    unsigned length = subprogram->end - subprogram->start,
             sums = 1 + reading->out->call_count + reading->out->map_count;
    OWNED_PTR struct flow_range *weights = calloc(length + 1, sizeof(*weights));
    int result = weights ? 0 : -ENOMEM;

    for (unsigned number = 0; result == 0 && number < sums; number++) {
        for (unsigned i = 0; i < length; i++) {
            weights[i] = weigh(reading, subprogram->start + i, number);
            if (is_wide(&reading->instructions[subprogram->start + i]))
                i++;
        }
        result = flow_paths(&subprogram->graph, 0, weights, &subprogram->sums[number]);
    }
    return result;
}

/* One that it calls and that is not summed up yet; NULL: none. */
static struct subprogram *missing(const struct reading *reading, const struct subprogram *subprogram)
{
    for (uint32_t at = subprogram->start; at < subprogram->end; at++) {
        const struct bpf_insn *instruction = &reading->instructions[at];

        if (is_subprogram_call(instruction) || is_callback(instruction)) {
            struct subprogram *called = &reading->subprograms[named_subprogram(reading, at)];

            if (!called->done)
                return called;
        }
        if (is_wide(instruction))
            at++;
    }
    return NULL;
}

/* Those it calls first. The kernel allows no recursion; what has one is no program. */
static int sum_up_calls(struct reading *reading)
{
    struct subprogram *stack[XLATED_SUBPROGRAMS_MAX];
    unsigned depth = 0;

    stack[depth++] = &reading->subprograms[0];
    while (depth > 0) {
        struct subprogram *subprogram = stack[depth - 1], *called = missing(reading, subprogram);
        int result;

        if (called && (called->under_way || called == subprogram || depth == XLATED_SUBPROGRAMS_MAX))
            return -EINVAL;
        subprogram->under_way = true;
        if (called) {
            stack[depth++] = called;
            continue;
        }
        result = sum_up(reading, subprogram);
        if (result)
            return result;
        subprogram->done = true;
        subprogram->under_way = false;
        depth--;
    }
    return 0;
}

static int open_subprograms(struct reading *reading, const uint32_t *starts)
{
    unsigned count = reading->subprogram_count;

    for (unsigned i = 0; i < count; i++) {
        struct subprogram *subprogram = &reading->subprograms[i];

        subprogram->start = starts[i];
        subprogram->end = i + 1 < count ? starts[i + 1] : reading->count;
        if (subprogram->end <= subprogram->start || subprogram->end > reading->count)
            return -EINVAL;
    }
    return starts[0] == 0 ? 0 : -EINVAL;
}

int xlated_read(const struct bpf_insn *instructions, unsigned count, const uint32_t *starts,
                unsigned start_count, struct xlated *out)
{
    CLEANUP(reading_free)
    struct reading reading = {
        .instructions = instructions,
        .count = count,
        .subprograms = calloc(start_count + 1, sizeof(struct subprogram)),
        .subprogram_count = start_count,
        .uses = calloc(count + 1, sizeof(struct map_use)),
        .out = out,
    };
    int result;

    *out = (struct xlated){0};
    if (!reading.subprograms || !reading.uses)
        return -ENOMEM;
    if (start_count == 0 || start_count > XLATED_SUBPROGRAMS_MAX)
        return -EINVAL;
    result = open_subprograms(&reading, starts);
    if (result == 0)
        result = list_calls(&reading);
    for (unsigned i = 0; result == 0 && i < start_count; i++)
        result = draw(&reading, &reading.subprograms[i]);
    list_maps(&reading);
    if (result == 0)
        result = sum_up_calls(&reading);
    if (result)
        return result;
    out->instructions = reading.subprograms[0].sums[0];
    for (unsigned i = 0; i < out->call_count; i++)
        out->calls[i].times = reading.subprograms[0].sums[1 + i];
    for (unsigned i = 0; i < out->map_count; i++)
        out->maps[i].times = reading.subprograms[0].sums[1 + out->call_count + i];
    return 0;
}
