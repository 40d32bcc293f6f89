import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessible, faultless, launch, shoot } from './chromium.mjs'
import { admins, serve } from './server.mjs'
import { signedIn, turnTo } from './signedin.mjs'

const rule = 'new-customers-hero'
const right = { placements: ['home-hero', 'product-aside'], phases: ['retention'], standings: ['active'], order: 50 }

let server, browser
before(async () => {
  [server, browser] = await Promise.all([serve(), launch()])
  await server.call('POST', '/v1/touchpoints', {
    touchpoints: [{
      id: 'bought', visitor: 'carla', type: 'purchase', channel: 'web', item: 'sofa-3',
      at: new Date(Date.now() - 5 * 86_400_000).toISOString(), value: { amount: '499.00', currency: 'EUR' },
    }],
  })
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

/** What Carla sees on the home page, as her browser's server asks. */
async function shown() {
  const { placements } = await server.call('POST', '/v1/decisions', { visitor: 'carla', placements: ['home-hero'] })
  return placements['home-hero'].items[0].id
}

const broken = (when) => server.call('PUT', '/v1/config', {
  rows: [{ table: 'rules', version: '*', row: { id: rule, ...right, when, items: ['wood-care', 'assembly-help'] } }],
}, admins.ben)

test('fix a broken rule, try it, publish it, take it back', async () => {
  assert.equal(await shown(), 'assembly-help')
  await broken('days_sinc("purchase") <= 30')

  const page = await signedIn(browser, server)
  await turnTo(page, 'Changes')
  const publish = page.getByRole('button', { name: 'Publish …' })
  await page.getByText('did you mean days_since?').first().waitFor()
  assert.equal(await publish.isEnabled(), false, 'publish while there is an error')
  await accessible(page, 'changes with an error')
  await shoot(page, 'changes-error', { fullPage: true })

  await page.getByRole('link', { name: `rules › ${rule} › when` }).click()
  const cell = page.locator('[role=gridcell][aria-invalid=true]')
  await cell.waitFor()
  assert.match(await cell.innerText(), /days_sinc/)
  await accessible(page, 'a table with a problem')
  await shoot(page, 'tables', { guide: true })
  await page.getByRole('button', { name: 'Use days_since' }).click()
  await cell.waitFor({ state: 'detached' })

  await turnTo(page, 'Changes')
  await page.getByRole('button', { name: 'Start the dry run' }).click()
  await page.getByRole('heading', { name: 'Who wins, who loses' }).waitFor()
  const summary = page.locator('section', { has: page.getByRole('heading', { name: /Dry run/ }) })
  assert.match(await summary.innerText(), /wood-care/)
  const asked = Number(/(\d+) recorded decisions? asked/.exec(await summary.innerText())[1])
  await shown()
  await page.getByLabel('Placements').fill('home-hero, chat')
  await page.getByRole('button', { name: 'Run it again' }).click()
  await page.getByText(`${asked + 1} recorded decisions asked`).waitFor()
  await page.getByText('None of them asked for chat').waitFor()
  await page.getByLabel('Placements').fill('')
  await page.getByLabel('Ask for').selectOption('All visitors')
  await page.getByRole('button', { name: 'Run it again' }).click()
  await page.getByText('visitors asked').waitFor()
  assert.match(await summary.innerText(), /wood-care/)
  assert.equal(await shown(), 'assembly-help', 'a dry run changes nothing')
  await accessible(page, 'a dry run')
  await shoot(summary, 'dry-run', { guide: true })

  await publish.click()
  await page.getByRole('dialog').waitFor()
  await page.getByLabel('Note').fill('Care for the wood first')
  await accessible(page, 'the publish dialog')
  await shoot(page, 'publish', { guide: true })
  await page.getByRole('button', { name: 'Publish now' }).click()
  await page.getByRole('button', { name: 'Take it back …' }).waitFor()
  assert.equal(await shown(), 'wood-care')

  await page.getByRole('button', { name: 'Take it back …' }).click()
  await page.getByRole('dialog').waitFor()
  await accessible(page, 'the dialog that takes back')
  await page.getByRole('button', { name: 'Make it live now' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  assert.equal(await shown(), 'assembly-help')

  await turnTo(page, 'History')
  await page.getByRole('table').first().waitFor()
  assert.match(await page.getByRole('table').first().innerText(), /Care for the wood first/)
  await accessible(page, 'history')
  await shoot(page, 'history')
  faultless(page)
})

test('who publishes second learns of it, and nothing of theirs is lost', async () => {
  await broken('days_since("purchase") <= 30')
  const anna = await signedIn(browser, server)
  await turnTo(anna, 'Changes')
  await anna.getByRole('button', { name: 'Publish …' }).click()
  await anna.getByLabel('Note').fill('Second')

  const { live } = await server.call('GET', '/v1/config/snapshots', undefined, admins.ben)
  const answer = await fetch(`${server.url}/v1/config/publish`, {
    method: 'POST', body: '{"note":"First"}',
    headers: { Authorization: `Bearer ${admins.ben}`, 'If-Match': `"${live}"` },
  })
  assert.equal(answer.status, 200)

  await anna.getByRole('button', { name: 'Publish now' }).click()
  await anna.getByText('Somebody else published in the meantime').waitFor()
  await shoot(anna, 'publish-second')
  const after = await server.call('GET', '/v1/config/snapshots', undefined, admins.anna)
  assert.equal(after.snapshots[0].note, 'First')
  faultless(anna)
})

test('what was looked at is published, or nothing', async () => {
  await broken('days_since("purchase") <= 20')
  const anna = await signedIn(browser, server)
  await turnTo(anna, 'Changes')
  await anna.getByRole('button', { name: 'Publish …' }).click()
  await anna.getByRole('dialog').waitFor()
  const before = await server.call('GET', '/v1/config/snapshots', undefined, admins.anna)
  await broken('days_since("purchase") <= 10')
  await anna.getByRole('button', { name: 'Publish now' }).click()
  await anna.getByText('The draft was changed meanwhile').waitFor()
  const after = await server.call('GET', '/v1/config/snapshots', undefined, admins.anna)
  assert.equal(after.live, before.live)
  faultless(anna)
})
