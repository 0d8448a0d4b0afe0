package auth

import (
	"errors"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mcpgateway/mcpgateway/internal/registry"
)

func TestTokenDraft(t *testing.T) {
	now := time.Date(2026, 8, 1, 9, 30, 0, 123456789, time.FixedZone("", 3600))
	many := slices.Repeat([]string{"/a"}, MaxTokenServices)
	for name, test := range map[string]struct {
		draft TokenDraft
		wrong []string
	}{
		"least":           {TokenDraft{Name: "x", Scope: ScopeMetrics}, nil},
		"most":            {TokenDraft{Name: strings.Repeat("ü", 200), Scope: ScopeGateway, Services: many, ExpiresInSeconds: new(int64(315_360_000))}, nil},
		"a second":        {TokenDraft{Name: "x", Scope: ScopeAdmin, ExpiresInSeconds: new(int64(1))}, nil},
		"nothing":         {TokenDraft{}, []string{"name", "scope"}},
		"blank":           {TokenDraft{Name: " \t ", Scope: ScopeAdmin}, []string{"name"}},
		"long name":       {TokenDraft{Name: strings.Repeat("x", 201), Scope: ScopeAdmin}, []string{"name"}},
		"control":         {TokenDraft{Name: "a\x1b[31mb", Scope: ScopeAdmin}, []string{"name"}},
		"no UTF-8":        {TokenDraft{Name: "a\xff", Scope: ScopeAdmin}, []string{"name"}},
		"unknown scope":   {TokenDraft{Name: "x", Scope: "root"}, []string{"scope"}},
		"scope by case":   {TokenDraft{Name: "x", Scope: "Admin"}, []string{"scope"}},
		"no time":         {TokenDraft{Name: "x", Scope: ScopeAdmin, ExpiresInSeconds: new(int64(0))}, []string{"expires_in_seconds"}},
		"the past":        {TokenDraft{Name: "x", Scope: ScopeAdmin, ExpiresInSeconds: new(int64(-1))}, []string{"expires_in_seconds"}},
		"over ten years":  {TokenDraft{Name: "x", Scope: ScopeAdmin, ExpiresInSeconds: new(int64(315_360_001))}, []string{"expires_in_seconds"}},
		"overflow":        {TokenDraft{Name: "x", Scope: ScopeAdmin, ExpiresInSeconds: new(int64(math.MaxInt64))}, []string{"expires_in_seconds"}},
		"too many":        {TokenDraft{Name: "x", Scope: ScopeGateway, Services: append(many, "/a")}, []string{"services"}},
		"no path":         {TokenDraft{Name: "x", Scope: ScopeGateway, Services: []string{"/a", "/../b"}}, []string{"services"}},
		"limited admin":   {TokenDraft{Name: "x", Scope: ScopeAdmin, Services: []string{"/a"}}, []string{"services"}},
		"limited metrics": {TokenDraft{Name: "x", Scope: ScopeMetrics, Services: []string{"/a"}}, []string{"services"}},
		"all wrong":       {TokenDraft{Services: []string{""}, ExpiresInSeconds: new(int64(0))}, []string{"name", "scope", "services", "expires_in_seconds"}},
	} {
		t.Run(name, func(t *testing.T) {
			token, err := test.draft.token(now)
			var wrong []string
			if invalid, ok := errors.AsType[*registry.InvalidError](err); ok {
				for _, f := range invalid.Fields {
					wrong = append(wrong, f.Field)
				}
			}
			if !slices.Equal(wrong, test.wrong) {
				t.Fatalf("%v; want %v to be wrong", err, test.wrong)
			}
			if err == nil && (len(token.ID) != 16 || !token.CreatedAt.Equal(now.Truncate(time.Millisecond)) || token.CreatedAt.Location() != time.UTC) {
				t.Errorf("made %+v", token)
			}
		})
	}
}

func TestTokenServices(t *testing.T) {
	token, err := TokenDraft{Name: " CI ", Scope: ScopeGateway, Services: []string{"weather", "/team/a/", "/weather"}}.token(time.Now())
	if err != nil || !slices.Equal(token.Services, []registry.Path{"/weather", "/team/a"}) || token.Name != "CI" || !token.ExpiresAt.IsZero() {
		t.Fatalf("made %+v, %v", token, err)
	}
	p := newTokenPrincipal(token)
	if p.IsZero() || !p.IsLimited() || p.String() != "token:"+token.ID {
		t.Errorf("the principal is %v", p)
	}
	reached := map[registry.Path]bool{}
	for _, path := range []registry.Path{"/weather", "/team/a", "/team", "/team/a/b", "/Weather", ""} {
		if p.Reaches(path) {
			reached[path] = true
		}
	}
	if !maps.Equal(reached, map[registry.Path]bool{"/weather": true, "/team/a": true}) {
		t.Errorf("it reaches %v", reached)
	}
	token.Services = nil
	for _, p := range []Principal{newTokenPrincipal(token), NewUser("admin")} {
		if p.IsLimited() || !p.Reaches("/any") {
			t.Errorf("%v is limited", p)
		}
	}
}
