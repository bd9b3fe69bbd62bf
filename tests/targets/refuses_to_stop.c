/* SPDX-License-Identifier: GPL-2.0 */
#include "tests/targets/common.h"

int main(void)
{
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    attach_program("stubborn");
    wait_for_the_end();
}
