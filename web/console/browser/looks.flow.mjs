import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessible, faultless, launch, shoot } from './chromium.mjs'
import { admins, serve } from './server.mjs'
import { signedIn } from './signedin.mjs'

let server, browser
before(async () => {
  [server, browser] = await Promise.all([serve(), launch()])
  // A draft that differs and has a problem, so that no page is empty.
  await server.call('PUT', '/v1/config', {
    rows: [
      { table: 'rules', version: '*', row: { id: 'discover-hero', order: 80, placements: ['home-hero'], phases: ['awarness'], items: ['living-ideas'] } },
      { table: 'segments', version: '*', row: { id: 'testers', when: 'count("page_view", "7d") >= 3 and score.decision > 0.2' } },
    ],
  }, admins.ben)
  const now = Date.now()
  await server.call('POST', '/v1/touchpoints', {
    touchpoints: ['page_view', 'product_view', 'compare', 'cart_add', 'purchase', 'review_written', 'product_view'].map((type, i) => ({
      id: `t_${i}`, visitor: 'dora', type, channel: i % 2 ? 'web' : 'app', item: 'sofa-3', category: 'sofas',
      at: new Date(now - (40 - 5 * i) * 86_400_000).toISOString(),
    })),
  })
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

const pages = {
  overview: '#/overview',
  items: '#/tables/items',
  row: '#/tables/rules?row=discover-hero&column=phases',
  settings: '#/tables/settings',
  changes: '#/changes',
  history: '#/history',
  visitor: '#/visitor/dora',
  journeys: '#/journeys',
  health: '#/health',
}

for (const look of [
  { locale: 'en', scheme: 'light', width: 1440, height: 900 },
  { locale: 'de', scheme: 'dark', width: 1280, height: 800 },
  { locale: 'en', scheme: 'dark', width: 360, height: 740 },
  { locale: 'de', scheme: 'light', width: 768, height: 1024 },
]) {
  const name = `${look.locale}-${look.scheme}-${look.width}`
  test(`every page in ${name}`, async () => {
    const page = await signedIn(browser, server, look)
    assert.equal(await page.locator('html').getAttribute('lang'), look.locale)
    for (const [what, address] of Object.entries(pages)) {
      await page.goto(`${server.url}/console/${address}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.locator('main [aria-busy=true], main [role=progressbar]').first().waitFor({ state: 'detached' })
      await page.waitForLoadState('networkidle')
      await accessible(page, `${what} in ${name}`)
      await shoot(page, `${what}-${name}`)
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      assert.equal(overflow, 0, `pixels to scroll sideways on ${what} in ${name}`)
    }
    faultless(page)
  })
}
