/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/program_version.h"
#include "base/cleanup.h"
#include "base/shell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* dpkg's own tool is asked: its database is its own affair. */
static char *query_of(const char *path)
{
    char *query = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&query, &size);

    if (!out)
        return NULL;
    fputs("package=$(dpkg-query -S ", out);
    shell_print_word(out, path);
    fputs(" 2>/dev/null | grep -v '^diversion ' | head -n 1 | cut -d: -f1) && [ -n \"$package\" ] && "
          "dpkg-query -W -f '${Package} ${Version}\\n' \"$package\" 2>/dev/null | head -n 1",
          out);
    return fclose(out) == 0 ? query : NULL;
}

bool program_version(const char *path, char *text, size_t size)
{
    OWNED_PTR char *query = query_of(path);
    FILE *answer = query ? popen(query, "re") : NULL; /* NOLINT(cert-env33-c): the path in it is quoted */
    bool found;

    if (!answer)
        return false;
    found = fgets(text, (int)size, answer) != NULL;
    if (found)
        text[strcspn(text, "\n")] = '\0';
    pclose(answer);
    return found && text[0];
}
