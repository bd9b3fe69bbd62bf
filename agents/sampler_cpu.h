/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

/* Idle source of an opened sampler_cpu. */
const char *sampler_cpu_idle_source(const void *state);
