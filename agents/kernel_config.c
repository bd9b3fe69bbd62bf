/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/kernel_config.h"
#include "base/cleanup.h"
#include "base/files.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <zlib.h>

#define CONFIG_BYTES_MAX (4 << 20)

static void close_gz(gzFile *file)
{
    if (*file)
        gzclose(*file);
}

/* gzopen() reads plain files as well. */
static bool read_from(struct kernel_config *config, const char *path)
{
    CLEANUP(close_gz) gzFile file = gzopen(path, "rbe");
    OWNED_PTR char *text = NULL;
    int length;

    if (!file)
        return false;
    text = malloc(CONFIG_BYTES_MAX);
    length = text ? gzread(file, text, CONFIG_BYTES_MAX - 1) : -1;
    if (length <= 0)
        return false;
    text[length] = '\0';
    config->text = TAKE_PTR(text);
    config->length = (size_t)length;
    snprintf(config->source, sizeof(config->source), "%s", path);
    return true;
}

void kernel_config_read(struct kernel_config *config)
{
    static const char *const places[] = {"/boot/config-%s", "/lib/modules/%s/config",
                                         "/usr/lib/kernel/config-%s"};
    struct utsname name;
    char path[256];

    *config = (struct kernel_config){0};
    if (read_from(config, "/proc/config.gz") || uname(&name) != 0)
        return;
    for (unsigned i = 0; i < ARRAY_SIZE(places); i++) {
        snprintf(path, sizeof(path), places[i], name.release);
        if (read_from(config, path))
            return;
    }
}

void kernel_config_free(struct kernel_config *config)
{
    free(config->text);
    *config = (struct kernel_config){0};
}

/* "CONFIG_HZ=250", "CONFIG_LSM=\"landlock,bpf\"" */
static bool take_value(struct text line, const char *name, struct text *value)
{
    if (!text_skip(&line, "CONFIG_") || !text_skip(&line, name) || !text_skip(&line, "="))
        return false;
    *value = line;
    if (text_skip(value, "\"") && value->end > value->at && value->end[-1] == '"')
        value->end--;
    return true;
}

const char *kernel_config_value(const struct kernel_config *config, const char *name, char *value,
                                size_t size)
{
    struct text text, line, found;

    if (!config->text)
        return NULL;
    text = text_of(config->text, config->length);
    snprintf(value, size, "n");
    while (text_line(&text, &line))
        if (take_value(line, name, &found)) {
            snprintf(value, size, "%.*s", (int)(found.end - found.at), found.at);
            break;
        }
    return value;
}

int kernel_config_has(const struct kernel_config *config, const char *name)
{
    char value[8];

    if (!kernel_config_value(config, name, value, sizeof(value)))
        return -1;
    return strcmp(value, "y") == 0 || strcmp(value, "m") == 0;
}
