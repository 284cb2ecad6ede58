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

/* Ten draws, depth 2, 3 and 4: the same critical points. Six draws come to the truth, the others, 6, 7, 9 and 10, to
   where the next point is at more than twice the distance, whatever the depth. On the way there draw 9 goes along a
   valley in which the loss falls by 1e-5 of itself while W doubles; in float that is rounding, and whether a run rests
   in the valley, and goes on to the next rank, or passes through it depends on last bits. */
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
            dmf_path path = { 0 };
            dmf_path_report report;
            double error;
            path.stop_growth = 2;
            report = follow(p, f, path, &s);
            if (depth == 2) first = s, report_2 = report;
            CHECK(report.reason == report_2.reason);
            CHECK(abs(report.rank - report_2.rank) <= (draw == 9 && sizeof(dmf_real) == 4));
            for (r = 0; r < s.count && r < first.count && s.loss[r] > 1; r++)
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

/* The flow at full width and depth 3 from an orthogonal start of 1e-12 rests where the path says, and ends there. */
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
    if (sizeof(dmf_real) < 8) return; /* rounding is another start */
    follow(p, limit, plain, &s);
    CHECK(s.count == 6);
    seen_now.loss = s.loss;
    seen_now.count = 5;
    observer.user = &seen_now;
    flow.stop_loss = 1e-7 * ENTRIES / 2;
    OK(dmf_start_orthogonal(NULL, f, 1e-12, &rng));
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

/* A Gaussian start of draw 2, depth 3: from 1e-12 it visits other points than the limit does, those that its path says,
   as its flow shows; from 1e-60 the first one is that of the limit. */
static void a_start_has_a_path_of_its_own(void)
{
    dmf_mat w_star = new_mat(N, N);
    dmf_problem *p = draw_problem(2, w_star);
    dmf_factors *f = new_factors(p, 3), *moved = new_factors(p, 3);
    dmf_path path = { 0 };
    dmf_motion flow = { 0 };
    dmf_observer observer = { watch, NULL, 0, NULL, 0 };
    plateaus seen_now = { 0 };
    seen of_limit = { 0 }, large = { 0 }, small = { 0 };
    dmf_rng rng = dmf_seed(7, 11), again = rng;
    int r;
    follow(p, f, plain, &of_limit);
    OK(dmf_start_gaussian(NULL, moved, dmf_deviation(f, 1e-12), &rng));
    memcpy(f->data, moved->data, f->size * sizeof *f->data);
    CHECK(follow(p, f, plain, &large).rank == 5);
    CHECK(large.loss[1] > 1.01 * of_limit.loss[1] && large.loss[4] > 1.05 * of_limit.loss[4]);
    if (sizeof(dmf_real) == 8) {
        seen_now.loss = large.loss;
        seen_now.count = 5;
        observer.user = &seen_now;
        flow.stop_loss = 0.5 * large.loss[4];
        OK(dmf_train(NULL, p, moved, &flow, &observer, NULL));
        for (r = 0; r < 5; r++) NEAR(seen_now.level[r], large.loss[r], 0.001 * large.loss[r]);
        path.stop_rank = 1;
        OK(dmf_start_gaussian(NULL, f, dmf_deviation(f, 1e-60), &again));
        follow(p, f, path, &small);
        NEAR(small.loss[1], of_limit.loss[1], 1e-6 * of_limit.loss[1]);
    }
    dmf_factors_destroy(f);
    dmf_factors_destroy(moved);
    dmf_problem_destroy(p);
    dmf_mat_destroy(&w_star);
}

/* ---- Closed forms ---- */

/* A = sum of given sigma times random pairs, n of them. */
static dmf_mat with_singular_values(int rows, int cols, const double *sigma, int n, dmf_mat u, dmf_mat v)
{
    dmf_mat a = new_mat(rows, cols), q = new_mat(rows, cols);
    dmf_real ignored[N];
    dmf_rng rng = dmf_seed(3, 0);
    int i, j, k;
    randomize(q, &rng);
    OK(dmf_svd(NULL, q, u, ignored, v));
    for (i = 0; i < rows; i++)
        for (j = 0; j < cols; j++)
            for (k = 0; k < n; k++) *at(a, i, j) += (dmf_real)(sigma[k] * (double)(*at(u, i, k) * *at(v, j, k)));
    dmf_mat_destroy(&q);
    return a;
}

static dmf_problem *all_observed(dmf_mat a)
{
    dmf_entry entries[N];
    dmf_problem *p = NULL;
    int e;
    for (e = 0; e < a.rows * a.cols; e++)
        entries[e].row = e / a.cols, entries[e].col = e % a.cols, entries[e].value = *at(a, e / a.cols, e % a.cols);
    OK(dmf_completion(NULL, a.rows, a.cols, entries, (size_t)(a.rows * a.cols), &p));
    return p;
}

static const double values[4] = { 5, 3, 2, 1 };

/* Where all of A is observed, modes are the pairs of A and do not feel each other: point r is A's best approximation
   of rank r, the next pull sigma_(r+1), left at the time L / (c sigma_(r+1)). */
static void all_entries_give_truncated_decompositions(void)
{
    const double near_enough = sizeof(dmf_real) == 8 ? 1e-6 : 1e-3;
    dmf_mat u = new_mat(7, 5), v = new_mat(5, 5), a = with_singular_values(7, 5, values, 4, u, v);
    dmf_problem *p = all_observed(a);
    int depth, r, k;
    for (depth = 2; depth <= 5; depth++) {
        const double c = depth == 2 ? 2 : depth - 2;
        dmf_factors *f = new_factors(p, depth);
        seen s = { 0 };
        dmf_path_report report;
        double time = 0;
        s.problem = p;
        report = follow(p, f, plain, &s);
        CHECK(report.reason == DMF_PATH_MINIMUM && report.rank == 4 && s.worst < 10 * near_enough);
        for (r = 0; r < 4; r++) {
            double loss = 0;
            for (k = r; k < 4; k++) loss += values[k] * values[k] / 2;
            NEAR(s.loss[r], loss, near_enough * loss);
            NEAR(s.pull[r], values[r], near_enough * values[0]);
            NEAR(s.gap[r], r < 3 ? 1 - values[r + 1] / values[r] : 1, near_enough);
            time += s.stay[r];
            NEAR(time, 1 / (c * values[r]), near_enough);
        }
        NEAR(report.gap, 1.0 / 3, near_enough);
        dmf_factors_destroy(f);
    }
    dmf_problem_destroy(p);
    dmf_mat_destroy(&a);
    dmf_mat_destroy(&u);
    dmf_mat_destroy(&v);
}

/* The same seen in a flow, from equal modes along the pairs. The loss between points r and r + 1 is crossed when mode
   r + 1 is about half grown, at (log(sigma / alpha) + O(1)) / 2 sigma at depth 2, and a part alpha^(1 - 2/N) later than
   predicted at greater depth, but for the error of the flow. */
static void stays_are_those_of_a_flow(void)
{
    dmf_mat u = new_mat(7, 5), v = new_mat(5, 5), a = with_singular_values(7, 5, values, 4, u, v);
    dmf_problem *p = all_observed(a);
    const double alpha = 1e-12;
    int depth, r, i, j, k;
    for (depth = 2; depth <= 4 && sizeof(dmf_real) == 8; depth++) {
        const double scale = depth == 2 ? log(1 / alpha) : pow(alpha, -1 + 2.0 / depth);
        dmf_factors *f = new_factors(p, depth);
        dmf_mat w = new_mat(7, 5);
        dmf_motion flow = { 0 };
        dmf_observer observer = { watch, NULL, 0, NULL, 0 };
        plateaus seen_now = { 0 };
        seen s = { 0 };
        double time = 0;
        follow(p, f, plain, &s);
        for (i = 0; i < 7; i++)
            for (j = 0; j < 5; j++)
                for (k = 0; k < 4; k++) *at(w, i, j) += (dmf_real)(alpha * (double)(*at(u, i, k) * *at(v, j, k)));
        OK(dmf_start_balanced(NULL, f, w));
        seen_now.loss = s.loss;
        seen_now.count = 4;
        observer.user = &seen_now;
        flow.stop_loss = 1e-4;
        flow.rtol = 1e-3;
        OK(dmf_train(NULL, p, f, &flow, &observer, NULL));
        for (r = 0; r < 4; r++) {
            time += s.stay[r] * scale;
            if (r < 3) NEAR(seen_now.left[r], time, depth == 2 ? (1 + log(values[r])) / (2 * values[r]) : 0.02 * time);
        }
        dmf_mat_destroy(&w);
        dmf_factors_destroy(f);
    }
    dmf_problem_destroy(p);
    dmf_mat_destroy(&a);
    dmf_mat_destroy(&u);
    dmf_mat_destroy(&v);
}

/* l(W) = -<D, W> with D = diag(1, 0.8, 0.5): of a start, the share of pair 2 in the largest pair falls like
   alpha^((1 - 0.8) / N). */
static dmf_status linear(void *user, dmf_mat w, dmf_mat gradient, double *loss)
{
    static const double d[3] = { 1, 0.8, 0.5 };
    int i, j;
    (void)user;
    for (*loss = 0, i = 0; i < w.rows; i++)
        for (j = 0; j < w.cols; j++) {
            const double g = i == j && i < 3 ? -d[i] : 0;
            *loss += g * (double)*at(w, i, j);
            if (gradient.data) *at(gradient, i, j) = (dmf_real)g;
        }
    return DMF_OK;
}

static int is_large(void *user, const dmf_moment *now)
{
    (void)user;
    return now->loss < -1e-3;
}

static double tilt(int depth, double alpha)
{
    dmf_problem *p = NULL;
    dmf_mat w = new_mat(8, 8), u = new_mat(8, 8);
    dmf_real sigma[8];
    dmf_factors *f;
    dmf_motion flow = { 0 };
    dmf_observer observer = { is_large, NULL, 0, NULL, 0 };
    dmf_rng rng = dmf_seed(2, 0);
    double share;
    OK(dmf_custom(NULL, 8, 8, linear, NULL, &p));
    f = new_factors(p, depth);
    OK(dmf_start_gaussian(NULL, f, dmf_deviation(f, alpha), &rng));
    flow.rtol = 1e-4;
    OK(dmf_train(NULL, p, f, &flow, &observer, NULL));
    OK(dmf_product(NULL, f, w));
    OK(dmf_svd(NULL, w, u, sigma, none));
    share = fabs((double)*at(u, 1, 0) / (double)*at(u, 0, 0));
    dmf_factors_destroy(f);
    dmf_problem_destroy(p);
    dmf_mat_destroy(&w);
    dmf_mat_destroy(&u);
    return share;
}

static void the_share_of_the_second_pair_vanishes_slowly(void)
{
    int depth;
    if (sizeof(dmf_real) < 8) return;
    for (depth = 2; depth <= 4; depth++) {
        double decades = log10(tilt(depth, 1e-40) / tilt(depth, 1e-80));
        NEAR(decades, 40 * 0.2 / depth, 0.02);
        noted("decades", decades);
    }
}

/* ---- Every kind of problem ---- */

static dmf_status squares(void *user, dmf_mat w, dmf_mat gradient, double *loss)
{
    return dmf_problem_loss(NULL, (const dmf_problem *)user, w, gradient, loss);
}

/* The small case as completion, as sensing of its entries, and as a loss of one's own: the same path. */
static void problems_of_every_kind_have_a_path(void)
{
    const double near_enough = sizeof(dmf_real) == 8 ? 1e-6 : 1e-2;
    dmf_problem *p[3] = { small_problem(), NULL, NULL };
    dmf_entry entries[SMALL_COUNT];
    dmf_mat a = new_mat(SMALL_COUNT, SMALL_ROWS * SMALL_COLS);
    dmf_real y[SMALL_COUNT];
    seen s[3] = { { 0 } };
    int e, k, r;
    OK(dmf_problem_entries(NULL, p[0], entries));
    for (e = 0; e < SMALL_COUNT; e++) {
        *at(a, e, entries[e].row * SMALL_COLS + entries[e].col) = 1;
        y[e] = entries[e].value;
    }
    OK(dmf_sensing(NULL, SMALL_ROWS, SMALL_COLS, a, y, &p[1]));
    OK(dmf_custom(NULL, SMALL_ROWS, SMALL_COLS, squares, p[0], &p[2]));
    for (k = 0; k < 3; k++) {
        dmf_factors *f = new_factors(p[k], 3);
        dmf_path_report report;
        s[k].problem = p[k];
        report = follow(p[k], f, plain, &s[k]);
        CHECK(report.reason == DMF_PATH_MINIMUM && report.rank == 2);
        for (r = 0; r < 3; r++) NEAR(s[k].loss[r], s[0].loss[r], near_enough * s[0].loss[0]);
        CHECK(s[k].worst < 10 * near_enough);
        dmf_factors_destroy(f);
    }
    for (k = 2; k >= 0; k--) dmf_problem_destroy(p[k]);
    dmf_mat_destroy(&a);
}

/* A loss with another curve than squares: sum of log cosh, whose gradient is bounded. */
static dmf_status log_cosh(void *user, dmf_mat w, dmf_mat gradient, double *loss)
{
    const dmf_mat *target = (const dmf_mat *)user;
    int i, j;
    for (*loss = 0, i = 0; i < w.rows; i++)
        for (j = 0; j < w.cols; j++) {
            const double off = (double)*at(w, i, j) - (double)*at(*target, i, j);
            *loss += log(cosh(off));
            if (gradient.data) *at(gradient, i, j) = (dmf_real)tanh(off);
        }
    return DMF_OK;
}

static void losses_need_not_be_squares(void)
{
    dmf_mat u = new_mat(7, 5), v = new_mat(5, 5), a = with_singular_values(7, 5, values, 2, u, v), w = new_mat(7, 5);
    dmf_problem *p = NULL;
    dmf_factors *f;
    dmf_path_report report;
    seen s = { 0 };
    int i, j;
    OK(dmf_custom(NULL, 7, 5, log_cosh, &a, &p));
    f = new_factors(p, 3);
    s.problem = p;
    report = follow(p, f, plain, &s);
    CHECK(report.reason == DMF_PATH_MINIMUM && s.worst < (sizeof(dmf_real) == 8 ? 1e-5 : 1e-2));
    OK(dmf_product(NULL, f, w));
    for (i = 0; i < 7; i++)
        for (j = 0; j < 5; j++) NEAR(*at(w, i, j), *at(a, i, j), sizeof(dmf_real) == 8 ? 1e-4 : 1e-2);
    dmf_factors_destroy(f);
    dmf_problem_destroy(p);
    dmf_mat_destroy(&a);
    dmf_mat_destroy(&u);
    dmf_mat_destroy(&v);
    dmf_mat_destroy(&w);
}

/* Squares along the first axis, and along the second a narrow valley with slopes that hardly bend: far from it a Newton
   step is as long as it may be, and jumps across. Where a loss is followed by one that is next to it, a step has led
   there: the highest rise between two such places is kept. */
typedef struct valley { double w[2], loss, here, rise; } valley;

static dmf_status narrow_valley(void *user, dmf_mat w, dmf_mat gradient, double *loss)
{
    valley *v = (valley *)user;
    const double a = (double)w.data[0] - 1, b = ((double)w.data[1] - 0.4) / 0.005, near_by = 8 * sqrt(EPS);
    *loss = 5 * a * a + 0.3 * 0.005 * (fabs(b) + log1p(exp(-2 * fabs(b))));
    if (gradient.data) gradient.data[0] = (dmf_real)(10 * a), gradient.data[1] = (dmf_real)(0.3 * tanh(b));
    if (fabs((double)w.data[0] - v->w[0]) < near_by && fabs((double)w.data[1] - v->w[1]) < near_by) {
        v->rise = fmax(v->rise, v->loss - v->here);
        v->here = v->loss;
    }
    v->w[0] = (double)w.data[0], v->w[1] = (double)w.data[1], v->loss = *loss;
    return DMF_OK;
}

static void steps_uphill_are_not_taken(void)
{
    dmf_problem *p = NULL;
    dmf_factors *f;
    dmf_path_report report;
    dmf_path path = plain;
    dmf_mat w = new_mat(1, 2);
    seen s = { 0 };
    valley v = { { -1, -1 }, 0, 0, 0 };
    path.stop_evaluations = 1000;
    v.here = DBL_MAX;
    OK(dmf_custom(NULL, 1, 2, narrow_valley, &v, &p));
    f = new_factors(p, 2);
    s.problem = p;
    report = follow(p, f, path, &s);
    CHECK(report.reason == DMF_PATH_MINIMUM && v.rise <= 8 * sqrt(EPS));
    OK(dmf_product(NULL, f, w));
    NEAR(*at(w, 0, 0), 1, 1e-3);
    NEAR(*at(w, 0, 1), 0.4, 1e-3);
    dmf_factors_destroy(f);
    dmf_problem_destroy(p);
    dmf_mat_destroy(&w);
}

static void single_rows_and_columns(void)
{
    static const dmf_real numbers[4] = { 3, 0, -4, 12 };
    int depth, wide, e;
    for (depth = 2; depth <= 3; depth++)
        for (wide = 0; wide < 2; wide++) {
            dmf_entry entries[4];
            dmf_problem *p = NULL;
            dmf_factors *f;
            dmf_mat w = new_mat(wide ? 1 : 5, wide ? 5 : 1);
            dmf_path_report report;
            seen s = { 0 };
            for (e = 0; e < 4; e++)
                entries[e].row = wide ? 0 : e, entries[e].col = wide ? e : 0, entries[e].value = numbers[e];
            OK(dmf_completion(NULL, w.rows, w.cols, entries, 4, &p));
            f = new_factors(p, depth);
            report = follow(p, f, plain, &s);
            CHECK(report.reason == DMF_PATH_MINIMUM && report.rank == 1 && s.gap[0] == 1);
            NEAR(s.pull[0], 13, 20 * EPS);
            OK(dmf_product(NULL, f, w));
            for (e = 0; e < 5; e++)
                NEAR(w.data[e], e < 4 ? numbers[e] : 0, sizeof(dmf_real) == 8 ? 1e-6 : 1e-2);
            dmf_factors_destroy(f);
            dmf_problem_destroy(p);
            dmf_mat_destroy(&w);
        }
}

/* ---- Ends ---- */

static dmf_problem *of_2_by_2(double a, double b, double c, const double *d)
{
    dmf_entry entries[4] = { { 0, 0, 0 }, { 0, 1, 0 }, { 1, 0, 0 }, { 1, 1, 0 } };
    dmf_problem *p = NULL;
    entries[0].value = (dmf_real)a, entries[1].value = (dmf_real)b, entries[2].value = (dmf_real)c;
    if (d) entries[3].value = (dmf_real)*d;
    OK(dmf_completion(NULL, 2, 2, entries, d ? 4 : 3, &p));
    return p;
}

static dmf_path_report end_of(dmf_problem *p, dmf_path path, int ranks)
{
    dmf_factors *f = new_factors(p, 2);
    seen s = { 0 };
    dmf_path_report report = follow(p, f, path, &s);
    if (!CHECK(s.count == ranks + 1)) printf("    %d points, %s\n", s.count, dmf_path_text(report.reason));
    dmf_factors_destroy(f);
    dmf_problem_destroy(p);
    return report;
}

static void paths_say_why_they_end(void)
{
    const double one = 1, zero = 0, less = 0.5;
    dmf_path path = { 0 };
    dmf_path_report report;
    /* Zero already. */
    report = end_of(of_2_by_2(0, 0, 0, &zero), path, 0);
    CHECK(report.reason == DMF_PATH_MINIMUM && report.evaluations == 1 && report.loss == 0 && report.gap == 1);
    /* Two equal pulls; nobody minds; and an almost equal one. */
    CHECK(end_of(of_2_by_2(1, 0, 0, &one), path, 0).reason == DMF_PATH_TIE);
    path.tie = DMF_ZERO;
    CHECK(end_of(of_2_by_2(1, 0, 0, &one), path, 2).reason == DMF_PATH_MINIMUM);
    path.tie = 0.4;
    CHECK(end_of(of_2_by_2(1, 0, 0, &less), path, 2).reason == DMF_PATH_MINIMUM);
    path.tie = 0.6;
    CHECK(end_of(of_2_by_2(1, 0, 0, &less), path, 0).reason == DMF_PATH_TIE);
    path.tie = 0;
    /* The three entries have rank 1 with 2 / 0.1 for the fourth. */
    CHECK(end_of(of_2_by_2(0.1, 2, 1, NULL), path, 0).reason == DMF_PATH_FAR);
    path.stop_growth = 100;
    report = end_of(of_2_by_2(0.1, 2, 1, NULL), path, 1);
    CHECK(report.reason == DMF_PATH_MINIMUM && report.rank == 1);
    path.stop_growth = 0;
    /* Squares have half of their pull left at half of the way. */
    path.eps = 0.4;
    CHECK(end_of(of_2_by_2(1, 0, 0, &less), path, 2).reason == DMF_PATH_MINIMUM);
    path.eps = 0.6;
    CHECK(end_of(of_2_by_2(1, 0, 0, &less), path, 0).reason == DMF_PATH_COARSE);
    path.eps = 0;
    path.stop_rank = 1;
    CHECK(end_of(of_2_by_2(1, 0, 0, &less), path, 1).reason == DMF_PATH_RANK);
    path.stop_rank = 0;
    path.stop_loss = 0.126;
    CHECK(end_of(of_2_by_2(1, 0, 0, &less), path, 1).reason == DMF_PATH_LOSS);
    path.stop_loss = 0;
    path.stop_evaluations = 40;
    report = end_of(of_2_by_2(1, 0, 0, &less), path, 0);
    CHECK(report.reason == DMF_PATH_EVALUATIONS && report.evaluations == 40);
    path.stop_evaluations = 1;
    CHECK(end_of(of_2_by_2(1, 0, 0, &less), path, 0).reason == DMF_PATH_EVALUATIONS);
}

static void an_observer_ends_the_path(void)
{
    const double half = 0.5;
    dmf_problem *p = of_2_by_2(1, 0, 0, &half);
    dmf_factors *f = new_factors(p, 3);
    seen s = { 0 };
    dmf_mat balance = new_mat(2, 2);
    s.stop_at = 2;
    CHECK(follow(p, f, plain, &s).reason == DMF_PATH_OBSERVER);
    CHECK(s.count == 2);
    OK(dmf_balance(NULL, f, 0, balance));
    CHECK(dmf_frobenius(balance) < 10 * EPS);
    OK(dmf_balance(NULL, f, 1, balance));
    CHECK(dmf_frobenius(balance) < 10 * EPS);
    dmf_mat_destroy(&balance);
    dmf_factors_destroy(f);
    dmf_problem_destroy(p);
}

/* A loss without an end in some direction, and one that is not a number behind some size. */
static dmf_status no_good(void *user, dmf_mat w, dmf_mat gradient, double *loss)
{
    const double x = (double)*at(w, 0, 0);
    OK(dmf_problem_loss(NULL, (const dmf_problem *)user, w, gradient, loss));
    if (x > 0.25) {
        *loss = NAN;
        if (gradient.data) *at(gradient, 0, 0) = (dmf_real)NAN;
    }
    return DMF_OK;
}

static void losses_may_be_no_good(void)
{
    const double half = 0.5;
    dmf_problem *inner = of_2_by_2(1, 0, 0, &half), *p = NULL;
    dmf_factors *f;
    dmf_path_report report;
    dmf_status s;
    OK(dmf_custom(NULL, 2, 2, linear, NULL, &p));
    f = new_factors(p, 2);
    OK(dmf_train_limit(NULL, p, f, NULL, &report));
    CHECK(report.reason == DMF_PATH_FAR && report.rank == 0);
    dmf_factors_destroy(f);
    dmf_problem_destroy(p);
    OK(dmf_custom(NULL, 2, 2, no_good, inner, &p));
    f = new_factors(p, 2);
    s = dmf_train_limit(NULL, p, f, NULL, &report);
    CHECK(s != DMF_OK || report.reason == DMF_PATH_FAR);
    dmf_factors_destroy(f);
    dmf_problem_destroy(p);
    dmf_problem_destroy(inner);
}

static dmf_status refused(const dmf_problem *p, int depth, dmf_path path)
{
    dmf_factors *f = new_factors(p, depth);
    dmf_status s = dmf_train_limit(NULL, p, f, &path, NULL);
    dmf_factors_destroy(f);
    return s;
}

static void options_out_of_range_are_refused(void)
{
    const double half = 0.5;
    dmf_problem *p = of_2_by_2(1, 0, 0, &half);
    dmf_path path = { 0 };
    OK(refused(p, 2, path));
    CHECK(refused(p, 1, path) == DMF_ERR_ARGUMENT);
    path.stop_rank = 3;
    CHECK(refused(p, 2, path) == DMF_ERR_ARGUMENT);
    path = plain, path.stop_loss = -1;
    CHECK(refused(p, 2, path) == DMF_ERR_ARGUMENT);
    path = plain, path.eps = 1;
    CHECK(refused(p, 2, path) == DMF_ERR_ARGUMENT);
    path = plain, path.rest = NAN;
    CHECK(refused(p, 2, path) == DMF_ERR_ARGUMENT);
    path = plain, path.tie = -0.5;
    CHECK(refused(p, 2, path) == DMF_ERR_ARGUMENT);
    path = plain, path.stop_growth = -1;
    CHECK(refused(p, 2, path) == DMF_ERR_ARGUMENT);
    path = plain, path.stop_evaluations = -1;
    CHECK(refused(p, 2, path) == DMF_ERR_ARGUMENT);
    dmf_problem_destroy(p);
}

static dmf_status follow_once(void *user)
{
    const dmf_problem *p = (const dmf_problem *)user;
    dmf_factors *f = NULL;
    dmf_rng rng = dmf_seed(1, 0);
    dmf_status s = dmf_factors_create(NULL, 2, 2, 3, NULL, &f);
    if (!s) s = dmf_start_gaussian(NULL, f, 1e-3, &rng);
    if (!s) s = dmf_train_limit(NULL, p, f, NULL, NULL);
    dmf_factors_destroy(f);
    return s;
}

static void memory_may_run_out(void)
{
    const double half = 0.5;
    dmf_problem *p = of_2_by_2(1, 0, 0, &half);
    survive_without_memory(follow_once, p);
    dmf_problem_destroy(p);
}

/* All entries of a 2 x 2 matrix of rank 2, on scales whose squares, and those of their gradients, leave the range. */
static void the_scale_does_not_matter(void)
{
    static const double shape[4] = { 1, 2, -1, 3 };
    const int most = sizeof(dmf_real) == 8 ? 90 : 14, each = sizeof(dmf_real) == 8 ? 30 : 7;
    int depth, scale, i;
    for (depth = 2; depth <= 5; depth++)
        for (scale = -most; scale <= most; scale += each) {
            const double unit = pow(10, scale);
            const dmf_path options = { .stop_evaluations = 20000 };
            dmf_entry entries[4];
            dmf_real w[4];
            dmf_path_report report;
            dmf_problem *p = NULL;
            dmf_factors *f = NULL;
            for (i = 0; i < 4; i++) {
                const dmf_entry entry = { i / 2, i % 2, (dmf_real)(shape[i] * unit) };
                entries[i] = entry;
            }
            OK(dmf_completion(NULL, 2, 2, entries, 4, &p));
            OK(dmf_factors_create(NULL, 2, 2, depth, NULL, &f));
            OK(dmf_train_limit(NULL, p, f, &options, &report));
            OK(dmf_product(NULL, f, dmf_view(w, 2, 2)));
            CHECK(report.rank == 2);
            for (i = 0; i < 4; i++) NEAR((double)w[i] / unit, shape[i], sizeof(dmf_real) == 8 ? 1e-6 : 1e-3);
            dmf_factors_destroy(f);
            dmf_problem_destroy(p);
        }
}

/* One entry: its critical point lies at it, however far from 1. */
static void a_far_value_is_reached(void)
{
    const dmf_entry entry = { 0, 0, (dmf_real)(sizeof(dmf_real) == 8 ? 1e145 : 1e17) };
    dmf_path_report report;
    dmf_problem *p = NULL;
    dmf_factors *f = NULL;
    OK(dmf_completion(NULL, 1, 1, &entry, 1, &p));
    OK(dmf_factors_create(NULL, 1, 1, 2, NULL, &f));
    OK(dmf_train_limit(NULL, p, f, NULL, &report));
    CHECK(report.reason != DMF_PATH_FAR);
    dmf_factors_destroy(f);
    dmf_problem_destroy(p);
}

int main(void)
{
    RUN(every_depth_visits_the_same_points);
    RUN(the_flow_alone_comes_to_the_same_points);
    RUN(a_small_start_passes_the_points);
    RUN(a_start_has_a_path_of_its_own);
    RUN(all_entries_give_truncated_decompositions);
    RUN(stays_are_those_of_a_flow);
    RUN(the_share_of_the_second_pair_vanishes_slowly);
    RUN(problems_of_every_kind_have_a_path);
    RUN(losses_need_not_be_squares);
    RUN(steps_uphill_are_not_taken);
    RUN(single_rows_and_columns);
    RUN(paths_say_why_they_end);
    RUN(an_observer_ends_the_path);
    RUN(losses_may_be_no_good);
    RUN(options_out_of_range_are_refused);
    RUN(memory_may_run_out);
    RUN(the_scale_does_not_matter);
    RUN(a_far_value_is_reached);
    return finish();
}
