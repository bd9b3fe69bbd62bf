/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/flow_graph.h"
#include "base/cleanup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int flow_init(struct flow_graph *graph, unsigned count)
{
    *graph = (struct flow_graph){.count = count};
    graph->next = malloc((count + 1) * sizeof(*graph->next));
    graph->component = malloc((count + 1) * sizeof(*graph->component));
    graph->finished = malloc((count + 1) * sizeof(*graph->finished));
    graph->cyclic = calloc(count + 1, sizeof(*graph->cyclic));
    if (!graph->next || !graph->component || !graph->finished || !graph->cyclic) {
        flow_free(graph);
        return -ENOMEM;
    }
    memset(graph->next, 0xff, (count + 1) * sizeof(*graph->next));
    memset(graph->component, 0xff, (count + 1) * sizeof(*graph->component));
    return 0;
}

void flow_free(struct flow_graph *graph)
{
    free(graph->next);
    free(graph->component);
    free(graph->finished);
    free(graph->cyclic);
    *graph = (struct flow_graph){0};
}

/* What the search knows of a node while it is under way. */
struct visit {
    uint32_t index, low; /* 0: not met yet */
    uint32_t from;       /* it was met from there */
    uint8_t edge;        /* the one to look at next */
    bool open;           /* its component is not closed yet */
};

struct search {
    struct flow_graph *graph;
    struct visit *visits;
    uint32_t *open; /* stack of nodes whose component is not closed */
    unsigned open_count, met;
};

static void meet(struct search *search, uint32_t node, uint32_t from)
{
    struct visit *visit = &search->visits[node];

    visit->index = visit->low = ++search->met;
    visit->from = from;
    visit->open = true;
    search->open[search->open_count++] = node;
}

static bool leads_to_itself(const struct flow_graph *graph, uint32_t node)
{
    return graph->next[node][0] == node || graph->next[node][1] == node;
}

/* All that was met since `root` and is open leads back to it. */
static void close_component(struct search *search, uint32_t root)
{
    struct flow_graph *graph = search->graph;
    unsigned size = 0;
    uint32_t node;

    do {
        node = search->open[--search->open_count];
        search->visits[node].open = false;
        graph->component[node] = graph->components;
        graph->finished[graph->reached++] = node;
        size++;
    } while (node != root);
    graph->cyclic[graph->components++] = size > 1 || leads_to_itself(graph, root);
}

/* One step from `node`: the node to go on with, FLOW_NONE at the end. */
static uint32_t step(struct search *search, uint32_t node)
{
    struct visit *visit = &search->visits[node];
    uint32_t next;

    if (visit->edge < 2) {
        next = search->graph->next[node][visit->edge++];
        if (next == FLOW_NONE)
            return node;
        if (search->visits[next].index == 0) {
            meet(search, next, node);
            return next;
        }
        if (search->visits[next].open && search->visits[next].index < visit->low)
            visit->low = search->visits[next].index;
        return node;
    }
    if (visit->low == visit->index)
        close_component(search, node);
    if (visit->from != FLOW_NONE && visit->low < search->visits[visit->from].low)
        search->visits[visit->from].low = visit->low;
    return visit->from;
}

/* R. Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Comput. 1(2), 1972; without recursion.
 */
int flow_sort(struct flow_graph *graph, uint32_t entry)
{
    OWNED_PTR struct visit *visits = calloc(graph->count + 1, sizeof(*visits));
    OWNED_PTR uint32_t *open = calloc(graph->count + 1, sizeof(*open));
    struct search search = {graph, visits, open, 0, 0};

    if (!visits || !open)
        return -ENOMEM;
    if (entry >= graph->count)
        return -EINVAL;
    for (unsigned node = 0; node < graph->count; node++)
        for (unsigned edge = 0; edge < 2; edge++)
            if (graph->next[node][edge] != FLOW_NONE && graph->next[node][edge] >= graph->count)
                return -EINVAL;
    graph->reached = graph->components = 0;
    meet(&search, entry, FLOW_NONE);
    for (uint32_t node = entry; node != FLOW_NONE;)
        node = step(&search, node);
    return 0;
}

static uint64_t add(uint64_t a, uint64_t b)
{
    return a > FLOW_UNBOUNDED - b ? FLOW_UNBOUNDED : a + b;
}

static bool is_exit(const struct flow_graph *graph, uint32_t node)
{
    return graph->next[node][0] == FLOW_NONE && graph->next[node][1] == FLOW_NONE;
}

/* Until nothing gets any cheaper (R. Bellman, 1958): one round and a look where there are no loops. */
static void relax(const struct flow_graph *graph, const struct flow_range *weights, uint64_t *fewest)
{
    bool changed = true;

    while (changed) {
        changed = false;
        for (unsigned i = 0; i < graph->reached; i++) {
            uint32_t node = graph->finished[i];
            uint64_t best = is_exit(graph, node) ? 0 : FLOW_UNBOUNDED;

            for (unsigned edge = 0; edge < 2; edge++) {
                uint32_t next = graph->next[node][edge];

                if (next != FLOW_NONE && fewest[next] < best)
                    best = fewest[next];
            }
            best = add(best, weights[node].fewest);
            if (best < fewest[node]) {
                fewest[node] = best;
                changed = true;
            }
        }
    }
}

/* Components come in the order in which their paths can be summed up: what they lead to is there already. */
static void sum_dearest(const struct flow_graph *graph, const struct flow_range *weights, uint64_t *most)
{
    for (unsigned i = 0; i < graph->reached;) {
        uint32_t component = graph->component[graph->finished[i]];
        uint64_t inside = 0, beyond = 0;

        for (; i < graph->reached && graph->component[graph->finished[i]] == component; i++) {
            uint32_t node = graph->finished[i];

            inside = add(inside, weights[node].most);
            for (unsigned edge = 0; edge < 2; edge++) {
                uint32_t next = graph->next[node][edge];

                if (next != FLOW_NONE && graph->component[next] != component &&
                    most[graph->component[next]] > beyond)
                    beyond = most[graph->component[next]];
            }
        }
        if (graph->cyclic[component] && inside > 0)
            inside = FLOW_UNBOUNDED;
        most[component] = add(inside, beyond);
    }
}

int flow_paths(const struct flow_graph *graph, uint32_t entry, const struct flow_range *weights,
               struct flow_range *sum)
{
    OWNED_PTR uint64_t *numbers = malloc((graph->count + 1) * sizeof(*numbers));

    if (!numbers)
        return -ENOMEM;
    memset(numbers, 0xff, (graph->count + 1) * sizeof(*numbers));
    relax(graph, weights, numbers);
    sum->fewest = numbers[entry];
    sum_dearest(graph, weights, numbers);
    sum->most = numbers[graph->component[entry]];
    return 0;
}
