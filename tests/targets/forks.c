/* SPDX-License-Identifier: GPL-2.0 */
/* The child holds the program; the parent waits for it, and passes nothing on. */
#include "tests/targets/common.h"

#include <sys/wait.h>

int main(void)
{
    pid_t child = fork();

    check("fork", child);
    if (child == 0) {
        attach_program("in_child");
        wait_for_the_end();
    }
    signal(SIGINT, SIG_IGN);
    waitpid(child, NULL, 0);
    return 0;
}
