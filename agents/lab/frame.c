/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/lab/frame.h"
#include "base/cleanup.h"
#include "base/files.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#define HEADER "tracetoll-frame "

int frame_write(int fd, const char *name, const void *data, size_t size)
{
    uLongf packed_size = compressBound(size);
    OWNED_PTR Bytef *packed = malloc(packed_size);
    char header[128];
    int result;

    if (!packed || size > FRAME_RAW_MAX)
        return packed ? -EFBIG : -ENOMEM;
    if (compress2(packed, &packed_size, data, size, 6) != Z_OK)
        return -ENOMEM;
    snprintf(header, sizeof(header), HEADER "%.31s %zu %lu %08lx\n", name, size, packed_size,
             crc32(0, data, (uInt)size));
    result = file_write_all(fd, header, strlen(header));
    return result ? result : file_write_all(fd, packed, packed_size);
}

struct header {
    char name[FRAME_NAME_MAX];
    unsigned long raw, packed, checksum;
};

/* Length of the header line, or -EBADMSG. */
static int parse_header(const char *received, size_t size, struct header *header)
{
    const char *end = memchr(received, '\n', size < 128 ? size : 128);
    char line[129];
    int used = 0;

    if (!end)
        return -EBADMSG;
    memcpy(line, received, (size_t)(end - received));
    line[end - received] = '\0';
    if (sscanf(line, HEADER "%31[a-z] %lu %lu %lx%n", header->name, &header->raw, &header->packed,
               &header->checksum, &used) != 4 ||
        line[used] != '\0')
        return -EBADMSG;
    return (int)(end - received) + 1;
}

static int unpack(const char *packed, const struct header *header, struct frame *frame)
{
    OWNED_PTR char *data = malloc(header->raw + 1);
    uLongf size = header->raw;

    if (!data)
        return -ENOMEM;
    if (uncompress((Bytef *)data, &size, (const Bytef *)packed, header->packed) != Z_OK ||
        size != header->raw || crc32(0, (const Bytef *)data, (uInt)size) != header->checksum)
        return -EBADMSG;
    data[size] = '\0';
    memcpy(frame->name, header->name, sizeof(frame->name));
    frame->size = size;
    frame->data = TAKE_PTR(data);
    return 0;
}

int frame_read(const char *received, size_t size, size_t *offset, struct frame *frame)
{
    struct header header;
    int length, result;

    *frame = (struct frame){0};
    if (*offset >= size)
        return -ENODATA;
    length = parse_header(received + *offset, size - *offset, &header);
    if (length < 0)
        return length;
    if (header.raw > FRAME_RAW_MAX || header.packed > size - *offset - (size_t)length)
        return -EBADMSG;
    result = unpack(received + *offset + length, &header, frame);
    if (result == 0)
        *offset += (size_t)length + header.packed;
    return result;
}
