/* SPDX-License-Identifier: GPL-2.0 */
/* Whether WHERE is written as its kind wants it: what is a mistake of the user's is told before anything is
 * set up. */
#include "bpf/attach_kinds.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Behind the path of a program, which may have any character. */
static const char *symbol_of(const char *where)
{
    const char *colon = strrchr(where, ':');

    return colon ? colon + 1 : where;
}

unsigned long attach_offset(const char *where)
{
    const char *plus = strchr(symbol_of(where), '+');

    return plus ? strtoul(plus + 1, NULL, strncmp(plus, "+0x", 3) == 0 ? 16 : 10) : 0;
}

static bool is_offset(const char *text)
{
    bool hex = strncmp(text, "0x", 2) == 0;
    const char *digits = hex ? text + 2 : text;
    char *end;

    errno = 0;
    strtoul(digits, &end, hex ? 16 : 10);
    return isxdigit((unsigned char)digits[0]) && end != digits && !*end && errno == 0;
}

/* A return is where the stack says, and at the entry alone that is its top: with an offset the kernel would
 * take another word for it, and whoever runs through there would die. */
int check_offset(const struct attach_kind *kind, const char *where, struct error *error)
{
    const char *symbol = symbol_of(where), *plus = strchr(symbol, '+');

    if (plus && kind->variant == 1)
        return error_set(error, EXIT_USAGE, -EINVAL, "%s@%s: a return has no offset; write %s", kind->name,
                         where, kind->where);
    if (*symbol == '\0' || plus == symbol || (plus && !is_offset(plus + 1)))
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "%s@%s: write %s, the offset as a number of bytes (16 or 0x10)", kind->name, where,
                         kind->where);
    return 0;
}

/* CATEGORY:NAME, PROVIDER:NAME */
int check_pair(const struct attach_kind *kind, const char *where, struct error *error)
{
    const char *colon = strchr(where, ':');

    if (colon && colon != where && symbol_of(where)[0])
        return 0;
    return error_set(error, EXIT_USAGE, -EINVAL, "%s@%s: write %s", kind->name, where, kind->where);
}
