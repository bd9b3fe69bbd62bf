/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/page_formats.h"
#include "base/cleanup.h"
#include "base/files.h"
#include "base/i18n.h"
#include "base/names.h"

#include <errno.h>
#include <string.h>

#define NAMES_MAX 16

static const struct page_format *find(const struct page_format *formats, const char *format,
                                      struct error *error)
{
    const char *names[NAMES_MAX];
    char name[32], suggestion[64], valid[128] = "";
    unsigned count = 0;
    size_t used = 0;

    snprintf(name, sizeof(name), "%.*s", (int)strcspn(format, "="), format);
    for (; formats[count].name && count < NAMES_MAX; count++) {
        if (strcmp(formats[count].name, name) == 0)
            return &formats[count];
        names[count] = formats[count].name;
        used += (size_t)snprintf(valid + used, sizeof(valid) - used, "%s%s", count ? ", " : "", names[count]);
    }
    error_set(error, EXIT_USAGE, -EINVAL, "unknown format \"%s\"%s; choose one of %s", name,
              name_suggestion(suggestion, sizeof(suggestion), name, names, count), valid);
    return NULL;
}

int page_formats_check(const struct page_format *formats, const char *format, struct error *error)
{
    return find(formats, format, error) ? 0 : -EINVAL;
}

static int print_in(const struct page_format *format, const char *lang, const json_t *document, FILE *out)
{
    CLEANUP(i18n_end) struct i18n_scope scope = i18n_begin(format->translated ? lang : NULL);

    return format->print(document, out);
}

static int write_file(const struct page_format *format, const char *path, const char *lang,
                      const json_t *document)
{
    OWNED_PTR char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    int result = memory ? print_in(format, lang, document, memory) : -ENOMEM;

    if (memory && fclose(memory) != 0 && result == 0)
        result = -ENOMEM;
    return result ? result : file_replace(path, text, size);
}

static int write_one(const struct page_format *formats, const char *format, const char *lang,
                     const json_t *document, struct error *error)
{
    const struct page_format *found = find(formats, format, error);
    const char *path = strchr(format, '=');
    int result;

    if (!found)
        return -EINVAL;
    result = path ? write_file(found, path + 1, lang, document) : print_in(found, lang, document, stdout);
    if (result && path)
        return error_set(error, EXIT_ENVIRONMENT, result, "cannot write %s: %s", path + 1, strerror(-result));
    return result ? error_set(error, EXIT_ENVIRONMENT, result, "cannot print: %s", strerror(-result)) : 0;
}

int page_formats_write(const struct page_format *formats, const char *const *list, unsigned count,
                       const char *lang, const json_t *document, struct error *error)
{
    int result = 0;

    for (unsigned i = 0; i < count; i++) {
        struct error own = {0};
        int one = write_one(formats, list[i], lang, document, &own);

        if (one && result == 0) {
            result = one;
            *error = own;
        }
    }
    return result;
}
