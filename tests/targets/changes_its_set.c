/* SPDX-License-Identifier: GPL-2.0 */
/* changes_its_set FILE: attaches two programs when FILE is not there yet, and makes it; one from then on. */
#include "tests/targets/common.h"

#include <fcntl.h>

int main(int argc, char **argv)
{
    (void)argc;
    attach_program("always");
    if (open(argv[1], O_CREAT | O_EXCL | O_WRONLY, 0600) >= 0)
        attach_program("only_once");
    wait_for_the_end();
}
