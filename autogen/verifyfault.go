package autogen

import (
	"fmt"
	"slices"
	"strings"

	"revise/drivers"
	"revise/parser"
	"revise/runner"
	"revise/schema"
)

// A FaultKind is a way in which a revision does not hold.
type FaultKind string

const (
	LeftBehind   FaultKind = "left_behind"   // the downgrade does not lead back to the schema before
	DownFails    FaultKind = "down_fails"    // a statement of the downgrade is refused
	AgainDiffers FaultKind = "again_differs" // a second upgrade gives another schema
	AgainFails   FaultKind = "again_fails"   // a statement of the second upgrade is refused
	Unreachable  FaultKind = "unreachable"   // what it needs cannot be brought up together

	// Of merges, whose Side and Other are then named.
	SideFails      FaultKind = "side_fails"       // a side cannot be applied behind the other
	SideDownFails  FaultKind = "side_down_fails"  // a side cannot be taken back while the other is there
	SideLeftBehind FaultKind = "side_left_behind" // a side that is taken back does not leave what the other gives alone
	OrderDiffers   FaultKind = "order_differs"    // which side comes first makes a difference

	Forbidden FaultKind = "forbidden" // a policy is broken
)

// A Fault is why a revision does not hold.
type Fault struct {
	Kind FaultKind
	Pos  parser.Position // no place if none is known
	// Side and Other are the parents of a merge that its two sides are named by.
	Side, Other []*parser.Revision
	// Should and Is are the schemas that differ, by Changes or, if there are none, by the order of the columns of the tables in Reordered.
	Should, Is *schema.Snapshot
	Changes    []schema.Change
	Reordered  []*schema.Object
	// Err is why a statement was refused.
	Err error
	// Policy is the one that is broken, What by what.
	Policy, What string
}

// crosses reports whether it is about the sides of a merge.
func (f Fault) crosses() bool { return f.Side != nil }

// when says where in the proof it is.
func (f Fault) when() string {
	side, other := named(f.Side), named(f.Other)
	switch f.Kind {
	case LeftBehind, DownFails:
		return "behind the downgrade"
	case AgainDiffers, AgainFails:
		return "behind the second upgrade"
	case SideLeftBehind, SideDownFails:
		return fmt.Sprintf("with %s taken back while %s is there", side, other)
	}
	return fmt.Sprintf("with %s applied before %s, and not behind it", side, other)
}

// String says what is wrong, without its place and what differs.
func (f Fault) String() string {
	side, other := named(f.Side), named(f.Other)
	switch f.Kind {
	case LeftBehind:
		if len(f.Changes) == 0 {
			return "the downgrade leaves columns in another order"
		}
		if !slices.ContainsFunc(f.Changes, func(c schema.Change) bool { return c.From != nil }) {
			return "the downgrade leaves something behind"
		}
		return "the downgrade does not lead back to what was there before"
	case DownFails:
		return "the downgrade fails"
	case AgainDiffers:
		return "a second upgrade, behind the downgrade, gives another schema than the first"
	case AgainFails:
		return "a second upgrade, behind the downgrade, fails"
	case Unreachable:
		return "what it needs cannot be brought up together"
	case SideFails:
		return fmt.Sprintf("the side of %s cannot be applied behind the side of %s", side, other)
	case SideDownFails:
		return fmt.Sprintf("the side of %s cannot be taken back while the side of %s is there", side, other)
	case SideLeftBehind:
		return fmt.Sprintf("when the side of %s is taken back, what stays is not what the side of %s gives alone", side, other)
	case OrderDiffers:
		return fmt.Sprintf("the order of the sides makes a difference: the side of %s first, then %s, gives another schema than the other way round", side, other)
	}
	return fmt.Sprintf("%s is forbidden: %s", f.Policy, f.What)
}

// An Effect is what a statement did to tables that were there before its revision, and that others would have noticed.
type Effect struct {
	Index           int // of the statement in its section, from 0
	Pos             parser.Position
	Locks           []drivers.Lock // that keep others from reading or writing
	Rewrites, Scans []string
	How             string
}

// keepsWaiting reports whether others cannot read or write meanwhile.
func keepsWaiting(l drivers.Lock) bool {
	return strings.Contains(l.Blocks, "reads") || strings.Contains(l.Blocks, "writes")
}

// effects are those that matter of what was seen, of tables that the snapshot before has, also under the name that they have in the one after.
func effects(seen []runner.Watched, before, after *schema.Snapshot) []Effect {
	if len(seen) == 0 {
		return nil
	}
	there := tables(before, nil)
	idents := map[string]bool{}
	for _, o := range before.Objects {
		if o.Ident != "" {
			idents[o.Kind+" "+o.Ident] = true
		}
	}
	for name := range tables(after, func(o *schema.Object) bool { return o.Ident != "" && idents[o.Kind+" "+o.Ident] }) {
		there[name] = true
	}
	known := func(names []string) []string {
		return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return !there[n] })
	}
	var list []Effect
	for _, s := range seen {
		e := Effect{Index: s.Index, Pos: s.Pos, Rewrites: known(s.Effect.Rewrites), Scans: known(s.Effect.Scans), How: s.Effect.How}
		for _, l := range s.Effect.Locks {
			if there[l.Table] && keepsWaiting(l) {
				e.Locks = append(e.Locks, l)
			}
		}
		if len(e.Locks)+len(e.Rewrites)+len(e.Scans) > 0 {
			list = append(list, e)
		}
	}
	return list
}

// tables are the names of what has rows in a snapshot, in all forms in which a server may give them.
func tables(s *schema.Snapshot, keep func(*schema.Object) bool) map[string]bool {
	names := map[string]bool{}
	for _, o := range s.Objects {
		if o.Place > 0 || !strings.Contains(o.Kind, "table") && !strings.Contains(o.Kind, "view") || keep != nil && !keep(o) {
			continue
		}
		names[o.Name] = true
		names[strings.Join(o.Path, ".")] = true
	}
	return names
}
