/** How many examples a row of a report keeps. */
const mostExamples = 5

/** Adds up the rows that agree in their keys, each where the first of them was. */
export function merged<Row extends object>(rows: readonly Row[], ...keys: (keyof Row)[]): Row[] {
  const found = new Map<string, Row>()
  for (const row of rows) {
    const name = JSON.stringify(keys.map((key) => row[key]))
    const before = found.get(name)
    found.set(name, before ? { ...added(before, row), ...Object.fromEntries(keys.map((key) => [key, row[key]])) } : row)
  }
  return [...found.values()]
}

/** Numbers add up, also those by name; of examples the first ones stay; of all else what a says. */
function added<Row extends object>(a: Row, b: Row): Row {
  const out = { ...b, ...a } as Record<string, unknown>
  for (const [name, more] of Object.entries(b)) {
    const have = (a as Record<string, unknown>)[name]
    if (typeof have === 'number') out[name] = have + more
    else if (Array.isArray(have)) out[name] = [...have, ...more].slice(0, mostExamples)
    else if (have && typeof have === 'object') out[name] = added(have, more)
  }
  return out as Row
}
