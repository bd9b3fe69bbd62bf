/* SPDX-License-Identifier: GPL-2.0 */
/* Texts between quotes, as Prometheus reads them in samples and in expressions. */
#pragma once

#include <stdio.h>

/* name="value", with what would end it escaped, and control characters as '?'. */
void watch_label(const char *name, const char *value, FILE *out);

/* A whole text in YAML's single quotes; it must have no control characters. */
void watch_yaml_quoted(const char *text, FILE *out);

/* The shortest text that gives the number back. */
void watch_number(double number, FILE *out);
