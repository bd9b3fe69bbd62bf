/* SPDX-License-Identifier: GPL-2.0 */
#include "reports/html/svg.h"
#include "reports/html/markup.h"

void svg_begin(const struct svg *svg, unsigned height, const char *title, const char *description)
{
    FILE *out = svg->out;

    fprintf(out,
            "<svg class=\"plot\" width=\"100%%\" height=\"%u\" role=\"img\" aria-labelledby=\"t%u d%u\">"
            "<title id=\"t%u\">",
            height, svg->number, svg->number, svg->number);
    html_text(out, title);
    fprintf(out, "</title><desc id=\"d%u\">", svg->number);
    html_text(out, description);
    fputs("</desc>\n", out);
}

void svg_end(const struct svg *svg)
{
    fputs("</svg>\n", svg->out);
}

void svg_line(const struct svg *svg, const char *class, double x1, double y1, double x2, double y2)
{
    fprintf(svg->out, "<line class=\"%s\" x1=\"%.2f%%\" y1=\"%.1f\" x2=\"%.2f%%\" y2=\"%.1f\"/>\n", class,
            x1 * 100, y1, x2 * 100, y2);
}

void svg_rect(const struct svg *svg, const char *class, double x, double y, double width, double height)
{
    fprintf(svg->out, "<rect class=\"%s\" x=\"%.2f%%\" y=\"%.1f\" width=\"%.2f%%\" height=\"%.1f\"/>\n",
            class, x * 100, y, width * 100, height);
}

void svg_text(const struct svg *svg, const char *class, const char *anchor, double x, double y,
              const char *text)
{
    fprintf(svg->out, "<text class=\"%s\" text-anchor=\"%s\" x=\"%.2f%%\" y=\"%.1f\">", class, anchor,
            x * 100, y);
    html_text(svg->out, text);
    fputs("</text>\n", svg->out);
}

void svg_mark(const struct svg *svg, const char *mark, double x, double y, const char *title)
{
    fprintf(svg->out, "<use class=\"mark %s\" href=\"#mark-%s\" x=\"%.2f%%\" y=\"%.1f\">", mark, mark,
            x * 100, y);
    if (title)
        html_element(svg->out, "title", "", title);
    fputs("</use>\n", svg->out);
}

void svg_x_axis(const struct svg *svg, const struct axis *axis, double top, double bottom, bool relative,
                const char *unit)
{
    double ticks[AXIS_TICKS_MAX];
    size_t count = axis_ticks(axis, 4, unit, ticks);
    char text[64];

    for (size_t i = 0; i < count; i++) {
        double x = axis_place(axis, ticks[i]);

        svg_line(svg, "grid", x, top, x, bottom);
        svg_text(svg, "tick",
                 x < 0.08   ? "start"
                 : x > 0.92 ? "end"
                            : "middle",
                 x, bottom + 15, axis_label(text, sizeof(text), axis, ticks[i], relative, unit));
    }
}

void svg_y_axis(const struct svg *svg, const struct axis *axis, double top, double bottom, const char *unit)
{
    double ticks[AXIS_TICKS_MAX];
    size_t count = axis_ticks(axis, 4, unit, ticks);
    char text[64];

    for (size_t i = 0; i < count; i++) {
        double y = bottom - axis_place(axis, ticks[i]) * (bottom - top);

        svg_line(svg, "grid", 0, y, 1, y);
        svg_text(svg, "tick", "start", 0, y - 4, axis_label(text, sizeof(text), axis, ticks[i], false, unit));
    }
}

void svg_marks(FILE *out)
{
    fputs("<svg class=\"marks\" width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>"
          "<circle id=\"mark-off\" r=\"4\"/>"
          "<rect id=\"mark-on\" x=\"-4\" y=\"-4\" width=\"8\" height=\"8\"/>"
          "<path id=\"mark-second\" d=\"M0-6 6 0 0 6-6 0Z\"/>"
          "<path id=\"mark-bad\" d=\"M-4-4 4 4M-4 4 4-4\"/>"
          "<path id=\"mark-beyond\" d=\"M-5 3 0-6 5 3Z\"/>"
          "</defs></svg>\n",
          out);
}

void svg_legend(FILE *out, const char *mark, const char *text)
{
    fprintf(out,
            "<li><svg width=\"16\" height=\"14\" aria-hidden=\"true\"><use class=\"mark %s\" "
            "href=\"#mark-%s\" x=\"8\" y=\"7\"/></svg> ",
            mark, mark);
    html_text(out, text);
    fputs("</li>\n", out);
}
