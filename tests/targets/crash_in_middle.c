/* SPDX-License-Identifier: GPL-2.0 */
/* crash_in_middle MS */
#include "tests/targets/common.h"

#include <sys/resource.h>

int main(int argc, char **argv)
{
    struct rlimit no_core = {0, 0};

    setrlimit(RLIMIT_CORE, &no_core);
    attach_program("crasher");
    sleep_ms(argc > 1 ? (unsigned)atoi(argv[1]) : 500);
    fputs("about to crash\n", stderr);
    signal(SIGSEGV, SIG_DFL); /* a sanitiser has a handler of its own */
    raise(SIGSEGV);
    return 0;
}
