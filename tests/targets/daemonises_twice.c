/* SPDX-License-Identifier: GPL-2.0 */
/* What daemon(3) does, twice, before anything is attached: the process that was started is long gone. */
#include "tests/targets/common.h"

static void daemonise(void)
{
    pid_t child = fork();

    check("fork", child);
    if (child > 0)
        _exit(0);
    setsid();
}

int main(void)
{
    daemonise();
    sleep_ms(50);
    daemonise();
    sleep_ms(50);
    attach_program("in_daemon");
    wait_for_the_end();
}
