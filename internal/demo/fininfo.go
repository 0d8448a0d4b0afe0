package demo

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// share is a made-up company's last price, and the price of the day before.
type share struct {
	company       string
	last, earlier float64
}

// shares is keyed by ticker. The companies do not exist.
func shares() map[string]share {
	return map[string]share{
		"ACME": {"Acme Corporation", 128.40, 126.10},
		"GLBX": {"Globex", 54.25, 55.00},
		"INIT": {"Initech", 17.80, 17.80},
		"UMBR": {"Umbrella", 310.00, 298.50},
	}
}

// rates is what one euro buys, in round numbers.
func rates() map[string]float64 {
	return map[string]float64{"EUR": 1, "USD": 1.10, "GBP": 0.85, "JPY": 160, "CHF": 0.95}
}

// maxAmount keeps a conversion within what a float64 tells exactly to the cent.
const maxAmount = 1e12

type (
	quoteArgs struct {
		Ticker string `json:"ticker" jsonschema:"a ticker symbol, for instance ACME"`
	}
	convertArgs struct {
		Amount float64 `json:"amount" jsonschema:"the amount to convert"`
		From   string  `json:"from" jsonschema:"the currency it is in, for instance EUR"`
		To     string  `json:"to" jsonschema:"the currency to convert it to, for instance USD"`
	}

	quote struct {
		Ticker  string  `json:"ticker"`
		Company string  `json:"company"`
		Price   float64 `json:"price_usd"`
		Change  float64 `json:"change_percent"`
		Notice  string  `json:"notice"`
	}
	conversion struct {
		Amount   float64 `json:"amount"`
		Currency string  `json:"currency"`
		Rate     float64 `json:"rate"`
		Notice   string  `json:"notice"`
	}
)

func newFininfo(log *slog.Logger) *mcp.Server {
	s := mcp.NewServer(&mcp.Implementation{Name: "fininfo", Title: "Financial Info", Version: "1.0.0"}, &mcp.ServerOptions{Logger: log})
	mcp.AddTool(s, &mcp.Tool{Name: "get_stock_quote", Title: "Share price", Description: `Get the last price of a share.

The companies and prices are made up: this is an example server.

Args:
    ticker: The ticker symbol: ACME, GLBX, INIT or UMBR.

Returns:
    The company, its last price in US dollars, and the change since the day before in percent.

Raises:
    KeyError: If the ticker is not known.`}, stockQuote)
	mcp.AddTool(s, &mcp.Tool{Name: "convert_currency", Title: "Convert currency", Description: `Convert an amount of money at fixed sample rates.

Args:
    amount: The amount to convert.
    from: The currency it is in: EUR, USD, GBP, JPY or CHF.
    to: The currency to convert it to.

Returns:
    The converted amount, rounded to two decimals, and the rate.

Raises:
    KeyError: If a currency is not known.
    ValueError: If the amount is larger than a million millions.`}, convertCurrency)
	return s
}

func stockQuote(_ context.Context, _ *mcp.CallToolRequest, in quoteArgs) (*mcp.CallToolResult, quote, error) {
	all := shares()
	ticker := strings.ToUpper(strings.TrimSpace(in.Ticker))
	s, ok := all[ticker]
	if !ok {
		return nil, quote{}, fmt.Errorf("no sample data for the ticker %q; known are %s", in.Ticker, keys(all))
	}
	change := cents((s.last - s.earlier) / s.earlier * 100)
	return nil, quote{Ticker: ticker, Company: s.company, Price: s.last, Change: change, Notice: notice}, nil
}

func convertCurrency(_ context.Context, _ *mcp.CallToolRequest, in convertArgs) (*mcp.CallToolResult, conversion, error) {
	all := rates()
	from, okFrom := all[strings.ToUpper(in.From)]
	to, okTo := all[strings.ToUpper(in.To)]
	if !okFrom || !okTo {
		return nil, conversion{}, fmt.Errorf("no sample rate from %q to %q; known are %s", in.From, in.To, keys(all))
	}
	if math.Abs(in.Amount) > maxAmount {
		return nil, conversion{}, fmt.Errorf("amount must be at most %.0f", maxAmount)
	}
	rate := to / from
	return nil, conversion{Amount: cents(in.Amount * rate), Currency: strings.ToUpper(in.To), Rate: rate, Notice: notice}, nil
}

func keys[V any](m map[string]V) string {
	return strings.Join(slices.Sorted(maps.Keys(m)), ", ")
}

// cents rounds to two decimals.
func cents(x float64) float64 { return math.Round(x*100) / 100 }
