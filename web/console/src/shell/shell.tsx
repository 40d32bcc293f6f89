import { useEffect, useRef, useState } from 'preact/hooks'
import { readRegistry } from '../api/registry'
import { pages } from '../pages/list'
import { hasPage, type PageName } from '../pages/names'
import { fillRegistry, registry } from '../registry'
import { href, route } from '../state/route'
import { key } from '../state/session'
import { Button } from '../ui/button'
import { Empty } from '../ui/empty'
import { useLoad } from '../ui/load'
import { ErrorNotice } from '../ui/notice'
import { Loading } from '../ui/progress'
import { Toasts } from '../ui/toasts'
import { words } from '../words'
import { Boundary } from './boundary'
import { Navigation } from './navigation'
import { Preferences } from './preferences'
import { SignIn } from './signin'
import { StatusBar } from './statusbar'

/** The frame around every page: sign-in before, navigation and status beside it. */
export function Shell() {
  return (
    <>
      {key.value === null ? <SignIn /> : <Frame />}
      <Toasts />
    </>
  )
}

function Frame() {
  const w = words.value.shell
  const main = useRef<HTMLElement>(null)
  const [open, setOpen] = useState(false)
  const page = (route.value.page || 'overview') as PageName
  const known = hasPage(page)
  const title = known ? w.pages[page] : w.notFound

  const first = useRef(true)
  useEffect(() => {
    document.title = `${title} · ${w.product}`
  }, [title, w])
  useEffect(() => {
    setOpen(false)
    if (first.current) first.current = false
    else main.current?.querySelector<HTMLElement>('h1')?.focus()
  }, [page])

  const fields = useLoad(async () => registry ?? fillRegistry(await readRegistry()), [])

  const Page = known ? pages[page as keyof typeof pages] : NotFound
  return (
    <div class={`frame${open ? ' open' : ''}`}>
      <a class="skip" href="#main" onClick={(e) => {
        e.preventDefault()
        main.current?.focus()
      }}>{w.skip}</a>
      <aside class="sidebar">
        <div class="brand">
          <img src="./icon.svg" alt="" width="28" height="28" />
          <span>{w.product}</span>
          <Button
            kind="quiet"
            icon={open ? 'close' : 'menu'}
            class="menu-button"
            aria-label={w.menu}
            aria-expanded={open}
            aria-controls="sidebar-content"
            onClick={() => setOpen(!open)}
          />
        </div>
        <div id="sidebar-content" class="sidebar-content">
          <Navigation page={page} />
          <Preferences />
        </div>
      </aside>
      <div class="workspace">
        <StatusBar title={title} />
        <main id="main" ref={main} tabIndex={-1}>
          <Boundary key={page}>
            {registry ? <Page /> : fields.error ? <ErrorNotice error={fields.error} onRetry={fields.reload} /> : <Loading />}
          </Boundary>
        </main>
      </div>
    </div>
  )
}

function NotFound() {
  const w = words.value.shell
  return (
    <Empty icon="search" title={w.notFound}>
      <p>{w.notFoundText}</p>
      <a href={href('overview')}>{w.pages.overview}</a>
    </Empty>
  )
}
