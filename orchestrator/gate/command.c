/* SPDX-License-Identifier: GPL-2.0 */
/* tracetoll gate */
#include "orchestrator/command.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/private_directory.h"
#include "orchestrator/gate/gate.h"
#include "orchestrator/outcome.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static void execute(struct gate *gate, const struct gate_options *options, const char *document,
                    struct interrupt *interrupt)
{
    struct gate_child child = {.gate = gate,
                               .interrupt = interrupt,
                               .display = !options->quiet && isatty(STDERR_FILENO) ? stderr : NULL,
                               .started_seconds = gate_clock_seconds(NULL)};
    struct gate_session session = {.gate = gate,
                                   .execute = gate_child_run,
                                   .context = &child,
                                   .document = document,
                                   .now_seconds = gate_clock_seconds};

    gate_execute_all(&session); /* an interrupt is an outcome of its runs */
}

static int publish(const struct gate_options *options, const json_t *document, struct error *error)
{
    struct error of_formats = {0};
    int result = options->output ? document_write(options->output, document, error) : 0;
    int formats = gate_formats_write(options, document, &of_formats);

    if (result == 0 && formats)
        *error = of_formats;
    return result ? result : formats;
}

static int run(struct gate *gate, const struct gate_options *options, int argc, char **argv,
               struct interrupt *interrupt, struct error *error)
{
    CLEANUP(private_directory_remove) struct private_directory directory = PRIVATE_DIRECTORY_NONE;
    CLEANUP(jsonio_drop) json_t *document = NULL;
    uint64_t start_ns = clock_now_ns();
    char started[32], finished[32], path[PATH_MAX];
    const char *place = getenv("TMPDIR");
    int result = private_directory_create(&directory, place && place[0] == '/' ? place : "/var/tmp", error);

    if (result)
        return result;
    clock_rfc3339(clock_wall_ns(), started, sizeof(started));
    snprintf(path, sizeof(path), "%.4000s/run.json", directory.path);
    execute(gate, options, path, interrupt);
    clock_rfc3339(clock_wall_ns(), finished, sizeof(finished));
    document = gate_compose(gate, argc, argv, started, finished, (double)(clock_now_ns() - start_ns) / 1e9);
    if (!document)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    return outcome_told((enum exit_status)json_integer_value(document_at(document, "verdict.exit_status")),
                        publish(options, document, error), error);
}

int command_gate(int argc, char **argv, struct interrupt *interrupt, struct error *error)
{
    CLEANUP(scenario_free) struct scenario_file file = {0};
    CLEANUP(gate_free) struct gate gate = {0};
    struct gate_options options;
    int result = gate_options_parse(&options, argc, argv, error);

    if (result)
        return result > 0 ? EXIT_MEASURED : result;
    result = scenario_load(&file, options.scenario, error);
    if (result == 0)
        result = scenario_check(&file, error);
    if (result == 0)
        result = gate_make(&gate, &file, options.attempt, error);
    if (result == 0)
        result = gate_base_load(&gate, error);
    if (result)
        return result;
    if (options.dry_run) {
        gate_print_plan(&gate, stdout);
        return EXIT_MEASURED;
    }
    return run(&gate, &options, argc + 1, argv - 1, interrupt, error);
}
