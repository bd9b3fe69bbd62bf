/* SPDX-License-Identifier: GPL-2.0 */
/* What differs around the target and matters for what tracing costs. */
#include "base/i18n.h"
#include "base/cleanup.h"
#include "orchestrator/diff/document.h"
#include "orchestrator/diff/value.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <stdio.h>
#include <string.h>

struct fact {
    const char *path, *name;
};

/* Release and target stand in old{} and new{}. */
static const struct fact facts[] = {
    {"environment.kernel.architecture", N_("architecture")},
    {"environment.config.preempt", N_("preemption")},
    {"environment.config.bpf_jit", "BPF JIT"},
    {"environment.config.bpf_jit_harden", N_("BPF JIT hardening")},
    {"environment.config.btf", "BTF"},
    {"environment.clock_source", N_("clock source")},
    {"environment.idle_source", N_("source of idle time")},
    {"environment.virtualisation", N_("virtualisation")},
    {"environment.cpu.model", "CPU"},
    {"environment.cpu.online", N_("CPUs online")},
    {"environment.cpu.smt", "SMT"},
    {"environment.cpu.frequency_driver", N_("frequency driver")},
    {"environment.cpu.frequency_governor", N_("frequency governor")},
    {"environment.cpu.isolated", N_("isolated CPUs")},
    {"workload.cpus", N_("CPUs of the load")},
    {"design.window_ns", "window_ns"},
};

/* Objects each of whose members is a fact. */
static const struct fact maps[] = {
    {"environment.config.options", N_("kernel option %.100s")},
    {"environment.config.mitigations", N_("mitigation %.100s")},
    {"environment.versions", N_("version of %.100s")},
};

/* A value stays what it is; what has parts becomes a text. */
static json_t *plain(const json_t *value)
{
    OWNED_PTR char *text = NULL;

    if (!value)
        return json_null();
    if (!json_is_array(value) && !json_is_object(value))
        return json_copy((json_t *)value);
    text = json_dumps(value, JSON_COMPACT);
    if (text && strlen(text) > DIFF_VALUE_TEXT)
        text[DIFF_VALUE_TEXT] = '\0';
    return jsonio_text(text);
}

static void compare(json_t *list, const char *name, const json_t *old, const json_t *new)
{
    if (!diff_value_equal(old, new))
        json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "name", jsonio_text(name), "old", plain(old),
                                              "new", plain(new)));
}

/* A member that only one of them has counts as unknown in the other. */
static void compare_members(json_t *list, const char *format, const json_t *old, const json_t *new)
{
    const char *key;
    json_t *value;
    char name[160];

    json_object_foreach((json_t *)old, key, value)
    {
        snprintf(name, sizeof(name), format, key);
        compare(list, name, value, json_object_get(new, key));
    }
    json_object_foreach((json_t *)new, key, value)
    {
        snprintf(name, sizeof(name), format, key);
        if (!json_object_get(old, key))
            compare(list, name, NULL, value);
    }
}

json_t *diff_compose_environment(const json_t *old, const json_t *new)
{
    json_t *list = json_array();

    for (size_t i = 0; i < ARRAY_SIZE(facts); i++)
        compare(list, facts[i].name, document_at(old, facts[i].path), document_at(new, facts[i].path));
    for (size_t i = 0; i < ARRAY_SIZE(maps); i++)
        compare_members(list, maps[i].name, document_at(old, maps[i].path), document_at(new, maps[i].path));
    return list;
}
