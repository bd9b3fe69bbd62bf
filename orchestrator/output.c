/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/output.h"
#include "base/cleanup.h"
#include "base/files.h"
#include "base/i18n.h"
#include "reports/renderer.h"

#include <errno.h>
#include <string.h>

/* "md=report.md" names renderer "md"; NULL with a sentence. */
static const struct renderer *find(const char *format, struct error *error)
{
    OWNED_PTR char *name = strndup(format, strcspn(format, "="));

    if (!name) {
        error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
        return NULL;
    }
    return renderer_find(name, error);
}

#define FILE_WIDTH 100 /* columns of a text report in a file */

int output_check(const char *const *formats, unsigned count, struct error *error)
{
    for (unsigned i = 0; i < count; i++)
        if (!find(formats[i], error))
            return -EINVAL;
    return 0;
}

static int write_file(const struct renderer *renderer, const char *path, const json_t *document,
                      const struct junit_comparison *comparison, struct error *error)
{
    OWNED_PTR char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    const struct render_options options = {.width = FILE_WIDTH, .comparison = comparison};
    int result = memory ? renderer->render(document, &options, memory) : -ENOMEM;

    if (memory && fclose(memory) != 0 && result == 0)
        result = -ENOMEM;
    if (result == 0)
        result = file_replace(path, text, size);
    return result ? error_set(error, EXIT_ENVIRONMENT, result, "cannot write %s: %s", path, strerror(-result))
                  : 0;
}

static int write_one(const char *format, const json_t *document, const struct junit_comparison *comparison,
                     struct error *error)
{
    struct render_options options = render_options_for(stdout);
    const struct renderer *renderer = find(format, error);
    const char *path = strchr(format, '=');
    CLEANUP(i18n_end)
    struct i18n_scope scope = i18n_begin(renderer && renderer->translated ? NULL : "en");
    int result;

    if (!renderer)
        return -EINVAL;
    if (path)
        return write_file(renderer, path + 1, document, comparison, error);
    options.comparison = comparison;
    result = renderer->render(document, &options, stdout);
    return result
               ? error_set(error, EXIT_ENVIRONMENT, result, "cannot write the report: %s", strerror(-result))
               : 0;
}

int output_write(const char *const *formats, unsigned count, const json_t *document,
                 const struct junit_comparison *comparison, struct error *error)
{
    int result = 0;

    for (unsigned i = 0; i < count; i++) {
        struct error why = {0};

        result = error_join(error, result, &why, write_one(formats[i], document, comparison, &why));
    }
    return result;
}
