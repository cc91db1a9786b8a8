package mysql

import (
	"slices"
	"strconv"
	"strings"

	"revise/schema"
)

// Plan changes each table by one ALTER TABLE where that can be, for it may copy the table. Foreign keys that stand in the way of a change go before it and come back
// behind. Of code (views, triggers, routines, events) what differs is made anew: there is no other way to change most of it.
//
// All statements commit by themselves, so there is one part.
func (Driver) Plan(from, to *schema.Snapshot, opt schema.Options) (*schema.Plan, error) {
	p := newPlanner(from, to)
	p.alterDatabase()
	p.dropCode()
	p.compareTables()
	p.compareForeignKeys()
	p.dropForeignKeys()
	p.dropTables()
	p.dropSequences(false)
	p.makeSequences()
	p.createTables()
	p.alterTables()
	p.dropSequences(true)
	p.addForeignKeys()
	p.makeCode()
	p.settle()
	plan := &schema.Plan{Remarks: p.remarks}
	if opt.Online && p.alters {
		plan.Remarks = append(plan.Remarks, schema.Remark{Text: "the server takes the form of ALTER TABLE by itself that keeps others waiting the least; revise verify shows which that is"})
	}
	if len(p.steps) > 0 {
		plan.Parts = []schema.Part{{Steps: p.steps}}
	}
	return plan, nil
}

type planner struct {
	from, to     *schema.Snapshot
	maria        bool
	version      int  // of the server, as in conditional comments
	strict       bool // a value that does not fit fails
	was, is      schemaParts
	session      session
	changes      map[string]*tableChange     // of tables that stay, by key
	broken       map[string]bool             // foreign keys that are dropped before everything else, by key
	added        map[string][]*schema.Object // foreign keys that are made, by table
	late         map[string][]*schema.Object // those of them that come behind everything else, by table
	created      map[string]bool             // tables that are there as they should be, from some step on
	droppedEarly map[string]bool             // checks that are dropped before everything else, by key
	alters       bool                        // a table that is there is changed
	steps        []schema.Step
	remarks      []schema.Remark
}

func newPlanner(from, to *schema.Snapshot) *planner {
	p := &planner{
		from: from, to: to, maria: from.Product == "MariaDB", was: partsOf(from), is: partsOf(to), changes: map[string]*tableChange{}, created: map[string]bool{},
		broken: map[string]bool{}, added: map[string][]*schema.Object{}, late: map[string][]*schema.Object{}, droppedEarly: map[string]bool{},
	}
	p.version, _ = strconv.Atoi(from.Traits["version"])
	p.session = newSession(from, to)
	p.strict = strings.Contains(p.session.base, "STRICT_")
	return p
}

// schemaParts are the objects of a snapshot by what they are for a plan.
type schemaParts struct {
	kinds  map[string][]*schema.Object // by kind, sorted by key
	tables map[string]*tableParts      // by key
}

// tableParts are what a table consists of.
type tableParts struct {
	columns, indexes, checks, periods, foreign []*schema.Object // in their order
	partitioning                               *schema.Object
}

func partsOf(s *schema.Snapshot) schemaParts {
	sp := schemaParts{kinds: map[string][]*schema.Object{}, tables: map[string]*tableParts{}}
	table := func(key string) *tableParts {
		if sp.tables[key] == nil {
			sp.tables[key] = &tableParts{}
		}
		return sp.tables[key]
	}
	for _, o := range s.Objects {
		switch t := o.Parent; o.Kind {
		case "column":
			table(t).columns = append(table(t).columns, o)
		case "index":
			table(t).indexes = append(table(t).indexes, o)
		case "check":
			table(t).checks = append(table(t).checks, o)
		case "period":
			table(t).periods = append(table(t).periods, o)
		case "foreign key":
			table(t).foreign = append(table(t).foreign, o)
		case "partitioning":
			table(t).partitioning = o
		default:
			if o.Kind == "table" {
				table(o.Key()) // it may have no parts
			}
			sp.kinds[o.Kind] = append(sp.kinds[o.Kind], o)
		}
	}
	for _, list := range sp.kinds {
		slices.SortFunc(list, func(a, b *schema.Object) int { return strings.Compare(a.Name, b.Name) })
	}
	for _, t := range sp.tables {
		slices.SortFunc(t.columns, func(a, b *schema.Object) int { return a.Place - b.Place })
		for _, list := range [][]*schema.Object{t.indexes, t.checks, t.periods, t.foreign} {
			slices.SortFunc(list, func(a, b *schema.Object) int {
				return strings.Compare(a.Attrs["at"]+" "+a.Name, b.Attrs["at"]+" "+b.Name)
			})
		}
	}
	return sp
}

// named are objects by what they are called in statements.
func named(list []*schema.Object) map[string]*schema.Object {
	m := make(map[string]*schema.Object, len(list))
	for _, o := range list {
		m[o.Attrs["name"]] = o
	}
	return m
}

func (p *planner) say(o *schema.Object, sql string) *schema.Step {
	p.steps = append(p.steps, schema.Step{SQL: sql, About: o.Key()})
	return &p.steps[len(p.steps)-1]
}

// alter changes a table by clauses of ALTER TABLE.
func (p *planner) alter(t, about *schema.Object, clauses ...string) *schema.Step {
	sql := "ALTER TABLE " + t.Name + " " + strings.Join(clauses, ",\n  ")
	p.forTable(t, sql)
	return p.say(about, sql)
}

// short notes what the plan does not bring about.
func (p *planner) short(o *schema.Object, text string) {
	p.remarks = append(p.remarks, schema.Remark{Key: o.Key(), Text: text, Short: true})
}

func (p *planner) alterDatabase() {
	x, y := p.from.Objects["database itself"], p.to.Objects["database itself"]
	if y == nil || x != nil && x.Def == y.Def {
		return
	}
	if x == nil {
		x = &schema.Object{}
	}
	sql := "ALTER DATABASE " + y.Def
	if strings.Contains(sql, `\`) {
		p.setMode(y, withoutModes(p.session.base, "NO_BACKSLASH_ESCAPES"))
	}
	for _, option := range [][2]string{{" COMMENT ", " COMMENT ''"}, {" ENCRYPTION ", " ENCRYPTION 'N'"}} {
		if strings.Contains(x.Def, option[0]) && !strings.Contains(y.Def, option[0]) {
			sql += option[1]
		}
	}
	p.say(y, sql)
}

// Rename writes what names a table or a column anew.
func (Driver) Rename(from, to *schema.Object) string {
	switch from.Kind {
	case "table":
		return "RENAME TABLE " + from.Name + " TO " + to.Name
	case "column":
		return "ALTER TABLE " + from.Attrs["table"] + " RENAME COLUMN " + from.Attrs["name"] + " TO " + to.Attrs["name"]
	}
	return ""
}
