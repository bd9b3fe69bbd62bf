/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where gcc's analyzer (make analyze) is wrong, and a comment says why: what stands between these two may
 * "leak". gcc 12 loses sight of a pointer that was stored in an element of an array, that another function
 * took, or that assembler saw.
 */
#pragma once

#ifdef __clang__ /* which does not know the warning */
#define LEAKS_UNSEEN
#define LEAKS_SEEN
#else
#define LEAKS_UNSEEN                                                                                         \
    _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wanalyzer-malloc-leak\"")
#define LEAKS_SEEN _Pragma("GCC diagnostic pop")
#endif
