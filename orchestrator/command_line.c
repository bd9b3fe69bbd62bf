/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/command_line.h"
#include "base/cleanup.h"
#include "base/shell.h"

char *command_line(int argc, char *const *argv, const char *extra)
{
    OWNED_PTR char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (!out)
        return NULL;
    for (int i = 0; i < argc; i++) {
        if (i)
            fputc(' ', out);
        shell_print_word(out, argv[i]);
        if (i == 1 && extra)
            fprintf(out, " %s", extra);
    }
    return fclose(out) == 0 ? TAKE_PTR(text) : NULL;
}
