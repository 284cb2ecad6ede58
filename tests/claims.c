/*
Every claim of PAPER_NOTES.md beside what the programs compute. tests/notes.h says what a claim is; tests/claims.txt has
the tokens of each tagged block in order, as they stand (what is defined, published or derived) or computed:

    %(x)   x, rounded as the notes print it                =(x)   within 2 per cent: what the last step of a solver
    *(x)   within 10 per cent: "about", counts of gradients        decides
    ~(x)   within a factor of two: what the last bits decide, which other processors round otherwise
    <(x)   a bound from above, at most three times x, or ten times where x is below 1e-6
    >(x)   a bound from below, at least a third or a tenth of x

    hold (x) "sentence"                what a block states without a number
    for a b = 1 x, 2 'y z' { ... }     the tokens inside for each pair; one name takes a value between blanks
    def name(a; b) = text              $name(1; x) stands for the text with $a and $b replaced, to the end of the line;
                                       lines that begin with a blank go on

x is an expression of lists of numbers: file.column[depth=2 3, alpha<0.1, end!fits] are the numbers of a column in the
lines where depth is 2 or 3, alpha below 0.1 and end another text than fits; operators go number by number, and give 1
or 0 where they compare; {k = 1 2 3: x} puts the lists for each k together; {x} after = is a number computed. A file is

    file name = program options | reduced options | factor

where the options of a reduced run may be "same", or missing: then claims about the file are left to the full run. With
others, they are checked to the factor only, the spread of draws. The tests of a chapter write a file of their numbers
too (noted() in tests/test.h).

usage: [ML100K=path/to/u.data [ML100K_LINES=file,file,file]] build/claims build figures/data [reduced | renew]
*/
#define _POSIX_C_SOURCE 200809L
#include "notes.h"
#include <math.h>
#include <stdarg.h>
#include <sys/stat.h>

/* Everything lives to the end. */
static void *room(size_t bytes)
{
    void *p = calloc(1, bytes + 1);
    if (!p) printf("no memory\n"), exit(1);
    return p;
}

static char *copy_of(const char *s, size_t length)
{
    char *copy = (char *)room(length);
    memcpy(copy, s, length);
    return copy;
}

static void stop_at(const char *s, const char *why)
{
    printf("tests/claims.txt: %s: %.60s\n", why, s);
    exit(1);
}

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    size_t size = 0, got = 1;
    while (file && got) {
        text = (char *)realloc(text, size + 65537);
        got = fread(text + size, 1, 65536, file);
        text[size += got] = 0;
    }
    if (file) fclose(file);
    return text;
}

/* The end of what begins with a bracket at s: behind the one that closes it. */
static char *past_bracket(char *s)
{
    char *begin = s;
    int depth = 0;
    do {
        depth += *s == '(' || *s == '{' || *s == '[';
        depth -= *s == ')' || *s == '}' || *s == ']';
        if (!*s++) stop_at(begin, "a bracket is open");
    } while (depth > 0);
    return s;
}

/* ---- Files of numbers ---- */

typedef struct source {
    char *name, *program, *options, *reduced;  /* reduced: NULL = left out */
    double factor;                             /* to which the reduced run holds what the full one says */
    char ***rows;                              /* cells; the first row has the names of columns */
    double **numbers;                          /* of a column, NaN where there is text; NULL until they are used */
    int columns, count, state, partial;        /* state: 0 not read, 1 read, -1 left out; partial: without MovieLens */
    struct source *next;
} source;

static source *sources;
static const char *build, *data;
static int is_reduced, checked, failed, left, absent;  /* absent: a value of this block has no file */
static double factor = 1;                              /* the largest of the files used in it */

/* The cells of a line, which is cut into them. */
static char **cells(char *line, int *count)
{
    char **row = NULL;
    for (*count = 0; line; ++*count) {
        char *comma = strchr(line, ',');
        row = (char **)realloc(row, sizeof *row * (size_t)(*count + 1));
        row[*count] = line;
        if (comma) *comma++ = 0;
        line = comma;
    }
    return row;
}

static int older(const char *file, const char *than)
{
    struct stat a, b;
    return stat(file, &a) || stat(than, &b) || a.st_mtime < b.st_mtime;
}

/* Do the options name a variable that is not set, as "$ML100K"? Then what needs it is left out, with a sentence. */
static int lacks_file(const source *s, const char *options)
{
    const char *at = options, *value;
    while ((at = strchr(at, '$')) != NULL) {
        char variable[40];
        at++;
        snprintf(variable, sizeof variable, "%.*s", (int)strcspn(at, "\" "), at);
        value = getenv(variable);
        if (value && *value) continue;
        printf("%s.csv: what needs %s is not checked, as none is given\n", s->name, variable);
        return 1;
    }
    return 0;
}

/* Runs the program if its file is older than it is, and reads the file. */
static void run_source(source *s)
{
    char path[300], command[1400], program[300], *line;
    const char *options = is_reduced ? s->reduced : s->options;
    snprintf(path, sizeof path, "%s/%s.csv", data, s->name);
    snprintf(program, sizeof program, "%s/%s", build, s->program);
    s->state = -1;
    if (!options) return;
    s->partial = lacks_file(s, options);
    snprintf(command, sizeof command, "NUMBERS=%s %s %s --out %s >/dev/null 2>&1", path, program, options, path);
    if (older(path, program) && system(command) != 0 && !s->partial) failed++, printf("FAILED %s\n", command);
    line = read_file(path);
    if (!line) return;
    for (line = strtok(line, "\n"); line; line = strtok(NULL, "\n"), s->count++) {
        s->rows = (char ***)realloc(s->rows, sizeof *s->rows * (size_t)(s->count + 1));
        s->rows[s->count] = cells(line, &s->columns);
    }
    s->state = 1;
}

static source *find_source(const char *name)
{
    source *s = sources;
    while (s && strcmp(s->name, name) != 0) s = s->next;
    if (!s) stop_at(name, "no such file");
    if (!s->state) run_source(s);
    absent |= s->state < 0 || s->partial;
    if (s->state > 0 && is_reduced && strcmp(s->reduced, s->options) != 0 && s->factor > factor) factor = s->factor;
    return s;
}

static int find_column(const source *s, const char *name)
{
    int k = 0;
    while (k < s->columns && strcmp(s->rows[0][k], name) != 0) k++;
    if (k == s->columns) printf("%s has no column '%s'\n", s->name, name), exit(1);
    return k;
}

/* A column as numbers. */
static const double *numbers_of(source *s, int column)
{
    double *x;
    int i;
    if (!s->numbers) s->numbers = (double **)room(sizeof *s->numbers * (size_t)s->columns);
    if (s->numbers[column]) return s->numbers[column];
    x = s->numbers[column] = (double *)room(sizeof *x * (size_t)s->count);
    for (i = 1; i < s->count; i++) {
        char *end;
        x[i] = strtod(s->rows[i][column], &end);
        if (*end || end == s->rows[i][column]) x[i] = NAN;
    }
    return x;
}

/* A condition: "=2 3", one of these; "<3"; ">3"; "!fits", none of these. */
enum { MOST_VALUES = 16 };
typedef struct condition { int column, count; char op, *texts[MOST_VALUES]; double numbers[MOST_VALUES]; } condition;

static condition read_condition(int column, char *s)
{
    condition c = { 0, 0, 0, { 0 }, { 0 } };
    c.column = column;
    c.op = *s;
    for (s = strtok(s + 1, " \n"); s && c.count < MOST_VALUES; s = strtok(NULL, " \n")) {
        char *end;
        c.numbers[c.count] = strtod(s, &end);
        if (*end) c.numbers[c.count] = NAN;
        c.texts[c.count++] = s;
    }
    return c;
}

/* Numbers are the same to the nine digits that the programs print. */
static int meets(source *s, int row, const condition *c)
{
    const double x = numbers_of(s, c->column)[row];
    int k;
    if (c->op == '<') return x < c->numbers[0];
    if (c->op == '>') return x > c->numbers[0];
    for (k = 0; k < c->count; k++)
        if (isnan(c->numbers[k]) || isnan(x) ? strcmp(s->rows[row][c->column], c->texts[k]) == 0 :
            x == c->numbers[k] || fabs(x - c->numbers[k]) <= 1e-6 * fabs(x)) return c->op == '=';
    return c->op == '!';
}

/* ---- Definitions: text for text ---- */

typedef struct name {
    char *name, *text, *parameters[8];
    int count, is_bound;  /* bound: a value of a loop or a definition, which is final */
    struct name *next;
} name;
static name *definitions;

static size_t word(const char *s)
{
    size_t n = 0;
    while (notes_letter(s[n]) || notes_digit(s[n])) n++;
    return n;
}

typedef struct text { char *s; size_t length, most; } text;
static void append(text *t, const char *s, size_t length)
{
    if (t->length + length + 1 > t->most) t->s = (char *)realloc(t->s, t->most = 2 * (t->length + length) + 100);
    memcpy(t->s + t->length, s, length);
    t->s[t->length += length] = 0;
}

/* Cuts s at each separator outside of brackets and quotes; blanks around the parts go. */
static int cut(char *s, char separator, char **parts, int most)
{
    int count = 0;
    while (count < most) {
        char *end;
        s += strspn(s, " \n");
        for (end = parts[count++] = s; *end && *end != separator;) {
            if (strchr("([{", *end)) end = past_bracket(end);
            else if (*end == '\'') end = strchr(end + 1, '\'') + 1;
            else end++;
        }
        s = *end ? end + 1 : end;
        for (*end = 0; end > parts[count - 1] && strchr(" \n", end[-1]);) *--end = 0;
        if (!*s) break;
    }
    return count;
}

static char *expand(char *s, const name *known);

/* Appends what $name at s stands for; returns where it ends. */
static char *expand_name(text *out, char *s, const name *known)
{
    size_t n = word(s + 1);
    const name *d = known;
    name *bound = NULL;
    char *end = s + 1 + n, *parts[8];
    int k, count;
    while (d && (strlen(d->name) != n || strncmp(d->name, s + 1, n) != 0)) d = d->next;
    if (!d) return append(out, s, n + 1), end;  /* the name of a loop to come */
    if (d->count > 0 && *end != '(') stop_at(s, "values are missing");
    if (d->count == 0) {
        s = d->is_bound ? d->text : expand(copy_of(d->text, strlen(d->text)), definitions);
        return append(out, s, strlen(s)), end;
    }
    s = end;
    end = past_bracket(s);
    count = cut(expand(copy_of(s + 1, (size_t)(end - s) - 2), known), ';', parts, 8);
    if (count != d->count) stop_at(s, "other values than the definition has");
    for (k = 0; k < count; k++) {
        name *b = (name *)room(sizeof *b);
        b->name = d->parameters[k], b->text = parts[k], b->is_bound = 1, b->next = bound ? bound : definitions;
        bound = b;
    }
    s = expand(copy_of(d->text, strlen(d->text)), bound);
    append(out, s, strlen(s));
    return end;
}

static char *expand(char *s, const name *known)
{
    text out = { 0, 0, 0 };
    append(&out, "", 0);
    while (*s)
        if (*s == '$' && word(s + 1)) s = expand_name(&out, s, known);
        else append(&out, s++, 1);
    return out.s;
}

enum { MOST_GROUPS = 64 };

/* Names and groups of values of a loop between s and end: groups end with commas, single values with blanks too. */
static int groups_of(char *s, char *end, char **names, char **groups)
{
    size_t n = strcspn(s, "=");
    char *values = copy_of(s + n + 1, (size_t)(end - s) - n - 1), *name_of[8];
    int many;
    *names = copy_of(s, n);
    many = cut(copy_of(*names, n), ' ', name_of, 8) > 1;
    return cut(values, many || strchr(values, ',') ? ',' : ' ', groups, MOST_GROUPS);
}

/* s with the names of a loop replaced by one of its groups of values. */
static char *bind(char *s, const char *names, char *group)
{
    char *name_of[8], *value_of[8];
    int count = cut(copy_of(names, strlen(names)), ' ', name_of, 8), k;
    name *bound = NULL;
    if (count == 1) value_of[0] = group;
    else if (cut(group, ' ', value_of, 8) != count) stop_at(group, "other values than the loop has names");
    for (k = 0; k < count; k++) {
        name *b = (name *)room(sizeof *b);
        b->name = name_of[k], b->text = value_of[k], b->is_bound = 1, b->next = bound;
        if (*b->text == '\'') b->text = copy_of(b->text + 1, strlen(b->text) - 2);
        bound = b;
    }
    return expand(s, bound);
}

/* ---- Expressions ---- */

typedef struct list { double *x; int n; } list;

static char *at_;  /* what is read next */
static list or_(void);

enum { MOST_NUMBERS = 1 << 22 };
static double numbers[MOST_NUMBERS];  /* of the lists of one claim */
static int numbers_used;

static list list_of(int n)
{
    list a = { numbers + numbers_used, n };
    if (n > MOST_NUMBERS - numbers_used) stop_at(at_, "lists are too long");
    numbers_used += n;
    return a;
}

static list single(double x)
{
    list a = list_of(1);
    a.x[0] = x;
    return a;
}

static list evaluate(char *expression)
{
    char *kept = at_;
    list a;
    at_ = expression;
    a = or_();
    at_ += strspn(at_, " \n");
    if (*at_) stop_at(at_, "no expression");
    at_ = kept;
    return a;
}

static int sees(const char *what)
{
    at_ += strspn(at_, " \n");
    if (strncmp(at_, what, strlen(what)) != 0) return 0;
    at_ += strlen(what);
    return 1;
}

/* file.column[conditions], of which the file has been read. */
static list pick(const char *file)
{
    source *s = find_source(file);
    char *texts[12], *column = copy_of(at_, word(at_));
    condition conditions[12];
    int count = 0, found = 0, i, k;
    const double *x;
    list a;
    at_ += strlen(column);
    if (*at_ == '[') {
        char *end = past_bracket(at_);
        count = cut(copy_of(at_ + 1, (size_t)(end - at_) - 2), ',', texts, 12);
        if (!*texts[0]) count = 0;
        at_ = end;
    }
    if (s->state < 0) return single(NAN);
    for (k = 0; k < count; k++) {
        char *name = copy_of(texts[k], word(texts[k])), *rest = texts[k] + strlen(name);
        if (rest[1] == '{') {
            list value = evaluate(copy_of(rest + 2, strlen(rest) - 3));
            snprintf(rest = (char *)room(40), 40, "=%.9g", value.x[0]);
        }
        conditions[k] = read_condition(find_column(s, name), rest);
    }
    x = numbers_of(s, find_column(s, column));
    a = list_of(s->count);
    for (i = 1; i < s->count; i++) {
        for (k = 0; k < count && meets(s, i, &conditions[k]); k++) {}
        if (k == count) a.x[found++] = x[i];
    }
    a.n = found;
    numbers_used -= s->count - found;
    return a;
}

static int ascending(const void *a, const void *b)
{
    return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

static list sorted(list a)
{
    list b = list_of(a.n);
    memcpy(b.x, a.x, sizeof *a.x * (size_t)a.n);
    qsort(b.x, (size_t)a.n, sizeof *b.x, ascending);
    return b;
}

static list joined(list a, list b)
{
    list c = list_of(a.n + b.n);
    memcpy(c.x, a.x, sizeof *a.x * (size_t)a.n);
    memcpy(c.x + a.n, b.x, sizeof *b.x * (size_t)b.n);
    return c;
}

/* Of a list, a number: NaN where there is none, and where one is not a number. */
static double of_all(const char *what, list a)
{
    double sum = 0, squares = 0, logs = 0;
    int n = a.n, i, changes = 0;
    list s;
    for (i = 0; i < n; i++) sum += a.x[i], logs += log(a.x[i]), changes += i > 0 && a.x[i - 1] * a.x[i] < 0;
    for (i = 0; i < n; i++) squares += pow(a.x[i] - sum / n, 2);
    if (isnan(sum)) return NAN;
    if (strcmp(what, "count") == 0) return n;
    if (strcmp(what, "sum") == 0) return sum;
    if (n == 0) return NAN;
    if (strcmp(what, "mean") == 0) return sum / n;
    if (strcmp(what, "gmean") == 0) return exp(logs / n);
    if (strcmp(what, "deviation") == 0) return sqrt(squares / (n - 1));
    if (strcmp(what, "changes") == 0) return changes;  /* of sign, from one to the next */
    if (strcmp(what, "last") == 0) return a.x[n - 1];
    s = sorted(a);
    if (strcmp(what, "least") == 0) return s.x[0];
    if (strcmp(what, "most") == 0) return s.x[n - 1];
    if (strcmp(what, "median") == 0) return (s.x[n / 2] + s.x[(n - 1) / 2]) / 2;
    if (strcmp(what, "all") == 0) return s.x[0] != 0;
    stop_at(what, "no such function");
    return 0;
}

static list number_by_number(char op, list a, list b)
{
    int n = a.n == 1 ? b.n : a.n, k;
    list c = list_of(n);
    if (a.n != n && a.n != 1) return single(NAN);
    if (b.n != n && b.n != 1) return single(NAN);
    for (k = 0; k < n; k++) {
        double x = a.x[a.n == 1 ? 0 : k], y = b.x[b.n == 1 ? 0 : k];
        c.x[k] = isnan(x) || isnan(y) ? NAN :
                 op == '+' ? x + y : op == '-' ? x - y : op == '*' ? x * y : op == '/' ? x / y : op == '^' ? pow(x, y) :
                 op == '<' ? x < y : op == '>' ? x > y : op == '=' ? x == y : op == '!' ? x != y :
                 op == '&' ? (x != 0) & (y != 0) : (x != 0) | (y != 0);
    }
    return c;
}

static list of_each(double (*function)(double), list a)
{
    int k;
    list b = list_of(a.n);
    for (k = 0; k < a.n; k++) b.x[k] = function(a.x[k]);
    return b;
}

static list call(const char *what)
{
    list a = or_();
    if (strcmp(what, "top") == 0) {  /* top(k, a): the k-th largest */
        list s;
        int k = (int)a.x[0];
        if (!sees(",")) stop_at(at_, "top(k, list)");
        s = sorted(or_());
        a = single(s.n < k || k < 1 ? NAN : s.x[s.n - k]);
    } else if (strcmp(what, "where") == 0) {  /* where(a, b): of a those where b is not 0 */
        list b, c = list_of(a.n);
        int k;
        if (!sees(",")) stop_at(at_, "where(list, list)");
        b = or_();
        for (c.n = k = 0; k < a.n && k < b.n; k++)
            if (b.x[k] != 0) c.x[c.n++] = a.x[k];
        a = c;
    } else if (strcmp(what, "crossing") == 0) {  /* crossing(x, y, level): the last x at which y crosses the level */
        list y, x = a;
        double level;
        int k;
        if (!sees(",")) stop_at(at_, "crossing(list, list, level)");
        y = or_();
        if (!sees(",")) stop_at(at_, "crossing(list, list, level)");
        level = or_().x[0];
        for (a = single(NAN), k = y.n - 2; k >= 0 && isnan(a.x[0]); k--)
            if (y.x[k] < level && y.n == x.n)
                a.x[0] = x.x[k] + (level - y.x[k]) / (y.x[k + 1] - y.x[k]) * (x.x[k + 1] - x.x[k]);
    } else if (strcmp(what, "steps") == 0) {  /* from each to the next, the first from 0 */
        int k;
        for (k = a.n - 1; k > 0; k--) a.x[k] -= a.x[k - 1];
    } else if (strcmp(what, "abs") == 0) a = of_each(fabs, a);
    else if (strcmp(what, "log10") == 0) a = of_each(log10, a);
    else if (strcmp(what, "rint") == 0) a = of_each(rint, a);
    else if (strcmp(what, "sqrt") == 0) a = of_each(sqrt, a);
    else {
        while (sees(",")) a = joined(a, or_());
        a = single(of_all(what, a));
    }
    if (!sees(")")) stop_at(at_, "a ) is missing");
    return a;
}

/* {k = 1 2 3: x}, of which the { has been read. */
static list for_each(void)
{
    char *begin = at_ - 1, *end = past_bracket(begin), *colon = strchr(begin, ':'), *groups[MOST_GROUPS], *names;
    list a = list_of(0);
    int count, k;
    if (!colon || colon > end) stop_at(begin, "{names = values: expression}");
    count = groups_of(begin + 1, colon, &names, groups);
    for (k = 0; k < count; k++)
        a = joined(a, evaluate(bind(copy_of(colon + 1, (size_t)(end - colon) - 2), names, groups[k])));
    at_ = end;
    return a;
}

static list primary(void)
{
    list a;
    if (sees("(")) {
        a = or_();
        if (!sees(")")) stop_at(at_, "a ) is missing");
    } else if (sees("{")) a = for_each();
    else if (notes_digit(*at_) || *at_ == '.') a = single(strtod(at_, &at_));
    else {
        char *what = copy_of(at_, word(at_));
        at_ += strlen(what);
        if (!*what) stop_at(at_, "no expression");
        if (*at_ == '.') at_++, a = pick(what);
        else if (sees("(")) a = call(what);
        else stop_at(what, "neither a file nor a function"), a = single(0);
    }
    return a;
}

static list power(void)
{
    list a;
    if (sees("-")) return number_by_number('-', single(0), power());
    a = primary();
    return sees("^") ? number_by_number('^', a, power()) : a;
}

/* Operands with operators of one rank between them, from the left. */
static list in_turn(const char *operators, list operand(void))
{
    list a = operand();
    const char *o;
    do {
        for (o = operators; *o; o++) {
            const char name[2] = { *o, 0 };
            if (!sees(name)) continue;
            a = number_by_number(*o, a, operand());
            break;
        }
    } while (*o);
    return a;
}

static list product(void) { return in_turn("*/", power); }
static list sum(void) { return in_turn("+-", product); }

static list comparison(void)
{
    list a = sum();
    if (sees("<")) return number_by_number('<', a, sum());
    if (sees(">")) return number_by_number('>', a, sum());
    if (sees("==")) return number_by_number('=', a, sum());
    if (sees("!=")) return number_by_number('!', a, sum());
    return a;
}

static list and_(void)
{
    list a = comparison();
    while (sees("&")) a = number_by_number('&', a, comparison());
    return a;
}

static list or_(void)
{
    list a = and_();
    while (sees("|")) a = number_by_number('|', a, and_());
    return a;
}

/* ---- The notes ---- */

typedef struct noted { notes_block b; int visited; } noted;
static noted notes[1000];
static int blocks, current = -1;
static const char *notes_text;
static const char *next;

static void wrong(const char *sentence, ...)
{
    va_list arguments;
    va_start(arguments, sentence);
    printf("PAPER_NOTES.md:%d: [c:%s] ", notes[current].b.line, notes[current].b.tag);
    vprintf(sentence, arguments);
    printf("\n");
    va_end(arguments);
    failed++;
}

static void read_notes(void)
{
    const char *at = notes_text = read_file("PAPER_NOTES.md");
    int line = 1;
    if (!at) printf("PAPER_NOTES.md is not here\n"), exit(1);
    while (blocks < 1000 && next_block(&at, &line, &notes[blocks].b)) blocks += *notes[blocks].b.tag != 0;
}

static void close_block(void)
{
    char token[40];
    if (current >= 0 && next_token(&next, notes[current].b.end, token)) wrong("nothing checks %s", token);
}

/* The block before has no further token; the one with this tag begins. */
static void open_block(const char *tag)
{
    close_block();
    for (current = blocks - 1; current >= 0 && strcmp(notes[current].b.tag, tag) != 0; current--) {}
    if (current < 0) printf("PAPER_NOTES.md has no [c:%s]\n", tag), exit(1);
    if (notes[current].visited++) wrong("twice");
    next = notes[current].b.start;
    absent = 0;
    factor = 1;
}

/* Places behind the point, and zeros before the end of a whole number. */
static void places_of(const char *token, int *places, int *zeros)
{
    const char *point = strchr(token, '.');
    int n = (int)strspn(token, digits);
    *places = point ? (int)strspn(point + 1, digits) : 0;
    for (*zeros = 0; !point && !strchr(token, 'e') && *zeros < n - 1 && token[n - 1 - *zeros] == '0'; ++*zeros) {}
}

/* Of the last place of x, written with as many digits as the token has. */
static double unit_of(const char *token, double x)
{
    int places, zeros;
    places_of(token, &places, &zeros);
    return pow(10, (strchr(token, 'e') ? floor(log10(fabs(x))) : 0) - places + zeros);
}

static int holds(char how, double noted_value, double x, const char *token)
{
    const char *e = strchr(token, 'e');
    double q = factor * 1.0001, loose = (fabs(x) < 1e-6 ? 10 : 3) * q;
    int places, zeros;
    if (how == '<') return x <= noted_value * q && noted_value <= fabs(x) * loose;
    if (how == '>') return x >= noted_value / q && noted_value >= x / loose;
    if (how == '~') q *= 2;
    if (how == '*' && q < 1.1) q = 1.1;
    if (how == '=' && q < 1.02) q = 1.02;
    if (q > 1.01 && (noted_value == x || (noted_value <= x * q && noted_value >= x / q))) return 1;
    places_of(token, &places, &zeros);  /* half a unit in the last place, and what nine digits leave of it */
    return q < 1.5 && fabs(noted_value - x) <= 0.5001 * pow(10, (e ? atof(e + 1) : 0) - places + zeros);
}

/* ---- Notes renewed: after a change of the arithmetic, the numbers as they come out now ---- */

typedef struct change { const char *from; size_t length; char to[40]; struct change *next; } change;
static change *changes;  /* the last one first */
static int renews, change_count;

/* x with as many digits as the token has; with an exponent, too, where no digit would be left. */
static void write_alike(double x, const char *token, char *out)
{
    int places, zeros, n;
    char *exponent;
    places_of(token, &places, &zeros);
    sprintf(out, "%.*f", places, zeros ? rint(x / pow(10, zeros)) * pow(10, zeros) : x);
    if (!strchr(token, 'e') && (x == 0 || atof(out) != 0)) return;
    sprintf(out, "%.*e", strchr(token, 'e') ? places : 1, x);
    exponent = strchr(out, 'e');
    if (atoi(exponent + 1) == 0) {
        *exponent = 0;
        return;
    }
    exponent += 1 + (exponent[1] == '-');  /* without the sign + and zeros in front */
    n = (int)strspn(exponent, "+0");
    memmove(exponent, exponent + n, strlen(exponent + n) + 1);
}

/* A bound stays one: it goes to the next number of as many digits. */
static void renew(const char *end, const char *token, char how, double x)
{
    change *c = (change *)room(sizeof *c);
    double beyond = how == '<' || how == '>' ? unit_of(token, x) : 0;
    c->length = strlen(token);
    c->from = end - c->length;
    if (strncmp(c->from, token, c->length) != 0) return;  /* a word, or with a blank between groups of digits */
    write_alike(x, token, c->to);
    if (how == '<' && atof(c->to) < x) write_alike(x + beyond, token, c->to);
    if (how == '>' && atof(c->to) > x) write_alike(x - beyond, token, c->to);
    c->next = changes;
    changes = c;
    change_count++;
}

static int earlier(const void *a, const void *b)
{
    const char *x = (*(change *const *)a)->from, *y = (*(change *const *)b)->from;
    return (x > y) - (x < y);
}

static void write_notes(const char *from)
{
    FILE *out = fopen("PAPER_NOTES.md", "wb");
    change **all = (change **)room(sizeof *all * (size_t)change_count), *c;
    int k = 0;
    for (c = changes; c; c = c->next) all[k++] = c;
    qsort(all, (size_t)change_count, sizeof *all, earlier);
    for (k = 0; out && k < change_count; k++) {
        fwrite(from, 1, (size_t)(all[k]->from - from), out);
        fputs(all[k]->to, out);
        from = all[k]->from + all[k]->length;
    }
    if (out) fputs(from, out), fclose(out);
    printf("%d numbers of PAPER_NOTES.md renewed: read what is said of them\n", change_count);
}

/* ---- Claims ---- */

/* The next token of the block is this one, or, unless how is 0, is x in this sense. */
static void say(char how, const char *wanted, double x)
{
    char token[40];
    if (current < 0) stop_at(wanted, "before the first block");
    if (!next_token(&next, notes[current].b.end, token)) {
        wrong("ends before '%s'", wanted);
        return;
    }
    checked++;
    if (how && isnan(x) && (absent || factor > 1)) left++;
    else if (how && !holds(how, atof(token), x, token)) {
        wrong("says %s, and it is %.6g (%c)", token, x, how);
        if (renews && isfinite(x)) renew(next, token, how, x);
    } else if (!how && strcmp(token, wanted) != 0) wrong("says %s, and it is %s", token, wanted);
}

/* hold (x) "sentence"; returns where it ends. */
static char *hold(char *s)
{
    char *end = past_bracket(s), *sentence = end + strspn(end, " \n");
    list a = evaluate(copy_of(s, (size_t)(end - s)));
    if (*sentence != '"' || (end = strchr(sentence + 1, '"')) == NULL) stop_at(s, "a sentence is missing");
    checked++;
    if (absent || factor > 1) left++;
    else if (a.n == 0 || of_all("all", a) != 1)
        wrong("it is not so that %.*s", (int)(end - sentence) - 1, sentence + 1);
    numbers_used = 0;
    return end + 1;
}

static void run(char *s);

/* for names = groups { body }; returns where it ends. */
static char *loop(char *s)
{
    char *brace = strchr(s, '{'), *end, *groups[MOST_GROUPS], *names;
    int count, k;
    if (!brace) stop_at(s, "for names = values { tokens }");
    end = past_bracket(brace);
    count = groups_of(s, brace, &names, groups);
    for (k = 0; k < count; k++) run(bind(copy_of(brace + 1, (size_t)(end - brace) - 2), names, groups[k]));
    return end;
}

static void run(char *s)
{
    while (*(s += strspn(s, " \n"))) {
        if (strncmp(s, "for ", 4) == 0) s = loop(s + 4);
        else if (strncmp(s, "hold (", 6) == 0) s = hold(s + 5);
        else if (strchr("%~=*<>", *s) && s[1] == '(') {
            char *end = past_bracket(s + 1), *expression = copy_of(s + 2, (size_t)(end - s) - 3);
            list a = evaluate(expression);
            say(*s, expression, a.n == 1 ? a.x[0] : NAN);
            numbers_used = 0;
            s = end;
        } else {
            size_t n = strcspn(s, " \n");
            say(0, copy_of(s, n), 0);
            s += n;
        }
    }
}

static void read_definition(char *line)
{
    name *d = (name *)room(sizeof *d);
    char *equals = strchr(line, '='), *bracket = strchr(line, '(');
    if (!equals) stop_at(line, "def name = text");
    if (bracket && bracket < equals) {
        char *end = past_bracket(bracket);
        d->count = cut(copy_of(bracket + 1, (size_t)(end - bracket) - 2), ';', d->parameters, 8);
    }
    d->name = copy_of(line, word(line));
    d->text = equals + 1 + strspn(equals + 1, " ");
    d->next = definitions;
    definitions = d;
}

static void read_source(char *line)
{
    source *s = (source *)room(sizeof *s);
    char *equals = strchr(line, '='), *parts[3];
    int count;
    if (!equals) stop_at(line, "file name = program options");
    count = cut(equals + 1, '|', parts, 3);
    s->name = copy_of(line, word(line));
    s->program = copy_of(parts[0], strcspn(parts[0], " "));
    s->options = parts[0] + strlen(s->program);
    s->reduced = count < 2 ? NULL : strcmp(parts[1], "same") == 0 ? s->options : parts[1];
    s->factor = count < 3 ? 1 : atof(parts[2]);
    s->next = sources;
    sources = s;
}

/* A line, and those after it that begin with a blank: a file, a definition, a block's tokens. */
static void read_claims(char *s)
{
    while (*s) {
        char *end = s + strcspn(s, "\n"), *line;
        while (*end && strchr(" \n", end[1]) && end[1]) end += 1 + strcspn(end + 1, "\n");
        line = copy_of(s, (size_t)(end - s));
        s = *end ? end + 1 : end;
        if (strncmp(line, "file ", 5) == 0) read_source(line + 5);
        else if (strncmp(line, "def ", 4) == 0) read_definition(line + 4);
        else if (*line == '[') {
            char *close = past_bracket(line);
            open_block(copy_of(line + 1, (size_t)(close - line) - 2));
            run(expand(close, definitions));
        } else if (*line && *line != '#') stop_at(line, "no claim");
    }
}

int main(int count, char **arguments)
{
    char *claims = read_file("tests/claims.txt");
    if (count < 3 || !claims) return printf("usage: claims build figures/data [reduced | renew]\n"), 1;
    build = arguments[1];
    data = arguments[2];
    is_reduced = count > 3 && strcmp(arguments[3], "reduced") == 0;
    renews = count > 3 && strcmp(arguments[3], "renew") == 0;
    read_notes();
    read_claims(claims);
    close_block();
    for (current = 0; current < blocks; current++)
        if (!notes[current].visited) wrong("nothing checks it");
    if (renews && change_count) write_notes(notes_text);
    printf("%d claims beside what is computed, %d left to the full run\n", checked, left);
    printf("%d passed, %d failed\n", checked - left - failed, failed);
    return failed > 0;
}
