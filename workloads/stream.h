/* SPDX-License-Identifier: GPL-2.0 */
/* The server's side of TCP loads. 0 or a negative errno. */
#pragma once

#include "workloads/endpoint.h"
#include "workloads/generator.h"

/* A listening socket at the place's server address; its port goes to the client. */
int stream_listen(struct generator *generator);

/* All of it; -ECONNRESET at the end of the stream. */
int stream_receive(int fd, char *buffer, size_t size);
int stream_send(int fd, const char *buffer, size_t size);
