/* SPDX-License-Identifier: GPL-2.0 */
/* Attaches only when its standard input has ended. */
#include "tests/targets/common.h"

int main(void)
{
    char data[256];

    while (read(0, data, sizeof(data)) > 0)
        ;
    puts("stdin ended");
    fflush(stdout);
    attach_program("after_stdin");
    wait_for_the_end();
}
