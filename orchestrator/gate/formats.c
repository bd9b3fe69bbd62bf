/* SPDX-License-Identifier: GPL-2.0 */
/* What a gate can be printed as; adding a format is a row. */
#include "base/cleanup.h"
#include "base/files.h"
#include "base/i18n.h"
#include "base/names.h"
#include "orchestrator/gate/gate.h"

#include <errno.h>
#include <string.h>

struct gate_format {
    const char *name;
    bool translated; /* for people: in the language of --lang */
    int (*print)(const json_t *document, FILE *out);
};

static const struct gate_format formats[] = {
    {"text", true, gate_print_text},    {"markdown", true, gate_print_markdown},
    {"md", true, gate_print_markdown},  {"json", false, gate_print_json},
    {"junit", false, gate_print_junit},
};

static const struct gate_format *find(const char *format, struct error *error)
{
    const char *names[ARRAY_SIZE(formats)];
    size_t length = strcspn(format, "=");
    OWNED_PTR char *name = strndup(format, length);
    char suggestion[64];

    for (size_t i = 0; name && i < ARRAY_SIZE(formats); i++) {
        names[i] = formats[i].name;
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
    }
    if (!name)
        error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    else
        error_set(error, EXIT_USAGE, -EINVAL, "unknown format \"%s\"%s; choose text, markdown, json or junit",
                  name, name_suggestion(suggestion, sizeof(suggestion), name, names, ARRAY_SIZE(names)));
    return NULL;
}

int gate_formats_check(const char *format, struct error *error)
{
    return find(format, error) ? 0 : -EINVAL;
}

static int print_in(const struct gate_format *format, const char *lang, const json_t *document, FILE *out)
{
    CLEANUP(i18n_end) struct i18n_scope scope = i18n_begin(format->translated ? lang : NULL);

    return format->print(document, out);
}

static int write_one(const char *format, const char *lang, const json_t *document, struct error *error)
{
    const struct gate_format *found = find(format, error);
    const char *path = strchr(format, '=');
    OWNED_PTR char *text = NULL;
    size_t size = 0;
    FILE *memory;
    int result;

    if (!found)
        return -EINVAL;
    if (!path)
        return (result = print_in(found, lang, document, stdout))
                   ? error_set(error, EXIT_ENVIRONMENT, result, "cannot print: %s", strerror(-result))
                   : 0;
    memory = open_memstream(&text, &size);
    result = memory ? print_in(found, lang, document, memory) : -ENOMEM;
    if (memory && fclose(memory) != 0 && result == 0)
        result = -ENOMEM;
    if (result == 0)
        result = file_replace(path + 1, text, size);
    return result ? error_set(error, EXIT_ENVIRONMENT, result, "cannot write %s: %s", path + 1,
                              strerror(-result))
                  : 0;
}

/* All that can be written are; the first failure is what is told. */
int gate_formats_write(const struct gate_options *options, const json_t *document, struct error *error)
{
    static const char *const text[] = {"text"};
    const char *const *list = options->format_count ? options->formats : text;
    unsigned count = options->format_count ? options->format_count : !options->quiet;
    int result = 0;

    for (unsigned i = 0; i < count; i++) {
        struct error own = {0};
        int one = write_one(list[i], options->lang, document, &own);

        if (one && result == 0) {
            result = one;
            *error = own;
        }
    }
    return result;
}
