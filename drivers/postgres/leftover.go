package postgres

import (
	"context"
	"fmt"
	"strings"

	"revise/drivers"
	"revise/parser"
)

// dropLeftover drops the index of this name that an earlier CREATE INDEX CONCURRENTLY has left invalid on the same table, when it failed or its session
// died (manual, CREATE INDEX, "Building Indexes Concurrently"). With it there the statement fails; with IF NOT EXISTS it would pass over an
// index that nothing can use. One that another session is building is left alone.
func (x *execution) dropLeftover(o op) *failure {
	d, ok := parser.ReadDDL(o.stmt.Text, Dialect())
	if !ok || d.Verb != "CREATE" || d.Kind != "INDEX" || !d.Concurrently || d.On == nil {
		return nil
	}
	building := "EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p WHERE p.index_relid = i.oid)"
	if x.c.version < 120000 {
		building = "EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE l.relation = x.indrelid AND l.mode = 'ShareUpdateExclusiveLock')"
	}
	rows, err := x.c.pg.Exec(context.Background(), fmt.Sprintf("SELECT pg_catalog.format('%%I.%%I', n.nspname, i.relname) FROM pg_catalog.pg_index x"+
		" JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = i.relnamespace"+
		" WHERE x.indrelid = %s AND i.relname = %s AND i.relkind = 'i' AND NOT x.indisvalid AND NOT %s", relation(d.On), foldLiteral(d.Names[0]), building)).ReadAll()
	if err != nil {
		return &failure{o.at, x.c.ownError(x.ctx, err, "")}
	}
	for _, row := range rows[len(rows)-1].Rows {
		name := string(row[0])
		if _, err := x.c.pg.Exec(context.Background(), "DROP INDEX CONCURRENTLY IF EXISTS "+name).ReadAll(); err != nil {
			return &failure{o.at, x.c.ownError(x.ctx, err, "")}
		}
		if x.c.opt.Notice != nil {
			x.c.opt.Notice(drivers.Notice{Severity: "NOTICE", Message: fmt.Sprintf("dropped the invalid index %s, which a build that failed had left",
				strings.ReplaceAll(name, "\n", " "))})
		}
	}
	return nil
}
