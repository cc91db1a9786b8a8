package postgres

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"revise/drivers"
	"revise/parser"
)

// relationsQuery tells of all tables, views and indexes what they are called, where their rows are, and how often they were read as a whole, and which of our locks are on
// them. Names are those of a snapshot.
const relationsQuery = `SELECT c.oid, pg_catalog.quote_ident(n.nspname) OPERATOR(pg_catalog.||) '.' OPERATOR(pg_catalog.||) pg_catalog.quote_ident(c.relname), c.relname,
 c.relkind, c.relfilenode, CASE WHEN c.relkind OPERATOR(pg_catalog.=) ANY ('{r,m}'::"char"[]) THEN pg_catalog.pg_stat_get_xact_numscans(c.oid) ELSE 0 END, coalesce(i.indrelid, 0), ''
 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
 LEFT JOIN pg_catalog.pg_index i ON i.indexrelid OPERATOR(pg_catalog.=) c.oid
 WHERE c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,v,m,f,i,I}'::"char"[]) AND n.nspname OPERATOR(pg_catalog.<>) ALL ('{pg_catalog,information_schema,pg_toast}'::name[])
 AND n.nspname OPERATOR(pg_catalog.!~~) 'pg\_temp\_%' AND n.nspname OPERATOR(pg_catalog.!~~) 'pg\_toast\_temp\_%'
UNION ALL SELECT l.relation, '', '', '', 0, 0, 0, l.mode FROM pg_catalog.pg_locks l
 WHERE l.pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid() AND l.locktype OPERATOR(pg_catalog.=) 'relation' AND l.granted`

// Something seen is a table, a view or an index at one moment.
type seen struct {
	name, short, kind, file string
	scans                   int
	table                   string // the number of an index's
	lock                    int    // the strongest of ours on it
}

// lockModes are PostgreSQL's, the weakest first, each with what it keeps others from (https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES). What only
// definitions would have to wait for is not worth telling of those that any reading or writing takes.
func lockModes() []drivers.Lock {
	return []drivers.Lock{
		{},
		{Mode: "ACCESS SHARE"}, {Mode: "ROW SHARE"}, {Mode: "ROW EXCLUSIVE"},
		{Mode: "SHARE UPDATE EXCLUSIVE", Blocks: "schema changes"},
		{Mode: "SHARE", Blocks: "writes"}, {Mode: "SHARE ROW EXCLUSIVE", Blocks: "writes"}, {Mode: "EXCLUSIVE", Blocks: "writes"},
		{Mode: "ACCESS EXCLUSIVE", Blocks: "reads and writes"},
	}
}

// lockMode is the place of a mode, as pg_locks spells it, among lockModes.
func lockMode(mode string) int {
	word := strings.ToUpper(strings.TrimSuffix(mode, "Lock"))
	return slices.IndexFunc(lockModes(), func(l drivers.Lock) bool { return l.Mode != "" && strings.ReplaceAll(l.Mode, " ", "") == word })
}

// A sight is how the relations of the database are at one moment, by number.
type sight map[string]seen

func (x *execution) see() (sight, error) {
	res := x.c.pg.ExecParams(context.Background(), relationsQuery, nil, nil, nil, nil).Read()
	if res.Err != nil {
		return nil, res.Err
	}
	s := sight{}
	locks := map[string]int{}
	for _, r := range res.Rows {
		oid := string(r[0])
		if mode := string(r[7]); mode != "" {
			locks[oid] = max(locks[oid], lockMode(mode))
			continue
		}
		scans, _ := strconv.Atoi(string(r[5]))
		s[oid] = seen{name: string(r[1]), short: string(r[2]), kind: string(r[3]), file: string(r[4]), scans: scans, table: string(r[6])}
	}
	for oid, mode := range locks {
		r := s[oid] // without a name if it is none of those that count, or is gone
		r.lock = mode
		s[oid] = r
	}
	return s, nil
}

// A watch finds out what the statements of a batch do.
type watch struct {
	x     *execution
	b     *drivers.Batch
	first sight // before the batch; nil until it is known
	last  sight // behind the statement before, in the same transaction; nil if that is not known
}

// statement runs a statement of the batch by run, and tells what it did before its Done. What it did is seen from within its transaction: one that would be alone in its own
// is put into one for that, if it bears it.
func (w *watch) statement(n int, o op, run func(op) *failure) *failure {
	x, done := w.x, o.done
	told := func(e drivers.Effect) {
		w.b.Watch(n, e)
		if done != nil {
			done()
		}
	}
	if o.stmt.Own || !touches(o.text) {
		w.last = nil
		o.done = func() { told(drivers.Effect{}) }
		return run(o)
	}
	if f := x.sync(o.at); f != nil {
		return f
	}
	wraps := x.c.pg.TxStatus() == 'I' && bearsTransaction(o.stmt)
	if wraps {
		if err := x.plain("BEGIN"); err != nil {
			return x.unseen(o, err)
		}
	}
	before := w.last
	if w.last = nil; before == nil {
		var err error
		if before, err = x.see(); err != nil {
			return x.unseen(o, err)
		}
	}
	if w.first == nil {
		w.first = before
	}
	o.done = nil
	if f := run(o); f != nil {
		return f
	}
	if f := x.sync(o.at); f != nil {
		return f
	}
	inside := x.c.pg.TxStatus() != 'I'
	after, err := x.see()
	switch {
	case err != nil && inside:
		return x.unseen(o, err)
	case err != nil: // the statement is done nevertheless
		told(drivers.Effect{})
		return nil
	case wraps:
		x.c.loud = o.isUsers() // deferred triggers may say something
		err := x.plain("COMMIT")
		x.c.loud = false
		if err != nil {
			return x.settled(op{text: o.text, at: o.at, stmt: o.stmt}, false, err)
		}
	case inside:
		w.last = after
	}
	e := w.effect(o.text, before, after)
	if !inside {
		w.guess(o.text, before, &e)
	}
	told(e)
	return nil
}

func (x *execution) plain(sql string) error {
	_, err := x.c.pg.Exec(context.Background(), sql).ReadAll()
	return err
}

// unseen is the failure of a query of ours beside a statement that is not done, or not kept.
func (x *execution) unseen(o op, err error) *failure {
	return &failure{o.at, x.c.ownError(x.ctx, err, "")}
}

// effect compares two sights.
func (w *watch) effect(text string, before, after sight) (e drivers.Effect) {
	grown := map[string]int{}
	verb, _ := drivers.CutWord(text)
	for oid, r := range after {
		was := before[oid]
		if was.name == "" || w.first[oid].name == "" {
			continue // it was not there before the batch
		}
		if r.lock > was.lock {
			grown[oid] = r.lock
		}
		switch rows := r.kind == "r" || r.kind == "m"; {
		case !rows || verb == "TRUNCATE":
		case r.file != was.file:
			e.Rewrites = append(e.Rewrites, was.name)
		case r.scans > was.scans && !slices.Contains([]string{"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "WITH", "COPY", "TABLE", "VALUES"}, verb):
			e.Scans = append(e.Scans, was.name)
		}
	}
	slices.Sort(e.Rewrites)
	slices.Sort(e.Scans)
	e.Locks = locksOf(grown, before)
	return e
}

// locksOf lists locks by table. That on an index goes with one on its table that is as strong.
func locksOf(grown map[string]int, before sight) []drivers.Lock {
	var list []drivers.Lock
	modes := lockModes()
	for oid, mode := range grown {
		r := before[oid]
		if r.table != "0" && grown[r.table] >= mode {
			continue
		}
		l := modes[mode]
		l.Table = r.name
		list = append(list, l)
	}
	slices.SortFunc(list, func(a, b drivers.Lock) int { return strings.Compare(a.Table, b.Table) })
	return list
}

// guess tells what the manual says of statements that stand in no transaction, and hold no lock any more when they are through.
func (w *watch) guess(text string, before sight, e *drivers.Effect) {
	verb, _ := drivers.CutWord(text)
	tokens, err := parser.Tokens(text, Dialect())
	if err != nil {
		return
	}
	names := map[string]bool{}
	for _, t := range tokens {
		switch word := text[t.Start:t.End]; t.Kind {
		case parser.Word:
			names[strings.ToLower(word)] = true
		case parser.Quoted:
			names[strings.ReplaceAll(strings.Trim(word, `"`), `""`, `"`)] = true
		}
	}
	mode, scans := "ShareUpdateExclusive", false
	switch {
	case names["concurrently"]:
		scans = verb == "CREATE" || verb == "REINDEX"
	case verb == "CLUSTER", verb == "VACUUM" && names["full"]:
		mode = "AccessExclusive"
	case verb == "REINDEX":
		mode, scans = "Share", true
	case verb != "VACUUM" && verb != "ANALYZE":
		return
	}
	grown := map[string]int{}
	for oid, r := range before {
		if !names[r.short] || w.first[oid].name == "" {
			continue
		}
		if r.table != "0" {
			oid = r.table
		}
		if scans && before[oid].kind != "p" && !slices.Contains(e.Scans, before[oid].name) {
			e.Scans = append(e.Scans, before[oid].name)
		}
		grown[oid] = lockMode(mode)
	}
	slices.Sort(e.Scans)
	e.Locks = locksOf(grown, before)
}

var frontForm = drivers.Form(`(?s)^(?:\s|--[^\r\n]*|/\*.*?\*/)*`)

// touches reports whether a statement may have to do with tables. What begins or sets up a transaction must not find a query before it.
func touches(text string) bool {
	verb, _ := drivers.CutWord(text[len(frontForm().FindString(text)):])
	switch verb {
	case "SET", "RESET", "SHOW", "BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE", "LISTEN", "NOTIFY", "UNLISTEN", "CHECKPOINT",
		"DISCARD", "DEALLOCATE":
		return false
	}
	return true
}

// bearsTransaction reports whether a statement can stand in a transaction, and leaves it open.
func bearsTransaction(s *drivers.Statement) bool {
	if isConcurrent(s) {
		return false
	}
	first, rest := drivers.CutWord(s.Text)
	second, _ := drivers.CutWord(rest)
	return first == "REFRESH" || slices.Contains(joins(), first) || slices.Contains(joins(), first+" "+second)
}
