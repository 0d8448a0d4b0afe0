package peertest

import (
	"context"
	"fmt"
	"sync"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// observer keeps what a server tells a client, and answers what it asks.
type observer struct {
	mu       sync.Mutex
	changed  chan struct{} // Closed, and made anew, with each change.
	progress map[string][]float64
	updated  map[string]int
	logged   []string
}

func newObserver() *observer {
	return &observer{changed: make(chan struct{}), progress: map[string][]float64{}, updated: map[string]int{}}
}

// client is a go-sdk client that can do everything a server may ask for.
func (o *observer) client() *mcp.Client {
	c := mcp.NewClient(&mcp.Implementation{Name: "peertest", Version: "1"}, &mcp.ClientOptions{
		CreateMessageHandler: func(_ context.Context, req *mcp.CreateMessageRequest) (*mcp.CreateMessageResult, error) {
			prompt, _ := req.Params.Messages[0].Content.(*mcp.TextContent)
			if prompt == nil {
				return nil, fmt.Errorf("the prompt is no text")
			}
			return &mcp.CreateMessageResult{Model: "parrot", Role: "assistant", Content: &mcp.TextContent{Text: "You said: " + prompt.Text}}, nil
		},
		ElicitationHandler: func(_ context.Context, req *mcp.ElicitRequest) (*mcp.ElicitResult, error) {
			return &mcp.ElicitResult{Action: "accept", Content: map[string]any{"name": "Ada, asked: " + req.Params.Message}}, nil
		},
		ProgressNotificationHandler: func(_ context.Context, req *mcp.ProgressNotificationClientRequest) {
			o.note(func() {
				token := fmt.Sprint(req.Params.ProgressToken)
				o.progress[token] = append(o.progress[token], req.Params.Progress)
			})
		},
		ResourceUpdatedHandler: func(_ context.Context, req *mcp.ResourceUpdatedNotificationRequest) {
			o.note(func() { o.updated[req.Params.URI]++ })
		},
		LoggingMessageHandler: func(_ context.Context, req *mcp.LoggingMessageRequest) {
			o.note(func() { o.logged = append(o.logged, fmt.Sprint(req.Params.Data)) })
		},
	})
	c.AddRoots(&mcp.Root{URI: "file:///home/ada", Name: "home"})
	return c
}

func (o *observer) note(change func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	change()
	close(o.changed)
	o.changed = make(chan struct{})
}

// wait returns when what it asks for holds. The lock is held while it asks.
func (o *observer) wait(ctx context.Context, holds func() bool) error {
	for {
		o.mu.Lock()
		ok, changed := holds(), o.changed
		o.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (o *observer) seen(token string) []float64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]float64(nil), o.progress[token]...)
}
