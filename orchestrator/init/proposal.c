/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/init/proposal.h"
#include "base/cleanup.h"
#include "orchestrator/firing.h"

#include <errno.h>
#include <string.h>

/* One way to run a load; the texts are only read while it is tried. */
struct candidate {
    const struct workload_ops *ops;
    const struct topology_ops *topology;
    const char *text;
};

struct search {
    const struct inventory *inventory;
    const struct proposal *proposal;
    struct proposed_load best;
    unsigned best_new; /* programs that no load before it fires */
    bool failed;
};

void proposal_free(struct proposal *proposal)
{
    for (unsigned i = 0; i < proposal->load_count; i++)
        free(proposal->loads[i].load);
    free(proposal->reached);
    *proposal = (struct proposal){0};
}

static bool fires(const struct workload *workload, const struct topology_ops *topology,
                  const struct inventory_program *program)
{
    const struct topology place = {.ops = topology};

    return program->attach[0] && firing_expected(workload, &place, program->attach) == FIRING_DECLARED;
}

/* The first of equals stays: tables begin with what is simple. */
static void try_candidate(struct search *search, const struct candidate *candidate)
{
    struct workload workload;
    unsigned all = 0, new = 0;

    if (workload_parse(&workload, candidate->text, NULL) == 0)
        for (unsigned i = 0; i < search->inventory->program_count; i++)
            if (fires(&workload, candidate->topology, &search->inventory->programs[i])) {
                all++;
                new += !search->proposal->reached[i];
            }
    workload_free(&workload);
    if (new <= search->best_new)
        return;
    free(search->best.load);
    search->best = (struct proposed_load){.load = strdup(candidate->text),
                                          .topology = candidate->topology->name,
                                          .primary_metric = candidate->ops->primary_metric,
                                          .fires = all};
    search->best_new = new;
    search->failed |= !search->best.load;
}

/* As it is by default, and with each choice of a parameter that decides what it exercises ("syscall:{call}").
 */
static void try_variants(struct search *search, const struct workload_ops *ops,
                         const struct topology_ops *topology)
{
    try_candidate(search, &(struct candidate){ops, topology, ops->name});
    for (const struct param_spec *spec = ops->params; spec && spec->name; spec++)
        for (unsigned i = 0; spec->choices && spec->choices[i]; i++) {
            char text[128];

            snprintf(text, sizeof(text), "%s,%s=%s", ops->name, spec->name, spec->choices[i]);
            try_candidate(search, &(struct candidate){ops, topology, text});
        }
}

/* Its own topology first, then, for loads that want a network, the other ones. */
static void try_load(struct search *search, const struct workload_ops *ops)
{
    const struct topology_ops *own = NULL;

    for (unsigned i = 0; topology_table[i]; i++)
        if (strcmp(topology_table[i]->name, ops->default_topology) == 0)
            own = topology_table[i];
    if (own)
        try_variants(search, ops, own);
    for (unsigned i = 0; own && own->network && topology_table[i]; i++)
        if (topology_table[i] != own && topology_table[i]->network)
            try_variants(search, ops, topology_table[i]);
}

/* Takes what fires most of what is left; false when nothing does. */
static bool add_best(struct search *search, struct proposal *proposal)
{
    struct workload workload;
    const struct topology_ops *topology = NULL;

    search->best = (struct proposed_load){0};
    search->best_new = 0;
    for (unsigned i = 0; workload_table[i]; i++)
        try_load(search, workload_table[i]);
    if (search->best_new == 0 || search->failed)
        return false;
    for (unsigned i = 0; topology_table[i]; i++)
        if (strcmp(topology_table[i]->name, search->best.topology) == 0)
            topology = topology_table[i];
    if (workload_parse(&workload, search->best.load, NULL) == 0)
        for (unsigned i = 0; i < proposal->program_count; i++)
            proposal->reached[i] |= fires(&workload, topology, &search->inventory->programs[i]);
    workload_free(&workload);
    proposal->loads[proposal->load_count++] = search->best;
    proposal->fired += search->best_new;
    return true;
}

int proposal_make(struct proposal *proposal, const struct inventory *inventory)
{
    struct search search = {.inventory = inventory, .proposal = proposal};

    *proposal = (struct proposal){.program_count = inventory->program_count};
    proposal->reached = calloc(inventory->program_count + 1, sizeof(*proposal->reached));
    if (!proposal->reached)
        return -ENOMEM;
    while (proposal->load_count < PROPOSAL_LOADS_MAX && add_best(&search, proposal))
        ;
    return search.failed ? -ENOMEM : 0;
}
