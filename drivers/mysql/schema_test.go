package mysql_test

import (
	"testing"

	"revise/drivers"
	"revise/drivers/drivertest"
	"revise/drivers/drivertest/schematest"
	"revise/drivers/drivertest/servers"
	"revise/drivers/mysql"
)

// schemaSubject is a server as a subject of schema tests: its own dump program is the judge.
func schemaSubject(t *testing.T, kind string) schematest.Subject {
	url := servers.URL(t, kind)
	program := servers.Tool(t, servers.MariaDB, "mariadb-dump") // MySQL's own is not in the package of its server
	return schematest.Subject{
		Driver: mysql.Driver{},
		Fresh: func(t testing.TB) drivers.Address {
			return drivertest.Database(t, mysql.Driver{}, url, "CHARACTER SET utf8mb4")
		},
		Dump: func(t testing.TB, addr drivers.Address) string { return schematest.MySQLDump(t, program, addr) },
	}
}

func TestSchemaPairs(t *testing.T) {
	for _, kind := range []string{servers.MariaDB, servers.MySQL} {
		t.Run(kind, func(t *testing.T) {
			s := schemaSubject(t, kind)
			schematest.Pairs(t, s, "../../testdata/schema/mysqlfamily")
			schematest.Pairs(t, s, "../../testdata/schema/"+kind)
		})
	}
}

func TestSchemaHistories(t *testing.T) {
	schematest.Histories(t, schemaSubject(t, servers.MariaDB), "mariadb")
}
