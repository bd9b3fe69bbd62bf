/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What this machine can measure and what not, found by trying. Each check is one row of doctor_table[];
 * adding one is a function and its row. Probes leave nothing behind: whatever they make hangs on a descriptor
 * that is closed.
 */
#pragma once

#include <jansson.h>
#include <stdio.h>

enum finding_status { FINDING_OK, FINDING_DEGRADED, FINDING_UNSUPPORTED };

/* Sentences without a full stop, for people. */
struct finding {
    enum finding_status status;
    char detail[320]; /* what was found */
    char reason[320]; /* why it is not as it could be; "" when ok */
    char remedy[320]; /* what would help; "" when ok */
};

struct doctor_check {
    const char *group;
    const char *name; /* unique; what a plan asks for ("kprobe", "xdp", "pmu") */
    const char *summary;
    void (*run)(const struct doctor_check *check, struct finding *finding);
    const void *argument; /* of run; may be NULL */
};

extern const struct doctor_check doctor_table[]; /* ended by a NULL name */

/* Runs one check by name; NULL when there is no such check. Takes milliseconds ("load": 0.3 s). */
const struct doctor_check *doctor_check_one(const char *name, struct finding *finding);

/*
 * {"schema": "tracetoll.doctor/1", "checks": [{"group", "name", "status", "detail", "reason", "remedy"}...]},
 * reason and remedy null where there is none. The caller owns it; NULL when out of memory.
 */
json_t *doctor_run(void);
/* The same as an aligned table. */
void doctor_print(FILE *file, const json_t *report);

/* For the checks: fill *finding. */
void finding_ok(struct finding *finding, const char *format, ...) __attribute__((format(printf, 2, 3)));
void finding_set(struct finding *finding, enum finding_status status, const char *reason, const char *remedy,
                 const char *format, ...) __attribute__((format(printf, 5, 6)));
