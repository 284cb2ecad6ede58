/* The library as the tests link it: with memory that is counted and can be made to fail. */
#include <stddef.h>
#include <stdlib.h>

long memory_live, memory_allocations, memory_bytes, memory_fail_at;
size_t memory_most = (size_t)-1;

static void *counted_malloc(size_t bytes)
{
    void *p;
    if (memory_fail_at > 0 && --memory_fail_at == 0) {
        memory_fail_at = 1;
        return NULL;
    }
    if (bytes > memory_most) return NULL;
    p = malloc(bytes);
    if (p) memory_live++, memory_allocations++, memory_bytes += (long)bytes;
    return p;
}

static void counted_free(void *p)
{
    if (p) memory_live--;
    free(p);
}

#define DMF_MALLOC(bytes) counted_malloc(bytes)
#define DMF_FREE(p) counted_free(p)
#define DMF_IMPLEMENTATION
#include "../dmf.h"

/* Inner functions, with arguments that no public one gives them. */
dmf_status ql_within(size_t sweeps, int n, dmf_real *d, dmf_real *e)
{
    dmf__frame frame;
    dmf_ctx *ctx = dmf__open(&frame, NULL);
    dmf_real *strips = dmf__reals(ctx, (size_t)n + 2, (size_t)dmf__round_up(n, DMF__STRIP));
    if (!ctx->status) memset(strips, 0, ((size_t)n + 2) * (size_t)dmf__round_up(n, DMF__STRIP) * sizeof *strips);
    if (!ctx->status) dmf__ql(ctx, sweeps, n, d, e, n, strips);
    return dmf__close(&frame);
}

/* The loops of chapter 3, as the context's instruction set has them. */
int strip_width(void) { return DMF__STRIP; }

void loop_rotate(const dmf_ctx *ctx, size_t n, dmf_real s, dmf_real tau, dmf_real *x, dmf_real *y)
{
    ctx->simd->rotate(n, s, tau, x, y);
}

void loop_combine(const dmf_ctx *ctx, size_t n, int terms, const dmf_real *c, const dmf_real *const *x, dmf_real *y)
{
    ctx->simd->combine(n, terms, c, x, y);
}

/* Columns first .. n - 1 of y = G x; first becomes a multiple of what a block has. */
int loop_symmetric(const dmf_ctx *ctx, int first, dmf_mat g, const dmf_real *x, dmf_real *y)
{
    const int block = dmf__max(4, ctx->simd->lanes);
    first = first / block * block;
    ctx->simd->symmetric(first, g.rows, g.data, (size_t)g.ld, x, y);
    return block;
}

void loop_chase(const dmf_ctx *ctx, int sweeps, int lo, int hi, const dmf_real *rotation, size_t stride,
                const dmf_real *scale, dmf_real *z)
{
    ctx->simd->chase(sweeps, lo, hi, rotation, stride, scale, z);
}
