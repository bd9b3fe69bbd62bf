/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/sampler.h"

/* The order is that of the reads at each edge. */
const struct sampler_ops *const sampler_table[] = {
    &sampler_cpu,     &sampler_cgroup, &sampler_harness,  &sampler_network, &sampler_qdisc, &sampler_udp,
    &sampler_softirq, &sampler_memory, &sampler_pressure, &sampler_wakeups, &sampler_pmu,   NULL,
};
