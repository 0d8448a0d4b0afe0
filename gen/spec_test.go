package gen_test

import (
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/mcpgateway/mcpgateway/gen"
)

const (
	problemType = "application/problem+json"
	htmlType    = "text/html"
)

func spec(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := gen.GetSpec()
	if err != nil {
		t.Fatalf("load the embedded document: %v", err)
	}
	return doc
}

// eachOperation runs check once for every operation, in a subtest of its own.
func eachOperation(t *testing.T, check func(*testing.T, *openapi3.T, *openapi3.Operation)) {
	doc := spec(t)
	for _, path := range doc.Paths.InMatchingOrder() {
		operations := doc.Paths.Value(path).Operations()
		for _, method := range slices.Sorted(maps.Keys(operations)) {
			t.Run(method+" "+path, func(t *testing.T) { check(t, doc, operations[method]) })
		}
	}
}

func TestDocumentIsValid(t *testing.T) {
	if err := spec(t).Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestEmbeddedDocumentIsTheWrittenOne(t *testing.T) {
	written, err := os.ReadFile("../openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if gen.OpenAPIYAML() != string(written) {
		t.Fatal("gen/openapi.yaml differs from openapi.yaml; run go generate ./gen")
	}
	fromText, err := openapi3.NewLoader().LoadFromData(written)
	if err != nil {
		t.Fatal(err)
	}
	want, err := fromText.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	got, err := spec(t).MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Fatal("spec.gen.go holds another document than openapi.yaml; run go generate ./gen")
	}
}

func TestOperationsAreNamedAndDescribed(t *testing.T) {
	seen := map[string]bool{}
	eachOperation(t, func(t *testing.T, doc *openapi3.T, op *openapi3.Operation) {
		switch {
		case op.OperationID == "":
			t.Error("no operationId")
		case seen[op.OperationID]:
			t.Errorf("the operationId %s is used twice", op.OperationID)
		}
		seen[op.OperationID] = true
		if op.Summary == "" || op.Description == "" {
			t.Error("summary or description is missing")
		}
		if len(op.Tags) == 0 {
			t.Error("no tag")
		}
		for _, tag := range op.Tags {
			if doc.Tags.Get(tag) == nil {
				t.Errorf("the tag %q is not described", tag)
			}
		}
	})
	if len(seen) == 0 {
		t.Fatal("the document has no operation")
	}
}

func TestOperationsThatAreNotPublicAnswer401(t *testing.T) {
	eachOperation(t, func(t *testing.T, doc *openapi3.T, op *openapi3.Operation) {
		requirements := doc.Security
		if op.Security != nil {
			requirements = *op.Security
		}
		public := len(requirements) == 0 ||
			slices.ContainsFunc(requirements, func(r openapi3.SecurityRequirement) bool { return len(r) == 0 })
		if !public && op.Responses.Value("401") == nil {
			t.Error("no response 401")
		}
	})
}

func TestBodiesHaveExamples(t *testing.T) {
	eachOperation(t, func(t *testing.T, _ *openapi3.T, op *openapi3.Operation) {
		if op.RequestBody != nil {
			requireExamples(t, "request", op.RequestBody.Value.Content)
		}
		for status, response := range op.Responses.Map() {
			requireExamples(t, status, response.Value.Content)
		}
	})
}

func requireExamples(t *testing.T, where string, content openapi3.Content) {
	t.Helper()
	for mediaType, media := range content {
		if media.Example == nil && len(media.Examples) == 0 {
			t.Errorf("%s %s: no example", where, mediaType)
		}
	}
}

func TestErrorsAreProblems(t *testing.T) {
	eachOperation(t, func(t *testing.T, _ *openapi3.T, op *openapi3.Operation) {
		if op.Responses.Default() == nil {
			t.Error("no default response")
		}
		for status, response := range op.Responses.Map() {
			if code, err := strconv.Atoi(status); err == nil && code < 400 {
				continue
			}
			media := response.Value.Content[problemType]
			if media == nil {
				t.Errorf("%s is not %s", status, problemType)
				continue
			}
			if !strings.HasSuffix(media.Schema.Ref, "/Problem") {
				t.Errorf("%s is not a Problem", status)
			}
			for mediaType := range response.Value.Content {
				if mediaType != problemType && mediaType != htmlType {
					t.Errorf("%s may be %s", status, mediaType)
				}
			}
			if (status == "429" || status == "503") && response.Value.Headers["Retry-After"] == nil {
				t.Errorf("%s has no Retry-After", status)
			}
		}
	})
}

func TestResponsesCarryTheRequestID(t *testing.T) {
	eachOperation(t, func(t *testing.T, _ *openapi3.T, op *openapi3.Operation) {
		for status, response := range op.Responses.Map() {
			if response.Value.Headers["X-Request-Id"] == nil {
				t.Errorf("%s has no X-Request-Id", status)
			}
		}
	})
}
