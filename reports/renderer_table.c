/* SPDX-License-Identifier: GPL-2.0 */
#include "base/names.h"
#include "base/cleanup.h"
#include "reports/renderer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define WIDTH_LEAST 80
#define WIDTH_MOST  110

const struct renderer *const renderer_table[] = {
    &renderer_text,  &renderer_markdown,    &renderer_json,      &renderer_explain, &renderer_html,
    &renderer_junit, &renderer_openmetrics, &renderer_benchmark, &renderer_csv,     NULL};

const struct renderer *renderer_find(const char *name, struct error *error)
{
    const char *names[ARRAY_SIZE(renderer_table)];
    char suggestion[64];
    size_t count = 0;

    for (const struct renderer *const *at = renderer_table; *at; at++) {
        if (strcmp((*at)->name, name) == 0)
            return *at;
        names[count++] = (*at)->name;
    }
    if (strcmp(name, "md") == 0)
        return &renderer_markdown;
    error_set(error, EXIT_USAGE, -EINVAL, "unknown format \"%s\"%s; `tracetoll list formats` shows all", name,
              name_suggestion(suggestion, sizeof(suggestion), name, names, count));
    return NULL;
}

struct render_options render_options_for(FILE *out)
{
    struct render_options options = {.width = 100};
    const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");
    struct winsize size;

    if (fileno(out) < 0 || !isatty(fileno(out)))
        return options;
    options.colour = !(no_color && *no_color) && !(terminal && strcmp(terminal, "dumb") == 0);
    if (ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        options.width = size.ws_col < WIDTH_LEAST  ? WIDTH_LEAST
                        : size.ws_col > WIDTH_MOST ? WIDTH_MOST
                                                   : size.ws_col;
    return options;
}
