// Package gateway is the HTTP API as one http.Handler, the same on one machine
// and behind API Gateway: it authorises, reads and checks requests, hands them
// to a Service, and writes answers and refusals.
//
// # Routes
//
// The routes, the keys that each accepts and the function that serves it stand
// in topology. Every one has exactly one handler here, or New fails. A handler
// is a function from a request type to an answer type; the OpenAPI document at
// /openapi.json is made of the same types. Answers are JSON; reports are CSV
// for those who ask for that.
//
// # Who may call
//
// A key comes as Authorization: Bearer, as X-API-Key, or as ?key=, and is
// compared by its hash in constant time. With a publishable key a call also names its visitor
// by a token (see Tokens), as X-Visitor-Token or ?token=. Pages of any origin
// may call with a publishable key unless Options.Origins names those that may;
// calls for servers and admins have no cross-origin answer at all, and no
// answer ever allows credentials.
//
// # What is read
//
// Bodies are JSON whatever their Content-Type, gzip where Content-Encoding
// says so, at most MaxBody bytes before and after inflation, at most 32 deep.
// Unknown fields, fields that come twice and unknown query parameters are
// refused with the nearest right name. A null is a field that is left out.
// What one body may ask for is bounded: the worst costs some 10 ms and 4 MB.
//
// # Refusals
//
// Every refusal is a Problem (RFC 9457), to OpenFeature's clients one with their
// error code too: 400 for a body that cannot be read,
// 401 and 403 for callers, 412 and 428 for preconditions, 413 and 415 for
// bodies, 422 for fields, 503 with Retry-After for a store that does not
// answer. It says what would be right and never repeats a value.
//
// # Log
//
// One line a request: method, route as documented, status, milliseconds,
// bytes, request id and the code of a refusal; for a fault of our own also its
// cause. Nothing that a caller sends stands in it, apart from a request id of
// letters, digits, "-", "_", "." and "=".
package gateway
