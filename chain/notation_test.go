package chain_test

import (
	"fmt"
	"strings"
	"testing"

	"revise/chain"
	"revise/parser"
)

// The tests write a chain in one line: "a; b:a; m:b,c; d:m>x,y#lab" is a base a, b that revises it, a merge m, and d, which revises m, depends
// on x and y and bears a label; "s=a,b" is a squash of a and b. A revision stands in versions/<id>.sql, or in another file with the file's name before it: "copy/a:b".

// parse builds the revisions with the positions they would have in a file with one header line per key.
func parse(line string) []*parser.Revision {
	var revs []*parser.Revision
	for word := range strings.SplitSeq(line, ";") {
		word = strings.TrimSpace(word)
		if word == "" {
			continue
		}
		word, labels, _ := strings.Cut(word, "#")
		word, depends, _ := strings.Cut(word, ">")
		word, revises, _ := strings.Cut(word, ":")
		word, replaces, _ := strings.Cut(word, "=")
		file, id, ok := strings.Cut(word, "/")
		if !ok {
			file, id = word, word
		}
		r := &parser.Revision{File: "versions/" + file + ".sql"}
		at := parser.Position{File: r.File, Line: 1, Col: 1}
		header := func(key, names string) []parser.Ref {
			var refs []parser.Ref
			if names == "" {
				return nil
			}
			at = at.Advance("-- " + key + ": ")
			for k, name := range strings.Split(names, ",") {
				if k > 0 {
					at = at.Advance(", ")
				}
				refs = append(refs, parser.Ref{Name: name, Pos: at})
				at = at.Advance(name)
			}
			at = at.Advance("\n")
			return refs
		}
		r.ID = header("revision", id)[0]
		r.Revises = header("revises", revises)
		r.DependsOn = header("depends_on", depends)
		r.Labels = header("labels", labels)
		for _, ref := range header("replaces", replaces) {
			r.Replaces = append(r.Replaces, parser.Replaced{Ref: ref})
		}
		revs = append(revs, r)
	}
	return revs
}

func link(t testing.TB, line string) *chain.Chain {
	t.Helper()
	c, err := chain.New(parse(line))
	if err != nil {
		t.Fatalf("New(%q): %v", line, err)
	}
	return c
}

// ids gives "a b c".
func ids(revs []*parser.Revision) string {
	var names []string
	for _, r := range revs {
		names = append(names, r.ID.Name)
	}
	return strings.Join(names, " ")
}

// applied reads "a b c". A name with an exclamation mark stands alone, any other for all that it needs too.
func applied(c *chain.Chain, names string) chain.Set {
	set := chain.Set{}
	for _, name := range strings.Fields(names) {
		if id, ok := strings.CutSuffix(name, "!"); ok {
			set[id] = true
			continue
		}
		for _, r := range c.Ancestors(name) {
			set[r.ID.Name] = true
		}
	}
	return set
}

// told is all that a user reads of an error: the message and, behind a bar, the hint.
func told(err error) string {
	h, ok := err.(interface{ Hint() string })
	if ok && h.Hint() != "" {
		return err.Error() + " | " + h.Hint()
	}
	return err.Error()
}

// result is a plan or what is told.
func result(p chain.Plan, err error) string {
	if err != nil {
		if p != nil {
			return fmt.Sprintf("both a plan %v and an error %v", p, err)
		}
		return told(err)
	}
	return p.String()
}

func plan(c *chain.Chain, set chain.Set, command string) string {
	direction, target, _ := strings.Cut(command, " ")
	if direction == "up" {
		return result(c.Upgrade(set, target))
	}
	return result(c.Downgrade(set, target))
}
