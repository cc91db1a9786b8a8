package drivers

import (
	"regexp"
	"sync"
)

// Form is a regular expression that is compiled when it is first asked for: the program is built with all drivers, and starts for one.
func Form(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}
