package remote

import (
	"encoding/json"
	"testing"
)

const hostile = "a\x1b[2J\u009b\u202eb\r\nc\td\x07\x7f\u2028\xff"

func TestTextForTerminals(t *testing.T) {
	if got, want := Printable(hostile), "a\\u001b[2J\\u009b\\u202eb\nc\td\\u0007\\u007f\\u2028\uFFFD"; got != want {
		t.Errorf("printable %q, want %q", got, want)
	}
	if got, want := Line(hostile, 12), "a\\u001b[2J\\…"; got != want {
		t.Errorf("line %q, want %q", got, want)
	}
	if got, want := Line(" two\n words\t", 12), "two words"; got != want {
		t.Errorf("line %q, want %q", got, want)
	}
}

// What is escaped in JSON does not change its value.
func TestJSONForTerminals(t *testing.T) {
	raw := []byte("{\n\t\"k\u009b\":\"a\x7f\u202e\u2028 \U0001f469\u200d\U0001f680\"}")
	got := JSON(raw)
	if want := "{\n\t\"k\\u009b\":\"a\\u007f\\u202e\\u2028 \U0001f469\u200d\U0001f680\"}"; got != want {
		t.Errorf("JSON %q, want %q", got, want)
	}
	var before, after map[string]string
	if json.Unmarshal(raw, &before) != nil || json.Unmarshal([]byte(got), &after) != nil || before["k\u009b"] != after["k\u009b"] {
		t.Errorf("%q became %q", before, after)
	}
}

func TestNearby(t *testing.T) {
	names := []string{"/billing", "/fininfo", "/team/weather", "/weather", "/x", "/y"}
	if got, want := nearby("/wether", names), "/weather, /team/weather, /x, /y, /billing, …"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := nearby("/zz", []string{"/d", "/c", "/b", "/a"}), "/a, /b, /c, /d"; got != want {
		t.Errorf("equally close: %q, want %q", got, want)
	}
	if got, want := nearby("weather", names[2:4]), "/team/weather, /weather"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
