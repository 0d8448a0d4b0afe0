//go:build !unix

package main

// heedNot ignores nothing here.
func heedNot() {}
