/** What the pages of a walk over all visitors have in common. */
export interface Page {
  snapshot: string
  next?: string
}

/**
 * Adds up the pages of a walk, handing over the sum so far after each. read is
 * given the sum so far, whose next is where the page begins. If another
 * snapshot went live in between, the pages do not fit: the walk begins again.
 */
export async function addUp<P extends Page>(read: (sum?: P) => Promise<P>, add: (sum: P, page: P) => P, soFar: (sum: P) => void): Promise<P> {
  let sum = await read()
  soFar(sum)
  while (sum.next) {
    const page = await read(sum)
    sum = page.snapshot === sum.snapshot ? add(sum, page) : await read()
    soFar(sum)
  }
  return sum
}
