#include "test.h"

/* ---- Data: W* of a rank, entries of it with noise, and the error of a model against W* ---- */

enum { MOST = 200 * 150 };

typedef struct data {
    int rows, cols;
    dmf_mat truth;
    dmf_entry *entries;
    size_t count;
} data;

static data make_data(int rows, int cols, int rank, double share, double noise, uint64_t seed)
{
    data d = { rows, cols, { 0 }, NULL, 0 };
    dmf_rng rng = dmf_seed(seed, 0);
    size_t e;
    d.truth = new_mat(rows, cols);
    if (rank > 0) OK(dmf_random_low_rank(NULL, rank, d.truth, &rng));
    d.count = (size_t)(share * rows * cols);
    d.entries = malloc(d.count * sizeof *d.entries);
    OK(dmf_observe(NULL, d.truth, d.count, d.entries, &rng));
    for (e = 0; e < d.count; e++) d.entries[e].value += (dmf_real)(noise * dmf_normal(&rng));
    return d;
}

static void free_data(data *d)
{
    dmf_mat_destroy(&d->truth);
    free(d->entries);
}

static dmf_model *fit(const data *d, const dmf_fit_options *options, dmf_fit_report *report)
{
    dmf_model *m = NULL;
    OK(dmf_fit(NULL, d->rows, d->cols, d->entries, d->count, options, NULL, report, &m));
    return m;
}

/* Root mean square of prediction less truth, over all places; the share of places within one deviation in *within. */
static double error_of(const data *d, const dmf_model *m, double noise, double *within)
{
    dmf_rng rng = dmf_seed(77, 0);
    dmf_real *prediction = malloc(MOST * sizeof *prediction), *deviation = malloc(MOST * sizeof *deviation);
    dmf_entry *places = malloc(MOST * sizeof *places);
    double sum = 0, inside = 0;
    size_t q, count = (size_t)d->rows * (size_t)d->cols;
    for (q = 0; q < count; q++) places[q].row = (int)q / d->cols, places[q].col = (int)q % d->cols;
    OK(dmf_predict(NULL, m, places, count, prediction, deviation));
    for (q = 0; q < count; q++) {
        const double off = (double)(prediction[q] - *at(d->truth, places[q].row, places[q].col));
        sum += off * off;
        inside += fabs(off - noise * dmf_normal(&rng)) <= (double)deviation[q];
    }
    if (within) *within = inside / (double)count;
    free(prediction);
    free(deviation);
    free(places);
    return sqrt(sum / (double)count);
}

/* ---- Alternating least squares at the known rank, from W* itself ---- */

enum { RANK = 4 };

static void solve(double (*a)[RANK + 1], dmf_real *x)
{
    int i, j, k;
    for (k = 0; k < RANK; k++)
        for (i = k + 1; i < RANK; i++) {
            const double f = a[i][k] / a[k][k];
            for (j = k; j <= RANK; j++) a[i][j] -= f * a[k][j];
        }
    for (k = RANK - 1; k >= 0; k--) {
        double sum = a[k][RANK];
        for (j = k + 1; j < RANK; j++) sum -= a[k][j] * (double)x[j];
        x[k] = (dmf_real)(sum / a[k][k]);
    }
}

static void least_squares(const data *d, dmf_mat x, dmf_mat z, int of_cols)
{
    double (*a)[RANK + 1];
    size_t e;
    int i, j, k;
    for (i = 0; i < x.rows; i++) {
        double equations[RANK][RANK + 1] = { { 0 } };
        a = equations;
        for (e = 0; e < d->count; e++) {
            const int own = of_cols ? d->entries[e].col : d->entries[e].row;
            const int other = of_cols ? d->entries[e].row : d->entries[e].col;
            if (own != i) continue;
            for (j = 0; j < RANK; j++) {
                for (k = 0; k < RANK; k++) a[j][k] += (double)(*at(z, other, j) * *at(z, other, k));
                a[j][RANK] += (double)(*at(z, other, j) * d->entries[e].value);
            }
        }
        solve(a, at(x, i, 0));
    }
}

static double oracle(const data *d)
{
    dmf_mat u = new_mat(d->rows, d->cols), v = new_mat(d->cols, d->cols), x = new_mat(d->rows, RANK);
    dmf_mat z = new_mat(d->cols, RANK), w = new_mat(d->rows, d->cols);
    dmf_real sigma[200];
    double sum = 0;
    int i, j, sweep;
    OK(dmf_svd(NULL, d->truth, dmf_block(u, 0, 0, d->rows, d->cols), sigma, v));
    OK(dmf_copy(NULL, dmf_block(v, 0, 0, d->cols, RANK), z));
    for (sweep = 0; sweep < 20; sweep++) least_squares(d, x, z, 0), least_squares(d, z, x, 1);
    OK(dmf_gemm(NULL, 0, 1, 1, x, z, 0, w));
    for (i = 0; i < d->rows; i++)
        for (j = 0; j < d->cols; j++) {
            const double off = (double)(*at(w, i, j) - *at(d->truth, i, j));
            sum += off * off;
        }
    dmf_mat_destroy(&u);
    dmf_mat_destroy(&v);
    dmf_mat_destroy(&x);
    dmf_mat_destroy(&z);
    dmf_mat_destroy(&w);
    return sqrt(sum / ((double)d->rows * d->cols));
}

/* ---- Tests ---- */

static void is_near_the_oracle(void)
{
    static const double noises[] = { 0.1, 0.3, 1 };
    int k;
    for (k = 0; k < 3; k++) {
        data d = make_data(200, 150, RANK, 0.3, noises[k], 11 + (uint64_t)k);
        dmf_fit_report r;
        dmf_model *m = fit(&d, NULL, &r);
        double within, error = error_of(&d, m, noises[k], &within);
        CHECK(error <= 1.15 * oracle(&d));
        CHECK(r.depth == 2 && r.width >= RANK);
        CHECK(r.error < 0.9 * r.offsets_error);
        NEAR(r.error, sqrt(noises[k] * noises[k] + error * error), 5 * r.error_deviation + 0.03 * r.error);
        NEAR(r.expected, sqrt(noises[k] * noises[k] + error * error), 3 * r.error_deviation);
        CHECK(r.expected < r.error);
        CHECK(within > 0.64 && within < 0.74);  /* of normal ones 0.683, and folds have a tenth less to learn from */
        NEAR(r.within_one, 0.683, 0.03);
        dmf_model_destroy(m);
        free_data(&d);
    }
}

/* Without noise some units come to say the same of all entries of a row, and equations are singular but for priors. */
static void fits_without_noise(void)
{
    uint64_t seed;
    for (seed = 3; seed < 12; seed += 2) {
        data d = make_data(60, 50, 3, 0.5, 0, seed);
        dmf_fit_report r;
        dmf_model *m = fit(&d, NULL, &r);
        CHECK(error_of(&d, m, 0, NULL) < (sizeof(dmf_real) == 8 ? 1e-6 : 1e-2));
        NEAR(r.effective_rank, 3, 0.3);
        dmf_model_destroy(m);
        free_data(&d);
    }
}

static void finds_no_structure_in_noise(void)
{
    data d = make_data(200, 150, 0, 0.3, 1, 5);
    dmf_fit_options alone = { .depth = 1 };
    dmf_fit_report r, offsets;
    dmf_model *m = fit(&d, NULL, &r), *o = fit(&d, &alone, &offsets);
    const double error = error_of(&d, m, 1, NULL), of_offsets = error_of(&d, o, 1, NULL);
    CHECK(r.depth == 1 && r.width == 0 && r.effective_rank == 0);
    CHECK(sqrt(1 + error * error) <= 1.01 * sqrt(1 + of_offsets * of_offsets));
    CHECK(r.error == r.offsets_error);
    dmf_model_destroy(m);
    dmf_model_destroy(o);
    free_data(&d);
}

/* Columns in thousands and in thousandths, the same but for their units. */
static void does_not_mind_units(void)
{
    data d = make_data(300, 12, 3, 0.85, 0.3, 7);
    dmf_entry *places = malloc(MOST * sizeof *places);
    dmf_real *before = malloc(MOST * sizeof *before), *after = malloc(MOST * sizeof *after);
    double sum[2] = { 0, 0 };
    dmf_model *m;
    size_t q, e;
    for (e = 0; e < d.count; e++) d.entries[e].value += 3;
    for (q = 0; q < 3600; q++) places[q].row = (int)q / 12, places[q].col = (int)q % 12;
    m = fit(&d, NULL, NULL);
    OK(dmf_predict(NULL, m, places, 3600, before, NULL));
    dmf_model_destroy(m);
    for (e = 0; e < d.count; e++)
        d.entries[e].value *= d.entries[e].col == 1 ? (dmf_real)1000 : d.entries[e].col == 2 ? (dmf_real)0.001 : 1;
    m = fit(&d, NULL, NULL);
    OK(dmf_predict(NULL, m, places, 3600, after, NULL));
    dmf_model_destroy(m);
    for (q = 0; q < 3600; q++) {
        const double unit = places[q].col == 1 ? 1000 : places[q].col == 2 ? 0.001 : 1;
        const double truth = (double)*at(d.truth, places[q].row, places[q].col) + 3;
        sum[0] += ((double)before[q] - truth) * ((double)before[q] - truth);
        sum[1] += ((double)after[q] / unit - truth) * ((double)after[q] / unit - truth);
    }
    CHECK(sqrt(sum[1]) <= 1.02 * sqrt(sum[0]));
    CHECK(sqrt(sum[0] / 3600) < 0.3);
    free(places);
    free(before);
    free(after);
    free_data(&d);
}

/* A row that was never seen is predicted from its column, whether it is in the matrix or not. */
static void falls_back(void)
{
    data d = make_data(60, 40, 2, 0.5, 0.1, 9);
    const dmf_entry places[4] = { { 60, 3, 0 }, { -1, 3, 0 }, { -1, -1, 0 }, { 5, -1, 0 } };
    dmf_real prediction[4], deviation[4], known[1], known_deviation[1];
    const dmf_entry seen = { 5, 3, 0 };
    dmf_model *m = NULL;
    double mean = 0, count = 0;
    size_t e;
    for (e = 0; e < d.count; e++) {
        d.entries[e].value += (dmf_real)(5 * d.entries[e].col);
        if (d.entries[e].col == 3) mean += (double)d.entries[e].value, count++;
    }
    OK(dmf_fit(NULL, 61, 40, d.entries, d.count, NULL, NULL, NULL, &m));
    CHECK(dmf_model_rows(m) == 61 && dmf_model_cols(m) == 40);
    CHECK(dmf_model_rows(NULL) == 0 && dmf_model_cols(NULL) == 0);
    OK(dmf_predict(NULL, m, places, 4, prediction, deviation));
    OK(dmf_predict(NULL, m, &seen, 1, known, known_deviation));
    CHECK(prediction[0] == prediction[1] && deviation[0] == deviation[1]);
    NEAR((double)prediction[1], mean / count, 0.5);
    CHECK(deviation[1] > 2 * known_deviation[0] && deviation[2] > deviation[1] && deviation[3] > known_deviation[0]);
    dmf_model_destroy(m);
    free_data(&d);
}

static void recommends(void)
{
    data d = make_data(30, 25, 2, 0.5, 0.1, 13);
    dmf_fit_options o = { .folds = 3, .width = 2 };
    dmf_model *m = fit(&d, &o, NULL);
    dmf_entry best[25], few[4], all[120];
    dmf_real deviation[25], prediction[25], spread[120];
    size_t count = 0, four = 0, e, q, observed = 0, counts[30];
    OK(dmf_recommend(NULL, m, 7, 1, 100, best, deviation, &count));
    OK(dmf_recommend(NULL, m, 7, 1, 4, few, NULL, &four));
    OK(dmf_recommend(NULL, m, 0, 30, 4, all, spread, counts));
    for (e = 0; e < d.count; e++) observed += d.entries[e].row == 7;
    CHECK(count == 25 - observed && four == 4);
    OK(dmf_predict(NULL, m, best, count, prediction, NULL));
    for (q = 0; q < count; q++) {
        CHECK(best[q].row == 7 && best[q].value == prediction[q] && deviation[q] > 0);
        CHECK(q == 0 || best[q].value <= best[q - 1].value);
        CHECK(q >= 4 || (all[28 + q].col == best[q].col && all[28 + q].value == best[q].value));
        CHECK(q >= 4 || spread[28 + q] == deviation[q]);
        CHECK(q >= 4 || (few[q].col == best[q].col && few[q].value == best[q].value));
        for (e = 0; e < d.count; e++) CHECK(d.entries[e].row != 7 || d.entries[e].col != best[q].col);
    }
    OK(dmf_recommend(NULL, m, -1, 1, 100, best, NULL, &count));
    CHECK(count == 25 && counts[7] == 4);
    CHECK(dmf_recommend(NULL, m, 30, 1, 1, best, NULL, &count) == DMF_ERR_INDEX);
    CHECK(dmf_recommend(NULL, m, 20, 11, 1, best, NULL, &count) == DMF_ERR_INDEX);
    CHECK(dmf_recommend(NULL, m, -1, 2, 1, best, NULL, &count) == DMF_ERR_INDEX);
    dmf_model_destroy(m);
    free_data(&d);
}

static int same_model(const dmf_model *a, const dmf_model *b)
{
    dmf_entry place = { 0, 0, 0 };
    dmf_real p[2], s[2];
    int same = dmf_model_rows(a) == dmf_model_rows(b) && dmf_model_cols(a) == dmf_model_cols(b);
    for (place.row = -1; same && place.row < dmf_model_rows(a); place.row++)
        for (place.col = -1; same && place.col < dmf_model_cols(a); place.col++) {
            OK(dmf_predict(NULL, a, &place, 1, &p[0], &s[0]));
            OK(dmf_predict(NULL, b, &place, 1, &p[1], &s[1]));
            same = p[0] == p[1] && s[0] == s[1];
        }
    return same;
}

/* To the bit: any number of threads, any order of the entries; another seed is another model. */
static void has_the_same_bits(void)
{
    data d = make_data(40, 30, 2, 0.5, 0.2, 17);
    dmf_fit_options o = { .folds = 3 }, other = { .folds = 3, .seed = 1 }, flow = { .folds = 3, .depth = 3 };
    dmf_model *one = fit(&d, &o, NULL), *many = NULL, *seeded = fit(&d, &other, NULL);
    dmf_model *of[2] = { fit(&d, &flow, NULL), NULL };
    dmf_options threads = { .threads = 3 };
    dmf_ctx *ctx = NULL;
    size_t e;
    for (e = 0; e < d.count / 2; e++) {
        const dmf_entry entry = d.entries[e];
        d.entries[e] = d.entries[d.count - 1 - e];
        d.entries[d.count - 1 - e] = entry;
    }
    OK(dmf_ctx_create(&threads, &ctx));
    OK(dmf_fit(ctx, 40, 30, d.entries, d.count, &o, NULL, NULL, &many));
    OK(dmf_fit(ctx, 40, 30, d.entries, d.count, &flow, NULL, NULL, &of[1]));
    CHECK(same_model(one, many) && same_model(of[0], of[1]));
    CHECK(!same_model(one, seeded) && !same_model(one, of[0]));
    dmf_model_destroy(of[0]);
    dmf_model_destroy(of[1]);
    dmf_model_destroy(one);
    dmf_model_destroy(many);
    dmf_model_destroy(seeded);
    dmf_ctx_destroy(ctx);
    free_data(&d);
}

/* Every byte of a file counts. */
static void keeps_models(void)
{
    data d = make_data(6, 5, 1, 0.6, 0.1, 19);
    dmf_fit_options o = { .folds = 2, .depth = 1 };
    dmf_model *m = fit(&d, &o, NULL), *back = NULL;
    char path[64];
    static char bytes[1 << 17];
    size_t size = 0, i;
    FILE *file;
    snprintf(path, sizeof path, "build/test_fit_%d_%p", (int)sizeof(dmf_real), (void *)m);
    OK(dmf_model_save(NULL, m, path));
    OK(dmf_model_load(NULL, path, &back));
    CHECK(back && same_model(m, back));
    file = fopen(path, "rb");
    if (CHECK(file != NULL)) size = fread(bytes, 1, sizeof bytes, file), fclose(file);
    CHECK(size > 100 && size < sizeof bytes);
    for (i = 0; i <= size; i += i < 200 ? 1 : 997) {
        dmf_model *damaged = NULL;
        bytes[i] ^= 4;
        file = fopen(path, "wb");
        if (CHECK(file != NULL)) fwrite(bytes, 1, i < size ? size : size - 1, file), fclose(file);
        CHECK(dmf_model_load(NULL, path, &damaged) == DMF_ERR_FILE && !damaged);
        bytes[i] ^= 4;
    }
    remove(path);
    CHECK(dmf_model_load(NULL, path, &back) == DMF_ERR_FILE);
    dmf_model_destroy(m);
    dmf_model_destroy(back);
    free_data(&d);
}

/* Every depth can be asked for, and what it comes to beats the offsets, keeps in a file, and falls back where nothing
   is known: there its deviation is about that of all values. */
static void flows_at_the_depth_that_is_asked_for(void)
{
    data d = make_data(40, 30, 2, 0.5, 0.1, 31);
    const dmf_entry unknown = { -1, -1, 0 };
    int depth;
    for (depth = 2; depth <= 5; depth++) {
        dmf_fit_options o = { .method = DMF_FIT_FLOW, .depth = depth, .folds = 5 };
        dmf_fit_report r;
        dmf_real prediction, deviation;
        dmf_model *m = fit(&d, &o, &r), *back = NULL;
        double within, error = error_of(&d, m, 0.1, &within);
        CHECK(r.method == DMF_FIT_FLOW && r.depth == depth && r.width == 29 && r.decay == 0);
        CHECK(error < 0.25 * r.offsets_error && r.effective_rank > 1.5 && r.effective_rank < 4);
        NEAR(r.error, sqrt(0.01 + error * error), 0.35 * r.error);  /* one flow of a fold errs more than their mean */
        CHECK(r.error < 0.5 * r.offsets_error && r.expected == r.error);
        NEAR(r.within_one, 0.75, 0.07);  /* of normal ones 0.683; some entries are far out */
        CHECK(within > 0.7);
        OK(dmf_predict(NULL, m, &unknown, 1, &prediction, &deviation));
        CHECK((double)deviation > 0.8 * r.offsets_error);
        OK(dmf_model_save(NULL, m, "build/test_fit_flow"));
        OK(dmf_model_load(NULL, "build/test_fit_flow", &back));
        CHECK(same_model(m, back));
        dmf_model_destroy(m);
        dmf_model_destroy(back);
    }
    remove("build/test_fit_flow");
    free_data(&d);
}

/* Offsets are left to the posterior: a flow would count twice those that stay among the values. */
static void flows_are_of_what_offsets_leave(void)
{
    data d = make_data(40, 30, 2, 0.5, 0.1, 31);
    const dmf_fit_options o = { .method = DMF_FIT_FLOW, .depth = 2, .folds = 5 };
    dmf_fit_report r;
    size_t e;
    for (e = 0; e < d.count; e++) d.entries[e].value += (dmf_real)(d.entries[e].row % 5 - 2 * (d.entries[e].col % 3));
    dmf_model_destroy(fit(&d, &o, &r));
    CHECK(r.error < 0.5 * r.offsets_error);
    free_data(&d);
}

/* Few entries and little noise, where depth pays: what the folds choose is as good as the best that can be asked for,
   or nearly, and depth 3 is better than depth 2 among flows. Each is honest: half of a fold stops the flow for the other,
   and what is predicted of noise alone is no better than nothing. */
static void judges_flows_by_what_they_have_not_seen(void)
{
    data d = make_data(100, 100, 4, 0.2, 0.02, 35), noise = make_data(80, 60, 0, 0.3, 1, 35);
    static const dmf_fit_options asked[3] = { { .method = DMF_FIT_FLOW, .depth = 2 },
                                              { .method = DMF_FIT_FLOW, .depth = 3 }, { .method = DMF_FIT_POSTERIOR } };
    dmf_fit_report r;
    double error[3], chosen, best;
    dmf_model *m;
    int k;
    for (k = 0; k < 3; k++) {
        m = fit(&d, &asked[k], &r);
        error[k] = error_of(&d, m, 0.02, NULL);
        dmf_model_destroy(m);
    }
    m = fit(&d, NULL, &r);
    chosen = error_of(&d, m, 0.02, NULL);
    best = fmin(error[0], fmin(error[1], error[2]));
    CHECK(error[1] < 0.8 * error[0]);
    CHECK(chosen <= 1.05 * best);
    dmf_model_destroy(m);
    dmf_model_destroy(fit(&noise, &asked[0], &r));
    CHECK(r.error >= 0.99 * r.offsets_error);
    free_data(&d);
    free_data(&noise);
}

static int count_looks(void *user, const dmf_fit_moment *now)
{
    int *looks = user;
    CHECK(now->fold >= 0 && now->fold <= now->folds && now->share >= 0 && now->share <= 1);
    CHECK(now->training_error >= 0 && (now->fold < now->folds || now->held_out_error != now->held_out_error));
    return ++*looks == 40;
}

static int note_error(void *user, const dmf_fit_moment *now)
{
    double *error = user;
    CHECK(now->fold == now->folds || now->share < 1);
    error[now->fold] = now->fold < now->folds ? now->held_out_error : now->training_error;
    return 0;
}

/* The error of the report is that of all folds together, which have one size here. The mean square of n normal numbers
   has the relative deviation sqrt(2 / n), its root half of that. Values that are offsets leave nothing to be trained. */
static void shows_errors(void)
{
    data d = make_data(40, 30, 0, 0.5, 0.1, 37);
    const dmf_fit_options alone = { .folds = 3, .depth = 1 };
    double error[4] = { 0 };
    const dmf_fit_observer observer = { note_error, error };
    dmf_fit_report r;
    dmf_model *m = NULL;
    size_t e;
    OK(dmf_fit(NULL, 40, 30, d.entries, d.count, &alone, &observer, &r, &m));
    NEAR(sqrt((error[0] * error[0] + error[1] * error[1] + error[2] * error[2]) / 3), r.error, 1e-12);
    CHECK(error[3] > 0.05 && error[3] < r.error);
    NEAR(r.error_deviation, r.error / sqrt(2.0 * (double)d.count), 0.3 * r.error_deviation);
    dmf_model_destroy(m);
    for (e = 0; e < d.count; e++) d.entries[e].value = (dmf_real)(d.entries[e].row + d.entries[e].col);
    OK(dmf_fit(NULL, 40, 30, d.entries, d.count, &alone, &observer, &r, &m));
    CHECK(error[3] < 15 * sqrt(256 * EPS)); /* their deviation times the least one of noise */
    dmf_model_destroy(m);
    free_data(&d);
}

static int note_width(void *user, const dmf_fit_moment *now)
{
    int *widest = user;
    if (now->width > *widest) *widest = now->width;
    return *widest > 61 || now->fold > 0;
}

/* Where wider is better again and again, and entries are as many as for twice that width, 61 is the last all the same. */
static void widths_end_at_61(void)
{
    data d = make_data(256, 256, 70, 1, 0.01, 41);
    const dmf_fit_options mean = { .method = DMF_FIT_POSTERIOR, .folds = 2 };
    int widest = 0;
    const dmf_fit_observer observer = { note_width, &widest };
    dmf_model *m = NULL;
    CHECK(dmf_fit(NULL, 256, 256, d.entries, d.count, &mean, &observer, NULL, &m) == DMF_ERR_CALLBACK);
    CHECK(widest == 61);
    free_data(&d);
}

/* lambda / v is the precision in every sweep; where it is huge, nothing but the offsets is left. */
static void keeps_a_given_decay(void)
{
    data d = make_data(60, 50, 2, 0.4, 0.3, 29);
    dmf_fit_options mild = { .folds = 3, .depth = 2, .width = 3, .decay = 0.5 }, strong = mild;
    dmf_fit_report report;
    strong.decay = 1e9;
    dmf_model_destroy(fit(&d, &mild, &report));
    CHECK(fabs(report.decay / 0.5 - 1) < 8 * DBL_EPSILON);
    CHECK(report.error < 0.5 * report.offsets_error && report.effective_rank > 1);
    dmf_model_destroy(fit(&d, &strong, &report));
    CHECK(fabs(report.error / report.offsets_error - 1) < 0.05);
    free_data(&d);
}

static void refuses(void)
{
    data d = make_data(10, 8, 1, 0.6, 0.1, 23);
    dmf_entry twice[2] = { { 1, 1, 1 }, { 1, 1, 2 } }, outside[2] = { { 1, 1, 1 }, { 10, 1, 2 } };
    dmf_fit_options folds = { .folds = 1 }, deep = { .depth = 101 }, wide = { .width = 9 }, none_wide = { 0 }, against = { .decay = -1 };
    dmf_fit_options deep_mean = { .method = DMF_FIT_POSTERIOR, .depth = 3 };
    int looks = 0;
    dmf_fit_observer observer = { count_looks, &looks };
    dmf_model *m = NULL;
    none_wide.depth = 1;
    none_wide.width = 2;
    CHECK(dmf_fit(NULL, 10, 8, twice, 2, NULL, NULL, NULL, &m) == DMF_ERR_DUPLICATE);
    CHECK(dmf_fit(NULL, 10, 8, outside, 2, NULL, NULL, NULL, &m) == DMF_ERR_INDEX);
    CHECK(dmf_fit(NULL, 10, 8, twice, 1, NULL, NULL, NULL, &m) == DMF_ERR_ARGUMENT);
    CHECK(dmf_fit(NULL, 10, 8, d.entries, d.count, &folds, NULL, NULL, &m) == DMF_ERR_ARGUMENT);
    CHECK(dmf_fit(NULL, 10, 8, d.entries, d.count, &deep, NULL, NULL, &m) == DMF_ERR_ARGUMENT);
    CHECK(dmf_fit(NULL, 10, 8, d.entries, d.count, &deep_mean, NULL, NULL, &m) == DMF_ERR_ARGUMENT);
    CHECK(dmf_fit(NULL, 10, 8, d.entries, d.count, &wide, NULL, NULL, &m) == DMF_ERR_ARGUMENT);
    CHECK(dmf_fit(NULL, 10, 8, d.entries, d.count, &none_wide, NULL, NULL, &m) == DMF_ERR_ARGUMENT);
    CHECK(dmf_fit(NULL, 10, 8, d.entries, d.count, &against, NULL, NULL, &m) == DMF_ERR_ARGUMENT);
    CHECK(dmf_fit(NULL, 10, 8, d.entries, d.count, NULL, &observer, NULL, &m) == DMF_ERR_CALLBACK);
    CHECK(looks == 40 && !m);
    free_data(&d);
}

/* Two entries, equal entries, one row: models all the same. */
static void takes_little(void)
{
    const dmf_fit_options seeded = { .seed = 1 };
    dmf_entry three[3] = { { 0, 0, 1 }, { 0, 1, 2 }, { 1, 0, 3 } };
    dmf_entry two[2] = { { 0, 0, 1 }, { 3, 4, 2 } }, equal[6], place = { 2, 2, 0 };
    dmf_real prediction, deviation;
    dmf_model *m = NULL;
    int k;
    OK(dmf_fit(NULL, 5, 5, two, 2, NULL, NULL, NULL, &m));
    OK(dmf_predict(NULL, m, &place, 1, &prediction, &deviation));
    CHECK(prediction >= 0 && prediction <= 3 && deviation >= 0);
    dmf_model_destroy(m);
    OK(dmf_fit(NULL, 2, 2, three, 3, &seeded, NULL, NULL, &m));
    place.row = place.col = 1;
    OK(dmf_predict(NULL, m, &place, 1, &prediction, &deviation));
    CHECK(prediction > 0 && prediction < 5 && deviation < 80);  /* a hundred times that of the three */
    dmf_model_destroy(m);
    for (k = 0; k < 6; k++) equal[k].row = 0, equal[k].col = k, equal[k].value = 7;
    OK(dmf_fit(NULL, 1, 6, equal, 6, NULL, NULL, NULL, &m));
    place.row = 0;
    OK(dmf_predict(NULL, m, &place, 1, &prediction, &deviation));
    NEAR((double)prediction, 7, 0.01);
    dmf_model_destroy(m);
}

static dmf_status fit_and_keep(void *user)
{
    const data *d = user;
    dmf_fit_options o = { .folds = 2, .width = 1 };
    dmf_model *m = NULL;
    dmf_entry best[5];
    size_t count;
    dmf_status s = dmf_fit(NULL, d->rows, d->cols, d->entries, d->count, &o, NULL, NULL, &m);
    if (!s) s = dmf_recommend(NULL, m, 1, 1, 3, best, NULL, &count);
    dmf_model_destroy(m);
    return s;
}

static void survives_without_memory(void)
{
    data d = make_data(6, 5, 1, 0.6, 0.1, 29);
    survive_without_memory(fit_and_keep, &d);
    free_data(&d);
}

/* An entry far below the others and one far above fall out of the bins between -3 and 3 deviations; those within one
   deviation are in the four in the middle. */
static void outliers_are_in_the_outer_bins(void)
{
    data d = make_data(60, 40, 0, 0.5, 0.1, 31);
    const dmf_fit_options alone = { .depth = 1 };
    dmf_fit_report r;
    dmf_model *m;
    size_t e, all = 0, inside = 0;
    d.entries[0].value -= 5;
    d.entries[1].value += 5;
    m = fit(&d, &alone, &r);
    for (e = 0; e < 14; e++) all += r.residuals[e], inside += e >= 5 && e <= 8 ? r.residuals[e] : 0;
    CHECK(all == d.count);
    CHECK(r.residuals[0] >= 1 && r.residuals[13] >= 1);
    NEAR(r.within_one, (double)inside / (double)all, 1e-12);
    dmf_model_destroy(m);
    free_data(&d);
}

/* What PAPER_NOTES.md says of five draws for each noise: the error over the oracle's, and the error without noise. */
/* Much more width than there is, and next to no decay: the chain goes far away, where rounding rules; what comes is a
   fit, or a sentence. */
static void chains_may_run_away(void)
{
    static const double decays[] = { 1e-4, 1e-5, 1e-9 };
    int k, fold, run_away = 0;
    for (k = 0; k < 3; k++)
        for (fold = 2; fold < 4; fold++) {
            data d = make_data(40, 30, 1, 0.5, 0.3, 8);
            const dmf_fit_options options = { .method = DMF_FIT_POSTERIOR, .depth = 2, .width = 10, .decay = decays[k],
                                              .seed = 8, .folds = fold };
            dmf_ctx *ctx = NULL;
            dmf_model *m = NULL;
            dmf_fit_report report;
            dmf_status s;
            OK(dmf_ctx_create(NULL, &ctx));
            s = dmf_fit(ctx, d.rows, d.cols, d.entries, d.count, &options, NULL, &report, &m);
            CHECK(s == DMF_OK || (s == DMF_ERR_NONFINITE && strstr(dmf_message(ctx), "ran away") != NULL));
            if (s) run_away++;
            dmf_model_destroy(m);
            dmf_ctx_destroy(ctx);
            free_data(&d);
        }
    noted("run_away", run_away);
}

/* a_i + j and noise, offsets alone: of a new row of column 0 is known the deviation of a, however small the noise is.
   A third of the entries is not observed. */
static void new_rows_deviate_as_rows_do(void)
{
    enum { ROWS = 40, COLS = 30 };
    static const double noises[] = { 0, 1e-7, 1e-4, 1e-2, 0.1 };
    const dmf_entry place[2] = { { -1, 0, 0 }, { 0, -1, 0 } };
    int k;
    for (k = 0; k < 5; k++) {
        const dmf_fit_options options = { .depth = 1 };
        dmf_entry entries[ROWS * COLS];
        dmf_real prediction[2], deviation[2];
        double a[ROWS], sum = 0, squares = 0;
        dmf_rng rng = dmf_seed(3, 1);
        dmf_model *m = NULL;
        size_t count = 0;
        int i, j;
        for (i = 0; i < ROWS; i++) a[i] = dmf_normal(&rng), sum += a[i] / ROWS, squares += a[i] * a[i] / ROWS;
        for (i = 0; i < ROWS; i++)
            for (j = 0; j < COLS; j++) {
                const dmf_entry entry = { i, j, (dmf_real)(a[i] + j + noises[k] * dmf_normal(&rng)) };
                if ((i + j) % 3) entries[count++] = entry;
            }
        OK(dmf_fit(NULL, ROWS, COLS, entries, count, &options, NULL, NULL, &m));
        OK(dmf_predict(NULL, m, place, 2, prediction, deviation));
        NEAR(deviation[0], sqrt(squares - sum * sum), 0.1);
        NEAR(deviation[1], sqrt(899.0 / 12), 1);
        dmf_model_destroy(m);
    }
}

/* No column has scatter: one value everywhere, or one entry in each column. */
static void columns_without_scatter_have_a_unit(void)
{
    static const double values[] = { 5, -1e-30, 0, 1e30 };
    const dmf_entry place[3] = { { -1, 0, 0 }, { 0, -1, 0 }, { 0, 0, 0 } };
    dmf_entry entries[600];
    dmf_real prediction[3];
    dmf_fit_report report;
    dmf_model *m = NULL;
    char path[] = "build/constant.model";
    int k, i;
    for (k = 0; k < 4; k++) {
        size_t count = 0;
        for (i = 0; i < 600; i++) {
            const dmf_entry entry = { i / 20, i % 20, (dmf_real)values[k] };
            if ((i / 20 + i % 20) % 3) entries[count++] = entry;
        }
        OK(dmf_fit(NULL, 30, 20, entries, count, NULL, NULL, &report, &m));
        OK(dmf_model_save(NULL, m, path));
        dmf_model_destroy(m);
        OK(dmf_model_load(NULL, path, &m));
        OK(dmf_predict(NULL, m, place, 3, prediction, NULL));
        for (i = 0; i < 3; i++) NEAR(prediction[i], values[k], 100 * EPS * fabs(values[k]) + 1e-15 * (values[k] == 0));
        dmf_model_destroy(m);
        remove(path);
    }
    for (k = 0; k < 3; k++) {
        const double scale = k == 0 ? 1 : k == 1 ? 1e-10 : 1e10;
        dmf_rng rng = dmf_seed(5, 0);
        for (i = 0; i < 40; i++) {
            const dmf_entry entry = { i % 4, i, (dmf_real)(scale * (i % 4 + 0.1 * dmf_normal(&rng))) };
            entries[i] = entry;
        }
        OK(dmf_fit(NULL, 4, 40, entries, 40, NULL, NULL, &report, &m));
        CHECK(report.offsets_error < 0.5 * scale);
        dmf_model_destroy(m);
    }
}

/* On scales whose fourth powers are out of range, and where the numbers themselves are. */
static void errors_have_the_scale_of_the_values(void)
{
    const double step = sizeof(dmf_real) == 8 ? 1e100 : 1e12;
    double before = 0;
    int k;
    for (k = -1; k < 3; k++) {
        data d = make_data(20, 10, 1, 0.7, 0.5, 9);
        dmf_fit_report report = { 0 };
        dmf_model *m = NULL;
        size_t e;
        for (e = 0; e < d.count; e++)
            d.entries[e].value = (dmf_real)(k == 2 ? (sizeof(dmf_real) == 8 ? 1.7e308 : 3.3e38) * (e % 2 ? 1 : -1)
                                                   : (double)d.entries[e].value * pow(step, k));
        if (k == 2) {
            CHECK(dmf_fit(NULL, 20, 10, d.entries, d.count, NULL, NULL, &report, &m) == DMF_ERR_NONFINITE && m == NULL);
        } else {
            OK(dmf_fit(NULL, 20, 10, d.entries, d.count, NULL, NULL, &report, &m));
            CHECK(report.error_deviation > 0);
            if (k > -1) NEAR(report.error_deviation / pow(step, k) / before, 1, 0.1);
            before = report.error_deviation / pow(step, k);
        }
        dmf_model_destroy(m);
        free_data(&d);
    }
}

static void note_errors(void)
{
    static const double noises[] = { 0, 0.1, 0.3, 1 };
    static const char *const names[] = { "error_without_noise", "over_oracle_0.1", "over_oracle_0.3", "over_oracle_1" };
    int k, draw;
    for (k = 0; k < 4 && getenv("NUMBERS"); k++)
        for (draw = 0; draw < 5; draw++) {
            data d = make_data(200, 150, RANK, 0.3, noises[k], 10 + (uint64_t)k + 100 * (uint64_t)draw);
            dmf_model *m = fit(&d, NULL, NULL);
            double error = error_of(&d, m, noises[k], NULL);
            noted(names[k], k == 0 ? error : error / oracle(&d));
            dmf_model_destroy(m);
            free_data(&d);
        }
}

int main(void)
{
    RUN(is_near_the_oracle);
    RUN(fits_without_noise);
    RUN(finds_no_structure_in_noise);
    RUN(does_not_mind_units);
    RUN(falls_back);
    RUN(recommends);
    RUN(outliers_are_in_the_outer_bins);
    RUN(has_the_same_bits);
    RUN(keeps_models);
    RUN(shows_errors);
    RUN(flows_at_the_depth_that_is_asked_for);
    RUN(flows_are_of_what_offsets_leave);
    RUN(judges_flows_by_what_they_have_not_seen);
    RUN(widths_end_at_61);
    RUN(keeps_a_given_decay);
    RUN(refuses);
    RUN(takes_little);
    RUN(survives_without_memory);
    RUN(chains_may_run_away);
    RUN(new_rows_deviate_as_rows_do);
    RUN(columns_without_scatter_have_a_unit);
    RUN(errors_have_the_scale_of_the_values);
    note_errors();
    return finish();
}
