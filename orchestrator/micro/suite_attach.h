/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "orchestrator/micro/triggers.h"

struct attach_kind;

struct attach_row {
    const char *kind; /* of bpf/attach_kinds.c; NULL: nothing attached, the bare trigger */
    const char *where;
    const struct trigger *trigger;
    const char *variant; /* "" : the plain one */
    const char *ops;     /* of the program, as in a probe's SPEC; NULL: it is empty */
};
