/*
bench_gemm: dmf_gemm beside OpenBLAS and BLIS, where they are installed, and the peak of the machine.

    build/bench_gemm > gemm.csv        the table on stdout, one sentence for each claim on stderr
    build/bench_gemm quick             small sizes only

This file is compiled twice, for double and, with DMF_SINGLE, for float.
*/
#define DMF_API __attribute__((unused)) static
#define DMF_IMPLEMENTATION
#include "peers.h"
#include "../../dmf.h"

/* One product; the figures of every library and of the machine, as seconds and flops per second. */
typedef struct bench_case { int trans_a, trans_b, m, n, k, threads; dmf_isa isa; } bench_case;
enum { DMF, OPENBLAS, BLIS, PEAK, LIBRARIES };
typedef struct bench_result { int present[LIBRARIES]; double best[LIBRARIES], median[LIBRARIES]; } bench_result;

bench_result measure_double(bench_case), measure_float(bench_case);

#ifdef DMF_SINGLE
#define MEASURE measure_float
#define GEMM "sgemm_"
#else
#define MEASURE measure_double
#define GEMM "dgemm_"
#endif

/* ---- The peak: independent fused multiply-adds on registers, two per cycle on most processors ---- */

enum { CHAINS = 12 };

#define FMA_LOOP(name, target, vec, lanes, splat, fma)                                       \
    target static double name(long steps, dmf_real *out)                                     \
    {                                                                                        \
        vec sum[CHAINS], x = splat((dmf_real)0.5), y = splat((dmf_real)1.5);                 \
        long s;                                                                              \
        int i;                                                                               \
        DMF__UNROLL for (i = 0; i < CHAINS; i++) sum[i] = splat((dmf_real)i);                \
        for (s = 0; s < steps; s++) {                                                        \
            DMF__UNROLL for (i = 0; i < CHAINS; i++) sum[i] = fma(sum[i], x, y);             \
        }                                                                                    \
        DMF__UNROLL for (i = 1; i < CHAINS; i++) sum[0] = fma(sum[0], x, sum[i]);            \
        memcpy(out, &sum[0], sizeof *out);                                                   \
        return 2.0 * CHAINS * (lanes) * (double)steps;                                       \
    }

#define PLAIN_SPLAT(a) (a)
#define PLAIN_FMA(a, b, c) ((a) * (b) + (c))
FMA_LOOP(flops_portable, , dmf_real, 1, PLAIN_SPLAT, PLAIN_FMA)
#ifdef DMF__X86
FMA_LOOP(flops_avx512, __attribute__((target("avx512f"))), DMF__TYPED(__m512d, __m512), DMF__TYPED(8, 16),
         DMF__TYPED(_mm512_set1_pd, _mm512_set1_ps), DMF__TYPED(_mm512_fmadd_pd, _mm512_fmadd_ps))
FMA_LOOP(flops_avx2, __attribute__((target("avx2,fma"))), DMF__TYPED(__m256d, __m256), DMF__TYPED(4, 8),
         DMF__TYPED(_mm256_set1_pd, _mm256_set1_ps), DMF__TYPED(_mm256_fmadd_pd, _mm256_fmadd_ps))
#endif
#ifdef DMF__ARM
#define NEON_FMA(a, b, c) DMF__TYPED(vfmaq_f64, vfmaq_f32)(c, a, b)
FMA_LOOP(flops_neon, , DMF__TYPED(float64x2_t, float32x4_t), DMF__TYPED(2, 4), DMF__TYPED(vdupq_n_f64, vdupq_n_f32), NEON_FMA)
#endif

/* Seconds for one flop. */
static double peak_time(dmf_isa isa)
{
    volatile dmf_real sink;
    dmf_real out = 0;
    const long steps = 400000;
    double flops, start = seconds();
    switch (isa) {
#ifdef DMF__X86
    case DMF_ISA_AVX512: flops = flops_avx512(steps, &out); break;
    case DMF_ISA_AVX2: flops = flops_avx2(steps, &out); break;
#endif
#ifdef DMF__ARM
    case DMF_ISA_NEON: flops = flops_neon(steps, &out); break;
#endif
    default: flops = flops_portable(steps, &out);
    }
    sink = out;
    (void)sink;
    return (seconds() - start) / flops;
}

/* ---- Peers: column-major, so they are asked for C^T = op(B)^T op(A)^T ---- */

typedef void (*fortran_gemm)(const char *, const char *, const int *, const int *, const int *, const dmf_real *,
                             const dmf_real *, const int *, const dmf_real *, const int *, const dmf_real *,
                             dmf_real *, const int *);
typedef struct peer { fortran_gemm gemm; void (*set_threads)(int); void (*set_threads_long)(long); } peer;

static const peer *find_peer(int library)
{
    static const char *const openblas[] = { "libopenblas.so.0", "libopenblas.so", NULL };
    static const char *const blis[] = { "libblis.so.4", "libblis.so", NULL };
    static peer peers[LIBRARIES];
    static int looked[LIBRARIES];
    if (!looked[library]) {
        void *handle = open_library(library == OPENBLAS ? openblas : blis);
        looked[library] = 1;
        peers[library].gemm = (fortran_gemm)find(handle, GEMM);
        peers[library].set_threads = (void (*)(int))find(handle, "openblas_set_num_threads");
        peers[library].set_threads_long = (void (*)(long))find(handle, "bli_thread_set_num_threads");
    }
    return &peers[library];
}

typedef struct arena { dmf_ctx *ctx; dmf_mat a, b, c; } arena;

static void multiply(const bench_case *p, const arena *x, int library, long calls)
{
    const dmf_real one = 1, zero = 0;
    if (library == DMF) {
        while (calls-- > 0) dmf_gemm(x->ctx, p->trans_a, p->trans_b, 1, x->a, x->b, 0, x->c);
        return;
    }
    while (calls-- > 0)
        find_peer(library)->gemm(p->trans_b ? "T" : "N", p->trans_a ? "T" : "N", &p->n, &p->m, &p->k, &one, x->b.data, &x->b.ld,
                                 x->a.data, &x->a.ld, &zero, x->c.data, &x->c.ld);
}

static dmf_mat filled(int rows, int cols, dmf_rng *rng)
{
    size_t i, count = (size_t)rows * cols;
    void *data = NULL;
    if (posix_memalign(&data, 64, count * sizeof(dmf_real))) exit(1);
    for (i = 0; i < count; i++) ((dmf_real *)data)[i] = (dmf_real)(dmf_uniform(rng) - 0.5);
    return dmf_view((dmf_real *)data, rows, cols);
}

bench_result MEASURE(bench_case p)
{
    dmf_options options = { .isa = p.isa };
    dmf_rng rng = dmf_seed(1, 0);
    arena x;
    sample times[LIBRARIES];
    bench_result result = { { 0 }, { 0 }, { 0 } };
    long calls[LIBRARIES];
    double flops = 2.0 * p.m * p.n * p.k;
    int l, r;
#ifdef DMF_THREADS
    options.threads = p.threads;
#endif
    if (dmf_ctx_create(&options, &x.ctx)) return result;
    x.a = filled(p.trans_a ? p.k : p.m, p.trans_a ? p.m : p.k, &rng);
    x.b = filled(p.trans_b ? p.n : p.k, p.trans_b ? p.k : p.n, &rng);
    x.c = filled(p.m, p.n, &rng);
    for (l = 0; l < PEAK; l++) {
        const peer *other = l == DMF ? NULL : find_peer(l);
        double start, took = 0;
        result.present[l] = l == DMF || (other->gemm && p.isa == DMF_ISA_BEST);
        if (!result.present[l]) continue;
        if (l == OPENBLAS && other->set_threads) other->set_threads(p.threads);
        if (l == BLIS && other->set_threads_long) other->set_threads_long(p.threads);
        for (calls[l] = 1; ; calls[l] *= 2) {  /* samples of 5 ms or more, and warm caches */
            start = seconds();
            multiply(&p, &x, l, calls[l]);
            took = seconds() - start;
            if (took >= 0.005) break;
        }
    }
    result.present[PEAK] = 1;
    for (r = 0; r < ROUNDS; r++)
        for (l = 0; l < LIBRARIES; l++) {
            double start;
            if (!result.present[l]) continue;
            if (l == PEAK) {
                times[l].round[r] = peak_time(dmf_ctx_isa(x.ctx)) / p.threads * flops;
                continue;
            }
            if (p.threads > 1) {  /* the threads of the library before this one wait by spinning, but not for ever */
                usleep(60000);
                multiply(&p, &x, l, calls[l]);
            }
            start = seconds();
            multiply(&p, &x, l, calls[l]);
            times[l].round[r] = (seconds() - start) / (double)calls[l];
        }
    for (l = 0; l < LIBRARIES; l++) {
        if (!result.present[l]) continue;
        summarize(&times[l]);
        result.best[l] = 1e-9 * flops / times[l].best;
        result.median[l] = 1e-9 * flops / times[l].median;
    }
    free(x.a.data);
    free(x.b.data);
    free(x.c.data);
    dmf_ctx_destroy(x.ctx);
    return result;
}

/* ---- The table ---- */

#ifndef DMF_SINGLE

static const char *const names[LIBRARIES] = { "dmf", "openblas", "blis", "peak" };

static double best_peer(const bench_result *r)
{
    double best = 0;
    int l;
    for (l = OPENBLAS; l <= BLIS; l++)
        if (r->present[l] && r->best[l] > best) best = r->best[l];
    return best;
}

static bench_result report(const char *type, bench_case p)
{
    bench_result r = type[0] == 'd' ? measure_double(p) : measure_float(p);
    double peer = best_peer(&r);
    char ratio[32];
    int l;
    for (l = 0; l < PEAK; l++) {
        if (!r.present[l]) continue;
        snprintf(ratio, sizeof ratio, peer > 0 ? "%.3f" : "", r.best[l] / peer);
        printf("%s,%c%c,%d,%d,%d,%d,%s%s%s,%.2f,%s,%.3f,%.2f\n", type, "nt"[p.trans_a], "nt"[p.trans_b], p.m, p.n, p.k,
               p.threads, names[l], p.isa == DMF_ISA_BEST ? "" : "-", p.isa == DMF_ISA_BEST ? "" : dmf_isa_name(p.isa),
               r.best[l], ratio, r.best[l] / r.best[PEAK], r.median[l]);
    }
    fflush(stdout);
    return r;
}

/* The least of some ratios, and where. */
typedef struct least { double value; int m, n, k; double log_sum; int count; } least;

static void note(least *x, double value, bench_case p)
{
    if (x->count == 0 || value < x->value) x->value = value, x->m = p.m, x->n = p.n, x->k = p.k;
    x->log_sum += log(value);
    x->count++;
}

static void say(const char *what, const least *x)
{
    if (x->count)
        fprintf(stderr, "%-46s least %.3f at %d x %d x %d, geometric mean %.3f\n", what, x->value, x->m, x->n, x->k,
                exp(x->log_sum / x->count));
}

static bench_case square(int op, int n, int threads, dmf_isa isa)
{
    bench_case p;
    p.trans_a = op >> 1;
    p.trans_b = op & 1;
    p.m = p.n = p.k = n;
    p.threads = threads;
    p.isa = isa;
    return p;
}

static void compare_squares(const int *sizes, int count)
{
    least peer = { 0 }, peak = { 0 }, ops = { 0 }, single = { 0 }, two = { 0 }, avx2 = { 0 };
    int i, op;
    for (i = 0; i < count; i++) {
        const int n = sizes[i];
        double nn = 0;
        for (op = 0; op < 4; op++) {
            bench_case p = square(op, n, 1, DMF_ISA_BEST);
            bench_result r = report("double", p);
            if (op == 0) {
                nn = r.best[DMF];
                if (best_peer(&r) > 0) note(&peer, nn / best_peer(&r), p);
                if (n >= 96) note(&peak, nn / r.best[PEAK], p);
                r = report("float", p);
                if (n >= 96) note(&single, r.best[DMF] / nn, p);
            } else if (n >= 32) note(&ops, r.best[DMF] / nn, p);
        }
        if (n >= 400 && sysconf(_SC_NPROCESSORS_ONLN) > 1) {
            bench_case p = square(0, n, 2, DMF_ISA_BEST);
            note(&two, report("double", p).best[DMF] / nn, p);
        }
#ifdef DMF__X86
        if (dmf__find_simd(DMF_ISA_AVX2) && n >= 96) {
            bench_case p = square(0, n, 1, DMF_ISA_AVX2);
            bench_result r = report("double", p);
            note(&avx2, r.best[DMF] / r.best[PEAK], p);
        }
#endif
    }
    say("square, double, over the best peer:", &peer);
    say("square from n = 96, double, over the peak:", &peak);
    say("NT, TN, TT over NN from n = 32:", &ops);
    say("float over double from n = 96:", &single);
    say("two threads over one from n = 400:", &two);
    say("AVX2 from n = 96, over the AVX2 peak:", &avx2);
}

/* A product W_2 W_1 of two factors and its gradients W_2^T G and G W_1^T, with h between them. */
static void compare_gradients(int rows, int cols, int h, least *ratio)
{
    const bench_case cases[3] = { { 0, 0, rows, cols, h, 1, DMF_ISA_BEST }, { 1, 0, h, cols, rows, 1, DMF_ISA_BEST },
                                  { 0, 1, rows, h, cols, 1, DMF_ISA_BEST } };
    int i;
    for (i = 0; i < 3; i++) {
        bench_result r = report("double", cases[i]);
        if (best_peer(&r) > 0) note(ratio, r.best[DMF] / best_peer(&r), cases[i]);
    }
}

int main(int argc, char **argv)
{
    static const int sizes[] = { 8, 16, 24, 32, 48, 64, 96, 100, 128, 200, 256, 400, 512, 943, 1024, 2000 };
    const int quick = argc == 2 && strcmp(argv[1], "quick") == 0;
    least gradients = { 0 };
    if (argc > 1 && !quick) {
        fprintf(stderr, "usage: bench_gemm [quick] > gemm.csv\n");
        return 1;
    }
    choose_peer_kernels();
    if (!find_peer(OPENBLAS)->gemm && !find_peer(BLIS)->gemm) fprintf(stderr, "neither OpenBLAS nor BLIS is installed\n");
    printf("type,op,m,n,k,threads,library,gflops,ratio_to_best_peer,ratio_to_peak,gflops_median\n");
    compare_squares(sizes, quick ? 11 : 16);
    compare_gradients(100, 100, 100, &gradients);
    compare_gradients(100, 100, 5, &gradients);
    compare_gradients(100, 100, 10, &gradients);
    if (!quick) {
        compare_gradients(943, 1682, 943, &gradients);
        compare_gradients(943, 1682, 5, &gradients);
        compare_gradients(943, 1682, 10, &gradients);
    }
    say("the shapes of training, over the best peer:", &gradients);
    return 0;
}

#endif
