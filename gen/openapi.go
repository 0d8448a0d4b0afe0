package gen

import _ "embed"

//go:embed openapi.yaml
var document string

// OpenAPIYAML is the OpenAPI 3.0.3 document as it was written, comments and
// all. [GetSpecJSON] has the same document as JSON, [GetSpec] as a value.
func OpenAPIYAML() string { return document }
