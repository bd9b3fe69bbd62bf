/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

extern const char *const tracetoll_version;  /* "0.1.0" */
extern const char *const tracetoll_revision; /* git describe of the source it was built from */
extern const char *const tracetoll_cflags;   /* compiler flags */
