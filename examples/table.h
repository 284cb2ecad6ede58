/*
Matrices in text as people have them: lists of entries, tables with holes, MatrixMarket files.

read_matrix finds out what a file is, by reading all of it: the separator, by which most lines make sense; whether it
is a list (row, column, value, and fields of no interest) or a table, by which fields are numbers and which come again;
whether the first line and the first column hold names. Where more than one reading makes sense it asks for an option
and does not guess, but that a point is always decimal. What makes none is refused with file, line, column and reason: there is no line that it passes over
except blank ones and comments.

Names are bytes without the blanks around them: 1, 01 and "1 " in quotes are three names. Numbers are decimal, with a
point or, where the comma is not the separator or the field is quoted, a comma, but not both in one file. Time and
memory are linear in the size of the file.

Include after dmf.h and example.h.
*/
#ifndef TABLE_H
#define TABLE_H

#include <float.h>
#include "text.h"

/* ---- What is read ---- */

enum { AUTO, YES, NO };
static const char *const choices[] = { "auto", "yes", "no", NULL };
enum { ENTRIES = 1, TABLE, MTX };
static const char *const format_names[] = { "auto", "entries", "table", "mtx", NULL };
static const char *const format_texts[] = { "", "a list of entries", "a table", "a MatrixMarket file" };
enum { ANY_MARK, POINT_MARK, COMMA_MARK };
static const char *const mark_names[] = { "auto", "point", "comma", NULL };
enum { NO_DUPLICATES, MEAN_OF_DUPLICATES, LAST_OF_DUPLICATES };
static const char *const duplicate_names[] = { "refuse", "mean", "last", NULL };

/* What a file is said to be; zeros are to be found out. */
typedef struct format { int kind, header, names, mark, duplicates; } format;

typedef struct entry_list { dmf_entry *entries; size_t count, room; } entry_list;

typedef struct matrix {
    text t;
    format is;                /* as found */
    int separator, fields, named;  /* fields: columns with an empty last one; named: the first column holds names */
    int empty_last;           /* the last field of every line is empty: it separates nothing */
    names rows, cols;
    char *title[2];           /* of the first two columns of a list; NULL without a header */
    entry_list known, holes;        /* of a table, holes has the places without a number */
    size_t merged, comments;
    int declared_rows, declared_cols;  /* by a MatrixMarket file; otherwise 0 */
    char mark;                /* before decimals, 0 as long as there are none */
    const char *marked, *thousand;  /* where the first mark is, and the first comma that may be one of thousands */
    int mark_is_sure;         /* a comma was not one of thousands */
} matrix;

static void add_entry(entry_list *l, int row, int col, double value)
{
    dmf_entry e = { row, col, (dmf_real)value };
    if (l->count == l->room) {
        l->room = l->room ? 2 * l->room : 1024;
        if (!(l->entries = (dmf_entry *)realloc(l->entries, l->room * sizeof e))) fail("out of memory");
    }
    l->entries[l->count++] = e;
}

/* 1,234 can be a number with three decimals or one with a thousand in it; 0,234 and 1234,567 cannot. */
static int may_be_thousands(const field *f)
{
    const char *comma = (const char *)memchr(f->text, ',', f->size), *first = f->text;
    if (*first == '-' || *first == '+') first++;
    return comma && *first != '0' && comma > first && comma - first <= 3 && f->text + f->size - comma == 4;
}

static char *copy_text(const field *f)
{
    return (char *)memcpy(allocate(f->size, 1), f->text, f->size);
}

/* One decimal mark in a file. */
static void check_mark(matrix *m, const field *f, char mark)
{
    const char *is = mark == ',' ? "comma" : "point";
    if (mark && m->mark && mark != m->mark && !m->marked)
        refuse(&m->t, f->raw, "'%s' has a decimal %s, which is not the mark of this file", shown(f), is);
    if (mark && m->mark && mark != m->mark)
        refuse(&m->t, f->raw, "'%s' has a decimal %s, and a number in line %zu the other mark", shown(f), is,
               line_number(&m->t, m->marked));
    if (!mark) return;
    if (!m->mark) m->marked = f->raw;
    m->mark = mark;
    if (mark == '.' || m->mark_is_sure) return;
    if (!may_be_thousands(f)) m->mark_is_sure = 1;
    else if (!m->thousand) m->thousand = f->raw;
}

/* Of a field that is a number; infinity if it is too large or long. */
enum { LONGEST = 512 };
static double value_of(const field *f)
{
    char copy[LONGEST];
    size_t i;
    if (f->size >= sizeof copy) return (double)INFINITY;
    for (i = 0; i < f->size; i++) copy[i] = f->text[i] == ',' ? '.' : f->text[i];
    copy[i] = 0;
    return strtod(copy, NULL);
}

/* The number of a field, or an end with a sentence. */
static double take_number(matrix *m, const field *f)
{
    char mark;
    double value;
    if (!is_number(f->text, f->size, &mark)) {
        if (m->is.kind == TABLE)
            refuse(&m->t, f->raw, "'%s' is neither a number nor a hole (empty, NA, NaN, ? or -)", shown(f));
        if (is_hole(f->text, f->size)) refuse(&m->t, f->raw, "the value is missing");
        refuse(&m->t, f->raw, "'%s' is not a number", shown(f));
    }
    if (f->size >= LONGEST) refuse(&m->t, f->raw, "a number of %zu characters", f->size);
    check_mark(m, f, mark);
    value = value_of(f);
    if (!(fabs(value) <= 1e140)) /* so that sums of squares are finite */
        refuse(&m->t, f->raw, "'%s' is too large a number", shown(f));
    return value;
}

/* ---- Which separator ---- */

/* Two or more numbers with blanks between them: no name, but fields that another separator would have found. */
static int holds_numbers(const reader *r, const field *f)
{
    const char *at = f->text, *end = at + f->size;
    char mark;
    if (!memchr(f->text, ' ', f->size) && !memchr(f->text, '\t', f->size)) return 0;
    while (at < end) {
        const char *begin = at;
        while (at < end && *at != ' ' && *at != '\t') at++;
        if (at > begin && !is_number(begin, (size_t)(at - begin), &mark)) return 0;
        at += at < end;
    }
    return r->separator != BLANKS;
}

/* Row, column, value. */
static int fits_list(const reader *r)
{
    const field *f = r->fields;
    return r->count >= 3 && f[0].size && f[1].size && kind_of(&f[2]) == NUMBER;
}

/* Numbers and holes behind the first field. */
static int fits_table(const reader *r)
{
    int k;
    for (k = 1; k < r->count; k++)
        if (kind_of(&r->fields[k]) == WORD) return 0;
    return r->count >= 2;
}

static int fits(const reader *r)
{
    return (fits_list(r) || fits_table(r)) && !holds_numbers(r, &r->fields[0]) && !holds_numbers(r, &r->fields[1]);
}

/* With one separator: the number of fields that most of the first lines have, but for the very first, which may be a
   header; how many lines have it, and how many of these make sense. No fields if most have one. */
enum { SAMPLE = 200 };
typedef struct sample { int fields, good, alike; } sample;

static int is_better(sample s, sample than)
{
    return s.good > than.good || (s.good == than.good && s.alike > than.alike);
}

static sample take_sample(const text *t, int separator, int (*makes_sense)(const reader *, void *user), void *user)
{
    reader r = start_reading(t, separator);
    int counts[SAMPLE], good[SAMPLE], lines = 0, i, k;
    sample best = { 0, 0, 0 };
    while (lines < SAMPLE && next_fields(&r)) {
        counts[lines] = r.count;
        good[lines++] = r.count >= 2 && makes_sense(&r, user);
    }
    for (i = lines > 1; i < lines; i++) {
        sample s = { counts[i], 0, 0 };
        for (k = 0; k < lines; k++) {
            if (counts[k] != counts[i]) continue;
            s.alike++;
            s.good += good[k] && (k > 0 || lines == 1);
        }
        if (s.fields > 0 && is_better(s, best)) best = s;
    }
    if (best.fields == 1) memset(&best, 0, sizeof best);
    stop_reading(&r);
    return best;
}

static int fits_matrix(const reader *r, void *user)
{
    (void)user;
    return fits(r);
}

/* The separator by which most lines make sense; of equals, the first one in the list. Returns the number of fields. */
static int find_separator(const text *t, int *separator, int (*makes_sense)(const reader *, void *user), void *user)
{
    sample best = { 0, 0, 0 };
    int i;
    for (i = 0; i < SEPARATORS; i++) {
        sample s = take_sample(t, i, makes_sense, user);
        if (!is_better(s, best)) continue;
        best = s;
        *separator = i;
    }
    return best.fields;
}

/* ---- List or table, and where the names are ---- */

/* What the lines behind the first look like; of a single line, what that one does. */
typedef struct survey {
    int alone;
    size_t lines, list, table, numbers[2], words, signs, rising, stepping, counting, empty_last, holes;
} survey;
/* alone    whether there is a single line
   lines    that have the usual number of fields; the other numbers count some of these
   list     that fit a list; table: that fit a table
   numbers  whose first, second field is a number
   words    whose first field is a word; signs: is one of those that stand for holes, but not empty
   rising   whose first field is a whole number above that of the line before; stepping: above it by one
   counting all of whose fields are whole numbers, each one more than the one before
   holes    that fit a table and have a hole, the last field apart if it is empty everywhere */

/* Whether fields are whole numbers, each one more than the one before. */
static int count_up(const field *f, int count)
{
    long long number, last = 0;
    int k;
    for (k = 0; k < count; last = number, k++)
        if (!is_whole(&f[k], &number) || (k > 0 && number != last + 1)) return 0;
    return count > 1;
}

static void survey_line(survey *s, const reader *r, long long *last)
{
    const field *f = r->fields;
    int kind = kind_of(&f[0]), k, holes = 0;
    long long number = -1;
    for (k = 0; k < r->count - 1; k++) holes += kind_of(&f[k]) == HOLE;
    s->lines++;
    s->list += (size_t)fits_list(r);
    s->table += (size_t)fits_table(r);
    s->numbers[0] += kind == NUMBER;
    s->numbers[1] += kind_of(&f[1]) == NUMBER;
    s->words += kind == WORD;
    s->signs += kind == HOLE && f[0].size > 0;
    s->rising += is_whole(&f[0], &number) && number > *last;
    s->stepping += number >= 0 && (number == *last + 1 || *last < 0);
    s->counting += (size_t)count_up(f, r->count);
    s->empty_last += f[r->count - 1].size == 0;
    s->holes += holes > 0 || (kind_of(&f[r->count - 1]) == HOLE && f[r->count - 1].size > 0);
    *last = number;
}

static survey survey_text(const matrix *m)
{
    reader r = start_reading(&m->t, m->separator);
    survey s = { 0 };
    long long last = -1;
    int line;
    for (line = 0; next_fields(&r); line++) {
        if (line == 1) memset(&s, 0, sizeof s), last = -1;
        if (r.count == m->fields) survey_line(&s, &r, &last);
    }
    if (s.empty_last < s.lines) s.holes += s.empty_last;
    s.alone = line == 1;
    stop_reading(&r);
    return s;
}

/* Whether a field comes twice in a column. */
static int comes_again(const matrix *m, int column)
{
    reader r = start_reading(&m->t, m->separator);
    names seen = { 0 };
    int again = 0, count;
    while (!again && next_fields(&r)) {
        if (r.count <= column) continue;
        count = seen.count;
        again = add_name(&seen, &r.fields[column]) < count;
    }
    stop_reading(&r);
    free_names(&seen);
    return again;
}

static void check_line(const text *t, const reader *r, int fields)
{
    if (r->wrong) refuse(t, r->wrong, "%s", r->reason);
    if (r->count != fields)
        refuse(t, r->count > fields ? r->fields[fields].raw : r->end, "%d field%s, where %d are usual", r->count,
               r->count == 1 ? "" : "s", fields);
}

/* All lines but the first. */
static void check_all_lines(const matrix *m)
{
    reader r = start_reading(&m->t, m->separator);
    for (next_line(&r); next_fields(&r);) check_line(&m->t, &r, m->fields);
    stop_reading(&r);
}

/* Lists have no holes, and names that come again; tables have holes, and rows with names that do not. If a file is
   neither without exception, what it is nearer to will name the exception. */
static int find_kind(const matrix *m, const survey *s)
{
    size_t most = s->lines - (s->lines > 10 ? s->lines / 10 : s->lines > 2);
    int list = s->list >= most, table = s->table >= most, again = 0, sure;
    if (m->fields == 2) return TABLE;
    if (s->list == 0 || s->table == 0) return s->table ? TABLE : ENTRIES;
    if (table && !list) return TABLE;
    if (!comes_again(m, 0)) sure = list && !s->holes ? 0 : TABLE;
    else if (!list) sure = s->table > s->list ? TABLE : ENTRIES;
    else if (!table) sure = ENTRIES;
    else {
        again = comes_again(m, 1);
        sure = again && !s->holes ? ENTRIES : !again && s->holes ? TABLE : 0;
    }
    if (!sure) check_all_lines(m);
    if (!sure) fail("%s:1:1: may be a list of entries or a table: say --format entries or --format table", m->t.path);
    return sure;
}

/* Ends the program: something may hold names or numbers. */
static void ask(const matrix *m, const field *f, const char *what, const char *name)
{
    refuse(&m->t, f->raw, "%s may be names or numbers ('%s'): say --%s yes or --%s no", what, shown(f), name, name);
}

/* A word that may be meant as a number: inf, 0x10, 1,000.5, 24h. */
static int resembles_number(const field *f)
{
    const char *digit = f->text + (f->size > 1 && (*f->text == '-' || *f->text == '+'));
    return f->size > 0 && (is_digit(*digit) || *digit == '.' || *digit == ',' ||
                           (f->size >= 3 && f->size <= 9 && strncasecmp(digit, "inf", 3) == 0));
}

/* Whether the first line of a list is a header: words only, where the others have a number. A number in place of the
   value is that of a header if the names of all other lines are numbers. */
static int list_has_header(const matrix *m, const survey *s, const reader *first)
{
    const field *f = first->fields;
    int words = first->count < 3 ? 0 : (kind_of(&f[0]) != NUMBER) + (kind_of(&f[1]) != NUMBER);
    if (m->is.header) return m->is.header == YES;
    if (first->count != m->fields || words < 2) return 0;
    if (kind_of(&f[2]) == NUMBER && s->numbers[0] == s->lines && s->numbers[1] == s->lines)
        ask(m, &f[0], "the first line", "header");
    return kind_of(&f[2]) == WORD && !resembles_number(&f[2]);
}

/* Whether numbers that count, from first on, can hardly be data: no other line counts, or has a number so large. */
static int stand_out(const matrix *m, const survey *s, const field *first)
{
    const double least = value_of(first);
    reader r = start_reading(&m->t, m->separator);
    int k, found = 0;
    for (next_line(&r); s->counting > 0 && !found && next_fields(&r);)
        for (k = s->words > 0; k < r.count; k++)
            found |= kind_of(&r.fields[k]) == NUMBER && value_of(&r.fields[k]) >= least;
    stop_reading(&r);
    return !found;
}

/* Numbers in the first line of a table, and holes, are data, unless they count and stand out, or stand above names
   without one of their own. */
static int numbers_are_header(const matrix *m, const survey *s, const reader *first)
{
    const field *f = first->fields;
    int corner = kind_of(&f[0]), width = m->fields - m->empty_last, counts = count_up(f + 1, width - 1);
    if (s->words && s->words + s->signs == s->lines && f[0].size == 0) return 1;
    if (!s->words && corner == WORD) return 1;
    if (s->words && corner != NUMBER) {
        if (counts && stand_out(m, s, &f[1])) ask(m, &f[1], "the first line", "header");
        return 0;
    }
    if (corner == HOLE) {
        if (counts != (s->lines > 1 && s->stepping == s->lines)) ask(m, &f[1], "the first line", "header");
        return counts;
    }
    if (width > 2 && count_up(f, width) && stand_out(m, s, &f[0])) ask(m, &f[0], "the first line", "header");
    return 0;
}

/* Whether a first line has one field less than the others: it names the columns behind the first, as R writes it. */
static int lacks_corner(const matrix *m, const reader *first)
{
    return first->count == m->fields - m->empty_last - 1;
}

/* Whether the first line of a table is a header: words behind its first field. */
static int table_has_header(const matrix *m, const survey *s, const reader *first)
{
    const field *word = NULL;
    int k, numbers = 0, words = 0;
    if (m->is.header) return m->is.header == YES;
    if (!lacks_corner(m, first) && first->count < m->fields - m->empty_last) return 0;
    for (k = lacks_corner(m, first) ? 0 : 1; k < first->count; k++) {
        const field *f = &first->fields[k];
        if (!word && kind_of(f) == WORD) word = f;
        words += kind_of(f) == WORD && !resembles_number(f);
        numbers += kind_of(f) == NUMBER;
    }
    if (word && (numbers || !words))
        refuse(&m->t, word->raw, "'%s' is not a number; if this line names the columns, say --header yes", shown(word));
    if (word || lacks_corner(m, first)) return word != NULL;
    return s->alone ? 0 : numbers_are_header(m, s, first);
}

/* Refuses a first column in which some are words and some are not. */
static void ask_about_word(const matrix *m)
{
    reader r = start_reading(&m->t, m->separator);
    int line;
    for (line = 0; next_fields(&r); line++)
        if (line > 0 && r.count > 0 && kind_of(&r.fields[0]) == WORD)
            refuse(&m->t, r.fields[0].raw, "'%s' is not a number; if the first column names the rows, say --names yes",
                   shown(&r.fields[0]));
}

/* Whether the first column of a table holds names: words, or what stands under an empty corner, or counts the lines. */
static int table_has_names(const matrix *m, const survey *s, const reader *first)
{
    const field *f = first->fields;
    int steps = s->lines > 1 && s->stepping == s->lines;
    long long number;
    if (m->is.names) return m->is.names == YES;
    if (m->is.header == YES && (lacks_corner(m, first) || f[0].size == 0)) return 1;
    if (s->words && s->words + s->signs == s->lines) return 1;
    if (s->words) ask_about_word(m);
    if (m->is.header == YES && steps) return 1;
    if (m->is.header == YES ? s->lines > 1 && s->rising == s->lines : steps && is_whole(&f[0], &number) && number <= 1)
        ask(m, &f[0], "the first column", "names");
    return 0;
}

/* ---- Reading ---- */

/* Where the line of an entry of a list begins, or that of a row of a table. */
static const char *data_line(const matrix *m, size_t index)
{
    reader r = start_reading(&m->t, m->separator);
    size_t k, before = m->is.kind == MTX || m->is.header == YES;
    r.comment = m->is.kind == MTX ? '%' : '#';
    for (k = 0; k <= index + before && next_line(&r); k++) continue;
    return r.begin;
}

static void read_list(matrix *m, reader *r)
{
    int k, is_first = m->is.header == YES;
    while (next_fields(r)) {
        const field *f = r->fields;
        check_line(&m->t, r, m->fields);
        if (m->fields < 3) refuse(&m->t, r->end, "%d fields; an entry has a row, a column and a value", m->fields);
        for (k = 0; k < 2 && !is_first; k++)
            if (!f[k].size) refuse(&m->t, f[k].raw, "the name of the %s is missing", k ? "column" : "row");
        if (is_first) {
            for (k = 0; k < 2; k++) m->title[k] = copy_text(&f[k]);
            is_first = 0;
            continue;
        }
        add_entry(&m->known, add_name(&m->rows, &f[0]), add_name(&m->cols, &f[1]),
                  take_number(m, &f[2]));
    }
}

/* The names of the columns; one that is empty is its number. */
static void name_columns(matrix *m, const reader *r)
{
    int from = m->named && r->count > m->fields - m->empty_last - 1, k;
    for (k = from; k - from < m->fields - m->empty_last - m->named && k < r->count; k++) {
        int before = m->cols.count, column = r->fields[k].size ? add_name(&m->cols, &r->fields[k])
                                                                : add_number(&m->cols, k - from + 1);
        if (column < before)
            refuse(&m->t, r->fields[k].raw, "the column '%s' comes twice: it is also field %d of this line",
                   shown(&r->fields[k]), column + from + 1);
    }
}

static void name_row(matrix *m, const reader *r)
{
    int before = m->rows.count, row;
    if (!m->named) {
        add_number(&m->rows, before + 1);
        return;
    }
    if (!r->fields[0].size) refuse(&m->t, r->fields[0].raw, "the name of the row is missing");
    if ((row = add_name(&m->rows, &r->fields[0])) < before)
        refuse(&m->t, r->fields[0].raw, "the row '%s' comes twice: it is also in line %zu", shown(&r->fields[0]),
               line_number(&m->t, data_line(m, (size_t)row)));
}

static void read_table(matrix *m, reader *r)
{
    int width = m->fields - m->empty_last, is_first = m->is.header == YES, k;
    while (next_fields(r)) {
        if (is_first) {
            if (r->wrong || (!lacks_corner(m, r) && r->count != width)) check_line(&m->t, r, m->fields);
            name_columns(m, r);
            is_first = 0;
            continue;
        }
        check_line(&m->t, r, m->fields);
        name_row(m, r);
        for (k = m->named; k < width; k++) {
            const field *f = &r->fields[k];
            int hole = is_hole(f->text, f->size);
            add_entry(hole ? &m->holes : &m->known, m->rows.count - 1, k - m->named, hole ? 0 : take_number(m, f));
        }
    }
    for (k = m->cols.count; k < width - m->named; k++) add_number(&m->cols, k + 1);
}

/* ---- MatrixMarket: a banner, comments, a line of sizes, a line an entry ---- */

static int is_banner(const text *t)
{
    return strncasecmp(t->bytes + t->first, "%%MatrixMarket", 14) == 0;
}

static int is_one_of(const field *f, const char *const *words)
{
    int i;
    for (i = 0; words[i]; i++)
        if (strlen(words[i]) == f->size && strncasecmp(words[i], f->text, f->size) == 0) return i + 1;
    return 0;
}

/* Returns what the banner says of symmetry. */
enum { GENERAL = 1, SYMMETRIC, SKEW };
static int read_banner(const matrix *m)
{
    static const char *const allowed[4][4] = {
        { "matrix" }, { "coordinate" }, { "real", "integer", "double" }, { "general", "symmetric", "skew-symmetric" }
    };
    reader r = start_reading(&m->t, BLANKS);
    int k, found = 0;
    r.comment = 0;
    if (!is_banner(&m->t)) refuse(&m->t, r.next, "a MatrixMarket file begins with %%%%MatrixMarket");
    next_fields(&r);
    check_line(&m->t, &r, 5);
    for (k = 0; k < 4; k++)
        if (!(found = is_one_of(&r.fields[k + 1], allowed[k])))
            refuse(&m->t, r.fields[k + 1].raw, "'%s' is not read; matrix coordinate real general is, or integer,"
                   " symmetric, skew-symmetric", shown(&r.fields[k + 1]));
    stop_reading(&r);
    return found;
}

static long long take_whole(const matrix *m, const field *f, long long least, long long most)
{
    long long number;
    if (!is_whole(f, &number) || number < least || number > most)
        refuse(&m->t, f->raw, "'%s' is not a whole number from %lld to %lld", shown(f), least, most);
    return number;
}

/* Of a symmetric matrix the file has one half; the other one is added behind the entries read. */
static void mirror(matrix *m, int symmetry)
{
    size_t k, count = m->known.count;
    for (k = 0; k < count && symmetry != GENERAL; k++) {
        dmf_entry e = m->known.entries[k];
        field row = name_of(&m->rows, e.row), col = name_of(&m->cols, e.col);
        int new_row, new_col;
        if (same(&row, &col)) continue;
        new_row = add_name(&m->rows, &col);
        row = name_of(&m->rows, e.row);  /* the names may have moved */
        new_col = add_name(&m->cols, &row);
        add_entry(&m->known, new_row, new_col, symmetry == SKEW ? -e.value : e.value);
    }
}

static int read_mtx(matrix *m, reader *r)
{
    int symmetry = read_banner(m);
    long long entries, row, col;
    const char *sizes;
    m->mark = '.';
    if (!next_fields(r)) fail("'%s' ends before its sizes", m->t.path);
    check_line(&m->t, r, 3);
    sizes = r->begin;
    m->declared_rows = (int)take_whole(m, &r->fields[0], 1, INT_MAX);
    m->declared_cols = (int)take_whole(m, &r->fields[1], 1, INT_MAX);
    entries = take_whole(m, &r->fields[2], 1, LLONG_MAX);
    while (next_fields(r)) {
        check_line(&m->t, r, 3);
        if ((long long)m->known.count == entries)
            refuse(&m->t, r->begin, "more entries than the %lld of line %zu", entries, line_number(&m->t, sizes));
        row = take_whole(m, &r->fields[0], 1, m->declared_rows);
        col = take_whole(m, &r->fields[1], 1, symmetry == GENERAL ? m->declared_cols : row);
        add_entry(&m->known, add_number(&m->rows, row), add_number(&m->cols, col), take_number(m, &r->fields[2]));
    }
    if ((long long)m->known.count < entries)
        refuse(&m->t, m->t.bytes + m->t.size, "the file ends after %zu entries of the %lld in line %zu", m->known.count,
               entries, line_number(&m->t, sizes));
    return symmetry;
}

/* ---- Two values for one entry ---- */

static void refuse_second(const matrix *m, size_t first, size_t second)
{
    const dmf_entry *e = &m->known.entries[first];
    field row = name_of(&m->rows, e->row), col = name_of(&m->cols, e->col);
    const char *at = data_line(m, second);
    refuse(&m->t, at, "a second value for row '%s' and column '%s', which line %zu has one for: say --duplicates mean"
           " or last, or --format table if this is one", shown(&row), shown(&col),
           line_number(&m->t, data_line(m, first)));
}

/* The entries in the order of their rows, and of the file within a row. */
static size_t *sort_by_row(const matrix *m)
{
    size_t *start = (size_t *)allocate((size_t)m->rows.count + 1, sizeof *start), *order, k;
    int i;
    order = (size_t *)allocate(m->known.count, sizeof *order);
    for (k = 0; k < m->known.count; k++) start[m->known.entries[k].row + 1]++;
    for (i = 0; i < m->rows.count; i++) start[i + 1] += start[i];
    for (k = 0; k < m->known.count; k++) order[start[m->known.entries[k].row]++] = k;
    free(start);
    return order;
}

/* Joins the second value to the first; times is how many an entry stands for. */
static void merge(matrix *m, size_t first, size_t second, unsigned *times)
{
    dmf_real *value = &m->known.entries[first].value, other = m->known.entries[second].value;
    if (m->is.duplicates == NO_DUPLICATES) refuse_second(m, first, second);
    if (m->is.duplicates == LAST_OF_DUPLICATES) *value = other;
    else *value += (other - *value) / (dmf_real)(times[first] + 1);
    times[first]++;
    times[second] = 0;
    m->merged++;
}

static void find_duplicates(matrix *m)
{
    size_t *order = sort_by_row(m), *last = (size_t *)allocate((size_t)m->cols.count, sizeof *last), k, kept = 0;
    unsigned *times = NULL;
    for (k = 0; k < m->known.count; k++) {
        size_t at = order[k], before = last[m->known.entries[at].col];  /* from 1 */
        if (before && m->known.entries[before - 1].row == m->known.entries[at].row) {
            size_t i;
            if (!times) {
                times = (unsigned *)allocate(m->known.count, sizeof *times);
                for (i = 0; i < m->known.count; i++) times[i] = 1;
            }
            merge(m, before - 1, at, times);
        } else last[m->known.entries[at].col] = at + 1;
    }
    for (k = 0; times && k < m->known.count; k++)
        if (times[k]) m->known.entries[kept++] = m->known.entries[k];
    if (times) m->known.count = kept;
    free(times);
    free(order);
    free(last);
}

/* ---- All of it ---- */

static void find_format(matrix *m)
{
    reader first;
    survey s;
    if (m->is.kind == AUTO && is_banner(&m->t)) m->is.kind = MTX;
    m->separator = BLANKS;
    if (m->is.kind == MTX) return;
    first = start_reading(&m->t, BLANKS);
    if (!next_line(&first)) fail("'%s' has no lines but blank ones and comments", m->t.path);
    m->fields = find_separator(&m->t, &m->separator, fits_matrix, NULL);
    if (m->fields < 2) refuse(&m->t, first.begin, "no separator found: tab, ::, semicolon, comma or spaces");
    s = survey_text(m);
    stop_reading(&first);
    first = start_reading(&m->t, m->separator);
    next_fields(&first);
    if (m->is.kind == AUTO) m->is.kind = first.wrong ? ENTRIES : find_kind(m, &s);
    m->empty_last = m->is.kind == TABLE && m->fields > 2 && s.empty_last == s.lines &&
                    (first.count < m->fields || first.fields[first.count - 1].size == 0);
    if (!first.wrong && first.count > 0) {
        int header = m->is.kind == TABLE ? table_has_header(m, &s, &first) : list_has_header(m, &s, &first);
        m->is.header = header ? YES : NO;
    }
    m->named = m->is.kind == TABLE && !first.wrong && table_has_names(m, &s, &first);
    stop_reading(&first);
}

/* A first line that was taken for a header has names of its own. */
static void check_titles(const matrix *m)
{
    reader r = start_reading(&m->t, m->separator);
    next_fields(&r);
    if (find_name(&m->rows, &r.fields[0]) >= 0 || find_name(&m->cols, &r.fields[1]) >= 0)
        refuse(&m->t, r.fields[2].raw, "'%s' is not a number; if this line is a header, say --header yes",
               shown(&r.fields[2]));
    stop_reading(&r);
}

/* Reads a file, or ends the program with a sentence that says what is wrong with it, and where. */
static matrix read_matrix(const char *path, const format *wanted)
{
    matrix m = { .t = read_text(path), .is = *wanted };
    int symmetry = GENERAL;
    reader r;
    if (m.is.mark) {
        m.mark = m.is.mark == COMMA_MARK ? ',' : '.';
        m.mark_is_sure = 1;
    }
    find_format(&m);
    r = start_reading(&m.t, m.separator);
    r.comment = m.is.kind == MTX ? '%' : '#';
    if (m.is.kind == MTX) symmetry = read_mtx(&m, &r);
    else if (m.is.kind == TABLE) read_table(&m, &r);
    else read_list(&m, &r);
    m.comments = r.comments - (m.is.kind == MTX);
    stop_reading(&r);
    if (m.known.count == 0) fail("'%s' has no entries", path);
    if (m.thousand && !m.mark_is_sure)
        refuse(&m.t, m.thousand, "a comma before decimals or after thousands: say --decimal comma, or leave it out");
    if (m.title[0] && wanted->header != YES) check_titles(&m);
    if (m.is.kind != TABLE) find_duplicates(&m);
    mirror(&m, symmetry);
    return m;
}

static void free_matrix(matrix *m)
{
    free(m->t.bytes);
    free_names(&m->rows);
    free_names(&m->cols);
    free(m->title[0]);
    free(m->title[1]);
    free(m->known.entries);
    free(m->holes.entries);
}

#endif
