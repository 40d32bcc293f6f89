import type { PhaseState } from './journey'

/** What a preview asks. What is left out: the draft, nobody, every placement, now. */
export interface PreviewRequest {
  snapshot?: string
  visitor?: string
  placements?: string[]
  touchpoints?: { type: string; channel: string; item?: string; at?: string }[]
  context?: Record<string, string | number | boolean>
  consent?: 'none' | string[]
  at?: string
}

export interface ShownItem {
  id: string
  kind: string
  url?: string
  content: Record<string, string>
}

export interface FilledPlacement {
  items: ShownItem[]
  rule?: string
  fallback: boolean
  reason?: string
}

/** The first thing that kept a rule or an item out. An empty actual: nothing is known. */
export interface Failure {
  column: string
  wanted: string
  actual: string
}

export interface ItemExplained {
  item: string
  shown: boolean
  failed?: Failure
  weight?: number
  boosts?: { tag: string; percent: number }[]
  rank?: RankExplained
}

/** What a ranked rule makes of an item: the parts of its priority, and how likely it was to be chosen. */
export interface RankExplained {
  propensity: number
  from: 'nothing' | 'prior' | 'statistics'
  weight: number
  margin: number
  lever: number
  priority: number
  probability: number
}

export interface RuleExplained {
  rule: string
  won: boolean
  failed?: Failure
  items?: ItemExplained[]
}

export interface PlacementExplained {
  placement: string
  rules: RuleExplained[]
}

export interface Preview {
  visitor: string
  snapshot: string
  at: string
  personal: boolean
  phase: PhaseState | null
  placements: Record<string, FilledPlacement>
  touchpoints: { rejected: { index: number; field?: string; message: string }[] }
  explanation?: { arms?: string[]; placements: PlacementExplained[] }
}

/**
 * Decides each placement as if it were asked for alone. One answer shows an
 * item only once, so the placements that this touched are asked again.
 */
export async function eachAlone(ask: (request: PreviewRequest) => Promise<Preview>, request: PreviewRequest): Promise<Preview> {
  const whole = await ask(request)
  const explained = whole.explanation?.placements ?? []
  const touched = explained.filter(lostToAnother).map((one) => one.placement)
  const alone = await Promise.all(touched.map((name) => ask({ ...request, at: whole.at, placements: [name] })))
  const placements = { ...whole.placements }
  for (const [i, name] of touched.entries()) placements[name] = alone[i]!.placements[name]!
  const again = alone.flatMap((one) => one.explanation?.placements ?? [])
  const explanation = { ...whole.explanation, placements: explained.map((one) => again.find((other) => other.placement === one.placement) ?? one) }
  return { ...whole, placements, explanation }
}

/** Whether an item was kept out because an earlier placement of the answer shows it. */
function lostToAnother(placement: PlacementExplained): boolean {
  return placement.rules.some((rule) => rule.items?.some((item) => item.failed?.column === 'items'))
}

/** What counts as the answer of a placement: what is shown, in which order, and why. */
export function essence(one?: FilledPlacement): string {
  if (!one) return ''
  const items = one.items.map((item) => [item.id, item.url, Object.entries(item.content).sort()])
  return JSON.stringify([items, one.rule, one.fallback, one.reason])
}
