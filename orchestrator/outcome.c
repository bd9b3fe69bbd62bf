/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/outcome.h"
#include "base/cleanup.h"

#include <stdio.h>
#include <string.h>

/* A mistake in the question comes before whatever else was answered, but for a budget that is broken. */
static const enum exit_status order[] = {EXIT_INTERRUPTED,   EXIT_BUDGET,      EXIT_USAGE,
                                         EXIT_UNTRUSTWORTHY, EXIT_TARGET,      EXIT_ENVIRONMENT,
                                         EXIT_UNSUPPORTED,   EXIT_INCONCLUSIVE};

enum exit_status outcome_of_child(int status)
{
    for (unsigned i = 0; i < ARRAY_SIZE(order); i++)
        if (status == (int)order[i])
            return order[i];
    return status == EXIT_MEASURED ? EXIT_MEASURED : EXIT_ENVIRONMENT;
}

/* Ctrl-C reaches children as well, and is an outcome of its own. */
const char *outcome_killed(int status, char *text, size_t size)
{
    if (status <= 128 || status == EXIT_INTERRUPTED)
        return NULL;
    snprintf(text, size, "it was killed by signal %d (%s)", status - 128, strsignal(status - 128));
    return text;
}

enum exit_status outcome_of(const enum exit_status *statuses, unsigned count)
{
    for (unsigned i = 0; i < ARRAY_SIZE(order); i++)
        for (unsigned j = 0; j < count; j++)
            if (outcome_of_child((int)statuses[j]) == order[i])
                return order[i];
    return EXIT_MEASURED;
}

enum exit_status outcome_of_open(const char *policy)
{
    if (policy && strcmp(policy, "pass") == 0)
        return EXIT_MEASURED;
    return policy && strcmp(policy, "fail") == 0 ? EXIT_BUDGET : EXIT_INCONCLUSIVE;
}

enum exit_status outcome_worse(enum exit_status a, enum exit_status b)
{
    const enum exit_status both[] = {a, b};

    return outcome_of(both, ARRAY_SIZE(both));
}

int outcome_told(enum exit_status outcome, int failed, struct error *error)
{
    if (failed == 0)
        return (int)outcome;
    error->status = outcome_worse(outcome, error->status);
    return failed;
}
