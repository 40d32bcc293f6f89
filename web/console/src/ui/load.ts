import { useCallback, useEffect, useRef, useState } from 'preact/hooks'

/** What a call read, while it reads, and what went wrong. */
export interface Loaded<T> {
  data: T | undefined
  error: unknown
  loading: boolean
  reload: () => void
}

/** Runs a call when the page appears and whenever one of on changes. Of two answers the later call's counts. */
export function useLoad<T>(read: () => Promise<T>, on: readonly unknown[]): Loaded<T> {
  const [state, setState] = useState<Omit<Loaded<T>, 'reload'>>({ data: undefined, error: null, loading: true })
  const turn = useRef(0)
  const reload = useCallback(() => {
    const mine = ++turn.current
    setState((before) => ({ ...before, loading: true }))
    read().then(
      (data) => mine === turn.current && setState({ data, error: null, loading: false }),
      (error: unknown) => mine === turn.current && setState((before) => ({ ...before, error, loading: false })),
    )
  }, on)
  useEffect(() => {
    reload()
    return () => {
      turn.current++
    }
  }, [reload])
  return { ...state, reload }
}
