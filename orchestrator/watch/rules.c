/* SPDX-License-Identifier: GPL-2.0 */
#include "base/cleanup.h"
#include "base/clock.h"
#include "orchestrator/watch/label.h"
#include "orchestrator/watch/watch.h"

#include <errno.h>

/* Looks that may be missing before nobody is said to watch: one is late at times, two are not. */
#define STALE_LOOKS 3

/* A watch that has ended takes its figures away; for so long its last ones are remembered. */
#define REMEMBERED "1d"

struct rule {
    const char *alert, *summary;
    uint64_t for_ns;
};

/* tracetoll_watch_FAMILY{target="..."} */
static void series(const struct watch_plan *plan, const char *family, FILE *out)
{
    fprintf(out, "tracetoll_watch_%s{", family);
    watch_label("target", plan->target, out);
    fputc('}', out);
}

/* Takes the expression; `for` in ms, since a Prometheus duration has no fractions. */
static int write_rule(const struct rule *rule, const char *expression, FILE *out)
{
    fprintf(out, "      - alert: %s\n        expr: ", rule->alert);
    watch_yaml_quoted(expression, out);
    fprintf(out, "\n        for: %llums\n        annotations:\n          summary: ",
            (unsigned long long)(rule->for_ns / NS_PER_MS));
    watch_yaml_quoted(rule->summary, out);
    fputc('\n', out);
    return ferror(out) ? -EIO : 0;
}

/* The text of an expression is made first: YAML doubles quotes of its own. */
static int write_alert(const struct watch_plan *plan, const struct watch_alert *alert, FILE *out)
{
    OWNED_PTR char *text = NULL, *summary = NULL;
    size_t size;
    FILE *memory = open_memstream(&text, &size);

    if (!memory)
        return -ENOMEM;
    series(plan, alert->metric->family, memory);
    fputs(alert->below ? " < " : " > ", memory);
    watch_number(alert->limit, memory);
    if (fclose(memory) != 0 || asprintf(&summary, "%s of the agent is %s its limit, {{ $value }}",
                                        alert->metric->name, alert->below ? "below" : "above") < 0)
        return -ENOMEM;
    return write_rule(&(struct rule){alert->name, summary, alert->for_ns}, text, out);
}

static int write_down(const struct watch_plan *plan, FILE *out)
{
    OWNED_PTR char *text = NULL;
    size_t size;
    FILE *memory = open_memstream(&text, &size);

    if (!memory)
        return -ENOMEM;
    series(plan, "up", memory);
    fputs(" == 0", memory);
    if (fclose(memory) != 0)
        return -ENOMEM;
    return write_rule(&(struct rule){"TracetollWatchDown", "the agent has no BPF program", plan->interval_ns},
                      text, out);
}

/* Figures that are old (it was killed), gone (it has ended; by machine, while they are remembered), or were
 * never there. */
static int write_stale(const struct watch_plan *plan, FILE *out)
{
    OWNED_PTR char *text = NULL;
    size_t size;
    FILE *memory = open_memstream(&text, &size);

    if (!memory)
        return -ENOMEM;
    fputs("time() - last_over_time(", memory);
    series(plan, "time_seconds", memory);
    fputs("[" REMEMBERED "]) > ", memory);
    watch_number(STALE_LOOKS * (double)plan->interval_ns / NS_PER_SECOND, memory);
    fputs(" or absent_over_time(", memory);
    series(plan, "time_seconds", memory);
    fputs("[" REMEMBERED "])", memory);
    if (fclose(memory) != 0)
        return -ENOMEM;
    return write_rule(&(struct rule){"TracetollWatchStale", "nobody watches the agent", 0}, text, out);
}

int watch_rules(const struct watch_plan *plan, FILE *out)
{
    int result = 0;

    fputs("groups:\n  - name: tracetoll_watch\n    rules:\n", out);
    for (unsigned i = 0; result == 0 && i < plan->alert_count; i++)
        result = write_alert(plan, &plan->alerts[i], out);
    if (result == 0)
        result = write_down(plan, out);
    return result ? result : write_stale(plan, out);
}
