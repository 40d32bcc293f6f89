// A when text as a list of conditions that people can click together, and back.
// What is no simple comparison stays in the list as the text that it was.

export interface Conditions {
  join: 'and' | 'or'
  /** The text of each. */
  parts: string[]
}

export interface Comparison {
  /** A field such as visitor.tier, or the name of a function. */
  name: string
  /** Of a function: texts, and for missing a field's name. */
  args?: string[]
  /** A sign of the language; 'yes' and 'no' for what is true or false by itself. */
  operator: string
  value?: string | string[]
  /** The value stands without quotes, as numbers do. */
  bare?: boolean
}

const piece = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|(?<![\w.])(?:and|or)\b|&&|\|\||[^]/g
const joins: Record<string, Conditions['join']> = { and: 'and', '&&': 'and', or: 'or', '||': 'or' }

/** The parts of a text; undefined where it has no shape at all, such as an open quote or bracket. */
export function parse(text: string): Conditions | undefined {
  if (text.trim() === '') return { join: 'and', parts: [] }
  const open: string[] = []
  const found = { and: [''], or: [''] }
  for (const [sign] of text.matchAll(piece)) {
    if (sign === '"' || sign === "'") return undefined
    if (sign === '(' || sign === '[') open.push(sign)
    if ((sign === ')' && open.pop() !== '(') || (sign === ']' && open.pop() !== '[')) return undefined
    const join = open.length === 0 ? joins[sign] : undefined
    for (const one of ['and', 'or'] as const) {
      if (join === one) found[one].push('')
      else found[one].push(found[one].pop() + sign)
    }
  }
  const join = found.or.length > 1 ? 'or' : 'and'
  const parts = found[join].map((one) => one.trim())
  const whole = open.length === 0 && parts.every((one) => one !== '' && (join === 'and' || parse(one)))
  return whole ? { join, parts } : undefined
}

/** The text of conditions. */
export function print({ join, parts }: Conditions): string {
  return parts.map((one) => (join === 'and' && parts.length > 1 && parse(one)?.join === 'or' ? `(${one})` : one)).join(` ${join} `)
}

const shape =
  /^(not\s+|!\s*)?(?!(?:not|true|false)\b)([A-Za-z_]\w*(?:\.\w+)*)\s*(?:\(([^()]*)\))?\s*(?:((?:not\s+)?(?:in|contains|startsWith|endsWith|matches)\b|[=!<>]=|[<>])\s*(.*))?$/s

/** The comparison that a part is; undefined where it is something else. */
export function comparisonOf(part: string): Comparison | undefined {
  const [, turned, name, inner, operator, right] = shape.exec(part) ?? []
  if (!name || (turned && operator)) return undefined
  const args = inner === undefined ? undefined : name === 'missing' ? [inner.trim()] : literals(inner)?.map(String)
  if (inner !== undefined && !args) return undefined
  const left = { name, ...(args && { args }) }
  if (!operator) return { ...left, operator: turned ? 'no' : 'yes' }
  const compared = { ...left, operator: operator.replace(/\s+/, ' ') }
  if (/^-?[\w.]*$/.test(right!)) return { ...compared, value: right!, bare: true }
  const list = operator.endsWith('in') && /^\[(.*)\]$/s.exec(right!)
  const values = literals(list ? list[1]! : right!)
  if (!values || (!list && values.length !== 1)) return undefined
  const bare = values.length > 0 && values.every((one) => typeof one === 'number')
  return { ...compared, value: list ? values.map(String) : String(values[0]), ...(bare && { bare }) }
}

/** Texts and numbers with commas between them, as JSON has them. Texts in single quotes count, too. */
function literals(text: string): (string | number)[] | undefined {
  const plain = text.replace(/"(?:[^"\\]|\\.)*"|'([^'"\\]*)'/gs, (all, single?: string) => (single === undefined ? all : `"${single}"`))
  try {
    const values = JSON.parse(`[${plain}]`) as unknown[]
    return values.every((one) => typeof one === 'string' || typeof one === 'number') ? (values as (string | number)[]) : undefined
  } catch {
    return undefined
  }
}

/** The text of a comparison. */
export function spell({ name, args, operator, value = '', bare }: Comparison): string {
  const quoted = (text: string) => (bare ? text : JSON.stringify(text))
  const left = args ? `${name}(${args.map((one) => (name === 'missing' ? one : JSON.stringify(one))).join(', ')})` : name
  if (operator === 'yes') return left
  if (operator === 'no') return `not ${left}`
  return `${left} ${operator} ${Array.isArray(value) ? `[${value.map(quoted).join(', ')}]` : quoted(value)}`
}
