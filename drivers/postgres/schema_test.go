package postgres_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"revise/drivers"
	"revise/drivers/drivertest"
	"revise/drivers/drivertest/schematest"
	"revise/drivers/drivertest/servers"
	"revise/drivers/postgres"
	"revise/schema"
)

// schemaSubject is PostgreSQL as a subject of schema tests: pg_dump is the judge.
func schemaSubject(t *testing.T) schematest.Subject {
	url, program := servers.URL(t, servers.Postgres), servers.Tool(t, servers.Postgres, "pg_dump")
	return schematest.Subject{
		Driver: postgres.Driver{},
		Fresh: func(t testing.TB) drivers.Address {
			return drivertest.Database(t, postgres.Driver{}, url, "TEMPLATE template0")
		},
		Dump: func(t testing.TB, addr drivers.Address) string {
			return schematest.PgDump(t, program, addr, "--no-owner", "--no-privileges")
		},
	}
}

func TestSchemaPairs(t *testing.T) {
	schematest.Pairs(t, schemaSubject(t), "../../testdata/schema/postgres")
}

// TestSchemaPrivileges is about owners and grants, which count only if they are asked for.
func TestSchemaPrivileges(t *testing.T) {
	s := schemaSubject(t)
	s.Scope.Privileges = true
	program := servers.Tool(t, servers.Postgres, "pg_dump")
	s.Dump = func(t testing.TB, addr drivers.Address) string { return schematest.PgDump(t, program, addr) }
	conn, _ := open(t, fresh(t, ""))
	const roles = "revise_one, revise_two"
	if _, err := conn.Query(context.Background(), "DROP ROLE IF EXISTS "+roles); err != nil {
		t.Fatal(err)
	}
	for _, role := range strings.Split(roles, ", ") {
		if _, err := conn.Query(context.Background(), "CREATE ROLE "+role); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		if _, err := conn.Query(context.Background(), "DROP ROLE "+roles); err != nil {
			t.Error(err)
		}
	})
	schematest.Pairs(t, s, "../../testdata/schema/postgres-privileges")
}

func TestSchemaHistories(t *testing.T) { schematest.Histories(t, schemaSubject(t), "postgres") }

// TestUnmanaged checks that what there are no statements for is seen, whatever other schema has one of its name, is told, and can be left out with its schema.
func TestUnmanaged(t *testing.T) {
	conn, _ := open(t, fresh(t, ""))
	run(t, conn, batch(true,
		"CREATE SCHEMA a", "CREATE SCHEMA b", "CREATE CONVERSION a.c FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8", "CREATE CONVERSION b.c FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8",
		"CREATE FUNCTION same(integer, integer) RETURNS boolean LANGUAGE sql AS 'SELECT $1 = $2'", "CREATE OPERATOR a./ (FUNCTION = same, LEFTARG = integer, RIGHTARG = integer)",
		"CREATE OPERATOR CLASS b.plain FOR TYPE integer USING hash AS OPERATOR 1 =, FUNCTION 1 hashint4(integer)", "CREATE TYPE b.shell"))
	snap := schematest.Snapshot(t, conn, schema.Scope{})
	var rest []string
	for _, k := range snap.Keys() {
		if snap.Objects[k].Attrs["unmanaged"] != "" {
			rest = append(rest, k)
		}
	}
	const all = "conversion a.c, conversion b.c, operator a./(integer,integer), operator class b.plain USING hash, operator family b.plain USING hash"
	if got := strings.Join(rest, ", "); got != all {
		t.Errorf("got %s, want %s", got, all)
	}
	plan, err := postgres.Driver{}.Plan(snap.Empty(), snap, schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, r := range plan.Remarks {
		if r.Short {
			told = append(told, r.Key)
		}
	}
	slices.Sort(told)
	if got := strings.Join(told, ", "); got != all {
		t.Errorf("told are %s, want %s", got, all)
	}
	for _, c := range []struct{ exclude, want string }{
		{"a", "conversion b.c, operator class b.plain USING hash, operator family b.plain USING hash"}, {"operator:a.*", strings.Replace(all, "operator a./(integer,integer), ", "", 1)},
		{"*.plain", "conversion a.c, conversion b.c, operator a./(integer,integer)"},
	} {
		f, err := schema.NewFilter(nil, []string{c.exclude})
		if err != nil {
			t.Fatal(err)
		}
		left := f.Apply(snap)
		if got := slices.DeleteFunc(slices.Clone(rest), func(k string) bool { return left.Objects[k] == nil }); strings.Join(got, ", ") != c.want {
			t.Errorf("without %s there are %q, want %s", c.exclude, got, c.want)
		}
	}
}
