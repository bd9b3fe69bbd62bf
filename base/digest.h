/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include <stddef.h>

#define DIGEST_TEXT 65

/* SHA-256 as 64 hexadecimal digits and a 0 byte. Writes `text`, returns it. */
char *digest_sha256(const void *data, size_t size, char text[DIGEST_TEXT]);
