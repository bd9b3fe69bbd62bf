/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/program_events.h"
#include "reports/document.h"

#include <math.h>
#include <string.h>

static const char *const outputs[] = {"event_output", "ringbuf_output", "ringbuf_submit", NULL};

bool event_hands_over(const char *function)
{
    for (const char *const *output = outputs; *output; output++)
        if (strstr(function, *output))
            return true;
    return false;
}

struct event_range events_of_run(const json_t *program)
{
    const json_t *call;
    struct event_range range = {0, 0};
    size_t i;

    if (!json_is_object(json_object_get(program, "code")))
        return (struct event_range){NAN, NAN};
    json_array_foreach(document_at(program, "code.calls"), i, call)
    {
        if (!event_hands_over(document_text(call, "name")))
            continue;
        range.fewest += document_number(call, "fewest");
        range.most += document_number(call, "most");
    }
    return range;
}
