/* SPDX-License-Identifier: GPL-2.0 */
#include "base/cleanup.h"
#include "reports/junit.h"
#include "reports/junit_comparison.h"
#include "reports/renderer.h"
#include "reports/subject.h"

#include <errno.h>

static int print_comparison(const json_t *document, const struct junit_comparison *comparison, FILE *out)
{
    OWNED_PTR char *name = subject(document);

    if (!name)
        return -ENOMEM;
    junit_comparison_suite(name, comparison, out);
    return 0;
}

static int render(const json_t *document, const struct render_options *options, FILE *out)
{
    struct junit_counts sum = {0};
    int result;

    junit_count(&sum, document);
    if (options->comparison)
        junit_comparison_count(&sum, options->comparison);
    junit_begin(&sum, out);
    result = junit_suite(document, NULL, out);
    if (result == 0 && options->comparison)
        result = print_comparison(document, options->comparison, out);
    junit_end(out);
    return result == 0 && ferror(out) ? -EIO : result;
}

const struct renderer renderer_junit = {
    .name = "junit",
    .summary = "JUnit XML for a pipeline: a case for each budget, and one for the measurement",
    .media_type = "application/xml",
    .render = render,
};
