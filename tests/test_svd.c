#include "test.h"

/* Errors are measured as LAPACK's testers do, in units of max(m, n) eps; a sound method has ratios of a
   few. Columns are compared in the largest entry of |X^T X - I|. */
enum { RATIO = 10 };

static double orthogonality(dmf_mat x)
{
    dmf_mat gram = new_mat(x.cols, x.cols);
    double worst = 0;
    int i, j;
    OK(dmf_gemm(NULL, 1, 0, 1, x, x, 0, gram));
    for (i = 0; i < x.cols; i++)
        for (j = 0; j < x.cols; j++) worst = fmax(worst, fabs((double)*at(gram, i, j) - (i == j)));
    dmf_mat_destroy(&gram);
    return worst / (EPS * fmax(x.rows, 1));
}

static double residual(dmf_mat a, dmf_mat u, const dmf_real *sigma, dmf_mat v)
{
    int k = u.cols, i, j;
    double n = fmax(a.rows, a.cols), size = 0;
    dmf_mat us = new_mat(a.rows, k), r = new_mat(a.rows, a.cols);
    for (j = 0; j < k; j++) size = fmax(size, fabs((double)sigma[j]));
    for (i = 0; i < a.rows; i++) {
        for (j = 0; j < k; j++) *at(us, i, j) = *at(u, i, j) * (sigma[j] / (dmf_real)size);
        for (j = 0; j < a.cols; j++) *at(r, i, j) = *at(a, i, j) / (dmf_real)size;
    }
    OK(dmf_gemm(NULL, 0, 1, -1, us, v, 1, r));
    size = dmf_frobenius(r);
    dmf_mat_destroy(&us);
    dmf_mat_destroy(&r);
    return size / (n * EPS);
}

static void check_svd(dmf_mat a)
{
    int k = a.rows < a.cols ? a.rows : a.cols, i;
    dmf_mat u = new_mat(a.rows, k), v = new_mat(a.cols, k);
    dmf_real *sigma = (dmf_real *)calloc((size_t)k + 1, sizeof *sigma), *alone = (dmf_real *)calloc((size_t)k + 1, sizeof *sigma);
    OK(dmf_svd(NULL, a, u, sigma, v));
    OK(dmf_svd(NULL, a, none, alone, none));
    for (i = 0; i < k; i++) {
        CHECK(sigma[i] >= 0 && alone[i] == sigma[i]);
        if (i > 0) CHECK(sigma[i] <= sigma[i - 1]);
    }
    CHECK(orthogonality(u) < RATIO);
    CHECK(orthogonality(v) < RATIO);
    if (k > 0 && sigma[0] > 0) CHECK(residual(a, u, sigma, v) < RATIO);
    free(sigma);
    free(alone);
    dmf_mat_destroy(&u);
    dmf_mat_destroy(&v);
}

static void every_shape_decomposes(void)
{
    static const int sizes[][2] = { { 1, 1 }, { 1, 7 }, { 7, 1 }, { 2, 2 }, { 3, 3 }, { 10, 10 }, { 33, 33 }, { 50, 20 },
                                    { 20, 50 }, { 100, 99 }, { 120, 120 }, { 300, 10 }, { 10, 300 },
                                    { 64, 64 }, { 31, 32 }, { 200, 130 }, { 70, 150 }, { 0, 0 }, { 0, 5 }, { 5, 0 } };
    dmf_rng rng = dmf_seed(1, 0);
    size_t i;
    for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        dmf_mat a = random_mat(sizes[i][0], sizes[i][1] + 3, &rng);
        check_svd(dmf_block(a, 0, 2, sizes[i][0], sizes[i][1]));
        dmf_mat_destroy(&a);
    }
}

/* A = U S V^T with random orthogonal U, V and a prescribed spectrum. */
static dmf_mat with_spectrum(int rows, int cols, const dmf_real *sigma, dmf_rng *rng)
{
    int k = rows < cols ? rows : cols, i, j;
    dmf_mat g = random_mat(rows, k, rng), h = random_mat(cols, k, rng), u = new_mat(rows, k), v = new_mat(cols, k);
    dmf_mat a = new_mat(rows, cols), ignored = new_mat(k, k);
    dmf_real *s = (dmf_real *)malloc((size_t)k * sizeof *s);
    OK(dmf_svd(NULL, g, u, s, none));
    OK(dmf_svd(NULL, h, v, s, none));
    for (i = 0; i < rows; i++)
        for (j = 0; j < k; j++) *at(u, i, j) *= sigma[j];
    OK(dmf_gemm(NULL, 0, 1, 1, u, v, 0, a));
    free(s);
    dmf_mat_destroy(&g);
    dmf_mat_destroy(&h);
    dmf_mat_destroy(&u);
    dmf_mat_destroy(&v);
    dmf_mat_destroy(&ignored);
    return a;
}

static int descending(const void *a, const void *b)
{
    const dmf_real x = *(const dmf_real *)a, y = *(const dmf_real *)b;
    return (x < y) - (x > y);
}

enum { SPECTRA = 7, N = 80 };

static void every_spectrum_decomposes(void)
{
    dmf_rng rng = dmf_seed(2, 0);
    int kind, i;
    for (kind = 0; kind < SPECTRA; kind++) {
        dmf_real sigma[N], found[N];
        dmf_mat a;
        for (i = 0; i < N; i++)
            sigma[i] = (dmf_real)(kind == 0 ? 1 :                    /* all equal */
                                  kind == 1 ? (i < 5) :              /* rank 5 */
                                  kind == 2 ? pow(10, -i / 4.0) :    /* geometric */
                                  kind == 3 ? (i == 0 ? 1 : 1e-4) :  /* one alone */
                                  kind == 4 ? pow(10, -i / 9.0) * (1 + i % 3) / 4 :  /* wide, in no order */
                                  kind == 5 ? 1 / (1.0 + i * i) :    /* algebraic */
                                  1 - 1e-6 * i);                     /* a cluster */
        a = with_spectrum(N + 15, N, sigma, &rng);
        check_svd(a);
        OK(dmf_svd(NULL, a, none, found, none));
        qsort(sigma, N, sizeof *sigma, descending);
        for (i = 0; i < N; i++) NEAR(found[i], sigma[i], N * EPS);
        dmf_mat_destroy(&a);
    }
}

static void degenerate_matrices_decompose(void)
{
    dmf_rng rng = dmf_seed(3, 0);
    dmf_mat a = new_mat(12, 8);
    int i, j;
    check_svd(a); /* zero */
    *at(a, 5, 3) = -2;
    check_svd(a); /* one entry */
    for (i = 0; i < 12; i++)
        for (j = 0; j < 8; j++) *at(a, i, j) = 1;
    check_svd(a); /* rank 1 */
    randomize(a, &rng);
    for (i = 0; i < 12; i++) *at(a, i, 2) = *at(a, i, 6) = 0;
    for (j = 0; j < 8; j++) *at(a, 4, j) = *at(a, 7, j);
    check_svd(a); /* zero columns, equal rows */
    dmf_mat_destroy(&a);
}

/* sigma of a reference matrix, each within a relative bound or, if absolute, within that part of the largest. */
static void check_reference(const char *name, double relative, double absolute)
{
    double numbers[1000], sigma[100];
    dmf_real found[100];
    char file[100];
    int k, count, i;
    dmf_mat a;
    snprintf(file, sizeof file, "svd_%s_sigma.csv", name);
    k = read_data(file, sigma, 100);
    snprintf(file, sizeof file, "svd_%s_matrix.csv", name);
    count = read_data(file, numbers, 1000);
    if (!CHECK(k > 0 && count >= k * k)) return;
    a = new_mat(count / k, k);
    for (i = 0; i < count; i++) a.data[i] = (dmf_real)numbers[i];
    OK(dmf_svd(NULL, a, none, found, none));
    for (i = 0; i < k; i++) NEAR(found[i], sigma[i], relative * sigma[i] + absolute * sigma[0]);
    check_svd(a);
    dmf_mat_destroy(&a);
}

static void references_are_met(void)
{
    if (sizeof(dmf_real) < 8) return; /* they do not fit */
    check_reference("graded_columns", 1e-13, 0);
    check_reference("graded_random_order", 1e-13, 0);
    check_reference("small_product", 1e-13, 0);
    check_reference("huge_scale", 1e-13, 0);
    check_reference("tiny_scale", 1e-13, 0);
    check_reference("hilbert10", 0, 1e-14);
}

/* Scaling the columns or rows of B by D costs no accuracy: whatever D is, the relative error of every singular value
   is some eps times the condition number of B. Powers of two, over 200 and 300 orders of magnitude (DMF_SINGLE: 18 and
   36) in random order, against the transpose, which takes another path through the code; down to the part of the
   largest that the interface names. */
static void graded_matrices_keep_small_singular_values(void)
{
    const int is_double = sizeof(dmf_real) == 8;
    dmf_rng rng = dmf_seed(4, 0);
    int trial, i, j, e[N];
    for (trial = 0; trial < 18; trial++) {
        double span = trial < 12 ? (is_double ? 664 : 60) : (is_double ? 1000 : 120); /* binary orders */
        int n = trial % 12 < 6 ? N / 2 : N;
        dmf_mat a = random_mat(n, n, &rng), t = new_mat(n, n);
        dmf_real here[N], there[N];
        double condition;
        OK(dmf_svd(NULL, a, none, here, none));
        condition = (double)here[0] / (double)here[n - 1];
        for (j = 0; j < n; j++) e[j] = (int)(span * (dmf_uniform(&rng) - 0.5));
        for (i = 0; i < n; i++)
            for (j = 0; j < n; j++) *at(a, i, j) = (dmf_real)ldexp((double)*at(a, i, j), e[trial % 2 ? i : j]);
        OK(dmf_transpose(NULL, a, t));
        OK(dmf_svd(NULL, a, none, here, none));
        OK(dmf_svd(NULL, t, none, there, none));
        for (i = 0; i < n && (double)here[i] >= (is_double ? 1e-278 : 1e-27) * (double)here[0]; i++)
            NEAR(here[i] / there[i], 1, 2 * condition * EPS);
        CHECK(trial >= 12 || i == n);
        check_svd(a);
        dmf_mat_destroy(&a);
        dmf_mat_destroy(&t);
    }
}

/* One large entry among entries at the edge of what squares can hold: vectors stay orthonormal. */
static void extreme_contrasts_keep_orthonormal_vectors(void)
{
    dmf_rng rng = dmf_seed(6, 0);
    int e, i;
    for (e = 0; e < 60; e++) {
        dmf_mat a = random_mat(6, 6, &rng);
        for (i = 0; i < 36; i++) a.data[i] = (dmf_real)ldexp((double)a.data[i], sizeof(dmf_real) == 8 ? -880 - 3 * e : -60 - e);
        a.data[0] = 1;
        check_svd(a);
        dmf_mat_destroy(&a);
    }
}

static void singular_values_are_invariant(void)
{
    dmf_rng rng = dmf_seed(5, 0);
    dmf_mat a = random_mat(30, 20, &rng), b = new_mat(30, 20), t = new_mat(20, 30);
    dmf_real sigma[20], other[20];
    int i, j;
    OK(dmf_svd(NULL, a, none, sigma, none));
    OK(dmf_transpose(NULL, a, t));
    OK(dmf_svd(NULL, t, none, other, none));
    for (i = 0; i < 20; i++) NEAR(other[i], sigma[i], 30 * EPS * sigma[0]);
    for (i = 0; i < 30; i++)
        for (j = 0; j < 20; j++) *at(b, i, j) = -*at(a, (i * 7 + 3) % 30, (j * 3 + 1) % 20);
    OK(dmf_svd(NULL, b, none, other, none));
    for (i = 0; i < 20; i++) NEAR(other[i], sigma[i], 30 * EPS * sigma[0]);
    for (i = 0; i < 30; i++)
        for (j = 0; j < 20; j++) *at(b, i, j) = (dmf_real)ldexp((double)*at(a, i, j), sizeof(dmf_real) == 8 ? -900 : -90);
    OK(dmf_svd(NULL, b, none, other, none));
    for (i = 0; i < 20; i++) CHECK(other[i] == (dmf_real)ldexp((double)sigma[i], sizeof(dmf_real) == 8 ? -900 : -90));
    dmf_mat_destroy(&a);
    dmf_mat_destroy(&b);
    dmf_mat_destroy(&t);
}

/* Rows that repeat leave rests that are all rounding; rows that fall off turn the short ones, not the long ones. */
static void rests_of_rounding_become_orthogonal(void)
{
    dmf_rng rng = dmf_seed(19, 0);
    int trial, i, j;
    for (trial = 0; trial < 40; trial++) {
        int m = 40 + trial, n = 51, rank = trial % 5 + 1;
        dmf_mat a = random_mat(m, n, &rng);
        for (i = rank; i < m; i++)
            for (j = 0; j < n; j++) *at(a, i, j) = *at(a, i % rank, j);
        check_svd(a);
        randomize(a, &rng);
        for (i = 0; i < m; i++)
            for (j = 0; j < n; j++)
                *at(a, i, j) = (dmf_real)ldexp((double)*at(a, i, j), -i * (sizeof(dmf_real) == 8 ? 600 : 60) / m);
        check_svd(a);
        dmf_mat_destroy(&a);
    }
}

/* a = left diag(sigma) right^T. */
static void compose(dmf_mat left, const dmf_real *sigma, dmf_mat right, dmf_mat a)
{
    dmf_mat scaled = new_mat(left.rows, left.cols);
    int i, j;
    for (i = 0; i < left.rows; i++)
        for (j = 0; j < left.cols; j++) *at(scaled, i, j) = *at(left, i, j) * sigma[j];
    OK(dmf_gemm(NULL, 0, 1, 1, scaled, right, 0, a));
    dmf_mat_destroy(&scaled);
}

static void check_triples(dmf_mat a, dmf_mat u, const dmf_real *sigma, dmf_mat v)
{
    CHECK(orthogonality(u) < RATIO);
    CHECK(orthogonality(v) < RATIO);
    CHECK(residual(a, u, sigma, v) < RATIO);
}

/* ---- The largest triples ---- */

static void check_top(dmf_mat a, int k, double tolerance, dmf_mat u, dmf_mat v)
{
    int n = a.rows < a.cols ? a.rows : a.cols, i, j, l;
    dmf_real *all = (dmf_real *)calloc((size_t)n + 1, sizeof *all);
    dmf_real *sigma = (dmf_real *)calloc((size_t)k, sizeof *sigma);
    double bound = -1, left = 0, scale, rounding;
    OK(dmf_svd(NULL, a, none, all, none));
    OK(dmf_svd_top(NULL, a, tolerance, u, sigma, v, &bound));
    scale = all[0] > 0 ? (double)all[0] : 1;
    CHECK(orthogonality(u) < RATIO);
    CHECK(orthogonality(v) < RATIO);
    if (tolerance == 0) tolerance = sizeof(dmf_real) == 8 ? 1e-8 : 1e-4;
    rounding = (a.rows > a.cols ? a.rows : a.cols) * EPS; /* what rounding leaves, and the relative error of sigma_1 */
    CHECK(bound >= 0 && bound <= fmax(tolerance, rounding) * (1 + rounding) * scale);
    for (i = 0; i < k; i++) NEAR(sigma[i] / scale, all[i] / scale, bound / scale + 10 * (a.rows + a.cols) * EPS);
    for (j = 0; j < k; j++)
        for (i = 0; i < a.cols; i++) {
            double sum = 0;
            for (l = 0; l < a.rows; l++) sum += (double)*at(a, l, i) / scale * (double)*at(u, l, j);
            sum -= (double)sigma[j] / scale * (double)*at(v, i, j);
            left += sum * sum;
        }
    NEAR(sqrt(left), bound / scale, 10 * (a.rows + a.cols) * EPS);
    free(all);
    free(sigma);
}

static void the_largest_triples_are_found(void)
{
    static const int cases[][3] = { { 200, 150, 6 }, { 150, 200, 6 }, { 180, 180, 1 }, { 30, 30, 5 }, { 30, 30, 30 },
                                    { 300, 110, 4 } };
    dmf_rng rng = dmf_seed(13, 0);
    size_t c;
    for (c = 0; c < sizeof cases / sizeof *cases; c++) {
        int m = cases[c][0], n = cases[c][1], k = cases[c][2], i, step;
        dmf_mat a = random_mat(m, n, &rng), u = new_mat(m, k), v = new_mat(n, k);
        for (i = 0; i < m * n; i++) a.data[i] += (dmf_real)(3 * cos(i % n) + (i % 3) * sin(i / n));
        check_top(a, k, 0, u, v); /* from zeros */
        for (step = 0; step < 3; step++) {
            for (i = 0; i < m * n; i++) a.data[i] += (dmf_real)(1e-3 * dmf_normal(&rng));
            check_top(a, k, step == 1 ? 1e-3 : step == 2 ? 1e-30 : 0, u, v);
        }
        for (i = 0; i < m * n; i++) a.data[i] = (dmf_real)ldexp((double)a.data[i], sizeof(dmf_real) == 8 ? -700 : -60);
        check_top(a, k, 0, u, v);
        for (i = 0; i < n * k; i++) v.data[i] = (dmf_real)(i % 5 ? 0 : sizeof(dmf_real) == 8 ? DBL_MAX : FLT_MAX);
        for (i = 0; i < m * n; i++) a.data[i] = (dmf_real)ldexp((double)a.data[i], sizeof(dmf_real) == 8 ? 1600 : 150);
        check_top(a, k, 0, u, v);
        dmf_mat_destroy(&a);
        dmf_mat_destroy(&u);
        dmf_mat_destroy(&v);
    }
}

/* Equal singular values, rank deficiency, zero, and a large triple that is orthogonal to all of the start. */
static void hard_spectra_have_largest_triples(void)
{
    enum { M = 160, K = 4 };
    dmf_rng rng = dmf_seed(14, 0);
    dmf_mat a = new_mat(M, M), u = new_mat(M, K), v = new_mat(M, K), low;
    int i, e;
    check_top(a, K, 0, u, v);
    for (i = 0; i < M; i++) *at(a, i, i) = (dmf_real)1e-3;
    check_top(a, K, 0, u, v);
    for (i = 0; i < M * K; i++) v.data[i] = i / K == i % K;
    *at(a, 100, 100) = 1;
    check_top(a, K, 0, u, v);
    low = new_mat(M, M);
    OK(dmf_random_low_rank(NULL, 2, low, &rng));
    check_top(low, K, 0, u, v);
    for (e = -250; e <= 250; e += 50) { /* triangular and graded, on every scale */
        for (i = 0; i < M * M; i++)
            low.data[i] = (dmf_real)(i / M < i % M ? 0 : ldexp(1.0 / (1 + i / M + i % M), sizeof(dmf_real) == 8 ? 3 * e : e / 5));
        memset(v.data, 0, M * K * sizeof *v.data);
        check_top(low, K, 0, u, v);
    }
    dmf_mat_destroy(&a);
    dmf_mat_destroy(&low);
    dmf_mat_destroy(&u);
    dmf_mat_destroy(&v);
}

/* A matrix that is too large for the search to keep its transpose as well. */
static void a_large_matrix_has_largest_triples(void)
{
    enum { ROWS = 32000, COLS = 80 };
    dmf_rng rng = dmf_seed(16, 0);
    dmf_mat a = random_mat(ROWS, COLS, &rng), u = new_mat(ROWS, 1), v = new_mat(COLS, 1);
    int i;
    for (i = 0; i < ROWS * COLS; i++) a.data[i] *= (dmf_real)pow(0.8, i % COLS);
    check_top(a, 1, 0, u, v);
    dmf_mat_destroy(&a);
    dmf_mat_destroy(&u);
    dmf_mat_destroy(&v);
}

/* Whether the search for k triples of an n x n matrix, rows decay times the one before, comes to its end: then its bound
   is not the rounding of all triples. */
static int search_ends(int n, int k, double decay, double tolerance)
{
    dmf_rng rng = dmf_seed(15, 0);
    dmf_mat a = random_mat(n, n, &rng), u = new_mat(n, k), v = new_mat(n, k);
    dmf_real *sigma = (dmf_real *)calloc((size_t)k, sizeof *sigma);
    double bound = 0, rounding;
    int i;
    for (i = 0; i < n * n; i++) a.data[i] *= (dmf_real)pow(decay, i / n);
    OK(dmf_svd_top(NULL, a, tolerance, u, sigma, v, &bound));
    rounding = (double)sigma[0] * n * EPS;
    dmf_mat_destroy(&a);
    dmf_mat_destroy(&u);
    dmf_mat_destroy(&v);
    free(sigma);
    return fabs(bound / rounding - 1) > 10 * EPS;
}

static void a_search_ends_where_all_triples_cost_less(void)
{
    CHECK(search_ends(160, 10, 0.8, 0));
    CHECK(search_ends(160, 10, 0.8, 1e-300)); /* below rounding, which is all that is promised */
    CHECK(search_ends(300, 3, 1, 0));
    CHECK(!search_ends(250, 20, 1, 0));
    CHECK(!search_ends(100, 10, 0.8, 0));
}

/* Half of the triples, for which there is no search: no room is taken for one. */
static void all_triples_take_no_room_for_a_search(void)
{
    enum { M = 300, K = 150 };
    dmf_rng rng = dmf_seed(22, 0);
    dmf_mat a = random_mat(M, M, &rng), u = new_mat(M, M), v = new_mat(M, M);
    dmf_real sigma[M];
    long all, bytes = memory_bytes;
    OK(dmf_svd(NULL, a, u, sigma, v));
    all = memory_bytes - bytes, bytes = memory_bytes;
    OK(dmf_svd_top(NULL, a, 0, dmf_block(u, 0, 0, M, K), sigma, dmf_block(v, 0, 0, M, K), NULL));
    CHECK(memory_bytes - bytes < all + (long)(M * M * sizeof *sigma)); /* some vectors more */
    dmf_mat_destroy(&a);
    dmf_mat_destroy(&u);
    dmf_mat_destroy(&v);
}

/* Numbers of sigma_1's size near the end of the range: what the triples leave is beyond it. */
static void a_bound_out_of_range_is_an_error(void)
{
    enum { M = 600, K = 40 };
    dmf_rng rng = dmf_seed(21, 0);
    dmf_mat a = random_mat(M, M, &rng), u = new_mat(M, K), v = new_mat(M, K);
    dmf_real *sigma = (dmf_real *)calloc(M, sizeof *sigma);
    double bound = -1;
    int i;
    OK(dmf_svd(NULL, a, none, sigma, none));
    for (i = 0; i < M * M; i++)
        a.data[i] = (dmf_real)((double)a.data[i] / (double)sigma[0] * (sizeof(dmf_real) == 8 ? 1.78e308 : 1e37));
    if (sizeof(dmf_real) == 8) CHECK(dmf_svd_top(NULL, a, 100, u, sigma, v, &bound) == DMF_ERR_NONFINITE);
    else OK(dmf_svd_top(NULL, a, 100, u, sigma, v, &bound)); /* the bound is a double */
    CHECK((bound == -1) == (sizeof(dmf_real) == 8));
    dmf_mat_destroy(&a);
    dmf_mat_destroy(&u);
    dmf_mat_destroy(&v);
    free(sigma);
}

/* ---- Tracking ---- */

typedef struct track { dmf_mat left, right, a, u, v; dmf_real sigma[N]; double overlap; } track;

static track start_track(int m, int n, dmf_rng *rng)
{
    int k = m < n ? m : n;
    dmf_real sigma[N];
    dmf_mat x = random_mat(m, k, rng), y = random_mat(n, k, rng);
    track t;
    t.left = new_mat(m, k);
    t.right = new_mat(n, k);
    t.a = new_mat(m, n);
    t.u = new_mat(m, k);
    t.v = new_mat(n, k);
    t.overlap = -1;
    OK(dmf_svd(NULL, x, t.left, sigma, none));
    OK(dmf_svd(NULL, y, t.right, sigma, none));
    dmf_mat_destroy(&x);
    dmf_mat_destroy(&y);
    return t;
}

static void end_track(track *t)
{
    dmf_mat_destroy(&t->left);
    dmf_mat_destroy(&t->right);
    dmf_mat_destroy(&t->a);
    dmf_mat_destroy(&t->u);
    dmf_mat_destroy(&t->v);
}

/* Two branches cross, one of them exactly at a point of the path, and a third passes through zero: all are straight
   lines, and every vector stays. */
static void branches_cross(void)
{
    enum { M = 9, K = 6, STEPS = 20 };
    dmf_rng rng = dmf_seed(15, 0);
    int wide, step, i, j;
    for (wide = 0; wide < 2; wide++) {
        track t = start_track(wide ? K : M, wide ? M : K, &rng);
        for (step = 0; step <= STEPS; step++) {
            double s = 2.0 * step / STEPS - 1;
            dmf_real branch[K] = { 5, (dmf_real)(2 + s), (dmf_real)(2 - s), (dmf_real)(-0.5 * s), (dmf_real)0.1,
                                   (dmf_real)(0.1 + 0.3 * s) };
            compose(t.left, branch, t.right, t.a);
            if (step == 0) {
                for (i = 0; i < K; i++) t.sigma[i] = branch[i];
                for (i = 0; i < t.u.rows * K; i++) t.u.data[i] = t.left.data[i];
                for (i = 0; i < t.v.rows * K; i++) t.v.data[i] = t.right.data[i];
            }
            OK(dmf_svd_track(NULL, t.a, t.u, t.sigma, t.v, &t.overlap));
            NEAR(t.overlap, 1, 200 * EPS);
            for (i = 0; i < K; i++) NEAR(t.sigma[i], branch[i], 100 * EPS);
            for (j = 0; j < t.u.rows * K; j++) NEAR(t.u.data[j], t.left.data[j], 1000 * EPS);
            for (j = 0; j < t.v.rows * K; j++) NEAR(t.v.data[j], t.right.data[j], 1000 * EPS);
        }
        end_track(&t);
    }
}

/* Two branches come as near as 1e-6 and do not cross: in steps much longer than that, their vectors pass through, where
   an order by size would exchange them. */
static void branches_pass_near_crossings(void)
{
    enum { K = 5, STEPS = 21 };
    dmf_rng rng = dmf_seed(16, 0);
    track t = start_track(K, K, &rng);
    dmf_real sigma[K], ordered[K], middle[K * K];
    dmf_mat core = dmf_view(middle, K, K), half = new_mat(K, K);
    int step, i, swapped = 0;
    for (step = 0; step <= STEPS; step++) {
        double s = 2.0 * step / STEPS - 1;
        memset(middle, 0, sizeof middle);
        for (i = 0; i < K; i++) *at(core, i, i) = (dmf_real)(i == 0 ? 1 + 0.2 * s : i == 1 ? 1 - 0.2 * s : 1.0 / (i + 2));
        *at(core, 0, 1) = *at(core, 1, 0) = (dmf_real)5e-7;
        OK(dmf_gemm(NULL, 0, 0, 1, t.left, core, 0, half));
        OK(dmf_gemm(NULL, 0, 1, 1, half, t.right, 0, t.a));
        if (step == 0) OK(dmf_svd(NULL, t.a, t.u, t.sigma, t.v));
        else OK(dmf_svd_track(NULL, t.a, t.u, t.sigma, t.v, &t.overlap));
        if (step > 0) CHECK(t.overlap > 0.999);
        OK(dmf_svd(NULL, t.a, none, ordered, none));
        sigma[0] = (dmf_real)(1 - 0.2 * s); /* the larger one at the start */
        sigma[1] = (dmf_real)(1 + 0.2 * s);
        NEAR(t.sigma[0], sigma[0], 1e-5);
        NEAR(t.sigma[1], sigma[1], 1e-5);
        swapped |= fabs((double)(ordered[0] - sigma[0])) > 0.1;
    }
    CHECK(swapped);
    dmf_mat_destroy(&half);
    end_track(&t);
}

/* From the start alpha I, where all are equal, and in a kernel. */
static void branches_leave_and_enter_degeneracy(void)
{
    enum { K = 40 };
    dmf_rng rng = dmf_seed(17, 0);
    track t = start_track(K, K, &rng);
    dmf_real branch[K];
    int step, i, j;
    for (step = 0; step < 4; step++) {
        for (i = 0; i < K; i++)
            branch[i] = (dmf_real)(step == 1 ? 0.5 + 0.01 * (i - K / 2) : step < 3 ? 0.5 : i < 10 ? 1 + i : 0);
        compose(t.left, branch, t.right, t.a);
        if (step == 0) {
            for (i = 0; i < K; i++) t.sigma[i] = branch[i];
            for (i = 0; i < K * K; i++) t.u.data[i] = t.left.data[i], t.v.data[i] = t.right.data[i];
        }
        OK(dmf_svd_track(NULL, t.a, t.u, t.sigma, t.v, &t.overlap));
        for (i = 0; i < K; i++) NEAR(t.sigma[i], branch[i], 1000 * EPS);
        for (j = 0; j < K * K; j++) NEAR(t.u.data[j], t.left.data[j], 1e5 * EPS); /* gaps are 0.01 */
        for (j = 0; j < K * K; j++) NEAR(t.v.data[j], t.right.data[j], 1e5 * EPS);
        check_triples(t.a, t.u, branch, t.v);
    }
    end_track(&t);
}

/* Standing still, with two sizes and both signs; then one pair of vectors turns, which the overlap tells. */
static void standing_branches_stay(void)
{
    enum { K = 36 };
    dmf_rng rng = dmf_seed(20, 0);
    track t = start_track(K, K, &rng);
    dmf_real branch[K];
    const double c = 0.9, s = sqrt(1 - c * c);
    int step, i;
    for (i = 0; i < K; i++) t.sigma[i] = branch[i] = (dmf_real)(i % 3 == 1 ? -2 : 1);
    for (i = 0; i < K * K; i++) t.u.data[i] = t.left.data[i], t.v.data[i] = t.right.data[i];
    compose(t.left, branch, t.right, t.a);
    for (step = 0; step < 20; step++) {
        OK(dmf_svd_track(NULL, t.a, t.u, t.sigma, t.v, &t.overlap));
        NEAR(t.overlap, 1, 100 * EPS);
        for (i = 0; i < K; i++) NEAR(t.sigma[i], branch[i], 100 * EPS);
    }
    for (i = 0; i < K; i++) branch[i] = -branch[i]; /* all pass through zero, in one step */
    compose(t.left, branch, t.right, t.a);
    OK(dmf_svd_track(NULL, t.a, t.u, t.sigma, t.v, &t.overlap));
    NEAR(t.overlap, 1, 100 * EPS);
    for (i = 0; i < K; i++) NEAR(t.sigma[i], branch[i], 100 * EPS);
    for (i = 0; i < K; i++) branch[i] = (dmf_real)(K - i);
    compose(t.left, branch, t.right, t.a);
    OK(dmf_svd(NULL, t.a, t.u, t.sigma, t.v));
    for (i = 0; i < K * K; i++) t.left.data[i] = t.u.data[i];
    for (i = 0; i < K; i++) {
        const double x = (double)*at(t.u, i, 0), y = (double)*at(t.u, i, 1);
        *at(t.left, i, 0) = (dmf_real)(c * x + s * y);
        *at(t.left, i, 1) = (dmf_real)(c * y - s * x);
    }
    compose(t.left, t.sigma, t.v, t.a);
    OK(dmf_svd_track(NULL, t.a, t.u, t.sigma, t.v, &t.overlap));
    NEAR(t.overlap, c, 1e4 * EPS);
    end_track(&t);
}

/* Columns of U and V that exchange places, so that what is left of them outside of the others is singular, or nearly. */
static void kernels_stay_orthogonal(void)
{
    dmf_real x[9] = { 0, 2, 0, 0, 0, 0, 1, 0, 0 }, u[9], v[9], sigma[3];
    double overlap;
    int angle, i;
    for (angle = 0; angle < 12; angle++) {
        const double c = angle ? pow(0.1, angle) : 0, s = sqrt(1 - c * c);
        for (i = 0; i < 9; i++) u[i] = v[i] = i % 4 == 0;
        for (i = 0; i < 3; i++) sigma[i] = (dmf_real)NAN; /* only goes out */
        if (angle) x[0] = (dmf_real)(2 * c), x[1] = (dmf_real)(2 * s), x[6] = (dmf_real)s, x[7] = (dmf_real)-c;
        OK(dmf_svd_track(NULL, dmf_view(x, 3, 3), dmf_view(u, 3, 3), sigma, dmf_view(v, 3, 3), &overlap));
        CHECK(orthogonality(dmf_view(u, 3, 3)) < RATIO);
        CHECK(orthogonality(dmf_view(v, 3, 3)) < RATIO);
        for (i = 0; i < 3; i++) CHECK(isfinite(sigma[i]));
    }
}

/* ---- Eigenvalues ---- */

static void symmetric_matrices_have_eigenvalues(void)
{
    dmf_rng rng = dmf_seed(18, 0);
    int n, kind, i, j;
    for (n = 1; n < 90; n = n * 2 + 1)
        for (kind = 0; kind < 3; kind++) {
            dmf_mat a = random_mat(n, n, &rng), v = new_mat(n, n), back = new_mat(n, n), g = random_mat(n, n, &rng);
            dmf_real lambda[N], alone[N], sigma[N];
            double size = 0;
            int e = sizeof(dmf_real) == 8 ? 600 * (kind - 1) : 60 * (kind - 1);
            OK(dmf_svd(NULL, g, v, sigma, none));
            for (i = 0; i < n; i++) sigma[i] = (dmf_real)(kind == 1 && i % 2 ? -1 : n - i), size = n;
            qsort(sigma, (size_t)n, sizeof *sigma, descending);
            compose(v, sigma, v, a);
            for (i = 0; i < n; i++)
                for (j = 0; j < n; j++)
                    *at(a, i, j) = j > i ? (dmf_real)NAN : (dmf_real)ldexp((double)*at(a, i, j), e); /* NaN: not read */
            OK(dmf_eigen(NULL, a, lambda, v));
            OK(dmf_eigen(NULL, a, alone, none));
            for (i = 0; i < n; i++) {
                lambda[i] = (dmf_real)ldexp((double)lambda[i], -e);
                NEAR(lambda[i], sigma[i], 4 * n * EPS * size);
                CHECK(lambda[i] == (dmf_real)ldexp((double)alone[i], -e));
            }
            CHECK(orthogonality(v) < RATIO);
            compose(v, lambda, v, back);
            for (i = 0; i < n; i++)
                for (j = 0; j <= i; j++)
                    NEAR(*at(back, i, j), (dmf_real)ldexp((double)*at(a, i, j), -e), 8 * n * EPS * size);
            dmf_mat_destroy(&a);
            dmf_mat_destroy(&v);
            dmf_mat_destroy(&back);
            dmf_mat_destroy(&g);
        }
}

/* The sweeps of QL are counted, and too many are an error, whichever eigenvalue they were spent on. A matrix that falls
   off along its diagonal over 40 orders of magnitude takes more than 60 for the first one. Rotations keep the trace. */
dmf_status ql_within(size_t sweeps, int n, dmf_real *d, dmf_real *e);

static void sweeps_that_run_out_are_an_error(void)
{
    enum { K = 200 };
    const double ratio = pow(sizeof(dmf_real) == 8 ? 1e-40 : 1e-24, 1.0 / K);
    dmf_real d[K], e[K];
    size_t sweeps, enough = 30 * K;
    int graded, i;
    for (graded = 0; graded < 2; graded++) {
        for (sweeps = 0; sweeps <= enough; sweeps = sweeps == 0 ? K / 2 : sweeps < enough ? enough : enough + 1) {
            double trace = 0;
            for (i = 0; i < K; i++) {
                d[i] = (dmf_real)(graded ? pow(ratio, K - 1 - i) : cos(i));
                e[i] = (dmf_real)(i == K - 1 ? 0 : graded ? 0.4 * (double)d[i] : 1);
                trace += (double)d[i];
            }
            CHECK(ql_within(sweeps, K, d, e) == (sweeps < enough ? DMF_ERR_CONVERGENCE : DMF_OK));
            for (i = 0; i < K; i++) trace -= (double)d[i];
            NEAR(trace, 0, 4 * K * EPS * (graded ? 1 : K));
        }
    }
    memset(e, 0, sizeof e);
    OK(ql_within(0, K, d, e)); /* nothing to do */
    d[K - 2] = d[K - 1] = 0;
    e[K - 2] = 1;
    CHECK(ql_within(0, K, d, e) == DMF_ERR_CONVERGENCE);
    OK(ql_within(1, K, d, e));
}

/* Blocks of very different size: squares of the small one, and then its entries, are not normal numbers. */
static void small_blocks_have_eigenvalues(void)
{
    double exponent;
    for (exponent = -20; exponent > (sizeof(dmf_real) == 8 ? -324 : -46); exponent -= 0.25) {
        dmf_real t = (dmf_real)pow(10, exponent), x[9] = { 0 }, lambda[3], v[9];
        x[0] = 1;
        x[4] = x[8] = t;
        x[7] = t / 2;
        OK(dmf_eigen(NULL, dmf_view(x, 3, 3), lambda, dmf_view(v, 3, 3)));
        NEAR(lambda[0], 1, 4 * EPS);
        NEAR(lambda[1], 1.5 * (double)t, EPS);
        NEAR(lambda[2], 0.5 * (double)t, EPS);
        CHECK(orthogonality(dmf_view(v, 3, 3)) < RATIO);
    }
}

static void bad_input_is_an_error_and_touches_nothing(void)
{
    double overlap = -1;
    dmf_real x[6] = { 1, 2, 3, 4, 5, 6 }, u[6], v[4], sigma[2] = { -1, -1 };
    dmf_mat a = dmf_view(x, 3, 2);
    CHECK(dmf_svd(NULL, a, dmf_view(u, 2, 3), sigma, none) == DMF_ERR_SHAPE);
    CHECK(dmf_svd(NULL, a, none, sigma, dmf_view(v, 3, 2)) == DMF_ERR_SHAPE);
    CHECK(dmf_svd(NULL, a, none, NULL, none) == DMF_ERR_ARGUMENT);
    CHECK(dmf_svd(NULL, a, a, sigma, none) == DMF_ERR_OVERLAP);
    CHECK(dmf_svd(NULL, a, none, x, none) == DMF_ERR_OVERLAP);
    CHECK(dmf_svd(NULL, a, dmf_view(u, 3, 2), sigma, dmf_view(u, 2, 2)) == DMF_ERR_OVERLAP);
    CHECK(dmf_svd(NULL, dmf_view(NULL, 3, 2), none, sigma, none) == DMF_ERR_ARGUMENT);
    CHECK(dmf_svd_top(NULL, a, 0, none, sigma, dmf_view(v, 2, 1), NULL) == DMF_ERR_ARGUMENT);
    CHECK(dmf_svd_top(NULL, a, 0, dmf_view(u, 3, 1), sigma, dmf_view(v, 2, 2), NULL) == DMF_ERR_SHAPE);
    CHECK(dmf_svd_top(NULL, a, -1, dmf_view(u, 3, 1), sigma, dmf_view(v, 2, 1), NULL) == DMF_ERR_ARGUMENT);
    CHECK(dmf_svd_top(NULL, a, NAN, dmf_view(u, 3, 1), sigma, dmf_view(v, 2, 1), NULL) == DMF_ERR_ARGUMENT);
    CHECK(dmf_svd_top(NULL, a, 0, dmf_view(u, 3, 0), sigma, dmf_view(v, 2, 0), NULL) == DMF_ERR_SHAPE);
    CHECK(dmf_svd_track(NULL, a, none, sigma, dmf_view(v, 2, 2), &overlap) == DMF_ERR_ARGUMENT && overlap == -1);
    v[0] = v[1] = 1;
    CHECK(dmf_svd_top(NULL, a, INFINITY, dmf_view(u, 3, 1), sigma, dmf_view(v, 2, 1), NULL) == DMF_ERR_ARGUMENT);
    CHECK(dmf_svd_top(NULL, a, 0, dmf_view(u, 3, 1), sigma, dmf_view(v, 2, 1), (double *)(void *)u) == DMF_ERR_OVERLAP);
    CHECK(dmf_svd_top(NULL, a, 0, dmf_view(u, 3, 1), sigma, dmf_view(v, 2, 1), (double *)(void *)v) == DMF_ERR_OVERLAP);
    v[1] = (dmf_real)NAN;
    CHECK(dmf_svd_top(NULL, a, 0, dmf_view(u, 3, 1), sigma, dmf_view(v, 2, 1), NULL) == DMF_ERR_NONFINITE);
    memset(u, 0, sizeof u);
    memset(v, 0, sizeof v);
    CHECK(dmf_svd_track(NULL, a, dmf_view(u, 3, 2), sigma, dmf_view(v, 2, 2), (double *)(void *)u) == DMF_ERR_OVERLAP);
    CHECK(dmf_svd_track(NULL, a, dmf_view(u, 3, 2), sigma, dmf_view(v, 2, 2), (double *)(void *)x) == DMF_ERR_OVERLAP);
    CHECK(dmf_eigen(NULL, a, sigma, none) == DMF_ERR_SHAPE);
    OK(dmf_svd(NULL, dmf_view(NULL, 200000000, 0), none, NULL, none));
    x[4] = (dmf_real)NAN;
    CHECK(dmf_svd(NULL, a, none, sigma, none) == DMF_ERR_NONFINITE);
    x[4] = (dmf_real)-INFINITY;
    CHECK(dmf_svd(NULL, a, none, sigma, none) == DMF_ERR_NONFINITE);
    x[0] = x[1] = x[2] = x[3] = x[4] = x[5] = (dmf_real)(sizeof(dmf_real) == 8 ? 1.7e308 : 3.3e38);
    CHECK(dmf_svd(NULL, a, none, sigma, none) == DMF_ERR_NONFINITE);
    CHECK(dmf_svd_top(NULL, a, 0, dmf_view(u, 3, 1), sigma, dmf_view(v, 2, 1), NULL) == DMF_ERR_NONFINITE);
    CHECK(dmf_eigen(NULL, dmf_view(x, 2, 2), sigma, none) == DMF_ERR_NONFINITE);
    CHECK(sigma[0] == -1 && sigma[1] == -1);
}

/* ---- Loops ---- */

int strip_width(void);
void loop_rotate(const dmf_ctx *, size_t n, dmf_real s, dmf_real tau, dmf_real *x, dmf_real *y);
void loop_combine(const dmf_ctx *, size_t n, int terms, const dmf_real *c, const dmf_real *const *x, dmf_real *y);
int loop_symmetric(const dmf_ctx *, int first, dmf_mat g, const dmf_real *x, dmf_real *y);
void loop_chase(const dmf_ctx *, int sweeps, int lo, int hi, const dmf_real *rotation, size_t stride,
                const dmf_real *scale, dmf_real *z);

/* x = c x - s y, y = s x + c y, in double. */
static void turn(double c, double s, int n, double *x, double *y)
{
    int j;
    for (j = 0; j < n; j++) {
        const double before = x[j];
        x[j] = c * before - s * y[j];
        y[j] = s * before + c * y[j];
    }
}

/* Two rows, and a sum of as many as there are, which may be one of them; what lies behind their ends stays. */
static void check_rows(const dmf_ctx *ctx, int n, dmf_rng *rng)
{
    enum { MOST = 40, TERMS = 6 };
    dmf_real rows[TERMS][MOST + 1], c[TERMS];
    const dmf_real *from[TERMS];
    double x[2][MOST], sum[MOST] = { 0 };
    const double s = 2 * dmf_uniform(rng) - 1, cosine = sqrt(1 - s * s);
    int i, j, terms;
    for (terms = 1; terms <= TERMS; terms++) {
        for (i = 0; i < TERMS; i++) {
            from[i] = rows[i];
            c[i] = (dmf_real)dmf_normal(rng);
            for (j = 0; j <= MOST; j++) rows[i][j] = (dmf_real)(2 * dmf_uniform(rng) - 1);
            for (j = 0; j < MOST && i < 2; j++) x[i][j] = (double)rows[i][j];
        }
        loop_rotate(ctx, (size_t)n, (dmf_real)s, (dmf_real)(s / (1 + cosine)), rows[0], rows[1]);
        turn(cosine, s, n, x[0], x[1]);
        for (i = 0; i < 2; i++)
            for (j = 0; j < MOST; j++) NEAR(rows[i][j], x[i][j], 8 * EPS);
        for (j = 0; j < MOST; j++) sum[j] = (double)rows[terms - 1][j];
        for (j = 0; j < n; j++)
            for (sum[j] = 0, i = 0; i < terms; i++) sum[j] += (double)c[i] * (double)rows[i][j];
        loop_combine(ctx, (size_t)n, terms, c, from, rows[terms - 1]);
        for (j = 0; j < MOST; j++) NEAR(rows[terms - 1][j], sum[j], 32 * EPS);
    }
}

/* Pairs of sweeps over rows lo .. hi of a strip, with rotations of their own and the identity at both ends. Rows carry
   the factors that multiply up in the cosines; row lo begins with one that is not 1. */
static void check_chase(const dmf_ctx *ctx, int sweeps, int lo, int hi, dmf_rng *rng)
{
    enum { ROWS = 12, SWEEPS = 4, WIDE = 32, STRIDE = 2 * (ROWS + 2) };
    const int wide = strip_width();
    dmf_real *z = new_mat(ROWS + 2, wide).data, rotation[SWEEPS * STRIDE], scale[ROWS + 2];
    double row[ROWS + 2][WIDE];
    int i, j, k;
    for (i = 0; i < ROWS + 2; i++)
        for (scale[i] = 1, j = 0; j < wide; j++)
            row[i][j] = (double)(z[i * wide + j] = (dmf_real)(2 * dmf_uniform(rng) - 1));
    for (j = 0, scale[lo + 1] = 2; j < wide; j++) row[lo + 1][j] *= 2;
    for (k = 0; k < sweeps; k++)
        for (i = hi; i >= lo - 1; i--) {
            const double s = i == hi || i == lo - 1 ? 0 : 2 * dmf_uniform(rng) - 1, c = sqrt(1 - s * s);
            const double ratio = (double)scale[i + 1] / (double)scale[i + 2];
            rotation[k * STRIDE + 2 * (i + 1)] = (dmf_real)(s / c * ratio);
            rotation[k * STRIDE + 2 * (i + 1) + 1] = (dmf_real)(-s / c / ratio);
            scale[i + 1] *= (dmf_real)c;
            scale[i + 2] *= (dmf_real)c;
            if (s != 0) turn(c, s, wide, row[i + 1], row[i + 2]);
        }
    loop_chase(ctx, sweeps, lo, hi, rotation + 2, STRIDE, scale + 1, z + wide);
    for (i = 0; i < ROWS + 2; i++)
        for (j = 0; j < wide; j++) NEAR(z[i * wide + j], row[i][j], 64 * EPS);
    free(z);
}

/* A symmetric matrix whose blocks below the diagonal hold what nobody may read, and neighbours that stay. */
static void check_symmetric(const dmf_ctx *ctx, int n, dmf_rng *rng)
{
    enum { MOST = 40 };
    dmf_mat g = new_mat(MOST, MOST + 3);
    dmf_real x[MOST + 1], y[MOST + 1];
    double entry[MOST][MOST], sum;
    int i, j, first, block = 1;
    g.rows = n;
    for (first = 0; first <= n; first += 4) {
        for (i = 0; i < MOST; i++) x[i] = y[i] = i < first ? 0 : (dmf_real)(2 * dmf_uniform(rng) - 1);
        for (y[n] = 7, i = 0; i < n; i++)
            for (j = i; j < n; j++)
                g.data[i * g.ld + j] = g.data[j * g.ld + i] = (dmf_real)(entry[i][j] = entry[j][i] = 2 * dmf_uniform(rng) - 1);
        for (i = 0; i < n; i++)
            for (j = 0; j < i / block * block && block > 1; j++) g.data[i * g.ld + j] = (dmf_real)NAN;
        block = loop_symmetric(ctx, first, g, x, y);
        for (i = first; i < n; i++) {
            for (sum = 0, j = first; j < n; j++) sum += entry[i][j] * (double)x[j];
            NEAR(y[i], sum, 64 * EPS);
        }
        CHECK(y[n] == 7);
    }
    dmf_mat_destroy(&g);
}

static void loops_match_their_definitions(void)
{
    const dmf_isa sets[] = { DMF_ISA_PORTABLE, DMF_ISA_AVX2, DMF_ISA_AVX512, DMF_ISA_NEON };
    dmf_rng rng = dmf_seed(21, 0);
    size_t k;
    int n, lo, hi;
    for (k = 0; k < sizeof sets / sizeof *sets; k++) {
        dmf_options options = { 0 };
        dmf_ctx *ctx = NULL;
        options.isa = sets[k];
        if (dmf_ctx_create(&options, &ctx)) continue;
        for (n = 0; n <= 40; n++) check_rows(ctx, n, &rng);
        for (n = 1; n < 40; n++) check_symmetric(ctx, n, &rng);
        for (lo = 0; lo < 11; lo++)
            for (hi = lo + 1; hi < 12; hi++) {
                check_chase(ctx, 2, lo, hi, &rng);
                check_chase(ctx, 4, lo, hi, &rng);
            }
        dmf_ctx_destroy(ctx);
    }
}

int main(void)
{
    RUN(loops_match_their_definitions);
    RUN(every_shape_decomposes);
    RUN(every_spectrum_decomposes);
    RUN(degenerate_matrices_decompose);
    RUN(references_are_met);
    RUN(graded_matrices_keep_small_singular_values);
    RUN(extreme_contrasts_keep_orthonormal_vectors);
    RUN(singular_values_are_invariant);
    RUN(the_largest_triples_are_found);
    RUN(hard_spectra_have_largest_triples);
    RUN(a_large_matrix_has_largest_triples);
    RUN(a_search_ends_where_all_triples_cost_less);
    RUN(all_triples_take_no_room_for_a_search);
    RUN(a_bound_out_of_range_is_an_error);
    RUN(branches_cross);
    RUN(branches_pass_near_crossings);
    RUN(branches_leave_and_enter_degeneracy);
    RUN(symmetric_matrices_have_eigenvalues);
    RUN(rests_of_rounding_become_orthogonal);
    RUN(standing_branches_stay);
    RUN(kernels_stay_orthogonal);
    RUN(sweeps_that_run_out_are_an_error);
    RUN(small_blocks_have_eigenvalues);
    RUN(bad_input_is_an_error_and_touches_nothing);
    return finish();
}
