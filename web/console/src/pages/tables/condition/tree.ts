// A when text as a tree that people can click together, and back. What the tree
// cannot say stays in it as the text that it was.

export type Literal = string | number | boolean

export interface Comparison {
  kind: 'comparison'
  /** A field such as visitor.tier, or the name of a function. */
  name: string
  /** Of a function: texts, and for missing a field's name. */
  args?: string[]
  /** A sign of the language; 'yes' and 'no' for what is true or false by itself. */
  operator: string
  value?: Literal | Literal[]
  /** As it was written, until it is changed. */
  source?: string
}

/** A part that is not a simple comparison, as it was written. */
export interface Raw {
  kind: 'raw'
  source: string
}

export interface Group {
  kind: 'group'
  join: 'and' | 'or'
  parts: Part[]
}

export type Part = Comparison | Raw | Group

interface Token {
  kind: 'text' | 'number' | 'word' | 'sign'
  value: string
  from: number
  to: number
}

const token = /\s*(?:("(?:[^"\\]|\\["\\])*"|'(?:[^'\\]|\\['\\])*')|(\d+(?:\.\d+)?)(?![\w.])|([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)|(==|!=|<=|>=|&&|\|\||[<>()[\],+\-*/%!]))/y

function tokens(text: string): Token[] | undefined {
  const list: Token[] = []
  let at = 0
  while (text.slice(at).trim() !== '') {
    token.lastIndex = at
    const found = token.exec(text)
    if (!found) return undefined
    const [whole, quoted, number, word, sign] = found
    const value = quoted ?? number ?? word ?? sign!
    const kind = quoted !== undefined ? 'text' : number !== undefined ? 'number' : word !== undefined ? 'word' : 'sign'
    list.push({ kind, value, from: at + whole.length - value.length, to: at + whole.length })
    at += whole.length
  }
  return list
}

/** The tree of a text; undefined where it has no shape at all, such as an open quote or bracket. */
export function parse(text: string): Group | undefined {
  const list = tokens(text)
  if (!list || !balanced(list)) return undefined
  if (list.length === 0) return { kind: 'group', join: 'and', parts: [] }
  const part = partOf(text, list, 2)
  if (part === undefined) return undefined
  return part.kind === 'group' ? part : { kind: 'group', join: 'and', parts: [part] }
}

function balanced(list: readonly Token[]): boolean {
  const open: string[] = []
  for (const one of list) {
    if (one.kind !== 'sign') continue
    if (one.value === '(' || one.value === '[') open.push(one.value)
    if (one.value === ')' && open.pop() !== '(') return false
    if (one.value === ']' && open.pop() !== '[') return false
  }
  return open.length === 0
}

const joins = { and: ['and', '&&'], or: ['or', '||'] } as const

/** Splits at and or at or where no bracket is open. */
function split(list: readonly Token[], join: 'and' | 'or'): Token[][] {
  const pieces: Token[][] = [[]]
  let depth = 0
  for (const one of list) {
    if (one.kind === 'sign' && '(['.includes(one.value)) depth++
    if (one.kind === 'sign' && ')]'.includes(one.value)) depth--
    if (depth === 0 && one.kind !== 'text' && (joins[join] as readonly string[]).includes(one.value)) pieces.push([])
    else pieces.at(-1)!.push(one)
  }
  return pieces
}

/** levels: how many groups may still lie in each other. */
function partOf(text: string, list: readonly Token[], levels: number): Part | undefined {
  if (list.length === 0) return undefined
  for (const join of ['or', 'and'] as const) {
    const pieces = split(list, join)
    if (pieces.length < 2) continue
    if (levels === 0) return { kind: 'raw', source: slice(text, list) }
    const parts = pieces.map((piece) => partOf(text, piece, levels - 1))
    if (parts.some((one) => one === undefined)) return undefined
    return { kind: 'group', join, parts: parts as Part[] }
  }
  if (wrapped(list)) {
    const inner = partOf(text, list.slice(1, -1), levels)
    if (inner?.kind === 'group') return inner
    if (inner?.kind === 'comparison') return { ...inner, source: slice(text, list) }
  }
  return comparison(text, list) ?? { kind: 'raw', source: slice(text, list) }
}

function wrapped(list: readonly Token[]): boolean {
  if (list[0]?.value !== '(' || list.at(-1)?.value !== ')') return false
  let depth = 0
  return list.every((one, i) => {
    if (one.kind === 'sign' && one.value === '(') depth++
    if (one.kind === 'sign' && one.value === ')') depth--
    return depth > 0 || i === list.length - 1
  })
}

function slice(text: string, list: readonly Token[]): string {
  return text.slice(list[0]!.from, list.at(-1)!.to)
}

const signs = new Set(['==', '!=', '<', '<=', '>', '>='])
const wordSigns = new Set(['in', 'contains', 'startsWith', 'endsWith', 'matches'])
const reserved = new Set(['and', 'or', 'not', 'true', 'false', 'in'])

function comparison(text: string, list: readonly Token[]): Comparison | undefined {
  const source = slice(text, list)
  const turned = list[0]!.value === 'not' || list[0]!.value === '!'
  const rest = turned ? list.slice(1) : [...list]
  const left = operand(rest)
  if (!left) return undefined
  const after = rest.slice(left.length)
  const base = { kind: 'comparison', name: left.name, ...(left.args && { args: left.args }), source } as const
  if (after.length === 0) return { ...base, operator: turned ? 'no' : 'yes' }
  if (turned) return undefined
  const not = after[0]!.value === 'not'
  const sign = after[not ? 1 : 0]
  if (!sign || !(wordSigns.has(sign.value) || (!not && signs.has(sign.value)))) return undefined
  const operator = not ? `not ${sign.value}` : sign.value
  const value = sign.value === 'in' ? listOf(after.slice(not ? 2 : 1)) : literalOf(after.slice(not ? 2 : 1))
  return value === undefined ? undefined : { ...base, operator, value }
}

function operand(list: readonly Token[]): { name: string; args?: string[]; length: number } | undefined {
  const [name, open] = list
  if (name?.kind !== 'word' || reserved.has(name.value)) return undefined
  if (open?.value !== '(') return { name: name.value, length: 1 }
  const close = list.findIndex((one) => one.kind === 'sign' && one.value === ')')
  const args: string[] = []
  for (let i = 2; i < close; i++) {
    const one = list[i]!
    if (i % 2 === 1) {
      if (one.value !== ',') return undefined
    } else if (one.kind === 'text') args.push(unquoted(one.value))
    else if (one.kind === 'word' && name.value === 'missing') args.push(one.value)
    else return undefined
  }
  return close < 0 || args.length * 2 - 1 !== close - 2 ? undefined : { name: name.value, args, length: close + 1 }
}

function literalOf(list: readonly Token[]): Literal | undefined {
  const negative = list[0]?.value === '-' && list[1]?.kind === 'number'
  const one = list[negative ? 1 : 0]
  if (!one || list.length !== (negative ? 2 : 1)) return undefined
  if (one.kind === 'text') return unquoted(one.value)
  if (one.kind === 'number') return Number(one.value) * (negative ? -1 : 1)
  return one.value === 'true' ? true : one.value === 'false' ? false : undefined
}

function listOf(list: readonly Token[]): Literal[] | undefined {
  if (list[0]?.value !== '[' || list.at(-1)?.value !== ']') return undefined
  const inner = list.slice(1, -1)
  const values: Literal[] = []
  for (let i = 0; i < inner.length; i += 2) {
    const value = literalOf([inner[i]!])
    const comma = inner[i + 1]
    if (value === undefined || (comma && (comma.value !== ',' || i + 2 >= inner.length))) return undefined
    values.push(value)
  }
  return values
}

function unquoted(text: string): string {
  return text.slice(1, -1).replace(/\\(["'\\])/g, '$1')
}

/** The text of a tree. Parts that were not changed are as they were written. */
export function print(group: Group): string {
  return group.parts.map((one) => printPart(one, group)).join(` ${group.join} `)
}

function printPart(part: Part, within: Group): string {
  if (part.kind === 'group') return part.parts.length === 1 ? printPart(part.parts[0]!, within) : `(${print(part)})`
  if (part.kind === 'comparison') return part.source ?? printComparison(part)
  const list = tokens(part.source)
  const joined = list !== undefined && (split(list, 'and').length > 1 || split(list, 'or').length > 1)
  return joined && within.parts.length > 1 ? `(${part.source})` : part.source
}

function printComparison({ name, args, operator, value }: Comparison): string {
  const left = args ? `${name}(${args.map((one) => (name === 'missing' ? one : spell(one))).join(', ')})` : name
  if (operator === 'yes') return left
  if (operator === 'no') return `not ${left}`
  const right = Array.isArray(value) ? `[${value.map(spell).join(', ')}]` : spell(value ?? '')
  return `${left} ${operator} ${right}`
}

function spell(value: Literal): string {
  return typeof value === 'string' ? `"${value.replace(/[\\"]/g, '\\$&')}"` : String(value)
}
