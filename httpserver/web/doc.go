// Package web draws the dashboard: HTML pages from templates, and the style
// sheets, scripts and icons that belong to them.
//
// It knows of the rest of the program only how schemas are explained. The structs of views.go say what
// a page shows; the caller fills them, sets status and headers, and writes what
// comes out. Every string in them is hostile and may be put in as it is: the
// templates escape it, and the scripts set it as text only.
//
// The pages are complete without script. With script they follow
// /ws/health_status and act without a reload. They hold under this policy, and
// the tests check that nothing inline creeps in:
//
//	default-src 'none'; script-src 'self'; style-src 'self';
//	img-src 'self' data:; connect-src 'self'; form-action 'self';
//	base-uri 'none'; frame-ancestors 'none';
//	require-trusted-types-for 'script'
package web
