/* SPDX-License-Identifier: GPL-2.0 */
#include "base/params.h"
#include "base/analyzer.h"
#include "base/cleanup.h"
#include "base/names.h"

#include <errno.h>
#include <string.h>

#define KEYS_MAX 32

void params_free(struct params *params)
{
    for (size_t i = 0; i < params->count; i++)
        free(params->items[i].value);
    free(params->items);
    free(params->name);
    *params = (struct params){0};
}

int params_split_name(const char *text, char **name, const char **rest, struct error *error)
{
    size_t length = strcspn(text, ",");

    if (length == 0)
        return error_set(error, EXIT_USAGE, -EINVAL, "\"%s\" has no name; write NAME or NAME,KEY=VALUE,...",
                         text);
    *name = strndup(text, length);
    if (!*name)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    *rest = text[length] ? text + length + 1 : text + length;
    return 0;
}

static struct param *find(const struct params *params, const char *name)
{
    for (size_t i = 0; i < params->count; i++)
        if (strcmp(params->items[i].spec->name, name) == 0)
            return &params->items[i];
    return NULL;
}

static int set_value(struct param *param, const char *text, size_t length, struct error *error)
{
    char *value = strndup(text, length);

    if (!value)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    free(param->value);
    param->value = value;
    LEAKS_UNSEEN /* an element of params->items */
    return 0;
    LEAKS_SEEN
}

static int fill_defaults(struct params *params, const struct param_spec *specs, struct error *error)
{
    size_t count = 0;

    while (specs && specs[count].name)
        count++;
    params->items = calloc(count ? count : 1, sizeof(*params->items));
    if (!params->items)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    params->count = count;
    for (size_t i = 0; i < count; i++) {
        params->items[i].spec = &specs[i];
        if (specs[i].fallback &&
            set_value(&params->items[i], specs[i].fallback, strlen(specs[i].fallback), error))
            return -ENOMEM;
    }
    return 0;
}

static int unknown_key(const struct params *params, const char *what, const char *key, struct error *error)
{
    const char *keys[KEYS_MAX];
    size_t count = params->count < KEYS_MAX ? params->count : KEYS_MAX;
    char suggestion[128];

    for (size_t i = 0; i < count; i++)
        keys[i] = params->items[i].spec->name;
    return error_set(error, EXIT_USAGE, -EINVAL, "%s has no key \"%s\"%s; 'tracetoll list' prints the keys",
                     what, key, name_suggestion(suggestion, sizeof(suggestion), key, keys, count));
}

static int check_choice(const struct param *param, const char *what, struct error *error)
{
    const char *const *choices = param->spec->choices;
    char suggestion[128];
    size_t count = 0;

    for (; choices && choices[count]; count++)
        if (strcmp(choices[count], param->value) == 0)
            return 0;
    if (count == 0)
        return 0;
    return error_set(error, EXIT_USAGE, -EINVAL,
                     "%s: %s=%s is not possible%s; 'tracetoll list' prints the choices", what,
                     param->spec->name, param->value,
                     name_suggestion(suggestion, sizeof(suggestion), param->value, choices, count));
}

/* Takes one KEY=VALUE from *rest and moves it behind the comma. */
static int parse_item(struct params *params, const char *what, const char **rest, struct error *error)
{
    size_t key_length = strcspn(*rest, "=,"), length;
    const char *value = *rest + key_length + 1;
    OWNED_PTR char *key = strndup(*rest, key_length);
    struct param *param;
    int result;

    if (!key)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    if ((*rest)[key_length] != '=')
        return error_set(error, EXIT_USAGE, -EINVAL, "%s: \"%s\" has no value; write %s=VALUE", what, key,
                         key);
    param = find(params, key);
    if (!param)
        return unknown_key(params, what, key, error);
    if (value[0] == '"') {
        value++;
        length = strcspn(value, "\"");
        if (value[length] != '"' || (value[length + 1] != ',' && value[length + 1] != '\0'))
            return error_set(error, EXIT_USAGE, -EINVAL, "%s: the quote behind %s= is not closed", what, key);
        *rest = value + length + 1;
    } else {
        length = strcspn(value, ",");
        *rest = value + length;
    }
    if (**rest == ',')
        (*rest)++;
    result = set_value(param, value, length, error);
    return result ? result : check_choice(param, what, error);
}

int params_parse(struct params *params, const char *what, const char *rest, const struct param_spec *specs,
                 struct error *error)
{
    int result = fill_defaults(params, specs, error);

    while (result == 0 && *rest)
        result = parse_item(params, what, &rest, error);
    return result;
}

const char *params_text(const struct params *params, const char *name)
{
    const struct param *param = find(params, name);

    return param ? param->value : NULL;
}

int params_integer(const struct params *params, const char *name, long low, long high, long *number,
                   struct error *error)
{
    const char *text = params_text(params, name);
    char *end = NULL;
    long parsed;

    errno = 0;
    parsed = text ? strtol(text, &end, 10) : 0;
    if (!text || end == text || *end || errno || parsed < low || parsed > high)
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "%s=%s is not possible; write a whole number from %ld to %ld", name,
                         text ? text : "", low, high);
    *number = parsed;
    return 0;
}

int params_flag(const struct params *params, const char *name, int *flag, struct error *error)
{
    static const char *const words[] = {"off", "on", "no", "yes", "0", "1"};
    const char *text = params_text(params, name);

    for (size_t i = 0; text && i < ARRAY_SIZE(words); i++) {
        if (strcmp(words[i], text) != 0)
            continue;
        *flag = (int)(i % 2);
        return 0;
    }
    return error_set(error, EXIT_USAGE, -EINVAL, "%s=%s is not possible; write on or off", name,
                     text ? text : "");
}
