package chain_test

import (
	"errors"
	"testing"

	"revise/chain"
)

func TestRange(t *testing.T) {
	for _, test := range []struct{ line, applied, text, want string }{
		{line, "", ":", "e d c b a"},
		{line, "", "b:d", "d c b"},
		{line, "", "b:", "e d c b"},
		{line, "", ":b", "b a"},
		{line, "", "c:c", "c"},
		{line, "", "base:head", "e d c b a"},
		{line, "", "head-1:", "e d"},
		{line, "", "base:b+1", "c b a"},
		{line, "", ":base", ""},
		{line, "", "b-2:b", "b a"}, // from base

		// From one end, so many steps and the end itself; or as many as there are.
		{line, "", "-2:d", "d c b"},
		{line, "", "-2:", "e d c"},
		{line, "", "-9:c", "c b a"},
		{line, "", "b:+2", "d c b"},
		{line, "", "b:+99999999999999999999", "e d c b"},
		{line, "", ":+2", "b a"},

		// Where the database stands.
		{line, "c", ":current", "c b a"},
		{line, "c", "current:", "e d c"},
		{line, "c", "-1:current", "c b"},
		{line, "c", "current:+1", "d c"},
		{line, "c", "current-1:head", "e d c b"},
		{line, "c", "current-1:current+1", "d c b"},
		{line, "0!", ":", "e d c b a"}, // nothing is asked of the ledger
		{line, "e", "-3:current", "e d c b"},
		{fork, "c1 c2", "-1:current", "c2 c1 b"},
		{fork, "c1 c2", "current:+1", "d2 d1 c2 c1"},
		{fork, "c1 c2", "b:right@current", "c2 b"},

		// Branches.
		{fork, "", "left@base:", "d1 c1 b a"},
		{fork, "", "b:left@head", "d1 c1 b"},
		{fork, "", "left@head-1:", "d1 c1"},
		{fork, "", "c1@-1:heads", "d1 c1"},
		{fork, "", "b:right@+1", "c2 b"},
		{fork, "", "right@base:+3", "c2 b a"},
		{fork, "", "right@base:d2", "d2 c2 b a"},

		// What low does not lead to is left out, what high needs is in only where low does or where it goes to base.
		{diamond, "", "b:d", "d b"},
		{diamond, "", "a:d", "d c b a"},
		{diamond, "", "-1:d", "d c b"}, // both ways
		{diamond, "", "a:+2", "d c b a"},
		{diamond, "", "b@-2:d", "d b a"},
		{library, "", "u1:u3", "u3 u2 u1"},
		{library, "", ":u3", "u3 u2 u1 l3 l2 l1"},
		{library, "", "l1:u3", "l3 l2 l1"},
		{library, "", "-3:u3", "u3 u2 u1"},
		{crissCross, "", "a1:b3", "a2 a1"},

		{"", "", ":", ""},
		{line, "", "-1:current", ""},
		{line, "", "current:", "e d c b a"},

		// Mistakes.
		{line, "", "b", `"b" is no range | a range has two ends, and either may be left out: revise history -r b:`},
		{line, "", "", `"" is no range | a range has two ends, and either may be left out: revise history -r :`},
		{line, "", "a:b:c", `"a:b:c" is no range | a range has two ends, and either may be left out: revise history -r :`},
		{line, "", "d:b", "b does not stand on d (versions/d.sql) | the other way around: revise history -r b:d"},
		{line, "", "b:base", "base does not stand on b (versions/b.sql) | the other way around: revise history -r base:b"},
		{fork, "", "c1:d2", "d2 does not stand on c1 (versions/c1.sql) | all that stands on it: revise history -r c1:"},
		{line, "a", "c:current", "current does not stand on c (versions/c.sql) | the other way around: revise history -r current:c"},
		{line, "a ghost!", ":current", "the ledger names revision ghost, which no file defines | " +
			"these files may be older than the database: use those it was last upgraded with"},
		{line, "a", "+1:head", "+1 leads up, and a range begins at the low end | from what is applied: revise history -r current+1:head"},
		{line, "d", "a:-1", "-1 leads down, and a range ends at the high end | from what is applied: revise history -r a:current-1"},
		{line, "b", "-1:+1", `each end of "-1:+1" counts from the other | from what is applied: revise history -r current-1:current+1`},
		{line, "", "b:dd", `no revision or label is called "dd" | to see all of them: revise history`},
		{"abc1; abd2:abc1", "", "abc9:abd2", `no revision or label is called "abc9" | did you mean revise history -r abc1:abd2?`},
		{fork, "", "a:head", "head is ambiguous: there are 2 heads: d1 (versions/d1.sql), d2 (versions/d2.sql) | " +
			"for all of them: revise history -r a:heads; for one: revise history -r a:d1"},
		{fork, "", "head:", "head is ambiguous: there are 2 heads: d1 (versions/d1.sql), d2 (versions/d2.sql) | " +
			"name one of them: revise history -r d1:"},
		{fork, "c1 c2", "current-1:", "current-1 is ambiguous: there are 2 heads: c1 (versions/c1.sql), c2 (versions/c2.sql) | " +
			"name one of them: revise history -r c1:"},
		{fork, "", "left@base:c2", "revision c2 (versions/c2.sql) is not of branch left | without the branch: revise history -r :c2"},
		{diamond, "", "d-1:e", "d-1 is ambiguous: d (versions/d.sql) revises 2: b (versions/b.sql), c (versions/c.sql) | " +
			"say which: revise history -r b@d-1:e or revise history -r c@d-1:e"},
	} {
		c := link(t, test.line)
		revs, err := c.Range(applied(c, test.applied), test.text)
		got := ids(revs)
		if err != nil {
			got = told(err)
		}
		if got != test.want {
			t.Errorf("Range(%q), applied %q, in %q\ngot  %s\nwant %s", test.text, test.applied, test.line, got, test.want)
		}
	}
	c := link(t, line)
	for _, text := range []string{":current", "current:", "-1:current", "current-1:"} {
		if _, err := c.Range(nil, text); err == nil {
			t.Errorf("Range(%q) without a database: no error", text)
		}
	}
	if revs, err := c.Range(nil, "-2:d"); err != nil || ids(revs) != "d c b" {
		t.Errorf("Range(-2:d) without a database: %s, %v", ids(revs), err)
	}
	var not *chain.RangeError
	if _, err := c.Range(nil, "d:b"); !errors.As(err, &not) || ids(not.Low) != "d" || not.High != "b" {
		t.Errorf("Range(d:b): %#v", err)
	}
}
