// Package chart lays out the last checks of a service: where each stands, and
// on which scale. It knows nothing of how that is drawn. Places are shares of
// the width and the height, so one drawing fits every size without distorting
// its marks.
package chart
