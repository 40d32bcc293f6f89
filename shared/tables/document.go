package tables

import "bytes"

// ReadDocument reads several tables: an object from their names to lists of
// rows, as ReadJSON reads each. Places has where the cells of each table stand,
// and where the table does; where it is nil, nothing is collected. A name that
// is no table's stays in the set, for Decode to name.
func ReadDocument(text []byte, places map[string]Places) (Set, []Problem) {
	r, set := newJSONReader(text), Set{}
	r.keep(r.object("tables with their rows are expected: {\"items\": [{\"id\": …}, …], …}", func(name string, at int) *syntaxError {
		r.places = nil
		if _, twice := set[name]; twice {
			r.problem(name, "", "", "%s: the table is there twice; keep one", r.placer.place(at))
		} else if places != nil {
			r.places = Places{{}: r.placer.place(at)}
			places[name] = r.places
		}
		set.Add(name, r.rows(name)...)
		return r.failed
	}))
	return set, r.finish("")
}

// WriteDocument writes all tables of a set, also those without rows.
func WriteDocument(set Set) []byte {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, table := range Tables() {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString("\n\"" + table + "\": ")
		out.Write(bytes.TrimSuffix(WriteJSON(set[table]), []byte("\n")))
	}
	out.WriteString("\n}\n")
	return out.Bytes()
}
