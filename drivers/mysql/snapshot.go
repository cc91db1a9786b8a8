package mysql

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"revise/schema"
)

// Snapshot reads what SHOW CREATE says of every object. The statements for that go many in a packet, so that it takes a handful of round trips whatever there is.
//
// The objects are the database itself, tables with their columns, indexes, foreign keys, checks, periods and partitioning, views, triggers, functions, procedures, events, and
// MariaDB's sequences and packages. Who defined code is left out where it is the session's user. Grants are not read.
func (c *conn) Snapshot(ctx context.Context, scope schema.Scope) (_ *schema.Snapshot, err error) {
	if err := c.ready(ctx); err != nil {
		return nil, err
	}
	c.ahead = nil
	before, err := c.ask(ctx, "SELECT @@SESSION.sql_mode, @@SESSION.sql_quote_show_create, @@SESSION.time_zone, @@SESSION.character_set_client, @@SESSION.collation_connection,"+
		" @@SESSION.character_set_results, CURRENT_USER(), DATABASE(), @@GLOBAL.sql_mode")
	if err != nil {
		return nil, err
	}
	was := before[0][0]
	// In this session every server shows one text for one definition: times in UTC, names in backquotes and in UTF-8.
	if _, err := c.ask(ctx, "SET SESSION sql_mode = '', SESSION sql_quote_show_create = 1, SESSION time_zone = '+00:00',"+
		" SESSION character_set_client = utf8mb4, SESSION character_set_results = utf8mb4"); err != nil {
		return nil, err
	}
	defer func() {
		if c.gone != nil {
			return
		}
		results := "NULL"
		if was[5] != "" {
			results = was[5]
		}
		_, back := c.ask(context.WithoutCancel(ctx), "SET SESSION sql_mode = "+lit(was[0])+", SESSION sql_quote_show_create = "+was[1]+", SESSION time_zone = "+lit(was[2])+
			", SESSION character_set_client = "+was[3]+", SESSION collation_connection = "+was[4]+", SESSION character_set_results = "+results)
		if err == nil {
			err = back
		}
	}()
	r := &snapshotReader{scope: scope, database: was[7], maria: c.mariadb(), columns: map[string]map[string][2]string{}, tables: map[string]bool{}}
	r.user = was[6]
	if at := strings.LastIndexByte(was[6], '@'); at >= 0 {
		r.user, r.host = was[6][:at], was[6][at+1:]
	}
	r.snap = schema.New("mysql", c.facts.Product, c.facts.Version)
	r.snap.Traits["sql_mode"], r.snap.Traits["names"] = was[0], was[3]+" "+was[4]
	r.snap.Traits["version"] = strconv.Itoa(versionNumber(c.facts.Version))
	r.snap.Traits["zone"] = was[2]
	if was[0] == was[8] {
		r.snap.Traits["usual"] = "true" // the mode is the server's
	}
	lists, err := c.ask(ctx, strings.Join(listQueries(c.mariadb(), c.version), separator))
	if err != nil {
		return nil, err
	}
	asks, err := r.lists(lists)
	if err != nil {
		return nil, err
	}
	const most = 500 // in one packet
	for some := range slices.Chunk(asks, most) {
		if err := c.shown(ctx, some); err != nil {
			return nil, err
		}
	}
	r.link()
	return r.snap, nil
}

// shown asks for some definitions.
func (c *conn) shown(ctx context.Context, asks []ask) error {
	texts := make([]string, len(asks))
	for i, a := range asks {
		texts[i] = a.sql
	}
	answers, err := c.ask(ctx, strings.Join(texts, separator))
	if err != nil {
		return err
	}
	if len(answers) != len(asks) {
		return fmt.Errorf("the server gave %d results for %d questions", len(answers), len(asks))
	}
	for i, a := range asks {
		if len(answers[i]) != 1 {
			return fmt.Errorf("%s gave %d rows", a.sql, len(answers[i]))
		}
		if err := a.take(answers[i][0]); err != nil {
			return fmt.Errorf("read the definition of %s: %w", a.name, err)
		}
	}
	return nil
}

// listQueries ask which objects there are. The comment of a view says whether it can be used, in MariaDB only if its row format is asked for too. An event that was not told when to start starts when it was made or changed last: that is no part of its definition.
func listQueries(mariadb bool, version int) []string {
	kinds, options := "'PROCEDURE', 'FUNCTION'", "''"
	if mariadb {
		kinds += ", 'PACKAGE', 'PACKAGE BODY'"
	}
	switch {
	case mariadb && version >= 100500:
		options = "schema_comment"
	case !mariadb && version >= 80016:
		options = "default_encryption"
	}
	return []string{
		"SELECT default_character_set_name, default_collation_name, " + options + " FROM information_schema.schemata WHERE schema_name = DATABASE()",
		"SELECT table_name, table_type, IF(table_type = 'VIEW' AND row_format IS NULL, table_comment, '') FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY table_name",
		"SELECT table_name, column_name, character_set_name, collation_name FROM information_schema.columns WHERE table_schema = DATABASE() AND character_set_name IS NOT NULL",
		"SELECT trigger_name, event_object_table, CONCAT(action_timing, ' ', event_manipulation), action_order FROM information_schema.triggers" +
			" WHERE trigger_schema = DATABASE() ORDER BY event_object_table, action_timing, event_manipulation, action_order",
		"SELECT routine_name, LOWER(routine_type) FROM information_schema.routines WHERE routine_schema = DATABASE() AND routine_type IN (" + kinds + ")",
		"SELECT event_name, COALESCE(CONVERT_TZ(starts, time_zone, '+00:00') IN (created, last_altered), 0) FROM information_schema.events WHERE event_schema = DATABASE()",
	}
}

// An ask is a SHOW CREATE, and what is done with its row.
type ask struct {
	sql, name string
	take      func(row []string) error
}

type snapshotReader struct {
	scope      schema.Scope
	snap       *schema.Snapshot
	database   string
	maria      bool
	user, host string
	columns    map[string]map[string][2]string // character set and collation, by table and column
	tables     map[string]bool                 // what foreign keys can refer to, in the scope or not
}

// lists takes the answers of listQueries, and says what to ask then.
func (r *snapshotReader) lists(lists [][][]string) ([]ask, error) {
	if len(lists) != 6 || len(lists[0]) != 1 {
		return nil, fmt.Errorf("the session has no database")
	}
	r.itself(lists[0][0])
	for _, row := range lists[2] {
		if r.columns[row[0]] == nil {
			r.columns[row[0]] = map[string][2]string{}
		}
		r.columns[row[0]][row[1]] = [2]string{row[2], row[3]}
	}
	asks := r.relations(lists[1])
	asks = append(asks, r.triggers(lists[3])...)
	for _, row := range lists[4] {
		name, kind := row[0], row[1]
		asks = append(asks, ask{"SHOW CREATE " + strings.ToUpper(kind) + " " + back(name), name, func(row []string) error {
			return r.code(kind, name, row[2], under{mode: row[1], charset: row[3], collation: row[4], database: row[5], moded: true})
		}})
	}
	for _, row := range lists[5] {
		name, unsaid := row[0], row[1] == "1"
		asks = append(asks, ask{"SHOW CREATE EVENT " + back(name), name, func(row []string) error {
			text := row[3]
			if unsaid {
				text = withoutStart(text)
			}
			return r.code("event", name, text, under{mode: row[1], zone: row[2], charset: row[4], collation: row[5], database: row[6], moded: true})
		}})
	}
	return asks, nil
}

// itself is the database as an object.
func (r *snapshotReader) itself(row []string) {
	o := &schema.Object{Kind: "database", Name: "itself", Path: []string{"itself"}, Def: "CHARACTER SET " + row[0] + " COLLATE " + row[1], Attrs: map[string]string{"collation": row[1]}}
	switch {
	case r.maria && row[2] != "":
		o.Def += " COMMENT '" + strings.NewReplacer(`\`, `\\`, "'", "''").Replace(row[2]) + "'"
	case !r.maria && row[2] == "YES":
		o.Def += " ENCRYPTION 'Y'"
	}
	r.snap.Add(o)
}

// relations are tables, views and sequences.
func (r *snapshotReader) relations(rows [][]string) []ask {
	var asks []ask
	for _, row := range rows {
		name, kind, comment := row[0], row[1], row[2]
		table := kind == "BASE TABLE" || kind == "SYSTEM VERSIONED"
		r.tables[name] = table
		if r.scope.Leaves([]string{name}) {
			continue
		}
		switch {
		case kind == "VIEW":
			asks = append(asks, ask{"SHOW CREATE VIEW " + back(name), name, func(row []string) error {
				u := under{charset: row[2], collation: row[3]}
				if comment != "VIEW" && comment != "" {
					u.broken = "true"
				}
				return r.code("view", name, row[1], u)
			}})
		case kind == "SEQUENCE":
			asks = append(asks, ask{"SHOW CREATE SEQUENCE " + back(name), name, func(row []string) error { return r.code("sequence", name, row[1], under{}) }})
		case table:
			asks = append(asks, ask{"SHOW CREATE TABLE " + back(name), name, func(row []string) error { return r.table(name, row[1]) }})
		}
	}
	return asks
}

// triggers come in their order among those of the same event.
func (r *snapshotReader) triggers(rows [][]string) []ask {
	var asks []ask
	last, follows := "", ""
	for _, row := range rows {
		name, table, group := row[0], row[1], row[1]+" "+row[2]
		if r.scope.Leaves([]string{table}) {
			continue
		}
		if group != last {
			follows = ""
		}
		behind, order := follows, row[3]
		last, follows = group, back(name)
		asks = append(asks, ask{"SHOW CREATE TRIGGER " + back(name), name, func(row []string) error {
			if err := r.code("trigger", name, row[2], under{mode: row[1], charset: row[3], collation: row[4], database: row[5], moded: true}); err != nil {
				return err
			}
			o := r.snap.Objects["trigger "+back(name)]
			o.Path, o.Parent = []string{table, name}, "table "+back(table)
			o.Attrs["group"], o.Attrs["order"], o.Attrs["body"] = group, fmt.Sprintf("%06s", order), o.Def
			if behind != "" {
				o.Def += "\n/* FOLLOWS " + behind + " */"
			}
			return nil
		}})
	}
	return asks
}

// back quotes a name.
func back(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }

// bare takes the quotes from a name.
func bare(quoted string) string {
	if len(quoted) < 2 || quoted[0] != '`' {
		return quoted
	}
	return strings.ReplaceAll(quoted[1:len(quoted)-1], "``", "`")
}

// link notes what objects need: views what they name, tables and columns the sequences of their defaults, foreign keys the tables that they refer to.
func (r *snapshotReader) link() {
	named := map[string]string{}
	for k, o := range r.snap.Objects {
		switch o.Kind {
		case "table", "view", "sequence":
			named[o.Name] = k
		}
	}
	for k, o := range r.snap.Objects {
		switch o.Kind {
		case "view":
			for _, name := range quotedNames(o.Attrs["sql"]) {
				for _, need := range []string{named[name], "function " + name} {
					if r.snap.Objects[need] != nil && need != k {
						o.Needs = append(o.Needs, need)
					}
				}
			}
		case "column":
			if strings.Contains(o.Def, "val(`") { // nextval, lastval
				for _, name := range quotedNames(o.Def)[1:] {
					if need := named[name]; strings.HasPrefix(need, "sequence ") {
						o.Needs = append(o.Needs, need)
					}
				}
			}
		case "trigger":
			if r.snap.Objects[o.Parent] != nil {
				o.Needs = []string{o.Parent}
			}
		case "foreign key":
			if to := named[back(o.Attrs["to"])]; to != "" && to != o.Parent && o.Attrs["elsewhere"] == "" {
				o.Needs = append(o.Needs, to)
			}
		}
		slices.Sort(o.Needs)
		o.Needs = slices.Compact(o.Needs)
	}
}
