/* SPDX-License-Identifier: GPL-2.0 */
/* What every cmocka file needs in front; cmocka's own header asks for these four includes. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
