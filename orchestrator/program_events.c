/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/program_events.h"
#include "reports/document.h"

#include <math.h>
#include <string.h>

/* As orchestrator/machine_code.c writes a call without a name: kernel.kptr_restrict hides all of them (each
 * at distance 0), and a tail call is dumped by its helper's number (bpf_insn_prepare_dump of
 * kernel/bpf/syscall.c), which is no function's place. */
#define UNNAMED   "__bpf_call_base"
#define TAIL_CALL UNNAMED "+12" /* BPF_FUNC_tail_call */

static const char *const outputs[] = {"event_output", "ringbuf_output", "ringbuf_submit", NULL};

bool event_hands_over(const char *function)
{
    for (const char *const *output = outputs; *output; output++)
        if (strstr(function, *output))
            return true;
    return false;
}

bool event_may_hide(const json_t *call)
{
    return document_number(call, "most") != 0 &&
           strncmp(document_text(call, "name"), UNNAMED, strlen(UNNAMED)) == 0;
}

/* A tail call does not come back: of what stands behind it, nothing has to be reached. */
static bool is_tail_call(const json_t *call)
{
    return strcmp(document_text(call, "name"), TAIL_CALL) == 0;
}

static struct event_range hiding(const json_t *call, double fewest)
{
    return (struct event_range){is_tail_call(call) ? 0 : fewest, NAN};
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
        if (event_hands_over(document_text(call, "name"))) {
            range.fewest += document_number(call, "fewest");
            range.most += document_number(call, "most");
        }
    }
    json_array_foreach(document_at(program, "code.calls"), i, call)
    {
        if (event_may_hide(call))
            range = hiding(call, range.fewest);
    }
    return range;
}
