/* SPDX-License-Identifier: GPL-2.0 */
/* history FILE COUNT TOOLS: makes a history of as many documents. */
#include "tests/system/many_documents.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    OWNED_HISTORY struct history *history = NULL;
    struct error error = {0};
    int result;

    if (argc != 4) {
        fputs("usage: history FILE COUNT TOOLS\n", stderr);
        return EXIT_USAGE;
    }
    result = history_open(argv[1], HISTORY_CREATE, &history, &error);
    if (result == 0)
        result = many_add(history, 0, (unsigned)strtoul(argv[2], NULL, 10),
                          (unsigned)strtoul(argv[3], NULL, 10), &error);
    if (result == 0)
        return 0;
    fprintf(stderr, "%s\n", error.message);
    return (int)error.status;
}
