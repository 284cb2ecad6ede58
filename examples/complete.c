/*
Completes a matrix of your own: a list of entries with noise, such as ratings, or a table with holes.

    build/complete ratings.csv --predict pairs.csv       the pairs, each with prediction and standard deviation
    build/complete ratings.csv --top 10                  the ten best columns of every row that it has no entry for
    build/complete table.csv --out whole.csv             the table, its holes filled, all else as it was
    build/complete ratings.csv --save model              the model, to be used with --load

What FILE is, table.h finds out or asks for; dmf_fit chooses the model by cross-validation. Output has the separator of
the file that it goes back to: of PAIRS, or of FILE. --save MODEL writes the model as dmf_model_save does, and beside
it MODEL.names, text: the names of rows and columns and the checksum of the model that they belong to. With --load the
table FILE is filled from the model, by names; without FILE there are --predict and --top.

Standard error tells what was read and chosen. Standard output, or --out, is written when all else has gone well.
*/
#define _POSIX_C_SOURCE 200809L
#include "../dmf.h"
#include "example.h"
#include "table.h"

typedef struct settings {
    const char *file, *predict, *out, *save, *load, *plot;
    const char *format, *header, *names, *decimal, *duplicates, *method;
    long top, folds, depth, width, seed, threads;
    double decay;
} settings;

/* What predictions go by: the names of rows and columns, which are those of FILE or those of the model loaded. */
typedef struct labels {
    const names *rows, *cols;
    char *const *title;       /* of the columns of a list; NULL without */
    char mark;                /* before decimals */
} labels;

typedef struct pairs {
    text t;
    int separator, fields, header;
    entry_list places;
    size_t unknown[2];
} pairs;

/* ---- Pairs ---- */

static int knows_pair(const reader *r, void *user)
{
    const labels *l = (const labels *)user;
    return find_name(l->rows, &r->fields[0]) >= 0 && find_name(l->cols, &r->fields[1]) >= 0;
}

/* Whether neither name of a line is known. */
static int is_foreign(const reader *r, const labels *l)
{
    return r->count >= 2 && find_name(l->rows, &r->fields[0]) < 0 && find_name(l->cols, &r->fields[1]) < 0;
}

/* A first line is a header if it has words that are not known, and they are those of FILE's header or every other line
   has a name that is known. */
static int pairs_have_header(const pairs *p, const labels *l)
{
    reader r = start_reading(&p->t, p->separator);
    size_t lines = 0, foreign = 0;
    int k, header, titles = 1;
    header = next_fields(&r) && is_foreign(&r, l);
    for (k = 0; header && k < 2; k++) {
        const field *f = &r.fields[k];
        titles = titles && l->title[k] && strlen(l->title[k]) == f->size && memcmp(l->title[k], f->text, f->size) == 0;
        header = kind_of(f) != NUMBER;
    }
    while (header && !titles && next_fields(&r)) {
        lines++;
        foreign += (size_t)is_foreign(&r, l);
    }
    stop_reading(&r);
    return header && (titles || (lines > 0 && foreign == 0));
}

static pairs read_pairs(const char *path, labels *l)
{
    pairs p = { .t = read_text(path) };
    int skip, k, at[2];
    reader r;
    p.fields = find_separator(&p.t, &p.separator, knows_pair, l);
    if (p.fields < 2) refuse(&p.t, p.t.bytes + p.t.first, "no pairs: a row and a column in a line, and a separator");
    skip = p.header = pairs_have_header(&p, l);
    r = start_reading(&p.t, p.separator);
    while (next_fields(&r)) {
        check_line(&p.t, &r, p.fields);
        if (skip-- > 0) continue;
        for (k = 0; k < 2; k++) {
            if (!r.fields[k].size) refuse(&p.t, r.fields[k].raw, "the name of the %s is missing", k ? "column" : "row");
            at[k] = find_name(k ? l->cols : l->rows, &r.fields[k]);
            p.unknown[k] += at[k] < 0;
        }
        add_entry(&p.places, at[0], at[1], 0);
    }
    stop_reading(&r);
    if (p.places.count == 0) fail("'%s' has no pairs", path);
    return p;
}

/* ---- Names beside a model ----

   MODEL.names has these lines: "names of a matrix, 1"; the checksum of MODEL; the two titles, or empty lines; the
   number of rows, and the name of each; of columns, and these; the checksum of all that. */

static uint64_t add_to_checksum(uint64_t sum, const char *bytes, size_t size)
{
    size_t i;
    for (i = 0; i < size; i++) sum = (sum ^ (unsigned char)bytes[i]) * 0x100000001b3u;
    return sum;
}

static uint64_t checksum_of(const char *bytes, size_t size)
{
    return add_to_checksum(0xcbf29ce484222325u, bytes, size);
}

static uint64_t checksum_of_file(const char *path)
{
    char block[4096];
    uint64_t sum = checksum_of(NULL, 0);
    FILE *file = fopen(path, "rb");
    size_t n;
    if (!file) fail("cannot read '%s': %s", path, strerror(errno));
    while ((n = fread(block, 1, sizeof block, file)) > 0) sum = add_to_checksum(sum, block, n);
    if (ferror(file)) fail("cannot read '%s': %s", path, strerror(errno));
    fclose(file);
    return sum;
}

static void write_names(FILE *to, const names *n)
{
    int i;
    fprintf(to, "%d\n", n->count);
    for (i = 0; i < n->count; i++) fprintf(to, "%s\n", n->bytes + n->start[i]);
}

static void save_names(const char *model, const labels *l)
{
    char *path = beside(model, ".names");
    buffer b;
    uint64_t sum;
    open_buffer(&b);
    fprintf(b.stream, "names of a matrix, 1\n%016llx\n", (unsigned long long)checksum_of_file(model));
    fprintf(b.stream, "%s\n%s\n", l->title[0] ? l->title[0] : "", l->title[1] ? l->title[1] : "");
    write_names(b.stream, l->rows);
    write_names(b.stream, l->cols);
    fflush(b.stream);
    sum = checksum_of(b.bytes, b.size);
    fprintf(b.stream, "%016llx\n", (unsigned long long)sum);
    close_buffer(&b);
    write_file(path, &b);
    free(b.bytes);
    free(path);
}

/* The next line of a file of names; an empty one where there is no other. */
static field next_name(const char **at, const char *end)
{
    const char *newline = (const char *)memchr(*at, '\n', (size_t)(end - *at));
    field f = { *at, 0, *at, (size_t)((newline ? newline : end) - *at) };
    *at = newline ? newline + 1 : end;
    return f;
}

static void take_names(const char **at, const char *end, const char *path, names *n)
{
    field f = next_name(at, end);
    long long count, i;
    if (!is_whole(&f, &count) || count < 1 || count > end - *at) fail("'%s' is damaged", path);
    for (i = 0; i < count; i++) {
        f = next_name(at, end);
        if (add_name(n, &f) != i) fail("'%s' is damaged", path);
    }
}

static void check_sum(const field *f, uint64_t sum, const char *sentence, const char *path)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%016llx", (unsigned long long)sum);
    if (f->size != 16 || memcmp(f->text, digits, 16) != 0) fail(sentence, path);
}

/* Into a matrix without entries. */
static void load_names(const char *model, matrix *m)
{
    char *path = beside(model, ".names");
    text t = read_bytes(path);
    const char *at = t.bytes, *end = t.bytes + t.size;
    field f = next_name(&at, end), title;
    int k;
    if (f.size != 20 || memcmp(f.text, "names of a matrix, 1", 20) != 0) fail("'%s' has no names in it", path);
    f = next_name(&at, end);
    for (k = 0; k < 2; k++) {
        title = next_name(&at, end);
        if (title.size > 0) m->title[k] = copy_text(&title);
    }
    take_names(&at, end, path, &m->rows);
    take_names(&at, end, path, &m->cols);
    title = next_name(&at, end);
    check_sum(&title, checksum_of(t.bytes, (size_t)(title.text - t.bytes)), "'%s' is damaged", path);
    if (at != end) fail("'%s' is damaged", path);
    check_sum(&f, checksum_of_file(model), "'%s' belongs to another model", path);
    free(t.bytes);
    free(path);
}

/* ---- What is printed ---- */

static void print_names(const names *n, const char *seen, const char *what)
{
    int i, shown_names = 0, none = 0;
    for (i = 0; i < n->count; i++) none += !seen[i];
    if (none == 0) return;
    fprintf(stderr, "%d %s%s without entries:", none, what, none == 1 ? "" : "s");
    for (i = 0; i < n->count && shown_names < 3; i++) {
        field f = name_of(n, i);
        if (!seen[i]) fprintf(stderr, "%s '%s'", shown_names++ ? "," : "", shown(&f));
    }
    fprintf(stderr, "%s\n", none > shown_names ? ", ..." : "");
}

static void print_without(const matrix *m)
{
    char *row = (char *)allocate((size_t)m->rows.count, 1), *col = (char *)allocate((size_t)m->cols.count, 1);
    size_t k;
    for (k = 0; k < m->known.count; k++) row[m->known.entries[k].row] = col[m->known.entries[k].col] = 1;
    print_names(&m->rows, row, "row");
    print_names(&m->cols, col, "column");
    if (m->declared_rows > m->rows.count || m->declared_cols > m->cols.count)
        fprintf(stderr, "%d rows and %d columns without entries\n", m->declared_rows - m->rows.count,
                m->declared_cols - m->cols.count);
    free(row);
    free(col);
}

static void print_scale(const matrix *m)
{
    double least = m->known.entries[0].value, most = least, mean = 0, sum = 0, share;
    size_t k;
    for (k = 0; k < m->known.count; k++) {
        double value = m->known.entries[k].value, d = value - mean;
        least = fmin(least, value);
        most = fmax(most, value);
        mean += d / (double)(k + 1);
        sum += d * (value - mean);
    }
    share = 100.0 * (double)m->known.count / ((double)m->rows.count * (double)m->cols.count);
    fprintf(stderr, "%d rows x %d columns, %zu entries (%.3g per cent), from %g to %g, mean %.4g, deviation %.3g\n",
            m->rows.count, m->cols.count, m->known.count, share, least, most, mean, sqrt(sum / (double)m->known.count));
}

static void print_matrix(const matrix *m)
{
    int header = m->is.kind != MTX && m->is.header == YES;
    fprintf(stderr, "%s: %s", m->t.path, format_texts[m->is.kind]);
    if (m->is.kind != MTX) fprintf(stderr, " separated by %s", separator_names[m->separator]);
    if (header && m->is.kind == ENTRIES) fprintf(stderr, ", below a header");
    if (m->is.kind == TABLE)
        fprintf(stderr, ", %s", header && m->named ? "with names of rows and columns" : header ? "with names of columns"
                                : m->named ? "with names of rows" : "without names");
    if (m->mark == ',') fprintf(stderr, ", with decimal commas");
    fprintf(stderr, "\n");
    print_scale(m);
    print_without(m);
    if (m->empty_last) fprintf(stderr, "the last field of every line is empty, and no column\n");
    if (m->comments) fprintf(stderr, "%zu line%s of comments\n", m->comments, m->comments == 1 ? "" : "s");
    if (m->merged) fprintf(stderr, "%zu second values, of which %s\n", m->merged,
                           m->is.duplicates == MEAN_OF_DUPLICATES ? "the mean is taken" : "the last one is taken");
}

static void print_pairs(const pairs *p)
{
    fprintf(stderr, "%s: %zu pair%s%s", p->t.path, p->places.count, p->places.count == 1 ? "" : "s",
            p->header ? " below a header" : "");
    if (p->unknown[0]) fprintf(stderr, ", %zu with an unknown row", p->unknown[0]);
    if (p->unknown[1]) fprintf(stderr, ", %zu with an unknown column", p->unknown[1]);
    fprintf(stderr, "\n");
}

/* ---- Fitting ---- */

static const char *const methods[] = { "best", "flow", "posterior", NULL };

typedef struct point { int candidate, fold; double at, error; } point;
typedef struct candidate { dmf_fit_method method; int depth, width; } candidate;

/* What the observer keeps for the plot. */
typedef struct watcher {
    double started, shown, ended, trial;  /* trial, when it began: at the end of the one before */
    int plots, fold, candidate, folds, tried;  /* tried: of the folds */
    candidate *candidates;
    point *points;
    size_t count, room;
    int candidate_count;
} watcher;

static int number_of(watcher *w, const dmf_fit_moment *now)
{
    candidate c = { now->method, now->depth, now->width };
    int i;
    for (i = 0; i < w->candidate_count; i++)
        if (w->candidates[i].method == c.method && w->candidates[i].depth == c.depth &&
            w->candidates[i].width == c.width) return i;
    w->candidates = (candidate *)realloc(w->candidates, ((size_t)i + 1) * sizeof c);
    if (!w->candidates) fail("out of memory");
    w->candidates[w->candidate_count++] = c;
    return i;
}

static int look(void *user, const dmf_fit_moment *now)
{
    watcher *w = (watcher *)user;
    double clock = seconds();
    if (isatty(2) && clock - w->shown >= 0.1) {
        w->shown = clock;
        draw_progress(now->share, 0, clock - w->started);
    }
    if (w->plots && now->held_out_error >= 0) {
        const int candidate = number_of(w, now);
        point p = { candidate, now->fold, 0, now->held_out_error };
        if (candidate != w->candidate || now->fold != w->fold) w->trial = w->ended;
        w->candidate = candidate;
        w->fold = now->fold;
        p.at = now->seconds - w->trial;
        if (w->count == w->room) {
            w->room = w->room ? 2 * w->room : 256;
            if (!(w->points = (point *)realloc(w->points, w->room * sizeof p))) fail("out of memory");
        }
        w->points[w->count++] = p;
    }
    if (now->fold < (w->folds = now->folds) && now->fold >= w->tried) w->tried = now->fold + 1;
    w->ended = now->seconds;
    return 0;
}

static void print_report(const dmf_fit_report *r, const watcher *w)
{
    if (r->depth == 1)
        fprintf(stderr, "offsets alone %.4g +- %.2g: no structure beyond them is found", r->expected, r->error_deviation);
    else
        fprintf(stderr, "offsets alone %.4g, expected %.4g +- %.2g, %sdepth %d, width %d, decay %.3g, effective rank"
                " %.3g", r->offsets_error, r->expected, r->error_deviation, r->method == DMF_FIT_FLOW ? "flow of " : "",
                r->depth, r->width, r->decay, r->effective_rank);
    fprintf(stderr, "\n(root mean square errors by cross-validation, ");
    if (w->tried < w->folds) fprintf(stderr, "%d of ", w->tried);
    fprintf(stderr, "%d folds); %.3g per cent of entries held out lie within one deviation; %.3g s\n", w->folds,
            100 * r->within_one, r->seconds);
}

static void draw_residuals(const dmf_fit_report *r)
{
    size_t all = 0, most = 1;
    int k, i;
    for (k = 0; k < 14; k++) {
        all += r->residuals[k];
        if (r->residuals[k] > most) most = r->residuals[k];
    }
    fprintf(stderr, "held-out residuals in predicted deviations\n");
    for (k = 0; k < 14; k++) {
        if (k == 0) fprintf(stderr, "   below -3.0");
        else if (k == 13) fprintf(stderr, "   above  3.0");
        else fprintf(stderr, "%4.1f to %4.1f", k / 2.0 - 3.5, k / 2.0 - 3);
        fprintf(stderr, " %5.1f %% ", 100.0 * (double)r->residuals[k] / (double)(all ? all : 1));
        for (i = 0; i < (int)(50 * r->residuals[k] / most); i++) fputc('#', stderr);
        fputc('\n', stderr);
    }
}

static dmf_model *fit(dmf_ctx *ctx, const settings *s, const matrix *m, watcher *w)
{
    dmf_fit_options options = { .method = (dmf_fit_method)one_of(s->method, methods, "method"),
                                .folds = (int)s->folds, .depth = (int)s->depth,
                                .width = (int)s->width, .decay = s->decay, .seed = (uint64_t)s->seed };
    dmf_fit_observer observer = { look, w };
    dmf_fit_report report;
    dmf_model *model = NULL;
    w->started = seconds();
    must(ctx, dmf_fit(ctx, m->rows.count, m->cols.count, m->known.entries, m->known.count, &options, &observer,
                      &report, &model));
    if (isatty(2)) fprintf(stderr, "\r\033[K");
    print_report(&report, w);
    if (m->known.count < 2 * ((size_t)m->rows.count + (size_t)m->cols.count))
        fprintf(stderr, "fewer than two entries for each row and column: too few to trust the deviations\n");
    if (isatty(2)) draw_residuals(&report);
    return model;
}

/* ---- Plot ---- */

static const char *terminal_of(const char *path)
{
    static const char *const endings[][2] = {
        { ".png", "pngcairo size 900, 600" }, { ".svg", "svg size 900, 600" }, { ".pdf", "pdfcairo" }
    };
    const char *dot = strrchr(path, '.');
    size_t i;
    for (i = 0; dot && i < sizeof endings / sizeof *endings; i++)
        if (strcmp(dot, endings[i][0]) == 0) return endings[i][1];
    fail("--plot takes a file that ends in .png, .svg or .pdf, not '%s'", path);
    return NULL;
}

static void check_plot(const char *path)
{
    const char *c;
    terminal_of(path);
    check_place(path);
    for (c = path; *c; c++)
        if ((unsigned char)*c < 32) fail("--plot takes no file with such a name");
    if (system("gnuplot --version >/dev/null 2>&1") != 0) fail("--plot needs gnuplot");
}

/* One curve a fold, one colour a candidate, as high as the offsets alone, which come first; flows go on beyond. */
static void write_script(FILE *to, const watcher *w, const char *path)
{
    const char *c;
    double most = 0;
    size_t k;
    int i;
    for (k = 0; k < w->count; k++)
        if (w->points[k].candidate == 0) most = fmax(most, w->points[k].error);
    fprintf(to, "set terminal %s\nset output '%s", terminal_of(path), *path == '/' ? "" : "./");
    for (c = path; *c; c++) fprintf(to, *c == '\'' ? "''" : "%c", *c);
    fprintf(to, "'\nset xlabel 'seconds of a fold'\nset key outside\n"
                "set ylabel 'root mean square error of entries held out'\n");
    if (most > 0) fprintf(to, "set yrange [*:%.17g]\n", 1.05 * most);
    for (i = 0; i < w->candidate_count; i++) {
        int fold = -1;
        fprintf(to, "$curves%d << end\n", i);
        for (k = 0; k < w->count; k++) {
            if (w->points[k].candidate != i) continue;
            if (w->points[k].fold != fold) fprintf(to, "\n");
            fold = w->points[k].fold;
            fprintf(to, "%.17g %.17g\n", w->points[k].at, w->points[k].error);
        }
        fprintf(to, "end\n");
    }
    for (i = 0; i < w->candidate_count; i++) {
        const candidate *d = &w->candidates[i];
        fprintf(to, "%s$curves%d with linespoints pt 7 ps 0.3 lc %d title ", i ? ", " : "plot ", i, i + 1);
        fprintf(to, d->depth == 1 ? "'offsets alone'" : "'%sdepth %d, width %d'",
                d->method == DMF_FIT_FLOW ? "flow, " : "", d->depth, d->width);
    }
    fprintf(to, "\n");
}

/* By fold, and the rest as it came. */
static int compare_points(const void *left, const void *right)
{
    const point *a = (const point *)left, *b = (const point *)right;
    return a->fold != b->fold ? (a->fold > b->fold) - (a->fold < b->fold) : (a->at > b->at) - (a->at < b->at);
}

static void plot(watcher *w, const char *path)
{
    void (*before)(int) = signal(SIGPIPE, SIG_IGN);
    FILE *gnuplot;
    if (w->count == 0) fail("there is nothing to plot: no candidate was tried");
    qsort(w->points, w->count, sizeof *w->points, compare_points);
    if (!(gnuplot = popen("gnuplot", "w"))) fail("cannot run gnuplot: %s", strerror(errno));
    write_script(gnuplot, w, path);
    if (pclose(gnuplot) != 0) fail("gnuplot could not draw '%s'", path);
    signal(SIGPIPE, before);
}

/* ---- Predictions ---- */

/* So many digits that the last one is less than a hundredth of the deviation; at least 4. */
static void write_number(FILE *to, double x, double deviation, char mark, int quoted)
{
    char digits[40], *dot;
    double needed = deviation > 0 && x != 0 ? 3 + ceil(log10(fabs(x) / deviation)) : 15;
    snprintf(digits, sizeof digits, "%.*g", (int)fmax(4, fmin(15, needed)), x);
    if ((dot = strchr(digits, '.')) != NULL && mark == ',') *dot = ',';
    fprintf(to, quoted ? "\"%s\"" : "%s", digits);
}

/* A field with a separator, a quote or blanks at its ends has to be quoted; and one that would grow together with
   colons, or be lost between blanks. */
static void write_name(FILE *to, const char *name, int separator)
{
    const char *s = separators[separator], *c;
    size_t length = strlen(name);
    int quoted = strstr(name, s) || *name == '"' || *name == '#' || *name == ' ' || *name == '\t' ||
                 (length > 0 && (name[length - 1] == ' ' || name[length - 1] == '\t')) ||
                 (separator == BLANKS && (strchr(name, '\t') || length == 0)) ||
                 (separator == COLONS && length > 0 && (*name == ':' || name[length - 1] == ':'));
    if (!quoted) fprintf(to, "%s", name);
    for (c = name; quoted && (c == name || *c); c++) {
        if (c == name) fputc('"', to);
        if (*c == '"') fputc('"', to);
        if (*c) fputc(*c, to);
    }
    if (quoted) fputc('"', to);
}

static char mark_for(const labels *l, int separator)
{
    return separator == COMMA ? '.' : l->mark;
}

/* The lines of PAIRS, each with its two numbers. */
static void write_pairs(FILE *to, dmf_ctx *ctx, const dmf_model *model, const labels *l, const pairs *p)
{
    dmf_real *x = (dmf_real *)allocate(p->places.count, sizeof *x);
    dmf_real *deviation = (dmf_real *)allocate(p->places.count, sizeof *x);
    const char *s = separators[p->separator], *done = p->t.bytes;
    reader r = start_reading(&p->t, p->separator);
    int skip = p->header;
    double square = 0;
    size_t k;
    must(ctx, dmf_predict(ctx, model, p->places.entries, p->places.count, x, deviation));
    for (k = 0; k < p->places.count; k++) square += (double)deviation[k] * (double)deviation[k];
    fprintf(stderr, "expected on these pairs: a root mean square error of %.4g\n", sqrt(square / (double)k));
    k = 0;
    while (next_line(&r)) {
        fwrite(done, 1, (size_t)(r.end - done), to);
        fprintf(to, "%s", s);
        if (skip) fprintf(to, "prediction%sdeviation", s);
        else {
            write_number(to, x[k], deviation[k], mark_for(l, p->separator), 0);
            fprintf(to, "%s", s);
            write_number(to, deviation[k], deviation[k], mark_for(l, p->separator), 0);
            k++;
        }
        skip = 0;
        done = r.end;
        if (r.end == p->t.bytes + p->t.size)
            fputs(p->t.line_end == '\r' ? "\r" : strstr(p->t.bytes, "\r\n") ? "\r\n" : "\n", to);
    }
    fwrite(done, 1, (size_t)(p->t.bytes + p->t.size - done), to);
    stop_reading(&r);
    free(x);
    free(deviation);
}

/* The table as it is, with numbers in its holes. */
static void write_table(FILE *to, dmf_ctx *ctx, const dmf_model *model, const matrix *m)
{
    dmf_real *x = (dmf_real *)allocate(m->holes.count, sizeof *x);
    dmf_real *deviation = (dmf_real *)allocate(m->holes.count, sizeof *x);
    const char *done = m->t.bytes;
    reader r = start_reading(&m->t, m->separator);
    int skip = m->is.header == YES, col;
    size_t k = 0;
    if (m->holes.count > 0) must(ctx, dmf_predict(ctx, model, m->holes.entries, m->holes.count, x, deviation));
    while (next_fields(&r)) {
        if (skip-- > 0) continue;
        for (col = m->named; col < m->fields - m->empty_last; col++) {
            const field *f = &r.fields[col];
            if (!is_hole(f->text, f->size)) continue;
            fwrite(done, 1, (size_t)(f->raw - done), to);
            write_number(to, x[k], deviation[k], m->mark, m->mark == ',' && m->separator == COMMA);
            done = f->raw + f->length;
            k++;
        }
    }
    fwrite(done, 1, (size_t)(m->t.bytes + m->t.size - done), to);
    stop_reading(&r);
    free(x);
    free(deviation);
}

/* Some thousand rows at a time: what they are worth is one product. */
static void write_top(FILE *to, dmf_ctx *ctx, const dmf_model *model, const labels *l, int separator, long most)
{
    const size_t room = (size_t)(most < l->cols->count ? most : l->cols->count);
    const int some = (int)fmin(l->rows->count, fmax(1, 1e6 / (double)room));
    dmf_entry *best = (dmf_entry *)allocate((size_t)some * room, sizeof *best);
    dmf_real *deviation = (dmf_real *)allocate((size_t)some * room, sizeof *deviation);
    size_t *count = (size_t *)allocate((size_t)some, sizeof *count), k;
    const char *s = separators[separator];
    int row;
    write_name(to, l->title[0] ? l->title[0] : "row", separator);
    fprintf(to, "%s", s);
    write_name(to, l->title[1] ? l->title[1] : "column", separator);
    fprintf(to, "%sprediction%sdeviation\n", s, s);
    for (row = 0; row < l->rows->count; row++) {
        const size_t at = (size_t)(row % some);
        const int left = l->rows->count - row;
        if (at == 0) must(ctx, dmf_recommend(ctx, model, row, left < some ? left : some, room, best, deviation, count));
        for (k = at * room; k < at * room + count[at]; k++) {
            write_name(to, l->rows->bytes + l->rows->start[row], separator);
            fprintf(to, "%s", s);
            write_name(to, l->cols->bytes + l->cols->start[best[k].col], separator);
            fprintf(to, "%s", s);
            write_number(to, best[k].value, deviation[k], mark_for(l, separator), 0);
            fprintf(to, "%s", s);
            write_number(to, deviation[k], deviation[k], mark_for(l, separator), 0);
            fprintf(to, "\n");
        }
    }
    free(best);
    free(deviation);
    free(count);
}

/* ---- The program ---- */

static format read_choices(const settings *s)
{
    format f;
    f.kind = one_of(s->format, format_names, "format");
    f.header = one_of(s->header, choices, "header");
    f.names = one_of(s->names, choices, "names");
    f.mark = one_of(s->decimal, mark_names, "decimal");
    f.duplicates = one_of(s->duplicates, duplicate_names, "duplicates");
    return f;
}

/* Before the work is done: all results have a place, each its own, and what is read is still there in the end, but for
   FILE and PAIRS, which --out may replace. */
static void check_places(const settings *s)
{
    char *names = s->save ? beside(s->save, ".names") : NULL, *loaded = s->load ? beside(s->load, ".names") : NULL;
    const char *written[4], *read[4];
    int i, j;
    written[0] = s->out, written[1] = s->save, written[2] = names, written[3] = s->plot;
    read[0] = s->file, read[1] = s->predict, read[2] = s->load, read[3] = loaded;
    for (i = 0; i < 4; i++) {
        for (j = 0; j < i; j++)
            if (same_place(written[i], written[j])) fail("'%s' cannot hold two results", written[i]);
        for (j = i == 0 ? 2 : 0; j < 4; j++)
            if (same_place(written[i], read[j])) fail("'%s' is read, and would be replaced", written[i]);
    }
    if (s->plot) check_plot(s->plot);
    if (s->save) check_place(s->save), check_place(names);
    free(names);
    free(loaded);
}

static void check_settings(const settings *s)
{
    if (!s->file && !s->load) fail("which file? try --help");
    if (s->predict && s->top) fail("--predict and --top have one output: ask for one of them");
    if (s->load && (s->save || s->plot || s->depth || s->width || strcmp(s->method, "best") != 0 || s->decay != 0 ||
                    s->folds || s->seed != 1))
        fail("--load takes a model that is made: no --save, --plot, --folds, --method, --depth, --width, --decay, --seed");
    if (s->load && !s->file && !s->predict && !s->top) fail("predict what? --predict, --top or a table");
    if (s->file && s->predict && strcmp(s->file, "-") == 0 && strcmp(s->predict, "-") == 0)
        fail("FILE and PAIRS cannot both be standard input");
    if (s->depth == 1 && (s->width || s->decay != 0 || strcmp(s->method, "best") != 0))
        fail("offsets alone have no width, no decay and no method");
    if (one_of(s->method, methods, "method") == DMF_FIT_POSTERIOR && s->depth > 2) fail("a posterior has depth 2");
    if (!s->file && (strcmp(s->format, "auto") != 0 || strcmp(s->header, "auto") != 0 ||
                     strcmp(s->names, "auto") != 0 || strcmp(s->duplicates, "refuse") != 0))
        fail("--format, --header, --names and --duplicates say how to read FILE, and there is none");
    if (!s->file && !s->predict && strcmp(s->decimal, "auto") != 0) fail("--decimal is of FILE or PAIRS: there is none");
    if (s->load && s->file && (s->predict || s->top))
        fail("with --load, FILE is a table to be filled: leave it out, or --predict and --top");
    check_places(s);
}

/* What a file turned out to be may leave nothing for an option to say. */
static void check_format(const settings *s, const matrix *m)
{
    if (m->is.kind == TABLE && strcmp(s->duplicates, "refuse") != 0)
        fail("--duplicates is of lists, and '%s' is a table", m->t.path);
    if (m->is.kind != TABLE && strcmp(s->names, "auto") != 0)
        fail("--names is of tables, and '%s' is %s", m->t.path, format_texts[m->is.kind]);
    if (m->is.kind == MTX && (strcmp(s->header, "auto") != 0 || strcmp(s->decimal, "auto") != 0))
        fail("'%s' is a MatrixMarket file, which leaves nothing to --header and --decimal", m->t.path);
}

/* The number in a model of every name of a table. */
static int *find_numbers(const text *t, const names *own, const names *model, const char *what)
{
    int *number = (int *)allocate((size_t)own->count, sizeof *number), i;
    for (i = 0; i < own->count; i++) {
        field f = name_of(own, i);
        if ((number[i] = find_name(model, &f)) < 0)
            fail("'%s' has a %s '%s', and the model has none", t->path, what, shown(&f));
    }
    return number;
}

/* Renumbers the holes of a table for a model that was loaded. */
static void place_holes(matrix *m, const matrix *model)
{
    int *row, *col;
    size_t k;
    if (m->is.kind != TABLE) fail("with --load, '%s' is to be a table: a list of entries is in the model", m->t.path);
    if (!m->named && m->rows.count != model->rows.count)
        fail("'%s' has %d rows, and the model %d", m->t.path, m->rows.count, model->rows.count);
    if (m->is.header != YES && m->cols.count != model->cols.count)
        fail("'%s' has %d columns, and the model %d", m->t.path, m->cols.count, model->cols.count);
    row = find_numbers(&m->t, &m->rows, &model->rows, "row");
    col = find_numbers(&m->t, &m->cols, &model->cols, "column");
    for (k = 0; k < m->holes.count; k++) {
        m->holes.entries[k].row = row[m->holes.entries[k].row];
        m->holes.entries[k].col = col[m->holes.entries[k].col];
    }
    free(row);
    free(col);
}

static dmf_model *load(dmf_ctx *ctx, const settings *s, matrix *names_of_model)
{
    dmf_model *model = NULL;
    must(ctx, dmf_model_load(ctx, s->load, &model));
    load_names(s->load, names_of_model);
    if (dmf_model_rows(model) != names_of_model->rows.count || dmf_model_cols(model) != names_of_model->cols.count)
        fail("'%s.names' belongs to another model", s->load);
    return model;
}

/* Fills a table, or writes pairs or the best columns of rows; nothing of these if none is asked for. */
static void write_output(const settings *s, dmf_ctx *ctx, const dmf_model *model, const matrix *m, const labels *l,
                         const pairs *p)
{
    buffer b;
    open_buffer(&b);
    if (s->predict) write_pairs(b.stream, ctx, model, l, p);
    else if (s->top) write_top(b.stream, ctx, model, l, s->file && m->is.kind != MTX ? m->separator : COMMA, s->top);
    else write_table(b.stream, ctx, model, m);
    close_buffer(&b);
    write_file(s->out, &b);
    free(b.bytes);
}

static void run_program(const settings *s)
{
    format wanted = read_choices(s);
    matrix m = { .separator = COMMA }, loaded = { .separator = COMMA };
    const matrix *named = s->load ? &loaded : &m;
    pairs p = { .header = 0 };
    watcher w = { .plots = s->plot != NULL };
    dmf_options options = { .threads = (int)s->threads };
    dmf_ctx *ctx = NULL;
    dmf_model *model = NULL;
    labels l;
    int writes;
    must(NULL, dmf_ctx_create(&options, &ctx));
    if (s->load) model = load(ctx, s, &loaded);
    if (s->file) m = read_matrix(s->file, &wanted);
    if (s->file) check_format(s, &m);
    else m.mark = wanted.mark == COMMA_MARK ? ',' : '.';
    if (s->file && s->load) place_holes(&m, &loaded);
    l = (labels){ &named->rows, &named->cols, named->title, m.mark };
    if (s->predict) p = read_pairs(s->predict, &l);
    writes = s->predict || s->top || m.is.kind == TABLE;
    if (writes) check_place(s->out);
    else if (s->out) fail("--out has nothing to write: ask for --predict or --top");
    if (s->file) print_matrix(&m);
    if (s->predict) print_pairs(&p);
    if (!s->load) model = fit(ctx, s, &m, &w);
    if (s->save) {
        must(ctx, dmf_model_save(ctx, model, s->save));
        save_names(s->save, &l);
    }
    if (s->plot) plot(&w, s->plot);
    if (writes) write_output(s, ctx, model, &m, &l, &p);
    dmf_model_destroy(model);
    dmf_ctx_destroy(ctx);
    free_matrix(&m);
    free_matrix(&loaded);
    free(p.t.bytes);
    free(p.places.entries);
    free(w.candidates);
    free(w.points);
}

int main(int argc, char **argv)
{
    settings s = { .format = "auto", .header = "auto", .names = "auto", .decimal = "auto", .duplicates = "refuse",
                   .method = "best", .seed = 1, .threads = count_cores() };
    const option options[] = {
        { "FILE", OPERAND, &s.file, 0, 0, "entries (row, column, value), a table with holes, or a MatrixMarket file; -"
          " is standard input" },
        { "predict", TEXT, &s.predict, 0, 0, "a file of pairs (row, column): write each with its prediction" },
        { "top", WHOLE, &s.top, 0, 1e9, "write so many columns of every row, the best of those without an entry" },
        { "out", TEXT, &s.out, 0, 0, "file to write, instead of standard output" },
        { "save", TEXT, &s.save, 0, 0, "file for the model; its names go to the same with .names behind" },
        { "load", TEXT, &s.load, 0, 0, "a model that --save wrote, instead of a fit" },
        { "plot", TEXT, &s.plot, 0, 0, "picture of the errors held out (.png, .svg or .pdf), drawn by gnuplot" },
        { "format", TEXT, &s.format, 0, 0, "auto, entries, table or mtx" },
        { "header", TEXT, &s.header, 0, 0, "auto, yes or no: whether the first line is one" },
        { "names", TEXT, &s.names, 0, 0, "auto, yes or no: whether the first column of a table names its rows" },
        { "decimal", TEXT, &s.decimal, 0, 0, "auto, point or comma" },
        { "duplicates", TEXT, &s.duplicates, 0, 0, "refuse, mean or last: what to do with two values for one entry" },
        { "folds", WHOLE, &s.folds, 0, 1e6, "parts for cross-validation; 0: 10, or as many as there are entries" },
        { "depth", WHOLE, &s.depth, 0, 100, "1: offsets alone; 2, 3, ...: a factorization too; 0: what the folds prefer" },
        { "method", TEXT, &s.method, 0, 0, "best, flow (stopped early) or posterior (depth 2)" },
        { "width", WHOLE, &s.width, 0, 1e6, "hidden; 0: what the folds prefer" },
        { "decay", REAL, &s.decay, 0, 1e9, "lambda, for values in their units; 0: what the data make probable" },
        { "seed", WHOLE, &s.seed, 0, 1e9, "of everything random" },
        { "threads", WHOLE, &s.threads, 1, 1024, "at most so many" }
    };
    read_options(argc, argv, "Completes a matrix from a list of entries or a table with holes.", options,
                 sizeof options / sizeof *options);
    check_settings(&s);
    run_program(&s);
    return 0;
}
