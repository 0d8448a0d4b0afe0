package remote

import (
	"bytes"
	"encoding/base64"
	"encoding/json"

	"github.com/mcpgateway/mcpgateway/internal/mcpclient"
)

// Result is what a tool returned. All of it is hostile.
type Result struct {
	Blocks []Block
	// Structured is the structured content, or nil.
	Structured json.RawMessage
	// IsError is set when the tool ran and failed; the blocks say why.
	IsError bool
	// Raw is the result as the server sent it, a JSON object.
	Raw json.RawMessage
}

// Block is one content block. One of Text, Data and Link is set, if it was
// understood at all; Raw always.
type Block struct {
	Text string
	// Data is an image, a sound or another file, of MediaType.
	Data      []byte
	MediaType string
	// Link is the URI of a resource.
	Link string
	Raw  json.RawMessage
}

func readResult(r mcpclient.CallResult) Result {
	out := Result{Structured: r.Structured, IsError: r.IsError, Raw: r.Raw}
	for _, raw := range r.Content {
		out.Blocks = append(out.Blocks, readBlock(raw))
	}
	return out
}

func readBlock(raw json.RawMessage) Block {
	var w struct {
		Type     string `json:"type"`
		Text     string `json:"text"`
		Data     string `json:"data"`
		MIMEType string `json:"mimeType"`
		URI      string `json:"uri"`
		Resource struct {
			URI      string `json:"uri"`
			MIMEType string `json:"mimeType"`
			Text     string `json:"text"`
			Blob     string `json:"blob"`
		} `json:"resource"`
	}
	b := Block{Raw: raw}
	if json.Unmarshal(raw, &w) != nil {
		return b
	}
	switch w.Type {
	case "text":
		b.Text = w.Text
	case "image", "audio":
		b.file(w.MIMEType, w.Data)
	case "resource_link":
		b.Link = w.URI
	case "resource":
		b.Text, b.Link = w.Resource.Text, w.Resource.URI
		b.file(w.Resource.MIMEType, w.Resource.Blob)
		if b.Text != "" || b.Data != nil {
			b.Link = ""
		}
	}
	return b
}

// file takes in what base64 holds; what is none stays unread.
func (b *Block) file(media, text string) {
	data, err := base64.StdEncoding.DecodeString(text)
	if err == nil && len(data) > 0 {
		b.Data, b.MediaType = data, media
	}
}

// Repeats says whether the block's text is only the structured content again,
// as the specification asks servers to send for older clients.
func (r Result) Repeats(b Block) bool {
	var text, structured bytes.Buffer
	return r.Structured != nil && b.Text != "" &&
		json.Compact(&text, []byte(b.Text)) == nil && json.Compact(&structured, r.Structured) == nil &&
		bytes.Equal(text.Bytes(), structured.Bytes())
}
