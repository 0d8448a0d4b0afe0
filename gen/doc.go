// Package gen is the wire format of the gateway's API, made from openapi.yaml:
// models, strict chi server, client, and the document itself. The files named
// *.gen.go and openapi.yaml in this folder are generated; change the document
// at the top of the repository and run go generate instead.
//
// Only httpserver, and whoever uses the client, sees these types; the domain
// knows none of them. Fields that a request must name are pointers all the
// same, so that the domain can report what is missing together with all else.
package gen

//go:generate cp ../openapi.yaml openapi.yaml
//go:generate go tool oapi-codegen -config models.cfg.yaml openapi.yaml
//go:generate go tool oapi-codegen -config server.cfg.yaml openapi.yaml
//go:generate go tool oapi-codegen -config client.cfg.yaml openapi.yaml
//go:generate go tool oapi-codegen -config spec.cfg.yaml openapi.yaml
