package chain_test

import (
	"errors"
	"strings"
	"testing"

	"revise/chain"
)

func TestStamp(t *testing.T) {
	for _, test := range []struct{ line, applied, targets, want string }{
		{line, "", "head", "a b c d e"},
		{line, "", "c", "a b c"},
		{line, "e", "c", "a b c"},
		{line, "c", "c", "a b c"},
		{line, "d", "base", ""},
		{line, "d", "current", "a b c d"},
		{line, "b", "+1", "a b c"},
		{line, "b", "-1", "a"},
		{line, "e", "head-2", "a b c"},
		{line, "e", "b-2", ""}, // below the base
		{line, "a c!", "d", "a b c d"},
		{line, "e", "a@base", ""},
		{line, "c", "c head-2", "a b c"}, // twice the same

		{fork, "", "heads", "a b c1 c2 d1 d2"},
		{fork, "d1 c2", "b", "a b"},
		{fork, "d1 c2", "left@base", "a b c2"},
		{fork, "d1", "left@base", ""},
		{fork, "b", "left@base", ""},
		{fork, "d1 c2", "right@head", "a b c1 c2 d1 d2"},
		{fork, "d1 d2", "left@-1", "a b c1 c2 d2"},
		{fork, "c1", "c2 d1", "a b c1 c2 d1"},
		{fork, "d1 d2", "left@base c2", "a b c2"},
		{fork, "d1 d2", "c2 left@base", "a b c2"}, // in any order
		{fork, "d1", "base c2", "a b c2"},
		{fork, "d1 x!", "c2", "a b c1 c2 d1 x"}, // what no file defines stays
		{fork, "d1 x!", "base", ""},
		{fork, "d1 x!", "--purge c2", "a b c2"},
		{fork, "", "+3 ", "+3 is ambiguous: after b (versions/b.sql) 2 revisions could be next: c1 (versions/c1.sql), c2 (versions/c2.sql) | " +
			"say which: revise run stamp c1@+3 or revise run stamp c2@+3"},

		{diamond, "e", "b", "a b c"}, // the other line stays, as it does on the way down
		{diamond, "b", "d", "a b c d"},
		{diamond, "e", "b@base", "a c"}, // c stands on a
		{sideMerge, "d1 d2", "c2", "a1 a2 b1 b2 c1 c2"},
		{sideMerge, "d1", "a2@base", "a1 b1 c1"},
		{crissCross, "a3 b2", "b1", "a1 a2 b1"},
		{crissCross, "b3", "a1@base", "b1"},
		{forest, "am bm cm d1", "d1@base", "a1 a2 a3 am b1 b2 bm c1 c2 c3 cm"},
		{library, "l4 u3", "lib@base", "u1 u2"},
		{library, "l4 u3", "u1@base", "l1 l2 l3 l4"},
		{library, "u1", "u3", "l1 l2 l3 u1 u2 u3"},
		{"a; b>a", "", "heads", "a b"}, // one head depends on the other

		// Mistakes.
		{fork, "", "head", "head is ambiguous: there are 2 heads: d1 (versions/d1.sql), d2 (versions/d2.sql) | " +
			"for all of them: revise run stamp heads; for one: revise run stamp d1"},
		{line, "", "e b", "the database cannot be at e and at revision b (versions/b.sql), which lies below it | " +
			"what lies below is marked too: revise run stamp e"},
		{line, "", "--purge b e c", "the database cannot be at e and at revision b (versions/b.sql), which lies below it | " +
			"what lies below is marked too: revise run stamp --purge e"},
		{fork, "", "b c1 d2", "the database cannot be at c1 and at revision b (versions/b.sql), which lies below it | " +
			"what lies below is marked too: revise run stamp c1 d2"},
		{line, "b", "dd", `no revision or label is called "dd" | to see all of them: revise history`},
		{line, "b x!", "+1", "the ledger names revision x, which no file defines | " +
			"these files may be older than the database: use those it was last upgraded with"},
		{line, "e", "--purge -1", "-1 goes too far: no revision is applied | to see what is applied: revise run current"},
		{line, "e", "d-9", "d-9 goes too far: base is reached from d in 4 steps | to go all the way: revise run stamp d-4"},
	} {
		c := link(t, test.line)
		rest, purge := strings.CutPrefix(test.targets, "--purge ")
		set := applied(c, test.applied)
		s, err := c.Stamp(set, strings.Fields(rest), purge)
		got := ""
		if err != nil {
			got = told(err)
		} else {
			got = names(stamped(set, s))
		}
		if got != test.want {
			t.Errorf("stamp %s, applied %q, in %q\ngot  %s\nwant %s", test.targets, test.applied, test.line, got, test.want)
		}
	}
	var overlap *chain.OverlapError
	if _, err := link(t, line).Stamp(nil, []string{"a", "e"}, false); !errors.As(err, &overlap) || overlap.Target != "e" || overlap.Below.ID.Name != "a" {
		t.Errorf("stamp a e: %#v", err)
	}
}
