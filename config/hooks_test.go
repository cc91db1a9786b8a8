package config_test

import (
	"path/filepath"
	"reflect"
	"testing"

	"revise/config"
)

// TestHooks reads hooks of the file and of an environment.
func TestHooks(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "conf/c.toml", `
[[hook]]
when = "before_run"
sql = "hooks/${WHO:-all}.sql"
transaction = "off"

[[env.prod.hook]]
name = "tell"
when = "on_failure"
command = ["notify", "${WHO:-all}", ""]
commands = ["up"]

[[hook]]
when = "after_revision"
command = ["make", "dump"]
dir = "/srv"

[[env.dev.hook]]
when = "after_run"
command = ["${NOT_SET}"]
`)
	in := func(name string) string { return filepath.Join(dir, "conf", name) }
	both := []string{"up", "down"}
	before := config.Hook{Origin: "conf/c.toml:2:3", When: "before_run", Commands: both, SQL: in("hooks/all.sql"), NoTransaction: true, Dir: in("")}
	tell := config.Hook{Origin: "conf/c.toml:7:12", Name: "tell", When: "on_failure", Commands: []string{"up"}, Command: []string{"notify", "me", ""}, Dir: in("")}
	after := config.Hook{Origin: "conf/c.toml:13:3", When: "after_revision", Commands: both, Command: []string{"make", "dump"}, Dir: "/srv"}
	type m = map[string]string
	for _, tt := range []struct {
		env, flags m
		want       []config.Hook
	}{
		{nil, m{"config": "conf/c.toml"}, []config.Hook{before, after}},
		{m{"WHO": "me"}, m{"config": "conf/c.toml", "env": "prod"}, []config.Hook{with(before, in("hooks/me.sql")), tell, after}},
	} {
		c, err := config.Load(options(dir, tt.env, tt.flags))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(c.Hooks, tt.want) {
			t.Errorf("with %v %v got\n%+v\nwant\n%+v", tt.env, tt.flags, c.Hooks, tt.want)
		}
	}
	_, err := config.Load(options(dir, nil, m{"config": "conf/c.toml", "env": "dev"}))
	lines(t, err, "conf/c.toml:20:13: hook.command needs the environment variable NOT_SET, which is not set; set it, or write ${NOT_SET:-default}")
}

func with(h config.Hook, sql string) config.Hook {
	h.SQL = sql
	return h
}

// TestMistakesInHooks wants all of them at once, each in its line.
func TestMistakesInHooks(t *testing.T) {
	for name, tt := range map[string]struct {
		text string
		want []string
	}{
		"no list": {"[hook]\nwhen = \"before_run\"\nsql = \"x\"\n", []string{
			`migrate.toml:1:2: hook is no list of tables; each hook is a table: [[hook]]`}},
		"a list in brackets": {"hook = [{when = \"before_run\", sql = \"x\"}]\n", []string{
			`migrate.toml:1:1: hook is no list of tables; each hook is a table: [[hook]]`}},
		"dotted": {"env.a.hook.when = \"x\"\nenv.a.hook.sql = \"x\"\n", []string{
			`migrate.toml:1:7: env.a.hook is no list of tables; each hook is a table: [[env.a.hook]]`}},
		"nothing in it": {"[[hook]]\n[[hook]]\n", []string{
			`migrate.toml:1:3: hook does not say when; write when = "before_run", or one of after_run, before_revision, after_revision, on_failure`,
			`migrate.toml:1:3: hook does not say what; write sql = "hooks/x.sql" or command = ["program", "argument"]`,
			`migrate.toml:2:3: hook does not say when; write when = "before_run", or one of after_run, before_revision, after_revision, on_failure`,
			`migrate.toml:2:3: hook does not say what; write sql = "hooks/x.sql" or command = ["program", "argument"]`}},
		"misspelt": {"[[hok]]\nwhen = \"before_run\"\n", []string{`migrate.toml:1:3: unknown table "hok"; did you mean "hook"?`}},
		"misspelt words": {"[[hook]]\nwhen = \"before_runs\"\nsqll = \"a\"\nsql = \"x\"\ncommands = [\"upp\"]\nzzzz = 1\n", []string{
			`migrate.toml:2:1: hook.when has an unknown value "before_runs"; did you mean "before_run"?`,
			`migrate.toml:3:1: unknown key "sqll" in [[hook]]; did you mean "sql"?`,
			`migrate.toml:5:1: hook.commands has an unknown value "upp"; did you mean "up"?`,
			`migrate.toml:6:1: unknown key "zzzz" in [[hook]]; known here are when, sql, command, dir, environment, commands, transaction, name`}},
		"types": {"[[hook]]\nwhen = 1\ncommand = \"rm -rf /\"\ndir = [\"a\"]\n[hook.name]\nx = 1\n", []string{
			`migrate.toml:2:1: hook.when is a number, it should be text in quotes`,
			`migrate.toml:3:1: hook.command is text, it should be a list of texts in quotes; write command = ["program", "argument"]; no shell reads it`,
			`migrate.toml:4:1: hook.dir is a list of other things, it should be text in quotes`,
			`migrate.toml:5:7: hook.name is a table, it should be text in quotes`}},
		"empty": {"[[hook]]\nwhen = \"after_run\"\ncommand = []\n[[hook]]\nwhen = \"after_run\"\ncommand = [\"\"]\n[[hook]]\nwhen = \"after_run\"\nsql = \"${X:-}\"\n[[hook]]\nwhen = \"\"\nsql = \"a\"\n[[hook]]\nwhen = \"after_run\"\nsql = \"a\"\ncommands = []\n", []string{
			`migrate.toml:3:1: hook.command is empty`,
			`migrate.toml:6:1: hook.command is empty`,
			`migrate.toml:11:1: hook.when is empty`,
			`migrate.toml:16:1: hook.commands is empty`}},
		"an empty variable": {"[[hook]]\nwhen = \"after_run\"\nsql = \"${X:-}\"\n[[hook]]\nwhen = \"after_run\"\ncommand = [\"a\", \"${UNSET}\"]\n[[hook]]\nwhen = \"after_run\"\ncommand = [\"${X:-}\"]\n", []string{
			`migrate.toml:3:1: hook.sql is empty`,
			`migrate.toml:6:18: hook.command needs the environment variable UNSET, which is not set; set it, or write ${UNSET:-default}`,
			`migrate.toml:9:1: hook.command is empty`}},
		"what does not go together": {"[[hook]]\nwhen = \"before_revision\"\nsql = \"a\"\ncommand = [\"b\"]\n[[hook]]\nwhen = \"before_revision\"\nsql = \"a\"\ndir = \"d\"\ntransaction = \"off\"\n[[hook]]\nwhen = \"before_run\"\ncommand = [\"a\"]\ntransaction = \"on\"\n", []string{
			`migrate.toml:3:1: hook.sql and command are both given; a hook is one of them; write two hooks`,
			`migrate.toml:8:1: hook.dir is for a command; leave it out`,
			`migrate.toml:9:1: hook.transaction cannot be chosen around a revision; the hook runs in the revision's own transaction, where there is one; leave it out`,
			`migrate.toml:13:1: hook.transaction is for SQL; leave it out`}},
		"in an environment": {"[[env.a.hook]]\nwhen = \"x\"\nsql = \"a\"\n[[env.b.hook]]\nsql = \"b\"\n", []string{
			`migrate.toml:2:1: env.a.hook.when has an unknown value "x"; known are before_run, after_run, before_revision, after_revision, on_failure`,
			`migrate.toml:4:9: env.b.hook does not say when; write when = "before_run", or one of after_run, before_revision, after_revision, on_failure`}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(t, tt.text, nil, nil)
			lines(t, err, tt.want...)
		})
	}
}

// TestNewHooks reads hooks on files of new revisions, beside those around a run.
func TestNewHooks(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "migrate.toml", `
[[new.hook]]
command = ["fmt", "-w", "{file}", "${WHO:-all}"]
[new.hook.environment]
MODE = "${WHO:-all}"
EMPTY = ""

[[hook]]
when = "after_run"
command = ["make"]
environment.LEVEL = "3"

[[env.prod.new.hook]]
name = "lint"
dir = "tools"
command = ["./lint"]
commands = ["merge"]
environment = { A = "$${b}" }

[new]
slug_length = 7

[[new.hook]]
command = ["git", "add", "{file}"]
`)
	both := []string{"new", "merge", "squash"}
	format := func(who string) config.Hook {
		return config.Hook{Origin: "migrate.toml:2:7", Commands: both, Command: []string{"fmt", "-w", "{file}", who}, Dir: dir,
			Environment: map[string]config.Secret{"MODE": config.Secret(who), "EMPTY": ""}}
	}
	lint := config.Hook{Origin: "migrate.toml:13:16", Name: "lint", Commands: []string{"merge"}, Command: []string{"./lint"}, Dir: filepath.Join(dir, "tools"),
		Environment: map[string]config.Secret{"A": "${b}"}}
	add := config.Hook{Origin: "migrate.toml:23:7", Commands: both, Command: []string{"git", "add", "{file}"}, Dir: dir}
	run := config.Hook{Origin: "migrate.toml:8:3", When: "after_run", Commands: []string{"up", "down"}, Command: []string{"make"}, Dir: dir,
		Environment: map[string]config.Secret{"LEVEL": "3"}}
	type m = map[string]string
	for _, tt := range []struct {
		env, flags m
		want       []config.Hook
	}{
		{nil, nil, []config.Hook{format("all"), add}},
		{m{"WHO": "me"}, m{"env": "prod"}, []config.Hook{format("me"), lint, add}},
	} {
		c, err := config.Load(options(dir, tt.env, tt.flags))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(c.New.Hooks, tt.want) || !reflect.DeepEqual(c.Hooks, []config.Hook{run}) || c.New.SlugLength != 7 {
			t.Errorf("with %v %v got\n%#v\n%#v\nwant\n%#v", tt.env, tt.flags, c.New, c.Hooks, tt.want)
		}
	}
}

func TestMistakesInNewHooks(t *testing.T) {
	for name, tt := range map[string]struct {
		text string
		want []string
	}{
		"no list": {"[new.hook]\ncommand = [\"a\"]\n", []string{`migrate.toml:1:6: new.hook is no list of tables; each hook is a table: [[new.hook]]`}},
		"a text":  {"[new]\nhook = \"fmt\"\n", []string{`migrate.toml:2:1: new.hook is no list of tables; each hook is a table: [[new.hook]]`}},
		"a list":  {"[new]\nhook = [\"fmt\"]\n", []string{`migrate.toml:2:1: new.hook is no list of tables; each hook is a table: [[new.hook]]`}},
		"a run's hook does not open it": {"[[hook]]\nwhen = \"after_run\"\ncommand = [\"a\"]\n[new.hook]\ncommand = [\"a\"]\n", []string{
			`migrate.toml:4:6: new.hook is no list of tables; each hook is a table: [[new.hook]]`}},
		"nothing in it": {"[[new.hook]]\n[[env.p.new.hook]]\n", []string{
			`migrate.toml:1:7: new.hook does not say what; write command = ["program", "{file}"]`,
			`migrate.toml:2:13: env.p.new.hook does not say what; write command = ["program", "{file}"]`}},
		"misspelt": {"[[new.hok]]\ncommand = [\"a\"]\n", []string{`migrate.toml:1:7: unknown table "hok" in [new]; did you mean "hook"?`}},
		"misspelt words": {"[[new.hook]]\ncomand = [\"a\"]\ncommands = [\"up\"]\nwhen = \"before_run\"\n", []string{
			`migrate.toml:2:1: unknown key "comand" in [[new.hook]]; did you mean "command"?`,
			`migrate.toml:3:1: new.hook.commands has an unknown value "up"; known are new, merge, squash`,
			`migrate.toml:4:1: unknown key "when" in [[new.hook]]; known here are command, dir, environment, commands, name`}},
		"types": {"[[new.hook]]\ncommand = \"fmt {file}\"\ndir = 1\nenvironment = \"A=b\"\n", []string{
			`migrate.toml:2:1: new.hook.command is text, it should be a list of texts in quotes; write command = ["program", "argument"]; no shell reads it`,
			`migrate.toml:3:1: new.hook.dir is a number, it should be text in quotes`,
			`migrate.toml:4:1: new.hook.environment is text, it should be a table`}},
		"the environment": {"[[new.hook]]\ncommand = [\"a\"]\nenvironment = { A = 1, \"B=\" = \"x\", C.d = \"x\" }\n", []string{
			`migrate.toml:3:17: new.hook.environment.A is a number, it should be text in quotes`,
			`migrate.toml:3:24: a variable of the environment cannot be called this; letters, digits and _ are allowed, no digit at the beginning`,
			`migrate.toml:3:36: new.hook.environment.C is a table, it should be text in quotes`}},
		"unset":                    {"[[new.hook]]\ncommand = [\"a\"]\nenvironment.A = \"${UNSET}\"\n", []string{`migrate.toml:3:18: new.hook.environment.A needs the environment variable UNSET, which is not set; set it, or write ${UNSET:-default}`}},
		"an environment for SQL":   {"[[hook]]\nwhen = \"after_run\"\nsql = \"a\"\nenvironment.A = \"b\"\n", []string{`migrate.toml:4:1: hook.environment is for a command; leave it out`}},
		"an unknown key among new": {"[new]\nzzzzzzzz = 1\n", []string{`migrate.toml:2:1: unknown key "zzzzzzzz" in [new]; known here are file, slug_length, timezone, template, hook`}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(t, tt.text, nil, nil)
			lines(t, err, tt.want...)
		})
	}
}
