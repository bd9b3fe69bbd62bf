/* SPDX-License-Identifier: GPL-2.0 */
/* detaches_by_itself MS: goes on running without its program. */
#include "tests/targets/common.h"

int main(int argc, char **argv)
{
    int link_fd = attach_program("short_lived");

    sleep_ms(argc > 1 ? (unsigned)atoi(argv[1]) : 500);
    close(link_fd);
    fputs("detached\n", stderr);
    wait_for_the_end();
}
