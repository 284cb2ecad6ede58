/*
The text of dmf.h as a book, for the program that prints it (book.c) and the one that checks it (tests/test_book.c):
what is code, comment and string; parts and chapters; functions; numbers of formulas; keys of sources. It relies on
the style of the header: what stands at file scope begins in column 0, and a function ends with } in column 0.
*/
#ifndef BOOK_H
#define BOOK_H

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CODE, COMMENT, STRING };                        /* kinds of characters */
enum { HEAD, INTERFACE, IMPLEMENTATION, REFERENCES };  /* parts */

/* ABOVE: from column 0 on, with no code on its lines. CHAPTER, SECTION, MARK and MINOR are of that form too, and begin
   with a rule: a chapter 5. SVD, a section 5.2 Jacobi, one that is neither; or, MINOR, a title between two hyphens. */
typedef enum note_kind { BESIDE, ABOVE, CHAPTER, SECTION, MARK, MINOR } note_kind;

typedef struct note {
    note_kind kind;
    size_t begin, end;  /* with its delimiters */
    int line, last;
} note;

/* The name of one that is made once for each instruction set is DMF__(name). */
typedef struct function { char name[64]; int line, last; } function;

/* DEFINED: at the right end of a displayed formula. MET: in a comment of the code. REFERRED: in an essay. */
typedef struct number {
    int chapter, count, line;
    enum { DEFINED, MET, REFERRED } use;
    size_t begin, end;
} number;

typedef struct key { char name[16]; int line, listed; size_t begin, end; } key;

typedef struct book_text {
    const char *s;
    size_t size;
    char *kind;           /* of each character */
    int lines;
    size_t *start;        /* line k, from 1 on, is s[start[k]] .. s[start[k + 1] - 1] */
    int *part, *chapter;  /* of each line; chapter 0 where there is none */
    note *notes;
    function *functions;  /* definitions */
    number *numbers;
    key *keys;
    int note_count, function_count, number_count, key_count;
} book_text;

#define ALPHABET "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define PUSH(array, count, item) \
    ((array) = resize(array, (size_t)(count) + 1, sizeof *(array)), (array)[(count)++] = (item))

static void *resize(void *array, size_t count, size_t bytes_each)
{
    if ((count & (count - 1)) == 0) array = realloc(array, 2 * count * bytes_each);
    if (!array) abort();
    return array;
}

static inline int is_digit(char c) { return isdigit((unsigned char)c) != 0; }
static inline int is_letter(char c) { return isalpha((unsigned char)c) != 0; }
static inline int is_blank(char c) { return isspace((unsigned char)c) != 0; }
static inline int is_word(char c) { return isalnum((unsigned char)c) || c == '_'; }

static int line_of(const book_text *t, size_t at)
{
    int low = 1, high = t->lines;
    while (low < high) {
        int middle = (low + high + 1) / 2;
        if (t->start[middle] <= at) low = middle; else high = middle - 1;
    }
    return low;
}

static void find_kinds(book_text *t)
{
    size_t i = 0, end;
    while (i < t->size) {
        const char *s = t->s + i;
        int kind = s[0] == '/' && (s[1] == '*' || s[1] == '/') ? COMMENT : *s == '"' || *s == '\'' ? STRING : CODE;
        end = i + 1;
        if (kind == COMMENT && s[1] == '*') {
            for (end = i + 4; end < t->size && !(t->s[end - 2] == '*' && t->s[end - 1] == '/'); end++) {}
        } else if (kind == COMMENT) {
            while (end < t->size && t->s[end] != '\n') end++;
        } else if (kind == STRING) {
            while (end < t->size && t->s[end] != *s && t->s[end] != '\n') end += t->s[end] == '\\' ? 2 : 1;
            end++;
        }
        if (end > t->size) end = t->size;
        for (; i < end; i++) t->kind[i] = (char)kind;
    }
}

/* Of a note that begins with a rule: its kind, and for chapters and sections their number. */
static note_kind heading(const char *s, int *chapter)
{
    int section, length = 0;
    *chapter = 0;
    if (strncmp(s, "/* -- ", 6) == 0) return MINOR;
    if (strncmp(s, "/* ====", 7) == 0) return MARK;
    if (strncmp(s, "/* ---- ", 8) != 0) return ABOVE;
    s += 8;
    if (sscanf(s, "%d.%d %n", chapter, &section, &length) == 2 && length > 0) return SECTION;
    if (sscanf(s, "%d. %n", chapter, &length) == 1 && length > 0) return CHAPTER;
    *chapter = 0;
    return MARK;
}

static void find_notes(book_text *t)
{
    size_t i, end;
    int part = HEAD, chapter = 0, k, line = 1;
    for (i = 0; i < t->size; i = end) {
        note n;
        end = i + 1;
        if (t->kind[i] != COMMENT) continue;
        while (end < t->size && t->s[end] != '\n' && t->s[i + 1] == '/') end++;
        if (t->s[i + 1] == '*') {
            const char *close = strstr(t->s + i + 2, "*/");
            end = close ? (size_t)(close - t->s) + 2 : t->size;
        }
        n.begin = i;
        n.end = end;
        n.line = line_of(t, i);
        n.last = line_of(t, end - 1);
        n.kind = BESIDE;
        if (i == t->start[n.line] && t->s[end] == '\n') n.kind = heading(t->s + i, &k);
        for (; line < n.line; line++) t->part[line] = part, t->chapter[line] = chapter;
        if (n.kind == MARK && strncmp(t->s + i + 8, "PART I:", 7) == 0) part = INTERFACE, chapter = 0;
        if (n.kind == MARK && strncmp(t->s + i + 8, "PART II:", 8) == 0) part = IMPLEMENTATION, chapter = 0;
        if (n.kind == MARK && strncmp(t->s + i + 8, "References", 10) == 0) part = REFERENCES, chapter = 0;
        if (n.kind == CHAPTER) chapter = k;
        PUSH(t->notes, t->note_count, n);
    }
    for (; line <= t->lines; line++) t->part[line] = part, t->chapter[line] = chapter;
}

/* The position of the next character of code at or after i that is not blank; the end if there is none. */
static size_t next_code(const book_text *t, size_t i)
{
    while (i < t->size && (t->kind[i] != CODE || is_blank(t->s[i]))) i++;
    return i;
}

/* Behind the parenthesis that closes the one at i. */
static size_t behind(const book_text *t, size_t i)
{
    int depth = 0;
    for (; i < t->size; i++) {
        if (t->kind[i] != CODE) continue;
        depth += (t->s[i] == '(') - (t->s[i] == ')');
        if (depth == 0) return i + 1;
    }
    return i;
}

/* What a line that begins at file scope declares as a function, in name: returns the position behind its parameters,
   or 0 if it declares none. */
static size_t signature(const book_text *t, int line, char name[64])
{
    static const char *const others[] = { "typedef", "struct", "enum", "union", "extern \"C\"", "__attribute__" };
    size_t i = t->start[line], begin, end, k;
    if (t->kind[i] != CODE || !(is_word(t->s[i]) && !is_digit(t->s[i]))) return 0;
    for (k = 0; k < sizeof others / sizeof *others; k++)
        if (strncmp(t->s + i, others[k], strlen(others[k])) == 0) return 0;
    for (; i < t->size && t->s[i] != '('; i++)
        if (t->kind[i] == CODE && strchr(";={}", t->s[i])) return 0;
    begin = end = i;
    while (begin > t->start[line] && is_word(t->s[begin - 1])) begin--;
    if (end - begin == 5 && strncmp(t->s + begin, "DMF__", 5) == 0) {
        end = behind(t, i);
        i = next_code(t, end);
        if (i == t->size || t->s[i] != '(') return 0;
    }
    if (begin == end || end - begin > 63) return 0;
    snprintf(name, 64, "%.*s", (int)(end - begin), t->s + begin);
    return behind(t, i);
}

static void find_functions(book_text *t)
{
    int line;
    for (line = 1; line <= t->lines; line++) {
        function f;
        size_t open = signature(t, line, f.name);
        if (!open || (open = next_code(t, open)) == t->size || t->s[open] != '{') continue;
        f.line = line;
        f.last = line_of(t, open);
        if (t->s[t->start[f.last + 1] - 2] != '}')
            for (f.last++; f.last < t->lines && t->s[t->start[f.last]] != '}'; f.last++) {}
        PUSH(t->functions, t->function_count, f);
    }
}

static void find_marks(book_text *t, const note *n)
{
    size_t i;
    for (i = n->begin; i < n->end; i++) {
        number m;
        key k;
        int length = 0;
        const char *s = t->s + i;
        if (*s == '(' && is_digit(s[1]) && sscanf(s, "(%d.%d)%n", &m.chapter, &m.count, &length) == 2 &&
            length > 0 && m.count > 0) {
            size_t before = i, after = i + (size_t)length, first;
            m.line = line_of(t, i);
            first = m.line == n->line ? n->begin : t->start[m.line];
            while (before > first && t->s[before - 1] == ' ') before--;
            while (t->s[after] == ' ') after++;
            m.begin = i;
            m.end = i + (size_t)length;
            m.use = i - before >= 3 && before > first && (t->s[after] == '\n' || after + 2 == n->end) ? DEFINED
                    : t->part[m.line] == IMPLEMENTATION && n->kind != CHAPTER && n->kind != SECTION ? MET : REFERRED;
            PUSH(t->numbers, t->number_count, m);
        }
        if (*s == '[' && sscanf(s, "[%6[A-Z]%2[0-9]]%n", k.name, k.name + 10, &length) == 2 && length > 0 &&
            strlen(k.name + 10) == 2) {
            strcat(k.name, k.name + 10);
            k.line = line_of(t, i);
            k.begin = i + 1;
            k.end = i + (size_t)length - 1;
            k.listed = t->part[k.line] == REFERENCES && i == t->start[k.line] + 3;
            PUSH(t->keys, t->key_count, k);
        }
    }
}

/* The text must outlive what is read off it. */
static book_text *read_book(const char *s)
{
    book_text *t = (book_text *)calloc(1, sizeof *t);
    size_t i;
    int k;
    if (!t) abort();
    t->s = s;
    t->size = strlen(s);
    t->kind = (char *)calloc(t->size + 1, 1);
    for (i = 0; i < t->size; i++) t->lines += s[i] == '\n';
    t->start = (size_t *)calloc((size_t)t->lines + 3, sizeof *t->start);
    t->part = (int *)calloc((size_t)t->lines + 3, sizeof *t->part);
    t->chapter = (int *)calloc((size_t)t->lines + 3, sizeof *t->chapter);
    if (!t->kind || !t->start || !t->part || !t->chapter) abort();
    for (i = 0, k = 1; i < t->size; i++)
        if (s[i] == '\n') t->start[++k] = i + 1;
    find_kinds(t);
    find_notes(t);
    find_functions(t);
    for (k = 0; k < t->note_count; k++) find_marks(t, &t->notes[k]);
    return t;
}

static void forget_book(book_text *t)
{
    free(t->kind);
    free(t->start);
    free(t->part);
    free(t->chapter);
    free(t->notes);
    free(t->functions);
    free(t->numbers);
    free(t->keys);
    free(t);
}

#endif
