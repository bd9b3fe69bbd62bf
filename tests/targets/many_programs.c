/* SPDX-License-Identifier: GPL-2.0 */
/* many_programs COUNT: so many programs, each with a link of its own. */
#include "tests/targets/common.h"

#include <sys/resource.h>

int main(int argc, char **argv)
{
    struct rlimit files = {8192, 8192};
    int count = argc > 1 ? atoi(argv[1]) : 1;

    setrlimit(RLIMIT_NOFILE, &files);
    for (int i = 0; i < count; i++)
        attach_program("one_of_many");
    wait_for_the_end();
}
