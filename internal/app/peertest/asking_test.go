package peertest

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// The tools that ask the client back. They say what they want as revision
// 2026-07-28 has it; for older clients the go-sdk makes requests of it.

// asked returns the client's answer to the one question of a tool, as JSON, or
// the question.
func asked(req *mcp.CallToolRequest, question mcp.InputRequest) (*mcp.CallToolResult, any, error) {
	answer, ok := req.Params.InputResponses["question"]
	if !ok {
		return &mcp.CallToolResult{InputRequests: mcp.InputRequestMap{"question": question}, RequestState: "asked"}, nil, nil
	}
	if req.Params.RequestState != "asked" {
		return nil, nil, fmt.Errorf("the state came back as %q", req.Params.RequestState)
	}
	out, err := json.Marshal(answer)
	return text(string(out)), nil, err
}

func (w *workshop) sample(_ context.Context, req *mcp.CallToolRequest, in struct {
	Prompt    string `json:"prompt"`
	MaxTokens int64  `json:"maxTokens"`
},
) (*mcp.CallToolResult, any, error) {
	return asked(req, &mcp.CreateMessageParams{
		Messages:  []*mcp.SamplingMessage{{Role: "user", Content: &mcp.TextContent{Text: in.Prompt}}},
		MaxTokens: in.MaxTokens,
	})
}

func (w *workshop) elicit(_ context.Context, req *mcp.CallToolRequest, _ none) (*mcp.CallToolResult, any, error) {
	return asked(req, &mcp.ElicitParams{
		Message: "Please provide inputs for the following fields:",
		RequestedSchema: map[string]any{
			"type":       "object",
			"properties": map[string]any{"name": map[string]any{"type": "string"}},
			"required":   []string{"name"},
		},
	})
}

func (w *workshop) roots(_ context.Context, req *mcp.CallToolRequest, _ none) (*mcp.CallToolResult, any, error) {
	return asked(req, &mcp.ListRootsParams{})
}
