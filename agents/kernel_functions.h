/* SPDX-License-Identifier: GPL-2.0 */
/* Functions of the kernel that BTF knows, and fentry can take. */
#pragma once

#include <stdbool.h>

struct btf;

/* Read when it is first asked; a zeroed one is not read yet. */
struct kernel_functions {
    struct btf *btf;
    bool tried;
};

/* `text` begins with the name, which ends at the first character that is none of a name's. False, too, where
 * the kernel has no BTF. */
bool kernel_functions_has(struct kernel_functions *functions, const char *text);
void kernel_functions_close(struct kernel_functions *functions);
