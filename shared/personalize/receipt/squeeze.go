package receipt

import (
	"bytes"
	"compress/flate"
	"io"
	"sync"
)

const (
	unit = 1 << 10 // bytes by which a store charges
	most = 1 << 20 // bytes of what was compressed
)

var compressors = sync.Pool{New: func() any {
	w, _ := flate.NewWriter(io.Discard, flate.BestSpeed) // an error is for levels that are none
	return w
}}

// squeezed returns b compressed, which may be longer.
func squeezed(b []byte) []byte {
	var out bytes.Buffer
	w := compressors.Get().(*flate.Writer)
	defer compressors.Put(w)
	w.Reset(&out)
	_, _ = w.Write(b) // a Buffer takes everything
	_ = w.Close()
	return out.Bytes()
}

func stretched(b []byte) ([]byte, error) {
	out, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(b)), most))
	if err != nil {
		return nil, ErrCorrupt
	}
	return out, nil
}
