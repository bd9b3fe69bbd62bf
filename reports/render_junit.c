/* SPDX-License-Identifier: GPL-2.0 */
#include "reports/junit.h"
#include "reports/renderer.h"

#include <errno.h>

static int render(const json_t *document, const struct render_options *options, FILE *out)
{
    struct junit_counts sum = {0};
    int result;

    (void)options;
    junit_count(&sum, document);
    junit_begin(&sum, out);
    result = junit_suite(document, NULL, out);
    junit_end(out);
    return result == 0 && ferror(out) ? -EIO : result;
}

const struct renderer renderer_junit = {
    .name = "junit",
    .summary = "JUnit XML for a pipeline: a case for each budget, and one for the measurement",
    .media_type = "application/xml",
    .render = render,
};
