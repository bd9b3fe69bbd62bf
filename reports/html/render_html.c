/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One file that needs nothing else: no script, no network, plots as inline SVG of our own. The page's own
 * policy forbids the rest, should some text of a document ever get through as markup.
 */
#include "base/cleanup.h"
#include "base/i18n.h"
#include "reports/document.h"
#include "reports/html/chapters.h"
#include "reports/html/markup.h"
#include "reports/html/style.h"
#include "reports/renderer.h"
#include "reports/text.h"

#include <errno.h>

static int (*const chapters[])(struct html_page *page) = {
    html_head,   html_effects, html_versus, html_timeline, html_latency,     html_cost,   html_breakdown,
    html_memory, html_trust,   html_advice, html_programs, html_environment, html_repeat,
};

static void print_begin(const struct html_page *page)
{
    const json_t *document = page->document;
    FILE *out = page->out;

    fprintf(out, "<!DOCTYPE html>\n<html lang=\"%s\">\n", i18n_language());
    fputs("<head>\n<meta charset=\"utf-8\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
          "'unsafe-inline'\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"color-scheme\" content=\"light dark\">\n<title>",
          out);
    /* xgettext: the target, and the load that it was measured under */
    html_textf(out, _("%s on %s"),
               document_text_or(document, "target.argv.0", document_text(document, "target.kind")),
               document_text_or(document, "workload.text", _("an unknown workload")));
    fputs("</title>\n<style>\n", out);
    fputs(html_style, out);
    fputs("</style>\n</head>\n<body>\n<main>\n", out);
    svg_marks(out);
}

static void print_end(const struct html_page *page)
{
    const json_t *document = page->document;
    FILE *out = page->out;

    fputs("<footer>", out);
    html_textf(out, _("Measured by %s %s (%s), %s."), document_text_or(document, "tool.name", "tracetoll"),
               document_text(document, "tool.version"),
               document_text_or(document, "tool.revision", _("unknown revision")),
               document_text_or(document, "time.started", _("at an unknown time")));
    fputs("</footer>\n</main>\n</body>\n</html>\n", out);
}

struct svg html_figure_begin(struct html_page *page)
{
    fputs("<figure>\n", page->out);
    return (struct svg){page->out, ++page->figures};
}

void html_figure_end(const struct svg *svg, const char *caption)
{
    if (caption[0])
        html_element(svg->out, "figcaption", "", caption);
    fputs("</figure>\n", svg->out);
}

static int print_side(struct html_page *page, const json_t *side, const char *path,
                      int (*print)(struct html_page *page, const json_t *side), const char *lacking)
{
    if (!path || document_at(side, path))
        return print(page, side);
    html_element(page->out, "p", "", lacking);
    return 0;
}

int html_sides(struct html_page *page, const char *path,
               int (*print)(struct html_page *page, const json_t *side), const char *lacking)
{
    const json_t *versus = document_at(page->document, "versus");
    int first, second;

    if (!versus)
        return print_side(page, page->document, path, print, lacking);
    html_element(page->out, "h3", "", _("First target"));
    first = print_side(page, page->document, path, print, lacking);
    html_element(page->out, "h3", "", _("Second target"));
    fputs("<div class=\"side-second\">\n", page->out);
    second = print_side(page, versus, path, print, lacking);
    fputs("</div>\n", page->out);
    return first ? first : second;
}

static int print_page(struct html_page *page)
{
    int result = 0;

    print_begin(page);
    for (size_t i = 0; i < ARRAY_SIZE(chapters) && result == 0; i++)
        result = chapters[i](page);
    print_end(page);
    return result ? result : ferror(page->out) ? -EIO : 0;
}

static int render(const json_t *document, const struct render_options *options, FILE *out)
{
    json_t *copy = text_translated(document); /* its blocks are read apart */
    struct html_page page = {.out = out, .document = copy};
    int result = copy ? html_blocks_read(&page.blocks, document) : -ENOMEM;

    (void)options;
    if (result == 0) {
        result = print_page(&page);
        html_blocks_free(&page.blocks);
    }
    json_decref(copy);
    return result;
}

const struct renderer renderer_html = {
    .name = "html",
    .summary = "a page with plots, in one file that needs no network",
    .media_type = "text/html; charset=utf-8",
    .translated = true,
    .render = render,
};
