import type { Problem } from '../../api/problem'

/** Whether a problem says that the time of a rule, an item or a boost is over. */
export function isExpired(problem: Problem): boolean {
  const ends = problem.column === 'ends' || (problem.table === 'settings' && problem.row.startsWith('boost.'))
  return problem.severity === 'warning' && ends && problem.message.includes(' is over since ')
}
