/* SPDX-License-Identifier: GPL-2.0 */
/* Where file systems are mounted, as this process sees them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Called with a mount point; true: look no further. */
typedef bool mount_visitor(void *context, const char *point);

/* All mount points of file systems of this type, in the order they were mounted, until the visitor returns
 * true: true then. */
bool mounts_visit(const char *type, mount_visitor *visitor, void *context);

/* The first of them; NULL: none. Returns `path`. */
const char *mounts_first(const char *type, char *path, size_t size);
