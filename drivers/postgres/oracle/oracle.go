// Package oracle compares how revise cuts SQL for PostgreSQL with how PostgreSQL's own scanner and grammar do, which libpg_query holds
// as a library (PostgreSQL 17's). It is a module of its own, because the library needs a C compiler; nothing but its tests uses it:
//
//	go test .
//	go test -fuzz FuzzOracle -fuzzminimizetime 2s .
package oracle

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	pgquery "github.com/pganalyze/pg_query_go/v6/parser"

	"revise/drivers/postgres"
	"revise/parser"
)

// A Way is how a text was compared.
type Way string

const (
	Grammar    Way = "grammar"    // the text is valid SQL: statement by statement, as the grammar cut it
	Tokens     Way = "tokens"     // PostgreSQL's tokens are fine but its grammar is not content: by our rules on PostgreSQL's tokens
	Unfinished Way = "unfinished" // something is not closed: both must say so, about the same place
	Refused    Way = "refused"    // the scanner refuses a token (1a, E'\uZ', ""), which splitting does not care about: nothing compared
	LeftOut    Way = "left out"   // see leftOut
)

// Compare cuts a file's text both ways. An error says how they differ.
func Compare(file string) (Way, error) {
	text := strings.TrimPrefix(file, byteOrderMark) // psql takes it off a file; to PostgreSQL's scanner it is a letter
	if leftOut(text) {
		return LeftOut, nil
	}
	got, gotErr := split(file)
	tokens, err := scan(text)
	if err != nil {
		return compareErrors(text, gotErr, len(file)-len(text), err)
	}
	if leftOutTokens(tokens) {
		return LeftOut, nil
	}

	way := Grammar
	want, err := byGrammar(text, tokens)
	if err != nil {
		way = Tokens
		want, err = byTokens(text, tokens)
	}
	switch {
	case err != nil && gotErr == nil:
		return way, fmt.Errorf("%d statements, want the error %q", len(got), err)
	case err != nil:
		return way, nil
	case gotErr != nil:
		return way, fmt.Errorf("error %q, want %d statements", gotErr, len(want))
	}
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got):
			return way, fmt.Errorf("statement %d is missing; want %q", i, want[i])
		case i >= len(want):
			return way, fmt.Errorf("statement %d is too much: %q", i, got[i].Text)
		}
		// A comment before the terminator may belong to the statement or not.
		start := got[i].Pos.Offset - (len(file) - len(text))
		if s := trim(text, tokens, start, start+len(got[i].Text)); s != want[i] || !strings.HasPrefix(got[i].Text, s) {
			return way, fmt.Errorf("statement %d is %q, want %q", i, got[i].Text, want[i])
		}
	}
	return way, nil
}

const byteOrderMark = "\uFEFF"

// split cuts a file's text our way.
func split(text string) ([]parser.Statement, error) {
	return parser.Split(parser.Position{Line: 1, Col: 1}, text, postgres.Dialect())
}

// compareErrors is for texts that the scanner refuses. Our places count from shift bytes before the text on.
func compareErrors(text string, got error, shift int, want error) (Way, error) {
	var pgErr *pgquery.Error
	if !errors.As(want, &pgErr) || !strings.HasPrefix(pgErr.Message, "unterminated ") {
		return Refused, nil
	}
	if leftOutWords.MatchString(text) {
		return LeftOut, nil // what leftOutTokens looks for; without tokens nobody can tell whether it is there
	}
	var list parser.ErrorList
	if !errors.As(got, &list) {
		return Unfinished, fmt.Errorf("no mistake found, want %q", pgErr.Message)
	}
	if !strings.HasPrefix(list[0].Msg, "unterminated ") {
		return Unfinished, nil // a mistake that comes first in the text, and that PostgreSQL's scanner does not mind
	}
	if !utf8.ValidString(text) {
		return Unfinished, nil // PostgreSQL counts characters, and of such a text nobody knows how many there are
	}
	at := utf8.RuneCountInString(text[:list[0].Pos.Offset-shift]) + 1
	if at < pgErr.Cursorpos || !withinLiteral.MatchString(string([]rune(text)[pgErr.Cursorpos-1:at-1])) {
		return Unfinished, fmt.Errorf("%q at character %d, want %q at character %d", list[0].Msg, at, pgErr.Message, pgErr.Cursorpos)
	}
	return Unfinished, nil
}

// withinLiteral is what may stand between the start of an open literal and the quote that we point at: its prefix, and parts of it that
// are closed.
var withinLiteral = regexp.MustCompile(`(?is)^([ebx]|u&)?('.*'[\s\v]*)?$`)

var leftOutWords = regexp.MustCompile(`(?i)'[\s\v]*--|stdin|stdout|\\(un)?restrict`)

// leftOut reports whether a text is none of the oracle's business, as far as the plain text shows it.
func leftOut(text string) bool {
	switch {
	case strings.IndexByte(text, 0) >= 0:
		return true // the library takes C strings; we refuse the byte
	case strings.Contains(text, "-- +"):
		return true // lines "-- +begin" and "-- +end" are our own
	case strings.Contains(strings.ToLower(text), "standard_conforming_strings"):
		return true // the server, psql and we follow this setting; the library never runs a SET
	}
	return false
}

// leftOutTokens reports whether a text is none of the oracle's business, as its tokens show it.
func leftOutTokens(tokens []token) bool {
	for i, t := range tokens {
		switch {
		case t.text == `\`:
			return true // a command of psql, which PostgreSQL does not know: an error to us, or a line that is passed over
		case t.is("STDIN", "STDOUT") && i > 0 && before(tokens, i).is("FROM"):
			return true // perhaps a COPY with data behind it, which is no SQL
		case strings.HasPrefix(t.text, "'") && i > 0 && strings.HasPrefix(tokens[i-1].text, "--") && isEscaped(before(tokens, i).text):
			// A string that goes on behind a comment. The library hands out comments as tokens and so takes the second part for a
			// string of its own, without backslash escapes; the server joins the two.
			return true
		}
	}
	return false
}

// isEscaped reports whether a token is a string with backslash escapes.
func isEscaped(text string) bool {
	return len(text) > 1 && (text[0] == 'e' || text[0] == 'E') && text[1] == '\''
}
