/*
Rank 1 in the limit of small starts, exactly when the dynamics is coupled (SY26, abstract (b); its setting is a
reconstruction, derived in PAPER_NOTES.md): the ratio of the two largest singular values and the stable rank at the
end of the flow, against the scale alpha of the start. The diagonal of a d x d matrix is observed, or complete blocks
down the diagonal are, and all targets are 1.

Protocol: depth 2, 3 and 4. Every factor starts in the family, alpha on the diagonal and alpha/m off it, for several
m; or Gaussian with deviation alpha, which the closed form does not cover. The flow ends where l is below 1e-18. With
blocks, what sums to 0 within each falls like a power of time only: there the flow ends where the means of all blocks
are within 1e-9 of 1, and the singular values are those of the means, times the side of the blocks.

CSV, by source: formula, from dmf_diagonal_limit; family and gaussian, from training. block is the side of the blocks,
1 for the diagonal. m is 0 where the start is diagonal (m infinite) or Gaussian. sigma_2 of a trained product is
meaningful down to rounding, d eps sigma_1.
*/
#define _POSIX_C_SOURCE 200809L
#include "../dmf.h"
#include "example.h"

enum { SHALLOWEST = 2, DEEPEST = 4, DEPTHS = DEEPEST - SHALLOWEST + 1 };
enum { LEAST_POWER = -6, STARTS_PER_DECADE = 2, LINE_PER_DECADE = 20 };
static const double ms[] = { 1.5, 10, 1000, INFINITY }, of_blocks = 100, fitted = 1e-18, met = 1e-9;
enum { FAMILIES = sizeof ms / sizeof *ms, STARTS = FAMILIES + 1 };  /* the last is that of blocks */

typedef struct settings {
    long size, block;
    double rtol;
    dmf_motion motion;
    const task_list *list;
} settings;

static void write_end(FILE *csv, const char *source, int depth, int block, double m, int trial, double alpha,
                      dmf_limit end, double loss)
{
    fprintf(csv, "%s,%d,%d,%g,%d,%.9g,%.9g,%.9g,%.9g,%.9g,%.3g\n", source, depth, block, m < INFINITY ? m : 0, trial,
            alpha, end.sigma_1, end.sigma_2, end.sigma_2 / end.sigma_1, end.stable_rank, loss);
}

/* n blocks of s x s end as a diagonal of n targets s does, from another member of the family. */
static void write_formula(const settings *s, int depth, int block, double m, FILE *csv)
{
    double wider = (m + block - 1) / m, ratio = (m + block - 1) / block;
    int i;
    for (i = LEAST_POWER * LINE_PER_DECADE; i <= 0; i++) {
        double alpha = pow(10, (double)i / LINE_PER_DECADE);
        dmf_limit end;
        if (block == 1) must(NULL, dmf_diagonal_limit(NULL, depth, (int)s->size, alpha, m, 1, &end));
        else must(NULL, dmf_diagonal_limit(NULL, depth, (int)s->size / block, alpha * wider, ratio, block, &end));
        write_end(csv, "formula", depth, block, m, 0, alpha, end, 0);
    }
}

/* ---- The flow ---- */

typedef struct setting {
    const settings *s;
    int block;
    dmf_ctx *ctx;
    dmf_problem *problem;
    dmf_mat w, means;         /* d x d; one entry to a rectangle of block x block */
    dmf_real *sigma;
} setting;

static void set_up(setting *b)
{
    int d = (int)b->s->size, count = d / b->block, i;
    dmf_options one_thread = { .threads = 1 };
    size_t observed = (size_t)d * (size_t)b->block;
    dmf_entry *entries = (dmf_entry *)allocate(observed, sizeof *entries);
    int *sides = (int *)allocate((size_t)count, sizeof *sides);
    must(NULL, dmf_ctx_create(&one_thread, &b->ctx));
    must(b->ctx, dmf_mat_create(b->ctx, d, d, &b->w));
    must(b->ctx, dmf_mat_create(b->ctx, count, count, &b->means));
    for (i = 0; i < d * d; i++) b->w.data[i] = 1;
    for (i = 0; i < count; i++) sides[i] = b->block;
    must(b->ctx, dmf_observe_blocks(b->ctx, b->w, count, sides, NULL, entries));
    must(b->ctx, dmf_completion(b->ctx, d, d, entries, observed, &b->problem));
    b->sigma = (dmf_real *)allocate((size_t)d, sizeof *b->sigma);
    free(sides);
    free(entries);
}

static void take_down(setting *b)
{
    free(b->sigma);
    dmf_problem_destroy(b->problem);
    dmf_mat_destroy(&b->means);
    dmf_mat_destroy(&b->w);
    dmf_ctx_destroy(b->ctx);
}

/* Leaves the means over rectangles, times their side, and returns how far those of blocks are off 1. */
static double find_means(const setting *b, const dmf_factors *f)
{
    int d = b->w.rows, count = b->means.rows, i, j;
    double worst = 0;
    must(b->ctx, dmf_product(b->ctx, f, b->w));
    for (i = 0; i < count * count; i++) b->means.data[i] = 0;
    for (i = 0; i < d; i++)
        for (j = 0; j < d; j++)
            b->means.data[i / b->block * count + j / b->block] += b->w.data[i * d + j] / (dmf_real)b->block;
    for (i = 0; i < count; i++) worst = fmax(worst, fabs((double)b->means.data[i * count + i] / b->block - 1));
    return worst;
}

static int look(void *user, const dmf_moment *now) { return find_means((const setting *)user, now->factors) < met; }

/* Trains from a start in the family if m > 0, else from a Gaussian one. */
static void train(const setting *b, int depth, double m, int trial, double alpha, FILE *csv)
{
    int d = b->w.rows;
    dmf_rng rng = dmf_seed((uint64_t)b->s->list->seed, (uint64_t)trial * 8 + (uint64_t)depth);
    dmf_observer observer = { .look = look, .user = (void *)b };
    dmf_factors *f;
    dmf_report report;
    dmf_mat none = { 0 };
    dmf_limit end;
    must(b->ctx, dmf_factors_create(b->ctx, d, d, depth, NULL, &f));
    must(b->ctx, m > 0 ? dmf_start_family(b->ctx, f, alpha, m) : dmf_start_gaussian(b->ctx, f, alpha, &rng));
    must(b->ctx, dmf_train(b->ctx, b->problem, f, &b->s->motion, b->block > 1 ? &observer : NULL, &report));
    find_means(b, f);
    must(b->ctx, dmf_svd(b->ctx, b->means, none, b->sigma, none));
    end.sigma_1 = (double)b->sigma[0];
    end.sigma_2 = (double)b->sigma[1];
    end.stable_rank = dmf_summarize(b->sigma, b->means.rows).stable_rank;
    write_end(csv, m > 0 ? "family" : "gaussian", depth, b->block, m, trial, alpha, end, report.loss);
    dmf_factors_destroy(f);
}

/* ---- Tasks: for every depth, the members of the family, blocks, then the Gaussian starts ---- */

static void run_task(void *user, int task, FILE *csv)
{
    const settings *s = (const settings *)user;
    int starts = STARTS + (int)s->list->trials, depth = SHALLOWEST + task / starts, start = task % starts, i;
    double m = start < FAMILIES ? ms[start] : start < STARTS ? of_blocks : 0;
    setting b = { .s = s, .block = start == FAMILIES ? (int)s->block : 1 };
    set_up(&b);
    if (start < STARTS) write_formula(s, depth, b.block, m, csv);
    for (i = LEAST_POWER * STARTS_PER_DECADE; i <= 0; i++) {
        double alpha = pow(10, (double)i / STARTS_PER_DECADE);
        train(&b, depth, m, start < STARTS ? 0 : start - STARTS, alpha, csv);
        report_progress(1 - i / (double)(LEAST_POWER * STARTS_PER_DECADE));
    }
    take_down(&b);
}

static double task_weight(void *user, int task)
{
    const settings *s = (const settings *)user;
    int starts = STARTS + (int)s->list->trials;
    return 1 + task / starts;
}

int main(int argc, char **argv)
{
    settings s = { .size = 10, .block = 2, .rtol = 1e-9 };
    task_list list = { .header = "source,depth,block,m,trial,alpha,sigma_1,sigma_2,ratio,stable_rank,loss",
                       .run = run_task, .weight = task_weight, .user = &s, TASK_DEFAULTS, .trials = 10 };
    const option options[] = {
        TASK_OPTIONS(list, "Gaussian starts", ANY_METHOD),
        { "size", WHOLE, &s.size, 2, 100, "d, rows and columns" },
        { "block", WHOLE, &s.block, 2, 50, "side of the blocks observed beside it" },
        { "rtol", REAL, &s.rtol, 1e-13, 0.01, "relative tolerance of the flow" },
    };
    int option_count = sizeof options / sizeof *options;
    read_options(argc, argv, "Where flows end that fit a diagonal or blocks, against the scale of the start, as CSV.",
                 options, option_count);
    if (s.size % s.block || s.size == s.block) fail("--size must be a multiple of --block, which is %ld", s.block);
    s.motion = motion_by_name(list.method, 0.01);
    set_tolerance(&s.motion, s.rtol);
    s.motion.stop_loss = fitted;
    s.list = &list;
    list.count = DEPTHS * (STARTS + (int)list.trials);
    run_tasks(&list, argv[0], options, option_count);
    return 0;
}
