package web

import "time"

// cardView is what the card template needs besides the service.
type cardView struct {
	ServiceCard
	Now time.Time
}

func newCard(s Shell, c ServiceCard) cardView { return cardView{ServiceCard: c, Now: s.Now} }

// tokenView is what the token template needs besides the token.
type tokenView struct {
	Token
	Now time.Time
}

func newToken(s Shell, t Token) tokenView { return tokenView{Token: t, Now: s.Now} }

// lifeView is one choice of when a token ends.
type lifeView struct {
	Name, Label string
	Chosen      bool
}

// newLives are the choices of when a token ends.
func newLives(chosen string) []lifeView {
	lives := []lifeView{{Name: "30d", Label: "In 30 days"}, {Name: "90d", Label: "In 90 days"}, {Name: "1y", Label: "In a year"}, {Name: "never", Label: "Never"}, {Name: "custom", Label: "After some days"}}
	for i := range lives {
		lives[i].Chosen = lives[i].Name == chosen
	}
	return lives
}

// blankCard is what scripts clone and fill.
func blankCard() cardView { return cardView{} }

// filterView is one statistic, which is a filter too.
type filterView struct {
	Name, Label, URL string
	Count            int
	Current          bool
}

func newFilter(p *DashboardPage, name, label string, n int) filterView {
	return filterView{Name: name, Label: label, URL: p.Find.WithStatus(name).URL(), Count: n, Current: p.Find.Status == name}
}

// orderView is one order of the list.
type orderView struct{ Name, Label string }

// orders are those that the list can be in.
func orders() []orderView {
	return []orderView{{SortName, "By name"}, {SortStatus, "Problems first"}, {SortChanged, "Latest change"}, {SortTraffic, "Most traffic"}}
}

// schemaView is a schema, what to call it, and the id of its text.
type schemaView struct {
	Label, ID string
	JSON      []byte
}

func newSchema(label, kind, tool string, raw []byte) schemaView {
	return schemaView{Label: label, ID: kind + "-" + tool, JSON: raw}
}
