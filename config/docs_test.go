package config_test

import (
	"os"
	"strings"
	"testing"

	"revise/config"
)

// TestManualListsAllSettings keeps the table in the manual true.
func TestManualListsAllSettings(t *testing.T) {
	manual, err := os.ReadFile("../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	var want strings.Builder
	want.WriteString("| in the file | in the environment | flag | type | default | |\n| --- | --- | --- | --- | --- | --- |\n")
	code := func(s string) string {
		if s == "" {
			return ""
		}
		return "`" + s + "`"
	}
	for _, s := range config.Settings() {
		def := code(s.Default)
		if strings.Contains(s.Default, " ") {
			def = s.Default
		}
		cells := []string{code(s.Key), code(strings.Join(s.Env, "`, `")), code("--" + s.Flag), string(s.Type), def, s.Help}
		want.WriteString("| " + strings.Join(cells, " | ") + " |\n")
	}
	if !strings.Contains(strings.ReplaceAll(string(manual), "\r\n", "\n"), "\n\n"+want.String()+"\n") {
		t.Errorf("docs/configuration.md should hold this table:\n\n%s", want.String())
	}
}
