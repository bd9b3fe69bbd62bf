/* SPDX-License-Identifier: GPL-2.0 */
#include "workloads/reference.h"
#include "workloads/reference_kinds.h"
#include "base/cleanup.h"
#include "base/clock.h"

#include <errno.h>
#include <stdlib.h>

/*
 * Settled by recordings on two machines (docs/method.md, section 3): where neighbours share the core, the
 * first two explain most of the noise and the others little; where they share the outer caches and the way to
 * memory, the reverse. A loop on registers alone explained next to nothing.
 */
static const struct reference_kind *const kinds[] = {
    &reference_icache,
    &reference_l1,
    &reference_l2,
    &reference_walk,
};
_Static_assert(ARRAY_SIZE(kinds) <= REFERENCE_KINDS_MAX, "room in struct reference_sums");

int reference_prepare(struct reference *reference, bool on)
{
    struct reference_sums warm_up = {0};

    *reference = (struct reference){.on = on, .due_ns = UINT64_MAX};
    if (!on)
        return 0;
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
        reference->kinds[i] = kinds[i]->prepare();
        if (!reference->kinds[i])
            return -ENOMEM;
    }
    for (size_t i = 0; i < 2 * ARRAY_SIZE(kinds); i++)
        reference_burst(reference, &warm_up);
    return 0;
}

uint64_t reference_burst(struct reference *reference, struct reference_sums *sums)
{
    const unsigned turn = reference->next;
    const struct reference_kind *kind = kinds[turn];
    uint64_t begun_ns = clock_now_ns(), start_ns, end_ns;

    kind->run(reference->kinds[turn], kind->discarded);
    start_ns = clock_now_ns();
    kind->run(reference->kinds[turn], kind->units);
    end_ns = clock_now_ns();
    sums->kinds[turn].burst_ns[sums->kinds[turn].bursts++ % REFERENCE_BURSTS_MAX] =
        (uint32_t)(end_ns - start_ns < UINT32_MAX ? end_ns - start_ns : UINT32_MAX);
    sums->total_ns += end_ns - begun_ns;
    sums->bursts++;
    reference->cost_ns[turn] = end_ns - begun_ns;
    reference->next = (turn + 1) % ARRAY_SIZE(kinds);
    reference->due_ns = end_ns + REFERENCE_CADENCE_NS / ARRAY_SIZE(kinds);
    return end_ns;
}

static int by_size(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static int kind_values(struct reference_sums *sums, unsigned kind, struct values *values)
{
    uint32_t *burst_ns = sums->kinds[kind].burst_ns;
    size_t count =
        sums->kinds[kind].bursts < REFERENCE_BURSTS_MAX ? sums->kinds[kind].bursts : REFERENCE_BURSTS_MAX;
    size_t first = count / 4, end = count - count / 4;
    double ns = 0;
    int result;

    if (count == 0)
        return 0;
    qsort(burst_ns, count, sizeof(*burst_ns), by_size);
    for (size_t i = first; i < end; i++)
        ns += burst_ns[i];
    result = values_setf(values, ns, "ref.%s.ns", kinds[kind]->name);
    return result ? result
                  : values_setf(values, (double)((end - first) * kinds[kind]->units), "ref.%s.count",
                                kinds[kind]->name);
}

int reference_values(struct reference_sums *sums, struct values *values)
{
    int result;

    if (sums->bursts == 0)
        return 0;
    result = values_set(values, "ref.total_ns", (double)sums->total_ns);
    if (result == 0)
        result = values_set(values, "ref.bursts", (double)sums->bursts);
    for (unsigned i = 0; result == 0 && i < ARRAY_SIZE(kinds); i++)
        result = kind_values(sums, i, values);
    return result;
}
