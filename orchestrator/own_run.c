/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/own_run.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "orchestrator/outcome.h"

#include <errno.h>
#include <string.h>

#define ARGUMENTS_MAX 32
#define STOP_NS       (20 * NS_PER_SECOND) /* that a run may take to clean up */
#define LAST_WORDS    400

bool own_run_has_document(int exit_status)
{
    return exit_status == EXIT_MEASURED || exit_status == EXIT_BUDGET || exit_status == EXIT_INCONCLUSIVE ||
           exit_status == EXIT_UNTRUSTWORTHY;
}

int own_program(const char *const *words, uint64_t limit_ns, struct interrupt *interrupt,
                struct capture *capture, struct error *error)
{
    const struct capture_plan plan = {
        .argv = words, .path = "/proc/self/exe", .output_fd = -1, .limit_ns = limit_ns, .grace_ns = STOP_NS};

    return capture_run(&plan, interrupt, capture, error);
}

/* What a killed one last said is not why it ended. */
static int explain(const struct capture *capture, struct error *error)
{
    size_t length = strlen(capture->errors);
    char killed[80];

    if (outcome_killed(capture->exit_status, killed, sizeof(killed)))
        return error_set(error, EXIT_ENVIRONMENT, -EIO, "'tracetoll run' left no document: %s", killed);
    while (length > 0 && capture->errors[length - 1] == '\n')
        capture->errors[--length] = '\0';
    return error_set(error, EXIT_ENVIRONMENT, -EIO, "'tracetoll run' ended with exit status %d: %s",
                     capture->exit_status, capture->errors + (length > LAST_WORDS ? length - LAST_WORDS : 0));
}

int own_run(const char *const *arguments, struct interrupt *interrupt, json_t **document, struct error *error)
{
    const char *words[ARGUMENTS_MAX] = {"tracetoll", "run", "-q", "-f", "json"};
    OWNED_CAPTURE struct capture capture = {0};
    unsigned count = 5;
    int result;

    *document = NULL;
    for (unsigned i = 0; arguments[i] && count < ARGUMENTS_MAX - 1; i++)
        words[count++] = arguments[i];
    result = own_program(words, 0, interrupt, &capture, error);
    if (result)
        return result;
    if (!own_run_has_document(capture.exit_status))
        return explain(&capture, error);
    *document = json_loads(capture.output, 0, NULL);
    if (!*document)
        return error_set(error, EXIT_ENVIRONMENT, -EIO, "'tracetoll run' printed no document");
    return 0;
}
