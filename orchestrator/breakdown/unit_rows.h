/* SPDX-License-Identifier: GPL-2.0 */
/* Which row of `micro attach` says what getting to a program costs. Adding an attach point is a row here. */
#pragma once

struct unit_row {
    const char *name, *variant; /* of the row */
};

/* For an attach point as the inventory writes it ("kprobe:vfs_read", the first of several); NULL: none is
 * known. */
const struct unit_row *unit_row_of(const char *attach);
