/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/watch/print.h"
#include "base/clock.h"
#include "base/units.h"

#include <math.h>

static void print(const char *name, double value, const char *unit, FILE *out)
{
    char text[64];

    if (!isnan(value))
        fprintf(out, "  %s %s", name, quantity_format(text, sizeof(text), value, unit));
}

void watch_print(const struct watch_figures *figures, FILE *out)
{
    char when[32];

    clock_rfc3339(figures->wall_ns, when, sizeof(when));
    fprintf(out, "%s  %s  programs %u  processes %u", when, figures->up ? "up" : "down",
            figures->program_count, figures->process_count);
    print("cpu", figures->cpu_cores, "cores", out);
    print("programs.cpu", figures->programs_cpu_cores, "cores", out);
    print("memory.rss", figures->rss_bytes, "bytes", out);
    print("memory.maps", figures->map_bytes, "bytes", out);
    print("misses", figures->misses_per_s, "1/s", out);
    print("lost_events", figures->lost_per_s, "1/s", out);
    if (!isnan(figures->delivered_share))
        fprintf(out, "  delivered %.2f %%", 100 * figures->delivered_share);
    fputc('\n', out);
    fflush(out);
}
