/*
bench_svd: dmf's singular value decompositions beside LAPACK's, as OpenBLAS carries it, where that is installed.

    build/bench_svd > svd.csv              random matrices, graded ones, and the paths of Figure 3, top
    build/bench_svd path/to/u.data         the bottom row's paths as well: MovieLens 100K, some ten minutes
    build/bench_svd quick                  small sizes only
    build/bench_svd cold                   only dmf_svd_top without vectors to start from, beside dmf_svd

Kinds: random, a random matrix, all vectors; graded, D B with D over 200 orders of magnitude in random order; path_N
and top_N, 200 points on the path of depth N, all triples or ten of them. Everything runs in one thread. Times of
random and graded are the best of several rounds, in which the libraries take turns; along a path they are means over
every tenth of its points, of top_N over all. ratio_to_gesdd compares with gesdd and all vectors, for top_N without.
flat_K and steep_K, the K largest triples of normal entries, in steep each row 0.9 times the one before; K = n: all.

Errors of singular values are relative to each one, against Jacobi in long double up to n = 200 (along paths at
every fiftieth point), else against gesvj, along a path against dmf_svd; for top_N relative to the largest.
*/
#define DMF_API __attribute__((unused)) static
#define DMF_IMPLEMENTATION
#include "peers.h"
#include "../../dmf.h"

enum { TOP = 10, POINTS = 200, STRIDE = 10 };

/* ---- The oracle: one-sided Jacobi in long double, pair by pair ---- */

static int falling(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

typedef long double wide;

static wide wide_dot(int n, const wide *x, const wide *y)
{
    wide sum = 0;
    int i;
    for (i = 0; i < n; i++) sum += x[i] * y[i];
    return sum;
}

/* Makes rows u and v orthogonal, the longer one u; true if they were not. */
static int wide_rotate(int n, wide *u, wide *v)
{
    const wide uu = wide_dot(n, u, u), vv = wide_dot(n, v, v), uv = wide_dot(n, u, v);
    wide zeta, t, c;
    int j;
    if (uu >= vv && uv * uv <= 1e-36L * uu * vv) return 0;
    zeta = uv == 0 ? 0 : (vv - uu) / (2 * uv);
    t = uv == 0 ? 0 : (zeta < 0 ? -1 : 1) / (fabsl(zeta) + sqrtl(1 + zeta * zeta));
    c = 1 / sqrtl(1 + t * t);
    for (j = 0; j < n; j++) {
        const wide x = c * (u[j] - t * v[j]), y = c * (v[j] + t * u[j]);
        u[j] = uu >= vv ? x : y;
        v[j] = uu >= vv ? y : -x;
    }
    return 1;
}

static void exact_values(int m, int n, const double *a, double *sigma)
{
    const int rows = m < n ? m : n, cols = m < n ? n : m;
    wide *x = (wide *)malloc((size_t)m * n * sizeof *x);
    int p, q, i, turned;
    for (p = 0; p < rows; p++)
        for (i = 0; i < cols; i++) x[(size_t)p * cols + i] = m < n ? a[(size_t)p * n + i] : a[(size_t)i * n + p];
    do {
        turned = 0;
        for (p = 0; p < rows; p++)
            for (q = p + 1; q < rows; q++) turned |= wide_rotate(cols, x + (size_t)p * cols, x + (size_t)q * cols);
    } while (turned);
    for (p = 0; p < rows; p++) sigma[p] = (double)sqrtl(wide_dot(cols, x + (size_t)p * cols, x + (size_t)p * cols));
    qsort(sigma, (size_t)rows, sizeof *sigma, falling);
    free(x);
}

static double relative_error(int k, const double *sigma, const double *exact)
{
    double worst = 0;
    int i;
    for (i = 0; i < k; i++) worst = fmax(worst, fabs(sigma[i] / exact[i] - 1));
    return worst;
}

/* ---- LAPACK. A row-major m x n matrix is a column-major n x m one, so U and V change places ---- */

enum { DMF, GESDD, GESDD_VALUES, GESVD, GEJSV, GESVJ, LIBRARIES };
static const char *const names[LIBRARIES] = { "dmf", "gesdd", "gesdd_values", "gesvd", "gejsv", "gesvj" };
static const char *const symbols[LIBRARIES] = { NULL, "dgesdd_", "dgesdd_", "dgesvd_", "dgejsv_", "dgesvj_" };

typedef void gesdd_call(const char *, const int *, const int *, double *, const int *, double *, double *, const int *,
                        double *, const int *, double *, const int *, int *, int *, size_t);
typedef void gesvd_call(const char *, const char *, const int *, const int *, double *, const int *, double *, double *,
                        const int *, double *, const int *, double *, const int *, int *, size_t, size_t);
typedef void gejsv_call(const char *, const char *, const char *, const char *, const char *, const char *, const int *,
                        const int *, double *, const int *, double *, double *, const int *, double *, const int *, double *,
                        const int *, int *, int *, size_t, size_t, size_t, size_t, size_t, size_t);
typedef void gesvj_call(const char *, const char *, const char *, const int *, const int *, double *, const int *, double *,
                        const int *, double *, const int *, double *, const int *, int *, size_t, size_t, size_t);

static function lapack[LIBRARIES];

static void find_lapack(void)
{
    static const char *const files[] = { "libopenblas.so.0", "libopenblas.so", "liblapack.so.3", NULL };
    void *handle;
    int l;
    choose_peer_kernels();
    setenv("OPENBLAS_NUM_THREADS", "1", 1);
    handle = open_library(files);
    if (!handle) fprintf(stderr, "neither OpenBLAS nor LAPACK is installed: no comparison\n");
    for (l = 1; l < LIBRARIES; l++) lapack[l] = find(handle, symbols[l]);
}

/* A matrix, where its triples go, and work for every routine. */
typedef struct bench {
    dmf_ctx *ctx;
    int m, n, k, work_size;
    const char *gejsv;           /* its JOBA: C for scaled columns, F for rows too */
    dmf_mat a, u, v;
    double *copy, *left, *right, *sigma, *exact, *work;
    int *integers;
} bench;

static double *numbers(size_t count)
{
    double *x = (double *)calloc(count, sizeof *x);
    if (!x) exit(1);
    return x;
}

static void must(const bench *b, dmf_status s)
{
    if (!s) return;
    fprintf(stderr, "%s\n", dmf_message(b->ctx));
    exit(1);
}

static bench open_bench(int m, int n)
{
    const dmf_options one = { .threads = 1 };
    const int k = m < n ? m : n, big = m + n - k;
    bench b = { .m = m, .n = n, .k = k, .gejsv = "C" };
    must(&b, dmf_ctx_create(&one, &b.ctx));
    must(&b, dmf_mat_create(b.ctx, m, n, &b.a));
    must(&b, dmf_mat_create(b.ctx, m, k, &b.u));
    must(&b, dmf_mat_create(b.ctx, n, k, &b.v));
    b.copy = numbers((size_t)m * n);
    b.left = numbers((size_t)big * k);
    b.right = numbers((size_t)big * k);
    b.sigma = numbers((size_t)k);
    b.exact = numbers((size_t)k);
    b.work_size = 8 * k * k + 70 * big;
    b.work = numbers((size_t)b.work_size);
    b.integers = (int *)calloc((size_t)big + 8 * (size_t)k, sizeof(int));
    return b;
}

static void close_bench(bench *b)
{
    dmf_mat_destroy(&b->a);
    dmf_mat_destroy(&b->u);
    dmf_mat_destroy(&b->v);
    dmf_ctx_destroy(b->ctx);
    free(b->copy);
    free(b->left);
    free(b->right);
    free(b->sigma);
    free(b->exact);
    free(b->work);
    free(b->integers);
}

static void call(bench *b, int library)
{
    const int *n = &b->m, *m = &b->n, *k = &b->k, *size = &b->work_size; /* as LAPACK sees them */
    const int zero = 0;
    int info = 0, i;
    if (library == GESDD || library == GESDD_VALUES)
        ((gesdd_call *)lapack[library])(library == GESDD ? "S" : "N", m, n, b->copy, m, b->sigma, b->left, m, b->right, k, b->work,
                                        size, b->integers, &info, 1);
    if (library == GESVD)
        ((gesvd_call *)lapack[library])("S", "S", m, n, b->copy, m, b->sigma, b->left, m, b->right, k, b->work, size, &info, 1, 1);
    if (library == GEJSV)
        ((gejsv_call *)lapack[library])(b->gejsv, "U", "V", "N", "N", "N", m, n, b->copy, m, b->sigma, b->left, m, b->right, n, b->work,
                                        size, b->integers, &info, 1, 1, 1, 1, 1, 1);
    if (library == GESVJ)
        ((gesvj_call *)lapack[library])("G", "U", "V", m, n, b->copy, m, b->sigma, &zero, b->right, n, b->work, size, &info, 1, 1, 1);
    for (i = 0; i < b->k && library == GEJSV; i++) b->sigma[i] *= b->work[0] / b->work[1];
    for (i = 0; i < b->k && library == GESVJ; i++) b->sigma[i] *= b->work[0];
    if (library == DMF) must(b, dmf_svd(b->ctx, b->a, b->u, b->sigma, b->v));
    if (info) fprintf(stderr, "%s returned %d\n", names[library], info);
}

static double time_call(bench *b, int library)
{
    double start;
    memcpy(b->copy, b->a.data, (size_t)b->m * b->n * sizeof *b->copy);
    start = seconds();
    call(b, library);
    return 1e3 * (seconds() - start);
}

static void print(const bench *b, const char *kind, const char *library, double ms, double gesdd, double error)
{
    printf("%d,%d,%s,%s,%.4g,", b->m, b->n, kind, library, ms);
    if (gesdd > 0) printf("%.3f", ms / gesdd);
    if (error >= 0) printf(",%.1e\n", error);
    else printf(",\n");
    fflush(stdout);
}

/* ---- Matrices one by one ---- */

static void compare(bench *b, const char *kind, int rounds)
{
    double best[LIBRARIES], error[LIBRARIES];
    int l, round;
    if (b->k <= 200) exact_values(b->m, b->n, b->a.data, b->exact);
    for (round = 0; round < rounds; round++)
        for (l = LIBRARIES - 1; l >= 0; l--) { /* gesvj first: an oracle for the large ones */
            double ms;
            if ((l > 0 && !lapack[l]) || l == GESDD_VALUES || ((l == GEJSV || l == GESVJ) && b->m > b->n)) continue;
            ms = time_call(b, l);
            if (round > 0 && best[l] < ms) ms = best[l];
            best[l] = ms;
            if (l == GESVJ && b->k > 200) memcpy(b->exact, b->sigma, (size_t)b->k * sizeof *b->exact);
            error[l] = relative_error(b->k, b->sigma, b->exact);
        }
    for (l = 0; l < LIBRARIES; l++)
        if ((l == 0 || lapack[l]) && l != GESDD_VALUES && !((l == GEJSV || l == GESVJ) && b->m > b->n))
            print(b, kind, names[l], best[l], lapack[GESDD] ? best[GESDD] : 0, b->k > 200 && (l == GESVJ || !lapack[GESVJ]) ? -1 : error[l]);
}

static void random_case(int m, int n, int rounds)
{
    bench b = open_bench(m, n);
    dmf_rng rng = dmf_seed(1, (uint64_t)n);
    int i;
    for (i = 0; i < m * n; i++) b.a.data[i] = dmf_normal(&rng);
    compare(&b, "random", rounds);
    close_bench(&b);
}

static void graded_case(int n, int rounds)
{
    bench b = open_bench(n, n);
    dmf_rng rng = dmf_seed(2, (uint64_t)n);
    int i, j;
    for (i = 0; i < n * n; i++) b.a.data[i] = dmf_normal(&rng);
    for (i = 0; i < n; i++) {
        const double d = pow(10, 200 * (dmf_uniform(&rng) - 0.5));
        for (j = 0; j < n; j++) b.a.data[i * n + j] *= d;
    }
    b.gejsv = "F";
    compare(&b, "graded", rounds);
    close_bench(&b);
}

/* In turns, as above, so that what slows the machine slows all of them. */
static void cold_case(const char *kind, int n, double decay)
{
    static const int asked[] = { 1, 3, 5, 10, 20 };
    enum { ASKED = sizeof asked / sizeof *asked };
    bench b = open_bench(n, n);
    dmf_rng rng = dmf_seed(3, (uint64_t)n);
    double best[ASKED + 1];
    char name[20];
    int i, round;
    for (i = 0; i < n * n; i++) b.a.data[i] = pow(decay, i / n) * dmf_normal(&rng);
    for (round = 0; round < 7; round++)
        for (i = 0; i <= ASKED; i++) {
            const int k = i < ASKED ? asked[i] : n;
            const dmf_mat u = dmf_view(b.u.data, n, k), v = dmf_view(b.v.data, n, k);
            double start;
            memset(v.data, 0, (size_t)n * k * sizeof *v.data);
            start = seconds();
            must(&b, k < n ? dmf_svd_top(b.ctx, b.a, 0, u, b.sigma, v, NULL) : dmf_svd(b.ctx, b.a, u, b.sigma, v));
            best[i] = fmin(round > 0 ? best[i] : INFINITY, 1e3 * (seconds() - start));
        }
    for (i = 0; i <= ASKED; i++) {
        snprintf(name, sizeof name, "%s_%d", kind, i < ASKED ? asked[i] : n);
        print(&b, name, i < ASKED ? "dmf_top" : "dmf", best[i], 0, -1);
    }
    close_bench(&b);
}

/* ---- Along the paths of Figure 3 ---- */

enum { LARGEST, OURS, ALL, VALUES, WAYS };
typedef struct path {
    bench b;
    dmf_mat top_u, top_v;  /* from the point before */
    double top_sigma[TOP];
    int point, peers;
    double time[WAYS], our_error, gesdd_error, top_error;
} path;

static void compare_at_point(path *p)
{
    bench *b = &p->b;
    int i;
    p->peers++;
    p->time[OURS] += time_call(b, DMF);
    memcpy(b->exact, b->sigma, (size_t)b->k * sizeof *b->exact);
    if (b->k <= 200 && p->point % 50 == 0) {
        exact_values(b->m, b->n, b->a.data, b->exact);
        p->our_error = fmax(p->our_error, relative_error(b->k, b->sigma, b->exact));
    }
    for (i = 0; i < TOP; i++) p->top_error = fmax(p->top_error, fabs(p->top_sigma[i] - b->exact[i]) / b->exact[0]);
    if (!lapack[GESDD]) return;
    p->time[ALL] += time_call(b, GESDD);
    p->gesdd_error = fmax(p->gesdd_error, relative_error(b->k, b->sigma, b->exact));
    p->time[VALUES] += time_call(b, GESDD_VALUES);
}

static int look(void *user, const dmf_moment *now)
{
    path *p = (path *)user;
    bench *b = &p->b;
    double start;
    must(b, dmf_product(now->ctx, now->factors, b->a));
    start = seconds();
    must(b, dmf_svd_top(b->ctx, b->a, 0, p->top_u, p->top_sigma, p->top_v, NULL));
    if (p->point > 0) p->time[LARGEST] += 1e3 * (seconds() - start);
    if (p->point % STRIDE == 0 && p->point > 0) compare_at_point(p);
    if (isatty(2)) fprintf(stderr, "\r%d of %d points ", p->point, POINTS);
    p->point++;
    return 0;
}

static void print_path(const path *p, int depth)
{
    const double gesdd = p->time[ALL] / p->peers, values = p->time[VALUES] / p->peers;
    char kind[20];
    snprintf(kind, sizeof kind, "path_%d", depth);
    print(&p->b, kind, "dmf", p->time[OURS] / p->peers, gesdd, p->b.k <= 200 ? p->our_error : -1);
    if (lapack[GESDD]) print(&p->b, kind, "gesdd", gesdd, gesdd, p->gesdd_error);
    snprintf(kind, sizeof kind, "top_%d", depth);
    print(&p->b, kind, "dmf_top", p->time[LARGEST] / POINTS, values, p->top_error);
    if (lapack[GESDD]) print(&p->b, kind, "gesdd_values", values, values, -1);
}

/* Protocol as in examples/fig3.c: mean squared loss, start 1e-3 I, time = rate * steps. */
static void path_case(int m, int n, dmf_problem *problem, int depth, double time, double rtol)
{
    path p = { .b = open_bench(m, n) };
    bench *b = &p.b;
    double times[POINTS + 1];
    dmf_motion flow = { .method = DMF_FLOW, .rtol = rtol, .stop_time = time };
    dmf_observer observer = { .look = look, .user = &p, .times = times, .time_count = POINTS + 1 };
    dmf_factors *factors = NULL;
    int i;
    for (i = 0; i <= POINTS; i++) times[i] = time * i / POINTS;
    must(b, dmf_mat_create(b->ctx, m, TOP, &p.top_u));
    must(b, dmf_mat_create(b->ctx, n, TOP, &p.top_v));
    must(b, dmf_problem_scale(b->ctx, problem, 2.0 / (double)dmf_problem_count(problem)));
    must(b, dmf_factors_create(b->ctx, m, n, depth, NULL, &factors));
    must(b, dmf_start_identity(b->ctx, factors, 1e-3));
    must(b, dmf_train(b->ctx, problem, factors, &flow, &observer, NULL));
    print_path(&p, depth);
    dmf_factors_destroy(factors);
    dmf_problem_destroy(problem);
    dmf_mat_destroy(&p.top_u);
    dmf_mat_destroy(&p.top_v);
    close_bench(b);
}

enum { SIZE = 100, RANK = 5, OBSERVED = 2000, ITEMS = 1682, USERS = 943, RATINGS = 100000, SHOWN = 10000 };

static dmf_problem *synthetic_problem(void)
{
    static dmf_real truth[SIZE * SIZE];
    static dmf_entry entries[OBSERVED];
    dmf_rng rng = dmf_seed(1, 0);
    dmf_problem *problem = NULL;
    dmf_status s = dmf_random_low_rank(NULL, RANK, dmf_view(truth, SIZE, SIZE), &rng);
    if (!s) s = dmf_observe(NULL, dmf_view(truth, SIZE, SIZE), OBSERVED, entries, &rng);
    if (!s) s = dmf_completion(NULL, SIZE, SIZE, entries, OBSERVED, &problem);
    if (s) exit(1);
    return problem;
}

static dmf_problem *movielens_problem(const char *name)
{
    static dmf_entry all[RATINGS];
    dmf_rng rng = dmf_seed(1, 1);
    dmf_problem *problem = NULL;
    FILE *file = fopen(name, "r");
    int i, other;
    for (i = 0; file && i < RATINGS; i++) {
        if (fscanf(file, "%d %d %lf %*d", &all[i].col, &all[i].row, &all[i].value) != 3) break;
        if (all[i].col-- < 1 || all[i].row-- < 1 || all[i].col >= USERS || all[i].row >= ITEMS) break;
    }
    if (i < RATINGS) {
        fprintf(stderr, "'%s' does not hold the ratings of MovieLens 100K\n", name);
        exit(1);
    }
    fclose(file);
    for (i = 0; i < SHOWN; i++) {
        dmf_entry entry = all[i];
        other = i + (int)dmf_below(&rng, (uint64_t)(RATINGS - i));
        all[i] = all[other];
        all[other] = entry;
    }
    if (dmf_completion(NULL, ITEMS, USERS, all, SHOWN, &problem)) exit(1);
    return problem;
}

int main(int argc, char **argv)
{
    static const int sizes[] = { 100, 150, 200, 250, 300, 400, 500, 700 };
    const int quick = argc == 2 && strcmp(argv[1], "quick") == 0, cold = argc == 2 && strcmp(argv[1], "cold") == 0;
    const char *movielens = argc == 2 && !quick && !cold ? argv[1] : NULL;
    size_t i;
    if (argc > 2 || (movielens && *movielens == '-')) {
        fprintf(stderr, "usage: bench_svd [quick | cold | path to u.data of MovieLens 100K] > svd.csv\n");
        return 1;
    }
    find_lapack();
    printf("m,n,kind,library,milliseconds,ratio_to_gesdd,max_relative_error\n");
    for (i = 0; cold && i < sizeof sizes / sizeof *sizes; i++)
        cold_case("flat", sizes[i], 1), cold_case("steep", sizes[i], 0.9);
    if (cold) return 0;
    graded_case(100, 7);
    random_case(100, 100, 20);
    random_case(200, 200, 7);
    if (!quick) {
        random_case(500, 500, 3);
        random_case(943, 943, 3);
        random_case(943, 1682, 3);
    }
    path_case(SIZE, SIZE, synthetic_problem(), 2, 1500, 1e-4);
    path_case(SIZE, SIZE, synthetic_problem(), 3, 2000, 1e-4);
    if (!movielens) return 0;
    path_case(ITEMS, USERS, movielens_problem(movielens), 2, 4000, 1e-3);
    path_case(ITEMS, USERS, movielens_problem(movielens), 3, 5000, 1e-3);
    return 0;
}
