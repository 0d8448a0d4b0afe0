package secret

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strings"
	"syscall"
)

// Bounds of a key's text, in bytes.
const (
	MinKeyBytes = 32
	MaxKeyBytes = 1024
)

// FileName is the name of the key file in the data directory.
const FileName = "secret.key"

// ErrUnusable says that a key, or its file, must not be used. It arrives
// wrapped, with a sentence that says what to do.
var ErrUnusable = errors.New("the secret key cannot be used")

// Key is the key that all others are derived from. It is safe for concurrent
// use, and shows itself to no formatter and no logger.
type Key struct {
	root *[sha256.Size]byte
	// file and text are set for a key that was drawn and is not on disk yet.
	file, text string
}

// Load takes the key that was given, or else the one in secret.key of dir. Where
// there is neither, it draws one of 256 bits, which [Key.Keep] writes down.
//
// A key is 32 to 1024 bytes of visible ASCII, as `openssl rand -base64 32`
// makes them; blanks and line breaks around it do not count. A file must be
// readable by its owner only. Anything else fails with [ErrUnusable].
func Load(dir, given string) (*Key, error) {
	if given != "" {
		text, why := parse(given)
		if why != "" {
			return nil, fmt.Errorf("%w: the given key %s; make one with: openssl rand -base64 32", ErrUnusable, why)
		}
		return newKey(text)
	}
	file := filepath.Join(dir, FileName)
	text, err := readFile(file)
	if err == nil {
		return newKey(text)
	}
	// A data directory that is none is for storage to refuse.
	if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR) {
		return nil, err
	}
	var drawn [32]byte
	_, _ = rand.Read(drawn[:]) // It never fails: crypto/rand ends the program instead.
	text = base64.StdEncoding.EncodeToString(drawn[:])
	k, err := newKey(text)
	if err != nil {
		return nil, err
	}
	k.file, k.text = file, text
	return k, nil
}

// newKey extracts the root from the text (RFC 5869, section 2.2).
func newKey(text string) (*Key, error) {
	root, err := hkdf.Extract(sha256.New, []byte(text), nil)
	if err != nil {
		return nil, fmt.Errorf("derive from the secret key: %w", err)
	}
	return &Key{root: (*[sha256.Size]byte)(root)}, nil
}

// parse checks a key's text and says what is wrong with it.
func parse(raw string) (text, why string) {
	text = strings.Trim(raw, " \t\r\n")
	switch {
	case len(text) < MinKeyBytes:
		return "", fmt.Sprintf("is shorter than %d characters", MinKeyBytes)
	case len(text) > MaxKeyBytes:
		return "", fmt.Sprintf("is longer than %d characters", MaxKeyBytes)
	case strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }):
		return "", "holds blanks or characters that are not ASCII"
	}
	return text, ""
}

// Keep writes a key that Load drew to secret.key, mode 0600, and returns once
// it is on the disk. Call it when the data has accepted the key, and hold the
// data's lock. It fails rather than replace a file, and does nothing for a key
// that was given or read.
func (k *Key) Keep() error {
	if k.file == "" {
		return nil
	}
	if err := writeFile(k.file, k.text+"\n"); err != nil {
		return err
	}
	k.file, k.text = "", ""
	return nil
}

// Derive makes the key for a purpose, such as "session": HKDF-SHA256 (RFC 5869)
// with the purpose as info. The same key and purpose always give the same one.
func (k *Key) Derive(purpose string) [32]byte {
	key, err := hkdf.Expand(sha256.New, k.root[:], "mcpgateway "+purpose, 32)
	if err != nil {
		panic("secret: HKDF of 32 bytes failed: " + err.Error()) // It refuses only lengths over 8160.
	}
	return [32]byte(key)
}

const hidden = "[secret key]"

// Format writes a fixed text, whatever the verb.
func (k *Key) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(hidden)) }

// String is a fixed text.
func (k *Key) String() string { return hidden }

// GoString is a fixed text.
func (k *Key) GoString() string { return hidden }

// LogValue is a fixed text.
func (k *Key) LogValue() slog.Value { return slog.StringValue(hidden) }
