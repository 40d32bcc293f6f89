import { hasPage, pageHref } from '../../pages/names'
import { formatNumber } from '../../words'

/** A row of a table by its id, and the way to it. */
export function RowLink({ table, row }: { table: string; row: string }) {
  return hasPage('tables') ? <a href={pageHref('tables', [table], { row })}>{row}</a> : <>{row}</>
}

/** A difference with its sign. */
export function signed(n: number): string {
  return formatNumber(n, { signDisplay: 'exceptZero' }).replace('-', '−')
}
