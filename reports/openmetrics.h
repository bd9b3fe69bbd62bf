/* SPDX-License-Identifier: GPL-2.0 */
/* Units of the document as monitoring knows them: base units, spelled out, at the end of a metric's name. */
#pragma once

struct openmetrics_unit {
    const char *unit;   /* of the document */
    const char *suffix; /* behind the metric's name; "": none */
    double factor;
};

/* NULL for a unit that is not known here. */
const struct openmetrics_unit *openmetrics_unit(const char *unit);
