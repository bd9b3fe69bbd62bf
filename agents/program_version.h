/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "base/interrupt.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * "PACKAGE VERSION" of the Debian package that a file belongs to, cut to `size` bytes; false where it belongs
 * to none, there is no dpkg, it does not answer within some seconds, or a signal comes (`interrupt` may be
 * NULL).
 */
bool program_version(const char *path, struct interrupt *interrupt, char *text, size_t size);
