/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "base/error.h"
#include "bpf/spec.h"

#include "bpf/probe.skel.h"

/*
 * Loads the one program that the probe asks for, with its operations as constants and its maps filled; not
 * attached. *skeleton is the caller's, destroyed with probe_bpf__destroy(), also after a failure. 0, or
 * -errno with a sentence.
 */
int probe_skeleton_load(struct probe_bpf **skeleton, const struct probe_spec *spec, const char *where,
                        uint32_t consumer_tgid, struct error *error);
