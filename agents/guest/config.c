/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/guest/guest.h"
#include "base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int guest_config_read(struct guest_config *config, const char *path)
{
    *config = (struct guest_config){0};
    config->text = file_read_bytes(path, 1 << 20, &config->size);
    return config->text ? 0 : -errno;
}

const char *guest_config_next(const struct guest_config *config, const char *key, size_t *position)
{
    size_t key_length = strlen(key);

    while (*position < config->size) {
        const char *record = config->text + *position;

        *position += strlen(record) + 1;
        if (strncmp(record, key, key_length) == 0 && record[key_length] == '=')
            return record + key_length + 1;
    }
    return NULL;
}

const char *guest_config_one(const struct guest_config *config, const char *key)
{
    size_t position = 0;

    return guest_config_next(config, key, &position);
}
