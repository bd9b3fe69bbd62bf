/* SPDX-License-Identifier: GPL-2.0 */
/* The sham tool as a program of its own, for tests whose executable has no "internal-sham". */
#include "agents/sham_tool.h"

int main(void)
{
    return sham_tool_main();
}
