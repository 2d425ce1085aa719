/* Latencies in microseconds, kept with a relative error of at most 1/64 whatever their number. */
#ifndef VIRTUBAR_HISTOGRAM_H
#define VIRTUBAR_HISTOGRAM_H

#include <stdint.h>

enum { HISTOGRAM_SUB_BITS = 6, HISTOGRAM_BUCKETS = 32 << HISTOGRAM_SUB_BITS };

struct histogram {
    uint64_t counts[HISTOGRAM_BUCKETS];
    uint64_t total;
    uint64_t max_us;
};

void histogram_add(struct histogram *histogram, uint64_t value_us);

/* The value below or at which `share` (0 to 1) of what was added lies; 0 when it is empty. */
uint64_t histogram_quantile(const struct histogram *histogram, double share);

#endif
