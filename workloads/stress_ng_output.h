/* SPDX-License-Identifier: GPL-2.0 */
/* Reading what `stress-ng --yaml` writes. Pure: text in, numbers out. */
#pragma once

#include <stddef.h>

#define STRESS_NG_STRESSORS_MAX 8

struct stress_ng_metric {
    char stressor[32];
    double bogo_operations, wall_s, user_s, system_s;
};

struct stress_ng_result {
    struct stress_ng_metric metrics[STRESS_NG_STRESSORS_MAX];
    unsigned count;
};

/* 0, or -EINVAL with what is wrong in `why`. */
int stress_ng_parse(const char *text, size_t length, struct stress_ng_result *result, char *why, size_t size);
