/* SPDX-License-Identifier: GPL-2.0 */
/* A quoted word is what a real shell reads back. */
#include "tests/unit/unit.h"

#include "base/cleanup.h"
#include "base/shell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct word_case {
    const char *word, *printed;
};

static const struct word_case cases[] = {
    {"syscount", "syscount"},
    {"latency.p50=10%", "latency.p50=10%"},
    {"", "''"},
    {"=ls", "'=ls'"},
    {"{pid}", "'{pid}'"},
    {"{a,b}", "'{a,b}'"},
    {"two words", "'two words'"},
    {"it's", "'it'\\''s'"},
    {"$HOME `id` \"x\" \\ ~ * ? [a] ! # & | ; < >", "'$HOME `id` \"x\" \\ ~ * ? [a] ! # & | ; < >'"},
    {"line\nline", "$'line\\012line'"},
    {"tab\t'quote' \\n", "$'tab\\011\\'quote\\' \\\\n'"},
    {"\033[31m", "$'\\033[31m'"},
    {"\xe4\xb8\xad", "'\xe4\xb8\xad'"},
};

static char *printed(void (*print)(FILE *out, const char *word), const char *word)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    print(out, word);
    fclose(out);
    return text;
}

static void assert_shell_reads(const char *name, const char *quoted, const char *word)
{
    char output[256] = "";
    OWNED_PTR char *script = NULL, *wanted = NULL;
    FILE *shell;

    assert_true(asprintf(&script, "printf %%s. %s", quoted) > 0);
    setenv("TRACETOLL_TEST_SCRIPT", script, 1);
    setenv("TRACETOLL_TEST_SHELL", name, 1);
    shell = popen("exec $TRACETOLL_TEST_SHELL -c \"$TRACETOLL_TEST_SCRIPT\"", "r");
    assert_non_null(shell);
    assert_true(fread(output, 1, sizeof(output) - 1, shell) > 0);
    assert_int_equal(pclose(shell), 0);
    assert_true(asprintf(&wanted, "%s.", word) > 0);
    assert_string_equal(output, wanted);
}

static void test_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWNED_PTR char *text = printed(shell_print_word, cases[i].word);

        assert_string_equal(text, cases[i].printed);
        assert_null(strchr(text, '\n'));
        assert_shell_reads("bash", text, cases[i].word);
    }
}

static void quoted_for_any_shell(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWNED_PTR char *text = printed(shell_print_quoted, cases[i].word);

        assert_shell_reads("sh", text, cases[i].word);
        assert_shell_reads("bash", text, cases[i].word);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_words), cmocka_unit_test(quoted_for_any_shell)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
