/* SPDX-License-Identifier: GPL-2.0 */
/* Which modules a guest loads, and in which order: from modules.dep and modules.builtin of its kernel. */
#pragma once

#include <stddef.h>

struct module_list {
    char **paths; /* owned, below the directory: "kernel/net/ipv4/udp_tunnel.ko.xz" */
    size_t count;
};

void module_list_free(struct module_list *list);

/*
 * Adds `name` ("nf_conntrack") with what it depends on, those first. `dependencies` is the text of
 * modules.dep, `builtin` of modules.builtin. 0 when it is in the list or built in; -ENOENT when this kernel
 * has no such module; -ENOMEM.
 */
int module_list_add(struct module_list *list, const char *dependencies, const char *builtin,
                    const char *name);

/* What writes a module plain for `-dc FILE`, by its name's ending: "xz", "zstd", "gzip". "": it is plain.
 * NULL: nobody knows. */
const char *module_unpacker(const char *path);
