/* SPDX-License-Identifier: GPL-2.0 */
/* tracetoll advise */
#include "orchestrator/advice/advice.h"
#include "orchestrator/command.h"
#include "orchestrator/options.h"
#include "base/i18n.h"
#include "base/cleanup.h"
#include "reports/document.h"
#include "reports/jsonio.h"
#include "reports/renderer.h"
#include "reports/report_tables.h"
#include "reports/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define TEXT_MAX_BYTES 400

struct advise_options {
    const char *min_kernel, *lang;
    bool json;
};

OPTIONS_FLAG(struct advise_options, json)
OPTIONS_LANG(struct advise_options)

static int set_min_kernel(void *options, const char *value, struct error *error)
{
    unsigned version;

    if (kernel_version_parse(value, &version) != 0)
        return error_set(error, EXIT_USAGE, -EINVAL, "--min-kernel %s: write a version, for example 4.19",
                         value);
    ((struct advise_options *)options)->min_kernel = value;
    return 0;
}

static const struct option_spec specs[] = {
    {"min-kernel", 0, "VERSION", "leave out what kernels from this one on don't all have", set_min_kernel},
    {"json", 0, NULL, "print a document instead of a table", set_json},
    OPTIONS_LANG_ROW,
};

static const struct command_help help = {
    "tracetoll advise [OPTIONS] RESULT.json",
    "Prints what would make the tool cheaper, with what each saves on the machine of the run (per operation) "
    "and\n"
    "the evidence. A tool that was measured without a breakdown gets no advice.",
};

static int print_one(struct table *table)
{
    struct render_options options = render_options_for(stdout);
    int result = table_print(table, stdout, 2, options.width);

    table_free(table);
    return result;
}

static int print_tables(const json_t *advice)
{
    const json_t *sampling = report_sampling(advice);
    struct table table;
    int result;

    printf("%s\n\n", _("What would make it cheaper, per operation"));
    report_advice_table(&table, advice);
    result = print_one(&table);
    if (result || !sampling)
        return result;
    printf("\n%s\n\n", _("What it would cost with fewer events, per operation"));
    report_sampling_table(&table, sampling);
    return print_one(&table);
}

static int print_advice(const json_t *document, const json_t *advice, const char *lang)
{
    CLEANUP(i18n_end) struct i18n_scope scope = i18n_begin(lang);
    CLEANUP(jsonio_drop) json_t *harmless = text_harmless(advice, TEXT_MAX_BYTES);

    if (!harmless)
        return -ENOMEM;
    if (json_array_size(harmless) == 0 && !json_is_object(json_object_get(document, "breakdown"))) {
        puts(_("No advice: this document has no breakdown, so it is not known where the cost comes from."));
        return 0;
    }
    if (json_array_size(harmless) == 0) {
        /* xgettext:no-c-format */
        puts(_("No advice: none of the rules finds anything that would save as much as 1 % of this cost."));
        return 0;
    }
    return print_tables(harmless);
}

static int print_json(json_t *advice)
{
    CLEANUP(jsonio_drop) json_t *list = json_pack("{s:O}", "advice", advice);

    return list ? document_print(list, stdout) : -ENOMEM;
}

int command_advise(int argc, char **argv, struct interrupt *interrupt, struct error *error)
{
    struct advise_options options = {0};
    CLEANUP(jsonio_drop) json_t *document = NULL, *advice = NULL;
    const char *file;
    unsigned count;
    int result =
        options_parse_words(specs, ARRAY_SIZE(specs), &help, &options, argc, argv, &file, 1, &count, error);

    (void)interrupt;
    if (result)
        return result > 0 ? EXIT_MEASURED : result;
    if (count == 0)
        return error_set(error, EXIT_USAGE, -EINVAL, "give one result document; usage: %s", help.usage);
    result = document_read(file, &document, error);
    if (result)
        return result;
    /* Documents of versions before this have none. */
    if (!json_is_array(json_object_get(document, "advice")))
        json_object_set_new(document, "advice", json_array());
    advice = options.min_kernel ? advice_for_kernel(json_object_get(document, "advice"), options.min_kernel)
                                : json_incref(json_object_get(document, "advice"));
    result = options.json ? print_json(advice) : print_advice(document, advice, options.lang);
    return result ? error_set(error, EXIT_ENVIRONMENT, result, "cannot print: %s", strerror(-result))
                  : EXIT_MEASURED;
}
