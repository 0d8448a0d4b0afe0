package schema

// What drawing may cost, in bytes that are read or written, roughly: an
// upstream writes the schema, and one of two kilobytes can ask for more rows and
// references than there is time for.
const (
	// maxWork is for one schema: the largest one some sixteen times.
	maxWork = 4 << 20
	// maxTotal is for the schemas of one [Budget].
	maxTotal = 32 << 20
	// leastWork is what looking at anything at all costs.
	leastWork = 64
)

// Budget bounds the work on all schemas of one page, to about a second. It is
// for one goroutine.
type Budget struct{ left int }

// NewBudget is a whole one.
func NewBudget() *Budget { return &Budget{left: maxTotal} }

// Of makes the table of a schema, which for tools describes an object: the
// rows are its properties. Of nothing, of a broken schema, and of one without
// properties the table has no rows. Once nothing is left of the budget, tables
// are empty and say that there is more.
func (b *Budget) Of(raw []byte) Table {
	given := min(b.left, maxWork)
	table, left := draw(raw, given)
	b.left -= given - max(left, 0)
	return table
}

// spend takes from what is left for a schema, and says whether it is enough.
func (w *walk) spend(n int) bool {
	w.left -= n + leastWork
	if w.left < 0 {
		w.more = true
	}
	return w.left >= 0
}
