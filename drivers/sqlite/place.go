package sqlite

import "strings"

// place finds what a message complains of in a statement, for SQLite tells the place of some mistakes only: "no such table: shop.nope" names
// the thing at the end of its text. -1 unless it stands there exactly once: a wrong place is worse than none.
func place(message, text string) int {
	_, name, ok := strings.Cut(message, ": ")
	if !ok || !strings.HasPrefix(message, "no such ") {
		return -1
	}
	name = name[strings.LastIndexByte(name, '.')+1:]
	if name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != "" {
		return -1
	}
	found := -1
	for at := 0; ; {
		i := strings.Index(text[at:], name)
		if i < 0 {
			return found
		}
		at += i
		if !isNameByte(text, at-1) && !isNameByte(text, at+len(name)) {
			if found >= 0 {
				return -1
			}
			found = at
		}
		at += len(name)
	}
}

// isNameByte reports whether the byte at i can be part of a name.
func isNameByte(text string, i int) bool {
	if i < 0 || i >= len(text) {
		return false
	}
	c := text[i]
	return c == '_' || c == '$' || c >= 0x80 || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
