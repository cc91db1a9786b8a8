package mysql

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"revise/drivers"
	"revise/parser"
)

// A watch finds out what the statements of a batch do. No catalog tells how the server changes a table: it is asked for the best way first, and refuses what it cannot do, which
// changes nothing, until a way is left that it takes, or the statement as it stands.
type watch struct {
	run  *run
	made map[string]bool // tables that the batch has made
	// effect is that of the statement under way, and finish, if not nil, what completes it when the statement is through.
	effect drivers.Effect
	finish func()
	// told, if not nil, tells of the statement that is through: its effect, that it is done.
	told func()
}

// A definition is a statement that changes a table or an index.
type definition struct {
	table  string // as it is written, but for quotes
	text   string // the statement
	insert int    // where the way can be put into it, with a comma behind; 0: at the end
	how    string // what the text itself asks for
	lock   string
	ways   bool // the way can be asked for
}

// A way is how the server may change a table.
type way struct{ how, lock string }

// ways lists them, the one that blocks least first.
func (c *conn) ways() []way {
	list := []way{{"INSTANT", ""}}
	if c.mariadb() {
		list = append(list, way{"NOCOPY", "NONE"})
	}
	list = append(list, way{"INPLACE", "NONE"}, way{"INPLACE", "SHARED"}, way{"INPLACE", "EXCLUSIVE"})
	if c.mariadb() {
		list = append(list, way{"COPY", "NONE"})
	}
	return list
}

// clause is how a statement asks for it.
func (w way) clause(separator string) string {
	if w.lock == "" {
		return "ALGORITHM=" + w.how
	}
	return "ALGORITHM=" + w.how + separator + "LOCK=" + w.lock
}

// locks says what a way keeps others from.
func (w way) locks(table string) []drivers.Lock {
	switch w.lock {
	case "", "NONE", "DEFAULT":
		return []drivers.Lock{{Table: table, Mode: "NONE"}}
	case "SHARED":
		return []drivers.Lock{{Table: table, Mode: "SHARED", Blocks: "writes"}}
	}
	return []drivers.Lock{{Table: table, Mode: "EXCLUSIVE", Blocks: "reads and writes"}}
}

// refuses reports whether an error says that the server does not know a way, or cannot go it.
func refuses(number uint16) bool {
	return slices.Contains([]uint16{
		errParse, 1221, 1235, // it is too old for the word, or for words side by side
		1800, 1801, // unknown ALGORITHM, unknown LOCK
		1845, 1846, // not supported here
	}, number)
}

// watched reports whether the statement that is next is watched, and which it is.
func (r *run) watched() (*drivers.Batch, *drivers.Statement, bool) {
	if r.progress.Batches >= len(r.batches) {
		return nil, nil, false
	}
	b := &r.batches[r.progress.Batches]
	if b.Watch == nil {
		return nil, nil, false
	}
	feed := r.feed(r.progress.Batches)
	s, clean, err := feed.At(r.progress.Statements)
	if s == nil || err != nil || feed.Tail(r.progress.Statements) {
		return nil, nil, false
	}
	if r.progress.Statements == 0 || r.watch == nil {
		r.watch = &watch{run: r, made: map[string]bool{}}
	}
	r.watch.effect, r.watch.finish = drivers.Effect{}, nil
	return b, s, clean
}

// longest is the length of statements that are looked at: those beyond only write rows.
const longest = 256 << 10

// prepare looks at the statement that is next, if it is watched, and runs it where it is of those that can be run in several ways. It reports whether it did.
func (r *run) prepare() (through bool, err error) {
	b, s, clean := r.watched()
	if s == nil || s.Own || s.Copy || s.Check || r.ctx.Err() != nil {
		return false, nil
	}
	w, c := r.watch, r.c
	shape := c.shapeOf(s.Text)
	if shape.nothing || len(shape.text) > longest {
		return false, nil
	}
	d := w.read(shape.text)
	if d == nil {
		return false, nil
	}
	d.ways = d.ways && !shape.alone && !shape.many
	if r.progress.Statements == 0 || clean {
		if err := r.enter(b); err != nil {
			return false, err
		}
	}
	before := w.tables()
	if d.ways {
		for _, way := range c.ways() {
			refused, err := r.try(b, d, way)
			if err != nil {
				return false, err
			}
			if refuses(refused) {
				continue
			}
			if refused != 0 {
				break // it fails in whatever way, and is to say so itself
			}
			c.answers.Add(1)
			c.home.follow(&c.trace, s.Text)
			r.warned()
			w.effect.How, w.effect.Locks = way.how, way.locks(d.table)
			w.rewritten(d, before)
			r.done()
			return true, nil
		}
	}
	w.finish = func() {
		own := way{"COPY", "SHARED"}
		if d.how != "" {
			own.how = d.how
		}
		if d.lock != "" {
			own.lock = d.lock
		} else if d.how != "" && d.how != "COPY" {
			own.lock = "NONE"
		}
		w.effect.How, w.effect.Locks = own.how, own.locks(d.table)
		w.rewritten(d, before)
		if d.how == "" && !d.ways { // OPTIMIZE
			w.effect.How, w.effect.Locks = "INPLACE", way{lock: "NONE"}.locks(d.table)
			if len(w.effect.Rewrites) == 0 {
				w.effect = drivers.Effect{}
			}
		}
	}
	return false, nil
}

// enter makes the session what the batch's first statement is to find.
func (r *run) enter(b *drivers.Batch) error {
	c := r.c
	want := limits(*b)
	if c.clean && c.limits == want {
		return nil
	}
	if !c.clean || c.limits != "" {
		if _, err := c.tidy(); err != nil {
			return err
		}
	}
	if want != "" {
		if _, err := c.ask(context.Background(), want); err != nil {
			return r.leave(fmt.Errorf("set the session up for the batch: %w", err))
		}
	}
	c.limits = want
	return nil
}

// try runs a statement in a way. refused is the number of the error with which the server does not take it; 0 if it does.
func (r *run) try(b *drivers.Batch, d *definition, w way) (refused uint16, err error) {
	c := r.c
	text := d.text + " " + w.clause(" ")
	if d.insert > 0 {
		text = d.text[:d.insert] + " " + w.clause(", ") + "," + d.text[d.insert:]
	}
	c.clean = false
	g := c.guard(r.ctx)
	g.arm(b.StatementTimeout)
	_, err = c.link.answers(context.Background(), text)
	outcome := g.release()
	server := serverError(err)
	switch {
	case err == nil && outcome < abandoned:
		return 0, nil
	case server == nil || fatal(server) || outcome >= abandoned:
		err = r.lost(err)
		if outcome != helpless {
			c.finishOff()
		}
		return 0, err
	case outcome == stopped && (r.ctx.Err() != nil || interrupted(server)):
		return 0, r.leave(r.interrupted(&step{limit: b.StatementTimeout}, lift(server, "", "")))
	}
	return server.Number, nil
}

// warned passes on what the server has to say of a statement that was tried.
func (r *run) warned() {
	if r.c.opt.Notice == nil {
		return
	}
	answers, err := r.c.ask(context.Background(), "SHOW WARNINGS")
	if err != nil || len(answers) == 0 {
		return
	}
	for _, w := range answers[0] {
		r.c.opt.Notice(drivers.Notice{Severity: narrow(w[0]), Code: narrow(w[1]), Message: narrow(w[2])})
	}
}

// tell tells of the statement that is through, if one is.
func (r *run) tell() {
	w := r.watch
	if w == nil || w.told == nil {
		return
	}
	told := w.told
	w.told = nil
	if w.finish != nil && r.c.gone == nil {
		w.finish()
	}
	told()
}

// rewritten notes whether the table's file is another one.
func (w *watch) rewritten(d *definition, before map[string]string) {
	after := w.tables()
	for name, id := range before {
		if now := after[name]; now != "" && now != id {
			w.effect.Rewrites = []string{d.table}
			return
		}
	}
	if before == nil && w.effect.How == "COPY" { // nobody may see
		w.effect.Rewrites = []string{d.table}
	}
}

// tables are the numbers of the database's tables in InnoDB, which each file gets anew. nil: this user may not see them.
func (w *watch) tables() map[string]string {
	c := w.run.c
	if c.gone != nil {
		return nil
	}
	view := "INNODB_TABLES"
	if c.mariadb() || c.version < 80000 {
		view = "INNODB_SYS_TABLES"
	}
	answers, err := c.ask(context.Background(), "SELECT NAME, TABLE_ID FROM information_schema."+view+" WHERE SUBSTRING_INDEX(NAME, '/', 1) = DATABASE()")
	if err != nil || len(answers) == 0 {
		return nil
	}
	ids := map[string]string{}
	for _, row := range answers[0] {
		ids[narrow(row[0])] = narrow(row[1])
	}
	return ids
}

// exists reports whether there is a table or a view of a name, with a database before it or not.
func (w *watch) exists(table string) bool {
	name := lit(table)
	answers, err := w.run.c.ask(context.Background(), "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = "+name+
		" OR LOCATE('.', "+name+") > 0 AND CONCAT(TABLE_SCHEMA, '.', TABLE_NAME) = "+name)
	return err == nil && len(answers) > 0 && len(answers[0]) > 0
}

// read looks at a statement's words. nil: it is none that works on a table that was there; what is known of its locks is noted then.
func (w *watch) read(text string) *definition {
	tokens, err := parser.Tokens(text, Dialect())
	if err != nil {
		return nil
	}
	list := words{text: text, tokens: tokens}
	if slices.ContainsFunc(tokens, func(t parser.Token) bool { return t.Kind == parser.CodeMark }) {
		return nil
	}
	metadata := func(table string) {
		if table != "" && !w.made[strings.ToLower(table)] {
			w.effect.Locks = append(w.effect.Locks, drivers.Lock{Table: table, Mode: "EXCLUSIVE METADATA", Blocks: "reads and writes"})
		}
	}
	switch first := list.word(); first {
	case "ALTER":
		list.skip("ONLINE", "OFFLINE", "IGNORE")
		if list.skip("TABLE") {
			list.skip("IF", "EXISTS")
			d := &definition{text: text, table: list.name()}
			for list.skip("NOWAIT", "WAIT") {
				list.number()
			}
			d.insert, d.ways = list.end(), list.more()
			return w.definition(d, &list)
		}
	case "CREATE":
		list.skip("OR", "REPLACE")
		list.skip("TEMPORARY", "ONLINE", "OFFLINE", "UNIQUE", "FULLTEXT", "SPATIAL")
		switch {
		case list.skip("TABLE"):
			maybe := list.skip("IF", "NOT", "EXISTS")
			if table := list.name(); !maybe || !w.exists(table) {
				w.finish = func() { w.made[strings.ToLower(table)] = true }
			}
		case list.skip("INDEX", "KEY"):
			list.until("ON")
			return w.definition(&definition{text: text, table: list.name(), ways: true}, &list)
		default:
			for list.more() && !list.is("TRIGGER", "VIEW", "PROCEDURE", "FUNCTION", "EVENT") {
				list.word()
			}
			if list.skip("TRIGGER") && list.until("ON") {
				metadata(list.name())
			}
		}
	case "DROP":
		list.skip("ONLINE", "OFFLINE")
		switch {
		case list.skip("INDEX", "KEY"): // MariaDB takes no way here; it is short for an ALTER TABLE
			what := list.at
			list.skip("IF", "EXISTS")
			list.name()
			if end := list.end(); list.skip("ON") && list.more() {
				from := list.at
				d := &definition{table: list.name(), ways: !list.is("WAIT", "NOWAIT")}
				d.text = "ALTER TABLE " + text[tokens[from].Start:list.end()]
				d.insert = len(d.text)
				d.text += " DROP INDEX " + text[tokens[what].Start:end]
				return w.definition(d, &list)
			}
		case list.skip("TABLE", "TABLES", "VIEW"):
			maybe := list.skip("IF", "EXISTS")
			for more := true; more; more = list.skip(",") {
				if table := list.name(); !maybe || w.exists(table) {
					metadata(table)
				}
			}
		}
	case "RENAME":
		if list.skip("TABLE", "TABLES") {
			made := maps.Clone(w.made)
			for more := true; more; more = list.skip(",") {
				was := list.name()
				metadata(was)
				if list.skip("TO") {
					is := list.name()
					made[strings.ToLower(is)], made[strings.ToLower(was)] = made[strings.ToLower(was)], false
				}
			}
			w.finish = func() { w.made = made }
		}
	case "TRUNCATE":
		list.skip("TABLE")
		metadata(list.name())
	case "OPTIMIZE":
		list.skip("NO_WRITE_TO_BINLOG", "LOCAL")
		if list.skip("TABLE", "TABLES") {
			return w.definition(&definition{table: list.name()}, &list)
		}
	case "LOCK":
		for list.skip("TABLE", "TABLES", ","); list.more(); list.skip(",") {
			table := list.name()
			for list.more() && !list.is("READ", "WRITE") {
				list.word()
			}
			lock := drivers.Lock{Table: table, Mode: list.word(), Blocks: "writes"}
			if lock.Mode == "WRITE" {
				lock.Blocks = "reads and writes"
			}
			if table != "" && !w.made[strings.ToLower(table)] {
				w.effect.Locks = append(w.effect.Locks, lock)
			}
			list.skip("LOCAL")
		}
	}
	slices.SortFunc(w.effect.Locks, func(a, b drivers.Lock) int { return strings.Compare(a.Table, b.Table) })
	return nil
}

// definition reads what the text itself says of its way. nil for a table that the batch has made.
func (w *watch) definition(d *definition, list *words) *definition {
	if d.table == "" || w.made[strings.ToLower(d.table)] {
		return nil
	}
	for list.more() {
		into := &d.how
		switch list.word() {
		case "LOCK":
			into = &d.lock
		case "ALGORITHM":
		default:
			continue
		}
		list.skip("=")
		if value := list.word(); slices.Contains([]string{"DEFAULT", "INSTANT", "NOCOPY", "INPLACE", "COPY", "NONE", "SHARED", "EXCLUSIVE"}, value) {
			*into, d.ways = value, false
		}
	}
	return d
}

// words are the tokens of a statement, one behind the other.
type words struct {
	text   string
	tokens []parser.Token
	at     int
}

func (w *words) more() bool { return w.at < len(w.tokens) }

// end is where the token before ends.
func (w *words) end() int { return w.tokens[w.at-1].End }

func (w *words) raw() string {
	if !w.more() {
		return ""
	}
	return w.text[w.tokens[w.at].Start:w.tokens[w.at].End]
}

// is reports whether the next token is one of these words or signs.
func (w *words) is(list ...string) bool {
	return w.more() && w.tokens[w.at].Kind != parser.Quoted && slices.Contains(list, strings.ToUpper(w.raw()))
}

// skip goes over as many of these as come, and reports whether there was one.
func (w *words) skip(list ...string) (some bool) {
	for w.is(list...) {
		w.at++
		some = true
	}
	return some
}

// until goes behind the next of these words, and reports whether there is one.
func (w *words) until(word string) bool {
	for w.more() && !w.is(word) {
		w.at++
	}
	return w.skip(word)
}

func (w *words) word() string {
	raw := strings.ToUpper(w.raw())
	w.at++
	return raw
}

func (w *words) number() {
	if _, err := strconv.Atoi(w.raw()); err == nil {
		w.at++
	}
}

// name reads a name with a database before it or not, and gives it without quotes.
func (w *words) name() string {
	var parts []string
	for w.more() {
		if kind := w.tokens[w.at].Kind; kind != parser.Word && kind != parser.Quoted {
			break
		}
		raw := w.raw()
		if w.tokens[w.at].Kind == parser.Quoted && len(raw) > 1 {
			raw = strings.ReplaceAll(raw[1:len(raw)-1], raw[:1]+raw[:1], raw[:1])
		}
		parts = append(parts, raw)
		w.at++
		if !w.is(".") {
			break
		}
		w.at++
	}
	return strings.Join(parts, ".")
}
