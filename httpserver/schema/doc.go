// Package schema turns a JSON Schema (draft 2020-12) of a tool's arguments or
// result into a table that people can read: a row for each property, element
// and alternative, indented, with what is known of it in words.
//
// It explains and does not validate. A keyword that it has no words for is left
// to the raw schema, and [Table.More] says so. Schemas come from upstreams and
// are hostile: depth, rows, references and texts are bounded, cycles are cut,
// and nothing is ever fetched.
package schema
