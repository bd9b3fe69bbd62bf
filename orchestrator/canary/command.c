/* SPDX-License-Identifier: GPL-2.0 */
/* tracetoll canary */
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/state_directory.h"
#include "orchestrator/canary/session.h"
#include "orchestrator/command.h"
#include "orchestrator/lock.h"
#include "reports/jsonio.h"

#include <errno.h>
#include <string.h>

/* --audit, else the scenario's, else in the state directory; only there are directories made. */
static int open_audit(struct audit *audit, const struct canary_options *options,
                      const struct scenario *scenario, struct error *error)
{
    const char *given = options->audit ? options->audit : scenario->canary->audit;
    OWNED_PTR char *path = given ? strdup(given) : state_path("canary.jsonl");

    if (!path)
        return error_set(error, EXIT_ENVIRONMENT, -ENOENT,
                         "where is the audit log to be? Give --audit FILE, or set HOME");
    if (!given)
        file_make_parents(path);
    return audit_open(audit, path, scenario->name, error);
}

/* However it ended there is a sentence; the log has each switch. */
static int explain(int code, const struct audit *audit, struct error *error)
{
    if (code != -EINTR)
        return error_prefix(error, code, "canary");
    return error_set(error, EXIT_INTERRUPTED, code,
                     "interrupted; the target is as it is to be left, and each switch is in %s", audit->path);
}

static int publish(const struct canary_options *options, const struct canary_session *session,
                   const struct canary_result *outcome, const char *audit, int argc, char **argv,
                   const char *started, struct error *error)
{
    CLEANUP(jsonio_drop) json_t *document = NULL;
    char finished[32];

    clock_rfc3339(clock_wall_ns(), finished, sizeof(finished));
    document = canary_compose(session, outcome, audit, argc, argv, started, finished);
    if (!document)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    return canary_publish(options, document, outcome->outcome, error);
}

static int run(struct canary_scenario *scenario, const struct canary_options *options, int argc, char **argv,
               struct interrupt *interrupt, struct error *error)
{
    CLEANUP(audit_close) struct audit audit = AUDIT_NONE;
    CLEANUP(canary_session_free) struct canary_session session = {.machine = MACHINE_INITIALIZER};
    OWNED_FD int lock = lock_machine(error);
    struct canary_result outcome;
    char started[32];
    int result = lock < 0 ? lock : open_audit(&audit, options, scenario->file.scenario, error);

    if (result)
        return result;
    clock_rfc3339(clock_wall_ns(), started, sizeof(started));
    result = canary_session_run(&session, scenario, &audit, options, argc, argv, interrupt, &outcome, error);
    if (result)
        return explain(result, &audit, error);
    return publish(options, &session, &outcome, audit.path, argc, argv, started, error);
}

int command_canary(int argc, char **argv, struct interrupt *interrupt, struct error *error)
{
    CLEANUP(canary_scenario_free) struct canary_scenario scenario = {0};
    struct canary_options options;
    int result = canary_options_parse(&options, argc, argv, error);

    if (result)
        return result > 0 ? EXIT_MEASURED : result;
    result = canary_scenario_load(&scenario, options.scenario, error);
    if (result)
        return result;
    if (options.dry_run) {
        canary_scenario_print(&scenario, stdout);
        return EXIT_MEASURED;
    }
    result = scenario.plan.target.ops->check(&scenario.plan.target, error); /* also whether we are root */
    return result ? result : run(&scenario, &options, argc + 1, argv - 1, interrupt, error);
}
