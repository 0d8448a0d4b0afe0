// Package secret keeps the one key of an installation, derives a key for each
// purpose from it, and seals what must not be read at rest.
//
// The key is a line of text: the setting MCPGATEWAY_SECRET_KEY, or the file
// secret.key of the data directory. Both follow the same rule, so the file's
// text may become the setting, and the other way round.
//
// Nothing here prints a key, whatever verb or logger is asked to.
package secret
