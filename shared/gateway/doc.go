// Package gateway is the HTTP API as one http.Handler, on one machine and
// behind API Gateway alike.
package gateway
