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
    double n = fmax(a.rows, a.cols), size = sigma[0];
    dmf_mat us = new_mat(a.rows, k), r = new_mat(a.rows, a.cols);
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
                                    { 20, 50 }, { 100, 99 }, { 120, 120 }, { 300, 10 }, { 10, 300 }, { 0, 0 }, { 0, 5 }, { 5, 0 } };
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

enum { SPECTRA = 5, N = 40 };

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
                                  1 - 1e-6 * i);                     /* a cluster */
        a = with_spectrum(N + 15, N, sigma, &rng);
        check_svd(a);
        OK(dmf_svd(NULL, a, none, found, none));
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

/* Scaling columns or rows by D costs no relative accuracy: powers of two, up to 200 orders of magnitude in
   random order, against the transpose, which takes another path through the code. */
static void graded_matrices_keep_small_singular_values(void)
{
    double span = sizeof(dmf_real) == 8 ? 664 : 60; /* binary orders */
    dmf_rng rng = dmf_seed(4, 0);
    int trial, i, j, e[N];
    for (trial = 0; trial < 6; trial++) {
        dmf_mat a = random_mat(N, N, &rng), t = new_mat(N, N);
        dmf_real here[N], there[N];
        for (j = 0; j < N; j++) e[j] = (int)(span * (dmf_uniform(&rng) - 0.5));
        for (i = 0; i < N; i++)
            for (j = 0; j < N; j++) *at(a, i, j) = (dmf_real)ldexp((double)*at(a, i, j), e[trial % 2 ? i : j]);
        OK(dmf_transpose(NULL, a, t));
        OK(dmf_svd(NULL, a, none, here, none));
        OK(dmf_svd(NULL, t, none, there, none));
        for (i = 0; i < N; i++) NEAR(here[i] / there[i], 1, 1000 * EPS);
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

static void bad_input_is_an_error_and_touches_nothing(void)
{
    dmf_real x[6] = { 1, 2, 3, 4, 5, 6 }, u[6], v[4], sigma[2] = { -1, -1 };
    dmf_mat a = dmf_view(x, 3, 2);
    CHECK(dmf_svd(NULL, a, dmf_view(u, 2, 3), sigma, none) == DMF_ERR_SHAPE);
    CHECK(dmf_svd(NULL, a, none, sigma, dmf_view(v, 3, 2)) == DMF_ERR_SHAPE);
    CHECK(dmf_svd(NULL, a, none, NULL, none) == DMF_ERR_ARGUMENT);
    CHECK(dmf_svd(NULL, a, a, sigma, none) == DMF_ERR_OVERLAP);
    CHECK(dmf_svd(NULL, a, none, x, none) == DMF_ERR_OVERLAP);
    CHECK(dmf_svd(NULL, a, dmf_view(u, 3, 2), sigma, dmf_view(u, 2, 2)) == DMF_ERR_OVERLAP);
    CHECK(dmf_svd(NULL, dmf_view(NULL, 3, 2), none, sigma, none) == DMF_ERR_ARGUMENT);
    x[4] = (dmf_real)NAN;
    CHECK(dmf_svd(NULL, a, none, sigma, none) == DMF_ERR_NONFINITE);
    x[4] = (dmf_real)-INFINITY;
    CHECK(dmf_svd(NULL, a, none, sigma, none) == DMF_ERR_NONFINITE);
    x[0] = x[1] = x[2] = x[3] = x[4] = x[5] = (dmf_real)(sizeof(dmf_real) == 8 ? 1.7e308 : 3.3e38);
    CHECK(dmf_svd(NULL, a, none, sigma, none) == DMF_ERR_NONFINITE);
    CHECK(sigma[0] == -1 && sigma[1] == -1);
}

int main(void)
{
    RUN(every_shape_decomposes);
    RUN(every_spectrum_decomposes);
    RUN(degenerate_matrices_decompose);
    RUN(references_are_met);
    RUN(graded_matrices_keep_small_singular_values);
    RUN(extreme_contrasts_keep_orthonormal_vectors);
    RUN(singular_values_are_invariant);
    RUN(bad_input_is_an_error_and_touches_nothing);
    return finish();
}
