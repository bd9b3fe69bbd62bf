/* SPDX-License-Identifier: GPL-2.0 */
/* Scenarios that `tracetoll init` writes: any command comes back as it was, and the loads fit the probes. */
#include "tests/unit/unit.h"

#include "base/cleanup.h"
#include "orchestrator/init/proposal.h"
#include "orchestrator/init/scenario_text.h"
#include "orchestrator/init/yaml_words.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

static char *const hostile[] = {
    "bpftrace",
    "-e",
    "tracepoint:raw_syscalls:sys_enter { @[\"a: #b\"] = count(); } # {x}, [y]: - 'z'",
    "",
    " ",
    "1",
    "0x1f",
    "-1.5e3",
    "true",
    "No",
    "~",
    "null",
    "-",
    "--",
    "---",
    "...",
    "- a",
    "?",
    ": x",
    "a: b",
    "key:",
    "#no comment",
    "&anchor",
    "*alias",
    "!tag",
    "| block",
    "> folded",
    "%directive",
    "@at",
    "`tick`",
    "'single'",
    "it's \"both\" \\ and \\n",
    "line\nbreak\r\n\ttab\n\n  indented\n",
    "bell\a escape\x1b delete\x7f",
    "{pid}",
    "[a, b]",
    "a,b",
    "trailing ",
    "2026-11-26",
    "<<",
    "=",
    "日本 é ☃ \xf0\x9f\x98\x80",
    "\xef\xbb\xbf"
    "byte order mark",
    "next\xc2\x85line separators\xe2\x80\xa8\xe2\x80\xa9",
    "c1 \xc2\x9b nbsp\xc2\xa0",
    NULL,
};

static yaml_node_t *value_of(yaml_document_t *document, yaml_node_t *mapping, const char *key)
{
    assert_int_equal(mapping->type, YAML_MAPPING_NODE);
    for (yaml_node_pair_t *pair = mapping->data.mapping.pairs.start; pair < mapping->data.mapping.pairs.top;
         pair++)
        if (strcmp((char *)yaml_document_get_node(document, pair->key)->data.scalar.value, key) == 0)
            return yaml_document_get_node(document, pair->value);
    fail_msg("no key %s", key);
    return NULL;
}

static void parse(yaml_document_t *document, const char *text)
{
    yaml_parser_t parser;

    assert_true(yaml_parser_initialize(&parser));
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, strlen(text));
    if (!yaml_parser_load(&parser, document))
        fail_msg("line %zu: %s in:\n%s", parser.problem_mark.line + 1, parser.problem, text);
    yaml_parser_delete(&parser);
}

static yaml_node_t *item(yaml_document_t *document, yaml_node_t *list, unsigned index)
{
    assert_int_equal(list->type, YAML_SEQUENCE_NODE);
    assert_true(list->data.sequence.items.start + index < list->data.sequence.items.top);
    return yaml_document_get_node(document, list->data.sequence.items.start[index]);
}

static void assert_list(yaml_document_t *document, yaml_node_t *list, char *const *words)
{
    unsigned count = 0;

    for (; words[count]; count++)
        assert_string_equal((char *)item(document, list, count)->data.scalar.value, words[count]);
    assert_int_equal(list->data.sequence.items.top - list->data.sequence.items.start, count);
}

/* What the file says of the tool. */
static char *written(char *const *argv, const struct inventory *inventory, const struct proposal *proposal,
                     int wanted)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    struct error error = {0};

    assert_int_equal(scenario_text_write(out, argv, inventory, proposal, &error), wanted);
    assert_int_equal(error.message[0] != '\0', wanted != 0);
    fclose(out);
    return text;
}

static void words_come_back(void **state)
{
    OWNED_PTR char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    yaml_document_t document;

    (void)state;
    assert_int_equal(yaml_print_words(out, hostile), 0);
    fclose(out);
    assert_null(strchr(text, '\n'));
    parse(&document, text);
    assert_list(&document, yaml_document_get_root_node(&document), hostile);
    yaml_document_delete(&document);
}

/* Quotes show what a reader could take for something else; what can't be mistaken is left bare. */
static void bare_where_it_can_be(void **state)
{
    static const char *const expected[][2] = {
        {"opensnoop", "opensnoop"}, {"-p", "-p"},       {"/usr/bin/x-1", "/usr/bin/x-1"}, {"1", "\"1\""},
        {"on", "\"on\""},           {"a b", "\"a b\""}, {"call=a", "\"call=a\""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
        OWNED_PTR char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);

        assert_int_equal(yaml_print_word(out, expected[i][0]), 0);
        fclose(out);
        assert_string_equal(text, expected[i][1]);
    }
}

static void scenario_holds_the_command(void **state)
{
    static struct inventory_program program = {.name = "x\ny", .attach = "kprobe:\nname: evil"};
    const struct inventory inventory = {.programs = &program, .program_count = 1};
    CLEANUP(proposal_free) struct proposal proposal = {0};
    OWNED_PTR char *text = NULL;
    yaml_document_t document;
    yaml_node_t *root, *target;

    (void)state;
    assert_int_equal(proposal_make(&proposal, &inventory), 0);
    assert_int_equal(proposal.load_count, 0);
    text = written(hostile, &inventory, &proposal, 0);
    parse(&document, text);
    root = yaml_document_get_root_node(&document);
    assert_string_equal((char *)value_of(&document, root, "name")->data.scalar.value,
                        "bpftrace before rollout");
    target = item(&document, value_of(&document, root, "targets"), 0);
    assert_list(&document, value_of(&document, target, "exec"), hostile);
    assert_non_null(strstr(text, "CHANGE-ME"));
    yaml_document_delete(&document);
}

static void refuses_what_yaml_cannot_hold(void **state)
{
    static char *const argv[] = {"tool", "latin \xe9", NULL};
    const struct inventory none = {0};
    const struct proposal proposal = {0};
    OWNED_PTR char *text = NULL;

    (void)state;
    text = written(argv, &none, &proposal, -EILSEQ);
}

static void names_the_script_and_not_its_interpreter(void **state)
{
    static char *const argv[] = {"/usr/bin/python3", "/opt/a tool.py", "-x", NULL};
    const struct inventory none = {0};
    const struct proposal proposal = {0};
    OWNED_PTR char *text = written(argv, &none, &proposal, 0);

    (void)state;
    assert_non_null(strstr(text, "- name: a_tool.py\n"));
}

static void assert_loads(const char *const *attach, unsigned count, unsigned fired,
                         const char *const (*loads)[2])
{
    struct inventory_program programs[8] = {0};
    const struct inventory inventory = {.programs = programs, .program_count = count};
    CLEANUP(proposal_free) struct proposal proposal = {0};
    unsigned i;

    for (i = 0; i < count; i++)
        snprintf(programs[i].attach, sizeof(programs[i].attach), "%s", attach[i]);
    assert_int_equal(proposal_make(&proposal, &inventory), 0);
    for (i = 0; loads[i][0]; i++) {
        assert_true(i < proposal.load_count);
        assert_string_equal(proposal.loads[i].load, loads[i][0]);
        assert_string_equal(proposal.loads[i].topology, loads[i][1]);
    }
    assert_int_equal(proposal.load_count, i);
    assert_int_equal(proposal.fired, fired);
}

static void loads_fit_the_probes(void **state)
{
    (void)state;
    assert_loads((const char *[]){"tp_btf:softirq_entry", "tp_btf:softirq_exit"}, 2, 2,
                 (const char *const[][2]){{"udp_rr", "veth"}, {NULL}});
    /* a choice of a parameter decides what is called */
    assert_loads((const char *[]){"tracepoint:syscalls:sys_enter_getpid"}, 1, 1,
                 (const char *const[][2]){{"syscall", "host"}, {NULL}});
    assert_loads((const char *[]){"tracepoint:syscalls:sys_enter_openat", ""}, 2, 1,
                 (const char *const[][2]){{"syscall,call=open_close", "host"}, {NULL}});
    /* what the topology fires counts as well */
    assert_loads((const char *[]){"kprobe:nf_conntrack_in"}, 1, 1,
                 (const char *const[][2]){{"udp_rr", "routed"}, {NULL}});
    /* no load fires both */
    assert_loads((const char *[]){"tracepoint:syscalls:sys_enter_openat", "kprobe:ip_forward"}, 2, 2,
                 (const char *const[][2]){{"udp_rr", "routed"}, {"syscall,call=open_close", "host"}, {NULL}});
    assert_loads((const char *[]){"kprobe:no_such_function"}, 1, 0, (const char *const[][2]){{NULL}});
}

/* A budget is of all loads; what one of them has no figure of would be refused. */
static void loads_that_are_judged_by_different_figures_share_none(void **state)
{
    char *const argv[] = {"tool", NULL};
    struct inventory inventory = {0};
    struct proposal mixed =
                        {.loads = {{.load = "udp_flood", .topology = "veth", .primary_metric = "throughput"},
                                   {.load = "files", .topology = "host", .primary_metric = "latency.mean"}},
                         .load_count = 2},
                    alike = {.loads = {mixed.loads[1], mixed.loads[1]}, .load_count = 2};
    OWNED_PTR char *of_mixed = written(argv, &inventory, &mixed, 0),
                   *of_alike = written(argv, &inventory, &alike, 0);

    (void)state;
    assert_null(strstr(of_mixed, "latency.p50:"));
    assert_null(strstr(of_mixed, "throughput:"));
    assert_non_null(strstr(of_mixed, "cpu.per_op:"));
    assert_non_null(strstr(of_alike, "latency.p50:"));
    assert_null(strstr(of_alike, "cpu.per_op:"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loads_that_are_judged_by_different_figures_share_none),
        cmocka_unit_test(words_come_back),
        cmocka_unit_test(bare_where_it_can_be),
        cmocka_unit_test(scenario_holds_the_command),
        cmocka_unit_test(refuses_what_yaml_cannot_hold),
        cmocka_unit_test(names_the_script_and_not_its_interpreter),
        cmocka_unit_test(loads_fit_the_probes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
