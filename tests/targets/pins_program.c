/* SPDX-License-Identifier: GPL-2.0 */
/* pins_program PATH (on a bpffs): leaves its program there when it ends. */
#include "tests/targets/common.h"

int main(int argc, char **argv)
{
    int program_fd = load_program("pinned");

    (void)argc;
    check("attach a program", bpf_raw_tracepoint_open(EVENT, program_fd));
    check("pin the program", bpf_obj_pin(program_fd, argv[1]));
    wait_for_the_end();
}
