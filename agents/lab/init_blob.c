/* SPDX-License-Identifier: GPL-2.0 */
/* One binary: the guest's init travels inside it. */
#include "agents/lab/init_blob.h"

__asm__(".pushsection .rodata\n"
        "lab_init_start:\n"
        ".incbin \"" TT_GUEST_INIT "\"\n"
        "lab_init_end:\n"
        ".popsection\n");

extern const char lab_init_start[], lab_init_end[];

const void *lab_init(size_t *size)
{
    *size = (size_t)(lab_init_end - lab_init_start);
    return lab_init_start;
}
