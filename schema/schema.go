// Package schema holds what a database's schema is, as plain data: every object with the text by which the database itself defines it. It compares two such
// snapshots, names them by a sum, and finds what may have been renamed. It knows no database and no SQL: drivers read snapshots, and drivers say
// which statements lead from one to another.
package schema

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// A Snapshot is all objects of a schema at one moment. It does not depend on the order in which they were made, nor on what numbers the server has
// given them: a schema that is built again has an equal snapshot.
type Snapshot struct {
	Dialect string `json:"dialect"` // the driver's name
	Product string `json:"product"`
	Version string `json:"version"`
	// Objects by their Key.
	Objects map[string]*Object `json:"objects"`
	// Traits are what a planner has to know of the database that is no object of it. They are not compared.
	Traits map[string]string `json:"traits,omitempty"`
}

// An Object is one thing that can be made, changed or dropped: a table, a column of it, a constraint, a view …
type Object struct {
	// Kind is a word of the database's own in lower case: "table", "column", "materialized view".
	Kind string `json:"kind"`
	// Name is what a statement calls it, qualified and quoted where it has to be.
	Name string `json:"name"`
	// Path is the name unquoted, from the outermost part to the innermost: schema, table, column. Where a database has no schemas it begins with the table.
	Path []string `json:"path"`
	// Parent is the Key of what it is a part of and ends with; "" if it stands for itself.
	Parent string `json:"parent,omitempty"`
	// Def is the whole definition as the catalog has it, in one form: objects of one key are equal if and only if their Defs and Parents are.
	Def string `json:"def"`
	// Place is its place among the parts of its parent, from 1, where that can be seen: for columns. 0 elsewhere.
	Place int `json:"place,omitempty"`
	// Attrs and List are pieces of Def that its driver makes statements of.
	Attrs map[string]string `json:"attrs,omitempty"`
	List  []string          `json:"list,omitempty"`
	// Needs are the Keys of what must be there for it to be, sorted; After those that it is only to be made behind.
	Needs []string `json:"needs,omitempty"`
	After []string `json:"after,omitempty"`
	// Ident tells within one database, as long as an object is there, that it is the same one, whatever it is called by now. "" where there is no such thing.
	Ident string `json:"ident,omitempty"`
}

// Key is what an object is known by: its kind and its name.
func (o *Object) Key() string { return o.Kind + " " + o.Name }

// Base is the last part of its path.
func (o *Object) Base() string {
	if len(o.Path) == 0 {
		return o.Name
	}
	return o.Path[len(o.Path)-1]
}

// A Scope says what of a database belongs to a snapshot.
type Scope struct {
	// Privileges asks for owners and grants too.
	Privileges bool
	// Without are tables that are left out with all that is theirs, as Paths: the ledger's.
	Without [][]string
}

// Leaves reports whether an object at a path, or one that it is a part of, is left out.
func (s Scope) Leaves(path []string) bool {
	return slices.ContainsFunc(s.Without, func(w []string) bool { return len(path) >= len(w) && slices.Equal(path[:len(w)], w) })
}

// New makes an empty snapshot.
func New(dialect, product, version string) *Snapshot {
	return &Snapshot{Dialect: dialect, Product: product, Version: version, Objects: map[string]*Object{}, Traits: map[string]string{}}
}

// Empty is a snapshot of the same database with nothing in it.
func (s *Snapshot) Empty() *Snapshot {
	e := New(s.Dialect, s.Product, s.Version)
	maps.Copy(e.Traits, s.Traits)
	return e
}

// Add takes an object into the snapshot, in place of one with its key.
func (s *Snapshot) Add(o *Object) { s.Objects[o.Key()] = o }

// Keys are those of all objects, sorted.
func (s *Snapshot) Keys() []string { return slices.Sorted(maps.Keys(s.Objects)) }

// Fingerprint is a sum over all definitions, in hex. Snapshots have the same if and only if Compare finds nothing and columns stand in the same order.
func (s *Snapshot) Fingerprint() string {
	h := sha256.New()
	for _, k := range s.Keys() {
		o := s.Objects[k]
		for _, part := range []string{k, o.Parent, strconv.Itoa(o.Place), o.Def} {
			io.WriteString(h, strconv.Itoa(len(part))+":"+part)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Sum is a sum over a text, in hex.
func Sum(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Columns are the parts of each table that have a place, in order, by the table's key. It looks at all objects: call it once.
func (s *Snapshot) Columns() map[string][]*Object {
	tables := map[string][]*Object{}
	for _, o := range s.Objects {
		if o.Parent != "" && o.Place > 0 {
			tables[o.Parent] = append(tables[o.Parent], o)
		}
	}
	for _, list := range tables {
		slices.SortFunc(list, func(a, b *Object) int { return a.Place - b.Place })
	}
	return tables
}

// A Change is an object that differs between two snapshots.
type Change struct {
	Key      string
	From, To *Object // nil: it is not there
}

// Compare lists what differs, sorted by key. That columns stand in another order is no Change: see Reordered.
func Compare(from, to *Snapshot) []Change {
	var list []Change
	for k, x := range from.Objects {
		if y := to.Objects[k]; y == nil || x.Def != y.Def || x.Parent != y.Parent {
			list = append(list, Change{Key: k, From: x, To: y})
		}
	}
	for k, y := range to.Objects {
		if from.Objects[k] == nil {
			list = append(list, Change{Key: k, To: y})
		}
	}
	slices.SortFunc(list, func(a, b Change) int { return strings.Compare(a.Key, b.Key) })
	return list
}

// Reordered lists the tables whose columns are the same, but in another order, sorted by key.
func Reordered(from, to *Snapshot) []*Object {
	var list []*Object
	was, is := from.Columns(), to.Columns()
	for _, k := range slices.Sorted(maps.Keys(was)) {
		y := to.Objects[k]
		if y == nil {
			continue
		}
		a, b := was[k], is[k]
		if slices.EqualFunc(a, b, func(a, b *Object) bool { return a.Name == b.Name }) || !sameNames(a, b) {
			continue
		}
		list = append(list, y)
	}
	return list
}

func sameNames(a, b []*Object) bool {
	names := func(list []*Object) []string {
		var n []string
		for _, o := range list {
			n = append(n, o.Name)
		}
		slices.Sort(n)
		return n
	}
	return slices.Equal(names(a), names(b))
}
