#include "test.h"

static const dmf_entry some[] = { { 2, 1, 5 }, { 0, 0, -1 }, { 2, 0, 2 }, { 1, 3, (dmf_real)0.5 } };
enum { SOME = sizeof some / sizeof *some };

static void completion_is_half_the_sum_of_squares(void)
{
    dmf_rng rng = dmf_seed(1, 0);
    dmf_mat w = random_mat(3, 4, &rng), g = new_mat(3, 4);
    dmf_problem *p = NULL;
    double loss = -1, expected = 0, again;
    int i, j, e;
    OK(dmf_completion(NULL, 3, 4, some, SOME, &p));
    CHECK(dmf_problem_count(p) == SOME && dmf_problem_count(NULL) == 0);
    *at(g, 1, 1) = 99;
    OK(dmf_problem_loss(NULL, p, w, g, &loss));
    for (e = 0; e < SOME; e++) {
        double r = (double)*at(w, some[e].row, some[e].col) - some[e].value;
        expected += r * r / 2;
        NEAR(*at(g, some[e].row, some[e].col), r, 4 * EPS * fabs(r));
        *at(g, some[e].row, some[e].col) = 0;
    }
    NEAR(loss, expected, 8 * EPS * expected);
    for (i = 0; i < 3; i++)
        for (j = 0; j < 4; j++) CHECK(*at(g, i, j) == 0);
    OK(dmf_problem_scale(NULL, p, 2.0 / SOME));
    OK(dmf_problem_loss(NULL, p, w, none, &again));
    NEAR(again, expected * 2 / SOME, 8 * EPS * expected);
    dmf_problem_destroy(p);
    dmf_problem_destroy(NULL);
    dmf_mat_destroy(&w);
    dmf_mat_destroy(&g);
}

static dmf_status square_distance(void *user, dmf_mat w, dmf_mat g, double *loss)
{
    int e;
    (void)user;
    *loss = 0;
    if (g.data) memset(g.data, 0, (size_t)g.rows * g.cols * sizeof *g.data);
    for (e = 0; e < SOME; e++) {
        double r = (double)*at(w, some[e].row, some[e].col) - some[e].value;
        *loss += r * r / 2;
        if (g.data) *at(g, some[e].row, some[e].col) = (dmf_real)r;
    }
    return DMF_OK;
}

/* Completion is sensing with unit matrices, and a callback may say the same. */
static void three_ways_to_say_the_same_agree(void)
{
    dmf_rng rng = dmf_seed(2, 0);
    dmf_mat a = new_mat(SOME, 12), w = random_mat(3, 4, &rng), g[3];
    dmf_problem *p[3] = { NULL, NULL, NULL };
    dmf_real y[SOME];
    double loss[3];
    int e, k;
    for (e = 0; e < SOME; e++) *at(a, e, some[e].row * 4 + some[e].col) = 1, y[e] = some[e].value;
    OK(dmf_completion(NULL, 3, 4, some, SOME, &p[0]));
    OK(dmf_sensing(NULL, 3, 4, a, y, &p[1]));
    OK(dmf_custom(NULL, 3, 4, square_distance, NULL, &p[2]));
    CHECK(dmf_problem_count(p[1]) == SOME && dmf_problem_count(p[2]) == 0);
    for (k = 0; k < 3; k++) {
        g[k] = new_mat(3, 4);
        OK(dmf_problem_scale(NULL, p[k], 3));
        OK(dmf_problem_loss(NULL, p[k], w, g[k], &loss[k]));
        NEAR(loss[k], loss[0], 20 * EPS * loss[0]);
        for (e = 0; e < 12; e++) NEAR(g[k].data[e], g[0].data[e], 20 * EPS * fabs((double)g[0].data[e]));
        dmf_problem_destroy(p[k]);
    }
    for (k = 0; k < 3; k++) dmf_mat_destroy(&g[k]);
    dmf_mat_destroy(&a);
    dmf_mat_destroy(&w);
}

/* l is quadratic: central differences are exact but for rounding. */
static void sensing_has_the_gradient_of_its_loss(void)
{
    dmf_rng rng = dmf_seed(3, 0);
    dmf_mat a = random_mat(7, 15, &rng), w = random_mat(3, 5, &rng), g = new_mat(3, 5);
    dmf_real y[7] = { 1, 2, 3, 4, 5, 6, 7 };
    dmf_problem *p = NULL;
    double loss, up, down, h = sizeof(dmf_real) == 8 ? 1e-3 : 0.125;
    int k;
    OK(dmf_sensing(NULL, 3, 5, a, y, &p));
    OK(dmf_problem_loss(NULL, p, w, g, &loss));
    for (k = 0; k < 15; k++) {
        dmf_real old = w.data[k], plus = old + (dmf_real)h, minus = old - (dmf_real)h;
        w.data[k] = plus;
        OK(dmf_problem_loss(NULL, p, w, none, &up));
        w.data[k] = minus;
        OK(dmf_problem_loss(NULL, p, w, none, &down));
        w.data[k] = old;
        NEAR((up - down) / ((double)plus - minus), g.data[k], 200 * EPS * loss / h);
    }
    dmf_problem_destroy(p);
    dmf_mat_destroy(&a);
    dmf_mat_destroy(&w);
    dmf_mat_destroy(&g);
}

static void bad_entries_are_named(void)
{
    dmf_ctx *ctx = NULL;
    dmf_problem *p = NULL;
    dmf_entry e[3] = { { 0, 0, 1 }, { 1, 1, 2 }, { 2, 2, 3 } };
    OK(dmf_ctx_create(NULL, &ctx));
    e[1].col = 4;
    CHECK(dmf_completion(ctx, 3, 4, e, 3, &p) == DMF_ERR_INDEX);
    CHECK(strstr(dmf_message(ctx), "entry 1 is at row 1, column 4") != NULL);
    e[1].col = -1;
    CHECK(dmf_completion(ctx, 3, 4, e, 3, &p) == DMF_ERR_INDEX);
    e[1].row = 2, e[1].col = 2;
    CHECK(dmf_completion(ctx, 3, 4, e, 3, &p) == DMF_ERR_DUPLICATE);
    CHECK(strstr(dmf_message(ctx), "entries 1 and 2 are both at row 2, column 2") != NULL);
    e[1].row = 1, e[1].value = (dmf_real)NAN;
    CHECK(dmf_completion(ctx, 3, 4, e, 3, &p) == DMF_ERR_NONFINITE);
    CHECK(strstr(dmf_message(ctx), "entry 1") != NULL);
    e[1].value = (dmf_real)INFINITY;
    CHECK(dmf_completion(ctx, 3, 4, e, 3, &p) == DMF_ERR_NONFINITE);
    CHECK(dmf_completion(ctx, 3, 4, e, 0, &p) == DMF_ERR_ARGUMENT);
    CHECK(dmf_completion(ctx, 3, 4, NULL, 3, &p) == DMF_ERR_ARGUMENT);
    CHECK(dmf_completion(ctx, 0, 4, e, 3, &p) == DMF_ERR_SHAPE);
    e[1].value = 1;
    CHECK(dmf_completion(ctx, 3, 4, e, 3, NULL) == DMF_ERR_ARGUMENT);
    CHECK(p == NULL);
    dmf_ctx_destroy(ctx);
}

static void bad_measurements_and_losses_are_errors(void)
{
    dmf_rng rng = dmf_seed(4, 0);
    dmf_mat a = random_mat(2, 6, &rng), w = new_mat(2, 3);
    dmf_real y[2] = { 1, 2 };
    dmf_problem *p = NULL;
    double loss;
    CHECK(dmf_sensing(NULL, 2, 4, a, y, &p) == DMF_ERR_SHAPE);
    CHECK(dmf_sensing(NULL, 65536, 65536, a, y, &p) == DMF_ERR_SHAPE);
    CHECK(dmf_sensing(NULL, 2, 3, a, NULL, &p) == DMF_ERR_ARGUMENT);
    CHECK(dmf_sensing(NULL, 2, 3, a, y, NULL) == DMF_ERR_ARGUMENT);
    CHECK(dmf_sensing(NULL, 2, 3, dmf_block(a, 0, 0, 0, 6), y, &p) == DMF_ERR_ARGUMENT);
    y[1] = (dmf_real)NAN;
    CHECK(dmf_sensing(NULL, 2, 3, a, y, &p) == DMF_ERR_NONFINITE);
    y[1] = 2;
    *at(a, 1, 5) = (dmf_real)INFINITY;
    CHECK(dmf_sensing(NULL, 2, 3, a, y, &p) == DMF_ERR_NONFINITE);
    *at(a, 1, 5) = 0;
    CHECK(dmf_custom(NULL, 2, 3, NULL, NULL, &p) == DMF_ERR_ARGUMENT);
    CHECK(dmf_custom(NULL, 2, 3, square_distance, NULL, NULL) == DMF_ERR_ARGUMENT);
    CHECK(p == NULL);
    OK(dmf_sensing(NULL, 2, 3, a, y, &p));
    CHECK(dmf_problem_scale(NULL, p, 0) == DMF_ERR_ARGUMENT);
    CHECK(dmf_problem_scale(NULL, p, NAN) == DMF_ERR_ARGUMENT);
    CHECK(dmf_problem_scale(NULL, NULL, 1) == DMF_ERR_ARGUMENT);
    CHECK(dmf_problem_loss(NULL, p, dmf_view(w.data, 3, 2), none, &loss) == DMF_ERR_SHAPE);
    CHECK(dmf_problem_loss(NULL, p, w, w, &loss) == DMF_ERR_OVERLAP);
    CHECK(dmf_problem_loss(NULL, p, w, none, NULL) == DMF_ERR_ARGUMENT);
    CHECK(dmf_problem_loss(NULL, NULL, w, none, &loss) == DMF_ERR_ARGUMENT);
    dmf_problem_destroy(p);
    dmf_mat_destroy(&a);
    dmf_mat_destroy(&w);
}

static dmf_status no_number(void *user, dmf_mat w, dmf_mat gradient, double *loss)
{
    (void)user, (void)w, (void)gradient;
    *loss = -INFINITY;
    return DMF_OK;
}

/* Entries come back by row and then column, whatever order they went in. */
static void problems_tell_what_they_are(void)
{
    const dmf_entry given[4] = { { 2, 0, 5 }, { 0, 3, 1 }, { 2, 1, 6 }, { 0, 1, 2 } };
    dmf_entry back[4];
    dmf_problem *p = NULL, *custom = NULL;
    OK(dmf_completion(NULL, 3, 4, given, 4, &p));
    OK(dmf_problem_entries(NULL, p, back));
    CHECK(dmf_problem_rows(p) == 3 && dmf_problem_cols(p) == 4 && dmf_problem_count(p) == 4);
    CHECK(back[0].col == 1 && back[0].value == 2 && back[1].col == 3 && back[2].row == 2 && back[2].value == 5);
    CHECK(back[3].col == 1 && back[3].value == 6);
    CHECK(dmf_problem_entries(NULL, p, NULL) == DMF_ERR_ARGUMENT);
    CHECK(dmf_problem_entries(NULL, NULL, back) == DMF_ERR_ARGUMENT);
    OK(dmf_custom(NULL, 2, 2, no_number, NULL, &custom));
    CHECK(dmf_problem_entries(NULL, custom, back) == DMF_ERR_ARGUMENT);
    CHECK(dmf_problem_rows(NULL) == 0 && dmf_problem_cols(NULL) == 0 && dmf_problem_count(NULL) == 0);
    dmf_problem_destroy(custom);
    dmf_problem_destroy(p);
}

/* What a problem borrows is not written to; what is not finite is refused, and said of a result. */
static void outputs_stay_away_from_what_a_problem_borrows(void)
{
    dmf_real numbers[24], y[4] = { 1, 2, 3, 4 }, x[6] = { 1, 0, 0, 1, 0, 1 };
    dmf_mat a = dmf_view(numbers, 4, 6), w = dmf_view(x, 2, 3);
    dmf_problem *p = NULL, *custom = NULL;
    dmf_factors *f = NULL;
    double loss = 0;
    int i;
    for (i = 0; i < 24; i++) numbers[i] = (dmf_real)(i % 5);
    OK(dmf_sensing(NULL, 2, 3, a, y, &p));
    OK(dmf_problem_loss(NULL, p, w, none, &loss));
    CHECK(dmf_problem_loss(NULL, p, w, dmf_view(numbers + 6, 2, 3), &loss) == DMF_ERR_OVERLAP);
    CHECK(dmf_problem_loss(NULL, p, w, w, &loss) == DMF_ERR_OVERLAP);
    CHECK(dmf_problem_loss(NULL, p, w, none, (double *)(void *)(numbers + 4)) == DMF_ERR_OVERLAP);
    CHECK(dmf_problem_loss(NULL, p, w, none, (double *)(void *)y) == DMF_ERR_OVERLAP);
    OK(dmf_factors_create(NULL, 2, 3, 2, NULL, &f));
    CHECK(dmf_loss(NULL, p, f, NULL, (double *)(void *)(numbers + 4)) == DMF_ERR_OVERLAP);
    CHECK(dmf_loss(NULL, p, f, NULL, (double *)(void *)f->data) == DMF_ERR_OVERLAP);
    x[4] = (dmf_real)INFINITY;
    CHECK(dmf_problem_loss(NULL, p, w, none, &loss) == DMF_ERR_NONFINITE);
    x[4] = 0, f->data[2] = (dmf_real)NAN;
    CHECK(dmf_loss(NULL, p, f, NULL, &loss) == DMF_ERR_NONFINITE);
    f->data[2] = 1;
    OK(dmf_custom(NULL, 2, 3, no_number, NULL, &custom));
    CHECK(dmf_problem_loss(NULL, custom, w, none, &loss) == DMF_ERR_NONFINITE);
    CHECK(dmf_loss(NULL, custom, f, NULL, &loss) == DMF_ERR_NONFINITE);
    dmf_factors_destroy(f);
    dmf_problem_destroy(custom);
    dmf_problem_destroy(p);
}

static void random_matrices_have_the_rank_and_size_asked_for(void)
{
    dmf_rng rng = dmf_seed(5, 0);
    dmf_mat w = new_mat(30, 20);
    dmf_real sigma[20];
    OK(dmf_random_low_rank(NULL, 4, w, &rng));
    NEAR(dmf_frobenius(w), sqrt(600), 100 * EPS * sqrt(600));
    OK(dmf_svd(NULL, w, none, sigma, none));
    CHECK(dmf_summarize(sigma, 20).numerical_rank == 4);
    CHECK(dmf_random_low_rank(NULL, 0, w, &rng) == DMF_ERR_ARGUMENT);
    CHECK(dmf_random_low_rank(NULL, 21, w, &rng) == DMF_ERR_ARGUMENT);
    CHECK(dmf_random_low_rank(NULL, 1, w, NULL) == DMF_ERR_ARGUMENT);
    dmf_mat_destroy(&w);
}

static void observations_are_distinct_uniform_and_true(void)
{
    enum { ROWS = 6, COLS = 5, COUNT = 12, TRIALS = 20000 };
    dmf_rng rng = dmf_seed(6, 0);
    dmf_mat w = random_mat(ROWS, COLS, &rng);
    dmf_entry e[ROWS * COLS];
    long first[ROWS * COLS] = { 0 }, seen[ROWS * COLS] = { 0 };
    double chi = 0;
    int t, k, cell;
    for (t = 0; t < TRIALS; t++) {
        int taken[ROWS * COLS] = { 0 };
        OK(dmf_observe(NULL, w, COUNT, e, &rng));
        for (k = 0; k < COUNT; k++) {
            cell = e[k].row * COLS + e[k].col;
            CHECK(!taken[cell]++ && e[k].value == *at(w, e[k].row, e[k].col));
            seen[cell]++;
        }
        first[e[0].row * COLS + e[0].col]++;
    }
    for (cell = 0; cell < ROWS * COLS; cell++) {
        double expected = (double)TRIALS / (ROWS * COLS), often = (double)TRIALS * COUNT / (ROWS * COLS);
        chi += (first[cell] - expected) * (first[cell] - expected) / expected;
        NEAR(seen[cell], often, 5 * sqrt(often));
    }
    NEAR(chi, ROWS * COLS - 1, 5 * sqrt(2.0 * (ROWS * COLS - 1)));
    OK(dmf_observe(NULL, w, ROWS * COLS, e, &rng));
    OK(dmf_observe(NULL, w, 0, NULL, &rng));
    CHECK(dmf_observe(NULL, w, ROWS * COLS + 1, e, &rng) == DMF_ERR_SHAPE);
    CHECK(dmf_observe(NULL, w, 1, e, NULL) == DMF_ERR_ARGUMENT);
    CHECK(dmf_observe(NULL, w, 1, NULL, &rng) == DMF_ERR_ARGUMENT);
    dmf_mat_destroy(&w);
}

/* The same numbers in the same order inside, whatever the order outside: every bit is the same. Rows 2, 5 and 6 and
   columns 0 and 3 have no entries; the matrix is taken whole (3 n >= rows cols) and not. */
static void the_order_of_entries_does_not_matter(void)
{
    enum { ROWS = 7, COLS = 6, MOST = 16, SHUFFLES = 20 };
    static const int rows[4] = { 0, 1, 3, 4 }, cols[4] = { 1, 2, 4, 5 }, counts[2] = { 11, MOST };
    dmf_rng rng = dmf_seed(7, 0);
    dmf_mat w = random_mat(ROWS, COLS, &rng), g = new_mat(ROWS, COLS), g_sorted = new_mat(ROWS, COLS);
    dmf_factors *f = NULL, *df = NULL, *df_sorted = NULL;
    dmf_entry entries[MOST], t;
    dmf_problem *p = NULL, *sorted = NULL;
    double loss, expected;
    int c, k, i, other;
    OK(dmf_factors_create(NULL, ROWS, COLS, 3, NULL, &f));
    OK(dmf_start_gaussian(NULL, f, 0.5, &rng));
    OK(dmf_factors_clone(NULL, f, &df));
    OK(dmf_factors_clone(NULL, f, &df_sorted));
    for (c = 0; c < 2; c++) {
        for (i = 0; i < MOST; i++) {
            entries[i].row = rows[i / 4], entries[i].col = cols[i % 4];
            entries[i].value = (dmf_real)dmf_normal(&rng);
        }
        OK(dmf_completion(NULL, ROWS, COLS, entries, (size_t)counts[c], &sorted));
        for (k = 0; k < SHUFFLES; k++) {
            for (i = counts[c] - 1; i > 0; i--) {
                other = k ? (int)dmf_below(&rng, (uint64_t)i + 1) : counts[c] - 1 - i; /* at first, backwards */
                if (k == 0 && other >= i) break;
                t = entries[i], entries[i] = entries[other], entries[other] = t;
            }
            OK(dmf_completion(NULL, ROWS, COLS, entries, (size_t)counts[c], &p));
            OK(dmf_problem_loss(NULL, sorted, w, g_sorted, &expected));
            OK(dmf_problem_loss(NULL, p, w, g, &loss));
            CHECK(loss == expected && memcmp(g.data, g_sorted.data, ROWS * COLS * sizeof *g.data) == 0);
            OK(dmf_loss(NULL, sorted, f, df_sorted, &expected));
            OK(dmf_loss(NULL, p, f, df, &loss));
            CHECK(loss == expected && memcmp(df->data, df_sorted->data, f->size * sizeof *f->data) == 0);
            dmf_problem_destroy(p);
        }
        dmf_problem_destroy(sorted);
    }
    dmf_factors_destroy(f);
    dmf_factors_destroy(df);
    dmf_factors_destroy(df_sorted);
    dmf_mat_destroy(&w);
    dmf_mat_destroy(&g);
    dmf_mat_destroy(&g_sorted);
}

/* Any two of twelve entries, the first and the last and neighbours among them, and no others. */
static void duplicates_are_found_wherever_they_are(void)
{
    enum { COUNT = 12 };
    dmf_ctx *ctx = NULL;
    dmf_problem *p = NULL;
    dmf_entry e[COUNT];
    char says[64];
    int a, b, i;
    OK(dmf_ctx_create(NULL, &ctx));
    for (a = 0; a < COUNT; a++)
        for (b = a; b < COUNT; b++) {
            for (i = 0; i < COUNT; i++) e[i].row = i * 5 % COUNT % 4, e[i].col = i * 5 % COUNT / 4, e[i].value = (dmf_real)i;
            e[b].row = e[a].row, e[b].col = e[a].col;
            if (a == b) {
                OK(dmf_completion(ctx, 4, 3, e, COUNT, &p));
                dmf_problem_destroy(p);
                continue;
            }
            p = NULL;
            CHECK(dmf_completion(ctx, 4, 3, e, COUNT, &p) == DMF_ERR_DUPLICATE && p == NULL);
            snprintf(says, sizeof says, "entries %d and %d are both at row %d, column %d", a, b, e[a].row, e[a].col);
            CHECK(strstr(dmf_message(ctx), says) != NULL);
        }
    dmf_ctx_destroy(ctx);
}

int main(void)
{
    RUN(completion_is_half_the_sum_of_squares);
    RUN(three_ways_to_say_the_same_agree);
    RUN(sensing_has_the_gradient_of_its_loss);
    RUN(bad_entries_are_named);
    RUN(bad_measurements_and_losses_are_errors);
    RUN(problems_tell_what_they_are);
    RUN(outputs_stay_away_from_what_a_problem_borrows);
    RUN(random_matrices_have_the_rank_and_size_asked_for);
    RUN(observations_are_distinct_uniform_and_true);
    RUN(the_order_of_entries_does_not_matter);
    RUN(duplicates_are_found_wherever_they_are);
    return finish();
}
