/*
What the benchmarks share: time, its summary, and peers found at run time.

A figure is the best of ROUNDS, and so is the figure it is compared with; the median is beside it. In a round the
libraries take turns, so that what disturbs the machine disturbs them alike.
*/
#ifndef PEERS_H
#define PEERS_H

#define _DEFAULT_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#if defined(__GNUC__)
#define HELPER __attribute__((unused)) static
#else
#define HELPER static
#endif

enum { ROUNDS = 7 };

HELPER double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

HELPER int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

typedef struct sample { double round[ROUNDS], best, median; } sample;

HELPER void summarize(sample *s)
{
    double sorted[ROUNDS];
    memcpy(sorted, s->round, sizeof sorted);
    qsort(sorted, ROUNDS, sizeof *sorted, ascending);
    s->best = sorted[0];
    s->median = sorted[ROUNDS / 2];
}

/* Distributions build these libraries without knowledge of newer processors, on which they fall back to slow code;
   here they are told to use their AVX-512 kernels. */
HELPER void choose_peer_kernels(void)
{
#if defined(__GNUC__) && defined(__x86_64__)
    if (!__builtin_cpu_supports("avx512f")) return;
    setenv("OPENBLAS_CORETYPE", "SKYLAKEX", 0);
    setenv("BLIS_ARCH_TYPE", "skx", 0);
#endif
}

HELPER void *open_library(const char *const *names)
{
    void *handle = NULL;
    for (; *names && !handle; names++) handle = dlopen(*names, RTLD_NOW | RTLD_LOCAL);
    return handle;
}

typedef void (*function)(void);
HELPER function find(void *handle, const char *symbol)
{
    function f = NULL;
    void *address = handle ? dlsym(handle, symbol) : NULL;
    memcpy(&f, &address, sizeof f);
    return f;
}

#endif
