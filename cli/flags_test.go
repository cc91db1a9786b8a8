package cli

import (
	"reflect"
	"testing"

	"revise/config"
)

// TestSettingFlags keeps the flags of the command line alike to the settings of the configuration.
func TestSettingFlags(t *testing.T) {
	flags := settingFlags{}
	v := reflect.ValueOf(&flags).Elem()
	for i := range v.NumField() {
		text := "x"
		if v.Field(i).Kind() == reflect.Slice {
			v.Field(i).Set(reflect.ValueOf([]string{text}))
			continue
		}
		v.Field(i).Set(reflect.ValueOf(&text))
	}
	given := flags.given()
	if len(given) != v.NumField() {
		t.Errorf("%d flags, and %d of them are handed on", v.NumField(), len(given))
	}
	p := newProgram(t.Context(), World{})
	k, err := p.parser()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, f := range k.Model.Flags {
		known[f.Name] = true
	}
	for _, s := range config.Settings() {
		if _, ok := given[s.Flag]; !ok {
			t.Errorf("the setting %s has no flag --%s", s.Key, s.Flag)
		}
		if !known[s.Flag] {
			t.Errorf("kong does not know --%s", s.Flag)
		}
		delete(given, s.Flag)
	}
	for name := range given {
		t.Errorf("--%s is no setting", name)
	}
}
