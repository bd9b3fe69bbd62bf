/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/doctor.h"
#include "base/cleanup.h"
#include "orchestrator/command.h"
#include "orchestrator/options.h"

#include <errno.h>
#include <jansson.h>

static int set_json(void *context, const char *value, struct error *error)
{
    (void)value, (void)error;
    *(int *)context = 1;
    return 0;
}

static const struct option_spec specs[] = {
    {"json", 0, NULL, "print the findings as JSON", set_json},
};

int command_doctor(int argc, char **argv, struct interrupt *interrupt, struct error *error)
{
    static const struct command_help help = {"tracetoll doctor [--json]",
                                             "Says what can be measured on this machine, what can't, why, "
                                             "and what would help. Exits 0 whatever it finds."};
    int as_json = 0, rest,
        result = options_parse(specs, ARRAY_SIZE(specs), &help, &as_json, argc, argv, &rest, error);
    json_t *findings;

    (void)interrupt;
    if (result)
        return result > 0 ? EXIT_MEASURED : result;
    if (rest < argc)
        return error_set(error, EXIT_USAGE, -EINVAL, "doctor takes no \"%s\"; usage: %s", argv[rest],
                         help.usage);
    findings = doctor_run();
    if (!findings)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    if (as_json) {
        json_dumpf(findings, stdout, JSON_INDENT(2));
        putchar('\n');
    } else {
        doctor_print(stdout, findings);
    }
    json_decref(findings);
    return EXIT_MEASURED;
}
