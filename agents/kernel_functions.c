/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/kernel_functions.h"

#include <bpf/btf.h>
#include <ctype.h>
#include <stdio.h>

bool kernel_functions_has(struct kernel_functions *functions, const char *text)
{
    char name[128];
    int length = 0;

    if (!functions->tried)
        functions->btf = btf__load_vmlinux_btf();
    functions->tried = true;
    while (isalnum((unsigned char)text[length]) || text[length] == '_')
        length++;
    snprintf(name, sizeof(name), "%.*s", length, text);
    return functions->btf && btf__find_by_name_kind(functions->btf, name, BTF_KIND_FUNC) > 0;
}

void kernel_functions_close(struct kernel_functions *functions)
{
    btf__free(functions->btf);
}
