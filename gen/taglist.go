package gen

import (
	"encoding/json"
	"errors"
	"reflect"
)

// TagList is the tags of a JSON body: a list of strings, or one string with
// commas between. It holds what was sent, neither split nor checked: a single
// string is a list of one.
type TagList []string

// UnmarshalJSON takes an array of strings or a string. Anything else is a
// *[json.UnmarshalTypeError], to which encoding/json adds the field's name.
func (t *TagList) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*t = TagList{one}
		return nil
	}
	var list []string
	err := json.Unmarshal(data, &list)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		wrong.Type = reflect.TypeFor[TagList]()
	}
	*t = list
	return err
}
