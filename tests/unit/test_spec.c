/* SPDX-License-Identifier: GPL-2.0 */
#include "tests/unit/unit.h"
#include "bpf/attach_kinds.h"
#include "bpf/op_table.h"
#include "bpf/spec.h"

#include <errno.h>
#include <string.h>

static void test_whole(void **state)
{
    struct probe_spec spec;

    (void)state;
    assert_int_equal(
        probe_spec_parse("kprobe@vfs_read+0x10+hash_update*4+ringbuf_output:1KiB+spin:2us*3", &spec, NULL),
        0);
    assert_string_equal(spec.attach->name, "kprobe");
    assert_string_equal(spec.where, "vfs_read+0x10");
    assert_int_equal(spec.op_count, 3);
    assert_int_equal(spec.ops[0].kind, OP_HASH_UPDATE);
    assert_int_equal(spec.ops[0].count, 4);
    assert_int_equal(spec.ops[1].kind, OP_RINGBUF_OUTPUT);
    assert_int_equal(spec.ops[1].size, 1024);
    assert_int_equal(spec.ops[1].count, 1);
    assert_int_equal(spec.ops[2].kind, OP_SPIN);
    assert_int_equal(spec.ops[2].size, 2000);
    assert_int_equal(spec.ops[2].count, 3);
}

static void test_defaults(void **state)
{
    struct probe_spec spec;

    (void)state;
    assert_int_equal(probe_spec_parse("raw_tp+get_stackid", &spec, NULL), 0);
    assert_string_equal(spec.where, "");
    assert_int_equal(spec.ops[0].size, op_table[OP_GET_STACKID].size_default);
    assert_int_equal(probe_spec_parse("raw_tp+spin:0ns", &spec, NULL), 0);
    assert_int_equal(spec.ops[0].size, 0);
    assert_int_equal(probe_spec_parse("raw_tp+spin+tail_call", &spec, NULL), 0);
    assert_int_equal(spec.ops[1].kind, OP_TAIL_CALL);
    assert_int_equal(probe_spec_parse("xdp", &spec, NULL), 0);
    assert_int_equal(spec.op_count, 0);
    assert_int_equal(probe_spec_parse("uprobe@/usr/lib/libc.so.6:malloc", &spec, NULL), 0);
    assert_string_equal(spec.where, "/usr/lib/libc.so.6:malloc");
    assert_int_equal(probe_spec_parse("raw_tp+spin:1.001us", &spec, NULL), 0);
    assert_int_equal(spec.ops[0].size, 1001);
}

static void test_where(void **state)
{
    static const struct {
        const char *text, *where;
        unsigned long offset;
        unsigned ops;
    } rows[] = {
        {"uprobe@/usr/lib/libstdc++.so.6:_Znwm", "/usr/lib/libstdc++.so.6:_Znwm", 0, 0},
        {"uprobe@/usr/lib/libstdc++.so.6:_Znwm+12+spin", "/usr/lib/libstdc++.so.6:_Znwm+12", 12, 1},
        {"uretprobe@/usr/bin/g++:main+hash_update", "/usr/bin/g++:main", 0, 1},
        {"kprobe@vfs_read+010", "vfs_read+010", 10, 0}, /* no octal numbers */
        {"kprobe@vfs_read+0xA+spin+spin", "vfs_read+0xA", 10, 2},
        {"perf_event@cpu-clock:5000+spin", "cpu-clock:5000", 0, 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct probe_spec spec;

        assert_int_equal(probe_spec_parse(rows[i].text, &spec, NULL), 0);
        assert_string_equal(spec.where, rows[i].where);
        assert_int_equal(attach_offset(spec.where), rows[i].offset);
        assert_int_equal(spec.op_count, rows[i].ops);
    }
}

static void test_mistakes(void **state)
{
    static const struct {
        const char *text, *says;
    } rows[] = {
        {"", "begins with"},
        {"+spin", "begins with"},
        {"raw_pt", "raw_tp"},
        {"raw_tp@", "behind \"@\""},
        {"raw_tp+", "behind each"},
        {"usdt", "say where"},
        {"raw_tp+hash_updat", "hash_update"},
        {"raw_tp+hash_update*0", "1 to"},
        {"raw_tp+hash_update*257", "1 to"},
        {"raw_tp+hash_update*-1", "1 to"},
        {"raw_tp+hash_update*2x", "1 to"},
        {"raw_tp+hash_update:8", "takes no size"},
        {"raw_tp+spin:1MiB", "in ns"},
        {"raw_tp+spin:1s", "whole number"},
        {"raw_tp+spin:0.5ns", "whole number"},
        {"raw_tp+spin_tail:0", "whole number"},
        {"raw_tp+spin*2:5us", "size comes first"},
        {"raw_tp+spin:1.5ns", "whole number"},
        {"raw_tp@sys_enter++spin", "behind each"},
        {"tp@sys_enter", "CATEGORY:NAME"},
        {"tp@syscalls:", "CATEGORY:NAME"},
        {"usdt@libc", "PROVIDER:NAME"},
        {"kprobe@vfs_read+16abc", "number of bytes"},
        {"kprobe@vfs_read+0x", "number of bytes"},
        {"kprobe@vfs_read+0x-1", "number of bytes"},
        {"kprobe@vfs_read+99999999999999999999", "number of bytes"},
        {"kretprobe@vfs_read+4", "a return has no offset"},
        {"uretprobe@malloc+4", "a return has no offset"},
        {"uretprobe@/usr/lib/libstdc++.so.6:_Znwm+5", "a return has no offset"},
        {"uprobe@malloc+4x", "number of bytes"},
        {"uprobe@/bin/true:", "number of bytes"},
        {"perf_event@nosuch", "page-faults"},
        {"perf_event@cpu-clock:0", "period of 1"},
        {"perf_event@page-faults:-5", "period of 1"},
        {"raw_tp+ringbuf_output:5us", "in bytes"},
        {"raw_tp+ringbuf_output:4KiB+spin+spin+spin+spin", "at most 4"},
        {"raw_tp+get_stack:16B", "in frames"},
        {"raw_tp+tail_call+spin", "does not come back"},
        {"raw_tp+spin+tail_call*2", "does not come back"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct error error = {0};
        struct probe_spec spec;

        if (probe_spec_parse(rows[i].text, &spec, &error) != -EINVAL)
            fail_msg("\"%s\" is taken", rows[i].text);
        assert_int_equal(error.status, EXIT_USAGE);
        if (!strstr(error.message, rows[i].says))
            fail_msg("\"%s\": no \"%s\" in: %s", rows[i].text, rows[i].says, error.message);
    }
}

/* Longer than anything it is copied into. */
static void test_long(void **state)
{
    char text[4096];
    struct probe_spec spec;

    (void)state;
    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    assert_int_equal(probe_spec_parse(text, &spec, NULL), -EINVAL);
    memcpy(text, "raw_tp@", 7);
    assert_int_equal(probe_spec_parse(text, &spec, NULL), -EINVAL);
    memcpy(text, "raw_tp+", 7);
    assert_int_equal(probe_spec_parse(text, &spec, NULL), -EINVAL);
}

/* What the tables promise each other. */
static void test_tables(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < OP_COUNT; kind++) {
        assert_non_null(op_table[kind].name);
        assert_int_equal(op_find(op_table[kind].name), kind);
        if (op_table[kind].size_is) {
            assert_true(op_table[kind].size_min <= op_table[kind].size_default);
            assert_true(op_table[kind].size_default <= op_table[kind].size_max);
        }
    }
    for (const struct attach_kind *kind = attach_kinds; kind->name; kind++) {
        assert_ptr_equal(attach_kind_find(kind->name), kind);
        assert_non_null(kind->attach);
        assert_non_null(kind->doctor);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),    cmocka_unit_test(test_where), cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_mistakes), cmocka_unit_test(test_long),  cmocka_unit_test(test_tables),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
