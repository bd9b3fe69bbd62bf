/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

/*
 * Instructions of the machine code that the kernel has made of a program, all its functions together. 0;
 * -ENODATA when it is not compiled, or hidden from us; -EOPNOTSUPP for a processor whose instructions we
 * can't tell apart; another -errno.
 */
int machine_code_count(int program_fd, unsigned *instructions);
