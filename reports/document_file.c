/* SPDX-License-Identifier: GPL-2.0 */
#include "base/cleanup.h"
#include "base/files.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <errno.h>
#include <string.h>

static int refuse_file(const char *path, int code, struct error *error)
{
    return error_set(error, EXIT_USAGE, code,
                     "%s: can't be read: %s; name a result document (tracetoll run -o FILE)", path,
                     strerror(-code));
}

int document_read(const char *path, json_t **document, struct error *error)
{
    OWNED_PTR char *text = file_read(strcmp(path, "-") == 0 ? "/dev/stdin" : path, DOCUMENT_MAX_BYTES + 1);
    json_t *parsed;
    size_t length;
    int result;

    if (!text)
        return refuse_file(path, errno ? -errno : -EIO, error);
    length = strlen(text);
    if (length > DOCUMENT_MAX_BYTES)
        return error_set(error, EXIT_USAGE, -EINVAL, "%s: larger than %u MiB; this is not a result document",
                         path, DOCUMENT_MAX_BYTES >> 20);
    parsed = jsonio_parse_object(text, length, error);
    if (!parsed)
        return error_prefix(error, -EINVAL, "%s", path);
    result = document_check(parsed, error);
    if (result) {
        json_decref(parsed);
        return error_prefix(error, result, "%s", path);
    }
    *document = parsed;
    return 0;
}

static int print_value(const json_t *value, FILE *out)
{
    return json_dumpf(value, out, JSONIO_DUMP_FLAGS) == 0 ? 0 : -EIO;
}

/* One element a line: readable, and a diff of two documents shows what differs. */
static int print_array(const json_t *array, FILE *out)
{
    const json_t *item;
    size_t i;

    fputs("[", out);
    json_array_foreach(array, i, item)
    {
        int result;

        fputs(i ? ",\n" : "\n", out);
        result = print_value(item, out);
        if (result)
            return result;
    }
    fputs(json_array_size(array) ? "\n]" : "]", out);
    return 0;
}

static int print_member(const char *key, const json_t *value, FILE *out)
{
    json_t *name = json_string(key);
    int result = name ? print_value(name, out) : -ENOMEM;

    json_decref(name);
    if (result)
        return result;
    fputs(": ", out);
    return json_is_array(value) ? print_array(value, out) : print_value(value, out);
}

int document_print(const json_t *document, FILE *out)
{
    const char *key, *separator = "{\n";
    json_t *value;

    json_object_foreach((json_t *)document, key, value)
    {
        int result;

        fputs(separator, out);
        separator = ",\n";
        result = print_member(key, value, out);
        if (result)
            return result;
    }
    fputs("\n}\n", out);
    return ferror(out) ? -EIO : 0;
}

int document_write(const char *path, const json_t *document, struct error *error)
{
    OWNED_PTR char *text = NULL;
    size_t size = 0;
    OWNED_FILE FILE *memory = open_memstream(&text, &size);
    int result = memory ? document_print(document, memory) : -ENOMEM;

    if (result == 0 && fflush(memory) != 0)
        result = -ENOMEM;
    if (result == 0)
        result = file_replace(path, text, size);
    if (result)
        return error_set(error, EXIT_ENVIRONMENT, result,
                         "%s: the result document can't be written: %s; free space or name another place "
                         "with -o FILE",
                         path, strerror(-result));
    return 0;
}
