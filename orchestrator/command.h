/* SPDX-License-Identifier: GPL-2.0 */
/* The commands of the program: adding one is a function and its row in main.c. */
#pragma once

#include "base/error.h"
#include "base/interrupt.h"

/*
 * Each takes its own argv (argv[0] is the command's name), prints to stdout, and returns an exit status, or a
 * negative errno with *error filled: then main() prints the sentence and exits with error->status.
 */
int command_run(int argc, char **argv, struct interrupt *interrupt, struct error *error);
int command_micro(int argc, char **argv, struct interrupt *interrupt, struct error *error);
int command_kernels(int argc, char **argv, struct interrupt *interrupt, struct error *error);
int command_init(int argc, char **argv, struct interrupt *interrupt, struct error *error);
int command_claims(int argc, char **argv, struct interrupt *interrupt, struct error *error);
int command_selfcheck(int argc, char **argv, struct interrupt *interrupt, struct error *error);
int command_gate(int argc, char **argv, struct interrupt *interrupt, struct error *error);
int command_canary(int argc, char **argv, struct interrupt *interrupt, struct error *error);
int command_watch(int argc, char **argv, struct interrupt *interrupt, struct error *error);
int command_diff(int argc, char **argv, struct interrupt *interrupt, struct error *error);
int command_history(int argc, char **argv, struct interrupt *interrupt, struct error *error);
int command_analyse(int argc, char **argv, struct interrupt *interrupt, struct error *error);
int command_report(int argc, char **argv, struct interrupt *interrupt, struct error *error);
int command_advise(int argc, char **argv, struct interrupt *interrupt, struct error *error);
int command_explain(int argc, char **argv, struct interrupt *interrupt, struct error *error);
int command_doctor(int argc, char **argv, struct interrupt *interrupt, struct error *error);
int command_list(int argc, char **argv, struct interrupt *interrupt, struct error *error);
