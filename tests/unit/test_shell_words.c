/* SPDX-License-Identifier: GPL-2.0 */
/* A command in one text becomes the words that a shell would make of it. */
#include "tests/unit/unit.h"

#include "base/cleanup.h"
#include "base/shell.h"
#include "base/shell_words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void assert_words(const char *text, const char *const *wanted)
{
    OWNED_PTR char **words = NULL;
    size_t i;

    assert_int_equal(shell_split_words(text, &words), 0);
    for (i = 0; wanted[i] && words[i]; i++)
        assert_string_equal(words[i], wanted[i]);
    assert_null(wanted[i]);
    assert_null(words[i]);
}

static void splits(void **state)
{
    (void)state;
    assert_words("", (const char *[]){NULL});
    assert_words("  a  bc\td\n", (const char *[]){"a", "bc", "d", NULL});
    assert_words("bpftrace -e 'a { @ = count(); }'",
                 (const char *[]){"bpftrace", "-e", "a { @ = count(); }", NULL});
    assert_words("x \"a 'b'\" 'c \"d\"' ''", (const char *[]){"x", "a 'b'", "c \"d\"", "", NULL});
    assert_words("a\\ b \"c\\\"d\\n\" '\\'", (const char *[]){"a b", "c\"d\\n", "\\", NULL});
    assert_words("--pid={pid} $HOME *", (const char *[]){"--pid={pid}", "$HOME", "*", NULL});
}

static void refuses_an_open_quote(void **state)
{
    char **words = NULL;

    (void)state;
    assert_int_equal(shell_split_words("a 'b", &words), -EINVAL);
    assert_int_equal(shell_split_words("a \"b", &words), -EINVAL);
    assert_null(words);
}

/* What is printed for a shell is read back here, too, as long as it holds no control characters. */
static void reads_back_what_is_printed(void **state)
{
    static const char *const odd[] = {"two words", "it's", "", "$HOME `id` \"x\" \\ ~ * ? [a] ! # & | ; < >",
                                      NULL};
    OWNED_PTR char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    (void)state;
    for (size_t i = 0; odd[i]; i++) {
        shell_print_word(out, odd[i]);
        fputc(' ', out);
    }
    fclose(out);
    assert_words(text, odd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(splits),
        cmocka_unit_test(refuses_an_open_quote),
        cmocka_unit_test(reads_back_what_is_printed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
