/* SPDX-License-Identifier: GPL-2.0 */
/* What a gate can be printed as. */
#include "orchestrator/gate/gate.h"
#include "orchestrator/page_formats.h"

static const struct page_format formats[] = {
    {"text", true, gate_print_text},    {"markdown", true, gate_print_markdown},
    {"md", true, gate_print_markdown},  {"json", false, gate_print_json},
    {"junit", false, gate_print_junit}, {NULL, false, NULL},
};

int gate_formats_check(const char *format, struct error *error)
{
    return page_formats_check(formats, format, error);
}

int gate_formats_write(const struct gate_options *options, const json_t *document, struct error *error)
{
    static const char *const text[] = {"text"};

    return page_formats_write(formats, options->format_count ? options->formats : text,
                              options->format_count ? options->format_count : !options->quiet, options->lang,
                              document, error);
}
