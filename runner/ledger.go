package runner

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"revise/drivers"
	"revise/parser"
)

// DefaultTable is the ledger's name if nothing else is said. The log has the same name with "_log" behind it.
const DefaultTable = "schema_revisions"

// A ledger writes the SQL of the two tables. It is text that rides in the batches of the revisions: where DDL is transactional, in
// their own transaction. Every name is qualified, for a revision may change search_path or database.
type ledger struct {
	driver    drivers.Driver
	syntax    drivers.Syntax
	table     string // qualified and quoted
	log       string
	lock      string // the table of the lease
	kept      string // the table of the schemas that runs left behind
	plain     string // qualified, as people read it
	user      string
	who       Who
	tag       string
	extra     func() string // what the log keeps of the extra arguments
	now       func() time.Time
	logNumber int
	later     bool // it is text for another time: who runs it, and when, the database says then
}

// columns of the ledger, in the order in which state reads them. The types are those that every database knows.
func (l *ledger) columns() [][2]string {
	return [][2]string{
		{"revision", "VARCHAR(64) NOT NULL PRIMARY KEY"},
		{"message", l.syntax.Text + " NOT NULL"},
		{"state", "VARCHAR(16) NOT NULL"},       // applied, upgrading, downgrading
		{"statements_done", "INTEGER NOT NULL"}, // of the section that runs or ran last
		{"statement_begun", "INTEGER NOT NULL"}, // greater than done: a run is in it, or died in it
		{"begun_joined", "INTEGER NOT NULL"},    // 1: that statement and the entry that it is done are one transaction
		{"statements_total", "INTEGER NOT NULL"},
		{"statement_sums", l.syntax.Text + " NOT NULL"}, // of a section that no transaction holds, while it is half-way: a sumList
		{"identity_sum", "VARCHAR(64) NOT NULL"},        // of the section's statements without comments and blanks
		{"done_sum", "VARCHAR(64) NOT NULL"},            // the same over the statements done
		{"byte_sum", "VARCHAR(64) NOT NULL"},            // of the section's bytes
		{"downgrade", l.syntax.Text + " NOT NULL"},      // a revision file with the downgrade, for an image that lacks the file
		{"started_ms", "BIGINT NOT NULL"},               // server's clock, milliseconds since 1970 UTC
		{"applied_at", "VARCHAR(32) NOT NULL"},          // server's clock, UTC
		{"duration_ms", "BIGINT NOT NULL"},
		{"db_user", "VARCHAR(255) NOT NULL"},
		{"os_user", "VARCHAR(255) NOT NULL"},
		{"host", "VARCHAR(255) NOT NULL"},
		{"tool", "VARCHAR(64) NOT NULL"}, //
	}
}

func (l *ledger) logColumns() [][2]string {
	return [][2]string{
		{"id", "VARCHAR(40) NOT NULL PRIMARY KEY"}, // sorts in the order of writing
		{"logged_at", "VARCHAR(32) NOT NULL"},
		{"action", "VARCHAR(16) NOT NULL"}, // upgrade, downgrade, failure, stamp, unstamp, resolve
		{"revision", "VARCHAR(64) NOT NULL"},
		{"message", l.syntax.Text + " NOT NULL"},
		{"statements_done", "INTEGER NOT NULL"},
		{"statements_total", "INTEGER NOT NULL"},
		{"duration_ms", "BIGINT NOT NULL"},
		{"identity_sum", "VARCHAR(64) NOT NULL"},
		{"error", l.syntax.Text + " NOT NULL"},
		{"tag", l.syntax.Text + " NOT NULL"},   // of the run
		{"extra", l.syntax.Text + " NOT NULL"}, // arguments of the run, key=value, a line each
		{"db_user", "VARCHAR(255) NOT NULL"},
		{"os_user", "VARCHAR(255) NOT NULL"},
		{"host", "VARCHAR(255) NOT NULL"},
		{"tool", "VARCHAR(64) NOT NULL"},
	}
}

// create makes both tables; the log first, so that where there is a ledger there is a log.
func (l *ledger) create() []string {
	return []string{l.createTable(l.log, l.logColumns()), l.createTable(l.table, l.columns())}
}

func (l *ledger) createTable(name string, columns [][2]string) string {
	defs := make([]string, len(columns))
	for i, c := range columns {
		defs[i] = c[0] + " " + c[1]
	}
	return strings.TrimSpace("CREATE TABLE IF NOT EXISTS " + name + " (" + strings.Join(defs, ", ") + ") " + l.syntax.TableOptions)
}

// query reads all rows, without the texts of the downgrades, which nobody needs whose revision has a file.
func (l *ledger) query() string {
	columns := slices.DeleteFunc(l.columns(), func(c [2]string) bool { return c[0] == "downgrade" })
	return "SELECT " + names(columns) + " FROM " + l.table
}

// downgrades reads those texts of some revisions.
func (l *ledger) downgrades(ids []string) string {
	return "SELECT revision, downgrade FROM " + l.table + " WHERE revision IN (" + l.texts(ids) + ")"
}

func (l *ledger) texts(list []string) string {
	quoted := make([]string, len(list))
	for i, s := range list {
		quoted[i] = l.text(s)
	}
	return strings.Join(quoted, ", ")
}

// count is a query for the number of rows.
func (l *ledger) count() string { return "SELECT COUNT(*) FROM " + l.table }

// FirstQuery is what a Runner asks first, of a ledger in the schema where tables land as a rule: for drivers.Options.Ahead. "" names are those of Options.
func FirstQuery(driver drivers.Driver, database, schema, table string) string {
	if table == "" {
		table = DefaultTable
	}
	if schema == "" {
		schema = driver.Syntax().Schema
	}
	if schema == "" {
		schema = database
	}
	if schema == "" {
		return ""
	}
	l := ledger{driver: driver, syntax: driver.Syntax(), table: driver.Ident(schema, table)}
	return l.query()
}

func (l *ledger) text(s string) string { return l.driver.Literal(s) }

// short fits a text into a column.
func (l *ledger) short(s string, n int) string {
	for i := range s {
		if n == 0 {
			s = s[:i]
			break
		}
		n--
	}
	return l.text(strings.ToValidUTF8(s, "?"))
}

func (l *ledger) whoValues() []string {
	user := l.short(l.user, 255)
	if l.later {
		user = l.syntax.User
	}
	return []string{user, l.short(l.who.OSUser, 255), l.short(l.who.Host, 255), l.short(l.who.Tool, 64)}
}

// runValues are the log's last columns: what the run was told, and who ran it.
func (l *ledger) runValues() []string {
	return append([]string{l.short(l.tag, maxTag), l.text(l.extra())}, l.whoValues()...)
}

// maxTag is how long a tag is, in characters.
const maxTag = 1000

// maxError is how much of an error's text the log keeps, in characters.
const maxError = 10_000

func number(n int) string { return strconv.Itoa(n) }

// A mark is how far a section is that no transaction holds: done statements are through, over which sum is, and the server is at the one with
// number begun; joined says that it shares a transaction with the next mark.
type mark struct {
	done, begun int
	joined      bool
	sum         string
}

func (m mark) joins() string {
	if m.joined {
		return "1"
	}
	return "0"
}

// begin says that a step is begun: a new row, or the one that an earlier run left half-way. sums are those of its statements.
func (l *ledger) begin(s *Step, m mark, sums string) (string, error) {
	state := s.halfwayState()
	var downgrade string
	if s.up() {
		var err error
		if downgrade, err = s.downgradeFile(); err != nil {
			return "", err
		}
	}
	if s.up() && !s.half {
		values := []string{
			l.text(s.Revision.ID.Name), l.text(strings.ToValidUTF8(s.Revision.Message, "?")), l.text(string(state)),
			"0", number(m.begun), m.joins(), number(s.Total), l.text(sums),
			l.text(""), l.text(""), l.text(""), // the sums are known when all was read
			l.text(encodeText(downgrade)),
			l.syntax.NowMillis, l.text(""), "0",
		}
		return l.insert(l.table, l.columns(), append(values, l.whoValues()...)), nil
	}
	set := [][2]string{
		{"state", l.text(string(state))},
		{"statement_begun", number(m.begun)},
		{"begun_joined", m.joins()},
		{"statements_total", number(s.Total)},
		{"statement_sums", l.text(sums)},
		{"started_ms", l.syntax.NowMillis},
	}
	if !s.half { // a downgrade begins to count its own statements
		set = append(set, [2]string{"statements_done", "0"}, [2]string{"done_sum", l.text("")})
	}
	if s.up() {
		set = append(set, [2]string{"downgrade", l.text(encodeText(downgrade))})
	}
	return l.update(s.Revision.ID.Name, set), nil
}

// holds is a condition that is true if these revisions are applied, and no other has a row.
func (l *ledger) holds(ids []string) string {
	return fmt.Sprintf("(SELECT COUNT(*) FROM %s) = %d AND (SELECT COUNT(*) FROM %s WHERE state = %s AND revision IN (%s)) = %d",
		l.table, len(ids), l.table, l.text(string(Applied)), l.texts(ids), len(ids))
}

// gather writes the row of a squash that stood for those of others, and says so in the log, if there is none yet.
func (l *ledger) gather(rev *parser.Revision, sum, byteSum, downgrade string) []string {
	row := append([]string{
		l.text(rev.ID.Name), l.text(strings.ToValidUTF8(rev.Message, "?")), l.text(string(Applied)), "0", "0", "0", "0", l.text(""),
		l.text(sum), l.text(""), l.text(byteSum), l.text(encodeText(downgrade)), l.syntax.NowMillis, l.syntax.NowText, "0",
	}, l.whoValues()...)
	entry := l.entryValues("stamp", rev.ID.Name, rev.Message, 0, 0, sum, "")
	missing := func(table string, columns [][2]string, values []string) string {
		return "INSERT INTO " + table + " (" + names(columns) + ") SELECT " + strings.Join(values, ", ") + " FROM (SELECT 1 AS one) AS once" +
			" WHERE NOT EXISTS (SELECT 1 FROM " + l.table + l.where(rev.ID.Name) + ")"
	}
	return []string{missing(l.log, l.logColumns(), entry), missing(l.table, l.columns(), row)}
}

// progress says how far a step is now.
func (l *ledger) progress(s *Step, m mark) string {
	return l.update(s.Revision.ID.Name, [][2]string{
		{"statements_done", number(m.done)},
		{"statement_begun", number(m.begun)},
		{"begun_joined", m.joins()},
		{"done_sum", l.text(m.sum)},
	})
}

// finish says that a step is through, in the ledger and in the log.
func (l *ledger) finish(s *Step, sum, byteSum string) [2]string {
	id := s.Revision.ID.Name
	action, identity := "upgrade", l.text(sum)
	n := number(s.Total)
	duration := l.syntax.NowMillis + " - started_ms"
	if !s.up() {
		action, identity = "downgrade", "identity_sum" // of what is taken back
	}
	// Only of what is still on its way: a run that stood still for so long that another one has finished it writes no second entry.
	half := " AND state = " + l.text(string(s.halfwayState()))
	log := l.entryFrom(l.table+l.where(id)+half, l.logID(), action, n, n, duration, identity)
	if !s.up() {
		return [2]string{log, l.remove(id) + half}
	}
	row := l.update(id, [][2]string{
		{"state", l.text(string(Applied))},
		{"statements_done", n},
		{"statement_begun", n},
		{"begun_joined", "0"},
		{"statement_sums", l.text("")},
		{"done_sum", l.text(sum)},
		{"identity_sum", l.text(sum)},
		{"byte_sum", l.text(byteSum)},
		{"applied_at", l.syntax.NowText},
		{"duration_ms", duration},
	})
	return [2]string{log, row + half}
}

// begun is when the transaction that runs now was begun, as an expression.
func (l *ledger) begun() string {
	if l.syntax.BegunMillis == "" {
		return strconv.FormatInt(l.now().UnixMilli(), 10)
	}
	return l.syntax.BegunMillis
}

// A bound is a statement that is written with places for its values, where the database has them: the same text for each revision.
type bound struct {
	ledger *ledger
	args   []string
}

func (b *bound) text(s string) string { return b.place(s, b.ledger.text(s), b.ledger.syntax.Text) }

func (b *bound) number(n int) string { return b.place(number(n), number(n), "integer") }

func (b *bound) place(value, literal, kind string) string {
	if b.ledger.syntax.Place == "" {
		return literal
	}
	b.args = append(b.args, value)
	return "CAST(" + b.ledger.syntax.Place + number(len(b.args)) + " AS " + kind + ")"
}

func (b *bound) statement(text string) drivers.Statement {
	return drivers.Statement{Text: text, Args: b.args, Own: true}
}

// once says that a step is through that was one transaction, begun at a time: what begin and finish say of it together.
func (l *ledger) once(s *Step, sum, byteSum, begun string) ([]drivers.Statement, error) {
	if l.syntax.Returning {
		b := &bound{ledger: l}
		change, err := l.changed(b, s, sum, byteSum, begun)
		if err != nil {
			return nil, err
		}
		entry := l.changedEntry(b, s, sum, begun, "changed")
		return []drivers.Statement{b.statement("WITH changed AS (" + change + " RETURNING revision, message, identity_sum) " + entry)}, nil
	}
	row, log := &bound{ledger: l}, &bound{ledger: l}
	change, err := l.changed(row, s, sum, byteSum, begun)
	if err != nil {
		return nil, err
	}
	if s.up() {
		entry := l.changedEntry(log, s, sum, begun, l.table+" WHERE revision = "+log.text(s.Revision.ID.Name))
		return []drivers.Statement{row.statement(change), log.statement(entry)}, nil
	}
	entry := l.changedEntry(log, s, sum, begun, l.table+" WHERE revision = "+log.text(s.Revision.ID.Name)+" AND state = "+l.text(string(Applied)))
	return []drivers.Statement{log.statement(entry), row.statement(change)}, nil
}

// changed writes the row of a step that is through, or takes it away.
func (l *ledger) changed(b *bound, s *Step, sum, byteSum, begun string) (string, error) {
	id := b.text(s.Revision.ID.Name)
	if !s.up() {
		return "DELETE FROM " + l.table + " WHERE revision = " + id + " AND state = " + l.text(string(Applied)), nil
	}
	downgrade, err := s.downgradeFile()
	if err != nil {
		return "", err
	}
	message, n, identity := b.text(strings.ToValidUTF8(s.Revision.Message, "?")), b.number(s.Total), b.text(sum)
	values := []string{
		id, message, l.text(string(Applied)), n, n, "0", n, l.text(""),
		identity, identity, b.text(byteSum), b.text(encodeText(downgrade)), begun, l.syntax.NowText, l.syntax.NowMillis + " - " + begun,
	}
	return l.insert(l.table, l.columns(), append(values, l.whoValues()...)), nil
}

// changedEntry is the entry of the log for such a step, with what is known of it from a row.
func (l *ledger) changedEntry(b *bound, s *Step, sum, begun, from string) string {
	action, identity := "downgrade", "identity_sum" // of what is taken back
	if s.up() {
		action, identity = "upgrade", b.text(sum)
	}
	n := b.number(s.Total)
	return l.entryFrom(from, b.text(l.rawID()), action, n, n, l.syntax.NowMillis+" - "+begun, identity)
}

// removal is the row of the log that says that a revision is not applied any more, with what the ledger has of it.
func (l *ledger) removal(id string) string {
	return l.entryFrom(l.table+l.where(id), l.logID(), "unstamp", "statements_done", "statements_total", "0", "identity_sum")
}

// entryFrom writes an entry of the log about the revision of a row; all but the action are expressions.
func (l *ledger) entryFrom(from, id, action, done, total, duration, identity string) string {
	values := append([]string{
		id, l.syntax.NowText, l.text(action), "revision", "message", done, total, duration, identity, l.text(""),
	}, l.runValues()...)
	return "INSERT INTO " + l.log + " (" + names(l.logColumns()) + ") SELECT " + strings.Join(values, ", ") + " FROM " + from
}

// entry is a row of the log that stands for itself.
func (l *ledger) entry(action, revision, message string, done, total int, identity, errText string) string {
	return l.insert(l.log, l.logColumns(), l.entryValues(action, revision, message, done, total, identity, errText))
}

func (l *ledger) entryValues(action, revision, message string, done, total int, identity, errText string) []string {
	return append([]string{
		l.logID(), l.syntax.NowText, l.text(action), l.text(revision), l.text(strings.ToValidUTF8(message, "?")),
		number(done), number(total), "0", l.text(identity), l.short(errText, maxError),
	}, l.runValues()...)
}

// logID makes ids, as literals or expressions, that sort in the order of writing, across runs as far as clocks go.
func (l *ledger) logID() string {
	l.logNumber++
	if l.later {
		return strings.ReplaceAll(l.syntax.ClockID, "$", fmt.Sprintf("-%06x", l.logNumber))
	}
	return l.text(l.idNow())
}

// rawID is logID as a value, which it is but for scripts.
func (l *ledger) rawID() string {
	l.logNumber++
	return l.idNow()
}

func (l *ledger) idNow() string { return fmt.Sprintf("%016x-%06x", l.now().UnixNano(), l.logNumber) }

func (l *ledger) insert(table string, columns [][2]string, values []string) string {
	return "INSERT INTO " + table + " (" + names(columns) + ") VALUES (" + strings.Join(values, ", ") + ")"
}

func (l *ledger) update(revision string, set [][2]string) string {
	assign := make([]string, len(set))
	for i, s := range set {
		assign[i] = s[0] + " = " + s[1]
	}
	return "UPDATE " + l.table + " SET " + strings.Join(assign, ", ") + l.where(revision)
}

func (l *ledger) remove(revision string) string { return "DELETE FROM " + l.table + l.where(revision) }

// restore says that a revision is applied as it was before a downgrade began, of which nothing is done.
func (l *ledger) restore(row Row) string {
	return l.update(row.Revision, [][2]string{
		{"state", l.text(string(Applied))},
		{"statements_done", number(row.Done)},
		{"statement_begun", number(row.Begun)},
		{"begun_joined", "0"},
		{"statements_total", number(row.Total)},
		{"statement_sums", l.text("")},
		{"done_sum", l.text(row.DoneSum)},
	})
}

func (l *ledger) where(revision string) string { return " WHERE revision = " + l.text(revision) }

func names(columns [][2]string) string {
	list := make([]string, len(columns))
	for i, c := range columns {
		list[i] = c[0]
	}
	return strings.Join(list, ", ")
}

// A downgrade may hold any bytes, a text column may not: what is no UTF-8 is written in base64, marked by this prefix, which no
// revision file begins with.
const base64Prefix = "base64:"

func encodeText(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return base64Prefix + base64.StdEncoding.EncodeToString([]byte(s))
}

func decodeText(s string) (string, error) {
	enc, ok := strings.CutPrefix(s, base64Prefix)
	if !ok {
		return s, nil
	}
	b, err := base64.StdEncoding.DecodeString(enc)
	return string(b), err
}

// maxDowngrade is how much text of a downgrade the ledger keeps, in bytes. What is longer (data, as a rule) is not kept, for a statement has
// to fit into a packet; such a revision needs its file to be taken back.
const maxDowngrade = 1 << 20

// downgradeFile is the text of a revision file that can take the step's revision back without its own file, "" if it would be too long.
func (s *Step) downgradeFile() (string, error) {
	r := *s.Revision
	r.Annotations = nil
	r.Sections = []*parser.Section{{Kind: parser.Upgrade, Settings: r.Settings}}
	if down := s.Revision.Section(parser.Downgrade, s.dialect); down != nil {
		if down.Text.Size() > maxDowngrade {
			return "", nil
		}
		section := *down
		section.Dialects = nil
		r.Sections = append(r.Sections, &section)
	}
	return parser.Format(&r)
}
