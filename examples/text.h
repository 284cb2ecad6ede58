/*
Text as people have it, for programs that read it: whole files, lines split into fields, words and numbers, names that
are found again; and files that appear when they are whole.

A separator is a tab, ::, a semicolon, a comma, or blanks. A quoted field ends on its line; "" in it is a quote. Blank
lines are passed over, and comments, which begin with #; a byte order mark, and carriage returns at the ends of lines,
are no part of the text. What is wrong with a file is said with file, line and column, and ends the program. Include
after dmf.h and example.h.
*/
#ifndef TEXT_H
#define TEXT_H

#include <limits.h>
#include <strings.h>

/* ---- The text of a file ---- */

typedef struct text {
    const char *path;
    char *bytes;              /* size of them, and a zero */
    size_t size, first;       /* first: behind a byte order mark */
    char line_end;
} text;

/* Ends the program with a sentence that begins with path:line:column. Columns are counted in characters of UTF-8. */
static void refuse(const text *t, const char *at, const char *reason, ...)
{
    char sentence[1000];
    const char *c, *begin = t->bytes + t->first;
    size_t line = 1, column = 1;
    va_list args;
    va_start(args, reason);
    vsnprintf(sentence, sizeof sentence, reason, args);
    va_end(args);
    for (c = begin; c < at; c++)
        if (*c == t->line_end) line++, begin = c + 1;
    for (c = begin; c < at; c++) column += ((unsigned char)*c & 0xc0) != 0x80;
    fail("%s:%zu:%zu: %s", t->path, line, column, sentence);
}

static size_t line_number(const text *t, const char *at)
{
    const char *c;
    size_t line = 1;
    for (c = t->bytes + t->first; c < at; c++) line += *c == t->line_end;
    return line;
}

/* Of a pipe with a name, where somebody who writes may be yet to come, the first bytes are waited for. */
enum { PATIENCE = 10 };
static int nobody_writes(int file, double since)
{
    struct stat info;
    struct timespec pause = { 0, 50000000 };
    if (fstat(file, &info) != 0 || !S_ISFIFO(info.st_mode) || seconds() > since + PATIENCE) return 1;
    nanosleep(&pause, NULL);
    return 0;
}

/* Reads at most room bytes; 0 at the end. */
static size_t read_block(const char *path, int file, char *to, size_t room, int is_first)
{
    double since = seconds();
    for (;;) {
        ssize_t n = read(file, to, room);
        if (n > 0 || (n == 0 && (!is_first || nobody_writes(file, since)))) return (size_t)n;
        if (n == 0 || errno == EINTR) continue;
        if (errno != EAGAIN) fail("cannot read '%s': %s", path, strerror(errno));
        fcntl(file, F_SETFL, fcntl(file, F_GETFL) & ~O_NONBLOCK);
    }
}

static void check_text(text *t)
{
    static const struct { const char *bytes, *what; } others[] = {
        { "\xff\xfe", "text in UTF-16 or UTF-32: save it as UTF-8" },
        { "\xfe\xff", "text in UTF-16: save it as UTF-8" },
        { "\x1f\x8b", "compressed: unpack it first" }, { "PK\x03\x04", "an archive or a spreadsheet: export it as CSV" }
    };
    const char *zero = (const char *)memchr(t->bytes, 0, t->size);
    size_t i;
    for (i = 0; i < sizeof others / sizeof *others; i++)
        if (strncmp(t->bytes, others[i].bytes, strlen(others[i].bytes)) == 0)
            fail("'%s' is %s", t->path, others[i].what);
    if (strncmp(t->bytes, "\xef\xbb\xbf", 3) == 0) t->first = 3;
    t->line_end = !memchr(t->bytes, '\n', t->size) && memchr(t->bytes, '\r', t->size) ? '\r' : '\n';
    if (zero) refuse(t, zero, "a byte that is zero: this is no text");
}

/* The bytes of a file as they are, or up to the first block with a byte that is zero; of standard input for "-". */
static text read_bytes(const char *path)
{
    text t = { path, NULL, 0, 0, '\n' };
    int file = strcmp(path, "-") == 0 ? 0 : open(path, O_RDONLY | O_NONBLOCK);
    struct stat info;
    size_t room = 1 << 16, n;
    if (file < 0) fail("cannot read '%s': %s", path, strerror(errno));
    if (fstat(file, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0) room = (size_t)info.st_size + 1;
    t.bytes = (char *)allocate(room, 1);
    while ((n = read_block(path, file, t.bytes + t.size, room - t.size, file > 0 && t.size == 0)) > 0) {
        t.size += n;
        if (memchr(t.bytes + t.size - n, 0, n)) break;
        if (t.size == room && !(t.bytes = (char *)realloc(t.bytes, (room *= 2) + 1))) fail("out of memory");
    }
    t.bytes[t.size] = 0;
    if (file > 0) close(file);
    return t;
}

static text read_text(const char *path)
{
    text t = read_bytes(path);
    if (t.size == 0) fail("'%s' is empty", path);
    check_text(&t);
    return t;
}

/* ---- Lines and fields ---- */

static const char *const separators[] = { "\t", "::", ";", ",", " " };
static const char *const separator_names[] = { "tabs", "::", "semicolons", "commas", "spaces" };
enum { TAB, COLONS, SEMICOLON, COMMA, BLANKS, SEPARATORS };

/* What stands in the file, with its quotes, and what it means. */
typedef struct field { const char *raw; size_t length; const char *text; size_t size; } field;

/* Goes through a text line by line. */
typedef struct reader {
    const text *t;
    int separator;
    char comment;
    const char *begin, *end, *next;  /* of the line */
    field *fields;
    int count, room;
    char *plain;              /* quoted fields without their quotes */
    size_t plain_room, comments;
    const char *wrong, *reason;  /* where the line cannot be split, and why; NULL if it can */
} reader;

static reader start_reading(const text *t, int separator)
{
    reader r = { .t = t, .separator = separator, .comment = '#', .next = t->bytes + t->first };
    return r;
}

static void stop_reading(reader *r)
{
    free(r->fields);
    free(r->plain);
}

/* Blanks are spaces, and tabs unless they separate. */
static int is_space(const reader *r, char c)
{
    return c == ' ' || (c == '\t' && r->separator != TAB);
}

/* Moves on to the next line with something on it; returns 0 at the end. */
static int next_line(reader *r)
{
    const char *last = r->t->bytes + r->t->size, *c;
    while (r->next < last) {
        const char *end = (const char *)memchr(r->next, r->t->line_end, (size_t)(last - r->next));
        r->begin = r->next;
        r->end = end ? end : last;
        r->next = end ? end + 1 : last;
        if (r->end > r->begin && r->end[-1] == '\r') r->end--;
        for (c = r->begin; c < r->end && is_space(r, *c); c++) continue;
        if (c < r->end && *c != r->comment) return 1;
        r->comments += c < r->end;
    }
    return 0;
}

static void add_field(reader *r, const char *raw, const char *end, const char *meaning, size_t size)
{
    field f = { raw, (size_t)(end - raw), meaning, size };
    if (r->count == r->room) {
        r->room = r->room ? 2 * r->room : 16;
        r->fields = (field *)realloc(r->fields, (size_t)r->room * sizeof f);
        if (!r->fields) fail("out of memory");
    }
    r->fields[r->count++] = f;
}

static int separates(const reader *r, const char *at)
{
    const char *s = separators[r->separator];
    return r->separator == BLANKS ? is_space(r, *at) : *at == s[0] && (!s[1] || (at + 1 < r->end && at[1] == s[1]));
}

/* The field that opens with the quote at begin; returns where it ends. */
static const char *split_quoted(reader *r, const char *begin, char **plain)
{
    const char *at = begin + 1, *closed;
    char *to = *plain;
    while (at < r->end && (*at != '"' || (at + 1 < r->end && at[1] == '"'))) {
        at += *at == '"';
        *(*plain)++ = *at++;
    }
    if (at == r->end) {
        r->wrong = begin;
        r->reason = "the quote that opens here is not closed on its line";
        return at;
    }
    closed = ++at;
    add_field(r, begin, closed, to, (size_t)(*plain - to));
    while (at < r->end && is_space(r, *at)) at++;
    if (at < r->end && !(r->separator == BLANKS && at > closed) && !separates(r, at)) {
        r->wrong = at;
        r->reason = "more text behind a closing quote";
    }
    return at;
}

static const char *split_plain(reader *r, const char *begin)
{
    const char *at = begin, *last;
    while (at < r->end && !separates(r, at)) at++;
    for (last = at; last > begin && is_space(r, last[-1]); last--) continue;
    add_field(r, begin, last, begin, (size_t)(last - begin));
    return at;
}

static void split_line(reader *r)
{
    const char *at = r->begin, *carriage = (const char *)memchr(r->begin, '\r', (size_t)(r->end - r->begin));
    char *plain;
    if ((size_t)(r->end - r->begin) >= r->plain_room) {
        r->plain_room = 2 * (size_t)(r->end - r->begin) + 1;
        if (!(r->plain = (char *)realloc(r->plain, r->plain_room))) fail("out of memory");
    }
    plain = r->plain;
    r->count = 0;
    r->wrong = carriage;
    r->reason = "a carriage return within a line";
    while (!r->wrong) {
        while (at < r->end && is_space(r, *at)) at++;
        if (at == r->end && r->separator == BLANKS) break;
        at = at < r->end && *at == '"' ? split_quoted(r, at, &plain) : split_plain(r, at);
        if (at == r->end) break;
        if (r->separator != BLANKS) at += strlen(separators[r->separator]);
    }
}

/* The next line, split; of one that cannot be, wrong says where. Returns 0 at the end. */
static int next_fields(reader *r)
{
    if (!next_line(r)) return 0;
    split_line(r);
    if (r->wrong) r->count = 0;
    return 1;
}

/* Up to 40 bytes of a field, for a message. */
static const char *shown(const field *f)
{
    static char copies[4][48];
    static int turn;
    char *copy = copies[turn = (turn + 1) % 4];
    size_t size = f->size, i;
    if (size > 40)
        for (size = 40; size > 30 && ((unsigned char)f->text[size] & 0xc0) == 0x80; size--) continue;
    for (i = 0; i < size; i++) copy[i] = (unsigned char)f->text[i] < 32 || f->text[i] == 127 ? '?' : f->text[i];
    strcpy(copy + size, size < f->size ? "..." : "");
    return copy;
}

/* ---- Words, numbers, holes ---- */

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Whether a text is a number in decimal digits; mark is '.', ',' or 0, by what it has before its decimals. */
static int is_number(const char *at, size_t size, char *mark)
{
    size_t i = 0, digits = 0;
    *mark = 0;
    if (i < size && (at[i] == '-' || at[i] == '+')) i++;
    while (i < size && is_digit(at[i])) i++, digits++;
    if (i < size && (at[i] == '.' || at[i] == ',')) *mark = at[i++];
    while (i < size && *mark && is_digit(at[i])) i++, digits++;
    if (digits == 0) return 0;
    if (i < size && (at[i] == 'e' || at[i] == 'E')) {
        if (++i < size && (at[i] == '-' || at[i] == '+')) i++;
        if (i == size) return 0;
        while (i < size && is_digit(at[i])) i++;
    }
    return i == size;
}

static int is_hole(const char *at, size_t size)
{
    static const char *const holes[] = { "", "NA", "na", "NaN", "nan", "NAN", "?", "-", NULL };
    int i;
    for (i = 0; size <= 3 && holes[i]; i++)
        if (strlen(holes[i]) == size && memcmp(holes[i], at, size) == 0) return 1;
    return 0;
}

enum { WORD, NUMBER, HOLE };
static int kind_of(const field *f)
{
    char mark;
    if (is_number(f->text, f->size, &mark)) return NUMBER;
    return is_hole(f->text, f->size) ? HOLE : WORD;
}

/* A number of at most 15 digits and nothing else. */
static int is_whole(const field *f, long long *number)
{
    size_t i;
    *number = 0;
    for (i = 0; i < f->size; i++) {
        if (!is_digit(f->text[i]) || i >= 15) return 0;
        *number = 10 * *number + (f->text[i] - '0');
    }
    return f->size > 0;
}

static int same(const field *a, const field *b)
{
    return a->size == b->size && memcmp(a->text, b->text, a->size) == 0;
}

/* ---- Names: numbered in the order in which they come, found by a hash table with open addressing ---- */

typedef struct names {
    char *bytes;              /* of all names, each with a zero behind it */
    size_t used, room;
    size_t *start;            /* of each, and the end */
    int *slots, count, count_room;  /* slots: numbers from 1, 0 where there is none */
    size_t mask;              /* slots, a power of two, less one */
} names;

static field name_of(const names *n, int i)
{
    field f = { NULL, 0, n->bytes + n->start[i], n->start[i + 1] - n->start[i] - 1 };
    return f;
}

/* FNV-1a, and a product that brings the upper bits to the lower ones. */
static size_t hash(const field *f)
{
    uint64_t h = 0xcbf29ce484222325u;
    size_t i;
    for (i = 0; i < f->size; i++) h = (h ^ (unsigned char)f->text[i]) * 0x100000001b3u;
    return (size_t)((h * 0x9e3779b97f4a7c15u) >> 20);
}

/* The slot of a name, or the empty one where it would be. */
static size_t find_slot(const names *n, const field *f)
{
    size_t slot = hash(f) & n->mask;
    while (n->slots[slot]) {
        field other = name_of(n, n->slots[slot] - 1);
        if (same(f, &other)) break;
        slot = (slot + 1) & n->mask;
    }
    return slot;
}

/* The number of a name, or -1. */
static int find_name(const names *n, const field *f)
{
    return n->slots ? n->slots[find_slot(n, f)] - 1 : -1;
}

/* Room for twice as many names. */
static void grow_names(names *n)
{
    size_t slots = n->slots ? 2 * (n->mask + 1) : 64;
    int i;
    n->count_room = (int)(slots / 2);
    n->start = (size_t *)realloc(n->start, ((size_t)n->count_room + 1) * sizeof *n->start);
    free(n->slots);
    n->slots = (int *)calloc(slots, sizeof *n->slots);
    if (!n->start || !n->slots) fail("out of memory");
    n->start[n->count] = n->used;
    n->mask = slots - 1;
    for (i = 0; i < n->count; i++) {
        field f = name_of(n, i);
        n->slots[find_slot(n, &f)] = i + 1;
    }
}

/* The number of a name, which is added if it is new. */
static int add_name(names *n, const field *f)
{
    size_t slot;
    if (n->count == n->count_room) {
        if (n->count > INT_MAX / 4) fail("more than %d names", INT_MAX / 4);
        grow_names(n);
    }
    slot = find_slot(n, f);
    if (n->slots[slot]) return n->slots[slot] - 1;
    if (n->used + f->size + 1 > n->room) {
        n->room = 2 * (n->used + f->size + 1);
        if (!(n->bytes = (char *)realloc(n->bytes, n->room))) fail("out of memory");
    }
    memcpy(n->bytes + n->used, f->text, f->size);
    n->used += f->size;
    n->bytes[n->used++] = 0;
    n->slots[slot] = ++n->count;
    n->start[n->count] = n->used;
    return n->count - 1;
}

static int add_number(names *n, long long number)
{
    char digits[24];
    field f = { NULL, 0, digits, (size_t)snprintf(digits, sizeof digits, "%lld", number) };
    return add_name(n, &f);
}

static void free_names(names *n)
{
    free(n->bytes);
    free(n->start);
    free(n->slots);
    memset(n, 0, sizeof *n);
}

/* ---- Files that appear when they are whole ---- */

/* Collects what is written to a stream in memory. */
typedef struct buffer { char *bytes; size_t size; FILE *stream; } buffer;

static inline void open_buffer(buffer *b)
{
    if (!(b->stream = open_memstream(&b->bytes, &b->size))) fail("out of memory");
}

static inline void close_buffer(buffer *b)
{
    if (ferror(b->stream) || fclose(b->stream) != 0) fail("out of memory");
}

/* Regular files are replaced by new ones; links and devices are written to. */
static int is_replaced(const char *path)
{
    struct stat info;
    return lstat(path, &info) != 0 || S_ISREG(info.st_mode);
}

/* Before the work is done: whether its result will have a place. */
static inline void check_place(const char *path)
{
    struct stat info;
    char *folder;
    if (!path && (fcntl(1, F_GETFL) & O_ACCMODE) == O_RDONLY) fail("standard output is closed: give a file with --out");
    if (!path) return;
    if (!*path) fail("a file needs a name");
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode)) fail("cannot write '%s': it is a folder", path);
    folder = beside(path, "");
    if (strrchr(folder, '/')) strrchr(folder, '/')[1] = 0;
    else strcpy(folder, ".");
    if (access(path, F_OK) == 0 ? access(path, W_OK) != 0 : access(folder, W_OK) != 0)
        fail("cannot write '%s': %s", path, strerror(errno));
    free(folder);
}

/* Two names of one file, or of one that will be. */
static inline int same_place(const char *a, const char *b)
{
    struct stat x, y;
    if (!a || !b) return 0;
    return strcmp(a, b) == 0 || (stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino);
}

/* To standard output if there is no path. */
static inline void write_file(const char *path, const buffer *b)
{
    char *name = path && is_replaced(path) ? beside(path, ".new") : NULL;
    FILE *file = name ? fopen(name, "wb") : path ? fopen(path, "wb") : stdout;
    int bad = !file || fwrite(b->bytes, 1, b->size, file) != b->size || fflush(file) != 0;
    bad = bad || (name && fsync(fileno(file)) != 0) || fclose(file) != 0;
    if (bad || (name && rename(name, path) != 0)) {
        int reason = errno;
        if (name) remove(name);
        fail("cannot write '%s': %s", path ? path : "standard output", strerror(reason));
    }
    free(name);
}

#endif
