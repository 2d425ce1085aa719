#include "histogram.h"

enum { SUB = 1 << HISTOGRAM_SUB_BITS };

/* Values under SUB have a bucket each; above, each power of two is cut into SUB equal parts. */
static unsigned bucket_of(uint64_t value)
{
    if (value < SUB)
        return (unsigned)value;
    if (value > UINT32_MAX >> 2)
        value = UINT32_MAX >> 2;
    unsigned shift = 63u - (unsigned)__builtin_clzll(value) - HISTOGRAM_SUB_BITS;
    return ((shift + 1) << HISTOGRAM_SUB_BITS) + (unsigned)((value >> shift) - SUB);
}

/* The largest value of a bucket: a quantile is never flattered. */
static uint64_t ceiling_of(unsigned bucket)
{
    if (bucket < SUB)
        return bucket;
    unsigned shift = (bucket >> HISTOGRAM_SUB_BITS) - 1;
    uint64_t floor_value = (uint64_t)(SUB + (bucket & (SUB - 1))) << shift;
    return floor_value + ((uint64_t)1 << shift) - 1;
}

void histogram_add(struct histogram *histogram, uint64_t value_us)
{
    histogram->counts[bucket_of(value_us)]++;
    histogram->total++;
    if (value_us > histogram->max_us)
        histogram->max_us = value_us;
}

uint64_t histogram_quantile(const struct histogram *histogram, double share)
{
    double wanted = share * (double)histogram->total;
    uint64_t seen = 0;
    for (unsigned bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
        seen += histogram->counts[bucket];
        if (histogram->counts[bucket] && (double)seen >= wanted)
            return ceiling_of(bucket) < histogram->max_us ? ceiling_of(bucket) : histogram->max_us;
    }
    return histogram->max_us;
}
