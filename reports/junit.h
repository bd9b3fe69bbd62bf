/* SPDX-License-Identifier: GPL-2.0 */
/*
 * JUnit XML, as Jenkins, GitLab and the actions of GitHub read it (docs/schema/junit.xsd). One document is
 * one <testsuite>: a case for each metric with a budget, and one for the measurement itself. It is green
 * exactly where the exit status is 0. Several suites go between junit_begin() and junit_end():
 *
 *     struct junit_counts sum = {0};
 *     junit_count(&sum, document);      for each
 *     junit_begin(&sum, out);
 *     junit_suite(document, NULL, out); for each
 *     junit_end(out);
 */
#pragma once

#include <jansson.h>
#include <stdio.h>

struct junit_counts {
    unsigned tests, failures, errors, skipped;
    double seconds;
};

/* Adds what the suite of this document will hold. */
void junit_count(struct junit_counts *sum, const json_t *document);

enum junit_outcome {
    JUNIT_PASSED,
    JUNIT_FAILED,
    JUNIT_ERROR,
    JUNIT_SKIPPED,
};

/* A case that no document of a run has. `type` is one word ("target", "budget"), the message is for people.
 */
struct junit_case {
    const char *name;
    enum junit_outcome outcome;
    const char *type, *message;
};

#define JUNIT_MEASUREMENT "the measurement itself" /* no metric has blanks in its name */

/* Adds a suite of junit_cases(). */
void junit_count_cases(struct junit_counts *sum, const struct junit_case *cases, unsigned count);

void junit_begin(const struct junit_counts *sum, FILE *out);
/*
 * `name`: of the suite and, behind "tracetoll.", the class of its cases; NULL: target, workload and topology.
 * 0, or -ENOMEM.
 */
int junit_suite(const json_t *document, const char *name, FILE *out);
/* A suite of cases that are given, as of a run that gave no document. */
void junit_cases(const char *name, const struct junit_case *cases, unsigned count, FILE *out);
void junit_end(FILE *out);
