#include "test.h"

/* Compares one product with long double arithmetic, entry by entry, within the documented bound. Strides
   are larger than the rows, and what lies between must not change. */
static void check_product(dmf_ctx *ctx, int trans_a, int trans_b, int m, int n, int k, dmf_real alpha, dmf_real beta,
                          int extra, dmf_rng *rng)
{
    dmf_mat a = random_mat(trans_a ? k : m, (trans_a ? m : k) + extra, rng);
    dmf_mat b = random_mat(trans_b ? n : k, (trans_b ? k : n) + extra, rng);
    dmf_mat c = random_mat(m, n + extra, rng), before = random_mat(m, n + extra, rng);
    int i, j, p, bad = 0;
    a.cols -= extra, b.cols -= extra;
    memcpy(before.data, c.data, (size_t)m * (n + extra) * sizeof(dmf_real));
    if (beta == 0)
        for (i = 0; i < m; i++)
            for (j = 0; j < n; j++) *at(c, i, j) = (dmf_real)NAN;
    c.cols -= extra;
    OK(dmf_gemm(ctx, trans_a, trans_b, alpha, a, b, beta, c));
    for (i = 0; i < m; i++) {
        for (j = 0; j < n; j++) {
            long double sum = 0, size = 0, old = beta == 0 ? 0 : (long double)beta * *at(before, i, j);
            for (p = 0; p < k; p++) {
                long double term = (long double)(trans_a ? *at(a, p, i) : *at(a, i, p)) * (trans_b ? *at(b, j, p) : *at(b, p, j));
                sum += term;
                size += fabsl(term);
            }
            sum = alpha * sum + old;
            size = (k + 2) * fabsl(alpha) * size + 2 * fabsl(old);
            bad += !(fabsl(*at(c, i, j) - sum) <= EPS * size);
        }
        for (j = n; j < n + extra; j++) bad += c.data[(size_t)i * c.ld + j] != before.data[(size_t)i * c.ld + j];
    }
    if (!CHECK(bad == 0)) printf("    %d x %d x %d, op %d %d, alpha %g, beta %g\n", m, n, k, trans_a, trans_b, (double)alpha, (double)beta);
    dmf_mat_destroy(&a);
    dmf_mat_destroy(&b);
    dmf_mat_destroy(&c);
    dmf_mat_destroy(&before);
}

static void with_every_isa(void (*test)(dmf_ctx *))
{
    int isa;
    for (isa = DMF_ISA_PORTABLE; isa <= DMF_ISA_NEON; isa++) {
        dmf_options options = { (dmf_isa)isa };
        dmf_ctx *ctx = NULL;
        if (dmf_ctx_create(&options, &ctx) != DMF_OK) continue;
        test(ctx);
        dmf_ctx_destroy(ctx);
    }
}

static void sweep_small(dmf_ctx *ctx)
{
    static const int sizes[] = { 0, 1, 2, 3, 5, 7, 8, 9, 12, 16, 17, 23, 24, 25, 31, 40 };
    static const dmf_real factors[] = { 0, 1, -1, (dmf_real)0.5 };
    enum { SIZES = sizeof sizes / sizeof *sizes };
    dmf_rng rng = dmf_seed(1, 0);
    int i, j, k, turn = 0;
    for (i = 0; i < SIZES; i++)
        for (j = 0; j < SIZES; j++)
            for (k = 0; k < SIZES; k++, turn++)
                check_product(ctx, turn & 1, turn >> 1 & 1, sizes[i], sizes[j], sizes[k], factors[turn / 4 % 4],
                              factors[turn / 16 % 4], turn % 3, &rng);
}

static void sweep_options(dmf_ctx *ctx)
{
    static const dmf_real factors[] = { 0, 1, -1, (dmf_real)0.5 };
    static const int sizes[][3] = { { 13, 29, 11 }, { 8, 24, 16 }, { 1, 50, 3 }, { 50, 1, 3 } };
    dmf_rng rng = dmf_seed(2, 0);
    int s, op, a, b;
    for (s = 0; s < 4; s++)
        for (op = 0; op < 4; op++)
            for (a = 0; a < 4; a++)
                for (b = 0; b < 4; b++)
                    check_product(ctx, op & 1, op >> 1, sizes[s][0], sizes[s][1], sizes[s][2], factors[a], factors[b], s, &rng);
}

/* Past every block size in each direction, in place and packed. */
static void sweep_large(dmf_ctx *ctx)
{
    static const int sizes[][3] = { { 5, 3100, 270 }, { 400, 30, 530 }, { 200, 60, 1100 }, { 390, 410, 20 }, { 3, 7, 50000 } };
    dmf_rng rng = dmf_seed(3, 0);
    int s, op;
    for (s = 0; s < 5; s++)
        for (op = 0; op < 4; op++)
            check_product(ctx, op & 1, op >> 1, sizes[s][0], sizes[s][1], sizes[s][2], 1, op == 2 ? 1 : 0, 1, &rng);
}

static void small_products_are_right(void) { with_every_isa(sweep_small); }
static void all_options_are_right(void) { with_every_isa(sweep_options); }
static void blocked_products_are_right(void) { with_every_isa(sweep_large); }

static void no_context_is_needed(void)
{
    dmf_rng rng = dmf_seed(4, 0);
    check_product(NULL, 1, 1, 30, 20, 10, 2, 3, 1, &rng);
}

static void nan_and_infinity_propagate_but_zeros_shield(void)
{
    dmf_real a[4] = { 1, 2, 3, 4 }, b[4] = { 1, (dmf_real)NAN, 0, 1 }, c[4] = { 1, 1, 1, (dmf_real)NAN };
    OK(dmf_gemm(NULL, 0, 0, 1, dmf_view(a, 2, 2), dmf_view(b, 2, 2), 0, dmf_view(c, 2, 2)));
    CHECK(c[0] == 1 && c[2] == 3 && isnan(c[1]) && isnan(c[3]));
    OK(dmf_gemm(NULL, 0, 0, 0, dmf_view(a, 2, 2), dmf_view(b, 2, 2), 0, dmf_view(c, 2, 2)));
    CHECK(c[0] == 0 && c[1] == 0 && c[2] == 0 && c[3] == 0);
}

static void one_matrix_may_be_both_factors(void)
{
    dmf_real a[4] = { 1, 2, 3, 4 }, c[4];
    OK(dmf_gemm(NULL, 0, 1, 1, dmf_view(a, 2, 2), dmf_view(a, 2, 2), 0, dmf_view(c, 2, 2)));
    CHECK(c[0] == 5 && c[1] == 11 && c[2] == 11 && c[3] == 25);
}

static void blocks_of_one_matrix_may_take_part(void)
{
    dmf_real x[12] = { 1, 2, 0, 0, 3, 4, 0, 0, 5, 6, 7, 8 };
    dmf_mat all = dmf_view(x, 3, 4), left = dmf_block(all, 0, 0, 2, 2), right = dmf_block(all, 0, 2, 2, 2);
    OK(dmf_gemm(NULL, 0, 0, 1, left, left, 0, right));
    CHECK(x[2] == 7 && x[3] == 10 && x[6] == 15 && x[7] == 22);
    CHECK(dmf_gemm(NULL, 0, 0, 1, left, left, 0, dmf_block(all, 0, 1, 2, 2)) == DMF_ERR_OVERLAP);
    CHECK(dmf_gemm(NULL, 0, 0, 1, right, right, 0, dmf_block(all, 1, 1, 2, 2)) == DMF_ERR_OVERLAP);
    OK(dmf_gemm(NULL, 0, 0, 1, dmf_block(all, 0, 0, 1, 2), left, 0, dmf_block(all, 2, 0, 1, 2)));
    CHECK(x[8] == 7 && x[9] == 10);
}

static void bad_arguments_are_errors_and_touch_nothing(void)
{
    dmf_real x[6] = { 0 }, c[4] = { 1, 2, 3, 4 };
    dmf_mat narrow = dmf_view(x, 2, 3), bad = narrow;
    CHECK(dmf_gemm(NULL, 0, 0, 1, narrow, narrow, 0, dmf_view(c, 2, 2)) == DMF_ERR_SHAPE);
    CHECK(dmf_gemm(NULL, 0, 1, 1, narrow, narrow, 0, dmf_view(c, 1, 4)) == DMF_ERR_SHAPE);
    CHECK(dmf_gemm(NULL, 0, 1, 1, narrow, narrow, 0, dmf_view(NULL, 2, 2)) == DMF_ERR_ARGUMENT);
    CHECK(dmf_gemm(NULL, 0, 1, 1, dmf_view(NULL, 2, 3), narrow, 0, dmf_view(c, 2, 2)) == DMF_ERR_ARGUMENT);
    CHECK(dmf_gemm(NULL, 0, 1, 1, narrow, narrow, 0, dmf_view(x, 2, 2)) == DMF_ERR_OVERLAP);
    bad.ld = 2;
    CHECK(dmf_gemm(NULL, 0, 1, 1, bad, narrow, 0, dmf_view(c, 2, 2)) == DMF_ERR_SHAPE);
    bad.rows = -2;
    CHECK(dmf_gemm(NULL, 0, 1, 1, bad, narrow, 0, dmf_view(c, 2, 2)) == DMF_ERR_SHAPE);
    CHECK(c[0] == 1 && c[1] == 2 && c[2] == 3 && c[3] == 4);
}

int main(void)
{
    RUN(small_products_are_right);
    RUN(all_options_are_right);
    RUN(blocked_products_are_right);
    RUN(no_context_is_needed);
    RUN(nan_and_infinity_propagate_but_zeros_shield);
    RUN(one_matrix_may_be_both_factors);
    RUN(blocks_of_one_matrix_may_take_part);
    RUN(bad_arguments_are_errors_and_touch_nothing);
    return finish();
}
