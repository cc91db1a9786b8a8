package config

import (
	"fmt"
	"io"
	"strconv"
)

// A Secret is text that no output shows: every way of printing or marshalling it gives a mask of fixed length, or nothing
// where it is empty. Keep it in exported fields: fmt reads unexported ones without asking their methods.
type Secret string

// mask stands for a secret in output, whatever its length.
const mask = "****"

// Reveal gives the text itself.
func (s Secret) Reveal() string { return string(s) }

// String gives the mask.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return mask
}

// GoString keeps %#v from showing the secret.
func (s Secret) GoString() string { return strconv.Quote(s.String()) }

// Format keeps every verb from showing the secret.
func (s Secret) Format(f fmt.State, verb rune) {
	if verb == 'q' || f.Flag('#') {
		io.WriteString(f, s.GoString())
		return
	}
	io.WriteString(f, s.String())
}

// MarshalJSON writes the mask.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(s.GoString()), nil }

// MarshalText writes the mask.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
