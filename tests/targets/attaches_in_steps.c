/* SPDX-License-Identifier: GPL-2.0 */
/* A program at once, another 150 ms later: not complete when the first is there. */
#include "tests/targets/common.h"

int main(void)
{
    attach_program("first");
    sleep_ms(150);
    attach_program("second");
    wait_for_the_end();
}
