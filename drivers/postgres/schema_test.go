package postgres_test

import (
	"testing"

	"revise/drivers"
	"revise/drivers/drivertest"
	"revise/drivers/drivertest/schematest"
	"revise/drivers/drivertest/servers"
	"revise/drivers/postgres"
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

func TestSchemaHistories(t *testing.T) { schematest.Histories(t, schemaSubject(t), "postgres") }
