/* SPDX-License-Identifier: GPL-2.0 */
/* No warning is lost for what is in its sentence: jansson takes only UTF-8. */
#include "tests/unit/unit.h"

#include "reports/jsonio.h"
#include "reports/warning.h"

#include <string.h>

static void test_sentence_and_remedy(void **state)
{
    json_t *warnings = json_array();

    (void)state;
    warning_add(warnings, "code", "do that", "%d of %s", 3, "them");
    warning_add(warnings, "code", NULL, "no remedy");
    assert_int_equal(json_array_size(warnings), 2);
    assert_string_equal(json_string_value(json_object_get(json_array_get(warnings, 0), "text")), "3 of them");
    assert_string_equal(json_string_value(json_object_get(json_array_get(warnings, 0), "remedy")), "do that");
    assert_true(json_is_null(json_object_get(json_array_get(warnings, 1), "remedy")));
    json_decref(warnings);
}

/* Cut in the middle of a character, whatever is in front of it. */
static void test_cut_character(void **state)
{
    char name[2001];
    json_t *warnings = json_array();

    (void)state;
    for (size_t i = 0; i + 1 < sizeof(name); i += 2)
        memcpy(name + i, "\xc3\xa4", 2);
    name[sizeof(name) - 1] = '\0';
    warning_add(warnings, "code", "remedy", "%s", name);
    warning_add(warnings, "code", "remedy", " %s", name);
    assert_int_equal(json_array_size(warnings), 2);
    json_decref(warnings);
}

static void test_bytes_of_a_name(void **state)
{
    json_t *warnings = json_array();

    (void)state;
    warning_add(warnings, "code", "remedy", "target %s", "\xff\xfe");
    assert_string_equal(json_string_value(json_object_get(json_array_get(warnings, 0), "text")), "target ??");
    json_decref(warnings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sentence_and_remedy),
        cmocka_unit_test(test_cut_character),
        cmocka_unit_test(test_bytes_of_a_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
