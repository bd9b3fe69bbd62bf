/* SPDX-License-Identifier: GPL-2.0 */
/* What the trial and the documents share: values that JSON can't hold, and input that can't be trusted. */
#pragma once

#include "base/error.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#define JSONIO_DEPTH_MAX 24

/* 17 significant digits give every double back bit for bit (IEEE 754-2008, 5.12.2). */
#define JSONIO_DUMP_FLAGS (JSON_COMPACT | JSON_REAL_PRECISION(17) | JSON_ENCODE_ANY)

/* For CLEANUP(): gives up a reference; NULL is allowed. */
void jsonio_drop(json_t **json);
/* A number, or null where it is not finite: unknown is never 0. NULL without memory. */
json_t *jsonio_number(double number);
/* A string; bytes that are not UTF-8 become '?', NULL text becomes null. NULL without memory. */
json_t *jsonio_text(const char *text);
/* An array of texts from a NULL-terminated list; NULL counts as an empty one. NULL without memory. */
json_t *jsonio_texts(char *const *texts);
/* {"estimate", "low", "high"}, what is not finite as null. NULL without memory. */
json_t *jsonio_interval(double estimate, double low, double high);
/* Replaces bytes that are not UTF-8 in place. */
void jsonio_repair_text(char *text);

/* NaN for null, missing and anything that is not a number. `object` may be NULL. */
double jsonio_get_number(const json_t *object, const char *key);
/* A number of somebody's as a whole one: 0 for NaN and below, at most 2^53, where numbers stop to be exact.
 */
json_int_t jsonio_whole(double number);
/* Whole number from 0 to `high`; 0 or -EINVAL. */
int jsonio_get_u64(const json_t *object, const char *key, uint64_t high, uint64_t *number);

/*
 * Parses one JSON object from somewhere else: depth at most JSONIO_DEPTH_MAX, a key twice is an error. New
 * reference, or NULL with a sentence (EXIT_USAGE; -ENOMEM is not told apart).
 */
json_t *jsonio_parse_object(const char *text, size_t length, struct error *error);
