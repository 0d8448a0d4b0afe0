package registry

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of a record's fields. Lengths are in characters unless they say bytes.
const (
	MaxNameLength        = 200
	MaxDescriptionLength = 10_000
	MaxLicenseLength     = 200
	MaxTagLength         = 64
	MaxTags              = 64
	MaxUpstreamBytes     = 2048
	// MaxCount bounds num_tools and num_stars.
	MaxCount = 1_000_000_000
)

// Draft is what somebody asks a record to be. A nil field was not given: it
// takes its default at registration and keeps its value in an edit.
type Draft struct {
	Path        *string
	Name        *string
	Description *string
	Upstream    *string
	Tags        *[]string
	NumTools    *int
	Stars       *int
	IsPython    *bool
	License     *string
	WatchTools  *bool
	// UpstreamHeaders replaces all headers, none included. It is a pointer so
	// that a formatter shows an address in place of the values, and no encoder
	// shows it.
	UpstreamHeaders *map[string]string `json:"-"`
	// HeaderChange changes them one by one. It counts only without
	// UpstreamHeaders.
	HeaderChange *HeaderChange `json:"-"`
	// Malformed lists the fields that the caller's format could not express,
	// such as a number that is none. They are reported with the rest.
	Malformed []FieldError
}

// Text is the value of an optional text field, or "" where it was not given.
func Text(field *string) string {
	if field == nil {
		return ""
	}
	return *field
}

// fill writes the draft over s, and lists what is wrong with it. An upstream of
// another origin drops the headers, which are secrets of the old one.
func (d *Draft) fill(s *Service) []FieldError {
	problems := slices.Clone(d.Malformed)
	problem := func(field, format string, args ...any) {
		if !concern(problems, field) {
			problems = append(problems, FieldError{Field: field, Message: fmt.Sprintf(format, args...)})
		}
	}
	text := func(field string, given, into *string, limit int, required bool, forbidden func(rune) bool) {
		if given == nil {
			return
		}
		v := strings.TrimSpace(*given)
		switch {
		case required && v == "":
			problem(field, "Give a %s.", strings.ReplaceAll(field, "_", " "))
		case !utf8.ValidString(v):
			problem(field, "Use valid UTF-8.")
		case utf8.RuneCountInString(v) > limit:
			problem(field, "Use at most %d characters.", limit)
		case strings.ContainsFunc(v, forbidden):
			problem(field, "Remove the control characters.")
		default:
			*into = v
		}
	}
	count := func(field string, given, into *int) {
		switch {
		case given == nil:
		case *given < 0:
			problem(field, "Give 0 or more.")
		case *given > MaxCount:
			problem(field, "Give at most %d.", MaxCount)
		default:
			*into = *given
		}
	}

	text("name", d.Name, &s.Name, MaxNameLength, true, unicode.IsControl)
	text("description", d.Description, &s.Description, MaxDescriptionLength, false, controlInProse)
	text("license", d.License, &s.License, MaxLicenseLength, false, unicode.IsControl)
	if s.License == "" {
		s.License = DefaultLicense
	}
	if d.Upstream != nil {
		if upstream, why := parseUpstream(strings.TrimSpace(*d.Upstream)); why != "" {
			problem("proxy_pass_url", "%s", why)
		} else {
			if !SameOrigin(upstream, s.Upstream) {
				s.UpstreamHeaders = Headers{}
			}
			s.Upstream = upstream
		}
	}
	if d.Tags != nil {
		if tags, why := normalTags(*d.Tags); why != "" {
			problem("tags", "%s", why)
		} else {
			s.Tags = tags
		}
	}
	count("num_tools", d.NumTools, &s.DeclaredTools)
	count("num_stars", d.Stars, &s.Stars)
	if d.IsPython != nil {
		s.IsPython = *d.IsPython
	}
	if d.WatchTools != nil {
		s.WatchTools = *d.WatchTools
	}
	var err error
	if d.UpstreamHeaders != nil {
		s.UpstreamHeaders, err = ParseHeaders(*d.UpstreamHeaders)
	} else if d.HeaderChange != nil {
		s.UpstreamHeaders, err = s.UpstreamHeaders.With(*d.HeaderChange)
	}
	if invalid, ok := err.(*InvalidError); ok { //nolint:errorlint // Both return it bare.
		problems = append(problems, invalid.Fields...)
	}
	return problems
}

// concern says whether one of the problems is about the field.
func concern(problems []FieldError, field string) bool {
	return slices.ContainsFunc(problems, func(f FieldError) bool { return f.Field == field })
}

// controlInProse lets line breaks and tabs pass, which descriptions have.
func controlInProse(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune("\n\r\t", r) }

// ParseUpstream checks a URL as that of a service is checked. The error is an
// [*InvalidError] about the named field.
func ParseUpstream(field, raw string) (string, error) {
	upstream, why := parseUpstream(strings.TrimSpace(raw))
	if why != "" {
		return "", Invalid(field, "%s", why)
	}
	return upstream, nil
}

// parseUpstream checks a proxy_pass_url and says what is wrong with it.
func parseUpstream(raw string) (upstream, why string) {
	switch {
	case raw == "":
		return "", "Give the URL of the MCP server, such as http://localhost:8000."
	case len(raw) > MaxUpstreamBytes:
		return "", fmt.Sprintf("Use at most %d bytes.", MaxUpstreamBytes)
	case !utf8.ValidString(raw) || strings.ContainsFunc(raw, notInURL):
		return "", "Remove the spaces and control characters, those that change the direction of text among them."
	}
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return "", "Give a URL that can be parsed, such as http://localhost:8000."
	case u.Scheme != "http" && u.Scheme != "https":
		return "", "Begin the URL with http:// or https://."
	case u.Hostname() == "":
		return "", "Name a host in the URL."
	case !validPort(u.Port()):
		return "", "Name a port from 1 to 65535, or none."
	case u.User != nil:
		return "", "Remove the user name and password from the URL."
	case u.Fragment != "" || strings.HasSuffix(raw, "#"):
		return "", "Remove the fragment (#…) from the URL."
	}
	return raw, ""
}

// notInURL says whether a character would make a URL read as another one.
func notInURL(r rune) bool {
	return r <= ' ' || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Z)
}

// validPort says whether a port can be dialled; none means the scheme's.
func validPort(port string) bool {
	if port == "" {
		return true
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && n > 0
}

// SplitTags reads a comma-separated list of tags.
func SplitTags(s string) []string { return strings.Split(s, ",") }

// normalTags splits at commas, which the form for editing would do anyway,
// trims, drops what is empty or said twice, and keeps the order.
func normalTags(given []string) (tags []string, why string) {
	for _, item := range given {
		for tag := range strings.SplitSeq(item, ",") {
			tag = strings.TrimSpace(tag)
			switch {
			case tag == "" || slices.Contains(tags, tag):
				continue
			case !utf8.ValidString(tag) || strings.ContainsFunc(tag, func(r rune) bool { return r < ' ' || r == 0x7f }):
				return nil, "Use valid UTF-8 without control characters in tags."
			case utf8.RuneCountInString(tag) > MaxTagLength:
				return nil, fmt.Sprintf("Use at most %d characters in a tag.", MaxTagLength)
			case len(tags) == MaxTags:
				return nil, fmt.Sprintf("Use at most %d tags.", MaxTags)
			}
			tags = append(tags, tag)
		}
	}
	return tags, ""
}
