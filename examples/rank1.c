/*
Rank 1 in the limit of small starts, exactly when the dynamics is coupled (SY26, abstract (b); its setting is a
reconstruction, derived in PAPER_NOTES.md): the ratio of the two largest singular values and the stable rank at the
end of the flow, against the scale alpha of the start. The diagonal of a d x d matrix is observed, all targets are 1.

Protocol: depth 2, 3 and 4. Every factor starts in the family, alpha on the diagonal and alpha/m off it, for several
m; or Gaussian with deviation alpha, which the closed form does not cover. The flow ends where l is below 1e-18.

CSV, by source: formula, from dmf_diagonal_limit; family and gaussian, from training. m is 0 where the start is
diagonal (m infinite) or Gaussian. sigma_2 of a trained product is meaningful down to rounding, d eps sigma_1.
*/
#define _POSIX_C_SOURCE 200809L
#include "../dmf.h"
#include "example.h"

enum { SHALLOWEST = 2, DEEPEST = 4, DEPTHS = DEEPEST - SHALLOWEST + 1 };
enum { LEAST_POWER = -6, STARTS_PER_DECADE = 2, LINE_PER_DECADE = 20 };
static const double ms[] = { 1.5, 10, 1000, INFINITY }, fitted = 1e-18;
enum { FAMILIES = sizeof ms / sizeof *ms };

typedef struct settings {
    long size;
    double rtol;
    dmf_motion motion;
    const task_list *list;
} settings;

static void write_end(FILE *csv, const char *source, int depth, double m, int trial, double alpha, dmf_limit end,
                      double loss)
{
    fprintf(csv, "%s,%d,%g,%d,%.9g,%.9g,%.9g,%.9g,%.9g,%.3g\n", source, depth, m < INFINITY ? m : 0, trial, alpha,
            end.sigma_1, end.sigma_2, end.sigma_2 / end.sigma_1, end.stable_rank, loss);
}

static void write_formula(const settings *s, int depth, double m, FILE *csv)
{
    int i;
    for (i = LEAST_POWER * LINE_PER_DECADE; i <= 0; i++) {
        double alpha = pow(10, (double)i / LINE_PER_DECADE);
        dmf_limit end;
        must(NULL, dmf_diagonal_limit(NULL, depth, (int)s->size, alpha, m, 1, &end));
        write_end(csv, "formula", depth, m, 0, alpha, end, 0);
    }
}

/* ---- The flow ---- */

typedef struct setting { const settings *s; dmf_ctx *ctx; dmf_problem *problem; dmf_mat w; dmf_real *sigma; } setting;

static void set_up(setting *b)
{
    int d = (int)b->s->size, i;
    dmf_options one_thread = { .threads = 1 };
    dmf_entry *entries = (dmf_entry *)allocate((size_t)d, sizeof *entries);
    must(NULL, dmf_ctx_create(&one_thread, &b->ctx));
    must(b->ctx, dmf_mat_create(b->ctx, d, d, &b->w));
    for (i = 0; i < d; i++) b->w.data[i * d + i] = 1;
    must(b->ctx, dmf_observe_blocks(b->ctx, b->w, d, NULL, NULL, entries));
    must(b->ctx, dmf_completion(b->ctx, d, d, entries, (size_t)d, &b->problem));
    b->sigma = (dmf_real *)allocate((size_t)d, sizeof *b->sigma);
    free(entries);
}

static void take_down(setting *b)
{
    free(b->sigma);
    dmf_problem_destroy(b->problem);
    dmf_mat_destroy(&b->w);
    dmf_ctx_destroy(b->ctx);
}

/* Trains from a start in the family if m > 0, else from a Gaussian one. */
static void train(const setting *b, int depth, double m, int trial, double alpha, FILE *csv)
{
    int d = b->w.rows;
    dmf_rng rng = dmf_seed((uint64_t)b->s->list->seed, (uint64_t)trial * 8 + (uint64_t)depth);
    dmf_factors *f;
    dmf_report report;
    dmf_spectrum spectrum;
    dmf_limit end;
    must(b->ctx, dmf_factors_create(b->ctx, d, d, depth, NULL, &f));
    must(b->ctx, m > 0 ? dmf_start_family(b->ctx, f, alpha, m) : dmf_start_gaussian(b->ctx, f, alpha, &rng));
    must(b->ctx, dmf_train(b->ctx, b->problem, f, &b->s->motion, NULL, &report));
    must(b->ctx, dmf_factors_spectrum(b->ctx, f, b->sigma, &spectrum));
    end.sigma_1 = (double)b->sigma[0];
    end.sigma_2 = (double)b->sigma[1];
    end.stable_rank = spectrum.stable_rank;
    write_end(csv, m > 0 ? "family" : "gaussian", depth, m, trial, alpha, end, report.loss);
    dmf_factors_destroy(f);
}

/* ---- Tasks: for every depth, the members of the family, then the Gaussian starts ---- */

static void run_task(void *user, int task, FILE *csv)
{
    const settings *s = (const settings *)user;
    int starts = FAMILIES + (int)s->list->trials, depth = SHALLOWEST + task / starts, start = task % starts, i;
    double m = start < FAMILIES ? ms[start] : 0;
    setting b = { .s = s };
    set_up(&b);
    if (start < FAMILIES) write_formula(s, depth, m, csv);
    for (i = LEAST_POWER * STARTS_PER_DECADE; i <= 0; i++) {
        double alpha = pow(10, (double)i / STARTS_PER_DECADE);
        train(&b, depth, m, start < FAMILIES ? 0 : start - FAMILIES, alpha, csv);
        report_progress(1 - i / (double)(LEAST_POWER * STARTS_PER_DECADE));
    }
    take_down(&b);
}

static double task_weight(void *user, int task)
{
    const settings *s = (const settings *)user;
    int starts = FAMILIES + (int)s->list->trials;
    return 1 + task / starts;
}

int main(int argc, char **argv)
{
    settings s = { .size = 10, .rtol = 1e-9 };
    task_list list = { .header = "source,depth,m,trial,alpha,sigma_1,sigma_2,ratio,stable_rank,loss", .run = run_task,
                       .weight = task_weight, .user = &s, TASK_DEFAULTS, .trials = 10 };
    const option options[] = {
        TASK_OPTIONS(list, "Gaussian starts", ANY_METHOD),
        { "size", WHOLE, &s.size, 2, 100, "d, rows and columns" },
        { "rtol", REAL, &s.rtol, 1e-13, 0.01, "relative tolerance of the flow" },
    };
    int option_count = sizeof options / sizeof *options;
    read_options(argc, argv, "Where flows end that fit a diagonal, against the scale of the start, as CSV.", options,
                 option_count);
    s.motion = motion_by_name(list.method, 0.01);
    set_tolerance(&s.motion, s.rtol);
    s.motion.stop_loss = fitted;
    s.list = &list;
    list.count = DEPTHS * (FAMILIES + (int)list.trials);
    run_tasks(&list, argv[0], options, option_count);
    return 0;
}
