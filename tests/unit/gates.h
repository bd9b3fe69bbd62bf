/* SPDX-License-Identifier: GPL-2.0 */
/* Gates whose children are made up. */
#pragma once

#include "tests/unit/unit.h"

#include "base/cleanup.h"
#include "orchestrator/gate/gate.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define EXAMPLE  "tests/data/example-result.json"
#define JOBS_MAX 8

/* What each child does: an exit status, and the verdict of the document it leaves (NULL: none). */
struct script {
    struct {
        int status;
        const char *verdict;
    } jobs[JOBS_MAX];
    void (*edit)(json_t *document, unsigned job); /* of each document; NULL: as they are */
    unsigned ran;
    double now, each; /* seconds that a child takes */
    char shares[JOBS_MAX][32];
    char path[64];
};

static inline double script_now(void *context)
{
    return ((struct script *)context)->now;
}

static inline const char *after(const struct words *words, const char *option)
{
    for (unsigned i = 0; i + 1 < words->count; i++)
        if (strcmp(words->items[i], option) == 0)
            return words->items[i + 1];
    return "";
}

static inline void leave_document(const struct script *script, unsigned job)
{
    const char *verdict = script->jobs[job].verdict;
    json_t *document = json_load_file(EXAMPLE, 0, NULL);
    json_t *object = json_object_get(document, "verdict");

    assert_non_null(document);
    json_array_clear(json_object_get(document, "blocks"));
    json_object_set_new(object, "status", json_string(verdict));
    json_object_set_new(object, "exit_status", json_integer(script->jobs[job].status));
    json_object_set_new(json_array_get(json_object_get(document, "metrics"), 0), "verdict",
                        json_string(strcmp(verdict, "fail") == 0 ? "fail" : "pass"));
    if (script->edit)
        script->edit(document, job);
    assert_int_equal(json_dump_file(document, script->path, 0), 0);
    json_decref(document);
}

static inline int script_run(void *context, const struct gate_job *job, const struct words *words,
                             char **message, struct error *error)
{
    struct script *script = context;
    unsigned index = script->ran++;

    (void)job, (void)error;
    assert_false(words->failed);
    snprintf(script->shares[index], sizeof(script->shares[index]), "%s", after(words, "--max-time"));
    script->now += script->each;
    *message = strdup("the last words");
    if (script->jobs[index].verdict)
        leave_document(script, index);
    return script->jobs[index].status == EXIT_INTERRUPTED ? -EINTR : script->jobs[index].status;
}

static inline void make(struct scenario_file *file, struct gate *gate, const char *text)
{
    struct error error = {0};

    if (scenario_parse(file, "s.yaml", text, strlen(text), &error) || scenario_check(file, &error) ||
        gate_make(gate, file, 2, &error) || gate_base_load(gate, &error))
        fail_msg("%s", error.message);
}

/* A new reference to the gate document. */
static inline json_t *play(const char *text, struct script *script)
{
    CLEANUP(scenario_free) struct scenario_file file = {0};
    CLEANUP(gate_free) struct gate gate = {0};
    struct gate_session session = {
        .gate = &gate, .execute = script_run, .context = script, .now_seconds = script_now};
    json_t *document;

    make(&file, &gate, text);
    snprintf(script->path, sizeof(script->path), "/tmp/tracetoll-test-gate-%d.json", (int)getpid());
    session.document = script->path;
    gate_execute_all(&session);
    unlink(script->path);
    document = gate_compose(&gate, 0, NULL, "2001-01-01T00:00:00Z", "2001-01-01T00:01:00Z", 60);
    assert_non_null(document);
    return document;
}
