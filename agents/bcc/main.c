/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tracetoll-bcc FILE.c [INTERFACE]: the process behind --bcc. Compiles and attaches a program in the dialect
 * of BCC, consumes its events until SIGINT or SIGTERM, and detaches. An executable of its own, so that the
 * compiler inside libbcc is not in every tracetoll.
 */
#include "agents/bcc/program.h"
#include "base/cleanup.h"
#include "base/standard_fds.h"
#include "base/version.h"
#include "bpf/tool_signals.h"

#include <errno.h>
#include <string.h>

static int run(struct bcc_program *program, const char *path, struct error *error)
{
    CLEANUP(consumer_close) struct consumer consumer = CONSUMER_INITIALIZER;
    OWNED_FD int signal_fd = -1;
    int result = bcc_program_compile(program, path, error);

    if (result)
        return result;
    signal_fd = tool_signals_open(); /* not before: a signal ends the compiler at once */
    result = bcc_program_consume(program, &consumer, error);
    if (result == 0)
        result = bcc_program_attach(program, error);
    if (result)
        return result;
    result = consumer_run(&consumer, signal_fd);
    consumer_report_lost(&consumer);
    return result ? error_set(error, EXIT_TARGET, result, "cannot wait for a signal: %s", strerror(-result))
                  : 0;
}

int main(int argc, char **argv)
{
    CLEANUP(bcc_program_close) struct bcc_program program = {.ifname = argc > 2 ? argv[2] : NULL};
    struct error error = {0};

    if (standard_fds_fill() != 0) /* else the compiler's files would have their numbers */
        return 1;
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        printf("tracetoll-bcc %s (%s)\n", tracetoll_version, tracetoll_revision);
        return 0;
    }
    if (argc < 2 || argc > 3 || argv[1][0] == '-') {
        fprintf(stderr, "usage: tracetoll-bcc FILE.c [INTERFACE]\n");
        return argc == 2 && strcmp(argv[1], "--help") == 0 ? 0 : 2;
    }
    if (run(&program, argv[1], &error) == 0)
        return 0;
    fprintf(stderr, "bcc: %s\n", error.message);
    return 1;
}
