/* SPDX-License-Identifier: GPL-2.0 */
#include "base/version.h"

const char *const tracetoll_version = TT_VERSION;
const char *const tracetoll_revision = TT_REVISION;
const char *const tracetoll_cflags = TT_CFLAGS;
