/* SPDX-License-Identifier: GPL-2.0 */
/*
 * reaches_limit FEWEST MOST: attaches when fork() has failed, with FEWEST to MOST children that sleep and
 * ignore SIGINT and SIGTERM. For guests: so many processes are the whole machine's.
 */
#include "tests/targets/common.h"

int main(int argc, char **argv)
{
    int fewest = argc > 2 ? atoi(argv[1]) : 0, most = argc > 2 ? atoi(argv[2]) : 0, children = 0;
    pid_t child;

    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    while (children <= most && (child = fork()) > 0)
        children++;
    if (children <= most && child == 0)
        wait_for_the_end();
    if (children > most || errno != EAGAIN || children < fewest) {
        fprintf(stderr, "%d children, then: %s\n", children, children > most ? "one more" : strerror(errno));
        return 1;
    }
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    attach_program("at_the_limit");
    wait_for_the_end();
}
