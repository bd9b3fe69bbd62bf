/* SPDX-License-Identifier: GPL-2.0 */
/* What host and guest agree on; read by the guest's init, too. */
#pragma once

/*
 * GUEST_CONFIG: records "key=value", each ended by a 0 byte, done in this order by the guest's init:
 *   module=PATH       loaded, in their order
 *   root=host         the host's root over virtiofs under a tmpfs; without it, the initramfs is the root
 *   link=TARGET:PATH  a symbolic link that the guest's root lacks
 *   settle_ms=N       to wait before the command, idle
 *   environment=K=V   directory=PATH   argument=WORD (repeated: the command)
 */
#define GUEST_CONFIG   "/lab/config"
#define GUEST_MODULES  "/lab/modules"
#define GUEST_PROGRAMS "/usr/bin/" /* ours and, beside it, its helpers */
#define GUEST_PROGRAM  "/usr/bin/tracetoll"
#define GUEST_DOCUMENT "/run/lab/document.json"              /* what the command leaves there comes back */
#define GUEST_READY    "tracetoll-lab: the command starts\n" /* on the console */
#define GUEST_CONSOLE  "/dev/ttyS0"
#define GUEST_CHANNEL  "/dev/ttyS1"
#define GUEST_ROOT_TAG "root" /* of the virtiofs device */

/* Names of the frames that come back, before FRAME_END. */
#define FRAME_STATUS   "status" /* "exit STATUS taint N", STATUS 128 + n for a signal */
#define FRAME_OUTPUT   "output"
#define FRAME_ERRORS   "errors"
#define FRAME_DOCUMENT "document" /* only when there is one */
#define FRAME_KERNEL   "kernel"   /* the kernel's log, only when it is tainted by a warning or an oops */
