/* SPDX-License-Identifier: GPL-2.0 */
/* Translated programs made by hand, names of the kernel's functions, and what is no program. */
#include "tests/unit/unit.h"
#include "agents/kernel_symbols.h"
#include "agents/xlated.h"
#include "base/cleanup.h"

#include <errno.h>
#include <string.h>

#define MOVE                                                                                                 \
    {                                                                                                        \
        .code = BPF_ALU64 | BPF_MOV | BPF_K                                                                  \
    }
#define LEAVE                                                                                                \
    {                                                                                                        \
        .code = BPF_JMP | BPF_EXIT                                                                           \
    }
#define HELPER(distance)                                                                                     \
    {                                                                                                        \
        .code = BPF_JMP | BPF_CALL, .imm = (distance)                                                        \
    }
#define SUBPROGRAM(to, no)                                                                                   \
    {                                                                                                        \
        .code = BPF_JMP | BPF_CALL, .src_reg = BPF_PSEUDO_CALL, .off = (to), .imm = (no)                     \
    }
#define IF_ZERO(to)                                                                                          \
    {                                                                                                        \
        .code = BPF_JMP | BPF_JEQ | BPF_K, .off = (to)                                                       \
    }
#define GO(to)                                                                                               \
    {                                                                                                        \
        .code = BPF_JMP | BPF_JA, .off = (to)                                                                \
    }
#define FAR(to)                                                                                              \
    {                                                                                                        \
        .code = BPF_JMP32 | BPF_JA, .imm = (to)                                                              \
    }
#define CALLBACK(to)                                                                                         \
    {.code = BPF_LD | BPF_DW | BPF_IMM, .src_reg = BPF_PSEUDO_FUNC, .imm = (to)},                            \
    {                                                                                                        \
        0                                                                                                    \
    }
#define MAP                                                                                                  \
    {.code = BPF_LD | BPF_DW | BPF_IMM, .src_reg = BPF_PSEUDO_MAP_FD},                                       \
    {                                                                                                        \
        0                                                                                                    \
    }

#define READ(instructions, starts, out)                                                                      \
    xlated_read(instructions, ARRAY_SIZE(instructions), starts, ARRAY_SIZE(starts), out)

static const uint32_t whole[] = {0};

static void calls_are_counted_on_paths(void **state)
{
    const struct bpf_insn instructions[] = {
        MAP, HELPER(100), IF_ZERO(2), HELPER(-200), HELPER(-200), HELPER(100), LEAVE,
    };
    struct xlated xlated;

    (void)state;
    assert_int_equal(READ(instructions, whole, &xlated), 0);
    assert_int_equal(xlated.call_count, 2);
    assert_int_equal(xlated.calls[0].offset, 100);
    assert_int_equal(xlated.calls[0].times.fewest, 2);
    assert_int_equal(xlated.calls[0].times.most, 2);
    assert_int_equal(xlated.calls[1].offset, -200);
    assert_int_equal(xlated.calls[1].times.fewest, 0);
    assert_int_equal(xlated.calls[1].times.most, 2);
    assert_int_equal(xlated.instructions.fewest, 5); /* a wide one is one */
    assert_int_equal(xlated.instructions.most, 7);
}

static void subprograms_count_where_they_are_called(void **state)
{
    const struct bpf_insn instructions[] = {
        SUBPROGRAM(3, 1),
        IF_ZERO(1),
        SUBPROGRAM(1, 1),
        LEAVE, /* main */
        HELPER(7),
        MOVE,
        LEAVE, /* called */
    };
    const uint32_t starts[] = {0, 4};
    struct xlated xlated;

    (void)state;
    assert_int_equal(READ(instructions, starts, &xlated), 0);
    assert_int_equal(xlated.calls[0].times.fewest, 1);
    assert_int_equal(xlated.calls[0].times.most, 2);
    assert_int_equal(xlated.instructions.fewest, 3 + 3);
    assert_int_equal(xlated.instructions.most, 4 + 6);
}

static void callbacks_run_as_often_as_they_like(void **state)
{
    const struct bpf_insn instructions[] = {
        CALLBACK(3), HELPER(1), LEAVE, /* bpf_loop() */
        HELPER(7),   LEAVE,
    };
    const uint32_t starts[] = {0, 4};
    struct xlated xlated;

    (void)state;
    assert_int_equal(READ(instructions, starts, &xlated), 0);
    assert_int_equal(xlated.calls[0].times.most, 1);
    assert_int_equal(xlated.calls[1].times.fewest, 0);
    assert_true(xlated.calls[1].times.most == FLOW_UNBOUNDED);
}

static void loops_have_no_most(void **state)
{
    const struct bpf_insn instructions[] = {MOVE, HELPER(3), IF_ZERO(-3), FAR(0), LEAVE};
    struct xlated xlated;

    (void)state;
    assert_int_equal(READ(instructions, whole, &xlated), 0);
    assert_int_equal(xlated.calls[0].times.fewest, 1);
    assert_true(xlated.calls[0].times.most == FLOW_UNBOUNDED);
    assert_int_equal(xlated.instructions.fewest, 5);
}

static void what_is_no_program_is_refused(void **state)
{
    const struct bpf_insn outside[] = {GO(1), LEAVE}, before[] = {GO(-2), LEAVE}, falls[] = {MOVE, MOVE},
                          nowhere[] = {SUBPROGRAM(5, 0), LEAVE},
                          itself[] = {SUBPROGRAM(0, 1), SUBPROGRAM(-1, 1), LEAVE};
    const uint32_t backwards[] = {0, 2, 1}, late[] = {1}, behind[] = {0, 9}, two[] = {0, 1};
    struct xlated xlated;

    (void)state;
    assert_int_equal(READ(outside, whole, &xlated), -EINVAL);
    assert_int_equal(READ(before, whole, &xlated), -EINVAL);
    assert_int_equal(READ(falls, whole, &xlated), -EINVAL);
    assert_int_equal(READ(nowhere, whole, &xlated), -EINVAL);
    assert_int_equal(READ(itself, two, &xlated), -EINVAL);
    assert_int_equal(READ(outside, backwards, &xlated), -EINVAL);
    assert_int_equal(READ(outside, late, &xlated), -EINVAL);
    assert_int_equal(READ(outside, behind, &xlated), -EINVAL);
    assert_int_equal(xlated_read(outside, 0, whole, 1, &xlated), -EINVAL);
}

#define MAP_OF(id, reg)                                                                                      \
    {.code = BPF_LD | BPF_DW | BPF_IMM, .dst_reg = (reg), .src_reg = BPF_PSEUDO_MAP_FD, .imm = (id)},        \
    {                                                                                                        \
        0                                                                                                    \
    }
#define COPY(to, from)                                                                                       \
    {                                                                                                        \
        .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = (to), .src_reg = (from)                              \
    }
#define ADD(reg)                                                                                             \
    {                                                                                                        \
        .code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = (reg), .imm = 16                                     \
    }
#define DATA_OF(id, reg)                                                                                     \
    {.code = BPF_LD | BPF_DW | BPF_IMM, .dst_reg = (reg), .src_reg = BPF_PSEUDO_MAP_VALUE, .imm = (id)},     \
    {                                                                                                        \
        0                                                                                                    \
    }

static struct flow_range uses_of(const struct xlated *xlated, uint32_t id)
{
    for (unsigned i = 0; i < xlated->map_count; i++)
        if (xlated->maps[i].id == id)
            return xlated->maps[i].times;
    return (struct flow_range){99, 99};
}

/* Map 5 twice by a call, the second time through a register that calls leave alone; map 6 by arithmetic, as
 * lookups in arrays are, on one way of two; 7 is a data section. */
static void operations_on_maps_follow_the_address(void **state)
{
    const struct bpf_insn instructions[] = {
        MAP_OF(5, 6), COPY(1, 6),   HELPER(100), COPY(1, 6),    HELPER(200), HELPER(300),
        IF_ZERO(3),   MAP_OF(6, 1), ADD(1),      DATA_OF(7, 1), ADD(1),      LEAVE,
    };
    struct xlated xlated;

    (void)state;
    assert_int_equal(READ(instructions, whole, &xlated), 0);
    assert_int_equal(xlated.map_count, 2);
    assert_int_equal(uses_of(&xlated, 5).fewest, 2);
    assert_int_equal(uses_of(&xlated, 5).most, 2);
    assert_int_equal(uses_of(&xlated, 6).fewest, 0);
    assert_int_equal(uses_of(&xlated, 6).most, 1);
}

/* The second argument of an event's output; one of two maps, by where it came from, is neither; in a loop. */
static void addresses_that_meet_are_not_known(void **state)
{
    const struct bpf_insn meet[] = {MAP_OF(5, 1), IF_ZERO(2), MAP_OF(6, 1), HELPER(100), LEAVE},
                          output[] = {MAP_OF(5, 2), HELPER(100), LEAVE},
                          loop[] = {MAP_OF(5, 6), COPY(1, 6), HELPER(100), IF_ZERO(-3), LEAVE},
                          hands[] = {MAP_OF(5, 1), SUBPROGRAM(1, 1), LEAVE, HELPER(7), LEAVE};
    const uint32_t starts[] = {0, 4};
    struct xlated xlated;

    (void)state;
    assert_int_equal(READ(meet, whole, &xlated), 0);
    assert_int_equal(xlated.map_count, 0);
    assert_int_equal(READ(output, whole, &xlated), 0);
    assert_int_equal(uses_of(&xlated, 5).most, 1);
    assert_int_equal(READ(loop, whole, &xlated), 0);
    assert_int_equal(uses_of(&xlated, 5).fewest, 1);
    assert_true(uses_of(&xlated, 5).most == FLOW_UNBOUNDED);
    assert_int_equal(READ(hands, starts, &xlated), 0);
    assert_int_equal(uses_of(&xlated, 5).fewest, 0);
    assert_true(uses_of(&xlated, 5).most == FLOW_UNBOUNDED);
    assert_int_equal(xlated.calls[0].times.fewest, 1);
}

static int resolve(const char *kallsyms, struct kernel_symbol *symbols, unsigned count)
{
    return kernel_symbols_resolve(text_of(kallsyms, strlen(kallsyms)), symbols, count);
}

static void names_are_those_of_addresses(void **state)
{
    static const char kallsyms[] = "ffffffff81000100 T bpf_ktime_get_ns\n"
                                   "ffffffff81001000 t __bpf_call_base\n"
                                   "not a line\n"
                                   "ffffffff81001040 T bpf_map_lookup_elem\n"
                                   "ffffffff81001040 T an_alias\n"
                                   "ffffffffc0000000 t foreign\t[module]\n";
    struct kernel_symbol symbols[] = {
        {.offset = -0xf00}, {.offset = 0x40}, {.offset = 0x3efff000}, {.offset = 1}};

    (void)state;
    assert_int_equal(resolve(kallsyms, symbols, 4), 0);
    assert_string_equal(symbols[0].name, "bpf_ktime_get_ns");
    assert_string_equal(symbols[1].name, "bpf_map_lookup_elem");
    assert_string_equal(symbols[2].name, "foreign");
    assert_string_equal(symbols[3].name, "");
    assert_int_equal(resolve("0000000000000000 T a\n0000000000000000 t __bpf_call_base\n", symbols, 4),
                     -EACCES);
    assert_int_equal(resolve("ffffffff81000100 T a\n", symbols, 4), -ENOENT);
    assert_int_equal(resolve("", symbols, 4), -EACCES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_are_counted_on_paths),
        cmocka_unit_test(subprograms_count_where_they_are_called),
        cmocka_unit_test(callbacks_run_as_often_as_they_like),
        cmocka_unit_test(loops_have_no_most),
        cmocka_unit_test(operations_on_maps_follow_the_address),
        cmocka_unit_test(addresses_that_meet_are_not_known),
        cmocka_unit_test(what_is_no_program_is_refused),
        cmocka_unit_test(names_are_those_of_addresses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
