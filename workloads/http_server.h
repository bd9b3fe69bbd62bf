/* SPDX-License-Identifier: GPL-2.0 */
/* A small HTTP/1.1 server: connections stay, every request gets the same reply. */
#pragma once

#include "workloads/generator.h"

/* A generator's server; never comes back but with a negative errno, after generator_fail(). */
int http_serve(struct generator *generator, size_t body_bytes);
