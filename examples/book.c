/*
Prints the header as a book: one page of HTML on the standard output, with text beside code, typeset formulas, and
links between formulas and code, names and their definitions, citations and references. All of it is in the text of
dmf.h, whose conventions stand there under HOW TO READ IT; figures are read from figures/, the looks from
examples/book.css. A reference that leads nowhere ends the program with a sentence.

Usage: build/book [header]
*/
#include "book.h"

static const char *path = "dmf.h";
static book_text *t;

static void stop(int line, const char *sentence, ...)
{
    va_list args;
    fprintf(stderr, "%s:%d: ", path, line);
    va_start(args, sentence);
    vfprintf(stderr, sentence, args);
    va_end(args);
    fprintf(stderr, "\n");
    exit(1);
}

/* ---- The page: kept in memory until all of it is known to be right ---- */

static char *page;
static size_t length;

static void put_bytes(const char *s, size_t n)
{
    static size_t room;
    if (length + n >= room) page = (char *)realloc(page, room = 2 * (length + n) + 1024);
    if (!page) abort();
    memcpy(page + length, s, n);
    length += n;
}

static void put(const char *format, ...)
{
    char line[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    put_bytes(line, strlen(line));
}

static void put_char(char c)
{
    if (c == '&') put("&amp;");
    else if (c == '<') put("&lt;");
    else if (c == '>') put("&gt;");
    else put_bytes(&c, 1);
}

static void put_text(const char *s, size_t n)
{
    for (; n > 0; s++, n--) put_char(*s);
}

static void put_as(const char *tag, const char *s, size_t n)
{
    put("<%s>", tag);
    put_text(s, n);
    put("</%.*s>", (int)strcspn(tag, " "), tag);
}

/* Whether s[0 .. n-1] is one of the words of a list, which has a blank on each side of every word. */
static int is_listed(const char *list, const char *s, size_t n)
{
    char word[24];
    if (n == 0 || n > 20) return 0;
    sprintf(word, " %.*s ", (int)n, s);
    return strstr(list, word) != NULL;
}

/* ---- Names, which link to their definition ---- */

/* declared: where a name first stands in code, or for options in the head. defined: where the code of a function is. */
typedef struct name { const char *s; size_t n, declared, defined; } name;

static name *names;
static int name_count;

/* The length of the name of this library that begins at s: dmf_..., DMF_..., or DMF__(...). 0 if none does. */
static size_t name_length(const char *s)
{
    size_t n = 0;
    if (strncmp(s, "dmf_", 4) != 0 && strncmp(s, "DMF_", 4) != 0) return 0;
    while (is_word(s[n])) n++;
    if (n == 5 && strncmp(s, "DMF__(", 6) == 0) return strcspn(s, ")") + 1;
    return n == 5 && s[4] == '_' ? 0 : n;
}

static name *find_name(const char *s, size_t n)
{
    int k;
    for (k = 0; k < name_count && (names[k].n != n || strncmp(names[k].s, s, n) != 0); k++) {}
    return k < name_count ? &names[k] : NULL;
}

static void find_names(void)
{
    size_t i, n;
    int k, pass;
    for (pass = CODE; pass <= COMMENT; pass++) /* what the code does not define, an option, is a line of the head */
        for (i = 0; i < t->size; i += n ? n : 1) {
            const int line = line_of(t, i);
            n = i > 0 && is_word(t->s[i - 1]) ? 0 : name_length(t->s + i);
            if (n == 0 || t->kind[i] != pass || find_name(t->s + i, n)) continue;
            if (pass == CODE ? strncmp(t->s + t->start[line], "#if", 3) != 0
                             : t->part[line] == HEAD && i == t->start[line] + 4) {
                name found = { t->s + i, n, i, i };
                PUSH(names, name_count, found);
            }
        }
    for (k = 0; k < t->function_count; k++) {
        const function *f = &t->functions[k];
        name *found = find_name(f->name, strlen(f->name));
        if (found) found->defined = (size_t)(strstr(t->s + t->start[f->line], f->name) - t->s);
    }
}

static void put_id(const name *found, int code)
{
    size_t k;
    if (code) put("code-");
    for (k = 0; k < found->n; k++)
        if (is_word(found->s[k])) put_char(found->s[k]);
}

/* The name of n characters at position i of the header. In code it links to the code of a function, in sentences to
   its declaration, if that is in Part I; a declaration links to the code, and the code back. The head may tell of names
   that are gone. */
static void put_name(size_t i, size_t n)
{
    const name *found = find_name(t->s + i, n);
    const int line = line_of(t, i), two = found && found->declared != found->defined;
    const int here = found && (i == found->declared || i == found->defined);
    const int declared = found ? line_of(t, found->declared) : 0;
    if (!found && t->part[line] != HEAD) stop(line, "%.*s is defined nowhere", (int)n, t->s + i);
    put("<a");
    if (here) put(" id=\""), put_id(found, two && i == found->defined), put("\"");
    if (found && (two || !here)) {
        put(" href=\"#");
        put_id(found, two && i != found->defined && (t->kind[i] == CODE || t->part[declared] > INTERFACE));
        put("\"");
    }
    put(">");
    put_text(t->s + i, n);
    put("</a>");
}

/* ---- Numbers of formulas and keys of sources ---- */

static int same_number(const number *a, const number *b) { return a->chapter == b->chapter && a->count == b->count; }

static void check_marks(void)
{
    int k, j;
    for (k = 0; k < t->number_count; k++) {
        const number *a = &t->numbers[k];
        int defined = 0;
        for (j = 0; j < t->number_count; j++)
            if (t->numbers[j].use == DEFINED && same_number(a, &t->numbers[j]) && defined++ && j == k)
                stop(a->line, "the number (%d.%d) is given twice", a->chapter, a->count);
        if (!defined) stop(a->line, "no formula has the number (%d.%d)", a->chapter, a->count);
    }
    for (k = 0; k < t->key_count; k++) {
        for (j = 0; j < t->key_count; j++)
            if (t->keys[j].listed && strcmp(t->keys[j].name, t->keys[k].name) == 0) break;
        if (j == t->key_count) stop(t->keys[k].line, "[%s] is not among the references", t->keys[k].name);
    }
}

/* The number or the key at position i, with its links; returns its length, 0 if there is none. A formula links to the
   lines that compute it, the first of them by its number. */
static size_t put_mark(size_t i)
{
    int k, j, place = 0, places = 0;
    for (k = 0; k < t->number_count && t->numbers[k].begin != i; k++) {}
    if (k < t->number_count) {
        const number *a = &t->numbers[k];
        for (j = 0; j < t->number_count; j++)
            if (t->numbers[j].use == MET && same_number(a, &t->numbers[j])) places++, place += j <= k;
        put("<a");
        if (a->use == DEFINED) put(" id=\"eq%d.%d\"", a->chapter, a->count);
        if (a->use == MET) put(" id=\"at%d.%d-%d\"", a->chapter, a->count, place);
        if (a->use != DEFINED) put(" href=\"#eq%d.%d\"", a->chapter, a->count);
        else if (places > 0) put(" href=\"#at%d.%d-1\"", a->chapter, a->count);
        put(">(%d.%d)</a>", a->chapter, a->count);
        for (j = 2; a->use == DEFINED && j <= places; j++)
            put("<a class=again href=\"#at%d.%d-%d\">%d</a>", a->chapter, a->count, j, j);
        return a->end - a->begin;
    }
    for (k = 0; k < t->key_count && t->keys[k].begin != i + 1; k++) {}
    if (k == t->key_count) return 0;
    put("<a %s%s\">[%s]</a>", t->keys[k].listed ? "id=\"" : "href=\"#", t->keys[k].name, t->keys[k].name);
    return strlen(t->keys[k].name) + 2;
}

/* ---- Code ---- */

static const char keywords[] =
    " auto break case char const continue default do double else enum extern float for goto if inline int long return "
    "short signed sizeof static struct switch typedef union unsigned void volatile while ";

/* The header from i to end, line by line, without `indent` blanks at the begin of each. */
static void put_code(size_t i, size_t end, size_t indent)
{
    char open = 0;   /* inside a comment: its second character */
    int marked = 0;  /* whether a span for it is open on this line */
    size_t n;
    put("<pre style=\"counter-reset:n %d\">", line_of(t, i) - 1);
    for (; i < end; i += n) {
        const char *s = t->s + i;
        const int begins = i == t->start[line_of(t, i)];
        if (begins) {
            put("<span class=l>");
            for (n = 0; n < indent && *s == ' '; n++, i++) s++;
        }
        n = 1;
        if (!open && *s == '/' && (s[1] == '*' || s[1] == '/')) open = s[1], n = 2;
        if (open && !marked && *s != '\n') put("<span class=c>"), marked = 1;
        if (*s == '\n') {
            put(marked ? "</span></span>\n" : "</span>\n");
            marked = 0;
            if (open == '/') open = 0;
        } else if (n == 2) {
            put_text(s, n);
        } else if (open == '*' && strncmp(s, "*/", 2) == 0) {
            put("*/</span>");
            open = 0, marked = 0, n = 2;
        } else if (!open && (*s == '"' || *s == '\'')) {
            while (s[n] != *s && s[n] != '\n') n += s[n] == '\\' ? 2 : 1;
            n += s[n] == *s;
            put_as("span class=s", s, n);
        } else if (open && strchr("([", *s) && (n = put_mark(i)) > 0) {
        } else if (is_word(*s) || (*s == '#' && begins)) {
            for (n = 1; is_word(s[n]); n++) {}
            if (name_length(s) && (open || find_name(s, name_length(s)))) put_name(i, n = name_length(s));
            else if (!open && (*s == '#' || is_listed(keywords, s, n))) put_as("b", s, n);
            else put_text(s, n);
        } else {
            n = 1;
            put_char(*s);
        }
    }
    put("</pre>\n");
}

#include "typeset.h"

/* ---- Comments: paragraphs, displayed formulas and tables, lists, figures ---- */

typedef struct row { size_t begin, end; int line, indent; } row;  /* of a comment, without what frames it */

static const char *row_text(const row *r) { return t->s + r->begin; }

static int has_gap(const row *r)
{
    const char *gap = strstr(row_text(r), "   ");
    return gap && gap < t->s + r->end;
}

static size_t item_length(const row *r)
{
    const size_t digits = strspn(row_text(r), "0123456789");
    return digits > 0 && strncmp(row_text(r) + digits, ". ", 2) == 0 ? digits + 2 : 0;
}

static void put_list(const row *r, int count)
{
    int k, next;
    put("<ol>\n");
    for (k = 0; k < count; k = next) {
        const size_t skip = item_length(&r[k]);
        for (next = k + 1; next < count && !(item_length(&r[next]) && r[next].indent == r->indent); next++) {}
        put("<li>");
        put_math(row_text(&r[k]) + skip, r[next - 1].end - r[k].begin - skip, PROSE);
        put("</li>\n");
    }
    put("</ol>\n");
}

/* A first sentence of a few words without a verb is a title. */
static void put_paragraph(const row *r, int count)
{
    const char *s = row_text(r), *end = t->s + r[count - 1].end, *dot = s + strcspn(s, ".,:;()=");
    put("<p>");
    if (dot - s < 32 && dot + 1 < end && strncmp(dot, ". ", 2) == 0 && is_capital(*s)) {
        const char *is = strstr(s, " is "), *are = strstr(s, " are ");
        if ((!is || is > dot) && (!are || are > dot)) {
            put("<b>");
            put_math(s, (size_t)(dot + 1 - s), PROSE);
            put("</b>");
            s = dot + 1;
        }
    }
    put_math(s, (size_t)(end - s), PROSE);
    put("</p>\n");
}

enum { COLUMNS = 160 };

/* Whether a cell begins in the column of the line of r: at its indent, behind three blanks; or, in a column where
   others have a cell that begins so, at a sign of equality. */
static int begins_cell(const row *r, int column, const char *kind)
{
    const char *s = t->s + t->start[r->line] + column;
    if (s < row_text(r) || s >= t->s + r->end || *s == ' ') return 0;
    if (s == row_text(r) || (s >= row_text(r) + 3 && strncmp(s - 3, "   ", 3) == 0)) return 1;
    return kind[column] == '=' && *s == '=' && s[-1] == ' ';
}

/* Lines in columns, with the number of a formula at the right end. Lines that are indented more than the first cell of
   others keep that. */
static void put_table(const row *r, int count)
{
    char kind[COLUMNS + 1] = "";  /* of each column: 0 if no cell begins there, else its first character or a blank */
    int base = r->indent, k, c, next, first, skipped, spanned;
    for (k = 1; k < count; k++)
        if (r[k].indent < base) base = r[k].indent;
    kind[base] = ' ';
    for (k = 0; k < count; k++)
        for (c = r[k].indent + 1; c < COLUMNS; c++)
            if (begins_cell(&r[k], c, kind)) kind[c] = t->s[t->start[r[k].line] + (size_t)c] == '=' ? '=' : ' ';
    put("<div class=display><table>\n");
    for (k = 0; k < count; k++) {
        first = kind[r[k].indent] ? r[k].indent : base;
        for (c = base, skipped = 0; c < first; c++) skipped += kind[c] != 0;
        put(skipped ? "<tr><td colspan=%d></td>" : "<tr>", skipped);
        for (c = first; c < COLUMNS; c = next) {
            const size_t begin = c == first ? r[k].begin : t->start[r[k].line] + (size_t)c;
            size_t end;
            for (next = c + 1, spanned = 1; next < COLUMNS; spanned += kind[next++] != 0)
                if (next > r[k].indent && begins_cell(&r[k], next, kind)) break;
            end = next < COLUMNS ? t->start[r[k].line] + (size_t)next : r[k].end;
            while (t->s[end - 1] == ' ') end--;
            put("<td colspan=%d", spanned);
            if (c == first && c < r[k].indent) put(" style=\"padding-left:%.1fem\"", 0.5 * (r[k].indent - c));
            put(c > first && t->s[begin] == '(' && is_digit(t->s[begin + 1]) ? " class=right>" : ">");
            put_math(t->s + begin, end - begin, DISPLAY);
            put("</td>");
        }
        put("</tr>\n");
    }
    put("</table></div>\n");
}

static char *read_file(const char *file_name, size_t *size)
{
    FILE *file = fopen(file_name, "rb");
    char *bytes = NULL;
    size_t n = 1;
    for (*size = 0; file && n > 0; *size += n) {
        if (!(bytes = (char *)realloc(bytes, *size + (1 << 16) + 1))) abort();
        n = fread(bytes + *size, 1, 1 << 16, file);
    }
    if (file) fclose(file);
    if (bytes) bytes[*size] = 0;
    return bytes;
}

/* Figure: name: caption */
static void put_figure(const row *r, int count)
{
    static const char digits[] = ALPHABET "abcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *s = row_text(r) + 7, *caption, *end = t->s + r[count - 1].end;
    char figure[128];
    unsigned char *b;
    size_t i, n, size;
    s += strspn(s, " ");
    n = strcspn(s, ":\n");
    snprintf(figure, sizeof figure, "figures/%.*s.png", (int)n, s);
    if (!(b = (unsigned char *)read_file(figure, &size))) stop(r->line, "there is no %s", figure);
    put("<figure><img alt=\"%.*s\" src=\"data:image/png;base64,", (int)n, s);
    for (i = 0; i < size; i += 3) {
        const int b1 = i + 1 < size ? b[i + 1] : 0, b2 = i + 2 < size ? b[i + 2] : 0;
        put("%c%c", digits[b[i] >> 2], digits[(b[i] & 3) << 4 | b1 >> 4]);
        put("%c%c", i + 1 < size ? digits[(b1 & 15) << 2 | b2 >> 6] : '=', i + 2 < size ? digits[b2 & 63] : '=');
    }
    free(b);
    put("\"><figcaption>");
    caption = s + n + (s[n] == ':');
    put_math(caption, (size_t)(end - caption), PROSE);
    put("</figcaption></figure>\n");
}

/* A heading of the head: a line by itself that begins with a word in capitals and is no sentence. */
static int is_heading(const row *r)
{
    const size_t n = strspn(row_text(r), ALPHABET "-"), end = strcspn(row_text(r), ".\n");
    if (t->part[r->line] != HEAD || r->indent > 0 || n < 3 || n > end) return 0;
    return strncmp(row_text(r) + end, "\n\n", 2) == 0;
}

static void put_sentence_case(const char *s, size_t n)
{
    size_t i;
    for (i = 0; i < n; i++)
        put_char(i == 0 || (s[i] == 'I' && strchr("I:", s[i + 1])) ? s[i] : (char)tolower((unsigned char)s[i]));
}

static void put_entry(const row *r, int count)
{
    const char *s = row_text(r), *end = t->s + r[count - 1].end;
    put("<dt>");
    s += put_mark(r->begin);
    put("</dt><dd>");
    put_text(s, (size_t)(end - s));
    put("</dd>\n");
}

/* The lines of a comment, whose paragraphs are indented by base. The program of the synopsis is one piece. */
static void put_rows(const row *r, int count, int base)
{
    int k, j, next, synopsis = 0;
    for (k = 0; k < count; k = next) {
        const int display = r[k].indent >= base + 4;
        int gaps = 0;
        next = k + 1;
        if (r[k].begin == r[k].end) continue;
        if (is_heading(&r[k])) {
            synopsis = strncmp(row_text(&r[k]), "SYNOPSIS", 8) == 0;
            put("<h2>");
            put_sentence_case(row_text(&r[k]), r[k].end - r[k].begin);
            put("</h2>\n");
            continue;
        }
        if (display && synopsis) {
            for (j = k; j < count && (r[j].begin == r[j].end || r[j].indent >= base + 4); j++)
                if (r[j].begin < r[j].end) next = j + 1;
            put_code(t->start[r[k].line], t->start[r[next - 1].line + 1], (size_t)base + 4);
            continue;
        }
        if (t->part[r->line] == REFERENCES) {
            while (next < count && *row_text(&r[next]) != '[') next++;
            put_entry(r + k, next - k);
            continue;
        }
        while (next < count && (r[next].indent >= base + 4) == display && r[next].begin < r[next].end) next++;
        for (j = k; j < next; j++) gaps += has_gap(&r[j]);
        if (strncmp(row_text(&r[k]), "Figure:", 7) == 0) put_figure(r + k, next - k);
        else if (item_length(&r[k])) put_list(r + k, next - k);
        else if (display && (gaps || base > 0 || is_digit(*row_text(&r[k])))) put_table(r + k, next - k);
        else put_paragraph(r + k, next - k);
    }
}

/* The lines of a comment, from its line number `from` on. */
static void put_note(const note *n, int from)
{
    row *r = NULL;
    int count = 0, line;
    for (line = from; line <= n->last; line++) {
        row one;
        one.line = line;
        one.begin = line == n->line ? n->begin + 2 : t->start[line];
        one.end = line == n->last ? n->end - 2 : t->start[line + 1] - 1;
        while (one.begin < one.end && t->s[one.begin] == ' ') one.begin++;
        while (one.end > one.begin && t->s[one.end - 1] == ' ') one.end--;
        one.indent = (int)(one.begin - t->start[line]);
        PUSH(r, count, one);
    }
    put_rows(r, count, t->part[n->line] == HEAD ? 0 : 3);
    free(r);
}

/* ---- The whole ---- */

/* The title of a note: what stands between the rules. */
static const char *title(const note *n)
{
    static char out[128];
    const char *s = t->s + n->begin + 3, *end;
    s += strspn(s, "-= ");
    end = s + strcspn(s, "\n");
    while (strchr("-=*/ ", end[-1])) end--;
    snprintf(out, sizeof out, "%.*s", (int)(end - s), s);
    return out;
}

/* "5. SVD" of chapter 5; NULL if there is no such chapter. */
static const char *chapter_title(int chapter)
{
    int k;
    for (k = 0; k < t->note_count; k++)
        if (t->notes[k].kind == CHAPTER && t->chapter[t->notes[k].line] == chapter) return title(&t->notes[k]);
    return NULL;
}

static void put_contents(void)
{
    const char *s;
    int k, c, sections;
    put("<nav class=contents>\n");
    for (c = 1; (s = chapter_title(c)) != NULL; c++) {
        put("<div><a href=\"#code%d\">%s</a><a class=to href=\"#interface%d\">interface</a>", c, s, c);
        for (k = sections = 0; k < t->note_count; k++)
            if (t->notes[k].kind == SECTION && t->chapter[t->notes[k].line] == c) {
                s = title(&t->notes[k]);
                put(sections++ ? "<br>" : "<span class=parts>");
                put("<a href=\"#s%.*s\">%s</a>", (int)strcspn(s, " "), s, s);
            }
        put("%s</div>\n", sections ? "</span>" : "");
    }
    put("<div><a href=\"#references\">References</a></div></nav>\n");
}

static void put_bar(void)
{
    const char *s;
    int c;
    put("<nav class=bar><a href=\"#top\"><b>dmf.h</b></a>");
    for (c = 1; (s = chapter_title(c)) != NULL; c++)
        put(" <a href=\"#code%d\">%d<span class=name> %s</span></a>", c, c, s + strspn(s, "0123456789. "));
    put(" <a href=\"#references\">References</a></nav>\n");
}

/* A chapter's title links to its other part. */
static void put_title(const note *n)
{
    const char *s = title(n);
    const int c = t->chapter[n->line], interface = t->part[n->line] == INTERFACE;
    if (n->kind == CHAPTER)
        put("<section id=\"%s%d\"><h2>%s<a class=to href=\"#%s%d\">%s</a></h2></section>\n",
            interface ? "interface" : "code", c, s, interface ? "code" : "interface", c,
            interface ? "implementation" : "interface");
    else if (n->kind == SECTION) put("<h3 id=\"s%.*s\">%s</h3>\n", (int)strcspn(s, " "), s, s);
    else if (n->kind == MINOR) put("<h3>%c%s</h3>\n", toupper((unsigned char)*s), s + 1);
    else if (t->part[n->line] == REFERENCES) put("<section id=\"references\"><h2>%s</h2></section>\n", s);
    else put("<h1>"), put_sentence_case(s, strlen(s)), put("</h1>\n");
}

/* The first and last line of the code behind a note, up to the next that begins a piece. */
static void code_behind(int k, int *first, int *last)
{
    int next = k + 1;
    while (next < t->note_count && t->notes[next].kind == BESIDE) next++;
    *first = t->notes[k].last + 1;
    *last = next < t->note_count ? t->notes[next].line - 1 : t->lines;
    while (*first <= *last && t->s[t->start[*first]] == '\n') ++*first;
    while (*first <= *last && t->s[t->start[*last]] == '\n') --*last;
}

/* The first line of the head is "name - title". */
static void put_head(void)
{
    const char *s = t->s + t->start[2], *dash = strstr(s, " - ");
    if (!dash) stop(2, "the second line is not a name, a dash and a title");
    put("<h1 class=title>%.*s</h1>\n<p>%c%.*s</p>\n", (int)(dash - s), s, toupper((unsigned char)dash[3]),
        (int)strcspn(dash + 4, "\n"), dash + 4);
    put_contents();
    put("<div class=\"essay head\">\n");
    put_note(&t->notes[0], 3);
}

/* A comment and the code that follows it, side by side; or one above the other, if the comment is much longer. */
static void put_piece(int k)
{
    const note *n = &t->notes[k];
    const int prose = n->last - n->line, listed = t->part[n->line] == REFERENCES;
    int first, last, beside;
    code_behind(k, &first, &last);
    beside = first <= last && (n->kind == ABOVE || 2 * prose < last - first + 10);
    if (k == 0) {
        put_head();
        beside = 0;
    } else {
        if (n->kind != ABOVE) put_title(n);
        put(beside ? "<div class=row><div>" : "<div class=\"essay%s\">", prose > 24 && !listed ? " long" : "");
        if (listed) put("<dl>");
        put_note(n, n->kind == ABOVE ? n->line : n->line + 1);
        if (listed) put("</dl>");
    }
    put("</div>\n");
    if (first > last) return;
    if (!beside) put("<div class=row>");
    put_code(t->start[first], t->start[last + 1], 0);
    put("</div>\n");
}

int main(int count, char **arguments)
{
    char *header, *style;
    size_t size;
    int k;
    if (count > 1) path = arguments[1];
    if (!(header = read_file(path, &size))) stop(1, "there is no such file");
    t = read_book(header);
    if (!t->note_count || !t->key_count) stop(1, "this is not the header");
    find_names();
    check_marks();
    put("<!DOCTYPE html>\n<html lang=en><head><meta charset=utf-8><title>dmf.h</title>\n"
        "<meta name=viewport content=\"width=device-width, initial-scale=1\">\n<style>\n");
    if (!(style = read_file("examples/book.css", &size))) stop(1, "examples/book.css cannot be read");
    put_bytes(style, size);
    put("</style></head><body id=top>\n");
    put_bar();
    put("<main>\n");
    for (k = 0; k < t->note_count; k++)
        if (t->notes[k].kind != BESIDE) put_piece(k);
    put("</main></body></html>\n");
    if (fwrite(page, 1, length, stdout) < length || fflush(stdout) != 0) stop(1, "the page cannot be written");
    forget_book(t);
    free(names);
    free(page);
    free(style);
    free(header);
    return 0;
}
