/* SPDX-License-Identifier: GPL-2.0 */
#include "base/digest.h"

#include <sha2.h>
#include <stdint.h>

char *digest_sha256(const void *data, size_t size, char text[DIGEST_TEXT])
{
    return SHA256Data(data, size, text);
}
