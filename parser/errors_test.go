package parser_test

import (
	"strings"
	"testing"

	"revise/parser"
)

func TestSome(t *testing.T) {
	for _, c := range []struct{ list, and, want string }{
		{"", " and", ""},
		{"a", ", and", "a"},
		{"a b c d e", " and", "a, b, c, d, e"},
		{"a b c d e f", " and", "a, b, c, d, e and 1 more"},
		{"a b c d e f g", ", and", "a, b, c, d, e, and 2 more"},
	} {
		if got := parser.Some(strings.Fields(c.list), c.and); got != c.want {
			t.Errorf("%q: got %q, want %q", c.list, got, c.want)
		}
	}
}
