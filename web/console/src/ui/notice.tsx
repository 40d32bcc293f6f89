import type { ComponentChildren } from 'preact'
import { ApiError } from '../api/problem'
import { words } from '../words'
import { Button } from './button'
import { Icon, type IconName } from './icon'

export type Tone = 'info' | 'good' | 'warn' | 'bad'

export const icons: Record<Tone, IconName> = { info: 'info', good: 'check', warn: 'warning', bad: 'error' }

/** A sentence that matters, in its place on the page. live: screen readers hear it when it appears. */
export function Notice({ tone = 'info', title, live, children }: { tone?: Tone; title?: string; live?: boolean; children?: ComponentChildren }) {
  return (
    <div class={`notice ${tone}`} role={live ? (tone === 'bad' ? 'alert' : 'status') : undefined}>
      <Icon name={icons[tone]} />
      <div class="grow">
        {title && <p class="notice-title">{title}</p>}
        {children}
      </div>
    </div>
  )
}

/** What an error says to people. */
export function sentence(e: unknown): string {
  if (!(e instanceof ApiError)) return words.value.common.unexpected
  if (e.code === 'unreachable') return words.value.common.unreachable
  const fields = e.fields.filter((one) => !e.message.includes(one.message)).map((one) => `${one.field}: ${one.message}`)
  return [upperFirst(e.message), ...fields].join(' · ')
}

function upperFirst(text: string): string {
  return text === '' ? '' : text[0]!.toUpperCase() + text.slice(1)
}

/** What went wrong, and the way to try it again. */
export function ErrorNotice({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const id = error instanceof ApiError ? error.requestId : ''
  return (
    <Notice tone="bad" live>
      <p>{sentence(error)}</p>
      {id && <p class="small quiet">{words.value.common.requestId(id)}</p>}
      {onRetry && <Button small onClick={onRetry}>{words.value.common.retry}</Button>}
    </Notice>
  )
}
