// Package httpserver translates HTTP to messages and back: the strict handlers
// of the generated server, sessions and their protection, the pages, and the
// websocket of health changes.
//
// A handler converts in, asks an actor, and converts out. Whatever goes wrong
// goes out as an error; one table, in errors.go, says what the caller sees of
// it.
package httpserver
