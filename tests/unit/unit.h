/* SPDX-License-Identifier: GPL-2.0 */
/* What every cmocka file needs in front; cmocka's own header asks for these four includes. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* Simulations have as many runs less where each takes fifty times as long (make valgrind). */
#ifndef TRIALS_DIVIDED
#define TRIALS_DIVIDED 1
#endif
