/* SPDX-License-Identifier: GPL-2.0 */
/* Prints its arguments, one a line. */
#include "tests/targets/common.h"

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        puts(argv[i]);
    fflush(stdout);
    attach_program("arguments");
    wait_for_the_end();
}
