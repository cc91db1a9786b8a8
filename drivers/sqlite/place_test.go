package sqlite

import "testing"

func TestPlace(t *testing.T) {
	for _, c := range []struct {
		message, text string
		want          int
	}{
		{"no such table: nope", "INSERT INTO nope VALUES (1)", 12},
		{"no such table: main.nope", "SELECT é FROM nope", 15},
		{"no such table: nope", "SELECT 1 FROM nope -- nope", -1},
		{"no such table: a", "SELECT abc FROM a", 16},
		{"no such column: x", "SELECT y", -1},
		{"no such table: two words", `SELECT 1 FROM "two words"`, -1},
		{"table nope already exists", "CREATE TABLE nope (x)", -1},
	} {
		if got := place(c.message, c.text); got != c.want {
			t.Errorf("place(%q, %q) = %d, want %d", c.message, c.text, got, c.want)
		}
	}
}
