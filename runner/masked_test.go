package runner

import (
	"strings"
	"testing"

	"revise/drivers/all"
)

// TestMasked wants values out of what a server has said: whole, written as literals and names, folded, and cut off.
func TestMasked(t *testing.T) {
	long := "The quick brown fox; jumps over 'the' lazy dog"
	for _, c := range []struct{ driver, text, want string }{
		{"postgres", `relation "tenant_a.users" does not exist`, `relation "${schema}.users" does not exist`},
		{"postgres", `relation "TENANT_A.users" does not exist`, `relation "${schema}.users" does not exist`},
		{"postgres", `near "'The quick brown fox; jumps over ''the'' lazy dog'"`, `near "'${text}'"`},
		{"postgres", `near "'The quick bro…"`, `near "'${text}…"`},
		{"postgres", `near "lazy dog"`, `near "${text}"`},
		{"postgres", `abc is short, ab too`, `abc is short, ab too`},
		{"postgres", `"O""Neil" and 'O''Neil' and O'Neil`, `"${name}" and '${name}' and ${name}`},
		{"mysql", `near '_utf8mb4 X'54686520717569636b2062726f776e20' at line 1`, `near '_utf8mb4 X'${text}' at line 1`},
		{"mysql", "table `tenant_a`.`x`", "table `${schema}`.`x`"},
		{"mysql", "near '_utf8mb4 X'4f274e65696c''", "near '_utf8mb4 X'${name}''"},
		{"sqlite", "\xff tenant_a ü", "\xff ${schema} ü"},
		{"sqlite", "nothing", "nothing"},
	} {
		driver, err := all.Drivers().ByScheme(c.driver)
		if err != nil {
			t.Fatal(err)
		}
		v := newVariables(driver, Options{Extra: map[string]string{"schema": "tenant_a", "text": long, "ab": "abc", "name": "O'Neil"}})
		if c.driver == "postgres" && strings.Contains(c.text, `""`) {
			v.extra["name"] = `O"Neil`
			c.want = `"${name}" and 'O''Neil' and O'Neil`
		}
		for name := range v.extra {
			v.value(name)
		}
		if got := v.masked(c.text); got != c.want {
			t.Errorf("%s: %s\ngot  %s\nwant %s", c.driver, c.text, got, c.want)
		}
	}
	v := newVariables(nil, Options{})
	if got := v.masked("text"); got != "text" {
		t.Errorf("without values: %s", got)
	}
}
