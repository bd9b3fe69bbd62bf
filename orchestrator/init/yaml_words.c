/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/init/yaml_words.h"
#include "base/cleanup.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <yaml.h>

/* Words that some version of YAML reads as a truth value, nothing, or a number. */
static bool is_keyword(const char *word)
{
    static const char *const keywords[] = {"true", "false", "yes", "no", "on", "off", "y", "n", "null"};

    for (size_t i = 0; i < ARRAY_SIZE(keywords); i++)
        if (strcasecmp(word, keywords[i]) == 0)
            return true;
    return false;
}

/* A letter, or an option's dash and a letter, or a path; then nothing that YAML gives a meaning to. */
static bool is_bare(const char *word)
{
    const char *first = word + (*word == '-' || *word == '/');

    if (!isascii(*first) || !isalpha(*first) || is_keyword(word))
        return false;
    for (const char *at = first; *at; at++)
        if (!isascii(*at) || (!isalnum(*at) && !strchr("_./-", *at)))
            return false;
    return true;
}

static int collect(void *context, unsigned char *buffer, size_t size)
{
    return fwrite(buffer, 1, size, context) == size;
}

static bool emit_scalar(yaml_emitter_t *emitter, const char *word)
{
    yaml_event_t event;

    return yaml_scalar_event_initialize(&event, NULL, NULL, (yaml_char_t *)word, (int)strlen(word), 1, 1,
                                        is_bare(word) ? YAML_PLAIN_SCALAR_STYLE
                                                      : YAML_DOUBLE_QUOTED_SCALAR_STYLE) &&
           yaml_emitter_emit(emitter, &event);
}

/* libyaml knows whole documents only: one of a list, or of a text. */
static bool emit(yaml_emitter_t *emitter, char *const *words, bool as_list)
{
    yaml_event_t event;
    bool good = yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING) &&
                yaml_emitter_emit(emitter, &event) &&
                yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1) &&
                yaml_emitter_emit(emitter, &event);

    if (good && as_list)
        good = yaml_sequence_start_event_initialize(&event, NULL, NULL, 1, YAML_FLOW_SEQUENCE_STYLE) &&
               yaml_emitter_emit(emitter, &event);
    for (; good && *words; words++)
        good = emit_scalar(emitter, *words);
    if (good && as_list)
        good = yaml_sequence_end_event_initialize(&event) && yaml_emitter_emit(emitter, &event);
    return good && yaml_document_end_event_initialize(&event, 1) && yaml_emitter_emit(emitter, &event) &&
           yaml_emitter_flush(emitter);
}

static int print(FILE *out, char *const *words, bool as_list)
{
    OWNED_PTR char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    yaml_emitter_t emitter;
    bool good;

    if (!memory)
        return -ENOMEM;
    good = yaml_emitter_initialize(&emitter);
    if (good) {
        yaml_emitter_set_output(&emitter, collect, memory);
        yaml_emitter_set_width(&emitter, -1); /* one line, however long */
        yaml_emitter_set_unicode(&emitter, 1);
        good = emit(&emitter, words, as_list);
        yaml_emitter_delete(&emitter);
    }
    if (fclose(memory) != 0)
        return -ENOMEM;
    if (!good)
        return -EILSEQ;
    text[strcspn(text, "\n")] = '\0'; /* the end of the document */
    fputs(text, out);
    return 0;
}

int yaml_print_word(FILE *out, const char *word)
{
    char *const words[] = {(char *)word, NULL};

    return print(out, words, false);
}

int yaml_print_words(FILE *out, char *const *words)
{
    return print(out, words, true);
}
