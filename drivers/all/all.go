// Package all is the list of the drivers that the program is built with.
package all

import (
	"revise/drivers"
	"revise/drivers/mysql"
	"revise/drivers/postgres"
	"revise/drivers/sqlite"
)

// Drivers returns them, as a new Set.
func Drivers() drivers.Set {
	return drivers.Set{postgres.Driver{}, mysql.Driver{}, sqlite.Driver{}}
}
