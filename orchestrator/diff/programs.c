/* SPDX-License-Identifier: GPL-2.0 */
/* Which programs of the target are others: a kernel or a version may take another attach mechanism. */
#include "base/i18n.h"
#include "base/cleanup.h"
#include "orchestrator/diff/document.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <string.h>

#define PROGRAMS_MAX 512 /* of a document; they are compared in pairs */

struct programs {
    const json_t *items[PROGRAMS_MAX];
    size_t count;
};

static void collect(struct programs *programs, const json_t *document)
{
    size_t count = document_count(document, "target.programs");

    programs->count = count < PROGRAMS_MAX ? count : PROGRAMS_MAX;
    for (size_t i = 0; i < programs->count; i++)
        programs->items[i] = document_item(document, "target.programs", i);
}

static bool same_text(const json_t *a, const json_t *b, const char *key)
{
    return strcmp(document_text(a, key), document_text(b, key)) == 0;
}

static bool same_name(const json_t *a, const json_t *b)
{
    return same_text(a, b, "name");
}

static bool same_program(const json_t *a, const json_t *b)
{
    return same_name(a, b) && same_text(a, b, "type") && same_text(a, b, "attach") &&
           same_text(a, b, "mechanism");
}

static json_t *describe(const json_t *program)
{
    static const char *const texts[] = {"type", "attach", "mechanism"};
    static const char *const numbers[] = {"runs_per_op", "verified_insns"};
    json_t *made;

    if (!program)
        return json_null();
    made = json_object();
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        json_object_set_new(made, texts[i], jsonio_text(document_text_or(program, texts[i], NULL)));
    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
        json_object_set_new(made, numbers[i], jsonio_number(document_number(program, numbers[i])));
    return made;
}

static void add(json_t *list, const char *change, const json_t *old, const json_t *new)
{
    json_array_append_new(list,
                          json_pack("{s:s, s:s, s:o, s:o}", "name", document_text(old ? old : new, "name"),
                                    "change", change, "old", describe(old), "new", describe(new)));
}

/* Takes pairs that `match` says belong together out of both; they go to `list` when it is given. */
static void pair(struct programs *old, struct programs *new, bool (*match)(const json_t *, const json_t *),
                 json_t *list)
{
    for (size_t i = 0; i < old->count; i++)
        for (size_t k = 0; old->items[i] && k < new->count; k++) {
            if (!new->items[k] || !match(old->items[i], new->items[k]))
                continue;
            if (list)
                add(list, N_("changed"), old->items[i], new->items[k]);
            old->items[i] = new->items[k] = NULL;
        }
}

json_t *diff_compose_programs(const json_t *old, const json_t *new)
{
    struct programs left_old, left_new;
    json_t *list = json_array();

    collect(&left_old, old);
    collect(&left_new, new);
    pair(&left_old, &left_new, same_program, NULL);
    pair(&left_old, &left_new, same_name, list);
    for (size_t i = 0; i < left_old.count; i++)
        if (left_old.items[i])
            add(list, N_("removed"), left_old.items[i], NULL);
    for (size_t i = 0; i < left_new.count; i++)
        if (left_new.items[i])
            add(list, N_("added"), NULL, left_new.items[i]);
    return list;
}
