#include "small.h"
#include <time.h>

/* ---- Against the references ---- */

enum { MOST_ROWS = 10, WIDTH = 2 + SMALL_COLS };

typedef struct path {
    double row[MOST_ROWS][WIDTH]; /* step or time, loss, sigma_1 .. sigma_9 */
    int rows, met, by_time;
    double tolerance, worst;      /* both relative: to the loss, and to sigma_1 */
} path;

static int compare_with_path(void *user, const dmf_moment *now)
{
    path *p = (path *)user;
    int r, k;
    for (r = 0; r < p->rows; r++) {
        dmf_real sigma[SMALL_COLS];
        const double *row = p->row[r];
        if (row[0] != (p->by_time ? now->time : (double)now->step)) continue;
        product_sigma(now->factors, sigma);
        p->worst = fmax(p->worst, fabs(now->loss - row[1]) / fmax(row[1], 1e-3));
        for (k = 0; k < SMALL_COLS; k++) p->worst = fmax(p->worst, fabs(sigma[k] - row[2 + k]) / row[2]);
        NEAR(now->loss, row[1], p->tolerance * fmax(row[1], 1e-3));
        for (k = 0; k < SMALL_COLS; k++) NEAR(sigma[k], row[2 + k], p->tolerance * row[2]);
        p->met++;
        break;
    }
    return 0;
}

static path read_path(const char *name, double tolerance)
{
    path p;
    double numbers[MOST_ROWS * WIDTH];
    int count = read_data(name, numbers, MOST_ROWS * WIDTH);
    memset(&p, 0, sizeof p);
    p.rows = count / WIDTH;
    p.tolerance = tolerance;
    CHECK(p.rows > 3 && p.rows * WIDTH == count);
    memcpy(p.row, numbers, (size_t)count * sizeof *numbers);
    return p;
}

static dmf_motion motion_of(dmf_method method, double rate)
{
    dmf_motion m;
    memset(&m, 0, sizeof m);
    m.method = method;
    m.rate = method > DMF_DP5 ? rate : 0; /* a flow has none */
    return m;
}

static void descend_along(const char *name, dmf_method method, double scale, long steps)
{
    path p = read_path(name, sizeof(dmf_real) == 8 ? 1e-8 : 1e-2);
    dmf_problem *problem = small_problem();
    dmf_factors *f = small_factors("w0");
    dmf_motion m = motion_of(method, 1e-3);
    dmf_observer o = { compare_with_path, NULL, 0, NULL, 0 };
    dmf_report report;
    o.user = &p;
    m.stop_steps = steps;
    OK(dmf_problem_scale(NULL, problem, scale));
    OK(dmf_train(NULL, problem, f, &m, &o, &report));
    CHECK(p.met == p.rows);
    CHECK(report.steps == steps && report.evaluations == steps + 1 && report.reason == DMF_STOP_STEPS);
    CHECK(strstr(dmf_stop_text(report.reason), "steps") != NULL);
    dmf_factors_destroy(f);
    dmf_problem_destroy(problem);
}

static void gradient_descent_meets_its_reference(void) { descend_along("gd_eta1e-3.csv", DMF_GD, 1, 2000); }

static void group_rmsprop_meets_its_reference(void)
{
    descend_along("group_rmsprop.csv", DMF_GROUP_RMSPROP, 2.0 / SMALL_COUNT, 2000);
}

/* The flow with a tolerance, seen at the reference's times; returns the largest relative error. */
static double flow_error(dmf_method method, double rtol, double bound)
{
    path p = read_path("gradient_flow.csv", bound);
    dmf_problem *problem = small_problem();
    dmf_factors *f = small_factors("w0");
    dmf_motion m = motion_of(method, 0);
    dmf_observer o = { compare_with_path, NULL, 0, NULL, 0 };
    double times[MOST_ROWS];
    int r;
    for (r = 0; r < p.rows; r++) times[r] = p.row[r][0];
    o.user = &p;
    o.times = times;
    o.time_count = (size_t)p.rows;
    p.by_time = 1;
    m.rtol = rtol;
    m.stop_time = times[p.rows - 1];
    OK(dmf_train(NULL, problem, f, &m, &o, NULL));
    CHECK(p.met == p.rows);
    dmf_factors_destroy(f);
    dmf_problem_destroy(problem);
    return p.worst;
}

static void the_flow_meets_its_reference(void)
{
    if (sizeof(dmf_real) < 8) {
        flow_error(DMF_RKC, 1e-3, 3e-2);
        flow_error(DMF_DP5, 1e-4, 1e-2);
        return;
    }
    flow_error(DMF_FLOW, 1e-8, 1e-6);
    flow_error(DMF_RKC, 1e-8, 3e-5); /* rtol^(2/3) = 5e-6 */
}

/* A method of order q with error estimates of order p + 1 takes steps like tol^(1 / (p + 1)), so that the error at
   the end is like tol^(q / (p + 1)): 2/3 for RKC (q = p = 2), 5/5 for DP5 (q = 5, p = 4). Interpolation errs by h^4
   and h^5, like tol^(4/3) and tol. Three decades of tolerance, and six for the larger steps of DP5; a quarter of the
   order, and an eighth, are granted to the steps being few. */
static void errors_fall_with_the_tolerance(void)
{
    double rkc, dp5;
    if (sizeof(dmf_real) < 8) return;
    rkc = log10(flow_error(DMF_RKC, 1e-4, 1) / flow_error(DMF_RKC, 1e-7, 1)) / 3;
    dp5 = log10(flow_error(DMF_DP5, 1e-4, 1) / flow_error(DMF_DP5, 1e-10, 1)) / 6;
    NEAR(rkc, 2.0 / 3, 1.0 / 6);
    NEAR(dp5, 1, 0.125);
}

/* ---- Against mathematics ---- */

/* Depth 1: each observed entry relaxes by itself, W_ij(t) = y + (W_ij(0) - y) exp(-t); the others stay. */
static void depth_one_relaxes_exponentially(void)
{
    static const dmf_entry entries[3] = { { 0, 0, 3 }, { 1, 2, -1 }, { 2, 1, (dmf_real)0.5 } };
    double rtol = sizeof(dmf_real) == 8 ? 1e-9 : 1e-4, t = 1.7;
    int method, i, j, e;
    for (method = DMF_RKC; method <= DMF_DP5; method++) {
        dmf_rng rng = dmf_seed(1, 0);
        dmf_problem *p = NULL;
        dmf_factors *f = NULL, *start = NULL;
        dmf_motion m = motion_of((dmf_method)method, 0);
        dmf_report report;
        OK(dmf_completion(NULL, 3, 3, entries, 3, &p));
        OK(dmf_factors_create(NULL, 3, 3, 1, NULL, &f));
        OK(dmf_start_gaussian(NULL, f, 1, &rng));
        OK(dmf_factors_clone(NULL, f, &start));
        m.rtol = rtol;
        m.stop_time = t;
        OK(dmf_train(NULL, p, f, &m, NULL, &report));
        CHECK(report.reason == DMF_STOP_TIME && report.time == t);
        for (i = 0; i < 3; i++)
            for (j = 0; j < 3; j++) {
                double expected = *at(start->w[0], i, j);
                for (e = 0; e < 3; e++)
                    if (entries[e].row == i && entries[e].col == j) expected = entries[e].value + (expected - entries[e].value) * exp(-t);
                NEAR(*at(f->w[0], i, j), expected, 1000 * rtol);
            }
        dmf_factors_destroy(f);
        dmf_factors_destroy(start);
        dmf_problem_destroy(p);
    }
}

/* x_i' = -lambda_i (x_i - 1) with lambda = 100 and 1. A step of s stages and length h multiplies x_i - 1 by a_s + b_s
   T_s(w_0 - w_1 h lambda_i), T_s and its derivatives from their recurrences. s is one of the numbers of stages that the
   gradients of the step allow, tries that were rejected among them. */
typedef struct stages { double x[2], time; long evaluations, steps, most, unexplained; } stages;

static long double stage_polynomial(int s, double z)
{
    const long double w0 = 1 + 1.0L / ((long double)s * s);
    long double t[2] = { 1, w0 }, d[2] = { 0, 1 }, dd[2] = { 0, 0 }, x, y[2], next;
    int j;
    for (j = 2; j <= s; j++) {
        next = 2 * w0 * t[1] - t[0], x = 2 * t[1] + 2 * w0 * d[1] - d[0], y[0] = 4 * d[1] + 2 * w0 * dd[1] - dd[0];
        t[0] = t[1], t[1] = next, d[0] = d[1], d[1] = x, dd[0] = dd[1], dd[1] = y[0];
    }
    x = w0 + d[1] / dd[1] * z;
    for (y[0] = 1, y[1] = x, j = 2; j <= s; j++) next = 2 * x * y[1] - y[0], y[0] = y[1], y[1] = next;
    return 1 + dd[1] / (d[1] * d[1]) * (y[1] - t[1]);
}

static int watch_stages(void *user, const dmf_moment *now)
{
    stages *p = (stages *)user;
    const double x[2] = { (double)now->factors->data[0], (double)now->factors->data[1] }, h = now->time - p->time;
    int s, found = 0;
    for (s = 2; now->step > 0 && !found && s <= now->evaluations - p->evaluations; s++)
        found = fabs((double)stage_polynomial(s, -100 * h) * (p->x[0] - 1) - (x[0] - 1)) < 1e-12 &&
                fabs((double)stage_polynomial(s, -h) * (p->x[1] - 1) - (x[1] - 1)) < 1e-12;
    if (now->step > 0 && found) p->most = s - 1 > p->most ? s - 1 : p->most;
    if (now->step > 0) p->steps++, p->unexplained += !found;
    p->x[0] = x[0], p->x[1] = x[1], p->time = now->time, p->evaluations = now->evaluations;
    return 0;
}

static void steps_are_the_polynomials_of_their_stages(void)
{
    dmf_real a[4] = { 10, 0, 0, 1 }, y[2] = { 10, 1 };
    dmf_problem *p = NULL;
    dmf_factors *f = NULL;
    dmf_motion m = motion_of(DMF_RKC, 0);
    dmf_observer o = { watch_stages, NULL, 0, NULL, 0 };
    stages seen;
    if (sizeof(dmf_real) < 8) return;
    memset(&seen, 0, sizeof seen);
    OK(dmf_sensing(NULL, 1, 2, dmf_view(a, 2, 2), y, &p));
    OK(dmf_factors_create(NULL, 1, 2, 1, NULL, &f));
    f->data[0] = f->data[1] = 3;
    m.rtol = 1e-3;
    m.stop_time = 5;
    o.user = &seen;
    OK(dmf_train(NULL, p, f, &m, &o, NULL));
    CHECK(seen.steps > 10 && seen.unexplained == 0);
    CHECK(seen.most > 5);
    dmf_factors_destroy(f);
    dmf_problem_destroy(p);
}

/* W_{j+1}^T W_{j+1} - W_j W_j^T is constant along the flow, balanced or not (A19, after equation (5)), and the loss
   falls. */
typedef struct drift { const dmf_factors *start; double worst, last_loss; } drift;

static int watch_drift(void *user, const dmf_moment *now)
{
    drift *d = (drift *)user;
    int j, i;
    for (j = 0; j < now->factors->depth - 1; j++) {
        int n = now->factors->dims[j + 1];
        dmf_mat here = new_mat(n, n), there = new_mat(n, n);
        OK(dmf_balance(now->ctx, now->factors, j, here));
        OK(dmf_balance(now->ctx, d->start, j, there));
        for (i = 0; i < n * n; i++) here.data[i] -= there.data[i];
        d->worst = fmax(d->worst, dmf_frobenius(here));
        dmf_mat_destroy(&here);
        dmf_mat_destroy(&there);
    }
    CHECK(now->loss <= d->last_loss * (1 + 1e-9));
    d->last_loss = now->loss;
    return 0;
}

static void the_flow_conserves_balance_and_loses_loss(void)
{
    double rtol = sizeof(dmf_real) == 8 ? 1e-8 : 1e-4;
    int method;
    for (method = DMF_RKC; method <= DMF_DP5; method++) {
        dmf_problem *p = small_problem();
        dmf_factors *f = small_factors("w0"), *start = small_factors("w0");
        dmf_motion m = motion_of((dmf_method)method, 0);
        dmf_observer o = { watch_drift, NULL, 0, NULL, 0 };
        drift d = { NULL, 0, INFINITY };
        d.start = start;
        o.user = &d;
        m.rtol = rtol;
        m.stop_time = 5;
        OK(dmf_train(NULL, p, f, &m, &o, NULL));
        CHECK(d.worst < 1000 * rtol);
        CHECK(d.worst > 0);
        dmf_factors_destroy(f);
        dmf_factors_destroy(start);
        dmf_problem_destroy(p);
    }
}

/* Descent is Euler's method for the flow: halving the rate halves the distance. */
static void descent_approaches_the_flow(void)
{
    double distance[2], rate = 4e-3;
    int pass;
    dmf_problem *p = small_problem();
    dmf_factors *flow = small_factors("w0");
    dmf_motion m = motion_of(DMF_DP5, 0);
    m.rtol = sizeof(dmf_real) == 8 ? 1e-9 : 1e-5;
    m.stop_time = 0.4;
    OK(dmf_train(NULL, p, flow, &m, NULL, NULL));
    for (pass = 0; pass < 2; pass++, rate /= 2) {
        dmf_factors *f = small_factors("w0");
        size_t i;
        double sum = 0;
        m = motion_of(DMF_GD, rate);
        m.stop_steps = (long)floor(0.4 / rate + 0.5);
        OK(dmf_train(NULL, p, f, &m, NULL, NULL));
        for (i = 0; i < f->size; i++) sum += ((double)f->data[i] - flow->data[i]) * ((double)f->data[i] - flow->data[i]);
        distance[pass] = sqrt(sum);
        dmf_factors_destroy(f);
    }
    NEAR(distance[0] / distance[1], 2, 0.1);
    dmf_factors_destroy(flow);
    dmf_problem_destroy(p);
}

/* One factor with one entry: w' = -(w - 1). The update rules written out. */
static void optimizers_follow_their_rules(void)
{
    static const dmf_entry entry = { 0, 0, 1 };
    double w, v, first, second, group, g;
    int method, t;
    dmf_problem *p = NULL;
    OK(dmf_completion(NULL, 1, 1, &entry, 1, &p));
    for (method = DMF_GD; method <= DMF_ADAM; method++) {
        dmf_factors *f = NULL;
        dmf_motion m = motion_of((dmf_method)method, 0.01);
        OK(dmf_factors_create(NULL, 1, 1, 1, NULL, &f));
        f->data[0] = 3;
        m.stop_steps = 25;
        m.batch = method == DMF_SGD;
        OK(dmf_train(NULL, p, f, &m, NULL, NULL));
        w = 3, v = first = second = group = 0;
        for (t = 1; t <= 25; t++) {
            g = w - 1;
            v = 0.9 * v + g;
            first = 0.9 * first + 0.1 * g;
            second = 0.999 * second + 0.001 * g * g;
            group = 0.99 * group + 0.01 * g * g;
            if (method == DMF_GD || method == DMF_SGD) w -= 0.01 * g;
            if (method == DMF_MOMENTUM) w -= 0.01 * v;
            if (method == DMF_GROUP_RMSPROP) w -= 0.01 * g / (sqrt(group / (1 - pow(0.99, t))) + 1e-4);
            if (method == DMF_ADAM) w -= 0.01 * first / (1 - pow(0.9, t)) / (sqrt(second / (1 - pow(0.999, t))) + 1e-8);
        }
        NEAR(f->data[0], w, 200 * EPS);
        dmf_factors_destroy(f);
    }
    dmf_problem_destroy(p);
}

/* With constant weights an epoch of batches sees every entry once: at depth 1, where entries do not interact,
   the result of an epoch is the same whatever the order. */
static void batches_cover_every_entry_once_an_epoch(void)
{
    enum { N = 12 };
    dmf_entry entries[N];
    dmf_problem *p = NULL;
    dmf_factors *f = NULL;
    dmf_motion m = motion_of(DMF_SGD, 0.1);
    int e;
    for (e = 0; e < N; e++) entries[e].row = e / 4, entries[e].col = e % 4, entries[e].value = (dmf_real)(e + 1);
    OK(dmf_completion(NULL, 3, 4, entries, N, &p));
    OK(dmf_factors_create(NULL, 3, 4, 1, NULL, &f));
    m.batch = 3;
    m.stop_steps = 8; /* two epochs; a batch counts for everything, so the rate is 4 times 0.1 */
    OK(dmf_train(NULL, p, f, &m, NULL, NULL));
    for (e = 0; e < N; e++) NEAR(f->data[e], (e + 1) * (1 - 0.6 * 0.6), 20 * EPS * (e + 1));
    dmf_factors_destroy(f);
    dmf_problem_destroy(p);
}

/* A batch of all entries, of which there are few enough to form no matrix, is a step of gradient descent. */
static void a_batch_of_everything_is_the_gradient(void)
{
    dmf_rng rng = dmf_seed(11, 0);
    dmf_mat w = random_mat(12, 10, &rng);
    dmf_entry entries[20];
    dmf_problem *p = NULL;
    dmf_factors *f = NULL, *g = NULL;
    dmf_motion all = motion_of(DMF_GD, 0.1), batch = motion_of(DMF_SGD, 0.1);
    dmf_report a, b;
    size_t i;
    OK(dmf_observe(NULL, w, 20, entries, &rng));
    OK(dmf_completion(NULL, 12, 10, entries, 20, &p));
    OK(dmf_factors_create(NULL, 12, 10, 3, NULL, &f));
    OK(dmf_start_gaussian(NULL, f, 0.3, &rng));
    OK(dmf_factors_clone(NULL, f, &g));
    batch.batch = 20;
    all.stop_steps = batch.stop_steps = 5;
    OK(dmf_train(NULL, p, f, &all, NULL, &a));
    OK(dmf_train(NULL, p, g, &batch, NULL, &b));
    for (i = 0; i < f->size; i++) NEAR(f->data[i], g->data[i], 1000 * EPS);
    NEAR(a.loss, b.loss, 1000 * EPS * a.loss);
    dmf_factors_destroy(f);
    dmf_factors_destroy(g);
    dmf_problem_destroy(p);
    dmf_mat_destroy(&w);
}

/* l(cW) for data cY: the factors of a flow scale with c^(1/N), time with c^(2/N - 2). */
static void the_flow_scales(void)
{
    dmf_rng rng = dmf_seed(7, 0);
    dmf_mat w = random_mat(6, 5, &rng);
    dmf_entry entries[14];
    dmf_problem *p = NULL, *q = NULL;
    dmf_factors *f = NULL, *g = NULL;
    dmf_motion m = motion_of(DMF_RKC, 0);
    dmf_report a, b;
    size_t i;
    OK(dmf_observe(NULL, w, 14, entries, &rng));
    OK(dmf_completion(NULL, 6, 5, entries, 14, &p));
    for (i = 0; i < 14; i++) entries[i].value *= 64;
    OK(dmf_completion(NULL, 6, 5, entries, 14, &q));
    OK(dmf_factors_create(NULL, 6, 5, 3, NULL, &f));
    OK(dmf_start_gaussian(NULL, f, 0.3, &rng));
    OK(dmf_factors_clone(NULL, f, &g));
    for (i = 0; i < g->size; i++) g->data[i] *= 4;
    m.stop_time = 2;
    OK(dmf_train(NULL, p, f, &m, NULL, &a));
    m.stop_time = 2.0 / 256;
    OK(dmf_train(NULL, q, g, &m, NULL, &b));
    if (sizeof(dmf_real) == 8) CHECK(a.evaluations == b.evaluations);
    for (i = 0; i < f->size; i++) NEAR(g->data[i], 4 * (double)f->data[i], 4 * (sizeof(dmf_real) == 8 ? 1e-9 : 1e-3));
    dmf_factors_destroy(f);
    dmf_factors_destroy(g);
    dmf_problem_destroy(p);
    dmf_problem_destroy(q);
    dmf_mat_destroy(&w);
}

/* ---- The run ---- */

static int count_looks(void *user, const dmf_moment *now)
{
    long *looks = (long *)user;
    (void)now;
    return ++looks[0] == looks[1];
}

static void runs_stop_where_they_should(void)
{
    int method;
    for (method = DMF_RKC; method <= DMF_GD; method++) {
        dmf_problem *p = small_problem();
        dmf_factors *f = small_factors("w0");
        dmf_motion m = motion_of((dmf_method)method, 2e-3);
        dmf_observer o = { count_looks, NULL, 0, NULL, 0 };
        dmf_report r;
        double loss;
        long looks[2] = { 0, 0 };
        m.stop_steps = 7;
        o.user = looks;
        OK(dmf_train(NULL, p, f, &m, &o, &r));
        CHECK(r.reason == DMF_STOP_STEPS && r.steps == 7 && looks[0] == 8);
        OK(dmf_loss(NULL, p, f, NULL, &loss));
        CHECK(loss == r.loss);
        m.stop_steps = 0;
        m.stop_loss = 1;
        OK(dmf_train(NULL, p, f, &m, NULL, &r));
        CHECK(r.reason == DMF_STOP_LOSS && r.loss <= 1 && r.loss > 0.01);
        OK(dmf_train(NULL, p, f, &m, NULL, &r));
        CHECK(r.reason == DMF_STOP_LOSS && r.steps == 0);
        m.stop_loss = 0;
        m.stop_time = 0.25;
        OK(dmf_train(NULL, p, f, &m, NULL, &r));
        CHECK(r.reason == DMF_STOP_TIME);
        if (method != DMF_GD) CHECK(r.time == 0.25);
        looks[0] = 0, looks[1] = 3;
        OK(dmf_train(NULL, p, f, &m, &o, &r));
        CHECK(r.reason == DMF_STOP_OBSERVER && looks[0] == 3);
        m = motion_of((dmf_method)method, 1e-3);
        memset(f->data, 0, f->size * sizeof *f->data);
        OK(dmf_train(NULL, p, f, &m, NULL, &r)); /* zero is a saddle: the gradient vanishes */
        CHECK(r.reason == DMF_STOP_STATIONARY && r.steps == 0);
        dmf_factors_destroy(f);
        dmf_problem_destroy(p);
    }
}

/* A flow that has nowhere to go comes to rest, whether the loss there is zero (fitted data) or not (rank 1 for
   data of rank 5), and does not spend gradients on rounding. */
static void flows_come_to_rest(void)
{
    static const int one[1] = { 1 };
    static const double rtols[3] = { 1e-3, 1e-5, 1e-8 };
    dmf_rng rng = dmf_seed(9, 0);
    dmf_mat w = random_mat(5, 5, &rng);
    dmf_entry entries[25];
    dmf_problem *p = NULL;
    int t, kind;
    OK(dmf_observe(NULL, w, 25, entries, &rng));
    OK(dmf_completion(NULL, 5, 5, entries, 25, &p));
    for (t = 0; t < (sizeof(dmf_real) == 8 ? 3 : 1); t++)
        for (kind = 0; kind < 4; kind++) {
            dmf_factors *f = NULL;
            dmf_motion m = motion_of(DMF_FLOW, 0);
            dmf_report r;
            OK(dmf_factors_create(NULL, 5, 5, kind < 3 ? kind + 1 : 2, kind < 3 ? NULL : one, &f));
            OK(dmf_start_gaussian(NULL, f, 0.3, &rng));
            m.rtol = rtols[t];
            m.stop_steps = 20000;
            OK(dmf_train(NULL, p, f, &m, NULL, &r));
            CHECK(r.reason == DMF_STOP_STATIONARY);
            CHECK(r.evaluations < 200000);
            if (kind < 3) CHECK(r.loss < 1000 * EPS);
            dmf_factors_destroy(f);
        }
    dmf_problem_destroy(p);
    dmf_mat_destroy(&w);
}

typedef struct seen { double times[64]; int count; } seen;

static int note_time(void *user, const dmf_moment *now)
{
    seen *s = (seen *)user;
    if (s->count < 64) s->times[s->count++] = now->time;
    return 0;
}

static void observers_see_the_times_they_ask_for(void)
{
    static const double times[] = { 0, 0.1, 0.1, 0.15, 0.3, 0.9 };
    int method, k;
    for (method = DMF_RKC; method <= DMF_GD; method++) {
        dmf_problem *p = small_problem();
        dmf_factors *f = small_factors("w0");
        dmf_motion m = motion_of((dmf_method)method, 1.0 / 512);
        dmf_observer o = { note_time, NULL, 0, times, 6 };
        seen s = { { 0 }, 0 };
        o.user = &s;
        m.stop_time = 0.5;
        OK(dmf_train(NULL, p, f, &m, &o, NULL));
        CHECK(s.count == (method == DMF_GD ? 5 : 6)); /* start, times, end */
        CHECK(s.times[0] == 0);
        for (k = 1; k < s.count - 1; k++) CHECK(s.times[k] >= 0.1 && s.times[k] < 0.31 && s.times[k] >= s.times[k - 1]);
        NEAR(s.times[s.count - 1], 0.5, method == DMF_GD ? 1.0 / 512 : 0);
        if (method != DMF_GD) /* the cast, for x87: its constants have more digits */
            CHECK(s.times[1] == (double)0.1 && s.times[2] == (double)0.1 && s.times[3] == (double)0.15 &&
                  s.times[4] == (double)0.3);
        dmf_factors_destroy(f);
        dmf_problem_destroy(p);
    }
}

static void equal_runs_are_equal_to_the_last_bit(void)
{
    int method;
    for (method = DMF_RKC; method <= DMF_ADAM; method++) {
        dmf_problem *p = small_problem();
        dmf_factors *f = small_factors("w0"), *g = small_factors("w0");
        dmf_motion m = motion_of((dmf_method)method, 1e-3);
        dmf_ctx *ctx = NULL;
        OK(dmf_ctx_create(NULL, &ctx));
        m.stop_steps = 30;
        if (method == DMF_SGD) m.batch = 7, m.seed = 5;
        OK(dmf_train(ctx, p, f, &m, NULL, NULL));
        OK(dmf_train(NULL, p, g, &m, NULL, NULL));
        CHECK(memcmp(f->data, g->data, f->size * sizeof *f->data) == 0);
        dmf_ctx_destroy(ctx);
        dmf_factors_destroy(f);
        dmf_factors_destroy(g);
        dmf_problem_destroy(p);
    }
}

static int note_allocations(void *user, const dmf_moment *now)
{
    long *allocations = (long *)user;
    if (now->step == 1) allocations[0] = memory_allocations;
    allocations[1] = memory_allocations;
    return 0;
}

static void nothing_is_allocated_after_the_first_step(void)
{
    int method, depth, dense;
    dmf_rng rng = dmf_seed(8, 0);
    dmf_mat a = random_mat(20, SMALL_ROWS * SMALL_COLS, &rng);
    for (dense = 0; dense < 2; dense++)
        for (method = DMF_FLOW; method <= DMF_ADAM; method++)
            for (depth = 1; depth <= 4; depth++) {
                dmf_problem *p = NULL;
                dmf_factors *f = NULL;
                dmf_motion m = motion_of((dmf_method)method, 1e-6);
                dmf_observer o = { note_allocations, NULL, 0, NULL, 0 };
                long allocations[2] = { -1, -2 };
                if (dense) OK(dmf_sensing(NULL, SMALL_ROWS, SMALL_COLS, a, a.data, &p));
                else p = small_problem();
                OK(dmf_factors_create(NULL, SMALL_ROWS, SMALL_COLS, depth, NULL, &f));
                OK(dmf_start_gaussian(NULL, f, 0.3, &rng));
                o.user = allocations;
                m.batch = method == DMF_SGD ? 6 : 0;
                m.stop_steps = 40;
                OK(dmf_train(NULL, p, f, &m, &o, NULL));
                CHECK(allocations[0] == allocations[1]);
                dmf_factors_destroy(f);
                dmf_problem_destroy(p);
            }
    dmf_mat_destroy(&a);
}

static dmf_status refuse(void *user, dmf_mat w, dmf_mat g, double *loss)
{
    int *calls = (int *)user;
    size_t i;
    *loss = 1;
    for (i = 0; g.data && i < (size_t)w.rows * w.cols; i++) g.data[i] = 1;
    return ++*calls == 5 ? DMF_ERR_ARGUMENT : DMF_OK;
}

static void bad_runs_end_with_a_sentence(void)
{
    static const double descending[2] = { 2, 1 };
    dmf_ctx *ctx = NULL;
    dmf_problem *p = small_problem(), *custom = NULL;
    dmf_factors *f = small_factors("w0"), *square = NULL;
    dmf_motion m = motion_of(DMF_GD, 1e3);
    dmf_observer o = { NULL, NULL, 0, NULL, 0 };
    dmf_report report;
    int calls = 0;
    OK(dmf_ctx_create(NULL, &ctx));
    CHECK(dmf_train(ctx, p, f, &m, NULL, &report) == DMF_ERR_DIVERGED);
    CHECK(strstr(dmf_message(ctx), "the rate 1000 is too large") && report.steps > 0);
    f->data[3] = (dmf_real)NAN;
    CHECK(dmf_train(ctx, p, f, &m, NULL, NULL) == DMF_ERR_NONFINITE);
    dmf_factors_destroy(f);
    f = small_factors("w0");
    CHECK(dmf_train(ctx, p, f, NULL, NULL, NULL) == DMF_ERR_ARGUMENT);
    CHECK(dmf_train(ctx, NULL, f, &m, NULL, NULL) == DMF_ERR_ARGUMENT);
    CHECK(dmf_train(ctx, p, NULL, &m, NULL, NULL) == DMF_ERR_ARGUMENT);
    CHECK(dmf_train(ctx, p, f, &m, &o, NULL) == DMF_ERR_ARGUMENT);
    o.look = note_time, o.times = descending, o.time_count = 2;
    CHECK(dmf_train(ctx, p, f, &m, &o, NULL) == DMF_ERR_ARGUMENT);
    m = motion_of((dmf_method)17, 1);
    CHECK(dmf_train(ctx, p, f, &m, NULL, NULL) == DMF_ERR_ARGUMENT);
    m = motion_of(DMF_GD, 0);
    CHECK(dmf_train(ctx, p, f, &m, NULL, NULL) == DMF_ERR_ARGUMENT && strstr(dmf_message(ctx), "rate"));
    m = motion_of(DMF_GD, -1);
    CHECK(dmf_train(ctx, p, f, &m, NULL, NULL) == DMF_ERR_ARGUMENT && strstr(dmf_message(ctx), "rate is -1"));
    m = motion_of(DMF_SGD, 1);
    CHECK(dmf_train(ctx, p, f, &m, NULL, NULL) == DMF_ERR_ARGUMENT && strstr(dmf_message(ctx), "batch"));
    m = motion_of(DMF_RKC, 0);
    m.rtol = NAN;
    CHECK(dmf_train(ctx, p, f, &m, NULL, NULL) == DMF_ERR_ARGUMENT && strstr(dmf_message(ctx), "rtol"));
    m.rtol = 0, m.stop_steps = -1;
    CHECK(dmf_train(ctx, p, f, &m, NULL, NULL) == DMF_ERR_ARGUMENT && strstr(dmf_message(ctx), "stop_steps"));
    m.stop_steps = 0;
    OK(dmf_factors_create(ctx, 4, 4, 2, NULL, &square));
    CHECK(dmf_train(ctx, p, square, &m, NULL, NULL) == DMF_ERR_SHAPE);
    OK(dmf_custom(ctx, 4, 4, refuse, &calls, &custom));
    OK(dmf_start_identity(ctx, square, 1));
    CHECK(dmf_train(ctx, custom, square, &m, NULL, NULL) == DMF_ERR_CALLBACK);
    m = motion_of(DMF_SGD, 1);
    m.batch = 1;
    CHECK(dmf_train(ctx, custom, square, &m, NULL, NULL) == DMF_ERR_ARGUMENT);
    dmf_factors_destroy(f);
    dmf_factors_destroy(square);
    dmf_problem_destroy(p);
    dmf_problem_destroy(custom);
    dmf_ctx_destroy(ctx);
}

/* Fewer runs where they are slow, none in emulation. */
#if defined(EMULATED)
enum { SEEDS = 0 };
#elif defined(__SANITIZE_ADDRESS__)
enum { SEEDS = 2 };
#else
enum { SEEDS = 10 };
#endif

/* ---- Where runs end ---- */

/* entries (0,0) = 1 and (1,1) = second of a 2 x 2 matrix: from alpha I the singular values rise one after another. */
static dmf_problem *two_entries(double second)
{
    dmf_entry entries[2] = { { 0, 0, 1 }, { 1, 1, 0 } };
    dmf_problem *p = NULL;
    entries[1].value = (dmf_real)second;
    OK(dmf_completion(NULL, 2, 2, entries, 2, &p));
    return p;
}

/* A saddle is left as long as its slope, alpha^(1 - 1/N) and less, can be told from rounding, eps. */
static void saddles_are_left(void)
{
    static const struct { int depth; double alpha, second; } cases[] = {
        { 3, 1e-18, 1.0 / 3 }, { 4, 1e-14, 0.2 }, { 5, 1e-12, 0.25 }, { 6, 1e-12, 0.5 } };
    size_t i;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        dmf_problem *p = two_entries(cases[i].second);
        dmf_factors *f = NULL;
        dmf_motion m = motion_of(DMF_FLOW, 0);
        dmf_report r;
        OK(dmf_factors_create(NULL, 2, 2, cases[i].depth, NULL, &f));
        OK(dmf_start_identity(NULL, f, sizeof(dmf_real) == 8 ? cases[i].alpha : 1e-5));
        m.stop_loss = 1e-6;
        OK(dmf_train(NULL, p, f, &m, NULL, &r));
        CHECK(r.reason == DMF_STOP_LOSS);
        dmf_factors_destroy(f);
        dmf_problem_destroy(p);
    }
}

/* count entries of a random n x n matrix of given rank, and full factors with a Gaussian start of product scale alpha. */
static dmf_problem *random_task(uint64_t seed, int n, int rank, int count, int depth, double alpha, dmf_factors **f)
{
    dmf_rng rng = dmf_seed(seed, 0);
    dmf_mat w = new_mat(n, n);
    dmf_entry *entries = (dmf_entry *)malloc((size_t)count * sizeof *entries);
    dmf_problem *p = NULL;
    OK(dmf_random_low_rank(NULL, rank, w, &rng));
    OK(dmf_observe(NULL, w, (size_t)count, entries, &rng));
    OK(dmf_completion(NULL, n, n, entries, (size_t)count, &p));
    OK(dmf_factors_create(NULL, n, n, depth, NULL, f));
    OK(dmf_start_gaussian(NULL, *f, dmf_deviation(*f, alpha), &rng));
    free(entries);
    dmf_mat_destroy(&w);
    return p;
}

static void random_saddles_are_left(void)
{
    static const struct { uint64_t seed; int n, count, depth; double alpha; } cases[] = {
        { 1, 8, 36, 3, 1e-18 }, { 3, 8, 48, 3, 1e-18 }, { 9, 4, 16, 4, 1e-13 }, { 25, 3, 9, 5, 1e-12 } };
    size_t i;
    if (sizeof(dmf_real) < 8) return;
    for (i = 0; i < (SEEDS > 4 ? 4 : 2); i++) {
        dmf_factors *f = NULL;
        dmf_problem *p = random_task(cases[i].seed, cases[i].n, 2, cases[i].count, cases[i].depth, cases[i].alpha, &f);
        dmf_motion m = motion_of(DMF_FLOW, 0);
        dmf_report r;
        m.stop_loss = 1e-6;
        OK(dmf_train(NULL, p, f, &m, NULL, &r));
        CHECK(r.reason == DMF_STOP_LOSS);
        dmf_factors_destroy(f);
        dmf_problem_destroy(p);
    }
}

/* Smaller starts leave the first saddle, after times whose last digit is longer than the steps that follow, and end at
   the loss or at a saddle that they cannot tell from rest. At depth 2, where the way out is exponential, random starts
   pass all three saddles. */
static void the_smallest_starts_end_too(void)
{
    static const struct { int depth; double alpha; } cases[] = { { 4, 1e-32 }, { 3, 1e-300 }, { 2, 1e-300 } };
    size_t i;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        dmf_problem *p = two_entries(1.0 / 3);
        dmf_factors *f = NULL;
        dmf_motion m = motion_of(DMF_FLOW, 0);
        dmf_report r;
        OK(dmf_factors_create(NULL, 2, 2, cases[i].depth, NULL, &f));
        OK(dmf_start_identity(NULL, f, sizeof(dmf_real) == 8 ? cases[i].alpha : pow(cases[i].alpha, 0.11)));
        OK(dmf_train(NULL, p, f, &m, NULL, &r));
        CHECK(r.reason == DMF_STOP_STATIONARY);
        NEAR(r.loss, r.loss < 0.05 ? 0 : 1.0 / 18, 1e-6);
        dmf_factors_destroy(f);
        dmf_problem_destroy(p);
    }
    for (i = 1; i <= 4; i++) {
        dmf_factors *f = NULL;
        dmf_problem *p = random_task(i, 20, 3, 240, 2, sizeof(dmf_real) == 8 ? 1e-200 : 1e-22, &f);
        dmf_motion m = motion_of(DMF_FLOW, 0);
        dmf_report r;
        m.stop_loss = 1e-6 * 240 / 2;
        OK(dmf_train(NULL, p, f, &m, NULL, &r));
        CHECK(r.reason == DMF_STOP_LOSS);
        dmf_factors_destroy(f);
        dmf_problem_destroy(p);
    }
}

/* Explicit methods keep stiff modes swinging at the boundary of their stability; short steps end that. Half of an 8 x 8
   matrix of rank 3 is fitted; and all of it, as well as hidden width 1 can. The bound is measured, 1.6 times what the
   slowest of these takes. */
static void high_order_comes_to_rest(void)
{
    static const int one[1] = { 1 };
    int depth, seed;
    for (depth = 1; depth <= 4; depth++)
        for (seed = 1; seed <= 3; seed++) {
            dmf_factors *f = NULL;
            dmf_problem *p = random_task((uint64_t)seed, 8, 3, depth > 3 ? 64 : 30, depth, 1, &f);
            dmf_motion m = motion_of(DMF_DP5, 0);
            dmf_report r;
            if (depth > 3) {
                dmf_factors_destroy(f);
                OK(dmf_factors_create(NULL, 8, 8, 2, one, &f));
                OK(dmf_start_identity(NULL, f, 0.1));
            }
            m.stop_evaluations = 30000;
            OK(dmf_train(NULL, p, f, &m, NULL, &r));
            CHECK(r.reason == DMF_STOP_STATIONARY);
            dmf_factors_destroy(f);
            dmf_problem_destroy(p);
        }
}

/* 8 x 8, hidden width 1, depth 3, half observed: this one grows for ever, with more and more stages a step. And any
   limit is kept to the gradient, inside a step too, which is then not taken. */
static void gradients_may_run_out(void)
{
    static const int ones[2] = { 1, 1 };
    dmf_rng rng = dmf_seed(4, 0);
    dmf_mat w = new_mat(8, 8);
    dmf_entry entries[32];
    dmf_problem *p = NULL;
    dmf_factors *f = NULL;
    dmf_motion m = motion_of(DMF_FLOW, 0);
    dmf_report r;
    double loss;
    int method;
    long limit;
    OK(dmf_random_low_rank(NULL, 3, w, &rng));
    OK(dmf_observe(NULL, w, 32, entries, &rng));
    OK(dmf_completion(NULL, 8, 8, entries, 32, &p));
    OK(dmf_factors_create(NULL, 8, 8, 3, ones, &f));
    OK(dmf_start_gaussian(NULL, f, 0.3, &rng));
    m.stop_evaluations = 20000;
    OK(dmf_train(NULL, p, f, &m, NULL, &r));
    CHECK(r.reason == DMF_STOP_FAR && r.evaluations == 20000);
    CHECK(strstr(dmf_stop_text(r.reason), "gradients") != NULL && strstr(dmf_stop_text(r.reason), "far out") != NULL);
    dmf_factors_destroy(f);
    dmf_problem_destroy(p);
    dmf_mat_destroy(&w);
    for (method = DMF_FLOW; method <= DMF_ADAM; method++)
        for (limit = 1; limit < 60; limit++) {
            p = small_problem();
            f = small_factors("w0");
            m = motion_of((dmf_method)method, 1e-4);
            if (method == DMF_SGD) m.batch = 7;
            m.stop_evaluations = limit;
            OK(dmf_train(NULL, p, f, &m, NULL, &r));
            CHECK(r.reason == DMF_STOP_EVALUATIONS && r.evaluations == limit);
            OK(dmf_loss(NULL, p, f, NULL, &loss));
            CHECK(loss == r.loss);
            dmf_factors_destroy(f);
            dmf_problem_destroy(p);
        }
}

/* The last step is often longer than the time before it, and then the sum of both rounds. */
static void flows_end_at_the_time_exactly(void)
{
    static const dmf_entry entry = { 0, 0, 1 };
    dmf_rng rng = dmf_seed(1, 0);
    dmf_problem *p = NULL;
    dmf_factors *f = NULL;
    int method, i;
    OK(dmf_completion(NULL, 1, 1, &entry, 1, &p));
    OK(dmf_factors_create(NULL, 1, 1, 1, NULL, &f));
    for (method = DMF_RKC; method <= DMF_DP5; method++)
        for (i = 0; i < 2000; i++) {
            dmf_motion m = motion_of((dmf_method)method, 0);
            dmf_report r;
            m.stop_time = 0.05 + dmf_uniform(&rng);
            m.rtol = 1e-3;
            f->data[0] = (dmf_real)(0.3 + dmf_uniform(&rng));
            OK(dmf_train(NULL, p, f, &m, NULL, &r));
            CHECK(r.time == m.stop_time && r.reason == DMF_STOP_TIME);
        }
    dmf_factors_destroy(f);
    dmf_problem_destroy(p);
}

/* SGD rests where the gradient of everything is zero: at the saddle at zero, and at a solution that it meets exactly,
   here in one epoch. Methods with a memory do not rest while it moves them. */
static void descent_rests_where_nothing_moves(void)
{
    dmf_problem *p = small_problem(), *two = two_entries(0.5);
    dmf_factors *f = small_factors("w0"), *g = NULL;
    dmf_motion m = motion_of(DMF_SGD, 1e-3);
    dmf_report r;
    memset(f->data, 0, f->size * sizeof *f->data);
    m.batch = 7;
    OK(dmf_train(NULL, p, f, &m, NULL, &r));
    CHECK(r.reason == DMF_STOP_STATIONARY && r.steps == 0);
    OK(dmf_factors_create(NULL, 2, 2, 1, NULL, &g));
    m = motion_of(DMF_SGD, 0.5);
    m.batch = 1;
    OK(dmf_train(NULL, two, g, &m, NULL, &r));
    CHECK(r.reason == DMF_STOP_STATIONARY && r.steps == 4 && r.loss == 0);
    memset(g->data, 0, g->size * sizeof *g->data);
    m = motion_of(DMF_MOMENTUM, 1);
    m.momentum = 0.25;
    OK(dmf_train(NULL, two, g, &m, NULL, &r)); /* the first step meets the solution, and does not stay there */
    CHECK(r.reason == DMF_STOP_STATIONARY && r.steps > 20 && r.loss < EPS * EPS);
    dmf_factors_destroy(f);
    dmf_factors_destroy(g);
    dmf_problem_destroy(p);
    dmf_problem_destroy(two);
}

/* ---- Losses that are not numbers ---- */

/* 10 - x, but another value from one call on, or beyond x = 1; or -x^4, whose flow is infinite in finite time. */
typedef struct odd { enum { FROM_CALL, BLOW_UP, WALL } kind; int calls, from; double value; } odd;

static dmf_status odd_loss(void *user, dmf_mat w, dmf_mat g, double *loss)
{
    odd *o = (odd *)user;
    double x = (double)w.data[0];
    o->calls++;
    *loss = o->kind == BLOW_UP ? -x * x * x * x : 10 - x;
    if (g.data) g.data[0] = (dmf_real)(o->kind == BLOW_UP ? -4 * x * x * x : -1);
    if ((o->kind == FROM_CALL && o->calls >= o->from) || (o->kind == WALL && x > 1)) *loss = o->value;
    return DMF_OK;
}

static dmf_status run_odd(dmf_ctx *ctx, odd o, dmf_motion m, dmf_report *r)
{
    dmf_problem *p = NULL;
    dmf_factors *f = NULL;
    dmf_status s;
    OK(dmf_custom(NULL, 1, 1, odd_loss, &o, &p));
    OK(dmf_factors_create(NULL, 1, 1, 1, NULL, &f));
    f->data[0] = (dmf_real)0.5;
    s = dmf_train(ctx, p, f, &m, NULL, r);
    CHECK(!s || r->reason == 0);
    dmf_factors_destroy(f);
    dmf_problem_destroy(p);
    return s;
}

static void losses_that_are_not_numbers_are_told(void)
{
    static const double values[3] = { NAN, INFINITY, -INFINITY };
    dmf_ctx *ctx = NULL;
    dmf_report r;
    int method, v, from;
    OK(dmf_ctx_create(NULL, &ctx));
    for (method = DMF_FLOW; method <= DMF_ADAM; method++)
        for (v = 0; v < 3 && method != DMF_SGD; v++)
            for (from = 1; from <= 20; from += 19) {
                odd o = { FROM_CALL, 0, 0, 0 };
                o.from = from, o.value = values[v];
                CHECK(run_odd(ctx, o, motion_of((dmf_method)method, 1e-3), &r) == DMF_ERR_DIVERGED);
                CHECK(strstr(dmf_message(ctx), "loss") && !strstr(dmf_message(ctx), "rate"));
                CHECK((from == 1) == (strstr(dmf_message(ctx), "at the start") != NULL));
                if (method > DMF_DP5) CHECK(r.steps == from - 1);
            }
    for (method = DMF_FLOW; method <= DMF_DP5; method++) {
        odd blow_up = { BLOW_UP, 0, 0, 0 }, wall = { WALL, 0, 0, NAN };
        CHECK(run_odd(ctx, blow_up, motion_of((dmf_method)method, 0), &r) == DMF_ERR_DIVERGED);
        NEAR(r.time, 0.5, 0.1); /* x' = 4 x^3 from 1/2: x^-2 = 4 - 8 t */
        CHECK(r.loss < (sizeof(dmf_real) == 8 ? -1e300 : -1e50) && strstr(dmf_message(ctx), "not finite"));
        CHECK(run_odd(ctx, wall, motion_of((dmf_method)method, 0), &r) == DMF_ERR_DIVERGED);
        NEAR(r.time, 0.5, 1e-3); /* x = 1/2 + t */
        wall.value = 100;
        CHECK(run_odd(ctx, wall, motion_of((dmf_method)method, 0), &r) == DMF_ERR_CONVERGENCE);
        NEAR(r.time, 0.5, 1e-3);
        CHECK(strstr(dmf_message(ctx), "the loss or its gradient jumps") != NULL);
    }
    dmf_ctx_destroy(ctx);
}

/* ---- Options ---- */

typedef struct option { const char *name; size_t place; int methods; } option;

#define OPTION(name, methods) { #name, offsetof(dmf_motion, name), methods }
enum { FLOWS = 7, ALL = 255 }; /* bits of dmf_method */
static const option numbers[] = {
    OPTION(stop_loss, ALL), OPTION(stop_time, ALL), OPTION(rtol, FLOWS), OPTION(atol, FLOWS), OPTION(rate, ALL - FLOWS),
    OPTION(momentum, 1 << DMF_MOMENTUM), OPTION(beta, 1 << DMF_GROUP_RMSPROP | 1 << DMF_ADAM),
    OPTION(beta1, 1 << DMF_ADAM), OPTION(epsilon, 1 << DMF_GROUP_RMSPROP | 1 << DMF_ADAM) };

static dmf_motion valid_motion(int method)
{
    dmf_motion m = motion_of((dmf_method)method, 1e-3);
    if (method == DMF_SGD) m.batch = 7;
    m.stop_steps = 1;
    return m;
}

static dmf_status one_step(dmf_ctx *ctx, dmf_motion m)
{
    dmf_problem *p = small_problem();
    dmf_factors *f = small_factors("w0");
    dmf_status s = dmf_train(ctx, p, f, &m, NULL, NULL);
    dmf_factors_destroy(f);
    dmf_problem_destroy(p);
    return s;
}

static void options_are_used_or_refused(void)
{
    static const double bad[] = { -0.5, -2, 1e300 * 1e300, NAN };
    dmf_ctx *ctx = NULL;
    size_t i, k;
    int method;
    OK(dmf_ctx_create(NULL, &ctx));
    for (method = DMF_FLOW; method <= DMF_ADAM; method++) {
        dmf_motion m = valid_motion(method);
        OK(one_step(ctx, m));
        for (i = 0; i < sizeof numbers / sizeof *numbers; i++) {
            int used = numbers[i].methods >> method & 1;
            double *number = (double *)(void *)((char *)&m + numbers[i].place);
            m = valid_motion(method);
            *number = 1e-3;
            CHECK(one_step(ctx, m) == (used ? DMF_OK : DMF_ERR_ARGUMENT));
            if (!used) CHECK(strstr(dmf_message(ctx), numbers[i].name) && strstr(dmf_message(ctx), "does not use"));
            for (k = 0; k < sizeof bad / sizeof *bad; k++) {
                *number = bad[k];
                CHECK(one_step(ctx, m) == DMF_ERR_ARGUMENT && strstr(dmf_message(ctx), numbers[i].name));
            }
        }
        m = valid_motion(method), m.batch = 1;
        CHECK(one_step(ctx, m) == (method == DMF_SGD ? DMF_OK : DMF_ERR_ARGUMENT));
        m = valid_motion(method), m.seed = 1;
        CHECK(one_step(ctx, m) == (method == DMF_SGD ? DMF_OK : DMF_ERR_ARGUMENT));
        m = valid_motion(method), m.stop_evaluations = -1;
        CHECK(one_step(ctx, m) == DMF_ERR_ARGUMENT && strstr(dmf_message(ctx), "stop_evaluations"));
    }
    {
        dmf_motion m = valid_motion(DMF_FLOW);
        m.rtol = 0.999;
        CHECK(one_step(ctx, m) == DMF_ERR_ARGUMENT && strstr(dmf_message(ctx), "rtol is 0.999"));
        m.rtol = 0, m.atol = 1e300;
        CHECK(one_step(ctx, m) == DMF_ERR_ARGUMENT && strstr(dmf_message(ctx), "atol is 1e+300"));
        m.atol = DMF_ZERO;
        CHECK(one_step(ctx, m) == DMF_ERR_ARGUMENT);
        m = valid_motion(DMF_MOMENTUM), m.momentum = 1;
        CHECK(one_step(ctx, m) == DMF_ERR_ARGUMENT && strstr(dmf_message(ctx), "less than 1"));
        m = valid_motion(DMF_ADAM), m.rate = DMF_ZERO;
        CHECK(one_step(ctx, m) == DMF_ERR_ARGUMENT);
    }
    dmf_ctx_destroy(ctx);
}

/* w' = w - 1 in one entry, from 3: without memory momentum is descent, Adam and GroupRMSprop move by their rate. */
static void zero_can_be_asked_for(void)
{
    static const dmf_entry entry = { 0, 0, 1 };
    int method, t;
    dmf_problem *p = NULL;
    OK(dmf_completion(NULL, 1, 1, &entry, 1, &p));
    for (method = DMF_MOMENTUM; method <= DMF_ADAM; method++) {
        dmf_factors *f = NULL;
        dmf_motion m = motion_of((dmf_method)method, 0.25);
        double w = 3;
        if (method == DMF_SGD) continue;
        if (method == DMF_MOMENTUM) m.momentum = DMF_ZERO;
        else m.beta = m.epsilon = DMF_ZERO;
        if (method == DMF_ADAM) m.beta1 = DMF_ZERO;
        OK(dmf_factors_create(NULL, 1, 1, 1, NULL, &f));
        f->data[0] = 3;
        m.stop_steps = 9;
        OK(dmf_train(NULL, p, f, &m, NULL, NULL));
        for (t = 0; t < 9 && w != 1; t++) w -= method == DMF_MOMENTUM ? 0.25 * (w - 1) : 0.25;
        NEAR(f->data[0], w, 40 * EPS);
        dmf_factors_destroy(f);
    }
    dmf_problem_destroy(p);
}

static void the_report_tells_why(void)
{
    int i, j;
    for (i = 0; i <= DMF_STOP_FAR + 1; i++)
        for (j = 0; j < i; j++)
            CHECK((strcmp(dmf_stop_text((dmf_stop)i), dmf_stop_text((dmf_stop)j)) == 0) ==
                  (j == 0 && i == DMF_STOP_FAR + 1));
}

/* Factors and report share nothing with what they are made from, nor with each other. */
static void runs_refuse_shared_memory(void)
{
    dmf_rng rng = dmf_seed(1, 0);
    dmf_mat a = random_mat(5, 4, &rng);
    dmf_real y[5] = { 1, 2, 3, 4, 5 };
    dmf_problem *p = NULL;
    dmf_factors *f = NULL;
    dmf_motion m = motion_of(DMF_FLOW, 0);
    dmf_real *own;
    OK(dmf_sensing(NULL, 2, 2, a, y, &p));
    OK(dmf_factors_create(NULL, 2, 2, 1, NULL, &f));
    own = f->data;
    f->data = f->w[0].data = a.data + 4;
    CHECK(dmf_train(NULL, p, f, &m, NULL, NULL) == DMF_ERR_OVERLAP);
    f->data = f->w[0].data = own;
    CHECK(dmf_train(NULL, p, f, &m, NULL, (dmf_report *)(void *)&m) == DMF_ERR_OVERLAP);
    CHECK(dmf_train(NULL, p, f, &m, NULL, (dmf_report *)(void *)own) == DMF_ERR_OVERLAP);
    dmf_factors_destroy(f);
    dmf_problem_destroy(p);
    dmf_mat_destroy(&a);
}

/* ---- Between steps ---- */

/* One entry of 1 at depth 2 from 0.2, 0.2: w' = 2 w (1 - w), the logistic function. */
typedef struct watch { double worst; long steps; } watch;

static int watch_logistic(void *user, const dmf_moment *now)
{
    watch *w = (watch *)user;
    double exact = 1 / (1 + 24 * exp(-2 * now->time));
    w->worst = fmax(w->worst, fabs((double)now->factors->data[0] * (double)now->factors->data[1] - exact));
    w->steps = now->step;
    return 0;
}

static watch logistic(double rtol, double stop_time, const double *times, size_t count)
{
    static const dmf_entry entry = { 0, 0, 1 };
    watch w = { 0, 0 };
    dmf_observer o = { watch_logistic, NULL, 0, NULL, 0 };
    dmf_motion m = motion_of(DMF_DP5, 0);
    dmf_problem *p = NULL;
    dmf_factors *f = NULL;
    OK(dmf_completion(NULL, 1, 1, &entry, 1, &p));
    OK(dmf_factors_create(NULL, 1, 1, 2, NULL, &f));
    f->data[0] = f->data[1] = (dmf_real)0.2;
    o.user = &w, o.times = times, o.time_count = count;
    m.rtol = rtol, m.stop_time = stop_time;
    OK(dmf_train(NULL, p, f, &m, &o, NULL));
    dmf_factors_destroy(f);
    dmf_problem_destroy(p);
    return w;
}

/* Inside one step of length h the error is like h^5: it falls to 1/32 when h is halved (a cubic's: 1/16). Over many
   steps those of the ends add up, 1/h of them like h^6; between the ends it stays h^5, which the tolerance bounds: the
   ratio of both is at most like 1/h, tol^(-1/5). */
static void interpolation_has_the_order_of_the_method(void)
{
    double times[400], order, h = 0.25, rtol;
    size_t i;
    if (sizeof(dmf_real) < 8) return;
    times[0] = h / 2, times[1] = h / 4;
    order = log2(logistic(0.4, h, times, 1).worst / logistic(0.4, h / 2, times + 1, 1).worst);
    CHECK(logistic(0.4, h, NULL, 0).steps == 1);
    NEAR(order, 5, 0.3);
    for (i = 0; i < 400; i++) times[i] = 4 * (double)(i + 1) / 400;
    for (rtol = 1e-4; rtol > 1e-12; rtol /= 100)
        CHECK(logistic(rtol, 4, times, 400).worst < pow(rtol, -0.2) * logistic(rtol, 4, NULL, 0).worst);
}

/* ---- Completion ---- */

static dmf_problem *low_rank_task(uint64_t seed, int n, int count, int depth, double alpha, dmf_factors **f)
{
    return random_task(seed, n, 3, count, depth, alpha, f);
}

/* The last step aims 5 per cent, of the logarithm, beyond stop_loss, if the loss falls as it did in the step before.
   As it may fall faster, the bound is measured: over these runs the least is 0.87. */
static void flows_stop_close_to_the_loss_asked_for(void)
{
    static const double mean[3] = { 1e-2, 1e-4, 1e-6 };
    int depth, method, seed, k;
    for (depth = 2; depth <= 4; depth++)
        for (method = DMF_RKC; method <= DMF_DP5; method++)
            for (seed = 1; seed <= (SEEDS > 4 ? 4 : SEEDS); seed++) {
                dmf_factors *f = NULL;
                dmf_problem *p = low_rank_task((uint64_t)seed, 30, 450, depth, 1e-3, &f);
                dmf_motion m = motion_of((dmf_method)method, 0);
                dmf_report r;
                for (k = 0; k < 3; k++) { /* on from where the last one stopped */
                    m.stop_loss = mean[k] * 450 / 2;
                    OK(dmf_train(NULL, p, f, &m, NULL, &r));
                    CHECK(r.reason == DMF_STOP_LOSS);
                    NEAR(r.loss / m.stop_loss, 0.925, 0.075);
                }
                dmf_factors_destroy(f);
                dmf_problem_destroy(p);
            }
}

/* Guards against regressions: the bounds are 1.5 times what the worst of these runs took. Where it ends is compared
   with the flow to eight digits, in the runs where that takes no seconds. */
static void completion_takes_no_more_gradients_than_it_did(void)
{
    static const long most[2][2] = { { 480, 1130 }, { 760, sizeof(dmf_real) == 8 ? 2620 : 4020 } };
    int depth, small, seed, k;
    for (depth = 3; depth <= 4; depth++)
        for (small = 0; small < 2; small++)
            for (seed = 1; seed <= (depth == 4 && small && SEEDS > 4 ? 4 : SEEDS); seed++) {
                dmf_factors *f = NULL, *exact = NULL;
                dmf_problem *p = low_rank_task((uint64_t)seed, 40, 640, depth, small ? 1e-6 : 1e-3, &f);
                dmf_motion m = motion_of(DMF_FLOW, 0);
                dmf_report r;
                dmf_real sigma[40], expected[40];
                OK(dmf_factors_clone(NULL, f, &exact));
                m.stop_loss = 1e-6 * 640 / 2;
                OK(dmf_train(NULL, p, f, &m, NULL, &r));
                CHECK(r.reason == DMF_STOP_LOSS);
                CHECK(r.evaluations <= most[depth - 3][small]);
                CHECK(r.cpu_seconds >= 0 && r.cpu_seconds <= (double)clock() / CLOCKS_PER_SEC);
                if (sizeof(dmf_real) == 8 && seed == 2 && !(depth == 4 && small)) {
                    m = motion_of(DMF_DP5, 0);
                    m.rtol = 1e-8;
                    m.stop_loss = 1e-6 * 640 / 2;
                    OK(dmf_train(NULL, p, exact, &m, NULL, &r));
                    CHECK(r.reason == DMF_STOP_LOSS);
                    product_sigma(f, sigma);
                    product_sigma(exact, expected);
                    for (k = 0; k < 3; k++) NEAR(sigma[k], expected[k], 0.01 * expected[k]);
                }
                dmf_factors_destroy(f);
                dmf_factors_destroy(exact);
                dmf_problem_destroy(p);
            }
}

/* Stays at saddles are 32 times as long from 1e-9 as from 1e-6 at depth 4, 1000 times at depth 3 from 1e-12: large
   modes are held, and small ones take some steps more. Both end alike. */
static void plateaus_cost_the_same_at_any_length(void)
{
    int depth, seed, small, k;
    for (depth = 3; depth <= 4 && sizeof(dmf_real) == 8; depth++)
        for (seed = 1; seed <= 2; seed++) {
            dmf_real sigma[2][30];
            long evaluations[2];
            for (small = 0; small < 2; small++) {
                dmf_factors *f = NULL;
                dmf_problem *p = low_rank_task((uint64_t)seed, 30, 450, depth,
                                               !small ? 1e-6 : depth == 3 ? 1e-12 : 1e-9, &f);
                dmf_motion m = motion_of(DMF_FLOW, 0);
                dmf_report r;
                m.stop_loss = 1e-6 * 450 / 2;
                m.stop_evaluations = 20000;
                OK(dmf_train(NULL, p, f, &m, NULL, &r));
                CHECK(r.reason == DMF_STOP_LOSS);
                evaluations[small] = r.evaluations;
                product_sigma(f, sigma[small]);
                dmf_factors_destroy(f);
                dmf_problem_destroy(p);
            }
            CHECK(evaluations[1] <= 2 * evaluations[0]);
            for (k = 0; k < 3; k++) NEAR(sigma[1][k], sigma[0][k], 0.01 * sigma[0][k]);
        }
}

/* From the identity, times a small number, two blocks that share no row and no column stay apart: what is outside of
   them is zero, to the last bit, however long modes are held. */
static void plateaus_keep_the_blocks_apart(void)
{
    enum { SIDE = 12, N = 2 * SIDE };
    dmf_entry entries[2 * SIDE * SIDE];
    dmf_problem *p = NULL;
    dmf_factors *f = NULL;
    dmf_motion m = motion_of(DMF_FLOW, 0);
    dmf_rng rng = dmf_seed(3, 0);
    dmf_real w[N * N];
    int b, i, j, k, count = 0;
    for (b = 0; b < 2; b++) {
        double u[SIDE][2], v[SIDE][2];
        for (i = 0; i < SIDE; i++)
            for (k = 0; k < 2; k++) u[i][k] = dmf_normal(&rng), v[i][k] = dmf_normal(&rng);
        for (i = 0; i < SIDE; i++)
            for (j = 0; j < SIDE; j++, count++) {
                entries[count].row = b * SIDE + i;
                entries[count].col = b * SIDE + j;
                entries[count].value = (dmf_real)(u[i][0] * v[j][0] + u[i][1] * v[j][1] / 2);
            }
    }
    OK(dmf_completion(NULL, N, N, entries, (size_t)count, &p));
    OK(dmf_factors_create(NULL, N, N, 3, NULL, &f));
    OK(dmf_start_identity(NULL, f, 1e-9));
    m.stop_loss = 1e-6;
    m.stop_evaluations = 5000;
    OK(dmf_train(NULL, p, f, &m, NULL, NULL));
    OK(dmf_product(NULL, f, dmf_view(w, N, N)));
    for (i = 0; i < N; i++)
        for (j = 0; j < N; j++)
            if (i / SIDE != j / SIDE) CHECK(w[i * N + j] == 0);
    dmf_factors_destroy(f);
    dmf_problem_destroy(p);
}

/* From a tiny start the loss stands still, to the last digits, until a singular value has grown; so it does before
   each of the next. */
static void a_plateau_is_not_rest(void)
{
    int depth, seed;
    for (depth = 3; depth <= 4; depth++)
        for (seed = 1; seed <= (SEEDS > 3 ? 3 : SEEDS); seed++) {
            dmf_factors *f = NULL;
            dmf_problem *p = low_rank_task((uint64_t)seed, 30, 450, depth, 1e-6, &f);
            dmf_motion m = motion_of(depth == 3 && seed < 3 ? DMF_DP5 : DMF_RKC, 0);
            dmf_report r;
            m.stop_loss = 1e-6 * 450 / 2;
            OK(dmf_train(NULL, p, f, &m, NULL, &r));
            CHECK(r.reason == DMF_STOP_LOSS);
            dmf_factors_destroy(f);
            dmf_problem_destroy(p);
        }
}

/* Few entries, but enough that threads share them (9000 times a width of 120), not evenly: rows from 200 on have most,
   column 0 has one in every row and the first rows have no other. */
static void any_number_of_threads_takes_the_same_steps(void)
{
    enum { N = 300, COUNT = 9000 };
    static const int hidden[2] = { 120, 120 }, threads[3] = { 1, 2, 5 };
    static dmf_entry entries[COUNT];
    dmf_rng rng = dmf_seed(10, 0);
    dmf_problem *p = NULL;
    dmf_factors *f[3], *g[3];
    double loss[3];
    int e = 0, i, j, k, method;
    for (i = N - 1; i >= 0 && e < COUNT; i--)
        for (j = 0; j < N && e < COUNT; j++)
            if (j == 0 || (e < COUNT - i && dmf_below(&rng, i < 200 ? 20 : 4) == 0)) {
                entries[e].row = i, entries[e].col = j;
                entries[e++].value = (dmf_real)dmf_normal(&rng);
            }
    CHECK(e == COUNT);
    OK(dmf_completion(NULL, N, N, entries, COUNT, &p));
    for (method = DMF_RKC; method <= DMF_GD; method += DMF_GD - DMF_RKC)
        for (k = 0; k < 3; k++) {
            dmf_options options = { 0, DMF_ISA_BEST, NULL, NULL };
            dmf_motion m = motion_of((dmf_method)method, 1e-3);
            dmf_report r;
            dmf_ctx *ctx = NULL;
            options.threads = threads[k];
            OK(dmf_ctx_create(&options, &ctx));
            OK(dmf_factors_create(ctx, N, N, 3, hidden, &f[k]));
            rng = dmf_seed(11, 0);
            OK(dmf_start_gaussian(ctx, f[k], dmf_deviation(f[k], 1), &rng));
            OK(dmf_factors_clone(ctx, f[k], &g[k]));
            m.stop_steps = method == DMF_GD ? 3 : 1;
            OK(dmf_train(ctx, p, f[k], &m, NULL, &r));
            CHECK(r.steps == m.stop_steps);
            OK(dmf_loss(ctx, p, f[k], g[k], &loss[k]));
            CHECK(loss[k] == loss[0] && loss[k] == r.loss);
            CHECK(memcmp(f[k]->data, f[0]->data, f[0]->size * sizeof *f[0]->data) == 0);
            CHECK(memcmp(g[k]->data, g[0]->data, g[0]->size * sizeof *g[0]->data) == 0);
            dmf_ctx_destroy(ctx);
            if (k < 2) continue;
            for (j = 0; j < 3; j++) dmf_factors_destroy(f[j]), dmf_factors_destroy(g[j]);
        }
    dmf_problem_destroy(p);
}

/* ---- Several processes ---- */

/* Another process with the same terms, which all sums make twice as large; it may fail, or have other factors. */
typedef struct twin { int calls, broken_at, fails_at, differs, told; } twin;

static int add_twin(void *user, double *numbers, size_t count)
{
    twin *t = (twin *)user;
    size_t i;
    t->told += numbers[0] != 0;
    for (i = 0; i < count; i++) numbers[i] *= 2;
    if (t->calls == t->fails_at) numbers[0] += 1;
    if (t->calls == 0 && t->differs) numbers[2] += 1, numbers[3] += numbers[2];
    return t->calls++ == t->broken_at ? 7 : 0;
}

static dmf_status train_twin(twin *t, double scale, const dmf_motion *m, const dmf_observer *o, dmf_factors *f,
                             dmf_report *report)
{
    dmf_problem *problem = small_problem();
    dmf_options options;
    dmf_ctx *ctx = NULL;
    dmf_status status;
    memset(&options, 0, sizeof options);
    options.threads = 1;
    if (t) options.reduce = add_twin;
    options.reduce_user = t;
    OK(dmf_ctx_create(&options, &ctx));
    OK(dmf_problem_scale(NULL, problem, scale));
    status = dmf_train(ctx, problem, f, m, o, report);
    CHECK((status != DMF_OK) == (*dmf_message(ctx) != 0));
    dmf_problem_destroy(problem);
    dmf_ctx_destroy(ctx);
    return status;
}

static int sum_looks(void *user, const dmf_moment *now)
{
    double *sum = (double *)user;
    *sum += now->loss + now->time;
    return 0;
}

static void processes_train_one_problem(void)
{
    static const dmf_method methods[] = { DMF_RKC, DMF_DP5, DMF_GD, DMF_MOMENTUM, DMF_GROUP_RMSPROP, DMF_ADAM };
    static const double times[] = { 0, 0.31, 0.32, 0.5 };
    size_t k;
    for (k = 0; k < sizeof methods / sizeof *methods; k++) {
        dmf_motion m = motion_of(methods[k], 1e-3);
        dmf_factors *one = small_factors("w0"), *two = small_factors("w0");
        double looks[2] = { 0, 0 };
        dmf_observer o = { sum_looks, NULL, 0, NULL, 0 };
        dmf_report r, s;
        twin t = { 0, -1, -1, 0, 0 };
        if (methods[k] <= DMF_DP5) o.times = times, o.time_count = 4;
        m.stop_steps = 50;
        m.decay = k % 2 ? 0 : 0.25; /* once, and not in every process */
        o.user = &looks[0];
        OK(train_twin(NULL, 2, &m, &o, one, &r));
        o.user = &looks[1];
        OK(train_twin(&t, 1, &m, &o, two, &s));
        CHECK(memcmp(one->data, two->data, one->size * sizeof *one->data) == 0);
        CHECK(r.loss == s.loss && r.time == s.time && r.evaluations == s.evaluations && r.steps == s.steps);
        CHECK(looks[0] == looks[1] && t.calls > 50 && t.told == 0);
        dmf_factors_destroy(one);
        dmf_factors_destroy(two);
    }
}

static void processes_fail_together(void)
{
    static const twin cases[] = { { 0, 0, -1, 0, 0 }, { 0, 9, -1, 0, 0 }, { 0, -1, 0, 0, 0 }, { 0, -1, 9, 0, 0 },
                                  { 0, -1, -1, 1, 0 } };
    dmf_motion m = motion_of(DMF_FLOW, 0);
    dmf_report r;
    twin t;
    size_t k;
    m.stop_steps = 50;
    for (k = 0; k < sizeof cases / sizeof *cases; k++) {
        dmf_factors *f = small_factors("w0"), *start = small_factors("w0");
        t = cases[k];
        CHECK(train_twin(&t, 1, &m, NULL, f, &r) == DMF_ERR_CALLBACK);
        CHECK(t.told == 0 && t.calls == (k == 1 || k == 3 ? 10 : 1));
        if (t.calls == 1) CHECK(memcmp(f->data, start->data, f->size * sizeof *f->data) == 0);
        dmf_factors_destroy(f);
        dmf_factors_destroy(start);
    }
    for (k = 0; k < 2; k++) { /* what is refused here is told to the others */
        dmf_factors *f = small_factors("w0");
        twin none = { 0, -1, -1, 0, 0 };
        m = motion_of(k ? DMF_SGD : DMF_FLOW, 1e-3);
        m.batch = 2; /* which a flow does not use */
        CHECK(train_twin(&none, 1, &m, NULL, f, &r) == DMF_ERR_ARGUMENT);
        CHECK(none.told == 1 && none.calls == 1);
        dmf_factors_destroy(f);
    }
}

/* Other calls that train are of one process, and do not wait for others. */
static void other_calls_are_of_one_process(void)
{
    dmf_problem *p = small_problem();
    dmf_factors *f = NULL;
    dmf_entry entries[SMALL_COUNT];
    const dmf_fit_options flow = { DMF_FIT_FLOW, 2, 2, 1, 0, 0 };
    const dmf_motion m = { .stop_steps = 5 };
    dmf_mat w = new_mat(SMALL_ROWS, SMALL_COLS);
    twin t = { 0, -1, -1, 0, 0 };
    const dmf_options options = { 1, DMF_ISA_BEST, add_twin, &t };
    dmf_model *model = NULL;
    dmf_ctx *ctx = NULL;
    int i;
    OK(dmf_ctx_create(&options, &ctx));
    OK(dmf_factors_create(ctx, SMALL_ROWS, SMALL_COLS, 2, NULL, &f));
    OK(dmf_train_limit(ctx, p, f, NULL, NULL));
    for (i = 0; i < SMALL_ROWS && i < SMALL_COLS; i++) *at(w, i, i) = 1;
    OK(dmf_train_product(ctx, p, 2, w, &m, NULL, NULL));
    OK(dmf_problem_entries(ctx, p, entries));
    OK(dmf_fit(ctx, SMALL_ROWS, SMALL_COLS, entries, SMALL_COUNT, &flow, NULL, NULL, &model));
    CHECK(t.calls == 0);
    dmf_model_destroy(model);
    dmf_factors_destroy(f);
    dmf_problem_destroy(p);
    dmf_ctx_destroy(ctx);
    dmf_mat_destroy(&w);
}

/* At depth 1 the minimum of (w - y)^2/2 + lambda w^2/2 is y/(1 + lambda) where y is observed, and 0 elsewhere; every way
   down leads there. */
static void decays(void)
{
    static const dmf_method methods[] = { DMF_RKC, DMF_DP5, DMF_GD, DMF_MOMENTUM };
    const dmf_entry entries[2] = { { 0, 0, 3 }, { 1, 1, -2 } };
    const double lambda = 0.5;
    dmf_problem *p = NULL;
    int k;
    OK(dmf_completion(NULL, 2, 2, entries, 2, &p));
    for (k = 0; k < 4; k++) {
        dmf_motion motion = { .method = methods[k], .decay = lambda, .stop_time = 100 };
        dmf_factors *f = NULL;
        dmf_report r;
        if (k >= 2) motion.rate = 0.1;
        OK(dmf_factors_create(NULL, 2, 2, 1, NULL, &f));
        f->data[1] = 1;
        OK(dmf_train(NULL, p, f, &motion, NULL, &r));
        NEAR((double)f->data[0], 3 / (1 + lambda), 1e-4);
        NEAR((double)f->data[1], 0, 1e-4);
        NEAR((double)f->data[3], -2 / (1 + lambda), 1e-4);
        NEAR(r.loss, (9 + 4) * lambda / (2 * (1 + lambda)), 1e-3);
        dmf_factors_destroy(f);
    }
    dmf_problem_destroy(p);
}

/* ---- Where numbers end ---- */

static dmf_status falling(void *user, dmf_mat w, dmf_mat gradient, double *loss)
{
    (void)user;
    *loss = exp(-(double)w.data[0]);
    if (gradient.data) gradient.data[0] = (dmf_real)-*loss;
    return DMF_OK;
}

/* exp(-x), whose minimum is at infinity: no run ends there with DMF_OK, and time stays a number. */
static void infinity_is_no_minimum(void)
{
    static const dmf_method methods[] = { DMF_GD, DMF_MOMENTUM, DMF_ADAM, DMF_RKC, DMF_DP5 };
    const double far = sizeof(dmf_real) == 8 ? 1e307 : 1e38;
    dmf_problem *p = NULL;
    int k;
    OK(dmf_custom(NULL, 1, 1, falling, NULL, &p));
    for (k = 0; k < 5; k++) {
        dmf_motion motion = { .method = methods[k], .stop_evaluations = 200000 };
        dmf_report report = { 0 };
        dmf_factors *f = NULL;
        dmf_status s;
        if (k < 3) motion.rate = far;
        if (k == 1) motion.momentum = 0.9;
        OK(dmf_factors_create(NULL, 1, 1, 1, NULL, &f));
        f->data[0] = (dmf_real)(k < 3 ? -5 : 1);
        s = dmf_train(NULL, p, f, &motion, NULL, &report);
        CHECK(s != DMF_OK || (isfinite(f->data[0]) && isfinite(report.time)));
        dmf_factors_destroy(f);
    }
    dmf_problem_destroy(p);
}

/* A gradient below the normal numbers, whose step (8.18) is out of range. */
static void steps_stay_numbers(void)
{
    const dmf_entry entry = { 0, 0, 1 };
    dmf_problem *p = NULL;
    int depth, k;
    OK(dmf_completion(NULL, 1, 1, &entry, 1, &p));
    CHECK(dmf_problem_scale(NULL, p, 1e-310) == DMF_ERR_ARGUMENT);
    if (sizeof(dmf_real) == 4) CHECK(dmf_problem_scale(NULL, p, 1e-40) == DMF_ERR_ARGUMENT);
    OK(dmf_problem_scale(NULL, p, sizeof(dmf_real) == 8 ? 3e-308 : 2e-38));
    for (depth = 1; depth <= 3; depth += 2)
        for (k = 0; k < 2; k++) {
            const dmf_motion motion = { .method = k ? DMF_DP5 : DMF_RKC, .stop_evaluations = 100000 };
            dmf_report report = { 0 };
            dmf_factors *f = NULL;
            OK(dmf_factors_create(NULL, 1, 1, depth, NULL, &f));
            OK(dmf_start_identity(NULL, f, 3));
            dmf_train(NULL, p, f, &motion, NULL, &report);
            CHECK(!isnan(report.time) && report.rejected < 1000);
            dmf_factors_destroy(f);
        }
    dmf_problem_destroy(p);
}

typedef struct last { double loss; long looks; } last;
static int note_last(void *user, const dmf_moment *now)
{
    last *l = (last *)user;
    l->loss = now->loss;
    l->looks++;
    return 0;
}

/* Which the end of a flow at rest may have moved once more. */
static void the_end_is_shown(void)
{
    dmf_rng rng = dmf_seed(41, 0);
    dmf_entry entries[25];
    dmf_problem *p = NULL;
    int e, depth;
    for (e = 0; e < 25; e++) {
        const dmf_entry entry = { e / 5, e % 5, (dmf_real)dmf_normal(&rng) };
        entries[e] = entry;
    }
    OK(dmf_completion(NULL, 5, 5, entries, 25, &p));
    for (depth = 1; depth <= 3; depth++) {
        last l = { 0, 0 };
        const dmf_observer observer = { .look = note_last, .user = &l, .every = 1 };
        const dmf_motion motion = { .method = DMF_DP5, .rtol = sizeof(dmf_real) == 8 ? 1e-8 : 1e-3 };
        dmf_report report;
        dmf_factors *f = NULL;
        OK(dmf_factors_create(NULL, 5, 5, depth, NULL, &f));
        OK(dmf_start_gaussian(NULL, f, 0.5, &rng));
        OK(dmf_train(NULL, p, f, &motion, &observer, &report));
        CHECK(report.reason == DMF_STOP_STATIONARY && l.loss == report.loss);
        dmf_factors_destroy(f);
    }
    dmf_problem_destroy(p);
}

/* Batches: the loss is looked at once an epoch, whoever looks on. */
static void observers_do_not_end_epochs(void)
{
    dmf_entry entries[12];
    dmf_report report[2];
    dmf_problem *p = NULL;
    int e, k;
    for (e = 0; e < 12; e++) {
        const dmf_entry entry = { e / 4, e % 4, (dmf_real)(e + 1) };
        entries[e] = entry;
    }
    OK(dmf_completion(NULL, 3, 4, entries, 12, &p));
    for (k = 0; k < 2; k++) {
        last l = { 0, 0 };
        const dmf_observer observer = { .look = note_last, .user = &l, .every = 1 };
        const dmf_motion motion = { .method = DMF_SGD, .rate = 0.02, .batch = 3, .stop_loss = 100 };
        dmf_factors *f = NULL;
        OK(dmf_factors_create(NULL, 3, 4, 1, NULL, &f));
        OK(dmf_train(NULL, p, f, &motion, k ? &observer : NULL, &report[k]));
        dmf_factors_destroy(f);
    }
    CHECK(report[0].steps == report[1].steps && report[0].loss == report[1].loss);
    dmf_problem_destroy(p);
}

/* The decay's share of the loss, of two million numbers. */
static void decay_is_summed_up_in_double(void)
{
    enum { SIDE = 1000 };
    const dmf_entry entry = { 0, 0, 0 };
    dmf_rng rng = dmf_seed(42, 0);
    const dmf_motion motion = { .method = DMF_GD, .rate = 1e-9, .decay = 2, .stop_steps = 1 };
    last l = { 0, 0 };
    const dmf_observer observer = { .look = note_last, .user = &l, .every = 1000 };
    dmf_report report;
    dmf_problem *p = NULL;
    dmf_factors *f = NULL;
    double sum = 0;
    size_t i;
    OK(dmf_completion(NULL, SIDE, SIDE, &entry, 1, &p));
    OK(dmf_problem_scale(NULL, p, 1e-30));
    OK(dmf_factors_create(NULL, SIDE, SIDE, 2, NULL, &f));
    OK(dmf_start_gaussian(NULL, f, 1, &rng));
    OK(dmf_train(NULL, p, f, &motion, &observer, &report));
    for (i = 0; i < 2 * SIDE * SIDE; i++) sum += (double)f->data[i] * (double)f->data[i];
    NEAR(report.loss / sum, 1, 1e-7 + 10 * EPS);
    dmf_factors_destroy(f);
    dmf_problem_destroy(p);
}

int main(void)
{
    RUN(gradient_descent_meets_its_reference);
    RUN(group_rmsprop_meets_its_reference);
    RUN(the_flow_meets_its_reference);
    RUN(errors_fall_with_the_tolerance);
    RUN(depth_one_relaxes_exponentially);
    RUN(steps_are_the_polynomials_of_their_stages);
    RUN(the_flow_conserves_balance_and_loses_loss);
    RUN(descent_approaches_the_flow);
    RUN(optimizers_follow_their_rules);
    RUN(batches_cover_every_entry_once_an_epoch);
    RUN(a_batch_of_everything_is_the_gradient);
    RUN(the_flow_scales);
    RUN(runs_stop_where_they_should);
    RUN(flows_come_to_rest);
    RUN(observers_see_the_times_they_ask_for);
    RUN(equal_runs_are_equal_to_the_last_bit);
    RUN(nothing_is_allocated_after_the_first_step);
    RUN(bad_runs_end_with_a_sentence);
    RUN(saddles_are_left);
    RUN(random_saddles_are_left);
    RUN(the_smallest_starts_end_too);
    RUN(high_order_comes_to_rest);
    RUN(gradients_may_run_out);
    RUN(flows_end_at_the_time_exactly);
    RUN(descent_rests_where_nothing_moves);
    RUN(losses_that_are_not_numbers_are_told);
    RUN(options_are_used_or_refused);
    RUN(zero_can_be_asked_for);
    RUN(the_report_tells_why);
    RUN(runs_refuse_shared_memory);
    RUN(interpolation_has_the_order_of_the_method);
    RUN(processes_train_one_problem);
    RUN(processes_fail_together);
    RUN(other_calls_are_of_one_process);
    if (SEEDS > 0) {
        RUN(flows_stop_close_to_the_loss_asked_for);
        RUN(completion_takes_no_more_gradients_than_it_did);
        RUN(a_plateau_is_not_rest);
        RUN(plateaus_cost_the_same_at_any_length);
    }
    RUN(plateaus_keep_the_blocks_apart);
    RUN(any_number_of_threads_takes_the_same_steps);
    RUN(decays);
    RUN(infinity_is_no_minimum);
    RUN(steps_stay_numbers);
    RUN(the_end_is_shown);
    RUN(observers_do_not_end_epochs);
    RUN(decay_is_summed_up_in_double);
    return finish();
}
