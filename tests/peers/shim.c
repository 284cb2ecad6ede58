/*
The routines of the BLAS and of LAPACK that dmf.h can stand in for, as Fortran calls them: dgemm and dgesvj, with
DMF_SINGLE sgemm and sgesvj. Both objects make one shared library, which tests/peers/run.sh preloads into the test
programs of the reference BLAS and LAPACK. Matrices there are column-major; such a matrix read as a row-major one is
the transpose.

PEERS_COUNT names a file to which the number of calls is added at exit. Under PEERS_WRONG results are slightly wrong,
and a tester that does not notice tests something else.
*/
#define DMF_API __attribute__((unused)) static
#define DMF_IMPLEMENTATION
#include "../../dmf.h"

#ifdef DMF_SINGLE
#define GEMM sgemm_
#define GESVJ sgesvj_
#define LETTER "S"
#else
#define GEMM dgemm_
#define GESVJ dgesvj_
#define LETTER "D"
#endif

void xerbla_(const char *name, const int *info, size_t length);

static long gemm_calls, gesvj_calls;

__attribute__((destructor)) static void report_calls(void)
{
    const char *path = getenv("PEERS_COUNT");
    FILE *file = path ? fopen(path, "a") : NULL;
    if (!file) return;
    if (gemm_calls > 0) fprintf(file, "%sGEMM %ld\n", LETTER, gemm_calls);
    if (gesvj_calls > 0) fprintf(file, "%sGESVJ %ld\n", LETTER, gesvj_calls);
    fclose(file);
}

/* 1 plus a few hundred roundings, if results are to be wrong. */
static dmf_real blemish(void) { return (dmf_real)(getenv("PEERS_WRONG") ? 1 + 1000 * DMF__EPS : 1); }

/* Whether the letter is one of those allowed, in capitals or not; and whether it is this one. */
static int one_of(const char *letter, const char *allowed) { return *letter && strchr(allowed, *letter & ~32) != NULL; }
static int is(const char *letter, char which) { return (*letter & ~32) == which; }
static int at_least_1(int n) { return n > 1 ? n : 1; }

/* The transpose of a rows x cols matrix of Fortran. */
static dmf_mat transposed(const dmf_real *data, int rows, int cols, int ld)
{
    dmf_mat a = dmf_view((dmf_real *)(uintptr_t)data, cols, rows);
    a.ld = ld;
    return a;
}

/* ---- C = alpha op(A) op(B) + beta C, by its transpose ---- */

void GEMM(const char *trans_a, const char *trans_b, const int *m, const int *n, const int *k, const dmf_real *alpha,
          const dmf_real *a, const int *lda, const dmf_real *b, const int *ldb, const dmf_real *beta, dmf_real *c,
          const int *ldc, size_t length_a, size_t length_b)
{
    const int ta = !is(trans_a, 'N'), tb = !is(trans_b, 'N');
    const int rows_a = ta ? *k : *m, cols_a = ta ? *m : *k, rows_b = tb ? *n : *k, cols_b = tb ? *k : *n;
    const int info = !one_of(trans_a, "NTC") ? 1 : !one_of(trans_b, "NTC") ? 2 : *m < 0 ? 3 : *n < 0 ? 4 : *k < 0 ? 5
                     : *lda < at_least_1(rows_a) ? 8 : *ldb < at_least_1(rows_b) ? 10 : *ldc < at_least_1(*m) ? 13 : 0;
    (void)length_a;
    (void)length_b;
    gemm_calls++;
    if (info) {
        xerbla_(LETTER "GEMM ", &info, 6);
        return;
    }
    if (*m == 0 || *n == 0) return;
    if (dmf_gemm(NULL, tb, ta, *alpha * blemish(), transposed(b, rows_b, cols_b, *ldb), transposed(a, rows_a, cols_a, *lda),
                 *beta, transposed(c, *m, *n, *ldc)))
        fprintf(stderr, "dmf_gemm refuses what the BLAS takes\n");
}

/* ---- A = U S V^T, m >= n: U takes the place of A, or U S if it is not asked for; V that of V, or V_in V ---- */

/* a from its transpose; what is not referenced of a triangular matrix becomes zero. */
static void load(const char *job_a, dmf_mat at, dmf_mat a)
{
    int i, j;
    for (i = 0; i < a.rows; i++)
        for (j = 0; j < a.cols; j++)
            dmf__row(a, i)[j] = (is(job_a, 'L') && i < j) || (is(job_a, 'U') && i > j) ? 0 : dmf__row(at, j)[i];
}

static dmf_status decompose(const char *job_a, const char *job_u, const char *job_v, dmf_mat at, dmf_mat vt,
                            dmf_real *sva)
{
    const int m = at.cols, n = at.rows;
    dmf_mat a = { 0 }, u = { 0 }, v = { 0 }, applied = { 0 };
    dmf_status s = dmf_mat_create(NULL, m, n, &a);
    int i, j;
    if (!s) s = dmf_mat_create(NULL, m, n, &u);
    if (!s) s = dmf_mat_create(NULL, n, n, &v);
    if (!s) s = dmf_mat_create(NULL, n, vt.cols, &applied);
    if (!s) load(job_a, at, a);
    if (!s) s = dmf_svd(NULL, a, u, sva, v);
    if (!s && is(job_v, 'V')) s = dmf_transpose(NULL, v, vt);
    if (!s && is(job_v, 'A')) s = dmf_gemm(NULL, 1, 0, 1, v, vt, 0, applied);
    if (!s && is(job_v, 'A')) dmf__copy(applied, vt);
    for (i = 0; i < m && !s; i++)
        for (j = 0; j < n; j++) dmf__row(at, j)[i] = dmf__row(u, i)[j] * (is(job_u, 'N') ? sva[j] : 1);
    dmf_mat_destroy(&a);
    dmf_mat_destroy(&u);
    dmf_mat_destroy(&v);
    dmf_mat_destroy(&applied);
    return s;
}

void GESVJ(const char *job_a, const char *job_u, const char *job_v, const int *m, const int *n, dmf_real *a, const int *lda,
           dmf_real *sva, const int *mv, dmf_real *v, const int *ldv, dmf_real *work, const int *lwork, int *info,
           size_t length_a, size_t length_u, size_t length_v)
{
    const int rows_v = is(job_v, 'V') ? *n : is(job_v, 'A') ? *mv : 0;
    const int wrong = !one_of(job_a, "LUG") ? 1 : !one_of(job_u, "UCN") ? 2 : !one_of(job_v, "VAN") ? 3 : *m < 0 ? 4
                      : *n < 0 || *n > *m ? 5 : *lda < *m ? 7 : *mv < 0 ? 9 : *ldv < rows_v ? 11
                      : is(job_u, 'C') && !(work[0] > 1) ? 12 : *lwork < (*m + *n > 6 ? *m + *n : 6) ? 13 : 0;
    int i;
    (void)length_a;
    (void)length_u;
    (void)length_v;
    gesvj_calls++;
    *info = -wrong;
    if (wrong) xerbla_(LETTER "GESVJ", &wrong, 6);
    if (wrong || *n == 0) return;
    if (decompose(job_a, job_u, job_v, transposed(a, *m, *n, *lda), transposed(v, rows_v, *n, *ldv), sva)) {
        *info = 1;
        return;
    }
    for (i = 0; i < 6; i++) work[i] = 0;
    work[0] = 1; /* the scale of the singular values; then how many are not zero, and how many normal numbers */
    for (i = 0; i < *n; i++) {
        sva[i] *= blemish();
        if (sva[i] > 0) work[1]++;
        if (sva[i] >= DMF__TYPED(DBL_MIN, FLT_MIN)) work[2]++;
    }
}
