/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A document as bytes of the database: its text in the order that it had, compressed to about a tenth. The
 * digest is of the same with sorted keys, so that a document that was indented otherwise is the same one.
 */
#include "reports/history/internal.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <errno.h>
#include <string.h>
#include <zlib.h>

static int digest_of(const json_t *document, char digest[DIGEST_TEXT])
{
    OWNED_PTR char *sorted = json_dumps(document, JSONIO_DUMP_FLAGS | JSON_SORT_KEYS);

    if (!sorted)
        return -ENOMEM;
    digest_sha256(sorted, strlen(sorted), digest);
    return 0;
}

int history_pack(const json_t *document, void **packed, size_t *packed_bytes, size_t *bytes,
                 char digest[DIGEST_TEXT])
{
    OWNED_PTR char *text = json_dumps(document, JSONIO_DUMP_FLAGS);
    size_t length = text ? strlen(text) : 0;
    uLongf room = compressBound(length);
    OWNED_PTR void *buffer = malloc(room);
    int result = text && buffer ? digest_of(document, digest) : -ENOMEM;

    if (result)
        return result;
    if (compress2(buffer, &room, (const Bytef *)text, length, Z_DEFAULT_COMPRESSION) != Z_OK)
        return -ENOMEM;
    *packed = TAKE_PTR(buffer);
    *packed_bytes = room;
    *bytes = length;
    return 0;
}

int history_unpack(const void *packed, size_t packed_bytes, size_t bytes, const char *digest,
                   json_t **document)
{
    char found[DIGEST_TEXT];
    uLongf length = bytes;
    OWNED_PTR char *text = bytes <= DOCUMENT_MAX_BYTES ? malloc(bytes + 1) : NULL;
    json_t *parsed;

    if (!text)
        return bytes <= DOCUMENT_MAX_BYTES ? -ENOMEM : -EBADMSG;
    if (!packed || uncompress((Bytef *)text, &length, packed, packed_bytes) != Z_OK || length != bytes)
        return -EBADMSG;
    parsed = jsonio_parse_object(text, length, NULL);
    if (parsed && digest_of(parsed, found) == 0 && strcmp(found, digest) == 0 &&
        document_check(parsed, NULL) == 0) {
        *document = parsed;
        return 0;
    }
    json_decref(parsed);
    return -EBADMSG;
}
