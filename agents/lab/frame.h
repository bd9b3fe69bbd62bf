/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a guest sends back over its second serial port: named pieces, packed, each with its length and
 * checksum, so that a guest that died in the middle can't pass for one that had little to say. Shared by the
 * guest's init.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define FRAME_NAME_MAX 32
#define FRAME_END      "end" /* name of the last one, which is empty */
#define FRAME_RAW_MAX  (256U << 20)

struct frame {
    char name[FRAME_NAME_MAX];
    char *data; /* owned, with a 0 byte behind it */
    size_t size;
};

/* 0 or -errno. `name`: letters. */
int frame_write(int fd, const char *name, const void *data, size_t size);

/*
 * The frame at *offset of what was received; moves *offset behind it. 0; -ENODATA at the end of the data,
 * -EBADMSG for one that is cut off, damaged or no frame at all, -ENOMEM. The caller frees frame->data.
 */
int frame_read(const char *received, size_t size, size_t *offset, struct frame *frame);
