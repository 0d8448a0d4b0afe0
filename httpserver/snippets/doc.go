// Package snippets writes what to paste into MCP clients so that they reach a
// service through the gateway.
//
// The texts are templates of this package, one a client. Whatever goes into
// them is quoted as the text's language asks, so that no address, however
// strange, can end a string or a shell word.
package snippets
