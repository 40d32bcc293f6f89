import type { Funnel } from '../../api/funnel'
import type { JourneyMap } from '../../api/journeymap'

type Cell = string | number

/** The same columns as the API's own CSV, over all pages together. */
export function mapCSV(map: JourneyMap): string {
  return csv([
    ['row', 'from', 'phase', 'channel', 'moves', 'touchpoints', 'visitors', 'seconds'],
    ...map.moves.map((one) => ['move', one.from, one.to, '', one.moves, '', one.visitors, one.seconds]),
    ...map.phases.map((one) => ['phase', '', one.phase, '', '', one.touchpoints, one.visitors, '']),
    ...map.channels.map((one) => ['channel', '', one.phase, one.channel, '', one.touchpoints, '', '']),
  ])
}

export function funnelCSV(funnel: Funnel): string {
  return csv([
    ['phase', 'visitors', 'furthest', 'reached'],
    ...funnel.rows.map((one) => [one.phase, one.visitors, one.furthest, one.reached]),
  ])
}

function csv(rows: Cell[][]): string {
  return rows.map((row) => `${row.map(quoted).join(',')}\n`).join('')
}

function quoted(cell: Cell): string {
  const text = String(cell)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
