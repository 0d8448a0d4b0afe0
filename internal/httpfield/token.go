package httpfield

// IsToken says whether s can be a field's name (RFC 9110, section 5.6.2).
func IsToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		switch {
		case isAlphanumeric(c), c == '-', c == '_':
		case c == '!', c == '#', c == '$', c == '%', c == '&', c == '\'', c == '*', c == '+', c == '.', c == '^', c == '`', c == '|', c == '~':
		default:
			return false
		}
	}
	return s != ""
}

// IsText says whether s can be a field's value: it has no control characters but
// tabs (RFC 9110, section 5.5).
func IsText(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}
