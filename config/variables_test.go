package config_test

import "testing"

const variablesFile = `environment = "dev"
[variables]
schema = "shop"
owner = "${OWNER}"
port = 5432
empty = ""
literal = "$${x}"
[env.dev.variables]
schema = "shop_dev"
[env.prod]
variables.schema = "shop_prod"
`

func TestVariablesOfRevisions(t *testing.T) {
	type m = map[string]string
	for _, c := range []struct {
		name string
		env  m
		want string
	}{
		{"schema", nil, "shop_dev"},
		{"schema", m{"REVISE_ENV": "prod"}, "shop_prod"},
		{"schema", m{"REVISE_VAR_SCHEMA": "x"}, "x"},
		{"schema", m{"REVISE_VAR_SCHEMA": ""}, "shop_dev"},
		{"schema", m{"REVISE_VAR_schema": "x"}, "shop_dev"},
		{"owner", m{"OWNER": "ada"}, "ada"},
		{"owner", m{"REVISE_VAR_OWNER": "grace"}, "grace"},
		{"owner", nil, `migrate.toml:4:10: variables.owner needs the environment variable OWNER, which is not set; set it, or write ${OWNER:-default}`},
		{"port", nil, "5432"},
		{"empty", nil, ""},
		{"literal", nil, "${x}"},
		{"other", m{"REVISE_VAR_OTHER": "${x}"}, "${x}"},
		{"none", nil, "not set"},
		{"Schema", nil, "not set"},
	} {
		value, ok, err := mustLoad(t, variablesFile, c.env, nil).Variable(c.name)
		got := value.Reveal()
		switch {
		case err != nil:
			got = err.Error()
		case !ok:
			got = "not set"
		}
		if got != c.want {
			t.Errorf("%s with %v: got %q, want %q", c.name, c.env, got, c.want)
		}
	}
	if _, ok, err := mustLoad(t, "", nil, nil).Variable("x"); ok || err != nil {
		t.Errorf("without a file: %v, %v", ok, err)
	}
}

func TestVariablesMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"variables = 1":            `migrate.toml:1:1: variables is a number, it should be a table`,
		"[variables]\n1a = \"x\"":  `migrate.toml:2:1: a variable of revision files cannot be called this; letters, digits and _ are allowed, no digit at the beginning`,
		"[variables]\na = [1]":     `migrate.toml:2:1: variables.a is a list, it should be text`,
		"[variables.a]\nb = \"x\"": `migrate.toml:1:12: variables.a is a table, it should be text`,
		"[variable]\na = \"x\"":    `migrate.toml:1:2: unknown table "variable"; did you mean "variables"?`,
	} {
		_, err := load(t, text, nil, nil)
		lines(t, err, want)
	}
}
