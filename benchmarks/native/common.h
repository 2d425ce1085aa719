/* What the floor and the load generator share: clocks, failing, sockets. */
#ifndef VIRTUBAR_COMMON_H
#define VIRTUBAR_COMMON_H

#include <stddef.h>
#include <stdint.h>

/* CLOCK_MONOTONIC: the same clock for every process of the machine. */
uint64_t now_ns(void);

/* Milliseconds since the Unix epoch, as envelopes carry them. */
int64_t wall_ms(void);

/* Print one sentence on stderr and exit 1: a benchmark that went wrong measures nothing. */
void die(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* calloc that does not return NULL. */
void *must_calloc(size_t count, size_t size);

/* realloc that does not return NULL. */
void *must_realloc(void *block, size_t size);

void set_nonblocking(int fd);
void set_nodelay(int fd);

/* A timerfd that fires every period_ns, first after one period. */
int periodic_timer(uint64_t period_ns);

#endif
