/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

/* Prints attach types and operations of `run --probe` to stdout: what works here, and why the rest does not.
 */
void list_probes(void);
