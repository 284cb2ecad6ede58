#include "small.h"

enum { N = 100, ENTRIES = 2000, MOST = 12 };

/* The benchmark of A19: rank 5, 2000 of 100 x 100 entries, mean square 1. */
static dmf_problem *draw_problem(int draw, dmf_mat w_star)
{
    static dmf_entry entries[ENTRIES];
    dmf_rng rng = dmf_seed(1, (uint64_t)draw);
    dmf_problem *p = NULL;
    OK(dmf_random_low_rank(NULL, 5, w_star, &rng));
    OK(dmf_observe(NULL, w_star, ENTRIES, entries, &rng));
    OK(dmf_completion(NULL, N, N, entries, ENTRIES, &p));
    return p;
}

static dmf_factors *new_factors(const dmf_problem *p, int depth)
{
    dmf_factors *f = NULL;
    OK(dmf_factors_create(NULL, dmf_problem_rows(p), dmf_problem_cols(p), depth, NULL, &f));
    return f;
}

/* What is seen of a path. */
typedef struct seen {
    const dmf_problem *problem;
    int count, stop_at;
    double loss[MOST], stay[MOST], gap[MOST], pull[MOST];
    dmf_factors *factors[MOST];     /* if kept */
    int keep;
    double worst;                   /* of ||G^T U|| and ||G V|| over the first pull */
} seen;

/* (13.1), in a basis of the columns and rows of W. */
static void check_rest(seen *s, const dmf_saddle *now)
{
    const int rows = dmf_problem_rows(s->problem), cols = dmf_problem_cols(s->problem), k = rows < cols ? rows : cols;
    dmf_mat w = new_mat(rows, cols), g = new_mat(rows, cols), u = new_mat(rows, k), v = new_mat(cols, k);
    dmf_real sigma[N];
    double loss;
    OK(dmf_product(now->ctx, now->factors, w));
    OK(dmf_problem_loss(now->ctx, s->problem, w, g, &loss));
    NEAR(loss, now->loss, 1e-4 * s->loss[0] * (sizeof(dmf_real) == 8 ? 1e-8 : 1));
    OK(dmf_svd(now->ctx, w, u, sigma, v));
    CHECK(now->rank == 0 ? sigma[0] == 0 : sigma[now->rank - 1] > 0);
    CHECK(now->rank == k || sigma[now->rank] <= 100 * EPS * sigma[0]);
    if (now->rank > 0) {
        dmf_mat gv = new_mat(rows, now->rank), gu = new_mat(cols, now->rank);
        OK(dmf_gemm(now->ctx, 0, 0, 1, g, dmf_block(v, 0, 0, cols, now->rank), 0, gv));
        OK(dmf_gemm(now->ctx, 1, 0, 1, g, dmf_block(u, 0, 0, rows, now->rank), 0, gu));
        s->worst = fmax(s->worst, fmax(dmf_frobenius(gv), dmf_frobenius(gu)) / s->pull[0]);
        dmf_mat_destroy(&gv);
        dmf_mat_destroy(&gu);
    }
    dmf_mat_destroy(&w);
    dmf_mat_destroy(&g);
    dmf_mat_destroy(&u);
    dmf_mat_destroy(&v);
}

static int look(void *user, const dmf_saddle *now)
{
    seen *s = (seen *)user;
    CHECK(now->rank == s->count && s->count < MOST);
    s->loss[s->count] = now->loss;
    s->stay[s->count] = now->stay;
    s->gap[s->count] = now->gap;
    s->pull[s->count] = (double)now->pull[0];
    CHECK(now->pulls == (now->factors->dims[0] < now->factors->dims[now->factors->depth] ? now->factors->dims[0]
                         : now->factors->dims[now->factors->depth]));
    if (s->problem) check_rest(s, now);
    if (s->keep) OK(dmf_factors_clone(now->ctx, now->factors, &s->factors[s->count]));
    return ++s->count == s->stop_at;
}

static dmf_path_report follow(const dmf_problem *p, dmf_factors *f, dmf_path path, seen *s)
{
    dmf_path_report report;
    path.look = look;
    path.user = s;
    OK(dmf_train_limit(NULL, p, f, &path, &report));
    CHECK(report.rank == s->count - 1 && report.loss == s->loss[s->count - 1]);
    CHECK(strlen(dmf_path_text(report.reason)) > 10 && dmf_path_text(report.reason) != dmf_path_text((dmf_path_end)0));
    return report;
}

static const dmf_path plain;

/* ---- The benchmark ---- */

/* Ten draws, depth 2, 3 and 4: the same critical points. Six of them come to the truth, the others, among them draw 7
   with rank 4, to where the next point is far out, whatever the depth. */
static void every_depth_visits_the_same_points(void)
{
    const double bound = sizeof(dmf_real) == 8 ? 1e-6 : 3e-3;
    dmf_mat w_star = new_mat(N, N);
    int draw, depth, r, found = 0;
    for (draw = 1; draw <= 10; draw++) {
        dmf_problem *p = draw_problem(draw, w_star);
        seen first;
        dmf_path_report report_2 = { 0 };
        for (depth = 2; depth <= 4; depth++) {
            dmf_factors *f = new_factors(p, depth);
            seen s = { 0 };
            dmf_path_report report;
            double error;
            report = follow(p, f, plain, &s);
            if (depth == 2) first = s, report_2 = report;
            CHECK(report.reason == report_2.reason && report.rank == report_2.rank);
            for (r = 0; r < s.count && r < first.count && s.loss[r] > 1e-6; r++)
                NEAR(s.loss[r], first.loss[r], bound * first.loss[r]);
            CHECK(report.reason == DMF_PATH_MINIMUM || report.reason == DMF_PATH_FAR);
            CHECK(report.gap < 1 && report.evaluations > 100);
            OK(dmf_reconstruction_error(NULL, f, w_star, &error));
            if (report.reason == DMF_PATH_MINIMUM) CHECK(report.rank == 5 && error < 1e-4 * bound), found++;
            dmf_factors_destroy(f);
        }
        dmf_problem_destroy(p);
    }
    CHECK(found == 18);
    dmf_mat_destroy(&w_star);
}

/* From each critical point out along the largest pair, and then nothing but gradient flow, at depth 2 and 3. */
static void the_flow_alone_comes_to_the_same_points(void)
{
    const double bound = sizeof(dmf_real) == 8 ? 1e-6 : 3e-3;
    dmf_mat w_star = new_mat(N, N), w = new_mat(N, N), g = new_mat(N, N), u = new_mat(N, N), v = new_mat(N, N);
    dmf_problem *p = draw_problem(2, w_star);
    dmf_real pull[N];
    int depth, r, i, j;
    for (depth = 2; depth <= 3; depth++) {
        dmf_factors *f = new_factors(p, depth);
        seen s = { 0 };
        double loss;
        s.keep = 1;
        s.problem = p;
        follow(p, f, plain, &s);
        CHECK(s.count == 6 && s.worst < (sizeof(dmf_real) == 8 ? 1e-5 : 1e-2));
        for (r = 0; r + 1 < s.count; r++) {
            const int hidden[2] = { r + 1, r + 1 };
            dmf_factors *narrow = NULL;
            dmf_motion flow = { 0 };
            dmf_report report;
            OK(dmf_product(NULL, s.factors[r], w));
            OK(dmf_problem_loss(NULL, p, w, g, &loss));
            OK(dmf_svd(NULL, g, u, pull, v));
            for (i = 0; i < N; i++)
                for (j = 0; j < N; j++) *at(w, i, j) -= (dmf_real)0.001 * pull[0] * *at(u, i, 0) * *at(v, j, 0);
            OK(dmf_factors_create(NULL, N, N, depth, hidden, &narrow));
            OK(dmf_start_balanced(NULL, narrow, w));
            flow.stop_loss = 1e-8;
            flow.stop_evaluations = 2000;
            OK(dmf_train(NULL, p, narrow, &flow, NULL, &report));
            if (r < 4) NEAR(report.loss, s.loss[r + 1], bound * s.loss[r + 1]);
            else CHECK(report.loss < 1e-2);
            dmf_factors_destroy(narrow);
        }
        for (r = 0; r < s.count; r++) dmf_factors_destroy(s.factors[r]);
        dmf_factors_destroy(f);
    }
    dmf_problem_destroy(p);
    dmf_mat_destroy(&w_star);
    dmf_mat_destroy(&w);
    dmf_mat_destroy(&g);
    dmf_mat_destroy(&u);
    dmf_mat_destroy(&v);
}

/* Plateaus of a run: where the loss falls slowest on the logarithm of its own scale, between levels. */
typedef struct plateaus {
    int count;
    const double *loss;             /* of the critical points */
    double time, before, least[MOST], level[MOST], left[MOST];
} plateaus;

static int watch(void *user, const dmf_moment *now)
{
    plateaus *p = (plateaus *)user;
    double slope = (log(p->before) - log(now->loss)) / (now->time - p->time);
    int r = 0;
    while (r + 1 < p->count && now->loss < sqrt(p->loss[r] * p->loss[r + 1])) r++;
    if (now->step == 0) for (r = 0; r < MOST; r++) p->least[r] = INFINITY;
    else if (slope < p->least[r]) p->least[r] = slope, p->level[r] = now->loss;
    if (now->step > 0) p->left[r] = now->time;
    p->time = now->time;
    p->before = now->loss;
    return 0;
}

/* Gradient flow at full width and depth 3 from an orthogonal start of 1e-12 rests where the path says, and ends there. */
static void a_small_start_passes_the_points(void)
{
    dmf_mat w_star = new_mat(N, N);
    dmf_problem *p = draw_problem(1, w_star);
    dmf_factors *limit = new_factors(p, 3), *f = new_factors(p, 3);
    dmf_rng rng = dmf_seed(5, 0);
    dmf_motion flow = { 0 };
    dmf_observer observer = { watch, NULL, 0, NULL, 0 };
    dmf_real sigma[N], sigma_limit[N];
    plateaus seen_now = { 0 };
    seen s = { 0 };
    int r;
    if (sizeof(dmf_real) < 8) flow.rtol = 1e-2;
    follow(p, limit, plain, &s);
    CHECK(s.count == 6);
    seen_now.loss = s.loss;
    seen_now.count = 5;
    observer.user = &seen_now;
    flow.stop_loss = 1e-7 * ENTRIES / 2;
    OK(dmf_start_orthogonal(NULL, f, sizeof(dmf_real) == 8 ? 1e-12 : 1e-8, &rng));
    OK(dmf_train(NULL, p, f, &flow, &observer, NULL));
    for (r = 0; r < 5; r++) NEAR(seen_now.level[r], s.loss[r], 0.01 * s.loss[r]);
    product_sigma(f, sigma);
    product_sigma(limit, sigma_limit);
    for (r = 0; r < 10; r++) NEAR(sigma[r], sigma_limit[r], 1e-3 * sigma_limit[0]);
    dmf_factors_destroy(f);
    dmf_factors_destroy(limit);
    dmf_problem_destroy(p);
    dmf_mat_destroy(&w_star);
}

/* The Gaussian start of draw 2 that rests at another first point than the limit does. */
static void a_start_decides_which_mode_is_first(void)
{
    dmf_mat w_star = new_mat(N, N);
    dmf_problem *p = draw_problem(2, w_star);
    dmf_factors *limit = new_factors(p, 3), *f = new_factors(p, 3);
    dmf_path path = { 0 };
    dmf_motion flow = { 0 };
    dmf_observer observer = { watch, NULL, 0, NULL, 0 };
    plateaus seen_now = { 0 };
    seen s = { 0 }, of_limit = { 0 };
    dmf_rng rng = dmf_seed(7, 0);
    path.stop_rank = 1;
    OK(dmf_start_gaussian(NULL, f, dmf_deviation(f, 1e-6), &rng));
    OK(dmf_factors_clone(NULL, f, &limit));
    follow(p, limit, path, &s);
    printf("%g %g\n", s.loss[0], s.loss[1]);
    dmf_factors_destroy(limit);
    limit = new_factors(p, 3);
    follow(p, limit, path, &of_limit);
    printf("%g %g\n", of_limit.loss[0], of_limit.loss[1]);
    seen_now.loss = s.loss;
    seen_now.count = 2;
    observer.user = &seen_now;
    flow.stop_loss = 0.9 * s.loss[1];
    OK(dmf_train(NULL, p, f, &flow, &observer, NULL));
    printf("%g %g\n", seen_now.level[0], seen_now.level[1]);
    NEAR(seen_now.level[1], s.loss[1], 0.01 * s.loss[1]);
    dmf_factors_destroy(f);
    dmf_factors_destroy(limit);
    dmf_problem_destroy(p);
    dmf_mat_destroy(&w_star);
}

int main(void)
{
    RUN(every_depth_visits_the_same_points);
    RUN(the_flow_alone_comes_to_the_same_points);
    RUN(a_small_start_passes_the_points);
    RUN(a_start_decides_which_mode_is_first);
    return finish();
}
