/*
Typesets the mathematics in the sentences and formulas of the header, for book.c, which includes it behind what it
calls.

Typeset are single letters and names of Greek ones with what is attached to them, W_j, A^T, sigma_r^(2 - 2/N),
d_{j-1}, x'; operators; sqrt, sum and grad before an operand; <a, b>; and in displayed formulas a / b, with blanks.
Everything else is words, and names of code are set as such. Functions that put return how many characters of
s[0 .. n-1] they have taken.
*/
#ifndef TYPESET_H
#define TYPESET_H

enum { PROSE, DISPLAY };

static size_t put_math(const char *s, size_t n, int how);

static const char greek[] = " alpha beta gamma delta eps zeta eta theta kappa lambda mu nu xi pi rho sigma tau phi chi "
                            "psi omega ";

static int is_capital(char c) { return c >= 'A' && c <= 'Z'; }

static size_t letters(const char *s, size_t n)
{
    size_t i = 0;
    while (i < n && is_letter(s[i])) i++;
    return i;
}

/* Behind the bracket that closes s[0]; 0 if none does. */
static size_t group(const char *s, size_t n)
{
    static const char opening[] = "([{<", closing[] = ")]}>";
    const char close = closing[strchr(opening, *s) - opening];
    size_t i;
    int depth = 0;
    for (i = 0; i < n; i++) {
        depth += (s[i] == *s) - (s[i] == close);
        if (depth == 0) return i + 1;
    }
    return 0;
}

/* The length of a subscript or an exponent with its sign: _j _12 _ij _* _+- _{..} _(..) ^T ^-53 ^(..) ^{..}. Three
   letters and more are part of a name of code, but after a capital. 0 if s is none. */
static size_t script(const char *s, size_t n, int capital)
{
    size_t i = 1;
    if (n < 2 || (*s != '_' && *s != '^')) return 0;
    if (s[1] == '*') return 2;
    if (*s == '_' && strchr("+-", s[1])) return n > 2 && strncmp(s + 1, "+-", 2) == 0 ? 3 : 2;
    if (s[1] == '(' || s[1] == '{') return (i = group(s + 1, n - 1)) > 0 ? i + 1 : 0;
    if (*s == '^' && s[1] == '-') i++;
    while (i < n && is_word(s[i]) && s[i] != '_') i++;
    if (i == 1 || (i < n && s[i] == '_') || (i > 3 && is_capital(s[1]))) return 0;
    return *s == '^' || capital || i <= 3 || strspn(s + 1, "0123456789") + 1 >= i ? i : 0;
}

/* The length of the letter or Greek name of a variable, or of a differential; 0 if s is none. */
static size_t variable(const char *s, size_t n)
{
    const size_t i = letters(s, n);
    const int differential = i == 2 && *s == 'd' && (is_capital(s[1]) || strchr("stl", s[1]));
    if (i != 1 && !differential && !is_listed(greek, s, i)) return 0;
    return i < n && is_word(s[i]) && !script(s + i, n - i, is_capital(*s)) ? 0 : i;
}

static void put_variable(const char *s, size_t n)
{
    if (n <= 2 && !is_listed(greek, s, n)) put("<i>%.*s</i>", (int)n, s);
    else if (is_listed(" eps ", s, n)) put("<i>&epsilon;</i>");
    else put("<i>&%.*s;</i>", (int)n, s);
}

/* Letters that stand together in a script are indices, or a T. */
static void put_script(const char *tag, const char *s, size_t n)
{
    put("<%s>", tag);
    if (*s == '(' || *s == '{') put_math(s + 1, n - 2, PROSE);
    else if (strncmp(s, "+-", n) == 0 && n > 1) put("&plusmn;");
    else if (is_letter(*s) && *s != 'T' && n <= 2) put("<i>%.*s</i>", (int)n, s);
    else put("%s%.*s", *s == '-' ? "&minus;" : "", (int)n - (*s == '-'), s + (*s == '-'));
    put("</%s>", tag);
}

/* What follows a variable or a bracket: primes, a subscript, an exponent or the star of an adjoint, a tilde. */
static size_t put_scripts(const char *s, size_t n, int capital)
{
    size_t i = 0, k, size[2] = { 0, 0 };
    const char *at[2] = { NULL, NULL };  /* subscript, exponent */
    for (;;) {
        const char next = i + 1 < n ? s[i + 1] : ' ';
        const int up = i < n && s[i] != '_';
        if (i < n && !at[up] && (k = script(s + i, n - i, capital)) > 0) at[up] = s + i + 1, size[up] = k - 1, i += k;
        else if (i < n && s[i] == '*' && !at[1] && !is_word(next) && next != '*') at[1] = s + i++, size[1] = 1;
        else if (i < n && s[i] == '\'' && !is_letter(next)) put("&prime;"), i++;
        else if (i < n && s[i] == '~') put("&#771;"), i++;
        else if (i < n && s[i] == '!' && next != '=') put("!"), i++;
        else break;
    }
    if (at[1] && *at[1] == '(') put("&#8288;"); /* or the line may end before the exponent */
    if (at[0] && at[1]) put("<span class=both>");
    if (at[1]) put_script("sup", at[1], size[1]);
    if (at[0]) put_script("sub", at[0], size[0]);
    if (at[0] && at[1]) put("</span>");
    return i;
}

/* |x|, ||x||, (x), [x], <x, y> with what is inside, and scripts. */
static size_t put_brackets(const char *s, size_t n, int how)
{
    size_t edge = 1, end;
    if (*s == '|') {
        edge = n > 1 && s[1] == '|' ? 2 : 1;
        for (end = edge; end + edge <= n && strncmp(s + end, s, edge) != 0; end++) {}
        end += edge;
        if (end > n || end == 2 * edge || s[edge] == ' ') return 0;
    } else {
        if (!strchr("([<", *s) || (end = group(s, n)) < 3) return 0;
        if (*s == '<' && (strchr(" =-", s[1]) || !memchr(s, ',', end))) return 0;
    }
    if (*s == '<') put("&lang;");
    else put(edge == 2 ? "&#8214;" : "%c", *s);
    put_math(s + edge, end - 2 * edge, how);
    if (*s == '<') put("&rang;");
    else put(edge == 2 ? "&#8214;" : "%c", s[end - 1]);
    return end + put_scripts(s + end, n - end, 1);
}

/* What a fraction, a root and a sum take: a number, a variable, a bracket, f(x), log x. */
static size_t put_operand(const char *s, size_t n, int how)
{
    size_t i = 0;
    if (n == 0) return 0;
    if (is_digit(*s)) {
        while (i < n && (is_digit(s[i]) || (s[i] == '.' && i + 1 < n && is_digit(s[i + 1])))) i++;
        if (i + 1 < n && s[i] == 'e' && (is_digit(s[i + 1]) || strchr("+-", s[i + 1])))
            for (i += 2; i < n && is_digit(s[i]); i++) {}
        put_text(s, i);
        return i + put_scripts(s + i, n - i, 0);
    }
    if ((i = variable(s, n)) > 0) {
        put_variable(s, i);
        i += put_scripts(s + i, n - i, is_capital(*s));
    } else if (is_letter(*s)) {
        while (i < n && is_word(s[i]) && s[i] != '_') i++;
        if (i == n || !(s[i] == '(' || (s[i] == ' ' && is_listed(" log exp cos ", s, i)))) return 0;
        put_text(s, i);
        if (s[i] == ' ') return put(" "), i + 1 + put_operand(s + i + 1, n - i - 1, how);
    } else {
        return put_brackets(s, n, how);
    }
    return i < n && s[i] == '(' ? i + put_brackets(s + i, n - i, how) : i;
}

/* The length of a piece of code: a name with an underscore, a.b, a->b, a[i], f(), tests/name.c, *out, -lm. */
static size_t code_length(const char *s, size_t i, size_t n)
{
    const size_t from = i;
    const int apart = i == 0 || strchr(" (\n", s[i - 1]);
    size_t k, word;
    int code;
    if (apart && strchr("-*", s[i]) && i + 1 < n && is_letter(s[i + 1])) {
        for (i++; i < n && (is_word(s[i]) || (*s == '-' && strchr("-=", s[i]))); i++) {}
        if (s[from] == '*') return i - from;
        while (i < n && strchr("-=", s[i])) for (i++; i < n && is_word(s[i]); i++) {}
        word = letters(s + from + 1, i - from - 1);
        code = word > 4 && !is_listed(greek, s + from + 1, word) && !(i < n && s[i] == '(');
        return code || is_listed(" -O2 -lm ", s + from, i - from) || memchr(s + from, '=', i - from) ? i - from : 0;
    }
    if (!is_letter(s[i])) return 0;
    while (i < n && is_word(s[i])) i++;
    word = i - from;
    code = memchr(s + from, '_', word) && !variable(s + from, n - from);
    while (i + 1 < n) {
        if (strncmp(s + i, "->", 2) == 0 && is_letter(s[i + 2])) i += 2;
        else if (s[i] == '.' && is_letter(s[i + 1])) i++;
        else if (s[i] == '/' && is_listed(" tests build examples figures bench ", s + from, word)) i++;
        else if (s[i] == '[' && (k = group(s + i, n - i)) > 0) i += k;
        else if (strncmp(s + i, "()", 2) == 0) i += 2;
        else break;
        for (code = 1; i < n && is_word(s[i]); i++) {}
    }
    return code ? i - from : 0;
}

/* The word that ends before s[i], or begins behind it, blanks apart; at least "". */
static size_t word_before(const char *s, size_t i, const char **word)
{
    size_t end;
    while (i > 0 && is_blank(s[i - 1])) i--;
    for (end = i; i > 0 && !is_blank(s[i - 1]); i--) {}
    *word = s + i;
    return end - i;
}

static size_t word_after(const char *s, size_t i, size_t n, const char **word)
{
    size_t begin;
    for (i++; i < n && is_blank(s[i]); i++) {}
    for (begin = i; i < n && !is_blank(s[i]); i++) {}
    while (i > begin && strchr(".,;:)", s[i - 1])) i--;
    *word = s + begin;
    return i - begin;
}

/* Whether a word can be a number of rows or columns: 100, d_0, rows, dims[j], KC. */
static int is_size(const char *s, size_t n)
{
    if (n > 0 && *s == '(') s++, n--;
    return n > 0 && (is_digit(*s) || variable(s, n) || is_listed(" rows cols rows*cols entries count ", s, n) ||
                     memchr(s, '[', n) || (is_capital(*s) && is_capital(s[n - 1])));
}

/* The x of a shape, and the o of a product by entries. */
static size_t put_times(const char *s, size_t i, size_t n)
{
    const char *before, *after;
    const size_t b = word_before(s, i, &before), a = word_after(s, i, n, &after);
    if (i == 0 || i + 1 >= n || !is_blank(s[i - 1]) || !is_blank(s[i + 1])) return 0;
    if (s[i] != 'o' && !(s[i] == 'x' && is_size(before, b) && is_size(after, a))) return 0;
    put(s[i] == 'o' ? "&#8728;" : "&times;");
    return 1;
}

/* Letters that are words: a and A before a word that is no verb, I after Part, C the language. */
static int is_article(const char *s, size_t i, size_t n)
{
    static const char verbs[] = " is has and in or may be holds must at by was comes goes gets with when itself ";
    const char *before, *after;
    const size_t b = word_before(s, i, &before), a = word_after(s, i, n, &after);
    const char last = b > 0 ? before[b - 1] : '.';
    const int plain = strspn(after, ALPHABET "abcdefghijklmnopqrstuvwxyz-'") >= a || name_length(after);
    const int word = plain && a > 1 && *after >= 'a' && !variable(after, a);
    if (i + 1 < n && (is_word(s[i + 1]) || !strchr("aAIC", s[i]))) return 0;
    if (s[i] == 'I') return is_listed(" Part ", before, b);
    if (s[i] == 'C' && i + 1 < n && s[i + 1] == '+') return 1;
    if (s[i] == 'C') return is_listed(" plain Plain ", before, b) || is_listed(" file knows ", after, a);
    if (i + 1 >= n || !is_blank(s[i + 1]) || a == 0 || is_listed(verbs, after, a)) return 0;
    if (*after == '*' && a > 1 && is_letter(after[1])) return 1;
    if (strchr("=+-*/<>|.", *after)) return 0;
    if (strchr("=+-*/<>|", last)) return word && a > 3;
    return s[i] == 'a' ? plain : word && strchr(".:(", last);
}

/* sqrt, sum and grad before what they apply to. */
static size_t put_operator(const char *s, size_t i, size_t n, int how)
{
    const char *before, *of;
    const size_t w = letters(s + i, n - i), at = i + w + 1, b = word_before(s, i, &before);
    size_t k;
    if (i + w >= n || w < 3) return 0;
    if (is_listed(" sqrt ", s + i, w)) {
        const size_t bracket = s[i + w] == '(' ? group(s + i + w, n - i - w) : 0;
        put("&radic;<span class=root>");
        if (bracket) put_math(s + at, bracket - 2, how);
        k = bracket ? bracket - 1 : put_operand(s + at, n - at, how);
        put("</span>");
        return w + 1 + k;
    }
    if (is_listed(" grad ", s + i, w) && (s[i + w] == '(' || variable(s + at, n - at))) {
        put("&nabla;");
        return w + (s[i + w] == ' ');
    }
    if (!is_listed(" sum ", s + i, w)) return 0;
    if ((k = script(s + i + w, n - i - w, 1)) > 0) {
        put("<span class=sum>&sum;</span>");
        put_script("sub", s + at, k - 1);
        return w + k;
    }
    if (is_listed(" the The a A its that This each in ", before, b)) return 0;
    of = (const char *)memchr(s + i, '\n', n - i);
    if (strncmp(s + i + w, " over ", 6) == 0 && (k = (size_t)((of ? of : s + n) - (s + i))) > 10) {
        for (of = s + i; k > 4 && strncmp(of, " of ", 4) != 0; k--) of++;
        if (k <= 4) return 0;
        put("<span class=sum>&sum;</span><sub>");
        put_math(s + at + 5, (size_t)(of - (s + at + 5)), PROSE);
        put("</sub>");
        return (size_t)(of - (s + i)) + 3;
    }
    if (s[i + w] != ' ' || !(strchr("(|", s[at]) || (variable(s + at, n - at) && !is_article(s, at, n)))) return 0;
    put("<span class=sum>&sum;</span>");
    return w;
}

/* Quotations, marks, names, pieces of code, papers: what stands for itself. */
static size_t put_verbatim(const char *s, size_t i, size_t n)
{
    const size_t at = (size_t)(s - t->s) + i;
    const char *close;
    size_t k;
    if ((s[i] == '"' || s[i] == '`') && (close = (const char *)memchr(s + i + 1, s[i], n - i - 1)) != NULL) {
        k = (size_t)(close - s) + 1 - i;
        put_as("code", s + i + (s[i] == '`'), s[i] == '`' ? k - 2 : k);
    } else if (strchr("([", s[i]) && (k = put_mark(at)) > 0) {
    } else if ((k = name_length(s + i)) > 0) {
        put("<code>");
        put_name(at, k);
        put("</code>");
    } else if (strncmp(s + i, "e.g.", k = 4) == 0 || strncmp(s + i, "i.e.", k = 4) == 0) {
        put_text(s + i, k);
    } else if (strncmp(s + i, "A19", k = 3) == 0 || strncmp(s + i, "SY26", k = 4) == 0) {
        const int explained = t->part[line_of(t, at)] == HEAD && at == t->start[line_of(t, at)] + 4;
        put("<a %s%.*s\">%.*s</a>", explained ? "id=\"" : "href=\"#", (int)k, s + i, (int)k, s + i);
    } else if ((k = code_length(s, i, n)) > 0) {
        if (s[i] == '*' && i + k < n && s[i + k] == '*') put_as("em", s + i + 1, k++ - 1); /* *emphasis* */
        else put_as("code", s + i, k);
    }
    return k;
}

/* Everything that is neither a word nor a number. */
static size_t put_sign(const char *s, size_t i, size_t n, int after_word)
{
    static const char *const signs[][2] = {
        { "<=", "&le;" }, { ">=", "&ge;" }, { "!=", "&ne;" }, { "=>", "&rArr;" }, { "->", "&rarr;" },
        { "<-", "&larr;" }, { "+-", "&plusmn;" }, { "...", "&hellip;" }, { "..", "&thinsp;&hellip;&thinsp;" } };
    const char before = i > 0 ? s[i - 1] : ' ', after = i + 1 < n ? s[i + 1] : ' ';
    const int apart = is_blank(before) && is_blank(after);
    const size_t next = letters(s + i + 1, n - i - 1);
    const int hyphen = next > 1 && !is_listed(greek, s + i + 1, next);
    size_t k, m;
    for (k = 0; k < sizeof signs / sizeof *signs; k++)
        if (i + (m = strlen(signs[k][0])) <= n && strncmp(s + i, signs[k][0], m) == 0) {
            put("%s", signs[k][1]);
            return m;
        }
    if ((s[i] == '.' && apart) || (s[i] == '*' && (apart || (is_word(before) && is_word(after))))) put("&middot;");
    else if (s[i] == '\'' && is_letter(before)) {
        put("&rsquo;");
        put_text(s + i + 1, next);
        return next + 1;
    } else if (s[i] == '-' && !(is_word(before) && (after_word || hyphen))) put("&minus;");
    else put_char(s[i]);
    return 1;
}

/* In displayed formulas words take subscripts too: speed_r. */
static size_t put_named(const char *s, size_t n)
{
    const size_t w = letters(s, n), k = w > 1 ? script(s + w, n - w, 0) : 0;
    if (k == 0 || s[w] != '_' || variable(s, n) || (w + k < n && is_word(s[w + k]))) return 0;
    put_text(s, w);
    return w + put_scripts(s + w, n - w, 0);
}

/* What stands below: an operand, behind an operator if there is one, or a word. */
static size_t put_denominator(const char *s, size_t i, size_t n)
{
    const size_t from = i, inner = s[i] == '(' ? group(s + i, n - i) : 0;
    size_t k;
    if (strncmp(s + i, "d ", 2) == 0) put("<i>d</i> "), i += 2;
    if (inner > 0 && !(i + inner < n && strchr("^_'*", s[i + inner]))) {
        put_math(s + i + 1, inner - 2, DISPLAY);
        return inner;
    }
    if ((k = put_operator(s, i, n, DISPLAY)) > 0) i += k;
    if (k > 0 && i < n && s[i] == ' ') put(" "), i++;
    if ((k = put_named(s + i, n - i)) > 0 || (k = put_operand(s + i, n - i, DISPLAY)) > 0) return i + k - from;
    k = letters(s + i, n - i);
    put_text(s + i, k);
    return i + k - from;
}

/* a / b, with blanks, when a is the operand that ends before s[i] and stands on the page from `over` on. */
static size_t put_fraction(const char *s, size_t i, size_t n, size_t over)
{
    size_t size = length - over, k;
    char *copy = (char *)malloc(size + 1);
    if (!copy) abort();
    memcpy(copy, page + over, size);
    length = over;
    if (size > 6 && strncmp(copy + size - 6, "&nbsp;", 6) == 0) size -= 6;
    put("<span class=over><span>");
    if (size > 2 && copy[0] == '(' && copy[size - 1] == ')') put_bytes(copy + 1, size - 2);
    else put_bytes(copy, size);
    put("</span><span>");
    if ((k = put_denominator(s, i + 2, n)) > 0) {
        put("</span></span>");
    } else {
        length = over;
        put_bytes(copy, size);
        put("&nbsp;/ ");
    }
    free(copy);
    return k + 2;
}

static size_t put_math(const char *s, size_t n, int how)
{
    size_t i = 0, k, at, operand = 0, end = 0, d = 0; /* the last operand: its place on the page, its end in s */
    int word = 0;                                     /* whether a word was last */
    while (i < n) {
        at = length;
        if (is_blank(s[i])) {
            const int slash = i > 0 && s[i - 1] == '/';
            const char *sign = s[i] == '\n' ? "\n" : " ";
            while (i < n && is_blank(s[i])) i++;
            put(slash || (i < n && s[i] == '/') ? "&nbsp;" : sign);
            continue;
        }
        if (how == DISPLAY && end > 0 && i == end + 1 && i + 2 < n && strncmp(s + i, "/ ", 2) == 0) {
            i += put_fraction(s, i, n, d && strncmp(s + i + 2, "d ", 2) == 0 ? d : operand);
            end = 0;
        } else if ((k = put_operator(s, i, n, how)) > 0 || (k = put_times(s, i, n)) > 0) {
            if (s[i] == 's' && s[i + k - 1] == ')') operand = at, end = i + k; /* sqrt(x) */
            i += k;
            word = 0;
        } else if (how == DISPLAY && (k = put_named(s + i, n - i)) > 0) {
            operand = at;
            i += k;
            end = i;
            word = 0;
        } else if ((k = put_verbatim(s, i, n)) > 0) {
            i += k;
            if (i < n && s[i] == '^') i += put_scripts(s + i, n - i, 0);
            word = 1;
        } else if (!is_article(s, i, n) && (k = put_operand(s + i, n - i, how)) > 0) {
            d = end > 0 && i == end + 1 && s[end - 1] == 'd' ? operand : 0; /* as in d x / d t */
            i += k;
            operand = at;
            end = i;
            word = 0;
        } else if (is_word(s[i])) {
            for (k = 1; i + k < n && is_word(s[i + k]); k++) {}
            put_text(s + i, k);
            i += k;
            if (i < n && s[i] == '^') i += put_scripts(s + i, n - i, 0);
            word = 1;
        } else {
            i += put_sign(s, i, n, word);
        }
    }
    return n;
}

#endif
