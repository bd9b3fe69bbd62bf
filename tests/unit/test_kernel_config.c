/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/kernel_config.h"
#include "tests/unit/unit.h"

#include <string.h>

static char text[] = "# Linux/x86 6.1.0 Kernel Configuration\n"
                     "CONFIG_HZ_250=y\n"
                     "CONFIG_HZ=250\n"
                     "# CONFIG_KPROBES is not set\n"
                     "CONFIG_NET_CLS_BPF=m\n"
                     "CONFIG_LSM=\"landlock,bpf\"\n"
                     "CONFIG_EMPTY=\"\"\n"
                     "CONFIG_CUT";

static const struct kernel_config config = {.text = text, .length = sizeof(text) - 1};
static const struct kernel_config unknown;

static void values_are_found_whole(void **state)
{
    char value[64];

    (void)state;
    assert_string_equal(kernel_config_value(&config, "HZ", value, sizeof(value)), "250");
    assert_string_equal(kernel_config_value(&config, "LSM", value, sizeof(value)), "landlock,bpf");
    assert_string_equal(kernel_config_value(&config, "EMPTY", value, sizeof(value)), "");
    assert_string_equal(kernel_config_value(&config, "CUT", value, sizeof(value)), "n");
    assert_string_equal(kernel_config_value(&config, "H", value, sizeof(value)), "n");
    assert_string_equal(kernel_config_value(&config, "LSM", value, 5), "land");
}

static void absent_is_not_unknown(void **state)
{
    char value[8];

    (void)state;
    assert_int_equal(kernel_config_has(&config, "HZ_250"), 1);
    assert_int_equal(kernel_config_has(&config, "NET_CLS_BPF"), 1);
    assert_int_equal(kernel_config_has(&config, "KPROBES"), 0);
    assert_int_equal(kernel_config_has(&unknown, "KPROBES"), -1);
    assert_null(kernel_config_value(&unknown, "HZ", value, sizeof(value)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_found_whole),
        cmocka_unit_test(absent_is_not_unknown),
    };

    return cmocka_run_group_tests_name("kernel_config", tests, NULL, NULL);
}
