/* SPDX-License-Identifier: GPL-2.0 */
#include "reports/trial.h"
#include "base/cleanup.h"
#include "reports/jsonio.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void trial_free(struct trial *trial)
{
    for (size_t i = 0; i < trial->count; i++)
        block_free(&trial->blocks[i]);
    free(trial->blocks);
    json_decref(trial->header);
    json_decref(trial->facts);
    *trial = (struct trial){0};
}

static int write_line(FILE *stream, const char *line, size_t length)
{
    errno = 0;
    if (fwrite(line, 1, length, stream) != length || fputc('\n', stream) == EOF || fflush(stream) != 0)
        return errno ? -errno : -EIO;
    return 0;
}

/*
 * Takes ownership of `line` (NULL: no memory). After the first failure nothing more is written: the file then
 * ends in a line cut short, which the reader knows how to take.
 */
static int stream_line(struct trial *trial, json_t *line)
{
    OWNED_PTR char *text = NULL;
    size_t length;

    if (!trial->stream || trial->stream_error) {
        json_decref(line);
        return trial->stream_error;
    }
    text = line ? json_dumps(line, JSONIO_DUMP_FLAGS) : NULL;
    json_decref(line);
    if (!text)
        return -ENOMEM;
    length = strlen(text);
    trial->stream_error = length > TRIAL_LINE_MAX_BYTES ? -E2BIG : write_line(trial->stream, text, length);
    return trial->stream_error;
}

/* What an earlier run left in that file: it goes when there is something in its place, and not before. */
static int forget_earlier(FILE *stream)
{
    int fd = stream ? fileno(stream) : -1; /* a stream in memory has none */
    struct stat status;

    if (fd < 0 || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
        return 0;
    return ftruncate(fd, 0) == 0 ? 0 : -errno;
}

int trial_begin(struct trial *trial, json_t *header)
{
    if (!json_is_object(header) || trial->header) {
        json_decref(header);
        return trial->header ? -EEXIST : -EINVAL;
    }
    trial->header = header;
    trial->stream_error = forget_earlier(trial->stream);
    return stream_line(
        trial, json_pack("{s:s,s:s,s:O}", "type", "header", "schema", TRIAL_SCHEMA, "header", header));
}

static int grow(struct trial *trial)
{
    size_t capacity = trial->capacity ? trial->capacity * 2 : 64;
    struct block *blocks;

    if (trial->count < trial->capacity)
        return 0;
    blocks = reallocarray(trial->blocks, capacity, sizeof(*blocks));
    if (!blocks)
        return -ENOMEM;
    trial->blocks = blocks;
    trial->capacity = capacity;
    return 0;
}

/* What the file can't hold is not in memory either, so that both give the same figures. */
static void normalise(struct block *block)
{
    for (size_t i = 0; i < block->values.count; i++)
        if (!isfinite(block->values.items[i].number))
            block->values.items[i].number = NAN;
    block->invalid[sizeof(block->invalid) - 1] = '\0';
    jsonio_repair_text(block->invalid);
    if (block->latency && block->latency->count == 0)
        block->latency->min_ns = 0;
}

int trial_add_block(struct trial *trial, struct block *block)
{
    int result = trial->header ? block_check(block) : -EINVAL;

    if (result == 0 && trial->count >= TRIAL_BLOCKS_MAX)
        result = -E2BIG;
    if (result == 0)
        result = grow(trial);
    if (result) {
        block_free(block);
        return result;
    }
    normalise(block);
    trial->blocks[trial->count++] = *block;
    *block = (struct block){0};
    return stream_line(trial, json_pack("{s:s,s:o}", "type", "block", "block",
                                        block_to_json(&trial->blocks[trial->count - 1])));
}

int trial_add_fact(struct trial *trial, const char *name, json_t *value)
{
    if (!value)
        value = json_null();
    if (!trial->header) {
        json_decref(value);
        return -EINVAL;
    }
    if (!trial->facts)
        trial->facts = json_object();
    if (json_object_set_new(trial->facts, name, value) != 0)
        return -EINVAL;
    return stream_line(trial, json_pack("{s:s,s:s,s:O}", "type", "fact", "name", name, "value", value));
}

int trial_written(int result, struct error *error)
{
    return result ? error_set(error, EXIT_ENVIRONMENT, result,
                              "cannot write the trial (%s); free space or name another file with --trial",
                              strerror(-result))
                  : 0;
}

json_t *trial_fact(const struct trial *trial, const char *name)
{
    return json_object_get(trial->facts, name);
}

int trial_put_fact(struct trial *trial, const char *name, json_t *value, struct error *error)
{
    return trial_written(trial_add_fact(trial, name, value), error);
}
