export const diff = {
  caption: (table: string) => `Differences in ${table}`,
  after: 'Afterwards',
  empty: '(empty)',
  changes: { added: 'New', changed: 'Changed', removed: 'Removed' },
  more: (n: number) => (n === 1 ? 'Show 1 more row' : `Show ${n} more rows`),
  undo: 'Set back',
  undoHelp: 'Makes this row of the draft what is live.',
  undone: (row: string) => `${row} is as live again.`,
  undoneAll: (n: number) => `${n} rows are as live again.`,
  redone: 'The draft has the changes again.',
  undoStale: 'Somebody changed this row in the meantime.',
  counts: { added: (n: number) => `${n} new`, changed: (n: number) => `${n} changed`, removed: (n: number) => `${n} removed` },
}
