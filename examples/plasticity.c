/*
Loss of plasticity in matrix completion (SY26, after Kleinman et al., 2024; the setting is a reconstruction, see
two_phases.h): training goes on with more observed entries, warm or cold, at depth 2, 3 and 4.

exact2, exact5   2 x 2 and 5 x 5, alpha = 0.01, m = 10: the diagonal until it fits, then the superdiagonal too
random           100 x 100, rank 5, alpha = 1e-3: 1000 entries for a first phase, 2000 for a second
decay2, decay5   the exact cases warm, for several m, which decide how much the first phase leaves to be done: does
                 fast convergence in the second prevent the stable rank from falling (SY26, Theorems 4.2 and 4.3)?

Beside the first three, what a vanishing start would do with the entries of each phase: dmf_train_limit, the same at
every depth. On the diagonal alone all pulls are equal, and the limit is not unique; of 1000 entries it may lie far out.

CSV: one number a line. run is warm, cold or limit, phase 1 or 2 (a cold run has only the second), step the time since
the phase began over the rate 0.2 of descent. quantity is error (mean of (W - W*)^2 over all entries), loss (half the
mean squared residual), stable_rank, or sigma with its index, of which the ten largest are written. Of the limit, which
has depth 0 and step 0, also end: why it ended, as the library numbers it, 5 where it fits. Of decay2 and decay5, index
is the place of m in its list, and quantities are m itself; loss_before and rank_before, at the start of the second
phase; rank_after, at its end; and at depth 2 two lower bounds of rank_after: path_bound, from the loss and the kernel
at the start of the phase, and monotone_bound, of 2 x 2 (both derived in PAPER_NOTES.md).
*/
#define _POSIX_C_SOURCE 200809L
#include "../dmf.h"
#include "two_phases.h"

enum { SHALLOWEST = 2, DEEPEST = 4, DEPTHS = DEEPEST - SHALLOWEST + 1, LARGEST = 10, MOST_POINTS = 1000 };
enum { EXACT_2, EXACT_5, RANDOM };
static const char *const case_names[] = { "exact2", "exact5", "random" };
static const double decay_ms[] = { 1.02, 1.1, 1.3, 1.6, 2, 3, 5, 10, 20, 50, 200, 1000 };
enum { DECAYS = 2, MS = sizeof decay_ms / sizeof *decay_ms };

typedef struct settings {
    long size, rank, first, second, steps, points;
    double rtol;
    dmf_motion motion;
    const task_list *list;
} settings;

/* A run as it is watched. */
typedef struct path {
    const settings *s;
    instance *i;
    FILE *csv;
    const char *case_name, *run;
    int depth, phase;
    double steps;             /* of the phase, at most */
} path;

static void write_number(const path *p, double step, const char *quantity, int index, double value)
{
    fprintf(p->csv, "%s,%d,%d,%s,%d,%.9g,%s,%d,%.9g\n", p->case_name, p->i->trial, p->depth, p->run, p->phase, step,
            quantity, index, value);
}

static void write_state(const path *p, dmf_ctx *ctx, double step, double loss, const dmf_factors *factors)
{
    double error;
    dmf_spectrum spectrum = measure(p->i, ctx, factors, &error);
    int k;
    write_number(p, step, "error", 0, error);
    write_number(p, step, "loss", 0, loss);
    write_number(p, step, "stable_rank", 0, spectrum.stable_rank);
    for (k = 0; k < p->i->n && k < LARGEST; k++) write_number(p, step, "sigma", k + 1, (double)p->i->sigma[k]);
}

static int look(void *user, const dmf_moment *now)
{
    const path *p = (const path *)user;
    double step = now->time / rate_of_descent;
    write_state(p, now->ctx, step, now->loss, now->factors);
    report_progress(fmin(1, step / p->steps / (strcmp(p->run, "warm") == 0 ? 2 : 1) + (p->phase - 1) * 0.5));
    return 0;
}

/* Random case: so many points of equal distance. Exact case: from step 1 on, equal in logarithm. */
static size_t choose_times(const path *p, double *times)
{
    int points = (int)p->s->points, k;
    for (k = 0; k <= points; k++) {
        double share = (double)k / points;
        times[k] = rate_of_descent * (p->i->is_exact ? pow(p->steps, share) : p->steps * share);
    }
    return (size_t)points + 1;
}

/* A run that ends before, at rest or at a perfect fit, stays where it is. */
static void follow(path *p, const dmf_problem *problem, dmf_factors *factors)
{
    double times[MOST_POINTS + 1];
    dmf_observer observer = { .look = look, .user = p, .times = times };
    dmf_motion motion = p->s->motion;
    dmf_report report;
    observer.time_count = choose_times(p, times);
    set_tolerance(&motion, p->i->is_exact ? 1e-6 : p->s->rtol);
    motion.stop_time = p->steps * rate_of_descent;
    motion.stop_loss = p->i->is_exact ? 1e-20 : 0;
    must(p->i->ctx, dmf_train(p->i->ctx, problem, factors, &motion, &observer, &report));
    if (report.time < motion.stop_time) write_state(p, p->i->ctx, p->steps, report.loss, factors);
}

static void run_limit(path *p, size_t observed)
{
    dmf_problem *problem = observe_first(p->i, observed);
    dmf_factors *factors;
    dmf_path_report report;
    must(p->i->ctx, dmf_factors_create(p->i->ctx, p->i->n, p->i->cols, SHALLOWEST, NULL, &factors));
    must(p->i->ctx, dmf_train_limit(p->i->ctx, problem, factors, NULL, &report));
    write_state(p, p->i->ctx, 0, report.loss, factors);
    write_number(p, 0, "end", 0, report.reason);
    dmf_factors_destroy(factors);
    dmf_problem_destroy(problem);
}

static void run_both_phases(path *p, size_t first, size_t second)
{
    dmf_problem *few = observe_first(p->i, first), *more = observe_first(p->i, second);
    dmf_factors *factors = start_factors(p->i, p->depth);
    if (strcmp(p->run, "warm") == 0) {
        p->phase = 1;
        follow(p, few, factors);
    }
    p->phase = 2;
    follow(p, more, factors);
    dmf_factors_destroy(factors);
    dmf_problem_destroy(more);
    dmf_problem_destroy(few);
}

/* ---- Decay of the stable rank ---- */

/* At depth 2 each singular value of balanced factors changes by a factor between 1 - q and 1 / (1 - q) at most, q =
   2 ||residual|| / lambda with the least eigenvalue lambda of the kernel, as long as q < 1; else 1, always a bound. */
static double path_bound(const instance *i, const dmf_factors *f, size_t observed, double loss)
{
    dmf_mat k, none = { 0 };
    dmf_real *lambda = (dmf_real *)allocate(observed, sizeof *lambda);
    double least, kept, rest = 0;
    size_t e;
    int r;
    must(i->ctx, dmf_mat_create(i->ctx, (int)observed, (int)observed, &k));
    must(i->ctx, dmf_tangent_kernel(i->ctx, f, i->entries, observed, k));
    must(i->ctx, dmf_eigen(i->ctx, k, lambda, none));
    for (least = (double)lambda[0], e = 1; e < observed; e++) least = fmin(least, (double)lambda[e]);
    kept = fmax(0, 1 - 2 * sqrt(2 * loss * (double)observed) / least);
    for (r = 1; r < i->n; r++) rest += pow((double)i->sigma[r] / (double)i->sigma[0], 2);
    free(lambda);
    dmf_mat_destroy(&k);
    return 1 + rest * pow(kept, 4);
}

/* 2 x 2 at depth 2: W_21, which is not observed, only falls. So the end is (1, 1; c, 1) with a c that is no larger than
   W_21 at the switch, and its singular values have the squares x with x^2 - (3 + c^2) x + (1 - c)^2 = 0. */
static double monotone_bound(const instance *i, const dmf_factors *f)
{
    double c, sum;
    must(i->ctx, dmf_product(i->ctx, f, i->w));
    c = (double)i->w.data[2];
    sum = 3 + c * c;
    return 2 * sum / (sum + sqrt(sum * sum - 4 * (1 - c) * (1 - c)));
}

static dmf_report train_on(const path *p, size_t observed, dmf_factors *factors)
{
    dmf_problem *problem = observe_first(p->i, observed);
    dmf_motion motion = p->s->motion;
    dmf_report report;
    set_tolerance(&motion, 1e-6);
    motion.stop_time = 1e7 * rate_of_descent;
    motion.stop_loss = 1e-20;
    must(p->i->ctx, dmf_train(p->i->ctx, problem, factors, &motion, NULL, &report));
    dmf_problem_destroy(problem);
    return report;
}

static void run_decay(const settings *s, int which, int depth, FILE *csv)
{
    int d = which == 0 ? 2 : 5, k;
    instance i = open_exact(d, (uint64_t)s->list->seed, 0);
    path p = { .s = s, .i = &i, .csv = csv, .case_name = which == 0 ? "decay2" : "decay5", .run = "warm" };
    size_t first = (size_t)d, second = (size_t)(2 * d - 1);
    dmf_problem *more = observe_first(&i, second);
    p.depth = depth;
    p.phase = 2;
    for (k = 0; k < MS; k++) {
        double loss, error;
        dmf_factors *factors;
        i.m = decay_ms[k];
        factors = start_factors(&i, depth);
        train_on(&p, first, factors);
        must(i.ctx, dmf_loss(i.ctx, more, factors, NULL, &loss));
        write_number(&p, 0, "m", k, i.m);
        write_number(&p, 0, "loss_before", k, loss);
        write_number(&p, 0, "rank_before", k, measure(&i, i.ctx, factors, &error).stable_rank);
        if (depth == 2) write_number(&p, 0, "path_bound", k, path_bound(&i, factors, second, loss));
        if (depth == 2 && d == 2) write_number(&p, 0, "monotone_bound", k, monotone_bound(&i, factors));
        train_on(&p, second, factors);
        write_number(&p, 0, "rank_after", k, measure(&i, i.ctx, factors, &error).stable_rank);
        dmf_factors_destroy(factors);
        report_progress((k + 1.0) / MS);
    }
    dmf_problem_destroy(more);
    close_instance(&i);
}

/* ---- Tasks: warm and cold at every depth, for the exact cases and for every random trial; decays; limits ---- */

static int case_of(int task)
{
    int group = task / (2 * DEPTHS);
    return group < RANDOM ? group : RANDOM;
}

/* The case and trial of group number k: exact2, exact5, then the random ones. */
static instance open_case(const settings *s, int k)
{
    const uint64_t seed = (uint64_t)s->list->seed;
    return k < RANDOM ? open_exact(k == EXACT_2 ? 2 : 5, seed, 0)
                      : open_random((int)s->size, (int)s->rank, seed, k - RANDOM);
}

static void run_limits(const settings *s, int k, FILE *csv)
{
    instance i = open_case(s, k);
    path p = { .s = s, .i = &i, .csv = csv, .case_name = case_names[k < RANDOM ? k : RANDOM], .run = "limit" };
    for (p.phase = 1; p.phase <= 2; p.phase++)
        if (k >= RANDOM) run_limit(&p, (size_t)(p.phase == 1 ? s->first : s->second));
        else run_limit(&p, (size_t)(p.phase == 1 ? i.n : 2 * i.n - 1));
    close_instance(&i);
}

static void run_phases(const settings *s, int task, FILE *csv)
{
    int c = case_of(task), d = c == EXACT_2 ? 2 : 5;
    instance i = open_case(s, task / (2 * DEPTHS));
    path p = { .s = s, .i = &i, .csv = csv, .case_name = case_names[c], .run = task % 2 ? "cold" : "warm" };
    p.depth = SHALLOWEST + task / 2 % DEPTHS;
    p.steps = c == RANDOM ? (double)s->steps : 1e7;
    if (c == RANDOM) run_both_phases(&p, (size_t)s->first, (size_t)s->second);
    else run_both_phases(&p, (size_t)d, (size_t)(2 * d - 1));
    close_instance(&i);
}

static int first_decay(const settings *s) { return (RANDOM + (int)s->list->trials) * 2 * DEPTHS; }

static void run_task(void *user, int task, FILE *csv)
{
    const settings *s = (const settings *)user;
    int decay = task - first_decay(s);
    if (decay >= DECAYS * DEPTHS) run_limits(s, decay - DECAYS * DEPTHS, csv);
    else if (decay >= 0) run_decay(s, decay / DEPTHS, SHALLOWEST + decay % DEPTHS, csv);
    else run_phases(s, task, csv);
}

static double task_weight(void *user, int task)
{
    int depth = SHALLOWEST + task / 2 % DEPTHS, decay = task - first_decay((const settings *)user);
    if (decay >= 0) return 1 + decay % DEPTHS;
    return (case_of(task) == RANDOM ? 20.0 : 1.0) * pow(depth - 1, 2) * (task % 2 ? 1 : 2);
}

int main(int argc, char **argv)
{
    settings s = { .size = 100, .rank = 5, .first = 1000, .second = 2000, .steps = 60000, .points = 120,
                   .rtol = 1e-3 };
    task_list list = { .header = "case,trial,depth,run,phase,step,quantity,index,value", .run = run_task,
                       .weight = task_weight, .user = &s, TASK_DEFAULTS, .trials = 3 };
    const option options[] = {
        TASK_OPTIONS(list, "random matrices", ANY_METHOD),
        { "size", WHOLE, &s.size, 2, 1000, "rows and columns of the random matrices" },
        { "rank", WHOLE, &s.rank, 1, 1000, "of the random matrices" },
        { "first", WHOLE, &s.first, 1, 1e6, "entries of them observed in the first phase" },
        { "second", WHOLE, &s.second, 1, 1e6, "and in the second" },
        { "steps", WHOLE, &s.steps, 1, 1e9, "of each phase of the random case" },
        { "points", WHOLE, &s.points, 2, MOST_POINTS, "of a curve" },
        { "rtol", REAL, &s.rtol, 1e-12, 0.1, "relative tolerance of the flow in the random case" },
    };
    int option_count = sizeof options / sizeof *options;
    read_options(argc, argv, "Loss of plasticity: training resumed with more entries, warm and cold, as CSV.",
                 options, option_count);
    if (s.rank > s.size) fail("--rank cannot be more than --size, which is %ld", s.size);
    if (s.first > s.second || s.second > s.size * s.size)
        fail("--first cannot be more than --second, nor that more than all %ld entries", s.size * s.size);
    s.motion = motion_by_name(list.method, rate_of_descent);
    s.motion.stop_steps = 1000000000;
    s.list = &list;
    list.count = first_decay(&s) + DECAYS * DEPTHS + RANDOM + (int)list.trials;
    run_tasks(&list, argv[0], options, option_count);
    return 0;
}
