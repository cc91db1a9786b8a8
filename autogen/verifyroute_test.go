package autogen

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"revise/chain"
	"revise/drivers"
	"revise/parser"
	"revise/runner"
	"revise/schema"
)

// linked makes a chain of a text: "a; b:a; c:a; m:b,c; d:m>x", with what a revision depends on behind the >.
func linked(t *testing.T, text string) *chain.Chain {
	t.Helper()
	refs := func(list string) (out []parser.Ref) {
		for _, name := range strings.Split(list, ",") {
			if name != "" {
				out = append(out, parser.Ref{Name: name})
			}
		}
		return out
	}
	var revs []*parser.Revision
	for part := range strings.SplitSeq(text, "; ") {
		part, on, _ := strings.Cut(part, ">")
		id, parents, _ := strings.Cut(part, ":")
		revs = append(revs, &parser.Revision{File: id, ID: parser.Ref{Name: id}, Revises: refs(parents), DependsOn: refs(on)})
	}
	links, err := chain.New(revs)
	if err != nil {
		t.Fatal(err)
	}
	return links
}

func (r *route) words(list []int) string {
	var ids []string
	for _, i := range list {
		ids = append(ids, r.revs[i].ID.Name)
	}
	return strings.Join(ids, " ")
}

func only(links *chain.Chain, ids string) []*parser.Revision {
	if ids == "" {
		return links.All()
	}
	var revs []*parser.Revision
	for _, id := range strings.Fields(ids) {
		revs = append(revs, links.Get(id))
	}
	return revs
}

// TestRoute goes line by line, and says which sides a merge brings together.
func TestRoute(t *testing.T) {
	for _, tt := range []struct{ chain, only, order, tasks, crossings string }{
		{"a; b:a; c:b", "", "a b c", "a b c", ""},
		{"a; b:a; c:b", "c", "a b c", "c", ""},
		{"a; b:a; c:b", "b a", "a b", "a b", ""},
		{"a; b1:a; c1:a; b2:b1; c2:c1; m:b2,c2; n:m", "", "a b1 b2 c1 c2 m n", "a b1 b2 c1 c2 m n", "m: a|b1 b2|c1 c2"},
		{"a; b1:a; c1:a; b2:b1; c2:c1; m:b2,c2; n:m", "n", "a b1 b2 c1 c2 m n", "n", ""},
		{"a; x; m:a,x", "", "a x m", "a x m", "m: |a|x"},
		{"a; b:a; c:a; d:a; m:b,c,d", "", "a b c d m", "a b c d m", "m: a|b|c d; m: a|c|b d; m: a|d|b c"},
		{"a; b:a; c:a; m:b,c; d:a; n:m,d", "", "a d b c m n", "a d b c m n", "m: a|b|c; n: a|d|b c m"},
		// criss-cross: what both sides have taken over already is below both
		{"a; b:a; c:a; m:b,c; n:c; o:m,n", "", "a b c m n o", "a b c m n o", "m: a|b|c; o: a c|b m|n"},
		// a parent below another one is no side
		{"a; b:a; m:a,b", "", "a b m", "a b m", ""},
		// a dependency is needed, and no side of its own
		{"a; b:a; x; c:a>x; m:b,c", "", "a b x c m", "a b x c m", "m: a|b|x c"},
		{"a; b:a; c:a; x:b; m:b,c>x", "", "a b c x m", "a b c x m", "m: a|c|b x"},
	} {
		links := linked(t, tt.chain)
		r := newRoute(links, only(links, tt.only))
		var all []string
		for i := range r.revs {
			all = append(all, r.revs[i].ID.Name)
		}
		var crossings []string
		for _, i := range r.tasks {
			for _, c := range r.crossings(links, i) {
				crossings = append(crossings, fmt.Sprintf("%s: %s|%s|%s", r.revs[i].ID.Name, r.words(c.base.members()), r.words(c.a.members()), r.words(c.b.members())))
			}
		}
		got := []string{strings.Join(all, " "), r.words(r.tasks), strings.Join(crossings, "; ")}
		if want := []string{tt.order, tt.tasks, tt.crossings}; !slices.Equal(got, want) {
			t.Errorf("%s of %q\n got %q\nwant %q", tt.chain, tt.only, got, want)
		}
	}
}

// TestRouteOfAny makes routes of chains at random: each revision behind all that it needs, and of each merge the base and the two sides apart, whole, and each with what it needs.
func TestRouteOfAny(t *testing.T) {
	for seed := range uint64(300) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		var parts []string
		for i := range 1 + rnd.IntN(90) {
			part := fmt.Sprintf("r%d", i)
			var parents []string
			for range min(i, rnd.IntN(4)) {
				if p := fmt.Sprintf("r%d", max(0, i-1-rnd.IntN(6))); !slices.Contains(parents, p) {
					parents = append(parents, p)
				}
			}
			parts = append(parts, part+":"+strings.Join(parents, ","))
		}
		links := linked(t, strings.Join(parts, "; "))
		r := newRoute(links, links.All())
		if len(r.revs) != links.Len() || len(r.tasks) != links.Len() {
			t.Fatalf("seed %d: %d revisions of %d", seed, len(r.revs), links.Len())
		}
		closed := func(s set) bool {
			return !slices.ContainsFunc(s.members(), func(i int) bool { return without(r.below[i], s).count() > 0 })
		}
		for i := range r.revs {
			if slices.ContainsFunc(r.below[i].members(), func(k int) bool { return k >= i }) || !closed(r.below[i]) {
				t.Fatalf("seed %d: %s stands before what it needs", seed, r.revs[i].ID.Name)
			}
			heads := make(set, len(r.below[i]))
			for _, h := range r.heads(r.below[i]) {
				heads = or(heads, r.with(r.revs[h]))
			}
			if !slices.Equal(heads, r.below[i]) {
				t.Fatalf("seed %d: the heads below %s are not all", seed, r.revs[i].ID.Name)
			}
			for _, c := range r.crossings(links, i) {
				whole := or(or(c.base, c.a), c.b)
				if and(c.a, c.b).count()+and(c.base, or(c.a, c.b)).count() > 0 || !slices.Equal(whole, r.below[i]) {
					t.Fatalf("seed %d: the sides of %s are not apart, or not all", seed, r.revs[i].ID.Name)
				}
				if !closed(c.base) || !closed(or(c.base, c.a)) || !closed(or(c.base, c.b)) {
					t.Fatalf("seed %d: a side of %s lacks what it needs", seed, r.revs[i].ID.Name)
				}
			}
		}
	}
}

// TestEffects keeps what others would notice, of tables that were there before, also under another name.
func TestEffects(t *testing.T) {
	snap := func(objects ...*schema.Object) *schema.Snapshot {
		s := schema.New("postgres", "PostgreSQL", "17")
		for _, o := range objects {
			s.Add(o)
		}
		return s
	}
	before := snap(&schema.Object{Kind: "table", Name: "public.orders", Path: []string{"public", "orders"}, Ident: "1"},
		&schema.Object{Kind: "table", Name: `public."odd one"`, Path: []string{"public", "odd one"}, Ident: "2"})
	after := snap(&schema.Object{Kind: "table", Name: "public.purchases", Path: []string{"public", "purchases"}, Ident: "1"},
		&schema.Object{Kind: "table", Name: "public.fresh", Path: []string{"public", "fresh"}, Ident: "3"})
	all := "reads and writes"
	got := effects([]runner.Watched{
		{Index: 0, Effect: drivers.Effect{Locks: []drivers.Lock{{Table: "public.fresh", Mode: "ACCESS EXCLUSIVE", Blocks: all}}, Rewrites: []string{"public.fresh"}}},
		{Index: 1, Effect: drivers.Effect{Locks: []drivers.Lock{{Table: "public.orders", Mode: "ACCESS EXCLUSIVE", Blocks: all}, {Table: "public.fresh", Blocks: all}}}},
		{Index: 2, Effect: drivers.Effect{Locks: []drivers.Lock{{Table: "public.purchases", Mode: "SHARE UPDATE EXCLUSIVE", Blocks: "schema changes"}}}},
		{Index: 3, Effect: drivers.Effect{Locks: []drivers.Lock{{Table: "public.purchases", Mode: "SHARE", Blocks: "writes"}}, Scans: []string{"public.purchases"}}},
		{Index: 4, Effect: drivers.Effect{Rewrites: []string{"public.odd one", "public.fresh"}, How: "COPY"}},
	}, before, after)
	var words []string
	for _, e := range got {
		words = append(words, fmt.Sprintf("%d %v %v %v", e.Index, e.Locks, e.Rewrites, e.Scans))
	}
	want := []string{
		"1 [{public.orders ACCESS EXCLUSIVE reads and writes}] [] []",
		"3 [{public.purchases SHARE writes}] [] [public.purchases]",
		"4 [] [public.odd one] []",
	}
	if !slices.Equal(words, want) {
		t.Errorf("got  %q\nwant %q", words, want)
	}
}
