/* SPDX-License-Identifier: GPL-2.0 */
/* Injected tail: three events in a hundred are 200 us late. The 99th percentile has to show it, the median
 * must not. */
#include "orchestrator/own_run.h"
#include "orchestrator/selfcheck/selfcheck.h"
#include "reports/document.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

int truth_tail(const struct selfcheck *selfcheck, struct truth *truth, struct error *error)
{
    static const char *const arguments[] = {"--quads",
                                            "10",
                                            "--steady",
                                            "0",
                                            "-w",
                                            "syscall,call=getpid",
                                            "--no-emergency-stop",
                                            "--budget",
                                            "latency.p99=1000%",
                                            "--probe",
                                            "raw_tp@sys_enter+spin_tail:200us",
                                            NULL};
    json_t *document;
    double p50, p99;
    bool flagged;
    int code;

    selfcheck->progress("injected tail", 0, 1);
    code = own_run(arguments, selfcheck->interrupt, &document, error);
    if (code)
        return code;
    p50 = document_number(document_metric(document, "latency.p50"), "absolute.estimate");
    p99 = document_number(document_metric(document, "latency.p99"), "absolute.estimate");
    flagged = strcmp(document_text(document_metric(document, "latency.p99"), "verdict"), "fail") == 0;
    snprintf(truth->expected, sizeof(truth->expected),
             "3 %% of system calls 200 us late: p99 breaks its budget and moves by 180 to 260 us, p50 by "
             "less than 1 us");
    snprintf(truth->seen, sizeof(truth->seen), "p99 %s, %+.0f us; p50 %+.2f us",
             flagged ? "FAIL" : "not flagged", p99 / 1e3, p50 / 1e3);
    truth->holds = flagged && p99 >= 180e3 && p99 <= 260e3 && fabs(p50) < 1e3;
    json_decref(document);
    return 0;
}
