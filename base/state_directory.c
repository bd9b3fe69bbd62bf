/* SPDX-License-Identifier: GPL-2.0 */
#include "base/state_directory.h"

#include <stdio.h>
#include <stdlib.h>

char *state_path(const char *name)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    char *path = NULL;
    int length;

    if (state && state[0] == '/')
        length = asprintf(&path, "%s/tracetoll/%s", state, name);
    else if (home && home[0] == '/')
        length = asprintf(&path, "%s/.local/state/tracetoll/%s", home, name);
    else
        return NULL;
    return length < 0 ? NULL : path;
}
