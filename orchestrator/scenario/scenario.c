/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/scenario/scenario.h"
#include "base/cleanup.h"
#include "base/digest.h"
#include "base/files.h"
#include "orchestrator/scenario/schema.h"
#include "orchestrator/scenario/tree.h"
#include "reports/jsonio.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

static const cyaml_config_t config = {.mem_fn = cyaml_mem, .flags = CYAML_CFG_DEFAULT};

void scenario_free(struct scenario_file *file)
{
    CLEANUP(scenario_schema_free) struct scenario_schema schema = {0};

    if (file->scenario && scenario_schema_make(&schema) == 0)
        cyaml_free(&config, &schema.root, file->scenario, 0);
    scenario_tree_free(file->tree);
    json_decref(file->given);
    free(file->path);
    *file = (struct scenario_file){0};
}

static int no_memory(struct error *error)
{
    return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
}

static int fill(struct scenario_file *file, const cyaml_schema_value_t *schema, const char *text,
                size_t length, struct error *error)
{
    cyaml_err_t code = cyaml_load_data((const uint8_t *)text, length, &config, schema,
                                       (cyaml_data_t **)&file->scenario, NULL);

    if (code == CYAML_OK && file->scenario)
        return 0;
    return code == CYAML_ERR_OOM
               ? no_memory(error)
               : error_set(error, EXIT_USAGE, -EINVAL, "%s: %s", file->path, cyaml_strerror(code));
}

static int make_digest(struct scenario_file *file, struct error *error)
{
    OWNED_PTR char *text = json_dumps(file->given, JSON_COMPACT | JSON_SORT_KEYS);

    if (!text)
        return no_memory(error);
    digest_sha256(text, strlen(text), file->digest);
    return 0;
}

int scenario_parse(struct scenario_file *file, const char *path, const char *text, size_t length,
                   struct error *error)
{
    CLEANUP(scenario_schema_free) struct scenario_schema schema = {0};
    int result;

    *file = (struct scenario_file){.path = strdup(path)};
    if (!file->path || scenario_schema_make(&schema) != 0)
        return no_memory(error);
    result = scenario_tree_parse(&file->tree, path, text, length, error);
    if (result == 0)
        result = scenario_tree_check(file->tree, path, &schema.root, error);
    if (result == 0)
        result = fill(file, &schema.root, text, length, error);
    if (result)
        return result;
    file->given = scenario_tree_json(file->tree);
    return file->given ? make_digest(file, error) : no_memory(error);
}

int scenario_load(struct scenario_file *file, const char *path, struct error *error)
{
    OWNED_PTR char *text = file_read(path, SCENARIO_MAX_BYTES + 1);

    *file = (struct scenario_file){0};
    if (!text)
        return error_set(error, EXIT_USAGE, -errno, "cannot read the scenario %s: %s", path, strerror(errno));
    if (strlen(text) > SCENARIO_MAX_BYTES)
        return error_set(error, EXIT_USAGE, -EINVAL, "%s: a scenario has at most %u KiB", path,
                         SCENARIO_MAX_BYTES >> 10);
    return scenario_parse(file, path, text, strlen(text), error);
}

/* "targets/0/exec" as a person writes it: the last part that is no index. */
static const char *key_of(const char *place, char *key, size_t size)
{
    OWNED_PTR char *copy = strdup(place);
    char *rest = copy, *name;

    key[0] = '\0';
    while (rest && (name = strsep(&rest, "/")))
        if (name[0] && !(name[0] >= '0' && name[0] <= '9'))
            snprintf(key, size, "%s", name);
    return key;
}

int scenario_blame(const struct scenario_file *file, const char *place, int code, struct error *error)
{
    char key[64];

    key_of(place, key, sizeof(key));
    return error_prefix(error, code, "%s:%u%s%s", file->path, scenario_tree_line(file->tree, place),
                        key[0] ? ": " : "", key);
}

int scenario_error(const struct scenario_file *file, const char *place, struct error *error,
                   const char *format, ...)
{
    char text[800];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    return scenario_blame(file, place, error_set(error, EXIT_USAGE, -EINVAL, "%s", text), error);
}
