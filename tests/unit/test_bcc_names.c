/* SPDX-License-Identifier: GPL-2.0 */
#include "tests/unit/unit.h"
#include "agents/bcc_names.h"

#include <stdlib.h>
#include <string.h>

struct named {
    const char *text, *kind, *where; /* kind NULL: it says nothing */
};

static void check(bool (*parse)(const char *, struct bcc_spot *), const struct named *named, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct bcc_spot spot = {0};

        assert_int_equal(parse(named[i].text, &spot), named[i].kind != NULL);
        if (!named[i].kind)
            continue;
        assert_string_equal(spot.kind, named[i].kind);
        assert_string_equal(spot.where, named[i].where);
    }
}

static void names_say_where(void **state)
{
    static const struct named names[] = {
        {"kprobe__nf_conntrack_in", "kprobe", "nf_conntrack_in"},
        {"kprobe____nf_conntrack_confirm", "kprobe", "__nf_conntrack_confirm"},
        {"kretprobe__vfs_read", "kretprobe", "vfs_read"},
        {"tracepoint__syscalls__sys_enter_getpid", "tracepoint", "syscalls:sys_enter_getpid"},
        {"raw_tracepoint__sys_enter", "raw_tracepoint", "sys_enter"},
        {"kfunc__vmlinux__vfs_read", "kfunc", "vmlinux:vfs_read"},
        {"kfunc__vmlinux____x64_sys_getpid", "kfunc", "vmlinux:__x64_sys_getpid"},
        {"kfunc__vfs_read", "kfunc", "vfs_read"},
        {"kretfunc__nf_conntrack__nf_conntrack_in", "kretfunc", "nf_conntrack:nf_conntrack_in"},
        {"lsm__bprm_check_security", "lsm", "bprm_check_security"},
        {"kprobe__", NULL, NULL},
        {"kprobe_vfs_read", NULL, NULL},
        {"tracepoint__syscalls", NULL, NULL},
        {"tracepoint__syscalls__", NULL, NULL},
        {"tracepoint____sys_enter", NULL, NULL},
        {"my_kprobe__vfs_read", NULL, NULL},
        {"do_trace", NULL, NULL},
        {"", NULL, NULL},
    };

    (void)state;
    check(bcc_spot_of_name, names, sizeof(names) / sizeof(names[0]));
}

static void sections_say_where(void **state)
{
    static const struct named sections[] = {
        {"kprobe/vfs_read", "kprobe", "vfs_read"},
        {"kretprobe/vfs_read", "kretprobe", "vfs_read"},
        {"tracepoint/syscalls/sys_enter_open", "tracepoint", "syscalls:sys_enter_open"},
        {"tp/sched/sched_switch", "tracepoint", "sched:sched_switch"},
        {"raw_tracepoint/sys_enter", "raw_tracepoint", "sys_enter"},
        {"raw_tp/sys_enter", "raw_tracepoint", "sys_enter"},
        {"uprobe//bin/bash:readline", "uprobe", "/bin/bash:readline"},
        {"uretprobe/c:malloc", "uretprobe", "c:malloc"},
        {"perf_event/99", "perf_event", "99"},
        {"xdp", "xdp", ""},
        {"xdp/eth0", "xdp", "eth0"},
        {"xdp_other", NULL, NULL},
        {"kprobe/", NULL, NULL},
        {"kprobe", NULL, NULL},
        {"tp/sched", NULL, NULL},
        {"license", NULL, NULL},
        {"maps", NULL, NULL},
        {"", NULL, NULL},
    };

    (void)state;
    check(bcc_spot_of_section, sections, sizeof(sections) / sizeof(sections[0]));
}

static void a_name_too_long_says_nothing(void **state)
{
    char name[600] = "kprobe__";
    struct bcc_spot spot;

    (void)state;
    memset(name + strlen(name), 'x', sizeof(name) - 1 - strlen(name));
    assert_false(bcc_spot_of_name(name, &spot));
}

static void system_calls_get_this_kernels_prefix(void **state)
{
    static const struct {
        const char *kind, *before, *after;
    } spots[] = {
        {"kprobe", "sys_clone", "__x64_sys_clone"},
        {"kretprobe", "__arm64_sys_clone", "__x64_sys_clone"},
        {"kprobe", "__x64_sys_clone", "__x64_sys_clone"},
        {"kprobe", "do_sys_open", "do_sys_open"},
        {"raw_tracepoint", "sys_enter", "sys_enter"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(spots) / sizeof(spots[0]); i++) {
        struct bcc_spot spot = {.kind = spots[i].kind};

        strcpy(spot.where, spots[i].before);
        bcc_spot_name_syscall(&spot, "__x64_sys_");
        assert_string_equal(spot.where, spots[i].after);
    }
}

/* Takes the sections out of a copy; the text afterwards. */
static char *take(const char *text, struct bcc_section **sections, int count)
{
    char *copy = strdup(text);

    assert_int_equal(bcc_sections_take(copy, sections), count);
    assert_int_equal(strlen(copy), strlen(text));
    return copy;
}

static void sections_are_taken_out(void **state)
{
    struct bcc_section *sections;
    char *text = take("SEC(\"kprobe/a\")\nint one(void *ctx) { return two(1); }\n"
                      "int plain(void *ctx);\n"
                      "SEC ( \"tp/b/c\" ) __attribute__((noinline)) int three(void *ctx)\n{ return 0; }\n",
                      &sections, 2);

    (void)state;
    assert_string_equal(sections[0].function, "one");
    assert_string_equal(sections[0].section, "kprobe/a");
    assert_string_equal(sections[1].function, "three");
    assert_string_equal(sections[1].section, "tp/b/c");
    assert_null(strstr(text, "SEC"));
    assert_non_null(strstr(text, "               \nint one("));
    free(sections);
    free(text);
}

static void what_only_looks_like_one_stays(void **state)
{
    static const char quiet[] =
        "// SEC(\"kprobe/a\") int a(void)\n/* SEC(\"kprobe/b\")\nint b(void) */\n"
        "char s[] = \"SEC(\\\"kprobe/c\\\") int c()\";\n"
        "#define SEC(NAME) __attribute__((section(NAME), used))\n"
        "XSEC(\"kprobe/d\") int d(void);\nSEC(NAME) int e(void);\n'\"' SEC(\"unended\nint f(void);\n";
    struct bcc_section *sections;
    char *text = take(quiet, &sections, 0);

    (void)state;
    assert_string_equal(text, quiet);
    free(sections);
    free(text);
}

static void a_variable_is_no_function(void **state)
{
    struct bcc_section *sections;
    char *text = take("char LICENSE[] SEC(\"license\") = \"GPL\";\nint f(void *ctx) { return 0; }\n"
                      "struct map m SEC(\"maps\");\nint g(void *ctx) { return 0; }\n",
                      &sections, 0);

    (void)state;
    assert_null(strstr(text, "SEC"));
    free(sections);
    free(text);
}

static void cut_short_anywhere(void **state)
{
    static const char whole[] = "/* c */ SEC(\"kprobe/a\") int one(void *ctx) { return '\\'' + 0x1f; } // x";

    (void)state;
    for (size_t length = 0; length < sizeof(whole); length++) {
        struct bcc_section *sections;
        char *text = strndup(whole, length);
        int count = bcc_sections_take(text, &sections);

        assert_in_range(count, 0, 1);
        free(sections);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_say_where),
        cmocka_unit_test(sections_say_where),
        cmocka_unit_test(a_name_too_long_says_nothing),
        cmocka_unit_test(system_calls_get_this_kernels_prefix),
        cmocka_unit_test(sections_are_taken_out),
        cmocka_unit_test(what_only_looks_like_one_stays),
        cmocka_unit_test(a_variable_is_no_function),
        cmocka_unit_test(cut_short_anywhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
