#include "test.h"
#include <limits.h>

static const int single = sizeof(dmf_real) == 4;

/* ---- the observation graph ---- */

/* Labels spread along entries until nothing changes. */
static void spread(const dmf_entry *entries, size_t count, int *row, int *col)
{
    int changed = 1;
    size_t e;
    while (changed)
        for (changed = 0, e = 0; e < count; e++) {
            int *a = &row[entries[e].row], *b = &col[entries[e].col], least = *a < *b ? *a : *b;
            if (*a != *b) *a = *b = least, changed = 1;
        }
}

static void the_graph_is_what_a_naive_search_finds(void)
{
    enum { MOST = 12 };
    dmf_rng rng = dmf_seed(1, 0);
    int trial, i, j, c;
    for (trial = 0; trial < 300; trial++) {
        int rows = 1 + (int)dmf_below(&rng, MOST), cols = 1 + (int)dmf_below(&rng, MOST);
        size_t count = 1 + (size_t)dmf_below(&rng, (uint64_t)(rows * cols < 15 ? rows * cols : 15)), e;
        int row[MOST], col[MOST], seen = 0, number[2 * MOST];
        dmf_entry entries[MOST * MOST];
        dmf_mat w = new_mat(rows, cols);
        dmf_problem *p = NULL;
        dmf_graph *g = NULL;
        OK(dmf_observe(NULL, w, count, entries, &rng));
        OK(dmf_completion(NULL, rows, cols, entries, count, &p));
        OK(dmf_graph_create(NULL, p, &g));
        for (i = 0; i < rows; i++) row[i] = i;
        for (j = 0; j < cols; j++) col[j] = rows + j;
        spread(entries, count, row, col);
        for (i = 0; i < rows; i++) {
            for (e = 0; e < count && entries[e].row != i; e++) {}
            if (e == count) CHECK(g->row[i] == -1);
            else if (row[i] == i) CHECK(g->row[i] == (number[i] = seen++));
            else CHECK(g->row[i] == number[row[i]]);
        }
        for (j = 0; j < cols; j++) CHECK(g->col[j] == (col[j] == rows + j ? -1 : number[col[j]]));
        CHECK(g->count == seen);
        for (c = 0; c < g->count; c++) {
            dmf_component found = { 0, 0, 0, 0 };
            for (i = 0; i < rows; i++) found.rows += g->row[i] == c;
            for (j = 0; j < cols; j++) found.cols += g->col[j] == c;
            for (e = 0; e < count; e++) found.entries += g->row[entries[e].row] == c;
            found.complete = found.entries == (size_t)(found.rows * found.cols);
            CHECK(found.rows == g->component[c].rows && found.cols == g->component[c].cols);
            CHECK(found.entries == g->component[c].entries && found.complete == g->component[c].complete);
        }
        dmf_graph_destroy(g);
        dmf_problem_destroy(p);
        dmf_mat_destroy(&w);
    }
}

static void blocks_are_complete_components(void)
{
    static const int rows[3] = { 2, 1, 3 }, cols[3] = { 1, 2, 2 };
    dmf_rng rng = dmf_seed(2, 0);
    dmf_mat w = random_mat(7, 6, &rng);
    dmf_entry entries[42];
    dmf_problem *p = NULL;
    dmf_graph *g = NULL;
    const size_t count = dmf_block_entries(3, rows, cols);
    size_t e;
    int c;
    CHECK(count == 10);
    OK(dmf_observe_blocks(NULL, w, 3, rows, cols, entries));
    for (e = 0; e < count; e++) CHECK(entries[e].value == *at(w, entries[e].row, entries[e].col));
    OK(dmf_completion(NULL, 7, 6, entries, count, &p));
    OK(dmf_graph_create(NULL, p, &g));
    CHECK(g->count == 3 && g->row[6] == -1 && g->col[5] == -1);
    for (c = 0; c < 3; c++)
        CHECK(g->component[c].rows == rows[c] && g->component[c].cols == cols[c] && g->component[c].complete);
    OK(dmf_observe_blocks(NULL, w, 6, NULL, NULL, entries));
    CHECK(dmf_block_entries(6, NULL, NULL) == 6 && entries[4].row == 4 && entries[4].col == 4);
    CHECK(dmf_block_entries(2, rows, NULL) == 5);
    CHECK(dmf_block_entries(0, rows, cols) == 0 && dmf_block_entries(2, NULL, cols) == 0);
    CHECK(dmf_observe_blocks(NULL, w, 7, NULL, NULL, entries) == DMF_ERR_SHAPE);
    CHECK(dmf_observe_blocks(NULL, w, 0, NULL, NULL, entries) == DMF_ERR_ARGUMENT);
    CHECK(dmf_observe_blocks(NULL, w, 2, NULL, cols, entries) == DMF_ERR_ARGUMENT);
    CHECK(dmf_observe_blocks(NULL, w, 2, NULL, NULL, NULL) == DMF_ERR_ARGUMENT);
    CHECK(dmf_graph_create(NULL, NULL, &g) == DMF_ERR_ARGUMENT && dmf_graph_create(NULL, p, NULL) == DMF_ERR_ARGUMENT);
    dmf_graph_destroy(g);
    dmf_graph_destroy(NULL);
    dmf_problem_destroy(p);
    dmf_mat_destroy(&w);
}

/* ---- the tangent kernel and the coupling ---- */

/* W is linear in each number of the factors, so that differences give its derivatives exactly. */
static double naive_kernel(dmf_factors *f, dmf_entry a, dmf_entry b)
{
    dmf_mat w = new_mat(f->dims[f->depth], f->dims[0]);
    double sum = 0, da, db;
    size_t i;
    for (i = 0; i < f->size; i++) {
        dmf_real x = f->data[i];
        f->data[i] = x + 1;
        OK(dmf_product(NULL, f, w));
        da = (double)*at(w, a.row, a.col), db = (double)*at(w, b.row, b.col);
        f->data[i] = x - 1;
        OK(dmf_product(NULL, f, w));
        f->data[i] = x;
        sum += (da - (double)*at(w, a.row, a.col)) / 2 * ((db - (double)*at(w, b.row, b.col)) / 2);
    }
    dmf_mat_destroy(&w);
    return sum;
}

static void the_kernel_is_the_product_of_derivatives(void)
{
    static const int hidden[3] = { 5, 2, 3 };
    enum { COUNT = 5 };
    dmf_rng rng = dmf_seed(3, 0);
    dmf_mat none_yet = new_mat(4, 3), k = new_mat(COUNT, COUNT), part = new_mat(2, 2);
    dmf_entry entries[COUNT];
    int depth, a, b, first;
    OK(dmf_observe(NULL, none_yet, COUNT, entries, &rng));
    for (depth = 1; depth <= 4; depth++) {
        dmf_factors *f = NULL;
        OK(dmf_factors_create(NULL, 4, 3, depth, hidden, &f));
        OK(dmf_start_gaussian(NULL, f, 1, &rng));
        OK(dmf_tangent_kernel(NULL, f, entries, COUNT, k));
        for (a = 0; a < COUNT; a++)
            for (b = 0; b < COUNT; b++) {
                double naive = naive_kernel(f, entries[a], entries[b]);
                NEAR(*at(k, a, b), naive, 1000 * EPS * (fabs(naive) + dmf_frobenius(k)));
            }
        for (first = 0; first + 2 <= COUNT; first++) { /* of fewer entries than rows and columns */
            OK(dmf_tangent_kernel(NULL, f, entries + first, 2, part));
            for (a = 0; a < 4; a++)
                NEAR(*at(part, a / 2, a % 2), *at(k, first + a / 2, first + a % 2), 1000 * EPS * dmf_frobenius(k));
        }
        CHECK(dmf_tangent_kernel(NULL, f, entries, 0, dmf_block(k, 0, 0, 0, 0)) == DMF_ERR_ARGUMENT);
        CHECK(dmf_tangent_kernel(NULL, f, entries, 4, k) == DMF_ERR_SHAPE);
        CHECK(dmf_tangent_kernel(NULL, NULL, entries, COUNT, k) == DMF_ERR_ARGUMENT);
        entries[1].row += 4;
        CHECK(dmf_tangent_kernel(NULL, f, entries, COUNT, k) == DMF_ERR_INDEX);
        entries[1].row -= 4;
        dmf_factors_destroy(f);
    }
    dmf_mat_destroy(&none_yet);
    dmf_mat_destroy(&k);
    dmf_mat_destroy(&part);
}

static void the_coupling_sums_the_kernel(void)
{
    static const int rows[3] = { 2, 3, 1 }, cols[3] = { 3, 1, 2 }, hidden[3] = { 4, 8, 5 };
    dmf_rng rng = dmf_seed(4, 0);
    dmf_mat w = random_mat(7, 6, &rng), blocks = new_mat(3, 3), k;
    dmf_entry entries[42];
    dmf_problem *p = NULL;
    dmf_graph *g = NULL;
    const size_t count = dmf_block_entries(3, rows, cols);
    int depth, small, a, b;
    OK(dmf_observe_blocks(NULL, w, 3, rows, cols, entries));
    OK(dmf_completion(NULL, 7, 6, entries, count, &p));
    OK(dmf_graph_create(NULL, p, &g));
    k = new_mat((int)count, (int)count);
    for (depth = 1; depth <= 4; depth++)
        for (small = 0; small < 2; small++) {
            double square[9] = { 0 }, all = 0, between = 0;
            dmf_coupling c;
            dmf_factors *f = NULL;
            OK(dmf_factors_create(NULL, 7, 6, depth, hidden, &f));
            OK(dmf_start_gaussian(NULL, f, small ? 1e-4 : 0.5, &rng));
            OK(dmf_tangent_kernel(NULL, f, entries, count, k));
            for (a = 0; a < (int)count; a++)
                for (b = 0; b < (int)count; b++)
                    square[3 * g->row[entries[a].row] + g->row[entries[b].row]] += pow((double)*at(k, a, b), 2);
            for (a = 0; a < 9; a++) all += square[a], between += a / 3 == a % 3 ? 0 : square[a];
            OK(dmf_couple(NULL, p, f, blocks, &c));
            NEAR(c.norm, sqrt(all), 200 * EPS * sqrt(all));
            NEAR(c.between, sqrt(between), 200 * EPS * sqrt(all));
            NEAR(c.share, sqrt(between / all), 200 * EPS);
            for (a = 0; a < 9; a++) NEAR(*at(blocks, a / 3, a % 3), sqrt(square[a]), 200 * EPS * sqrt(all));
            CHECK(c.decoupled == (depth < 3));
            CHECK(c.rounding < (single ? 0.1 : 1e-5) * c.norm);
            if (depth < 3) CHECK(c.between == 0);
            CHECK(dmf_couple(NULL, p, f, dmf_block(blocks, 0, 0, 2, 2), &c) == DMF_ERR_SHAPE);
            CHECK(dmf_couple(NULL, p, f, none, NULL) == DMF_ERR_ARGUMENT);
            CHECK(dmf_couple(NULL, NULL, f, none, &c) == DMF_ERR_ARGUMENT);
            f->data[0] = (dmf_real)NAN;
            CHECK(dmf_couple(NULL, p, f, none, &c) == DMF_ERR_NONFINITE);
            dmf_factors_destroy(f);
        }
    dmf_graph_destroy(g);
    dmf_problem_destroy(p);
    dmf_mat_destroy(&w);
    dmf_mat_destroy(&blocks);
    dmf_mat_destroy(&k);
}

/* The entry off the diagonal of the q-th power of the start of the family, whose eigenvalues are
   diagonal (1 + (d - 1) / ratio) and diagonal (1 - 1 / ratio). */
static long double family_power(int q, int d, double diagonal, double ratio)
{
    const long double r = ratio;
    return powl(diagonal, q) * (expm1l(q * log1pl((d - 1) / r)) - expm1l(q * log1pl(-1 / r))) / d;
}

/* SY26, start family: K between entries (i, i) and (k, k) is the same for all, sum of L_p R_p, and positive. However
   small it is, it is coupling: what is added up has one sign. */
static void the_family_is_coupled_however_diagonal_it_is(void)
{
    static const int ds[] = { 2, 6, 40 };
    static const double ratios[] = { 1.5, 10, 1e4, 1e8, 1e12, 1e17, 1e30 }, diagonals[] = { 1e-3, 1, 1e3 };
    int depth, d, r, a, q;
    for (d = 0; d < 3; d++) {
        dmf_entry entries[40];
        dmf_problem *p = NULL;
        for (q = 0; q < ds[d]; q++) entries[q].row = entries[q].col = q, entries[q].value = 1;
        OK(dmf_completion(NULL, ds[d], ds[d], entries, (size_t)ds[d], &p));
        for (depth = 3; depth <= 6; depth++)
            for (r = 0; r < (single ? 5 : 7); r++)
                for (a = 0; a < 3; a++) {
                    long double between = 0;
                    dmf_factors *f = NULL;
                    dmf_coupling c;
                    for (q = 2; q < depth; q++)
                        between += family_power(2 * (depth - q), ds[d], diagonals[a], ratios[r]) *
                                   family_power(2 * (q - 1), ds[d], diagonals[a], ratios[r]);
                    between *= sqrtl(ds[d] * (ds[d] - 1.0L));
                    OK(dmf_factors_create(NULL, ds[d], ds[d], depth, NULL, &f));
                    OK(dmf_start_family(NULL, f, diagonals[a], ratios[r]));
                    OK(dmf_couple(NULL, p, f, none, &c));
                    NEAR(c.between / (double)between, 1, 8 * depth * ds[d] * EPS); /* products of positive numbers */
                    CHECK(!c.decoupled && c.rounding < c.between);
                    if (ratios[r] == 1e30) noted("share_at_1e30", c.share);
                    dmf_factors_destroy(f);
                }
        dmf_problem_destroy(p);
    }
}

/* A random factor that is zero between blocks of the same parity of i / size and j / size, or nowhere. */
static void randomize_blocks(dmf_mat w, int size, dmf_rng *rng)
{
    int i, j;
    for (i = 0; i < w.rows; i++)
        for (j = 0; j < w.cols; j++)
            *at(w, i, j) = size == 0 || i / size == j / size ? (dmf_real)dmf_normal(rng) : 0;
}

/* W_j = scale Q_j D_j Q_{j-1}^T with D_j block-diagonal, Q_0 = Q_N = I and the others random rotations: the products
   have the zeros of the D_j, to rounding only. size_1, size_n: of the blocks of W_1 and W_N, 0 = dense. */
static dmf_factors *turned_blocks(int d, int depth, int size_1, int size, int size_n, double scale, dmf_rng *rng)
{
    dmf_mat q = new_mat(d, d), before = new_mat(d, d), x = new_mat(d, d), block = new_mat(d, d), u = new_mat(d, d);
    dmf_real *sigma = (dmf_real *)malloc((size_t)d * sizeof *sigma);
    const size_t bytes = (size_t)d * d * sizeof(dmf_real);
    dmf_factors *f = NULL;
    int i, j;
    OK(dmf_factors_create(NULL, d, d, depth, NULL, &f));
    for (j = 1; j <= depth; j++) {
        randomize_blocks(block, j == 1 ? size_1 : j == depth ? size_n : size, rng);
        randomize(x, rng);
        OK(dmf_svd(NULL, x, q, sigma, u));
        if (j == 1 || j == depth)
            for (memset(j == 1 ? before.data : q.data, 0, bytes), i = 0; i < d; i++) *at(j == 1 ? before : q, i, i) = 1;
        OK(dmf_gemm(NULL, 0, 0, (dmf_real)scale, q, block, 0, x));
        OK(dmf_gemm(NULL, 0, 1, 1, x, before, 0, f->w[j - 1]));
        OK(dmf_copy(NULL, q, before));
    }
    free(sigma);
    dmf_mat_destroy(&q);
    dmf_mat_destroy(&before);
    dmf_mat_destroy(&x);
    dmf_mat_destroy(&block);
    dmf_mat_destroy(&u);
    return f;
}

static dmf_coupling couple_blocks(const dmf_factors *f, int size)
{
    const int d = f->dims[0], count = d / size;
    int *sizes = (int *)malloc((size_t)count * sizeof *sizes), b;
    dmf_entry *entries = (dmf_entry *)malloc((size_t)d * size * sizeof *entries);
    dmf_mat w = new_mat(d, d);
    dmf_problem *p = NULL;
    dmf_coupling c;
    for (b = 0; b < count; b++) sizes[b] = size;
    OK(dmf_observe_blocks(NULL, w, count, sizes, NULL, entries));
    OK(dmf_completion(NULL, d, d, entries, dmf_block_entries(count, sizes, NULL), &p));
    OK(dmf_couple(NULL, p, f, none, &c));
    dmf_problem_destroy(p);
    dmf_mat_destroy(&w);
    free(entries);
    free(sizes);
    return c;
}

/* Rounding is not coupling, where both sides of every product of K have their zeros to rounding, or one of them has.
   What is larger than rounding, by a factor of 1e5 in the factors, is: coupling is of second order in it. */
static void rounding_is_told_from_coupling(void)
{
    static const int sizes[] = { 2, 10, 30 };
    const double little = single ? 3e-2 : 1e-9;
    dmf_rng rng = dmf_seed(5, 0);
    int depth, s, scale, blocks;
    for (depth = 3; depth <= 6; depth++)
        for (s = 0; s < 3; s++)
            for (blocks = 2; blocks <= 3; blocks++)
                for (scale = -1; scale <= 1; scale++) {
                    const int size = sizes[s], d = blocks * size;
                    const double unit = pow(10, 3 * scale) / sqrt(size);
                    dmf_factors *f = turned_blocks(d, depth, size, size, size, unit, &rng);
                    dmf_coupling c = couple_blocks(f, size);
                    CHECK(c.decoupled && c.rounding < EPS * c.norm);
                    noted("share_by_rounding", c.share);
                    *at(f->w[0], 0, d - 1) += (dmf_real)(little * unit);
                    *at(f->w[depth - 1], 0, d - 1) += (dmf_real)(little * unit);
                    c = couple_blocks(f, size);
                    CHECK(!c.decoupled && c.share < little);
                    dmf_factors_destroy(f);
                    f = turned_blocks(d, depth, 0, size, size, unit, &rng);
                    c = couple_blocks(f, size);
                    CHECK(c.decoupled);
                    dmf_factors_destroy(f);
                    f = turned_blocks(d, depth, 0, 0, 0, unit, &rng);
                    c = couple_blocks(f, size);
                    CHECK(!c.decoupled);
                    dmf_factors_destroy(f);
                }
}

typedef struct follow { const dmf_problem *problem; double most; int always, looks; } follow;

static int look_at_coupling(void *user, const dmf_moment *now)
{
    follow *seen = (follow *)user;
    dmf_coupling c;
    OK(dmf_couple(now->ctx, seen->problem, now->factors, none, &c));
    if (c.share > seen->most) seen->most = c.share;
    seen->always &= c.decoupled;
    seen->looks++;
    return 0;
}

/* SY26, abstract (a): depth 2 is decoupled; depth 3 and 4 are coupled, unless they start (block-)diagonal. */
static void depth_couples_what_does_not_start_diagonal(void)
{
    static const int sizes[3] = { 2, 1, 3 };
    dmf_rng rng = dmf_seed(6, 0);
    dmf_mat w = random_mat(6, 6, &rng);
    dmf_entry entries[36];
    dmf_problem *p = NULL;
    int depth, start, i, j, l;
    OK(dmf_observe_blocks(NULL, w, 3, sizes, NULL, entries));
    OK(dmf_completion(NULL, 6, 6, entries, dmf_block_entries(3, sizes, NULL), &p));
    for (depth = 2; depth <= 4; depth++)
        for (start = 0; start < 4; start++) { /* Gaussian, family, diagonal, block-diagonal */
            dmf_motion m;
            dmf_observer o;
            dmf_factors *f = NULL;
            follow seen = { p, 0, 1, 0 };
            memset(&m, 0, sizeof m);
            memset(&o, 0, sizeof o);
            m.stop_time = 4;
            o.look = look_at_coupling;
            o.user = &seen;
            OK(dmf_factors_create(NULL, 6, 6, depth, NULL, &f));
            if (start == 0) OK(dmf_start_gaussian(NULL, f, 0.3, &rng));
            if (start == 1) OK(dmf_start_family(NULL, f, 0.3, 5));
            if (start == 2) OK(dmf_start_family(NULL, f, 0.5, INFINITY));
            for (l = 0; l < depth && start == 3; l++)
                for (i = 0; i < 6; i++)
                    for (j = 0; j < 6; j++)
                        if ((i < 2) == (j < 2) && (i < 3) == (j < 3))
                            *at(f->w[l], i, j) = (dmf_real)(dmf_normal(&rng) / 2);
            OK(dmf_train(NULL, p, f, &m, &o, NULL));
            CHECK(seen.looks > 3);
            if (depth == 2 || start >= 2) CHECK(seen.most == 0 && seen.always);
            else CHECK(seen.most > 1e-3 && !seen.always);
            noted(depth == 2 || start >= 2 ? "decoupled" : "coupled", seen.most);
            dmf_factors_destroy(f);
        }
    dmf_problem_destroy(p);
    dmf_mat_destroy(&w);
}

/* ---- the limits ---- */

enum { LIMITS = 108 };

static void the_limits_are_the_reference(void)
{
    double numbers[7 * LIMITS];
    int r;
    CHECK(read_data("diagonal_limit.csv", numbers, 7 * LIMITS) == 7 * LIMITS);
    for (r = 0; r < LIMITS; r++) {
        const double *n = numbers + 7 * r;
        dmf_limit limit;
        OK(dmf_diagonal_limit(NULL, (int)n[0], (int)n[1], n[3], n[2], n[4], &limit));
        NEAR(limit.sigma_1, n[5], 1e-11 * n[5]);
        NEAR(limit.sigma_2, n[6], 1e-11 * n[6]);
        NEAR(limit.stable_rank, 1 + (n[1] - 1) * pow(n[6] / n[5], 2), 1e-10);
    }
}

/* The equations that define it, over the whole range; in logarithms, where the numbers themselves are out of range. */
static void the_limits_solve_their_equations(void)
{
    static const double alphas[] = { 1e-300, 1e-40, 1e-3, 1, 30, 1e40, 1e300 };
    static const double ms[] = { 1, 1.0001, 2, 1e8, 1e300, INFINITY };
    static const int ds[] = { 1, 2, 100, 1000000 };
    int depth, d, a, m;
    for (depth = 2; depth <= 9; depth++)
        for (d = 0; d < 4; d++)
            for (a = 0; a < 7; a++)
                for (m = 0; m < 6; m++) {
                    const double n = ds[d], w = 3;
                    double s1 = ms[m] < INFINITY ? alphas[a] * (ms[m] / 2 + (n - 1) / 2) / (ms[m] / 2) : alphas[a];
                    double s2 = ms[m] < INFINITY ? alphas[a] * ((ms[m] - 1) / ms[m]) : alphas[a], before, after;
                    dmf_limit l;
                    OK(dmf_diagonal_limit(NULL, depth, ds[d], alphas[a], ms[m], w, &l));
                    NEAR(l.sigma_1 + (n - 1) * l.sigma_2, n * w, 1e-13 * n * w);
                    CHECK(l.sigma_1 >= l.sigma_2 && l.sigma_2 >= 0);
                    CHECK(l.stable_rank >= 1 && l.stable_rank <= n + 1e-9 * n);
                    if (ms[m] == 1) CHECK(l.sigma_2 == 0 && l.stable_rank == 1);
                    if (ms[m] == INFINITY && n > 1) NEAR(l.sigma_2, w, 1e-13 * w);
                    if (n == 1) NEAR(l.sigma_1, w, 1e-14 * w);
                    before = dmf_diagonal_conserved(depth, s1, s2);
                    after = dmf_diagonal_conserved(depth, pow(l.sigma_1, 1.0 / depth), pow(l.sigma_2, 1.0 / depth));
                    if (n > 1 && ms[m] > 1 && ms[m] <= 2 && l.sigma_2 > 1e-300 && before < 1e300 && before > 1e-3)
                        NEAR(after, before, 1e-11 * before);
                }
}

/* The same equations in long double, bisected to its last digit: what rounding does to the limit in double. */
static void wide_limit(int depth, int d, double alpha, double m, double target, long double *sigma_1, long double *sigma_2)
{
    const long double n = depth, k = n - 2, s1 = isinf(m) ? alpha : alpha * ((m - 1.0L + d) / m);
    const long double ratio = isinf(m) ? 0 : m == 1 ? -(long double)INFINITY : -log1pl(d / (m - 1.0L));
    const long double c = logl(-expm1l(k * ratio)) - k * (logl(s1) + ratio - logl(target) / n);
    long double low = 0, high = logl(d) / n, x = 0, y = 0, a, b;
    int i;
    for (i = 0; i < 200; i++) {
        x = low + (high - low) / 2;
        a = fmaxl(-k * x, c), b = fminl(-k * x, c);
        y = depth == 2 ? x + ratio : isinf(a) ? -a : -(a + log1pl(expl(b - a))) / k;
        if (n * x + log1pl((d - 1) * expl(n * (y - x))) < logl(d)) low = x;
        else high = x;
    }
    *sigma_1 = target * expl(n * x);
    *sigma_2 = d == 1 ? 0 : target * expl(n * y);
}

static void the_limits_have_the_digits_they_promise(void)
{
    static const double alphas[] = { 1e-300, 1e-40, 1e-3, 1, 1e40, 1e300 }, ms[] = { 1, 1 + 1e-15, 1.5, 10, 1e8, 1e300, INFINITY };
    static const double targets[] = { 1e-300, 1, 1e290 };
    static const int ds[] = { 1, 2, 3, 100, INT_MAX };
    const int wide = LDBL_MAX_EXP > 8 * DBL_MAX_EXP;
    int depth, d, a, m, t;
    for (depth = 2; depth <= 40 && wide; depth += depth < 6 ? 1 : 17)
        for (d = 0; d < 5; d++)
            for (a = 0; a < 6; a++)
                for (m = 0; m < 7; m++)
                    for (t = 0; t < 3; t++) {
                        long double sigma_1, sigma_2;
                        dmf_limit l;
                        wide_limit(depth, ds[d], alphas[a], ms[m], targets[t], &sigma_1, &sigma_2);
                        OK(dmf_diagonal_limit(NULL, depth, ds[d], alphas[a], ms[m], targets[t], &l));
                        NEAR(l.sigma_1, (double)sigma_1, 1e-10 * (double)sigma_1);
                        NEAR(l.sigma_2, (double)sigma_2, 1e-10 * (double)sigma_2 + 1e-300);
                    }
}

static void limits_beyond_all_numbers_are_refused(void)
{
    const dmf_real most = single ? FLT_MAX : (dmf_real)DBL_MAX;
    dmf_real targets[3] = { most, most, most };
    dmf_mat w = new_mat(3, 3);
    dmf_limit l = { 7, 7, 7 };
    CHECK(dmf_diagonal_limit(NULL, 3, 10, 1e-3, 10, DBL_MAX, &l) == DMF_ERR_NONFINITE && l.sigma_1 == 7);
    OK(dmf_diagonal_limit(NULL, 3, 10, 1e-3, INFINITY, DBL_MAX, &l));
    OK(dmf_diagonal_product(NULL, 3, 1e-3, 10, targets, w));
    CHECK(*at(w, 0, 0) == most && *at(w, 0, 1) <= most && *at(w, 0, 1) > most / 2);
    CHECK(dmf_diagonal_product(NULL, 3, 1e-3, 10, w.data, w) == DMF_ERR_OVERLAP);
    dmf_mat_destroy(&w);
}

static void depth_promotes_rank_one(void)
{
    dmf_limit a, b;
    int depth;
    for (depth = 2; depth <= 6; depth++) {
        OK(dmf_diagonal_limit(NULL, depth, 10, 1e-6, 10, 1, &a));
        OK(dmf_diagonal_limit(NULL, depth, 10, 1e-7, 10, 1, &b));
        NEAR(log10(a.sigma_2 / b.sigma_2), depth == 2 ? 0 : depth, 1e-4); /* sigma_2 falls like alpha^N */
    }
}

/* s_1 and s_2 of a factor that keeps its form. */
static void eigenvalues(dmf_mat w, double *s_1, double *s_2)
{
    *s_2 = (double)*at(w, 0, 0) - (double)*at(w, 0, 1);
    *s_1 = *s_2 + w.cols * (double)*at(w, 0, 1);
}

static dmf_problem *diagonal_problem(int d, const dmf_real *targets)
{
    dmf_entry entries[16];
    dmf_problem *p = NULL;
    int i;
    for (i = 0; i < d; i++) entries[i].row = entries[i].col = i, entries[i].value = targets[i];
    OK(dmf_completion(NULL, d, d, entries, (size_t)d, &p));
    return p;
}

static dmf_factors *flow_to_the_end(int depth, int d, double alpha, double m, const dmf_real *targets)
{
    dmf_problem *p = diagonal_problem(d, targets);
    dmf_factors *f = NULL;
    dmf_motion flow;
    memset(&flow, 0, sizeof flow);
    flow.rtol = single ? 3e-6 : 1e-8;
    flow.stop_loss = single ? 1e-9 : 1e-17;
    OK(dmf_factors_create(NULL, d, d, depth, NULL, &f));
    OK(dmf_start_family(NULL, f, alpha, m));
    OK(dmf_train(NULL, p, f, &flow, NULL, NULL));
    dmf_problem_destroy(p);
    return f;
}

static void the_flow_ends_at_the_limit(void)
{
    static const struct { int depth, d; double alpha, m; } cases[] = {
        { 2, 5, 0.1, 2 }, { 3, 2, 0.1, 2 }, { 3, 5, 0.1, 10 }, { 3, 10, 0.1, 1.5 }, { 4, 5, 0.3, 10 },
        { 3, 4, 0.1, INFINITY }, { 4, 3, 2, 3 } };
    static const dmf_real ones[16] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 };
    size_t c;
    int j;
    for (c = 0; c < sizeof cases / sizeof *cases; c++) {
        const int depth = cases[c].depth, d = cases[c].d;
        const double alpha = cases[c].alpha, m = cases[c].m;
        double s_1, s_2, start_1, start_2, sigma_1 = 1, sigma_2 = 1, conserved;
        dmf_factors *f = NULL;
        dmf_limit limit;
        OK(dmf_factors_create(NULL, d, d, depth, NULL, &f));
        OK(dmf_start_family(NULL, f, alpha, m));
        eigenvalues(f->w[0], &start_1, &start_2);
        conserved = dmf_diagonal_conserved(depth, start_1, start_2);
        dmf_factors_destroy(f);
        f = flow_to_the_end(depth, d, alpha, m, ones);
        OK(dmf_diagonal_limit(NULL, depth, d, alpha, m, 1, &limit));
        for (j = 0; j < depth; j++) {
            eigenvalues(f->w[j], &s_1, &s_2);
            sigma_1 *= s_1, sigma_2 *= s_2;
            NEAR(dmf_diagonal_conserved(depth, s_1, s_2), conserved,
                 single ? 1e-2 * conserved + 1e-4 : 1e-5 * conserved + 1e-9);
            if (conserved > 0) noted("conserved_apart", fabs(dmf_diagonal_conserved(depth, s_1, s_2) / conserved - 1));
        }
        NEAR(sigma_1, limit.sigma_1, (single ? 1e-3 : 1e-6) * limit.sigma_1);
        NEAR(sigma_2, limit.sigma_2, (single ? 1e-1 : 1e-3) * limit.sigma_2);
        noted("sigma_1_apart", fabs(sigma_1 / limit.sigma_1 - 1));
        noted("sigma_2_apart", fabs(sigma_2 / limit.sigma_2 - 1));
        dmf_factors_destroy(f);
    }
}

static void unequal_targets_have_a_limit_where_they_decouple(void)
{
    static const dmf_real targets[4] = { 1, 2, (dmf_real)0.5, 3 }, equal[4] = { 2, 2, 2, 2 };
    static const struct { int depth; double m; int equal; } cases[] = {
        { 2, 3, 0 }, { 2, 1, 0 }, { 3, 1, 0 }, { 4, 1, 0 }, { 3, INFINITY, 0 }, { 3, 3, 1 }, { 2, 3, 1 } };
    dmf_mat limit = new_mat(4, 4), w = new_mat(4, 4);
    size_t c;
    int i;
    for (c = 0; c < sizeof cases / sizeof *cases; c++) {
        const dmf_real *t = cases[c].equal ? equal : targets;
        dmf_factors *f = flow_to_the_end(cases[c].depth, 4, 0.3, cases[c].m, t);
        OK(dmf_product(NULL, f, w));
        OK(dmf_diagonal_product(NULL, cases[c].depth, 0.3, cases[c].m, t, limit));
        for (i = 0; i < 16; i++) NEAR(w.data[i], limit.data[i], single ? 3e-3 : 1e-6);
        dmf_factors_destroy(f);
    }
    CHECK(dmf_diagonal_product(NULL, 3, 0.3, 3, targets, limit) == DMF_ERR_ARGUMENT);
    CHECK(dmf_diagonal_product(NULL, 2, 0.3, 3, NULL, limit) == DMF_ERR_ARGUMENT);
    CHECK(dmf_diagonal_product(NULL, 2, 0.3, 3, targets, dmf_block(limit, 0, 0, 3, 4)) == DMF_ERR_SHAPE);
    dmf_mat_destroy(&limit);
    dmf_mat_destroy(&w);
}

/* n blocks of s x s with equal targets: sigma_1 and, n - 1 times, sigma_2 as for a diagonal of n places, and n (s - 1)
   values s_3^N with s_3' = -s_3^(2N-1), whose s_3^(2-2N) grows by 2 N - 2 a unit of time. The others have come to their
   end, by e^(-100) or less, when the time is over. */
/* At depth 2 a vanishing start leads to W_ij = sqrt(w_i w_j) cos(p_i, p_j), p_i the sum of row i of W_2 and column i of
   W_1 at the start; the distance is of the order of its square. */
static void vanishing_starts_end_at_cosines(void)
{
    enum { D = 4 };
    static const dmf_real targets[D] = { 1, 2, (dmf_real)0.5, 3 };
    dmf_rng rng = dmf_seed(5, 1);
    dmf_problem *p = diagonal_problem(D, targets);
    dmf_factors *f = NULL;
    dmf_motion flow;
    dmf_mat sums = new_mat(D, D), w = new_mat(D, D), gram = new_mat(D, D);
    int i, j;
    memset(&flow, 0, sizeof flow);
    flow.rtol = single ? 3e-6 : 1e-8;
    flow.stop_loss = single ? 1e-9 : 1e-17;
    OK(dmf_factors_create(NULL, D, D, 2, NULL, &f));
    OK(dmf_start_gaussian(NULL, f, 1e-4, &rng));
    for (i = 0; i < D; i++)
        for (j = 0; j < D; j++) *at(sums, i, j) = *at(f->w[1], i, j) + *at(f->w[0], j, i);
    OK(dmf_gemm(NULL, 0, 1, 1, sums, sums, 0, gram));
    OK(dmf_train(NULL, p, f, &flow, NULL, NULL));
    OK(dmf_product(NULL, f, w));
    for (i = 0; i < D; i++)
        for (j = 0; j < D; j++)
            NEAR(*at(w, i, j), sqrt((double)targets[i] * (double)targets[j]) * (double)*at(gram, i, j) /
                                   sqrt((double)*at(gram, i, i) * (double)*at(gram, j, j)), single ? 1e-3 : 1e-6);
    dmf_factors_destroy(f);
    dmf_problem_destroy(p);
    dmf_mat_destroy(&sums);
    dmf_mat_destroy(&w);
    dmf_mat_destroy(&gram);
}

/* Entries of a d x d matrix at random, some share of them, in more than one component. */
static dmf_problem *disconnected_mask(int d, dmf_rng *rng)
{
    dmf_problem *p = NULL;
    for (;;) {
        const double share = dmf_uniform(rng);
        dmf_entry entries[64];
        dmf_graph *g = NULL;
        size_t count = 0;
        int i, components;
        for (i = 0; i < d * d; i++)
            if (dmf_uniform(rng) < share) {
                const dmf_entry e = { i / d, i % d, 1 };
                entries[count++] = e;
            }
        if (count < 2) continue;
        OK(dmf_completion(NULL, d, d, entries, count, &p));
        OK(dmf_graph_create(NULL, p, &g));
        components = g->count;
        dmf_graph_destroy(g);
        if (components > 1) return p;
        dmf_problem_destroy(p);
    }
}

/* SY26, Proposition 3.2, as the reviews tell: a start with a density is coupled from depth 3 on, and never at depth 2. */
static void random_starts_are_coupled_from_depth_3_on(void)
{
    dmf_rng rng = dmf_seed(21, 0);
    int draw, depth;
    for (draw = 0; draw < 1000; draw++) {
        const int d = 2 + (int)dmf_below(&rng, 7);
        dmf_problem *p = disconnected_mask(d, &rng);
        for (depth = 2; depth <= 4; depth++) {
            dmf_factors *f = NULL;
            dmf_coupling c;
            OK(dmf_factors_create(NULL, d, d, depth, NULL, &f));
            if (draw % 2) OK(dmf_start_gaussian(NULL, f, dmf_deviation(f, 1e-3), &rng));
            else OK(dmf_start_uniform(NULL, f, dmf_deviation(f, 1), &rng));
            OK(dmf_couple(NULL, p, f, none, &c));
            if (depth == 2) CHECK(c.decoupled && c.between == 0);
            else CHECK(c.share > 100 * EPS && (single || !c.decoupled)); /* a few are within a float's rounding */
            dmf_factors_destroy(f);
        }
        dmf_problem_destroy(p);
    }
}

enum { UNEQUAL = 3, UNEQUAL_D = 6 };

/* w in blocks, each all the same. */
static void fill_blocks(dmf_mat w, const int *sizes, const dmf_real *targets)
{
    int b, i, j, top = 0;
    for (b = 0; b < UNEQUAL; top += sizes[b++])
        for (i = 0; i < sizes[b]; i++)
            for (j = 0; j < sizes[b]; j++) *at(w, top + i, top + j) = targets[b];
}

/* f along the flow that fits w inside of blocks, NULL for the diagonal, for a time; its product in w. */
static void flow_for(double time, dmf_factors *f, int blocks, const int *sizes, dmf_mat w)
{
    dmf_entry entries[UNEQUAL_D * UNEQUAL_D];
    dmf_problem *p = NULL;
    dmf_motion flow;
    memset(&flow, 0, sizeof flow);
    flow.rtol = single ? 3e-6 : 1e-9;
    flow.stop_time = time;
    OK(dmf_observe_blocks(NULL, w, blocks, sizes, NULL, entries));
    OK(dmf_completion(NULL, w.rows, w.cols, entries, dmf_block_entries(blocks, sizes, NULL), &p));
    OK(dmf_train(NULL, p, f, &flow, NULL, NULL));
    OK(dmf_product(NULL, f, w));
    dmf_problem_destroy(p);
}

/* The means of w over the rectangles that blocks cut it into, times sqrt(s_a s_b) to a power, as a matrix. */
static void means_of_blocks(dmf_mat w, const int *sizes, double power, dmf_mat means)
{
    int a, b, i, j, top, left;
    for (a = top = 0; a < UNEQUAL; top += sizes[a++])
        for (b = left = 0; b < UNEQUAL; left += sizes[b++]) {
            double sum = 0;
            for (i = 0; i < sizes[a]; i++)
                for (j = 0; j < sizes[b]; j++) sum += (double)*at(w, top + i, left + j);
            *at(means, a, b) = (dmf_real)(sum / sizes[a] / sizes[b] * pow(sizes[a] * sizes[b], power / 2));
        }
}

/* Where dmf_block_product has a limit, the flow ends there; elsewhere it is that of the factors (10.27), at any time. */
static void blocks_have_a_limit_where_they_reduce(void)
{
    static const int unequal[UNEQUAL] = { 1, 3, 2 }, equal[UNEQUAL] = { 2, 2, 2 };
    static const dmf_real targets[UNEQUAL] = { 1, 2, (dmf_real)0.5 }, same[UNEQUAL] = { 2, 2, 2 };
    static const struct { int depth; double m; int alike; } cases[] = {
        { 2, 3, 0 }, { 2, 20, 0 }, { 3, 1, 0 }, { 4, 1, 0 }, { 3, INFINITY, 0 }, { 3, 3, 1 }, { 4, 3, 1 } };
    dmf_mat w = new_mat(UNEQUAL_D, UNEQUAL_D), limit = new_mat(UNEQUAL_D, UNEQUAL_D);
    dmf_mat means = new_mat(UNEQUAL, UNEQUAL), expected = new_mat(UNEQUAL, UNEQUAL), q = new_mat(UNEQUAL, UNEQUAL);
    const double alpha = 0.3, m = 3;
    dmf_factors *f = NULL, *reduced = NULL;
    size_t c;
    int i, j, depth;
    for (c = 0; c < sizeof cases / sizeof *cases; c++) {
        const int *sizes = cases[c].alike ? equal : unequal;
        const dmf_real *t = cases[c].alike ? same : targets;
        OK(dmf_factors_create(NULL, UNEQUAL_D, UNEQUAL_D, cases[c].depth, NULL, &f));
        OK(dmf_start_family(NULL, f, alpha, cases[c].m));
        fill_blocks(w, sizes, t);
        flow_for(300, f, UNEQUAL, sizes, w);
        OK(dmf_block_product(NULL, cases[c].depth, alpha, cases[c].m, UNEQUAL, sizes, t, limit));
        means_of_blocks(w, sizes, 0, means);
        means_of_blocks(limit, sizes, 0, expected);
        for (i = 0; i < UNEQUAL * UNEQUAL; i++) NEAR(means.data[i], expected.data[i], single ? 3e-3 : 1e-6);
        dmf_factors_destroy(f);
    }
    for (depth = 3; depth <= 4; depth++) {
        OK(dmf_factors_create(NULL, UNEQUAL_D, UNEQUAL_D, depth, NULL, &f));
        OK(dmf_factors_create(NULL, UNEQUAL, UNEQUAL, depth, NULL, &reduced));
        OK(dmf_start_family(NULL, f, alpha, m));
        for (j = 0; j < depth; j++)
            for (i = 0; i < UNEQUAL * UNEQUAL; i++)
                reduced->w[j].data[i] = (dmf_real)(alpha * ((1 - 1 / m) * (i / UNEQUAL == i % UNEQUAL) +
                                                            sqrt(unequal[i / UNEQUAL] * unequal[i % UNEQUAL]) / m));
        fill_blocks(w, unequal, targets);
        for (i = 0; i < UNEQUAL; i++) *at(q, i, i) = (dmf_real)unequal[i] * targets[i];
        flow_for(3, f, UNEQUAL, unequal, w);
        flow_for(3, reduced, UNEQUAL, NULL, q);
        means_of_blocks(w, unequal, 1, means);
        for (i = 0; i < UNEQUAL * UNEQUAL; i++) NEAR(means.data[i], q.data[i], 6 * (single ? 1e-4 : 1e-8)); /* a target is 6 */
        CHECK(dmf_block_product(NULL, depth, alpha, m, UNEQUAL, unequal, targets, limit) == DMF_ERR_ARGUMENT);
        CHECK(dmf_block_product(NULL, depth, alpha, m, UNEQUAL, unequal, same, limit) == DMF_ERR_ARGUMENT);
        dmf_factors_destroy(f);
        dmf_factors_destroy(reduced);
    }
    CHECK(dmf_block_product(NULL, 2, alpha, m, UNEQUAL - 1, unequal, targets, limit) == DMF_ERR_SHAPE);
    dmf_mat_destroy(&w);
    dmf_mat_destroy(&limit);
    dmf_mat_destroy(&means);
    dmf_mat_destroy(&expected);
    dmf_mat_destroy(&q);
}

static void blocks_end_where_a_diagonal_does(void)
{
    enum { BLOCKS = 3, SIZE = 2, D = BLOCKS * SIZE };
    static const int sizes[BLOCKS] = { SIZE, SIZE, SIZE };
    static const double ratios[] = { 2, 10 };
    const double alpha = 0.1, target = 1.5, tolerance = single ? 3e-3 : 1e-6, time = 40;
    dmf_mat w = new_mat(D, D);
    dmf_entry entries[BLOCKS * SIZE * SIZE];
    dmf_problem *p = NULL;
    int depth, k, i;
    for (i = 0; i < D * D; i++) w.data[i] = (dmf_real)target;
    OK(dmf_observe_blocks(NULL, w, BLOCKS, sizes, NULL, entries));
    OK(dmf_completion(NULL, D, D, entries, BLOCKS * SIZE * SIZE, &p));
    for (depth = 2; depth <= 4; depth++)
        for (k = 0; k < 2; k++) {
            const double m = ratios[k], q = 2 - 2 * depth;
            const double s_3 = pow(pow(alpha * (m - 1) / m, q) - q * time, 1 / q);
            dmf_real sigma[D];
            dmf_factors *f = NULL;
            dmf_motion flow;
            dmf_limit limit;
            memset(&flow, 0, sizeof flow);
            flow.rtol = single ? 3e-6 : 1e-8;
            flow.stop_time = time;
            OK(dmf_factors_create(NULL, D, D, depth, NULL, &f));
            OK(dmf_start_family(NULL, f, alpha, m));
            OK(dmf_train(NULL, p, f, &flow, NULL, NULL));
            OK(dmf_factors_spectrum(NULL, f, sigma, NULL));
            OK(dmf_diagonal_limit(NULL, depth, BLOCKS, alpha * (m + SIZE - 1) / m, (m + SIZE - 1) / SIZE,
                                  SIZE * target, &limit));
            NEAR(sigma[0], limit.sigma_1, tolerance * limit.sigma_1);
            for (i = 1; i < BLOCKS; i++) NEAR(sigma[i], limit.sigma_2, tolerance * limit.sigma_1);
            for (; i < D; i++) NEAR(sigma[i], pow(s_3, depth), tolerance * limit.sigma_1);
            dmf_factors_destroy(f);
        }
    dmf_problem_destroy(p);
    dmf_mat_destroy(&w);
}

static void nonsense_is_refused(void)
{
    dmf_ctx *ctx = NULL;
    dmf_limit l = { 7, 7, 7 };
    OK(dmf_ctx_create(NULL, &ctx));
    CHECK(dmf_diagonal_limit(ctx, 1, 2, 1, 2, 1, &l) == DMF_ERR_ARGUMENT && strstr(dmf_message(ctx), "depth"));
    CHECK(dmf_diagonal_limit(ctx, 2, 0, 1, 2, 1, &l) == DMF_ERR_SHAPE);
    CHECK(dmf_diagonal_limit(ctx, 2, 2, 0, 2, 1, &l) == DMF_ERR_ARGUMENT && strstr(dmf_message(ctx), "diagonal"));
    CHECK(dmf_diagonal_limit(ctx, 2, 2, NAN, 2, 1, &l) == DMF_ERR_ARGUMENT);
    CHECK(dmf_diagonal_limit(ctx, 2, 2, 1, 0.5, 1, &l) == DMF_ERR_ARGUMENT && strstr(dmf_message(ctx), "ratio is 0.5"));
    CHECK(dmf_diagonal_limit(ctx, 2, 2, 1, NAN, 1, &l) == DMF_ERR_ARGUMENT);
    CHECK(dmf_diagonal_limit(ctx, 2, 2, 1, 2, -1, &l) == DMF_ERR_ARGUMENT && strstr(dmf_message(ctx), "target"));
    CHECK(dmf_diagonal_limit(ctx, 2, 2, 1, 2, 1, NULL) == DMF_ERR_ARGUMENT);
    CHECK(l.sigma_1 == 7);
    dmf_ctx_destroy(ctx);
}

typedef struct starved { dmf_problem *problem; dmf_factors *factors; dmf_entry *entries; dmf_mat k; } starved;

static dmf_status all_of_it(void *user)
{
    starved *x = (starved *)user;
    dmf_graph *g = NULL;
    dmf_coupling c;
    dmf_status s = dmf_graph_create(NULL, x->problem, &g);
    dmf_graph_destroy(g);
    if (!s) s = dmf_couple(NULL, x->problem, x->factors, none, &c);
    return s ? s : dmf_tangent_kernel(NULL, x->factors, x->entries, (size_t)x->k.rows, x->k);
}

static void memory_may_run_out(void)
{
    enum { D = 60 };
    dmf_rng rng = dmf_seed(7, 0);
    dmf_mat w = random_mat(D, D, &rng);
    dmf_entry entries[200];
    starved x = { NULL, NULL, entries, new_mat(200, 200) };
    OK(dmf_observe(NULL, w, 200, entries, &rng));
    OK(dmf_completion(NULL, D, D, entries, 200, &x.problem));
    OK(dmf_factors_create(NULL, D, D, 3, NULL, &x.factors));
    OK(dmf_start_gaussian(NULL, x.factors, 0.1, &rng));
    survive_without_memory(all_of_it, &x);
    dmf_factors_destroy(x.factors);
    dmf_problem_destroy(x.problem);
    dmf_mat_destroy(&x.k);
    dmf_mat_destroy(&w);
}

/* W_2 = 0, so that one term of the kernel is not: its sides are far apart in size, and the empty terms have none. */
static void empty_terms_have_no_size(void)
{
    static const int hidden[2] = { 2, 2 };
    static const double right[4] = { 130, 322, 322, 820 };
    const double scales[3] = { 1e5, sizeof(dmf_real) == 8 ? 1e100 : 1e15, sizeof(dmf_real) == 8 ? 1e150 : 1e18 };
    const dmf_entry entries[2] = { { 0, 0, 1 }, { 1, 1, 1 } };
    dmf_real k[4];
    dmf_coupling c;
    dmf_problem *p = NULL;
    int t, i;
    OK(dmf_completion(NULL, 2, 2, entries, 2, &p));
    for (t = 0; t < 3; t++) {
        dmf_factors *f = NULL;
        OK(dmf_factors_create(NULL, 2, 2, 3, hidden, &f));
        for (i = 0; i < 4; i++) f->w[0].data[i] = (dmf_real)(scales[t] * (1 + i)), f->w[2].data[i] = (dmf_real)((2 + i) / scales[t]);
        OK(dmf_tangent_kernel(NULL, f, entries, 2, dmf_view(k, 2, 2)));
        for (i = 0; i < 4; i++) NEAR(k[i], right[i], 2000 * EPS);
        OK(dmf_couple(NULL, p, f, dmf_none(), &c));
        CHECK(!c.decoupled);
        NEAR(c.norm, sqrt(130. * 130 + 2 * 322. * 322 + 820. * 820), 1e-5 * 947);
        dmf_factors_destroy(f);
    }
    dmf_problem_destroy(p);
}

/* Off the diagonal at depth 3, d = 3, ratio m: nearly equal powers, whose difference is 6 / m (1 + O(1 / m)) at alpha =
   1/2 and targets 1; in long double 6.000000000 at 1e9. */
static void large_ratios_lose_no_digits(void)
{
    const dmf_real targets[3] = { 1, 1, 1 };
    dmf_real w[9];
    int e;
    for (e = 9; e <= 18; e += 3) {
        const double m = pow(10, e);
        OK(dmf_diagonal_product(NULL, 3, 0.5, m, targets, dmf_view(w, 3, 3)));
        NEAR((double)w[1] * m, 6, 100 / m + 100 * EPS);
    }
}

int main(void)
{
    RUN(the_graph_is_what_a_naive_search_finds);
    RUN(blocks_are_complete_components);
    RUN(the_kernel_is_the_product_of_derivatives);
    RUN(the_coupling_sums_the_kernel);
    RUN(the_family_is_coupled_however_diagonal_it_is);
    RUN(rounding_is_told_from_coupling);
    RUN(depth_couples_what_does_not_start_diagonal);
    RUN(the_limits_are_the_reference);
    RUN(the_limits_solve_their_equations);
    RUN(the_limits_have_the_digits_they_promise);
    RUN(limits_beyond_all_numbers_are_refused);
    RUN(depth_promotes_rank_one);
    RUN(the_flow_ends_at_the_limit);
    RUN(unequal_targets_have_a_limit_where_they_decouple);
    RUN(vanishing_starts_end_at_cosines);
    RUN(random_starts_are_coupled_from_depth_3_on);
    RUN(blocks_end_where_a_diagonal_does);
    RUN(blocks_have_a_limit_where_they_reduce);
    RUN(nonsense_is_refused);
    RUN(memory_may_run_out);
    RUN(empty_terms_have_no_size);
    RUN(large_ratios_lose_no_digits);
    return finish();
}
