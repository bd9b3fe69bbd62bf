/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/progress.h"

#include <unistd.h>

#define BAR_WIDTH 24

void progress_open(struct progress_display *display, FILE *stream, bool quiet)
{
    *display = (struct progress_display){.stream = !quiet && isatty(fileno(stream)) ? stream : NULL};
}

static void draw_bar(char *bar, const struct progress *progress)
{
    unsigned last = progress->quads_last_look ? progress->quads_last_look : 1;
    unsigned filled = progress->quads * BAR_WIDTH / last;
    unsigned look = progress->quads_next_look * BAR_WIDTH / last;

    for (unsigned i = 0; i < BAR_WIDTH; i++)
        bar[i] = (char)(i < filled ? '#' : i + 1 == look ? '|' : '.');
    bar[BAR_WIDTH] = '\0';
}

void progress_show(struct progress_display *display, const struct progress *progress)
{
    char bar[BAR_WIDTH + 1];

    if (!display || !display->stream)
        return;
    draw_bar(bar, progress);
    fprintf(display->stream, "\r\033[K[%s] quad %u/%u  %s, target %s  look in %.0f s, end within %.0f s", bar,
            progress->quads, progress->quads_last_look, progress->phase, progress->arm == 'B' ? "on" : "off",
            progress->seconds_to_next_look, progress->seconds_to_end);
    fflush(display->stream);
    display->shown = true;
}

void progress_close(struct progress_display *display)
{
    if (display->stream && display->shown)
        fputs("\r\033[K", display->stream);
    display->shown = false;
}
