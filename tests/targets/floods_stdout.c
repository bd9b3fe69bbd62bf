/* SPDX-License-Identifier: GPL-2.0 */
/* Writes as fast as it is read, and a last line of its own when it is asked to stop. */
#include "tests/targets/common.h"

static volatile sig_atomic_t stopped;

static void stop(int number)
{
    stopped = number;
}

int main(void)
{
    struct sigaction action = {.sa_handler = stop};
    static char line[] = "a line of sixty-four bytes, again and again, as tools do print.\n";

    sigaction(SIGINT, &action, NULL);
    attach_program("flooder");
    while (!stopped)
        if (write(1, line, sizeof(line) - 1) < 0 && errno != EINTR)
            return 1;
    puts("flood over");
    return 0;
}
