/* SPDX-License-Identifier: GPL-2.0 */
/* "never_attaches loaded": loads a program, which is not yet to be attached. */
#include "tests/targets/common.h"

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "loaded") == 0)
        load_program("loaded_only");
    fputs("waiting for something that never comes\n", stderr);
    wait_for_the_end();
}
