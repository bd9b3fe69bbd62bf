/* SPDX-License-Identifier: GPL-2.0 */
#include "reports/page.h"
#include "reports/markdown.h"
#include "reports/text.h"

struct page page_for_text(FILE *out)
{
    struct page page = {.out = out, .options = render_options_for(out)};

    page.style = page.options.colour ? REPORT_COLOUR : REPORT_PLAIN;
    return page;
}

struct page page_for_markdown(FILE *out)
{
    return (struct page){.out = out, .markdown = true, .style = REPORT_MARKDOWN};
}

void page_headline(const struct page *page, const char *status, const char *name, const char *sentence)
{
    char verdict[64];
    unsigned used;

    report_verdict(verdict, sizeof(verdict), status, page->style);
    if (page->markdown) {
        fprintf(page->out, "## %s: ", verdict);
        markdown_text(page->out, name);
        fputs("\n\n", page->out);
        markdown_text(page->out, sentence);
        fputs("\n\n", page->out);
        return;
    }
    used = text_width(verdict) + 2;
    fprintf(page->out, "%s  ", verdict);
    text_wrap(page->out, name, used, used, page->options.width);
    fputs("  ", page->out);
    text_wrap(page->out, sentence, 2, 2, page->options.width);
}

void page_title(const struct page *page, const char *title)
{
    fprintf(page->out,
            page->markdown         ? "\n### %s\n\n"
            : page->options.colour ? "\n\033[1m%s\033[0m\n"
                                   : "\n%s\n",
            title);
}

int page_table(const struct page *page, struct table *table)
{
    int result = page->markdown ? table_print_markdown(table, page->out)
                                : table_print(table, page->out, 2, page->options.width);

    table_free(table);
    return result;
}

void page_item(const struct page *page, const char *text)
{
    if (page->markdown) {
        fputs("- ", page->out);
        markdown_text(page->out, text);
        fputc('\n', page->out);
        return;
    }
    fputs("  - ", page->out);
    text_wrap(page->out, text, 4, 4, page->options.width);
}
