package sqlite

import (
	"context"
	"maps"

	"revise/drivers"
	"revise/schema"
)

// Scratch is a database in memory, which ends with its session: nothing can be left over. The file of the address is not even looked at.
func (d Driver) Scratch(ctx context.Context, addr drivers.Address, opt drivers.Options) (*drivers.Scratch, error) {
	addr.Name = inMemory
	addr.Params = maps.Clone(addr.Params)
	delete(addr.Params, "mode") // it says how a file is opened
	c, err := d.Open(ctx, addr, opt)
	if err != nil {
		return nil, err
	}
	return &drivers.Scratch{Addr: addr, Session: c, Drop: c.Close}, nil
}

// Rename has SQLite rewrite whatever names the table or the column. It cannot rename anything else, nor change the case of a table's name only.
func (Driver) Rename(from, to *schema.Object) string {
	switch {
	case from.Kind != to.Kind || from.Attrs["virtual"] != to.Attrs["virtual"]:
		return ""
	case from.Kind == "table" && from.Name != to.Name:
		return "ALTER TABLE " + plain(from.Attrs["name"]) + " RENAME TO " + plain(to.Attrs["name"])
	case from.Kind == "column":
		return "ALTER TABLE " + plain(from.Path[0]) + " RENAME COLUMN " + plain(from.Attrs["name"]) + " TO " + plain(to.Attrs["name"])
	}
	return ""
}
