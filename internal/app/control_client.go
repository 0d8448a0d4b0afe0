package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// maxCallTime bounds the wait for what a running server does for a command.
const maxCallTime = 5 * time.Minute

// callServer asks the server that holds the data directory. It fails with
// [ErrNoServer] if there is none.
func callServer[Out any](ctx context.Context, dir, call string, in any) (out Out, err error) {
	res, err := askServer(ctx, dir, call, in, maxCallTime)
	if err != nil {
		return out, err
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxControlBody))
	if err != nil {
		return out, fmt.Errorf("read the running server's answer: %w", err)
	}
	return out, json.Unmarshal(answer, &out)
}

// askServer makes a call, which fails as that of callServer does, and returns an
// answer that is to be read and closed within the time.
func askServer(ctx context.Context, dir, call string, in any, within time.Duration) (*http.Response, error) {
	path := filepath.Join(dir, controlSocket)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoServer
	}
	body, err := json.Marshal(in)
	if err != nil {
		return nil, fmt.Errorf("encode the call: %w", err)
	}
	transport := &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", path)
		},
	}
	client := &http.Client{Transport: transport, Timeout: within}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://control/"+call, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("make the call: %w", err)
	}
	res, err := client.Do(req)
	if err != nil {
		if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
			return nil, ErrNoServer // The socket was left behind.
		}
		return nil, fmt.Errorf("ask the running server: %w", err)
	}
	if res.StatusCode == http.StatusOK {
		return res, nil
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode == http.StatusNotFound {
		return nil, errNoSuchCall
	}
	var failed controlError
	err = json.NewDecoder(io.LimitReader(res.Body, maxControlBody)).Decode(&failed)
	if err != nil || failed.Error == "" {
		failed.Error = res.Status
	}
	if failed.Usage {
		return nil, usage("%s", failed.Error)
	}
	return nil, errors.New(failed.Error)
}
