package gateway

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"wegweiser/shared/journey"
	"wegweiser/shared/rule"
)

// shape reads the next value of a decoder into a Go value of the type that it
// was made for. A null leaves the Go value as it is.
type shape func(d *decoder, v reflect.Value)

var (
	rawType         = reflect.TypeFor[json.RawMessage]()
	objectType      = reflect.TypeFor[map[string]any]()
	unmarshalerType = reflect.TypeFor[json.Unmarshaler]()
)

// shapeOf makes the shape of a type, once, at start-up.
func shapeOf(t reflect.Type) (shape, error) {
	switch {
	case t == rawType:
		return readRaw, nil
	case t == objectType:
		return readObject, nil
	case reflect.PointerTo(t).Implements(unmarshalerType):
		return readCustom, nil
	}
	switch t.Kind() {
	case reflect.String:
		return readText, nil
	case reflect.Bool:
		return readBool, nil
	case reflect.Int:
		return readInt, nil
	case reflect.Interface:
		return readAny, nil
	case reflect.Pointer:
		return pointerShape(t)
	case reflect.Slice:
		return listShape(t)
	case reflect.Struct:
		return structShape(t)
	}
	return nil, fmt.Errorf("no call has a field of type %s", t)
}

// orNull passes over a null, and hands everything else to read.
func orNull(read shape) shape {
	return func(d *decoder, v reflect.Value) {
		if d.peek() == 'n' {
			d.raw()
			return
		}
		read(d, v)
	}
}

// readRaw keeps the value as it was sent. It shares the body's memory.
func readRaw(d *decoder, v reflect.Value) { v.SetBytes(d.raw()) }

func readCustom(d *decoder, v reflect.Value) {
	err := v.Addr().Interface().(json.Unmarshaler).UnmarshalJSON(d.raw())
	if err == nil {
		return
	}
	var fault *journey.Fault
	if errors.As(err, &fault) {
		d.fault(fault.Code, fault.Message)
		return
	}
	d.fault("wrong_type", "cannot be read")
}

func readText(d *decoder, v reflect.Value) {
	switch d.peek() {
	case '"':
		v.SetString(string(d.text()))
	case 'n':
		d.raw()
	default:
		d.refuse("text")
	}
}

func readBool(d *decoder, v reflect.Value) {
	switch d.peek() {
	case 't', 'f':
		v.SetBool(d.raw()[0] == 't')
	case 'n':
		d.raw()
	default:
		d.refuse("true or false")
	}
}

func readInt(d *decoder, v reflect.Value) {
	if d.peek() == 'n' {
		d.raw()
		return
	}
	n, err := strconv.ParseInt(string(d.raw()), 10, 32)
	if err != nil {
		d.fault("wrong_type", "must be a whole number of at most 2147483647")
	}
	v.SetInt(n)
}

func readAny(d *decoder, v reflect.Value) {
	if value := d.any(); value != nil {
		v.Set(reflect.ValueOf(value))
	}
}

// any reads a value of any type, as encoding/json gives it.
func (d *decoder) any() any {
	if d.values++; d.values > maxValues {
		if d.values == maxValues+1 {
			d.fault("too_many", "and what stands around it must be at most 10,000 values")
		}
		d.raw()
		return nil
	}
	switch d.peek() {
	case '{':
		members := map[string]any{}
		d.object(func(name []byte) {
			if _, twice := members[string(name)]; twice {
				d.fault("duplicate_field", "comes twice")
			}
			members[string(name)] = d.any()
		})
		return members
	case '[':
		elements := []any{}
		d.list(maxValues, func() { elements = append(elements, d.any()) })
		return elements
	case '"':
		return string(d.text())
	case 't', 'f':
		return d.raw()[0] == 't'
	case 'n':
		d.raw()
		return nil
	}
	number, err := strconv.ParseFloat(string(d.raw()), 64)
	if err != nil {
		d.fault("overflow", "must be a number that fits 64 bits")
	}
	return number
}

func pointerShape(t reflect.Type) (shape, error) {
	read, err := shapeOf(t.Elem())
	if err != nil {
		return nil, err
	}
	return orNull(func(d *decoder, v reflect.Value) {
		v.Set(reflect.New(t.Elem()))
		read(d, v.Elem())
	}), nil
}

func listShape(t reflect.Type) (shape, error) {
	read, err := shapeOf(t.Elem())
	if err != nil {
		return nil, err
	}
	return orNull(func(d *decoder, v reflect.Value) {
		if d.peek() != '[' {
			d.refuse("a list")
			return
		}
		v.Set(reflect.MakeSlice(t, 0, 4))
		whole := d.list(maxMembers, func() {
			n := v.Len()
			v.Grow(1)
			v.SetLen(n + 1)
			read(d, v.Index(n))
		})
		if !whole {
			d.fault("bad_count", "has too many members: no call takes more than 1000 in a list")
		}
	}), nil
}

func readObject(d *decoder, v reflect.Value) {
	switch d.peek() {
	case '{', 'n':
		readAny(d, v)
	default:
		d.refuse("an object")
	}
}

type field struct {
	name  string
	index int
	read  shape
}

func structShape(t reflect.Type) (shape, error) {
	fields := make([]field, 0, t.NumField())
	names := make([]string, 0, t.NumField())
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name == "-" {
			continue
		}
		if name == "" {
			return nil, fmt.Errorf("field %s of %s has no JSON name", t.Field(i).Name, t)
		}
		read, err := shapeOf(t.Field(i).Type)
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", name, err)
		}
		fields = append(fields, field{name: name, index: i, read: read})
		names = append(names, name)
	}
	if len(fields) > 64 {
		return nil, fmt.Errorf("%s has more than 64 fields", t)
	}
	return orNull(func(d *decoder, v reflect.Value) {
		if d.peek() != '{' {
			d.refuse("an object")
			return
		}
		var seen uint64
		d.object(func(name []byte) {
			for i := range fields {
				if fields[i].name != string(name) {
					continue
				}
				if seen&(1<<i) != 0 {
					d.fault("duplicate_field", "comes twice")
				}
				seen |= 1 << i
				fields[i].read(d, v.Field(fields[i].index))
				return
			}
			d.unknown(name, names)
		})
	}), nil
}

func (d *decoder) unknown(name []byte, names []string) {
	message := "is not a field here"
	if nearest, ok := rule.Nearest(string(shown(name)), names); ok {
		message += "; did you mean " + nearest + "?"
	} else if len(names) > 0 {
		message += ": the fields are " + strings.Join(names, ", ")
	}
	d.fault("unknown_field", message)
	d.raw()
}
