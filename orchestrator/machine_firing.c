/* SPDX-License-Identifier: GPL-2.0 */
/* Said at the first attachment, before minutes are spent: what this load is not known to fire. */
#include "orchestrator/firing.h"
#include "orchestrator/machine.h"

#include <stdio.h>

#define NAMED_MAX 5 /* programs named one by one */

static bool is_missed(const struct machine *machine, const struct inventory_program *program)
{
    return program->attach[0] &&
           firing_expected(machine->workload, machine->topology, program->attach) == FIRING_MISSED;
}

void machine_note_unfired(struct machine *machine)
{
    const struct inventory *inventory = &machine->current->target->inventory;
    unsigned missed = 0;

    if (!machine->notes || machine->current->target->ops->may_never_fire || machine->workload->ops->observes)
        return;
    progress_close(machine->display);
    for (unsigned i = 0; i < inventory->program_count; i++) {
        const struct inventory_program *program = &inventory->programs[i];

        if (!is_missed(machine, program) || ++missed > NAMED_MAX)
            continue;
        fprintf(machine->notes, "note: %s is not known to fire %s (%s); -w %s does\n",
                machine->workload->ops->name, program->name, program->attach,
                firing_suggest(program->attach));
    }
    if (missed > NAMED_MAX)
        fprintf(machine->notes,
                "note: nor %u more of its programs; 'tracetoll list workloads --for' names all\n",
                missed - NAMED_MAX);
}
