#include "small.h"

static void the_reference_is_met(void)
{
    double numbers[6], t = sizeof(dmf_real) == 8 ? 1e-8 : 1e-2;
    dmf_problem *p = small_problem();
    dmf_factors *f = small_factors("w0");
    dmf_motion m;
    dmf_real sigma[SMALL_COLS];
    dmf_spectrum s;
    memset(&m, 0, sizeof m);
    m.rtol = sizeof(dmf_real) == 8 ? 1e-11 : 1e-4;
    m.stop_time = 10;
    CHECK(read_data("diagnostics_t10.csv", numbers, 6) == 6);
    OK(dmf_train(NULL, p, f, &m, NULL, NULL));
    product_sigma(f, sigma);
    s = dmf_summarize(sigma, SMALL_COLS);
    NEAR(s.effective_rank, numbers[0], t * numbers[0]);
    NEAR(s.stable_rank, numbers[1], t * numbers[1]);
    NEAR(s.nuclear, numbers[2], t * numbers[2]);
    NEAR(s.frobenius, numbers[3], t * numbers[3]);
    NEAR(s.spectral, numbers[4], t * numbers[4]);
    NEAR(dmf_schatten(sigma, SMALL_COLS, 0.5), numbers[5], t * numbers[5]);
    dmf_factors_destroy(f);
    dmf_problem_destroy(p);
}

static void equal_singular_values_count_as_one_each(void)
{
    dmf_real sigma[6] = { 2, 2, 2, 2, 0, 0 };
    dmf_spectrum s = dmf_summarize(sigma, 6);
    NEAR(s.effective_rank, 4, 8 * EPS);
    NEAR(s.stable_rank, 4, 0);
    NEAR(s.nuclear, 8, 0);
    NEAR(s.frobenius, 4, 0);
    NEAR(s.spectral, 2, 0);
    CHECK(s.numerical_rank == 4);
    NEAR(dmf_schatten(sigma, 6, 2), 16, 32 * EPS);
    NEAR(dmf_schatten(sigma, 6, 0.5), 4 * sqrt(2), 16 * EPS);
    CHECK(isnan(dmf_schatten(sigma, 6, 0)) && isnan(dmf_schatten(sigma, 6, NAN)) && isnan(dmf_schatten(NULL, 6, 1)));
}

/* (9.3), and that the bounds are met where singular values are equal or few. A tail adds m t (1 + log(1/t)). */
static void ranks_bound_each_other(void)
{
    enum { K = 12 };
    const double slack = 1 + K * EPS, t = sizeof(dmf_real) == 8 ? 1e-5 : 1e-3;
    dmf_rng rng = dmf_seed(9, 0);
    dmf_real sigma[K];
    dmf_spectrum s;
    int trial, i, rank;
    for (trial = 0; trial < 200; trial++) {
        rank = 1 + trial % K;
        for (i = 0; i < K; i++) sigma[i] = i < rank ? 1 : 0;
        for (i = 1; i < rank; i++) sigma[i] = sigma[i - 1] * (dmf_real)pow(dmf_uniform(&rng), trial / 50);
        s = dmf_summarize(sigma, K);
        CHECK(s.stable_rank <= s.nuclear / s.spectral * slack);
        CHECK(s.nuclear / s.spectral <= s.effective_rank * slack && s.effective_rank <= rank * slack);
    }
    for (i = 0; i < K; i++) sigma[i] = i < 3 ? 1 : (dmf_real)t;
    s = dmf_summarize(sigma, K);
    NEAR(s.effective_rank - 3, 9 * t * (1 + log(1 / t)), 9 * t * 9 * t * log(1 / t) * log(1 / t) + 20 * EPS);
    NEAR(s.stable_rank - 3, 9 * t * t, 20 * EPS);
}

static void ranks_do_not_depend_on_scale(void)
{
    dmf_real sigma[5] = { 5, 3, 1, (dmf_real)0.1, (dmf_real)1e-9 }, scaled[5];
    dmf_spectrum a = dmf_summarize(sigma, 5), b;
    int e = sizeof(dmf_real) == 8 ? 1000 : 100, i, sign;
    for (sign = -1; sign <= 1; sign += 2) {
        for (i = 0; i < 5; i++) scaled[i] = (dmf_real)ldexp((double)sigma[i], sign * e);
        b = dmf_summarize(scaled, 5);
        if (sizeof(dmf_real) == 4 && sign < 0) continue; /* 1e-9 would be subnormal */
        CHECK(a.effective_rank == b.effective_rank && a.stable_rank == b.stable_rank && a.numerical_rank == b.numerical_rank);
        NEAR(ldexp(b.frobenius, -sign * e), a.frobenius, 4 * EPS * a.frobenius);
    }
}

static void zero_and_nothing_have_rank_zero(void)
{
    dmf_real zero[3] = { 0 }, one = 1;
    dmf_spectrum s = dmf_summarize(zero, 3), t = dmf_summarize(NULL, 0), u = dmf_summarize(&one, 0);
    CHECK(s.effective_rank == 0 && s.stable_rank == 0 && s.nuclear == 0 && s.numerical_rank == 0);
    CHECK(t.effective_rank == 0 && u.frobenius == 0 && u.spectral == 0);
    CHECK(dmf_schatten(NULL, 0, 1) == 0);
}

static void balance_is_what_it_says(void)
{
    static const int hidden[1] = { 2 };
    dmf_factors *f = NULL;
    dmf_real out[4];
    int i;
    OK(dmf_factors_create(NULL, 1, 2, 2, hidden, &f));
    for (i = 0; i < 6; i++) f->data[i] = (dmf_real)(i + 1); /* W_1 = (1 2; 3 4), W_2 = (5 6) */
    OK(dmf_balance(NULL, f, 0, dmf_view(out, 2, 2)));
    CHECK(out[0] == 25 - 5 && out[1] == 30 - 11 && out[2] == 30 - 11 && out[3] == 36 - 25);
    CHECK(dmf_balance(NULL, f, -1, dmf_view(out, 2, 2)) == DMF_ERR_ARGUMENT);
    CHECK(dmf_balance(NULL, f, 1, dmf_view(out, 2, 2)) == DMF_ERR_ARGUMENT);
    CHECK(dmf_balance(NULL, f, 0, dmf_view(out, 1, 2)) == DMF_ERR_SHAPE);
    CHECK(dmf_balance(NULL, f, 0, f->w[0]) == DMF_ERR_OVERLAP);
    CHECK(dmf_balance(NULL, NULL, 0, dmf_view(out, 2, 2)) == DMF_ERR_ARGUMENT);
    dmf_factors_destroy(f);
}

/* G = U P V^T has U^T G V = P. */
static void alignment_sees_the_matrix_between(void)
{
    dmf_rng rng = dmf_seed(1, 0);
    dmf_mat x = random_mat(7, 5, &rng), u = new_mat(7, 5), v = new_mat(5, 5), up = new_mat(7, 5), g = new_mat(7, 5);
    const double small = ldexp(1, sizeof(dmf_real) == 8 ? -700 : -100); /* its square is out of range */
    dmf_real sigma[5], p[25];
    dmf_alignment a;
    int i;
    OK(dmf_svd(NULL, x, u, sigma, v));
    for (i = 0; i < 25; i++) p[i] = (dmf_real)(i / 5 == i % 5 ? (i / 5 % 2 ? -3 : 1) : (i % 2 ? 0.5 : -0.1));
    OK(dmf_gemm(NULL, 0, 0, 1, u, dmf_view(p, 5, 5), 0, up));
    OK(dmf_gemm(NULL, 0, 1, 1, up, v, 0, g));
    OK(dmf_align(NULL, g, u, v, &a));
    NEAR(a.on_mean, 9.0 / 5, 100 * EPS);
    NEAR(a.on_deviation, sqrt(21.0 / 5 - 81.0 / 25), 100 * EPS);
    NEAR(a.off_mean, (12 * 0.5 + 8 * 0.1) / 20, 100 * EPS);
    NEAR(a.off_deviation, sqrt((12 * 0.25 + 8 * 0.01) / 20 - pow((12 * 0.5 + 8 * 0.1) / 20, 2)), 100 * EPS);
    for (i = 0; i < 35; i++) g.data[i] = (dmf_real)((double)g.data[i] * small);
    OK(dmf_align(NULL, g, u, v, &a));
    NEAR(a.on_deviation / small, sqrt(21.0 / 5 - 81.0 / 25), 100 * EPS);
    for (i = 0; i < 35; i++) g.data[i] = (dmf_real)((double)g.data[i] / small / small);
    OK(dmf_align(NULL, g, u, v, &a));
    NEAR(a.on_deviation * small, sqrt(21.0 / 5 - 81.0 / 25), 100 * EPS);
    memset(g.data, 0, 35 * sizeof *g.data);
    OK(dmf_align(NULL, g, u, v, &a));
    CHECK(a.on_mean == 0 && a.on_deviation == 0 && a.off_mean == 0 && a.off_deviation == 0);
    CHECK(dmf_align(NULL, g, u, v, NULL) == DMF_ERR_ARGUMENT);
    CHECK(dmf_align(NULL, g, v, v, &a) == DMF_ERR_SHAPE);
    CHECK(dmf_align(NULL, g, u, u, &a) == DMF_ERR_SHAPE);
    dmf_mat_destroy(&x);
    dmf_mat_destroy(&u);
    dmf_mat_destroy(&v);
    dmf_mat_destroy(&up);
    dmf_mat_destroy(&g);
}

static void errors_are_means_of_squares(void)
{
    dmf_rng rng = dmf_seed(2, 0);
    int depth, i, j, e;
    for (depth = 1; depth <= 4; depth++) {
        enum { ROWS = 6, COLS = 8, COUNT = 20 };
        dmf_mat w_star = random_mat(ROWS, COLS, &rng), w = new_mat(ROWS, COLS);
        dmf_entry entries[COUNT];
        dmf_factors *f = NULL;
        double all = 0, some = 0, error;
        OK(dmf_factors_create(NULL, ROWS, COLS, depth, NULL, &f));
        OK(dmf_start_gaussian(NULL, f, 0.6, &rng));
        OK(dmf_product(NULL, f, w));
        OK(dmf_observe(NULL, w_star, COUNT, entries, &rng));
        for (i = 0; i < ROWS; i++)
            for (j = 0; j < COLS; j++) all += pow((double)*at(w, i, j) - *at(w_star, i, j), 2) / (ROWS * COLS);
        for (e = 0; e < COUNT; e++) some += pow((double)*at(w, entries[e].row, entries[e].col) - entries[e].value, 2) / COUNT;
        OK(dmf_reconstruction_error(NULL, f, w_star, &error));
        NEAR(error, all, 50 * EPS * all);
        OK(dmf_entry_error(NULL, f, entries, COUNT, &error));
        NEAR(error, some, 50 * EPS * some);
        entries[3].col = COLS;
        CHECK(dmf_entry_error(NULL, f, entries, COUNT, &error) == DMF_ERR_INDEX);
        CHECK(dmf_entry_error(NULL, f, entries, 0, &error) == DMF_ERR_ARGUMENT);
        CHECK(dmf_entry_error(NULL, f, entries, 2, NULL) == DMF_ERR_ARGUMENT);
        CHECK(dmf_reconstruction_error(NULL, f, dmf_view(w.data, COLS, ROWS), &error) == DMF_ERR_SHAPE);
        CHECK(dmf_reconstruction_error(NULL, f, w_star, NULL) == DMF_ERR_ARGUMENT);
        dmf_factors_destroy(f);
        dmf_mat_destroy(&w_star);
        dmf_mat_destroy(&w);
    }
}

static int is_no_summary(dmf_spectrum s)
{
    return isnan(s.nuclear) && isnan(s.frobenius) && isnan(s.spectral) && isnan(s.effective_rank) &&
           isnan(s.stable_rank) && s.numerical_rank == -1;
}

static void what_is_no_spectrum_has_no_summary(void)
{
    const dmf_real most = sizeof(dmf_real) == 8 ? (dmf_real)DBL_MAX : FLT_MAX;
    static const dmf_real rising[3] = { 1, 2, 1 }, negative[3] = { 2, 1, -1 };
    dmf_real sigma[3] = { 3, 2, 1 };
    int i;
    CHECK(is_no_summary(dmf_summarize(rising, 3)) && is_no_summary(dmf_summarize(negative, 3)));
    CHECK(is_no_summary(dmf_summarize(NULL, 3)) && is_no_summary(dmf_summarize(sigma, -1)));
    CHECK(isnan(dmf_schatten(negative, 3, 1)) && isnan(dmf_schatten(negative, 3, 2)) && isnan(dmf_schatten(sigma, -1, 1)));
    CHECK(isnan(dmf_schatten(sigma, 3, INFINITY)) && isnan(dmf_schatten(sigma, 3, -1)));
    for (i = 0; i < 3; i++) {
        const dmf_real kept = sigma[i];
        sigma[i] = (dmf_real)NAN;
        CHECK(is_no_summary(dmf_summarize(sigma, 3)) && isnan(dmf_schatten(sigma, 3, 0.5)));
        sigma[i] = (dmf_real)INFINITY;
        CHECK(is_no_summary(dmf_summarize(sigma, 3)));
        sigma[i] = kept;
    }
    for (i = 0; i < 3; i++) sigma[i] = most;
    NEAR(dmf_summarize(sigma, 3).stable_rank, 3, 0);
}

static void the_spectrum_of_factors_is_that_of_their_product(void)
{
    static const int shapes[][2] = { { 5, 5 }, { 7, 3 }, { 2, 6 }, { 1, 4 } };
    dmf_rng rng = dmf_seed(3, 0);
    int shape, depth, r;
    for (shape = 0; shape < 4; shape++)
        for (depth = 1; depth <= 3; depth++) {
            const int rows = shapes[shape][0], cols = shapes[shape][1], k = rows < cols ? rows : cols;
            dmf_mat w = new_mat(rows, cols);
            dmf_real sigma[8], values[8];
            dmf_spectrum direct, s;
            dmf_factors *f = NULL;
            OK(dmf_factors_create(NULL, rows, cols, depth, NULL, &f));
            OK(dmf_start_gaussian(NULL, f, 0.5, &rng));
            OK(dmf_product(NULL, f, w));
            OK(dmf_svd(NULL, w, dmf_none(), sigma, dmf_none()));
            direct = dmf_summarize(sigma, k);
            OK(dmf_factors_spectrum(NULL, f, values, &s));
            CHECK(memcmp(sigma, values, (size_t)k * sizeof *sigma) == 0 && s.effective_rank == direct.effective_rank);
            CHECK(s.nuclear == direct.nuclear && s.numerical_rank == direct.numerical_rank);
            memset(&s, 0, sizeof s);
            OK(dmf_factors_spectrum(NULL, f, NULL, &s));
            CHECK(s.stable_rank == direct.stable_rank);
            for (r = 0; r < k; r++) values[r] = 0;
            OK(dmf_factors_spectrum(NULL, f, values, NULL));
            CHECK(memcmp(sigma, values, (size_t)k * sizeof *sigma) == 0);
            OK(dmf_factors_spectrum(NULL, f, NULL, NULL));
            CHECK(dmf_factors_spectrum(NULL, f, f->data, NULL) == DMF_ERR_OVERLAP);
            CHECK(dmf_factors_spectrum(NULL, NULL, values, &s) == DMF_ERR_ARGUMENT);
            f->data[0] = (dmf_real)NAN;
            CHECK(dmf_factors_spectrum(NULL, f, values, &s) == DMF_ERR_NONFINITE && values[0] == sigma[0]);
            dmf_factors_destroy(f);
            dmf_mat_destroy(&w);
        }
}

/* NaN and infinity are refused, and so are results that are too large; the place for the result is not touched. */
static void nothing_comes_out_that_is_not_finite(void)
{
    const double large = sizeof(dmf_real) == 8 ? 1e200 : 1e30;
    dmf_rng rng = dmf_seed(4, 0);
    dmf_mat w = random_mat(4, 4, &rng), u = new_mat(4, 4), v = new_mat(4, 4), g = random_mat(4, 4, &rng), out = new_mat(4, 4);
    dmf_entry entries[2] = { { 0, 1, 1 }, { 2, 2, 3 } };
    dmf_alignment a = { 7, 7, 7, 7 };
    dmf_real sigma[4];
    dmf_spectrum spectrum;
    dmf_factors *f = NULL;
    double error = 7;
    int bad;
    OK(dmf_factors_create(NULL, 4, 4, 2, NULL, &f));
    OK(dmf_svd(NULL, w, u, sigma, v));
    for (bad = 0; bad < 2; bad++) {
        const dmf_real poison = bad ? (dmf_real)INFINITY : (dmf_real)NAN;
        dmf_mat *mats[3];
        int i;
        OK(dmf_start_gaussian(NULL, f, 1, &rng));
        mats[0] = &g, mats[1] = &u, mats[2] = &v;
        for (i = 0; i < 3; i++) {
            const dmf_real kept = mats[i]->data[5];
            mats[i]->data[5] = poison;
            CHECK(dmf_align(NULL, g, u, v, &a) == DMF_ERR_NONFINITE && a.on_mean == 7);
            mats[i]->data[5] = kept;
        }
        w.data[3] = poison;
        CHECK(dmf_reconstruction_error(NULL, f, w, &error) == DMF_ERR_NONFINITE && error == 7);
        w.data[3] = 0;
        entries[1].value = poison;
        CHECK(dmf_entry_error(NULL, f, entries, 2, &error) == DMF_ERR_NONFINITE && error == 7);
        entries[1].value = 1;
        f->data[20] = poison;
        CHECK(dmf_reconstruction_error(NULL, f, w, &error) == DMF_ERR_NONFINITE && error == 7);
        CHECK(dmf_entry_error(NULL, f, entries, 2, &error) == DMF_ERR_NONFINITE && error == 7);
        CHECK(dmf_balance(NULL, f, 0, out) == DMF_ERR_NONFINITE);
        CHECK(dmf_factors_spectrum(NULL, f, sigma, NULL) == DMF_ERR_NONFINITE);
    }
    OK(dmf_start_gaussian(NULL, f, large, &rng));
    CHECK(dmf_balance(NULL, f, 0, out) == DMF_ERR_NONFINITE);
    CHECK(dmf_reconstruction_error(NULL, f, w, &error) == DMF_ERR_NONFINITE && error == 7);
    CHECK(dmf_entry_error(NULL, f, entries, 2, &error) == DMF_ERR_NONFINITE && error == 7);
    CHECK(dmf_factors_spectrum(NULL, f, sigma, NULL) == DMF_ERR_NONFINITE);
    memset(f->data, 0, 32 * sizeof *f->data);
    for (bad = 0; bad < 16; bad += 5) f->w[0].data[bad] = 1, f->w[1].data[bad] = (dmf_real)(sizeof(dmf_real) == 8 ? 1.5e308 : 3e38);
    CHECK(dmf_factors_spectrum(NULL, f, sigma, &spectrum) == (sizeof(dmf_real) == 8 ? DMF_ERR_NONFINITE : DMF_OK));
    CHECK(dmf_align(NULL, g, u, v, (dmf_alignment *)(void *)u.data) == DMF_ERR_OVERLAP);
    CHECK(dmf_reconstruction_error(NULL, f, w, (double *)(void *)w.data) == DMF_ERR_OVERLAP);
    CHECK(dmf_entry_error(NULL, f, entries, 2, (double *)(void *)f->data) == DMF_ERR_OVERLAP);
    dmf_factors_destroy(f);
    dmf_mat_destroy(&w), dmf_mat_destroy(&u), dmf_mat_destroy(&v), dmf_mat_destroy(&g), dmf_mat_destroy(&out);
}

int main(void)
{
    RUN(the_reference_is_met);
    RUN(equal_singular_values_count_as_one_each);
    RUN(ranks_bound_each_other);
    RUN(ranks_do_not_depend_on_scale);
    RUN(zero_and_nothing_have_rank_zero);
    RUN(balance_is_what_it_says);
    RUN(alignment_sees_the_matrix_between);
    RUN(errors_are_means_of_squares);
    RUN(what_is_no_spectrum_has_no_summary);
    RUN(the_spectrum_of_factors_is_that_of_their_product);
    RUN(nothing_comes_out_that_is_not_finite);
    return finish();
}
