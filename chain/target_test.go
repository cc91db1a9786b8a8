package chain_test

import (
	"errors"
	"testing"

	"revise/chain"
)

func TestFind(t *testing.T) {
	const tree = "ae10f1; ae10f2:ae10f1#users; be2:ae10f1; be20a:be2#orders; cc:be20a; users2:ae10f2"
	for _, test := range []struct{ line, name, want string }{
		{tree, "cc", "cc"},
		{tree, "ae10f2", "ae10f2"},
		{tree, "users", "ae10f2"}, // a label wins over the prefix of users2
		{tree, "users2", "users2"},
		{tree, "user", "users2"},
		{tree, "be2", "be2"}, // an id wins over the prefix of be20a
		{tree, "be20", "be20a"},
		{tree, "ae1", `"ae1" fits 2 revisions: ae10f1 (versions/ae10f1.sql), ae10f2 (versions/ae10f2.sql) | write more of the id`},
		{tree, "ae", `no revision or label is called "ae" | of an id at least 3 characters are needed: ae10f1 or ae10f2`},
		{tree, "ae10f3", `no revision or label is called "ae10f3" | did you mean ae10f1 or ae10f2?`},
		{tree, "order", `no revision or label is called "order" | did you mean orders?`},
		{tree, "zzz", `no revision or label is called "zzz"`},
		{tree, "zzzé", `no revision or label is called "zzzé"`},
		{tree, "a:b", `no revision or label is called "a:b"`},
		{tree, "", `the target is empty`},
		{tree, "@head", `"@head" is half a target | before the @ stands a label or a revision, behind it a target: label@head`},
		{tree, "users@", `"users@" is half a target | before the @ stands a label or a revision, behind it a target: label@head`},

		{"a; b:a", "head", "b"},
		{"a; b:a", "heads", "b"},
		{"", "head", "head means no revision: there are none"},
		{"", "heads", "heads means no revision: there are none"},
		{tree, "head", "head is ambiguous: there are 2 heads: cc (versions/cc.sql), users2 (versions/users2.sql) | name one of them: cc"},
		{tree, "heads", "heads is ambiguous: there are 2 heads: cc (versions/cc.sql), users2 (versions/users2.sql) | name one of them: cc"},
		{"a; b>a", "head", "head is ambiguous: there are 2 heads: a (versions/a.sql), b (versions/b.sql) | name one of them: a"},
		{"a; b>a; c; d; e; f; g", "head", "head is ambiguous: there are 7 heads: a (versions/a.sql), b (versions/b.sql), " +
			"c (versions/c.sql), d (versions/d.sql), e (versions/e.sql), and 2 more | name one of them: a"},
		{tree, "base", "base is no revision: it lies below all of them"},
		{tree, "current", "current depends on what is applied, and files alone do not tell that"},
		{tree, "current-1", "current-1 depends on what is applied, and files alone do not tell that"},
		{tree, "+1", "+1 depends on what is applied, and files alone do not tell that"},
		{tree, "users@-1", "users@-1 depends on what is applied, and files alone do not tell that"},
		{tree, "+0", `"+0" is no number of steps | the least is 1`},

		// Branches: the lineage of a label, or of a revision.
		{tree, "users@head", "users2"},
		{tree, "orders@head", "cc"},
		{tree, "be2@head", "cc"},
		{tree, "orders@be2", "be2"},
		{tree, "users@ae1", `"ae1" fits 2 revisions: ae10f1 (versions/ae10f1.sql), ae10f2 (versions/ae10f2.sql) | write more of the id`},
		{tree, "orders@ae1", "ae10f1"}, // the branch narrows the prefix
		{tree, "ae10f1@head", "ae10f1@head is ambiguous: there are 2 heads: cc (versions/cc.sql), users2 (versions/users2.sql) | name one of them: cc"},
		{tree, "users@cc", "revision cc (versions/cc.sql) is not of branch users"},
		{tree, "users@be20", "revision be20a (versions/be20a.sql) is not of branch users"},
		{tree, "nope@head", `no revision or label is called "nope"`},
		{tree, "users@nope", `no revision or label is called "nope"`},
		{tree, "users@base", "users@base is no revision: it lies below all of them"},
		{"a#x; b:a>c; c#y", "x@head", "b"},
		{"a#x; b:a>c; c#y", "y@head", "c"}, // a dependency joins no branches

		// Steps from a revision.
		{"a; b:a; c:b; d:c", "head-1", "c"},
		{"a; b:a; c:b; d:c", "heads-3", "a"},
		{"a; b:a; c:b; d:c", "base+2", "b"},
		{"a; b:a; c:b; d:c", "b+2", "d"},
		{"a; b:a; c:b; d:c", "c-2", "a"},
		{"a; b:a; c:b; d:c", "c+0", "c"},
		{"a; b:a; c:b; d:c", "c-3", "c-3 is no revision: it lies below all of them"},
		{"a; b:a; c:b; d:c", "c-4", "c-4 goes too far: base is reached from c in 3 steps | to go all the way: c-2"},
		{"a; b:a; c:b; d:c", "b+3", "b+3 goes too far: only 2 revisions follow b | to go all the way: b+2"},
		{"a; b:a; c:b; d:c", "c+9", "c+9 goes too far: only 1 revision follows c | to go all the way: c+1"},
		{"a; b:a; c:b; d:c", "d+1", "d+1 goes too far: no revision follows d | to go that far: d"},
		{"a; b:a; c:b; d:c", "head+1", "head+1 goes too far: no revision follows d | to go that far: head"},
		{"a; b:a; c:b; d:c", "base-1", "base-1 goes too far: nothing lies below base"},
		{"a; b:a; c:b; d:c", "base+99999999999999999999", "base+99999999999999999999 goes too far: only 4 revisions follow base | to go all the way: base+4"},
		{"a; b:a; c:a; d:b,c#top", "a+1", "a+1 is ambiguous: 2 revisions follow a (versions/a.sql): b (versions/b.sql), c (versions/c.sql) | say which: b@a+1 or c@a+1"},
		{"a; b:a; c:a; d:b,c#top", "b@a+1", "b"},
		{"a; b:a; c:a; d:b,c#top", "c@a+2", "d"},
		{"a; b:a; c:a; d:b,c#top", "top@a+1", "top@a+1 is ambiguous: 2 revisions follow a (versions/a.sql): b (versions/b.sql), c (versions/c.sql) | say which: b@a+1 or c@a+1"},
		{"a; b:a; c:a; d:b,c#top", "head-1", "head-1 is ambiguous: d (versions/d.sql) revises 2: b (versions/b.sql), c (versions/c.sql) | say which: b@head-1 or c@head-1"},
		{"a; b:a; c:a; d:b,c#top", "b@head-2", "a"},
		{"a; b", "base+1", "base+1 is ambiguous: there are 2 bases: a (versions/a.sql), b (versions/b.sql) | say which: a@base+1 or b@base+1"},
		{"a; b", "b@base+1", "b"},
		{"a; b", "head-1", "head-1 is ambiguous: there are 2 heads: a (versions/a.sql), b (versions/b.sql) | name one of them: a"},
		{"a; b", "heads-1", "heads-1 is ambiguous: there are 2 heads: a (versions/a.sql), b (versions/b.sql) | name one of them: a"},
	} {
		c := link(t, test.line)
		r, err := c.Find(test.name)
		got := ""
		if err != nil {
			got = told(err)
		} else {
			got = r.ID.Name
		}
		if got != test.want {
			t.Errorf("Find(%q) in %q\ngot  %s\nwant %s", test.name, test.line, got, test.want)
		}
	}
}

func TestFindAll(t *testing.T) {
	c := link(t, "a; b:a#left; c:a; d:c")
	for name, want := range map[string]string{
		"heads": "b d", "base": "", "left@base": "", "left@heads": "b", "a": "a", "a@heads": "b d", "head": "head is ambiguous: " +
			"there are 2 heads: b (versions/b.sql), d (versions/d.sql) | name one of them: b",
	} {
		revs, err := c.FindAll(name)
		got := ids(revs)
		if err != nil {
			got = told(err)
		}
		if got != want {
			t.Errorf("FindAll(%q): got %q, want %q", name, got, want)
		}
	}
}

// A caller can ask an error for its facts.
func TestErrorTypes(t *testing.T) {
	c := link(t, "abc1; abc2:abc1; abc3:abc1")
	var unknown *chain.UnknownError
	if _, err := c.Find("abc9"); !errors.As(err, &unknown) || len(unknown.Near) != 3 || unknown.Name != "abc9" || unknown.Short {
		t.Errorf("Find(abc9): %#v", err)
	}
	if _, err := c.Find("ab"); !errors.As(err, &unknown) || !unknown.Short {
		t.Errorf("Find(ab): %#v", err)
	}
	var ambiguous *chain.AmbiguousError
	if _, err := c.Find("abc"); !errors.As(err, &ambiguous) || ids(ambiguous.Candidates) != "abc1 abc2 abc3" {
		t.Errorf("Find(abc): %#v", err)
	}
	var heads *chain.HeadsError
	if _, err := c.Upgrade(nil, "head"); !errors.As(err, &heads) || ids(heads.Heads) != "abc2 abc3" || heads.Target != "head" {
		t.Errorf("Upgrade(head): %#v", err)
	}
	var outside *chain.BranchError
	if _, err := c.Find("abc2@abc3"); !errors.As(err, &outside) || outside.Branch != "abc2" || outside.Revision.ID.Name != "abc3" {
		t.Errorf("Find(abc2@abc3): %#v", err)
	}
	var choice *chain.ChoiceError
	if _, err := c.Upgrade(nil, "+2"); !errors.As(err, &choice) || choice.After.ID.Name != "abc1" || ids(choice.Candidates) != "abc2 abc3" {
		t.Errorf("Upgrade(+2): %#v", err)
	}
	var steps *chain.StepsError
	if _, err := c.Upgrade(nil, "+4"); !errors.As(err, &steps) || steps.Left != 3 {
		t.Errorf("Upgrade(+4): %#v", err)
	}
	var missing *chain.NotAppliedError
	if _, err := c.Downgrade(nil, "abc1"); !errors.As(err, &missing) || ids(missing.Revisions) != "abc1" {
		t.Errorf("Downgrade(abc1): %#v", err)
	}
	var ledger *chain.LedgerError
	if _, err := c.Downgrade(chain.Set{"x": true}, "base"); !errors.As(err, &ledger) || len(ledger.IDs) != 1 {
		t.Errorf("Downgrade with x: %#v", err)
	}
	var target *chain.TargetError
	if _, err := c.Upgrade(nil, "base"); !errors.As(err, &target) || target.Target != "base" {
		t.Errorf("Upgrade(base): %#v", err)
	}
}
