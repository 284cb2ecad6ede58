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

/* One product, and what every library and the machine took for it, in seconds, round by round. */
enum { DMF, OPENBLAS, BLIS, PEAK, LIBRARIES };
typedef struct bench_case {
    const char *type;
    int trans_a, trans_b, m, n, k, threads;
    dmf_isa isa;
    int present[LIBRARIES];
    long calls[LIBRARIES];
    sample times[LIBRARIES];
    double best[LIBRARIES], median[LIBRARIES];  /* GFLOP/s */
} bench_case;

void round_double(bench_case *, int round), round_float(bench_case *, int round);

#ifdef DMF_SINGLE
#define ROUND round_float
#define GEMM "sgemm_"
#else
#define ROUND round_double
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
    fortran_gemm gemm;
    if (library == DMF) {
        while (calls-- > 0) dmf_gemm(x->ctx, p->trans_a, p->trans_b, 1, x->a, x->b, 0, x->c);
        return;
    }
    gemm = find_peer(library)->gemm;
    while (calls-- > 0)
        gemm(p->trans_b ? "T" : "N", p->trans_a ? "T" : "N", &p->n, &p->m, &p->k, &one, x->b.data, &x->b.ld, x->a.data,
             &x->a.ld, &zero, x->c.data, &x->c.ld);
}

static dmf_mat filled(int rows, int cols, dmf_rng *rng)
{
    size_t i, count = (size_t)rows * cols;
    void *data = NULL;
    if (posix_memalign(&data, 64, count * sizeof(dmf_real))) exit(1);
    for (i = 0; i < count; i++) ((dmf_real *)data)[i] = (dmf_real)(dmf_uniform(rng) - 0.5);
    return dmf_view((dmf_real *)data, rows, cols);
}

/* Enough calls for 5 ms or more; they warm the caches, too. */
static long choose_calls(const bench_case *p, const arena *x, int library)
{
    long calls;
    for (calls = 1; ; calls *= 2) {
        double start = seconds();
        multiply(p, x, library, calls);
        if (seconds() - start >= 0.005) return calls;
    }
}

static void set_threads(const peer *other, int threads)
{
    if (other->set_threads) other->set_threads(threads);
    if (other->set_threads_long) other->set_threads_long(threads);
}

static double time_of(bench_case *p, const arena *x, int library)
{
    double start;
    if (library != DMF) set_threads(find_peer(library), p->threads);
    if (p->threads > 1) usleep(60000);  /* the threads of the library before this one spin on for a while */
    if (p->calls[library] == 0) p->calls[library] = choose_calls(p, x, library);
    else multiply(p, x, library, p->threads > 1 ? p->calls[library] : 1);
    start = seconds();
    multiply(p, x, library, p->calls[library]);
    return (seconds() - start) / (double)p->calls[library];
}

void ROUND(bench_case *p, int round)
{
    const dmf_options options = { .threads = p->threads, .isa = p->isa };
    const double flops = 2.0 * p->m * p->n * p->k;
    dmf_rng rng = dmf_seed(1, 0);
    const int turns = flops < 3e8 ? 4 : 1;  /* of short samples the best of four, taken in turns */
    arena x;
    int l, turn;
    if (dmf_ctx_create(&options, &x.ctx)) exit(1);
    x.a = filled(p->trans_a ? p->k : p->m, p->trans_a ? p->m : p->k, &rng);
    x.b = filled(p->trans_b ? p->n : p->k, p->trans_b ? p->k : p->n, &rng);
    x.c = filled(p->m, p->n, &rng);
    for (turn = 0; turn < turns; turn++)
        for (l = 0; l < LIBRARIES; l++) {
            double took, *best = &p->times[l].round[round];
            p->present[l] = l == DMF || l == PEAK || (find_peer(l)->gemm && p->isa == DMF_ISA_BEST);
            if (!p->present[l]) continue;
            took = l == PEAK ? peak_time(dmf_ctx_isa(x.ctx)) / p->threads * flops : time_of(p, &x, l);
            if (turn == 0 || took < *best) *best = took;
        }
    free(x.a.data);
    free(x.b.data);
    free(x.c.data);
    dmf_ctx_destroy(x.ctx);
}

#ifndef DMF_SINGLE

/* ---- The table ---- */

static const char *const names[LIBRARIES] = { "dmf", "openblas", "blis", "peak" };
enum { MOST_CASES = 256 };
static bench_case cases[MOST_CASES];
static int count;

static void add(const char *type, int op, int m, int n, int k, int threads, dmf_isa isa)
{
    bench_case *p = &cases[count++];
    p->type = type;
    p->trans_a = op >> 1;
    p->trans_b = op & 1;
    p->m = m;
    p->n = n;
    p->k = k;
    p->threads = threads;
    p->isa = isa;
}

static void add_square(int n)
{
    int op;
    for (op = 0; op < 4; op++) add("double", op, n, n, n, 1, DMF_ISA_BEST);
    add("float", 0, n, n, n, 1, DMF_ISA_BEST);
    if (n >= 400 && sysconf(_SC_NPROCESSORS_ONLN) > 1) add("double", 0, n, n, n, 2, DMF_ISA_BEST);
#ifdef DMF__X86
    if (n >= 96 && dmf__find_simd(DMF_ISA_AVX512)) add("double", 0, n, n, n, 1, DMF_ISA_AVX2);
#endif
}

/* A product W_2 W_1 of two factors and its gradients W_2^T G and G W_1^T, with h between them. */
static void add_gradients(int rows, int cols, int h)
{
    add("double", 0, rows, cols, h, 1, DMF_ISA_BEST);
    add("double", 2, h, cols, rows, 1, DMF_ISA_BEST);
    add("double", 1, rows, h, cols, 1, DMF_ISA_BEST);
}

/* Round after round through all products: each has seven chances, spread over the run, to find the machine at rest. */
static void run(void)
{
    int round, i, l;
    for (round = 0; round < ROUNDS; round++)
        for (i = 0; i < count; i++) {
            if (isatty(2)) fprintf(stderr, "\rround %d of %d, product %3d of %d ", round + 1, (int)ROUNDS, i + 1, count);
            (cases[i].type[0] == 'd' ? round_double : round_float)(&cases[i], round);
        }
    if (isatty(2)) fprintf(stderr, "\r%40s\r", "");
    for (i = 0; i < count; i++)
        for (l = 0; l < LIBRARIES; l++) {
            const double work = 2e-9 * cases[i].m * cases[i].n * cases[i].k;
            if (!cases[i].present[l]) continue;
            summarize(&cases[i].times[l]);
            cases[i].best[l] = work / cases[i].times[l].best;
            cases[i].median[l] = work / cases[i].times[l].median;
        }
}

static double best_peer(const bench_case *p)
{
    return p->best[OPENBLAS] > p->best[BLIS] ? p->best[OPENBLAS] : p->best[BLIS];
}

static void print(const bench_case *p)
{
    const int best = p->isa == DMF_ISA_BEST;
    char ratio[32];
    int l;
    for (l = 0; l < PEAK; l++) {
        if (!p->present[l]) continue;
        snprintf(ratio, sizeof ratio, best_peer(p) > 0 ? "%.3f" : "", p->best[l] / best_peer(p));
        printf("%s,%c%c,%d,%d,%d,%d,%s%s%s,%.2f,%s,%.3f,%.2f\n", p->type, "nt"[p->trans_a], "nt"[p->trans_b], p->m, p->n,
               p->k, p->threads, names[l], best ? "" : "-", best ? "" : dmf_isa_name(p->isa), p->best[l], ratio,
               p->best[l] / p->best[PEAK], p->median[l]);
    }
}

/* The least of some ratios, and where. */
typedef struct least { double value, log_sum; const bench_case *where; int count; } least;

static void note(least *x, double value, const bench_case *p)
{
    if (x->count == 0 || value < x->value) x->value = value, x->where = p;
    x->log_sum += log(value);
    x->count++;
}

static void say(const char *what, const least *x)
{
    if (x->count)
        fprintf(stderr, "%-46s least %.3f at %d x %d x %d, geometric mean %.3f\n", what, x->value, x->where->m, x->where->n,
                x->where->k, exp(x->log_sum / x->count));
}

static void conclude(int squares)
{
    least peer = { 0 }, peak = { 0 }, ops = { 0 }, single = { 0 }, two = { 0 }, avx2 = { 0 }, gradients = { 0 };
    const bench_case *nn = NULL;
    int i;
    for (i = 0; i < count; i++) {
        const bench_case *p = &cases[i];
        const int is_double = p->type[0] == 'd', n = p->n;
        const double ours = p->best[DMF];
        if (i >= squares) {
            if (best_peer(p) > 0) note(&gradients, ours / best_peer(p), p);
        } else if (!is_double) {
            if (n >= 96) note(&single, ours / nn->best[DMF], p);
        } else if (p->threads > 1) {
            note(&two, ours / nn->best[DMF], p);
        } else if (p->isa != DMF_ISA_BEST) {
            note(&avx2, ours / p->best[PEAK], p);
        } else if (p->trans_a || p->trans_b) {
            if (n >= 32) note(&ops, ours / nn->best[DMF], p);
        } else {
            nn = p;
            if (best_peer(p) > 0) note(&peer, ours / best_peer(p), p);
            if (n >= 96) note(&peak, ours / p->best[PEAK], p);
        }
    }
    say("square, double, over the best peer:", &peer);
    say("square from n = 96, double, over the peak:", &peak);
    say("NT, TN, TT over NN from n = 32:", &ops);
    say("float over double from n = 96:", &single);
    say("two threads over one from n = 400:", &two);
    say("AVX2 from n = 96, over the AVX2 peak:", &avx2);
    say("the shapes of training, over the best peer:", &gradients);
}

int main(int argc, char **argv)
{
    static const int sizes[] = { 8, 16, 24, 32, 48, 64, 96, 100, 128, 200, 256, 400, 512, 943, 1024, 2000 };
    const int quick = argc == 2 && strcmp(argv[1], "quick") == 0;
    int i, squares;
    if (argc > 1 && !quick) {
        fprintf(stderr, "usage: bench_gemm [quick] > gemm.csv\n");
        return 1;
    }
    choose_peer_kernels();
    if (!find_peer(OPENBLAS)->gemm && !find_peer(BLIS)->gemm)
        fprintf(stderr, "neither OpenBLAS nor BLIS is installed: no comparison\n");
    for (i = 0; i < (quick ? 11 : 16); i++) add_square(sizes[i]);
    squares = count;
    for (i = 0; i < 3; i++) add_gradients(100, 100, i == 0 ? 100 : 5 * i);
    for (i = 0; i < 3 && !quick; i++) add_gradients(943, 1682, i == 0 ? 943 : 5 * i);
    run();
    printf("type,op,m,n,k,threads,library,gflops,ratio_to_best_peer,ratio_to_peak,gflops_median\n");
    for (i = 0; i < count; i++) print(&cases[i]);
    conclude(squares);
    return 0;
}

#endif
