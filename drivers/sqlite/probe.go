package sqlite

import "strings"

// Probe knows what cannot share a transaction with its entry in the ledger and may run again; all else is never in doubt, but for VACUUM INTO, of which
// only its file tells.
func (Driver) Probe(statement string) string {
	words := strings.Fields(strings.ToUpper(statement[:min(len(statement), 200)]))
	if len(words) == 0 {
		return ""
	}
	switch words[0] {
	case "VACUUM":
		for _, w := range words {
			if strings.HasPrefix(w, "INTO") {
				return ""
			}
		}
		if len(statement) > 200 {
			return ""
		}
		return "SELECT 0"
	case "PRAGMA", "ATTACH", "DETACH", "EXPLAIN":
		return "SELECT 0"
	}
	return ""
}
