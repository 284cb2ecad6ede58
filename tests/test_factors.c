#include "small.h"
#include <time.h>

static void the_reference_gradient_is_met(void)
{
    double tolerance = sizeof(dmf_real) == 8 ? 1e-12 : 100 * EPS, loss, number[200];
    dmf_problem *p = small_problem();
    dmf_factors *f = small_factors("w0"), *expected = small_factors("grad0"), *g = NULL;
    dmf_mat w = new_mat(SMALL_ROWS, SMALL_COLS);
    size_t i;
    int j;
    OK(dmf_factors_clone(NULL, f, &g));
    OK(dmf_loss(NULL, p, f, g, &loss));
    CHECK(read_data("loss0.csv", number, 1) == 1);
    NEAR(loss, number[0], tolerance * number[0]);
    for (j = 0; j < 3; j++) {
        double size = dmf_frobenius(expected->w[j]);
        for (i = 0; i < (size_t)g->w[j].rows * g->w[j].cols; i++) NEAR(g->w[j].data[i], expected->w[j].data[i], tolerance * size);
    }
    OK(dmf_product(NULL, f, w));
    CHECK(read_data("product0.csv", number, 200) == SMALL_ROWS * SMALL_COLS);
    for (i = 0; i < SMALL_ROWS * SMALL_COLS; i++) NEAR(w.data[i], number[i], tolerance * dmf_frobenius(w));
    dmf_mat_destroy(&w);
    dmf_factors_destroy(f);
    dmf_factors_destroy(g);
    dmf_factors_destroy(expected);
    dmf_problem_destroy(p);
}

static dmf_status cubic(void *user, dmf_mat w, dmf_mat g, double *loss)
{
    int i, j;
    (void)user;
    *loss = 0;
    for (i = 0; i < w.rows; i++)
        for (j = 0; j < w.cols; j++) {
            double x = *at(w, i, j), c = 1 + i + 2 * j;
            *loss += c * x + x * x * x / 3;
            if (g.data) *at(g, i, j) = (dmf_real)(c + x * x);
        }
    return DMF_OK;
}

/* Along a random direction d, (phi(x + h d) - phi(x - h d)) / 2h - <grad, d> is h^2 times a third derivative:
   halving h must divide it by four. */
static void check_gradient(const dmf_problem *p, int rows, int cols, int depth, const int *hidden, dmf_rng *rng)
{
    dmf_factors *f = NULL, *g = NULL, *d = NULL, *at_h = NULL;
    double h = sizeof(dmf_real) == 8 ? 1e-3 : 0.05, error[2], slope = 0, up, down, loss;
    size_t i;
    int pass;
    OK(dmf_factors_create(NULL, rows, cols, depth, hidden, &f));
    OK(dmf_start_gaussian(NULL, f, 0.5, rng));
    OK(dmf_factors_clone(NULL, f, &g));
    OK(dmf_factors_clone(NULL, f, &d));
    OK(dmf_factors_clone(NULL, f, &at_h));
    OK(dmf_start_gaussian(NULL, d, 1 / sqrt((double)f->size), rng));
    OK(dmf_loss(NULL, p, f, g, &loss));
    for (i = 0; i < f->size; i++) slope += (double)g->data[i] * d->data[i];
    for (pass = 0; pass < 2; pass++, h /= 2) {
        for (i = 0; i < f->size; i++) at_h->data[i] = f->data[i] + (dmf_real)h * d->data[i];
        OK(dmf_loss(NULL, p, at_h, NULL, &up));
        for (i = 0; i < f->size; i++) at_h->data[i] = f->data[i] - (dmf_real)h * d->data[i];
        OK(dmf_loss(NULL, p, at_h, NULL, &down));
        error[pass] = (up - down) / (2 * h) - slope;
    }
    NEAR(error[1], error[0] / 4, 50 * EPS * (fabs(loss) + fabs(slope)) / h + 0.01 * fabs(error[0]));
    NEAR(error[1], 0, 0.01 * fabs(slope) + 50 * EPS * fabs(loss) / h);
    dmf_factors_destroy(f);
    dmf_factors_destroy(g);
    dmf_factors_destroy(d);
    dmf_factors_destroy(at_h);
}

static void gradients_match_finite_differences(void)
{
    static const int hidden[4] = { 5, 8, 3, 6 };
    enum { ROWS = 7, COLS = 4, COUNT = 15 };
    dmf_rng rng = dmf_seed(1, 0);
    dmf_mat w = random_mat(ROWS, COLS, &rng), a = random_mat(9, ROWS * COLS, &rng);
    dmf_entry entries[COUNT];
    dmf_real y[9] = { 1, -1, 2, -2, 3, -3, 4, -4, 5 };
    dmf_problem *p[3];
    int depth, k;
    OK(dmf_observe(NULL, w, COUNT, entries, &rng));
    OK(dmf_completion(NULL, ROWS, COLS, entries, COUNT, &p[0]));
    OK(dmf_sensing(NULL, ROWS, COLS, a, y, &p[1]));
    OK(dmf_custom(NULL, ROWS, COLS, cubic, NULL, &p[2]));
    for (k = 0; k < 3; k++) {
        OK(dmf_problem_scale(NULL, p[k], 0.7));
        for (depth = 1; depth <= 5; depth++) {
            check_gradient(p[k], ROWS, COLS, depth, hidden, &rng);
            check_gradient(p[k], ROWS, COLS, depth, NULL, &rng);
        }
        dmf_problem_destroy(p[k]);
    }
    dmf_mat_destroy(&w);
    dmf_mat_destroy(&a);
}

/* (W_N ... W_1)^T = W_1^T ... W_N^T: transposing everything transposes the gradients. */
static void transposition_commutes_with_the_gradient(void)
{
    static const int hidden[2] = { 11, 10 }, reversed[2] = { 10, 11 };
    double numbers[3 * SMALL_COUNT], loss, other;
    dmf_entry entries[SMALL_COUNT];
    dmf_problem *p = small_problem(), *q = NULL;
    dmf_factors *f = small_factors("w0"), *t = NULL, *g = NULL, *gt = NULL;
    int e, j, r, c;
    read_data("observed.csv", numbers, 3 * SMALL_COUNT);
    for (e = 0; e < SMALL_COUNT; e++) {
        entries[e].row = (int)numbers[3 * e + 1];
        entries[e].col = (int)numbers[3 * e];
        entries[e].value = (dmf_real)numbers[3 * e + 2];
    }
    OK(dmf_completion(NULL, SMALL_COLS, SMALL_ROWS, entries, SMALL_COUNT, &q));
    OK(dmf_factors_create(NULL, SMALL_COLS, SMALL_ROWS, 3, reversed, &t));
    CHECK(f->dims[1] == hidden[0]);
    for (j = 0; j < 3; j++) OK(dmf_transpose(NULL, f->w[j], t->w[2 - j]));
    OK(dmf_factors_clone(NULL, f, &g));
    OK(dmf_factors_clone(NULL, t, &gt));
    OK(dmf_loss(NULL, p, f, g, &loss));
    OK(dmf_loss(NULL, q, t, gt, &other));
    NEAR(loss, other, 100 * EPS * loss);
    for (j = 0; j < 3; j++)
        for (r = 0; r < g->w[j].rows; r++)
            for (c = 0; c < g->w[j].cols; c++) NEAR(*at(g->w[j], r, c), *at(gt->w[2 - j], c, r), 100 * EPS * dmf_frobenius(g->w[j]));
    dmf_factors_destroy(f);
    dmf_factors_destroy(g);
    dmf_factors_destroy(t);
    dmf_factors_destroy(gt);
    dmf_problem_destroy(p);
    dmf_problem_destroy(q);
}

static double imbalance(const dmf_factors *f)
{
    double worst = 0;
    int j;
    for (j = 0; j < f->depth - 1; j++) {
        dmf_mat b = new_mat(f->dims[j + 1], f->dims[j + 1]);
        OK(dmf_balance(NULL, f, j, b));
        worst = fmax(worst, dmf_frobenius(b));
        dmf_mat_destroy(&b);
    }
    return worst;
}

static void random_starts_have_the_product_scale_asked_for(void)
{
    static const int hidden[2] = { 30, 50 };
    dmf_rng rng = dmf_seed(2, 0);
    dmf_factors *f = NULL;
    dmf_mat w = new_mat(40, 60);
    double alpha = 0.3, mean[2] = { 0, 0 };
    int trial, kind, trials = 40;
    OK(dmf_factors_create(NULL, 40, 60, 3, hidden, &f));
    for (kind = 0; kind < 2; kind++)
        for (trial = 0; trial < trials; trial++) {
            double s = dmf_deviation(f, alpha), norm;
            if (kind) OK(dmf_start_uniform(NULL, f, s, &rng));
            else OK(dmf_start_gaussian(NULL, f, s, &rng));
            OK(dmf_product(NULL, f, w));
            norm = dmf_frobenius(w);
            mean[kind] += norm * norm / trials;
        }
    /* The narrowest layer has 30. ||W||_F^2 has a relative deviation of about sqrt(sum 2 / d_j) = 0.4 in one trial */
    NEAR(mean[0] / (alpha * alpha * 30), 1, 5 * 0.4 / sqrt(trials));
    NEAR(mean[1] / (alpha * alpha * 30), 1, 5 * 0.4 / sqrt(trials));
    dmf_factors_destroy(f);
    OK(dmf_factors_create(NULL, 100, 100, 4, NULL, &f));
    NEAR(dmf_deviation(f, 1e-3), pow(1e-3, 0.25) / 10, 1e-14);
    CHECK(isnan(dmf_deviation(f, 0)) && isnan(dmf_deviation(f, NAN)) && isnan(dmf_deviation(NULL, 1)));
    dmf_factors_destroy(f);
    dmf_mat_destroy(&w);
}

static void deterministic_starts_are_what_they_say(void)
{
    static const int hidden[2] = { 9, 7 };
    dmf_rng rng = dmf_seed(3, 0);
    dmf_factors *f = NULL;
    dmf_mat w = new_mat(8, 6);
    dmf_real sigma[6];
    int i, j;
    OK(dmf_factors_create(NULL, 8, 6, 3, hidden, &f));

    OK(dmf_start_identity(NULL, f, -0.125));
    OK(dmf_product(NULL, f, w));
    for (i = 0; i < 8; i++)
        for (j = 0; j < 6; j++) NEAR(*at(w, i, j), i == j ? -0.125 : 0, 4 * EPS);
    CHECK(imbalance(f) == 0);

    OK(dmf_start_orthogonal(NULL, f, 0.01, &rng));
    OK(dmf_product(NULL, f, w));
    OK(dmf_svd(NULL, w, none, sigma, none));
    for (i = 0; i < 6; i++) NEAR(sigma[i], 0.01, 20 * 0.01 * EPS);
    NEAR(imbalance(f), 0, 100 * EPS * pow(0.01, 2.0 / 3));

    OK(dmf_start_family(NULL, f, 0.5, 4));
    for (i = 0; i < f->w[1].rows; i++)
        for (j = 0; j < f->w[1].cols; j++) CHECK(*at(f->w[1], i, j) == (dmf_real)(i == j ? 0.5 : 0.125));
    OK(dmf_start_family(NULL, f, 0.5, INFINITY));
    CHECK(*at(f->w[0], 0, 0) == (dmf_real)0.5 && *at(f->w[0], 1, 0) == 0);
    dmf_factors_destroy(f);
    dmf_mat_destroy(&w);
}

/* Every factor is a part of one Gaussian matrix: of the start at depth 1 with the widest layers, from the same seed. */
static void tied_factors_are_one_matrix(void)
{
    static const int hidden[2] = { 9, 7 };
    dmf_factors *f = NULL, *whole = NULL;
    dmf_rng rng = dmf_seed(9, 0), same = dmf_seed(9, 0);
    int j, i, k;
    OK(dmf_factors_create(NULL, 8, 6, 3, hidden, &f));
    OK(dmf_factors_create(NULL, 9, 9, 1, NULL, &whole));
    OK(dmf_start_tied(NULL, f, 0.25, &rng));
    OK(dmf_start_gaussian(NULL, whole, 0.25, &same));
    for (j = 0; j < 3; j++)
        for (i = 0; i < f->w[j].rows; i++)
            for (k = 0; k < f->w[j].cols; k++) CHECK(*at(f->w[j], i, k) == *at(whole->w[0], i, k));
    CHECK(dmf_bits(&rng) == dmf_bits(&same));
    CHECK(dmf_start_tied(NULL, f, -1, &rng) == DMF_ERR_ARGUMENT);
    dmf_factors_destroy(f);
    dmf_factors_destroy(whole);
}

/* One meaning of alpha: ||W||_F = alpha sqrt(k), k the narrowest layer. */
static void alpha_is_the_same_in_every_start(void)
{
    static const int hidden[3][2] = { { 20, 20 }, { 7, 20 }, { 30, 5 } };
    static const double narrowest[3] = { 20, 7, 5 };
    dmf_rng rng = dmf_seed(6, 0);
    dmf_mat w = new_mat(20, 20);
    int shape;
    for (shape = 0; shape < 3; shape++) {
        const double expected = 0.1 * sqrt(narrowest[shape]);
        dmf_factors *f = NULL;
        OK(dmf_factors_create(NULL, 20, 20, 3, hidden[shape], &f));
        OK(dmf_start_identity(NULL, f, 0.1));
        OK(dmf_product(NULL, f, w));
        NEAR(dmf_frobenius(w), expected, 20 * EPS);
        OK(dmf_start_orthogonal(NULL, f, 0.1, &rng));
        OK(dmf_product(NULL, f, w));
        NEAR(dmf_frobenius(w), expected, 20 * EPS);
        dmf_factors_destroy(f);
    }
    dmf_mat_destroy(&w);
}

/* A start that dmf_real would round to zero is refused; zero itself may be asked for. */
static void starts_do_not_vanish_unseen(void)
{
    const double tiny = sizeof(dmf_real) == 4 ? 1e-92 : 1e-310, below = sizeof(dmf_real) == 4 ? 1e-60 : 0;
    dmf_rng rng = dmf_seed(7, 0);
    dmf_factors *f = NULL;
    OK(dmf_factors_create(NULL, 4, 4, 1, NULL, &f));
    f->data[0] = 7;
    if (sizeof(dmf_real) == 4) CHECK(dmf_start_identity(NULL, f, tiny) == DMF_ERR_ARGUMENT);
    if (below > 0) CHECK(dmf_start_gaussian(NULL, f, below, &rng) == DMF_ERR_ARGUMENT);
    if (below > 0) CHECK(dmf_start_uniform(NULL, f, below, &rng) == DMF_ERR_ARGUMENT);
    CHECK(dmf_start_family(NULL, f, tiny, 1e30) == DMF_ERR_ARGUMENT);
    CHECK(f->data[0] == 7);
    OK(dmf_start_gaussian(NULL, f, 0, &rng));
    OK(dmf_start_identity(NULL, f, 0));
    dmf_factors_destroy(f);
}

static void balanced_starts_have_the_product_given(void)
{
    dmf_rng rng = dmf_seed(4, 0);
    int depth, i, j;
    for (depth = 1; depth <= 4; depth++) {
        dmf_mat w = new_mat(9, 12), back = new_mat(9, 12);
        dmf_factors *f = NULL;
        static const int narrow[3] = { 5, 5, 5 };
        OK(dmf_random_low_rank(NULL, 3, w, &rng));
        OK(dmf_factors_create(NULL, 9, 12, depth, narrow, &f));
        OK(dmf_start_balanced(NULL, f, w));
        OK(dmf_product(NULL, f, back));
        for (i = 0; i < 9; i++)
            for (j = 0; j < 12; j++) NEAR(*at(back, i, j), *at(w, i, j), 100 * EPS * dmf_frobenius(w));
        NEAR(imbalance(f), 0, 100 * EPS * dmf_frobenius(w));
        if (depth > 1) {
            randomize(w, &rng);
            CHECK(dmf_start_balanced(NULL, f, w) == DMF_ERR_SHAPE);
        }
        dmf_factors_destroy(f);
        dmf_mat_destroy(&w);
        dmf_mat_destroy(&back);
    }
}

static void bad_arguments_are_errors(void)
{
    static const int zero_width[1] = { 0 };
    dmf_rng rng = dmf_seed(5, 0);
    dmf_problem *p = small_problem();
    dmf_factors *f = NULL, *g = NULL, *square = NULL;
    dmf_mat w = new_mat(SMALL_ROWS, SMALL_COLS);
    double loss;
    CHECK(dmf_factors_create(NULL, 3, 3, 0, NULL, &f) == DMF_ERR_ARGUMENT);
    CHECK(dmf_factors_create(NULL, 0, 3, 1, NULL, &f) == DMF_ERR_SHAPE);
    CHECK(dmf_factors_create(NULL, 3, 3, 2, zero_width, &f) == DMF_ERR_SHAPE);
    CHECK(dmf_factors_create(NULL, 3, 3, 2, NULL, NULL) == DMF_ERR_ARGUMENT);
    CHECK(dmf_factors_create(NULL, 2147483647, 2147483647, 5, NULL, &f) == DMF_ERR_SHAPE);
    CHECK(dmf_factors_create(NULL, 2000000000, 2000000000, 5, NULL, &f) == DMF_ERR_MEMORY);
    CHECK(dmf_factors_clone(NULL, NULL, &f) == DMF_ERR_ARGUMENT);
    CHECK(f == NULL);
    dmf_factors_destroy(NULL);
    f = small_factors("w0");
    OK(dmf_factors_create(NULL, SMALL_ROWS, SMALL_COLS, 2, NULL, &g));
    OK(dmf_factors_create(NULL, 5, 5, 2, NULL, &square));
    CHECK(dmf_start_gaussian(NULL, NULL, 1, &rng) == DMF_ERR_ARGUMENT);
    CHECK(dmf_start_gaussian(NULL, f, NAN, &rng) == DMF_ERR_ARGUMENT);
    CHECK(dmf_start_gaussian(NULL, f, 1, NULL) == DMF_ERR_ARGUMENT);
    CHECK(dmf_start_uniform(NULL, f, INFINITY, &rng) == DMF_ERR_ARGUMENT);
    CHECK(dmf_start_uniform(NULL, f, 1, NULL) == DMF_ERR_ARGUMENT);
    CHECK(dmf_start_identity(NULL, g, -1) == DMF_ERR_ARGUMENT);
    CHECK(dmf_start_orthogonal(NULL, f, 1, NULL) == DMF_ERR_ARGUMENT);
    CHECK(dmf_start_orthogonal(NULL, f, NAN, &rng) == DMF_ERR_ARGUMENT);
    CHECK(dmf_start_gaussian(NULL, f, -1, &rng) == DMF_ERR_ARGUMENT);
    CHECK(dmf_start_family(NULL, f, 1, 0.5) == DMF_ERR_ARGUMENT);
    CHECK(dmf_start_family(NULL, f, 1, NAN) == DMF_ERR_ARGUMENT);
    CHECK(dmf_start_balanced(NULL, square, w) == DMF_ERR_SHAPE);
    *at(w, 0, 0) = (dmf_real)NAN;
    CHECK(dmf_start_balanced(NULL, f, w) == DMF_ERR_NONFINITE);
    CHECK(dmf_loss(NULL, p, square, NULL, &loss) == DMF_ERR_SHAPE);
    CHECK(dmf_loss(NULL, p, f, g, &loss) == DMF_ERR_SHAPE);
    CHECK(dmf_loss(NULL, p, f, f, &loss) == DMF_ERR_OVERLAP);
    CHECK(dmf_loss(NULL, NULL, f, NULL, &loss) == DMF_ERR_ARGUMENT);
    CHECK(dmf_loss(NULL, p, NULL, NULL, &loss) == DMF_ERR_ARGUMENT);
    CHECK(dmf_loss(NULL, p, f, NULL, NULL) == DMF_ERR_ARGUMENT);
    CHECK(dmf_product(NULL, f, dmf_view(w.data, SMALL_COLS, SMALL_ROWS)) == DMF_ERR_SHAPE);
    CHECK(dmf_product(NULL, square, square->w[0]) == DMF_ERR_OVERLAP);
    CHECK(dmf_start_family(NULL, square, 1e10, 1e-300) == DMF_ERR_ARGUMENT);
    CHECK(dmf_start_gaussian(NULL, square, EPS < 1e-10 ? DBL_MAX : FLT_MAX, &rng) == DMF_ERR_ARGUMENT);
    dmf_factors_destroy(f);
    dmf_factors_destroy(g);
    dmf_factors_destroy(square);
    dmf_problem_destroy(p);
    dmf_mat_destroy(&w);
}

/* ---- Against plain loops ---- */

#ifdef DMF_SINGLE
typedef double wide;
#else
typedef long double wide;
#endif

static wide *wide_zeros(int rows, int cols)
{
    wide *x = (wide *)calloc((size_t)rows * cols, sizeof *x);
    if (!x) abort();
    return x;
}

/* W_to ... W_from, or the product of their absolute values; the identity if there are none. */
static wide *chain(const dmf_factors *f, int from, int to, int absolute)
{
    int n = f->dims[from - 1], rows = n, i, j, k, l;
    wide *x = wide_zeros(n, n), *y;
    for (i = 0; i < n; i++) x[i * n + i] = 1;
    for (l = from; l <= to; l++, x = y) {
        y = wide_zeros(f->dims[l], n);
        for (i = 0; i < f->dims[l]; i++)
            for (k = 0; k < rows; k++) {
                wide w = *at(f->w[l - 1], i, k);
                if (absolute && w < 0) w = -w;
                for (j = 0; j < n; j++) y[i * n + j] += w * x[k * n + j];
            }
        rows = f->dims[l];
        free(x);
    }
    return x;
}

/* (W_N ... W_{j+1})^T G (W_{j-1} ... W_1)^T, where G has so much at the entries and zeros elsewhere. */
static wide *plain_gradient(const dmf_factors *f, int j, const dmf_entry *entries, int count, const wide *at_entries,
                            int absolute)
{
    int rows = f->dims[f->depth], cols = f->dims[0], m = f->dims[j], n = f->dims[j - 1], e, i, k, r;
    wide *left = chain(f, j + 1, f->depth, absolute), *right = chain(f, 1, j - 1, absolute);
    wide *gr = wide_zeros(rows, n), *g = wide_zeros(m, n);
    for (e = 0; e < count; e++)
        for (k = 0; k < n; k++) gr[entries[e].row * n + k] += at_entries[e] * right[k * cols + entries[e].col];
    for (r = 0; r < rows; r++)
        for (i = 0; i < m; i++)
            for (k = 0; k < n; k++) g[i * n + k] += left[r * m + i] * gr[r * n + k];
    free(left);
    free(right);
    free(gr);
    return g;
}

/* The terms of the roundings in a product of the factors, whatever its order: a sum of k products makes k + 2, as
   dmf_gemm says. */
static double roundings(const dmf_factors *f)
{
    double terms = 0;
    int j;
    for (j = 1; j < f->depth; j++) terms += f->dims[j] + 2;
    return terms;
}

typedef struct plain_case {
    const dmf_factors *f;
    const dmf_entry *entries;
    int count;
    const wide *residual, *size;  /* W_e - y_e and |W|_e + |y_e| */
} plain_case;

/* Sum r^2, and how far off it may be if r is by the roundings of W and of its own. */
static void plain_squares(const plain_case *c, double *sum, double *bound)
{
    double delta, r, terms = roundings(c->f) + 1;
    int e;
    *sum = *bound = 0;
    for (e = 0; e < c->count; e++) {
        r = fabs((double)c->residual[e]), delta = terms * EPS * (double)c->size[e];
        *sum += r * r;
        *bound += 2 * r * delta + delta * delta + (c->count + 4) * EPS * (r + delta) * (r + delta);
    }
}

/* Gradients multiply by W once more, and sum over rows and columns. The roundings of roundings are within the eps that
   is twice the unit roundoff. */
static void check_against_loops(dmf_ctx *ctx, const plain_case *c)
{
    const double scale = 0.7;
    const dmf_factors *f = c->f;
    dmf_factors *g = NULL;
    dmf_problem *p = NULL;
    double loss, loss_alone, sum, bound, terms = 2 * roundings(f) + f->dims[0] + f->dims[f->depth] + 8;
    wide *at_entries = wide_zeros(2, c->count);
    int j, i, e;
    for (e = 0; e < c->count; e++) at_entries[e] = scale * c->residual[e], at_entries[c->count + e] = scale * c->size[e];
    OK(dmf_completion(ctx, f->dims[f->depth], f->dims[0], c->entries, (size_t)c->count, &p));
    OK(dmf_problem_scale(ctx, p, scale));
    OK(dmf_factors_clone(ctx, f, &g));
    for (i = 0; i < (int)g->size; i++) g->data[i] = (dmf_real)NAN;
    OK(dmf_loss(ctx, p, f, g, &loss));
    OK(dmf_loss(ctx, p, f, NULL, &loss_alone));
    plain_squares(c, &sum, &bound);
    NEAR(loss, scale / 2 * sum, scale / 2 * bound);
    CHECK(loss_alone == loss);
    for (j = 1; j <= f->depth; j++) {
        wide *expected = plain_gradient(f, j, c->entries, c->count, at_entries, 0);
        wide *size = plain_gradient(f, j, c->entries, c->count, at_entries + c->count, 1);
        for (i = 0; i < f->dims[j] * f->dims[j - 1]; i++)
            NEAR(g->w[j - 1].data[i], (double)expected[i], terms * EPS * (double)size[i]);
        free(expected);
        free(size);
    }
    free(at_entries);
    dmf_factors_destroy(g);
    dmf_problem_destroy(p);
}

static void check_entry_error(dmf_ctx *ctx, const plain_case *c)
{
    double error, sum, bound;
    plain_squares(c, &sum, &bound);
    OK(dmf_entry_error(ctx, c->f, c->entries, (size_t)c->count, &error));
    NEAR(error, sum / c->count, bound / c->count);
}

typedef void (*plain_check)(dmf_ctx *, const plain_case *);

/* Factors of these dimensions, and entries that leave every third row, and column 1, empty if there are few. */
static void check_shape(plain_check body, int depth, const int *dims, int count, dmf_rng *rng)
{
    int rows = dims[depth], cols = dims[0], e, kept = 0, isa;
    dmf_mat y = random_mat(rows, cols, rng);
    dmf_entry *entries = (dmf_entry *)malloc((size_t)rows * cols * sizeof *entries);
    dmf_factors *f = NULL;
    wide *w, *size, *residual;
    plain_case c;
    OK(dmf_factors_create(NULL, rows, cols, depth, depth > 1 ? dims + 1 : NULL, &f));
    OK(dmf_start_gaussian(NULL, f, dmf_deviation(f, 1), rng));
    OK(dmf_observe(NULL, y, (size_t)rows * cols, entries, rng));
    for (e = 0; e < rows * cols && kept < count; e++)
        if (count == rows * cols || (entries[e].row % 3 != 2 && entries[e].col != 1)) entries[kept++] = entries[e];
    CHECK(kept == count);
    w = chain(f, 1, depth, 0);
    size = chain(f, 1, depth, 1);
    residual = wide_zeros(2, kept);
    for (e = 0; e < kept; e++) {
        int place = entries[e].row * cols + entries[e].col;
        residual[e] = w[place] - (wide)entries[e].value;
        residual[kept + e] = size[place] + (wide)fabs((double)entries[e].value);
    }
    c.f = f, c.entries = entries, c.count = kept, c.residual = residual, c.size = residual + kept;
    for (isa = DMF_ISA_PORTABLE; isa <= DMF_ISA_NEON; isa++) {
        dmf_options options = { 1, DMF_ISA_BEST, NULL, NULL };
        dmf_ctx *ctx = NULL;
        options.isa = (dmf_isa)isa;
        if (dmf_ctx_create(&options, &ctx) != DMF_OK) continue;
        body(ctx, &c);
        dmf_ctx_destroy(ctx);
    }
    free(w);
    free(size);
    free(residual);
    free(entries);
    dmf_factors_destroy(f);
    dmf_mat_destroy(&y);
}

/* One entry, few (of at least 63: the sparse way) and all (the dense way). */
static void check_counts(plain_check body, int depth, const int *dims, int few, dmf_rng *rng)
{
    check_shape(body, depth, dims, 1, rng);
    check_shape(body, depth, dims, few, rng);
    check_shape(body, depth, dims, dims[0] * dims[depth], rng);
}

/* Every width up to past the last way of gathering vectors of 4 numbers, and those about multiples of what the wider
   ones gather at a time; then a narrow layer at every place of 2 to 4, where the ends meet, in both directions. */
static void over_shapes(plain_check body)
{
    static const int sizes[][2] = { { 7, 9 }, { 13, 8 } }, wider[] = { 63, 64, 65, 72, 73, 96, 127, 129, 133, 226, 450 };
    static const int narrow[] = { 1, 3, 5, 8 };
    dmf_rng rng = dmf_seed(11, 0);
    int s, depth, width, place, i, j, dims[6];
    for (s = 0; s < 2; s++) {
        dims[0] = sizes[s][0];
        dims[2] = sizes[s][1];
        dims[1] = 1;
        check_counts(body, 1, dims, 5, &rng);
        for (width = 1; width <= 40; width++) dims[1] = width, check_counts(body, 2, dims, 2 + width % 18, &rng);
        for (i = 0; i < 11; i++) dims[1] = wider[i], check_counts(body, 2, dims, 20 - i, &rng);
        for (depth = 3; depth <= 5; depth++)
            for (place = 0; place <= depth; place++) /* 0, depth: none is narrow */
                for (i = 0; i < 4; i++) {
                    dims[0] = sizes[s][0];
                    dims[depth] = sizes[s][1];
                    for (j = 1; j < depth; j++) dims[j] = j == place ? narrow[i] : 10 + (7 * j + 5 * i + depth) % 13;
                    check_counts(body, depth, dims, 4 + 5 * i, &rng);
                }
    }
}

static void gradients_match_plain_loops(void) { over_shapes(check_against_loops); }
static void entry_errors_match_plain_loops(void) { over_shapes(check_entry_error); }

/* ---- Cost ---- */

/* The seconds of a gradient at full width with so many entries of an n x n matrix, least of all turns. */
enum { KINDS = 5 };
HELPER void time_gradients(int n, const double *parts, double *least)
{
    dmf_rng rng = dmf_seed(12, 0);
    dmf_mat w = random_mat(n, n, &rng);
    dmf_entry *entries = (dmf_entry *)malloc((size_t)n * n * sizeof *entries);
    dmf_problem *p[KINDS];
    dmf_factors *f = NULL, *g = NULL;
    dmf_ctx *ctx = NULL;
    double loss;
    int k, turn, i;
    OK(dmf_ctx_create(NULL, &ctx));
    OK(dmf_factors_create(NULL, n, n, 3, NULL, &f));
    OK(dmf_start_gaussian(NULL, f, dmf_deviation(f, 1), &rng));
    OK(dmf_factors_clone(NULL, f, &g));
    OK(dmf_observe(NULL, w, (size_t)n * n, entries, &rng));
    for (k = 0; k < KINDS; k++) {
        OK(dmf_completion(NULL, n, n, entries, (size_t)(parts[k] * n * n), &p[k]));
        least[k] = INFINITY;
    }
    for (turn = 0; turn < 60; turn++)
        for (k = 0; k < KINDS; k++) {
            clock_t start = clock();
            for (i = 0; i < 3; i++) OK(dmf_loss(ctx, p[k], f, g, &loss));
            least[k] = fmin(least[k], (double)(clock() - start) / CLOCKS_PER_SEC / 3);
        }
    for (k = 0; k < KINDS; k++) dmf_problem_destroy(p[k]);
    dmf_ctx_destroy(ctx);
    dmf_factors_destroy(f);
    dmf_factors_destroy(g);
    dmf_mat_destroy(&w);
    free(entries);
}

/* Few entries are cheap, many are no dearer than all, and where the way changes, at a third of them, neither is much
   faster than the other: it changes where it should. Only what optimized code does on the machine itself is telling. */
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !defined(EMULATED)
static void the_cost_is_as_modelled(void)
{
    static const double parts[KINDS] = { 0.02, 0.32, 0.35, 0.6, 1 };
    double t[KINDS];
    if (dmf_ctx_isa(NULL) == DMF_ISA_PORTABLE) return;
    time_gradients(100, parts, t);
    CHECK(t[0] < 0.8 * t[4]);
    CHECK(t[3] < 1.2 * t[4]);
    CHECK(t[1] < 1.6 * t[2] && t[2] < 1.6 * t[1]);
}
#endif

int main(void)
{
    RUN(the_reference_gradient_is_met);
    RUN(gradients_match_finite_differences);
    RUN(transposition_commutes_with_the_gradient);
    RUN(random_starts_have_the_product_scale_asked_for);
    RUN(deterministic_starts_are_what_they_say);
    RUN(tied_factors_are_one_matrix);
    RUN(alpha_is_the_same_in_every_start);
    RUN(starts_do_not_vanish_unseen);
    RUN(balanced_starts_have_the_product_given);
    RUN(bad_arguments_are_errors);
    RUN(gradients_match_plain_loops);
    RUN(entry_errors_match_plain_loops);
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !defined(EMULATED)
    RUN(the_cost_is_as_modelled);
#endif
    return finish();
}
