/* SPDX-License-Identifier: GPL-2.0 */
#include "reports/document.h"
#include "reports/renderer.h"

static int render(const json_t *document, const struct render_options *options, FILE *out)
{
    (void)options;
    return document_print(document, out);
}

const struct renderer renderer_json = {
    .name = "json",
    .summary = "the result document itself (docs/schema/result-1.json)",
    .media_type = "application/json",
    .render = render,
};
