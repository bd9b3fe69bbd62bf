/* SPDX-License-Identifier: GPL-2.0 */
#include "base/cleanup.h"
#include "reports/jsonio.h"
#include "reports/trial.h"

#include <errno.h>
#include <string.h>

struct line {
    char *text; /* owned, 0-terminated */
    size_t length, capacity;
    bool complete; /* ended by a newline */
};

static void line_free(struct line *line)
{
    free(line->text);
}

static int line_reserve(struct line *line)
{
    size_t capacity = line->capacity ? line->capacity * 2 : 16384;
    char *larger;

    if (line->length + 1 < line->capacity)
        return 0;
    larger = realloc(line->text, capacity);
    if (!larger)
        return -ENOMEM;
    line->text = larger;
    line->capacity = capacity;
    return 0;
}

/* 1 with a line, 0 at the end, -E2BIG, -ENOMEM, -EIO. getline() would take all the memory there is. */
static int line_read(struct line *line, FILE *file)
{
    int c = EOF;

    line->length = 0;
    line->complete = false;
    while (!line->complete && (c = getc_unlocked(file)) != EOF) {
        if (line->length >= TRIAL_LINE_MAX_BYTES)
            return -E2BIG;
        if (line_reserve(line) != 0)
            return -ENOMEM;
        if (c == '\n')
            line->complete = true;
        else
            line->text[line->length++] = (char)c;
    }
    if (c == EOF && ferror(file))
        return -EIO;
    if (line->text)
        line->text[line->length] = '\0';
    return line->complete || line->length > 0;
}

static int bad(struct error *error, const char *sentence)
{
    return error_set(error, EXIT_USAGE, -EINVAL, "%s", sentence);
}

static int take_header(struct trial *trial, const json_t *line, struct error *error)
{
    const char *schema = json_string_value(json_object_get(line, "schema"));
    json_t *header = json_object_get(line, "header");

    if (!schema || strcmp(schema, TRIAL_SCHEMA) != 0)
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "this is not a trial that this version can read: its schema is not \"%s\"",
                         TRIAL_SCHEMA);
    if (trial->header)
        return bad(error, "a second header; two trials in one file can't be read, split them");
    if (!json_is_object(header))
        return bad(error, "the header line has no header object");
    return trial_begin(trial, json_incref(header));
}

static int take_block(struct trial *trial, const json_t *line, struct error *error)
{
    struct block block;
    int result = block_from_json(&block, json_object_get(line, "block"), error);

    if (result)
        return result;
    result = trial_add_block(trial, &block);
    if (result == -E2BIG)
        return error_set(error, EXIT_USAGE, -EINVAL, "more than %d blocks", TRIAL_BLOCKS_MAX);
    return result;
}

static int take_fact(struct trial *trial, const json_t *line, struct error *error)
{
    const char *name = json_string_value(json_object_get(line, "name"));
    json_t *value = json_object_get(line, "value");

    if (!name || !value)
        return bad(error, "a fact without a name or a value");
    return trial_add_fact(trial, name, json_incref(value));
}

static int take_object(struct trial *trial, const json_t *line, struct error *error)
{
    const char *type = json_string_value(json_object_get(line, "type"));

    if (type && strcmp(type, "header") == 0)
        return take_header(trial, line, error);
    if (!trial->header)
        return bad(error, "the first line is not a trial's header; is this a trial file (run --trial FILE)?");
    if (type && strcmp(type, "block") == 0)
        return take_block(trial, line, error);
    if (type && strcmp(type, "fact") == 0)
        return take_fact(trial, line, error);
    return bad(error, "type is none of header, block, fact");
}

/* A JSON object cut short never parses, so a last line that does was written whole. */
static int take_line(struct trial *trial, const struct line *line, bool *truncated, struct error *error)
{
    json_t *object = jsonio_parse_object(line->text, line->length, error);
    int result;

    if (!object && !line->complete) {
        *truncated = true;
        return 0;
    }
    if (!object)
        return -EINVAL;
    result = take_object(trial, object, error);
    json_decref(object);
    if (result == -ENOMEM)
        error_set(error, EXIT_ENVIRONMENT, result, "not enough memory for the trial");
    return result;
}

static int read_failure(int code, struct error *error)
{
    if (code == -E2BIG)
        return error_set(error, EXIT_USAGE, -EINVAL, "longer than %u MiB; this is not a trial file",
                         TRIAL_LINE_MAX_BYTES >> 20);
    return error_set(error, EXIT_ENVIRONMENT, code, "can't read the trial: %s", strerror(-code));
}

static int read_lines(struct trial *trial, FILE *file, bool *truncated, struct error *error)
{
    CLEANUP(line_free) struct line line = {0};
    unsigned number = 0;
    int got;

    while (number++, (got = line_read(&line, file)) > 0) {
        int result = take_line(trial, &line, truncated, error);

        if (result)
            return error_prefix(error, result, "line %u", number);
    }
    if (got < 0)
        return error_prefix(error, read_failure(got, error), "line %u", number);
    if (!trial->header)
        return bad(error, "the file holds no header line; is this a trial file (run --trial FILE)?");
    return 0;
}

int trial_read(struct trial *trial, FILE *file, bool *truncated, struct error *error)
{
    bool cut = false;
    int result;

    *trial = (struct trial){0};
    result = read_lines(trial, file, &cut, error);
    if (result)
        trial_free(trial);
    if (truncated)
        *truncated = cut;
    return result;
}
