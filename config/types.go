package config

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // a small image has no time zones
)

const durationHint = `write it with its unit, such as "30s" or "5m"`

// inFile names the form that a value of the type has in the file.
func (t Type) inFile() string {
	switch t {
	case Number:
		return "a whole number"
	case Count:
		return "a whole number"
	case Paths, Words:
		return "text in quotes or a list of texts"
	case Toggle:
		return "true or false"
	case Duration:
		return "a duration in quotes"
	case Table:
		return "a table"
	}
	return "text in quotes"
}

// wrong says what keeps text from being a value of type t, without quoting it; "" if nothing does.
func (t Type) wrong(text string) (msg, hint string) {
	switch t {
	case Number:
		if _, ok := readPort(text); !ok {
			return "is not a port", "a port is a number from 1 to 65535"
		}
	case Count:
		if _, ok := readCount(text); !ok {
			return "is not a whole number from 1", ""
		}
	case Toggle:
		if text != "true" && text != "false" {
			return "is neither true nor false", ""
		}
	case Zone:
		if _, err := time.LoadLocation(text); err != nil || text == "" || text == "Local" {
			return "is not a time zone", `a time zone is named as in "Europe/Berlin"; UTC is one`
		}
	case Duration:
		if _, ok := readDuration(text); !ok {
			return "is not a duration", durationHint
		}
	}
	return "", ""
}

func readPort(text string) (int, bool) {
	port, err := strconv.ParseUint(text, 10, 16)
	return int(port), err == nil && port > 0
}

func readCount(text string) (int, bool) {
	n, err := strconv.ParseUint(text, 10, 31)
	return int(n), err == nil && n > 0
}

func readDuration(text string) (time.Duration, bool) {
	d, err := time.ParseDuration(text)
	return d, err == nil && d >= 0
}

// readParams reads name=value&name=value. Percent escapes are honoured; + is itself.
func readParams(text string) (map[string]Secret, error) {
	params := map[string]Secret{}
	for i, pair := range strings.Split(text, "&") {
		if pair == "" {
			continue
		}
		name, value, ok := strings.Cut(pair, "=")
		name, err1 := url.PathUnescape(name)
		value, err2 := url.PathUnescape(value)
		switch _, twice := params[name]; {
		case !ok, name == "":
			return nil, fmt.Errorf("has no name and value at its entry %d", i+1)
		case err1 != nil, err2 != nil:
			return nil, fmt.Errorf("has a percent sign that starts no escape at its entry %d", i+1)
		case twice:
			return nil, fmt.Errorf("names a parameter twice, again at its entry %d", i+1)
		}
		params[name] = Secret(value)
	}
	return params, nil
}
