package splittest

import (
	"strings"
	"testing"

	"revise/parser"
)

// A rule is one rule of splitting and the names of its cases, with a blank between them. A rule's number is its section of the
// specification: 0 is what all dialects have in common.
type rule struct {
	name  string
	cases string
}

// Goldens runs the cases of a dialect's rules, testdata/split/NAME.jsonl. Each rule has a case, and each case is one of the rule that
// it names.
func Goldens(t *testing.T, d *parser.Dialect) {
	t.Helper()
	cases := map[string]Case{}
	prefix := casePrefix(d)
	for _, c := range load(t, d.Name+".jsonl") {
		name, ok := strings.CutPrefix(c.Name, prefix)
		if _, twice := cases[name]; !ok || twice || c.Dialect != d.Name {
			t.Errorf("case %s is there twice, or of another dialect", c.Name)
		}
		cases[name] = c
	}
	ran := map[string]bool{}
	for _, r := range rules(d) {
		names := strings.Fields(r.cases)
		if len(names) == 0 {
			t.Errorf("rule %q has no case", r.name)
		}
		for _, name := range names {
			c, ok := cases[name]
			if !ok || c.Rule != r.name {
				t.Errorf("rule %q has no case %s%s; there is one for %q", r.name, prefix, name, c.Rule)
				continue
			}
			if ran[name] {
				t.Errorf("case %s%s is listed twice", prefix, name)
			}
			ran[name] = true
			t.Run(name, func(t *testing.T) { c.Check(t, d) })
		}
	}
	for name := range cases {
		if !ran[name] {
			t.Errorf("no rule lists case %s%s", prefix, name)
		}
	}
	invalid := "SELECT '\xff;', \"\xc3\"; SELECT \xe6\xbc FROM \x80t"
	Case{SQL: invalid, Statements: strings.Split(invalid, "; ")}.Check(t, d)
}

func casePrefix(d *parser.Dialect) string {
	if d.Name == "postgres" {
		return "pg/"
	}
	return d.Name + "/"
}

// rules are the rules of a dialect, in the order of the specification.
func rules(d *parser.Dialect) []rule {
	switch d.Name {
	case "postgres":
		return []rule{
			{"0 bytes above 0x7f are letters, and only ASCII is blank", "bytes-nbsp-is-a-letter bytes-wide-blanks-are-no-statement-gap bytes-letters-before-dollar " +
				"bytes-combining-mark-before-quote"},
			{"0 one byte order mark at the start", "bom bom-alone bom-and-comment bom-twice bom-inside"},
			{"0 the text between first token and terminator stays as it is", "text-comments-and-breaks text-tabs-and-form-feeds"},
			{"0 a text without a token is no statement", "nothing nothing-but-blanks nothing-but-comments nothing-but-terminators nothing-between"},
			{"0 the last statement needs no terminator", "last-without-terminator last-with-line-break last-with-comment"},
			{"1.1 white space", "blanks-all blanks-vertical-tab blanks-in-front"},
			{"1.1 -- comment up to a line end", "dashes-to-newline dashes-to-return dashes-to-the-end dashes-need-no-blank dashes-backslash-at-the-end"},
			{"1.1 /* comment nests", "comment-nested comment-quotes-mean-nothing comment-slash-star-slash comment-stars comment-star-slash-star " +
				"comment-opened-in-it-by-slashes"},
			{"1.1 a comment begins inside of an operator", "operator-and-dashes operator-and-comment operator-of-minuses operator-slash"},
			{"1.1 ' begins a string", "string-plain string-lines string-behind-a-name string-empty"},
			{"1.1 e' as a whole token", "e-both-cases e-at-the-end-of-a-name e-apart-from-the-quote e-behind-a-letter-above"},
			{"1.1 b' and x'", "bit-backslash bit-semicolon bit-while-strings-escape"},
			{"1.1 n'", "n-both-cases n-while-strings-escape"},
			{"1.1 u&'", "u-backslash u-apart"},
			{`1.1 " and u&"`, "name-plain name-backslash name-lines"},
			{"1.1 $ digits", "parameter parameter-and-dollar-quote parameter-and-letters"},
			{"1.1 dollar quote", "dollar-empty-tag dollar-tag-case dollar-tag-digits dollar-tag-above-ascii dollar-near-end dollar-nested " +
				"dollar-tag-with-a-dash-is-none dollar-backslash dollar-behind-an-operator"},
			{"1.1 identifier", "identifier-dollars identifier-underscore-and-digits identifier-keyword-and-dollar-quote"},
			{"1.1 digit", "dollar-behind-glued-letters number-and-dollar-quote number-and-letters number-forms"},
			{"1.1 ( and )", "depth-holds depth-not-below-zero depth-quoted-ones-do-not-count"},
			{"1.1 ; ends a statement", "end-on-one-line end-inside-braces"},
			{`1.1 \ is no SQL`, "backslash-in-quotes backslash-outside"},
			{"1.1 anything else is one character", "other-operators other-hash-is-no-comment other-backquote-is-no-quote other-controls"},
			{"1.1 state STD", "std-doubled-quote std-backslash"},
			{"1.1 state ESC", "esc-quote esc-backslash esc-line-break"},
			{"1.1 continuation", "continued-esc continued-std continued-over-comment continued-over-comment-behind-the-break " +
				"continued-over-return continued-not-on-one-line continued-not-over-block-comment " +
				"continued-not-behind-another-token continued-not-by-another-e continued-twice continued-u continued-bit " +
				"continued-bit-while-strings-escape"},
			{"1.1 standard_conforming_strings", "strings-odd-values scs-off-and-on scs-scopes-and-case scs-reset scs-reset-all scs-values scs-not-in-a-string " +
				"scs-default-is-on " +
				"scs-dollar-quotes-are-not-touched"},
			{"1.2 ; inside parentheses", "rule-of-two rule-instead-nested rule-open"},
			{"1.2 BEGIN ATOMIC opens a body", "atomic-nested atomic-function atomic-or-replace-procedure atomic-comment-before-create atomic-empty atomic-empty-statements " +
				"atomic-in-parentheses-only atomic-quoted-words atomic-without-terminator return-body"},
			{"1.2 END behind ; or ATOMIC closes it", "atomic-as-a-column atomic-case atomic-end-as-name atomic-end-behind-comment atomic-quoted-end atomic-parentheses"},
			{"1.2 elsewhere BEGIN and END are words", "begin-is-a-transaction begin-atomic-as-names create-other-things"},
			{"1.2 PL/pgSQL is a string", "plpgsql-do plpgsql-quoted"},
			{"1.3 the server's continuation, not psql's", "psql-continuation"},
			{"1.3 the server's END, not psql's", "psql-end-as-name"},
			{"1.3 :name is left alone", "psql-variables psql-variable-and-quote"},
			{`1.3 \; is a backslash command`, "psql-joined"},
			{"1.4 COPY FROM STDIN", "copy-where-from copy-any-case copy-columns-and-options copy-stdout-is-stdin-here copy-comments-between copy-binary-word " +
				"copy-two"},
			{"1.4 data starts on the next line", "copy-comment-behind copy-blanks-behind copy-statement-behind copy-return-in-comment copy-statement-before"},
			{`1.4 data ends at \.`, "copy-empty copy-anything copy-near-ends copy-end-at-the-end copy-csv copy-returns"},
			{"1.4 data must end", "copy-open copy-open-by-a-blank"},
			{"1.4 data is sent apart", "copy-data-is-no-statement"},
			{"1.4 COPY without data", "copy-to-and-files copy-of-a-query copy-as-a-name copy-quoted-words"},
			{`1.4 \restrict and \unrestrict`, "restrict restrict-returns restrict-behind-copy restrict-without-argument restrict-two-arguments " +
				"restrict-inside-a-statement restrict-not-at-the-line-start"},
			{"1.4 other backslash commands", "meta-d meta-copy meta-set meta-i meta-if meta-connect meta-gexec meta-gset meta-in-parentheses"},
			{"4 unterminated string", "error-std error-esc error-bit error-continued error-columns-count-characters " +
				"error-columns-count-combining-marks error-columns-count-tabs-as-one error-columns-behind-a-return " +
				"error-behind-a-mark error-not-at-the-end"},
			{"4 unterminated quoted identifier", "error-name error-name-u error-name-backslash"},
			{"4 unterminated dollar quote", "error-dollar-tag error-dollar-empty-tag error-dollar-tag-above-ascii"},
			{"4 unterminated comment", "error-comment error-comment-nested error-comment-depth error-comment-slash"},
			{"4 unclosed parenthesis", "error-parenthesis error-parenthesis-quoted-close"},
			{"4 BEGIN ATOMIC without END", "error-atomic error-atomic-end-as-name"},
			{"4 backslash command", "error-meta error-meta-behind-wide-text"},
			{"4 COPY data without end", "error-copy-open"},
			{"4 text behind COPY FROM STDIN", "error-copy-text"},
			{"4 NUL byte", "error-nul error-nul-in-a-string error-nul-in-a-comment error-nul-in-a-dollar-quote"},
		}
	case "mysql":
		return []rule{
			{"0 bytes above 0x7f are letters, and only ASCII is blank", "bytes-nbsp-is-a-letter bytes-wide-blanks-are-no-statement-gap bytes-names"},
			{"0 one byte order mark at the start", "bom bom-and-delimiter bom-alone"},
			{"0 the text between first token and terminator stays as it is", "text-comments-and-breaks"},
			{"0 a text without a token is no statement", "nothing nothing-but-blanks nothing-but-comments nothing-but-terminators nothing-under-a-delimiter"},
			{"0 the last statement needs no terminator", "last-without-terminator last-with-comment last-body last-under-a-delimiter"},
			{"2.1 white space", "blanks-all blanks-only"},
			{"2.1 strings", "string-backslash string-doubled string-in-each-other string-lines string-prefixes string-comments-in-them"},
			{`2.1 " under ANSI_QUOTES`, "ansi-quotes ansi"},
			{"2.1 NO_BACKSLASH_ESCAPES", "no-backslash"},
			{"2.1 backquotes", "backquotes backquotes-backslash backquotes-lines"},
			{"2.1 # comment", "hash hash-not-to-return hash-inside hash-to-the-end"},
			{"2.1 -- comment needs a blank behind it", "dashes-blank dashes-tab-and-controls dashes-line-end dashes-arithmetic dashes-string dashes-at-the-end " +
				"dashes-not-to-return"},
			{"2.1 -- comment where a statement would start", "dashes-first dashes-first-behind-blanks"},
			{"2.1 /* comment does not nest", "comment-flat comment-quotes-mean-nothing comment-slash-star-slash comment-hint comment-inside-an-operator " +
				"comment-m-alone comment-blank-before-bang"},
			{"2.1 /*! is no comment", "conditional conditional-six-digits conditional-maria conditional-maria-version " +
				"conditional-versions-of-mysql-only conditional-version-of-nobody conditional-without-version " +
				"conditional-quotes-count conditional-delimiter-counts conditional-two conditional-comment-inside"},
			{"2.1 sandbox line", "sandbox sandbox-maria sandbox-and-delimiter"},
			{`2.1 \N is NULL`, "null null-and-delimiter"},
			{"2.1 any other backslash is a client command", "backslash-go backslash-ego backslash-clear backslash-source backslash-shell backslash-small-n"},
			{"2.1 identifiers", "identifier-dollars identifier-digits-first identifier-above-ascii"},
			{"2.1 sql_mode", "mode-global-holds-for-the-next mode-kept-in-a-variable mode-literal-in-a-variable mode-national-literal mode-number " +
				"mode-quoted-behind-at-signs mode-quoted-name mode-session mode-at-signs mode-several mode-in-conditional-code " +
				"mode-from-a-variable-is-the-default " +
				"mode-combinations mode-global-is-another mode-user-variable-is-another"},
			{"2.2 DELIMITER is the first word of a line", "delimiter delimiter-any-case-indented delimiter-behind-comments delimiter-tab delimiter-any-blank delimiter-returns " +
				"delimiter-blank-line-before"},
			{"2.2 elsewhere the word is text", "delimiter-in-a-string delimiter-in-a-comment delimiter-in-a-statement delimiter-longer-word " +
				"delimiter-longer-word-first"},
			{"2.2 behind a statement on its line it is an error", "delimiter-behind delimiter-behind-a-comment"},
			{"2.2 the argument", "argument-rest-is-ignored argument-quoted argument-tab-ends-it argument-letters argument-none argument-blank " +
				"argument-empty-quotes argument-backslash"},
			{"2.2 a custom delimiter: raw text", "raw-semicolons raw-open-body raw-quotes-and-comments"},
			{"2.2 the delimiter comes before comments and blanks", "delimiter-begins-with-a-quote delimiter-of-hash delimiter-of-dashes delimiter-of-a-comment-start"},
			{"2.2 the delimiter counts inside /*! */", "delimiter-in-conditional-code delimiter-behind-conditional-code"},
			{"2.2 several statements between two delimiters are one", "packet"},
			{"2.2 DELIMITER ; brings the grammar back", "delimiter-back delimiter-of-two"},
			{"2.3 words: keywords are unquoted and not behind . or @", "words-before-a-point words-behind-dot-and-at words-quoted words-in-conditional-code words-in-comments"},
			{"2.3 numbers and @names end where the server ends them", "number-exponent-and-a-word number-names-of-digits-behind-points variable-with-a-point number-glued-word point-case " +
				"point-until point-while point-if number-point-if number-point-case number-point-while number-point-until number-glued-words " +
				"number-user-variable-point number-label-of-digits number-columns-of-digits " +
				"number-set-statement"},
			{"2.3 A1 CREATE of a program", "definer-without-host definer-alter-event definer-trigger-host-with-points definer-host-with-points create-all-parts " +
				"create-definers create-definer-strings create-definer-named-like-a-program create-lower-case " +
				"create-other-things"},
			{"2.3 A2 ALTER EVENT", "alter-event alter-event-definer alter-event-without-body"},
			{"2.3 A3 compound statements outside programs", "set-statement-for-in-parentheses top-begin top-if top-case top-loop top-while top-repeat top-for top-label top-label-begin"},
			{"2.3 A4 Oracle mode", "oracle-end-before-a-point oracle-begin oracle-declare oracle-label oracle-begin-alone"},
			{"2.3 A transactions are plain", "transactions"},
			{"2.3 B TRIGGER", "trigger-simple trigger-block trigger-order trigger-order-precedes trigger-if trigger-named-like-a-body"},
			{"2.3 B EVENT", "event-rename-behind-a-point event-name-behind-a-point event-named-do event-simple event-block event-case event-if-function"},
			{"2.3 B PACKAGE", "package package-body package-body-without-begin"},
			{"2.3 B PROCEDURE and FUNCTION", "procedure-block procedure-simple function-return function-if-not-exists function-types procedure-label " +
				"procedure-loop procedure-if procedure-while procedure-set procedure-as function-loadable " +
				"function-other-language"},
			{"2.3 C labels", "labels-dollar labels labels-oracle"},
			{"2.3 C BEGIN", "begin-nested begin-not-atomic begin-empty begin-as-a-name"},
			{"2.3 C IF", "if if-function if-in-if if-case if-exists"},
			{"2.3 C CASE", "case-columns-behind-points case-end-as-a-name case-statement case-searched case-expression case-of-a-case"},
			{"2.3 C WHEN, ELSEIF, ELSIF", "elseif when-several elsif"},
			{"2.3 C ELSE", "else"},
			{"2.3 C LOOP, REPEAT", "loop repeat repeat-function"},
			{"2.3 C WHILE, FOR", "while-column-behind-a-point for-do-as-a-name while-do-as-a-name while while-case for while-oracle"},
			{"2.3 C UNTIL", "until until-labelled"},
			{"2.3 C END", "end-forms end-as-a-name end-behind-comment"},
			{"2.3 C handlers", "handler handler-block handler-condition declarations"},
			{"2.3 C EXCEPTION", "exception"},
			{"2.3 C simple statements", "simple-purge simple-parentheses-case simple-parentheses-is simple simple-create-inside"},
			{"2.3 D AS, IS and DECLARE", "section-as section-is section-declare-inside section-cursor"},
			{"2.3 D forward declarations", "forward"},
			{"2.3 D handlers of a section", "section-handler-label-loop section-handler-label section-handler"},
			{"2.4 commands of the client", "command-source command-system command-tee command-notee command-pager command-nopager command-edit " +
				"command-prompt command-rehash command-charset command-words-are-names"},
			{"2.4 USE", "use use-without-terminator"},
			{"2.4 LOAD DATA LOCAL", "load-data"},
			{"2.5 what only MariaDB has is no mistake", "maria-only"},
			{"2.5 comments kept by the client do not hide DELIMITER", "kept-comments"},
			{"2.5 dollar quotes of MySQL 9", "dollar-body dollar-body-tag dollar-elsewhere"},
			{"4 unterminated string", "error-string error-double error-columns-count-characters error-columns-count-combining-marks " +
				"error-columns-count-tabs-as-one error-string-in-a-body error-string-under-a-delimiter"},
			{"4 unterminated quoted identifier", "error-backquotes error-ansi"},
			{"4 unterminated comment", "error-comment error-comment-slash error-comment-of-two"},
			{"4 unterminated dollar quote", "error-dollar"},
			{"4 open body", "error-body error-body-inner error-body-outer error-body-case error-body-loop error-body-while " +
				"error-body-repeat error-body-for error-body-section"},
			{"4 DELIMITER not alone on its line", "error-delimiter-behind"},
			{"4 DELIMITER without argument", "error-delimiter-argument error-delimiter-backslash"},
			{"4 client command", "error-ego"},
			{"4 word of the client", "error-source error-source-case"},
			{"4 NUL byte", "error-nul error-nul-in-a-string error-nul-in-a-comment error-nul-under-a-delimiter"},
			{"4 a delimiter that is never reset, or never set, is no error", "never-reset never-set"},
		}
	case "sqlite":
		return []rule{
			{"0 bytes above 0x7f are letters, and only ASCII is blank", "bytes-nbsp-is-a-letter bytes-wide-blanks-are-no-statement-gap bytes-names"},
			{"0 one byte order mark at the start", "bom bom-and-trigger bom-alone bom-between-statements bom-in-a-name"},
			{"0 the text between first token and terminator stays as it is", "text-comments-and-breaks"},
			{"0 a text without a token is no statement", "nothing nothing-but-blanks nothing-but-comments nothing-but-terminators nothing-between"},
			{"0 the last statement needs no terminator", "last-without-terminator last-trigger last-with-comment"},
			{"3 white space", "blanks-all blank-vertical-tab-at-the-start-is-none blank-vertical-tab-inside-a-run " +
				"blank-vertical-tab-before-trigger blank-only-ascii"},
			{"3 the text goes on to the terminator", "text-view-with-comments"},
			{"3 -- comment", "dashes-to-newline dashes-not-to-return dashes-need-no-blank dashes-to-the-end dashes-and-an-arrow"},
			{"3 /* comment does not nest", "comment-flat comment-second-end-is-two-operators comment-quotes-mean-nothing comment-slash-star-slash " +
				"comment-inside-an-operator"},
			{"3 open /* comment is the rest of the text", "open-comment open-comment-only open-comment-of-three open-comment-of-two-is-two-operators " +
				"open-comment-behind-trigger"},
			{"3 quotes", "quotes-all quotes-doubled quotes-in-each-other quotes-lines quotes-comments-in-them"},
			{"3 backslash means nothing", "backslash-strings backslash-outside"},
			{"3 [ ]", "brackets brackets-do-not-nest brackets-have-no-escape brackets-comment-in-them"},
			{"3 variables", "variable-parentheses variable-colons variable-all-signs variable-without-a-name " +
				"variable-question-mark-takes-digits-only variable-dollar-inside-a-name variable-behind-a-mark"},
			{"3 identifier", "identifier-dollars identifier-trigger-as-a-part"},
			{"3 ; ends the statement", "end-in-parentheses end-on-one-line end-in-case"},
			{"3 trigger starts with CREATE [TEMP] TRIGGER", "trigger trigger-temp trigger-comments trigger-explain trigger-quoted-name trigger-quoted-word-is-none " +
				"trigger-in-other-statements"},
			{"3 trigger ends at ; behind END behind ;", "trigger-case trigger-comments-around-end trigger-end-as-name trigger-end-quoted trigger-end-that-goes-on " +
				"trigger-many-semicolons trigger-end-in-a-longer-word trigger-lower-case-end"},
			{"3 virtual table arguments may hold ;", "virtual-table-arguments virtual-table-nested virtual-table-without-arguments error-virtual-table-open"},
			{"3 BEGIN and END outside a trigger", "transaction transaction-around-a-trigger"},
			{"3 lines of the shell", "shell-read shell-mode shell-dot-inside-a-statement shell-dot-behind-a-statement shell-hash-is-the-database's " +
				"shell-go-and-slash-are-the-database's"},
			{"4 unterminated string", "error-string error-blob error-backslash error-columns-count-characters error-columns-count-combining-marks " +
				"error-columns-count-tabs-as-one error-string-in-a-trigger"},
			{"4 unterminated quoted identifier", "error-double-quotes error-backquotes error-brackets"},
			{"4 trigger without END", "error-trigger error-trigger-explain error-trigger-end-without-semicolon-before error-trigger-case"},
			{"4 dot command", "error-dot error-dot-behind-comment"},
			{"4 NUL byte", "error-nul error-nul-in-a-string error-nul-in-a-comment error-nul-in-brackets"},
		}
	}
	return nil
}
