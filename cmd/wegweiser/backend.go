package main

import (
	"wegweiser/shared/store"
	"wegweiser/shared/store/embedded"
)

// openStore opens the store of a data folder.
func openStore(folder string) (store.Store, error) { return embedded.Open(folder) }
