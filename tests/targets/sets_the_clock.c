/* SPDX-License-Identifier: GPL-2.0 */
/* sets_the_clock MS SECONDS: attaches, and after MS it sets the time of day forward, once. For guests: the
 * clock is the whole machine's. */
#include "tests/targets/common.h"

int main(int argc, char **argv)
{
    struct timespec now;

    if (argc < 3)
        return 1;
    attach_program("sets_clock");
    sleep_ms((unsigned)atoi(argv[1]));
    clock_gettime(CLOCK_REALTIME, &now);
    now.tv_sec += atoi(argv[2]);
    check("set the clock", clock_settime(CLOCK_REALTIME, &now));
    wait_for_the_end();
}
