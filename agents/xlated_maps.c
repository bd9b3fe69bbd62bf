/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/xlated_maps.h"
#include "base/cleanup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define TAIL_CALL      0xf0 /* include/linux/filter.h of the kernel has it, and not the one for programs */
#define REGISTERS      11
#define ARGUMENTS_LAST 5
#define MAP_LAST       2 /* of a helper's arguments */
#define CLOBBERED_LAST 5 /* by a call: 0 to 5 */

/* Which map's address is in each register in front of an instruction; 0: none, or not known. */
struct registers {
    uint32_t map[REGISTERS];
    bool reached;
};

static bool is_call(const struct bpf_insn *instruction)
{
    return instruction->code == (BPF_JMP | BPF_CALL) || instruction->code == (BPF_JMP | TAIL_CALL);
}

static bool is_subprogram_call(const struct bpf_insn *instruction)
{
    return instruction->code == (BPF_JMP | BPF_CALL) && instruction->src_reg == BPF_PSEUDO_CALL;
}

static bool writes_register(const struct bpf_insn *instruction)
{
    uint8_t class = BPF_CLASS(instruction->code);

    return class == BPF_ALU || class == BPF_ALU64 || class == BPF_LD || class == BPF_LDX;
}

/* What is in the registers behind it. */
static void execute(const struct bpf_insn *instruction, struct registers *registers)
{
    uint32_t *to = instruction->dst_reg < REGISTERS ? &registers->map[instruction->dst_reg] : NULL,
             from = instruction->src_reg < REGISTERS ? registers->map[instruction->src_reg] : 0;

    if (is_call(instruction))
        memset(registers->map, 0, (CLOBBERED_LAST + 1) * sizeof(registers->map[0]));
    /* NOLINTNEXTLINE(misc-redundant-expression): BPF_LD and BPF_IMM are both 0 */
    else if (to && instruction->code == (BPF_LD | BPF_DW | BPF_IMM))
        *to = instruction->src_reg == BPF_PSEUDO_MAP_FD ? (uint32_t)instruction->imm : 0;
    else if (to && instruction->code == (BPF_ALU64 | BPF_MOV | BPF_X) && instruction->off == 0)
        *to = from;
    else if (to && writes_register(instruction))
        *to = 0;
}

/* What comes by this way is added to what came by others. Was there any news in it? */
static bool merge(struct registers *known, const struct registers *coming)
{
    bool news = !known->reached;

    if (news) {
        *known = *coming;
        return true;
    }
    for (unsigned i = 0; i < REGISTERS; i++)
        if (known->map[i] && known->map[i] != coming->map[i]) {
            known->map[i] = 0;
            news = true;
        }
    return news;
}

/* What is known of a register is only ever forgotten, so that this ends. */
static void follow(const struct bpf_insn *instructions, const struct flow_graph *graph,
                   struct registers *before)
{
    bool news = true;

    before[0].reached = true;
    while (news) {
        news = false;
        for (unsigned i = graph->reached; i-- > 0;) {
            uint32_t node = graph->finished[i];
            struct registers behind = before[node];

            if (!behind.reached)
                continue;
            execute(&instructions[node], &behind);
            for (unsigned edge = 0; edge < 2; edge++)
                if (graph->next[node][edge] != FLOW_NONE)
                    news |= merge(&before[graph->next[node][edge]], &behind);
        }
    }
}

static struct map_use use_of(const struct bpf_insn *instruction, const struct registers *before)
{
    struct map_use use = {0};
    unsigned last = is_subprogram_call(instruction) ? ARGUMENTS_LAST : MAP_LAST;

    /* NOLINTNEXTLINE(misc-redundant-expression): BPF_ADD and BPF_K are both 0 */
    if (instruction->code == (BPF_ALU64 | BPF_ADD | BPF_K) && instruction->dst_reg < REGISTERS)
        use.map = before->map[instruction->dst_reg];
    if (!is_call(instruction))
        return use;
    for (unsigned i = 1; i <= last && !use.map; i++)
        use.map = before->map[i];
    use.handed_on = use.map && is_subprogram_call(instruction);
    return use;
}

int xlated_map_uses(const struct bpf_insn *instructions, const struct flow_graph *graph, struct map_use *uses)
{
    OWNED_PTR struct registers *before = calloc(graph->count + 1, sizeof(*before));

    if (!before)
        return -ENOMEM;
    follow(instructions, graph, before);
    for (unsigned i = 0; i < graph->count; i++)
        uses[i] = before[i].reached ? use_of(&instructions[i], &before[i]) : (struct map_use){0};
    return 0;
}
