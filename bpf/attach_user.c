/* SPDX-License-Identifier: GPL-2.0 */
/* Probes in programs: in every process that has the file mapped. */
#include "bpf/attach_kinds.h"
#include "base/cleanup.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The C library that this process itself has mapped. */
static char *own_libc(void)
{
    Dl_info info;

    return dladdr((void *)(uintptr_t)strtoul, &info) && info.dli_fname ? realpath(info.dli_fname, NULL)
                                                                       : NULL;
}

/* Cuts "[PATH:]REST" where REST has `colons` colons; *rest points into where. NULL: no memory, no libc. */
static char *path_of(const char *where, unsigned colons, const char **rest)
{
    const char *end = where + strlen(where);

    for (colons++; end > where && colons > 0; colons--)
        for (end--; end > where && *end != ':'; end--)
            ;
    if (end == where && *where != ':') {
        *rest = where;
        return own_libc();
    }
    *rest = end + 1;
    return strndup(where, (size_t)(end - where));
}

static int failed(int code, const struct attach_kind *kind, const char *where, const char *path,
                  struct error *error)
{
    if (code == 0)
        return 0;
    return error_set(error, EXIT_TARGET, code, "cannot attach %s to %s (in %s): %s", kind->name, where,
                     path ? path : "the C library", strerror(-code));
}

int attach_uprobe(const struct attach_kind *kind, struct bpf_program *program, const char *where,
                  struct attachment *attachment, struct error *error)
{
    const char *symbol, *plus;
    OWNED_PTR char *path = path_of(where, 0, &symbol), *name = NULL;
    struct bpf_link *link;

    plus = strchr(symbol, '+');
    name = plus ? strndup(symbol, (size_t)(plus - symbol)) : strdup(symbol);
    if (!path || !name)
        return failed(-ENOENT, kind, where, path, error);
    LIBBPF_OPTS(bpf_uprobe_opts, options, .retprobe = kind->variant == 1, .func_name = name);
    link = bpf_program__attach_uprobe_opts(program, -1, path, attach_offset(where), &options);
    return failed(attachment_add_link(attachment, link), kind, where, path, error);
}

int attach_usdt(const struct attach_kind *kind, struct bpf_program *program, const char *where,
                struct attachment *attachment, struct error *error)
{
    const char *rest;
    OWNED_PTR char *path = path_of(where, 1, &rest), *provider = NULL;
    const char *name = strchr(rest, ':');
    struct bpf_link *link;

    provider = name ? strndup(rest, (size_t)(name - rest)) : NULL;
    if (!path || !provider)
        return failed(-ENOENT, kind, where, path, error);
    link = bpf_program__attach_usdt(program, -1, path, provider, name + 1, NULL);
    return failed(attachment_add_link(attachment, link), kind, where, path, error);
}
