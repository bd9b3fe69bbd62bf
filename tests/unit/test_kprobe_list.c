/* SPDX-License-Identifier: GPL-2.0 */
/* How kprobes are placed, from a list as Linux 6.1 prints it, and cut short at every byte. */
#include "tests/unit/unit.h"

#include "agents/kprobe_list.h"

#include <stdlib.h>
#include <string.h>

static const char list[] = "ffffffff818a3f00  k  ip_rcv+0x0    [FTRACE]\n"
                           "ffffffff818a3f00  r  ip_rcv+0x0    [DISABLED][FTRACE]\n"
                           "ffffffff812d0c10  k  do_filp_open+0x0    [OPTIMIZED]\n"
                           "ffffffff812d0c54  k  do_filp_open_x+0x0\n"
                           "ffffffff812d0c54  k  vfs_read+0x1c\n"
                           "ffffffffc0311230  r  nf_ct_get+0x0  nf_conntrack [FTRACE]\n";

static struct text whole(const char *string)
{
    return text_of(string, strlen(string));
}

static void each_way(void **state)
{
    (void)state;
    assert_string_equal(kprobe_placed(whole(list), "ip_rcv", false), "ftrace");
    assert_string_equal(kprobe_placed(whole(list), "do_filp_open", false), "jump");
    assert_string_equal(kprobe_placed(whole(list), "do_filp_open_x", false), "int3");
    assert_string_equal(kprobe_placed(whole(list), "nf_ct_get", true), "ftrace");
    assert_null(kprobe_placed(whole(list), "nf_ct_get", false));
    assert_null(kprobe_placed(whole(list), "vfs_read", false)); /* not at its entry */
    assert_null(kprobe_placed(whole(list), "do_filp", false));
    assert_null(kprobe_placed(whole(""), "ip_rcv", false));
}

static void cut_anywhere_is_survived(void **state)
{
    (void)state;
    for (size_t length = 0; length < sizeof(list); length++) {
        char *copy = malloc(length + 1); /* so that a sanitizer sees reads behind the end */

        assert_non_null(copy);
        memcpy(copy, list, length);
        kprobe_placed(text_of(copy, length), "nf_ct_get", true);
        free(copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_way),
        cmocka_unit_test(cut_anywhere_is_survived),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
