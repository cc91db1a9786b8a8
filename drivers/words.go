package drivers

import "strings"

// CutWord is the word that a statement begins with, in capitals, and what is behind it; blanks before both are left out. The word is "" where the statement begins with
// no letter: with a comment, a parenthesis.
func CutWord(text string) (word, rest string) {
	const blanks = " \t\r\n\f\v"
	text = strings.TrimLeft(text, blanks)
	n := 0
	for n < len(text) && (text[n]|0x20 >= 'a' && text[n]|0x20 <= 'z' || text[n] == '_') {
		n++
	}
	return strings.ToUpper(text[:n]), strings.TrimLeft(text[n:], blanks)
}

// LeadingWords are the first two words of a statement, in capitals, without the OR REPLACE between those of CREATE.
func LeadingWords(text string) (first, second string) {
	first, rest := CutWord(text)
	second, rest = CutWord(rest)
	if second == "OR" {
		_, rest = CutWord(rest)
		second, _ = CutWord(rest)
	}
	return first, second
}
