import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessible, faultless, launch, shoot } from './chromium.mjs'
import { admins, serve } from './server.mjs'
import { signedIn, turnTo } from './signedin.mjs'

const day = 86_400_000

let server, browser
before(async () => {
  [server, browser] = await Promise.all([serve(), launch()])
  const now = Date.now()
  const touched = (id, type, daysAgo, more = {}) => (
    { id, visitor: 'emma', type, channel: 'web', item: 'sofa-3', category: 'sofas', at: new Date(now - daysAgo * day).toISOString(), ...more }
  )
  await server.call('POST', '/v1/touchpoints', {
    touchpoints: [
      touched('e1', 'ad_click', 30, { channel: 'search_ad' }), touched('e2', 'page_view', 30), touched('e3', 'product_view', 21),
      touched('e4', 'compare', 20), touched('e5', 'review_read', 6, { channel: 'app' }), touched('e6', 'product_view', 2),
    ],
  })
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

test('see where a visitor stands, why they see what they see, and what a cart would do', async () => {
  const page = await signedIn(browser, server, { height: 1000 })
  await turnTo(page, 'Visitor')
  await page.getByLabel('Visitor id').fill('emma')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Timeline' }).waitFor()
  const { phase } = await server.call('GET', '/v1/visitors/emma/journey')
  assert.equal(phase.name, 'consideration')
  await page.getByText('Considering').first().waitFor()
  await accessible(page, 'a journey')
  await shoot(page, 'visitor', { guide: true })

  await page.getByRole('tab', { name: 'What they see' }).click()
  await page.getByText('home-hero').first().waitFor()
  await accessible(page, 'what a visitor sees')
  await shoot(page, 'visitor-sees', { fullPage: true })

  await page.goto(`${server.url}/console/#/visitor/emma?tab=tryout&pretend=cart_add`)
  await page.getByRole('tabpanel').getByText(/Deciding/).first().waitFor()
  await accessible(page, 'a preview')
  await shoot(page, 'visitor-tryout', { fullPage: true })
  const after = await server.call('GET', '/v1/visitors/emma/journey')
  assert.equal(after.phase.name, 'consideration', 'a preview records nothing')
  faultless(page)
})

test('see how all of them move', async () => {
  const page = await signedIn(browser, server)
  await turnTo(page, 'Journeys')
  await page.getByText('From phase to phase').waitFor()
  await shoot(page, 'journey-map', { guide: true })
  await page.getByRole('tab', { name: 'Funnel' }).click()
  await page.getByRole('table').first().waitFor()
  await accessible(page, 'the funnel')
  await shoot(page, 'funnel')
  faultless(page)
})

test('put a condition together', async () => {
  const page = await signedIn(browser, server, { height: 1000 })
  await page.goto(`${server.url}/console/#/tables/rules?row=new-customers-hero&column=when`)
  await page.getByRole('grid').getByText('days_since("purchase") <= 30').first().waitFor()
  await page.getByRole('grid').focus()
  await page.keyboard.press('Alt+Enter')
  const form = page.getByRole('complementary', { name: 'Row new-customers-hero' })
  await form.getByRole('button', { name: 'Add condition' }).click()
  await accessible(page, 'the form of a row')
  await form.getByRole('button', { name: 'Add condition' }).scrollIntoViewIfNeeded()
  await shoot(page, 'rule-builder', { guide: true })
  const { rows } = await server.call('GET', '/v1/config/rules', undefined, admins.anna)
  assert.match(rows.find(({ row }) => row.id === 'new-customers-hero').row.when, /^days_since\("purchase"\) <= 30/)
  faultless(page)
})

test('see what a ranked rule made of its items', async () => {
  const { rows } = await server.call('GET', '/v1/config/rules', undefined, admins.anna)
  const { row } = rows.find((one) => one.row.id === 'research-guides')
  await server.call('PUT', '/v1/config', { rows: [{ table: 'rules', version: '*', row: { ...row, choose: 'rank' } }] }, admins.anna)
  server.run('config', 'publish', '--note', 'Guides by what they earn')
  const page = await signedIn(browser, server)
  await page.goto(`${server.url}/console/#/visitor/emma?tab=sees`)
  const why = page.getByText(/taken up in [\d.]+% \(as any other\).*: chosen in [\d.]+%/).first()
  await why.waitFor({ state: 'attached' })
  faultless(page)
})
