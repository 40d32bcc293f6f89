package local

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// AddressFile is the name of the file that says where the server of a data
// folder is. It is there while the server runs.
const AddressFile = "server.json"

// Address is where a server is.
type Address struct {
	URL string `json:"url"`
	PID int    `json:"pid"`
}

// Announce writes the address of this process into a data folder, and returns
// what takes it out again.
func Announce(folder, url string) (withdraw func() error, err error) {
	text, err := json.Marshal(Address{URL: url, PID: os.Getpid()})
	if err != nil {
		return nil, err
	}
	path := filepath.Join(folder, AddressFile)
	if err := WriteFile(path, append(text, '\n')); err != nil {
		return nil, fmt.Errorf("write the server's address: %w", err)
	}
	return func() error { return os.Remove(path) }, nil
}

// Announced returns the address that stands in a data folder. The server may be
// gone all the same, where it did not end by itself.
func Announced(folder string) (Address, bool) {
	text, err := os.ReadFile(filepath.Join(folder, AddressFile))
	var a Address
	if err = errors.Join(err, json.Unmarshal(text, &a)); err != nil || a.URL == "" {
		return Address{}, false
	}
	return a, true
}
