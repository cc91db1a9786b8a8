package oracle

import (
	"errors"
	"slices"
	"strings"

	pgquery "github.com/pganalyze/pg_query_go/v6"
)

// A token is one of PostgreSQL's, a comment included.
type token struct {
	text       string
	start, end int // bytes of the text
	comment    bool
	keyword    bool // a key word, unquoted
}

// is reports whether a token is one of these key words.
func (t token) is(words ...string) bool {
	return t.keyword && slices.ContainsFunc(words, func(w string) bool { return strings.EqualFold(t.text, w) })
}

// before returns the last token before the i-th that is no comment.
func before(tokens []token, i int) token {
	for i--; i >= 0; i-- {
		if !tokens[i].comment {
			return tokens[i]
		}
	}
	return token{}
}

// scan cuts a text into tokens by PostgreSQL's scanner.
func scan(text string) ([]token, error) {
	result, err := pgquery.Scan(text)
	if err != nil {
		return nil, err
	}
	var tokens []token
	for _, t := range result.GetTokens() {
		start, end := int(t.GetStart()), int(t.GetEnd())
		tokens = append(tokens, token{
			text:    text[start:end],
			start:   start,
			end:     end,
			comment: t.GetToken() == pgquery.Token_SQL_COMMENT || t.GetToken() == pgquery.Token_C_COMMENT,
			keyword: t.GetKeywordKind() != pgquery.KeywordKind_NO_KEYWORD,
		})
	}
	return tokens, nil
}

// byGrammar cuts a text as PostgreSQL's grammar does. An error says that the text is not valid SQL.
func byGrammar(text string, tokens []token) ([]string, error) {
	result, err := pgquery.Parse(text)
	if err != nil {
		return nil, err
	}
	var stmts []string
	for _, s := range result.GetStmts() {
		start, end := int(s.GetStmtLocation()), len(text)
		if n := int(s.GetStmtLen()); n > 0 { // else the rest of the text
			end = start + n
		}
		stmts = append(stmts, trim(text, tokens, start, end))
	}
	return stmts, nil
}

// trim leaves out what is no token at both ends of a statement: the grammar counts blanks and comments before a statement to it.
func trim(text string, tokens []token, start, end int) string {
	var first, last token
	for _, t := range tokens {
		if t.comment || t.start < start || t.end > end || t.text == ";" && first.end == 0 {
			continue
		}
		if first.end == 0 {
			first = t
		}
		last = t
	}
	return text[first.start:last.end]
}

var (
	errParenthesis = errors.New("a parenthesis is not closed")
	errBody        = errors.New("a body is not closed")
)

// byTokens cuts a text at the semicolons that PostgreSQL's scanner finds, but for those in parentheses, as psql does, and those in a
// body BEGIN ATOMIC … END of CREATE FUNCTION and CREATE PROCEDURE (gram.y, opt_routine_body). It is for texts that the grammar does
// not take, where PostgreSQL itself has no answer but the tokens.
func byTokens(text string, tokens []token) ([]string, error) {
	var stmts []string
	for i := 0; i < len(tokens); {
		var stmt []token
		depth, bodies := 0, 0
		opened, from := 0, 0 // numbers of the ATOMIC that opened the last body, and of the first token of the statement inside
		for ; i < len(tokens); i++ {
			t := tokens[i]
			if t.comment {
				continue
			}
			if t.text == ";" && depth == 0 && bodies == 0 {
				i++
				break
			}
			switch n := len(stmt); {
			case t.text == "(":
				depth++
			case t.text == ")":
				depth = max(depth-1, 0)
			case depth > 0:
			case t.text == ";":
				from = n + 1
			case t.is("ATOMIC") && isRoutine(stmt[from:]) && stmt[n-1].is("BEGIN") && stmt[n-2].text != ".":
				bodies, opened, from = bodies+1, n, n+1
			case bodies > 0 && t.is("END") && n == from && (stmt[n-1].text == ";" || n-1 == opened):
				bodies--
				from = n + 1
			}
			stmt = append(stmt, t)
		}
		switch {
		case depth > 0:
			return nil, errParenthesis
		case bodies > 0:
			return nil, errBody
		case len(stmt) > 0:
			stmts = append(stmts, text[stmt[0].start:stmt[len(stmt)-1].end])
		}
	}
	return stmts, nil
}

// isRoutine reports whether a statement begins as those do that may have a body.
func isRoutine(stmt []token) bool {
	if len(stmt) > 2 && stmt[0].is("CREATE") && stmt[1].is("OR") && stmt[2].is("REPLACE") {
		return len(stmt) > 3 && stmt[3].is("FUNCTION", "PROCEDURE")
	}
	return len(stmt) > 1 && stmt[0].is("CREATE") && stmt[1].is("FUNCTION", "PROCEDURE")
}
