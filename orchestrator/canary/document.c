/* SPDX-License-Identifier: GPL-2.0 */
/* The canary document ("tracetoll.canary/1", docs/schema/canary-1.json). */
#include "base/version.h"
#include "orchestrator/canary/session.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *outcome, *status;
} outcomes[] = {
    [CANARY_PASSED] = {"passed", "pass"},
    [CANARY_BUDGET] = {"budget", "fail"},
    [CANARY_RAIL] = {"rail", "fail"},
    [CANARY_RAIL_IN_OFF] = {"rail_in_off", "inconclusive"},
    [CANARY_UNDECIDED] = {"undecided", "inconclusive"},
};

/* Of the last step that was judged. */
static const char *last_sentence(const json_t *steps)
{
    const json_t *last = json_array_get(steps, json_array_size(steps) - 1);

    return document_text(last, "document.verdict.sentence");
}

static void describe_sentence(const struct canary_session *session, const struct canary_result *result,
                              char *text, size_t size)
{
    unsigned count = session->scenario->ramp.count;
    double share = result->steps ? 100 * session->scenario->ramp.duty[result->steps - 1] : NAN;
    char rail[160] = "";

    if (result->crossing.rail)
        rail_describe(&result->crossing, rail, sizeof(rail));
    switch (result->outcome) {
    case CANARY_PASSED:
        snprintf(text, size,
                 result->verdict == VERDICT_PASS ? "it holds its budgets %s %u step%s"
                                                 : "it was measured, without a budget, %s %u step%s",
                 count > 1 ? "in each of" : "in", count, count > 1 ? "s" : "");
        break;
    case CANARY_RAIL:
        snprintf(text, size,
                 "%s with the target on, in step %u of %u (%g %% of the time); it was switched off", rail,
                 result->steps, count, share);
        break;
    case CANARY_RAIL_IN_OFF:
        snprintf(
            text, size,
            "%s with the target off, in step %u of %u (%g %% of the time): not its doing, and nothing can "
            "be said of it",
            rail, result->steps, count, share);
        break;
    default:
        snprintf(text, size, "step %u of %u (%g %% of the time): %.300s", result->steps, count, share,
                 last_sentence(session->steps));
    }
}

static json_t *describe_rails(const struct canary_session *session)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < session->rail_count; i++) {
        const struct rail *rail = &session->rails.rails[i];

        json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:o, s:o}", "name", rail->name, "unit",
                                              rail->unit, "limit", jsonio_number(rail->highest),
                                              "highest_off", jsonio_number(session->ranges[i].highest_off),
                                              "highest_on", jsonio_number(session->ranges[i].highest_on)));
    }
    return list;
}

static json_t *describe_crossing(const struct canary_result *result)
{
    const struct rail_crossing *crossing = &result->crossing;

    if (!crossing->rail)
        return json_null();
    return json_pack("{s:s, s:o, s:o, s:s, s:i}", "rail", crossing->rail->name, "reading",
                     jsonio_number(crossing->reading.value), "limit", jsonio_number(crossing->rail->highest),
                     "target", result->outcome == CANARY_RAIL ? "on" : "off", "step", (int)result->steps);
}

json_t *canary_compose(const struct canary_session *session, const struct canary_result *result,
                       const char *audit, int argc, char **argv, const char *started, const char *finished)
{
    const struct scenario_file *file = &session->scenario->file;
    const char *status = outcomes[result->outcome].status;
    json_t *words = json_array();
    char sentence[640];

    if (result->outcome == CANARY_PASSED && result->verdict == VERDICT_MEASURED)
        status = "measured";
    for (int i = 0; i < argc; i++)
        json_array_append_new(words, jsonio_text(argv[i]));
    describe_sentence(session, result, sentence, sizeof(sentence));
    return json_pack(
        "{s:s, s:{s:s, s:s, s:s}, s:{s:o}, s:{s:o, s:o, s:s, s:O}, s:{s:s, s:s}, s:{s:s, s:s, s:i, s:o}, "
        "s:o, s:O, s:o, s:o}",
        "schema", CANARY_SCHEMA, "tool", "name", "tracetoll", "version", tracetoll_version, "revision",
        tracetoll_revision, "command", "argv", words, "scenario", "file", jsonio_text(file->path), "name",
        jsonio_text(file->scenario->name), "digest", file->digest, "given", file->given, "time", "started",
        started, "finished", finished, "verdict", "status", status, "outcome",
        outcomes[result->outcome].outcome, "exit_status", (int)canary_exit_status(result->outcome),
        "sentence", jsonio_text(sentence), "crossing", describe_crossing(result), "steps", session->steps,
        "rails", describe_rails(session), "audit", jsonio_text(audit));
}
