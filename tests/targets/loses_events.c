/* SPDX-License-Identifier: GPL-2.0 */
/* Says that it loses events, on both streams, and prints what only looks like it. */
#include "tests/targets/common.h"

int main(void)
{
    attach_program("loser");
    setvbuf(stdout, NULL, _IONBF, 0);
    fputs("Lost ", stdout);
    sleep_ms(20);
    fputs("17 events\nget lost 5 events of mine\n", stdout);
    fputs("Possibly lost 3 samples\n", stderr);
    wait_for_the_end();
}
