/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* "PACKAGE VERSION" of the Debian package that a file belongs to; false where it belongs to none, or there is
 * no dpkg. */
bool program_version(const char *path, char *text, size_t size);
