package secret_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mcpgateway/mcpgateway/internal/secret"
)

const given = "0123456789abcdefghijklmnopqrstuv"

func load(t *testing.T, dir, text string) *secret.Key {
	t.Helper()
	key, err := secret.Load(dir, text)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// TestDeriveIsFixed: another value would lose whatever was sealed before. It was
// computed with Python's hmac module, by the two steps of RFC 5869.
func TestDeriveIsFixed(t *testing.T) {
	got := load(t, "", given).Derive("session")
	if want := "cea4d2e11e18a166a8f6b62a5afb0578f4174b463310dcfd368f5e1ee0a5e826"; hex.EncodeToString(got[:]) != want {
		t.Errorf("got %x, want %s", got, want)
	}
}

func TestPurposesAndKeysDiffer(t *testing.T) {
	a, b := load(t, "", given), load(t, "", given+"w")
	seen := map[[32]byte]bool{a.Derive("x"): true, a.Derive("y"): true, b.Derive("x"): true}
	if len(seen) != 3 {
		t.Errorf("%d different keys, want 3", len(seen))
	}
}

func TestAKeyIsDrawnAndKeptOnce(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, secret.FileName)
	first := load(t, dir, "")
	if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("Load wrote the file: %v", err)
	}
	for range 2 {
		if err := first.Keep(); err != nil {
			t.Fatal(err)
		}
	}
	again := load(t, dir, "")
	if again.Derive("x") != first.Derive("x") {
		t.Error("the file holds another key")
	}
	if err := again.Keep(); err != nil {
		t.Error(err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if load(t, t.TempDir(), string(text)).Derive("x") != first.Derive("x") {
		t.Error("the file's text is another key as a setting")
	}
	if left, _ := filepath.Glob(file + ".*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestAGivenKeyWins(t *testing.T) {
	dir := t.TempDir()
	drawn := load(t, dir, "")
	if err := drawn.Keep(); err != nil {
		t.Fatal(err)
	}
	if load(t, dir, given).Derive("x") == drawn.Derive("x") {
		t.Error("the file won")
	}
}

func TestKeepReplacesNothing(t *testing.T) {
	dir := t.TempDir()
	one, other := load(t, dir, ""), load(t, dir, "")
	if err := one.Keep(); err != nil {
		t.Fatal(err)
	}
	if err := other.Keep(); !errors.Is(err, secret.ErrUnusable) {
		t.Errorf("got %v", err)
	}
	if load(t, dir, "").Derive("x") != one.Derive("x") {
		t.Error("the file was replaced")
	}
}

func TestRefusals(t *testing.T) {
	for name, text := range map[string]string{
		"short":   given[1:],
		"long":    strings.Repeat("x", 1025),
		"blank":   given[:10] + " " + given,
		"control": given + "\x00",
		"foreign": given + "é",
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			_, err := secret.Load(dir, text)
			refused(t, err, text, "openssl rand -base64 32")
			file := filepath.Join(dir, secret.FileName)
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err = secret.Load(dir, "")
			refused(t, err, text, file)
		})
	}
	for _, mode := range []os.FileMode{0o640, 0o604, 0o620, 0o644} {
		file := filepath.Join(t.TempDir(), secret.FileName)
		if err := errors.Join(os.WriteFile(file, []byte(given), 0o600), os.Chmod(file, mode)); err != nil {
			t.Fatal(err)
		}
		_, err := secret.Load(filepath.Dir(file), "")
		refused(t, err, given, "chmod 600 "+file)
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, secret.FileName), 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := secret.Load(dir, "")
	refused(t, err, given, "is not a file")
}

// refused expects an error that helps and does not repeat the key.
func refused(t *testing.T, err error, key, advice string) {
	t.Helper()
	if !errors.Is(err, secret.ErrUnusable) || !strings.Contains(err.Error(), advice) || strings.Contains(err.Error(), key) {
		t.Errorf("got %v", err)
	}
}

func TestNothingPrintsAKey(t *testing.T) {
	key := load(t, t.TempDir(), "") // Drawn: it still holds its text.
	box := secret.NewBox(key.Derive("x"))
	var log bytes.Buffer
	for _, h := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
		slog.New(h).Info("made", "key", key, "box", box, "both", []any{key, box})
	}
	out, err := json.Marshal(map[string]any{"key": key, "box": box})
	if err != nil {
		t.Fatal(err)
	}
	root := key.Derive("x")
	all := log.String() + string(out)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		all += fmt.Sprintf(verb, key) + fmt.Sprintf(verb, box) + fmt.Sprintf(verb, struct{ K, b any }{key, box}) +
			fmt.Sprintf(verb, struct{ k *secret.Key }{key})
	}
	if err := key.Keep(); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(all, hex.EncodeToString(root[:])) || strings.Contains(all, fmt.Sprint(root)) {
		t.Errorf("printed a derived key: %s", all)
	}
	for word := range strings.FieldsSeq(all) {
		if len(word) > 200 {
			t.Errorf("printed something long: %s", word)
		}
	}
}
