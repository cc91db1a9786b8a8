package chain_test

import (
	"testing"

	"revise/chain"
	"revise/parser"
)

// Shapes that planners get wrong.
const (
	line    = "a; b:a; c:b; d:c; e:d"
	diamond = "a; b:a; c:a; d:b,c; e:d"
	// Two lines that part at b.
	fork = "a; b:a; c1:b#left; d1:c1; c2:b#right; d2:c2"
	// The same with a cross-wise dependency.
	crossFork = "a; b:a; c1:b#left; d1:c1; c2:b#right; d2:c2>c1"
	// Two lines from two bases; d1 merges them, and the second line goes on beside the merge.
	sideMerge = "a1; b1:a1; c1:b1; a2; b2:a2; c2:b2; d1:c1,c2; d2:c2"
	// Two merges of the same three lines.
	twins = "a; b1:a; b2:a; b3:a; c1:b1,b2,b3; c2:b1,b2,b3; d1:c1; d2:c2"
	// Two merges that share one line of three.
	halfTwins = "a; b1:a; b2:a; b3:a; c1:b1,b2; c2:b2,b3; d1:c1; d2:c2"
	// Two lines that depend on each other in turns.
	crissCross = "a1; a2:a1; a3:a2>b1; b1; b2:b1>a2; b3:b2"
	// Four bases, of which one depends on one of each other's merged lines.
	forest = "a1; a2; a3; am:a1,a2,a3; b1; b2; bm:b1,b2; c1; c2; c3; cm:c1,c2,c3; d1>a3,b2,c1"
	// A library and what uses it by its label.
	library = "l1#lib; l2:l1; l3:l2#lib3; l4:l3; u1; u2:u1; u3:u2>lib3"
)

func TestUpgrade(t *testing.T) {
	for _, test := range []struct{ line, applied, command, want string }{
		{line, "", "up head", "+a +b +c +d +e"},
		{line, "", "up heads", "+a +b +c +d +e"},
		{line, "c", "up head", "+d +e"},
		{line, "e", "up head", ""},
		{line, "", "up c", "+a +b +c"},
		{line, "b", "up d", "+c +d"},
		{line, "d", "up b", ""}, // below what is applied
		{line, "c", "up c", ""},
		{line, "b", "up current", ""},
		{line, "a", "up +2", "+b +c"},
		{line, "", "up +1", "+a"},
		{line, "a", "up current+2", "+b +c"},
		{line, "a", "up b+2", "+b +c +d"},
		{line, "a", "up d-2", "+b"},
		{line, "a", "up base+3", "+b +c"},
		{line, "", "up head-1", "+a +b +c +d"},

		// Holes: links decide, so what is missing below is applied too.
		{line, "a c!", "up head", "+b +d +e"},
		{line, "a c!", "up c", "+b"},
		{line, "a c!", "up a", ""},
		{line, "a c!", "up b+1", "+b"},
		{line, "e!", "up heads", "+a +b +c +d"},

		{diamond, "", "up head", "+a +b +c +d +e"},
		{diamond, "b", "up head", "+c +d +e"},
		{diamond, "", "up c", "+a +c"},
		{diamond, "b c", "up +2", "+d +e"},
		{diamond, "b", "up +2", "+c +d"}, // one way only, though it is not on the line of b

		{fork, "b", "up d1", "+c1 +d1"},
		{fork, "a", "up heads", "+b +c1 +c2 +d1 +d2"},
		{fork, "", "up right@head", "+a +b +c2 +d2"},
		{fork, "", "up right@heads", "+a +b +c2 +d2"},
		{fork, "b", "up right@head-1", "+c2"},
		{fork, "c1", "up right@+1", "+c2"},
		{fork, "c1 c2", "up right@+1", "+d2"},
		{fork, "c1 d2", "up +1", "+d1"},
		{fork, "", "up right@+3", "+a +b +c2"},
		{fork, "", "up right@base+2", "+a +b"},
		{fork, "", "up c2@+3", "+a +b +c2"},
		{fork, "", "up d2@base+3", "+a +b +c2"},

		// A database that stands at one revision goes on from there, whatever else is pending.
		{fork, "c1", "up +1", "+d1"},
		{fork, "c1", "up b@+1", "+d1"},
		{fork, "c1 d2", "up b@+1", "+d1"},
		{"a1; a2:a1; a3:a2; b1; b2:b1", "a2", "up +1", "+a3"},
		{"a1; a2:a1; a3:a2; b1; b2:b1", "a1", "up +2", "+a2 +a3"},
		{"a1; b1>a1; a2:a1; b2:b1", "b1", "up +1", "+b2"},

		{sideMerge, "d2 b1", "up d1", "+c1 +d1"},
		{sideMerge, "b1", "up d1", "+a2 +b2 +c1 +c2 +d1"},
		{sideMerge, "d1", "up heads", "+d2"},
		{sideMerge, "d1", "up +1", "+d2"},
		{sideMerge, "", "up a1@+4", "+a1 +a2 +b1 +b2 +c1 +c2 +d1"}, // the merge needs the other line

		{twins, "a", "up heads", "+b1 +b2 +b3 +c1 +c2 +d1 +d2"},
		{twins, "a", "up d2", "+b1 +b2 +b3 +c2 +d2"},
		{halfTwins, "a", "up d1", "+b1 +b2 +c1 +d1"},
		{halfTwins, "d1", "up heads", "+b3 +c2 +d2"},
		{halfTwins, "b2 d1", "up d2", "+b3 +c2 +d2"},

		{crissCross, "", "up a3", "+a1 +a2 +b1 +a3"},
		{crissCross, "", "up b3", "+a1 +a2 +b1 +b2 +b3"},
		{crissCross, "", "up heads", "+a1 +a2 +b1 +a3 +b2 +b3"},
		{crissCross, "b2", "up a3", "+a3"},
		{forest, "", "up d1", "+a3 +b2 +c1 +d1"},
		{forest, "d1", "up am", "+a1 +a2 +am"},
		{library, "u1", "up u3", "+l1 +l2 +l3 +u2 +u3"},
		{library, "u2", "up u1@+1", "+l1 +l2 +l3 +u3"}, // one step of the line, with what it needs
		{library, "", "up lib@head", "+l1 +l2 +l3 +l4"},
		{library, "", "up lib3", "+l1 +l2 +l3"},
		{"a; b:a>a", "", "up +2", "+a +b"},
		{"a#x; b1:a; b2:a>b1", "a", "up x@+2", "+b1 +b2"}, // a dependency within the branch settles its order

		// Mistakes.
		{"", "", "up head", "head means no revision: there are none | to write the first: revise new MESSAGE"},
		{fork, "", "up head", "head is ambiguous: there are 2 heads: d1 (versions/d1.sql), d2 (versions/d2.sql) | " +
			"for all of them: revise run up heads; for one: revise run up d1"},
		{fork, "", "up b@head", "b@head is ambiguous: there are 2 heads: d1 (versions/d1.sql), d2 (versions/d2.sql) | " +
			"for all of them: revise run up b@heads; for one: revise run up d1"},
		{fork, "", "up d1x", `no revision or label is called "d1x" | did you mean revise run up d1?`},
		{line, "b", "up 2", `no revision or label is called "2" | for 2 steps: revise run up +2`},
		{line, "b", "up 0", `no revision or label is called "0" | to see all of them: revise history`},
		{line, "b", "up +0", `"+0" is no number of steps | the least is 1`},
		{line, "b", "up +4", "+4 goes too far: only 3 revisions are pending | to go all the way: revise run up heads"},
		{line, "d", "up +2", "+2 goes too far: only 1 revision is pending | to go all the way: revise run up heads"},
		{line, "e", "up +1", "+1 goes too far: no revision is pending | to see what is applied: revise run current"},
		{line, "b", "up +99999999999999999999", "+99999999999999999999 goes too far: only 3 revisions are pending | to go all the way: revise run up heads"},
		{fork, "c1", "up right@+3", "right@+3 goes too far: only 2 revisions of branch right are pending | to go all the way: revise run up right@heads"},
		{fork, "d2", "up right@+1", "right@+1 goes too far: no revision of branch right is pending | to see what is applied: revise run current"},
		{line, "b", "up -1", "-1 leads down, not up | revise run down -1"},
		{line, "b", "up current-1", "current-1 leads down, not up | revise run down current-1"},
		{line, "b", "up base", "no way up leads to base: it lies below every revision | to take revisions back: revise run down base"},
		{fork, "b", "up left@base", "no way up leads to left@base: it lies below every revision | to take revisions back: revise run down left@base"},
		{line, "b", "up b-2", "no way up leads to b-2, which is base: it lies below every revision | to take revisions back: revise run down b-2"},
		{line, "b", "up b+4", "b+4 goes too far: only 3 revisions follow b | to go all the way: revise run up b+3"},
		{fork, "b", "up +1", "+1 is ambiguous: 2 revisions could be next: c1 (versions/c1.sql), c2 (versions/c2.sql) | " +
			"say which: revise run up c1@+1 or revise run up c2@+1"},
		{fork, "", "up +3", "+3 is ambiguous: after b (versions/b.sql) 2 revisions could be next: c1 (versions/c1.sql), c2 (versions/c2.sql) | " +
			"say which: revise run up c1@+3 or revise run up c2@+3"},
		{fork, "a", "up b@+2", "b@+2 is ambiguous: after b (versions/b.sql) 2 revisions could be next: c1 (versions/c1.sql), c2 (versions/c2.sql) | " +
			"say which: revise run up c1@+2 or revise run up c2@+2"},
		{fork, "c1 c2", "up +1", "+1 is ambiguous: 2 revisions could be next: d1 (versions/d1.sql), d2 (versions/d2.sql) | " +
			"say which: revise run up d1@+1 or revise run up d2@+1"},
		{fork, "b", "up b+1", "b+1 is ambiguous: 2 revisions follow b (versions/b.sql): c1 (versions/c1.sql), c2 (versions/c2.sql) | " +
			"say which: revise run up c1@b+1 or revise run up c2@b+1"},
		{"a; b; c; d; e; f; g", "", "up +1", "+1 is ambiguous: 7 revisions could be next: a (versions/a.sql), b (versions/b.sql), c (versions/c.sql), " +
			"d (versions/d.sql), e (versions/e.sql), and 2 more | say which: revise run up a@+1, revise run up b@+1, revise run up c@+1, " +
			"revise run up d@+1 or revise run up e@+1"},
		{line, "b ghost! able!", "up head", "the ledger names 2 revisions that no file defines: able, ghost | " +
			"these files may be older than the database: use those it was last upgraded with"},
		{line, "b ghost!", "up current", "the ledger names revision ghost, which no file defines | " +
			"these files may be older than the database: use those it was last upgraded with"},
	} {
		c := link(t, test.line)
		if got := plan(c, applied(c, test.applied), test.command); got != test.want {
			t.Errorf("%s, applied %q, in %q\ngot  %s\nwant %s", test.command, test.applied, test.line, got, test.want)
		}
	}
}

func TestDowngrade(t *testing.T) {
	notApplied := func(target string) string {
		return " is not applied | to go up there: revise run up " + target + "; to see what is applied: revise run current"
	}
	for _, test := range []struct{ line, applied, command, want string }{
		{line, "e", "down base", "-e -d -c -b -a"},
		{line, "", "down base", ""},
		{"", "", "down base", ""},
		{line, "e", "down c", "-e -d"},
		{line, "c", "down c", ""},
		{line, "c", "down current", ""},
		{line, "e", "down head", ""},
		{line, "e", "down heads", ""},
		{line, "c", "down -1", "-c"},
		{line, "e", "down -3", "-e -d -c"},
		{line, "a", "down -1", "-a"},
		{line, "e", "down 3", "-e -d -c"},
		{line, "e", "down current-2", "-e -d"},
		{line, "d", "down a+2", "-d"},
		{line, "d", "down c-2", "-d -c -b"},
		{line, "d", "down base+1", "-d -c -b"},
		{line, "d", "down b-2", "-d -c -b -a"}, // base
		{line, "e", "down head-1", "-e"},
		{line, "a c! e!", "down a", "-e -c"}, // over holes
		{line, "a c! e!", "down base", "-e -c -a"},

		{diamond, "e", "down a", "-e -d -c -b"},
		{diamond, "e", "down b", "-e -d"}, // c stays
		{diamond, "e", "down -2", "-e -d"},
		{diamond, "e", "down b@-3", "-e -d -b"},

		{fork, "d1 d2", "down a", "-d2 -d1 -c2 -c1 -b"},
		{fork, "d1 d2", "down c2", "-d2"},
		{fork, "d1 d2", "down c1", "-d1"},
		{fork, "d1 c2", "down c2", ""},
		{fork, "d1 c2", "down d1", ""},
		{fork, "c1 d2", "down left@b", "-c1"},
		{fork, "c1 d2", "down right@b", "-d2 -c2"},
		{fork, "d1 d2", "down c2@b", "-d2 -c2"},
		{fork, "d1 d2", "down d1@b", "-d1 -c1"},
		{fork, "d1 d2", "down b", "-d2 -d1 -c2 -c1"},
		{fork, "d1 d2", "down left@-1", "-d1"},
		{fork, "d1 d2", "down left@-2", "-d1 -c1"},
		{fork, "d1", "down left@-3", "-d1 -c1 -b"}, // nobody else stands on b
		{fork, "d2 c1", "down d2-1", "-d2"},
		{fork, "d1 d2", "down left@head-1", "-d1"},
		{fork, "d1 d2", "down base+2", "-d2 -d1 -c2 -c1"},
		{fork, "d1 d2", "down right@base+2", "-d2 -c2"},
		{fork, "d1 d2", "down right@base+3", "-d2"},
		{fork, "d1 d2", "down left@base", "-d2 -d1 -c2 -c1 -b -a"}, // the base of both
		{fork, "d1 d2", "down a-1", "-d2 -d1 -c2 -c1 -b -a"},

		{crossFork, "d1 d2", "down right@b", "-d2 -c2"},
		{crossFork, "d1 d2", "down left@b", "-d2 -d1 -c1"}, // d2 needs c1
		{crossFork, "d1 d2", "down left@-2", "-d2 -d1 -c1"},

		{sideMerge, "d1 d2", "down b1", "-d1 -c1"},
		{sideMerge, "d1 d2", "down c2", "-d2 -d1"},
		{sideMerge, "d1 d2", "down a1@base", "-d1 -c1 -b1 -a1"},
		{sideMerge, "d1", "down a1@base", "-d1 -c1 -b1 -a1"},
		{twins, "d1 d2", "down c1", "-d1"},
		{twins, "d1 d2", "down b2", "-d2 -d1 -c2 -c1"},
		{halfTwins, "d1 d2", "down b1", "-d1 -c1"},

		// What only depends on the target does not mind what stands on top of it, and stays.
		{crissCross, "a3 b2", "down b1", "-b2"},
		{crissCross, "a3 b3", "down a2", "-a3"},
		{crissCross, "a3 b3", "down a1", "-b3 -b2 -a3 -a2"},
		{forest, "am bm cm d1", "down b2", "-bm"},
		{forest, "am b1 cm d1", "down d1@base", "-d1"},
		{forest, "am b1 cm d1", "down b2@base", "-d1 -b2"},
		{forest, "am b1 b2 cm", "down base", "-cm -c3 -c2 -c1 -b2 -b1 -am -a3 -a2 -a1"},
		{library, "l4 u3", "down lib3", "-l4"},
		{library, "l4 u3", "down l2", "-u3 -l4 -l3"},
		{library, "l3 u3", "down -1", "-u3"},
		{library, "l3 u3", "down -2", "-u3 -u2"}, // along the line, and not into what it depends on
		{library, "l3 u3", "down lib@-1", "-u3 -l3"},
		{library, "l4 u3", "down lib@base", "-u3 -l4 -l3 -l2 -l1"},
		{"a; b:a>a", "b", "down a", "-b"},
		{"a1; a2:a1; a3:a2; b1; b2:b1>a3; b3:b2; b4:b3>a3", "b4", "down b3", "-b4"},
		{"a; b>a; m:a,b", "m", "down a", "-m"},
		{"a; b>a; m:a,b", "m", "down b", "-m"},

		// Where a branch ends.
		{fork, "d1 d2", "down left@-3", "left@-3 goes too far: only 2 applied revisions are of branch left alone | to go all the way: revise run down left@-2"},
		{fork, "c1 d2", "down left@-2", "left@-2 goes too far: only 1 applied revision is of branch left alone | to go all the way: revise run down left@-1"},
		{fork, "d2", "down left@-1", "left@-1 goes too far: no applied revision is of branch left alone | to see what is applied: revise run current"},
		{fork, "", "down left@-1", "left@-1 goes too far: no applied revision is of branch left alone | to see what is applied: revise run current"},
		{"x; b; c1:x,b#l; c2:b", "c1 c2", "down l@-2", "-c1 -x"}, // b is of both branches, x is not

		// Mistakes.
		{line, "b", "down -3", "-3 goes too far: only 2 revisions are applied | to go all the way: revise run down base"},
		{line, "b", "down 3", "3 goes too far: only 2 revisions are applied | to go all the way: revise run down base"},
		{line, "a", "down 3", "3 goes too far: only 1 revision is applied | to go all the way: revise run down base"},
		{line, "", "down -1", "-1 goes too far: no revision is applied | to see what is applied: revise run current"},
		{line, "b", "down 99999999999999999999", "99999999999999999999 goes too far: only 2 revisions are applied | to go all the way: revise run down base"},
		{line, "b", "down 0", `"0" is no number of steps | the least is 1`},
		{line, "b", "down -0", `"-0" is no number of steps | the least is 1`},
		{line, "b", "down +1", "+1 leads up, not down | revise run up +1"},
		{line, "b", "down c", "no way down leads to c: revision c (versions/c.sql)" + notApplied("c")},
		{line, "", "down a", "no way down leads to a: revision a (versions/a.sql)" + notApplied("a")},
		{line, "b", "down head", "no way down leads to head: revision e (versions/e.sql)" + notApplied("head")},
		{line, "b", "down b+1", "no way down leads to b+1: revision c (versions/c.sql)" + notApplied("b+1")},
		{fork, "c1 d2", "down heads", "no way down leads to heads: revision d1 (versions/d1.sql)" + notApplied("heads")},
		{fork, "b", "down heads", "no way down leads to heads: 2 revisions are not applied: d1 (versions/d1.sql), d2 (versions/d2.sql)" +
			" | to go up there: revise run up heads; to see what is applied: revise run current"},
		{fork, "d1 d2", "down head", "head is ambiguous: there are 2 heads: d1 (versions/d1.sql), d2 (versions/d2.sql) | " +
			"name one of them: revise run down d1"},
		{fork, "d1 d2", "down right@c1", "revision c1 (versions/c1.sql) is not of branch right | without the branch: revise run down c1"},
		{fork, "c1 d2", "down -1", "-1 is ambiguous: 2 revisions could be taken back: c1 (versions/c1.sql), d2 (versions/d2.sql) | " +
			"say which: revise run down c1@-1 or revise run down d2@-1"},
		{fork, "c1 d2", "down 1", "1 is ambiguous: 2 revisions could be taken back: c1 (versions/c1.sql), d2 (versions/d2.sql) | " +
			"say which: revise run down c1@-1 or revise run down d2@-1"},
		{diamond, "d", "down -2", "-2 is ambiguous: after d (versions/d.sql) 2 revisions could be taken back: b (versions/b.sql), c (versions/c.sql) | " +
			"say which: revise run down b@-2 or revise run down c@-2"},
		{diamond, "d", "down d-1", "d-1 is ambiguous: d (versions/d.sql) revises 2: b (versions/b.sql), c (versions/c.sql) | " +
			"say which: revise run down b@d-1 or revise run down c@d-1"},
		{library, "l3 u2", "down -1", "-1 is ambiguous: 2 revisions could be taken back: l3 (versions/l3.sql), u2 (versions/u2.sql) | " +
			"say which: revise run down l3@-1 or revise run down u2@-1"},
		{line, "b ghost!", "down -1", "the ledger names revision ghost, which no file defines | " +
			"these files may be older than the database: use those it was last upgraded with"},

		// A number alone.
		{"1; 2:1; 3:2", "3", "down 2", "2 may mean 2 steps or revision 2 (versions/2.sql) | " +
			"for the steps: revise run down -2; for the revision: revise run down 2+0"},
		{"1; 2:1; 3:2", "3", "down -2", "-3 -2"},
		{"1; 2:1; 3:2", "3", "down 2+0", "-3"},
		{"1; 2:1; 3:2", "3", "down 4", "4 goes too far: only 3 revisions are applied | to go all the way: revise run down base"},
		{"20240101; 20240102:20240101; x:20240102", "x", "down 20240101", "-x -20240102"}, // cannot be steps
		{"20240101; 20240102:20240101; x:20240102", "x", "down 20240102", "-x"},
		{"20240101; 20240102:20240101", "20240102", "down 2024", `"2024" fits 2 revisions: 20240101 (versions/20240101.sql), 20240102 (versions/20240102.sql) | write more of the id: ` +
			`revise run down 20240101 or revise run down 20240102`},
		{"1; 2:1; 3:2", "1", "down 2", "no way down leads to 2: revision 2 (versions/2.sql)" + notApplied("2")},
		{"1; 2:1", "2", "down 2", "2 may mean 2 steps or revision 2 (versions/2.sql) | " +
			"for the steps: revise run down -2; for the revision: revise run down 2+0"},
		{"0; a:0", "a", "down 0", "-a"},
		{"002a; b:002a; c:b", "c", "down 002", "002 may mean 2 steps or revision 002a (versions/002a.sql) | " +
			"for the steps: revise run down -002; for the revision: revise run down 002a"},
		{"002a; 002b:002a; c:002b", "c", "down 002", "002 may mean 2 steps or revision 002a (versions/002a.sql), 002b (versions/002b.sql) | " +
			"for the steps: revise run down -002; for the revision: revise run down 002a"},
		{"a#2; b:a; c:b", "c", "down 2", "2 may mean 2 steps or revision a (versions/a.sql) | " +
			"for the steps: revise run down -2; for the revision: revise run down a"},
	} {
		c := link(t, test.line)
		if got := plan(c, applied(c, test.applied), test.command); got != test.want {
			t.Errorf("%s, applied %q, in %q\ngot  %s\nwant %s", test.command, test.applied, test.line, got, test.want)
		}
	}
}

func TestStepSection(t *testing.T) {
	r := &parser.Revision{Sections: []*parser.Section{
		{Kind: parser.Upgrade}, {Kind: parser.Upgrade, Dialects: []string{"sqlite"}},
	}}
	if s := (chain.Step{Revision: r, Direction: chain.Up}).Section("sqlite"); s != r.Sections[1] {
		t.Errorf("up on sqlite: got %v", s)
	}
	if s := (chain.Step{Revision: r, Direction: chain.Up}).Section("mysql"); s != r.Sections[0] {
		t.Errorf("up on mysql: got %v", s)
	}
	if s := (chain.Step{Revision: r, Direction: chain.Down}).Section("mysql"); s != nil {
		t.Errorf("down of an irreversible revision: got %v", s)
	}
	if got := chain.Up.String() + chain.Down.String(); got != "updown" {
		t.Errorf("Direction: got %q", got)
	}
}
