/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fork_bomb MOST: attaches, and forks; so does each child, all the time; only the first goes when it is asked
 * to. The number of all of them at a time stays below MOST, since the machine that this is tested on is not
 * ours alone.
 */
#include "tests/targets/common.h"

#include <stdatomic.h>
#include <sys/mman.h>

static void multiply(atomic_int *left)
{
    for (;;) {
        if (atomic_fetch_sub(left, 1) <= 0)
            atomic_fetch_add(left, 1);
        else if (fork() < 0)
            atomic_fetch_add(left, 1);
        sleep_ms(2);
    }
}

int main(int argc, char **argv)
{
    int link_fd;
    atomic_int *left = mmap(NULL, sizeof(*left), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (left == MAP_FAILED || argc < 2)
        return 1;
    atomic_store(left, atoi(argv[1]));
    link_fd = attach_program("bomb");
    if (fork() == 0) {
        signal(SIGINT, SIG_IGN);
        signal(SIGTERM, SIG_IGN);
        close(link_fd);
        multiply(left);
    }
    wait_for_the_end();
}
