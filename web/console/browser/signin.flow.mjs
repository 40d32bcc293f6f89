import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessible, faultless, launch, shoot } from './chromium.mjs'
import { admins, serve } from './server.mjs'
import { signedIn } from './signedin.mjs'

let server, browser
before(async () => {
  [server, browser] = await Promise.all([serve(), launch()])
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

test('only an admin key signs in', async () => {
  const page = await browser.open()
  await page.goto(`${server.url}/console/`)
  await accessible(page, 'sign-in')
  await page.getByLabel('Admin key').fill('ak_of_nobody')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').waitFor()
  await shoot(page, 'signin-refused')

  await page.getByLabel('Admin key').fill(admins.anna)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
  await accessible(page, 'overview')
  await shoot(page, 'overview')
  assert.equal(await page.evaluate(() => localStorage.getItem('key')), null)
  faultless(page)
})

for (const look of [
  { locale: 'de', scheme: 'dark', width: 1280, height: 800 },
  { locale: 'en', scheme: 'light', width: 360, height: 740 },
]) {
  test(`the overview in ${look.locale}, ${look.scheme}, ${look.width} wide`, async () => {
    const page = await signedIn(browser, server, look)
    await page.getByRole('table').waitFor()
    assert.equal(await page.locator('html').getAttribute('lang'), look.locale)
    await accessible(page, 'overview')
    await shoot(page, `overview-${look.locale}-${look.scheme}-${look.width}`)
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    assert.equal(overflow, 0, 'pixels to scroll sideways')
    faultless(page)
  })
}
