/* SPDX-License-Identifier: GPL-2.0 */
#include "tests/targets/common.h"

int main(void)
{
    puts("starting");
    fflush(stdout);
    fputs("no such probe here\n", stderr);
    return 3;
}
