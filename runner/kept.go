package runner

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"revise/chain"
	"revise/drivers"
	"revise/schema"
)

// keptForm numbers the way in which schemas are read and summed up. One that was kept in another form cannot be compared.
const keptForm = 1

// maxKept is how long a packed schema may be, in bytes, that is kept as a whole. Of a larger one there is the sum alone, for a statement has to fit into a packet.
const maxKept = 2 << 20

// Tables are the names of all tables that belong to a ledger of a name.
func Tables(name string) []string {
	return []string{name, name + "_log", name + "_lock", name + "_schema"}
}

// Keep says what of a database's schema counts, and so is kept behind a run.
type Keep struct {
	Scope  schema.Scope
	Filter schema.Filter
}

// Kept is what is known of the schema that the last run with the same revisions applied left behind.
type Kept struct {
	Heads       []string // of what was applied
	Fingerprint string
	Schema      *schema.Snapshot // nil if it was too large to be kept
	Product     string           // of the server, with its version
	At          string           // by the server's clock, UTC
	Tool        string
	Comparable  bool // it was read in the way in which schemas are read now, and on the same product
}

func (l *ledger) keptColumns() [][2]string {
	return [][2]string{
		{"state", "VARCHAR(64) NOT NULL PRIMARY KEY"}, // a sum over the heads
		{"heads", l.syntax.Text + " NOT NULL"},
		{"form", "INTEGER NOT NULL"},
		{"fingerprint", "VARCHAR(64) NOT NULL"},
		{"product", l.syntax.Text + " NOT NULL"},
		{"packed", l.syntax.Text + " NOT NULL"}, // of the last state only
		{"read_at", "VARCHAR(32) NOT NULL"},
		{"tool", "VARCHAR(64) NOT NULL"},
	}
}

// stateOf is what a set of heads, sorted, is known by.
func stateOf(heads []string) string {
	text := strings.Join(heads, ",")
	if text == "" {
		return "base"
	}
	if len(text) <= 64 {
		return text
	}
	return schema.Sum(text)
}

// Heads are those of what is applied, sorted: revisions on which nothing applied stands, and those that no file defines.
func (r *Runner) Heads(applied chain.Set) []string {
	var list []string
	if r.chain != nil {
		for _, rev := range r.chain.Current(applied) {
			list = append(list, rev.ID.Name)
		}
	}
	for id := range applied {
		if r.chain == nil || r.chain.Get(id) == nil {
			list = append(list, id)
		}
	}
	slices.Sort(list)
	return list
}

// keepSchema notes which schema a run has left behind. That it cannot be read or written is told by an event, and no failure of the run.
func (r *Runner) keepSchema(ctx context.Context, applied chain.Set) error {
	k := r.opt.Keep
	if k == nil {
		return nil
	}
	err := r.keepNow(ctx, k, r.Heads(applied))
	if err == nil || ctx.Err() != nil || errors.Is(err, drivers.ErrLost) || errors.Is(err, drivers.ErrUnknown) {
		return err
	}
	r.opt.Events(SchemaNotKept{Err: err})
	return nil
}

func (r *Runner) keepNow(ctx context.Context, k *Keep, heads []string) error {
	snap, err := k.Read(ctx, r.conn)
	if err != nil {
		return err
	}
	packed, err := schema.Encode(snap)
	if err != nil {
		return err
	}
	if len(packed) > maxKept {
		packed = ""
	}
	l := r.ledger
	values := []string{
		l.text(stateOf(heads)), l.text(strings.Join(heads, ",")), strconv.Itoa(keptForm), l.text(snap.Fingerprint()), l.text(snap.Product + " " + snap.Version),
		l.text(packed), l.syntax.NowText, l.short(l.who.Tool, 64),
	}
	texts := []string{
		"DELETE FROM " + l.kept + " WHERE state = " + l.text(stateOf(heads)),
		"UPDATE " + l.kept + " SET packed = " + l.text("") + " WHERE packed <> " + l.text(""),
		l.insert(l.kept, l.keptColumns(), values),
	}
	return r.withKept(ctx, func() error {
		_, err := r.conn.Exec(ctx, []drivers.Batch{ownBatch(r.conn.Facts().TransactionalDDL, texts...)})
		return err
	})
}

// withKept makes the table if what f does needs it.
func (r *Runner) withKept(ctx context.Context, f func() error) error {
	exists, err := r.keptExists(ctx)
	if err != nil {
		return err
	}
	if !exists {
		create := r.ledger.createTable(r.ledger.kept, r.ledger.keptColumns())
		if _, err := r.conn.Exec(ctx, []drivers.Batch{ownBatch(r.conn.Facts().TransactionalDDL, create)}); err != nil {
			return err
		}
	}
	return f()
}

func (r *Runner) keptExists(ctx context.Context) (bool, error) {
	_, err := r.conn.Query(ctx, "SELECT COUNT(*) FROM "+r.ledger.kept)
	if errors.Is(err, drivers.ErrNoTable) {
		return false, nil
	}
	return err == nil, err
}

// Kept reads which schema was left behind when exactly these revisions were the heads of what was applied. nil: nobody knows.
func (r *Runner) Kept(ctx context.Context, heads []string) (*Kept, error) {
	l := r.ledger
	rows, err := r.conn.Query(ctx, "SELECT "+names(l.keptColumns())+" FROM "+l.kept+" WHERE state = "+l.text(stateOf(heads)))
	if errors.Is(err, drivers.ErrNoTable) || err == nil && len(rows) == 0 {
		return nil, nil
	}
	if err != nil {
		return nil, &LedgerError{Table: l.plain + "_schema", Doing: "read", Err: err}
	}
	v := rows[0]
	k := &Kept{Fingerprint: v[3], Product: v[4], At: v[6], Tool: v[7], Comparable: v[2] == strconv.Itoa(keptForm)}
	if v[1] != "" {
		k.Heads = strings.Split(v[1], ",")
	}
	if v[5] != "" && k.Comparable {
		if k.Schema, err = schema.Decode(v[5]); err != nil {
			return nil, &LedgerError{Table: l.plain + "_schema", Doing: "read", Err: err}
		}
	}
	return k, nil
}

// Read reads the schema of a session's database.
func (k Keep) Read(ctx context.Context, conn drivers.Conn) (*schema.Snapshot, error) {
	snap, err := conn.Snapshot(ctx, k.Scope)
	if err != nil {
		return nil, fmt.Errorf("read the schema: %w", err)
	}
	return k.Filter.Apply(snap), nil
}

// Schema reads the schema of the session's database.
func (r *Runner) Schema(ctx context.Context, k Keep) (*schema.Snapshot, error) {
	return k.Read(ctx, r.conn)
}
