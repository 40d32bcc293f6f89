package dynamo

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"wegweiser/shared/topology"
)

// entry is what a decision reads of one item of the index.
//
// The SDK builds a map of attribute values for each item, which costs more than
// everything else in a decision together. The items of a query on the index are
// read from the same bytes by a scanner of our own, behind the SDK's check of
// their sum; the SDK then finds the answer without them. Signing, errors,
// retries and deadlines stay the SDK's.
type entry struct {
	moment, packed []byte
	expires        int64 // seconds; 0 is never
}

// readingInto makes a query set entries to its items.
func readingInto(entries *[]entry) func(*dynamodb.Options) {
	return func(o *dynamodb.Options) {
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
			return stack.Deserialize.Insert(pageReader{entries}, "OperationDeserializer", middleware.After)
		})
	}
}

type pageReader struct{ into *[]entry }

// ID implements middleware.DeserializeMiddleware.
func (pageReader) ID() string { return "wegweiser:page" }

// HandleDeserialize implements middleware.DeserializeMiddleware.
func (r pageReader) HandleDeserialize(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
	middleware.DeserializeOutput, middleware.Metadata, error,
) {
	out, metadata, err := next.HandleDeserialize(ctx, in)
	response, ok := out.RawResponse.(*smithyhttp.Response)
	if err != nil || !ok || response.StatusCode != 200 {
		return out, metadata, err
	}
	body := make([]byte, 0, max(response.ContentLength+1, 512))
	body, err = appendAll(body, response.Body)
	var rest []byte
	if err = cmp.Or(err, response.Body.Close()); err == nil {
		*r.into, rest, err = readPage(body)
	}
	if err != nil {
		return out, metadata, &smithy.DeserializationError{Err: err}
	}
	response.Body = io.NopCloser(bytes.NewReader(rest))
	return out, metadata, nil
}

func appendAll(to []byte, from io.Reader) ([]byte, error) {
	for {
		if len(to) == cap(to) {
			to = append(to, 0)[:len(to)]
		}
		n, err := from.Read(to[len(to):cap(to)])
		to = to[:len(to)+n]
		if err == io.EOF {
			return to, nil
		}
		if err != nil {
			return to, err
		}
	}
}

var errPage = errors.New("the answer of a query is not what DynamoDB writes")

// readPage reads {"Items":[{"r":{"B":…},"p":{"B":…},"x":{"N":…}}, …], …}, and
// returns what stands beside the items as an object of its own.
func readPage(body []byte) (entries []entry, rest []byte, err error) {
	s := scanner{text: body, decoded: make([]byte, 0, base64.StdEncoding.DecodedLen(len(body)))}
	rest = []byte{'{'}
	ok := s.object(func(name []byte) bool {
		if string(name) == "Items" {
			entries = nil
			return s.list(func() bool {
				entries = append(entries, entry{})
				return s.entry(&entries[len(entries)-1])
			})
		}
		start := s.at
		ok := s.skip(0)
		if len(rest) > 1 {
			rest = append(rest, ',')
		}
		rest = append(append(append(rest, '"'), name...), '"', ':')
		rest = append(rest, s.text[start:s.at]...)
		return ok
	})
	if !ok || s.next() != 0 {
		return nil, nil, fmt.Errorf("%w: byte %d", errPage, s.at)
	}
	return entries, append(rest, '}'), nil
}

func (s *scanner) entry(e *entry) bool {
	return s.object(func(name []byte) bool {
		switch string(name) {
		case topology.RecentAttribute:
			return s.value("B", func(text []byte) bool { return s.binary(&e.moment, text) })
		case topology.PackedAttribute:
			return s.value("B", func(text []byte) bool { return s.binary(&e.packed, text) })
		case topology.ExpiryAttribute:
			return s.value("N", func(text []byte) bool {
				seconds, err := strconv.ParseInt(string(text), 10, 64)
				e.expires = seconds
				return err == nil
			})
		}
		return s.skip(0)
	})
}

// binary decodes text behind what was decoded before, where there is room for
// all of a page.
func (s *scanner) binary(to *[]byte, text []byte) (ok bool) {
	start := len(s.decoded)
	var err error
	s.decoded, err = base64.StdEncoding.AppendDecode(s.decoded, text)
	*to = s.decoded[start:len(s.decoded):len(s.decoded)]
	return err == nil
}

// scanner reads JSON from the front to the end. Its methods report false where
// the text is not what they look for; nothing can be read after that.
type scanner struct {
	text    []byte
	at      int
	decoded []byte
}

// maxNesting bounds what is skipped; DynamoDB nests to 32.
const maxNesting = 64

// next returns the next byte that is not white space, 0 at the end.
func (s *scanner) next() byte {
	for ; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

func (s *scanner) take(c byte) bool {
	if s.next() != c {
		return false
	}
	s.at++
	return true
}

func (s *scanner) object(member func(name []byte) bool) bool {
	if !s.take('{') {
		return false
	}
	for first := true; !s.take('}'); first = false {
		if !first && !s.take(',') {
			return false
		}
		name, ok := s.string()
		if !ok || !s.take(':') || !member(name) {
			return false
		}
	}
	return true
}

func (s *scanner) list(member func() bool) bool {
	if !s.take('[') {
		return false
	}
	for first := true; !s.take(']'); first = false {
		if !first && !s.take(',') || !member() {
			return false
		}
	}
	return true
}

// value reads an attribute value of a type, whose text it hands on.
func (s *scanner) value(kind string, text func([]byte) bool) bool {
	found := false
	ok := s.object(func(name []byte) bool {
		content, ok := s.string()
		found = string(name) == kind
		return ok && found && text(content)
	})
	return ok && found
}

// string reads a text, without its escapes.
func (s *scanner) string() ([]byte, bool) {
	if !s.take('"') {
		return nil, false
	}
	start := s.at
	for {
		end := bytes.IndexByte(s.text[s.at:], '"')
		if end < 0 {
			return nil, false
		}
		s.at += end + 1
		raw := s.text[start : s.at-1]
		if bytes.IndexByte(raw, '\\') < 0 {
			return raw, true
		}
		if escapes := len(raw) - len(bytes.TrimRight(raw, `\`)); escapes%2 == 1 {
			continue // the quote is one of the text
		}
		var plain string
		err := json.Unmarshal(s.text[start-1:s.at], &plain)
		return []byte(plain), err == nil
	}
}

// skip reads past any value.
func (s *scanner) skip(depth int) bool {
	if depth > maxNesting {
		return false
	}
	switch s.next() {
	case '"':
		_, ok := s.string()
		return ok
	case '{':
		return s.object(func([]byte) bool { return s.skip(depth + 1) })
	case '[':
		return s.list(func() bool { return s.skip(depth + 1) })
	}
	start := s.at
	for s.at < len(s.text) && strings.IndexByte(" \t\r\n,]}", s.text[s.at]) < 0 {
		s.at++
	}
	return s.at > start
}
