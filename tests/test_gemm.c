#define _DEFAULT_SOURCE
#include "test.h"
#include <sys/mman.h>
#include <unistd.h>

static dmf_mat uniform_mat(int rows, int cols, dmf_rng *rng)
{
    dmf_mat a = new_mat(rows, cols);
    size_t i;
    for (i = 0; i < (size_t)rows * cols; i++) a.data[i] = (dmf_real)(dmf_uniform(rng) - 0.5);
    return a;
}

/* Compares one product with long double arithmetic within the documented bound, entry by entry; in large ones every
   seventh, so that all places in a tile get their turn. Strides may be larger than the rows, and what lies between
   must not change. */
static void check_product(dmf_ctx *ctx, int trans_a, int trans_b, int m, int n, int k, dmf_real alpha, dmf_real beta,
                          int extra, dmf_rng *rng)
{
    dmf_mat a = uniform_mat(trans_a ? k : m, (trans_a ? m : k) + extra, rng);
    dmf_mat b = uniform_mat(trans_b ? n : k, (trans_b ? k : n) + extra, rng);
    dmf_mat c = uniform_mat(m, n + extra, rng), before = uniform_mat(m, n + extra, rng);
    const int every = m * n > 10000 ? 7 : 1;
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
            if ((i + j) % every) continue;
            for (p = 0; p < k; p++) {
                long double term = (long double)(trans_a ? *at(a, p, i) : *at(a, i, p)) * (trans_b ? *at(b, j, p) : *at(b, p, j));
                sum += term;
                size += fabsl(term);
            }
            sum = alpha * sum + old;
            size = (k + 2) * fabsl(alpha) * size + (k / 16 + 2) * fabsl(old);
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
        dmf_options options = { 1, (dmf_isa)isa, NULL, NULL };
        dmf_ctx *ctx = NULL;
        if (dmf_ctx_create(&options, &ctx) != DMF_OK) continue;
        test(ctx);
        dmf_ctx_destroy(ctx);
    }
}

/* Every size up to MOST with entries that are small whole numbers, so that every result is exact. The product of
   blocks is the block of a product: one reference serves all sizes, k apart. */
enum { MOST = 40, WIDE = MOST + 3 };
static dmf_real whole[2][WIDE * WIDE], flat[2][WIDE * WIDE], product[MOST + 1][MOST][MOST];
static dmf_real found[WIDE * WIDE], expected[WIDE * WIDE];
static int every_combination;  /* or each size with the next of them */

static void make_reference(int trans_a, int trans_b, dmf_rng *rng)
{
    int i, j, p;
    for (i = 0; i < WIDE * WIDE; i++)
        for (j = 0; j < 2; j++) whole[j][i] = (dmf_real)((int)dmf_below(rng, 9) - 4);
    for (p = 0; p < MOST; p++)
        for (i = 0; i < MOST; i++)
            for (j = 0; j < MOST; j++)
                product[p + 1][i][j] = product[p][i][j] + whole[0][trans_a ? p * WIDE + i : i * WIDE + p] *
                                                          whole[1][trans_b ? j * WIDE + p : p * WIDE + j];
}

/* A block of one of the two, as it lies or copied together. */
static dmf_mat operand(int which, int rows, int cols, int compact)
{
    dmf_mat a = dmf_block(dmf_view(whole[which], WIDE, WIDE), 0, 0, rows, cols);
    int i;
    if (!compact) return a;
    for (i = 0; i < rows; i++) memcpy(flat[which] + i * cols, whole[which] + i * WIDE, (size_t)cols * sizeof(dmf_real));
    return dmf_view(flat[which], rows, cols);
}

static int exact(dmf_ctx *ctx, int trans_a, int trans_b, int m, int n, int k, int combination)
{
    static const dmf_real factors[] = { 0, 1, -1, (dmf_real)0.5 };
    const dmf_real alpha = factors[combination % 4], beta = factors[combination / 4 % 4];
    const int compact = combination / 16 % 2;
    dmf_mat a = operand(0, trans_a ? k : m, trans_a ? m : k, compact);
    dmf_mat b = operand(1, trans_b ? n : k, trans_b ? k : n, compact);
    dmf_mat c = dmf_block(dmf_view(found, WIDE, WIDE), 1, 1, m, n);
    int i, j;
    for (i = 0; i < m + 2; i++)
        for (j = 0; j < n + 2; j++) found[i * WIDE + j] = expected[i * WIDE + j] = (dmf_real)((i + j) & 7);
    for (i = 0; i < m; i++)
        for (j = 0; j < n; j++) {
            dmf_real *to = &expected[(i + 1) * WIDE + j + 1];
            *to = alpha * product[k][i][j] + (beta == 0 ? 0 : beta * *to);
            if (beta == 0) *at(c, i, j) = (dmf_real)NAN;
        }
    if (dmf_gemm(ctx, trans_a, trans_b, alpha, a, b, beta, c) != DMF_OK) return 0;
    for (i = 0; i < m + 2; i++)
        for (j = 0; j < n + 2; j++)
            if (!(found[i * WIDE + j] == expected[i * WIDE + j])) return 0;
    return 1;
}

/* All sizes, or in emulation, which takes hundreds of times as long, those on either side of a multiple of 8. */
static int next_size(int size)
{
#ifdef EMULATED
    return size % 8 < 1 || size % 8 == 7 ? size + 1 : size < 8 ? size + 2 : size / 8 * 8 + 7;
#else
    return size + 1;
#endif
}

static void sweep_small(dmf_ctx *ctx)
{
    dmf_rng rng = dmf_seed(1, 0);
    int op, m, n, k, combination = 0, last;
    for (op = 0; op < 4; op++) {
        make_reference(op & 1, op >> 1, &rng);
        for (m = 0; m <= MOST; m = next_size(m))
            for (n = 0; n <= MOST; n = next_size(n))
                for (k = 0; k <= MOST; k = next_size(k))
                    for (last = combination + (every_combination ? 32 : 1); combination < last; combination++)
                        if (!CHECK(exact(ctx, op & 1, op >> 1, m, n, k, combination)) && checks_failed <= 5)
                            printf("    %s, op %d, %d x %d x %d, combination %d\n", dmf_isa_name(dmf_ctx_isa(ctx)), op, m, n,
                                   k, combination % 32);
    }
}

static void sweep_options(dmf_ctx *ctx)
{
    static const dmf_real factors[] = { 0, 1, -1, (dmf_real)0.5 };
    static const int sizes[][3] = { { 13, 29, 11 }, { 8, 24, 16 }, { 1, 50, 3 }, { 50, 1, 3 }, { 110, 36, 20 } };
    dmf_rng rng = dmf_seed(2, 0);
    int s, op, a, b;
    for (s = 0; s < 5; s++)
        for (op = 0; op < 4; op++)
            for (a = 0; a < 4; a++)
                for (b = 0; b < 4; b++)
                    check_product(ctx, op & 1, op >> 1, sizes[s][0], sizes[s][1], sizes[s][2], factors[a], factors[b], s, &rng);
}

/* Past every block size in each direction, in place and packed. */
static void sweep_large(dmf_ctx *ctx)
{
    static const int sizes[][3] = { { 5, 3100, 270 }, { 400, 30, 530 }, { 390, 410, 20 }, { 3, 7, 50000 },
                                    { 310, 100, 430 }, { 40, 950, 290 }, { 17, 5, 1200 }, { 4203, 97, 40 }, { 600, 200, 450 } };
    dmf_rng rng = dmf_seed(3, 0);
    static const dmf_real alphas[] = { 1, -2, (dmf_real)0.5 }, betas[] = { 0, 1, (dmf_real)-0.5, 3 };
    int s, op;
    check_product(ctx, 0, 1, 450, 900, 300, -2, (dmf_real)0.5, 1, &rng);
    for (op = 0; op < 4; op++)
        for (s = 1; s < 6; s++) check_product(ctx, op & 1, op >> 1, 900, s, 410, -1, 0, 1, &rng);
    for (s = 0; s < 9; s++)
        for (op = 0; op < 4; op++)
            check_product(ctx, op & 1, op >> 1, sizes[s][0], sizes[s][1], sizes[s][2], alphas[s % 3],
                          betas[(s + op) % 4], 1, &rng);
}

/* A small product's entries do not depend on how many columns it has: those of the first n against those of 48, which
   are whole vectors, with and without turned columns, and n + 1 is left alone. */
static void compare_columns(dmf_ctx *ctx)
{
    enum { COLUMNS = 48 };
    static const int sizes[][2] = { { 37, 60 }, { 50, 50 }, { 64, 32 }, { 100, 21 }, { 16, 190 }, { 23, 190 } };
    dmf_rng rng = dmf_seed(6, 0);
    int s, op, n, i;
    for (s = 0; s < 6; s++)
        for (op = 0; op < 4; op++) {
            const int m = sizes[s][0], k = sizes[s][1];
            dmf_mat a = op & 1 ? uniform_mat(k, m, &rng) : uniform_mat(m, k, &rng);
            dmf_mat b = op & 2 ? uniform_mat(COLUMNS, k, &rng) : uniform_mat(k, COLUMNS, &rng);
            dmf_mat all = new_mat(m, COLUMNS), c = new_mat(m, COLUMNS);
            OK(dmf_gemm(ctx, op & 1, op & 2, 3, a, b, 0, all));
            for (n = 1; n < COLUMNS; n++) {
                const dmf_mat first = op & 2 ? dmf_block(b, 0, 0, n, k) : dmf_block(b, 0, 0, k, n);
                int bad = 0;
                for (i = 0; i < m; i++) *at(c, i, n) = 7;
                OK(dmf_gemm(ctx, op & 1, op & 2, 3, a, first, 0, dmf_block(c, 0, 0, m, n)));
                for (i = 0; i < m; i++)
                    bad += memcmp(at(c, i, 0), at(all, i, 0), (size_t)n * sizeof *c.data) != 0 || *at(c, i, n) != 7;
                if (!CHECK(bad == 0)) printf("    %d x %d x %d, op %d, %d rows differ\n", m, n, k, op, bad);
            }
            dmf_mat_destroy(&a);
            dmf_mat_destroy(&b);
            dmf_mat_destroy(&all);
            dmf_mat_destroy(&c);
        }
}

static void small_products_are_right(void) { with_every_isa(sweep_small); }
static void all_options_are_right(void) { with_every_isa(sweep_options); }
static void blocked_products_are_right(void) { with_every_isa(sweep_large); }
static void columns_do_not_depend_on_those_beside_them(void) { with_every_isa(compare_columns); }

static void any_number_of_threads_gives_the_same_bits(void)
{
    static const int sizes[][3] = { { 300, 200, 150 }, { 130, 900, 70 }, { 900, 130, 70 }, { 9, 900, 400 }, { 200, 5, 3000 },
                                    { 32, 24, 12000 }, { 400, 700, 700 } };
#ifdef EMULATED
    const int count = 6;
#else
    const int count = 7;
#endif
    dmf_rng rng = dmf_seed(5, 0);
    int s, op, threads;
    for (s = 0; s < count; s++)
        for (op = 0; op < 4; op++) {
            const int m = sizes[s][0], n = sizes[s][1], k = sizes[s][2];
            dmf_mat a = op & 1 ? uniform_mat(k, m, &rng) : uniform_mat(m, k, &rng);
            dmf_mat b = op & 2 ? uniform_mat(n, k, &rng) : uniform_mat(k, n, &rng);
            dmf_mat one = new_mat(m, n), c = new_mat(m, n);
            OK(dmf_gemm(NULL, op & 1, op & 2, 1, a, b, 0, one));
            for (threads = 1; threads <= 7; threads++) {
                dmf_options options = { threads, DMF_ISA_BEST, NULL, NULL };
                dmf_ctx *ctx = NULL;
                OK(dmf_ctx_create(&options, &ctx));
                CHECK(dmf_ctx_threads(ctx) >= 1 && dmf_ctx_threads(ctx) <= threads);
                OK(dmf_gemm(ctx, op & 1, op & 2, 1, a, b, 0, c));
                CHECK(memcmp(one.data, c.data, (size_t)m * n * sizeof *c.data) == 0);
                dmf_ctx_destroy(ctx);
            }
            dmf_mat_destroy(&a);
            dmf_mat_destroy(&b);
            dmf_mat_destroy(&one);
            dmf_mat_destroy(&c);
        }
}

/* Numbers that end, or begin, at a page that must not be touched. */
static dmf_real *fenced(char *pages, size_t page, size_t bytes, int at_end)
{
    return (dmf_real *)(void *)(pages + page + (at_end ? 3 * page - bytes : 0));
}

static void fenced_product(dmf_ctx *ctx, char *const *pages, size_t page, int rows, int cols, int depth, dmf_real beta)
{
    const size_t size = sizeof(dmf_real);
    int op, at_end;
    for (op = 0; op < 4; op++)
        for (at_end = 0; at_end < 2; at_end++) {
            dmf_real *a = fenced(pages[0], page, (size_t)rows * depth * size, at_end);
            dmf_real *b = fenced(pages[1], page, (size_t)depth * cols * size, at_end);
            dmf_real *c = fenced(pages[2], page, (size_t)rows * cols * size, at_end);
            OK(dmf_gemm(ctx, op & 1, op & 2, 1, op & 1 ? dmf_view(a, depth, rows) : dmf_view(a, rows, depth),
                        op & 2 ? dmf_view(b, cols, depth) : dmf_view(b, depth, cols), beta, dmf_view(c, rows, cols)));
            OK(dmf_transpose(ctx, dmf_view(b, depth, cols),
                             dmf_view(fenced(pages[2], page, (size_t)depth * cols * size, at_end), cols, depth)));
        }
}

/* Those of 64 x 32 may have columns that are turned. */
static void stay_inside(dmf_ctx *ctx)
{
    static const int sizes[] = { 1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 25, 32 };
    enum { SIZES = sizeof sizes / sizeof *sizes };
    const size_t page = 2 * (size_t)sysconf(_SC_PAGESIZE);
    char *pages[3];
    int i, m, n, k;
    for (i = 0; i < 3; i++) {
        pages[i] = (char *)mmap(NULL, 5 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (!CHECK(pages[i] != (char *)MAP_FAILED)) return;
        CHECK(mprotect(pages[i], page, PROT_NONE) == 0 && mprotect(pages[i] + 4 * page, page, PROT_NONE) == 0);
    }
    for (n = 0; n < SIZES; n++) {
        for (m = 0; m < SIZES; m++)
            for (k = 0; k < SIZES; k++) fenced_product(ctx, pages, page, sizes[m], sizes[n], sizes[k], 1);
        fenced_product(ctx, pages, page, 64, sizes[n], 32, 0);
    }
    for (i = 0; i < 3; i++) munmap(pages[i], 5 * page);
}

static void nothing_outside_the_operands_is_touched(void) { with_every_isa(stay_inside); }

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

/* What is read in place and has no columns to turn needs no memory. */
static void products_in_place_need_no_memory(void)
{
    static const int shapes[][3] = { { 64, 64, 64 }, { 64, 16, 64 }, { 100, 48, 100 } };
    dmf_rng rng = dmf_seed(30, 0);
    size_t i;
    for (i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const int m = shapes[i][0], n = shapes[i][1], k = shapes[i][2];
        dmf_mat a = random_mat(m, k, &rng), b = random_mat(k, n, &rng), c = new_mat(m, n);
        memory_fail_at = 1;
        OK(dmf_gemm(NULL, 0, 0, 1, a, b, 0, c));
        memory_fail_at = 0;
        dmf_mat_destroy(&a), dmf_mat_destroy(&b), dmf_mat_destroy(&c);
    }
}

/* With an argument: every size up to 40 with every combination of factors and strides, some 9 million products for
   each instruction set. */
int main(int argc, char **argv)
{
    every_combination = argc > 1;
    (void)argv;
    RUN(small_products_are_right);
    RUN(all_options_are_right);
    RUN(blocked_products_are_right);
    RUN(columns_do_not_depend_on_those_beside_them);
    RUN(any_number_of_threads_gives_the_same_bits);
    RUN(nothing_outside_the_operands_is_touched);
    RUN(no_context_is_needed);
    RUN(nan_and_infinity_propagate_but_zeros_shield);
    RUN(one_matrix_may_be_both_factors);
    RUN(blocks_of_one_matrix_may_take_part);
    RUN(bad_arguments_are_errors_and_touch_nothing);
    RUN(products_in_place_need_no_memory);
    return finish();
}
