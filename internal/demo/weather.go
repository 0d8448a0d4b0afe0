package demo

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// notice goes into every answer.
const notice = "Sample data from an example server; none of it is real."

// city is a place and its typical weather; day i of a forecast varies it in a
// fixed pattern.
type city struct {
	name, sky string
	celsius   float64
	humidity  int
}

func cities() []city {
	return []city{
		{"Berlin", "cloudy", 12, 71},
		{"London", "rain", 11, 82},
		{"Nairobi", "sunny", 24, 55},
		{"New York", "clear", 15, 60},
		{"Sydney", "sunny", 21, 58},
		{"Tokyo", "clear", 17, 64},
	}
}

type (
	currentArgs struct {
		City  string `json:"city" jsonschema:"the city's English name, for instance Berlin"`
		Units string `json:"units,omitempty" jsonschema:"celsius (the default) or fahrenheit"`
	}
	forecastArgs struct {
		City string `json:"city" jsonschema:"the city's English name, for instance Berlin"`
		Days int    `json:"days,omitempty" jsonschema:"how many days, 1 to 7; 3 by default"`
	}
	noArgs struct{}

	conditions struct {
		City        string  `json:"city"`
		Sky         string  `json:"sky"`
		Temperature float64 `json:"temperature"`
		Units       string  `json:"units"`
		Humidity    int     `json:"humidity_percent"`
		Notice      string  `json:"notice"`
	}
	day struct {
		Day         int     `json:"day"`
		Sky         string  `json:"sky"`
		Temperature float64 `json:"temperature_celsius"`
	}
	forecast struct {
		City   string `json:"city"`
		Days   []day  `json:"days"`
		Notice string `json:"notice"`
	}
	places struct {
		Cities []string `json:"cities"`
	}
)

func newWeather(log *slog.Logger) *mcp.Server {
	s := mcp.NewServer(&mcp.Implementation{Name: "weather", Title: "Weather Service", Version: "1.0.0"}, &mcp.ServerOptions{Logger: log})
	mcp.AddTool(s, &mcp.Tool{Name: "get_current_weather", Title: "Current weather", Description: `Get the current weather of a city.

The numbers are made up and always the same: this is an example server.

Args:
    city: The city's English name. Call list_cities for those that are known.
    units: Either celsius or fahrenheit. Defaults to celsius.

Returns:
    The sky, the temperature in the given units, and the humidity in percent.

Raises:
    ValueError: If the city or the units are not known.`}, currentWeather)
	mcp.AddTool(s, &mcp.Tool{Name: "get_forecast", Title: "Forecast", Description: `Get a forecast for the coming days.

Args:
    city: The city's English name. Call list_cities for those that are known.
    days: How many days to forecast, 1 to 7. Defaults to 3.

Returns:
    One entry a day, beginning with today as day 0, with sky and temperature in degrees Celsius.

Raises:
    ValueError: If the city is not known or days is out of range.`}, weatherForecast)
	mcp.AddTool(s, &mcp.Tool{Name: "list_cities", Title: "Cities", Description: `List the cities whose weather is known.

Returns:
    The English names of the cities, in alphabetical order.`}, listCities)
	return s
}

func currentWeather(_ context.Context, _ *mcp.CallToolRequest, in currentArgs) (*mcp.CallToolResult, conditions, error) {
	c, err := findCity(in.City)
	if err != nil {
		return nil, conditions{}, err
	}
	out := conditions{City: c.name, Sky: c.sky, Temperature: c.celsius, Units: "celsius", Humidity: c.humidity, Notice: notice}
	switch strings.ToLower(in.Units) {
	case "", "celsius":
	case "fahrenheit":
		out.Units, out.Temperature = "fahrenheit", math.Round(c.celsius*9/5+32)
	default:
		return nil, conditions{}, fmt.Errorf("units must be celsius or fahrenheit, not %q", in.Units)
	}
	return nil, out, nil
}

func weatherForecast(_ context.Context, _ *mcp.CallToolRequest, in forecastArgs) (*mcp.CallToolResult, forecast, error) {
	c, err := findCity(in.City)
	if err != nil {
		return nil, forecast{}, err
	}
	if in.Days == 0 {
		in.Days = 3
	}
	if in.Days < 1 || in.Days > 7 {
		return nil, forecast{}, fmt.Errorf("days must be 1 to 7, not %d", in.Days)
	}
	out := forecast{City: c.name, Notice: notice}
	skies := []string{c.sky, "cloudy", "sunny", "rain"}
	swing := []float64{0, 1.5, 3, 1, -2, -1, 0.5}
	for i := range in.Days {
		out.Days = append(out.Days, day{Day: i, Sky: skies[i%len(skies)], Temperature: c.celsius + swing[i]})
	}
	return nil, out, nil
}

func listCities(context.Context, *mcp.CallToolRequest, noArgs) (*mcp.CallToolResult, places, error) {
	return nil, places{Cities: cityNames()}, nil
}

func findCity(name string) (city, error) {
	all := cities()
	i := slices.IndexFunc(all, func(c city) bool { return strings.EqualFold(c.name, strings.TrimSpace(name)) })
	if i < 0 {
		return city{}, fmt.Errorf("no sample data for %q; known are %s", name, strings.Join(cityNames(), ", "))
	}
	return all[i], nil
}

func cityNames() []string {
	var names []string
	for _, c := range cities() {
		names = append(names, c.name)
	}
	return names
}
